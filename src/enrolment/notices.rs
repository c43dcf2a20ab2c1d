//! Who is told what by mail, in the transaction of what happened.

use crate::cohorts::{Cohort, Session};
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::Result;

/// Tells everybody affected that a session has another time or place.
pub fn session_changed(
    _conn: &mut DbConn,
    _platform: &Platform,
    _cohort: &Cohort,
    _before: &Session,
    _after: &Session,
) -> Result<()> {
    Ok(())
}

/// Tells everybody affected that a session is cancelled; `session` is as it was before.
pub fn session_cancelled(
    _conn: &mut DbConn,
    _platform: &Platform,
    _cohort: &Cohort,
    _session: &Session,
) -> Result<()> {
    Ok(())
}
