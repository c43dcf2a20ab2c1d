//! The integration tests, in one binary: linking is slow, running is not.

mod architecture;
mod documents;
