//! Calendar objects are read by `vobject` and `icalendar`, which resolve each time by zone data of their own and by the
//! definition in the object alone.

use std::io::Write;
use std::process::{Command, Stdio};

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::{Asia, Europe, TZ_VARIANTS, Tz};
use rights_academy::access::Role;
use rights_academy::platform::calendar::{
    Attendee, Event, Participation, Status, cancellation, invitation, schedule,
};
use rights_academy::platform::local_time::{Moment, resolve};
use rights_academy::platform::mail::{CalendarPart, Mailbox};
use serde_json::{Value, json};

use crate::api::client::Client;
use crate::api::steps;
use crate::support::accounts::{HOME, Joins};
use crate::support::databases::TestDb;
use crate::support::pilot;

/// Zones whose rules have changed since the zone data that the program has (`chrono_tz::IANA_TZDB_VERSION`, 2025b): the
/// judge's are newer, so of these only the definition in the object is asked.
const CHANGED_SINCE: [&str; 13] = [
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "America/Edmonton",
    "America/Havana",
    "America/Inuvik",
    "America/Rainy_River",
    "America/Vancouver",
    "America/Winnipeg",
    "America/Yellowknife",
    "Canada/Central",
    "Canada/Mountain",
    "Canada/Pacific",
    "Cuba",
];

/// What the judge is told of an object.
fn object(name: &str, method: &str, text: &str, attendees: &[&str], events: &[Value]) -> Value {
    json!({
        "name": name,
        "method": method,
        "text": text,
        "attendees": attendees,
        "zone_data": !CHANGED_SINCE.contains(&name),
        "events": events,
    })
}

/// What an object must say of an event: all that it was told.
fn all_of(event: &Event) -> Value {
    json!({
        "uid": event.uid,
        "sequence": event.sequence,
        "status": match event.status {
            Status::Confirmed => "CONFIRMED",
            Status::Tentative => "TENTATIVE",
            Status::Cancelled => "CANCELLED",
        },
        "zone": event.zone.name(),
        "starts": event.starts.utc,
        "ends": event.ends.utc,
        "summary": event.summary,
        "description": event.description,
        "location": event.location,
        "categories": event.categories,
    })
}

/// What the judge has to say against these objects.
#[track_caller]
fn complaints(objects: &[Value]) -> Vec<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/external/calendar-judge");
    let mut judge = Command::new("python3")
        .arg(script)
        // The zone data of the pinned package, and not what the machine happens to have.
        .env("PYTHONTZPATH", "")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let asked = serde_json::to_vec(objects).unwrap();
    let is_asked = judge.stdin.take().unwrap().write_all(&asked).is_ok();
    let answer = judge.wait_with_output().unwrap();
    assert!(
        is_asked && answer.status.success(),
        "the judge did not finish; run `make test`, or put what tests/tools/setup prints before PATH"
    );
    serde_json::from_slice(&answer.stdout).unwrap()
}

#[track_caller]
fn assert_understood(objects: &[Value]) {
    let complaints = complaints(objects);
    assert!(complaints.is_empty(), "{}", complaints[..complaints.len().min(20)].join("\n"));
}

fn time(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

/// Two hours from a local time on; the first of two equal ones.
fn event(zone: Tz, local: NaiveDateTime) -> Event {
    let starts = resolve(local, zone).unwrap_or_else(|unclear| unclear.choices[0].into());
    let ends = zone.from_utc_datetime(&(starts.utc + TimeDelta::hours(2)));
    Event {
        uid: format!("{}-{}@academy.example", starts.utc.format("%Y%m%d%H%M"), zone.name().replace('/', "-")),
        sequence: 3,
        summary: "Digital rights".to_owned(),
        description: String::new(),
        location: String::new(),
        conference: None,
        zone,
        starts,
        ends: ends.fixed_offset().into(),
        organizer: Mailbox::new("City of Tirana", "academy@tirana.example").unwrap(),
        status: Status::Confirmed,
        categories: Vec::new(),
        language: "en".to_owned(),
        created: time("2026-01-02T03:04:05"),
        last_modified: time("2026-02-03T04:05:06"),
    }
}

fn attendee(name: &str) -> Attendee {
    let mailbox = Mailbox::new(name, "bora@city.example").unwrap();
    Attendee { mailbox, participation: Participation::Accepted, rsvp: false }
}

const BORA: &str = "mailto:bora@city.example";

fn invited(name: &str, part: &CalendarPart, event: &Event) -> Value {
    object(name, part.method.as_str(), &part.text, &[BORA], &[all_of(event)])
}

#[test]
fn times_are_the_same_in_every_zone_of_the_world() {
    let begin: NaiveDate = "2026-01-01".parse().unwrap();
    let days = (0..12).map(|nth| begin + Days::new(nth * 61));
    let times: Vec<NaiveDateTime> = days.map(|day| day.and_hms_opt(10, 0, 0).unwrap()).collect();
    let of_zone = |zone: &Tz| {
        let events: Vec<Event> = times.iter().map(|time| event(*zone, *time)).collect();
        let wanted: Vec<Value> = events.iter().map(all_of).collect();
        object(zone.name(), "PUBLISH", &schedule(zone.name(), &events), &[], &wanted)
    };
    assert_understood(&TZ_VARIANTS.iter().map(of_zone).collect::<Vec<_>>());
}

#[test]
fn times_are_the_same_around_each_change_of_the_clock() {
    let mut objects = Vec::new();
    for zone in [Europe::Dublin, Europe::Tirane] {
        for change in ["2026-03-29T00:00:00", "2026-10-25T00:00:00"] {
            for quarter in -16..32 {
                // In UTC, so that both of two equal local times are among them.
                let starts = time(change) + TimeDelta::minutes(quarter * 15);
                let at = |utc: NaiveDateTime| Moment::from(zone.from_utc_datetime(&utc).fixed_offset());
                let (starts, ends) = (at(starts), at(starts + TimeDelta::minutes(90)));
                let event = Event { starts, ends, ..event(zone, starts.local) };
                let part = invitation(&event, &attendee("Bora"));
                objects.push(invited(&format!("{zone} {}", starts.utc), &part, &event));
            }
        }
    }
    assert_understood(&objects);
}

#[test]
fn a_schedule_of_nothing_is_understood() {
    assert_understood(&[object("nothing", "PUBLISH", &schedule("", &[]), &[], &[])]);
}

#[test]
fn the_judge_finds_what_is_wrong() {
    let event = event(Europe::Dublin, time("2026-07-01T10:00:00"));
    let right = invitation(&event, &attendee("Bora")).text;
    for (from, to, complaint) in [
        ("SEQUENCE:3\r\n", "SEQUENCE:3\n", "not CR LF"),
        ("SUMMARY;LANGUAGE=en:", &format!("X-A:{}\r\nSUMMARY;LANGUAGE=en:", "a".repeat(72)), "76 octets"),
        ("TZOFFSETTO:+0100", "TZOFFSETTO:+0200", "by its own definition"),
        ("TZOFFSETTO:+0100", "TZOFFSETTO:+0200", "vobject: 202607010900"),
        ("T100000", "T103000", "by zoneinfo"),
        ("TZID:Europe/Dublin", "TZID:Europe/London", "is not defined"),
        ("UID:2026", "X-UID:2026", "cannot be read: ValidateError"),
        ("Digital rights", "Digital\\, rights", "summary is"),
        ("METHOD:REQUEST", "METHOD:PUBLISH", "the method is"),
    ] {
        assert!(right.contains(from), "{from} is not in {right}");
        let wrong = right.replace(from, to);
        let found = complaints(&[object("wrong", "REQUEST", &wrong, &[BORA], &[all_of(&event)])]);
        assert!(found.iter().any(|told| told.contains(complaint)), "{complaint}: {found:#?}");
    }
}

/// A sentence of each language that the academy speaks.
const SENTENCES: [(&str, &str); 8] = [
    ("en", "“You have the right to know”, it says; that is: all of you."),
    ("sq", "Të drejtat dixhitale të njeriut, çështje për të gjithë: përgjegjësi, zë, ëndërr."),
    ("bg", "Цифровите права на човека; защита на личните данни, всеки ден, на всяко гише."),
    ("fr", "Les droits numériques : où s’arrêtent-ils, à l’œuvre, chez l’élève, l’été ?"),
    ("nl", "Digitale rechten; geïnformeerde burgers, coördinatie, één loket."),
    ("ga", "Cearta digiteacha an duine; oiliúint d’fhostaithe na cathrach, gach Mháirt."),
    ("es", "¿Qué derechos digitales tiene la ciudadanía? ¡Mañana, sesión práctica; inscríbase!"),
    ("pt", "Direitos digitais: proteção de dados, educação, participação; até amanhã."),
];

#[test]
fn text_arrives_as_it_was_written_in_eight_languages() {
    let ten = time("2026-03-30T10:00:00");
    let mut objects = Vec::new();
    for (language, sentence) in SENTENCES {
        // An agenda as long as the day, and each width of a folded line.
        for repeats in [1, 2, 3, 40] {
            let event = Event {
                summary: sentence.to_owned(),
                description: format!("{}\n\n\t– {sentence}", [sentence].repeat(repeats).join("\n")),
                location: format!("{sentence} 📍"),
                categories: vec![sentence.to_owned(), "👩🏽‍💻 a,b;c".to_owned()],
                language: language.to_owned(),
                conference: "https://meet.example/j/1;x=a,b?pwd=%20&y".parse().ok(),
                organizer: Mailbox::new(sentence, "academy@tirana.example").unwrap(),
                ..event(Europe::Tirane, ten)
            };
            let attendee = attendee(sentence);
            let cancelled = Event { status: Status::Cancelled, ..event.clone() };
            objects.push(invited(language, &invitation(&event, &attendee), &event));
            objects.push(invited(language, &cancellation(&cancelled, &attendee), &cancelled));
            // One person leaves it: nothing is said of whether it takes place.
            let mut left = invited(language, &cancellation(&event, &attendee), &event);
            left["events"][0]["status"] = json!("");
            objects.push(left);
            let all = [event, cancelled];
            let text = schedule(sentence, &all);
            objects.push(object(language, "PUBLISH", &text, &[], &all.each_ref().map(all_of)));
        }
    }
    assert_understood(&objects);
}

#[test]
fn hostile_text_is_text() {
    let long = "🧑🏿‍🤝‍🧑🏻 ë, ".repeat(3_000);
    let shortened: String = long.chars().take(10_000).chain(['…']).collect();
    // What is written, and what may be read of it.
    let texts = [
        ("a\r\nATTENDEE:mailto:eve@x.example\r\nEND:VEVENT\r\n", None),
        ("a\rBEGIN:VALARM\u{2028}b\u{85}c\u{b}d", Some("a\nBEGIN:VALARM\nb\nc\nd")),
        ("a\0b\u{1b}[31mc\u{7f}\u{9b}d", Some("ab[31mcd")),
        ("C:\\new\\;\\,\\n \\\\n \\", None),
        ("\";CN=\"Eve\":mailto:eve@x.example", None),
        (" begins and ends with space ", None),
        ("\n\n x\n y\n", None),
        ("x^n^'^^", None),
        ("=?utf-8?b?RnRlc8Or?= <b>&amp;%0D%0A", None),
        ("\u{202e}right to left\u{202c} \u{feff}\u{200b}", None),
        (long.as_str(), Some(shortened.as_str())),
    ];
    let mut objects = Vec::new();
    for (text, read) in texts {
        let read = read.map_or_else(|| text.replace("\r\n", "\n"), str::to_owned);
        let with = |text: &str| Event {
            uid: format!("x{text}"),
            summary: text.to_owned(),
            description: text.to_owned(),
            location: text.to_owned(),
            categories: vec![text.to_owned(), "plain".to_owned()],
            language: text.to_owned(),
            organizer: Mailbox::new(text, "academy@tirana.example").unwrap(),
            ..event(Asia::Kathmandu, time("2026-03-30T10:00:00"))
        };
        let mut expected = all_of(&with(&read));
        if read.ends_with('…') {
            // The x in front counts too.
            let uid: String = format!("x{text}").chars().take(10_000).chain(['…']).collect();
            expected["uid"] = json!(uid);
        }
        let name = text.chars().take(20).collect::<String>();
        let part = invitation(&with(text), &attendee(text));
        objects.push(object(&name, "REQUEST", &part.text, &[BORA], &[expected.clone()]));
        objects.push(object(&name, "PUBLISH", &schedule(text, &[with(text)]), &[], &[expected]));
    }
    assert_understood(&objects);
}

/// The pilot's sessions in the language of its documents: uid, title, start and end.
const PILOT: [[&str; 4]; 4] = [
    [
        "session-102217c41ed7b8404fdcde1111ca9de3@rights-academy",
        "Hyrje në të drejtat dixhitale të njeriut",
        "2023-01-17T09:00:00",
        "2023-01-17T11:00:00",
    ],
    [
        "session-ca06c06d5103b12672ed9a52a832359b@rights-academy",
        "Kontrolli, siguria dhe mbrojtja e të dhënave",
        "2023-02-07T09:00:00",
        "2023-02-07T11:00:00",
    ],
    [
        "session-eeeadaf481214b8cea1e40924e70e335@rights-academy",
        "Përfshirja dixhitale, barazia dhe ekuiteti",
        "2023-02-28T09:00:00",
        "2023-02-28T11:00:00",
    ],
    [
        "session-760aed5607a291d6e40336e1b7d75805@rights-academy",
        "Transparenca dhe llogaridhënia",
        "2023-03-21T09:00:00",
        "2023-03-21T11:00:00",
    ],
];

/// What the pilot's schedule says of one of them.
fn of_pilot([uid, title, starts, ends]: [&str; 4], more: &str, location: &str) -> Value {
    json!({
        "uid": uid,
        "sequence": 0,
        "status": "CONFIRMED",
        "zone": "Europe/Tirane",
        "starts": starts,
        "ends": ends,
        "summary": title,
        "description": format!("Programi: Të drejtat dixhitale të njeriut\nGrupi: Winter 2023\nZhvillohet: {more}"),
        "location": location,
        "categories": ["Të drejtat dixhitale të njeriut"],
    })
}

#[test]
fn the_schedule_of_a_processed_folder_is_understood() {
    let processed = pilot::process(&TestDb::sqlite().platform(), &pilot::dir()).unwrap();
    let events = PILOT.map(|session| of_pilot(session, "në internet", "Në internet"));
    assert_understood(&[object("process", "PUBLISH", &processed.schedule, &[], &events)]);
}

#[test]
fn feeds_and_schedules_that_are_served_are_understood() {
    let db = TestDb::sqlite();
    let administrator = Client::of(&db.platform());
    let (cohort, _) = steps::running(&administrator, "TIRANA");
    let joins = Joins { roles: &[Role::Learner], employee_id: Some("00001"), ..Joins::default() };
    let learner = administrator.member("00001@tirana.example", "TIRANA", joins);
    // Whatever trainers write into their fields.
    db.sql(
        "UPDATE accounts SET language = 'sq'; \
         UPDATE sessions SET mode = 'hybrid', link = 'https://meet.example/j/1;x=a,b?pwd=%20&y', place = 'Bashkia; \"Tirana\"', \
             room = 'a,b' || char(13) || char(10) || 'END:VEVENT', accessibility = 'Ashensor' || char(10) || '\\n, 👩🏽‍💻', \
             language = 'sq', interpretation = 'en sgn';",
    );
    let path = learner.post("/organisations/TIRANA/calendar-feed", json!({})).expect(201);
    let path = path.json()["address"].as_str().unwrap().strip_prefix(HOME).unwrap().to_owned();
    let told = "Gjuha: shqip\nMe përkthim në: anglisht, gjuha e shenjave\nAksesueshmëria: Ashensor\n\\n, 👩🏽‍💻";
    let location = "Bashkia; \"Tirana\", salla a,b\nEND:VEVENT";
    let online = "Për të marrë pjesë në internet: https://meet.example/j/1;x=a,b?pwd=%20&y";
    let events = PILOT.map(|session| {
        of_pilot(session, &format!("me praninë tuaj dhe në internet\n{online}\n{told}"), location)
    });
    let [schedule, feed] =
        [&format!("{cohort}/schedule.ics"), &path].map(|path| learner.get(path).expect(200).text());
    assert_understood(&[
        object("schedule", "PUBLISH", &schedule, &[], &events),
        object("feed", "PUBLISH", &feed, &[], &events[1..]),
    ]);

    // Of two sessions of a module one is to be chosen, and what is cancelled is no longer to come.
    db.sql(
        "UPDATE sessions SET module_code = 'introduction' WHERE module_code = 'transparency'; \
         UPDATE sessions SET cancelled_at = created_at, cancel_reason = 'Sëmundje; shtyhet', sequence = 1 \
             WHERE module_code = 'digital-inclusion';",
    );
    administrator.platform().clock.advance(TimeDelta::days(-90));
    let mut events = events;
    for event in [0, 3] {
        let hint = "Ky modul jepet disa herë dhe ju ende nuk keni zgjedhur një seancë. Sapo ta zgjidhni, të tjerat \
                    largohen nga kalendari juaj.";
        let description = format!("{hint}\n{}", events[event]["description"].as_str().unwrap());
        events[event]["summary"] = json!(format!("{} (zgjidhni një seancë)", PILOT[0][1]));
        events[event]["status"] = json!("TENTATIVE");
        events[event]["description"] = json!(description);
    }
    let description = format!("Anuluar: Sëmundje; shtyhet\n{}", events[2]["description"].as_str().unwrap());
    events[2]["description"] = json!(description);
    events[2]["status"] = json!("CANCELLED");
    events[2]["sequence"] = json!(1);
    let feed = learner.with_token(None).get(&path).expect(200).text();
    assert_understood(&[object("feed", "PUBLISH", &feed, &[], &events)]);
}
