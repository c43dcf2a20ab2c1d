//! Reminders of sessions. A job looks every few minutes for sessions that people are to be reminded of, and enqueues the
//! notice of each under a key that makes a second look harmless. So a session that is moved, or reminders that are set
//! otherwise, need nothing else.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};

use super::{What, enqueue_as};
use crate::cohorts::service as cohorts;
use crate::cohorts::{Cohort, Session};
use crate::organisations::service as organisations;
use crate::platform::Platform;
use crate::platform::db::{DbConn, Scope};
use crate::platform::error::{Error, Result, chain};
use crate::platform::ids::OrganisationId;
use crate::platform::jobs::{self, JobError, NewJob};

/// The kind of jobs that look for sessions to be reminded of.
pub const KIND: &str = "reminders";

/// How often is looked.
const EVERY: i64 = 5 * 60;

/// Nobody is reminded longer before.
const LONGEST: Duration = Duration::days(60);

/// Enqueues the next look after `from`.
fn enqueue(conn: &mut DbConn, platform: &Platform, from: DateTime<Utc>) -> Result<()> {
    let next = (from.timestamp().div_euclid(EVERY) + 1) * EVERY;
    let run_at = DateTime::from_timestamp(next, 0).ok_or_else(|| Error::internal("no such time"))?;
    let key = format!("{KIND}:{next}");
    let job = NewJob { organisation: None, kind: KIND, key: &key, payload: &(), run_at };
    jobs::enqueue(conn, platform, &job).map(drop)
}

/// Enqueues the next look; for the start of a server.
pub fn begin(platform: &Platform) -> Result<()> {
    let now = platform.clock.now();
    platform.db.write_tx(Scope::Installation, |conn| enqueue(conn, platform, now))
}

/// Looks once. The next look is enqueued first, so that one that fails ends nothing; what it missed, another try or the next
/// look finds.
pub fn handle(platform: &Platform) -> std::result::Result<(), JobError> {
    let passing = |error: Error| JobError::Passing(chain(&error));
    begin(platform).map_err(passing)?;
    let now = platform.clock.now();
    let organisations = platform.db.read(Scope::Installation, organisations::ids).map_err(passing)?;
    let mut failed = Ok(());
    for organisation in organisations {
        if let Err(error) = look(platform, organisation, now) {
            tracing::warn!(%organisation, error = chain(&error), "the look for reminders failed");
            failed = Err(passing(error));
        }
    }
    failed
}

fn look(platform: &Platform, organisation: OrganisationId, now: DateTime<Utc>) -> Result<()> {
    let scope = Scope::Organisation(organisation);
    let between = |conn: &mut DbConn| {
        cohorts::sessions_between(conn, organisation, now.naive_utc(), (now + LONGEST).naive_utc())
    };
    let soon = platform.db.read(scope, between)?;
    if soon.is_empty() {
        return Ok(());
    }
    platform.db.write_tx(scope, |conn| {
        soon.iter().try_for_each(|(cohort, session)| remind(conn, platform, cohort, session, now.naive_utc()))
    })
}

fn remind(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    session: &Session,
    now: NaiveDateTime,
) -> Result<()> {
    for minutes in cohorts::reminders(cohort)? {
        if is_due(session.starts_at, minutes, now) {
            let (sequence, id) = (session.sequence, session.id);
            let key = format!("reminder:{id}:{sequence}:{minutes}");
            enqueue_as(
                conn,
                platform,
                cohort,
                &key,
                None,
                What::Reminder { session: id, sequence, minutes },
            )?;
        }
    }
    Ok(())
}

/// Whether now is the time to remind people so many minutes before the start: from then on, as long as it is still about
/// that long. A session that is planned two days before gets no reminder of a week.
fn is_due(starts: NaiveDateTime, minutes: u32, now: NaiveDateTime) -> bool {
    let ahead = Duration::minutes(minutes.into());
    let late =
        (ahead / 4).clamp(Duration::minutes(15).min(ahead), Duration::hours(6).max(Duration::minutes(15)));
    let time = starts - ahead;
    (time..time + late).contains(&now) && now < starts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: i64 = 24 * 60;

    fn at(minute: i64) -> NaiveDateTime {
        DateTime::from_timestamp(1_700_000_000 + minute * 60, 0).expect("a time").naive_utc()
    }

    #[test]
    fn a_reminder_is_due_from_its_time_on_for_a_while() {
        let starts = at(0);
        for (minutes, now, due) in [
            (60, -61, false),
            (60, -60, true),
            (60, -46, true),
            (60, -45, false),
            (1440, -DAY, true),
            (1440, -DAY + 359, true),
            (1440, -DAY + 360, false),
            (10_080, -7 * DAY + 359, true),
            (10_080, -2 * DAY, false),
            (5, -5, true),
            (5, -1, true),
            (5, 0, false),
        ] {
            assert_eq!(is_due(starts, minutes, at(now)), due, "{minutes} minutes before, at {now}");
        }
    }

    proptest! {
        /// Looks that are five minutes apart miss nothing.
        #[test]
        fn whoever_looks_every_five_minutes_finds_it(minutes in 5_u32..100_000, offset in 0_i64..5) {
            let looks = (0..).map(|n| -i64::from(minutes) - 10 + offset + 5 * n).take_while(|now| *now < 0);
            prop_assert!(looks.into_iter().any(|now| is_due(at(0), minutes, at(now))));
        }
    }
}
