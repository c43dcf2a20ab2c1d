//! Jobs as people see them: whoever started a long one follows it, and who looks after those that failed for good sees
//! them and has them tried again.

use crate::platform::Platform;
use crate::platform::db::Scope;
use crate::platform::error::{Error, Result};
use crate::platform::ids::JobId;
use crate::platform::jobs::{self, DeadJob, FollowedJob, JobState, Of};

/// How a job stands; [`Error::NotFound`] where there is none. Nobody who writes holds this up.
pub fn follow(platform: &Platform, of: Of, id: JobId) -> Result<(FollowedJob, JobState)> {
    let found = platform.db.read(Scope::Installation, |conn| jobs::follow(conn, of, id))?;
    let job = found.ok_or_else(|| Error::not_found("job"))?;
    let state = job.state(platform.clock.now());
    Ok((job, state))
}

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
