//! The JSON API on both databases: every request passes the server as it is put together for `serve`.

pub mod client;
pub mod steps;

mod attendance;
mod certificates;
mod cohorts;
mod description;
mod edits;
mod idempotency;
mod input;
mod isolation;
mod lists;
mod matrix;
mod modules;
mod organisations;
mod permissions;
mod pilot;
mod roles;
mod sign_ins;
