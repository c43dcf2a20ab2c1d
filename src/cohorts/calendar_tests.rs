use std::collections::BTreeMap;

use super::*;
use crate::catalogue::{Programme, Rule};
use crate::cohorts::State;
use crate::platform::i18n::texts::assert_complete;
use crate::platform::ids::{CohortId, OrganisationId, SessionId};

fn by_language(texts: &[(&str, &str)]) -> BTreeMap<String, String> {
    texts.iter().map(|(language, text)| ((*language).to_owned(), (*text).to_owned())).collect()
}

fn programme() -> ProgrammeSnapshot {
    let titles = by_language(&[("en", "Data protection"), ("sq", "Mbrojtja e të dhënave")]);
    ProgrammeSnapshot {
        programme: Programme {
            code: "rights".to_owned(),
            version: 1,
            titles: by_language(&[("en", "Digital rights"), ("sq", "Të drejtat dixhitale")]),
            summaries: BTreeMap::new(),
            modules: vec!["data-protection".to_owned()],
            threshold_percent: 75,
            rule: Rule { levels: Vec::new() },
        },
        module_titles: BTreeMap::from([("data-protection".to_owned(), titles)]),
    }
}

fn time(text: &str) -> chrono::NaiveDateTime {
    text.parse().expect("a time")
}

fn cohort() -> Cohort {
    Cohort {
        id: CohortId(1),
        organisation_id: OrganisationId(1),
        programme_code: "rights".to_owned(),
        name: "Winter 2026".to_owned(),
        locale: "sq".to_owned(),
        state: State::Open,
        threshold_percent: 75,
        programme: None,
        settings: "{}".to_owned(),
        created_at: time("2026-01-01T00:00:00"),
        changed_at: time("2026-01-01T00:00:00"),
        terms: "{}".to_owned(),
        first_day: None,
        last_day: None,
        reminders: "[]".to_owned(),
    }
}

/// A hybrid session of which everything is known.
fn session() -> Session {
    Session {
        id: SessionId(1),
        cohort_id: CohortId(1),
        module_code: "data-protection".to_owned(),
        starts_at: time("2026-12-01T09:00:00"),
        ends_at: time("2026-12-01T11:00:00"),
        zone: "Europe/Tirane".to_owned(),
        starts_local: time("2026-12-01T10:00:00"),
        ends_local: time("2026-12-01T12:00:00"),
        mode: Mode::Hybrid,
        capacity: None,
        uid: "session-1@rights-academy".to_owned(),
        sequence: 2,
        created_at: time("2026-01-02T00:00:00"),
        changed_at: time("2026-01-03T00:00:00"),
        online_capacity: None,
        link: "https://meet.example/j/1?pwd=a".to_owned(),
        place: "Town hall".to_owned(),
        room: "4".to_owned(),
        directions: "Bus 3".to_owned(),
        accessibility: "Lift, induction loop".to_owned(),
        language: "sq-AL".to_owned(),
        interpretation: "en sgn-AL tlh".to_owned(),
        head_count_only: false,
        head_count: None,
        cancelled_at: None,
        cancel_reason: None,
        clash_override: None,
    }
}

/// Nothing but times.
fn bare(mode: Mode) -> Session {
    Session {
        mode,
        link: String::new(),
        place: String::new(),
        room: String::new(),
        directions: String::new(),
        accessibility: String::new(),
        language: String::new(),
        interpretation: String::new(),
        ..session()
    }
}

fn event_in(session: &Session, language: &str, with_link: bool) -> Event {
    let organizer = Mailbox::new("City of Tirana", "academy@tirana.example").expect("an address");
    let (cohort, programme) = (cohort(), programme());
    let context =
        Context { cohort: &cohort, programme: &programme, organizer: &organizer, language, with_link };
    event(session, &context)
}

#[test]
fn every_language_has_every_text_with_the_same_places() {
    assert_complete(FILES);
}

#[test]
fn an_entry_says_what_people_should_know() {
    let event = event_in(&session(), "en", true);
    assert_eq!((event.uid.as_str(), event.sequence), ("session-1@rights-academy", 2));
    assert_eq!((event.summary.as_str(), event.location.as_str()), ("Data protection", "Town hall, room 4"));
    assert_eq!(
        event.description.lines().collect::<Vec<_>>(),
        [
            "Programme: Digital rights",
            "Group: Winter 2026",
            "Held: in person and online",
            "To take part online: https://meet.example/j/1?pwd=a",
            "Language: Albanian",
            "Interpreted into: English, sign language, tlh",
            "Accessibility: Lift, induction loop",
            "How to get there: Bus 3",
        ]
    );
    assert_eq!(event.conference.as_ref().map(Url::as_str), Some("https://meet.example/j/1?pwd=a"));
    assert_eq!((event.zone, event.starts.local), (chrono_tz::Europe::Tirane, time("2026-12-01T10:00:00")));
    assert_eq!((event.status, event.categories), (Status::Confirmed, vec!["Digital rights".to_owned()]));
    assert_eq!((event.created, event.last_modified), (session().created_at, session().changed_at));
}

#[test]
fn it_is_in_the_language_of_its_reader_or_in_english() {
    let albanian = event_in(&session(), "sq-AL", true);
    assert_eq!((albanian.language.as_str(), albanian.summary.as_str()), ("sq", "Mbrojtja e të dhënave"));
    assert!(albanian.description.starts_with("Programi: Të drejtat dixhitale\nGrupi: Winter 2026\n"));
    // Our own words are in French, the module's title is not.
    let french = event_in(&session(), "fr", true);
    assert_eq!((french.language.as_str(), french.summary.as_str()), ("fr", "Data protection"));
    assert!(
        french.description.contains("Langue : albanais\nInterprétation : anglais, langue des signes, tlh\n")
    );
    let unknown = event_in(&session(), "xx", true);
    assert!(unknown == Event { language: "en".to_owned(), ..event_in(&session(), "en", true) });
    for (language, _) in FILES {
        let all = to_be_booked(event_in(&session(), language, true));
        let said =
            format!("{} {} {} {}", all.summary, all.description, all.location, feed_name("X", language));
        assert!(!said.contains(['{', '}']), "{said}");
    }
}

#[test]
fn the_link_is_for_those_who_may_have_it() {
    let event = event_in(&session(), "en", false);
    assert_eq!(event.conference, None);
    assert!(!event.description.contains("meet.example"), "{}", event.description);
}

#[test]
fn nothing_is_said_of_what_is_not_known() {
    for (mode, held, location) in [
        (Mode::Online, "online", "Online"),
        (Mode::InPerson, "in person", ""),
        (Mode::Hybrid, "in person and online", ""),
    ] {
        let event = event_in(&bare(mode), "en", true);
        let lines = format!("Programme: Digital rights\nGroup: Winter 2026\nHeld: {held}");
        assert_eq!((event.description, event.location.as_str()), (lines, location));
        assert_eq!(event.conference, None);
    }
    let room = Session { room: "4".to_owned(), ..bare(Mode::InPerson) };
    assert_eq!(event_in(&room, "en", true).location, "room 4");
    let unknown = Session { module_code: "gone".to_owned(), ..bare(Mode::Online) };
    assert_eq!(event_in(&unknown, "en", true).summary, "gone");
}

#[test]
fn a_cancelled_session_says_so_and_why() {
    let cancelled = Session {
        cancelled_at: Some(time("2026-02-01T00:00:00")),
        cancel_reason: Some("The trainer is ill.".to_owned()),
        ..session()
    };
    let event = event_in(&cancelled, "en", true);
    assert!(event.description.starts_with("Cancelled: The trainer is ill.\nProgramme: "));
    assert_eq!((event.status, event.last_modified), (Status::Cancelled, time("2026-02-01T00:00:00")));
    // A session that was brought back keeps no reason.
    let back = Session { cancelled_at: None, ..cancelled };
    assert!(event_in(&back, "en", true).description.starts_with("Programme: "));
}

#[test]
fn a_session_that_is_still_to_be_chosen_is_marked() {
    let event = to_be_booked(event_in(&session(), "en", true));
    assert_eq!(
        (event.summary.as_str(), event.status),
        ("Data protection (choose one session)", Status::Tentative)
    );
    let cancelled = Session { cancelled_at: Some(time("2026-02-01T00:00:00")), ..session() };
    assert_eq!(to_be_booked(event_in(&cancelled, "en", true)).status, Status::Cancelled);
}
