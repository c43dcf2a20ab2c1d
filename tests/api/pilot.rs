//! The whole pilot, step by step, compared with every line of `expected.json`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::client::Client;
use super::steps::{self, SESSIONS};
use crate::support::databases::on_both;
use crate::support::pilot;

/// The texts in a list.
fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// E-mail addresses by employee id.
fn addresses(client: &Client, cohort: &str) -> BTreeMap<String, String> {
    let people = client.walk(&format!("{cohort}/people"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    people.iter().map(|person| (text(&person["employee_id"]), text(&person["email"]))).collect()
}

on_both! {
    fn the_pilot_step_by_step_gives_what_is_expected(db: TestDb) {
        let client = Client::of(&db.platform());
        let expected = pilot::expected();
        let (cohort, sessions) = steps::running(&client, "TIRANA");
        let people = addresses(&client, &cohort);
        assert_eq!(json!(people.len()), expected["enrolled"]);

        for ((session, (module, _, name)), expected) in
            sessions.iter().zip(SESSIONS).zip(expected["sessions"].as_array().unwrap())
        {
            let taken = client.post_file(&format!("{session}/attendance"), name, steps::file(name), &[]);
            let taken = taken.expect(200).json();
            assert_eq!(expected["module"], json!(module));
            assert_eq!(taken["attended"], expected["credited"], "{taken}");
            assert_eq!(taken["below_threshold_total"], expected["present_below_threshold"], "{taken}");
            let below = taken["below_threshold"].as_array().unwrap();
            assert_eq!(json!(below.len()), expected["present_below_threshold"]);
        }

        steps::go(&client, &cohort, "closed");
        let verdicts = client.walk(&format!("{cohort}/verdicts?limit=7"));
        verdicts_are(&verdicts, &people, &expected);

        let issued = client.post(&format!("{cohort}/certificates"), json!({})).expect(200).json();
        assert_eq!(issued, json!({ "issued": expected["certified"], "superseded": 0, "review": [] }));
        let certificates = client.walk(&format!("{cohort}/certificates?limit=5"));
        for level in ["completion", "attendance"] {
            let of_level = certificates.iter().filter(|certificate| certificate["level"] == level);
            let holders: BTreeSet<String> =
                of_level.map(|c| people[c["employee_id"].as_str().unwrap()].clone()).collect();
            assert_eq!(holders, texts(&expected[level]), "{level}");
        }
        assert!(certificates.iter().all(|certificate| certificate["status"] == "valid"));

        let report = client.get(&format!("{cohort}/report")).expect(200).json();
        report_is(&report, &expected);
    }
}

fn verdicts_are(verdicts: &[Value], people: &BTreeMap<String, String>, expected: &Value) {
    assert_eq!(verdicts.len(), people.len());
    for verdict in verdicts {
        let address = &people[verdict["employee_id"].as_str().unwrap()];
        let attended = verdict["modules"].as_array().unwrap().iter().filter(|m| m["finding"] == "attended");
        let attended: BTreeSet<String> =
            attended.map(|module| module["module"].as_str().unwrap().to_owned()).collect();
        assert_eq!(attended, texts(&expected["people"][address]), "{verdict}");
        assert_eq!(verdict["attended"], json!(attended.len()));
        let level = ["completion", "attendance"].into_iter().find(|l| texts(&expected[*l]).contains(address));
        assert_eq!(verdict["outcome"]["level"], json!(level), "{verdict}");
    }
}

fn report_is(report: &Value, expected: &Value) {
    assert_eq!(report["enrolled"], expected["enrolled"]);
    assert_eq!(report["attended"], expected["attended_any"]);
    assert_eq!(report["departments"], expected["departments_attending"]);
    for (module, session) in
        report["modules"].as_array().unwrap().iter().zip(expected["sessions"].as_array().unwrap())
    {
        let (credited, below) = (&session["credited"], &session["present_below_threshold"]);
        let present = credited.as_u64().unwrap() + below.as_u64().unwrap();
        let module = [&module["module"], &module["attended"], &module["present"]];
        assert_eq!(module, [&session["module"], credited, &json!(present)]);
    }
    let (completion, attendance) =
        (texts(&expected["completion"]).len(), texts(&expected["attendance"]).len());
    let certificates = json!({
        "completion": completion, "attendance": attendance, "total": expected["certified"],
    });
    assert_eq!(report["certificates"], certificates);
    assert_eq!((completion, attendance), (13, 10));
}
