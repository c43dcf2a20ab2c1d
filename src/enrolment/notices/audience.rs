//! Who is told what: from what happened to what each person concerned is to read, and what it does to their calendar.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDateTime, TimeDelta};

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

    fn only(person: PersonId, notice: Notice) -> Told {
        Told { to: To::Person(person), notice, entry: Entry::None }
    }

    fn put(to: To, notice: Notice, session: &Session) -> Told {
        Told { to, notice, entry: Entry::Put(Box::new(session.clone())) }
    }

    fn removed(to: To, notice: Notice, session: &Session) -> Told {
        Told { to, notice, entry: Entry::Remove(Box::new(session.clone())) }
    }
}

/// The bookings of people, by module.
type Booked = BTreeMap<PersonId, BTreeMap<String, Booking>>;

/// The sessions, the bookings and the number of seats as they were.
struct Before<'a> {
    sessions: Vec<Session>,
    booked: &'a Booked,
    /// The bookings as they are now: what was booked since is told by another job.
    now: &'a Booked,
    seats: Option<u32>,
    /// Who was enrolled by then is told.
    at: NaiveDateTime,
    /// What is told of this one even where it turned out to be over already.
    moved: Option<SessionId>,
}

/// The bookings with those of a session that have gone with it.
fn with_gone(mut booked: Booked, session: &Session, gone: &[(PersonId, Mode)]) -> Booked {
    for (person, mode) in gone {
        let booking = Booking { session: session.id, mode: *mode };
        booked.entry(*person).or_default().insert(session.module_code.clone(), booking);
    }
    booked
}

/// A session that was cancelled, and why.
struct Cancelled {
    session: Session,
    reason: Option<String>,
}

impl Course<'_> {
    /// Who is told what.
    pub(super) fn told(&self, conn: &mut DbConn, what: &What) -> Result<Vec<Told>> {
        match what {
            What::Moved(moved) => {
                let booked = self.booked(conn)?;
                Ok(moved.iter().flat_map(|moved| self.of_moved(moved, booked.get(&moved.person))).collect())
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
    fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id && self.is_ahead(session))
    }

    fn is_ahead(&self, session: &Session) -> bool {
        session.ends_at > self.now()
    }

    /// Everybody's bookings in the cohort.
    fn booked(&self, conn: &mut DbConn) -> Result<Booked> {
        let mut of = Booked::new();
        let all = bookings::bookings(conn, self.organisation.id, self.cohort.id, Of::All)?;
        for (person, module, booking) in all {
            of.entry(person).or_default().insert(module, booking);
        }
        Ok(of)
    }

    /// Who was enrolled then, and still is. Whoever came later is told by that what there is.
    fn enrolled(&self, conn: &mut DbConn, then: NaiveDateTime) -> Result<Vec<PersonId>> {
        seats::enrolled_until(conn, self.organisation.id, self.cohort.id, then)
    }

    fn of_moved(&self, moved: &Moved, booked: Option<&BTreeMap<String, Booking>>) -> Vec<Told> {
        let none = BTreeMap::new();
        let (coming, to_book) = coming(&self.sessions, self.seats, booked.unwrap_or(&none));
        let coming: Vec<Coming> = coming.into_iter().filter(|one| self.is_ahead(&one.session)).collect();
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
            told.extend(coming.iter().map(|one| self.comes(moved.person, one)));
        }
        if let Some(given_up) = &moved.left {
            // Nothing is booked any more, so that here `coming` are those that need no booking.
            let unbooked = coming.iter().map(|one| &one.session);
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

    /// `beside` are the sessions that there were already.
    fn of_plan(&self, conn: &mut DbConn, planned: &[SessionId], beside: &[SessionId]) -> Result<Vec<Told>> {
        let planned: Vec<&Session> = planned.iter().filter_map(|id| self.session(*id)).collect();
        let before = self.sessions.iter().filter(|session| beside.contains(&session.id)).cloned().collect();
        let booked = self.booked(conn)?;
        let modules = planned.iter().map(|session| session.module_code.as_str()).collect();
        let mut told = self.of_difference(conn, &modules, self.before(before, &booked), None)?;
        for session in planned {
            let given = |facts| Notice::SessionGiven { session: facts };
            for trainer in self.givers(conn, session)? {
                told.push(Told::put(trainer, given(self.facts(session, None)), session));
            }
        }
        Ok(told)
    }

    fn of_change(&self, conn: &mut DbConn, before: &Session, gone: &[(PersonId, Mode)]) -> Result<Vec<Told>> {
        // What is cancelled by now is told by another job; what was over already is in nobody's plans.
        let after = self.sessions.iter().find(|session| session.id == before.id);
        let concerns = |after: &&Session| self.is_ahead(before) || self.is_ahead(after);
        let Some(after) = after.filter(concerns) else { return Ok(Vec::new()) };
        let sessions = self.sessions.iter();
        let was = sessions.map(|one| if one.id == before.id { before } else { one }).cloned().collect();
        let now = self.booked(conn)?;
        let booked = with_gone(now.clone(), before, gone);
        let mut told = self.of_difference(
            conn,
            &BTreeSet::from([before.module_code.as_str()]),
            Before { moved: Some(before.id), booked: &booked, ..self.before(was, &now) },
            None,
        )?;
        if after.sequence != before.sequence {
            for trainer in self.givers(conn, after)? {
                told.push(self.changed(trainer, before, after, None));
            }
        }
        Ok(told)
    }

    fn of_cancellation(
        &self,
        conn: &mut DbConn,
        before: &Session,
        gone: &[(PersonId, Mode)],
    ) -> Result<Vec<Told>> {
        let (organisation, cohort) = (self.organisation.id, self.cohort.id);
        let session = cohorts::session_even_cancelled(conn, organisation, cohort, before.id)?;
        if session.cancelled_at.is_none() {
            return Ok(Vec::new());
        }
        let reason = session.cancel_reason.clone().filter(|reason| !reason.is_empty());
        let cancelled = Cancelled { session, reason };
        let mut was = self.sessions.clone();
        was.push(before.clone());
        let now = self.booked(conn)?;
        let booked = with_gone(now.clone(), before, gone);
        let modules = BTreeSet::from([before.module_code.as_str()]);
        let mut told = self.of_difference(
            conn,
            &modules,
            Before { booked: &booked, ..self.before(was, &now) },
            Some(&cancelled),
        )?;
        for trainer in self.givers(conn, before)? {
            told.push(self.cancelled(trainer, &cancelled, None, false));
        }
        Ok(told)
    }

    /// With another number of seats some sessions are booked that were not, or no longer.
    fn of_seats(&self, conn: &mut DbConn, seats: Option<u32>) -> Result<Vec<Told>> {
        let booked = self.booked(conn)?;
        let modules = self.sessions.iter().map(|session| session.module_code.as_str()).collect();
        // Who got one of the new seats is told by that what there is.
        let at = self.at - TimeDelta::microseconds(1);
        let before = Before { seats, at, ..self.before(self.sessions.clone(), &booked) };
        self.of_difference(conn, &modules, before, None)
    }

    /// These sessions and bookings, with the seats as they are.
    fn before<'a>(&self, sessions: Vec<Session>, booked: &'a Booked) -> Before<'a> {
        Before { sessions, booked, now: booked, seats: self.seats, at: self.at, moved: None }
    }

    /// What people are told when the sessions of some modules are others than before, and with them what is to be booked.
    fn of_difference(
        &self,
        conn: &mut DbConn,
        modules: &BTreeSet<&str>,
        was: Before<'_>,
        cancelled: Option<&Cancelled>,
    ) -> Result<Vec<Told>> {
        let none = BTreeMap::new();
        let of_modules = |sessions: Vec<Session>| -> Vec<Session> {
            let concerned = |session: &Session| modules.contains(session.module_code.as_str());
            sessions.into_iter().filter(concerned).collect()
        };
        let (before, after) = (of_modules(was.sessions), of_modules(self.sessions.clone()));
        let still = |booking: &Booking| after.iter().any(|session| session.id == booking.session);
        let mut told = Vec::new();
        for person in self.enrolled(conn, was.at)? {
            let bookings = was.booked.get(&person).unwrap_or(&none);
            let left = bookings.iter().filter(|(_, booking)| still(booking));
            let left = left.map(|(module, booking)| (module.clone(), *booking)).collect();
            let (came, had_to_choose) = coming(&before, was.seats, bookings);
            let (comes, has_to_choose) = coming(&after, self.seats, &left);
            for module in modules {
                let has_chosen = was.now.get(&person).is_some_and(|booked| booked.contains_key(*module));
                let chooses = !has_chosen && has_to_choose.iter().any(|open| open == module);
                let of = |all: &[Coming]| -> BTreeMap<SessionId, Coming> {
                    let concerned = |one: &&Coming| {
                        let of_plans = self.is_ahead(&one.session) || was.moved == Some(one.session.id);
                        one.session.module_code == *module && of_plans
                    };
                    all.iter().filter(concerned).map(|one| (one.session.id, one.clone())).collect()
                };
                let (came, mut comes) = (of(&came), of(&comes));
                // Who was at an earlier session of the module need not choose; who missed it is told with what is missing.
                let was_held = before.iter().any(|one| one.module_code == *module && !self.is_ahead(one));
                let mut asked = was_held || had_to_choose.iter().any(|open| open == module);
                for (id, one) in &came {
                    match (comes.remove(id), cancelled.filter(|cancelled| cancelled.session.id == *id)) {
                        (Some(after), _) if after.session.sequence != one.session.sequence => {
                            let to = To::Person(person);
                            told.push(self.changed(to, &one.session, &after.session, after.booked));
                        }
                        (Some(_), _) => {}
                        (None, Some(cancelled)) => {
                            asked |= chooses;
                            told.push(self.cancelled(To::Person(person), cancelled, one.booked, chooses));
                        }
                        // It records heads only from now on.
                        (None, None) if !chooses => told.push(self.left(person, &one.session)),
                        (None, None) => {
                            asked = true;
                            let notice = self.choose(module, &after, true);
                            told.push(Told::removed(To::Person(person), notice, &one.session));
                        }
                    }
                }
                told.extend(comes.values().map(|one| self.comes(person, one)));
                if chooses && !asked {
                    told.push(Told::only(person, self.choose(module, &after, false)));
                }
            }
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
        let (booked, none) = (self.booked(conn)?, BTreeMap::new());
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

    fn givers(&self, conn: &mut DbConn, session: &Session) -> Result<Vec<To>> {
        Ok(cohorts::givers_of(conn, &self.cohort, session.id)?.into_iter().map(To::Trainer).collect())
    }

    fn comes(&self, person: PersonId, to: &Coming) -> Told {
        let notice = Notice::Session { session: self.facts(&to.session, to.booked) };
        Told::put(To::Person(person), notice, &to.session)
    }

    fn left(&self, person: PersonId, session: &Session) -> Told {
        let notice = Notice::SessionLeft { session: self.without_link(session) };
        Told::removed(To::Person(person), notice, session)
    }

    fn changed(&self, to: To, before: &Session, after: &Session, mode: Option<Mode>) -> Told {
        let (before, session) = (Box::new(self.facts(before, mode)), Box::new(self.facts(after, mode)));
        Told::put(to, Notice::SessionChanged { before, after: session }, after)
    }

    fn cancelled(&self, to: To, cancelled: &Cancelled, mode: Option<Mode>, choose: bool) -> Told {
        let Cancelled { session, reason } = cancelled;
        let facts = self.facts(session, mode);
        Told::removed(
            to,
            Notice::SessionCancelled { session: facts, reason: reason.clone(), choose },
            session,
        )
    }

    /// `came`: to one of them, without having chosen it.
    fn choose(&self, module: &str, sessions: &[Session], came: bool) -> Notice {
        let open = |session: &&Session| session.module_code == module && self.is_ahead(session);
        let sessions = sessions.iter().filter(open).map(|session| self.without_link(session)).collect();
        Notice::Choose { module: self.programme.titles(module), sessions, came }
    }

    /// For whoever has no place in it.
    fn without_link(&self, session: &Session) -> SessionFacts {
        self.facts(session, None).without_link()
    }
}
