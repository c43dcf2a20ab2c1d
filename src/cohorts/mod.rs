//! Cohorts: one delivery of a programme to a group, and its sessions.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

pub mod folder;
pub mod logos;
pub mod schedule;

/// A cohort as a trainer plans it in `cohort.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CohortPlan {
    /// The programme's code.
    pub programme: String,
    /// The organisation's name.
    pub organisation: String,
    /// Short, for serials and addresses: two to sixteen capital letters and digits.
    pub organisation_code: String,
    /// The cohort's name, such as `Winter 2023`.
    pub cohort: String,
    /// BCP 47 tag; a language that documents are written in.
    pub locale: String,
    /// Share of a session's scheduled time that counts as attended, 1 to 100; the programme's where the plan names none.
    pub threshold_percent: u32,
    /// Names or addresses of those who give the sessions; they are no participants.
    pub facilitators: Vec<String>,
    /// Where certificates are issued; empty where the plan names none.
    pub place: String,
    pub signatories: Vec<Signatory>,
    pub logos: Vec<LogoFile>,
    /// Department → the directorate that it is reported with where it is small.
    pub directorates: BTreeMap<String, String>,
    /// The name of a folder with certificate templates, in the trainer's folder; the built-in ones where absent.
    pub certificates: Option<String>,
}

/// Who signs the certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signatory {
    pub name: String,
    pub title: String,
}

/// An image in the trainer's folder and what it shows, for those who do not see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoFile {
    pub file: String,
    pub alt: String,
}

/// A session as a trainer plans it in a row of `sessions.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionPlan {
    /// The module's code.
    pub module: String,
    pub zone: Tz,
    pub starts: Moment,
    /// After `starts`, by at most a day.
    pub ends: Moment,
    pub mode: Mode,
    /// Places, where they are limited.
    pub capacity: Option<u32>,
    /// The attendance files of the session, in the trainer's folder; none where no attendance was taken.
    pub files: Vec<String>,
}

/// A time as a clock on the wall showed it, and in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub local: NaiveDateTime,
    pub utc: NaiveDateTime,
}

/// How a session is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    Online,
    InPerson,
    Hybrid,
}

impl Mode {
    pub const ALL: [Mode; 3] = [Mode::Online, Mode::InPerson, Mode::Hybrid];

    /// The word in files, the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Online => "online",
            Mode::InPerson => "in-person",
            Mode::Hybrid => "hybrid",
        }
    }
}
