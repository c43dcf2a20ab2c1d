//! Sessions: their details, who sees the link, moving and cancelling.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use rights_academy::access::Role;
use rights_academy::platform::db::schema::{bookings, enrolments, people, sessions as table};
use rights_academy::platform::db::{DbConn, Scope};
use rights_academy::platform::ids::{CohortId, OrganisationId, PersonId, SessionId};
use serde_json::{Value, json};

use super::client::Client;
use super::steps;
use crate::support::accounts::Joins;
use crate::support::databases::on_both;

/// A session in a room, of 2023-05-02, with these fields beside.
pub fn in_room(fields: Value) -> Value {
    with(
        json!({
            "module": "introduction", "starts": "2023-05-02T10:00", "ends": "2023-05-02T12:00", "zone": "Europe/Tirane",
            "mode": "in-person", "place": "City Hall", "room": "2.14",
        }),
        fields,
    )
}

pub fn with(mut body: Value, fields: Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// The path of a session that is planned in a cohort.
pub fn planned(client: &Client, cohort: &str, new: Value) -> String {
    let answer = client.post(&format!("{cohort}/sessions"), new).expect(201);
    answer.header("location").to_owned()
}

/// An open cohort with the pilot's roster.
pub fn open(client: &Client) -> String {
    let cohort = steps::draft(client, "TIRANA");
    steps::go(client, &cohort, "open");
    client.put_file(&format!("{cohort}/roster"), "roster.csv", steps::file("roster.csv")).expect(200);
    cohort
}

pub fn id(path: &str) -> i64 {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

/// Writes behind the API's back.
pub fn behind<T>(client: &Client, write: impl Fn(&mut DbConn) -> QueryResult<T>) -> T {
    client.platform().db.write_tx(Scope::Code("TIRANA"), |conn| Ok(write(conn)?)).unwrap()
}

/// What calendars see of a session: its uid and sequence.
fn known_as(client: &Client, session: &str) -> (String, i32) {
    behind(client, |conn| {
        table::table
            .filter(table::id.eq(SessionId(id(session))))
            .select((table::uid, table::sequence))
            .first(conn)
    })
}

/// Lets somebody of the roster book a place.
fn book(client: &Client, session: &str, employee_id: &str, mode: &str) {
    behind(client, |conn| {
        let (organisation, person): (OrganisationId, PersonId) = people::table
            .filter(people::employee_id.eq(employee_id))
            .select((people::organisation_id, people::id))
            .first(conn)?;
        let session = SessionId(id(session));
        let cohort: CohortId =
            table::table.filter(table::id.eq(session)).select(table::cohort_id).first(conn)?;
        diesel::insert_into(bookings::table)
            .values((
                bookings::organisation_id.eq(organisation),
                bookings::cohort_id.eq(cohort),
                bookings::module_code.eq("introduction"),
                bookings::person_id.eq(person),
                bookings::session_id.eq(session),
                bookings::mode.eq(mode),
                bookings::created_at.eq(NaiveDateTime::default()),
            ))
            .execute(conn)
    });
}

on_both! {
    fn a_session_keeps_where_and_how_people_meet(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let new = in_room(json!({
            "mode": "hybrid", "capacity": 20, "online_capacity": 50, "link": "https://meet.example/1",
            "directions": "Tram 2.\nThen left.", "accessibility": "A lift", "language": "sq",
            "interpretation": ["en", "sgn-AL"],
        }));
        let session = planned(&client, &cohort, new.clone());
        let read = client.get(&session).expect(200).json();
        for field in [
            "mode", "capacity", "online_capacity", "link", "place", "room", "directions", "accessibility", "language",
            "interpretation",
        ] {
            assert_eq!(read[field], new[field], "{field}");
        }
        let faults = |new: Value| client.post(&format!("{cohort}/sessions"), new).faults();
        assert_eq!(faults(in_room(json!({ "mode": "online" }))), ["place: does-not-fit-mode", "room: does-not-fit-mode"]);
        assert_eq!(faults(in_room(json!({ "place": "" }))), ["place: missing-value"]);
        assert_eq!(faults(in_room(json!({ "link": "https://meet.example/1" }))), ["link: does-not-fit-mode"]);
        let http = json!({ "mode": "hybrid", "link": "http://meet.example/1", "language": "?", "interpretation": ["x y"] });
        assert_eq!(
            faults(in_room(http)),
            ["link: not-https", "language: not-a-language", "/interpretation/0: not-a-language"]
        );
        let unknown = client.post(&format!("{cohort}/sessions"), in_room(json!({ "rooom": "1" })));
        assert_eq!(unknown.faults().len(), 1);
    }

    fn a_link_is_for_the_enrolled_and_for_those_who_plan(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let new = with(steps::new_session(&client, "introduction", "2023-05-02"), json!({ "link": "https://meet.example/1" }));
        let session = planned(&client, &cohort, new);
        let told = |who: &Client| {
            let one = who.get(&session).expect(200).json()["link"].clone();
            let listed = who.walk(&format!("{cohort}/sessions"))[0]["link"].clone();
            assert_eq!(one, listed);
            !one.is_null()
        };
        let joins = |roles: &'static [Role], employee_id| Joins { roles, names: true, employee_id };
        let trainer = client.with_role("TIRANA", Role::Trainer);
        client.put(&format!("{cohort}/trainers/{}", trainer.account_id()), json!({})).expect(204);
        let enrolled = client.member("enrolled@tirana.example", "TIRANA", joins(&[Role::Learner], Some("00001")));
        let waiting = client.member("waiting@tirana.example", "TIRANA", joins(&[Role::Learner], Some("00002")));
        let moved = behind(&client, |conn| {
            let person = people::table.filter(people::employee_id.eq("00002")).select(people::id);
            let person: PersonId = person.first(conn)?;
            let row = diesel::update(enrolments::table.filter(enrolments::person_id.eq(person)));
            row.set(enrolments::state.eq("waitlisted")).execute(conn)
        });
        assert_eq!(moved, 1);
        assert!(told(&client) && told(&trainer) && told(&enrolled));
        assert!(!told(&waiting));
        let hr = client.member("hr@tirana.example", "TIRANA", joins(&[Role::Hr], None));
        assert!(!told(&hr) && !told(&client.with_role("TIRANA", Role::Adviser)));
    }

    fn a_session_is_in_the_future_unless_it_was_held(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let faults = |fields: Value| client.post(&format!("{cohort}/sessions"), in_room(fields)).faults();
        let past = json!({ "starts": "2023-04-02T10:00", "ends": "2023-04-02T12:00" });
        assert_eq!(faults(past.clone()), ["starts: in-the-past"]);
        assert_eq!(faults(json!({ "held": true })), ["held: not-held-yet"]);
        assert_eq!(faults(json!({ "ends": "2023-05-03T16:00" })), ["ends: session-too-long"]);
        let held = planned(&client, &cohort, in_room(with(past.clone(), json!({ "held": true }))));
        // What is said of it can change without saying again that it was held; when it was cannot.
        client.put(&held, in_room(with(past, json!({ "directions": "Left" })))).expect(200);
        let earlier = json!({ "starts": "2023-04-02T09:00", "ends": "2023-04-02T12:00" });
        assert_eq!(client.put(&held, in_room(earlier)).faults(), ["starts: in-the-past"]);
    }

    fn a_session_is_moved_and_calendars_are_told_by_its_sequence(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let session = planned(&client, &cohort, in_room(json!({})));
        let (uid, sequence) = known_as(&client, &session);
        assert_eq!(sequence, 0);
        let change = |fields: Value, expected: i32| {
            client.put(&session, in_room(fields)).expect(200);
            assert_eq!(known_as(&client, &session), (uid.clone(), expected));
        };
        change(json!({}), 0);
        change(json!({ "directions": "Left", "accessibility": "A lift", "capacity": 9 }), 0);
        change(json!({ "room": "2.15" }), 1);
        let other = json!({ "room": "2.15", "starts": "2023-05-03T10:00", "ends": "2023-05-03T12:00" });
        change(other.clone(), 2);
        change(with(other.clone(), json!({ "mode": "hybrid" })), 3);
        change(with(other.clone(), json!({ "mode": "hybrid", "link": "https://meet.example/" })), 4);
        let read = client.get(&session).expect(200).json();
        assert_eq!((&read["starts"], &read["room"]), (&json!("2023-05-03T10:00:00+02:00"), &json!("2.15")));

        assert_eq!(client.put(&session, in_room(json!({ "module": "transparency" }))).faults(), ["module: module-settled"]);
        planned(&client, &cohort, in_room(json!({ "room": "1" })));
        client.put(&session, in_room(json!({}))).problem(409, "session-exists");
    }

    fn a_cancelled_session_is_gone_and_comes_back_as_the_same(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let session = planned(&client, &cohort, in_room(json!({})));
        let (uid, _) = known_as(&client, &session);
        client.delete(&session).problem(400, "invalid-query");
        assert_eq!(client.delete(&format!("{session}?reason=%20")).faults(), ["reason: reason-missing"]);
        book(&client, &session, "00001", "in-person");
        client.delete(&format!("{session}?reason=The+trainer+is+ill")).expect(204);
        assert_eq!(known_as(&client, &session), (uid.clone(), 1));
        assert_eq!(db.count("bookings"), 0);
        assert_eq!(db.count("sessions WHERE cancel_reason = 'The trainer is ill'"), 1);
        client.get(&session).problem(404, "not-found");
        client.put_if(&session, "*", in_room(json!({}))).problem(404, "not-found");
        assert_eq!(client.walk(&format!("{cohort}/sessions")), Vec::<Value>::new());
        // Another cannot be moved to where it comes back.
        let other = planned(&client, &cohort, in_room(json!({ "starts": "2023-05-02T14:00", "ends": "2023-05-02T15:00" })));
        let refused = client.put(&other, in_room(json!({}))).problem(409, "session-exists");
        assert_eq!(refused["cancelled_session"], json!(id(&session)));
        let back = planned(&client, &cohort, in_room(json!({ "room": "3" })));
        assert_eq!((id(&back), known_as(&client, &back)), (id(&session), (uid, 2)));
        assert_eq!(client.get(&back).expect(200).json()["room"], "3");
    }

    fn what_took_place_is_neither_moved_nor_cancelled(db: TestDb) {
        let client = Client::of(&db.platform());
        let (cohort, sessions) = steps::running(&client, "TIRANA");
        let session = &sessions[0];
        let held = |fields: Value| with(steps::new_session(&client, "introduction", "2023-01-17"), fields);
        client.delete(&format!("{session}?reason=Late")).problem(409, "session-begun");
        client.put(session, held(json!({ "ends": "2023-01-17T12:30" }))).expect(200);
        client.post_file(&format!("{session}/attendance"), "1-introduction.csv", steps::file("1-introduction.csv"), &[]).expect(200);
        client.put(session, held(json!({ "ends": "2023-01-17T12:45" }))).problem(409, "attendance-recorded");
        let as_it_is = json!({ "ends": "2023-01-17T12:30" });
        client.put(session, held(with(as_it_is.clone(), json!({ "head_count_only": true })))).problem(409, "attendance-recorded");
        client.put(session, held(with(as_it_is.clone(), json!({ "language": "sq" })))).expect(200);
        steps::go(&client, &cohort, "closed");
        client.put(session, held(as_it_is)).problem(409, "cohort-closed");
        client.delete(&format!("{session}?reason=Late")).problem(409, "cohort-closed");
    }

    fn nobody_loses_the_place_that_they_booked(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let hybrid = |room: u32, online: u32| json!({ "mode": "hybrid", "capacity": room, "online_capacity": online });
        let session = planned(&client, &cohort, in_room(hybrid(5, 5)));
        for (employee_id, mode) in [("00001", "in-person"), ("00002", "in-person"), ("00003", "online")] {
            book(&client, &session, employee_id, mode);
        }
        let refused = |fields: Value| {
            let problem = client.put(&session, in_room(fields)).problem(409, "places-booked");
            (problem["mode"].clone(), problem["booked"].clone(), problem["places"].clone())
        };
        assert_eq!(refused(hybrid(1, 5)), (json!("in-person"), json!(2), json!(1)));
        assert_eq!(refused(json!({})), (json!("online"), json!(1), json!(0)));
        client.put(&session, in_room(hybrid(2, 1))).expect(200);
        client.put(&session, in_room(json!({ "mode": "hybrid" }))).expect(200);
    }

    fn of_some_sessions_only_heads_are_counted(db: TestDb) {
        let client = Client::of(&db.platform());
        let (cohort, sessions) = steps::running(&client, "TIRANA");
        let count = |session: &str, n: u32| client.put(&format!("{session}/head-count"), json!({ "count": n }));
        count(&sessions[0], 40).problem(409, "names-are-recorded");
        let coming = planned(&client, &cohort, in_room(json!({ "head_count_only": true })));
        count(&coming, 40).problem(409, "session-not-begun");
        let past = json!({ "starts": "2023-04-02T10:00", "ends": "2023-04-02T12:00" });
        let held = with(past.clone(), json!({ "held": true, "head_count_only": true }));
        let session = planned(&client, &cohort, in_room(held));
        assert_eq!(count(&session, 1_000_001).faults(), ["count: out-of-range"]);
        assert_eq!(count(&session, 40).expect(200).json()["head_count"], 40);
        assert_eq!(count(&session, 0).expect(200).json()["head_count"], 0);
        let file = "employee_id,status\n00001,present\n";
        client.post_file(&format!("{session}/attendance"), "1-introduction.csv", file, &[]).problem(409, "head-count-only");
        client.put(&session, in_room(past)).problem(409, "attendance-recorded");
        steps::go(&client, &cohort, "closed");
        count(&session, 5).problem(409, "cohort-closed");
    }

    fn of_two_who_change_what_they_saw_the_second_is_told(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = open(&client);
        let session = planned(&client, &cohort, in_room(json!({})));
        for path in [&session, &cohort, &format!("{session}/trainers")] {
            let seen = client.get(path).expect(200).header("etag").to_owned();
            let first = match path {
                path if *path == session => in_room(json!({ "room": "1" })),
                path if *path == cohort => json!({ "name": "Spring", "locale": "sq" }),
                _ => json!({ "trainers": [{ "account": client.account_id(), "part": "trainer" }] }),
            };
            client.put_if(path, &seen, first.clone()).expect(200);
            client.put_if(path, &seen, first.clone()).problem(412, "precondition-failed");
            let request = actix_web::test::TestRequest::default().set_json(first);
            client.send(actix_web::http::Method::PUT, path, request).problem(428, "precondition-required");
        }
        let seen = client.get(&session).expect(200).header("etag").to_owned();
        client.put(&session, in_room(json!({ "room": "2" }))).expect(200);
        let request = || actix_web::test::TestRequest::default().insert_header(("If-Match", seen.as_str()));
        let path = format!("{session}?reason=Ill");
        client.send(actix_web::http::Method::DELETE, &path, request()).problem(412, "precondition-failed");
        client.get(&session).expect(200);
    }
}
