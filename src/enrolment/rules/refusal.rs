//! Why something about an enrolment is refused.

use chrono::NaiveDateTime;
use serde::Serialize;

use super::super::{Approval, By, State};
use crate::cohorts::State as CohortState;
use crate::platform::ids::{DepartmentId, SessionId};

/// Why nothing changes. Times are UTC; the JSON has the fields and the [`code`](Refusal::code).
///
/// A full cohort is no refusal: whoever asks joins the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Refusal {
    #[error("the person is enrolled already")]
    AlreadyEnrolled,
    #[error("the request is already made and waits for approval")]
    AlreadyRequested,
    #[error("the person is offered a seat already, to be accepted before {}", utc(until))]
    AlreadyOffered { until: NaiveDateTime },
    #[error("the person waits for a seat already, at position {position}")]
    AlreadyWaitlisted { position: u32 },
    #[error("the cohort is {state}")]
    CohortOver { state: CohortState },
    #[error("{} declined or ended this enrolment before; only staff can enrol the person again", who(*by))]
    TurnedAway { by: By },
    #[error("enrolment closed at {}; a trainer or HR can still enrol the person", utc(closed))]
    WindowClosed { closed: NaiveDateTime },
    /// The departments that may, those under them included.
    #[error(
        "only people of certain departments, and those with an invitation, may enrol themselves: {}",
        list(departments)
    )]
    NotEligible { departments: Vec<DepartmentId> },
    #[error("people enrol in this cohort by invitation only")]
    ByInvitation,
    /// None: nobody has said when.
    #[error("enrolment is not open yet{}", from(*opens))]
    NotOpenYet { opens: Option<NaiveDateTime> },
    #[error("there is no request to decide about: the person is {}", stands(*state))]
    NothingToDecide { state: Option<State> },
    #[error("{} decides about this request", decides(*approval))]
    NotYoursToDecide { approval: Approval },
    #[error("a request is declined with a reason, which the person is told")]
    ReasonMissing,
    #[error("nothing to withdraw from: the person is {}", stands(*state))]
    NotInCohort { state: Option<State> },
    #[error("session {session} ({module}) began at {}, and the person was enrolled", utc(starts))]
    SessionBegun { session: SessionId, module: String, starts: NaiveDateTime },
    #[error("there is no offer to accept: the person is {}", stands(*state))]
    NoOffer { state: Option<State> },
    #[error("the offer was to be accepted before {}", utc(until))]
    OfferOver { until: NaiveDateTime },
    #[error("{to} seats are fewer than are held: {enrolled} by the enrolled and {offered} on offer")]
    CapacityUnderHeld { to: u32, enrolled: u32, offered: u32 },
}

impl Refusal {
    /// Whether the person has already what they ask for, as far as they can.
    pub fn is_already_in(&self) -> bool {
        use Refusal::{AlreadyEnrolled, AlreadyOffered, AlreadyRequested, AlreadyWaitlisted};
        matches!(self, AlreadyEnrolled | AlreadyRequested | AlreadyOffered { .. } | AlreadyWaitlisted { .. })
    }

    /// The stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::AlreadyEnrolled => "already-enrolled",
            Refusal::AlreadyRequested => "already-requested",
            Refusal::AlreadyOffered { .. } => "already-offered",
            Refusal::AlreadyWaitlisted { .. } => "already-waitlisted",
            Refusal::CohortOver { .. } => "cohort-over",
            Refusal::TurnedAway { .. } => "turned-away",
            Refusal::WindowClosed { .. } => "window-closed",
            Refusal::NotEligible { .. } => "not-eligible",
            Refusal::ByInvitation => "by-invitation",
            Refusal::NotOpenYet { .. } => "not-open-yet",
            Refusal::NothingToDecide { .. } => "nothing-to-decide",
            Refusal::NotYoursToDecide { .. } => "not-yours-to-decide",
            Refusal::ReasonMissing => "reason-missing",
            Refusal::NotInCohort { .. } => "not-in-cohort",
            Refusal::SessionBegun { .. } => "session-begun",
            Refusal::NoOffer { .. } => "no-offer",
            Refusal::OfferOver { .. } => "offer-over",
            Refusal::CapacityUnderHeld { .. } => "capacity-under-held",
        }
    }
}

pub(super) fn utc(time: &NaiveDateTime) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}

pub(super) fn stands(state: Option<State>) -> &'static str {
    state.map_or("not in the cohort", State::as_str)
}

fn from(opens: Option<NaiveDateTime>) -> String {
    opens.map(|opens| format!("; it opens at {}", utc(&opens))).unwrap_or_default()
}

fn who(by: By) -> &'static str {
    match by {
        By::Oneself => "the person",
        By::Trainer => "a trainer",
        By::Hr => "HR",
        By::Administrator => "an administrator",
    }
}

fn decides(approval: Approval) -> &'static str {
    match approval {
        Approval::None => "a trainer, HR or an administrator",
        Approval::Trainer => "a trainer or an administrator",
        Approval::Hr => "HR or an administrator",
    }
}

fn list(departments: &[DepartmentId]) -> String {
    let ids: Vec<String> = departments.iter().map(|id| id.to_string()).collect();
    ids.join(", ")
}
