//! Attendance: what a person did in one session, read from an export of a meeting tool or a roll call.

pub mod imports;
