//! The JSON API on both databases: every request passes the server as it is put together for `serve`.

pub mod client;
pub mod steps;

mod attendance;
mod booking_notices;
mod calendar;
mod certificates;
mod cohorts;
mod description;
mod edits;
mod enrolment;
mod idempotency;
mod input;
mod isolation;
mod jobs;
mod lists;
mod matrix;
mod modules;
mod notices;
mod organisations;
mod permissions;
mod pilot;
mod plans;
mod roles;
mod sessions;
mod sign_ins;
