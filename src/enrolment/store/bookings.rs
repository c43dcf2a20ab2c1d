//! Places in sessions.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::enrolment::bookings::{Booking, Mode};
use crate::on_backend;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{attendance, bookings};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{CohortId, OrganisationId, PersonId, SessionId};

/// Whose bookings in a cohort.
#[derive(Clone, Copy, Debug)]
pub enum Of<'a> {
    /// Everybody's, in the sessions of one module.
    Module(&'a str),
    /// One person's.
    Person(PersonId),
    All,
    /// Everybody's that are as they were then (UTC).
    Since(NaiveDateTime),
}

/// A booking as it lies there: whose, of which module, and the place.
pub type Booked = (PersonId, String, Booking);

/// Bookings of a cohort.
pub fn bookings(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    of: Of<'_>,
) -> Result<Vec<Booked>> {
    let mut query = bookings::table
        .filter(bookings::organisation_id.eq(organisation))
        .filter(bookings::cohort_id.eq(cohort))
        .order(bookings::id)
        .select((bookings::person_id, bookings::module_code, bookings::session_id, bookings::mode))
        .into_boxed();
    query = match of {
        Of::Module(module) => query.filter(bookings::module_code.eq(module.to_owned())),
        Of::Person(person) => query.filter(bookings::person_id.eq(person)),
        Of::All => query,
        Of::Since(then) => query.filter(bookings::created_at.le(then)),
    };
    let rows: Vec<(PersonId, String, SessionId, String)> = query.load(conn)?;
    rows.into_iter()
        .map(|(person, module, session, mode)| {
            let mode = Mode::parse(&mode).ok_or_else(|| Error::internal("a booking of no known kind"))?;
            Ok((person, module, Booking { session, mode }))
        })
        .collect()
}

/// The sessions that people have booked, by module, of one person.
pub fn of_person(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    person: PersonId,
) -> Result<BTreeMap<String, Booking>> {
    let booked = bookings(conn, organisation, cohort, Of::Person(person))?;
    Ok(booked.into_iter().map(|(_, module, booking)| (module, booking)).collect())
}

/// How long a person was in some sessions, as far as it was recorded and counts, by session.
pub fn present_seconds(
    conn: &mut DbConn,
    organisation: OrganisationId,
    sessions: &[SessionId],
    person: PersonId,
) -> Result<Vec<(SessionId, i32)>> {
    Ok(attendance::table
        .filter(attendance::organisation_id.eq(organisation))
        .filter(attendance::session_id.eq_any(sessions.to_vec()))
        .filter(attendance::person_id.eq(person))
        .filter(attendance::superseded_at.is_null())
        .order(attendance::session_id)
        .select((attendance::session_id, attendance::present_seconds))
        .load(conn)?)
}

/// Makes a person's booking of a module, or moves it: it is another one from then on.
pub fn put(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    (person, module, booking): (PersonId, &str, Booking),
    now: NaiveDateTime,
) -> Result<()> {
    let place = (
        bookings::session_id.eq(booking.session),
        bookings::mode.eq(booking.mode.as_str()),
        bookings::created_at.eq(now),
    );
    on_backend!(conn, c => diesel::insert_into(bookings::table)
        .values((
            bookings::organisation_id.eq(organisation),
            bookings::cohort_id.eq(cohort),
            bookings::module_code.eq(module),
            bookings::person_id.eq(person),
            place,
        ))
        .on_conflict((
            bookings::organisation_id,
            bookings::cohort_id,
            bookings::module_code,
            bookings::person_id,
        ))
        .do_update()
        .set(place)
        .execute(c))?;
    Ok(())
}

/// Removes a person's booking of a module.
pub fn remove(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    person: PersonId,
    module: &str,
) -> Result<()> {
    diesel::delete(bookings::table)
        .filter(bookings::organisation_id.eq(organisation))
        .filter(bookings::cohort_id.eq(cohort))
        .filter(bookings::person_id.eq(person))
        .filter(bookings::module_code.eq(module))
        .execute(conn)?;
    Ok(())
}

/// Removes everything that these people have booked in a cohort.
pub fn remove_all(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    people: &[PersonId],
) -> Result<()> {
    for people in people.chunks(500) {
        diesel::delete(bookings::table)
            .filter(bookings::organisation_id.eq(organisation))
            .filter(bookings::cohort_id.eq(cohort))
            .filter(bookings::person_id.eq_any(people.to_vec()))
            .execute(conn)?;
    }
    Ok(())
}
