//! Jobs: committed with their write, done once by whoever holds the lease, and tried again while that may help.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use chrono::Duration;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Nullable, Text, Timestamp};
use rights_academy::organisations::jobs as dead_jobs;
use rights_academy::platform::Platform;
use rights_academy::platform::db::{Db, Scope};
use rights_academy::platform::error::Error;
use rights_academy::platform::jobs::{self, Job, JobError, MAX_ATTEMPTS, NewJob, Of, Tally, Worker};
use rights_academy::platform::mail::{self, Mail, Mailbox, Mailer, Outbox, Route};
use tempfile::TempDir;

use crate::support::accounts;
use crate::support::databases::{self, TestDb, now, on_both, unguarded};

const KIND: &str = "test";

fn new<'a>(key: &'a str, payload: &'a str) -> NewJob<'a, str> {
    NewJob { organisation: None, kind: KIND, key, payload, run_at: now() }
}

fn enqueue(platform: &Platform, key: &str, payload: &str) -> bool {
    let write = |conn: &mut _| jobs::enqueue(conn, platform, &new(key, payload));
    platform.db.write_tx(Scope::Installation, write).unwrap()
}

/// A job as it lies in the database.
#[derive(Debug, QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Timestamp)]
    run_at: chrono::NaiveDateTime,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
    #[diesel(sql_type = Binary)]
    payload_sealed: Vec<u8>,
}

fn row(db: &Db, key: &str) -> Row {
    let query =
        format!("SELECT state, attempts, run_at, last_error, payload_sealed FROM jobs WHERE key = '{key}'");
    unguarded(db).read(Scope::Installation, |conn| Ok(diesel::sql_query(query).get_result(conn)?)).unwrap()
}

type Seen = Arc<Mutex<Vec<String>>>;

/// A worker that notes what it is given and answers with `result`.
fn worker(platform: &Platform, result: Result<(), JobError>) -> (Worker, Seen) {
    let seen = Seen::default();
    let note = seen.clone();
    let handler = move |job: &Job| {
        note.lock().unwrap().push(job.payload::<String>()?);
        result.clone()
    };
    (Worker::new(platform.clone()).handling(KIND, handler), seen)
}

fn tally(done: usize, postponed: usize, dead: usize) -> Tally {
    Tally { done, postponed, dead }
}

/// Another process on the same database, whose clock stands there too.
fn another(db: &TestDb, platform: &Platform) -> Platform {
    let mut other = databases::platform(db.another_pool(), 2);
    other.clock = platform.clock.clone();
    other
}

on_both! {
    fn a_dead_job_is_seen_by_whose_it_is_and_tried_again(db: TestDb) {
        let platform = db.platform();
        let [tirana, durres] = ["TIRANA", "DURRES"].map(|code| accounts::organisation(&platform, code, code).id);
        for (key, organisation) in [("a", None), ("b", Some(tirana)), ("c", Some(durres))] {
            let job = NewJob { organisation, kind: KIND, key, payload: key, run_at: now() };
            platform.db.write_tx(Scope::Installation, |conn| jobs::enqueue(conn, &platform, &job)).unwrap();
        }
        let (failing, _) = worker(&platform, Err(JobError::Permanent("550".into())));
        assert_eq!(failing.run_due().unwrap().dead, 3);

        let dead = |of| dead_jobs::dead(&platform, of, None, 10).unwrap();
        assert_eq!(dead(Of::Installation).len(), 1);
        let of_tirana = dead(Of::Organisation(tirana));
        assert_eq!((of_tirana.len(), of_tirana[0].last_error.as_deref()), (1, Some("550")));
        // Another's is not there.
        for of in [Of::Organisation(durres), Of::Installation] {
            let refused = dead_jobs::retry(&platform, of, of_tirana[0].id);
            assert!(matches!(refused, Err(Error::NotFound { .. })), "{refused:?}");
        }
        dead_jobs::retry(&platform, Of::Organisation(tirana), of_tirana[0].id).unwrap();
        assert!(dead(Of::Organisation(tirana)).is_empty());
        assert!(dead_jobs::retry(&platform, Of::Organisation(tirana), of_tirana[0].id).is_err());
        let (mended, seen) = worker(&platform, Ok(()));
        assert_eq!(mended.run_due().unwrap().done, 1);
        assert_eq!(*seen.lock().unwrap(), ["b"]);
        assert_eq!(row(&db.db, "b").attempts, 1);
    }

    fn a_job_is_done_once_in_its_time(db: TestDb) {
        let platform = db.platform();
        assert!(enqueue(&platform, "b", "second"));
        let early = NewJob { run_at: now() - Duration::minutes(1), ..new("a", "first") };
        let late = NewJob { run_at: now() + Duration::minutes(1), ..new("c", "third") };
        platform.db.write_tx(Scope::Installation, |conn| {
            jobs::enqueue(conn, &platform, &early)?;
            jobs::enqueue(conn, &platform, &late)
        }).unwrap();
        let (worker, seen) = worker(&platform, Ok(()));
        assert_eq!(worker.run_due().unwrap(), tally(2, 0, 0));
        assert_eq!(worker.run_due().unwrap(), Tally::default());
        platform.clock.advance(Duration::minutes(1));
        assert_eq!(worker.run_due().unwrap(), tally(1, 0, 0));
        assert_eq!(*seen.lock().unwrap(), ["first", "second", "third"]);
        assert_eq!(db.count("jobs WHERE state = 'done' AND finished_at IS NOT NULL AND lease IS NULL"), 3);
    }

    fn a_known_key_is_left_alone(db: TestDb) {
        let platform = db.platform();
        assert!(enqueue(&platform, "invitation:1", "first"));
        assert!(!enqueue(&platform, "invitation:1", "second"));
        let (worker, seen) = worker(&platform, Ok(()));
        worker.run_due().unwrap();
        // Nor once it is done.
        assert!(!enqueue(&platform, "invitation:1", "third"));
        assert_eq!(worker.run_due().unwrap(), Tally::default());
        assert_eq!(*seen.lock().unwrap(), ["first"]);
    }

    fn a_job_is_committed_with_its_write_or_not_at_all(db: TestDb) {
        let platform = db.platform();
        let failed: Result<(), Error> = platform.db.write_tx(Scope::Installation, |conn| {
            jobs::enqueue(conn, &platform, &new("a", "x"))?;
            Err(Error::not_found("cohort"))
        });
        assert!(failed.is_err());
        assert_eq!(db.count("jobs"), 0);
        platform.db.write_tx(Scope::Installation, |conn| {
            jobs::enqueue(conn, &platform, &new("a", "x"))?;
            // Nobody finds it before the commit.
            if db.is_postgres() {
                assert_eq!(worker(&another(&db, &platform), Ok(())).0.run_due()?, Tally::default());
            }
            Ok(())
        }).unwrap();
        assert_eq!(worker(&platform, Ok(())).0.run_due().unwrap(), tally(1, 0, 0));
    }

    fn what_a_job_is_about_is_sealed_and_goes_when_it_is_done(db: TestDb) {
        let platform = db.platform();
        enqueue(&platform, "a", "https://academy.example/reset/hunter2");
        let sealed = row(&db.db, "a").payload_sealed;
        assert!(sealed.len() > 40 && !String::from_utf8_lossy(&sealed).contains("hunter2"));
        // A payload is its own job's: put under another key, it cannot be opened.
        enqueue(&platform, "b", "x");
        db.sql("UPDATE jobs SET payload_sealed = (SELECT payload_sealed FROM jobs WHERE key = 'a') WHERE key = 'b'");
        let (worker, seen) = worker(&platform, Ok(()));
        assert_eq!(worker.run_due().unwrap(), tally(1, 0, 1));
        assert_eq!(seen.lock().unwrap().len(), 1);
        assert!(row(&db.db, "a").payload_sealed.is_empty());
        assert_eq!(row(&db.db, "b").last_error.as_deref(), Some("its payload cannot be opened"));
    }

    fn a_job_of_an_earlier_key_and_of_another_process_is_read(db: TestDb) {
        let (platform, purpose) = (db.platform(), rights_academy::platform::keys::Purpose::Jobs);
        enqueue(&platform, "a", "first");
        platform.keys.rotate(purpose).unwrap();
        let other = another(&db, &platform);
        other.keys.rotate(purpose).unwrap();
        enqueue(&other, "b", "second");
        // The clock stands still, so the process would not ask for an unknown key twice in the same second.
        platform.clock.advance(Duration::seconds(2));
        let (worker, seen) = worker(&platform, Ok(()));
        assert_eq!(worker.run_due().unwrap(), tally(2, 0, 0));
        assert_eq!(*seen.lock().unwrap(), ["first", "second"]);
    }

    fn a_passing_failure_is_tried_again_in_growing_pauses_until_it_is_dead(db: TestDb) {
        let platform = db.platform();
        enqueue(&platform, "a", "x");
        let (worker, seen) = worker(&platform, Err(JobError::Passing("the mail server is away".into())));
        let mut pauses = Vec::new();
        loop {
            let tried = worker.run_due().unwrap();
            if tried.dead == 1 {
                break;
            }
            assert_eq!(tried, tally(0, 1, 0));
            let pause = row(&db.db, "a").run_at - platform.clock.now().naive_utc();
            pauses.push(pause.num_minutes());
            platform.clock.advance(pause - Duration::seconds(1));
            assert_eq!(worker.run_due().unwrap(), Tally::default());
            platform.clock.advance(Duration::seconds(1));
        }
        assert_eq!(pauses, [1, 5, 30, 120, 480, 480, 480, 480, 480]);
        let row = row(&db.db, "a");
        assert_eq!((row.state.as_str(), row.attempts), ("dead", MAX_ATTEMPTS));
        assert_eq!(row.last_error.as_deref(), Some("the mail server is away"));
        assert!(!row.payload_sealed.is_empty());
        platform.clock.advance(Duration::days(30));
        assert_eq!(worker.run_due().unwrap(), Tally::default());
        assert_eq!(seen.lock().unwrap().len() as i32, MAX_ATTEMPTS);
    }

    fn a_permanent_failure_is_dead_at_once(db: TestDb) {
        let platform = db.platform();
        enqueue(&platform, "a", "x");
        let (worker, _) = worker(&platform, Err(JobError::Permanent("the mail server answered 550".into())));
        assert_eq!(worker.run_due().unwrap(), tally(0, 0, 1));
        let row = row(&db.db, "a");
        assert_eq!((row.state.as_str(), row.attempts), ("dead", 1));
    }

    fn two_workers_never_have_the_same_job(db: TestDb) {
        let platform = db.platform();
        for n in 0..20 {
            enqueue(&platform, &format!("job:{n}"), &n.to_string());
        }
        let workers = [platform.clone(), another(&db, &platform)].map(|platform| worker(&platform, Ok(())));
        thread::scope(|scope| {
            for (worker, _) in &workers {
                scope.spawn(|| worker.run_due().unwrap());
            }
        });
        let mut seen: Vec<String> = workers.iter().flat_map(|(_, seen)| seen.lock().unwrap().clone()).collect();
        assert_eq!(seen.len(), 20);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 20);
        assert_eq!(db.count("jobs WHERE attempts = 1 AND state = 'done'"), 20);
    }

    fn a_lease_is_held_by_one_and_goes_to_another_when_it_runs_out(db: TestDb) {
        let platform = db.platform();
        enqueue(&platform, "a", "x");
        let (begun, is_begun) = mpsc::channel();
        let (go, gone_on) = mpsc::channel::<()>();
        let gone_on = Mutex::new(gone_on);
        let slow = Worker::new(platform.clone()).handling(KIND, move |_| -> Result<(), JobError> {
            begun.send(()).unwrap();
            gone_on.lock().unwrap().recv().unwrap();
            Err(JobError::Permanent("too late to say so".into()))
        });
        let other = another(&db, &platform);
        thread::scope(|scope| {
            let slow = scope.spawn(|| slow.run_due().unwrap());
            is_begun.recv().unwrap();
            let (quick, seen) = worker(&other, Err(JobError::Passing("the mail server is away".into())));
            assert_eq!(quick.run_due().unwrap(), Tally::default());
            platform.clock.advance(Duration::minutes(10));
            assert_eq!(quick.run_due().unwrap(), tally(0, 1, 0));
            assert_eq!(seen.lock().unwrap().len(), 1);
            go.send(()).unwrap();
            // What the first makes of it no longer counts.
            assert_eq!(slow.join().unwrap(), Tally::default());
        });
        let row = row(&db.db, "a");
        assert_eq!((row.state.as_str(), row.attempts), ("waiting", 2));
        assert_eq!(row.last_error.as_deref(), Some("the mail server is away"));
    }

    fn a_job_from_which_no_worker_comes_back_is_dead_in_the_end(db: TestDb) {
        let platform = db.platform();
        enqueue(&platform, "a", "x");
        // As crashes leave it.
        db.sql(&format!("UPDATE jobs SET attempts = {MAX_ATTEMPTS}, lease = 1, leased_until = run_at"));
        let (worker, seen) = worker(&platform, Ok(()));
        assert_eq!(worker.run_due().unwrap(), tally(0, 0, 1));
        assert!(seen.lock().unwrap().is_empty());
        assert_eq!(row(&db.db, "a").last_error.as_deref(), Some("no worker came back from it"));
    }

    fn a_handler_that_panics_fails_alone(db: TestDb) {
        let platform = db.platform();
        enqueue(&platform, "a", "hunter2");
        enqueue(&platform, "b", "x");
        let worker = Worker::new(platform.clone()).handling(KIND, |job| match job.payload::<String>()?.as_str() {
            "hunter2" => panic!("as intended"),
            _ => Ok(()),
        });
        assert_eq!(worker.run_due().unwrap(), tally(1, 1, 0));
        assert_eq!(row(&db.db, "a").last_error.as_deref(), Some("its handler panicked"));
    }

    fn jobs_of_a_kind_without_a_handler_wait(db: TestDb) {
        let platform = db.platform();
        let later = NewJob { kind: "of-a-later-version", ..new("a", "x") };
        platform.db.write_tx(Scope::Installation, |conn| jobs::enqueue(conn, &platform, &later)).unwrap();
        assert_eq!(worker(&platform, Ok(())).0.run_due().unwrap(), Tally::default());
        assert_eq!(row(&db.db, "a").attempts, 0);
    }

    fn a_running_worker_does_what_comes_and_stops_when_it_is_told(db: TestDb) {
        let platform = db.platform();
        let (done, is_done) = mpsc::channel();
        let count = Arc::new(AtomicUsize::new(0));
        let counted = count.clone();
        let worker = Worker::new(platform.clone()).handling(KIND, move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            done.send(()).map_err(|_| JobError::Passing("the test is over".into()))
        });
        let running = worker.spawn().unwrap();
        enqueue(&platform, "a", "x");
        is_done.recv().unwrap();
        // Waits until the job under way is noted.
        drop(running);
        enqueue(&platform, "b", "x");
        assert_eq!(row(&db.db, "a").state, "done");
        assert_eq!((row(&db.db, "b").attempts, count.load(Ordering::SeqCst)), (0, 1));
    }

    fn mails_are_sent_by_the_worker(db: TestDb) {
        let platform = db.platform();
        let sender = Mailbox::new("Rights Academy", "academy@installation.example").unwrap();
        let (mailer, outbox) = Mailer::memory(sender);
        let worker = mails(&platform, mailer);
        assert!(invite(&platform, "invitation:1", None));
        assert!(!invite(&platform, "invitation:1", None));
        assert!(sent(&outbox).is_empty());
        assert_eq!(worker.run_due().unwrap(), tally(1, 0, 0));
        let [first] = <[String; 1]>::try_from(sent(&outbox)).unwrap();
        assert!(first.contains("\r\nFrom: \"Rights Academy\" <academy@installation.example>\r\n"), "{first}");
        assert!(first.contains("@installation.example>\r\n") && first.contains("Date: Mon, 03 Apr 2023 09:00:00 +0000"));
        // A crash after sending, before it was noted: the mail leaves again under the same Message-ID.
        invite(&platform, "invitation:2", Some("tirana@city.example"));
        let before = row(&db.db, "invitation:2").payload_sealed;
        worker.run_due().unwrap();
        let before: String = before.iter().map(|byte| format!("{byte:02x}")).collect();
        let bytes = if db.is_postgres() { format!("'\\x{before}'") } else { format!("x'{before}'") };
        db.sql(&format!("UPDATE jobs SET state = 'waiting', payload_sealed = {bytes} WHERE key = 'invitation:2'"));
        platform.clock.advance(Duration::minutes(10));
        worker.run_due().unwrap();
        let ids: Vec<String> = sent(&outbox).iter().map(|message| header(message, "Message-ID")).collect();
        assert_eq!(ids.len(), 3);
        assert_eq!(ids[1], ids[2]);
        assert_ne!(ids[0], ids[1]);
        assert!(ids[1].ends_with("@city.example>"), "{ids:?}");
    }

    fn mails_in_a_folder_are_their_owners(db: TestDb) {
        let platform = db.platform();
        let dir = TempDir::new().unwrap();
        let folder = dir.path().join("deep/mail");
        let mailer = Mailer::open(&Route::Folder(folder.clone()), Mailbox::local()).unwrap();
        invite(&platform, "invitation:1", None);
        assert_eq!(mails(&platform, mailer).run_due().unwrap(), tally(1, 0, 0));
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        let [file] = files.as_slice() else { panic!("{files:?}") };
        let message = std::fs::read_to_string(file).unwrap();
        let id = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert_eq!(header(&message, "Message-ID"), format!("<{id}@localhost>"));
        assert_eq!(file.extension().unwrap(), "eml");
        for (path, mode) in [(file.as_path(), 0o600), (&folder, 0o700)] {
            let permissions = std::fs::metadata(path).unwrap().permissions();
            assert_eq!(std::os::unix::fs::PermissionsExt::mode(&permissions) & 0o777, mode);
        }
    }
}

fn mails(platform: &Platform, mailer: Mailer) -> Worker {
    Worker::new(platform.clone()).handling(mail::KIND, move |job| mailer.handle(job))
}

fn invite(platform: &Platform, key: &str, from: Option<&str>) -> bool {
    let mail = Mail {
        from: from.map(|address| Mailbox::new("Bashkia e Tiranës", address).unwrap()),
        to: Mailbox::new("Bora Çela", "bora@city.example").unwrap(),
        subject: "Ftesë".into(),
        text: "https://academy.example/invitations/hunter2".into(),
        html: "<p>https://academy.example/invitations/hunter2</p>".into(),
        language: "sq".into(),
        calendar: None,
    };
    let write = |conn: &mut _| mail::enqueue(conn, platform, None, key, &mail);
    platform.db.write_tx(Scope::Installation, write).unwrap()
}

fn sent(outbox: &Outbox) -> Vec<String> {
    let outbox = outbox.lock().unwrap_or_else(PoisonError::into_inner);
    outbox.iter().map(|sent| sent.message.clone()).collect()
}

fn header(message: &str, name: &str) -> String {
    let line = message.split("\r\n").find(|line| line.starts_with(name)).unwrap();
    line.split_once(": ").unwrap().1.to_owned()
}
