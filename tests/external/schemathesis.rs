//! schemathesis asks `serve` all that its description allows, and much that it does not, as nobody and as each role: no
//! answer is a 5xx, has a status that the description does not name, or differs from what it promises.

use std::path::Path;
use std::process::{Command, Stdio};

use rights_academy::access::Role;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::api::client::Client;
use crate::api::steps;
use crate::support::accounts::{self, Joins};
use crate::support::databases::TestDb;
use crate::support::program::{Served, run, serve_on};

/// Ids up to here are met by chance: what the run itself stands on, such as its own sign-in, has higher ones.
const MET_BY_CHANCE: i64 = 7_000_000_000;

/// `If-Match` is refused in a way of its own, and whoever may not see something is told so before any header is looked at.
const CHECKS: &str = "\
[checks]
missing_required_header.expected-statuses = [400, 401, 403, 404, 428]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428, 429]
";

/// What there is, by the name of the path's parameter, for requests that find something. Writes have a cohort of their
/// own, so that reads find one with certificates.
struct There {
    read: Map<String, Value>,
    write: Map<String, Value>,
}

/// Who asks: makes the account with the help of the administrator's client. None is nobody.
type Who = fn(&Client, &There) -> Option<Client>;

fn member(administrator: &Client, roles: &[Role], joins: Joins<'_>) -> Option<Client> {
    Some(administrator.member("caller@tirana.example", "TIRANA", Joins { roles, ..joins }))
}

fn run_as(who: Who) {
    let (db, dir) = (TestDb::sqlite(), TempDir::new().unwrap());
    let platform = db.platform_of_today();
    let operator = Client::of(&platform);
    let mut there = prepare(&operator);
    // From here on ids are high.
    for table in ["accounts", "sign_ins", "api_tokens"] {
        db.sql(&format!("DELETE FROM sqlite_sequence WHERE name = '{table}'; INSERT INTO sqlite_sequence (name, seq) VALUES ('{table}', {MET_BY_CHANCE})"));
    }
    let caller = who(&operator, &there).map(|caller| {
        let account = caller.account_id();
        let (expendable, _) = accounts::signed_in(&platform, account);
        there.put("sign_in", json!(expendable));
        (caller, accounts::signed_in(&platform, account).1)
    });
    let before = caller.as_ref().map_or(401, |(caller, _)| caller.get("/organisations/TIRANA").status);
    let served = Served::start(&mut serve_on(&db, dir.path()));
    let description = dir.path().join("openapi.json");
    std::fs::write(&description, describe(&served, &there).to_string()).unwrap();

    let token = caller.as_ref().map(|(_, token)| token.as_str());
    // It tries every id that it was shown, its own sign-in among them: what would end that comes last.
    schemathesis(&served, dir.path(), token, &["--exclude-operation-id", "end_sign_in"]);
    if let Some((caller, token)) = &caller {
        // It was somebody to the last, and what it was.
        let caller = caller.with_token(Some(token.clone()));
        caller.get("/account").expect(200);
        assert_eq!(caller.get("/organisations/TIRANA").status, before);
    }
    schemathesis(&served, dir.path(), token, &["--include-operation-id", "end_sign_in"]);
}

/// Runs over some operations of the description in this folder.
fn schemathesis(served: &Served, in_dir: &Path, token: Option<&str>, which: &[&str]) {
    std::fs::write(in_dir.join("schemathesis.toml"), CHECKS).unwrap();
    let mut command = Command::new("schemathesis");
    command.current_dir(in_dir).stdin(Stdio::null());
    command.args(["run", "openapi.json", "--no-color", "--url", &served.url]).args(which);
    command.args(["--phases", "examples,coverage,fuzzing", "--max-examples", "10", "--seed", "4"]);
    command.args(["--generation-database", "none", "--continue-on-failure", "--no-shrink"]);
    // Whoever may not see something is told that it is not there, however well they ask.
    command.args(["--exclude-checks", "positive_data_acceptance", "--warnings", "off"]);
    if let Some(token) = token {
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
    }
    let told = run(&mut command);
    assert_eq!(told.status, Some(0), "{}\n{}", told.stdout, told.stderr);
}

impl There {
    fn put(&mut self, name: &str, value: Value) {
        self.read.insert(name.to_owned(), value.clone());
        self.write.insert(name.to_owned(), value);
    }
}

/// An organisation that has something of everything; the operator is its administrator as well, for the time being.
fn prepare(operator: &Client) -> There {
    let (cohort, sessions) = steps::closed(operator, "TIRANA");
    operator.post(&format!("{cohort}/certificates"), json!({})).expect(200);
    let certificate = operator.walk(&format!("{cohort}/certificates")).remove(0);
    let organisation = "/organisations/TIRANA";
    let new = json!({ "programme": "digital-human-rights", "name": "Spring", "locale": "sq" });
    let draft =
        operator.post(&format!("{organisation}/cohorts"), new).expect(201).header("location").to_owned();
    let planned = steps::session(operator, &draft, "introduction", "2024-01-16");
    let invitation = json!({ "email": "invited@tirana.example", "roles": ["learner"], "language": "sq" });
    let invitation = operator.post(&format!("{organisation}/invitations"), invitation).expect(201).json();
    let department = json!({ "name": "Bus Lanes", "parent": null });
    let department = operator.post(&format!("{organisation}/departments"), department).expect(201).json();
    let expendable = operator.with_role("TIRANA", Role::Learner).account_id();
    let id = |path: &str| json!(path.rsplit('/').next().unwrap().parse::<i64>().unwrap());
    let mut there = There { read: Map::new(), write: Map::new() };
    there.put("organisation", json!("TIRANA"));
    there.put("serial", certificate["serial"].clone());
    there.put("employee_id", certificate["employee_id"].clone());
    there.put("invitation", invitation["id"].clone());
    there.put("department", department["id"].clone());
    there.put("account", json!(expendable));
    for (there, cohort, session) in
        [(&mut there.read, &cohort, &sessions[0]), (&mut there.write, &draft, &planned)]
    {
        there.insert("cohort".into(), id(cohort));
        there.insert("session".into(), id(session));
    }
    there
}

/// The server's description with what there is as examples, and without what it says of any other status, so that a
/// status which no operation names is found.
fn describe(served: &Served, there: &There) -> Value {
    let url = format!("{}/api/v1/openapi.json", served.url);
    let mut described: Value = ureq::get(url).call().unwrap().body_mut().read_json().unwrap();
    for item in described["paths"].as_object_mut().unwrap().values_mut() {
        for (method, operation) in item.as_object_mut().unwrap() {
            operation["responses"].as_object_mut().unwrap().remove("default");
            let there = if method == "get" { &there.read } else { &there.write };
            for parameter in
                operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten()
            {
                let name = parameter["name"].as_str().unwrap().to_owned();
                if name == "If-Match" {
                    // A tag that it makes up is never met, and nothing behind it would be asked.
                    parameter["schema"] = json!({ "type": "string", "enum": ["*"] });
                    parameter["example"] = json!("*");
                }
                if name == "Idempotency-Key" {
                    // The same for all, it would be that of another request for all but one.
                    parameter.as_object_mut().unwrap().remove("example");
                }
                if let Some(value) = there.get(&name).filter(|_| parameter["in"] == "path") {
                    parameter["example"] = value.clone();
                }
            }
        }
    }
    described
}

#[test]
fn nobody() {
    run_as(|_, _| None);
}

#[test]
fn a_learner() {
    run_as(|operator, there| {
        let employee_id = there.read["employee_id"].as_str();
        member(operator, &[Role::Learner], Joins { employee_id, ..Joins::default() })
    });
}

#[test]
fn a_trainer() {
    run_as(|operator, there| {
        let trainer = member(operator, &[Role::Trainer], Joins::default())?;
        for there in [&there.read, &there.write] {
            let cohort = format!("/organisations/TIRANA/cohorts/{}", there["cohort"]);
            operator.put(&format!("{cohort}/trainers/{}", trainer.account_id()), json!({})).expect(204);
        }
        Some(trainer)
    });
}

#[test]
fn hr_with_names() {
    run_as(|operator, _| member(operator, &[Role::Hr], Joins { names: true, ..Joins::default() }));
}

#[test]
fn an_administrator() {
    run_as(|operator, _| {
        let administrator = member(operator, &[Role::Administrator], Joins::default())?;
        // The last one cannot be removed.
        let operator = format!("/organisations/TIRANA/members/{}", operator.account_id());
        administrator.delete(&operator).expect(204);
        Some(administrator)
    });
}

#[test]
fn an_adviser() {
    run_as(|operator, _| member(operator, &[Role::Adviser], Joins::default()));
}

#[test]
fn an_operator() {
    run_as(|operator, _| Some(operator.operator("another@academy.example")));
}
