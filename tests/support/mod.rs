//! What the tests stand on: databases, the pilot's folder, a platform that stands still.

pub mod accounts;
pub mod databases;
pub mod files;
pub mod learners;
pub mod mailroom;
pub mod pilot;
pub mod program;
pub mod smtp;

use std::time::{Duration, Instant};

/// Asks again until it is so; each question is itself a round trip to somebody else.
pub fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(30), "still not so: {what}");
        std::thread::yield_now();
    }
}
