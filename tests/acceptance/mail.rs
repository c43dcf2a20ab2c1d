//! Mails leave `serve` for a real mail server (aiosmtpd), over TLS, and Python's own parser understands them.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text};
use rights_academy::platform::Platform;
use rights_academy::platform::db::Scope;
use rights_academy::platform::mail::{self, CalendarPart, Mail, Mailbox, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::databases::{TestDb, master_key};
use crate::support::program::{Served, program};
use crate::support::wait_until;

/// aiosmtpd, which ends with this.
pub(super) struct MailServer {
    dir: TempDir,
    starttls: u16,
    pub(super) implicit: u16,
    process: Child,
    stdout: Option<BufReader<ChildStdout>>,
}

impl MailServer {
    pub(super) fn start() -> MailServer {
        MailServer::start_with(&[])
    }

    /// One that holds its answers until it is told to go on, and what it tells and is told by.
    pub(super) fn holding() -> (MailServer, BufReader<ChildStdout>, ChildStdin) {
        let mut server = MailServer::start_with(&["hold"]);
        let (told, commands) = (server.stdout.take().unwrap(), server.process.stdin.take().unwrap());
        (server, told, commands)
    }

    fn start_with(options: &[&str]) -> MailServer {
        let dir = TempDir::new().unwrap();
        let log = dir.path().join("log");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/external/mail-server");
        let mut process = Command::new("python3")
            .arg(script)
            .arg(dir.path())
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let ports: Vec<u16> = line.split_whitespace().skip(1).map(|port| port.parse().unwrap()).collect();
        let [starttls, implicit] = ports[..] else {
            panic!(
                "the mail server did not start; run `make test`, or put what tests/tools/setup prints before PATH"
            )
        };
        MailServer { dir, starttls, implicit, process, stdout: Some(stdout) }
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The mails that have arrived so far.
    pub(super) fn received(&self) -> Vec<Value> {
        let read = |n: u32| std::fs::read(self.file(&format!("{n}.json"))).ok();
        (1..).map_while(read).map(|bytes| serde_json::from_slice(&bytes).unwrap()).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const TEXT: &str = "Mirë se vini, Bora Çela!\n.\nhttps://academy.example/invitations/hunter2?a=b\n";
const SUBJECT: &str = "Ftesë për programin “Të drejtat dixhitale të njeriut” të Bashkisë së Tiranës";

fn html() -> String {
    format!("<!DOCTYPE html><html lang=\"sq\"><body><p>{TEXT}</p></body></html>")
}

pub(super) fn mail(to: &str) -> Mail {
    Mail {
        from: Some(Mailbox::new("Bashkia e Tiranës", "academy@tirana.example").unwrap()),
        to: Mailbox::new("Çela, Bora \"B.\"", to).unwrap(),
        subject: SUBJECT.into(),
        text: TEXT.into(),
        html: html(),
        language: "sq".into(),
        calendar: None,
    }
}

pub(super) fn enqueue(platform: &Platform, key: &str, mail: &Mail) {
    let write = |conn: &mut _| mail::enqueue(conn, platform, None, key, mail);
    assert!(platform.db.write_tx(Scope::Installation, write).unwrap());
}

/// What a user gives as password, percent-encoded.
pub(super) const LOGIN: &str = "academy:p%40ss%3Aw%C3%B6rd";

/// `serve` on the database, with its mails going to `url` and the authority in `certificates` trusted alone.
pub fn serve(db: &TestDb, dir: &Path, url: &str, certificates: &Path) -> Served {
    let mut command = program(dir);
    command
        .args(["serve", "--bind", "127.0.0.1:0", "--data-dir", "data", "--database", db.url()])
        .env("RIGHTS_ACADEMY_MASTER_KEY", master_key().to_base64())
        .env("RIGHTS_ACADEMY_MAIL", url)
        .env("SSL_CERT_FILE", certificates)
        .env_remove("SSL_CERT_DIR");
    Served::start(&mut command)
}

#[derive(Debug, QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
}

/// The job once its first try is over.
fn tried(db: &TestDb, key: &str) -> Row {
    let over = format!("jobs WHERE key = '{key}' AND attempts > 0 AND lease IS NULL");
    wait_until("the job was tried", || db.count(&over) == 1);
    let query = format!("SELECT state, attempts, last_error FROM jobs WHERE key = '{key}'");
    db.db.read(Scope::Installation, |conn| Ok(diesel::sql_query(query).get_result(conn)?)).unwrap()
}

/// A mail that was enqueued is tried once with these settings; what became of it, and what arrived.
fn try_to_send(server: &MailServer, url: &str, certificates: &str, mail: &Mail) -> (Row, Vec<Value>) {
    let (db, dir) = (TestDb::sqlite(), TempDir::new().unwrap());
    enqueue(&db.platform(), "invitation:1", mail);
    let _serving = serve(&db, dir.path(), url, &server.file(certificates));
    (tried(&db, "invitation:1"), server.received())
}

#[track_caller]
fn assert_arrived(row: &Row, received: &[Value]) {
    assert_eq!((row.state.as_str(), row.attempts, &row.last_error), ("done", 1, &None));
    let mail = received.last().unwrap();
    assert_eq!(mail["defects"], json!([]), "{mail:#}");
    assert_eq!(mail["user"], "academy");
    assert_eq!(mail["envelope_from"], "academy@tirana.example");
    assert_eq!(mail["envelope_to"], json!(["bora@city.example"]));
    assert_eq!(mail["type"], "multipart/alternative");
    let headers = &mail["headers"];
    for (name, value) in [
        ("from", "Bashkia e Tiranës <academy@tirana.example>"),
        ("to", "\"Çela, Bora \\\"B.\\\"\" <bora@city.example>"),
        ("subject", SUBJECT),
        ("auto-submitted", "auto-generated"),
        ("content-language", "sq"),
    ] {
        assert_eq!(headers[name], value, "{mail:#}");
    }
    assert!(headers["message-id"].as_str().unwrap().ends_with("@tirana.example>"), "{mail:#}");
    // On the way every line ends in CR LF.
    let [text, html] = [TEXT.to_owned(), html()].map(|text| text.replace('\n', "\r\n"));
    assert_eq!(mail["parts"], json!([["text/plain", text], ["text/html", html]]));
}

#[test]
fn a_mail_arrives_over_tls_from_the_start_and_over_starttls() {
    let server = MailServer::start();
    let bora = mail("bora@city.example");
    let url = format!("smtps://{LOGIN}@localhost:{}", server.implicit);
    let (row, received) = try_to_send(&server, &url, "ca.pem", &bora);
    assert_eq!(received.len(), 1);
    assert_arrived(&row, &received);
    let url = format!("smtp://{LOGIN}@localhost:{}", server.starttls);
    let (row, received) = try_to_send(&server, &url, "ca.pem", &bora);
    assert_eq!(received.len(), 2);
    assert_arrived(&row, &received);
}

#[test]
fn an_invitation_arrives_as_a_reading_of_the_mail_and_as_a_file() {
    let server = MailServer::start();
    let url = format!("smtps://{LOGIN}@localhost:{}", server.implicit);
    let object = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Të drej\r\n tat\r\nEND:VCALENDAR\r\n";
    let calendar = Some(CalendarPart { method: Method::Request, text: object.to_owned() });
    let mail = Mail { calendar, ..mail("bora@city.example") };
    let (row, received) = try_to_send(&server, &url, "ca.pem", &mail);
    assert_eq!((row.state.as_str(), &row.last_error), ("done", &None));
    let [mail] = &received[..] else { panic!("{received:#?}") };
    assert_eq!(mail["defects"], json!([]), "{mail:#}");
    assert_eq!(
        mail["tree"],
        json!([
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "text/calendar",
            "application/ics"
        ])
    );
    assert_eq!(mail["parts"][2], json!(["text/calendar", object]));
    assert_eq!(mail["parts"][3], json!(["application/ics", object]));
    assert_eq!(mail["parameters"][2], json!({ "method": "REQUEST", "charset": "utf-8" }));
    assert_eq!(mail["files"], json!([null, null, null, "invite.ics"]));
}

#[test]
fn a_mail_does_not_leave_for_a_server_that_cannot_show_who_it_is() {
    let server = MailServer::start();
    for (scheme, port) in [("smtps", server.implicit), ("smtp", server.starttls)] {
        for (host, certificates, told) in
            [("localhost", "other-ca.pem", "UnknownIssuer"), ("127.0.0.1", "ca.pem", "not valid for name")]
        {
            let url = format!("{scheme}://{LOGIN}@{host}:{port}");
            let (row, received) = try_to_send(&server, &url, certificates, &mail("bora@city.example"));
            assert_eq!((row.state.as_str(), row.attempts), ("waiting", 1));
            let error = row.last_error.unwrap();
            assert!(error.contains("certificate") && error.contains(told), "{error}");
            assert_eq!(received, [] as [Value; 0]);
        }
    }
}

#[test]
fn a_refusal_is_final_or_passing_and_told_without_the_servers_words() {
    let server = MailServer::start();
    let url = |login: &str| format!("smtp://{login}@localhost:{}", server.starttls);
    for (login, to, state, error) in [
        (LOGIN, "gone@city.example", "dead", "the mail server answered 550 5.1.1"),
        (LOGIN, "busy@city.example", "waiting", "the mail server answered 451 4.2.1"),
        // The mail is fine: it waits until the password is mended.
        ("academy:hunter2", "bora@city.example", "waiting", "the mail server answered 535 5.7.8"),
    ] {
        let (row, received) = try_to_send(&server, &url(login), "ca.pem", &mail(to));
        assert_eq!((row.state.as_str(), row.last_error.as_deref()), (state, Some(error)));
        assert_eq!(received, [] as [Value; 0]);
    }
}
