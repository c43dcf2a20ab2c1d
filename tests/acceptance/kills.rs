//! `worker` is killed at any moment and started again: no mail is lost, none is sent again but those that were in the
//! hands of the killed, and each again under the same Message-ID. Against a real mail server, on both databases.
//!
//! What is random follows from a seed that is printed; `RIGHTS_ACADEMY_TEST_SEED` repeats one. `make soak` has more rounds.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use rights_academy::platform::Platform;
use rights_academy::platform::random::Random;
use tempfile::TempDir;

use super::mail::{LOGIN, MailServer, enqueue, mail};
use crate::support::databases::{TestDb, master_key, on_both};
use crate::support::program::program;

/// Where a worker is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Point {
    /// It has taken the job; the server has not got the mail.
    BeforeSend,
    /// The server has the mail, and the worker does not know.
    AfterSend,
    /// The worker has the server's answer, and has not begun to note it.
    Answered,
    /// It waits for the database to note it.
    BeforeCommit,
    /// Just after a random line of the server, while all goes on.
    Anywhere,
    /// The same, of one of two workers.
    OneOfTwo,
}

const POINTS: [Point; 6] = [
    Point::BeforeSend,
    Point::AfterSend,
    Point::Answered,
    Point::BeforeCommit,
    Point::Anywhere,
    Point::OneOfTwo,
];

/// New mails before each kill: as many as a round may let through before it, and one.
const MAILS: u32 = 3;

/// A line of the server, which holds its answer until it is told to go on.
#[derive(Debug)]
struct Line {
    number: u32,
    what: String,
}

struct Scene {
    db: TestDb,
    platform: Platform,
    server: MailServer,
    lines: Receiver<Line>,
    commands: ChildStdin,
    /// Open connections, as the server tells.
    open: Cell<i32>,
    random: Random,
    dir: TempDir,
    mails: u32,
}

on_both! {
    fn nothing_is_lost_and_only_what_was_in_hand_is_repeated(db: TestDb) {
        let asked = std::env::var("RIGHTS_ACADEMY_TEST_SEED").ok();
        let seed = match asked {
            Some(seed) => seed.parse().unwrap(),
            None => u32::from_be_bytes(Random::System.bytes().unwrap()),
        };
        println!("RIGHTS_ACADEMY_TEST_SEED={seed}");
        let cases = std::env::var("PROPTEST_CASES").ok().map_or(0, |cases| cases.parse::<u32>().unwrap());
        Scene::new(db, Random::seeded(u64::from(seed))).play(1 + cases / 2000);
    }
}

impl Scene {
    fn new(db: TestDb, random: Random) -> Scene {
        let (server, mut told, commands) = MailServer::holding();
        let (tell, lines) = mpsc::channel();
        // It ends with the server.
        thread::spawn(move || {
            let mut text = String::new();
            while told.read_line(&mut text).is_ok_and(|read| read > 0) {
                let words: Vec<&str> = text.split_whitespace().collect();
                let line = Line { number: words[0].parse().unwrap(), what: words[1].to_owned() };
                if tell.send(line).is_err() {
                    return;
                }
                text.clear();
            }
        });
        // The database itself watches that no lease is taken over while it runs.
        db.sql(if db.is_postgres() {
            "CREATE TABLE stolen (id BIGINT); GRANT ALL ON stolen TO PUBLIC; \
             CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN INSERT INTO stolen VALUES (OLD.id); RETURN NULL; END $$; \
             CREATE TRIGGER watch AFTER UPDATE ON jobs FOR EACH ROW \
                 WHEN (OLD.lease <> NEW.lease AND OLD.leased_until > now() AT TIME ZONE 'utc') \
                 EXECUTE FUNCTION note()"
        } else {
            "CREATE TABLE stolen (id BIGINT); \
             CREATE TRIGGER watch AFTER UPDATE ON jobs \
                 WHEN OLD.lease <> NEW.lease AND OLD.leased_until > strftime('%Y-%m-%d %H:%M:%f', 'now') \
                 BEGIN INSERT INTO stolen VALUES (OLD.id); END"
        });
        let (platform, dir) = (db.platform_of_today(), TempDir::new().unwrap());
        Scene { db, platform, server, lines, commands, open: Cell::new(0), random, dir, mails: 0 }
    }

    fn play(mut self, rounds: u32) {
        let mut kills: BTreeMap<Point, usize> = BTreeMap::new();
        for _ in 0..rounds {
            let mut points = POINTS.to_vec();
            while !points.is_empty() {
                let point = points.swap_remove(self.below(points.len() as u32) as usize);
                self.kill(point);
                *kills.entry(point).or_default() += 1;
            }
            // A job that too many workers leave is given up: what is left is done before the next round.
            self.finish();
        }
        let mut sent: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for mail in self.server.received() {
            let [to, id] = [&mail["envelope_to"][0], &mail["headers"]["message-id"]];
            sent.entry(to.as_str().unwrap().to_owned()).or_default().push(id.as_str().unwrap().to_owned());
        }
        // Nothing is lost.
        let mails = self.mails as usize;
        assert_eq!(sent.len(), mails);
        assert_eq!(self.db.count("jobs WHERE state = 'done'"), i64::from(self.mails));
        // A mail has one Message-ID however often it is sent, and no two have the same.
        for (to, ids) in &sent {
            assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{to}: {ids:?}");
        }
        assert_eq!(sent.values().map(|ids| &ids[0]).collect::<BTreeSet<_>>().len(), mails);
        let repeats = sent.values().map(Vec::len).sum::<usize>() - mails;
        let most: usize = kills.values().sum();
        assert!(repeats <= most, "{repeats} repeats in {kills:?}");
        // What the server had when its worker was killed was sent again.
        let unavoidable = [Point::AfterSend, Point::Answered, Point::BeforeCommit].map(|point| kills[&point]);
        assert!(repeats >= unavoidable.into_iter().sum::<usize>(), "{repeats} repeats in {kills:?}");
        assert_eq!(self.db.count("stolen"), 0);
        assert!(POINTS.iter().all(|point| kills[point] == rounds as usize));
        println!("{mails} mails, kills {kills:?}, {repeats} repeats");
    }

    /// Starts a worker on some new mails, kills it at the point, and lets its lease run out.
    fn kill(&mut self, point: Point) {
        for _ in 0..MAILS {
            self.mails += 1;
            let n = self.mails;
            enqueue(&self.platform, &format!("kills:{n}"), &mail(&format!("p{n}@city.example")));
        }
        let mut killed = self.start();
        match point {
            Point::BeforeSend | Point::AfterSend | Point::Answered => {
                let what = match point {
                    Point::BeforeSend => "rcpt",
                    Point::AfterSend => "data",
                    _ => "quit",
                };
                let passing = self.below(MAILS);
                self.let_pass(passing);
                self.go_on_until(what);
                end(&mut killed);
            }
            Point::BeforeCommit => {
                let passing = self.below(MAILS);
                self.let_pass(passing);
                let line = self.go_on_until("data");
                let lock = Lock::of(&self.db);
                self.go_on(line.number);
                let line = self.go_on_until("quit");
                self.go_on(line.number);
                // The worker has nothing to wait for but the database.
                while self.open.get() > 0 {
                    self.next();
                }
                end(&mut killed);
                drop(lock);
            }
            Point::Anywhere => {
                self.go_on_over(1 + self.below(6));
                end(&mut killed);
            }
            Point::OneOfTwo => {
                let mut other = self.start();
                self.go_on_over(1 + self.below(6));
                if self.below(2) == 0 {
                    std::mem::swap(&mut killed, &mut other);
                }
                end(&mut killed);
                self.stop(other);
            }
        }
        self.until_quiet();
        self.let_an_hour_pass();
    }

    /// Does what is left.
    fn finish(&mut self) {
        let worker = self.start();
        while self.db.count("jobs WHERE state <> 'done'") > 0 {
            self.next_if_any();
        }
        self.stop(worker);
        self.until_quiet();
    }

    fn start(&self) -> Child {
        let mut command = program(self.dir.path());
        command
            .args(["worker", "--data-dir", "data", "--database", self.db.url()])
            .env("RIGHTS_ACADEMY_MASTER_KEY", master_key().to_base64())
            .env("RIGHTS_ACADEMY_MAIL", format!("smtps://{LOGIN}@localhost:{}", self.server.implicit))
            .env("SSL_CERT_FILE", self.server.file("ca.pem"))
            .env_remove("SSL_CERT_DIR")
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut worker = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(worker.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "working\n");
        worker
    }

    /// Asks a worker to stop, and lets it end what it has in hand.
    fn stop(&mut self, mut worker: Child) {
        let id = worker.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        while worker.try_wait().unwrap().is_none() {
            self.next_if_any();
        }
        assert!(worker.wait().unwrap().success());
    }

    /// The server's next line that holds somebody.
    fn next(&self) -> Line {
        self.note(self.lines.recv_timeout(Duration::from_secs(60)).expect("the workers go on"))
    }

    /// Waits a little for the server's next line, and lets whom it holds go on.
    fn next_if_any(&mut self) {
        if let Ok(line) = self.lines.recv_timeout(Duration::from_millis(5)) {
            let line = self.note(line);
            self.go_on(line.number);
        }
    }

    fn note(&self, line: Line) -> Line {
        match line.what.as_str() {
            "made" => self.open.set(self.open.get() + 1),
            "lost" => self.open.set(self.open.get() - 1),
            _ => {}
        }
        line
    }

    fn go_on(&mut self, number: u32) {
        writeln!(self.commands, "{number}").unwrap();
    }

    /// Lets whom the server holds go on until it holds somebody at this point.
    fn go_on_until(&mut self, what: &str) -> Line {
        loop {
            let line = self.next();
            if line.what == what {
                return line;
            }
            self.go_on(line.number);
        }
    }

    /// The same for so many lines.
    fn go_on_over(&mut self, lines: u32) {
        for _ in 0..lines {
            let line = self.next();
            self.go_on(line.number);
        }
    }

    /// Lets so many mails pass.
    fn let_pass(&mut self, mails: u32) {
        for _ in 0..mails {
            let line = self.go_on_until("quit");
            self.go_on(line.number);
        }
    }

    /// Until the server knows that nobody is there any more.
    fn until_quiet(&mut self) {
        while let Ok(line) = self.lines.try_recv() {
            let line = self.note(line);
            self.go_on(line.number);
        }
        while self.open.get() > 0 {
            let line = self.next();
            self.go_on(line.number);
        }
    }

    /// Every lease runs out.
    fn let_an_hour_pass(&self) {
        self.db.sql("UPDATE jobs SET leased_until = run_at WHERE state = 'waiting' AND lease IS NOT NULL");
    }

    fn below(&self, end: u32) -> u32 {
        u32::from_be_bytes(self.random.bytes().unwrap()) % end
    }
}

/// SIGKILL.
fn end(worker: &mut Child) {
    worker.kill().unwrap();
    worker.wait().unwrap();
}

/// Holds back every write to the jobs that are in somebody's hands, until it goes.
enum Lock {
    Postgres { _conn: PgConnection },
    Sqlite { _conn: SqliteConnection },
}

impl Lock {
    fn of(db: &TestDb) -> Lock {
        if db.is_postgres() {
            let mut conn = PgConnection::establish(db.url()).unwrap();
            conn.batch_execute("BEGIN; SELECT id FROM jobs WHERE lease IS NOT NULL FOR UPDATE").unwrap();
            Lock::Postgres { _conn: conn }
        } else {
            let mut conn = SqliteConnection::establish(db.url().strip_prefix("sqlite://").unwrap()).unwrap();
            conn.batch_execute("PRAGMA busy_timeout = 30000; BEGIN IMMEDIATE").unwrap();
            Lock::Sqlite { _conn: conn }
        }
    }
}
