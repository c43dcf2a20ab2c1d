//! The JSON API on both databases: every request passes the server as it is put together for `serve`.

mod client;
mod steps;

mod attendance;
mod certificates;
mod cohorts;
mod description;
mod input;
mod isolation;
mod lists;
mod matrix;
mod permissions;
mod pilot;
mod sign_ins;
