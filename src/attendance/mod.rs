//! Attendance: what a person did in one session, read from an export of a meeting tool or a roll call.
//!
//! An export's bytes become rows ([`imports::read`]), rows become people ([`matching::Roster`], with a trainer's
//! confirmations from [`aliases`]), and a person's rows become presence ([`rules::settle`]).

use serde::{Deserialize, Serialize};

pub mod aliases;
pub mod imports;
pub mod matching;
pub mod rules;

/// What a person did in one session.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
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
