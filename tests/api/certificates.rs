//! Certificates: issued once, the same bytes for good.

use std::sync::Barrier;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::client::Client;
use super::steps;
use crate::support::databases::on_both;

fn issue(client: &Client, cohort: &str) -> Value {
    client.post(&format!("{cohort}/certificates"), json!({})).expect(200).json()
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

on_both! {
    fn only_a_closed_cohort_issues(db: TestDb) {
        let client = Client::of(&db.platform());
        let (cohort, _) = steps::running(&client, "TIRANA");
        let problem =
            client.post(&format!("{cohort}/certificates"), json!({})).problem(409, "cohort-not-closed");
        assert_eq!(problem["state"], "running");
        assert_eq!(db.count("certificates"), 0);
    }

    fn issuing_twice_issues_once_and_a_correction_raises_or_is_looked_at(db: TestDb) {
        let client = Client::of(&db.platform());
        let (cohort, sessions) = steps::closed(&client, "TIRANA");
        assert_eq!(issue(&client, &cohort)["issued"], 23);
        let before = client.walk(&format!("{cohort}/certificates"));
        assert_eq!(issue(&client, &cohort), json!({ "issued": 0, "superseded": 0, "review": [] }));
        assert_eq!(client.walk(&format!("{cohort}/certificates")), before);

        // 00003 attended two modules: a third raises the level.
        let raise = "employee_id,status\n00003,present\n";
        let path = format!("{}/attendance", sessions[3]);
        client.post_file(&path, "late.csv", raise, &[("reason", "Was there.")]).expect(200);
        assert_eq!(issue(&client, &cohort), json!({ "issued": 1, "superseded": 1, "review": [] }));
        let theirs = |id: &str| {
            let mine = client.walk(&format!("{cohort}/certificates")).into_iter().filter(|c| c["employee_id"] == id);
            mine.map(|c| format!("{} {}", c["level"].as_str().unwrap(), c["status"].as_str().unwrap()))
                .collect::<Vec<_>>()
        };
        assert_eq!(theirs("00003"), ["attendance superseded", "completion valid"]);

        // Taken back, it is for somebody to look at, and stands.
        let back = "employee_id,status\n00003,absent\n";
        client.post_file(&path, "late.csv", back, &[("reason", "Was not.")]).expect(200);
        let done = issue(&client, &cohort);
        assert_eq!((&done["issued"], &done["review"][0]["employee_id"]), (&json!(0), &json!("00003")), "{done}");
        assert_eq!(done["review"][0]["level"], "completion");
        assert_eq!(theirs("00003"), ["attendance superseded", "completion valid"]);
    }

    fn two_who_issue_at_once_issue_one_set(db: TestDb) {
        let platform = db.platform();
        let (cohort, _) = steps::closed(&Client::of(&platform), "TIRANA");
        let together = Barrier::new(2);
        let one = || {
            let client = Client::of(&platform);
            together.wait();
            issue(&client, &cohort)["issued"].as_u64().unwrap()
        };
        let mut issued = std::thread::scope(|scope| {
            let (a, b) = (scope.spawn(one), scope.spawn(one));
            [a.join().unwrap(), b.join().unwrap()]
        });
        issued.sort_unstable();
        assert_eq!(issued, [0, 23]);
        assert_eq!((db.count("certificates"), db.count("renditions")), (23, 23));
    }

    fn a_certificate_tells_everything_and_downloads_the_same_bytes(db: TestDb) {
        let client = Client::of(&db.platform());
        let (cohort, _) = steps::closed(&client, "TIRANA");
        issue(&client, &cohort);
        let listed = client.walk(&format!("{cohort}/certificates"));
        let certificate = &listed[0];
        let serial = certificate["serial"].as_str().unwrap();
        let path = format!("/organisations/TIRANA/certificates/{serial}");
        assert_eq!(client.get(&path).expect(200).json(), *certificate);
        assert_eq!(certificate["organisation"], "Municipality of Tirana");
        assert_eq!((&certificate["edition"], &certificate["modules_in_programme"]), (&json!(1), &json!(4)));
        assert_eq!(certificate["verify_at"], "https://academy.example/verify/");
        assert_eq!(certificate["issued_on"], "2023-04-03");
        let module = &certificate["modules"][0];
        assert_eq!((&module["date"], &module["minutes"]), (&json!("2023-01-17"), &json!(120)), "{certificate}");

        let first = client.get(&format!("{path}/pdf")).expect(200);
        assert_eq!(first.header("content-type"), "application/pdf");
        assert_eq!(first.header("content-disposition"), format!("attachment; filename=\"{serial}.pdf\""));
        assert_eq!(first.header("etag"), format!("\"{}\"", hex(&first.bytes)));
        assert!(first.bytes.starts_with(b"%PDF-"));
        // The cohort's language is Albanian: asked for or not, in any region, it is the one document.
        for language in ["", "?language=sq", "?language=sq-AL"] {
            assert_eq!(client.get(&format!("{path}/pdf{language}")).expect(200).bytes, first.bytes);
        }
        let english = client.get(&format!("{path}/pdf?language=en")).expect(200);
        assert_ne!(english.bytes, first.bytes);
        assert_eq!(client.get(&format!("{path}/pdf?language=en-GB")).expect(200).bytes, english.bytes);
        client.get(&format!("{path}/pdf?language=xx")).problem(400, "invalid-query");
        let known = client.get_with(&format!("{path}/pdf"), ("If-None-Match", first.header("etag")));
        assert!(known.expect(304).bytes.is_empty());
        client.get_with(&format!("{path}/pdf?language=en"), ("If-None-Match", first.header("etag"))).expect(200);
        assert_eq!(db.count("renditions"), 24);
    }

    fn the_report_comes_as_the_client_likes_it(db: TestDb) {
        let client = Client::of(&db.platform());
        let (cohort, _) = steps::closed(&client, "TIRANA");
        issue(&client, &cohort);
        let path = format!("{cohort}/report");
        let json = client.get_as(&path, "application/json").expect(200);
        assert_eq!(json.json()["certificates"], json!({ "completion": 13, "attendance": 10, "total": 23 }));
        assert_eq!((json.header("content-type"), json.header("vary")), ("application/json", "Accept"));
        let csv = client.get_as(&path, "text/csv, application/json;q=0.5").expect(200);
        assert!(csv.text().contains("certificates,total,23"), "{}", csv.text());
        assert!(csv.header("content-type").starts_with("text/csv"));
        let pdf = client.get_as(&path, "application/pdf").expect(200);
        assert!(pdf.bytes.starts_with(b"%PDF-"));
        assert_eq!(client.get_as(&path, "application/pdf").bytes, pdf.bytes);
        assert_ne!(client.get_as(&format!("{path}?language=en"), "application/pdf").bytes, pdf.bytes);
        client.get_as(&path, "image/png").problem(406, "not-acceptable");
        client.get(&format!("{path}?language=tlh")).problem(400, "invalid-query");
    }
}
