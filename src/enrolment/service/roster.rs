//! Use cases of rosters: who is enrolled, as a file says it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;

use super::seats::give_up;
use super::terms::terms;
use crate::cohorts::{Cohort, service as cohorts};
use crate::enrolment::notices;
use crate::enrolment::store::people::{self as store, Enrolled};
use crate::enrolment::store::seats::{self, Whose};
use crate::enrolment::{By, Standing, State, Transition, Why};
use crate::organisations::{self, Person, RosterEntry};
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::Fault;
use crate::platform::ids::{CohortId, OrganisationId, PersonId, SessionId};

/// The enrolled people of a cohort, in the order of their employee ids.
pub fn enrolled(conn: &mut DbConn, organisation: OrganisationId, cohort: CohortId) -> Result<Vec<Person>> {
    store::enrolled(conn, organisation, cohort, Enrolled::All)
}

/// A page of the enrolled people of a cohort, by employee id.
pub fn enrolled_page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Person>> {
    store::enrolled(conn, organisation, cohort, Enrolled::Page { after, limit })
}

/// One enrolled person of a cohort, or [`Error::NotFound`].
pub fn enrolled_person(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    employee_id: &str,
) -> Result<Person> {
    // PostgreSQL takes no NUL in a text, so nobody has one.
    let known = !employee_id.contains('\0');
    let found = if known {
        store::enrolled(conn, organisation, cohort, Enrolled::One(employee_id))?.pop()
    } else {
        None
    };
    found.ok_or_else(|| Error::not_found("person"))
}

/// What a roster does to the organisation's people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum People {
    /// They are brought up to date with it: its author keeps them.
    Kept,
    /// It lists people as they are.
    Known,
}

/// What a roster made of an enrolment.
pub struct Listed {
    /// The enrolled, in the roster's order.
    pub people: Vec<Person>,
    /// Those who were in the cohort and are no longer.
    pub left_out: Vec<Transition>,
    /// The sessions that these had booked.
    pub given_up: BTreeMap<PersonId, Vec<SessionId>>,
    /// Whom an earlier roster had put there.
    listed_before: BTreeSet<PersonId>,
}

/// Makes the enrolment what a roster says: those whom it lists are enrolled, the others withdrawn. It writes down who takes
/// part, so that nobody hears of it by this; more people than seats are refused.
pub fn put_roster(
    conn: &mut DbConn,
    cohort: &Cohort,
    file: &str,
    roster: &[RosterEntry],
    people: People,
    now: NaiveDateTime,
) -> Result<Listed> {
    let organisation = cohort.organisation_id;
    let (listed, by) = match people {
        People::Kept => (organisations::service::put_roster(conn, organisation, file, roster, now)?, By::Hr),
        People::Known => {
            (organisations::service::known_people(conn, organisation, file, roster)?, By::Trainer)
        }
    };
    refuse_over_capacity(cohort, file, listed.len())?;
    let mut standings = seats::standings(conn, organisation, cohort.id, Whose::All)?;
    let transition = |person, from: Option<&Standing>, to, why| Transition {
        person,
        from: from.map(Standing::state),
        to,
        why,
    };
    let mut transitions = Vec::new();
    for person in &listed {
        let from = standings.remove(&person.id);
        if from.map(|from| from.state()) != Some(State::Enrolled) {
            let to = Standing::Enrolled { since: now };
            transitions.push(transition(person.id, from.as_ref(), to, Why::Listed { by }));
        }
    }
    for (person, from) in &standings {
        if !from.state().is_out() {
            let to = Standing::Withdrawn { by: Some(by) };
            transitions.push(transition(*person, Some(from), to, Why::Left { by }));
        }
    }
    let is_out = |transition: &Transition| transition.to.state().is_out();
    let listed_before = match transitions.iter().any(is_out) {
        true => seats::listed(conn, organisation, cohort.id)?,
        false => BTreeSet::new(),
    };
    seats::apply(conn, organisation, cohort.id, &transitions, now)?;
    let given_up = give_up(conn, cohort, &transitions)?;
    transitions.retain(is_out);
    Ok(Listed { people: listed, left_out: transitions, listed_before, given_up })
}

/// Tells those whom a roster left out that they are not in the cohort any more: whoever came otherwise than by a roster, and
/// everybody while there are sessions to come, which they may have in their calendars.
pub fn tell_left_out(conn: &mut DbConn, platform: &Platform, cohort: &Cohort, listed: &Listed) -> Result<()> {
    let mut out = listed.left_out.clone();
    let now = platform.clock.now().naive_utc();
    let sessions = cohorts::sessions(conn, cohort.organisation_id, cohort.id)?;
    if !sessions.iter().any(|session| session.ends_at > now && !session.head_count_only) {
        out.retain(|transition| !listed.listed_before.contains(&transition.person));
    }
    if out.is_empty() { Ok(()) } else { notices::moved(conn, platform, cohort, &out, &listed.given_up) }
}

fn refuse_over_capacity(cohort: &Cohort, file: &str, listed: usize) -> Result<()> {
    match terms(cohort)?.capacity {
        Some(seats) if listed > usize::try_from(seats).unwrap_or(usize::MAX) => {
            let message = format!("the file lists {listed} people, and the cohort has {seats} seats");
            Err(Fault::new("roster-over-capacity", message).in_file(file).into())
        }
        _ => Ok(()),
    }
}
