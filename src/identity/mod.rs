//! Accounts, their sign-ins and what they may do.

pub mod access_tokens;
pub mod passwords;
