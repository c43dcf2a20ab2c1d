//! Use cases of sessions that people are told of: one is moved, changed or cancelled.

use chrono::TimeDelta;
use chrono_tz::Tz;
use serde_json::json;

use super::bookings::{Mode, places};
use super::{Terms, notices};
use crate::catalogue::Catalogue;
use crate::cohorts::materials::{NewSessionTrainer, SessionTrainer};
use crate::cohorts::schedule::NewSession;
use crate::cohorts::service::{self as cohorts, NewCopy, NewSeries, Planner};
use crate::cohorts::{Cohort, Session, trainers};
use crate::organisations::service as organisations;
use crate::platform::Platform;
use crate::platform::db::{DbConn, Scope};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, CohortId, OrganisationId, SessionId};
use crate::platform::local_time::{first_moment, in_zone};

mod store;

/// Which session is meant, and whether it still is what whoever changes it has seen.
pub struct Seen<'a, T: ?Sized = Session> {
    pub organisation: OrganisationId,
    pub cohort: CohortId,
    pub session: SessionId,
    /// Refuses where it is another by now.
    pub check: &'a dyn Fn(&T) -> Result<()>,
}

impl Seen<'_> {
    /// The cohort, held, and its session as it is.
    fn hold(&self, conn: &mut DbConn) -> Result<(Cohort, Session)> {
        let cohort = cohorts::cohort_for_change(conn, self.organisation, self.cohort)?;
        let session = cohorts::session(conn, self.organisation, cohort.id, self.session)?;
        (self.check)(&session)?;
        Ok((cohort, session))
    }
}

/// Plans a session, and tells those who are to come.
pub fn add_session(
    platform: &Platform,
    catalogue: &Catalogue,
    (organisation, cohort): (OrganisationId, CohortId),
    by: Planner,
    new: &NewSession,
) -> Result<Session> {
    let added = platform.db.write_tx(Scope::Organisation(organisation), |conn| {
        let now = platform.clock.now().naive_utc();
        let cohort = cohorts::cohort_for_change(conn, organisation, cohort)?;
        let added = cohorts::add_session(conn, catalogue, &cohort, by, new, now)?;
        notices::sessions_planned(conn, platform, &cohort, std::slice::from_ref(&added))?;
        Ok(added)
    })?;
    cohorts::log_override(by, &added);
    Ok(added)
}

/// Plans the sessions of a series, and tells those who are to come.
pub fn add_series(
    platform: &Platform,
    catalogue: &Catalogue,
    (organisation, cohort): (OrganisationId, CohortId),
    by: Planner,
    new: &NewSeries,
) -> Result<Vec<Session>> {
    let added = platform.db.write_tx(Scope::Organisation(organisation), |conn| {
        let now = platform.clock.now().naive_utc();
        let cohort = cohorts::cohort_for_change(conn, organisation, cohort)?;
        let added = cohorts::add_series(conn, catalogue, &cohort, by, new, now)?;
        notices::sessions_planned(conn, platform, &cohort, &added)?;
        Ok(added)
    })?;
    added.iter().for_each(|session| cohorts::log_override(by, session));
    Ok(added)
}

/// Changes a session, and tells those whom it concerns where more than words change.
pub fn change_session(
    platform: &Platform,
    catalogue: &Catalogue,
    seen: &Seen<'_>,
    by: Planner,
    new: &NewSession,
) -> Result<Session> {
    let after = platform.db.write_tx(Scope::Organisation(seen.organisation), |conn| {
        let now = platform.clock.now().naive_utc();
        let (cohort, before) = seen.hold(conn)?;
        let after = cohorts::change_session(conn, catalogue, &cohort, &before, by, new, now)?;
        refuse_fewer_places(conn, seen.organisation, &after)?;
        notices::session_changed(conn, platform, &cohort, &before, &after)?;
        end_void_bookings(conn, &cohort)?;
        Ok(after)
    })?;
    if new.override_clash.is_some() {
        cohorts::log_override(by, &after);
    }
    Ok(after)
}

/// Cancels a session, tells those whom it concerns, and gives up the places that they had booked.
pub fn cancel_session(platform: &Platform, seen: &Seen<'_>, reason: &str) -> Result<()> {
    platform.db.write_tx(Scope::Organisation(seen.organisation), |conn| {
        let now = platform.clock.now().naive_utc();
        let (cohort, before) = seen.hold(conn)?;
        cohorts::cancel_session(conn, &cohort, &before, reason, now)?;
        notices::session_cancelled(conn, platform, &cohort, &before)?;
        end_void_bookings(conn, &cohort)
    })
}

/// Gives up the places in sessions to which nobody comes by name any more. Whoever is to hear of it is told before.
pub fn end_void_bookings(conn: &mut DbConn, cohort: &Cohort) -> Result<()> {
    store::delete_void_bookings(conn, cohort.organisation_id, cohort.id)
}

/// Says who gives a session ([`cohorts::put_session_trainers`]), and tells those who do from now on or do no longer.
pub fn put_trainers(
    platform: &Platform,
    seen: &Seen<'_, [SessionTrainer]>,
    new: &[NewSessionTrainer],
    by: Planner,
    override_clash: Option<&str>,
) -> Result<Vec<SessionTrainer>> {
    let organisation = seen.organisation;
    let (session, overridden, trainers) =
        platform.db.write_tx(Scope::Organisation(organisation), |conn| {
            let now = platform.clock.now().naive_utc();
            let cohort = cohorts::cohort_for_change(conn, organisation, seen.cohort)?;
            let session = cohorts::session(conn, organisation, cohort.id, seen.session)?;
            (seen.check)(&cohorts::session_trainers(conn, organisation, &session)?)?;
            let before = cohorts::givers_of(conn, &cohort, session.id)?;
            let overridden =
                cohorts::put_session_trainers(conn, &cohort, &session, new, by, override_clash, now)?;
            let session = cohorts::session(conn, organisation, cohort.id, session.id)?;
            notices::givers_changed(conn, platform, &cohort, &session, before)?;
            let trainers = cohorts::session_trainers(conn, organisation, &session)?;
            Ok((session, overridden, trainers))
        })?;
    if overridden {
        cohorts::log_override(by, &session);
    }
    Ok(trainers)
}

/// Ends somebody's teaching of a cohort ([`trainers::remove`]), and tells them which sessions they no longer give.
pub fn remove_trainer(
    platform: &Platform,
    organisation: OrganisationId,
    cohort: CohortId,
    account: AccountId,
) -> Result<()> {
    platform.db.write_tx(Scope::Organisation(organisation), |conn| {
        let cohort = cohorts::cohort_for_change(conn, organisation, cohort)?;
        let sessions = cohorts::sessions(conn, organisation, cohort.id)?;
        let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
        let mut before = cohorts::givers(conn, &cohort, &ids)?;
        trainers::remove(conn, organisation, cohort.id, account)?;
        let after = cohorts::givers(conn, &cohort, &ids)?;
        for session in &sessions {
            let gave = before.remove(&session.id).unwrap_or_default();
            if after.get(&session.id) != Some(&gave) {
                notices::givers_changed(conn, platform, &cohort, session, gave)?;
            }
        }
        Ok(())
    })
}

/// Nobody loses the place that they booked because a session has fewer.
fn refuse_fewer_places(conn: &mut DbConn, organisation: OrganisationId, after: &Session) -> Result<()> {
    let places = places(after);
    for (mode, booked) in store::booked(conn, organisation, after.id)? {
        let left = match places.get(&mode) {
            Some(None) => continue,
            Some(Some(limit)) => *limit,
            None => 0,
        };
        if booked > left {
            let kind = match mode {
                Mode::Online => "online",
                Mode::InPerson => "in the room",
            };
            let detail = format!("{booked} places {kind} are booked, and there would be {left}");
            let fields = json!({ "mode": mode, "booked": booked, "places": left });
            return Err(Error::refused("places-booked", detail, fields));
        }
    }
    Ok(())
}

/// Plans a cohort again as a draft, on other days: [`cohorts::copy`], with the terms on which people enrol.
pub fn copy_cohort(
    platform: &Platform,
    catalogue: &Catalogue,
    organisation: OrganisationId,
    source: CohortId,
    by: Planner,
    new: &NewCopy,
) -> Result<Cohort> {
    let (cohort, sessions) = platform.db.write_tx(Scope::Organisation(organisation), |conn| {
        let now = platform.clock.now().naive_utc();
        let source = cohorts::cohort(conn, organisation, source)?;
        let (_, settings) = organisations::with_settings(conn, organisation)?;
        let terms = |terms: &str, later| later_terms(terms, later, settings.zone);
        cohorts::copy(conn, catalogue, &source, new, by, terms, now)
    })?;
    sessions.iter().for_each(|session| cohorts::log_override(by, session));
    Ok(cohort)
}

/// The same terms, with a window for enrolling so many days later, at the same local times of the organisation. Nobody is asked
/// about those that are none or two: an hour matters little, and the draft shows them.
fn later_terms(terms: &str, later: TimeDelta, zone: Tz) -> Result<String> {
    let mut terms: Terms = serde_json::from_str(terms).map_err(Error::internal)?;
    for moment in [&mut terms.window.opens, &mut terms.window.closes] {
        if let Some(before) = *moment {
            let after = in_zone(before, zone).local.checked_add_signed(later);
            let after = after.ok_or_else(|| Error::internal("a window that no calendar has"))?;
            *moment = Some(first_moment(after, zone));
        }
    }
    serde_json::to_string(&terms).map_err(Error::internal)
}
