//! Concurrent edits: who changes something says what they saw of it. That every operation does is in the matrix.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use rights_academy::access::Role;
use serde_json::{Value, json};

use super::client::Client;
use crate::support::accounts;
use crate::support::databases::{TestDb, on_both};

const TIRANA: &str = "/organisations/TIRANA";
const DEPARTMENTS: &str = "/organisations/TIRANA/departments";

/// The administrator of a city.
fn city(db: &TestDb) -> Client {
    let platform = db.platform();
    accounts::organisation(&platform, "TIRANA", "Municipality of Tirana");
    Client::of(&platform).with_role("TIRANA", Role::Administrator)
}

/// An organisation's settings.
pub fn settled(name: &str) -> Value {
    json!({
        "name": name, "languages": ["sq"], "zone": "Europe/Tirane", "sender": null,
        "retention": { "raw_attendance_days": 90 }, "controller": "", "data_protection_contact": "", "legal_ground": "",
    })
}

on_both! {
    fn of_those_who_saw_the_same_one_changes_it(db: TestDb) {
        let client = city(&db);
        let department = client.post(DEPARTMENTS, json!({ "name": "Parks", "parent": null })).expect(201);
        let member = client.with_role("TIRANA", Role::Adviser).account_id();
        let paths = [
            department.header("location").to_owned(),
            format!("{TIRANA}/members/{member}"),
            "/account".to_owned(),
            TIRANA.to_owned(),
        ];
        for path in paths {
            let seen = client.get(&path).expect(200).header("etag").to_owned();
            let request = |n: usize| {
                let body = match path.as_str() {
                    "/account" => json!({ "name": format!("Arta {n}"), "language": "sq" }),
                    TIRANA => settled(&format!("Tirana {n}")),
                    path if path.contains("/members/") && n.is_multiple_of(2) => json!({ "roles": ["trainer"] }),
                    path if path.contains("/members/") => json!({ "roles": ["learner"] }),
                    _ => json!({ "name": format!("Parks {n}"), "parent": null }),
                };
                let request = TestRequest::default().insert_header(("If-Match", seen.as_str())).set_json(body);
                client.prepared(Method::PUT, &path, request)
            };
            let mut answers = client.send_at_once((0..8).map(request));
            answers.sort_by_key(|answer| answer.status);
            let last = answers.remove(0).expect(200);
            for answer in answers {
                answer.problem(412, "precondition-failed");
            }
            assert_eq!(client.get(&path).expect(200).bytes, last.bytes, "{path}");
        }
    }
}
