//! Does what was enqueued: each job under a lease, outside any transaction.
//!
//! What begins a job is committed before its handler runs, what ends it afterwards, together with the beginning of the
//! next: a commit for each job. Only one that was begun and not ended is done again after a crash.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::store::{self, End, Lease, Next, Row};
use super::{Job, JobError, pause_after};
use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::db::Scope;
use crate::platform::error::{Result, chain};
use crate::platform::ids::JobId;

/// After this a worker that has not answered is taken for gone. Longer than any handler takes that tells no progress; a
/// mail server is given up much earlier.
pub(super) const LEASE: TimeDelta = TimeDelta::minutes(10);

/// What a handler made of a job: its result as JSON, where it has one.
type Made = std::result::Result<Option<String>, JobError>;

type Handler = Box<dyn Fn(&Job) -> Made + Send + Sync>;

/// Does the jobs of the kinds that it has a handler for; it leaves others to other versions of the program.
pub struct Worker {
    platform: Platform,
    handlers: BTreeMap<&'static str, Handler>,
}

/// What became of the jobs that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub done: usize,
    /// To be tried again later.
    pub postponed: usize,
    pub dead: usize,
}

/// How one try ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    Postponed,
    Dead,
}

/// A try that is over and not noted yet.
pub(super) struct Ended {
    id: JobId,
    kind: String,
    attempt: i32,
    lease: Lease,
    outcome: Outcome,
    end: End,
}

/// What a worker has in hand after a turn.
pub(super) enum Hand {
    /// It has done another job.
    Ended(Ended),
    /// A job was taken that nobody can do any more.
    GivenUp,
    Empty,
}

impl Worker {
    pub fn new(platform: Platform) -> Worker {
        Worker { platform, handlers: BTreeMap::new() }
    }

    /// Gives the jobs of a kind to `handler`. It may see a job again that it has done before. What it returns is the job's
    /// result, which whoever may follow the job can read: small, and without personal data; `()` is none.
    pub fn handling<R: Serialize>(
        mut self,
        kind: &'static str,
        handler: impl Fn(&Job) -> std::result::Result<R, JobError> + Send + Sync + 'static,
    ) -> Worker {
        self.handlers.insert(kind, Box::new(move |job| handler(job).map(|made| result(&made))));
        self
    }

    /// The kinds that it has a handler for.
    pub(super) fn kinds(&self) -> Vec<&'static str> {
        self.handlers.keys().copied().collect()
    }

    /// Does all jobs that are due, one after the other.
    ///
    /// # Errors
    /// The database does not answer. That a job fails is no error: it is postponed or dead.
    pub fn run_due(&self) -> Result<Tally> {
        let kinds = self.kinds();
        let (mut tally, mut ended) = (Tally::default(), None);
        loop {
            let (noted, hand) = self.turn(&kinds, ended.as_ref())?;
            match noted {
                Some(Outcome::Done) => tally.done += 1,
                Some(Outcome::Postponed) => tally.postponed += 1,
                Some(Outcome::Dead) => tally.dead += 1,
                None => {}
            }
            ended = match hand {
                Hand::Ended(ended) => Some(ended),
                Hand::GivenUp => {
                    tally.dead += 1;
                    None
                }
                Hand::Empty => return Ok(tally),
            };
        }
    }

    /// Notes how a try ended, takes a job of these kinds in the same commit, and does it.
    ///
    /// # Errors
    /// The database does not answer: nothing was noted, and nothing taken.
    pub(super) fn next(&self, kinds: &[&str], ended: Option<&Ended>) -> Result<Hand> {
        Ok(self.turn(kinds, ended)?.1)
    }

    /// The same; also says how the try ended, where it still counted.
    fn turn(&self, kinds: &[&str], ended: Option<&Ended>) -> Result<(Option<Outcome>, Hand)> {
        let Platform { db, clock, random, .. } = &self.platform;
        let from = clock.now();
        let scope = Scope::Installation;
        // Asking holds up no writer.
        if ended.is_none() && !db.read(scope, |conn| store::any_due(conn, kinds, from))? {
            return Ok((None, Hand::Empty));
        }
        let lease = Lease { number: i64::from_be_bytes(random.bytes()?), from, until: from + LEASE };
        let (held, next) = db.write_tx(scope, |conn| {
            let held = ended.map(|Ended { id, lease, end, .. }| store::finish(conn, *id, *lease, end));
            Ok((held.transpose()?, store::take(conn, kinds, lease)?))
        })?;
        let noted = ended.zip(held).and_then(|(ended, held)| ended.tell(held));
        let hand = match next {
            Next::Job(row) => Hand::Ended(self.attempt(row, lease)),
            Next::GivenUp(id) => {
                tracing::error!(job = %id, "a job is dead: no worker came back from it");
                Hand::GivenUp
            }
            Next::Nothing => Hand::Empty,
        };
        Ok((noted, hand))
    }

    fn attempt(&self, row: Row, lease: Lease) -> Ended {
        let made = self.run(&row, lease);
        let (outcome, end) = end(row.attempts, made, self.platform.clock.now());
        Ended { id: row.id, kind: row.kind, attempt: row.attempts, lease, outcome, end }
    }

    /// Runs the handler.
    fn run(&self, row: &Row, lease: Lease) -> Made {
        let key = self.platform.keys.get(row.key_id).map_err(|error| JobError::Passing(chain(&error)))?;
        let payload = key.key.open(&row.key, &row.payload_sealed);
        let payload =
            payload.ok_or_else(|| JobError::Permanent("its payload cannot be opened".to_owned()))?;
        let job = Job {
            id: row.id,
            organisation: row.organisation_id,
            key: row.key.clone(),
            created_at: row.created_at.and_utc(),
            begun_at: lease.from,
            payload: Secret::new(payload),
            lease,
            platform: self.platform.clone(),
        };
        let Some(handler) = self.handlers.get(row.kind.as_str()) else {
            return Err(JobError::Passing("it has no handler".to_owned()));
        };
        // One job that meets a bug must not end the work on all others.
        catch_unwind(AssertUnwindSafe(|| handler(&job)))
            .unwrap_or_else(|_| Err(JobError::Passing("its handler panicked".to_owned())))
    }
}

/// What is kept of a handler's value.
fn result(made: &impl Serialize) -> Option<String> {
    match serde_json::to_string(made) {
        Ok(json) => Some(json).filter(|json| json != "null"),
        Err(error) => {
            // The job is done all the same.
            tracing::error!(%error, "a job's result cannot be written as JSON");
            None
        }
    }
}

/// How the try with this number ended, and what is kept of it.
fn end(attempt: i32, made: Made, now: DateTime<Utc>) -> (Outcome, End) {
    let finished_at = Some(now.naive_utc());
    match made {
        Ok(result) => {
            // What it was about may have been secret, and nobody needs it any more.
            let gone = Some(Vec::new());
            let end =
                End { state: Some("done"), payload_sealed: gone, finished_at, result, ..End::default() };
            (Outcome::Done, end)
        }
        Err(error) => {
            let last_error = Some(error.to_string());
            let pause = match error {
                JobError::Passing(_) => pause_after(attempt),
                JobError::Permanent(_) => None,
            };
            match pause {
                Some(pause) => {
                    let run_at = Some((now + pause).naive_utc());
                    (Outcome::Postponed, End { run_at, last_error, ..End::default() })
                }
                None => {
                    (Outcome::Dead, End { state: Some("dead"), last_error, finished_at, ..End::default() })
                }
            }
        }
    }
}

impl Ended {
    /// Logs how the try ended; `None` where the lease had run out and another worker has the job.
    fn tell(&self, held: bool) -> Option<Outcome> {
        let Ended { id: job, kind, attempt, outcome, end, .. } = self;
        if !held {
            tracing::warn!(%job, kind, attempt, "a job took longer than its lease; another worker has it");
            return None;
        }
        let error = end.last_error.as_deref();
        match outcome {
            Outcome::Done => tracing::info!(%job, kind, attempt, "a job is done"),
            Outcome::Postponed => tracing::warn!(%job, kind, attempt, error, "a job is tried again later"),
            Outcome::Dead => tracing::error!(%job, kind, attempt, error, "a job is dead"),
        }
        Some(*outcome)
    }
}
