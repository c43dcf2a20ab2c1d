//! Bad input: a problem that names the place, and nothing changed.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use rights_academy::platform::config::Limits;
use serde_json::json;

use super::client::Client;
use super::steps;
use crate::support::databases::on_both;

on_both! {
    fn every_fault_of_a_roster_is_told_with_file_line_and_field(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = steps::draft(&client, "TIRANA");
        let faults = |bytes: &[u8]| client.put_file(&format!("{cohort}/roster"), "roster.csv", bytes).faults();
        let head = "employee_id,name,email,department\n";
        assert_eq!(faults(b""), ["roster.csv: empty-file"]);
        assert_eq!(faults(head.as_bytes()), ["roster.csv: no-rows"]);
        assert_eq!(faults(b"PK\x03\x04 and the rest"), ["roster.csv: not-text"]);
        assert_eq!(faults(format!("{head}1,A\0,a@b.example,D\n").as_bytes()), ["roster.csv: 2: nul-byte"]);
        assert_eq!(faults(b"employee_id,name,email,department\n1,\xff,a@b.example,D\n"), ["roster.csv: 2: not-utf-8"]);
        let two = format!("{head}1,A,a@b.example,D\n2,B,A@B.example,D\n1,,c,D\n");
        assert_eq!(
            faults(two.as_bytes()),
            [
                "roster.csv: 3: email: duplicate-email",
                "roster.csv: 4: employee_id: duplicate-employee-id",
                "roster.csv: 4: name: empty-cell",
                "roster.csv: 4: email: not-an-email",
            ]
        );
        assert_eq!(db.count("people"), 0);
    }

    fn every_fault_of_an_export_is_told_and_nothing_is_recorded(db: TestDb) {
        let client = Client::of(&db.platform());
        let (_, sessions) = steps::running(&client, "TIRANA");
        let path = format!("{}/attendance", sessions[0]);
        let code = |bytes: &[u8]| {
            let faults = client.post_file(&path, "export.csv", bytes, &[]).faults();
            assert!(faults.iter().all(|fault| fault.starts_with("export.csv: ")), "{faults:?}");
            faults[0].rsplit(": ").next().unwrap().to_owned()
        };
        let codes = [
            code(b""),
            code(b"a,b,c\n1,2,3\n"),
            code(b"PK\x03\x04\x14\x00\x00\x00"),
            code(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
            code(b"\xff\xfeN\x00a\x00m\x00e\x00\x00\xd8"),
            code(b"email,status\np001@tirana.example,pre\0sent\n"),
            code(b"email,status\np001@tirana.example,sleeping\n"),
        ];
        insta::assert_debug_snapshot!("codes_of_bad_exports", codes);
        assert_eq!((db.count("attendance"), db.count("attendance_imports")), (0, 0));
        let unknown = client.post_file(&path, "a.csv", "email,status\n", &[("note", "x")]).faults();
        assert_eq!(unknown, ["note: unknown-field"]);
        let long = "x".repeat(501);
        let long = client.post_file(&path, "a.csv", "email,status\n", &[("reason", &long)]).faults();
        assert_eq!(long, ["reason: too-long"]);
    }

    fn what_is_over_a_limit_is_refused(db: TestDb) {
        let platform = db.platform();
        let (cohort, sessions) = steps::running(&Client::of(&platform), "TIRANA");
        let client = Client::with_limits(&platform, Limits { max_file_bytes: 2_000, max_rows: 20 });
        let big = [b'x'; 2_001];
        for answer in [
            client.put_file(&format!("{cohort}/roster"), "roster.csv", big),
            client.post_file(&format!("{}/attendance", sessions[0]), "export.csv", big, &[]),
        ] {
            let problem = answer.problem(413, "too-large");
            assert!(problem["detail"].as_str().unwrap().contains("2000"), "{problem}");
        }
        let rows: String = (0..21).map(|n| format!("{n},N,{n}@b.example,D\n")).collect();
        let roster = format!("employee_id,name,email,department\n{rows}");
        let faults = client.put_file(&format!("{cohort}/roster"), "roster.csv", roster).faults();
        assert_eq!(faults, ["roster.csv: 22: too-many-rows"]);
        let rows: String = (0..21).map(|n| format!("{n}@b.example,present\n")).collect();
        let call = format!("email,status\n{rows}");
        let faults = client.post_file(&format!("{}/attendance", sessions[0]), "call.csv", call, &[]).faults();
        assert!(faults[0].contains("too-many-rows"), "{faults:?}");
    }

    fn a_body_that_is_not_what_is_asked_for_is_refused(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = steps::draft(&client, "TIRANA");
        let post = |path: &str, kind: &'static str, body: &'static str| {
            let request = TestRequest::default().insert_header(("Content-Type", kind)).set_payload(body);
            client.send(Method::POST, path, request)
        };
        post("/organisations", "application/json", "{").problem(400, "malformed-json");
        post("/organisations", "text/plain", "{}").problem(415, "unsupported-media-type");
        let unknown = r#"{"code":"AA","name":"A","colour":"red"}"#;
        let problem = post("/organisations", "application/json", unknown).problem(422, "invalid-input");
        // The place says which; quoted it would be in the answer whatever it is.
        let fault = &problem["errors"][0];
        assert!(fault["message"].as_str().unwrap().starts_with("unknown field, expected one of `code`"), "{problem}");
        assert_eq!((&fault["line"], &fault["column"]), (&json!(1), &json!(32)));
        let state = format!("{cohort}/state");
        post(&state, "application/json", r#"{"state":"asleep"}"#).problem(422, "invalid-input");
        post(&state, "application/json", r#"{"state":"open","now":true}"#).problem(422, "invalid-input");
        let request = TestRequest::default().insert_header(("Content-Type", "text/csv")).set_payload("a,b");
        client.send(Method::PUT, &format!("{cohort}/roster"), request).problem(415, "unsupported-media-type");
    }

    fn an_organisation_and_a_cohort_are_checked_field_by_field(db: TestDb) {
        let client = Client::of(&db.platform());
        for code in ["", "A", "tirana", "TIRANË", "T IRANA", "ABCDEFGHIJKLMNOPQ", "A\u{0}"] {
            let new = steps::new_organisation(code, " \u{0} ");
            assert_eq!(
                client.post("/organisations", new).faults(),
                ["code: organisation-code", "name: organisation-name"]
            );
        }
        let organisation = steps::organisation(&client, "TIRANA");
        let new = json!({
            "programme": "gardening", "name": "\u{0}", "locale": "tlh", "threshold_percent": 101, "place": "x".repeat(201),
            "signatories": [{ "name": "", "title": "Mayor" }],
        });
        assert_eq!(
            client.post(&format!("{organisation}/cohorts"), new).faults(),
            ["locale: unsupported-locale", "place: too-long", "/signatories/0/name: missing-value"]
        );
        let new = json!({ "programme": "gardening", "name": "\u{0}", "locale": "sq" });
        assert_eq!(
            client.post(&format!("{organisation}/cohorts"), new).faults(),
            ["name: cohort-name", "programme: unknown-programme"]
        );
        let new = json!({
            "programme": "digital-human-rights", "name": "N", "locale": "sq", "threshold_percent": 101,
        });
        assert_eq!(client.post(&format!("{organisation}/cohorts"), new).faults(), ["threshold_percent: threshold"]);
        assert!(client.walk(&format!("{organisation}/cohorts")).is_empty());
    }
}
