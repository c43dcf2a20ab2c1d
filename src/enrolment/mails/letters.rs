//! What each notice says.

use super::sessions::{changes, section, start, title};
use super::text::texts;
use super::{About, MissingModule, Notice, SessionFacts};
use crate::catalogue::{ByLanguage, Level};
use crate::enrolment::{State, bookings};
use crate::platform::i18n::dates;
use crate::platform::i18n::texts::{FluentValue, Texts};
use crate::platform::mail::Method;
use crate::platform::mail::letter::{Button, Letter, Section, Value};
use crate::platform::text::tidy;

/// The letter that a notice is.
pub(super) fn letter(notice: &Notice, about: &About, language: &str, calendar: Option<Method>) -> Letter {
    let writer = Writer::new(about, language);
    match notice {
        Notice::Invited { link } => writer.plain("invited").with_button(writer.button("enrol", link)),
        Notice::Requested => writer.plain("requested"),
        Notice::Enrolled { sessions, to_book } => writer.enrolled("enrolled", sessions, to_book),
        Notice::Promoted { sessions, to_book } => writer.enrolled("promoted", sessions, to_book),
        Notice::Waitlisted { position } => {
            writer.with([("position", (*position).into())]).plain("waitlisted")
        }
        Notice::Offered { until, zone } => {
            let until = dates::moment(*until, *zone, writer.texts.language);
            let writer = writer.with([("until", until.into())]);
            writer.plain("offered").with_button(writer.button("accept", &about.link))
        }
        Notice::Declined { reason } => writer.plain("declined").saying(writer.reason(reason)),
        Notice::Closed { was: State::Requested } => writer.plain("closed-requested"),
        Notice::Closed { was: State::Offered } => writer.plain("closed-offered"),
        Notice::Closed { .. } => writer.plain("closed-waitlisted"),
        Notice::OfferOver => writer.plain("offer-over"),
        Notice::Withdrawn { by_oneself: true } => writer.plain("left"),
        Notice::Withdrawn { by_oneself: false } => writer.plain("taken-out"),
        Notice::Session { session } => {
            let writer = writer.about_session(session);
            let letter = writer.plain("session").saying(writer.calendar(calendar, "add"));
            letter.showing(section(session, &writer.texts))
        }
        Notice::SessionChanged { before, after } => writer.changed(before, after, calendar),
        Notice::SessionCancelled { session, reason, choose } => {
            let writer = writer.about_session(session);
            let letter = writer.plain("session-cancelled");
            let letter = letter.saying(reason.as_deref().and_then(|reason| writer.reason(reason)));
            let letter = letter.saying(writer.calendar(calendar, "add"));
            if !choose {
                return letter;
            }
            let letter = letter.saying(Some(writer.say("choose-another")));
            letter.with_button(writer.button("book", &about.link))
        }
        Notice::SessionLeft { session } => {
            let writer = writer.about_session(session);
            writer.plain("session-left").saying(writer.calendar(calendar, "add"))
        }
        Notice::Choose { module, sessions, came } => {
            let module = title(module, writer.texts.language);
            let writer = writer.with([("module", module.into())]);
            let letter = writer.choose(sessions, *came);
            letter.saying(writer.calendar(calendar, "add"))
        }
        Notice::SessionGiven { session } => {
            let writer = writer.about_session(session);
            let letter = writer.plain("session-given").saying(writer.calendar(calendar, "add"));
            letter.showing(section(session, &writer.texts))
        }
        Notice::SessionNotGiven { session } => {
            let writer = writer.about_session(session);
            writer.plain("session-not-given").saying(writer.calendar(calendar, "add"))
        }
        Notice::Reminder { session, minutes_ahead } => writer.reminder(session, *minutes_ahead),
        Notice::Missing { attended, required, level, missing, cohort_ends } => {
            let ends = cohort_ends.map(|day| dates::weekday_date(day, writer.texts.language));
            writer.missing(*attended, *required, *level, missing, ends)
        }
        Notice::CertificateReady { level, link } => writer
            .letter("certificate-subject", &format!("certificate-{}", level.as_str()))
            .with_button(writer.button("certificate", link)),
    }
}

/// Fills texts with what a mail is about. What people typed comes into it on one line.
struct Writer<'a> {
    about: &'a About,
    texts: Texts,
    values: Vec<(&'static str, FluentValue<'static>)>,
}

impl<'a> Writer<'a> {
    fn new(about: &'a About, language: &str) -> Writer<'a> {
        let texts = texts(language);
        let training = match (title(&about.programme, texts.language), tidy(&about.cohort)) {
            (programme, cohort) if programme.is_empty() => cohort,
            (programme, cohort) => format!("{programme} ({cohort})"),
        };
        let values = vec![
            ("training", training.into()),
            ("organisation", tidy(&about.organisation).into()),
            ("name", tidy(&about.name).into()),
        ];
        Writer { about, texts, values }
    }

    fn with<const N: usize>(mut self, values: [(&'static str, FluentValue<'static>); N]) -> Writer<'a> {
        self.values.extend(values);
        self
    }

    fn about_session(self, session: &SessionFacts) -> Writer<'a> {
        let (module, time) = (title(&session.module, self.texts.language), start(session, &self.texts));
        self.with([("module", module.into()), ("time", time.into())])
    }

    fn say(&self, id: &str) -> String {
        self.texts.fill(id, &self.values)
    }

    /// With a button that leads to the person's page.
    fn letter(&self, subject: &str, text: &str) -> Letter {
        Letter {
            language: self.texts.language,
            subject: self.say(subject),
            greeting: self.say("greeting"),
            paragraphs: vec![self.say(text)],
            button: (!self.about.link.is_empty()).then(|| self.button("training", &self.about.link)),
            organisation: Some(tidy(&self.about.organisation)),
            ..Letter::default()
        }
    }

    /// With the subject, the text and the note of a notice that needs no more.
    fn plain(&self, id: &str) -> Letter {
        let letter = self.letter(&format!("{id}-subject"), &format!("{id}-text"));
        Letter { note: self.texts.known(&format!("{id}-note"), &self.values), ..letter }
    }

    fn button(&self, id: &str, link: &str) -> Button {
        Button { text: self.say(&format!("button-{id}")), link: link.to_owned() }
    }

    /// None where nothing was written.
    fn reason(&self, typed: &str) -> Option<String> {
        let reason = tidy(typed);
        (!reason.is_empty()).then(|| self.texts.fill("reason", &[("reason", reason.into())]))
    }

    /// What the calendar object does; a request adds an entry or changes it.
    fn calendar(&self, method: Option<Method>, request: &str) -> Option<String> {
        let done = match method? {
            Method::Request => request,
            Method::Cancel => "remove",
        };
        Some(self.say(&format!("calendar-{done}")))
    }

    fn enrolled(&self, id: &str, sessions: &[SessionFacts], to_book: &[ByLanguage<String>]) -> Letter {
        let mut letter = self.plain(id);
        if !sessions.is_empty() {
            letter = letter.saying(Some(self.texts.count("sessions-text", count(sessions.len()))));
        } else if to_book.is_empty() {
            letter = letter.saying(Some(self.say("sessions-none")));
        }
        letter.sections = sessions.iter().map(|session| section(session, &self.texts)).collect();
        if to_book.is_empty() {
            return letter;
        }
        let choose = Section {
            heading: self.say("book-heading"),
            text: Some(self.texts.count("book-text", count(to_book.len()))),
            list: to_book.iter().map(|module| title(module, self.texts.language)).collect(),
            ..Section::default()
        };
        letter.showing(choose).with_button(self.button("book", &self.about.link))
    }

    fn choose(&self, sessions: &[SessionFacts], came: bool) -> Letter {
        let letter = self.plain("choose").saying(came.then(|| self.say("choose-before")));
        let sections = sessions.iter().map(|session| section(session, &self.texts)).collect();
        Letter { sections, ..letter }.with_button(self.button("book", &self.about.link))
    }

    fn changed(self, before: &SessionFacts, after: &SessionFacts, calendar: Option<Method>) -> Letter {
        let writer = self.about_session(before);
        let letter = writer.plain("session-changed").saying(writer.calendar(calendar, "change"));
        let letter = letter.saying(Some(writer.say("session-changes")));
        let facts = changes(before, after, &writer.texts);
        let is = section(after, &writer.texts);
        let letter = letter.showing(if facts.is_empty() { is } else { Section { facts, ..is } });
        // The subject is about the session as it is now.
        Letter { subject: writer.about_session(after).say("session-changed-subject"), ..letter }
    }

    fn reminder(self, session: &SessionFacts, minutes_ahead: u32) -> Letter {
        let (unit, n) = match minutes_ahead {
            minutes if minutes >= 2880 && minutes % 1440 == 0 => ("days", minutes / 1440),
            minutes if minutes >= 60 && minutes % 60 == 0 => ("hours", minutes / 60),
            minutes => ("minutes", minutes),
        };
        let ahead = self.texts.count(&format!("ahead-{unit}"), n);
        let writer = self.about_session(session).with([("ahead", ahead.into())]);
        let letter = writer.plain("reminder").showing(section(session, &writer.texts));
        match Value::link(&session.link) {
            Value::Link(link) if session.booked != Some(bookings::Mode::InPerson) => {
                letter.with_button(writer.button("join", &link))
            }
            _ => letter,
        }
    }

    fn missing(
        self,
        attended: u32,
        required: u32,
        level: Level,
        missing: &[MissingModule],
        ends: Option<String>,
    ) -> Letter {
        // A module that the level names may be missing although there are enough.
        let n = required.saturating_sub(attended).max(1);
        let writer =
            self.with([("attended", attended.into()), ("required", required.into()), ("n", n.into())]);
        let letter = writer.letter("missing-subject", &format!("missing-{}", level.as_str()));
        let letter =
            letter.saying(ends.map(|day| writer.texts.fill("missing-ends", &[("date", day.into())])));
        let letter = letter.saying((!missing.is_empty()).then(|| writer.say("missing-modules")));
        let to_attend = |module: &MissingModule| match &module.next {
            Some(next) => Section {
                heading: title(&module.title, writer.texts.language),
                ..section(next, &writer.texts)
            },
            None => Section {
                heading: title(&module.title, writer.texts.language),
                text: Some(writer.say("missing-none")),
                ..Section::default()
            },
        };
        Letter { sections: missing.iter().map(to_attend).collect(), ..letter }
    }
}

fn count(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}
