//! Mail servers that hang, refuse, or go half way: each costs a mail a try, within the worker's patience, and nothing else.

use std::net::TcpListener;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text};
use rights_academy::platform::Platform;
use rights_academy::platform::db::Scope;
use rights_academy::platform::jobs::{self, JobError, NewJob, Worker};
use rights_academy::platform::mail::{self, Mail, Mailbox, Mailer};

use crate::support::databases::{TestDb, on_both};
use crate::support::smtp::{MailServer, Manner, Step, mailer};
use crate::support::wait_until;

/// So long that a good answer comes in time, also on a busy machine.
const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(300);

const STEPS: [Step; 7] =
    [Step::Connected, Step::Ehlo, Step::Mail, Step::Rcpt, Step::Data, Step::HalfWay, Step::Sent];

/// Of an answer that goes on.
const LINE: &str =
    "250-there is more and more and more and more and more and more and more and more and more\r\n";

#[derive(Debug, QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
}

fn row(db: &TestDb) -> Row {
    let query = "SELECT state, attempts, last_error FROM jobs WHERE kind = 'mail'";
    db.db.read(Scope::Installation, |conn| Ok(diesel::sql_query(query).get_result(conn)?)).unwrap()
}

fn enqueue(platform: &Platform) {
    let mail = Mail {
        from: None,
        to: Mailbox::new("Bora Çela", "bora@city.example").unwrap(),
        subject: "Ftesë".into(),
        text: "Mirë se vini\n".repeat(20),
        html: "<p>Mirë se vini</p>".into(),
        language: "sq".into(),
        calendar: None,
    };
    let write = |conn: &mut _| mail::enqueue(conn, platform, None, "invitation:1", &mail);
    assert!(platform.db.write_tx(Scope::Installation, write).unwrap());
}

fn mails(platform: &Platform, mailer: Mailer) -> Worker {
    Worker::new(platform.clone()).handling(mail::KIND, move |job| mailer.handle(job))
}

/// A mail by this mailer: what became of it, and that it took no longer than patience allows.
fn tried(mailer: Mailer) -> Row {
    let db = TestDb::sqlite();
    let platform = db.platform();
    enqueue(&platform);
    let begun = Instant::now();
    mails(&platform, mailer).run_due().unwrap();
    assert!(begun.elapsed() < LONG, "{:?}", begun.elapsed());
    row(&db)
}

#[track_caller]
fn assert_postponed(row: &Row, code: &str) {
    assert_eq!((row.state.as_str(), row.attempts), ("waiting", 1), "{row:?}");
    let error = row.last_error.as_deref().unwrap();
    assert!(error.starts_with(code), "{row:?}");
    assert!(!error.contains("city.example"), "{row:?}");
}

#[test]
fn a_server_that_says_nothing_is_given_up_wherever_it_stops() {
    for step in STEPS {
        let server = MailServer::start(Manner::Hangs(step));
        assert_postponed(&tried(server.mailer(SHORT)), "mail-server-slow: ");
        // Only the last has the mail, and will get it again under the same Message-ID.
        assert_eq!(server.taken().len(), usize::from(step == Step::Sent), "{step:?}");
    }
}

#[test]
fn a_server_that_always_says_a_little_is_given_up_too() {
    for step in [Step::Connected, Step::Ehlo, Step::Rcpt, Step::Sent] {
        let server = MailServer::start(Manner::Drips(step));
        assert_postponed(&tried(server.mailer(SHORT)), "mail-server-slow: ");
    }
}

#[test]
fn a_server_that_goes_is_asked_again_wherever_it_went() {
    for step in STEPS {
        let server = MailServer::start(Manner::Drops(step));
        // Whether its end comes as an end or as a reset is the network's affair.
        assert_postponed(&tried(server.mailer(LONG)), "mail-server-");
    }
}

#[test]
fn a_server_that_is_not_there_is_asked_again() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap();
    let row = tried(mailer(free, LONG));
    assert_postponed(&row, "mail-server-unusable: ");
    assert!(row.last_error.as_deref().unwrap().contains("refused"), "{row:?}");
}

#[test]
fn a_server_that_cannot_be_understood_is_asked_again() {
    for (manner, code) in [
        (Manner::Answers(Step::Connected, "hello there"), "mail-server-garbled: "),
        (Manner::Answers(Step::Rcpt, "two hundred and fifty"), "mail-server-garbled: "),
        // So many lines, and one line without an end.
        (Manner::Floods(Step::Ehlo, LINE), "mail-server-unusable: network error: it says too much"),
        (Manner::Floods(Step::Rcpt, "250-more "), "mail-server-unusable: network error: it says too much"),
    ] {
        let server = MailServer::start(manner);
        assert_postponed(&tried(server.mailer(LONG)), code);
    }
}

#[test]
fn a_server_that_lets_nobody_in_says_nothing_about_the_mail() {
    for (step, answer, code) in [
        (Step::Connected, "554 no service here", "the mail server answered 554"),
        (Step::Connected, "421 4.3.2 closing", "the mail server answered 421 4.3.2"),
        (Step::Ehlo, "550 5.7.1 not you", "the mail server answered 550 5.7.1"),
        (Step::Sent, "451 4.7.1 greylisted", "the mail server answered 451 4.7.1"),
    ] {
        let server = MailServer::start(Manner::Answers(step, answer));
        assert_postponed(&tried(server.mailer(LONG)), code);
    }
    let server = MailServer::start(Manner::Answers(Step::Sent, "554 5.7.1 spam, bora@city.example"));
    let row = tried(server.mailer(LONG));
    assert_eq!(
        (row.state.as_str(), row.last_error.as_deref()),
        ("dead", Some("the mail server answered 554 5.7.1"))
    );
}

#[test]
fn a_mail_that_the_server_has_is_sent_whatever_the_goodbye() {
    for manner in [
        Manner::Hangs(Step::Quit),
        Manner::Drips(Step::Quit),
        Manner::Drops(Step::Quit),
        Manner::Answers(Step::Quit, "554 never"),
    ] {
        let told = format!("{manner:?}");
        let server = MailServer::start(manner);
        // The goodbye has five seconds of it.
        let row = tried(server.mailer(LONG));
        assert_eq!((row.state.as_str(), &row.last_error), ("done", &None), "{told}");
        assert_eq!(server.taken().len(), 1, "{told}");
    }
}

on_both! {
    fn what_a_server_did_not_acknowledge_comes_again_as_the_same_mail(db: TestDb) {
        let platform = db.platform();
        let server = MailServer::start(Manner::Drops(Step::Sent));
        enqueue(&platform);
        let worker = mails(&platform, server.mailer(LONG));
        assert_eq!(worker.run_due().unwrap().postponed, 1);
        server.mend();
        assert_eq!(worker.run_due().unwrap(), jobs::Tally::default());
        platform.clock.advance(chrono::Duration::minutes(1));
        assert_eq!(worker.run_due().unwrap().done, 1);
        let taken = server.taken();
        assert_eq!((taken.len(), &taken[0]), (2, &taken[1]));
        assert!(taken[0].ends_with("@installation.example>"), "{taken:?}");
    }

    fn other_jobs_are_done_while_a_mail_server_hangs(db: TestDb) {
        let platform = db.platform();
        let server = MailServer::start(Manner::Hangs(Step::Connected));
        let (done, is_done) = mpsc::channel();
        let worker = mails(&platform, server.mailer(Duration::from_secs(600)))
            .handling("other", move |_| done.send(()).map_err(|_| JobError::Passing("over".into())));
        enqueue(&platform);
        let working = worker.spawn().unwrap();
        let held = "jobs WHERE kind = 'mail' AND lease IS NOT NULL";
        wait_until("the mail is in hand", || db.count(held) == 1);
        for key in ["a", "b", "c"] {
            let job = NewJob { organisation: None, kind: "other", key, payload: &(), run_at: platform.clock.now() };
            platform.db.write_tx(Scope::Installation, |conn| jobs::enqueue(conn, &platform, &job)).unwrap();
            is_done.recv_timeout(LONG).unwrap();
        }
        assert_eq!(db.count(held), 1);
        server.hang_up();
        drop(working);
        assert_postponed(&row(&db), "mail-server-");
    }
}
