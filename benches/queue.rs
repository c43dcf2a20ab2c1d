//! The job queue: how many jobs a second are enqueued and done, and what each costs in commits; with one worker and with
//! four, which share a process and its commits, or have a process's connections each. The handler does nothing.
//!
//! `tests/tools/with-postgres cargo bench --bench queue`; without PostgreSQL beside it, SQLite alone.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use rights_academy::platform::Platform;
use rights_academy::platform::clock::Clock;
use rights_academy::platform::db::{self, Db, Scope};
use rights_academy::platform::jobs::{self, NewJob, Worker};
use rights_academy::platform::random::Random;

const JOBS: usize = 2000;
/// Who enqueues at the same time, as requests do.
const REQUESTS: usize = 8;
/// Jobs that were done before: a queue does not get slower with what is behind it.
const HISTORY: usize = 20_000;
const WORKERS: [usize; 2] = [1, 4];
const ROUNDS: usize = 3;

fn main() {
    // `cargo test --all-targets` only checks that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let work = tempfile::tempdir().expect("a temporary folder");
    measure("SQLite", &format!("sqlite://{}", work.path().join("bench.sqlite3").display()), work.path());
    match std::env::var("RIGHTS_ACADEMY_TEST_POSTGRES") {
        Ok(maintenance) => measure("PostgreSQL", &postgres(&maintenance), work.path()),
        Err(_) => println!("PostgreSQL: skipped; run it under tests/tools/with-postgres"),
    }
}

/// The address of a new database on a server that is there for the tests.
fn postgres(maintenance: &str) -> String {
    let mut conn = PgConnection::establish(maintenance).expect("PostgreSQL answers");
    let name = format!("queue_bench_{}", std::process::id());
    conn.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database can be made");
    let (front, _) = maintenance.rsplit_once('/').expect("an address with a path");
    format!("{front}/{name}")
}

fn measure(name: &str, url: &str, keys: &Path) {
    let open = || {
        let db = Db::open(url.parse().expect("an address"), 8).expect("a database");
        db::migrate(&db).expect("tables");
        Platform::open(db, keys, Some(&[7; 32]), Clock::System, Random::System).expect("an installation")
    };
    let platform = open();
    println!("{name}, {JOBS} jobs after {HISTORY} that are done (best of {ROUNDS} rounds)");
    enqueue(&platform, HISTORY, 64);
    let done = "UPDATE jobs SET state = 'done', finished_at = run_at";
    platform.db.write_tx(Scope::Installation, |conn| Ok(conn.batch_execute(done)?)).expect("a history");

    best("enqueued by one", &[&platform], || (), || enqueue(&platform, JOBS, 1));
    drain(&[&platform]);
    best(
        &format!("enqueued by {REQUESTS} at once"),
        &[&platform],
        || (),
        || enqueue(&platform, JOBS, REQUESTS),
    );
    drain(&[&platform]);
    for workers in WORKERS {
        let platforms = vec![&platform; workers];
        best_done(&format!("done by {workers} in one process"), &platform, &platforms);
    }
    let others: Vec<Platform> = (0..WORKERS[1]).map(|_| open()).collect();
    let others: Vec<&Platform> = others.iter().collect();
    best_done(&format!("done by {} in processes of their own", WORKERS[1]), &platform, &others);
}

fn best_done(what: &str, platform: &Platform, workers: &[&Platform]) {
    best(what, workers, || enqueue(platform, JOBS, REQUESTS), || do_jobs(workers, JOBS));
}

/// Prints the best rate of some rounds of [`JOBS`] jobs, and the commits for each. What goes before a round is not measured.
fn best(what: &str, platforms: &[&Platform], mut before_it: impl FnMut(), mut round: impl FnMut()) {
    let commits = || {
        let mut seen: Vec<&Platform> = Vec::new();
        for platform in platforms {
            if !seen.iter().any(|known| std::ptr::eq(*known, *platform)) {
                seen.push(platform);
            }
        }
        seen.iter().map(|platform| platform.db.written().commits).sum::<u64>()
    };
    let (mut rate, mut each) = (0.0_f64, 0.0);
    for _ in 0..ROUNDS {
        before_it();
        let (before, begun) = (commits(), Instant::now());
        round();
        let this = JOBS as f64 / begun.elapsed().as_secs_f64();
        if this > rate {
            (rate, each) = (this, (commits() - before) as f64 / JOBS as f64);
        }
    }
    println!("  {what}: {rate:.0} a second, {each:.2} commits each");
}

fn enqueue(platform: &Platform, jobs: usize, at_once: usize) {
    let enqueue = || {
        for _ in 0..jobs.div_ceil(at_once) {
            let key = format!("bench:{:032x}", u128::from_be_bytes(Random::System.bytes().expect("bytes")));
            let payload = "a mail of some lines\n".repeat(20);
            let run_at = platform.clock.now();
            let write = |conn: &mut _| {
                let job = NewJob { organisation: None, kind: "bench", key: &key, payload: &payload, run_at };
                jobs::enqueue(conn, platform, &job)
            };
            assert!(platform.db.write_tx(Scope::Installation, write).expect("a job"));
        }
    };
    thread::scope(|scope| (0..at_once).for_each(|_| drop(scope.spawn(enqueue))));
}

/// Does so many jobs, which is all that there are.
fn do_jobs(workers: &[&Platform], jobs: usize) {
    let count = Arc::new(AtomicUsize::new(0));
    let running: Vec<_> = workers
        .iter()
        .map(|platform| {
            let count = count.clone();
            let handler = move |job: &jobs::Job| {
                job.payload::<String>()?;
                count.fetch_add(1, Ordering::Relaxed);
                Ok(())
            };
            Worker::new((*platform).clone()).handling("bench", handler).spawn().expect("a worker")
        })
        .collect();
    while count.load(Ordering::Relaxed) < jobs {
        thread::sleep(std::time::Duration::from_millis(1));
    }
    drop(running);
}

fn drain(workers: &[&Platform]) {
    let worker = Worker::new((*workers[0]).clone()).handling("bench", |_| Ok(()));
    worker.run_due().expect("the database answers");
}
