//! Queries of enrolments.

pub mod feed;

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::insert_many;
use crate::organisations::Person;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{departments, enrolments, people};
use crate::platform::error::Result;
use crate::platform::ids::{CohortId, OrganisationId, PersonId};

/// Which of the enrolled people.
#[derive(Clone, Copy, Debug)]
pub enum Enrolled<'a> {
    All,
    /// A page of them: those after an employee id, and how many at most.
    Page {
        after: Option<&'a str>,
        limit: i64,
    },
    /// The one with this employee id.
    One(&'a str),
}

/// Enrolled people of a cohort, in the order of their employee ids.
pub fn enrolled(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    which: Enrolled<'_>,
) -> Result<Vec<Person>> {
    let mut query = enrolments::table
        .inner_join(people::table.on(
            people::organisation_id.eq(enrolments::organisation_id).and(people::id.eq(enrolments::person_id)),
        ))
        .inner_join(
            departments::table.on(departments::organisation_id
                .eq(people::organisation_id)
                .and(departments::id.eq(people::department_id))),
        )
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        .filter(enrolments::state.eq("enrolled"))
        .order(people::employee_id)
        .select(Person::as_select())
        .into_boxed();
    match which {
        Enrolled::All => {}
        Enrolled::Page { after, limit } => {
            query = query.limit(limit);
            if let Some(after) = after {
                query = query.filter(people::employee_id.gt(after.to_owned()));
            }
        }
        Enrolled::One(employee_id) => query = query.filter(people::employee_id.eq(employee_id.to_owned())),
    }
    Ok(query.load(conn)?)
}

/// The state of everybody's enrolment in a cohort.
pub fn states(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
) -> Result<BTreeMap<PersonId, String>> {
    let rows: Vec<(PersonId, String)> = enrolments::table
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        .select((enrolments::person_id, enrolments::state))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

#[derive(Insertable)]
#[diesel(table_name = enrolments)]
struct NewEnrolment {
    organisation_id: OrganisationId,
    cohort_id: CohortId,
    person_id: PersonId,
    state: &'static str,
    created_at: NaiveDateTime,
    changed_at: NaiveDateTime,
}

pub fn insert(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    people: &[PersonId],
    now: NaiveDateTime,
) -> Result<()> {
    let rows: Vec<NewEnrolment> = people
        .iter()
        .map(|person| NewEnrolment {
            organisation_id: organisation,
            cohort_id: cohort,
            person_id: *person,
            state: "enrolled",
            created_at: now,
            changed_at: now,
        })
        .collect();
    Ok(insert_many!(conn, enrolments::table, rows, 6)?)
}

pub fn set_state(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    person: PersonId,
    state: &str,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(enrolments::table)
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        .filter(enrolments::person_id.eq(person))
        .set((enrolments::state.eq(state), enrolments::changed_at.eq(now)))
        .execute(conn)?;
    Ok(())
}
