//! A worker at work: a hand of its own for each kind of job, so that a slow mail server holds up mails and nothing else.
//!
//! One hand for a kind, not several: a crash repeats what was in a hand, so each repeats one mail at the most. More mails
//! at once is what more workers are for.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::worker::{Hand, Worker};
use crate::platform::error::{Error, Result, chain};

/// How often an idle hand looks for work.
const POLL: Duration = Duration::from_secs(1);

impl Worker {
    /// Does due jobs on threads of its own until it is stopped.
    pub fn spawn(self) -> Result<Running> {
        let worker = Arc::new(self);
        let mut running = Running { stop: Arc::default(), hands: Vec::new() };
        for kind in worker.kinds() {
            let (worker, stop) = (worker.clone(), running.stop.clone());
            let hand = thread::Builder::new().name(format!("jobs {kind}"));
            running.hands.push(hand.spawn(move || work(&worker, kind, &stop)).map_err(Error::internal)?);
        }
        Ok(running)
    }
}

fn work(worker: &Worker, kind: &str, stop: &Stop) {
    let mut ended = None;
    loop {
        let stopping = stop.is_asked();
        if stopping && ended.is_none() {
            return;
        }
        let kinds = [kind];
        match worker.next(if stopping { &[] } else { &kinds }, ended.as_ref()) {
            Ok(Hand::Ended(next)) => ended = Some(next),
            Ok(Hand::GivenUp) => ended = None,
            Ok(Hand::Empty) => {
                ended = None;
                stop.wait(POLL);
            }
            // How a job ended is kept until it is noted: nobody shall do it again because the database was away.
            Err(error) => {
                tracing::warn!(error = chain(&error), "jobs wait for the database");
                if stopping {
                    return;
                }
                stop.wait(POLL);
            }
        }
    }
}

/// A worker at work. It stops when this goes, after the jobs that it has begun.
pub struct Running {
    stop: Arc<Stop>,
    hands: Vec<JoinHandle<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.ask();
        for hand in self.hands.drain(..) {
            if hand.join().is_err() {
                tracing::error!("a hand of the worker had panicked");
            }
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
