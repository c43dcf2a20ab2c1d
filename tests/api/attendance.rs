//! Attendance as it is taken, read, and corrected.

use serde_json::{Value, json};

use super::client::Client;
use super::steps;
use crate::support::databases::on_both;

/// A roll call: `employee_id` and `status`.
pub fn roll_call(rows: &[(&str, &str)]) -> String {
    let rows: String = rows.iter().map(|(id, status)| format!("{id},{status}\n")).collect();
    format!("employee_id,status\n{rows}")
}

fn of_person(client: &Client, cohort: &str, employee_id: &str) -> Vec<Value> {
    let read = client.get(&format!("{cohort}/people/{employee_id}/attendance")).expect(200).json();
    assert_eq!(read["employee_id"], json!(employee_id));
    read["sessions"].as_array().unwrap().clone()
}

on_both! {
    fn a_session_tells_everybody_enrolled_with_minutes_and_source(db: TestDb) {
        let client = Client::of(&db.platform());
        let (cohort, sessions) = steps::closed(&client, "TIRANA");
        let listed = client.walk(&format!("{}/attendance?limit=11", sessions[0]));
        assert_eq!(listed.len(), 60);
        let seen: Vec<&Value> = listed.iter().filter(|person| person["attendance"].is_object()).collect();
        assert_eq!(seen.len(), 32);
        let first = &seen[0]["attendance"];
        assert_eq!(first["source"], "1-introduction.csv (teams-sections)");
        assert!(["email", "upn"].contains(&first["matched_by"].as_str().unwrap()), "{first}");
        assert!(first["minutes"].as_i64().unwrap() > 0 && first["author"] == format!("account:{}", client.account_id()), "{first}");
        assert_eq!(first["recorded_at"], "2023-04-03T09:00:00Z");
        let id = seen[0]["employee_id"].as_str().unwrap();
        let by_person = of_person(&client, &cohort, id);
        assert_eq!(by_person.len(), 4);
        assert_eq!(by_person[0]["attendance"], *first);
        assert_eq!(by_person[0]["session"]["module"], "introduction");
    }

    fn strangers_are_told_with_who_they_may_be(db: TestDb) {
        let client = Client::of(&db.platform());
        let (_, sessions) = steps::running(&client, "TIRANA");
        let export = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n\
            Klodian Xhafa,,01/17/2023 10:00:00 AM,01/17/2023 12:00:00 PM,120,Yes\n\
            Nobody Known,nobody@elsewhere.example,01/17/2023 10:00:00 AM,01/17/2023 12:00:00 PM,120,Yes\n";
        let path = format!("{}/attendance", sessions[0]);
        let taken = client.post_file(&path, "zoom.csv", export, &[]).expect(200).json();
        assert_eq!((&taken["format"], &taken["matched"]), (&json!("zoom-participants"), &json!(0)));
        assert_eq!(taken["unmatched_total"], 2);
        let [by_name, by_address] = taken["unmatched"].as_array().unwrap().as_slice() else { panic!("{taken}") };
        assert_eq!((&by_name["file"], &by_name["line"]), (&json!("zoom.csv"), &json!(2)));
        assert_eq!(by_name["reason"], "name-only");
        assert_eq!(by_name["suggestions"], json!([{ "employee_id": "00002", "name": "Klodian Xhafa" }]));
        assert_eq!(by_address["reason"], "unknown-address");
        assert_eq!(by_address["email"], "nobody@elsewhere.example");
        assert_eq!(by_address["suggestions"], json!([]));
    }

    fn many_strangers_are_counted_and_the_first_hundred_told(db: TestDb) {
        let client = Client::of(&db.platform());
        let (_, sessions) = steps::running(&client, "TIRANA");
        let rows: String = (0..250).map(|n| format!("stranger{n}@elsewhere.example,present\n")).collect();
        let path = format!("{}/attendance", sessions[0]);
        let call = format!("email,status\n{rows}");
        let taken = client.post_file(&path, "call.csv", call, &[]).expect(200).json();
        assert_eq!(taken["unmatched_total"], 250);
        assert_eq!(taken["unmatched"].as_array().unwrap().len(), 100);
    }

    fn a_late_correction_needs_a_reason_and_keeps_what_was_before(db: TestDb) {
        let client = Client::of(&db.platform());
        let (cohort, sessions) = steps::closed(&client, "TIRANA");
        let path = format!("{}/attendance", sessions[3]);
        // 00001 has the introduction only; 00022 nothing at all.
        let call = roll_call(&[("00001", "present"), ("00022", "present")]);
        for fields in [&[] as &[_], &[("reason", " \t")]] {
            let refused = client.post_file(&path, "late.csv", &call, fields);
            assert_eq!(refused.problem(409, "reason-missing")["state"], "closed");
        }
        assert!(of_person(&client, &cohort, "00001")[3].get("attendance").is_none());
        let why = [("reason", "The trainer's paper list was found\u{0}.")];
        let taken = client.post_file(&path, "late.csv", &call, &why).expect(200).json();
        assert_eq!((&taken["format"], &taken["changed"]), (&json!("plain"), &json!(2)), "{taken}");
        let corrected = &of_person(&client, &cohort, "00001")[3];
        assert_eq!(corrected["attendance"]["reason"], "The trainer's paper list was found.");
        assert_eq!(corrected["attendance"]["status"], "present");
        assert_eq!(corrected["earlier"], json!([]));
        let verdict = client.get(&format!("{cohort}/people/00001/verdict")).expect(200).json();
        assert_eq!(verdict["outcome"], json!({ "result": "earned", "level": "attendance" }), "{verdict}");

        let taken_back = roll_call(&[("00001", "absent"), ("00022", "present")]);
        client.post_file(&path, "late.csv", &taken_back, &[("reason", "A mistake.")]).expect(200);
        let corrected = &of_person(&client, &cohort, "00001")[3];
        assert_eq!(corrected["attendance"]["status"], "absent");
        assert_eq!(corrected["earlier"][0]["status"], "present");
        assert!(corrected["earlier"][0]["superseded_at"].is_string());
    }

    fn the_same_file_again_changes_nothing(db: TestDb) {
        let client = Client::of(&db.platform());
        let (_, sessions) = steps::running(&client, "TIRANA");
        let upload = || {
            let (path, name) = (format!("{}/attendance", sessions[0]), "1-introduction.csv");
            client.post_file(&path, name, steps::file(name), &[]).expect(200).json()
        };
        let (first, mut second) = (upload(), upload());
        assert_eq!((&first["changed"], &second["changed"]), (&json!(32), &json!(0)));
        second["changed"] = first["changed"].clone();
        assert_eq!(first, second);
    }

    fn a_draft_takes_no_attendance(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = steps::draft(&client, "TIRANA");
        let session = steps::session(&client, &cohort, "introduction", "2023-01-17");
        let call = roll_call(&[("00001", "present")]);
        let problem = client.post_file(&format!("{session}/attendance"), "call.csv", call, &[]);
        assert_eq!(problem.problem(409, "cohort-state")["state"], "draft");
    }

    fn a_verdict_explains_itself(db: TestDb) {
        let client = Client::of(&db.platform());
        let (cohort, sessions) = steps::closed(&client, "TIRANA");
        let verdict = client.get(&format!("{cohort}/people/00003/verdict")).expect(200).json();
        let id = |path: &String| path.rsplit('/').next().unwrap().parse::<i64>().unwrap();
        assert_eq!(verdict["explanation"], "Attended 2 of 4 modules: this earns a Certificate of Attendance.");
        assert_eq!(verdict["outcome"], json!({ "result": "earned", "level": "attendance" }));
        assert_eq!(verdict["rule_version"], 1);
        let modules = verdict["modules"].as_array().unwrap();
        assert_eq!(modules[0]["session"], json!(id(&sessions[0])), "{verdict}");
        assert_eq!(modules[1]["finding"], "attended");
        let none = client.get(&format!("{cohort}/people/00001/verdict")).expect(200).json();
        assert_eq!(none["explanation"], "Attended 1 of 4 modules; a Certificate of Attendance needs 2.");
        assert_eq!(none["outcome"]["result"], "not-yet");
    }
}
