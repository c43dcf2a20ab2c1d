//! Use cases of enrolment.

pub mod bookings;
pub mod course;
pub mod invitations;
pub mod open;
mod roster;
pub mod seats;
pub mod terms;
pub mod training;

pub use roster::{Listed, People, enrolled, enrolled_page, enrolled_person, put_roster, tell_left_out};
