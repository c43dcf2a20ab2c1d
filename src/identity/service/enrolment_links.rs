//! Links by which people enrol, as whoever follows one finds them. They are made and revoked by `enrolment`.

use crate::identity::secrets::{self, EnrolmentLinkOf, Kind};
use crate::platform::Platform;
use crate::platform::db::{DbConn, Scope, enter};
use crate::platform::error::{Error, Result};

/// Reads what the link with this secret is of, within its organisation. [`Error::NotFound`] for a secret of none, and of one
/// that is revoked or over: they look the same.
pub fn open<T>(
    platform: &Platform,
    secret: &str,
    read: impl FnOnce(&mut DbConn, &EnrolmentLinkOf) -> Result<T>,
) -> Result<T> {
    let gone = || Error::not_found("link");
    let sha256 = secrets::kept(Kind::Enrolment, secret).ok_or_else(gone)?;
    let now = platform.clock.now().naive_utc();
    platform.db.read(Scope::Secret(&sha256), |conn| {
        let link = secrets::enrolment_link(conn, &sha256, now)?.ok_or_else(gone)?;
        enter(conn, Scope::Organisation(link.organisation))?;
        read(conn, &link)
    })
}
