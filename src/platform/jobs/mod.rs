//! What follows from a write and is done after its commit: a mail, later a call to another system.
//!
//! A job is enqueued in the transaction of the write ([`enqueue`]), so both are committed or neither. A [`Worker`] does
//! it afterwards and tries again while the reason of a failure may pass. After a crash a job can be done twice, and it is
//! never lost: whatever a handler does must bear a repetition.

mod hands;
mod store;
mod worker;

use std::fmt;

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use hands::Running;
pub use store::{DeadJob, FollowedJob, JobState, Of, dead, follow, forget, retry};
pub use worker::{Tally, Worker};

use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::db::{DbConn, Scope};
use crate::platform::error::{Error, Result, chain};
use crate::platform::ids::{JobId, OrganisationId};
use crate::platform::keys::Purpose;

/// How often a job is tried; it is `dead` after the last failure.
pub const MAX_ATTEMPTS: i32 = 10;

/// What is to be done.
pub struct NewJob<'a, P: ?Sized> {
    /// Absent for what is of the installation.
    pub organisation: Option<OrganisationId>,
    /// Names the handler.
    pub kind: &'static str,
    /// The same for the same thing, so that a second try enqueues nothing: `invitation:12`. Not secret.
    pub key: &'a str,
    /// What the handler needs to know. It is sealed in the database, and gone once the job is done.
    pub payload: &'a P,
    /// Not before.
    pub run_at: DateTime<Utc>,
}

/// Enqueues a job in the caller's transaction. Says whether it is new: one with a known key is left as it is.
pub fn enqueue<P: Serialize + ?Sized>(
    conn: &mut DbConn,
    platform: &Platform,
    job: &NewJob<'_, P>,
) -> Result<bool> {
    let payload = serde_json::to_vec(job.payload).map_err(Error::internal)?;
    let key = platform.keys.current(Purpose::Jobs)?;
    store::insert(
        conn,
        &store::NewRow {
            organisation_id: job.organisation,
            kind: job.kind,
            key: job.key,
            payload_sealed: key.key.seal(job.key, &payload, &platform.random)?,
            key_id: key.id,
            state: "waiting",
            attempts: 0,
            run_at: job.run_at.naive_utc(),
            created_at: platform.clock.now().naive_utc(),
        },
    )
}

/// The same for a job that somebody will follow: its id, also where it was known.
pub fn start<P: Serialize + ?Sized>(
    conn: &mut DbConn,
    platform: &Platform,
    job: &NewJob<'_, P>,
) -> Result<JobId> {
    enqueue(conn, platform, job)?;
    store::id(conn, job.key)
}

/// A job in the hands of its handler.
#[derive(Clone)]
pub struct Job {
    pub id: JobId,
    /// Whose it is; absent for what is of the installation.
    pub organisation: Option<OrganisationId>,
    pub key: String,
    pub created_at: DateTime<Utc>,
    /// When this try began.
    pub begun_at: DateTime<Utc>,
    payload: Secret<Vec<u8>>,
    lease: store::Lease,
    platform: Platform,
}

impl Job {
    /// What the job is about.
    ///
    /// # Errors
    /// Permanent: what cannot be read now never can. The message quotes nothing of it.
    pub fn payload<P: DeserializeOwned>(&self) -> std::result::Result<P, JobError> {
        serde_json::from_slice(self.payload.expose())
            .map_err(|_| JobError::Permanent("its payload is of another form".to_owned()))
    }

    /// Tells those who follow the job how far it is, and prolongs its lease: a handler that takes longer than some minutes
    /// says so now and then. Each time is a commit of its own.
    ///
    /// # Errors
    /// Another worker has the job, or the database does not answer: the handler stops here.
    pub fn progress(&self, done: usize, steps: usize) -> std::result::Result<(), JobError> {
        let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let until = self.platform.clock.now() + worker::LEASE;
        let told = self.platform.db.write_tx(Scope::Installation, |conn| {
            store::progress(conn, self.id, self.lease, until, (count(done), count(steps)))
        });
        match told {
            Ok(true) => Ok(()),
            Ok(false) => Err(JobError::Passing("another worker has it".to_owned())),
            Err(error) => Err(JobError::Passing(chain(&error))),
        }
    }
}

/// Why a job was not done. The message is kept and logged: it must hold no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobError {
    /// A later try may succeed.
    Passing(String),
    /// No later try will.
    Permanent(String),
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JobError::Passing(message) | JobError::Permanent(message) => f.write_str(message),
        }
    }
}

/// How long to wait after the attempt with this number, from 1; `None` after the last.
fn pause_after(attempt: i32) -> Option<Duration> {
    match attempt {
        ..=1 => Some(Duration::minutes(1)),
        2 => Some(Duration::minutes(5)),
        3 => Some(Duration::minutes(30)),
        4 => Some(Duration::hours(2)),
        5..MAX_ATTEMPTS => Some(Duration::hours(8)),
        MAX_ATTEMPTS.. => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let pauses: Vec<Duration> = (1..).map_while(pause_after).collect();
        assert_eq!(pauses.len(), 9);
        assert!(pauses.is_sorted());
        // A server that is mended after a weekend's night still gets the mail.
        assert!(pauses.iter().sum::<Duration>() > Duration::hours(36));
    }
}
