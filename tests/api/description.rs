//! What clients are promised: the description of the API, and the problems that they meet most.

use rights_academy::platform::http::openapi::document;
use serde_json::{Value, json};

use super::client::Client;
use super::steps;
use crate::support::databases::TestDb;

#[test]
fn the_description_of_the_api() {
    let described: Value = serde_json::to_value(document(rights_academy::api, rights_academy::root)).unwrap();
    insta::assert_json_snapshot!("openapi", described);
}

#[test]
fn every_operation_is_described() {
    let described: Value = serde_json::to_value(document(rights_academy::api, rights_academy::root)).unwrap();
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in described["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let what = format!("{method} {path}");
            assert!(operation["summary"].is_string(), "{what} has no summary");
            assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{what}");
            assert!(ids.insert(operation["operationId"].to_string()), "{what} shares its operation id");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            for parameter in &parameters {
                assert!(parameter["description"].is_string(), "{what}: {parameter}");
            }
            let named = parameters.iter().filter(|parameter| parameter["in"] == "path").count();
            assert_eq!(named, path.matches('{').count(), "{what}");
        }
    }
    // Two types of one name would share a schema, and one of them be described wrongly.
    for schema in ["AttendanceStatus", "CertificateStatus", "CohortState"] {
        assert!(described["components"]["schemas"][schema]["enum"].is_array(), "{schema}");
    }
}

#[test]
fn typical_problems() {
    let db = TestDb::sqlite();
    let client = Client::of(&db.platform());
    let (cohort, sessions) = steps::closed(&client, "TIRANA");
    let attendance = format!("{}/attendance", sessions[0]);
    let problems = [
        client.get("/organisations/NOWHERE"),
        client.get(&format!("{cohort}/people?limit=0")),
        client.get_as(&format!("{cohort}/report"), "image/png"),
        client.post(&format!("{cohort}/state"), json!({ "state": "open" })),
        client.post_file(&attendance, "late.csv", "employee_id,status\n00001,present\n", &[]),
        client.post_file(&attendance, "late.csv", "a,b\n1,2\n", &[("reason", "x")]),
        client.post("/organisations", steps::new_organisation("tirana", "")),
        client.post("/organisations", json!({ "code": "TIRANA" })),
    ];
    let bodies: Vec<Value> = problems.iter().map(|problem| problem.json()).collect();
    insta::assert_json_snapshot!("problems", bodies);
}
