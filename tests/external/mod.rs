//! What programs that nobody here wrote say of the API, and of what is written for other programs.

mod calendar;
mod forged_tokens;
mod schemathesis;
