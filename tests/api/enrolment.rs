//! People enrol, wait, are let in, book and leave, over the API.

use rights_academy::access::Role;
use serde_json::{Value, json};

use super::client::Client;
use super::steps;
use crate::support::accounts::Joins;
use crate::support::databases::on_both;

/// A city with the pilot's people, and a cohort that nobody is in.
pub struct City {
    pub administrator: Client,
    pub cohort: String,
}

/// Terms with so many seats; the rest as it is where nothing is said.
pub fn terms(capacity: Option<u32>) -> Value {
    json!({
        "opens": null, "closes": null, "eligible": { "who": "everybody" }, "capacity": capacity, "approval": "none",
        "freed_seat": { "how": "at-once" },
    })
}

pub fn with(mut terms: Value, name: &str, value: Value) -> Value {
    terms[name] = value;
    terms
}

impl City {
    pub fn with_terms(db: &crate::support::databases::TestDb, terms: Value) -> City {
        let administrator = Client::of(&db.platform());
        steps::running(&administrator, "TIRANA");
        let new = json!({ "programme": "digital-human-rights", "name": "Spring", "locale": "en" });
        let made = administrator.post("/organisations/TIRANA/cohorts", new).expect(201);
        let city = City { administrator, cohort: made.header("location").to_owned() };
        city.administrator.put(&format!("{}/terms", city.cohort), terms).expect(200);
        steps::go(&city.administrator, &city.cohort, "open");
        city
    }

    /// A learner of the roster.
    pub fn learner(&self, n: u32) -> Client {
        let employee_id = format!("{n:05}");
        let joins = Joins { roles: &[Role::Learner], employee_id: Some(&employee_id), ..Joins::default() };
        self.administrator.member(&format!("learner{n}@tirana.example"), "TIRANA", joins)
    }

    pub fn enrol(&self, n: u32) -> crate::api::client::Answer {
        self.learner(n).post(&format!("{}/enrolment", self.cohort), json!({}))
    }

    fn state(&self, n: u32) -> String {
        let found = self.administrator.get(&format!("{}/enrolments/{n:05}", self.cohort)).expect(200).json();
        found["state"].as_str().unwrap().to_owned()
    }

    pub fn trainer(&self) -> Client {
        let trainer = self.administrator.with_role("TIRANA", Role::Trainer);
        let path = format!("{}/trainers/{}", self.cohort, trainer.account_id());
        self.administrator.put(&path, json!({})).expect(204);
        trainer
    }

    pub fn leave(&self, n: u32) -> crate::api::client::Answer {
        self.learner(n).post(&format!("{}/enrolment/withdrawal", self.cohort), json!({}))
    }
}

on_both! {
    fn a_seat_that_comes_free_goes_to_whoever_waits_longest(db: TestDb) {
        let city = City::with_terms(&db, terms(Some(1)));
        assert_eq!(city.enrol(1).expect(201).json()["why"]["code"], "seat-free");
        assert_eq!(city.enrol(1).expect(200).json()["state"], "enrolled");
        for (n, position) in [(2, 1), (3, 2)] {
            let told = city.enrol(n).expect(201).json();
            assert_eq!((&told["state"], &told["position"]), (&json!("waitlisted"), &json!(position)));
            assert_eq!(told["why"], json!({ "code": "cohort-full", "position": position }));
        }
        let fewer = city.administrator.put(&format!("{}/terms", city.cohort), terms(Some(1)));
        fewer.expect(200);
        assert_eq!(city.leave(1).expect(200).json()["state"], "withdrawn");
        assert_eq!([city.state(2), city.state(3)], ["enrolled", "waitlisted"]);
        // More seats go on, too; fewer than are held are refused with how many these are.
        city.administrator.put(&format!("{}/terms", city.cohort), terms(Some(2))).expect(200);
        assert_eq!(city.state(3), "enrolled");
        let refused = city.administrator.put(&format!("{}/terms", city.cohort), terms(Some(1)));
        let refused = refused.problem(409, "capacity-under-held");
        assert_eq!((&refused["to"], &refused["enrolled"]), (&json!(1), &json!(2)));
        // Who left may come again, at the end of the line.
        assert_eq!(city.enrol(1).expect(201).json()["position"], 1);
    }

    fn a_first_limit_is_not_under_those_who_are_there(db: TestDb) {
        let city = City::with_terms(&db, terms(None));
        for n in 1..=3 {
            city.enrol(n).expect(201);
        }
        let put = |terms: Value| city.administrator.put(&format!("{}/terms", city.cohort), terms);
        assert_eq!(put(terms(Some(2))).problem(409, "capacity-under-held")["enrolled"], 3);
        put(terms(Some(3))).expect(200);
        assert_eq!(city.enrol(4).expect(201).json()["position"], 1);
        put(terms(None)).expect(200);
        assert_eq!(city.state(4), "enrolled");
        let far = json!("+262142-12-31T23:59:59Z");
        let refused = put(with(terms(None), "closes", far));
        assert!([400, 422].contains(&refused.status), "{}", refused.status);
    }

    fn whoever_was_told_keeps_a_cohort_from_being_a_draft_again(db: TestDb) {
        let city = City::with_terms(&db, terms(None));
        city.enrol(1).expect(201);
        let draft = || city.administrator.post(&format!("{}/state", city.cohort), json!({ "state": "draft" }));
        assert_eq!(draft().problem(409, "people-told")["people"], 1);
        city.leave(1).expect(200);
        draft().expect(200);
        // A draft is not there for those who learn.
        city.leave(1).problem(404, "not-found");
        // A seat that comes free in it is offered to nobody, who would not hear of it.
        let offer = with(terms(Some(1)), "freed_seat", json!({ "how": "offer", "hours": 1 }));
        city.administrator.put(&format!("{}/terms", city.cohort), offer).expect(200);
        let named = json!({ "employee_ids": ["00002", "00003"] });
        city.administrator.post(&format!("{}/enrolments", city.cohort), named).expect(200);
        city.administrator.post(&format!("{}/enrolments/00002/withdrawal", city.cohort), json!({})).expect(200);
        assert_eq!(city.state(3), "enrolled");
    }

    fn needs_are_not_taken_after_closing(db: TestDb) {
        let city = City::with_terms(&db, terms(None));
        city.enrol(1).expect(201);
        steps::session(&city.administrator, &city.cohort, "introduction", "2023-01-17");
        steps::go(&city.administrator, &city.cohort, "running");
        steps::go(&city.administrator, &city.cohort, "closed");
        let again = city.learner(1).post(&format!("{}/enrolment", city.cohort), json!({ "needs": "Too late" }));
        assert_eq!(again.status, 409);
        city.enrol(1).expect(200);
        assert_eq!(db.count("enrolments WHERE needs IS NOT NULL"), 0);
    }

    fn whoever_joins_the_line_is_told_how_many_wait_now(db: TestDb) {
        let city = City::with_terms(&db, terms(Some(1)));
        let position = |n| city.enrol(n).expect(201).json()["position"].as_u64();
        assert_eq!([1, 2, 3, 4, 5].map(position), [None, Some(1), Some(2), Some(3), Some(4)]);
        // From the middle, from the end, and from the beginning.
        city.leave(3).expect(200);
        assert_eq!(position(6), Some(4));
        city.leave(6).expect(200);
        assert_eq!(position(7), Some(4));
        city.leave(1).expect(200);
        assert_eq!([city.state(2), city.state(4)], ["enrolled", "waitlisted"]);
        assert_eq!(position(8), Some(4));
        for n in [8, 4, 7, 5] {
            city.leave(n).expect(200);
        }
        assert_eq!(position(9), Some(1));
    }

    fn an_offered_seat_is_accepted_or_goes_on(db: TestDb) {
        let offer = with(terms(Some(1)), "freed_seat", json!({ "how": "offer", "hours": 48 }));
        let city = City::with_terms(&db, offer);
        for n in 1..=3 {
            city.enrol(n).expect(201);
        }
        city.leave(1).expect(200);
        assert_eq!([city.state(2), city.state(3)], ["offered", "waitlisted"]);
        let accept = |n| city.learner(n).post(&format!("{}/enrolment/acceptance", city.cohort), json!({}));
        accept(3).problem(409, "no-offer");
        // Turning it down hands it on.
        city.leave(2).expect(200);
        assert_eq!(accept(3).expect(200).json()["why"]["code"], "offer-accepted");
    }

    fn a_request_is_decided_by_those_whose_it_is(db: TestDb) {
        let city = City::with_terms(&db, with(terms(None), "approval", json!("trainer")));
        assert_eq!(city.enrol(1).expect(201).json()["state"], "requested");
        assert_eq!(city.enrol(2).expect(201).json()["why"], json!({ "code": "needs-approval", "approval": "trainer" }));
        let decide = |by: &Client, n: u32, decision: Value| {
            by.post(&format!("{}/enrolments/{n:05}/decision", city.cohort), decision)
        };
        let hr = Joins { roles: &[Role::Hr], names: true, ..Joins::default() };
        let hr = city.administrator.member("hr@tirana.example", "TIRANA", hr);
        decide(&hr, 1, json!({ "decision": "approve" })).problem(409, "not-yours-to-decide");
        let trainer = city.trainer();
        assert_eq!(decide(&trainer, 1, json!({ "decision": "approve" })).expect(200).json()["state"], "enrolled");
        decide(&trainer, 2, json!({ "decision": "decline", "reason": " " })).problem(409, "reason-missing");
        let declined = decide(&trainer, 2, json!({ "decision": "decline", "reason": "Next time." })).expect(200).json();
        assert_eq!((&declined["state"], &declined["why"]["reason"]), (&json!("declined"), &json!("Next time.")));
        city.enrol(2).problem(409, "turned-away");
    }

    fn who_may_enrol_is_settled_by_departments_and_links(db: TestDb) {
        let city = City::with_terms(&db, with(terms(None), "eligible", json!({ "who": "by-invitation" })));
        city.enrol(1).problem(409, "by-invitation");
        let made = city.administrator.post(&format!("{}/links", city.cohort), json!({})).expect(201).json();
        let secret = made["link"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let by_link = |n: u32, link: &str| city.learner(n).post(&format!("{}/enrolment", city.cohort), json!({ "link": link }));
        assert_eq!(by_link(1, "re_nothing").faults(), ["link: link-over"]);
        assert_eq!(by_link(1, &secret).expect(201).json()["state"], "enrolled");
        let address = format!("{}/links/{}", city.cohort, made["id"]);
        city.administrator.delete(&address).expect(204);
        assert_eq!(by_link(2, &secret).faults(), ["link: link-over"]);

        let departments = city.administrator.walk("/organisations/TIRANA/departments");
        let person = city.administrator.get("/organisations/TIRANA/people/00003").expect(200).json();
        let of = departments.iter().find(|one| one["name"] == person["department"]).unwrap();
        let eligible = json!({ "who": "departments", "departments": [of["id"]] });
        city.administrator.put(&format!("{}/terms", city.cohort), with(terms(None), "eligible", eligible)).expect(200);
        assert_eq!(city.enrol(3).expect(201).json()["state"], "enrolled");
        let other = city.administrator.walk("/organisations/TIRANA/people").into_iter()
            .find(|other| other["department"] != person["department"] && other["employee_id"] != "00001").unwrap();
        let other: u32 = other["employee_id"].as_str().unwrap().parse().unwrap();
        city.enrol(other).problem(409, "not-eligible");
        // Staff enrol whom they will.
        let named = json!({ "employee_ids": [format!("{other:05}")] });
        let enrolled = city.trainer().post(&format!("{}/enrolments", city.cohort), named).expect(200).json();
        assert_eq!(enrolled["items"][0]["enrolment"]["state"], "enrolled");
    }

    fn staff_enrol_a_list_or_nobody(db: TestDb) {
        let city = City::with_terms(&db, terms(Some(1)));
        let path = format!("{}/enrolments", city.cohort);
        let unknown = json!({ "emails": ["nobody@x.example"], "employee_ids": ["00001", "no\u{0}body"] });
        let faults = city.administrator.post(&path, unknown).faults();
        assert_eq!(faults, ["/emails/0: not-of-the-organisation", "/employee_ids/1: not-of-the-organisation"]);
        assert!(city.administrator.walk(&path).is_empty());
        assert_eq!(city.administrator.post(&path, json!({})).faults(), ["nobody-named"]);
        city.enrol(1).expect(201);
        let named = json!({ "employee_ids": ["00001", "00002", "00003"] });
        let outcomes = city.administrator.post(&path, named).expect(200).json();
        assert_eq!(outcomes["items"][0]["refused"]["code"], "already-enrolled");
        assert_eq!(outcomes["items"][1]["enrolment"]["position"], 1);
        assert_eq!(outcomes["items"][2]["enrolment"]["position"], 2);
        // A newcomer comes behind all who wait, also behind those whom the list does not name.
        let named = json!({ "employee_ids": ["00002", "00004"] });
        let outcomes = city.administrator.post(&path, named).expect(200).json();
        let refused = json!({ "code": "already-waitlisted", "position": 1 });
        assert_eq!(outcomes["items"][0]["refused"], refused);
        assert_eq!(outcomes["items"][1]["enrolment"]["position"], 3);
        let waiting = city.administrator.walk(&format!("{path}?state=waitlisted"));
        assert_eq!(waiting.len(), 3);
        // Closing tells whoever waits that there is no seat.
        steps::session(&city.administrator, &city.cohort, "introduction", "2023-01-17");
        steps::go(&city.administrator, &city.cohort, "running");
        steps::go(&city.administrator, &city.cohort, "closed");
        assert_eq!([city.state(1), city.state(2), city.state(3)], ["enrolled", "declined", "declined"]);
        city.enrol(4).problem(409, "cohort-over");
    }

    fn what_people_need_is_for_the_trainers_and_goes_when_they_go(db: TestDb) {
        let city = City::with_terms(&db, terms(None));
        let learner = city.learner(1);
        let wish = json!({ "needs": " Sign   language, please. " });
        learner.post(&format!("{}/enrolment", city.cohort), wish).expect(201);
        assert_eq!(learner.get(&format!("{}/enrolment", city.cohort)).expect(200).json()["needs"], "Sign language, please.");
        let told = |client: &Client| client.walk(&format!("{}/enrolments", city.cohort))[0]["needs"].clone();
        let trainer = city.trainer();
        assert_eq!(told(&trainer), "Sign language, please.");
        assert_eq!(told(&city.administrator), Value::Null);
        let long = json!({ "needs": "x".repeat(2001) });
        let put = |needs: Value| learner.put(&format!("{}/enrolment/needs", city.cohort), needs);
        assert_eq!(put(long).faults(), ["needs: too-long"]);
        put(json!({ "needs": "Materials in advance" })).expect(204);
        city.leave(1).expect(200);
        assert_eq!(told(&trainer), Value::Null);
        put(json!({ "needs": "Again" })).problem(409, "not-in-cohort");
    }

    fn one_of_several_sessions_is_booked(db: TestDb) {
        let city = City::with_terms(&db, terms(None));
        let session = |day: &str, capacity: u32| {
            let new = json!({
                "module": "introduction", "starts": format!("{day}T10:00"), "ends": format!("{day}T12:00"),
                "zone": "Europe/Tirane", "mode": "online", "capacity": capacity,
            });
            let made = city.administrator.post(&format!("{}/sessions", city.cohort), new).expect(201);
            made.header("location").to_owned()
        };
        let (first, second) = (session("2030-01-17", 1), session("2030-01-18", 5));
        let book = |n: u32, session: &str| city.learner(n).put(&format!("{session}/booking"), json!({}));
        book(1, &first).problem(409, "not-enrolled");
        city.enrol(1).expect(201);
        city.enrol(2).expect(201);
        let own = |n: u32| city.learner(n).get(&format!("{}/enrolment", city.cohort)).expect(200).json();
        assert_eq!(own(1)["to_book"], json!(["introduction"]));
        book(1, &first).expect(200);
        book(1, &first).expect(200);
        let full = book(2, &first).problem(409, "session-full");
        assert_eq!(full["left"].as_array().unwrap().len(), 1);
        assert_eq!(own(1)["sessions"].as_array().unwrap().len(), 1);
        // Moved in one step, so that the first is free for somebody else.
        book(1, &second).expect(200);
        book(2, &first).expect(200);
        city.learner(2).delete(&format!("{first}/booking")).expect(204);
        city.learner(2).delete(&format!("{first}/booking")).problem(409, "nothing-booked");
    }

    fn who_books_a_hybrid_session_and_says_nothing_else_has_a_place_in_the_room(db: TestDb) {
        let city = City::with_terms(&db, terms(None));
        let new = json!({
            "module": "introduction", "starts": "2030-01-17T10:00", "ends": "2030-01-17T12:00", "zone": "Europe/Tirane",
            "mode": "hybrid", "place": "City Hall", "capacity": 1, "online_capacity": 5,
        });
        let made = city.administrator.post(&format!("{}/sessions", city.cohort), new).expect(201);
        let booking = format!("{}/booking", made.header("location"));
        for n in 1..=2 {
            city.enrol(n).expect(201);
        }
        assert_eq!(city.learner(1).put(&booking, json!({})).expect(200).json()["mode"], "in-person");
        // Nobody is put elsewhere than they would think.
        assert_eq!(city.learner(2).put(&booking, json!({})).problem(409, "session-full")["left"][0]["mode"], "online");
        let online = city.learner(2).put(&booking, json!({ "mode": "online" })).expect(200).json();
        assert_eq!(online["mode"], "online");
    }

    fn what_is_wrong_with_terms_is_told_by_field(db: TestDb) {
        let city = City::with_terms(&db, terms(None));
        let mut wrong = terms(Some(0));
        wrong["opens"] = json!("2030-01-02T00:00:00Z");
        wrong["closes"] = json!("2030-01-01T00:00:00Z");
        wrong["eligible"] = json!({ "who": "departments", "departments": [987_654] });
        wrong["freed_seat"] = json!({ "how": "offer", "hours": 9_999 });
        let mut faults = city.administrator.put(&format!("{}/terms", city.cohort), wrong).faults();
        faults.sort();
        assert_eq!(
            faults,
            [
                "/eligible/departments: unknown-department",
                "/freed_seat/hours: too-long",
                "capacity: not-a-capacity",
                "closes: closes-before-it-opens",
            ]
        );
        // A draft is not there for people, and the window is theirs to keep.
        let mut early = terms(None);
        early["opens"] = json!("2100-01-01T00:00:00Z");
        city.administrator.put(&format!("{}/terms", city.cohort), early).expect(200);
        city.enrol(1).problem(409, "not-open-yet");
        let open = city.learner(1).walk("/organisations/TIRANA/open-cohorts");
        let spring = open.iter().find(|one| one["name"] == "Spring").unwrap();
        assert_eq!((&spring["can_enrol"], &spring["why_not"]["code"]), (&json!(false), &json!("not-open-yet")));
        steps::go(&city.administrator, &city.cohort, "draft");
        city.enrol(1).problem(404, "not-found");
    }
}
