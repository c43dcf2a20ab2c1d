//! Cohorts through their states, and what a session must be.

use serde_json::json;

use super::client::Client;
use super::steps;
use crate::support::databases::on_both;

on_both! {
    fn a_cohort_goes_only_where_it_can_and_a_refusal_says_where_that_is(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = steps::draft(&client, "TIRANA");
        let refused = |from: &str, to: &str, next: &[&str]| {
            let problem = client
                .post(&format!("{cohort}/state"), json!({ "state": to }))
                .problem(409, "cohort-state");
            assert_eq!((&problem["state"], &problem["next"]), (&json!(from), &json!(next)), "{problem}");
            assert_eq!(client.get(&cohort).expect(200).json()["state"], json!(from));
        };
        for to in ["draft", "running", "closed", "archived"] {
            refused("draft", to, &["open"]);
        }
        assert_eq!(steps::go(&client, &cohort, "open")["state"], "open");
        refused("open", "closed", &["draft", "running"]);
        steps::go(&client, &cohort, "draft");
        steps::go(&client, &cohort, "open");
        steps::go(&client, &cohort, "running");
        refused("running", "open", &["closed"]);
        let nothing = client.post(&format!("{cohort}/state"), json!({ "state": "closed" }));
        nothing.problem(409, "cohort-without-sessions");
        steps::session(&client, &cohort, "introduction", "2023-01-17");
        steps::go(&client, &cohort, "closed");
        refused("closed", "running", &["archived"]);
        steps::go(&client, &cohort, "archived");
        refused("archived", "closed", &[]);
    }

    fn after_closing_neither_roster_nor_sessions_change(db: TestDb) {
        let client = Client::of(&db.platform());
        let (cohort, sessions) = steps::closed(&client, "TIRANA");
        client
            .put_file(&format!("{cohort}/roster"), "roster.csv", steps::file("roster.csv"))
            .problem(409, "cohort-closed");
        let new = json!({
            "module": "introduction", "starts": "2023-05-01T10:00", "ends": "2023-05-01T12:00",
            "zone": "Europe/Tirane", "mode": "online",
        });
        client.post(&format!("{cohort}/sessions"), new).problem(409, "cohort-closed");
        assert_eq!(client.walk(&format!("{cohort}/sessions")).len(), sessions.len());
    }

    fn what_is_made_is_read_again_and_not_made_twice(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = steps::draft(&client, "TIRANA");
        let organisation = client.get("/organisations/TIRANA").expect(200).json();
        assert_eq!(organisation["code"], "TIRANA");
        assert_eq!(organisation["name"], "Municipality of Tirana");
        client
            .post("/organisations", steps::new_organisation("TIRANA", "Another"))
            .problem(409, "organisation-exists");
        let again = json!({ "programme": "digital-human-rights", "name": "Winter 2023", "locale": "en" });
        client.post("/organisations/TIRANA/cohorts", again).problem(409, "cohort-exists");
        let read = client.get(&cohort).expect(200).json();
        assert_eq!(
            (&read["name"], &read["state"], &read["threshold_percent"], &read["facilitators"]),
            (&json!("Winter 2023"), &json!("draft"), &json!(75), &json!(["trainer@host.example"]))
        );
        assert_eq!(read["created_at"], json!("2023-04-03T09:00:00Z"));

        let session = steps::session(&client, &cohort, "introduction", "2023-07-17");
        let read = client.get(&session).expect(200).json();
        let id = read["id"].clone();
        let expected = json!({
            "id": id, "module": "introduction", "starts": "2023-07-17T10:00:00+02:00",
            "ends": "2023-07-17T12:00:00+02:00", "zone": "Europe/Tirane", "mode": "online",
        });
        assert_eq!(read, expected);
        let same = json!({
            "module": "introduction", "starts": "2023-07-17T08:00:00Z", "ends": "2023-07-17T11:00", "zone": "UTC",
            "mode": "hybrid", "capacity": 20,
        });
        client.post(&format!("{cohort}/sessions"), same).problem(409, "session-exists");
    }

    fn everything_that_is_wrong_with_a_session_is_told_by_field(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = steps::draft(&client, "TIRANA");
        let faults = |module: &str, starts: &str, ends: &str, zone: &str, mode: &str, capacity: u32| {
            let new = json!({
                "module": module, "starts": starts, "ends": ends, "zone": zone, "mode": mode, "capacity": capacity,
            });
            client.post(&format!("{cohort}/sessions"), new).faults()
        };
        assert_eq!(
            faults("introductoin", "17.1.2023", "", "Europe/Tirana", "on-line", 0),
            [
                "module: unknown-module",
                "zone: unknown-zone",
                "starts: not-a-time",
                "ends: missing-value",
                "mode: unknown-mode",
                "capacity: not-a-capacity",
            ]
        );
        let between = |starts: &str, ends: &str| faults("introduction", starts, ends, "Europe/Tirane", "online", 5);
        assert_eq!(between("2023-04-17T12:00", "2023-04-18T18:00"), ["ends: session-too-long"]);
        assert_eq!(between("2023-01-17T12:00", "2023-01-17T10:00"), ["ends: ends-before-it-starts"]);
        assert_eq!(between("2023-01-17T12:00", "2023-01-17T12:00"), ["ends: ends-before-it-starts"]);
        assert_eq!(between("2023-01-17T12:00", "2023-01-18T12:01"), ["ends: session-too-long"]);
        assert_eq!(between("2023-03-26T02:30", "2023-03-26T04:00"), ["starts: time-does-not-exist"]);
        assert_eq!(between("2023-10-29T02:30", "2023-10-29T04:00"), ["starts: time-happens-twice"]);
        assert_eq!(between("2023-01-17T12:00+05:00", "2023-01-17T13:00"), ["starts: wrong-offset"]);
        assert_eq!(between("2023-01-17T12:00\u{0}", "2023-01-17T13:00"), ["starts: not-a-time"]);
        assert!(client.walk(&format!("{cohort}/sessions")).is_empty());
    }
}
