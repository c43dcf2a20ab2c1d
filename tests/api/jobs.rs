//! A long job is followed at its address: while it waits, while a worker is at it, when it is done and when it is dead.

use std::sync::{Mutex, mpsc};
use std::thread;

use rights_academy::access::Role;
use rights_academy::organisations::api::started;
use rights_academy::organisations::service;
use rights_academy::platform::db::Scope;
use rights_academy::platform::ids::JobId;
use rights_academy::platform::jobs::{self, JobError, NewJob, Worker};
use serde_json::{Value, json};

use super::client::Client;
use crate::support::accounts;
use crate::support::databases::{TestDb, on_both};

fn start(client: &Client, code: &str, key: &str) -> JobId {
    let platform = client.platform();
    let run_at = platform.clock.now();
    let start = |conn: &mut _| {
        let organisation = Some(service::organisation(conn, code)?.id);
        let job = NewJob { organisation, kind: "reminders", key, payload: &key, run_at };
        jobs::start(conn, platform, &job)
    };
    platform.db.write_tx(Scope::Installation, start).unwrap()
}

fn trainer(db: &TestDb) -> Client {
    let platform = db.platform();
    for code in ["TIRANA", "DURRES"] {
        accounts::organisation(&platform, code, code);
    }
    Client::of(&platform).with_role("TIRANA", Role::Trainer)
}

on_both! {
    fn whoever_may_start_long_jobs_follows_them(db: TestDb) {
        let trainer = trainer(&db);
        let id = start(&trainer, "TIRANA", "a");
        let answer = started("TIRANA", id);
        assert_eq!(answer.status(), 202);
        let location = answer.headers().get("location").unwrap().to_str().unwrap().to_owned();
        let path = location.strip_prefix("/api/v1").unwrap();
        let time = "2023-04-03T09:00:00Z";
        assert_eq!(
            trainer.get(path).expect(200).json(),
            json!({ "id": id.0, "kind": "reminders", "state": "waiting", "attempts": 0, "created_at": time, "next_try_at": time })
        );
        let (tell, told) = mpsc::channel();
        let (go, gone_on) = mpsc::channel::<()>();
        let gone_on = Mutex::new(gone_on);
        let worker = Worker::new(trainer.platform().clone()).handling("reminders", move |job| {
            tell.send(job.progress(1, 3)).unwrap();
            gone_on.lock().unwrap().recv().unwrap();
            Ok(json!({ "mails": 3 }))
        });
        thread::scope(|scope| {
            let working = scope.spawn(|| worker.run_due().unwrap());
            told.recv().unwrap().unwrap();
            // The worker is at it, and the address answers.
            let running = trainer.get(path).expect(200).json();
            assert_eq!((&running["state"], &running["progress"]), (&json!("running"), &json!({ "done": 1, "of": 3 })));
            assert_eq!((&running["begun_at"], &running["finished_at"]), (&json!(time), &Value::Null));
            go.send(()).unwrap();
            assert_eq!(working.join().unwrap().done, 1);
        });
        assert_eq!(
            trainer.get(path).expect(200).json(),
            json!({
                "id": id.0, "kind": "reminders", "state": "done", "attempts": 1, "progress": { "done": 1, "of": 3 },
                "result": { "mails": 3 }, "created_at": time, "begun_at": time, "finished_at": time,
            })
        );
    }

    fn a_job_that_failed_says_why_and_another_organisations_is_not_there(db: TestDb) {
        let trainer = trainer(&db);
        let id = start(&trainer, "TIRANA", "a");
        let failing = |error: JobError| {
            let worker = Worker::new(trainer.platform().clone());
            worker.handling("reminders", move |_| -> Result<(), JobError> { Err(error.clone()) }).run_due().unwrap()
        };
        let read = || trainer.get(&format!("/organisations/TIRANA/jobs/{id}")).expect(200).json();
        assert_eq!(failing(JobError::Passing("the mail server answered 451".into())).postponed, 1);
        let postponed = read();
        assert_eq!((&postponed["state"], &postponed["next_try_at"]), (&json!("waiting"), &json!("2023-04-03T09:01:00Z")));
        assert_eq!(postponed["last_error"], "the mail server answered 451");
        trainer.platform().clock.advance(chrono::Duration::minutes(1));
        assert_eq!(failing(JobError::Permanent("the cohort is gone".into())).dead, 1);
        let dead = read();
        assert_eq!((&dead["state"], &dead["last_error"]), (&json!("dead"), &json!("the cohort is gone")));
        assert_eq!((&dead["finished_at"], &dead["attempts"]), (&json!("2023-04-03T09:01:00Z"), &json!(2)));

        let elsewhere = start(&trainer, "DURRES", "b");
        for hidden in [elsewhere.0, 0, i64::MAX] {
            trainer.get(&format!("/organisations/TIRANA/jobs/{hidden}")).problem(404, "not-found");
        }
        trainer.get("/organisations/TIRANA/jobs/x").problem(400, "invalid-path");
    }
}
