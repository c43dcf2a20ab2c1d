use chrono_tz::Europe;
use proptest::prelude::*;

use super::*;

fn time(text: &str) -> NaiveDateTime {
    text.parse().expect("a time")
}

fn mailbox(name: &str, address: &str) -> Mailbox {
    Mailbox::new(name, address).expect("an address")
}

fn event() -> Event {
    Event {
        uid: "session-12@academy.example".to_owned(),
        sequence: 2,
        summary: "Të drejtat dixhitale; hyrje".to_owned(),
        description: "Line one\nline two, C:\\new".to_owned(),
        location: "Bashkia, salla 4".to_owned(),
        conference: Some(Url::parse("https://meet.example/a,b;c?d=1").expect("an address")),
        zone: Europe::Tirane,
        starts: resolve(time("2026-03-30T10:00:00"), Europe::Tirane).expect("a moment"),
        ends: resolve(time("2026-03-30T12:30:00"), Europe::Tirane).expect("a moment"),
        organizer: mailbox("Bashkia e Tiranës", "academy@tirana.example"),
        status: Status::Confirmed,
        categories: vec!["Rights, digital".to_owned(), "Training".to_owned()],
        language: "sq".to_owned(),
        created: time("2026-01-02T03:04:05"),
        last_modified: time("2026-02-03T04:05:06"),
    }
}

fn bora(participation: Participation) -> Attendee {
    Attendee { mailbox: mailbox("Çela, Bora", "bora+x%y@city.example"), participation, rsvp: false }
}

fn lines(text: &str) -> Vec<String> {
    let unfolded = text.replace("\r\n ", "");
    unfolded.split_terminator("\r\n").map(str::to_owned).collect()
}

/// The object without its zones.
fn without_zones(text: &str) -> Vec<String> {
    let mut in_zone = false;
    let outside = |line: &String| {
        in_zone |= line == "BEGIN:VTIMEZONE";
        let is_outside = !in_zone;
        in_zone &= line != "END:VTIMEZONE";
        is_outside
    };
    lines(text).into_iter().filter(outside).collect()
}

#[test]
fn an_invitation_says_all_of_an_event() {
    let part = invitation(&event(), &bora(Participation::Accepted));
    assert_eq!(part.method, Method::Request);
    assert_eq!(
        without_zones(&part.text),
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//rights-academy//rights-academy//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            "CONFERENCE;FEATURE=VIDEO;VALUE=URI:https://meet.example/a,b;c?d=1",
            "CREATED:20260102T030405Z",
            "DESCRIPTION;LANGUAGE=sq:Line one\\nline two\\, C:\\\\new",
            "DTEND;TZID=Europe/Tirane:20260330T123000",
            "DTSTAMP:20260203T040506Z",
            "DTSTART;TZID=Europe/Tirane:20260330T100000",
            "LAST-MODIFIED:20260203T040506Z",
            "LOCATION;LANGUAGE=sq:Bashkia\\, salla 4",
            "ORGANIZER;CN=Bashkia e Tiranës:mailto:academy@tirana.example",
            "SEQUENCE:2",
            "STATUS:CONFIRMED",
            "SUMMARY;LANGUAGE=sq:Të drejtat dixhitale\\; hyrje",
            "UID:session-12@academy.example",
            "URL:https://meet.example/a,b;c?d=1",
            "ATTENDEE;CN=\"Çela, Bora\";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;\
             RSVP=FALSE:mailto:bora+x%25y@city.example",
            "CATEGORIES:Rights\\, digital,Training",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    );
    assert!(part.text.contains("BEGIN:VTIMEZONE\r\nTZID:Europe/Tirane\r\n"), "{}", part.text);
}

#[test]
fn a_cancellation_is_of_the_same_entry() {
    for status in [Status::Confirmed, Status::Cancelled] {
        let event = Event { status, ..event() };
        let part = cancellation(&event, &bora(Participation::NeedsAction));
        assert_eq!(part.method, Method::Cancel);
        let lines = lines(&part.text);
        for line in ["METHOD:CANCEL", "UID:session-12@academy.example", "SEQUENCE:2"] {
            assert!(lines.contains(&line.to_owned()), "{line}: {lines:#?}");
        }
        assert_eq!(part.text.matches("ATTENDEE").count(), 1);
        // Where one person goes, nothing is said of the event (RFC 5546, 3.2.5).
        let told = lines.iter().find(|line| line.starts_with("STATUS"));
        let expected = (status == Status::Cancelled).then(|| "STATUS:CANCELLED".to_owned());
        assert_eq!(told, expected.as_ref());
    }
}

#[test]
fn a_schedule_names_itself_and_nobody() {
    let cancelled = Event { status: Status::Cancelled, uid: "session-13".to_owned(), ..event() };
    let text = schedule("Winter, 2026;\r\nX-A:b", &[event(), cancelled]);
    let all = without_zones(&text);
    assert_eq!(
        all[4..10],
        [
            "METHOD:PUBLISH",
            "NAME;VALUE=TEXT:Winter\\, 2026\\;\\nX-A:b",
            "X-WR-CALNAME:Winter\\, 2026\\;\\nX-A:b",
            "LAST-MODIFIED:20260203T040506Z",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "X-PUBLISHED-TTL:PT1H",
        ]
    );
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 2);
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 1);
    assert_eq!(text.matches("STATUS:CANCELLED").count(), 1);
    assert!(!text.contains("ATTENDEE"), "{text}");
    assert_eq!(
        text,
        schedule(
            "Winter, 2026;\r\nX-A:b",
            &[event(), Event { status: Status::Cancelled, uid: "session-13".to_owned(), ..event() }]
        )
    );
}

#[test]
fn a_schedule_without_events_holds_a_component() {
    let text = schedule("", &[]);
    assert_eq!(without_zones(&text).len(), 10);
    assert!(
        text.contains("BEGIN:VTIMEZONE\r\nTZID:UTC\r\n") && text.ends_with("END:VCALENDAR\r\n"),
        "{text}"
    );
}

#[test]
fn the_second_of_two_equal_local_times_is_written_in_utc() {
    let local = time("2026-10-25T02:30:00");
    let both = resolve(local, Europe::Tirane).expect_err("it happens twice").choices;
    let ends = resolve(time("2026-10-25T04:00:00"), Europe::Tirane).expect("a moment");
    let [first, second] = [both[0], both[1]].map(|starts| {
        let event = Event { starts: starts.into(), ends, ..event() };
        lines(&invitation(&event, &bora(Participation::Accepted)).text)
    });
    assert!(first.contains(&"DTSTART;TZID=Europe/Tirane:20261025T023000".to_owned()), "{first:#?}");
    assert!(first.contains(&"DTEND;TZID=Europe/Tirane:20261025T040000".to_owned()), "{first:#?}");
    assert!(second.contains(&"DTSTART:20261025T013000Z".to_owned()), "{second:#?}");
    assert!(second.contains(&"DTEND:20261025T030000Z".to_owned()), "{second:#?}");
}

/// The names of the properties in order, whatever their parameters and values are.
fn names(text: &str) -> Vec<String> {
    let name = |line: String| line.split([':', ';']).next().unwrap_or_default().to_owned();
    lines(text).into_iter().map(name).collect()
}

proptest! {
    #[test]
    fn no_text_makes_a_property_a_parameter_or_a_long_line(
        texts in prop::array::uniform5("(?s)[\\x20-\\x7e]{0,20}(\r\n|\r|\n|\"|;|:|,|\\\\|\\^)?.{0,200}"),
        name in "(?s)[\":;,\\^\\\\a-z\r\n\u{85}\u{2028} ]{0,60}",
    ) {
        let plain = invitation(&event(), &bora(Participation::Accepted)).text;
        let [uid, summary, description, location, category] = texts.map(|text| format!("x{text}"));
        let organizer = mailbox(&format!("x{name}"), "a@x.example");
        let language = name.clone();
        let categories = vec![category];
        let hostile = Event { uid, summary, description, location, categories, organizer, language, ..event() };
        let attendee = Attendee { mailbox: mailbox(&format!("x{name}"), "b@x.example"), ..bora(Participation::Accepted) };
        let text = invitation(&hostile, &attendee).text;
        prop_assert_eq!(names(&text), names(&plain));
        prop_assert!(text.split("\r\n").all(|line| line.len() <= 75));
        prop_assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        let organizer = lines(&text).into_iter().find(|line| line.starts_with("ORGANIZER")).unwrap_or_default();
        prop_assert!(organizer.ends_with(":mailto:a@x.example"), "{}", organizer);
        let inside = organizer.trim_start_matches("ORGANIZER;CN=").trim_end_matches(":mailto:a@x.example");
        let is_quoted = inside.len() > 1 && inside.starts_with('"') && inside.ends_with('"');
        let inner = if is_quoted { &inside[1..inside.len() - 1] } else { inside };
        prop_assert!(!inner.contains('"') && (is_quoted || !inner.contains([':', ';', ','])), "{}", organizer);
    }
}
