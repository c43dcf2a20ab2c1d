//! The integration tests, one binary.

mod support;

mod architecture;
mod stores;
