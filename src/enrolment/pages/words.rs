//! A training in words, for the templates: pure.

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use serde_json::Value as Json;

use super::{Pen, field};
use crate::cohorts::materials::Material;
use crate::enrolment::bookings::Mode;
use crate::enrolment::mails::{SessionFacts, language_name};
use crate::enrolment::rules::Refusal;
use crate::enrolment::service::bookings::{Choice, Place};
use crate::enrolment::service::open::OpenCohort;
use crate::enrolment::service::training::{Meeting, Training};
use crate::enrolment::{Enrolment, Standing, State};
use crate::platform::i18n::dates;
use crate::platform::i18n::texts::{FluentValue, Texts};
use crate::platform::local_time::in_zone;
use crate::platform::mail::letter::{Fact, Value};
use crate::platform::text::tidy;

/// Something with a name.
pub struct Row {
    pub name: String,
    pub text: String,
    /// It is an address to follow.
    pub is_link: bool,
}

impl Row {
    fn text(name: String, text: String) -> Row {
        Row { name, text, is_link: false }
    }

    fn of(fact: Fact) -> impl Iterator<Item = Row> {
        let Fact { name, values } = fact;
        values.into_iter().map(move |value| match value {
            Value::Text(text) => Row::text(name.clone(), text),
            Value::Link(text) => Row { name: name.clone(), text, is_link: true },
        })
    }
}

/// A session.
pub struct ShownSession {
    pub title: String,
    pub rows: Vec<Row>,
    pub materials: Vec<ShownMaterial>,
}

/// Something that belongs to a session.
pub struct ShownMaterial {
    pub title: String,
    pub url: String,
    /// What it is, and its language where that is said.
    pub hint: String,
}

/// A module whose session is to be chosen.
pub struct ShownChoice {
    pub title: String,
    pub places: Vec<ShownPlace>,
    /// The session whose place they have, to be given up.
    pub theirs: Option<String>,
}

/// One that can be chosen.
pub struct ShownPlace {
    /// `SESSION-MODE`
    pub value: String,
    pub words: String,
    pub hint: Option<String>,
    pub is_theirs: bool,
    pub is_full: bool,
}

/// What a training is, besides its sessions: its language, its days, its seats, until when one can enrol.
pub fn facts(pen: &Pen, training: &Training) -> Vec<Row> {
    let (texts, cohort) = (&pen.texts, &training.open.cohort);
    let row = |id: &str, text: String| Row::text(texts.say(id), text);
    let mut rows = vec![
        row("fact-organisation", training.organisation.clone()),
        row("fact-language", language_name(&cohort.locale, pen.language())),
    ];
    let day = |day| dates::weekday_date(day, pen.language());
    rows.extend(match (cohort.first_day, cohort.last_day) {
        (Some(first), Some(last)) => {
            let days = [("first", day(first).into()), ("last", day(last).into())];
            Some(row("fact-days", texts.fill("days-between", &days)))
        }
        _ => None,
    });
    rows.push(row("fact-seats", seats(texts, &training.open)));
    let window = &training.open.terms.window;
    let at = |time| moment(pen, time, training.zone);
    rows.extend(window.opens.map(|opens| row("fact-opens", at(opens))));
    rows.extend(window.closes.map(|closes| row("fact-closes", at(closes))));
    rows
}

fn seats(texts: &Texts, open: &OpenCohort) -> String {
    match open.seats_left {
        None => texts.say("seats-unlimited"),
        Some(0) => texts.say("seats-none"),
        Some(left) => texts.count("seats-left", left),
    }
}

/// Where somebody stands, in a word, for a list.
pub fn standing_in_short(texts: &Texts, enrolment: &Enrolment) -> String {
    let position = [("position", enrolment.position.unwrap_or_default().into())];
    texts.fill(&format!("short-{}", enrolment.standing.state().as_str()), &position)
}

/// Where somebody stands, and what follows from it.
pub fn standing(pen: &Pen, enrolment: &Enrolment, zone: Tz) -> Vec<String> {
    let texts = &pen.texts;
    let state = enrolment.standing.state();
    let mut values: Vec<(&str, FluentValue)> =
        vec![("position", enrolment.position.unwrap_or_default().into())];
    if let Standing::Offered { until } = enrolment.standing {
        values.push(("until", moment(pen, until, zone).into()));
    }
    let mut told = vec![texts.fill(&format!("standing-{}", state.as_str()), &values)];
    told.extend(enrolment.why.as_deref().and_then(|why| because(texts, why)));
    told.extend(texts.known(&format!("next-{}", state.as_str()), &[]));
    told
}

/// Why they stand there. Nothing where an older roster put them there.
fn because(texts: &Texts, why: &str) -> Option<String> {
    let why: Json = serde_json::from_str(why).ok()?;
    let by = || texts.say(&format!("by-{}", field(&why, "by")));
    let approval = || texts.say(&format!("approval-{}", field(&why, "approval")));
    let fill = |id: &str, name: &str, value: String| Some(texts.fill(id, &[(name, value.into())]));
    match (field(&why, "code"), field(&why, "by")) {
        ("seat-free" | "left", "oneself") => None,
        ("seat-free" | "listed", _) => fill("why-enrolled", "by", by()),
        ("needs-approval", _) => fill("why-needs-approval", "approval", approval()),
        ("approved" | "approved-and-full", _) => fill("why-approved", "by", by()),
        ("not-approved", _) => Some(texts.fill(
            "why-not-approved",
            &[("by", by().into()), ("reason", field(&why, "reason").to_owned().into())],
        )),
        ("left", _) => fill("why-taken-out", "by", by()),
        ("cohort-closed", _) => texts.known(&format!("why-closed-{}", field(&why, "was")), &[]),
        (code, _) => texts.known(&format!("why-{code}"), &[]),
    }
}

/// Why somebody cannot enrol, and whom to ask; nothing to whoever is in.
pub fn why_not(pen: &Pen, refusal: &Refusal, zone: Tz) -> Option<String> {
    let texts = &pen.texts;
    let at = |id: &str, time: NaiveDateTime| {
        let values = [("time", moment(pen, time, zone).into())];
        Some(texts.fill(id, &values))
    };
    match refusal {
        Refusal::WindowClosed { closed } => at("not-closed", *closed),
        Refusal::NotOpenYet { opens: Some(opens) } => at("not-open-yet", *opens),
        Refusal::NotOpenYet { opens: None } => Some(texts.say("not-open")),
        Refusal::TurnedAway { by } => {
            let by = texts.say(&format!("by-{}", by.as_str()));
            Some(texts.fill("not-again", &[("by", by.into())]))
        }
        Refusal::NotEligible { .. } => Some(texts.say("not-eligible")),
        Refusal::ByInvitation => Some(texts.say("not-invited")),
        Refusal::CohortOver { .. } => Some(texts.say("not-any-more")),
        _ => None,
    }
}

/// A session as a person is shown it.
pub fn session(pen: &Pen, training: &Training, meeting: &Meeting) -> ShownSession {
    let facts = SessionFacts::of(&meeting.session, &training.programme, meeting.booked);
    let section = facts.in_words(pen.language());
    let materials = meeting.materials.iter().filter_map(|one| material(pen, one));
    ShownSession {
        title: section.heading,
        rows: section.facts.into_iter().flat_map(Row::of).collect(),
        materials: materials.collect(),
    }
}

fn material(pen: &Pen, material: &Material) -> Option<ShownMaterial> {
    let Value::Link(url) = Value::link(&material.url) else { return None };
    let kind = pen.texts.say(&format!("material-{}", material.kind.as_str()));
    let language = Some(material.language.as_str()).filter(|tag| !tag.is_empty());
    let hint = match language {
        Some(tag) => format!("{kind}, {}", language_name(tag, pen.language())),
        None => kind,
    };
    Some(ShownMaterial { title: material.title.clone(), url, hint })
}

/// What can be chosen of a module.
pub fn choice(pen: &Pen, training: &Training, choice: &Choice) -> ShownChoice {
    let texts = &pen.texts;
    let time = |place: &Place| {
        let facts = SessionFacts::of(&place.session, &training.programme, None);
        dates::span(facts.starts, facts.ends, facts.zone, pen.language())
    };
    let shown = |place: &Place| {
        let is_full = !place.theirs && place.left == Some(0);
        let hint = match place.left {
            _ if place.theirs => Some(texts.say("place-theirs")),
            Some(0) => Some(texts.say("place-full")),
            Some(left) => Some(texts.count("places-left", left)),
            None => None,
        };
        let mut words = vec![time(place), texts.say(&format!("place-{}", place.mode.as_str()))];
        let room = (place.mode == Mode::InPerson).then(|| tidy(&place.session.place));
        words.extend(room.filter(|place| !place.is_empty()));
        ShownPlace {
            value: format!("{}-{}", place.session.id, place.mode.as_str()),
            words: words.join(", "),
            hint,
            is_theirs: place.theirs,
            is_full,
        }
    };
    let theirs = choice.places.iter().find(|place| place.theirs);
    let first = choice.places.first().map(|place| &place.session);
    let title = first
        .map(|session| SessionFacts::of(session, &training.programme, None).in_words(pen.language()).heading);
    ShownChoice {
        title: title.unwrap_or_else(|| choice.module.clone()),
        places: choice.places.iter().map(shown).collect(),
        theirs: theirs.map(|place| place.session.id.to_string()),
    }
}

/// Whether somebody is, or waits, in the training.
pub fn takes_part(state: Option<State>) -> bool {
    state.is_some_and(|state| !state.is_out())
}

/// A time on the clocks of the organisation.
pub fn moment(pen: &Pen, utc: NaiveDateTime, zone: Tz) -> String {
    dates::moment(in_zone(utc, zone), zone, pen.language())
}
