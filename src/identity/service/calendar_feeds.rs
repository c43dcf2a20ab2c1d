//! Calendar feeds: the address at which an account's calendar programs read its sessions in an organisation. Whoever has
//! the address can read them, so it holds a secret, and its owner can end it.

use chrono::NaiveDateTime;

use crate::identity::secrets::{self, CalendarFeedOf, Kind};
use crate::identity::store::calendar_feeds;
use crate::platform::Platform;
use crate::platform::config::{Home, Secret};
use crate::platform::db::{DbConn, Scope, enter};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, OrganisationId};

/// Makes an account's feed, within the organisation's scope; the one before ends. Its secret is given this once.
pub fn create(
    conn: &mut DbConn,
    platform: &Platform,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<(NaiveDateTime, Secret<String>)> {
    let (secret, sha256) = secrets::make(Kind::CalendarFeed, &platform.random)?;
    let now = platform.clock.now().naive_utc();
    calendar_feeds::put(conn, organisation, account, &sha256, now)?;
    Ok((now, secret))
}

/// Since when an account has its feed; [`Error::NotFound`] where it has none.
pub fn since(conn: &mut DbConn, organisation: OrganisationId, account: AccountId) -> Result<NaiveDateTime> {
    calendar_feeds::since(conn, organisation, account)?.ok_or_else(gone)
}

/// Ends an account's feed; [`Error::NotFound`] where it has none.
pub fn revoke(conn: &mut DbConn, organisation: OrganisationId, account: AccountId) -> Result<()> {
    if calendar_feeds::delete(conn, organisation, account)? { Ok(()) } else { Err(gone()) }
}

/// Reads what the feed with this secret is of, within its organisation. [`Error::NotFound`] for a secret of none, of one
/// that has ended, and of one whose account is disabled or has left: they look the same.
pub fn open<T>(
    platform: &Platform,
    secret: &str,
    read: impl FnOnce(&mut DbConn, &CalendarFeedOf) -> Result<T>,
) -> Result<T> {
    let sha256 = secrets::kept(Kind::CalendarFeed, secret).ok_or_else(gone)?;
    platform.db.read(Scope::Secret(&sha256), |conn| {
        let feed = secrets::calendar_feed(conn, &sha256)?.ok_or_else(gone)?;
        enter(conn, Scope::Organisation(feed.organisation))?;
        read(conn, &feed)
    })
}

/// Where calendar programs subscribe to the feed with this secret.
pub fn address(home: &Home, secret: &Secret<String>) -> String {
    format!("{}/calendar/{}.ics", home.0, secret.expose())
}

fn gone() -> Error {
    Error::not_found("calendar feed")
}
