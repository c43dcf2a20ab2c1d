//! Queries of bookings, as far as sessions depend on them.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::enrolment::bookings::Mode;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{bookings, sessions};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{CohortId, OrganisationId, SessionId};

/// How many places of each kind are booked in a session.
pub fn booked(
    conn: &mut DbConn,
    organisation: OrganisationId,
    session: SessionId,
) -> Result<BTreeMap<Mode, u32>> {
    let modes: Vec<String> = bookings::table
        .filter(bookings::organisation_id.eq(organisation))
        .filter(bookings::session_id.eq(session))
        .select(bookings::mode)
        .load(conn)?;
    let mut booked = BTreeMap::new();
    for word in modes {
        let mode =
            Mode::parse(&word).ok_or_else(|| Error::internal(format!("a booking's mode is {word:?}")))?;
        *booked.entry(mode).or_default() += 1;
    }
    Ok(booked)
}

/// Gives up the places in a cohort's sessions to which nobody comes by name any more: they were cancelled, or record heads only.
pub fn delete_void_bookings(conn: &mut DbConn, organisation: OrganisationId, cohort: CohortId) -> Result<()> {
    let void: Vec<SessionId> = sessions::table
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::cohort_id.eq(cohort))
        .filter(sessions::cancelled_at.is_not_null().or(sessions::head_count_only))
        .select(sessions::id)
        .load(conn)?;
    for some in void.chunks(500) {
        diesel::delete(bookings::table)
            .filter(bookings::organisation_id.eq(organisation))
            .filter(bookings::session_id.eq_any(some.to_vec()))
            .execute(conn)?;
    }
    Ok(())
}
