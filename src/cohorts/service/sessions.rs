//! Use cases of sessions: planned, changed, cancelled. Whoever is to be told of it is told by `enrolment`, which calls these.

use chrono::NaiveDateTime;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::super::materials::NewSessionTrainer;
use super::super::rules::{self, Change, Days};
use super::super::schedule::{self, NewSession};
use super::super::store::sessions::{self as store, Standing};
use super::super::{Cohort, Details, Plan, Session, SessionPlan, State};
use super::clashes::{self, Planner};
use super::{programme, refuse_after_closing};
use crate::catalogue::Catalogue;
use crate::organisations;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::Fault;
use crate::platform::ids::{CohortId, OrganisationId, SessionId};
use crate::platform::text::tidy;

const LONGEST_REASON: usize = 500;
/// More people than fit anywhere.
const MOST_HEADS: u32 = 1_000_000;

/// The sessions that were not cancelled, by start.
pub fn sessions(conn: &mut DbConn, organisation: OrganisationId, cohort: CohortId) -> Result<Vec<Session>> {
    store::sessions(conn, organisation, cohort)
}

/// Sessions that begin between two moments (UTC), are not cancelled, and whose cohorts are open or run.
pub fn sessions_between(
    conn: &mut DbConn,
    organisation: OrganisationId,
    from: NaiveDateTime,
    to: NaiveDateTime,
) -> Result<Vec<(Cohort, Session)>> {
    store::sessions_between(conn, organisation, from, to)
}

/// One session of a cohort, or [`Error::NotFound`]; one that was cancelled, too.
pub fn session_even_cancelled(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    id: SessionId,
) -> Result<Session> {
    let found = store::session(conn, organisation, id)?.filter(|session| session.cohort_id == cohort);
    found.ok_or_else(|| Error::not_found("session"))
}

/// A page of a cohort's sessions by start, after `after`.
pub fn sessions_page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    after: Option<(NaiveDateTime, SessionId)>,
    limit: i64,
) -> Result<Vec<Session>> {
    let limit = usize::try_from(limit).unwrap_or(0);
    let behind = |session: &Session| after.is_none_or(|after| (session.starts_at, session.id) > after);
    Ok(sessions(conn, organisation, cohort)?.into_iter().filter(behind).take(limit).collect())
}

/// One session of a cohort, or [`Error::NotFound`].
pub fn session(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    id: SessionId,
) -> Result<Session> {
    let found = store::session(conn, organisation, id)?;
    found
        .filter(|session| session.cohort_id == cohort && session.cancelled_at.is_none())
        .ok_or_else(|| Error::not_found("session"))
}

/// Checks a session as a row of `sessions.csv` is checked, and adds it to a cohort that is not closed. One that was
/// cancelled at this time comes back, known to calendars as before.
pub fn add_session(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    cohort: &Cohort,
    by: Planner,
    new: &NewSession,
    now: NaiveDateTime,
) -> Result<Session> {
    let reason = clashes::reason_to_override(by, new.override_clash.as_deref())?;
    refuse_after_closing(cohort)?;
    let plan = schedule::plan(new, &programme(conn, cohort, catalogue)?.programme.modules)?;
    rules::may_be_planned(&plan.times, days(cohort), new.held, now)?;
    put_new(conn, cohort, &[(plan, Vec::new())], reason.as_deref(), now)?
        .pop()
        .ok_or_else(|| Error::internal("a session went missing"))
}

/// The days between which the cohort's sessions are.
pub(super) fn days(cohort: &Cohort) -> Days {
    Days { first: cohort.first_day, last: cohort.last_day }
}

/// An operator who looks for the cause of a double booking finds who wanted it.
pub fn log_override(by: Planner, session: &Session) {
    if let Some(reason) = &session.clash_override {
        tracing::info!(account = %by.account, session = %session.id, reason, "a clash was overridden");
    }
}

/// Adds checked sessions, with those who shall give them, to a held cohort, all or none; `reason` says why they may take what is taken.
pub(super) fn put_new(
    conn: &mut DbConn,
    cohort: &Cohort,
    plans: &[(Plan, Vec<NewSessionTrainer>)],
    reason: Option<&str>,
    now: NaiveDateTime,
) -> Result<Vec<Session>> {
    let organisation = cohort.organisation_id;
    let mut wanted = Vec::with_capacity(plans.len());
    let mut before = Vec::with_capacity(plans.len());
    let of_cohort = clashes::of_cohort(conn, cohort)?;
    for (plan, trainers) in plans {
        let there = store::session_at(conn, organisation, cohort.id, &plan.module, plan.times.starts.utc)?;
        if let Some(Session { cancelled_at: None, id, .. }) = there {
            return Err(session_exists(plan, id));
        }
        let trainers = match &there {
            Some(cancelled) => clashes::at_session_now(conn, cohort, cancelled.id)?,
            None => clashes::at_session(trainers, &of_cohort),
        };
        wanted.push(clashes::wanted(plan, trainers));
        before.push(there);
    }
    let planned: Vec<_> = plans.iter().map(|(plan, _)| plan).zip(&wanted).collect();
    let among = clashes::among(conn, cohort, &planned)?;
    let overridden = clashes::take(conn, organisation, &wanted, None, among, reason.is_some())?;
    let clash_override = reason.filter(|_| overridden);
    let mut made = Vec::with_capacity(plans.len());
    for ((plan, _), before) in plans.iter().zip(before) {
        let id = match before {
            Some(cancelled) => {
                let standing = Standing { sequence: cancelled.sequence + 1, clash_override };
                store::update_session(conn, organisation, cancelled.id, plan, standing, now)?;
                cancelled.id
            }
            None => {
                let uid = session_uid(conn, cohort, plan)?;
                let standing = Standing { sequence: 0, clash_override };
                store::insert_session(conn, organisation, cohort.id, plan, &uid, standing, now)?
            }
        };
        made.push(session(conn, organisation, cohort.id, id)?);
    }
    Ok(made)
}

fn session_exists(plan: &Plan, id: SessionId) -> Error {
    let Plan { module, times, .. } = plan;
    let detail =
        format!("the cohort has a session of {module} that begins at {} already", times.starts.local);
    Error::refused("session-exists", detail, json!({ "module": module, "session": id }))
}

/// What calendars will know a session by, for life. It comes from what the session is when it is planned, so that a folder
/// that is processed twice, anywhere, makes the same; where a session that was moved away has that name, it gets a number.
fn session_uid(conn: &mut DbConn, cohort: &Cohort, plan: &Plan) -> Result<String> {
    let organisation = cohort.organisation_id;
    let (of, _) = organisations::service::with_settings(conn, organisation)?;
    for n in 0_u32.. {
        let parts = [&of.code, &cohort.programme_code, &cohort.name, &plan.module];
        let named = serde_json::to_vec(&(parts, plan.times.starts.utc, n)).map_err(Error::internal)?;
        let hash: String = Sha256::digest(named).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let uid = format!("session-{hash}@rights-academy");
        if !store::uid_is_taken(conn, organisation, &uid)? {
            return Ok(uid);
        }
    }
    Err(Error::internal("no uid is left"))
}

/// Changes a session of a held cohort: its times, where and how people meet. It keeps its module. Calendars are told by a
/// higher sequence where more than words change; once attendance was recorded, nothing but words does.
pub fn change_session(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    cohort: &Cohort,
    before: &Session,
    by: Planner,
    new: &NewSession,
    now: NaiveDateTime,
) -> Result<Session> {
    let organisation = cohort.organisation_id;
    refuse_after_closing(cohort)?;
    let reason = clashes::reason_to_override(by, new.override_clash.as_deref())?;
    let plan = schedule::plan(new, &programme(conn, cohort, catalogue)?.programme.modules)?;
    if plan.module != before.module_code {
        let message =
            format!("a session keeps its module, {}; cancel it and plan another", before.module_code);
        return Err(Fault::new("module-settled", message).in_field("module").into());
    }
    let change = rules::change(before, &plan);
    let other_people = plan.details.head_count_only != before.head_count_only;
    if (change == Change::Meeting || other_people) && has_attendance(conn, organisation, before)? {
        let detail = "attendance was recorded: only what is said of the session can change";
        return Err(Error::refused("attendance-recorded", detail, json!({ "session": before.id })));
    }
    if rules::is_moved(before, &plan.times) {
        rules::may_be_planned(&plan.times, days(cohort), new.held, now)?;
        refuse_taken_start(conn, cohort, before, &plan)?;
    }
    let mut clash_override = before.clash_override.clone();
    // Another link takes nothing from anybody.
    let is_moved = rules::is_moved(before, &plan.times);
    let is_elsewhere = (&before.place, &before.room) != (&plan.details.place, &plan.details.room);
    if is_moved || is_elsewhere {
        // In another room at the same time they are where they were.
        let people = if is_moved { clashes::at_session_now(conn, cohort, before.id)? } else { Vec::new() };
        let wanted = clashes::wanted(&plan, people);
        let overridden =
            clashes::take(conn, organisation, &[wanted], Some(before.id), Vec::new(), reason.is_some())?;
        clash_override = reason.filter(|_| overridden);
    }
    if change == Change::Nothing && !other_people {
        return Ok(before.clone());
    }
    let sequence = before.sequence + i32::from(change == Change::Meeting);
    let standing = Standing { sequence, clash_override: clash_override.as_deref() };
    store::update_session(conn, organisation, before.id, &plan, standing, now)?;
    session(conn, organisation, cohort.id, before.id)
}

/// A module has one session at a time in a cohort, and what was cancelled keeps its time, to come back to it.
fn refuse_taken_start(conn: &mut DbConn, cohort: &Cohort, moved: &Session, plan: &Plan) -> Result<()> {
    let starts = plan.times.starts;
    let there = store::session_at(conn, cohort.organisation_id, cohort.id, &plan.module, starts.utc)?;
    match there.filter(|there| there.id != moved.id) {
        None => Ok(()),
        Some(Session { cancelled_at: None, id, .. }) => Err(session_exists(plan, id)),
        Some(cancelled) => {
            let detail = format!(
                "a session of {} at {} was cancelled: plan that one again, and cancel this one",
                plan.module, starts.local
            );
            let fields = json!({ "module": plan.module, "cancelled_session": cancelled.id });
            Err(Error::refused("session-exists", detail, fields))
        }
    }
}

/// Cancels a session of a held cohort, before it begins. What it took is free again.
pub fn cancel_session(
    conn: &mut DbConn,
    cohort: &Cohort,
    session: &Session,
    reason: &str,
    now: NaiveDateTime,
) -> Result<()> {
    refuse_after_closing(cohort)?;
    let reason = tidy(reason);
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        let message = format!("say in 1 to {LONGEST_REASON} characters why");
        return Err(Fault::new("reason-missing", message).in_field("reason").into());
    }
    if session.starts_at <= now {
        let detail = "the session has begun: what took place is not cancelled";
        return Err(Error::refused("session-begun", detail, json!({ "session": session.id })));
    }
    if has_attendance(conn, cohort.organisation_id, session)? {
        let detail = "attendance was recorded: the session took place";
        return Err(Error::refused("attendance-recorded", detail, json!({ "session": session.id })));
    }
    store::cancel_session(conn, cohort.organisation_id, session.id, Some(&reason), now)
}

/// Whether attendance of the session was recorded: names or heads.
pub fn has_attendance(conn: &mut DbConn, organisation: OrganisationId, session: &Session) -> Result<bool> {
    Ok(session.head_count.is_some() || store::has_attendance(conn, organisation, session.id)?)
}

/// Records how many came to a session of which no names are written down, once it has begun.
pub fn put_head_count(
    conn: &mut DbConn,
    cohort: &Cohort,
    session_id: SessionId,
    count: u32,
    now: NaiveDateTime,
) -> Result<Session> {
    let organisation = cohort.organisation_id;
    let before = session(conn, organisation, cohort.id, session_id)?;
    let refuse = |code, detail: &str| Err(Error::refused(code, detail, json!({ "session": session_id })));
    match cohort.state {
        State::Open | State::Running => {}
        State::Draft => return refuse("cohort-state", "the cohort is a draft: no attendance is taken"),
        State::Closed | State::Archived => refuse_after_closing(cohort)?,
    }
    if !before.head_count_only {
        return refuse("names-are-recorded", "attendance of this session is recorded by name");
    }
    if before.starts_at > now {
        return refuse("session-not-begun", "the session has not begun: nobody can have come");
    }
    let heads = i32::try_from(count)
        .ok()
        .filter(|_| count <= MOST_HEADS)
        .ok_or_else(|| Fault::new("out-of-range", format!("is from 0 to {MOST_HEADS}")).in_field("count"))?;
    store::set_head_count(conn, organisation, session_id, heads, now)?;
    session(conn, organisation, cohort.id, session_id)
}

/// Brings a cohort's sessions to a folder's plan: those that it lacks are cancelled; of the others it says when they are, how
/// people meet and how many can, and the rest of what is known of them stays. Returns them in the order of the plan.
pub fn put_sessions(
    conn: &mut DbConn,
    cohort: &Cohort,
    plan: &[SessionPlan],
    now: NaiveDateTime,
) -> Result<Vec<Session>> {
    let (organisation, id) = (cohort.organisation_id, cohort.id);
    let is = |session: &Session, new: &SessionPlan| {
        session.module_code == new.module && session.starts_at == new.starts.utc
    };
    for session in sessions(conn, organisation, id)? {
        if !plan.iter().any(|new| is(&session, new)) {
            store::cancel_session(conn, organisation, session.id, None, now)?;
        }
    }
    let mut put = Vec::with_capacity(plan.len());
    for row in plan {
        let new = Plan::from(row);
        let session_id = match store::session_at(conn, organisation, id, &new.module, new.times.starts.utc)? {
            Some(before) => {
                update_from_folder(conn, organisation, &before, new, now)?;
                before.id
            }
            None => {
                let uid = session_uid(conn, cohort, &new)?;
                store::insert_session(conn, organisation, id, &new, &uid, Standing::default(), now)?
            }
        };
        put.push(session(conn, organisation, id, session_id)?);
    }
    Ok(put)
}

fn update_from_folder(
    conn: &mut DbConn,
    organisation: OrganisationId,
    before: &Session,
    mut new: Plan,
    now: NaiveDateTime,
) -> Result<()> {
    let Details { mode, capacity, .. } = new.details;
    if mode == before.mode {
        new.details = Details { capacity, ..Details::of(before) };
    }
    let (change, comes_back) = (rules::change(before, &new), before.cancelled_at.is_some());
    if change == Change::Nothing && !comes_back {
        return Ok(());
    }
    let sequence = before.sequence + i32::from(change == Change::Meeting || comes_back);
    let standing = Standing { sequence, clash_override: before.clash_override.as_deref() };
    store::update_session(conn, organisation, before.id, &new, standing, now)
}
