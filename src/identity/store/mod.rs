//! Queries. Look-ups by a secret are in [`super::secrets`].

pub mod accounts;
pub mod api_tokens;
pub mod calendar_feeds;
pub mod invitations;
pub mod members;
pub mod sign_ins;
