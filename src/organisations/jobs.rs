//! Jobs that failed for good: who looks after them sees them and has them tried again.

use crate::platform::Platform;
use crate::platform::db::Scope;
use crate::platform::error::{Error, Result};
use crate::platform::ids::JobId;
use crate::platform::jobs::{self, DeadJob, Of};

/// A page of dead jobs, the oldest first.
pub fn dead(platform: &Platform, of: Of, after: Option<JobId>, limit: i64) -> Result<Vec<DeadJob>> {
    platform.db.read(Scope::Installation, |conn| jobs::dead(conn, of, after, limit))
}

/// Has a dead job tried again; [`Error::NotFound`] where there is none.
pub fn retry(platform: &Platform, of: Of, id: JobId) -> Result<()> {
    let now = platform.clock.now().naive_utc();
    let found = platform.db.write_tx(Scope::Installation, |conn| jobs::retry(conn, of, id, now))?;
    if found { Ok(()) } else { Err(Error::not_found("dead job")) }
}
