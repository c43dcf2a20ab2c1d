//! The integration tests, in one binary: linking is slow, running is not.

mod support;

mod acceptance;
mod api;
mod architecture;
mod browser;
mod documents;
mod external;
mod pages;
mod stores;
