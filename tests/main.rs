//! The integration tests, in one binary: linking is slow, running is not.

mod support;

mod acceptance;
mod api;
mod architecture;
mod documents;
mod external;
mod stores;
