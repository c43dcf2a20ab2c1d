//! Queries of cohorts and their sessions.

use chrono::NaiveDateTime;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::trainers::Trainer;
use super::{Cohort, Session, SessionPlan, State};
use crate::access::{Reach, TAKES_PART};
use crate::on_backend;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{accounts, cohort_trainers, cohorts, enrolments, memberships, sessions};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, CohortId, OrganisationId, PersonId, SessionId};

pub fn cohort(conn: &mut DbConn, organisation: OrganisationId, id: CohortId) -> Result<Option<Cohort>> {
    Ok(cohorts::table
        .filter(cohorts::organisation_id.eq(organisation))
        .filter(cohorts::id.eq(id))
        .select(Cohort::as_select())
        .first(conn)
        .optional()?)
}

pub fn cohort_by_name(
    conn: &mut DbConn,
    organisation: OrganisationId,
    programme: &str,
    name: &str,
) -> Result<Option<Cohort>> {
    Ok(cohorts::table
        .filter(cohorts::organisation_id.eq(organisation))
        .filter(cohorts::programme_code.eq(programme))
        .filter(cohorts::name.eq(name))
        .select(Cohort::as_select())
        .first(conn)
        .optional()?)
}

/// Cohorts that an account reaches (all, those that it teaches, those that its person is in), in the order of their
/// making, after `after`; and of each whether it teaches it.
pub fn cohorts_page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    account: AccountId,
    reach: Reach,
    after: Option<CohortId>,
    limit: i64,
) -> Result<Vec<(Cohort, bool)>> {
    let teaches = || {
        exists(
            cohort_trainers::table
                .filter(cohort_trainers::organisation_id.eq(cohorts::organisation_id))
                .filter(cohort_trainers::cohort_id.eq(cohorts::id))
                .filter(cohort_trainers::account_id.eq(account)),
        )
    };
    let mut query = cohorts::table
        .filter(cohorts::organisation_id.eq(organisation))
        .filter(cohorts::id.gt(after.unwrap_or(CohortId(0))))
        .order(cohorts::id)
        .limit(limit)
        .select((Cohort::as_select(), teaches()))
        .into_boxed();
    if !(reach.all || reach.suppressed) {
        let own = exists(
            enrolments::table
                .filter(enrolments::organisation_id.eq(cohorts::organisation_id))
                .filter(enrolments::cohort_id.eq(cohorts::id))
                .filter(enrolments::person_id.eq(reach.own.unwrap_or(PersonId(0))))
                .filter(enrolments::state.eq_any(TAKES_PART)),
        );
        query = if reach.taught { query.filter(teaches().or(own)) } else { query.filter(own) };
    }
    Ok(query.load(conn)?)
}

/// Cohorts that are open or run, in the order of their making, after `after`.
pub fn live_cohorts(
    conn: &mut DbConn,
    organisation: OrganisationId,
    after: Option<CohortId>,
    limit: i64,
) -> Result<Vec<Cohort>> {
    Ok(cohorts::table
        .filter(cohorts::organisation_id.eq(organisation))
        .filter(cohorts::state.eq_any([State::Open, State::Running].map(State::as_str)))
        .filter(cohorts::id.gt(after.unwrap_or(CohortId(0))))
        .order(cohorts::id)
        .limit(limit)
        .select(Cohort::as_select())
        .load(conn)?)
}

/// What a new cohort starts with; it starts as a draft.
#[derive(Insertable)]
#[diesel(table_name = cohorts)]
pub struct NewCohortRow<'a> {
    pub organisation_id: OrganisationId,
    pub programme_code: &'a str,
    pub name: &'a str,
    pub locale: &'a str,
    pub state: &'a str,
    pub threshold_percent: i32,
    pub settings: String,
    pub created_at: NaiveDateTime,
    pub changed_at: NaiveDateTime,
}

/// Makes the cohort unless its name is taken; says whether it was made.
pub fn insert_cohort(conn: &mut DbConn, row: &NewCohortRow<'_>) -> Result<bool> {
    let made = on_backend!(conn, c =>
        diesel::insert_into(cohorts::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(made == 1)
}

/// The cohort, with other writers of it held back until the transaction ends. SQLite's writers take turns anyway.
pub fn lock_cohort(conn: &mut DbConn, organisation: OrganisationId, id: CohortId) -> Result<Option<Cohort>> {
    match conn {
        DbConn::Postgres(c) => Ok(cohorts::table
            .filter(cohorts::organisation_id.eq(organisation))
            .filter(cohorts::id.eq(id))
            .select(Cohort::as_select())
            .for_no_key_update()
            .first(c)
            .optional()?),
        DbConn::Sqlite(_) => cohort(conn, organisation, id),
    }
}

/// Writes down on which terms people enrol.
pub fn set_terms(
    conn: &mut DbConn,
    organisation: OrganisationId,
    id: CohortId,
    terms: &str,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(
        cohorts::table.filter(cohorts::organisation_id.eq(organisation)).filter(cohorts::id.eq(id)),
    )
    .set((cohorts::terms.eq(terms), cohorts::changed_at.eq(now)))
    .execute(conn)?;
    Ok(())
}

/// Sets the state, and freezes the programme where `programme` is given.
pub fn set_state(
    conn: &mut DbConn,
    organisation: OrganisationId,
    id: CohortId,
    state: State,
    programme: Option<&str>,
    now: NaiveDateTime,
) -> Result<()> {
    let cohort =
        || cohorts::table.filter(cohorts::organisation_id.eq(organisation)).filter(cohorts::id.eq(id));
    diesel::update(cohort())
        .set((cohorts::state.eq(state.as_str()), cohorts::changed_at.eq(now)))
        .execute(conn)?;
    if let Some(programme) = programme {
        diesel::update(cohort()).set(cohorts::programme.eq(programme)).execute(conn)?;
    }
    Ok(())
}

/// Brings what a cohort's documents say up to date.
pub fn set_settings(
    conn: &mut DbConn,
    organisation: OrganisationId,
    id: CohortId,
    locale: &str,
    settings: &str,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(
        cohorts::table.filter(cohorts::organisation_id.eq(organisation)).filter(cohorts::id.eq(id)),
    )
    .set((cohorts::locale.eq(locale), cohorts::settings.eq(settings), cohorts::changed_at.eq(now)))
    .execute(conn)?;
    Ok(())
}

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

/// One session of a cohort, cancelled or not.
pub fn session(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    id: SessionId,
) -> Result<Option<Session>> {
    Ok(sessions::table
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::cohort_id.eq(cohort))
        .filter(sessions::id.eq(id))
        .select(Session::as_select())
        .first(conn)
        .optional()?)
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

/// Whether the account's person is enrolled in the cohort.
pub fn is_enrolled(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    account: AccountId,
) -> Result<bool> {
    let found: i64 = enrolments::table
        .inner_join(
            memberships::table.on(memberships::organisation_id
                .eq(enrolments::organisation_id)
                .and(memberships::person_id.eq(enrolments::person_id.nullable()))),
        )
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        .filter(enrolments::state.eq("enrolled"))
        .filter(memberships::account_id.eq(account))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

#[derive(Insertable)]
#[diesel(table_name = sessions)]
struct NewSessionRow<'a> {
    organisation_id: OrganisationId,
    cohort_id: CohortId,
    module_code: &'a str,
    starts_at: NaiveDateTime,
    ends_at: NaiveDateTime,
    zone: &'a str,
    starts_local: NaiveDateTime,
    ends_local: NaiveDateTime,
    mode: &'a str,
    capacity: Option<i32>,
    uid: String,
    created_at: NaiveDateTime,
    changed_at: NaiveDateTime,
}

/// Makes the session, unless the cohort has one of this module at this time (cancelled or not); says whether it was made.
pub fn insert_session(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    new: &SessionPlan,
    uid: &str,
    now: NaiveDateTime,
) -> Result<bool> {
    let row = NewSessionRow {
        organisation_id: organisation,
        cohort_id: cohort,
        module_code: &new.module,
        starts_at: new.starts.utc,
        ends_at: new.ends.utc,
        zone: new.zone.name(),
        starts_local: new.starts.local,
        ends_local: new.ends.local,
        mode: new.mode.as_str(),
        capacity: new.capacity.and_then(|places| i32::try_from(places).ok()),
        uid: uid.to_owned(),
        created_at: now,
        changed_at: now,
    };
    let made = on_backend!(conn, c =>
        diesel::insert_into(sessions::table).values(&row).on_conflict_do_nothing().execute(c))?;
    Ok(made == 1)
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

/// Brings a known session (by module and start) up to date, and back if it was cancelled.
pub fn update_session(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    new: &SessionPlan,
) -> Result<()> {
    diesel::update(sessions::table)
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::cohort_id.eq(cohort))
        .filter(sessions::module_code.eq(&new.module))
        .filter(sessions::starts_at.eq(new.starts.utc))
        .set((
            sessions::ends_at.eq(new.ends.utc),
            sessions::zone.eq(new.zone.name()),
            sessions::starts_local.eq(new.starts.local),
            sessions::ends_local.eq(new.ends.local),
            sessions::mode.eq(new.mode.as_str()),
            sessions::capacity.eq(new.capacity.and_then(|places| i32::try_from(places).ok())),
            sessions::cancelled_at.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn cancel_session(
    conn: &mut DbConn,
    organisation: OrganisationId,
    session: SessionId,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(sessions::table)
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::id.eq(session))
        .set(sessions::cancelled_at.eq(Some(now)))
        .execute(conn)?;
    Ok(())
}

/// Everybody who teaches the cohort, in the order of their accounts.
pub fn trainers(conn: &mut DbConn, organisation: OrganisationId, cohort: CohortId) -> Result<Vec<Trainer>> {
    Ok(cohort_trainers::table
        .inner_join(accounts::table.on(accounts::id.eq(cohort_trainers::account_id)))
        .filter(cohort_trainers::organisation_id.eq(organisation))
        .filter(cohort_trainers::cohort_id.eq(cohort))
        .order(accounts::id)
        .select((accounts::id, accounts::name, accounts::email))
        .load(conn)?)
}

/// Whether the account teaches the cohort.
pub fn teaches(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    account: AccountId,
) -> Result<bool> {
    let found: i64 = cohort_trainers::table
        .filter(cohort_trainers::organisation_id.eq(organisation))
        .filter(cohort_trainers::cohort_id.eq(cohort))
        .filter(cohort_trainers::account_id.eq(account))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

/// Lets an account teach the cohort; one that does already goes on.
pub fn insert_trainer(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    account: AccountId,
    now: NaiveDateTime,
) -> Result<()> {
    on_backend!(conn, c => diesel::insert_into(cohort_trainers::table)
        .values((
            cohort_trainers::organisation_id.eq(organisation),
            cohort_trainers::cohort_id.eq(cohort),
            cohort_trainers::account_id.eq(account),
            cohort_trainers::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Ends somebody's teaching of the cohort; says whether they taught it.
pub fn delete_trainer(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    account: AccountId,
) -> Result<bool> {
    let deleted = diesel::delete(cohort_trainers::table)
        .filter(cohort_trainers::organisation_id.eq(organisation))
        .filter(cohort_trainers::cohort_id.eq(cohort))
        .filter(cohort_trainers::account_id.eq(account))
        .execute(conn)?;
    Ok(deleted > 0)
}
