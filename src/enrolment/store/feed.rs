//! Queries of an account's own calendar.

use chrono::NaiveDateTime;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::cohorts::{Cohort, Session};
use crate::enrolment::feed::Row;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{
    bookings, cohort_trainers, cohorts, enrolments, memberships, session_trainers, sessions,
};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, CohortId, OrganisationId};

/// The sessions that concern a member, by start: of cohorts in which its person is enrolled, and those that it gives or
/// learns to give. Not of drafts, none that was over before `since`, and of the cancelled ones those that would not be over
/// yet.
pub fn sessions(
    conn: &mut DbConn,
    organisation: OrganisationId,
    account: AccountId,
    since: NaiveDateTime,
    now: NaiveDateTime,
) -> Result<Vec<Row>> {
    let enrolled = || {
        exists(
            enrolments::table
                .filter(enrolments::organisation_id.eq(sessions::organisation_id))
                .filter(enrolments::cohort_id.eq(sessions::cohort_id))
                .filter(enrolments::person_id.nullable().eq(memberships::person_id))
                .filter(enrolments::state.eq("enrolled")),
        )
    };
    let named = || {
        exists(
            session_trainers::table
                .filter(session_trainers::organisation_id.eq(sessions::organisation_id))
                .filter(session_trainers::session_id.eq(sessions::id))
                .filter(session_trainers::account_id.eq(account)),
        )
    };
    // A session that names who gives it is not given by everybody who teaches the cohort.
    let taught = || {
        let names_its_own = exists(
            session_trainers::table
                .filter(session_trainers::organisation_id.eq(sessions::organisation_id))
                .filter(session_trainers::session_id.eq(sessions::id))
                .filter(session_trainers::part.eq("trainer")),
        );
        let teaches = exists(
            cohort_trainers::table
                .filter(cohort_trainers::organisation_id.eq(sessions::organisation_id))
                .filter(cohort_trainers::cohort_id.eq(sessions::cohort_id))
                .filter(cohort_trainers::account_id.eq(account)),
        );
        teaches.and(not(names_its_own))
    };
    let booking = || {
        bookings::table
            .filter(bookings::organisation_id.eq(sessions::organisation_id))
            .filter(bookings::person_id.nullable().eq(memberships::person_id))
    };
    let booked = exists(booking().filter(bookings::session_id.eq(sessions::id)));
    let module_booked = exists(
        booking()
            .filter(bookings::cohort_id.eq(sessions::cohort_id))
            .filter(bookings::module_code.eq(sessions::module_code)),
    );
    Ok(sessions::table
        .inner_join(memberships::table.on(memberships::organisation_id.eq(sessions::organisation_id)))
        .inner_join(cohorts::table.on(
            cohorts::organisation_id.eq(sessions::organisation_id).and(cohorts::id.eq(sessions::cohort_id)),
        ))
        .filter(sessions::organisation_id.eq(organisation))
        .filter(memberships::account_id.eq(account))
        .filter(cohorts::state.ne("draft"))
        .filter(sessions::ends_at.gt(since))
        .filter(sessions::cancelled_at.is_null().or(sessions::ends_at.gt(now)))
        .filter(enrolled().or(named()).or(taught()))
        .order((sessions::starts_at, sessions::id))
        .select((
            Session::as_select(),
            memberships::roles,
            enrolled(),
            named(),
            taught(),
            booked,
            module_booked,
        ))
        .load(conn)?)
}

/// These cohorts.
pub fn cohorts(conn: &mut DbConn, organisation: OrganisationId, ids: &[CohortId]) -> Result<Vec<Cohort>> {
    Ok(cohorts::table
        .filter(cohorts::organisation_id.eq(organisation))
        .filter(cohorts::id.eq_any(ids))
        .select(Cohort::as_select())
        .load(conn)?)
}
