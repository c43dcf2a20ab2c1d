//! Places in sessions, and which sessions somebody is to come to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;

use super::seats::{self, refused};
use super::terms::terms;
use crate::cohorts::rules::meets;
use crate::cohorts::service as cohorts;
use crate::cohorts::{Cohort, Session, State};
use crate::enrolment::bookings::{
    BookableSession, Booker, Booking, BookingChange, Mode, ModuleBookings, places,
};
use crate::enrolment::notices;
use crate::enrolment::rules::bookings as rules;
use crate::enrolment::store::bookings as store;
use crate::enrolment::store::bookings::{Booked, Of};
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{PersonId, SessionId};

impl From<rules::Refusal> for Error {
    fn from(refusal: rules::Refusal) -> Error {
        refused(refusal.code(), &refusal, serde_json::to_value(&refusal))
    }
}

/// A session as people book it.
fn bookable(session: &Session) -> BookableSession {
    BookableSession { starts: session.starts_at, ends: session.ends_at, places: places(session) }
}

/// The sessions of a cohort by module, as far as people come to them by name.
pub fn by_module(sessions: &[Session]) -> BTreeMap<&str, Vec<&Session>> {
    let mut modules: BTreeMap<&str, Vec<&Session>> = BTreeMap::new();
    let is_held = |session: &&Session| session.cancelled_at.is_none() && !session.head_count_only;
    for session in sessions.iter().filter(is_held) {
        modules.entry(&session.module_code).or_default().push(session);
    }
    modules
}

/// The modules of a cohort whose sessions people book.
pub fn to_be_booked(sessions: &[Session], seats: Option<u32>) -> BTreeSet<String> {
    let is_booked = |sessions: &Vec<&Session>| {
        let bookable: Vec<BookableSession> = sessions.iter().map(|session| bookable(session)).collect();
        rules::is_to_be_booked(&bookable, seats)
    };
    let modules = by_module(sessions).into_iter();
    modules.filter(|(_, sessions)| is_booked(sessions)).map(|(module, _)| module.to_owned()).collect()
}

/// A session, all sessions of its module and who has booked which, or [`Error::NotFound`] where the cohort has no such session.
fn module_bookings(
    conn: &mut DbConn,
    cohort: &Cohort,
    session: SessionId,
) -> Result<(Session, Vec<Session>, ModuleBookings)> {
    let (organisation, id) = (cohort.organisation_id, cohort.id);
    let mut of_module = cohorts::sessions(conn, organisation, id)?;
    of_module.retain(|one| !one.head_count_only);
    let chosen = of_module.iter().find(|one| one.id == session).cloned();
    let chosen = chosen.ok_or_else(|| Error::not_found("session"))?;
    of_module.retain(|one| one.module_code == chosen.module_code);
    let booked = store::bookings(conn, organisation, id, Of::Module(&chosen.module_code))?;
    let module = booked_of(&of_module, booked);
    Ok((chosen, of_module, module))
}

fn booked_of<'a>(
    sessions: impl IntoIterator<Item = &'a Session>,
    booked: impl IntoIterator<Item = Booked>,
) -> ModuleBookings {
    ModuleBookings {
        sessions: sessions.into_iter().map(|one| (one.id, bookable(one))).collect(),
        bookings: booked.into_iter().map(|(person, _, booking)| (person, booking)).collect(),
    }
}

/// The one of these sessions that a person attended, as it was recorded.
fn attended<'a>(
    conn: &mut DbConn,
    cohort: &Cohort,
    sessions: impl IntoIterator<Item = &'a Session>,
    person: PersonId,
) -> Result<Option<SessionId>> {
    let seconds: BTreeMap<SessionId, u32> =
        sessions.into_iter().map(|session| (session.id, session.seconds())).collect();
    let ids: Vec<SessionId> = seconds.keys().copied().collect();
    let threshold = u32::try_from(cohort.threshold_percent).unwrap_or(100);
    let present = store::present_seconds(conn, cohort.organisation_id, &ids, person)?;
    let was_there = |(session, present): &(SessionId, i32)| {
        let present = u32::try_from(*present).unwrap_or(0);
        present > 0 && seconds.get(session).is_some_and(|scheduled| meets(present, *scheduled, threshold))
    };
    Ok(present.into_iter().find(was_there).map(|(session, _)| session))
}

/// Books a place for a person, or moves their booking there. Without a `mode` it is the room, or online where there is
/// none.
/// Whoever has the place already keeps it; whoever attended the module needs no other.
pub fn book(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    person: PersonId,
    session: SessionId,
    mode: Option<Mode>,
) -> Result<Booking> {
    cohorts::refuse_after_closing(cohort)?;
    let (chosen, of_module, module) = module_bookings(conn, cohort, session)?;
    let in_room = bookable(&chosen).places.contains_key(&Mode::InPerson);
    let usual = if in_room { Mode::InPerson } else { Mode::Online };
    let wish = Booking { session, mode: mode.unwrap_or(usual) };
    let found = seats::enrolment(conn, cohort.organisation_id, cohort.id, person);
    let state = match found {
        Ok(enrolment) => Some(enrolment.standing.state()),
        Err(Error::NotFound { .. }) => None,
        Err(error) => return Err(error),
    };
    let attended = attended(conn, cohort, &of_module, person)?;
    let now = platform.clock.now().naive_utc();
    match rules::book(&module, Booker { person, state, attended }, wish, now) {
        Ok(change) => {
            store::put(conn, cohort.organisation_id, cohort.id, (person, &chosen.module_code, wish), now)?;
            notices::rebooked(conn, platform, cohort, &change)?;
        }
        Err(rules::Refusal::AlreadyBooked) => {}
        Err(refusal) => return Err(refusal.into()),
    }
    Ok(wish)
}

/// Gives up a person's place in a session.
pub fn cancel(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    person: PersonId,
    session: SessionId,
) -> Result<BookingChange> {
    let (chosen, _, module) = module_bookings(conn, cohort, session)?;
    if module.bookings.get(&person).is_none_or(|booking| booking.session != session) {
        return Err(rules::Refusal::NothingBooked.into());
    }
    let change = rules::cancel(&module, person, platform.clock.now().naive_utc())?;
    store::remove(conn, cohort.organisation_id, cohort.id, person, &chosen.module_code)?;
    notices::rebooked(conn, platform, cohort, &change)?;
    Ok(change)
}

/// A session that somebody is to come to, and how, where they have booked it.
#[derive(Clone, Debug)]
pub struct Coming {
    pub session: Session,
    pub booked: Option<Mode>,
}

/// Which sessions an enrolled person is to come to, by start, and the modules that they have still to choose a session of.
pub fn coming(
    sessions: &[Session],
    seats: Option<u32>,
    booked: &BTreeMap<String, Booking>,
) -> (Vec<Coming>, Vec<String>) {
    let to_be_booked = to_be_booked(sessions, seats);
    let (mut coming, mut open) = (Vec::new(), Vec::new());
    for (module, of_module) in by_module(sessions) {
        let booking = booked.get(module);
        let chosen = booking.and_then(|booking| of_module.iter().find(|one| one.id == booking.session));
        match chosen {
            Some(session) => coming
                .push(Coming { session: (*session).clone(), booked: booking.map(|booking| booking.mode) }),
            None if to_be_booked.contains(module) => open.push(module.to_owned()),
            None => {
                coming.extend(of_module.iter().map(|one| Coming { session: (*one).clone(), booked: None }));
            }
        }
    }
    coming.sort_by_key(|coming| (coming.session.starts_at, coming.session.id));
    (coming, open)
}

/// What an enrolled person is to come to in a cohort with these sessions.
pub fn of_person(
    conn: &mut DbConn,
    cohort: &Cohort,
    sessions: &[Session],
    person: PersonId,
) -> Result<Vec<Coming>> {
    let booked = store::of_person(conn, cohort.organisation_id, cohort.id, person)?;
    Ok(coming(sessions, terms(cohort)?.capacity, &booked).0)
}

/// A place of one kind in a session that a person can choose.
#[derive(Clone, Debug)]
pub struct Place {
    pub session: Session,
    pub mode: Mode,
    /// None: without a limit.
    pub left: Option<u32>,
    /// It is the one that they have booked.
    pub theirs: bool,
}

/// What an enrolled person can choose of a module.
#[derive(Clone, Debug)]
pub struct Choice {
    pub module: String,
    /// Of the sessions that have not begun, the earliest first.
    pub places: Vec<Place>,
}

/// The modules of which an enrolled person has still to book a session, or can once more.
pub fn to_book(
    conn: &mut DbConn,
    cohort: &Cohort,
    sessions: &[Session],
    person: PersonId,
    now: NaiveDateTime,
) -> Result<Vec<String>> {
    let mut choices = choices(conn, cohort, sessions, person, now)?;
    choices.retain(|choice| !choice.places.iter().any(|place| place.theirs));
    Ok(choices.into_iter().map(|choice| choice.module).collect())
}

/// What an enrolled person can choose while the cohort goes on: of a module that they attended, to give up the place that they
/// have; nothing of one whose session they have booked and which goes on.
pub fn choices(
    conn: &mut DbConn,
    cohort: &Cohort,
    sessions: &[Session],
    person: PersonId,
    now: NaiveDateTime,
) -> Result<Vec<Choice>> {
    let mut choices = Vec::new();
    if !matches!(cohort.state, State::Open | State::Running) {
        return Ok(choices);
    }
    let booked_modules = to_be_booked(sessions, terms(cohort)?.capacity);
    for (module, of_module) in by_module(sessions) {
        if !booked_modules.contains(module) {
            continue;
        }
        let booked = store::bookings(conn, cohort.organisation_id, cohort.id, Of::Module(module))?;
        let module_bookings = booked_of(of_module.iter().copied(), booked);
        if !module_bookings.may_choose(person, now) {
            continue;
        }
        let has_it = attended(conn, cohort, of_module.iter().copied(), person)?.is_some();
        let own = module_bookings.bookings.get(&person).copied();
        let is_ahead = |session: &&&Session| session.starts_at > now;
        let mut places = Vec::new();
        for session in of_module.iter().filter(is_ahead) {
            for (mode, limit) in self::places(session) {
                let place = Booking { session: session.id, mode };
                let left = limit.map(|limit| limit.saturating_sub(module_bookings.booked(place)));
                places.push(Place { session: (*session).clone(), mode, left, theirs: own == Some(place) });
            }
        }
        if has_it {
            places.retain(|place| place.theirs);
        }
        places.sort_by_key(|place| (place.session.starts_at, place.session.id));
        if !places.is_empty() {
            choices.push(Choice { module: module.to_owned(), places });
        }
    }
    Ok(choices)
}

/// Which session of each module people could still come to.
pub struct Reachable<'a> {
    modules: BTreeMap<&'a str, ReachableModule<'a>>,
    now: NaiveDateTime,
}

struct ReachableModule<'a> {
    sessions: Vec<&'a Session>,
    bookings: BTreeMap<PersonId, Booking>,
    /// The first that anybody could still come to.
    first: Option<&'a Session>,
}

impl<'a> Reachable<'a> {
    /// Of a cohort with these sessions.
    pub fn of_cohort(
        conn: &mut DbConn,
        cohort: &Cohort,
        sessions: &'a [Session],
        now: NaiveDateTime,
    ) -> Result<Self> {
        let to_be_booked = to_be_booked(sessions, terms(cohort)?.capacity);
        let mut booked: BTreeMap<String, Vec<Booked>> = BTreeMap::new();
        for one in store::bookings(conn, cohort.organisation_id, cohort.id, Of::All)? {
            booked.entry(one.1.clone()).or_default().push(one);
        }
        let module = |(module, of_module): (&'a str, Vec<&'a Session>)| {
            let booked = booked.remove(module).unwrap_or_default();
            let bookings = booked_of(of_module.iter().copied(), booked);
            let mut ahead: Vec<&Session> =
                of_module.iter().copied().filter(|session| session.starts_at > now).collect();
            if to_be_booked.contains(module) {
                let left: BTreeSet<SessionId> =
                    bookings.left(now).into_iter().map(|place| place.session).collect();
                ahead.retain(|session| left.contains(&session.id));
            }
            let first = ahead.into_iter().min_by_key(|session| (session.starts_at, session.id));
            (module, ReachableModule { sessions: of_module, bookings: bookings.bookings, first })
        };
        Ok(Reachable { modules: by_module(sessions).into_iter().map(module).collect(), now })
    }

    /// The session of a module that a person comes to next: the one that they have booked, until it is over; else the first that
    /// has not begun, and where places are booked, has one left.
    pub fn next(&self, module: &str, person: PersonId) -> Option<&'a Session> {
        let module = self.modules.get(module)?;
        let own = module.bookings.get(&person);
        let is_own = |session: &&&Session| own.is_some_and(|own| own.session == session.id);
        let own = module.sessions.iter().find(is_own).copied();
        own.filter(|session| session.ends_at > self.now).or(module.first)
    }
}
