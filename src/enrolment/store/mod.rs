//! Queries of enrolments.

pub mod bookings;
pub mod feed;
pub mod links;
pub mod people;
pub mod seats;
