//! Attendance: what a person did in one session, read from an export of a meeting tool or a roll call.
//!
//! An export's bytes become rows ([`imports::read`]), rows become people ([`matching::Roster`], with a trainer's
//! confirmations from [`aliases`]), and a person's rows become presence ([`rules::settle`]).

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::platform::db::schema::attendance;
use crate::platform::error::Error;
use crate::platform::ids::{PersonId, SessionId};

pub mod aliases;
pub mod api;
pub mod imports;
pub mod matching;
pub mod rules;
pub mod service;
mod store;

/// What a person did in one session.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
#[schema(as = AttendanceStatus)]
pub enum Status {
    /// There for all of it.
    Present,
    /// There for some of it, with minutes.
    Partial,
    Absent,
    /// Absent with a reason; counts as absent.
    Excused,
}

impl Status {
    /// All of them, in the order in which a message lists them.
    pub const ALL: [Status; 4] = [Status::Present, Status::Partial, Status::Absent, Status::Excused];

    /// The word in files, the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Present => "present",
            Status::Partial => "partial",
            Status::Absent => "absent",
            Status::Excused => "excused",
        }
    }

    /// Reads [`Status::as_str`] in any case.
    pub fn parse(word: &str) -> Option<Self> {
        Status::ALL.into_iter().find(|status| word.eq_ignore_ascii_case(status.as_str()))
    }

    /// Whether the person was seen in the session at all.
    pub fn is_seen(self) -> bool {
        matches!(self, Status::Present | Status::Partial)
    }
}

impl TryFrom<String> for Status {
    type Error = Error;

    fn try_from(word: String) -> Result<Self, Error> {
        Status::parse(&word).ok_or_else(|| Error::internal(format!("a status of attendance is {word:?}")))
    }
}

/// What is recorded of a person in a session. A later fact supersedes an earlier one, which stays.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = attendance)]
pub struct Fact {
    pub session_id: SessionId,
    pub person_id: PersonId,
    #[diesel(deserialize_as = String)]
    pub status: Status,
    pub present_seconds: i32,
    /// The files that say so and their formats; empty where no file names the person any more.
    pub source: String,
    /// [`matching::MatchedBy`]
    pub matched_by: Option<String>,
    /// [`rules::Flag`]s, joined by spaces.
    pub flags: String,
    pub author: String,
    /// Of a correction.
    pub reason: Option<String>,
    pub recorded_at: NaiveDateTime,
    pub superseded_at: Option<NaiveDateTime>,
}
