//! One's own calendar: the sessions of an account in an organisation, for the calendar programs that subscribe to it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDateTime};
use diesel::Queryable;

use super::service::bookings;
use super::service::terms::terms;
use super::store::feed as store;
use crate::access::Role;
use crate::catalogue::Catalogue;
use crate::cohorts::calendar::{self, Context};
use crate::cohorts::snapshot::ProgrammeSnapshot;
use crate::cohorts::{Cohort, Session, schedule_file, service as cohorts};
use crate::identity::roles_of_text;
use crate::identity::secrets::CalendarFeedOf;
use crate::identity::service::calendar_feeds;
use crate::organisations::service as organisations;
use crate::platform::Platform;
use crate::platform::calendar::schedule;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::ids::CohortId;

/// How long a session that is over stays in it.
const KEPT: Duration = Duration::days(60);

/// A session, and how an account stands to it.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct Row {
    pub session: Session,
    /// The roles of the account.
    pub roles: String,
    /// Its person is enrolled in the cohort.
    pub enrolled: bool,
    /// The session names it: it gives the session, or learns to.
    pub named: bool,
    /// It teaches the cohort, and the session names nobody else who gives it.
    pub taught: bool,
    /// Its person has booked this session.
    pub booked: bool,
    /// Its person has booked a session of the module.
    pub module_booked: bool,
}

/// How a session stands in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    AsItIs,
    /// One of several, of which the person has still to book one.
    ToBeBooked,
}

/// The calendar of the feed with this secret, in the language of its account; [`Error::NotFound`] where there is none.
/// It holds nothing about anybody else.
pub fn read(platform: &Platform, catalogue: &Catalogue, secret: &str) -> Result<String> {
    let now = platform.clock.now().naive_utc();
    calendar_feeds::open(platform, secret, |conn, feed| of_account(conn, platform, catalogue, feed, now))
}

fn of_account(
    conn: &mut DbConn,
    platform: &Platform,
    catalogue: &Catalogue,
    feed: &CalendarFeedOf,
    now: NaiveDateTime,
) -> Result<String> {
    let (organisation, settings) = organisations::with_settings(conn, feed.organisation)?;
    let organizer = schedule_file::organizer(&organisation, &settings, &platform.sender)?;
    let rows = store::sessions(conn, feed.organisation, feed.account, now - KEPT, now)?;
    let ids: BTreeSet<CohortId> = rows.iter().map(|row| row.session.cohort_id).collect();
    let ids: Vec<CohortId> = ids.into_iter().collect();
    let cohorts = store::cohorts(conn, feed.organisation, &ids)?;
    let shown = shown(rows, &cohorts, now)?;
    let mut delivered: BTreeMap<CohortId, (Cohort, ProgrammeSnapshot)> = BTreeMap::new();
    for cohort in cohorts {
        if shown.iter().any(|(session, _)| session.cohort_id == cohort.id) {
            let programme = cohorts::programme(conn, &cohort, catalogue)?;
            delivered.insert(cohort.id, (cohort, programme));
        }
    }
    let mut events = Vec::with_capacity(shown.len());
    for (session, shown) in &shown {
        let of = delivered.get(&session.cohort_id);
        let (cohort, programme) = of.ok_or_else(|| Error::internal("a cohort went missing"))?;
        let (organizer, language) = (&organizer, feed.language.as_str());
        let context = Context { cohort, programme, organizer, language, with_link: true };
        let event = calendar::event(session, &context);
        events.push(match shown {
            Shown::AsItIs => event,
            Shown::ToBeBooked => calendar::to_be_booked(event),
        });
    }
    Ok(schedule(&calendar::feed_name(&organisation.name, &feed.language), &events))
}

/// What of it is shown. Of a module whose sessions are booked that is the one that was; all while none is, marked as long as
/// they can be chosen.
fn shown(rows: Vec<Row>, of: &[Cohort], now: NaiveDateTime) -> Result<Vec<(Session, Shown)>> {
    let mut sessions: BTreeMap<CohortId, Vec<Session>> = BTreeMap::new();
    for Row { session, .. } in &rows {
        sessions.entry(session.cohort_id).or_default().push(session.clone());
    }
    let mut to_be_booked = BTreeMap::new();
    for cohort in of {
        let sessions = sessions.get(&cohort.id).map_or(&[][..], Vec::as_slice);
        to_be_booked.insert(cohort.id, bookings::to_be_booked(sessions, terms(cohort)?.capacity));
    }
    let mut shown = Vec::new();
    for row in rows {
        // Whoever is no trainer any more works with no cohort; a session may name any member.
        let gives = row.named || (row.taught && roles_of_text(&row.roles)?.contains(&Role::Trainer));
        let session = row.session;
        let takes_part = row.enrolled && !session.head_count_only && (row.booked || !row.module_booked);
        if !gives && !takes_part {
            continue;
        }
        let has_choice = to_be_booked
            .get(&session.cohort_id)
            .is_some_and(|modules| modules.contains(&session.module_code));
        let is_ahead = session.cancelled_at.is_none() && session.starts_at > now;
        let is_open = !gives && !row.module_booked && has_choice && is_ahead;
        shown.push((session, if is_open { Shown::ToBeBooked } else { Shown::AsItIs }));
    }
    Ok(shown)
}
