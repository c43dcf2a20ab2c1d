//! Queries of sessions.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::cohorts::{Cohort, Plan, Session, State};
use crate::platform::db::DbConn;
use crate::platform::db::schema::{attendance, attendance_imports, cohorts, sessions};
use crate::platform::error::Result;
use crate::platform::ids::{CohortId, OrganisationId, SessionId};

/// The sessions of a cohort that were not cancelled, by start.
pub fn sessions(conn: &mut DbConn, organisation: OrganisationId, cohort: CohortId) -> Result<Vec<Session>> {
    Ok(sessions::table
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::cohort_id.eq(cohort))
        .filter(sessions::cancelled_at.is_null())
        .order((sessions::starts_at, sessions::id))
        .select(Session::as_select())
        .load(conn)?)
}

/// Sessions that begin between two moments, are not cancelled, and whose cohorts are open or run; by start.
pub fn sessions_between(
    conn: &mut DbConn,
    organisation: OrganisationId,
    from: NaiveDateTime,
    to: NaiveDateTime,
) -> Result<Vec<(Cohort, Session)>> {
    let live = [State::Open, State::Running].map(State::as_str);
    Ok(sessions::table
        .inner_join(cohorts::table.on(
            cohorts::organisation_id.eq(sessions::organisation_id).and(cohorts::id.eq(sessions::cohort_id)),
        ))
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::cancelled_at.is_null())
        .filter(sessions::starts_at.between(from, to))
        .filter(cohorts::state.eq_any(live))
        .order((sessions::starts_at, sessions::id))
        .select((Cohort::as_select(), Session::as_select()))
        .load(conn)?)
}

/// The sessions of a cohort, by start; of the cancelled ones those that would not be over yet.
pub fn scheduled_sessions(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    now: NaiveDateTime,
) -> Result<Vec<Session>> {
    Ok(sessions::table
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::cohort_id.eq(cohort))
        .filter(sessions::cancelled_at.is_null().or(sessions::ends_at.gt(now)))
        .order((sessions::starts_at, sessions::id))
        .select(Session::as_select())
        .load(conn)?)
}

/// The session of a module at a time in a cohort, cancelled or not: there is one at most.
pub fn session_at(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    module: &str,
    starts: NaiveDateTime,
) -> Result<Option<Session>> {
    Ok(sessions::table
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::cohort_id.eq(cohort))
        .filter(sessions::module_code.eq(module))
        .filter(sessions::starts_at.eq(starts))
        .select(Session::as_select())
        .first(conn)
        .optional()?)
}

/// One session of a cohort, cancelled or not.
pub fn session(conn: &mut DbConn, organisation: OrganisationId, id: SessionId) -> Result<Option<Session>> {
    Ok(sessions::table
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::id.eq(id))
        .select(Session::as_select())
        .first(conn)
        .optional()?)
}

/// What a plan says of a session, and what changes with it.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = sessions, treat_none_as_null = true)]
struct SessionRow<'a> {
    starts_at: NaiveDateTime,
    ends_at: NaiveDateTime,
    zone: &'a str,
    starts_local: NaiveDateTime,
    ends_local: NaiveDateTime,
    mode: &'a str,
    capacity: Option<i32>,
    online_capacity: Option<i32>,
    link: &'a str,
    place: &'a str,
    room: &'a str,
    directions: &'a str,
    accessibility: &'a str,
    language: &'a str,
    interpretation: &'a str,
    head_count_only: bool,
    sequence: i32,
    clash_override: Option<&'a str>,
    changed_at: NaiveDateTime,
}

impl<'a> SessionRow<'a> {
    fn new(plan: &'a Plan, standing: Standing<'a>, now: NaiveDateTime) -> Self {
        let Plan { times, details, .. } = plan;
        SessionRow {
            starts_at: times.starts.utc,
            ends_at: times.ends.utc,
            zone: times.zone.name(),
            starts_local: times.starts.local,
            ends_local: times.ends.local,
            mode: details.mode.as_str(),
            capacity: details.capacity,
            online_capacity: details.online_capacity,
            link: &details.link,
            place: &details.place,
            room: &details.room,
            directions: &details.directions,
            accessibility: &details.accessibility,
            language: &details.language,
            interpretation: &details.interpretation,
            head_count_only: details.head_count_only,
            sequence: standing.sequence,
            clash_override: standing.clash_override,
            changed_at: now,
        }
    }
}

/// What is kept of a session beside its plan.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing<'a> {
    pub sequence: i32,
    pub clash_override: Option<&'a str>,
}

/// Makes a session. There must be none of this module at this time in the cohort, cancelled or not.
pub fn insert_session(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    plan: &Plan,
    uid: &str,
    standing: Standing<'_>,
    now: NaiveDateTime,
) -> Result<SessionId> {
    Ok(diesel::insert_into(sessions::table)
        .values((
            sessions::organisation_id.eq(organisation),
            sessions::cohort_id.eq(cohort),
            sessions::module_code.eq(&plan.module),
            sessions::uid.eq(uid),
            sessions::created_at.eq(now),
            SessionRow::new(plan, standing, now),
        ))
        .returning(sessions::id)
        .get_result(conn)?)
}

/// Makes a session what its plan says, and brings it back if it was cancelled. It keeps its module.
pub fn update_session(
    conn: &mut DbConn,
    organisation: OrganisationId,
    session: SessionId,
    plan: &Plan,
    standing: Standing<'_>,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(sessions::table)
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::id.eq(session))
        .set((
            SessionRow::new(plan, standing, now),
            sessions::cancelled_at.eq(None::<NaiveDateTime>),
            sessions::cancel_reason.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Cancels a session; calendars are told so by its next sequence.
pub fn cancel_session(
    conn: &mut DbConn,
    organisation: OrganisationId,
    session: SessionId,
    reason: Option<&str>,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(sessions::table)
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::id.eq(session))
        .set((
            sessions::cancelled_at.eq(Some(now)),
            sessions::cancel_reason.eq(reason),
            sessions::sequence.eq(sessions::sequence + 1),
            sessions::changed_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn set_head_count(
    conn: &mut DbConn,
    organisation: OrganisationId,
    session: SessionId,
    count: i32,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(sessions::table)
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::id.eq(session))
        .set((sessions::head_count.eq(Some(count)), sessions::changed_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Keeps why a session may take what is taken.
pub fn set_clash_override(
    conn: &mut DbConn,
    organisation: OrganisationId,
    session: SessionId,
    reason: &str,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(sessions::table)
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::id.eq(session))
        .set((sessions::clash_override.eq(Some(reason)), sessions::changed_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Whether files or facts of attendance of the session count.
pub fn has_attendance(conn: &mut DbConn, organisation: OrganisationId, session: SessionId) -> Result<bool> {
    let files: i64 = attendance_imports::table
        .filter(attendance_imports::organisation_id.eq(organisation))
        .filter(attendance_imports::session_id.eq(session))
        .filter(attendance_imports::superseded_at.is_null())
        .count()
        .get_result(conn)?;
    let facts: i64 = attendance::table
        .filter(attendance::organisation_id.eq(organisation))
        .filter(attendance::session_id.eq(session))
        .filter(attendance::superseded_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(files + facts > 0)
}

/// Whether a session of the organisation has this uid.
pub fn uid_is_taken(conn: &mut DbConn, organisation: OrganisationId, uid: &str) -> Result<bool> {
    let found: i64 = sessions::table
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::uid.eq(uid))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}
