//! Who is told what: from what happened to what each person concerned is to read, and what it does to their calendar.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;

use super::compose::Course;
use super::{Moved, Said, What};
use crate::cohorts::Session;
use crate::cohorts::service as cohorts;
use crate::enrolment::bookings::{Booking, BookingChange, Mode};
use crate::enrolment::mails::{Notice, SessionFacts};
use crate::enrolment::service::bookings::{Coming, coming};
use crate::enrolment::store::bookings::{self, Of};
use crate::enrolment::store::seats;
use crate::platform::db::DbConn;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, PersonId, SessionId};
use crate::platform::local_time::in_zone;

/// Somebody who is told something, what, and what it does to their calendar.
pub(super) struct Told {
    pub to: To,
    pub notice: Notice,
    pub entry: Entry,
}

/// Who is told something.
#[derive(Clone, Copy)]
pub(super) enum To {
    /// Somebody of the roster, who learns.
    Person(PersonId),
    /// A member who gives sessions.
    Trainer(AccountId),
}

/// What a mail does to a calendar.
pub(super) enum Entry {
    None,
    /// Puts the session there, or moves it.
    Put(Box<Session>),
    /// Takes it out.
    Remove(Box<Session>),
}

impl Told {
    /// Tells it apart from whatever else one job tells, whoever else is told or no longer: another try of the job names the
    /// same the same.
    pub fn name(&self) -> String {
        let to = match self.to {
            To::Person(person) => format!("person-{person}"),
            To::Trainer(account) => format!("trainer-{account}"),
        };
        let kind = self.notice.kind();
        match &self.entry {
            Entry::None => format!("{to}:{kind}"),
            Entry::Put(session) | Entry::Remove(session) => format!("{to}:{kind}:{}", session.id),
        }
    }

    pub(super) fn only(person: PersonId, notice: Notice) -> Told {
        Told { to: To::Person(person), notice, entry: Entry::None }
    }

    pub(super) fn put(to: To, notice: Notice, session: &Session) -> Told {
        Told { to, notice, entry: Entry::Put(Box::new(session.clone())) }
    }

    pub(super) fn removed(to: To, notice: Notice, session: &Session) -> Told {
        Told { to, notice, entry: Entry::Remove(Box::new(session.clone())) }
    }
}

/// The bookings of people, by module.
pub(super) type Booked = BTreeMap<PersonId, BTreeMap<String, Booking>>;

impl Course<'_> {
    /// Who is told what.
    pub(super) fn told(&self, conn: &mut DbConn, what: &What) -> Result<Vec<Told>> {
        match what {
            What::Moved(moved) => {
                let (now, then) = (self.booked(conn, Of::All)?, self.booked(conn, Of::Since(self.at))?);
                let booked = |moved: &Moved| [&now, &then].map(|booked| booked.get(&moved.person));
                Ok(moved.iter().flat_map(|moved| self.of_moved(moved, booked(moved))).collect())
            }
            What::Rebooked(change) => self.of_booking(conn, change),
            What::Planned { sessions, beside } => self.of_plan(conn, sessions, beside),
            What::Changed { before, booked } => self.of_change(conn, before, booked),
            What::Cancelled { before, booked } => self.of_cancellation(conn, before, booked),
            What::Seats { before } => self.of_seats(conn, *before),
            What::Given { session, before } => self.of_trainers(conn, *session, before),
            What::Reminder { session, sequence, minutes } => {
                let same =
                    |session: &&Session| session.sequence == *sequence && session.starts_at > self.now();
                let Some(session) = self.session(*session).filter(same) else { return Ok(Vec::new()) };
                self.of_reminder(conn, session, *minutes)
            }
            What::Invited { people, secret } => {
                let link = self.link(secret);
                let invited = |person: &PersonId| Told::only(*person, Notice::Invited { link: link.clone() });
                Ok(people.iter().map(invited).collect())
            }
            What::Told(told) => {
                let told =
                    told.iter().map(|(person, notice)| Told::only(*person, self.with_link(notice.clone())));
                Ok(told.collect())
            }
        }
    }

    fn with_link(&self, mut notice: Notice) -> Notice {
        if let Notice::CertificateReady { link, .. } = &mut notice
            && link.is_empty()
        {
            *link = self.page();
        }
        notice
    }

    /// A session that takes place and is not over.
    pub(super) fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id && self.is_ahead(session))
    }

    pub(super) fn is_ahead(&self, session: &Session) -> bool {
        session.ends_at > self.now()
    }

    /// Whether a session of the module is still to come, by name.
    pub(super) fn can_be_chosen(&self, module: &str) -> bool {
        let is_open = |session: &Session| {
            session.module_code == module && !session.head_count_only && session.starts_at > self.now()
        };
        self.sessions.iter().any(is_open)
    }

    /// Everybody's bookings in the cohort.
    pub(super) fn booked(&self, conn: &mut DbConn, which: Of<'_>) -> Result<Booked> {
        let mut of = Booked::new();
        let all = bookings::bookings(conn, self.organisation.id, self.cohort.id, which)?;
        for (person, module, booking) in all {
            of.entry(person).or_default().insert(module, booking);
        }
        Ok(of)
    }

    /// Who was enrolled then, and still is. Whoever came later is told by that what there is.
    pub(super) fn enrolled(&self, conn: &mut DbConn, then: NaiveDateTime) -> Result<Vec<PersonId>> {
        seats::enrolled_until(conn, self.organisation.id, self.cohort.id, then)
    }

    /// `booked`: what they have booked now, and of that what they had booked then.
    fn of_moved(&self, moved: &Moved, booked: [Option<&BTreeMap<String, Booking>>; 2]) -> Vec<Told> {
        let none = BTreeMap::new();
        let [now, then] = booked.map(|booked| booked.unwrap_or(&none));
        let ahead = |booked| {
            let (mut coming, to_book) = coming(&self.sessions, self.seats, booked);
            coming.retain(|one| self.is_ahead(&one.session));
            (coming, to_book)
        };
        let (coming, mut to_book) = ahead(now);
        to_book.retain(|module| self.can_be_chosen(module));
        let to_book = to_book.iter().map(|module| self.programme.titles(module)).collect();
        let sessions = || coming.iter().map(|one| self.facts(&one.session, one.booked)).collect();
        let zone = self.settings.zone;
        let notice = match &moved.said {
            Said::Requested => Notice::Requested,
            Said::Enrolled => Notice::Enrolled { sessions: sessions(), to_book },
            Said::Promoted => Notice::Promoted { sessions: sessions(), to_book },
            Said::Waitlisted { position } => Notice::Waitlisted { position: *position },
            Said::Offered { until } => Notice::Offered { until: in_zone(*until, zone), zone },
            Said::Declined { reason } => Notice::Declined { reason: reason.clone() },
            Said::Closed { was } => Notice::Closed { was: *was },
            Said::OfferOver => Notice::OfferOver,
            Said::Withdrawn { by_oneself } => Notice::Withdrawn { by_oneself: *by_oneself },
        };
        let mut told = vec![Told::only(moved.person, notice)];
        if matches!(moved.said, Said::Enrolled | Said::Promoted) {
            // What was booked since is told by another job.
            let is_told = |one: &&Coming| {
                let module = &one.session.module_code;
                one.booked.is_none() || then.get(module) == now.get(module)
            };
            told.extend(coming.iter().filter(is_told).map(|one| self.comes(moved.person, one)));
        }
        if let Some(given_up) = &moved.left {
            let (unbooked, _) = ahead(&none);
            let unbooked = unbooked.iter().map(|one| &one.session);
            let given_up = self.sessions.iter().filter(|session| given_up.contains(&session.id));
            let given_up = given_up.filter(|session| self.is_ahead(session));
            told.extend(unbooked.chain(given_up).map(|session| self.left(moved.person, session)));
        }
        told
    }

    fn of_booking(&self, conn: &mut DbConn, change: &BookingChange) -> Result<Vec<Told>> {
        let person = change.person;
        // Who has left or booked again since then is told so by another job.
        let now = bookings::of_person(conn, self.organisation.id, self.cohort.id, person)?;
        let (comes, _) = coming(&self.sessions, self.seats, &now);
        let still_comes = |session: &Session| comes.iter().any(|one| one.session.id == session.id);
        let mut told = Vec::new();
        let elsewhere = change.from.filter(|from| change.to.is_none_or(|to| to.session != from.session));
        if let Some(session) = elsewhere.and_then(|from| self.session(from.session))
            && !still_comes(session)
        {
            told.push(self.left(person, session));
        }
        if let Some(to) = change.to.filter(|to| now.values().any(|booking| booking == to))
            && let Some(session) = self.session(to.session)
        {
            told.push(self.comes(person, &Coming { session: session.clone(), booked: Some(to.mode) }));
        }
        Ok(told)
    }

    fn of_trainers(
        &self,
        conn: &mut DbConn,
        session: SessionId,
        before: &BTreeSet<AccountId>,
    ) -> Result<Vec<Told>> {
        let Some(session) = self.session(session) else { return Ok(Vec::new()) };
        let now = cohorts::givers_of(conn, &self.cohort, session.id)?;
        let new = now.iter().filter(|account| !before.contains(account)).map(|account| {
            let notice = Notice::SessionGiven { session: self.facts(session, None) };
            Told::put(To::Trainer(*account), notice, session)
        });
        let gone = before.iter().filter(|account| !now.contains(account)).map(|account| {
            let notice = Notice::SessionNotGiven { session: self.without_link(session) };
            Told::removed(To::Trainer(*account), notice, session)
        });
        Ok(new.chain(gone).collect())
    }

    fn of_reminder(&self, conn: &mut DbConn, session: &Session, minutes: u32) -> Result<Vec<Told>> {
        let (booked, none) = (self.booked(conn, Of::All)?, BTreeMap::new());
        let mut told = Vec::new();
        for person in self.enrolled(conn, self.at)? {
            let (comes, _) = coming(&self.sessions, self.seats, booked.get(&person).unwrap_or(&none));
            for one in comes.iter().filter(|one| one.session.id == session.id) {
                let session = self.facts(session, one.booked);
                told.push(Told::only(person, Notice::Reminder { session, minutes_ahead: minutes }));
            }
        }
        Ok(told)
    }

    pub(super) fn givers(&self, conn: &mut DbConn, session: &Session) -> Result<Vec<To>> {
        Ok(cohorts::givers_of(conn, &self.cohort, session.id)?.into_iter().map(To::Trainer).collect())
    }

    pub(super) fn comes(&self, person: PersonId, to: &Coming) -> Told {
        let notice = Notice::Session { session: self.facts(&to.session, to.booked) };
        Told::put(To::Person(person), notice, &to.session)
    }

    pub(super) fn left(&self, person: PersonId, session: &Session) -> Told {
        let notice = Notice::SessionLeft { session: self.without_link(session) };
        Told::removed(To::Person(person), notice, session)
    }

    pub(super) fn changed(&self, to: To, before: &Session, after: &Session, mode: Option<Mode>) -> Told {
        let (before, session) = (Box::new(self.facts(before, mode)), Box::new(self.facts(after, mode)));
        Told::put(to, Notice::SessionChanged { before, after: session }, after)
    }

    /// For whoever has no place in it.
    pub(super) fn without_link(&self, session: &Session) -> SessionFacts {
        self.facts(session, None).without_link()
    }
}
