//! Who gets which place in the sessions of a module.
//!
//! A booking is of one session; to book another one moves it, in one step, so that nobody gives a place up for one that
//! they then do not get. Whoever missed the session that they had booked can still come to another one. Nobody waits for a place in a session: whoever finds it full is told where places are left.
//! Whoever withdraws from the cohort gives up their bookings: [`release`] it, whatever has begun.

use chrono::NaiveDateTime;
use serde::Serialize;

use super::super::State;
use super::super::bookings::{BookableSession, Booker, Booking, BookingChange, Mode, ModuleBookings};
use super::refusal::{stands, utc};
use super::seats::count;
use crate::platform::ids::{PersonId, SessionId};

/// Why a booking does not change. Times are UTC; the JSON has the fields and the [`code`](Refusal::code).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Refusal {
    #[error("places are for the enrolled: the person is {}", stands(*state))]
    NotEnrolled { state: Option<State> },
    /// The sessions that the module has.
    #[error("the module has no session {session}")]
    UnknownSession { session: SessionId, sessions: Vec<SessionId> },
    #[error("the person has booked this place already")]
    AlreadyBooked,
    #[error("the person attended session {session} of the module")]
    ModuleAttended { session: SessionId },
    #[error("session {session} began at {}", utc(starts))]
    SessionBegun { session: SessionId, starts: NaiveDateTime },
    #[error("session {} has no {} places", wish.session, wish.mode.as_str())]
    ModeNotOffered { wish: Booking, offered: Vec<Mode> },
    /// Where places of the module are left, the same session's first, then the earliest.
    #[error("session {} has {capacity} {} places, and all are taken{}", wish.session, wish.mode.as_str(), elsewhere(left))]
    SessionFull { wish: Booking, capacity: u32, left: Vec<Booking> },
    #[error("nothing is booked")]
    NothingBooked,
}

impl Refusal {
    /// The stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotEnrolled { .. } => "not-enrolled",
            Refusal::UnknownSession { .. } => "unknown-session",
            Refusal::AlreadyBooked => "already-booked",
            Refusal::ModuleAttended { .. } => "module-attended",
            Refusal::SessionBegun { .. } => "session-begun",
            Refusal::ModeNotOffered { .. } => "mode-not-offered",
            Refusal::SessionFull { .. } => "session-full",
            Refusal::NothingBooked => "nothing-booked",
        }
    }
}

/// Whether people book the sessions of a module: where there is something to choose (one of several, the room or online), or
/// where not everybody who can be in the cohort has a place. `seats` are those of the cohort; none: without a limit.
pub fn is_to_be_booked<'a>(
    sessions: impl IntoIterator<Item = &'a BookableSession>,
    seats: Option<u32>,
) -> bool {
    let sessions: Vec<&BookableSession> = sessions.into_iter().collect();
    match sessions.as_slice() {
        [] => false,
        [one] => {
            let limits: Vec<u32> = one.places.values().copied().flatten().collect();
            let is_too_small = |places: &u32| seats.is_none_or(|seats| *places < seats);
            if one.places.len() > 1 { !limits.is_empty() } else { limits.iter().any(is_too_small) }
        }
        _ => true,
    }
}

/// Books a place, or moves the booking there: from a session that has not begun, or is over.
pub fn book(
    module: &ModuleBookings,
    Booker { person, state, attended }: Booker,
    wish: Booking,
    now: NaiveDateTime,
) -> Result<BookingChange, Refusal> {
    if state != Some(State::Enrolled) {
        return Err(Refusal::NotEnrolled { state });
    }
    let from = module.bookings.get(&person).copied();
    if from == Some(wish) {
        return Err(Refusal::AlreadyBooked);
    }
    if let Some(session) = attended {
        return Err(Refusal::ModuleAttended { session });
    }
    if let Some(from) = from {
        refuse_under_way(module, from.session, now)?;
    }
    find(module, wish.session)?;
    refuse_begun(module, wish.session, now)?;
    refuse_full(module, wish, now)?;
    Ok(BookingChange { person, from, to: Some(wish) })
}

/// Gives a place up, until its session begins.
pub fn cancel(
    module: &ModuleBookings,
    person: PersonId,
    now: NaiveDateTime,
) -> Result<BookingChange, Refusal> {
    let change = release(module, person).ok_or(Refusal::NothingBooked)?;
    if let Some(from) = change.from {
        refuse_begun(module, from.session, now)?;
    }
    Ok(change)
}

/// What becomes of the booking of somebody who is no longer enrolled; nothing where they have none.
pub fn release(module: &ModuleBookings, person: PersonId) -> Option<BookingChange> {
    let from = *module.bookings.get(&person)?;
    Some(BookingChange { person, from: Some(from), to: None })
}

impl ModuleBookings {
    /// How many places of this kind are booked.
    pub fn booked(&self, place: Booking) -> u32 {
        count(self.bookings.values().filter(|booked| **booked == place).count())
    }

    /// The bookings after a change that was decided from them.
    pub fn apply(&mut self, change: &BookingChange) {
        match change.to {
            Some(to) => self.bookings.insert(change.person, to),
            None => self.bookings.remove(&change.person),
        };
    }

    /// Whether nothing that goes on keeps the person from another place.
    pub fn may_choose(&self, person: PersonId, now: NaiveDateTime) -> bool {
        let booked = self.bookings.get(&person);
        booked.is_none_or(|booked| refuse_under_way(self, booked.session, now).is_ok())
    }

    /// Places of sessions that have not begun, which somebody can still book: the earliest first.
    pub fn left(&self, now: NaiveDateTime) -> Vec<Booking> {
        let mut sessions: Vec<(&SessionId, &BookableSession)> =
            self.sessions.iter().filter(|(_, session)| now < session.starts).collect();
        sessions.sort_by_key(|(id, session)| (session.starts, **id));
        let places = sessions.into_iter().flat_map(|(id, session)| {
            session.places.iter().map(|(mode, limit)| (Booking { session: *id, mode: *mode }, *limit))
        });
        places
            .filter(|(place, limit)| limit.is_none_or(|limit| self.booked(*place) < limit))
            .map(|(place, _)| place)
            .collect()
    }
}

/// A session that is not there any more has not begun, and keeps nobody.
fn refuse_begun(module: &ModuleBookings, session: SessionId, now: NaiveDateTime) -> Result<(), Refusal> {
    match module.sessions.get(&session) {
        Some(BookableSession { starts, .. }) if *starts <= now => {
            Err(Refusal::SessionBegun { session, starts: *starts })
        }
        _ => Ok(()),
    }
}

/// Whoever booked a session that is over can have missed it.
fn refuse_under_way(module: &ModuleBookings, session: SessionId, now: NaiveDateTime) -> Result<(), Refusal> {
    let is_over = module.sessions.get(&session).is_some_and(|session| session.ends <= now);
    if is_over { Ok(()) } else { refuse_begun(module, session, now) }
}

fn refuse_full(module: &ModuleBookings, wish: Booking, now: NaiveDateTime) -> Result<(), Refusal> {
    let places = &find(module, wish.session)?.places;
    let Some(limit) = places.get(&wish.mode) else {
        return Err(Refusal::ModeNotOffered { wish, offered: places.keys().copied().collect() });
    };
    match limit {
        Some(capacity) if module.booked(wish) >= *capacity => {
            let mut left = module.left(now);
            left.sort_by_key(|place| place.session != wish.session);
            Err(Refusal::SessionFull { wish, capacity: *capacity, left })
        }
        _ => Ok(()),
    }
}

fn find(module: &ModuleBookings, session: SessionId) -> Result<&BookableSession, Refusal> {
    module.sessions.get(&session).ok_or_else(|| Refusal::UnknownSession {
        session,
        sessions: module.sessions.keys().copied().collect(),
    })
}

fn elsewhere(left: &[Booking]) -> String {
    let places: Vec<String> =
        left.iter().map(|place| format!("session {} ({})", place.session, place.mode.as_str())).collect();
    if places.is_empty() { String::new() } else { format!("; places are left in {}", places.join(", ")) }
}

#[cfg(test)]
#[path = "bookings_tests.rs"]
mod tests;
