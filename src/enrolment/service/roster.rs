//! Use cases of enrolment.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;

use super::store::{self, Enrolled};
use crate::cohorts::Cohort;
use crate::organisations::{self, Person, RosterEntry};
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
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

/// Makes the enrolment what a roster says: those whom it lists are enrolled, the others withdrawn. Returns the enrolled,
/// in the roster's order.
pub fn put_roster(
    conn: &mut DbConn,
    cohort: &Cohort,
    file: &str,
    roster: &[RosterEntry],
    people: People,
    now: NaiveDateTime,
) -> Result<Vec<Person>> {
    let organisation = cohort.organisation_id;
    let people = match people {
        People::Kept => organisations::service::put_roster(conn, organisation, file, roster, now)?,
        People::Known => organisations::service::known_people(conn, organisation, file, roster)?,
    };
    let listed: BTreeSet<PersonId> = people.iter().map(|person| person.id).collect();
    let states = store::states(conn, organisation, cohort.id)?;
    for (person, state) in &states {
        let wanted = if listed.contains(person) { "enrolled" } else { "withdrawn" };
        if state != wanted {
            store::set_state(conn, organisation, cohort.id, *person, wanted, now)?;
        }
    }
    let new: Vec<PersonId> = listed.into_iter().filter(|person| !states.contains_key(person)).collect();
    store::insert(conn, organisation, cohort.id, &new, now)?;
    Ok(people)
}
