//! Plans: clashes, series, who gives a session and what belongs to it, changes of cohorts and their copies.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use rights_academy::access::Role;
use rights_academy::platform::db::schema::{cohorts, sessions as table};
use rights_academy::platform::ids::{AccountId, CohortId, SessionId};
use serde_json::{Value, json};

use super::client::Client;
use super::edits::settled;
use super::sessions::{behind, id, in_room, open, planned, with};
use super::steps;
use crate::support::accounts::Joins;
use crate::support::databases::on_both;

/// The path of another open cohort of the organisation.
fn another(client: &Client, name: &str) -> String {
    let new = json!({ "programme": "digital-human-rights", "name": name, "locale": "sq" });
    let made = client.post("/organisations/TIRANA/cohorts", new).expect(201);
    made.header("location").to_owned()
}

/// A series of Mondays at ten, with these fields beside.
fn mondays(zone: &str, fields: Value) -> Value {
    let series = json!({
        "module": "introduction", "zone": zone, "mode": "online", "first": "2023-10-16", "weekdays": ["monday"],
        "starts": "10:00", "ends": "12:00", "count": 4,
    });
    with(series, fields)
}

fn starts(sessions: &[Value]) -> Vec<&str> {
    sessions.iter().map(|session| session["starts"].as_str().unwrap()).collect()
}

on_both! {
    fn a_room_is_taken_once_anywhere_in_the_organisation(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let session = planned(&client, &cohort, in_room(json!({})));
        let draft = another(&client, "Spring");
        let plan = |fields: Value| client.post(&format!("{draft}/sessions"), in_room(fields));
        let clash = plan(json!({ "place": " city HALL", "room": "2. 14" })).problem(409, "clash");
        assert_eq!(clash["clashes_total"], 1);
        let expected = json!({
            "session": id(&session), "cohort": id(&cohort), "cohort_name": "Winter 2023", "module": "introduction",
            "starts": "2023-05-02T10:00:00+02:00", "ends": "2023-05-02T12:00:00+02:00",
            "room": { "place": "City Hall", "room": "2.14" }, "trainers": [],
        });
        assert_eq!(clash["clashes"], json!([expected]));
        // In another zone it is the same time; before and after it is another.
        plan(json!({ "zone": "Europe/Dublin", "starts": "2023-05-02T10:30", "ends": "2023-05-02T13:00" })).problem(409, "clash");
        plan(json!({ "starts": "2023-05-02T12:00", "ends": "2023-05-02T13:00" })).expect(201);
        plan(json!({ "room": "2.15" })).expect(201);
        // A draft counts as well, and what is cancelled does not.
        client.put(&session, in_room(json!({ "room": "2.15" }))).problem(409, "clash");
        client.put(&session, in_room(json!({ "directions": "Left" }))).expect(200);
        client.delete(&format!("{session}?reason=Ill")).expect(204);
        plan(json!({ "module": "transparency" })).expect(201);
        client.post(&format!("{cohort}/sessions"), in_room(json!({}))).problem(409, "clash");
    }

    fn an_administrator_overrides_a_clash_with_a_reason_that_is_kept(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        planned(&client, &cohort, in_room(json!({})));
        let other = |fields: Value| in_room(with(json!({ "module": "transparency" }), fields));
        let empty = client.post(&format!("{cohort}/sessions"), other(json!({ "override_clash": " " })));
        assert_eq!(empty.faults(), ["override_clash: reason-missing"]);
        let reason = json!({ "override_clash": "One room for both" });
        let session = planned(&client, &cohort, other(reason));
        let kept = || client.get(&session).expect(200).json()["clash_override"].clone();
        assert_eq!(kept(), "One room for both");
        let adviser = client.with_role("TIRANA", Role::Adviser);
        assert!(adviser.get(&session).expect(200).json()["clash_override"].is_null());
        // Words change without it; elsewhere it is needed no more.
        client.put(&session, other(json!({ "directions": "Left" }))).expect(200);
        // Another link takes nothing from anybody.
        for link in ["https://meet.example/1", "https://meet.example/2"] {
            client.put(&session, other(json!({ "mode": "hybrid", "link": link }))).expect(200);
        }
        assert_eq!(kept(), "One room for both");
        client.put(&session, other(json!({ "room": "1" }))).expect(200);
        assert!(kept().is_null());
        client.put(&session, other(json!({}))).problem(409, "clash");
    }

    fn nobody_gives_two_sessions_at_once(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let trainer = client.with_role("TIRANA", Role::Trainer);
        let (arta, adviser) = (trainer.account_id(), client.with_role("TIRANA", Role::Adviser).account_id());
        let one = planned(&client, &cohort, in_room(json!({})));
        let two = planned(&client, &cohort, in_room(json!({ "module": "transparency", "room": "1" })));
        let put = |session: &str, trainers: Value| client.put(&format!("{session}/trainers"), json!({ "trainers": trainers }));
        let given = json!([
            { "account": arta, "part": "trainer" }, { "account": adviser, "part": "trainee", "note": " Led the\n discussion. " },
        ]);
        let listed = put(&one, given.clone()).expect(200).json();
        assert_eq!(client.walk(&format!("{one}/trainers")), listed["items"].as_array().unwrap().clone());
        assert_eq!((&listed["items"][1]["note"], &listed["items"][0]["part"]), (&json!("Led the\ndiscussion."), &json!("trainer")));
        // Again it is no clash with itself.
        put(&one, given).expect(200);
        let clash = put(&two, json!([{ "account": adviser, "part": "trainer" }])).problem(409, "clash");
        assert_eq!(clash["clashes"][0]["trainers"][0]["account"], json!(adviser));
        assert_eq!(clash["clashes"][0]["room"], Value::Null);
        let reason = json!({ "trainers": [{ "account": arta, "part": "trainer" }], "override_clash": "Both in one hall" });
        client.put(&format!("{two}/trainers"), reason).expect(200);
        assert_eq!(client.get(&two).expect(200).json()["clash_override"], "Both in one hall");
        // A session is not moved to where its trainer is not free.
        let three = planned(&client, &cohort, in_room(json!({ "module": "transparency", "starts": "2023-05-03T10:00", "ends": "2023-05-03T11:00", "room": "7" })));
        put(&three, json!([{ "account": arta, "part": "trainer" }])).expect(200);
        let there = json!({ "module": "transparency", "starts": "2023-05-02T11:00", "ends": "2023-05-02T13:00", "room": "7" });
        client.put(&three, in_room(there)).problem(409, "clash");
        put(&three, json!([])).expect(200);

        let stranger = client.operator("stranger@elsewhere.example").account_id();
        let wrong = json!([{ "account": arta, "part": "trainer" }, { "account": arta, "part": "trainee" }, { "account": stranger, "part": "trainer" }]);
        assert_eq!(put(&three, wrong).faults(), ["/trainers/1/account: duplicate-account", "/trainers/2/account: not-a-member"]);
        // Whoever leaves gives nothing any more.
        client.delete(&format!("/organisations/TIRANA/members/{adviser}")).expect(204);
        assert_eq!(client.walk(&format!("{one}/trainers")).len(), 1);
    }

    fn a_cohort_s_only_trainer_gives_what_names_nobody(db: TestDb) {
        let client = Client::of(&db.platform());
        let (one, two) = (open(&client), another(&client, "Spring"));
        let trains = Joins { roles: &[Role::Trainer], ..Joins::default() };
        let arta = client.member("arta@tirana.example", "TIRANA", trains).account_id();
        let ben = client.member("ben@tirana.example", "TIRANA", trains).account_id();
        let teaches = |cohort: &str, account: AccountId| client.put(&format!("{cohort}/trainers/{account}"), json!({})).expect(204);
        for cohort in [&one, &two] {
            teaches(cohort, arta);
        }
        let session = planned(&client, &one, in_room(json!({})));
        let plan = |fields: Value| client.post(&format!("{two}/sessions"), in_room(fields));
        let elsewhere = json!({ "starts": "2023-05-02T11:00", "ends": "2023-05-02T13:00", "room": "9" });
        let clash = plan(elsewhere.clone()).problem(409, "clash");
        assert_eq!(clash["clashes"][0]["session"], json!(id(&session)));
        assert_eq!(clash["clashes"][0]["trainers"][0]["account"], json!(arta));
        // Somebody else gives one of them; then it is given by nobody who is named again.
        let put = |session: &str, trainers: Value| client.put(&format!("{session}/trainers"), json!({ "trainers": trainers }));
        put(&session, json!([{ "account": ben, "part": "trainer" }])).expect(200);
        let other = plan(elsewhere).expect(201).header("location").to_owned();
        let clash = put(&session, json!([])).problem(409, "clash");
        assert_eq!(clash["clashes"][0]["session"], json!(id(&other)));
        // Whoever is named is looked at, though they would have given it all the same.
        let session = with(json!({ "starts": "2023-05-09T10:00", "ends": "2023-05-09T12:00" }), json!({}));
        let third = another(&client, "Summer");
        let [untaught, taught] = [&third, &one].map(|cohort| planned(&client, cohort, in_room(with(session.clone(), json!({ "room": format!("of {cohort}") })))));
        put(&taught, json!([{ "account": arta, "part": "trainer" }])).expect(200);
        teaches(&third, arta);
        put(&untaught, json!([{ "account": arta, "part": "trainer" }])).problem(409, "clash");
        // Another room alone takes nobody.
        client.put(&untaught, in_room(with(session, json!({ "room": "12" })))).expect(200);
        let session = planned(&client, &one, in_room(json!({ "starts": "2023-05-16T10:00", "ends": "2023-05-16T12:00" })));
        put(&session, json!([{ "account": ben, "part": "trainer" }])).expect(200);
        let other = planned(&client, &two, in_room(json!({ "starts": "2023-05-16T10:00", "ends": "2023-05-16T12:00", "room": "9" })));
        put(&session, json!([])).problem(409, "clash");
        assert!(!other.is_empty());
        // Of two who teach a cohort the other one can come.
        teaches(&two, ben);
        put(&session, json!([])).expect(200);
    }

    fn sessions_that_are_planned_at_once_are_in_the_way_of_one_another(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let arta = client.with_role("TIRANA", Role::Trainer).account_id();
        client.put(&format!("{cohort}/trainers/{arta}"), json!({})).expect(204);
        planned(&client, &cohort, in_room(json!({})));
        let reason = json!({ "module": "transparency", "room": "9", "override_clash": "She goes between them" });
        planned(&client, &cohort, in_room(reason));
        let copy = |fields: Value| client.post(&format!("{cohort}/copies"), with(json!({ "name": "Once more", "first_day": "2024-05-07" }), fields));
        let clash = copy(json!({})).problem(409, "clash");
        let expected = json!({
            "cohort_name": "Once more", "module": "introduction",
            "starts": "2024-05-07T10:00:00+02:00", "ends": "2024-05-07T12:00:00+02:00",
            "trainers": [{ "account": arta, "name": "Somebody" }],
        });
        assert_eq!(clash["clashes_total"], 1);
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(clash["clashes"][0][name], *value, "{name}");
        }
        assert!(clash["clashes"][0]["session"].is_null(), "nothing is planned yet");
        copy(json!({ "override_clash": "She goes between them" })).expect(201);
    }

    fn materials_are_for_the_enrolled_before_or_after_the_session(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let held = json!({ "starts": "2023-04-03T10:00", "ends": "2023-04-03T12:00", "held": true });
        let now = planned(&client, &cohort, in_room(held));
        let over = planned(&client, &cohort, in_room(json!({ "starts": "2023-04-02T10:00", "ends": "2023-04-02T12:00", "held": true })));
        let new = |title: &str, available: &str| json!({
            "kind": "video", "title": title, "url": "https://files.example/1", "available": available, "language": "sq",
        });
        for session in [&now, &over] {
            client.post(&format!("{session}/materials"), new("Recording", "after")).expect(201);
            client.post(&format!("{session}/materials"), new("Slides", "before")).expect(201);
        }
        let joins = |role: &'static [Role], employee_id| Joins { roles: role, names: true, employee_id };
        let learner = client.member("learner@tirana.example", "TIRANA", joins(&[Role::Learner], Some("00001")));
        let hr = client.member("hr@tirana.example", "TIRANA", joins(&[Role::Hr], None));
        let titles = |who: &Client, session: &str| {
            let items = who.walk(&format!("{session}/materials"));
            items.iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(titles(&client, &now), ["Recording", "Slides"]);
        assert_eq!(titles(&learner, &now), ["Slides"]);
        assert_eq!(titles(&learner, &over), ["Recording", "Slides"]);
        assert!(titles(&hr, &over).is_empty());
        let wrong = with(new(" ", "before"), json!({ "url": "http://files.example/1", "language": "?" }));
        assert_eq!(
            client.post(&format!("{now}/materials"), wrong).faults(),
            ["title: missing-value", "url: not-https", "language: not-a-language"]
        );
        let material = client.walk(&format!("{now}/materials"))[0]["id"].to_string();
        client.delete(&format!("{over}/materials/{material}")).problem(404, "not-found");
        client.delete(&format!("{now}/materials/{material}")).expect(204);
        assert_eq!(titles(&client, &now), ["Slides"]);
        for _ in 1..50 {
            client.post(&format!("{now}/materials"), new("Slides", "before")).expect(201);
        }
        client.post(&format!("{now}/materials"), new("Slides", "before")).problem(409, "too-many-materials");
    }

    fn a_weekly_series_keeps_its_local_time_across_a_change_of_the_clock(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let series = |new: Value| {
            let made = client.post(&format!("{cohort}/series"), new).expect(201).json();
            made["items"].as_array().unwrap().clone()
        };
        let dublin = series(mondays("Europe/Dublin", json!({})));
        assert_eq!(
            starts(&dublin),
            [
                "2023-10-16T10:00:00+01:00", "2023-10-23T10:00:00+01:00", "2023-10-30T10:00:00+00:00",
                "2023-11-06T10:00:00+00:00",
            ]
        );
        let tirane = json!({ "every": 2, "weekdays": ["thursday", "tuesday"], "count": null, "until": "2023-11-02" });
        assert_eq!(
            starts(&series(mondays("Europe/Tirane", tirane))),
            [
                "2023-10-17T10:00:00+02:00", "2023-10-19T10:00:00+02:00", "2023-10-31T10:00:00+01:00",
                "2023-11-02T10:00:00+01:00",
            ]
        );
        assert_eq!(client.walk(&format!("{cohort}/sessions")).len(), 8);
    }

    fn an_unclear_time_of_a_series_is_asked_about(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let sundays = json!({ "first": "2023-10-22", "weekdays": ["sunday"], "starts": "01:30", "ends": "02:30", "count": 3 });
        let post = |fields: Value| {
            client.post(&format!("{cohort}/series"), mondays("Europe/Dublin", with(sundays.clone(), fields)))
        };
        let unclear = post(json!({})).problem(409, "times-unclear");
        let choices = json!(["2023-10-29T01:30:00+01:00", "2023-10-29T01:30:00Z"]);
        let ask = &unclear["asks"][0];
        assert_eq!(unclear["asks"].as_array().unwrap().len(), 1);
        assert_eq!((&ask["which"], &ask["why"], &ask["date"]), (&json!("starts"), &json!("happens-twice"), &json!("2023-10-29")));
        let told: Vec<chrono::DateTime<chrono::FixedOffset>> = serde_json::from_value(ask["choices"].clone()).unwrap();
        let expected: Vec<chrono::DateTime<chrono::FixedOffset>> = serde_json::from_value(choices).unwrap();
        assert_eq!(told, expected);
        post(json!({ "answers": ask["choices"] })).problem(409, "times-unclear");
        assert!(client.walk(&format!("{cohort}/sessions")).is_empty());
        let made = post(json!({ "answers": [ask["choices"][1]] })).expect(201).json();
        assert_eq!(
            starts(made["items"].as_array().unwrap()),
            ["2023-10-22T01:30:00+01:00", "2023-10-29T01:30:00+00:00", "2023-11-05T01:30:00+00:00"]
        );
    }

    fn a_series_is_planned_as_a_whole_or_not_at_all(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let post = |fields: Value| client.post(&format!("{cohort}/series"), mondays("Europe/Tirane", fields));
        let faults = |fields: Value| post(fields).faults();
        assert_eq!(faults(json!({ "count": null })), ["count: no-end"]);
        assert_eq!(faults(json!({ "until": "2023-12-01" })), ["count: no-end"]);
        assert_eq!(faults(json!({ "count": 367 })), ["count: too-many-times"]);
        assert_eq!(faults(json!({ "weekdays": [] })), ["weekdays: no-weekday"]);
        assert_eq!(faults(json!({ "every": 0 })), ["every: not-an-interval"]);
        assert_eq!(faults(json!({ "starts": "ten", "first": "+12023-10-16" })), ["starts: not-a-time", "first: out-of-range"]);
        assert_eq!(faults(json!({ "module": "x", "zone": "Europe/Tirana", "mode": "o" })).len(), 3);
        assert_eq!(faults(json!({ "first": "2023-03-27", "count": 2 })), ["starts: in-the-past", "starts: in-the-past"]);
        assert_eq!(faults(json!({ "first": "2023-03-27", "count": 3, "held": true })), ["held: not-held-yet"]);
        let third = json!({ "starts": "2023-10-30T10:00", "ends": "2023-10-30T11:00" });
        planned(&client, &cohort, in_room(third.clone()));
        post(json!({})).problem(409, "session-exists");
        let room = json!({ "mode": "in-person", "place": "City Hall", "room": "2.14", "module": "transparency" });
        post(room.clone()).problem(409, "clash");
        assert_eq!(client.walk(&format!("{cohort}/sessions")).len(), 1);
        let made = post(with(room, json!({ "override_clash": "One room" }))).expect(201).json();
        assert_eq!(made["items"].as_array().unwrap().len(), 4);
    }

    fn a_cohort_changes_what_it_says_and_its_sessions_keep_to_its_days(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = steps::draft(&client, "TIRANA");
        let change = |fields: Value| client.put(&cohort, with(json!({ "name": "Winter 2023", "locale": "sq" }), fields));
        let full = json!({
            "name": "Spring", "locale": "en", "threshold_percent": 80, "place": "Tirana", "facilitators": ["a@host.example"],
            "signatories": [{ "name": "Arta", "title": "Mayor" }], "first_day": "2023-05-01", "last_day": "2023-05-31",
            "reminders": [60, 1440, 60],
        });
        let changed = change(full.clone()).expect(200).json();
        for field in ["name", "locale", "threshold_percent", "place", "facilitators", "signatories", "first_day", "last_day"] {
            assert_eq!(changed[field], full[field], "{field}");
        }
        assert_eq!(changed["reminders"], json!([1440, 60]));
        assert_eq!(client.get(&cohort).expect(200).json(), changed);
        let wrong = json!({
            "name": " ", "locale": "bg", "threshold_percent": 101, "first_day": "2023-05-02", "last_day": "2023-05-01",
            "reminders": [4, 60, 86_401],
        });
        assert_eq!(
            change(wrong).faults(),
            [
                "name: cohort-name", "threshold_percent: threshold", "locale: unsupported-locale",
                "last_day: ends-before-it-starts", "/reminders/0: out-of-range", "/reminders/2: out-of-range",
            ]
        );
        assert_eq!(change(json!({ "reminders": [5, 6, 7, 8, 9, 10] })).faults(), ["reminders: too-many"]);
        another(&client, "Taken");
        change(json!({ "name": "Taken" })).problem(409, "cohort-exists");

        let plan = |starts: &str, ends: &str| client.post(&format!("{cohort}/sessions"), in_room(json!({ "starts": starts, "ends": ends })));
        assert_eq!(plan("2023-04-30T23:00", "2023-05-01T01:00").faults(), ["starts: outside-cohort"]);
        assert_eq!(plan("2023-05-31T23:00", "2023-06-01T00:30").faults(), ["ends: outside-cohort"]);
        plan("2023-05-31T22:00", "2023-06-01T00:00").expect(201);
        change(json!({ "last_day": "2023-05-30" })).problem(409, "sessions-outside");

        steps::go(&client, &cohort, "open");
        change(json!({ "threshold_percent": 70 })).problem(409, "threshold-settled");
        change(json!({ "threshold_percent": 80 })).expect(200);
        change(json!({})).expect(200);
    }

    fn a_new_cohort_says_when_it_takes_place(db: TestDb) {
        let client = Client::of(&db.platform());
        steps::organisation(&client, "TIRANA");
        let make = |name: &str, fields: Value| {
            let new = json!({ "programme": "digital-human-rights", "name": name, "locale": "sq" });
            client.post("/organisations/TIRANA/cohorts", with(new, fields))
        };
        let usual = make("Usual", json!({})).expect(201).json();
        assert_eq!((&usual["first_day"], &usual["reminders"]), (&Value::Null, &json!([10080, 1440, 60])));
        let days = json!({ "first_day": "2023-05-01", "last_day": "2023-11-30", "reminders": [30, 60, 30] });
        let made = make("Spring", days).expect(201).json();
        assert_eq!((&made["first_day"], &made["last_day"]), (&json!("2023-05-01"), &json!("2023-11-30")));
        assert_eq!(made["reminders"], json!([60, 30]));
        assert_eq!(make("Silent", json!({ "reminders": [] })).expect(201).json()["reminders"], json!([]));
        let wrong = json!({ "first_day": "2023-05-02", "last_day": "2023-05-01", "reminders": [4], "locale": "xx" });
        let mut faults = make("Wrong", wrong).faults();
        faults.sort();
        assert_eq!(faults, ["/reminders/0: out-of-range", "last_day: ends-before-it-starts", "locale: unsupported-locale"]);
    }

    fn a_copy_is_a_draft_with_the_same_sessions_on_other_days(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let trainer = client.with_role("TIRANA", Role::Trainer);
        let arta = trainer.account_id();
        client.put(&format!("{cohort}/trainers/{arta}"), json!({})).expect(204);
        let days = json!({ "name": "Winter 2023", "locale": "sq", "first_day": "2023-05-01", "last_day": "2023-11-30", "reminders": [30] });
        client.put(&cohort, days).expect(200);
        let first = planned(&client, &cohort, in_room(json!({ "capacity": 9, "language": "sq", "directions": "Left" })));
        planned(&client, &cohort, in_room(json!({ "module": "transparency", "starts": "2023-10-28T02:30", "ends": "2023-10-28T04:00" })));
        let trainers = json!({ "trainers": [{ "account": arta, "part": "trainer", "note": "x" }] });
        client.put(&format!("{first}/trainers"), trainers).expect(200);
        for available in ["before", "after"] {
            let new = json!({ "kind": "slides", "title": available, "url": "https://files.example/1", "available": available });
            client.post(&format!("{first}/materials"), new).expect(201);
        }
        behind(&client, |conn| {
            let terms = r#"{"capacity":20,"window":{"opens":"2023-04-01T08:00:00","closes":"2023-10-25T08:00:00"}}"#;
            diesel::update(cohorts::table.filter(cohorts::id.eq(CohortId(id(&cohort))))).set(cohorts::terms.eq(terms)).execute(conn)
        });
        for state in ["running", "closed", "archived"] {
            steps::go(&client, &cohort, state);
        }
        client.put("/organisations/TIRANA", settled("Municipality of Tirana")).expect(200);
        let copy = |fields: Value| {
            client.post(&format!("{cohort}/copies"), with(json!({ "name": "Spring 2024", "first_day": "2024-05-07" }), fields))
        };
        assert_eq!(copy(json!({ "first_day": "2023-04-01" })).faults(), ["first_day: in-the-past"]);
        assert_eq!(copy(json!({ "first_day": "+99999-04-01" })).faults(), ["first_day: out-of-range"]);
        copy(json!({ "name": "Winter 2023" })).problem(409, "cohort-exists");
        // A year later to the day, the second would be at a time that happens twice.
        let unclear = copy(json!({ "first_day": "2024-05-01" })).problem(409, "times-unclear");
        assert_eq!(unclear["asks"][0]["local"], "2024-10-27T02:30:00");
        let answers = json!([unclear["asks"][0]["choices"][0]]);
        copy(json!({ "first_day": "2024-05-01", "name": "Answered", "answers": answers })).expect(201);

        let made = copy(json!({})).expect(201);
        let (path, made) = (made.header("location").to_owned(), made.json());
        assert_eq!(
            (&made["state"], &made["first_day"], &made["last_day"], &made["reminders"], &made["threshold_percent"]),
            (&json!("draft"), &json!("2024-05-06"), &json!("2024-12-05"), &json!([30]), &json!(75))
        );
        let sessions = client.walk(&format!("{path}/sessions"));
        assert_eq!(starts(&sessions), ["2024-05-07T10:00:00+02:00", "2024-11-02T02:30:00+01:00"]);
        assert_eq!((&sessions[0]["room"], &sessions[0]["capacity"], &sessions[0]["directions"]), (&json!("2.14"), &json!(9), &json!("Left")));
        let session = format!("{path}/sessions/{}", sessions[0]["id"]);
        let (given, belongs) = (client.walk(&format!("{session}/trainers")), client.walk(&format!("{session}/materials")));
        assert_eq!((given.len(), &given[0]["account"], &given[0]["note"]), (1, &json!(arta), &json!("")));
        assert_eq!((belongs.len(), &belongs[0]["title"]), (1, &json!("before")));
        assert_eq!(client.walk(&format!("{path}/trainers")).len(), 1);
        assert!(client.walk(&format!("{path}/people")).is_empty());
        let terms: String = behind(&client, |conn| {
            cohorts::table.filter(cohorts::id.eq(CohortId(id(&path)))).select(cohorts::terms).first(conn)
        });
        let terms: Value = serde_json::from_str(&terms).unwrap();
        // At the same local times: the clocks are put back earlier in that year.
        let window = json!({ "opens": "2024-04-06T08:00:00", "closes": "2024-10-30T09:00:00" });
        assert_eq!((&terms["capacity"], &terms["window"]), (&json!(20), &window));
        let uids: Vec<(String, NaiveDateTime)> = behind(&client, |conn| {
            table::table.filter(table::id.ne(SessionId(0))).select((table::uid, table::created_at)).load(conn)
        });
        assert_eq!(uids.len(), 6);
        // The room is taken by the first copy's draft.
        copy(json!({ "name": "Once more" })).problem(409, "clash");
        copy(json!({ "name": "Once more", "override_clash": "Both groups together" })).expect(201);
    }
}
