//! Enrolment: people in cohorts.

pub mod service;
mod store;
