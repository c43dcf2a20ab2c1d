//! Queries of cohorts and who teaches them.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind;

use super::rules::Days;
use super::trainers::Trainer;
use super::{Cohort, State};
use crate::access::{Reach, TAKES_PART};
use crate::on_backend;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{accounts, cohort_trainers, cohorts, enrolments};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, CohortId, OrganisationId, PersonId};

pub mod clashes;
pub mod materials;
pub mod sessions;

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

/// What a cohort becomes by a change.
#[derive(AsChangeset)]
#[diesel(table_name = cohorts, treat_none_as_null = true)]
pub struct CohortRow<'a> {
    pub name: &'a str,
    pub locale: &'a str,
    pub threshold_percent: i32,
    pub settings: String,
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    pub reminders: String,
    pub changed_at: NaiveDateTime,
}

/// Changes the cohort unless another of its programme has the name; says whether it did. Where not, the transaction is over.
pub fn update_cohort(
    conn: &mut DbConn,
    organisation: OrganisationId,
    id: CohortId,
    row: &CohortRow<'_>,
) -> Result<bool> {
    let cohort = cohorts::table.filter(cohorts::organisation_id.eq(organisation)).filter(cohorts::id.eq(id));
    match diesel::update(cohort).set(row).execute(conn) {
        Err(diesel::result::Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
        done => Ok(done? == 1),
    }
}

/// Sets the terms (JSON), days and reminders (JSON) of a new cohort.
pub fn set_plan(
    conn: &mut DbConn,
    organisation: OrganisationId,
    id: CohortId,
    terms: &str,
    days: Days,
    reminders: &str,
) -> Result<()> {
    let cohort = cohorts::table.filter(cohorts::organisation_id.eq(organisation)).filter(cohorts::id.eq(id));
    diesel::update(cohort)
        .set((
            cohorts::terms.eq(terms),
            cohorts::first_day.eq(days.first),
            cohorts::last_day.eq(days.last),
            cohorts::reminders.eq(reminders),
        ))
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

/// Whether the person is enrolled in the cohort: neither asks for a seat nor waits for one.
pub fn is_enrolled(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    person: PersonId,
) -> Result<bool> {
    let found: i64 = enrolments::table
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        .filter(enrolments::person_id.eq(person))
        .filter(enrolments::state.eq("enrolled"))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}
