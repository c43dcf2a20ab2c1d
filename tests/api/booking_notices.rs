//! What those are told who book sessions.

use chrono::{DateTime, Duration, Utc};
use rights_academy::access::Role;
use serde_json::{Value, json};

use super::attendance::roll_call;
use super::enrolment::terms;
use super::notices::{Post, in_may};
use super::sessions::{id, planned};
use super::steps;
use crate::support::databases::on_both;

on_both! {
    fn whoever_missed_what_they_booked_comes_to_another_session(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let cohort = &post.city.cohort;
        let plan = |day: u32, fields: Value| {
            planned(&post.city.administrator, cohort, in_may("introduction", day, fields))
        };
        let first = plan(2, json!({}));
        let (second, third) = (plan(4, json!({ "capacity": 1 })), plan(6, json!({})));
        let book = |n: u32, session: &str| post.city.learner(n).put(&format!("{session}/booking"), json!({}));
        for (n, session) in [(1, &first), (2, &first), (3, &third)] {
            post.city.enrol(n).expect(201);
            book(n, session).expect(200);
        }
        steps::go(&post.city.administrator, cohort, "running");
        let administrator = || post.city.administrator.with_role("TIRANA", Role::Administrator);
        let start = "2023-05-02T08:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let clock = post.city.administrator.platform().clock.clone();
        post.advance(start - clock.now());
        book(2, &second).problem(409, "session-begun");
        post.advance(Duration::hours(2));
        let came = roll_call(&[("00001", "present"), ("00002", "absent")]);
        administrator().post_file(&format!("{first}/attendance"), "call.csv", came, &[]).expect(200);
        post.told();
        // The mail about what is missing names what can be had: what is booked already, else what has a place left.
        let missing = || {
            administrator().post(&format!("{cohort}/missing-notices"), json!({})).expect(202);
            let mails = post.mailroom.mails();
            let mail = |n: u32| mails.iter().find(|mail| mail.to.address() == format!("p00{n}@tirana.example"));
            [1, 2, 3].map(|n| mail(n).unwrap().text.split("introduction of 2023-05-").nth(1).map(|rest| rest[..2].to_owned()))
        };
        let day = |day: &str| Some(day.to_owned());
        assert_eq!(missing(), [None, day("04"), day("06")]);
        post.city.enrol(4).expect(201);
        book(4, &second).expect(200);
        post.told();
        post.advance(Duration::days(1));
        assert_eq!(missing(), [None, day("06"), day("06")]);
        // The same is what is still to be booked.
        let to_book = |n: u32| {
            let own = post.city.learner(n).get(&format!("{cohort}/enrolment")).expect(200).json();
            own["to_book"].clone()
        };
        assert_eq!([1, 2, 3].map(to_book), [json!([]), json!(["introduction"]), json!([])]);
        // Whoever was there keeps nobody else's place; whoever was not comes to another session.
        assert_eq!(book(1, &third).problem(409, "module-attended")["session"], json!(id(&first)));
        book(2, &second).problem(409, "session-full");
        book(2, &third).expect(200);
        assert_eq!(post.told(), ["p002 Your session REQUEST 06 0"]);
        assert_eq!(to_book(2), json!([]));
        // When nothing is to come, nothing is to be booked.
        post.city.enrol(5).expect(201);
        assert_eq!(to_book(5), json!(["introduction"]));
        post.advance(Duration::days(10));
        assert_eq!(to_book(5), json!([]));
    }

    fn a_session_without_names_is_nobody_s_booking(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let (first, _second) = (post.session("introduction", 2), post.session("introduction", 4));
        for n in 1..=2 {
            post.city.enrol(n).expect(201);
        }
        post.city.learner(1).put(&format!("{first}/booking"), json!({})).expect(200);
        post.told();
        post.city.administrator.put(&first, in_may("introduction", 2, json!({ "head_count_only": true }))).expect(200);
        // One session is left, which nobody has to book.
        assert_eq!(
            post.told(),
            ["p001 No longer your session CANCEL 02 0", "p001 Your session REQUEST 04 0", "p002 Your session REQUEST 04 0"]
        );
        assert_eq!(db.count("bookings"), 0);
        let own = post.city.learner(1).get(&format!("{}/enrolment", post.city.cohort)).expect(200).json();
        assert_eq!((own["sessions"].as_array().unwrap().len(), &own["to_book"]), (1, &json!([])));
    }

    fn whoever_gives_up_what_they_need_not_book_comes_all_the_same(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let (first, second) = (post.session("introduction", 2), post.session("introduction", 4));
        post.city.enrol(1).expect(201);
        let booking = format!("{first}/booking");
        post.city.learner(1).put(&booking, json!({})).expect(200);
        post.city.administrator.delete(&format!("{second}?reason=Ill")).expect(204);
        post.told();
        post.city.learner(1).delete(&booking).expect(204);
        assert_eq!(post.told(), [""; 0]);
        let own = post.city.learner(1).get(&format!("{}/enrolment", post.city.cohort)).expect(200).json();
        assert_eq!(own["sessions"].as_array().unwrap().len(), 1);
    }

    fn whoever_books_again_before_a_cancellation_is_told_is_not_asked_to_choose(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let [first, second, _] = [2, 4, 6].map(|day| post.session("introduction", day));
        for n in 1..=2 {
            post.city.enrol(n).expect(201);
            post.city.learner(n).put(&format!("{first}/booking"), json!({})).expect(200);
        }
        post.told();
        post.city.administrator.delete(&format!("{first}?reason=Ill")).expect(204);
        post.city.learner(1).put(&format!("{second}/booking"), json!({})).expect(200);
        let mails = post.mailroom.mails();
        let choose = |n: u32| {
            let to = format!("p00{n}@tirana.example");
            let cancelled = mails.iter().find(|mail| mail.to.address() == to && mail.subject.starts_with("Cancelled"));
            cancelled.unwrap().text.contains("choose")
        };
        assert_eq!((mails.len(), choose(1), choose(2)), (3, false, true));
    }

    fn what_is_booked_meanwhile_is_told_once(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let first = post.session("introduction", 2);
        post.city.enrol(1).expect(201);
        post.told();
        let second = post.session("introduction", 4);
        post.advance(Duration::seconds(1));
        post.city.learner(1).put(&format!("{second}/booking"), json!({})).expect(200);
        assert_eq!(post.told(), ["p001 No longer your session CANCEL 02 0", "p001 Your session REQUEST 04 0"]);
        // Moved, and left for another one before anybody is told of it.
        post.city.administrator.put(&second, in_may("introduction", 5, json!({}))).expect(200);
        post.advance(Duration::seconds(1));
        post.city.learner(1).put(&format!("{first}/booking"), json!({})).expect(200);
        assert_eq!(post.told(), ["p001 No longer your session CANCEL 05 1", "p001 Your session REQUEST 02 0"]);
    }

    fn whoever_books_what_they_were_to_come_to_stays_there(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let first = post.session("introduction", 2);
        post.city.enrol(1).expect(201);
        post.told();
        post.session("introduction", 4);
        post.advance(Duration::seconds(1));
        post.city.learner(1).put(&format!("{first}/booking"), json!({})).expect(200);
        assert_eq!(post.told(), ["p001 Your session REQUEST 02 0"]);
    }

    fn whoever_enrols_and_books_at_once_is_invited_once(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let [first, _] = [2, 4].map(|day| post.session("introduction", day));
        post.told();
        post.city.enrol(1).expect(201);
        post.advance(Duration::seconds(1));
        post.city.learner(1).put(&format!("{first}/booking"), json!({})).expect(200);
        assert_eq!(post.told(), ["p001 You are enrolled", "p001 Your session REQUEST 02 0"]);
    }

    fn nobody_is_asked_to_choose_where_nothing_is_to_come(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let [first, _, third] = [2, 4, 16].map(|day| post.session("introduction", day));
        post.city.enrol(1).expect(201);
        post.city.learner(1).put(&format!("{third}/booking"), json!({})).expect(200);
        steps::go(&post.city.administrator, &post.city.cohort, "running");
        post.told();
        let start = "2023-05-10T08:00:00Z".parse::<DateTime<Utc>>().unwrap();
        post.advance(start - post.city.administrator.platform().clock.now());
        let administrator = post.city.administrator.with_role("TIRANA", Role::Administrator);
        administrator.delete(&format!("{third}?reason=Ill")).expect(204);
        post.city.enrol(2).expect(201);
        let mails = post.mailroom.mails();
        assert_eq!(mails.len(), 2);
        assert!(mails.iter().all(|mail| !mail.text.contains("choose")), "{mails:?}");
        assert!(!first.is_empty());
    }

    fn whoever_came_to_another_session_gives_up_the_place_that_they_booked(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let [first, second] = [2, 4].map(|day| post.session("introduction", day));
        post.city.enrol(1).expect(201);
        post.city.learner(1).put(&format!("{second}/booking"), json!({})).expect(200);
        steps::go(&post.city.administrator, &post.city.cohort, "running");
        let end = "2023-05-02T10:00:00Z".parse::<DateTime<Utc>>().unwrap();
        post.advance(end - post.city.administrator.platform().clock.now());
        let administrator = post.city.administrator.with_role("TIRANA", Role::Administrator);
        let came = roll_call(&[("00001", "present")]);
        administrator.post_file(&format!("{first}/attendance"), "call.csv", came, &[]).expect(200);
        let own = || post.city.learner(1).get(&format!("{}/enrolment", post.city.cohort)).expect(200).json();
        assert_eq!(own()["to_book"], json!([]));
        post.city.learner(1).delete(&format!("{second}/booking")).expect(204);
        assert_eq!(own()["to_book"], json!([]));
    }

    fn whoever_books_the_same_again_before_they_are_told_stays_there(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let [first, _] = [2, 4].map(|day| post.session("introduction", day));
        post.city.enrol(1).expect(201);
        let booking = format!("{first}/booking");
        let learner = post.city.learner(1);
        learner.put(&booking, json!({})).expect(200);
        post.told();
        learner.delete(&booking).expect(204);
        learner.put(&booking, json!({})).expect(200);
        assert_eq!(post.told(), ["p001 Your session REQUEST 02 0"]);
    }

    fn whoever_is_in_a_session_now_is_told_of_no_other_one(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let [first, _] = [2, 4].map(|day| post.session("introduction", day));
        post.city.enrol(1).expect(201);
        post.city.learner(1).put(&format!("{first}/booking"), json!({})).expect(200);
        steps::go(&post.city.administrator, &post.city.cohort, "running");
        let during = "2023-05-02T09:00:00Z".parse::<DateTime<Utc>>().unwrap();
        post.advance(during - post.city.administrator.platform().clock.now());
        post.told();
        let administrator = post.city.administrator.with_role("TIRANA", Role::Administrator);
        administrator.post(&format!("{}/missing-notices", post.city.cohort), json!({})).expect(202);
        let mails = post.mailroom.mails();
        assert_eq!(mails.len(), 1);
        assert!(mails[0].text.contains("introduction of 2023-05-02"), "{}", mails[0].text);
    }

    fn only_what_is_so_by_then_is_told_of_a_booking(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let (first, second) = (post.session("introduction", 2), post.session("introduction", 4));
        post.city.enrol(1).expect(201);
        post.told();
        let learner = post.city.learner(1);
        learner.put(&format!("{first}/booking"), json!({})).expect(200);
        learner.delete(&format!("{first}/booking")).expect(204);
        learner.put(&format!("{second}/booking"), json!({})).expect(200);
        let told = post.told();
        assert!(!told.contains(&"p001 Your session REQUEST 02 0".to_owned()), "{told:?}");
        assert_eq!(told.iter().filter(|told| told.contains("REQUEST 04")).count(), 1, "{told:?}");
    }
}
