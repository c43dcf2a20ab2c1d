//! `demo` and `serve`, as a person and a service manager see them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tempfile::TempDir;

use super::Laptop;
use crate::support::databases::{TestDb, count};
use crate::support::files::{assert_same_tree, tree};
use crate::support::pilot;
use crate::support::program::{Served, program, run};
use crate::support::wait_until;

#[test]
fn a_second_demo_changes_nothing() {
    let dir = TempDir::new().unwrap();
    let demo = || run(program(dir.path()).args(["demo", "--no-serve"])).succeeded();
    let first = demo();
    assert!(first.stdout.contains("certificates in all               23"), "{}", first.stdout);
    let files = tree(&dir.path().join("out"));
    assert_eq!(files.len(), 7 + 23);
    let second = demo();
    assert!(second.stdout.contains("issued now 0, superseded now 0"), "{}", second.stdout);
    assert_same_tree(&files, &tree(&dir.path().join("out")));
    assert!(dir.path().join("data/rights-academy.sqlite3").exists());
}

#[test]
fn a_demo_leaves_a_real_organisation_alone() {
    let laptop = Laptop::fresh();
    let folder = pilot::Copy::new();
    folder.edit("cohort.toml", |text| text.replace("Winter 2023", "Spring 2024"));
    folder.edit("roster.csv", |text| text.replace("Valbona Shehu", "Valbona Leka"));
    laptop.process(folder.path(), &[]).succeeded();
    let before = laptop.rows();
    let out = laptop.dir.path().join("demo");
    let demo = |data: &str| {
        let arguments = ["demo", "--no-serve", "--data-dir", data, "--out"];
        run(program(laptop.dir.path()).args(arguments).arg(&out))
    };
    let refused = demo("data");
    assert_eq!(refused.status, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("--data-dir"), "{}", refused.stderr);
    assert!(!out.exists());
    assert_eq!(laptop.rows(), before);
    assert_eq!(count(&laptop.open(), "people WHERE name = 'Valbona Leka'"), 1);
    demo("another").succeeded();
}

#[test]
fn serve_refuses_a_role_that_is_exempt_from_row_security() {
    let dir = TempDir::new().unwrap();
    let db = TestDb::postgres();
    let serve = ["serve", "--bind", "127.0.0.1:0", "--data-dir", "data", "--database"];
    let refused = run(program(dir.path()).args(serve).arg(db.url_of_superuser()));
    assert_eq!(refused.status, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("serve as the role of the service"), "{refused:?}");
    assert_eq!(db.count("keys"), 0);
}

/// An agent that takes every status for an answer.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into()
}

fn serve(dir: &TempDir) -> Served {
    Served::start(program(dir.path()).args(["serve", "--bind", "127.0.0.1:0", "--data-dir", "data"]))
}

#[test]
fn a_first_start_makes_a_token_and_shows_it_once() {
    let dir = TempDir::new().unwrap();
    let served = serve(&dir);
    let tokens: Vec<&str> = served.printed.iter().filter_map(|line| line.strip_prefix("token ")).collect();
    let [line] = tokens[..] else { panic!("{:?}", served.printed) };
    let token = line.split(' ').next().unwrap().to_owned();

    let status = |path: &str, token: Option<&str>| {
        let mut request = agent().get(format!("{}{path}", served.url));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = request.call().unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    };
    for open in ["/health", "/ready", "/api/v1/openapi.json", "/api/v1/docs/"] {
        assert_eq!(status(open, None).0, 200, "{open}");
    }
    let (refused, problem) = status("/api/v1/programmes", None);
    let problem: serde_json::Value = serde_json::from_str(&problem).unwrap();
    assert_eq!((refused, &problem["status"]), (401, &serde_json::json!(401)), "{problem}");
    assert!(problem["code"].is_string(), "{problem}");
    assert_eq!(status("/api/v1/programmes", Some("another")).0, 401);
    assert_ne!(status("/api/v1/programmes", Some(&token)).0, 401);

    // It is nowhere on disk, and the next start has nothing to show.
    served.terminate();
    let (exit, rest) = served.wait();
    assert!(exit.success() && !rest.contains(&token), "{exit}: {rest}");
    for (name, bytes) in tree(dir.path()) {
        let found = bytes.windows(token.len()).any(|window| window == token.as_bytes());
        assert!(!found, "the token is in {}", name.display());
    }
    let again = serve(&dir);
    assert!(again.printed.iter().all(|line| !line.contains("token")), "{:?}", again.printed);
    again.terminate();
    assert!(again.wait().0.success());
}

/// A request waits for the database; the server is asked to stop; the request is answered all the same.
#[test]
fn a_request_under_way_is_finished_before_the_end() {
    let db = TestDb::postgres();
    let dir = TempDir::new().unwrap();
    let arguments = ["serve", "--bind", "127.0.0.1:0", "--data-dir", "data", "--database", db.url()];
    let token = "a-token-of-the-tests-that-is-long-enough";
    let served = Served::start(program(dir.path()).args(arguments).env("RIGHTS_ACADEMY_TOKEN", token));

    let mut blocking = PgConnection::establish(db.url()).unwrap();
    blocking.batch_execute("BEGIN; LOCK TABLE organisations IN ACCESS EXCLUSIVE MODE").unwrap();
    let mut stream = TcpStream::connect(served.address()).unwrap();
    let head = format!(
        "GET /api/v1/organisations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    wait_until("the request waits for the lock", || {
        count(&db.db, "pg_locks WHERE NOT granted AND relation = 'organisations'::regclass") == 1
    });
    served.terminate();
    wait_until("nobody can connect any more", || TcpStream::connect(served.address()).is_err());
    blocking.batch_execute("ROLLBACK").unwrap();

    let mut answer = String::new();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let (exit, _) = served.wait();
    assert_eq!(exit.code(), Some(0));
}

/// The role of `docs/deploy/postgresql-roles.sql`: it reads and writes rows, and can make no table.
#[test]
fn serve_runs_as_a_role_that_may_not_make_tables() {
    let db = TestDb::postgres();
    let url = db.url_of_service();
    let dir = TempDir::new().unwrap();
    let arguments = ["serve", "--bind", "127.0.0.1:0", "--data-dir", "data", "--database", &url];
    let served = Served::start(program(dir.path()).args(arguments));
    let answer = agent().get(format!("{}/ready", served.url)).call().unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    served.terminate();
    assert!(served.wait().0.success());
}

#[test]
fn serve_refuses_a_postgresql_that_was_not_migrated_and_makes_nothing_in_it() {
    let db = TestDb::empty_postgres();
    let dir = TempDir::new().unwrap();
    let refused = run(program(dir.path()).args(["serve", "--data-dir", "data", "--database", db.url()]));
    assert_eq!(refused.status, Some(2), "{refused:#?}");
    assert!(refused.stderr.contains("rights-academy migrate"), "{refused:#?}");
    assert_eq!(db.count("pg_tables WHERE schemaname = 'public'"), 0);
}
