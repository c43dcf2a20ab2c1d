//! The integration tests, one binary.

mod support;

mod acceptance;
mod architecture;
mod stores;
