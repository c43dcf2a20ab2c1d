//! `worker`: jobs that a server left are done by a process of its own.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use rights_academy::platform::db::Scope;
use rights_academy::platform::mail::{self, Mail, Mailbox};
use tempfile::TempDir;

use crate::support::databases::{master_key, on_both};
use crate::support::program::program;
use crate::support::wait_until;

on_both! {
    fn a_waiting_mail_is_sent_and_the_worker_ends_when_asked(db: TestDb) {
        let dir = TempDir::new().unwrap();
        let platform = db.platform();
        let to = Mailbox::new("Arta", "arta@tirana.example").unwrap();
        let mail = Mail {
            from: None,
            to,
            subject: "Hello".into(),
            text: "Hello".into(),
            html: "<p>Hello</p>".into(),
            language: "en".into(),
            calendar: None,
        };
        let enqueue = |conn: &mut _| mail::enqueue(conn, &platform, None, "hello", &mail);
        platform.db.write_tx(Scope::Installation, enqueue).unwrap();

        let mut worker = program(dir.path())
            .args(["worker", "--data-dir", "data", "--database", db.url()])
            .env("RIGHTS_ACADEMY_MASTER_KEY", master_key().to_base64())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(worker.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, "working\n");
        wait_until("the mail is there", || db.count("jobs WHERE state = 'done'") == 1);
        let mails = std::fs::read_dir(dir.path().join("data/mail")).unwrap().count();
        assert_eq!(mails, 1);
        let id = worker.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(worker.wait().unwrap().success());
    }
}
