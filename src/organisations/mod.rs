//! Organisations, their departments, and the people of their roster.

pub mod roster;
