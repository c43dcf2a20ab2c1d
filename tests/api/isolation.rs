//! Nothing is read or changed across organisations, and what does not exist looks the same as what is another's.

use serde_json::json;

use super::client::Client;
use super::steps;
use crate::support::databases::on_both;

on_both! {
    fn another_organisations_things_do_not_exist(db: TestDb) {
        let client = Client::of(&db.platform());
        let (cohort, sessions) = steps::closed(&client, "TIRANA");
        client.post(&format!("{cohort}/certificates"), json!({})).expect(200);
        let serial = client.walk(&format!("{cohort}/certificates"))[0]["serial"].as_str().unwrap().to_owned();
        let (other, other_sessions) = steps::running(&client, "DURRES");
        let rows = db.count("attendance");

        let theirs = |path: &str| path.replace("TIRANA", "DURRES");
        let cohorts = [theirs(&cohort), format!("{other}9"), "/organisations/NOWHERE/cohorts/1".into()];
        for cohort in &cohorts {
            for rest in ["", "/sessions", "/people", "/verdicts", "/certificates", "/report"] {
                client.get(&format!("{cohort}{rest}")).problem(404, "not-found");
            }
            for rest in ["attendance", "verdict"] {
                client.get(&format!("{cohort}/people/00001/{rest}")).problem(404, "not-found");
            }
            client.post(&format!("{cohort}/state"), json!({ "state": "archived" })).problem(404, "not-found");
            client.post(&format!("{cohort}/certificates"), json!({})).problem(404, "not-found");
            let new = json!({
                "module": "introduction", "starts": "2023-05-01T10:00", "ends": "2023-05-01T12:00",
                "zone": "Europe/Tirane", "mode": "online",
            });
            client.post(&format!("{cohort}/sessions"), new).problem(404, "not-found");
            client
                .put_file(&format!("{cohort}/roster"), "roster.csv", steps::file("roster.csv"))
                .problem(404, "not-found");
        }
        // A session of another cohort, in each of the ways in which the path can be mixed.
        let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        for session in [
            theirs(&sessions[0]),
            format!("{other}/sessions/{}", id(&sessions[0])),
            format!("{cohort}/sessions/{}", id(&other_sessions[0])),
        ] {
            client.get(&session).problem(404, "not-found");
            client.get(&format!("{session}/attendance")).problem(404, "not-found");
            client
                .post_file(&format!("{session}/attendance"), "a.csv", "employee_id,status\n00001,present\n", &[("reason", "x")])
                .problem(404, "not-found");
        }
        for rest in ["", "/pdf", "/pdf?language=en"] {
            client.get(&format!("/organisations/DURRES/certificates/{serial}{rest}")).problem(404, "not-found");
            client.get(&format!("/organisations/TIRANA/certificates/{serial}X{rest}")).problem(404, "not-found");
        }
        assert!(client.walk(&format!("{other}/certificates")).is_empty());
        assert_eq!(client.walk("/organisations/DURRES/cohorts").len(), 1);
        assert_eq!(db.count("attendance"), rows);
    }

    fn a_person_who_is_not_enrolled_is_not_there(db: TestDb) {
        let client = Client::of(&db.platform());
        let (cohort, _) = steps::running(&client, "TIRANA");
        for person in ["00099", "%00", "1", "00001%00"] {
            client.get(&format!("{cohort}/people/{person}/verdict")).problem(404, "not-found");
            client.get(&format!("{cohort}/people/{person}/attendance")).problem(404, "not-found");
        }
        for path in ["/organisations/T%00", "/organisations/TIRANA/certificates/%00", "/programmes/x%00", "/modules/x"] {
            client.get(path).problem(404, "not-found");
        }
        client.get("/organisations/TIRANA/cohorts/one").problem(400, "invalid-path");
    }

    fn nothing_is_served_without_the_token(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = steps::draft(&client, "TIRANA");
        for path in [cohort.as_str(), "/programmes", "/organisations"] {
            for token in [None, Some("ra_another".to_owned())] {
                client.with_token(token).get(path).problem(401, "unauthenticated");
            }
        }
    }
}
