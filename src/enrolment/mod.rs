//! Enrolment: people in cohorts.

pub mod api;
pub mod service;
mod store;
