//! Enrolment: people in cohorts, the seats that they hold or wait for, and their places in sessions.
//!
//! [`Seats`] is what is known of one cohort. [`rules`] turn it and a wish into [`Transition`]s, which say of each person
//! where they stand from now on and why, or into a refusal that says why not. Whoever stores them changes nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::cohorts::State as CohortState;
use crate::platform::ids::{DepartmentId, PersonId, SessionId};

pub mod api;
pub mod bookings;
pub mod feed;
pub mod links;
pub mod mails;
pub mod notices;
pub mod pages;
pub mod rules;
pub mod scheduling;
pub mod service;
mod store;

/// The word for where a person stands in a cohort.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
#[schema(as = EnrolmentState)]
pub enum State {
    /// Waits for an approval. Holds no seat and no turn in the line.
    Requested,
    /// Holds a seat that they have still to accept.
    Offered,
    /// Holds a seat.
    Enrolled,
    /// Waits in the line for a seat.
    Waitlisted,
    /// Was not approved, or had no seat when the cohort closed.
    Declined,
    /// Left, was taken out, or let an offer go by.
    Withdrawn,
}

impl State {
    pub const ALL: [State; 6] = [
        State::Requested,
        State::Offered,
        State::Enrolled,
        State::Waitlisted,
        State::Declined,
        State::Withdrawn,
    ];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Requested => "requested",
            State::Offered => "offered",
            State::Enrolled => "enrolled",
            State::Waitlisted => "waitlisted",
            State::Declined => "declined",
            State::Withdrawn => "withdrawn",
        }
    }

    /// Reads [`State::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether nobody else can have the seat.
    pub fn holds_seat(self) -> bool {
        matches!(self, State::Offered | State::Enrolled)
    }

    /// Whether the person is not, or no longer, in the cohort.
    pub fn is_out(self) -> bool {
        matches!(self, State::Declined | State::Withdrawn)
    }
}

/// Who does something, as far as a rule depends on it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The person whom it is about.
    Oneself,
    /// A trainer of the cohort.
    Trainer,
    Hr,
    Administrator,
}

impl By {
    pub const ALL: [By; 4] = [By::Oneself, By::Trainer, By::Hr, By::Administrator];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            By::Oneself => "oneself",
            By::Trainer => "trainer",
            By::Hr => "hr",
            By::Administrator => "administrator",
        }
    }

    /// Reads [`By::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        By::ALL.into_iter().find(|by| by.as_str() == word)
    }
}

/// On which terms people enrol in a cohort. By default: everybody, at any time, without a limit or an approval.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    pub window: Window,
    pub eligible: Eligible,
    /// Seats; none: without a limit.
    pub capacity: Option<u32>,
    pub approval: Approval,
    pub freed_seat: FreedSeat,
}

/// When people may enrol by themselves: from `opens` until just before `closes`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Window {
    /// UTC; none: as soon as the cohort is open.
    pub opens: Option<NaiveDateTime>,
    /// UTC; none: until the cohort is closed.
    pub closes: Option<NaiveDateTime>,
}

/// Who may enrol by themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Eligible {
    #[default]
    Everybody,
    /// People of these departments and of those under them.
    Departments(BTreeSet<DepartmentId>),
    /// Whoever has a link that invites.
    ByInvitation,
}

/// Whose approval an enrolment needs. An administrator can give any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Approval {
    #[default]
    None,
    Trainer,
    Hr,
}

/// How a seat that comes free goes on to whoever waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FreedSeat {
    /// The next person is enrolled.
    #[default]
    AtOnce,
    /// The next person has so many hours to accept it.
    Offer { hours: NonZeroU32 },
}

/// Somebody who asks for a seat, or for whom it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applicant {
    pub person: PersonId,
    /// Their department and all those over it.
    pub departments: BTreeSet<DepartmentId>,
    /// Whether they come by a link that invites, which stands for being eligible.
    pub invited: bool,
}

/// Where a person stands in a cohort, with what the rules need to know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Standing {
    Requested,
    /// The seat is theirs to accept before `until` (UTC).
    Offered {
        until: NaiveDateTime,
    },
    /// Since when they hold the seat for good (UTC).
    Enrolled {
        since: NaiveDateTime,
    },
    /// Whoever joined the line earlier has the smaller turn. A number and not a time: instances' clocks differ, and two
    /// can join in one millisecond, but nobody who was told a position may find somebody else before them.
    Waitlisted {
        turn: i64,
    },
    /// None: the cohort closed.
    Declined {
        by: Option<By>,
    },
    /// None: an offer went by.
    Withdrawn {
        by: Option<By>,
    },
}

impl Standing {
    pub fn state(&self) -> State {
        match self {
            Standing::Requested => State::Requested,
            Standing::Offered { .. } => State::Offered,
            Standing::Enrolled { .. } => State::Enrolled,
            Standing::Waitlisted { .. } => State::Waitlisted,
            Standing::Declined { .. } => State::Declined,
            Standing::Withdrawn { .. } => State::Withdrawn,
        }
    }
}

/// When a session of the cohort starts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionStart {
    /// UTC.
    pub starts: NaiveDateTime,
    pub session: SessionId,
    /// The module's code.
    pub module: String,
}

/// A person in a cohort, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    pub person: PersonId,
    pub standing: Standing,
    /// Why they stand there: JSON of a [`Why`]; none where a roster put them there.
    pub why: Option<String>,
    /// Where they wait in the line, from 1.
    pub position: Option<u32>,
    pub created_at: NaiveDateTime,
    pub changed_at: NaiveDateTime,
}

/// What is known of a cohort's seats when something is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seats {
    pub terms: Terms,
    pub cohort: CohortState,
    /// Whomever the decision is about. Where a seat may come free by it, these are also everybody who is offered one or
    /// waits; where the cohort closes, everybody who has no seat for good.
    pub people: BTreeMap<PersonId, Standing>,
    /// The others.
    pub others: Others,
    /// Needed where somebody enrolled withdraws.
    pub sessions: Vec<SessionStart>,
}

/// What is known of people who are not looked at one by one, so that a large cohort or a long line need not be loaded to
/// enrol one person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Others {
    /// How many of them hold a seat. Not counted where there is no limit, nor where others wait: no seat is free then.
    pub holding: u32,
    /// How many of them wait before all who wait among those looked at. Whoever waits behind these is left out.
    pub waiting: u32,
    /// The turn of the last of these, where a newcomer comes right behind them.
    pub last_turn: i64,
}

/// What happens to one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Transition {
    pub person: PersonId,
    /// None: they were never in the cohort.
    pub from: Option<State>,
    pub to: Standing,
    pub why: Why,
}

/// Why it happens, so that the person can be told. Names nobody else: that somebody withdrew is not another's to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Why {
    /// Enrolled: a seat was free and no approval was needed, or whoever enrolled them gives it.
    SeatFree { by: By },
    /// Enrolled: a roster says so.
    Listed { by: By },
    /// Requested.
    NeedsApproval { approval: Approval },
    /// Waitlisted, with the position in the line, from 1.
    CohortFull { position: u32 },
    /// Enrolled.
    Approved { by: By },
    /// Waitlisted: approved, and the cohort is full.
    ApprovedAndFull { by: By, position: u32 },
    /// Declined, with what the person is told.
    NotApproved { by: By, reason: String },
    /// Enrolled: next in line when a seat came free.
    NextInLine { freed: Freed },
    /// Offered: next in line when a seat came free. To be accepted before `until` (UTC).
    SeatOffered { freed: Freed, until: NaiveDateTime },
    /// Enrolled.
    OfferAccepted,
    /// Withdrawn: the offer ran until then (UTC).
    OfferOver { until: NaiveDateTime },
    /// Withdrawn.
    Left { by: By },
    /// Declined: they had no seat for good when the cohort closed; where they stood then.
    CohortClosed { was: State },
}

impl Why {
    /// The stable word for it, which is also the `code` of its JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Why::SeatFree { .. } => "seat-free",
            Why::Listed { .. } => "listed",
            Why::NeedsApproval { .. } => "needs-approval",
            Why::CohortFull { .. } => "cohort-full",
            Why::Approved { .. } => "approved",
            Why::ApprovedAndFull { .. } => "approved-and-full",
            Why::NotApproved { .. } => "not-approved",
            Why::NextInLine { .. } => "next-in-line",
            Why::SeatOffered { .. } => "seat-offered",
            Why::OfferAccepted => "offer-accepted",
            Why::OfferOver { .. } => "offer-over",
            Why::Left { .. } => "left",
            Why::CohortClosed { .. } => "cohort-closed",
        }
    }

    /// Where in the line somebody waits from now on, from 1.
    pub fn position(&self) -> Option<u32> {
        match self {
            Why::CohortFull { position } | Why::ApprovedAndFull { position, .. } => Some(*position),
            _ => None,
        }
    }
}

/// How a seat came free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum Freed {
    /// Somebody left, or turned an offer down.
    Withdrawal,
    /// Somebody let an offer go by.
    OfferOver,
    /// There are more seats than before: so many, or no limit any more.
    CapacityRaised { to: Option<u32> },
}
