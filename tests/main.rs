//! The integration tests, one binary.

mod support;

mod api;
mod architecture;
mod stores;
