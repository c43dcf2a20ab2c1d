//! Long jobs: how far they are, what came of them, and that nobody who works on them keeps that from being read.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;

use chrono::Duration;
use rights_academy::organisations::jobs as organisation_jobs;
use rights_academy::platform::Platform;
use rights_academy::platform::db::Scope;
use rights_academy::platform::error::Error;
use rights_academy::platform::ids::{JobId, OrganisationId};
use rights_academy::platform::jobs::{self, FollowedJob, JobError, JobState, NewJob, Of, Tally, Worker};
use serde_json::json;

use crate::support::accounts;
use crate::support::databases::{self, now, on_both};

const KIND: &str = "test";

fn start(platform: &Platform, organisation: OrganisationId, key: &str) -> JobId {
    let job = NewJob {
        organisation: Some(organisation),
        kind: KIND,
        key,
        payload: &(),
        run_at: platform.clock.now(),
    };
    platform.db.write_tx(Scope::Installation, |conn| jobs::start(conn, platform, &job)).unwrap()
}

fn follow(platform: &Platform, organisation: OrganisationId, id: JobId) -> (FollowedJob, JobState) {
    organisation_jobs::follow(platform, Of::Organisation(organisation), id).unwrap()
}

/// A worker whose handler goes from step to step as the test tells it.
fn stepping(platform: &Platform) -> (Worker, Sender<()>, Receiver<Result<(), JobError>>) {
    let (go, gone_on) = mpsc::channel::<()>();
    let (tell, told) = mpsc::channel();
    let gone_on = Mutex::new(gone_on);
    let worker = Worker::new(platform.clone()).handling(KIND, move |job| {
        for done in 1..=3 {
            gone_on.lock().unwrap().recv().unwrap();
            let told = job.progress(done, 3);
            tell.send(told.clone()).unwrap();
            told?;
        }
        gone_on.lock().unwrap().recv().unwrap();
        Ok(json!({ "mails": 3 }))
    });
    (worker, go, told)
}

on_both! {
    fn a_job_tells_how_far_it_is_and_what_came_of_it(db: TestDb) {
        let platform = db.platform();
        let tirana = accounts::organisation(&platform, "TIRANA", "Tirana").id;
        let durres = accounts::organisation(&platform, "DURRES", "Durrës").id;
        let id = start(&platform, tirana, "a");
        // Who asks twice gets the same one.
        assert_eq!(start(&platform, tirana, "a"), id);
        let (waiting, state) = follow(&platform, tirana, id);
        assert_eq!((state, waiting.attempts, waiting.begun_at, waiting.steps), (JobState::Waiting, 0, None, None));
        for of in [Of::Organisation(durres), Of::Installation] {
            let hidden = organisation_jobs::follow(&platform, of, id);
            assert!(matches!(hidden, Err(Error::NotFound { .. })), "{hidden:?}");
        }
        let (worker, go, told) = stepping(&platform);
        platform.clock.advance(Duration::minutes(1));
        thread::scope(|scope| {
            let working = scope.spawn(|| worker.run_due().unwrap());
            for done in 1..=3 {
                go.send(()).unwrap();
                told.recv().unwrap().unwrap();
                let (running, state) = follow(&platform, tirana, id);
                assert_eq!((state, running.steps_done, running.steps), (JobState::Running, Some(done), Some(3)));
                assert_eq!(running.begun_at, Some((now() + Duration::minutes(1)).naive_utc()));
                assert_eq!((running.finished_at, running.result), (None, None));
            }
            platform.clock.advance(Duration::minutes(1));
            go.send(()).unwrap();
            assert_eq!(working.join().unwrap().done, 1);
        });
        // Also long after.
        platform.clock.advance(Duration::days(29));
        let (done, state) = follow(&platform, tirana, id);
        assert_eq!((state, done.steps_done, done.attempts), (JobState::Done, Some(3), 1));
        assert_eq!(done.result.as_deref(), Some(r#"{"mails":3}"#));
        assert_eq!(done.finished_at, Some((now() + Duration::minutes(2)).naive_utc()));
    }

    fn progress_prolongs_the_lease_and_a_lost_one_ends_the_handler(db: TestDb) {
        let platform = db.platform();
        let tirana = accounts::organisation(&platform, "TIRANA", "Tirana").id;
        let id = start(&platform, tirana, "a");
        let mut other = databases::platform(db.another_pool(), 2);
        other.clock = platform.clock.clone();
        let taken = Arc::new(Mutex::new(0));
        let count = taken.clone();
        let another = Worker::new(other).handling(KIND, move |_| -> Result<(), JobError> {
            *count.lock().unwrap() += 1;
            Err(JobError::Permanent("the second".into()))
        });
        let (worker, go, told) = stepping(&platform);
        thread::scope(|scope| {
            let working = scope.spawn(|| worker.run_due().unwrap());
            for _ in 0..2 {
                go.send(()).unwrap();
                told.recv().unwrap().unwrap();
                platform.clock.advance(Duration::minutes(10) - Duration::seconds(1));
                assert_eq!(another.run_due().unwrap(), Tally::default());
            }
            assert_eq!(follow(&platform, tirana, id).1, JobState::Running);
            platform.clock.advance(Duration::seconds(1));
            assert_eq!(follow(&platform, tirana, id).1, JobState::Waiting);
            assert_eq!(another.run_due().unwrap().dead, 1);
            go.send(()).unwrap();
            assert_eq!(told.recv().unwrap(), Err(JobError::Passing("another worker has it".into())));
            assert_eq!(working.join().unwrap(), Tally::default());
        });
        assert_eq!(*taken.lock().unwrap(), 1);
        let (dead, state) = follow(&platform, tirana, id);
        assert_eq!((state, dead.last_error.as_deref()), (JobState::Dead, Some("the second")));
        // Tried again, it begins anew.
        organisation_jobs::retry(&platform, Of::Organisation(tirana), id).unwrap();
        let (again, state) = follow(&platform, tirana, id);
        assert_eq!((state, again.steps_done, again.attempts), (JobState::Waiting, None, 0));
    }

    fn whoever_writes_to_a_job_keeps_nobody_from_reading_it(db: TestDb) {
        let platform = db.platform();
        let tirana = accounts::organisation(&platform, "TIRANA", "Tirana").id;
        let id = start(&platform, tirana, "a");
        let other = databases::platform(db.another_pool(), 2);
        platform.db.write_alone(Scope::Installation, |conn| {
            let update = diesel::sql_query("UPDATE jobs SET state = 'dead', finished_at = run_at");
            assert_eq!(diesel::RunQueryDsl::execute(update, conn)?, 1);
            assert_eq!(follow(&other, tirana, id).1, JobState::Waiting);
            Ok(())
        }).unwrap();
        assert_eq!(follow(&other, tirana, id).1, JobState::Dead);
    }
}
