//! What people are told when the plan of a cohort is another than before: sessions planned, changed or cancelled, or another
//! number of seats, and with them what is to be booked.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDateTime, TimeDelta};

use super::audience::{Booked, To, Told};
use super::compose::Course;
use crate::cohorts::Session;
use crate::cohorts::service as cohorts;
use crate::enrolment::bookings::{Booking, Mode};
use crate::enrolment::mails::Notice;
use crate::enrolment::service::bookings::{Coming, coming};
use crate::enrolment::store::bookings::Of;
use crate::platform::db::DbConn;
use crate::platform::error::Result;
use crate::platform::ids::{PersonId, SessionId};

/// The sessions, the bookings and the number of seats as they were.
struct Before {
    sessions: Vec<Session>,
    /// Without those that were made or moved since: of them another job tells.
    booked: Booked,
    seats: Option<u32>,
    /// Who was enrolled by then is told.
    at: NaiveDateTime,
    /// What is told of this one even where it turned out to be over already.
    moved: Option<SessionId>,
}

impl Before {
    /// The same with the bookings of a session that have gone with it.
    fn with_gone(mut self, session: &Session, gone: &[(PersonId, Mode)]) -> Before {
        for (person, mode) in gone {
            let booking = Booking { session: session.id, mode: *mode };
            self.booked.entry(*person).or_default().insert(session.module_code.clone(), booking);
        }
        self
    }
}

/// A session that was cancelled, and why.
struct Cancelled {
    session: Session,
    reason: Option<String>,
}

impl Course<'_> {
    /// `beside` are the sessions that there were already.
    pub(super) fn of_plan(
        &self,
        conn: &mut DbConn,
        planned: &[SessionId],
        beside: &[SessionId],
    ) -> Result<Vec<Told>> {
        let planned: Vec<&Session> = planned.iter().filter_map(|id| self.session(*id)).collect();
        let before = self.sessions.iter().filter(|session| beside.contains(&session.id)).cloned().collect();
        let before = self.before(conn, before)?;
        let modules = planned.iter().map(|session| session.module_code.as_str()).collect();
        let mut told = self.of_difference(conn, &modules, before, None)?;
        for session in planned {
            let given = |facts| Notice::SessionGiven { session: facts };
            for trainer in self.givers(conn, session)? {
                told.push(Told::put(trainer, given(self.facts(session, None)), session));
            }
        }
        Ok(told)
    }

    pub(super) fn of_change(
        &self,
        conn: &mut DbConn,
        before: &Session,
        gone: &[(PersonId, Mode)],
    ) -> Result<Vec<Told>> {
        // What is cancelled by now is told by another job; what was over already is in nobody's plans.
        let after = self.sessions.iter().find(|session| session.id == before.id);
        let concerns = |after: &&Session| self.is_ahead(before) || self.is_ahead(after);
        let Some(after) = after.filter(concerns) else { return Ok(Vec::new()) };
        let sessions = self.sessions.iter();
        let was = sessions.map(|one| if one.id == before.id { before } else { one }).cloned().collect();
        let was = self.before(conn, was)?.with_gone(before, gone);
        let modules = BTreeSet::from([before.module_code.as_str()]);
        let was = Before { moved: Some(before.id), ..was };
        let mut told = self.of_difference(conn, &modules, was, None)?;
        if after.sequence != before.sequence {
            for trainer in self.givers(conn, after)? {
                told.push(self.changed(trainer, before, after, None));
            }
        }
        Ok(told)
    }

    pub(super) fn of_cancellation(
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
        let was = self.before(conn, was)?.with_gone(before, gone);
        let modules = BTreeSet::from([before.module_code.as_str()]);
        let mut told = self.of_difference(conn, &modules, was, Some(&cancelled))?;
        for trainer in self.givers(conn, before)? {
            told.push(self.cancelled(trainer, &cancelled, None, false));
        }
        Ok(told)
    }

    /// With another number of seats some sessions are booked that were not, or no longer.
    pub(super) fn of_seats(&self, conn: &mut DbConn, seats: Option<u32>) -> Result<Vec<Told>> {
        let modules = self.sessions.iter().map(|session| session.module_code.as_str()).collect();
        // Who got one of the new seats is told by that what there is.
        let at = self.at - TimeDelta::microseconds(1);
        let before = Before { seats, at, ..self.before(conn, self.sessions.clone())? };
        self.of_difference(conn, &modules, before, None)
    }

    /// These sessions, with the seats as they are.
    fn before(&self, conn: &mut DbConn, sessions: Vec<Session>) -> Result<Before> {
        let booked = self.booked(conn, Of::Since(self.at))?;
        Ok(Before { sessions, booked, seats: self.seats, at: self.at, moved: None })
    }

    /// What people are told when the sessions of some modules are others than before, and with them what is to be booked.
    fn of_difference(
        &self,
        conn: &mut DbConn,
        modules: &BTreeSet<&str>,
        was: Before,
        cancelled: Option<&Cancelled>,
    ) -> Result<Vec<Told>> {
        let none = BTreeMap::new();
        let of_modules = |sessions: Vec<Session>| -> Vec<Session> {
            let concerned = |session: &Session| modules.contains(session.module_code.as_str());
            sessions.into_iter().filter(concerned).collect()
        };
        let (before, after) = (of_modules(was.sessions), of_modules(self.sessions.clone()));
        let still = |booking: &Booking| after.iter().any(|session| session.id == booking.session);
        let now = self.booked(conn, Of::All)?;
        let mut told = Vec::new();
        for person in self.enrolled(conn, was.at)? {
            let bookings = was.booked.get(&person).unwrap_or(&none);
            let left = bookings.iter().filter(|(_, booking)| still(booking));
            let left = left.map(|(module, booking)| (module.clone(), *booking)).collect();
            let (came, had_to_choose) = coming(&before, was.seats, bookings);
            let (comes, has_to_choose) = coming(&after, self.seats, &left);
            for module in modules {
                let chosen = now.get(&person).and_then(|booked| booked.get(*module));
                let chooses = chosen.is_none()
                    && self.can_be_chosen(module)
                    && has_to_choose.iter().any(|open| open == module);
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
                        // They have booked it since, and are told so.
                        (None, None) if chosen.is_some_and(|chosen| chosen.session == *id) => {}
                        // It records heads only from now on, or they have booked another one since.
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
}
