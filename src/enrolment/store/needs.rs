//! What people need to take part.

use diesel::prelude::*;

use crate::enrolment::State;
use crate::platform::db::DbConn;
use crate::platform::db::schema::enrolments;
use crate::platform::error::Result;
use crate::platform::ids::{CohortId, OrganisationId, PersonId};

/// What somebody needs to take part; none where they said nothing.
pub fn of_person(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    person: PersonId,
) -> Result<Option<String>> {
    let found: Option<Option<String>> = enrolments::table
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        .filter(enrolments::person_id.eq(person))
        .select(enrolments::needs)
        .first(conn)
        .optional()?;
    Ok(found.flatten())
}

/// Writes down what somebody needs to take part, or that it is nothing.
pub fn set(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    person: PersonId,
    needs: Option<&str>,
) -> Result<()> {
    diesel::update(enrolments::table)
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        .filter(enrolments::person_id.eq(person))
        .set(enrolments::needs.eq(needs))
        .execute(conn)?;
    Ok(())
}

/// Removes what was needed by people who are not, or no longer, in the cohort; by everybody where it is over.
pub fn remove(conn: &mut DbConn, organisation: OrganisationId, cohort: CohortId, over: bool) -> Result<()> {
    let of_cohort = enrolments::table
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        .filter(enrolments::needs.is_not_null());
    let none = enrolments::needs.eq(None::<String>);
    if over {
        diesel::update(of_cohort).set(none).execute(conn)?;
    } else {
        let out = [State::Declined, State::Withdrawn].map(State::as_str);
        diesel::update(of_cohort.filter(enrolments::state.eq_any(out))).set(none).execute(conn)?;
    }
    Ok(())
}
