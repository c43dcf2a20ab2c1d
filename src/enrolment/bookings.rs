//! Bookings: an enrolled person's place in one of the sessions of a module, online or in person.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::State;
use crate::cohorts::{Mode as SessionMode, Session};
use crate::platform::ids::{PersonId, SessionId};

/// How somebody takes part in a session; a hybrid session has places of both kinds.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
#[schema(as = BookingMode)]
pub enum Mode {
    Online,
    InPerson,
}

impl Mode {
    pub const ALL: [Mode; 2] = [Mode::Online, Mode::InPerson];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Online => "online",
            Mode::InPerson => "in-person",
        }
    }

    /// Reads [`Mode::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        Mode::ALL.into_iter().find(|mode| mode.as_str() == word)
    }
}

/// A place of one kind in one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Booking {
    pub session: SessionId,
    pub mode: Mode,
}

/// A session that people book, with its places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookableSession {
    /// UTC.
    pub starts: NaiveDateTime,
    pub ends: NaiveDateTime,
    /// The kinds of place that it has, and how many of each; none: without a limit.
    pub places: BTreeMap<Mode, Option<u32>>,
}

/// The kinds of place that a session has, and how many of each; none: without a limit.
pub fn places(session: &Session) -> BTreeMap<Mode, Option<u32>> {
    let limit = |places: Option<i32>| places.and_then(|places| u32::try_from(places).ok());
    match session.mode {
        SessionMode::Online => BTreeMap::from([(Mode::Online, limit(session.capacity))]),
        SessionMode::InPerson => BTreeMap::from([(Mode::InPerson, limit(session.capacity))]),
        SessionMode::Hybrid => BTreeMap::from([
            (Mode::InPerson, limit(session.capacity)),
            (Mode::Online, limit(session.online_capacity)),
        ]),
    }
}

/// The sessions of one module in a cohort, and who has booked which. A person has one booking at most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleBookings {
    pub sessions: BTreeMap<SessionId, BookableSession>,
    pub bookings: BTreeMap<PersonId, Booking>,
}

/// Somebody who wants a place, as far as it decides whether they get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booker {
    pub person: PersonId,
    /// Where they stand in the cohort.
    pub state: Option<State>,
    /// The session of the module that they attended.
    pub attended: Option<SessionId>,
}

/// What happens to a person's booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingChange {
    pub person: PersonId,
    pub from: Option<Booking>,
    pub to: Option<Booking>,
}
