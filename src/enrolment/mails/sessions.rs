//! A session in words: when and where it is, and what has changed.

use super::SessionFacts;
use crate::catalogue::ByLanguage;
use crate::enrolment::bookings;
use crate::platform::i18n::dates;
use crate::platform::i18n::texts::Texts;
use crate::platform::mail::letter::{Fact, Section, Value};
use crate::platform::text::tidy;

/// A title in the language of the texts, in English, or in whatever language there is, on one line.
pub(super) fn title(titles: &ByLanguage<String>, language: &str) -> String {
    let found = titles.get(language).or_else(|| titles.get("en")).or_else(|| titles.values().next());
    found.map(|title| tidy(title)).unwrap_or_default()
}

/// When a session starts, for subjects and sentences: `Tuesday, 17 January 2023, 10:00`.
pub(super) fn start(session: &SessionFacts, texts: &Texts) -> String {
    dates::local(session.starts, texts.language)
}

/// A session under its title.
pub(super) fn section(session: &SessionFacts, texts: &Texts) -> Section {
    let facts = told(session, texts).into_iter().map(|(name, value)| Fact { name, values: vec![value] });
    Section { heading: title(&session.module, texts.language), facts: facts.collect(), ..Section::default() }
}

/// What differs, each with what it was and what it is now.
pub(super) fn changes(before: &SessionFacts, after: &SessionFacts, texts: &Texts) -> Vec<Fact> {
    let changed = |(name, was): (String, Option<String>), now: Option<Value>| {
        let nothing = || texts.say("nothing");
        let was = texts.fill("was", &[("was", was.unwrap_or_else(nothing).into())]);
        let now = match now {
            // Of links the one that leads somewhere is enough.
            Some(Value::Link(link)) => return Fact { name, values: vec![Value::Link(link)] },
            Some(now) => now.to_string(),
            None => nothing(),
        };
        let now = texts.fill("now", &[("now", now.into())]);
        Fact { name, values: vec![Value::Text(was), Value::Text(now)] }
    };
    let (was, is) = (all(before, texts), all(after, texts));
    let pairs = was.into_iter().zip(is).filter(|((_, was), (_, is))| was != is);
    pairs.map(|((id, was), (_, is))| changed((texts.say(id), was.map(|was| was.to_string())), is)).collect()
}

/// What there is to tell, with its names.
fn told(session: &SessionFacts, texts: &Texts) -> Vec<(String, Value)> {
    all(session, texts).into_iter().filter_map(|(id, value)| Some((texts.say(id), value?))).collect()
}

/// Everything that can be told of a session, in this order.
fn all(session: &SessionFacts, texts: &Texts) -> [(&'static str, Option<Value>); 10] {
    let SessionFacts { starts, ends, zone, mode, booked, link, place, room, .. } = session;
    let typed = |text: &str| Some(Value::Text(tidy(text))).filter(|_| !tidy(text).is_empty());
    let said = |id: &str| Some(Value::Text(texts.say(id)));
    let languages: Vec<String> = session
        .interpretation
        .iter()
        .map(|tag| language(tag, texts))
        .filter(|name| !name.is_empty())
        .collect();
    let link = tidy(link);
    [
        ("fact-time", Some(Value::Text(dates::span(*starts, *ends, *zone, texts.language)))),
        ("fact-mode", said(&format!("mode-{}", mode.as_str()))),
        ("fact-booked", booked.map(bookings::Mode::as_str).and_then(|mode| said(&format!("mode-{mode}")))),
        ("fact-place", typed(place)),
        ("fact-room", typed(room)),
        ("fact-directions", typed(&session.directions)),
        ("fact-accessibility", typed(&session.accessibility)),
        ("fact-link", Some(Value::link(&link)).filter(|_| !link.is_empty())),
        ("fact-language", typed(&language(&session.language, texts))),
        ("fact-interpretation", typed(&languages.join(", "))),
    ]
}

/// The name of a language, or its tag where we have none.
pub(super) fn language(tag: &str, texts: &Texts) -> String {
    let tag = tidy(tag);
    let language = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    texts.known(&format!("language-{language}"), &[]).unwrap_or(tag)
}
