//! Cohorts: one delivery of a programme to a group, and its sessions.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::organisations::Logo;
use crate::platform::db::schema::{cohorts, sessions};
use crate::platform::ids::{CohortId, OrganisationId, SessionId};
pub use crate::platform::local_time::Moment;

pub mod api;
pub mod calendar;
pub mod details;
pub mod folder;
pub mod materials;
pub mod rules;
pub mod schedule;
pub mod schedule_file;
pub mod service;
pub mod snapshot;
mod store;
pub mod trainers;

/// One delivery of a programme to a group.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = cohorts)]
pub struct Cohort {
    pub id: CohortId,
    pub organisation_id: OrganisationId,
    pub programme_code: String,
    /// Unique in its organisation and programme.
    pub name: String,
    /// BCP 47 tag of the language of its documents.
    pub locale: String,
    #[diesel(deserialize_as = String)]
    pub state: State,
    /// Share of a session's scheduled time that counts as attended, 1 to 100.
    pub threshold_percent: i32,
    /// The programme as it was when the cohort opened (JSON of a catalogue `Programme` and its module titles).
    pub programme: Option<String>,
    /// JSON of [`Settings`].
    pub settings: String,
    pub created_at: NaiveDateTime,
    pub changed_at: NaiveDateTime,
    /// JSON of `enrolment::Terms`.
    pub terms: String,
    /// The days between which its sessions are; none: not said.
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    /// JSON of the minutes before a session at which people are reminded of it.
    pub reminders: String,
}

/// Where a cohort stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = CohortState)]
pub enum State {
    Draft,
    Open,
    Running,
    Closed,
    Archived,
}

impl State {
    pub const ALL: [State; 5] = [State::Draft, State::Open, State::Running, State::Closed, State::Archived];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Open => "open",
            State::Running => "running",
            State::Closed => "closed",
            State::Archived => "archived",
        }
    }
}

impl TryFrom<String> for State {
    type Error = UnknownWord;

    fn try_from(word: String) -> Result<Self, UnknownWord> {
        State::ALL.into_iter().find(|state| state.as_str() == word).ok_or(UnknownWord(word))
    }
}

/// A word that the database's own checks should have kept out.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is none of the known words")]
pub struct UnknownWord(String);

/// What the documents of a cohort say beside its name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Where certificates are issued; empty: no place is printed.
    pub place: String,
    pub signatories: Vec<Signatory>,
    pub logos: Vec<Logo>,
    /// E-mail addresses of those who gave the sessions: they are in the exports and are not learners.
    pub facilitators: Vec<String>,
}

/// Who signs the certificates of a cohort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Signatory {
    pub name: String,
    pub title: String,
}

/// How people meet.
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

impl TryFrom<String> for Mode {
    type Error = UnknownWord;

    fn try_from(word: String) -> Result<Self, UnknownWord> {
        Mode::ALL.into_iter().find(|mode| mode.as_str() == word).ok_or(UnknownWord(word))
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One scheduled meeting of one module in one cohort.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    pub id: SessionId,
    pub cohort_id: CohortId,
    pub module_code: String,
    /// UTC.
    pub starts_at: NaiveDateTime,
    /// UTC.
    pub ends_at: NaiveDateTime,
    /// IANA name.
    pub zone: String,
    /// In `zone`.
    pub starts_local: NaiveDateTime,
    /// In `zone`.
    pub ends_local: NaiveDateTime,
    #[diesel(deserialize_as = String)]
    pub mode: Mode,
    /// Places, where they are limited; of a hybrid session, those in the room.
    pub capacity: Option<i32>,
    /// What calendars know it by: one for life.
    pub uid: String,
    /// How often its time or place has changed (RFC 5545, section 3.8.7.4).
    pub sequence: i32,
    pub created_at: NaiveDateTime,
    pub changed_at: NaiveDateTime,
    /// Places online of a hybrid session, where they are limited.
    pub online_capacity: Option<i32>,
    /// Where to meet online; for the enrolled and for those who work with the cohort. Empty: not said, as in all below.
    pub link: String,
    pub place: String,
    pub room: String,
    /// How to get there.
    pub directions: String,
    /// What people with disabilities find there.
    pub accessibility: String,
    /// BCP 47 tag of what is spoken.
    pub language: String,
    /// BCP 47 tags of what it is interpreted into, with spaces between; `sgn` and its like are sign languages.
    pub interpretation: String,
    /// Of residents and minors nobody writes down names: how many came is all that is recorded.
    pub head_count_only: bool,
    pub head_count: Option<i32>,
    pub cancelled_at: Option<NaiveDateTime>,
    pub cancel_reason: Option<String>,
    /// Why a trainer or a room has it at the same time as another session.
    pub clash_override: Option<String>,
}

impl Session {
    /// The scheduled length.
    pub fn seconds(&self) -> u32 {
        u32::try_from((self.ends_at - self.starts_at).num_seconds()).unwrap_or(0)
    }

    /// The day on which it was held, in its own zone.
    pub fn date(&self) -> NaiveDate {
        self.starts_local.date()
    }
}

/// Where and how people meet in a session, and in which languages. What is not said is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    pub mode: Mode,
    /// Places, where they are limited; of a hybrid session, those in the room.
    pub capacity: Option<i32>,
    pub online_capacity: Option<i32>,
    pub link: String,
    pub place: String,
    pub room: String,
    pub directions: String,
    pub accessibility: String,
    pub language: String,
    /// With spaces between.
    pub interpretation: String,
    pub head_count_only: bool,
}

impl Details {
    /// Of a session of which only this is said, as in `sessions.csv`.
    pub fn only(mode: Mode, capacity: Option<i32>) -> Self {
        Details {
            mode,
            capacity,
            online_capacity: None,
            link: String::new(),
            place: String::new(),
            room: String::new(),
            directions: String::new(),
            accessibility: String::new(),
            language: String::new(),
            interpretation: String::new(),
            head_count_only: false,
        }
    }

    pub fn of(session: &Session) -> Self {
        Details {
            mode: session.mode,
            capacity: session.capacity,
            online_capacity: session.online_capacity,
            link: session.link.clone(),
            place: session.place.clone(),
            room: session.room.clone(),
            directions: session.directions.clone(),
            accessibility: session.accessibility.clone(),
            language: session.language.clone(),
            interpretation: session.interpretation.clone(),
            head_count_only: session.head_count_only,
        }
    }
}

/// When a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    pub zone: Tz,
    pub starts: Moment,
    /// After `starts`, by at most a day.
    pub ends: Moment,
}

impl Times {
    pub fn of(session: &Session) -> Self {
        Times {
            zone: session.zone.parse().unwrap_or(Tz::UTC),
            starts: Moment { local: session.starts_local, utc: session.starts_at },
            ends: Moment { local: session.ends_local, utc: session.ends_at },
        }
    }
}

/// A session that was checked and can be planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The module's code.
    pub module: String,
    pub times: Times,
    pub details: Details,
}

impl From<&SessionPlan> for Plan {
    fn from(row: &SessionPlan) -> Self {
        let capacity = row.capacity.and_then(|places| i32::try_from(places).ok());
        Plan {
            module: row.module.clone(),
            times: Times { zone: row.zone, starts: row.starts, ends: row.ends },
            details: Details::only(row.mode, capacity),
        }
    }
}

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
    /// E-mail addresses of those who give the sessions; they are no participants.
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
