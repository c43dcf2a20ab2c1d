//! Does what was enqueued: one job at a time, under a lease, outside any transaction.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use chrono::TimeDelta;

use super::store::{self, End, Lease, Next, Row};
use super::{Job, JobError, pause_after};
use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::db::Scope;
use crate::platform::error::{Error, Result, chain};

/// After this a worker that has not answered is taken for gone. Longer than any handler takes; a mail server is given up
/// much earlier.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// How often a running worker looks for work.
const POLL: Duration = Duration::from_secs(1);

type Handler = Box<dyn Fn(&Job) -> std::result::Result<(), JobError> + Send + Sync>;

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
enum Outcome {
    Done,
    Postponed,
    Dead,
    /// The lease had run out and another worker has the job.
    Lost,
}

impl Worker {
    pub fn new(platform: Platform) -> Worker {
        Worker { platform, handlers: BTreeMap::new() }
    }

    /// Gives the jobs of a kind to `handler`. It may see a job again that it has done before.
    pub fn handling(
        mut self,
        kind: &'static str,
        handler: impl Fn(&Job) -> std::result::Result<(), JobError> + Send + Sync + 'static,
    ) -> Worker {
        self.handlers.insert(kind, Box::new(handler));
        self
    }

    /// Does all jobs that are due.
    ///
    /// # Errors
    /// The database does not answer. That a job fails is no error: it is postponed or dead.
    pub fn run_due(&self) -> Result<Tally> {
        let mut tally = Tally::default();
        while let Some(outcome) = self.run_next()? {
            match outcome {
                Outcome::Done => tally.done += 1,
                Outcome::Postponed => tally.postponed += 1,
                Outcome::Dead => tally.dead += 1,
                Outcome::Lost => {}
            }
        }
        Ok(tally)
    }

    /// Does one job, if one is due.
    fn run_next(&self) -> Result<Option<Outcome>> {
        let Platform { db, clock, random, .. } = &self.platform;
        let kinds: Vec<&str> = self.handlers.keys().copied().collect();
        let from = clock.now();
        if !db.read(Scope::Installation, |conn| store::any_due(conn, &kinds, from))? {
            return Ok(None);
        }
        let lease = Lease { number: i64::from_be_bytes(random.bytes()?), from, until: from + LEASE };
        match db.write_tx(Scope::Installation, |conn| store::take(conn, &kinds, lease))? {
            Next::Job(row) => self.finish(&row, lease, self.attempt(&row, lease)).map(Some),
            Next::GivenUp(id) => {
                tracing::error!(job = %id, "a job is dead: no worker came back from it");
                Ok(Some(Outcome::Dead))
            }
            Next::Nothing => Ok(None),
        }
    }

    /// Runs the handler.
    fn attempt(&self, row: &Row, lease: Lease) -> std::result::Result<(), JobError> {
        let key = self.platform.keys.get(row.key_id).map_err(|error| JobError::Passing(chain(&error)))?;
        let payload = key.key.open(&row.key, &row.payload_sealed);
        let payload =
            payload.ok_or_else(|| JobError::Permanent("its payload cannot be opened".to_owned()))?;
        let job = Job {
            id: row.id,
            key: row.key.clone(),
            created_at: row.created_at.and_utc(),
            begun_at: lease.from,
            payload: Secret::new(payload),
        };
        let Some(handler) = self.handlers.get(row.kind.as_str()) else {
            return Err(JobError::Passing("it has no handler".to_owned()));
        };
        // One job that meets a bug must not end the work on all others.
        catch_unwind(AssertUnwindSafe(|| handler(&job)))
            .unwrap_or_else(|_| Err(JobError::Passing("its handler panicked".to_owned())))
    }

    /// Notes how a try ended.
    fn finish(&self, row: &Row, lease: Lease, result: std::result::Result<(), JobError>) -> Result<Outcome> {
        let now = self.platform.clock.now();
        let finished_at = Some(now.naive_utc());
        let pause = match &result {
            Err(JobError::Passing(_)) => pause_after(row.attempts),
            _ => None,
        };
        let told = result.as_ref().err().map(ToString::to_string);
        let last_error = told.as_deref();
        let (outcome, end) = match (&result, pause) {
            (Ok(()), _) => {
                // What it was about may have been secret, and nobody needs it any more.
                let gone = Some(b"".as_slice());
                let end = End { state: Some("done"), payload_sealed: gone, finished_at, ..End::default() };
                (Outcome::Done, end)
            }
            (Err(_), Some(pause)) => {
                let run_at = Some((now + pause).naive_utc());
                (Outcome::Postponed, End { run_at, last_error, ..End::default() })
            }
            (Err(_), None) => {
                (Outcome::Dead, End { state: Some("dead"), last_error, finished_at, ..End::default() })
            }
        };
        let db = &self.platform.db;
        let held = db.write_tx(Scope::Installation, |conn| store::finish(conn, row.id, lease, &end))?;
        let (job, kind, attempt) = (row.id, row.kind.as_str(), row.attempts);
        if !held {
            tracing::warn!(%job, kind, attempt, "a job took longer than its lease; another worker has it");
            return Ok(Outcome::Lost);
        }
        match (&outcome, last_error) {
            (Outcome::Dead, error) => tracing::error!(%job, kind, attempt, error, "a job is dead"),
            (_, Some(error)) => tracing::warn!(%job, kind, attempt, error, "a job is tried again later"),
            (_, None) => tracing::info!(%job, kind, attempt, "a job is done"),
        }
        Ok(outcome)
    }

    /// Does due jobs on a thread of its own until it is stopped.
    pub fn spawn(self) -> Result<Running> {
        let stop = Arc::new(Stop::default());
        let asked = stop.clone();
        let work = move || {
            while !asked.is_asked() {
                match self.run_next() {
                    Ok(Some(_)) => continue,
                    Ok(None) => {}
                    Err(error) => tracing::warn!(error = chain(&error), "jobs wait for the database"),
                }
                asked.wait(POLL);
            }
        };
        let thread = thread::Builder::new().name("jobs".to_owned()).spawn(work).map_err(Error::internal)?;
        Ok(Running { stop, thread: Some(thread) })
    }
}

/// A worker at work. It stops when this goes, after the job that it has begun.
pub struct Running {
    stop: Arc<Stop>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.ask();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the worker had panicked");
        }
    }
}

/// Whether to stop; waiting for it ends at once when it is asked.
#[derive(Default)]
struct Stop {
    asked: Mutex<bool>,
    told: Condvar,
}

impl Stop {
    fn ask(&self) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.told.notify_all();
    }

    fn is_asked(&self) -> bool {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, at_most: Duration) {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        // Either way it is looked at again.
        drop(self.told.wait_timeout_while(asked, at_most, |asked| !*asked));
    }
}
