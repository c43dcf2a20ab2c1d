//! The HTTP server and what every handler shares.

pub mod problem;
