//! The mails of enrolment and of sessions: what a person is told, as pure functions from facts to a mail. Who is told
//! what, and when, is decided elsewhere; facts travel in the payload of a job, so that a mail says what was true when it
//! happened.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

mod letters;
mod sessions;
mod text;

use super::{State, bookings};
use crate::catalogue::{ByLanguage, Level};
use crate::cohorts::snapshot::ProgrammeSnapshot;
use crate::cohorts::{Mode, Session};
use crate::platform::error::Result;
use crate::platform::local_time::Moment;
use crate::platform::mail::letter::Section;
use crate::platform::mail::{CalendarPart, Mail, Mailbox};

/// What a person is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "kebab-case")]
pub enum Notice {
    /// That they may enrol.
    Invited {
        /// Where they enrol.
        link: String,
    },
    /// That their request waits for an approval.
    Requested,
    Enrolled {
        /// Those that need no booking, and those that they have booked.
        sessions: Vec<SessionFacts>,
        /// Titles of the modules whose sessions they have still to choose from.
        to_book: Vec<ByLanguage<String>>,
    },
    /// From 1.
    Waitlisted { position: u32 },
    /// That a seat is theirs if they accept it before then.
    Offered { until: Moment, zone: Tz },
    /// Enrolled, because a seat came free.
    Promoted { sessions: Vec<SessionFacts>, to_book: Vec<ByLanguage<String>> },
    /// With what whoever declined wrote.
    Declined { reason: String },
    /// That the cohort closed, and they have no seat; where they stood until then.
    Closed { was: State },
    /// That an offer ran out.
    OfferOver,
    Withdrawn {
        /// Or whoever runs the cohort took them out.
        by_oneself: bool,
    },
    /// One session that they are to come to: what carries it into their calendar.
    Session { session: SessionFacts },
    /// Other times, another place, another link.
    SessionChanged { before: Box<SessionFacts>, after: Box<SessionFacts> },
    SessionCancelled {
        session: SessionFacts,
        reason: Option<String>,
        /// They have to choose another session of the module.
        choose: bool,
    },
    /// That they are not in the session any more, after they left the cohort or booked another: what takes it out of their
    /// calendar.
    SessionLeft { session: SessionFacts },
    /// That they are to choose one of the sessions of a module.
    Choose {
        module: ByLanguage<String>,
        sessions: Vec<SessionFacts>,
        /// They were to come to one of them without choosing; it is taken out of their calendar.
        came: bool,
    },
    /// A session that a trainer gives: what carries it into their calendar.
    SessionGiven { session: SessionFacts },
    /// A session that a trainer gives no more.
    SessionNotGiven { session: SessionFacts },
    Reminder {
        session: SessionFacts,
        /// How long before its start it is sent.
        minutes_ahead: u32,
    },
    /// What is missing for a certificate while there is still time.
    Missing {
        /// Modules attended so far.
        attended: u32,
        /// Modules that the level asks for.
        required: u32,
        level: Level,
        missing: Vec<MissingModule>,
        /// The day of the last session.
        cohort_ends: Option<NaiveDate>,
    },
    CertificateReady {
        level: Level,
        /// Where they have it.
        link: String,
    },
}

impl Notice {
    /// What it is, in a word; that of its form as JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Notice::Invited { .. } => "invited",
            Notice::Requested => "requested",
            Notice::Enrolled { .. } => "enrolled",
            Notice::Waitlisted { .. } => "waitlisted",
            Notice::Offered { .. } => "offered",
            Notice::Promoted { .. } => "promoted",
            Notice::Declined { .. } => "declined",
            Notice::Closed { .. } => "closed",
            Notice::OfferOver => "offer-over",
            Notice::Withdrawn { .. } => "withdrawn",
            Notice::Session { .. } => "session",
            Notice::SessionChanged { .. } => "session-changed",
            Notice::SessionCancelled { .. } => "session-cancelled",
            Notice::SessionLeft { .. } => "session-left",
            Notice::Choose { .. } => "choose",
            Notice::SessionGiven { .. } => "session-given",
            Notice::SessionNotGiven { .. } => "session-not-given",
            Notice::Reminder { .. } => "reminder",
            Notice::Missing { .. } => "missing",
            Notice::CertificateReady { .. } => "certificate-ready",
        }
    }
}

/// A module that a person has not attended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissingModule {
    pub title: ByLanguage<String>,
    /// The next session of it that they could come to.
    pub next: Option<SessionFacts>,
}

/// What a person is told of a session. Of empty texts nothing is said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionFacts {
    /// The module's title.
    pub module: ByLanguage<String>,
    /// In `zone`.
    pub starts: Moment,
    /// In `zone`.
    pub ends: Moment,
    pub zone: Tz,
    pub mode: Mode,
    /// How the person takes part in a hybrid session, where they have booked one of its places.
    pub booked: Option<bookings::Mode>,
    /// Where to meet online. Only for the enrolled: leave it empty in every other mail.
    pub link: String,
    pub place: String,
    pub room: String,
    pub directions: String,
    pub accessibility: String,
    /// BCP 47 tag of what is spoken; empty where that is not said.
    pub language: String,
    /// BCP 47 tags of what it is interpreted into.
    pub interpretation: Vec<String>,
}

impl SessionFacts {
    /// What of a session somebody is told who has booked it so.
    pub fn of(
        session: &Session,
        programme: &ProgrammeSnapshot,
        booked: Option<bookings::Mode>,
    ) -> SessionFacts {
        SessionFacts {
            module: programme.titles(&session.module_code),
            starts: Moment { local: session.starts_local, utc: session.starts_at },
            ends: Moment { local: session.ends_local, utc: session.ends_at },
            zone: session.zone.parse().unwrap_or(Tz::UTC),
            mode: session.mode,
            booked,
            link: session.link.clone(),
            place: session.place.clone(),
            room: session.room.clone(),
            directions: session.directions.clone(),
            accessibility: session.accessibility.clone(),
            language: session.language.clone(),
            interpretation: session.interpretation.split_whitespace().map(str::to_owned).collect(),
        }
    }

    /// The same for whoever has no place in it.
    pub fn without_link(self) -> SessionFacts {
        SessionFacts { link: String::new(), ..self }
    }
}

/// Whom a mail is to, and which training it is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct About {
    pub to: Mailbox,
    /// The person's name.
    pub name: String,
    /// The organisation's name.
    pub organisation: String,
    /// The organisation's own sender; the installation's where absent. Its name is the organisation's.
    pub sender: Option<Mailbox>,
    /// The cohort's name.
    pub cohort: String,
    /// The programme's title.
    pub programme: ByLanguage<String>,
    /// The person's page of this training; empty where they have none.
    pub link: String,
}

/// Writes a notice in `language` (a BCP 47 tag), or in English where we have no mails in it. `calendar` is what it does to
/// the person's calendar.
///
/// # Errors
/// Only by a fault of ours.
pub fn mail(notice: &Notice, about: &About, language: &str, calendar: Option<CalendarPart>) -> Result<Mail> {
    let method = calendar.as_ref().map(|calendar| calendar.method);
    let letter = letters::letter(notice, about, language, method);
    let from = about.sender.as_ref().map(|sender| Mailbox::new(&about.organisation, sender.address()));
    Ok(Mail { from: from.transpose()?, calendar, ..letter.mail(about.to.clone())? })
}

impl SessionFacts {
    /// Its title, and each thing that there is to tell, in `language`; pages say it as mails do.
    pub fn in_words(&self, language: &str) -> Section {
        sessions::section(self, &text::texts(language))
    }
}

/// A language in the words of `language`; its tag, where we have none for it.
pub fn language_name(tag: &str, language: &str) -> String {
    sessions::language(tag, &text::texts(language))
}

#[cfg(test)]
mod tests;
