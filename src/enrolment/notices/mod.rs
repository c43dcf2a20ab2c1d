//! Who is told what by mail. What happens enqueues one job in its own transaction, however many people it is about; the
//! job looks up who they are and enqueues a mail to each ([`compose`]). While a cohort is a draft nobody is told anything:
//! at its opening those are who were enrolled before. What is past is not told of.

mod audience;
mod compose;
mod difference;
mod reminders;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

pub use compose::Composer;
pub use reminders::{KIND as REMINDERS, begin as begin_reminders, handle as handle_reminders};

use super::bookings::{BookingChange, Mode};
use super::mails::Notice;
use super::store::bookings::{self, Of};
use super::store::seats;
use super::store::seats::Whose;
use super::{Standing, State, Transition, Why};
use crate::cohorts::service as cohorts;
use crate::cohorts::{Cohort, Session, State as CohortState};
use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::db::{DbConn, Scope};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, CohortId, OrganisationId, PersonId, SessionId};
use crate::platform::jobs::{self, Job, JobError, NewJob};

/// The kind of jobs that find out whom a thing that happened is to be told.
pub const KIND: &str = "notices";

/// The kind of jobs that end offers.
pub const OFFERS: &str = "offers";

/// What happened in a cohort.
#[derive(Serialize, Deserialize)]
struct Happened {
    organisation: OrganisationId,
    cohort: CohortId,
    what: What,
    /// UTC.
    at: NaiveDateTime,
    /// What is told under one of these is told once to each, whichever job it comes with.
    series: Option<String>,
}

#[derive(Serialize, Deserialize)]
enum What {
    /// People stand elsewhere than before.
    Moved(Vec<Moved>),
    /// Somebody booked another place, or none any more.
    Rebooked(BookingChange),
    /// There are new sessions.
    Planned {
        sessions: Vec<SessionId>,
        /// Those that there were already.
        beside: Vec<SessionId>,
    },
    Changed {
        /// As it was.
        before: Box<Session>,
        /// Who had booked it, where it is booked no more.
        booked: Vec<(PersonId, Mode)>,
    },
    Cancelled {
        /// As it was.
        before: Box<Session>,
        /// Who had booked it: their bookings go with it.
        booked: Vec<(PersonId, Mode)>,
    },
    /// There is another number of seats.
    Seats { before: Option<u32> },
    /// Others give a session, or learn to.
    Given {
        session: SessionId,
        /// Those who did before.
        before: BTreeSet<AccountId>,
    },
    Reminder {
        session: SessionId,
        /// What it was about has changed where the session has another.
        sequence: i32,
        minutes: u32,
    },
    /// People may enrol by this link's secret.
    Invited { people: Vec<PersonId>, secret: String },
    /// What later features tell.
    Told(Vec<(PersonId, Notice)>),
}

#[derive(Serialize, Deserialize)]
struct Moved {
    person: PersonId,
    said: Said,
    /// The sessions that they had booked, where they held a seat before and do no longer.
    left: Option<Vec<SessionId>>,
}

/// What somebody is told of where they stand.
#[derive(Serialize, Deserialize)]
enum Said {
    Requested,
    Enrolled,
    Waitlisted { position: u32 },
    Offered { until: NaiveDateTime },
    Promoted,
    Declined { reason: String },
    Closed { was: State },
    OfferOver,
    Withdrawn { by_oneself: bool },
}

impl Said {
    fn of(why: &Why) -> Said {
        match why {
            Why::NeedsApproval { .. } => Said::Requested,
            Why::SeatFree { .. } | Why::Listed { .. } | Why::Approved { .. } | Why::OfferAccepted => {
                Said::Enrolled
            }
            Why::CohortFull { position } | Why::ApprovedAndFull { position, .. } => {
                Said::Waitlisted { position: *position }
            }
            Why::NextInLine { .. } => Said::Promoted,
            Why::SeatOffered { until, .. } => Said::Offered { until: *until },
            Why::NotApproved { reason, .. } => Said::Declined { reason: reason.clone() },
            Why::CohortClosed { was } => Said::Closed { was: *was },
            Why::OfferOver { .. } => Said::OfferOver,
            Why::Left { by } => Said::Withdrawn { by_oneself: *by == super::By::Oneself },
        }
    }
}

/// Enqueues what happened under a key of its own; each thing happens once.
fn enqueue(conn: &mut DbConn, platform: &Platform, cohort: &Cohort, what: What) -> Result<()> {
    let key = format!("{KIND}:{:032x}", u128::from_be_bytes(platform.random.bytes()?));
    enqueue_as(conn, platform, cohort, &key, None, what)
}

fn enqueue_as(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    key: &str,
    series: Option<&str>,
    what: What,
) -> Result<()> {
    if cohort.state == CohortState::Draft {
        return Ok(());
    }
    let now = platform.clock.now();
    let (organisation, id) = (cohort.organisation_id, cohort.id);
    let series = series.map(str::to_owned);
    let payload = Happened { organisation, cohort: id, what, at: now.naive_utc(), series };
    let job = NewJob { organisation: Some(organisation), kind: KIND, key, payload: &payload, run_at: now };
    jobs::enqueue(conn, platform, &job).map(drop)
}

/// Tells people where they stand; `given_up` are the sessions that those had booked who are out.
pub fn moved(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    transitions: &[Transition],
    given_up: &BTreeMap<PersonId, Vec<SessionId>>,
) -> Result<()> {
    let moved = transitions.iter().map(|transition| {
        let left = transition.from == Some(State::Enrolled) && transition.to.state().is_out();
        let given_up = || given_up.get(&transition.person).cloned().unwrap_or_default();
        Moved { person: transition.person, said: Said::of(&transition.why), left: left.then(given_up) }
    });
    enqueue(conn, platform, cohort, What::Moved(moved.collect()))
}

/// Tells those where they stand whom staff enrolled while the cohort was a draft, and trainers what they give; it is open
/// now. Whom a roster listed, a roster keeps.
pub fn opened(conn: &mut DbConn, platform: &Platform, cohort: &Cohort) -> Result<()> {
    let (organisation, id) = (cohort.organisation_id, cohort.id);
    let standings = seats::standings(conn, organisation, id, Whose::All)?;
    let listed = seats::listed(conn, organisation, id)?;
    let mut waiting: Vec<(i64, PersonId)> = Vec::new();
    let mut moved = Vec::new();
    for (person, standing) in standings.into_iter().filter(|(person, _)| !listed.contains(person)) {
        let said = match standing {
            Standing::Requested => Said::Requested,
            Standing::Enrolled { .. } => Said::Enrolled,
            Standing::Offered { until } => Said::Offered { until },
            Standing::Waitlisted { turn } => {
                waiting.push((turn, person));
                continue;
            }
            Standing::Declined { .. } | Standing::Withdrawn { .. } => continue,
        };
        moved.push(Moved { person, said, left: None });
    }
    waiting.sort_unstable();
    for (position, (_, person)) in (1..).zip(waiting) {
        moved.push(Moved { person, said: Said::Waitlisted { position }, left: None });
    }
    if !moved.is_empty() {
        enqueue(conn, platform, cohort, What::Moved(moved))?;
    }
    // Those who give its sessions have not heard of them, either.
    for session in cohorts::sessions(conn, organisation, id)? {
        givers_changed(conn, platform, cohort, &session, BTreeSet::new())?;
    }
    Ok(())
}

/// Tells a person what they have booked, or no longer.
pub fn rebooked(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    change: &BookingChange,
) -> Result<()> {
    enqueue(conn, platform, cohort, What::Rebooked(*change))
}

/// Tells everybody who is to come, or has to choose now, and who gives them, that there are new sessions.
pub fn sessions_planned(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    planned: &[Session],
) -> Result<()> {
    if planned.iter().all(|session| is_past(platform, session)) {
        return Ok(());
    }
    let sessions: Vec<SessionId> = planned.iter().map(|session| session.id).collect();
    let all = cohorts::sessions(conn, cohort.organisation_id, cohort.id)?;
    let beside = all.iter().map(|session| session.id).filter(|id| !sessions.contains(id)).collect();
    enqueue(conn, platform, cohort, What::Planned { sessions, beside })
}

/// Tells those who have to choose now, or no longer, that there is another number of seats.
pub fn seats_changed(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    before: Option<u32>,
) -> Result<()> {
    enqueue(conn, platform, cohort, What::Seats { before })
}

/// Tells who gives a session from now on, and who does no longer; `before` are those who did.
pub fn givers_changed(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    session: &Session,
    before: BTreeSet<AccountId>,
) -> Result<()> {
    if is_past(platform, session) {
        return Ok(());
    }
    enqueue(conn, platform, cohort, What::Given { session: session.id, before })
}

/// Tells everybody affected that a session has another time or place, or has to be chosen now, or no longer; its bookings are
/// still there.
pub fn session_changed(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    before: &Session,
    after: &Session,
) -> Result<()> {
    if before == after || is_past(platform, before) && is_past(platform, after) {
        return Ok(());
    }
    let booked = if after.head_count_only { booked(conn, cohort, before)? } else { Vec::new() };
    enqueue(conn, platform, cohort, What::Changed { before: Box::new(before.clone()), booked })
}

/// Tells everybody affected that a session is cancelled; `session` is as it was before, and its bookings are still there.
pub fn session_cancelled(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    session: &Session,
) -> Result<()> {
    if is_past(platform, session) {
        return Ok(());
    }
    let booked = booked(conn, cohort, session)?;
    enqueue(conn, platform, cohort, What::Cancelled { before: Box::new(session.clone()), booked })
}

/// Who has booked a session.
fn booked(conn: &mut DbConn, cohort: &Cohort, session: &Session) -> Result<Vec<(PersonId, Mode)>> {
    let all = bookings::bookings(conn, cohort.organisation_id, cohort.id, Of::Module(&session.module_code))?;
    let booked = all.into_iter().filter(|(_, _, booking)| booking.session == session.id);
    Ok(booked.map(|(person, _, booking)| (person, booking.mode)).collect())
}

/// Sends people a link by which they enrol.
pub fn invited(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    people: Vec<PersonId>,
    secret: &Secret<String>,
) -> Result<()> {
    enqueue(conn, platform, cohort, What::Invited { people, secret: secret.expose().clone() })
}

/// Tells people of a cohort what a later feature has to say. A notice that has a `link` and leaves it empty gets that of
/// the person's page.
pub fn tell(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    told: Vec<(PersonId, Notice)>,
) -> Result<()> {
    if told.is_empty() { Ok(()) } else { enqueue(conn, platform, cohort, What::Told(told)) }
}

/// The same once to each person in a series: who was told in it before is not told again.
pub fn tell_once(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    series: &str,
    told: Vec<(PersonId, Notice)>,
) -> Result<()> {
    let key = format!("{KIND}:{:032x}", u128::from_be_bytes(platform.random.bytes()?));
    enqueue_as(conn, platform, cohort, &key, Some(series), What::Told(told))
}

fn is_past(platform: &Platform, session: &Session) -> bool {
    session.ends_at <= platform.clock.now().naive_utc()
}

#[derive(Serialize, Deserialize)]
struct Offers {
    organisation: OrganisationId,
    cohort: CohortId,
}

/// Enqueues the end of the offers of a cohort that run until then.
pub fn enqueue_end_of_offers(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    until: NaiveDateTime,
) -> Result<()> {
    let payload = Offers { organisation: cohort.organisation_id, cohort: cohort.id };
    let key = format!("{OFFERS}:{}:{}", cohort.id, until.and_utc().timestamp_micros());
    let organisation = Some(cohort.organisation_id);
    let job = NewJob { organisation, kind: OFFERS, key: &key, payload: &payload, run_at: until.and_utc() };
    jobs::enqueue(conn, platform, &job).map(drop)
}

/// Ends offers whose time is over.
pub fn handle_offers(platform: &Platform, job: &Job) -> std::result::Result<(), JobError> {
    let Offers { organisation, cohort } = job.payload()?;
    let lapse = |conn: &mut DbConn| super::service::seats::lapse(conn, platform, organisation, cohort);
    platform.db.write_tx(Scope::Organisation(organisation), lapse).map_err(passing)
}

/// Whatever the database says, it may say something else later.
fn passing(error: Error) -> JobError {
    JobError::Passing(error.to_string())
}
