//! Use cases of accounts, one file for each thing that people do.

pub mod api_tokens;
pub mod calendar_feeds;
pub mod disabling;
pub mod enrolment_links;
pub mod founding;
pub mod invitations;
pub mod members;
pub mod own_account;
pub mod resets;
pub mod sign_ins;
pub mod tidying;
