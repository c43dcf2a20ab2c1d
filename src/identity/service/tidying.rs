//! What is over is forgotten: sign-ins, links and finished jobs say when somebody did what, and nobody needs that for ever.
//!
//! A job does it once a day and enqueues the one of the next day. Its key is the day, so that any number of instances
//! have one.

use chrono::{DateTime, Days, Duration, NaiveTime, Utc};

use crate::identity::store::{accounts, api_tokens, invitations, sign_ins};
use crate::organisations::service as organisations;
use crate::platform::Platform;
use crate::platform::db::{DbConn, Scope, enter};
use crate::platform::error::Result;
use crate::platform::http::idempotency::claims;
use crate::platform::jobs::{self, JobError, NewJob};

/// The kind of jobs that forget what is over.
pub const KIND: &str = "tidying";

/// How long what is over is kept: somebody may ask about it.
pub const KEPT: Duration = Duration::days(30);
/// How long a job that died is kept: somebody should look at it, and may come to it late.
const DEAD_KEPT: Duration = Duration::days(365);

/// Enqueues the tidying of a day, for the small hours of it.
pub fn enqueue(conn: &mut DbConn, platform: &Platform, day: DateTime<Utc>) -> Result<()> {
    let key = format!("{KIND}:{}", day.date_naive());
    let run_at = day.date_naive().and_time(NaiveTime::MIN).and_utc() + Duration::hours(3);
    let job = NewJob { organisation: None, kind: KIND, key: &key, payload: &(), run_at };
    jobs::enqueue(conn, platform, &job).map(drop)
}

/// Enqueues today's; for the start of a server.
pub fn begin(platform: &Platform) -> Result<()> {
    let today = platform.clock.now();
    platform.db.write_tx(Scope::Installation, |conn| enqueue(conn, platform, today))
}

/// Does such a job.
pub fn handle(platform: &Platform) -> Result<(), JobError> {
    tidy(platform).map_err(|error| JobError::Passing(error.to_string()))
}

fn tidy(platform: &Platform) -> Result<()> {
    let now = platform.clock.now();
    let before = (now - KEPT).naive_utc();
    // It goes through all organisations: nobody shall share that commit.
    platform.db.write_alone(Scope::Installation, |conn| {
        sign_ins::forget(conn, before)?;
        accounts::forget_password_resets(conn, before)?;
        invitations::forget_founding(conn, before)?;
        claims::forget(conn, (now - claims::KEPT).naive_utc())?;
        jobs::forget(conn, before, (now - DEAD_KEPT).naive_utc())?;
        for organisation in organisations::ids(conn)? {
            enter(conn, Scope::Organisation(organisation))?;
            invitations::forget(conn, organisation, before)?;
            api_tokens::forget(conn, organisation, before)?;
        }
        enqueue(conn, platform, now + Days::new(1))
    })
}
