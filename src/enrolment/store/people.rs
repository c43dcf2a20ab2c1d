//! The enrolled people of a cohort.

use diesel::prelude::*;

use crate::organisations::Person;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{departments, enrolments, people};
use crate::platform::error::Result;
use crate::platform::ids::{CohortId, OrganisationId};

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
