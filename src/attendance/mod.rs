//! Attendance: what a person did in one session, read from an export of a meeting tool or a roll call.

pub mod imports;
pub mod service;
#[derive(Clone, Debug)]
pub struct Fact {
    pub session_id: crate::platform::ids::SessionId,
    pub person_id: crate::platform::ids::PersonId,
    pub present_seconds: i32,
}
