//! `demo` and `serve`, as a person and a service manager see them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use rights_academy::identity::service::invitations;
use rights_academy::platform::Platform;
use rights_academy::platform::clock::Clock;
use rights_academy::platform::db::Db;
use rights_academy::platform::random::Random;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::Laptop;
use crate::support::databases::{TestDb, count};
use crate::support::files::{assert_same_tree, tree};
use crate::support::program::{Served, program, run, serve_on};
use crate::support::{accounts, pilot, wait_until};

#[test]
fn a_second_demo_changes_nothing() {
    let dir = TempDir::new().unwrap();
    let demo = || run(program(dir.path()).args(["demo", "--no-serve"])).succeeded();
    let first = demo();
    assert!(first.stdout.contains("certificates in all               23"), "{}", first.stdout);
    let files = tree(&dir.path().join("out"));
    assert_eq!(files.len(), 8 + 23);
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

/// The text after `/invitations/` in the one line that shows an invitation.
#[track_caller]
fn invitation(printed: &[String]) -> String {
    let links: Vec<&str> = printed.iter().filter_map(|line| line.strip_prefix("invitation ")).collect();
    let [line] = links[..] else { panic!("{printed:?}") };
    let (link, _) = line.split_once(' ').unwrap();
    link.split_once("/invitations/").unwrap().1.to_owned()
}

#[test]
fn a_first_start_makes_an_invitation_and_shows_it_once() {
    let dir = TempDir::new().unwrap();
    let served = serve(&dir);
    let secret = invitation(&served.printed);

    let status = |path: &str, token: Option<&str>| {
        let mut request = agent().get(format!("{}{path}", served.url));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = request.call().unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    };
    for open in ["/health", "/ready", "/api/v1/openapi.json", "/api/v1/docs/", "/.well-known/jwks.json"] {
        assert_eq!(status(open, None).0, 200, "{open}");
    }
    // The invitation opens no call.
    for token in [None, Some("another"), Some(secret.as_str())] {
        let (refused, problem) = status("/api/v1/programmes", token);
        let problem: Value = serde_json::from_str(&problem).unwrap();
        assert_eq!((refused, &problem["status"]), (401, &json!(401)), "{problem}");
        assert_eq!(problem["code"], "unauthenticated");
    }

    // It is nowhere on disk or in the log, and the next start has nothing to show.
    served.terminate();
    let (exit, log) = served.wait();
    assert!(exit.success() && !log.contains(&secret), "{exit}: {log}");
    assert!(log.contains("finishing what is under way"), "{log}");
    for (name, bytes) in tree(dir.path()) {
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "the secret is in {}", name.display());
    }
    let again = serve(&dir);
    assert_eq!(again.printed, [] as [&str; 0]);
    again.terminate();
    assert!(again.wait().0.success());
}

/// What a start that fails has shown nobody has seen: it is not used up.
#[test]
fn a_start_that_fails_shows_no_invitation_and_uses_none_up() {
    let dir = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (command, data) in [("serve", "data"), ("demo", "demo")] {
        let start = |bind: &str| {
            let mut start = program(dir.path());
            start.args([command, "--bind", bind, "--data-dir", data]);
            start
        };
        let failed = run(&mut start(&taken));
        assert_eq!(failed.status, Some(1), "{failed:?}");
        assert!(failed.stderr.contains(&taken) && !failed.stdout.contains("invitation"), "{failed:?}");
        std::fs::create_dir_all(dir.path().join("empty/DURRES")).unwrap();
        let failed = run(start("127.0.0.1:0").args(["--templates", "empty"]));
        assert!(failed.status != Some(0) && !failed.stdout.contains("invitation"), "{failed:?}");
        invitation(&Served::start(&mut start("127.0.0.1:0")).printed);
    }
}

#[test]
fn a_start_warns_where_browsers_would_drop_the_cookie() {
    let warned = |bind: &str, public_url: &[&str]| {
        let dir = TempDir::new().unwrap();
        let served = Served::start(
            program(dir.path()).args(["serve", "--data-dir", "data", "--bind", bind]).args(public_url),
        );
        served.terminate();
        served.wait().1.contains("browsers will not keep the cookie")
    };
    assert!(warned("0.0.0.0:0", &[]));
    assert!(warned("0.0.0.0:0", &["--public-url", "http://academy.example"]));
    assert!(!warned("0.0.0.0:0", &["--public-url", "https://academy.example"]));
    assert!(!warned("127.0.0.1:0", &[]));
}

#[test]
fn a_demo_invites_an_administrator_once() {
    let dir = TempDir::new().unwrap();
    let demo = || Served::start(program(dir.path()).args(["demo", "--bind", "127.0.0.1:0"]));
    let first = demo();
    let secret = invitation(&first.printed);
    drop(first);
    assert!(secret.starts_with("ri_"), "{secret}");
    let again = demo().printed.clone();
    assert!(again.iter().all(|line| !line.starts_with("invitation ")), "{again:?}");
    assert!(again.iter().any(|line| line.contains("rights-academy invite EMAIL")), "{again:?}");
}

/// What `process` made on a laptop comes to its first administrator, who signs in.
#[test]
fn an_administrator_is_invited_from_the_command_line() {
    let laptop = Laptop::fresh();
    laptop.process(&pilot::dir(), &[]).succeeded();
    let invite = |arguments: &[&str]| {
        let command = ["invite", "--data-dir", "data", "--public-url", "https://academy.example"];
        run(program(laptop.dir.path()).args(command).args(arguments))
    };
    let arta = ["arta@tirana.example", "--role", "administrator", "--language", "sq", "--organisation"];
    let run = invite(&[&arta[..], &["TIRANA"]].concat()).succeeded();
    let link = run.stdout.split_whitespace().nth(1).unwrap();
    let secret = link.strip_prefix("https://academy.example/invitations/").unwrap();
    let elsewhere = invite(&[&arta[..], &["DURRES"]].concat());
    assert_eq!((elsewhere.status, elsewhere.stderr.as_str()), (Some(2), "there is no such organisation\n"));
    let nobody =
        invite(&["x@tirana.example", "--role", "learner", "--organisation", "TIRANA", "--employee-id", "0"]);
    assert_eq!(nobody.status, Some(2), "{nobody:?}");
    let operator = invite(&["--operator"]).succeeded();
    assert!(
        operator.stdout.starts_with("invitation https://academy.example/invitations/rf_"),
        "{operator:?}"
    );

    let platform =
        Platform::open(laptop.open(), &laptop.data_dir(), None, Clock::System, Random::System).unwrap();
    let password = "a long walk to the lake";
    invitations::accept(&platform, secret, "Arta Hoxha", password).unwrap();
    let served = serve(&laptop.dir);
    assert_eq!(served.printed, [] as [&str; 0]);
    let call = |path: &str| agent().get(format!("{}/api/v1{path}", served.url));
    let credentials = json!({ "email": "Arta@Tirana.example", "password": password });
    let signing_in = agent().post(format!("{}/api/v1/sign-ins", served.url));
    let tokens: Value = signing_in.send_json(credentials).unwrap().body_mut().read_json().unwrap();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let mut members = call("/organisations/TIRANA/members").header("authorization", bearer).call().unwrap();
    let members: Value = members.body_mut().read_json().unwrap();
    assert_eq!(members["items"][0]["roles"], json!(["administrator"]), "{members}");
    drop(served);
    let again = invite(&[&arta[..], &["TIRANA"]].concat());
    assert_eq!(again.status, Some(2), "{again:?}");
}

/// Somebody leaves and comes back, while the server runs.
#[test]
fn an_account_is_disabled_and_enabled_from_the_command_line() {
    let dir = TempDir::new().unwrap();
    let disable =
        |arguments: &[&str]| run(program(dir.path()).args(["disable", "--data-dir", "data"]).args(arguments));
    let served = serve(&dir);
    let db = Db::open(
        format!("sqlite://{}/data/rights-academy.sqlite3", dir.path().display()).parse().unwrap(),
        1,
    );
    let platform =
        Platform::open(db.unwrap(), &dir.path().join("data"), None, Clock::System, Random::System).unwrap();
    let password = "a long walk to the lake";
    accounts::with_password(&platform, accounts::account(&platform, "arta@tirana.example", true), password);
    let sign_in = || {
        let credentials = json!({ "email": "arta@tirana.example", "password": password });
        agent().post(format!("{}/api/v1/sign-ins", served.url)).send_json(credentials).unwrap()
    };
    let mut signed_in = sign_in();
    let tokens: Value = signed_in.body_mut().read_json().unwrap();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let account = || {
        let request = agent().get(format!("{}/api/v1/account", served.url)).header("authorization", &bearer);
        request.call().unwrap().status().as_u16()
    };
    assert_eq!(account(), 200);

    let unknown = disable(&["elira@tirana.example"]);
    assert_eq!((unknown.status, unknown.stderr.as_str()), (Some(2), "there is no such account\n"));
    let printed = |arguments: &[&str]| disable(arguments).succeeded().stdout;
    let arta = "ARTA@tirana.example";
    assert_eq!(printed(&[arta]), "arta@tirana.example is disabled; sign-ins ended: 1\n");
    assert_eq!((account(), sign_in().status().as_u16()), (401, 401));
    assert_eq!(count(&platform.db, "sign_ins WHERE ended_by = 'disabled'"), 1);
    assert_eq!(printed(&[arta]), "arta@tirana.example was disabled already; sign-ins ended: 0\n");
    assert_eq!(printed(&[arta, "--undo"]), "arta@tirana.example is enabled again\n");
    assert_eq!((account(), sign_in().status().as_u16()), (401, 201), "what ended stays ended");
    assert_eq!(printed(&[arta, "--undo"]), "arta@tirana.example was not disabled\n");
}

/// A request waits for the database; the server is asked to stop; the request is answered all the same.
#[test]
fn a_request_under_way_is_finished_before_the_end() {
    let db = TestDb::postgres();
    let dir = TempDir::new().unwrap();
    let platform = db.platform_of_today();
    let (_, token) = accounts::signed_in(&platform, accounts::account(&platform, "operator@x.example", true));
    let served = Served::start(&mut serve_on(&db, dir.path()));

    let mut blocking = PgConnection::establish(db.url()).unwrap();
    // No worker asks for this table, so that it is the request that waits.
    blocking.batch_execute("BEGIN; LOCK TABLE memberships IN ACCESS EXCLUSIVE MODE").unwrap();
    let mut stream = TcpStream::connect(served.address()).unwrap();
    let head = format!(
        "GET /api/v1/account HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    wait_until("the request waits for the lock", || {
        count(&db.db, "pg_locks WHERE NOT granted AND relation = 'memberships'::regclass") == 1
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
