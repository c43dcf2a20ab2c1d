//! Queries of calendar feeds. A look-up by a feed's secret is in [`secrets`](crate::identity::secrets).

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::on_backend;
use crate::platform::db::DbConn;
use crate::platform::db::schema::calendar_feeds;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, OrganisationId};

/// Gives an account this feed in an organisation, instead of any that it had.
pub fn put(
    conn: &mut DbConn,
    organisation: OrganisationId,
    account: AccountId,
    sha256: &[u8; 32],
    now: NaiveDateTime,
) -> Result<()> {
    let kept = (calendar_feeds::sha256.eq(sha256.as_slice()), calendar_feeds::created_at.eq(now));
    on_backend!(conn, c => diesel::insert_into(calendar_feeds::table)
        .values((
            calendar_feeds::organisation_id.eq(organisation),
            calendar_feeds::account_id.eq(account),
            kept,
        ))
        .on_conflict((calendar_feeds::organisation_id, calendar_feeds::account_id))
        .do_update()
        .set(kept)
        .execute(c))?;
    Ok(())
}

/// Since when an account has its feed in an organisation.
pub fn since(
    conn: &mut DbConn,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<Option<NaiveDateTime>> {
    Ok(calendar_feeds::table
        .filter(calendar_feeds::organisation_id.eq(organisation))
        .filter(calendar_feeds::account_id.eq(account))
        .select(calendar_feeds::created_at)
        .first(conn)
        .optional()?)
}

/// Deletes an account's feed in an organisation; says whether it had one.
pub fn delete(conn: &mut DbConn, organisation: OrganisationId, account: AccountId) -> Result<bool> {
    let deleted = diesel::delete(calendar_feeds::table)
        .filter(calendar_feeds::organisation_id.eq(organisation))
        .filter(calendar_feeds::account_id.eq(account))
        .execute(conn)?;
    Ok(deleted == 1)
}
