//! Schedules and personal feeds, as calendar programs get them.

use std::net::SocketAddr;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use rights_academy::access::Role;
use serde_json::json;

use super::client::{Answer, Client};
use super::steps;
use crate::support::accounts::{HOME, Joins};
use crate::support::databases::on_both;

const FEED: &str = "/organisations/TIRANA/calendar-feed";

/// A learner of the organisation who is this person of its roster.
fn learner(client: &Client, employee_id: &str) -> Client {
    let joins = Joins { roles: &[Role::Learner], employee_id: Some(employee_id), ..Joins::default() };
    client.member(&format!("{employee_id}@tirana.example"), "TIRANA", joins)
}

/// The path of the client's new feed.
fn feed(client: &Client) -> String {
    let made = client.post(FEED, json!({})).expect(201);
    made.json()["address"].as_str().unwrap().strip_prefix(HOME).unwrap().to_owned()
}

/// Its entries, each as its lines without folds.
fn entries(answer: &Answer) -> Vec<String> {
    let text = answer.text().replace("\r\n ", "");
    text.split("BEGIN:VEVENT")
        .skip(1)
        .map(|entry| entry.split("END:VEVENT").next().unwrap().to_owned())
        .collect()
}

/// What a calendar shows: of each entry its summary, and its status where that is another than usual.
fn shown(client: &Client, path: &str) -> Vec<String> {
    let answer = client.get(path).expect(200);
    let line = |entry: &String, name: &str| {
        let line =
            entry.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {entry}"));
        line.split_once(':').unwrap().1.to_owned()
    };
    let told = |entry: &String| match line(entry, "STATUS").as_str() {
        "CONFIRMED" => line(entry, "SUMMARY"),
        status => format!("{} {status}", line(entry, "SUMMARY")),
    };
    entries(&answer).iter().map(told).collect()
}

/// Titles of modules, with a comma as calendars write it.
const INTRODUCTION: &str = "Introduction to digital human rights";
const PROTECTION: &str = r"Data control\, safety\, security and protection";
const INCLUSION: &str = r"Digital inclusion\, equality and equity";
const TRANSPARENCY: &str = "Transparency and accountability";

/// Asks for a feed, from the client with this number.
fn ask(path: &str, client: u8) -> TestRequest {
    let from = SocketAddr::from(([203, 0, 113, client], 50_000));
    TestRequest::default().method(Method::GET).uri(path).peer_addr(from)
}

/// All of an answer that its reader sees.
fn seen(answer: &Answer) -> impl PartialEq + std::fmt::Debug + use<> {
    (answer.status, answer.lasting_headers(), answer.text())
}

on_both! {
    fn a_feed_is_made_read_and_revoked(db: TestDb) {
        let administrator = Client::of(&db.platform());
        steps::running(&administrator, "TIRANA");
        let learner = learner(&administrator, "00001");
        for answer in [learner.get(FEED), learner.delete(FEED)] {
            answer.problem(404, "not-found");
        }
        let made = learner.post(FEED, json!({})).expect(201);
        assert_eq!(made.header("location"), format!("/api/v1{FEED}"));
        let address = made.json()["address"].as_str().unwrap().to_owned();
        let path = address.strip_prefix(HOME).unwrap();
        // 256 bits, in base64url.
        assert_eq!(path.len(), "/calendar/rk_.ics".len() + 43, "{path}");
        assert_eq!(learner.get(FEED).expect(200).json(), json!({ "created_at": "2023-04-03T09:00:00Z" }));

        let programs = administrator.with_token(None);
        let first = programs.get(path).expect(200);
        assert_eq!(first.header("content-type"), "text/calendar; charset=utf-8");
        assert_eq!(first.header("cache-control"), "private, no-cache");
        // What a page would name as the place that it comes from stays with us.
        assert_eq!(first.header("referrer-policy"), "same-origin");
        assert!(first.text().starts_with("BEGIN:VCALENDAR\r\n") && !first.text().contains("ATTENDEE"));
        let tag = first.header("etag").to_owned();
        let known = programs.get_with(path, ("If-None-Match", &tag)).expect(304);
        assert_eq!((known.header("etag"), known.bytes.len()), (tag.as_str(), 0));
        assert_eq!(programs.get_with(path, ("If-None-Match", "\"another\"")).expect(200).bytes, first.bytes);

        // A new one ends the old one; others' stay.
        let others = feed(&administrator);
        let next = feed(&learner);
        programs.get(path).problem(404, "not-found");
        programs.get(&next).expect(200);
        learner.delete(FEED).expect(204);
        programs.get(&next).problem(404, "not-found");
        learner.get(FEED).problem(404, "not-found");
        programs.get(&others).expect(200);
        assert_eq!(db.count("calendar_feeds"), 1);
    }

    fn whoever_is_disabled_or_has_left_has_none(db: TestDb) {
        let administrator = Client::of(&db.platform());
        steps::running(&administrator, "TIRANA");
        let (learner, other) = (learner(&administrator, "00001"), learner(&administrator, "00002"));
        let (path, others, programs) = (feed(&learner), feed(&other), administrator.with_token(None));
        let unknown = seen(&programs.get(&format!("/calendar/rk_{}.ics", "A".repeat(43))).expect(404));
        db.sql("UPDATE accounts SET disabled_at = created_at WHERE email = '00001@tirana.example'");
        assert_eq!(seen(&programs.get(&path)), unknown);
        db.sql("UPDATE accounts SET disabled_at = NULL");
        programs.get(&path).expect(200);

        let member = format!("/organisations/TIRANA/members/{}", learner.account_id());
        administrator.delete(&member).expect(204);
        assert_eq!(seen(&programs.get(&path)), unknown);
        learner.joins("TIRANA", Joins { roles: &[Role::Learner], ..Joins::default() });
        assert_eq!(seen(&programs.get(&path)), unknown);
        programs.get(&others).expect(200);
    }

    fn a_feed_shows_what_its_owner_attends(db: TestDb) {
        let administrator = Client::of(&db.platform());
        let (cohort, sessions) = steps::running(&administrator, "TIRANA");
        let learner = learner(&administrator, "00001");
        let path = feed(&learner);
        let seen = || shown(&learner, &path);
        // The first session was over sixty days ago.
        assert_eq!(seen(), [PROTECTION, INCLUSION, TRANSPARENCY]);

        // Of several sessions of a module one is to be chosen, until it is.
        steps::session(&administrator, &cohort, "introduction", "2023-05-02");
        assert_eq!(seen()[3..], [INTRODUCTION.to_owned()]);
        let summer = steps::session(&administrator, &cohort, "introduction", "2023-06-06");
        let to_choose = format!("{INTRODUCTION} (choose one session) TENTATIVE");
        assert_eq!(seen()[3..], [to_choose.clone(), to_choose]);
        let id = |session: &str| session.rsplit('/').next().unwrap().to_owned();
        db.sql(&format!(
            "INSERT INTO bookings (organisation_id, cohort_id, module_code, person_id, session_id, mode, created_at) \
             SELECT s.organisation_id, s.cohort_id, s.module_code, p.id, s.id, 'online', s.created_at \
             FROM sessions s JOIN people p ON p.organisation_id = s.organisation_id \
             WHERE s.id = {} AND p.employee_id = '00001'",
            id(&summer)
        ));
        assert_eq!(seen()[3..], [INTRODUCTION.to_owned()]);
        let entry = entries(&learner.get(&path)).pop().unwrap();
        assert!(entry.contains("DTSTART;TZID=Europe/Tirane:20230606T100000"), "{entry}");

        // What is cancelled says so until it would be over.
        db.sql(&format!("UPDATE sessions SET cancelled_at = created_at, sequence = 4 WHERE id IN ({}, {})", id(&summer), id(&sessions[3])));
        assert_eq!(seen(), [PROTECTION.to_owned(), INCLUSION.to_owned(), format!("{INTRODUCTION} CANCELLED")]);
        assert!(entries(&learner.get(&path)).pop().unwrap().contains("SEQUENCE:4"));
        db.sql(&format!("UPDATE sessions SET starts_at = '2023-04-03 08:00:00', ends_at = '2023-04-03 09:00:00' WHERE id = {}", id(&summer)));
        assert_eq!(seen(), [PROTECTION, INCLUSION]);

        // Nothing of a draft, of a cohort that one has left, or only waits for.
        for (change, back) in [
            ("UPDATE cohorts SET state = 'draft'", "UPDATE cohorts SET state = 'running'"),
            ("UPDATE enrolments SET state = 'withdrawn'", "UPDATE enrolments SET state = 'enrolled'"),
            ("UPDATE enrolments SET state = 'waitlisted'", "UPDATE enrolments SET state = 'enrolled'"),
            ("UPDATE memberships SET person_id = NULL WHERE roles = 'learner'", "SELECT 1"),
        ] {
            db.sql(change);
            assert!(seen().is_empty(), "{change}");
            db.sql(back);
        }
    }

    fn a_feed_shows_what_its_owner_gives(db: TestDb) {
        let administrator = Client::of(&db.platform());
        let (cohort, sessions) = steps::running(&administrator, "TIRANA");
        let member = |name: &str| {
            let trainer = Joins { roles: &[Role::Trainer], ..Joins::default() };
            let member = administrator.member(&format!("{name}@tirana.example"), "TIRANA", trainer);
            let path = feed(&member);
            (member, path)
        };
        let ((teaches, all), (gives, one), (_, none)) = (member("teaches"), member("gives"), member("other"));
        let seen = |path: &str| shown(&administrator, path);
        assert!(seen(&all).is_empty());
        administrator.put(&format!("{cohort}/trainers/{}", teaches.account_id()), json!({})).expect(204);
        assert_eq!(seen(&all), [PROTECTION, INCLUSION, TRANSPARENCY]);

        // Somebody learns to give the second, and the third names who gives it.
        let names = |session: usize, account: &Client, part: &str| {
            let id = sessions[session].rsplit('/').next().unwrap();
            db.sql(&format!(
                "INSERT INTO session_trainers (organisation_id, session_id, account_id, part, note, created_at) \
                 SELECT organisation_id, id, {}, '{part}', '', created_at FROM sessions WHERE id = {id}",
                account.account_id()
            ));
        };
        names(1, &gives, "trainee");
        names(2, &gives, "trainer");
        assert_eq!(seen(&all), [PROTECTION, TRANSPARENCY]);
        assert_eq!(seen(&one), [PROTECTION, INCLUSION]);
        assert!(seen(&none).is_empty());
        // Nobody chooses what they give.
        steps::session(&administrator, &cohort, "introduction", "2023-05-02");
        steps::session(&administrator, &cohort, "introduction", "2023-06-06");
        assert_eq!(seen(&all)[2..], [INTRODUCTION, INTRODUCTION]);

        // Whoever is no trainer any more works with no cohort; a session may name any member.
        db.sql("UPDATE memberships SET roles = 'hr' WHERE roles = 'trainer'");
        assert!(seen(&all).is_empty());
        assert_eq!(seen(&one), [PROTECTION, INCLUSION]);
    }

    fn a_feed_is_in_its_owners_language_and_says_where_to_meet(db: TestDb) {
        let administrator = Client::of(&db.platform());
        steps::running(&administrator, "TIRANA");
        db.sql("UPDATE sessions SET link = 'https://meet.example/j/1', language = 'sq', accessibility = 'Induction loop'");
        let learner = learner(&administrator, "00001");
        let path = feed(&learner);
        let english = learner.get(&path).expect(200);
        assert!(english.text().contains("X-WR-CALNAME:Training: Municipality of Tirana\r\n"), "{}", english.text());
        for entry in entries(&english) {
            assert!(entry.contains("CONFERENCE;FEATURE=VIDEO;VALUE=URI:https://meet.example/j/1\r\n"), "{entry}");
            assert!(entry.contains("Language: Albanian\\nAccessibility: Induction loop"), "{entry}");
            assert!(entry.contains("ORGANIZER;CN=Municipality of Tirana:mailto:rights-academy@localhost"), "{entry}");
        }
        db.sql("UPDATE accounts SET language = 'sq-AL' WHERE email = '00001@tirana.example'");
        db.sql(r#"UPDATE organisations SET settings = '{"sender":"academy@tirana.example"}'"#);
        let albanian = learner.get(&path).expect(200);
        assert_ne!(albanian.header("etag"), english.header("etag"));
        for entry in entries(&albanian) {
            assert!(entry.contains("Gjuha: shqip\\nAksesueshmëria: Induction loop"), "{entry}");
            assert!(entry.contains(":mailto:academy@tirana.example"), "{entry}");
        }
    }

    fn nothing_of_another_organisation_is_in_a_feed(db: TestDb) {
        let administrator = Client::of(&db.platform());
        steps::running(&administrator, "DURRES");
        let (cohort, _) = steps::running(&administrator, "TIRANA");
        let joins = Joins { roles: &[Role::Learner, Role::Trainer], employee_id: Some("00001"), ..Joins::default() };
        let learner = administrator.member("00001@tirana.example", "TIRANA", joins);
        learner.joins("DURRES", joins);
        administrator.put(&format!("{cohort}/trainers/{}", learner.account_id()), json!({})).expect(204);
        let here = feed(&learner);
        let there = learner.post("/organisations/DURRES/calendar-feed", json!({})).expect(201).json();
        let there = there["address"].as_str().unwrap().strip_prefix(HOME).unwrap().to_owned();
        assert_eq!((shown(&learner, &here).len(), shown(&learner, &there).len()), (3, 3));
        let uids = |path: &str| {
            let entries = entries(&learner.get(path));
            entries.iter().map(|entry| entry.lines().find(|line| line.starts_with("UID")).unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert!(uids(&here).iter().all(|uid| !uids(&there).contains(uid)));
        assert!(!learner.get(&there).text().contains("Tirana"));
    }

    fn ten_thousand_guesses_find_no_feed_and_keep_nobody_from_theirs(db: TestDb) {
        let administrator = Client::of(&db.platform());
        steps::running(&administrator, "TIRANA");
        let path = feed(&learner(&administrator, "00001"));
        let nobody = administrator.with_token(None);
        // All but one sign of it, in its form, and in others.
        let guess = |n: usize| match n % 4 {
            0 => path.replace(".ics", &format!("{n}.ics")),
            1 => format!("/calendar/rk_{n:043}.ics"),
            2 => format!("/calendar/{}.ics", "%C3%A9%00%F0".repeat(n % 9 + 1)),
            _ => format!("{}{}.ics", &path[..path.len() - 5], if path.ends_with("A.ics") { 'B' } else { 'A' }),
        };
        let answers = nobody.send_all((0..10_000).map(|n| ask(&guess(n + 1), 7)));
        let (tried, held) = answers.split_at(300);
        for (n, answer) in tried.iter().enumerate() {
            assert_eq!(answer.status, 404, "try {n}: {}", answer.text());
            assert_eq!(seen(answer), seen(&tried[1]), "try {n}");
        }
        for (n, answer) in held.iter().enumerate() {
            assert_eq!((answer.status, answer.header("retry-after")), (429, "1"), "try {n}");
            assert_eq!(seen(answer), seen(&held[0]), "try {n}");
        }
        // A right guess is not told from a wrong one, and its owner is let in from elsewhere.
        let mut answers = nobody.send_all([ask(&path, 7), ask(&path, 8)]);
        answers.pop().unwrap().expect(200);
        assert_eq!(seen(&answers[0]), seen(&held[0]));
        nobody.platform().clock.advance(chrono::Duration::seconds(1));
        nobody.send_all([ask(&path, 7)]).remove(0).expect(200);
    }

    fn a_schedule_says_where_to_meet_to_those_who_may_know(db: TestDb) {
        let administrator = Client::of(&db.platform());
        let (cohort, _) = steps::running(&administrator, "TIRANA");
        db.sql("UPDATE sessions SET link = 'https://meet.example/j/1'");
        let path = format!("{cohort}/schedule.ics");
        let tells = |client: &Client| {
            let answer = client.get(&path).expect(200);
            assert_eq!(entries(&answer).len(), 4);
            let told = entries(&answer).iter().filter(|entry| entry.contains("meet.example")).count();
            assert!([0, 4].contains(&told));
            told > 0
        };
        let (enrolled, trainer) = (learner(&administrator, "00001"), administrator.with_role("TIRANA", Role::Trainer));
        trainer.get(&path).problem(404, "not-found");
        administrator.put(&format!("{cohort}/trainers/{}", trainer.account_id()), json!({})).expect(204);
        assert!(tells(&enrolled) && tells(&trainer) && tells(&administrator));
        assert!(!tells(&administrator.with_role("TIRANA", Role::Adviser)));
        assert!(!tells(&administrator.with_role("TIRANA", Role::Hr)));
        // Of HR, whoever takes part.
        let both = Joins { roles: &[Role::Hr], employee_id: Some("00002"), ..Joins::default() };
        assert!(tells(&administrator.member("hr2@tirana.example", "TIRANA", both)));
        db.sql("UPDATE enrolments SET state = 'waitlisted'");
        assert!(!tells(&enrolled));
        db.sql("UPDATE enrolments SET state = 'withdrawn'");
        enrolled.get(&path).problem(404, "not-found");
    }

    fn a_schedule_is_a_calendar_in_its_readers_language(db: TestDb) {
        let administrator = Client::of(&db.platform());
        let (cohort, sessions) = steps::running(&administrator, "TIRANA");
        let path = format!("{cohort}/schedule.ics");
        let answer = administrator.get(&path).expect(200);
        assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        let tag = answer.header("etag").to_owned();
        administrator.get_with(&path, ("If-None-Match", &tag)).expect(304);
        assert!(answer.text().contains("\r\nMETHOD:PUBLISH\r\n") && !answer.text().contains("ATTENDEE"));
        assert_eq!(shown(&administrator, &path), [INTRODUCTION, PROTECTION, INCLUSION, TRANSPARENCY]);
        db.sql("UPDATE accounts SET language = 'sq'");
        assert_eq!(shown(&administrator, &path)[1], r"Kontrolli\, siguria dhe mbrojtja e të dhënave");
        // What was cancelled is out of it once it would be over.
        let id = sessions[3].rsplit('/').next().unwrap();
        db.sql(&format!("UPDATE sessions SET cancelled_at = created_at WHERE id = {id}"));
        assert_eq!(shown(&administrator, &path).len(), 3);
        db.sql(&format!("UPDATE sessions SET ends_at = '2023-04-03 09:00:01' WHERE id = {id}"));
        assert!(shown(&administrator, &path)[3].ends_with(" CANCELLED"));
    }
}
