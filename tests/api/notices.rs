//! Whom what happens in a cohort is told by mail, and what the mails do to calendars: from requests over workers to what
//! leaves.

use chrono::{DateTime, Duration, Utc};
use rights_academy::access::Role;
use rights_academy::catalogue::Catalogue;
use rights_academy::certification::missing;
use rights_academy::enrolment::notices::{self, Composer};
use rights_academy::platform::config::Home;
use rights_academy::platform::jobs::{JobError, Worker};
use rights_academy::platform::mail::{CalendarPart, Mail};
use serde_json::{Value, json};

use super::client::{Answer, Client};
use super::enrolment::{City, terms, with};
use super::sessions::{id, in_room, planned};
use super::steps;
use crate::support::accounts::{HOME, Joins};
use crate::support::databases::{TestDb, on_both};
use crate::support::mailroom::Mailroom;

/// A city, and the mails that leave it.
pub struct Post {
    pub city: City,
    pub mailroom: Mailroom,
}

impl Post {
    pub fn with_terms(db: &TestDb, terms: Value) -> Post {
        let city = City::with_terms(db, terms);
        let mailroom = Mailroom::of(city.administrator.platform());
        assert_eq!(told(&mailroom.mails()), [""; 0]);
        Post { city, mailroom }
    }

    /// What was mailed since the last time: to whom, the subject as far as it says what happened, and what it does to a
    /// calendar.
    #[track_caller]
    pub fn told(&self) -> Vec<String> {
        told(&self.mailroom.mails())
    }

    /// The path of a session in a room: of the module, in May 2023 at ten o'clock.
    pub fn session(&self, module: &str, day: u32) -> String {
        planned(&self.city.administrator, &self.city.cohort, in_may(module, day, json!({})))
    }

    pub fn advance(&self, by: Duration) {
        self.city.administrator.platform().clock.advance(by);
    }
}

/// A session in a room with these fields beside.
pub fn in_may(module: &str, day: u32, fields: Value) -> Value {
    let day = format!("2023-05-{day:02}");
    let new = json!({
        "module": module, "starts": format!("{day}T10:00"), "ends": format!("{day}T12:00"),
        "room": format!("{module} of {day}"),
    });
    super::sessions::with(in_room(new), fields)
}

fn told(mails: &[Mail]) -> Vec<String> {
    let mut told: Vec<String> = mails
        .iter()
        .map(|mail| {
            let to = mail.to.address().strip_suffix("@tirana.example").unwrap();
            let what = mail.subject.split(':').next().unwrap();
            let entry = mail.calendar.as_ref().map(entry).unwrap_or_default();
            format!("{to} {what}{entry}")
        })
        .collect();
    told.sort();
    told
}

/// A property of the one event of an object.
fn property(calendar: &CalendarPart, name: &str) -> String {
    let text = calendar.text.replace("\r\n ", "");
    let event = text.split("BEGIN:VEVENT").nth(1).unwrap();
    let line = event.lines().find(|line| line.split([':', ';']).next() == Some(name)).unwrap();
    line.rsplit(':').next().unwrap().to_owned()
}

/// What an object does: its method, the day of May, the sequence.
fn entry(calendar: &CalendarPart) -> String {
    let (starts, sequence) = (property(calendar, "DTSTART"), property(calendar, "SEQUENCE"));
    format!(
        " {} {} {sequence}",
        calendar.method.as_str(),
        starts.strip_prefix("202305").unwrap().split('T').next().unwrap()
    )
}

on_both! {
    fn who_enrols_is_told_and_finds_each_session_in_the_calendar(db: TestDb) {
        let post = Post::with_terms(&db, terms(Some(1)));
        post.session("introduction", 2);
        post.session("transparency", 16);
        assert_eq!(post.told(), [""; 0]);
        post.city.enrol(1).expect(201);
        // Asked twice, told once.
        post.city.enrol(1).expect(200);
        assert_eq!(
            post.told(),
            ["p001 You are enrolled", "p001 Your session REQUEST 02 0", "p001 Your session REQUEST 16 0"]
        );
        post.city.enrol(2).expect(201);
        assert_eq!(post.told(), ["p002 You are on the waiting list"]);
        post.city.leave(1).expect(200);
        assert_eq!(
            post.told(),
            [
                "p001 No longer your session CANCEL 02 0",
                "p001 No longer your session CANCEL 16 0",
                "p001 You have left the training",
                "p002 A seat has come free, and you are enrolled",
                "p002 Your session REQUEST 02 0",
                "p002 Your session REQUEST 16 0",
            ]
        );
        let out = post.city.administrator.post(&format!("{}/enrolments/00002/withdrawal", post.city.cohort), json!({}));
        out.expect(200);
        let told = post.told();
        assert_eq!(told.len(), 3);
        assert!(told.contains(&"p002 Your part in the training has ended".to_owned()), "{told:?}");
    }

    fn a_session_keeps_its_uid_and_each_change_of_it_is_told_once(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        post.city.enrol(1).expect(201);
        post.city.enrol(2).expect(201);
        post.city.leave(2).expect(200);
        assert_eq!(post.told(), ["p001 You are enrolled", "p002 You are enrolled", "p002 You have left the training"]);
        let mut uids = Vec::new();
        let mut next = |expected: &[&str]| {
            let mails = post.mailroom.mails();
            uids.extend(mails.iter().filter_map(|mail| Some(property(mail.calendar.as_ref()?, "UID"))));
            assert_eq!(told(&mails), expected);
            mails
        };
        let administrator = &post.city.administrator;
        let session = post.session("introduction", 2);
        next(&["p001 Your session REQUEST 02 0"]);
        let change = |day, fields: Value| administrator.put(&session, in_may("introduction", day, fields)).expect(200);
        change(3, json!({}));
        let moved = next(&["p001 Changed REQUEST 03 1"]).pop().unwrap();
        assert!(moved.text.contains("Before: Tuesday") && moved.text.contains("Now: Wednesday"), "{}", moved.text);
        change(3, json!({ "room": "9" }));
        next(&["p001 Changed REQUEST 03 2"]);
        // What changes nothing about when and where is nobody's news.
        change(3, json!({ "room": "9" }));
        next(&[]);
        administrator.delete(&format!("{session}?reason=The%20trainer%20is%20ill")).expect(204);
        let cancelled = next(&["p001 Cancelled CANCEL 03 3"]).pop().unwrap();
        assert!(cancelled.text.contains("The trainer is ill"), "{}", cancelled.text);
        assert_eq!(uids.len(), 4);
        uids.dedup();
        assert_eq!(uids.len(), 1);
        let steps: Vec<String> = cancelled.text.lines().filter(|line| line.contains("http")).map(str::to_owned).collect();
        assert!(!steps.is_empty(), "{}", cancelled.text);
    }

    fn of_several_sessions_the_one_that_is_booked_is_told_of(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let (first, second) = (post.session("introduction", 2), post.session("introduction", 4));
        assert_eq!(post.told(), [""; 0]);
        let book = |n, session: &str| post.city.learner(n).put(&format!("{session}/booking"), json!({})).expect(200);
        for n in 1..=3 {
            post.city.enrol(n).expect(201);
        }
        let mails = post.mailroom.mails();
        assert_eq!(told(&mails), ["p001 You are enrolled", "p002 You are enrolled", "p003 You are enrolled"]);
        assert!(mails[0].text.contains("Sessions to choose"), "{}", mails[0].text);
        book(1, &first);
        book(2, &second);
        assert_eq!(post.told(), ["p001 Your session REQUEST 02 0", "p002 Your session REQUEST 04 0"]);
        book(1, &first);
        assert_eq!(post.told(), [""; 0]);
        book(1, &second);
        assert_eq!(post.told(), ["p001 No longer your session CANCEL 02 0", "p001 Your session REQUEST 04 0"]);
        post.city.learner(2).delete(&format!("{second}/booking")).expect(204);
        assert_eq!(post.told(), ["p002 No longer your session CANCEL 04 0"]);
        // A change concerns those who come.
        let moved = in_may("introduction", 5, json!({}));
        post.city.administrator.put(&second, moved).expect(200);
        assert_eq!(post.told(), ["p001 Changed REQUEST 05 1"]);
        post.city.administrator.delete(&format!("{second}?reason=Ill")).expect(204);
        let told = post.told();
        // The other session is the only one now: who had booked the cancelled one comes to that, as everybody does.
        assert_eq!(
            told,
            [
                "p001 Cancelled CANCEL 05 2",
                "p001 Your session REQUEST 02 0",
                "p002 Your session REQUEST 02 0",
                "p003 Your session REQUEST 02 0",
            ]
        );
    }

    fn who_was_to_come_is_asked_to_choose_when_there_is_a_second_session(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let first = post.session("introduction", 2);
        for n in 1..=2 {
            post.city.enrol(n).expect(201);
        }
        post.told();
        post.session("introduction", 4);
        let mails = post.mailroom.mails();
        // What they have not chosen is in no calendar.
        let ask = |n: u32| format!("p00{n} Please choose a session CANCEL 02 0");
        assert_eq!(told(&mails), [ask(1), ask(2)]);
        assert!(mails[0].text.contains("introduction of 2023-05-02"), "{}", mails[0].text);
        assert!(mails[0].text.contains("introduction of 2023-05-04"), "{}", mails[0].text);
        post.city.learner(1).put(&format!("{first}/booking"), json!({})).expect(200);
        assert_eq!(post.told(), ["p001 Your session REQUEST 02 0"]);
        // Who has been asked is not asked again.
        let third = post.session("introduction", 9);
        assert_eq!(post.told(), [""; 0]);
        // Whose session is cancelled has to choose again.
        post.city.administrator.delete(&format!("{first}?reason=Ill")).expect(204);
        let mails = post.mailroom.mails();
        assert_eq!(told(&mails), ["p001 Cancelled CANCEL 02 1"]);
        assert!(mails[0].text.contains("Please choose another session"), "{}", mails[0].text);
        // Until there is one left, which is everybody's.
        post.city.administrator.delete(&format!("{third}?reason=Ill")).expect(204);
        assert_eq!(post.told(), ["p001 Your session REQUEST 04 0", "p002 Your session REQUEST 04 0"]);
    }

    fn a_session_with_fewer_places_than_seats_is_to_be_chosen(db: TestDb) {
        let post = Post::with_terms(&db, terms(Some(10)));
        post.city.enrol(1).expect(201);
        post.told();
        let (administrator, cohort) = (&post.city.administrator, &post.city.cohort);
        let session = planned(administrator, cohort, in_may("introduction", 2, json!({ "capacity": 5 })));
        assert_eq!(post.told(), ["p001 Please choose a session"]);
        administrator.put(&session, in_may("introduction", 2, json!({ "capacity": 10 }))).expect(200);
        assert_eq!(post.told(), ["p001 Your session REQUEST 02 0"]);
        administrator.put(&session, in_may("introduction", 2, json!({ "capacity": 9 }))).expect(200);
        assert_eq!(post.told(), ["p001 Please choose a session CANCEL 02 0"]);
    }

    fn more_seats_than_places_are_to_be_booked(db: TestDb) {
        let post = Post::with_terms(&db, terms(Some(1)));
        let session = in_may("introduction", 2, json!({ "capacity": 1 }));
        planned(&post.city.administrator, &post.city.cohort, session);
        post.city.enrol(1).expect(201);
        post.city.enrol(2).expect(201);
        post.told();
        post.advance(Duration::seconds(1));
        let seats = |n| post.city.administrator.put(&format!("{}/terms", post.city.cohort), terms(Some(n)));
        seats(2).expect(200);
        let mails = post.mailroom.mails();
        assert_eq!(
            told(&mails),
            ["p001 Please choose a session CANCEL 02 0", "p002 A seat has come free, and you are enrolled"]
        );
        assert!(mails.iter().all(|mail| mail.text.contains("Choose your sessions")));
        // Another number changes nothing about that.
        post.advance(Duration::seconds(1));
        seats(3).expect(200);
        assert_eq!(post.told(), [""; 0]);
    }

    fn a_series_asks_once(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        post.city.enrol(1).expect(201);
        post.told();
        let series = json!({
            "module": "introduction", "zone": "Europe/Tirane", "mode": "online", "first": "2023-05-01",
            "weekdays": ["monday"], "starts": "10:00", "ends": "12:00", "count": 3,
        });
        post.city.administrator.post(&format!("{}/series", post.city.cohort), series).expect(201);
        assert_eq!(post.told(), ["p001 Please choose a session"]);
    }

    fn who_gives_a_session_is_told_of_it(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let administrator = &post.city.administrator;
        // Nobody is named: it is given by who teaches the cohort.
        post.city.trainer();
        let session = post.session("introduction", 2);
        assert_eq!(post.told(), ["trainer You give a session REQUEST 02 0"]);
        let other = Joins { roles: &[Role::Trainer], ..Joins::default() };
        let other = administrator.member("other@tirana.example", "TIRANA", other).account_id();
        let trainers = json!({ "trainers": [{ "account": other, "part": "trainer" }] });
        administrator.put(&format!("{session}/trainers"), trainers.clone()).expect(200);
        let mails = post.mailroom.mails();
        assert_eq!(
            told(&mails),
            ["other You give a session REQUEST 02 0", "trainer You no longer give a session CANCEL 02 0"]
        );
        // They have no page of a learner.
        assert!(mails.iter().all(|mail| !mail.html.contains("href")));
        administrator.put(&format!("{session}/trainers"), trainers).expect(200);
        assert_eq!(post.told(), [""; 0]);
        administrator.put(&session, in_may("introduction", 3, json!({}))).expect(200);
        assert_eq!(post.told(), ["other Changed REQUEST 03 1"]);
        administrator.delete(&format!("{session}?reason=Ill")).expect(204);
        assert_eq!(post.told(), ["other Cancelled CANCEL 03 2"]);
    }

    fn who_enrols_between_what_happens_and_its_mails_is_told_once(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let session = post.session("introduction", 2);
        let moved = in_may("introduction", 3, json!({}));
        post.city.administrator.put(&session, moved).expect(200);
        post.advance(Duration::seconds(1));
        post.city.enrol(1).expect(201);
        assert_eq!(post.told(), ["p001 You are enrolled", "p001 Your session REQUEST 03 1"]);
    }

    fn a_draft_tells_nobody_until_it_opens(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let administrator = &post.city.administrator;
        let new = json!({ "programme": "digital-human-rights", "name": "Summer", "locale": "sq" });
        let made = administrator.post("/organisations/TIRANA/cohorts", new).expect(201);
        let draft = made.header("location").to_owned();
        let session = planned(administrator, &draft, in_may("introduction", 2, json!({})));
        let named = json!({ "employee_ids": ["00007"] });
        administrator.post(&format!("{draft}/enrolments"), named).expect(200);
        administrator.put(&session, in_may("introduction", 3, json!({}))).expect(200);
        assert_eq!(post.told(), [""; 0]);
        let trainer = administrator.with_role("TIRANA", Role::Trainer);
        administrator.put(&format!("{draft}/trainers/{}", trainer.account_id()), json!({})).expect(204);
        assert_eq!(post.told(), [""; 0]);
        steps::go(administrator, &draft, "open");
        // Who has no account is written to in the cohort's language.
        let mails = post.mailroom.mails();
        let languages: Vec<&str> = mails.iter().map(|mail| mail.language.as_str()).collect();
        assert_eq!(languages, ["sq", "sq", "en"]);
        assert_eq!(told(&mails[2..]), ["trainer You give a session REQUEST 03 1"]);
        assert_eq!(mails.iter().filter_map(|mail| mail.calendar.as_ref()).map(entry).collect::<Vec<_>>(), [" REQUEST 03 1"; 2]);
    }

    fn whom_a_roster_lists_it_does_not_write_to(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let administrator = &post.city.administrator;
        let roster = format!("{}/roster", post.city.cohort);
        administrator.put_file(&roster, "roster.csv", steps::file("roster.csv")).expect(200);
        assert_eq!(post.told(), [""; 0]);
        // A session is told of to all who are to come.
        post.session("introduction", 2);
        assert_eq!(post.told().len(), 60);
    }

    fn whom_a_later_roster_leaves_out_is_told(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let (administrator, cohort) = (&post.city.administrator, &post.city.cohort);
        let text = steps::file("roster.csv");
        let text = String::from_utf8(text).unwrap();
        let without = |n: usize| text.lines().filter(|line| !line.starts_with(&format!("{n:05}"))).map(|line| format!("{line}\n")).collect::<String>();
        let put = |roster: String| administrator.put_file(&format!("{cohort}/roster"), "roster.csv", roster).expect(200);
        post.city.enrol(1).expect(201);
        put(without(2));
        post.told();
        // Somebody came by themselves; whom rosters alone knew hears of nothing while nothing is to come.
        put(without(1));
        assert_eq!(post.told(), ["p001 Your part in the training has ended"]);
        put(without(2));
        assert_eq!(post.told(), [""; 0]);
        post.session("introduction", 2);
        post.told();
        put(without(3));
        assert_eq!(post.told(), ["p003 No longer your session CANCEL 02 0", "p003 Your part in the training has ended"]);
    }

    fn an_offer_is_told_of_and_so_is_its_end(db: TestDb) {
        let offer = with(terms(Some(1)), "freed_seat", json!({ "how": "offer", "hours": 48 }));
        let post = Post::with_terms(&db, offer);
        for n in 1..=3 {
            post.city.enrol(n).expect(201);
        }
        post.told();
        post.city.leave(1).expect(200);
        assert_eq!(post.told(), ["p001 You have left the training", "p002 A seat is kept for you"]);
        post.advance(Duration::hours(47));
        assert_eq!(post.told(), [""; 0]);
        post.advance(Duration::hours(1));
        assert_eq!(post.told(), ["p002 A seat is no longer kept for you", "p003 A seat is kept for you"]);
        let accept = format!("{}/enrolment/acceptance", post.city.cohort);
        post.city.learner(3).post(&accept, json!({})).expect(200);
        assert_eq!(post.told(), ["p003 You are enrolled"]);
        // The end of an accepted offer ends nothing.
        post.advance(Duration::hours(48));
        assert_eq!(post.told(), [""; 0]);
    }

    fn a_request_is_confirmed_and_its_decision_told(db: TestDb) {
        let post = Post::with_terms(&db, with(terms(None), "approval", json!("trainer")));
        for n in 1..=2 {
            post.city.enrol(n).expect(201);
        }
        assert_eq!(post.told(), ["p001 Your request has arrived", "p002 Your request has arrived"]);
        let trainer = post.city.trainer();
        let decide = |n: u32, decision: Value| {
            trainer.post(&format!("{}/enrolments/{n:05}/decision", post.city.cohort), decision).expect(200);
        };
        decide(1, json!({ "decision": "approve" }));
        decide(2, json!({ "decision": "decline", "reason": "Your department has its own." }));
        let mails = post.mailroom.mails();
        assert_eq!(told(&mails), ["p001 You are enrolled", "p002 Your request was not approved"]);
        assert!(mails.iter().any(|mail| mail.text.contains("Your department has its own.")));
    }

    fn people_are_reminded_once_at_each_time_and_of_where_the_session_is_now(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let session = post.session("introduction", 2);
        post.city.enrol(1).expect(201);
        post.city.enrol(2).expect(201);
        post.city.leave(2).expect(200);
        post.told();
        let platform = post.city.administrator.platform();
        notices::begin_reminders(platform).unwrap();
        let start = "2023-05-02T08:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        // What is told in this time before the session, looked for every five minutes.
        let told_between = |from: Duration, to: Duration| {
            let mut told = Vec::new();
            post.advance(start - from - platform.clock.now());
            while platform.clock.now() <= start - to {
                told.extend(post.told());
                post.advance(Duration::minutes(5));
            }
            told
        };
        let (day, hour, minute) = (Duration::days(1), Duration::hours(1), Duration::minutes(1));
        assert_eq!(told_between(day * 8, day * 7 + minute), [""; 0]);
        assert_eq!(told_between(day * 7, day * 6), ["p001 Reminder"]);
        // Moved by two days: what was reminded of before is so again, at its time.
        let later = post.city.administrator.with_role("TIRANA", Role::Administrator);
        later.put(&session, in_may("introduction", 4, json!({}))).expect(200);
        assert_eq!(post.told(), ["p001 Changed REQUEST 04 1"]);
        assert_eq!(told_between(day * 5 - hour, day * 5 - hour * 7), ["p001 Reminder"]);
        assert_eq!(told_between(-day, -day - hour), ["p001 Reminder"]);
        assert_eq!(told_between(-day * 2 + hour, -day * 2), ["p001 Reminder"]);
        assert_eq!(told_between(-day * 2, -day * 3), [""; 0]);
    }

    fn another_try_of_a_job_tells_nobody_twice(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        for n in 1..=3 {
            post.city.enrol(n).expect(201);
        }
        post.told();
        post.session("introduction", 2);
        // The mails are enqueued, and the worker is gone before it says so.
        let platform = post.city.administrator.platform().clone();
        let catalogue = Catalogue::embedded().unwrap();
        let composer = Composer { platform: platform.clone(), catalogue, home: Home(HOME.into()) };
        let gone = Worker::new(platform).handling(notices::KIND, move |job| {
            composer.handle(job)?;
            Err::<(), _>(JobError::Passing("gone".into()))
        });
        assert_eq!(gone.run_due().unwrap().postponed, 1);
        post.city.leave(1).expect(200);
        post.advance(Duration::hours(1));
        let told = post.told();
        let session = |n: u32| format!("p00{n} Your session REQUEST 02 0");
        for n in 1..=3 {
            assert_eq!(told.iter().filter(|told| **told == session(n)).count(), 1, "{told:?}");
        }
    }

    fn people_are_told_what_they_lack_while_they_can_still_come(db: TestDb) {
        let administrator = Client::of(&db.platform());
        let mailroom = Mailroom::of(administrator.platform());
        let (cohort, sessions) = steps::running(&administrator, "TIRANA");
        let (_, _, name) = steps::SESSIONS[0];
        let attendance = format!("{}/attendance", sessions[0]);
        administrator.post_file(&attendance, name, steps::file(name), &[]).expect(200);
        let ask = || administrator.post(&format!("{cohort}/missing-notices"), json!({})).expect(202);
        let result = |answer: &Answer| administrator.get(answer.header("location")).expect(200).json()["result"].clone();
        // Nothing is to come any more: nobody is told that they lack what they cannot have.
        let first = ask();
        assert_eq!(told(&mailroom.mails()), [""; 0]);
        assert_eq!(result(&first), json!({ "people": 0 }));
        administrator.platform().clock.advance(Duration::days(1));
        let administrator = administrator.with_role("TIRANA", Role::Administrator);
        planned(&administrator, &cohort, in_may("transparency", 2, json!({})));
        mailroom.mails();
        let ask = || administrator.post(&format!("{cohort}/missing-notices"), json!({})).expect(202);
        let second = ask();
        let mails = mailroom.mails();
        // One module is to come, and whoever has one needs one more.
        assert_eq!(mails.len(), 27);
        assert!(mails.iter().all(|mail| mail.language == "sq" && mail.calendar.is_none()));
        assert!(mails[0].text.contains("transparency of 2023-05-02"), "{}", mails[0].text);
        let followed = administrator.get(second.header("location")).expect(200).json();
        assert_eq!(followed["result"], json!({ "people": 27 }));
        assert_eq!(followed["progress"], json!({ "done": 27, "of": 27 }));
        // Whoever asks again that day is given the same job.
        assert_eq!(ask().header("location"), second.header("location"));
        assert_eq!(told(&mailroom.mails()), [""; 0]);
    }

    fn a_session_that_was_held_earlier_than_planned_moves_in_the_calendar(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let trainer = post.city.trainer();
        let session = post.session("introduction", 2);
        post.city.enrol(1).expect(201);
        post.told();
        let held = in_may("introduction", 2, json!({
            "starts": "2023-03-02T10:00", "ends": "2023-03-02T12:00", "held": true,
        }));
        post.city.administrator.put(&session, held.clone()).expect(200);
        let mails = post.mailroom.mails();
        let mut told: Vec<String> = mails.iter().map(|mail| {
            let calendar = mail.calendar.as_ref().unwrap();
            let properties = ["DTSTART", "SEQUENCE"].map(|name| property(calendar, name));
            format!("{} {} {}", mail.to.address(), calendar.method.as_str(), properties.join(" "))
        }).collect();
        told.sort();
        let trainer = trainer.get("/account").expect(200).json()["email"].as_str().unwrap().to_owned();
        let mut expected = [
            "p001@tirana.example REQUEST 20230302T100000 1".to_owned(), format!("{trainer} REQUEST 20230302T100000 1"),
        ];
        expected.sort();
        assert_eq!(told, expected);
        // What was over before is nobody's calendar's to change.
        let corrected = crate::api::sessions::with(held, json!({ "ends": "2023-03-02T11:00" }));
        post.city.administrator.put(&session, corrected).expect(200);
        assert_eq!(post.told(), [""; 0]);
    }

    fn who_no_longer_teaches_a_cohort_gives_none_of_its_sessions(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let trainer = post.city.trainer().account_id();
        let (administrator, cohort) = (&post.city.administrator, &post.city.cohort);
        post.session("introduction", 2);
        let named = post.session("transparency", 16);
        let gives = json!({ "trainers": [{ "account": trainer, "part": "trainer" }] });
        administrator.put(&format!("{named}/trainers"), gives).expect(200);
        assert_eq!(post.told(), ["trainer You give a session REQUEST 02 0", "trainer You give a session REQUEST 16 0"]);
        // Whom a session names goes on to give it.
        administrator.delete(&format!("{cohort}/trainers/{trainer}")).expect(204);
        assert_eq!(post.told(), ["trainer You no longer give a session CANCEL 02 0"]);
        administrator.delete(&format!("{cohort}/trainers/{trainer}")).problem(404, "not-found");
    }

    fn closing_says_why_somebody_has_no_seat(db: TestDb) {
        let offer = with(terms(Some(1)), "freed_seat", json!({ "how": "offer", "hours": 24 }));
        let post = Post::with_terms(&db, offer.clone());
        let (administrator, cohort) = (&post.city.administrator, &post.city.cohort);
        for n in 1..=3 {
            post.city.enrol(n).expect(201);
        }
        // The second one is offered the seat of the first; the third waits; the fourth asks.
        post.city.leave(1).expect(200);
        administrator.put(&format!("{cohort}/terms"), with(offer, "approval", json!("hr"))).expect(200);
        post.city.enrol(4).expect(201);
        steps::session(administrator, cohort, "introduction", "2023-01-17");
        steps::go(administrator, cohort, "running");
        post.told();
        steps::go(administrator, cohort, "closed");
        assert_eq!(
            post.told(),
            ["p002 A seat is no longer kept for you", "p003 No seat came free", "p004 Your request was not decided"]
        );
        let why = |n: u32| {
            let found = administrator.get(&format!("{cohort}/enrolments/{n:05}")).expect(200).json();
            found["why"].clone()
        };
        for (n, was) in [(2, "offered"), (3, "waitlisted"), (4, "requested")] {
            assert_eq!(why(n), json!({ "code": "cohort-closed", "was": was }));
        }
    }

    fn another_try_tells_nobody_twice_what_they_lack(db: TestDb) {
        let administrator = Client::of(&db.platform());
        let platform = administrator.platform().clone();
        let mailroom = Mailroom::of(&platform);
        let (cohort, sessions) = steps::running(&administrator, "TIRANA");
        let (_, _, name) = steps::SESSIONS[0];
        administrator.post_file(&format!("{}/attendance", sessions[0]), name, steps::file(name), &[]).expect(200);
        planned(&administrator, &cohort, in_may("transparency", 2, json!({})));
        mailroom.mails();
        administrator.post(&format!("{cohort}/missing-notices"), json!({})).expect(202);
        // The notices are enqueued, and the worker is gone before it says so.
        let (catalogue, of) = (Catalogue::embedded().unwrap(), platform.clone());
        let gone = Worker::new(platform.clone()).handling(missing::KIND, move |job| {
            missing::handle(&of, &catalogue, job)?;
            Err::<(), _>(JobError::Passing("gone".into()))
        });
        assert_eq!(gone.run_due().unwrap().postponed, 1);
        // By the next try somebody else lacks something.
        let came = "employee_id,status\n00047,present\n";
        administrator.post_file(&format!("{}/attendance", sessions[1]), "call.csv", came, &[]).expect(200);
        platform.clock.advance(Duration::hours(1));
        let mails = mailroom.mails();
        let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.address()).collect();
        to.sort_unstable();
        assert!(to.len() >= 27 && to.windows(2).all(|pair| pair[0] != pair[1]), "{to:?}");
    }

    fn reminders_outlive_a_look_that_fails(db: TestDb) {
        let post = Post::with_terms(&db, terms(None));
        let administrator = &post.city.administrator;
        // The other organisation is looked at later, and the first one fails.
        let (elsewhere, _) = steps::running(administrator, "DURRES");
        planned(administrator, &elsewhere, in_may("transparency", 2, json!({})));
        post.session("introduction", 2);
        let platform = administrator.platform().clone();
        notices::begin_reminders(&platform).unwrap();
        db.sql(&format!("UPDATE cohorts SET reminders = '[' WHERE id = {}", id(&post.city.cohort)));
        post.told();
        let start = "2023-05-02T08:00:00Z".parse::<DateTime<Utc>>().unwrap();
        post.advance(start - Duration::days(1) - platform.clock.now());
        let of = platform.clone();
        let worker = Worker::new(platform.clone()).handling(notices::REMINDERS, move |_| notices::handle_reminders(&of));
        assert_eq!(worker.run_due().unwrap().postponed, 1);
        let next = "jobs WHERE kind = 'reminders' AND state = 'waiting' AND attempts = 0";
        assert_eq!((db.count("jobs WHERE kind = 'notices' AND state = 'waiting'"), db.count(next)), (1, 1));
    }

    fn who_gets_a_certificate_is_told_once(db: TestDb) {
        let administrator = Client::of(&db.platform());
        let mailroom = Mailroom::of(administrator.platform());
        let (cohort, _) = steps::closed(&administrator, "TIRANA");
        mailroom.mails();
        administrator.post(&format!("{cohort}/missing-notices"), json!({})).problem(409, "cohort-state");
        let issue = || administrator.post(&format!("{cohort}/certificates"), json!({})).expect(200);
        issue();
        let mails = mailroom.mails();
        assert_eq!(mails.len(), 23);
        assert!(mails.iter().all(|mail| mail.html.contains(HOME)));
        issue();
        assert_eq!(told(&mailroom.mails()), [""; 0]);
    }
}
