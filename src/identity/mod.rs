//! Accounts, their memberships in organisations, how they get in, and how they show who they are.
//!
//! A browser has a cookie, a program has an access token for ten minutes and a refresh token for the next one, a script
//! has a token with a scope and an end. Each names a sign-in (or is one), whose end is felt by the next request.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::access::Role;
use crate::platform::db::schema::{accounts, sign_ins};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, SignInId};

pub mod access_tokens;
pub mod api;
pub mod callers;
pub mod mails;
pub mod pages;
pub mod passwords;
pub mod rules;
pub mod secrets;
pub mod service;
mod store;
pub mod text;

/// What queries give back, for those who show it.
pub mod rows {
    pub use super::store::api_tokens::ApiToken;
    pub use super::store::invitations::Invitation;
    pub use super::store::members::{MembershipRow, OwnMembership};
}

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub struct Account {
    pub id: AccountId,
    /// As it was given; ASCII.
    pub email: String,
    pub name: String,
    /// BCP 47 tag of the language of pages and mails.
    pub language: String,
    pub operator: bool,
    pub disabled_at: Option<NaiveDateTime>,
}

/// A signed-in browser or program.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sign_ins)]
pub struct SignIn {
    pub id: SignInId,
    /// `browser` or `program`.
    pub kind: String,
    /// What the client is, in a word.
    pub client: String,
    pub created_at: NaiveDateTime,
    pub last_used_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
}

/// Why a sign-in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedBy {
    /// In this browser or program.
    SignOut,
    /// From the list of sign-ins.
    Ended,
    /// A refresh token was shown a second time: somebody else may have it.
    ReplayedToken,
    /// Another password was chosen.
    Password,
}

impl EndedBy {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            EndedBy::SignOut => "sign-out",
            EndedBy::Ended => "ended",
            EndedBy::ReplayedToken => "replayed-token",
            EndedBy::Password => "password",
        }
    }
}

/// Roles as the database has them: words with spaces between.
pub fn roles_to_text(roles: &[Role]) -> String {
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    roles.into_iter().map(Role::as_str).collect::<Vec<_>>().join(" ")
}

/// The roles of such a text.
pub fn roles_of_text(text: &str) -> Result<Vec<Role>> {
    let role = |word: &str| {
        Role::parse(word).ok_or_else(|| Error::internal(format!("the database has a role {word:?}")))
    };
    text.split_whitespace().map(role).collect()
}
