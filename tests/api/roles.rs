//! What is particular to a role, beside what the matrix holds for every operation.

use rights_academy::access::Role;
use serde_json::{Value, json};

use super::client::Client;
use super::steps;
use crate::support::accounts::Joins;
use crate::support::databases::on_both;

/// The ids of the cohorts that a client is shown.
fn cohorts(client: &Client) -> Vec<Value> {
    client.walk("/organisations/TIRANA/cohorts").into_iter().map(|cohort| cohort["id"].clone()).collect()
}

on_both! {
    fn a_trainer_finds_the_cohorts_that_they_teach(db: TestDb) {
        let administrator = Client::of(&db.platform());
        let (cohort, _) = steps::closed(&administrator, "TIRANA");
        let trainer = administrator.with_role("TIRANA", Role::Trainer);
        assert!(cohorts(&trainer).is_empty());
        trainer.get(&cohort).problem(404, "not-found");

        let teaches = format!("{cohort}/trainers/{}", trainer.account_id());
        trainer.put(&teaches, json!({})).problem(404, "not-found");
        administrator.put(&teaches, json!({})).expect(204);
        administrator.put(&teaches, json!({})).expect(204);
        assert_eq!(cohorts(&trainer).len(), 1);
        assert_eq!(trainer.walk(&format!("{cohort}/trainers"))[0]["account"], trainer.account_id().0);
        let read = trainer.get(&cohort).expect(200).json();
        assert_eq!(read["facilitators"], json!(["trainer@host.example"]));
        trainer.post(&format!("{cohort}/certificates"), json!({})).expect(200);
        let serial = trainer.walk(&format!("{cohort}/certificates"))[0]["serial"].as_str().unwrap().to_owned();
        let certificate = format!("/organisations/TIRANA/certificates/{serial}");
        trainer.get(&certificate).expect(200);

        administrator.delete(&teaches).expect(204);
        administrator.delete(&teaches).problem(404, "not-found");
        assert!(cohorts(&trainer).is_empty());
        trainer.get(&certificate).problem(404, "not-found");
    }

    fn a_trainer_teaches_what_they_planned(db: TestDb) {
        let administrator = Client::of(&db.platform());
        steps::organisation(&administrator, "TIRANA");
        let trainer = administrator.with_role("TIRANA", Role::Trainer);
        let new = json!({ "programme": "digital-human-rights", "name": "Spring", "locale": "sq" });
        let cohort = trainer.post("/organisations/TIRANA/cohorts", new).expect(201).header("location").to_owned();
        assert_eq!(cohorts(&trainer).len(), 1);
        steps::go(&trainer, &cohort, "open");
        // What opening froze, only an administrator thaws.
        trainer.post(&format!("{cohort}/state"), json!({ "state": "draft" })).problem(403, "forbidden");
        steps::go(&administrator, &cohort, "draft");
        let stranger = administrator.member("b@tirana.example", "TIRANA", Joins { roles: &[Role::Trainer], ..Joins::default() });
        assert!(cohorts(&stranger).is_empty());
        administrator.put(&format!("{cohort}/trainers/99999"), json!({})).problem(404, "not-found");
    }

    fn a_learner_reads_their_own(db: TestDb) {
        let administrator = Client::of(&db.platform());
        let (cohort, sessions) = steps::closed(&administrator, "TIRANA");
        administrator.post(&format!("{cohort}/certificates"), json!({})).expect(200);
        let issued = administrator.walk(&format!("{cohort}/certificates"));
        let employee = issued[0]["employee_id"].as_str().unwrap();
        let joins = Joins { roles: &[Role::Learner], employee_id: Some(employee), ..Joins::default() };
        let learner = administrator.member("learner@tirana.example", "TIRANA", joins);

        assert_eq!(cohorts(&learner).len(), 1);
        let read = learner.get(&cohort).expect(200).json();
        assert!(read.get("facilitators").is_none(), "{read}");
        assert_eq!(learner.walk(&format!("{cohort}/sessions")).len(), sessions.len());
        for rest in ["attendance", "verdict"] {
            let own = learner.get(&format!("{cohort}/people/{employee}/{rest}")).expect(200).json();
            assert_eq!(own["employee_id"], employee);
            let other = issued[1]["employee_id"].as_str().unwrap();
            learner.get(&format!("{cohort}/people/{other}/{rest}")).problem(404, "not-found");
        }
        let of = |certificate: &Value| format!("/organisations/TIRANA/certificates/{}", certificate["serial"].as_str().unwrap());
        for rest in ["", "/pdf"] {
            learner.get(&format!("{}{rest}", of(&issued[0]))).expect(200);
            learner.get(&format!("{}{rest}", of(&issued[1]))).problem(404, "not-found");
        }
        let listed = learner.walk(&format!("{cohort}/certificates"));
        assert_eq!(listed, [issued[0].clone()]);
        let account = learner.get("/account").expect(200).json();
        assert_eq!(account["organisations"][0]["employee_id"], employee);
        // Somebody of the roster who is in no cohort has none.
        let elsewhere = Joins { roles: &[Role::Learner], ..Joins::default() };
        let nobody = administrator.member("nobody@tirana.example", "TIRANA", elsewhere);
        assert!(nobody.get("/organisations/TIRANA/cohorts").status == 404);
    }

    fn an_adviser_sees_what_statistics_may_show(db: TestDb) {
        let administrator = Client::of(&db.platform());
        let (cohort, _) = steps::closed(&administrator, "TIRANA");
        administrator.post(&format!("{cohort}/certificates"), json!({})).expect(200);
        let report = format!("{cohort}/report");
        let adviser = administrator.with_role("TIRANA", Role::Adviser);
        let (other, _) = steps::running(&administrator, "DURRES");
        let elsewhere = administrator.with_role("DURRES", Role::Adviser);
        elsewhere.get(&format!("{other}/report")).problem(409, "cohort-not-closed");
        let whole = administrator.get(&report).expect(200).json();
        let shown = adviser.get(&report).expect(200).json();
        assert_eq!((&shown["enrolled"], &shown["smallest"]), (&whole["enrolled"], &json!(10)));
        assert!(shown["modules"][0].get("present").is_none() && whole["modules"][0]["present"] == 32, "{shown}");
        let sheet = adviser.get_as(&report, "text/csv").expect(200).text();
        assert!(sheet.contains("module-attended,introduction,27") && !sheet.contains("module-present"), "{sheet}");
        adviser.get_as(&report, "application/pdf").problem(406, "not-acceptable");
        administrator.with_role("TIRANA", Role::Hr).get_as(&report, "application/pdf").expect(200);
    }

    fn only_an_administrator_corrects_late(db: TestDb) {
        let administrator = Client::of(&db.platform());
        let (cohort, sessions) = steps::closed(&administrator, "TIRANA");
        let trainer = administrator.with_role("TIRANA", Role::Trainer);
        administrator.put(&format!("{cohort}/trainers/{}", trainer.account_id()), json!({})).expect(204);
        let attendance = format!("{}/attendance", sessions[0]);
        let late = |client: &Client| {
            client.post_file(&attendance, "late.csv", "employee_id,status\n00001,present\n", &[("reason", "was there")])
        };
        late(&trainer).problem(403, "late-correction");
        late(&administrator).expect(200);
    }

    fn a_trainer_lists_people_and_changes_none(db: TestDb) {
        let administrator = Client::of(&db.platform());
        let (cohort, _) = steps::running(&administrator, "TIRANA");
        let trainer = administrator.with_role("TIRANA", Role::Trainer);
        administrator.put(&format!("{cohort}/trainers/{}", trainer.account_id()), json!({})).expect(204);
        let roster = format!("{cohort}/roster");
        let whole = String::from_utf8(steps::file("roster.csv")).unwrap();
        let people = |client: &Client| client.walk("/organisations/TIRANA/people");
        let before = people(&administrator);

        let head_and_two: String = whole.lines().take(3).map(|line| format!("{line}\n")).collect();
        let taken = trainer.put_file(&roster, "roster.csv", &head_and_two).expect(200).json();
        assert_eq!(taken["enrolled"], 2);
        trainer.put_file(&roster, "roster.csv", &whole).expect(200);
        // Another name, address or department, and somebody new, are told alike.
        let head = "employee_id,name,email,department\n";
        let mut told = std::collections::BTreeSet::new();
        let known = &before[0];
        let field = |name: &str| known[name].as_str().unwrap();
        for row in [
            format!("00001,Another Name,{},{}", field("email"), field("department")),
            format!("00001,{},another@x.example,{}", field("name"), field("department")),
            format!("00001,{},{},Invented", field("name"), field("email")),
        ] {
            let answer = trainer.put_file(&roster, "roster.csv", format!("{head}{row}\n"));
            told.insert(answer.problem(422, "invalid-input").to_string());
        }
        let new = format!("{head}99999,Somebody,{},Finance\n", field("email"));
        let answer = trainer.put_file(&roster, "roster.csv", new).problem(422, "invalid-input");
        told.insert(answer.to_string().replace("99999", "00001"));
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(people(&administrator), before);
        assert_eq!(administrator.walk(&format!("{cohort}/people")).len(), 60);
    }

    fn a_refusal_names_the_permission_that_it_needs(db: TestDb) {
        let administrator = Client::of(&db.platform());
        let cohort = steps::draft(&administrator, "TIRANA");
        let adviser = administrator.with_role("TIRANA", Role::Adviser);
        let refused = adviser.post(&format!("{cohort}/state"), json!({ "state": "open" })).problem(403, "forbidden");
        assert_eq!(refused["permission"], "cohort.change");
        assert!(refused["detail"].as_str().unwrap().contains("`cohort.change`"), "{refused}");
        let new = json!({ "name": "N", "scope": ["cohort.read"], "expires_at": "2023-05-01T00:00:00Z" });
        let made = administrator.post("/organisations/TIRANA/api-tokens", new).expect(201).json();
        let script = administrator.with_token(Some(made["token"].as_str().unwrap().to_owned()));
        script.get(&cohort).expect(200);
        let refused = script.get(&format!("{cohort}/report")).problem(403, "scope-missing");
        assert_eq!(refused["permission"], "report.read");
        // What one may not see tells nothing of itself.
        let hidden = adviser.get("/organisations/TIRANA/members").problem(404, "not-found");
        assert!(hidden.get("permission").is_none(), "{hidden}");
    }

    fn several_roles_tell_no_more_than_each(db: TestDb) {
        let administrator = Client::of(&db.platform());
        let (cohort, _) = steps::running(&administrator, "TIRANA");
        for other in [Role::Adviser, Role::Hr] {
            let joins = Joins { roles: &[Role::Trainer, other], ..Joins::default() };
            let both = administrator.member(&format!("{other}-trainer@tirana.example"), "TIRANA", joins);
            let teaches = format!("{cohort}/trainers/{}", both.account_id());
            let told = |client: &Client| client.walk("/organisations/TIRANA/cohorts")[0].get("facilitators").is_some();
            assert!(!told(&both), "{other}");
            administrator.put(&teaches, json!({})).expect(204);
            assert!(told(&both), "{other}");
        }
        // Who taught and no longer is a trainer, finds the cohort no more.
        let joins = Joins { roles: &[Role::Trainer], ..Joins::default() };
        let former = administrator.member("former@tirana.example", "TIRANA", joins);
        administrator.put(&format!("{cohort}/trainers/{}", former.account_id()), json!({})).expect(204);
        assert_eq!(cohorts(&former).len(), 1);
        let member = format!("/organisations/TIRANA/members/{}", former.account_id());
        administrator.put(&member, json!({ "roles": ["learner"], "employee_id": "00001" })).expect(200);
        former.get(&format!("{cohort}/report")).problem(404, "not-found");
        let own = former.walk("/organisations/TIRANA/cohorts");
        assert!(own.len() == 1 && own[0].get("facilitators").is_none(), "{own:?}");
        administrator.put_file(&format!("{cohort}/roster"), "roster.csv", "employee_id,name,email,department\n00002,B,b@x.example,D\n").expect(200);
        assert!(cohorts(&former).is_empty());
        administrator.put(&format!("{cohort}/trainers/{}", former.account_id()), json!({})).problem(409, "not-a-trainer");
    }
}
