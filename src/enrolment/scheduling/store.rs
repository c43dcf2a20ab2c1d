//! Queries of bookings, as far as sessions depend on them.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::enrolment::bookings::Mode;
use crate::platform::db::DbConn;
use crate::platform::db::schema::bookings;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{OrganisationId, SessionId};

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

/// Gives up all places that are booked in a session.
pub fn delete_bookings(conn: &mut DbConn, organisation: OrganisationId, session: SessionId) -> Result<()> {
    diesel::delete(bookings::table)
        .filter(bookings::organisation_id.eq(organisation))
        .filter(bookings::session_id.eq(session))
        .execute(conn)?;
    Ok(())
}
