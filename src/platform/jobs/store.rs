//! Queries of jobs.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::MAX_ATTEMPTS;
use crate::on_backend;
use crate::platform::db::DbConn;
use crate::platform::db::schema::jobs;
use crate::platform::error::Result;
use crate::platform::ids::{JobId, KeyId, OrganisationId};

#[derive(Insertable)]
// A statement that names every value is the same each time, and is prepared once.
#[diesel(table_name = jobs, treat_none_as_default_value = false)]
pub struct NewRow<'a> {
    pub organisation_id: Option<OrganisationId>,
    pub kind: &'a str,
    pub key: &'a str,
    pub payload_sealed: Vec<u8>,
    pub key_id: KeyId,
    pub state: &'a str,
    pub attempts: i32,
    pub run_at: NaiveDateTime,
    pub created_at: NaiveDateTime,
}

/// Whether it was new.
pub fn insert(conn: &mut DbConn, row: &NewRow<'_>) -> Result<bool> {
    let made = on_backend!(conn, c =>
        diesel::insert_into(jobs::table).values(row).on_conflict(jobs::key).do_nothing().execute(c))?;
    Ok(made == 1)
}

/// The job with this key.
pub fn id(conn: &mut DbConn, key: &str) -> Result<JobId> {
    Ok(jobs::table.filter(jobs::key.eq(key)).select(jobs::id).first(conn)?)
}

/// A job that is to be done now.
#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct Row {
    pub id: JobId,
    pub organisation_id: Option<OrganisationId>,
    pub kind: String,
    pub key: String,
    pub payload_sealed: Vec<u8>,
    pub key_id: KeyId,
    /// How often it was begun, this time included.
    pub attempts: i32,
    pub created_at: NaiveDateTime,
}

/// Who may finish a job, and until when nobody else takes it.
#[derive(Clone, Copy)]
pub struct Lease {
    pub number: i64,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// What a worker finds when it asks for work.
pub enum Next {
    /// It holds the lease.
    Job(Row),
    /// All attempts were used up by workers that did not come back; the job is dead.
    GivenUp(JobId),
    Nothing,
}

/// The jobs of these kinds that are due and that nobody holds, the longest waiting first. The state stands in the text of
/// the query, where both databases see that their index of waiting jobs serves it, however many are done.
macro_rules! due {
    ($kinds:expr, $now:expr) => {
        jobs::table
            .filter(sql::<Bool>("jobs.state = 'waiting'"))
            .filter(jobs::kind.eq_any($kinds.to_vec()))
            .filter(jobs::run_at.le($now))
            .filter(jobs::leased_until.is_null().or(jobs::leased_until.le($now)))
            .order((jobs::run_at, jobs::id))
            .limit(1)
    };
}

/// Whether there is anything to take; asking holds up no writer.
pub fn any_due(conn: &mut DbConn, kinds: &[&str], now: DateTime<Utc>) -> Result<bool> {
    let found: Option<JobId> = due!(kinds, now.naive_utc()).select(jobs::id).first(conn).optional()?;
    Ok(found.is_some())
}

/// Takes a job of these kinds. Two workers that ask at once get two.
pub fn take(conn: &mut DbConn, kinds: &[&str], lease: Lease) -> Result<Next> {
    if kinds.is_empty() {
        return Ok(Next::Nothing);
    }
    let now = lease.from.naive_utc();
    let found = match conn {
        DbConn::Postgres(c) => {
            due!(kinds, now).select(Row::as_select()).for_update().skip_locked().first(c).optional()?
        }
        DbConn::Sqlite(c) => due!(kinds, now).select(Row::as_select()).first(c).optional()?,
    };
    let Some(mut row) = found else { return Ok(Next::Nothing) };
    let this = jobs::table.filter(jobs::id.eq(row.id));
    if row.attempts >= MAX_ATTEMPTS {
        diesel::update(this)
            .set((
                jobs::state.eq("dead"),
                jobs::finished_at.eq(now),
                jobs::last_error.eq("no worker came back from it"),
            ))
            .execute(conn)?;
        return Ok(Next::GivenUp(row.id));
    }
    row.attempts += 1;
    diesel::update(this)
        .set((
            jobs::attempts.eq(row.attempts),
            jobs::lease.eq(lease.number),
            jobs::leased_until.eq(lease.until.naive_utc()),
            jobs::begun_at.eq(now),
        ))
        .execute(conn)?;
    Ok(Next::Job(row))
}

/// The job as long as this lease is the last: nobody else has taken it since.
macro_rules! held {
    ($id:expr, $lease:expr) => {
        jobs::table
            .filter(jobs::id.eq($id))
            .filter(jobs::state.eq("waiting"))
            .filter(jobs::lease.eq($lease.number))
    };
}

/// Notes how far a job is, and prolongs its lease; says whether it still held.
pub fn progress(
    conn: &mut DbConn,
    id: JobId,
    lease: Lease,
    until: DateTime<Utc>,
    (done, steps): (i32, i32),
) -> Result<bool> {
    let changed = diesel::update(held!(id, lease))
        .set((jobs::leased_until.eq(until.naive_utc()), jobs::steps_done.eq(done), jobs::steps.eq(steps)))
        .execute(conn)?;
    Ok(changed == 1)
}

/// How a try ended, as it is kept.
#[derive(AsChangeset, Default)]
#[diesel(table_name = jobs)]
pub struct End {
    pub state: Option<&'static str>,
    pub run_at: Option<NaiveDateTime>,
    pub payload_sealed: Option<Vec<u8>>,
    pub last_error: Option<String>,
    pub finished_at: Option<NaiveDateTime>,
    pub result: Option<String>,
}

/// Ends a try; says whether the lease still held. Nothing is changed where another worker has taken over.
pub fn finish(conn: &mut DbConn, id: JobId, lease: Lease, end: &End) -> Result<bool> {
    let changed = diesel::update(held!(id, lease))
        .set((end, jobs::lease.eq(None::<i64>), jobs::leased_until.eq(None::<NaiveDateTime>)))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Forgets jobs that were done before one moment, and jobs that died before another.
pub fn forget(conn: &mut DbConn, done: NaiveDateTime, dead: NaiveDateTime) -> Result<()> {
    for (state, before) in [("done", done), ("dead", dead)] {
        diesel::delete(jobs::table.filter(jobs::state.eq(state)).filter(jobs::finished_at.lt(before)))
            .execute(conn)?;
    }
    Ok(())
}

/// Whose jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Installation,
    Organisation(OrganisationId),
}

/// A job that failed for good.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct DeadJob {
    pub id: JobId,
    pub kind: String,
    pub attempts: i32,
    /// Holds no secret.
    pub last_error: Option<String>,
    pub created_at: NaiveDateTime,
    pub finished_at: Option<NaiveDateTime>,
}

/// Narrows a query of jobs to whose they are.
macro_rules! whose {
    ($query:expr, $of:expr) => {
        match $of {
            Of::Installation => $query.filter(jobs::organisation_id.is_null()),
            Of::Organisation(id) => $query.filter(jobs::organisation_id.eq(id)),
        }
    };
}

/// A page of dead jobs, the oldest first.
pub fn dead(conn: &mut DbConn, of: Of, after: Option<JobId>, limit: i64) -> Result<Vec<DeadJob>> {
    let query = jobs::table
        .filter(jobs::state.eq("dead"))
        .filter(jobs::id.gt(after.unwrap_or(JobId(0))))
        .order(jobs::id)
        .limit(limit)
        .select(DeadJob::as_select())
        .into_boxed();
    Ok(whose!(query, of).load(conn)?)
}

/// A job as whoever waits for it sees it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct FollowedJob {
    pub id: JobId,
    pub kind: String,
    state: String,
    leased_until: Option<NaiveDateTime>,
    pub attempts: i32,
    /// Of a handler that tells them.
    pub steps_done: Option<i32>,
    pub steps: Option<i32>,
    /// JSON, of a job that is done and has a result.
    pub result: Option<String>,
    /// Why the last failed try failed. Holds no secret.
    pub last_error: Option<String>,
    pub created_at: NaiveDateTime,
    /// Not before.
    pub run_at: NaiveDateTime,
    /// When the last try began.
    pub begun_at: Option<NaiveDateTime>,
    /// When it was done, or dead.
    pub finished_at: Option<NaiveDateTime>,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// For its time, for a worker, or for the next try.
    Waiting,
    /// In the hands of a worker.
    Running,
    Done,
    /// It failed for good.
    Dead,
}

impl FollowedJob {
    pub fn state(&self, now: DateTime<Utc>) -> JobState {
        match self.state.as_str() {
            "done" => JobState::Done,
            "dead" => JobState::Dead,
            _ if self.leased_until.is_some_and(|until| until > now.naive_utc()) => JobState::Running,
            _ => JobState::Waiting,
        }
    }
}

/// A job, if there is such a one and it is theirs.
pub fn follow(conn: &mut DbConn, of: Of, id: JobId) -> Result<Option<FollowedJob>> {
    let query = jobs::table.filter(jobs::id.eq(id)).select(FollowedJob::as_select()).into_boxed();
    Ok(whose!(query, of).first(conn).optional()?)
}

/// Lets a dead job be tried again as if it were new; says whether there is such a one.
pub fn retry(conn: &mut DbConn, of: Of, id: JobId, now: NaiveDateTime) -> Result<bool> {
    let dead = jobs::table.filter(jobs::state.eq("dead")).filter(jobs::id.eq(id));
    let again = (
        jobs::state.eq("waiting"),
        jobs::attempts.eq(0),
        jobs::run_at.eq(now),
        jobs::finished_at.eq(None::<NaiveDateTime>),
        jobs::steps_done.eq(None::<i32>),
        jobs::steps.eq(None::<i32>),
    );
    let changed = match of {
        Of::Installation => {
            diesel::update(dead.filter(jobs::organisation_id.is_null())).set(again).execute(conn)?
        }
        Of::Organisation(organisation) => {
            diesel::update(dead.filter(jobs::organisation_id.eq(organisation))).set(again).execute(conn)?
        }
    };
    Ok(changed == 1)
}
