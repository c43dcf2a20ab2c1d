//! Sessions as entries of calendars, in the language of whoever gets them.

use chrono_tz::Tz;
use url::Url;

use super::snapshot::ProgrammeSnapshot;
use super::{Cohort, Mode, Moment, Session};
use crate::catalogue::in_language;
use crate::platform::calendar::{Event, Status};
use crate::platform::i18n::texts::{Files, Texts};
use crate::platform::mail::Mailbox;

/// English first: it stands in for every other language.
const FILES: &Files = &[
    ("en", include_str!("text/en.ftl")),
    ("sq", include_str!("text/sq.ftl")),
    ("bg", include_str!("text/bg.ftl")),
    ("fr", include_str!("text/fr.ftl")),
    ("nl", include_str!("text/nl.ftl")),
    ("ga", include_str!("text/ga.ftl")),
    ("es", include_str!("text/es.ftl")),
    ("pt", include_str!("text/pt.ftl")),
];

/// What the entries of one cohort's sessions have in common.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub cohort: &'a Cohort,
    /// What the cohort delivers ([`programme`](super::service::programme)).
    pub programme: &'a ProgrammeSnapshot,
    /// The organisation's name, and the address that its mails come from.
    pub organizer: &'a Mailbox,
    /// BCP 47 tag; English where we do not speak it.
    pub language: &'a str,
    /// Whether the reader may know where to meet online: the enrolled, and those who work with the cohort.
    pub with_link: bool,
}

/// The entry of a session: what it is, where and when, and what people should know before they come.
pub fn event(session: &Session, context: &Context<'_>) -> Event {
    let texts = Texts::new(FILES, context.language);
    let link = context.with_link.then(|| Url::parse(&session.link).ok()).flatten();
    let is_cancelled = session.cancelled_at.is_some();
    Event {
        uid: session.uid.clone(),
        sequence: u32::try_from(session.sequence).unwrap_or(0),
        summary: title(session, context, &texts),
        description: description(session, context, link.as_ref(), &texts),
        location: location(session, &texts),
        conference: link,
        zone: session.zone.parse().unwrap_or(Tz::UTC),
        starts: Moment { local: session.starts_local, utc: session.starts_at },
        ends: Moment { local: session.ends_local, utc: session.ends_at },
        organizer: context.organizer.clone(),
        status: if is_cancelled { Status::Cancelled } else { Status::Confirmed },
        categories: vec![programme_title(context, &texts)],
        language: texts.language.to_owned(),
        created: session.created_at,
        last_modified: session.cancelled_at.max(Some(session.changed_at)).unwrap_or(session.changed_at),
    }
}

/// One of several sessions of a module, of which a person has still to book one.
pub fn to_be_booked(mut event: Event) -> Event {
    let texts = Texts::new(FILES, &event.language);
    event.summary = texts.fill("to-be-booked", &[("session", event.summary.into())]);
    event.description = format!("{}\n{}", texts.say("to-be-booked-hint"), event.description);
    if event.status == Status::Confirmed {
        event.status = Status::Tentative;
    }
    event
}

/// What a cohort's schedule is called.
pub fn schedule_name(context: &Context<'_>) -> String {
    let texts = Texts::new(FILES, context.language);
    format!("{} – {}", programme_title(context, &texts), context.cohort.name)
}

/// What the calendar of one person is called: the organisation is in it, because somebody may have one in several.
pub fn feed_name(organisation: &str, language: &str) -> String {
    Texts::new(FILES, language).fill("feed-name", &[("organisation", organisation.into())])
}

fn title(session: &Session, context: &Context<'_>, texts: &Texts) -> String {
    let titles = context.programme.module_titles.get(&session.module_code);
    let title = titles.and_then(|titles| in_language(titles, texts.language));
    title.unwrap_or(&session.module_code).clone()
}

fn programme_title(context: &Context<'_>, texts: &Texts) -> String {
    let programme = &context.programme.programme;
    in_language(&programme.titles, texts.language).unwrap_or(&programme.code).clone()
}

/// One line for each thing that is known.
fn description(session: &Session, context: &Context<'_>, link: Option<&Url>, texts: &Texts) -> String {
    let mode = match session.mode {
        Mode::Online => "mode-online",
        Mode::InPerson => "mode-in-person",
        Mode::Hybrid => "mode-hybrid",
    };
    let reason = session.cancelled_at.and(session.cancel_reason.as_deref()).unwrap_or_default();
    let interpretation: Vec<String> =
        session.interpretation.split_whitespace().map(|tag| language_name(tag, texts)).collect();
    let spoken = Some(session.language.as_str()).filter(|tag| !tag.is_empty());
    let lines = [
        ("cancelled-because", reason.to_owned()),
        ("programme", programme_title(context, texts)),
        ("cohort", context.cohort.name.clone()),
        ("mode", texts.say(mode)),
        // Many calendar programs show no other link.
        ("link", link.map(Url::to_string).unwrap_or_default()),
        ("language", spoken.map(|tag| language_name(tag, texts)).unwrap_or_default()),
        ("interpretation", interpretation.join(", ")),
        ("accessibility", session.accessibility.clone()),
        ("directions", session.directions.clone()),
    ];
    let known = lines.into_iter().filter(|(_, value)| !value.is_empty());
    let written: Vec<String> = known.map(|(id, value)| texts.fill(id, &[("value", value.into())])).collect();
    written.join("\n")
}

/// Building and room; that it is online, where there is neither.
fn location(session: &Session, texts: &Texts) -> String {
    let room = if session.room.is_empty() {
        String::new()
    } else {
        texts.fill("room", &[("value", session.room.as_str().into())])
    };
    let known: Vec<&str> =
        [session.place.as_str(), room.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    match session.mode {
        Mode::Online if known.is_empty() => texts.say("place-online"),
        _ => known.join(", "),
    }
}

/// What a language is called; its tag, where we have no word for it.
fn language_name(tag: &str, texts: &Texts) -> String {
    let language = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    texts.known(&format!("language-{language}"), &[]).unwrap_or_else(|| tag.to_owned())
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
