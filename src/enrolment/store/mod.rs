//! Queries of enrolments.

pub mod bookings;
pub mod enrolments;
pub mod feed;
pub mod links;
pub mod needs;
pub mod people;
pub mod seats;
