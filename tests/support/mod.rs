//! What the tests stand on: databases, the pilot's folder, a platform that stands still.

pub mod databases;
pub mod pilot;
pub mod program;
