//! Use cases of enrolment.

use chrono::NaiveDateTime;

use super::terms::terms;
use crate::cohorts::Cohort;
use crate::enrolment::store::bookings;
use crate::enrolment::store::needs;
use crate::enrolment::store::people::{self as store, Enrolled};
use crate::enrolment::store::seats::{self, Whose};
use crate::enrolment::{By, Standing, State, Transition, Why};
use crate::organisations::{self, Person, RosterEntry};
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::Fault;
use crate::platform::ids::{CohortId, OrganisationId, PersonId};

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

/// Makes the enrolment what a roster says: those whom it lists are enrolled, the others withdrawn. Returns the enrolled, in
/// the roster's order. A roster writes down who takes part, so nobody is mailed; more people than seats are refused.
pub fn put_roster(
    conn: &mut DbConn,
    cohort: &Cohort,
    file: &str,
    roster: &[RosterEntry],
    people: People,
    now: NaiveDateTime,
) -> Result<Vec<Person>> {
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
    seats::apply(conn, organisation, cohort.id, &transitions, now)?;
    let is_out = |transition: &&Transition| transition.to.state().is_out();
    let out: Vec<PersonId> = transitions.iter().filter(is_out).map(|transition| transition.person).collect();
    if !out.is_empty() {
        bookings::remove_all(conn, organisation, cohort.id, &out)?;
        needs::remove(conn, organisation, cohort.id, false)?;
    }
    Ok(listed)
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
