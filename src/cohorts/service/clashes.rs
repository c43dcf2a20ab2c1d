//! Whether a room or somebody is free; and what is said where they are not.

use std::collections::{BTreeSet, HashMap};

use serde_json::json;

use super::super::materials::NewSessionTrainer;
use super::super::rules::clashes::{self as rules, Clash, Span, Taken, Wanted, Where, clashes};
use super::super::{Cohort, Plan, store, trainers};
use crate::organisations;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::Fault;
use crate::platform::ids::{AccountId, OrganisationId, SessionId};
use crate::platform::text::tidy;

/// More than anybody reads in an answer; how many there are is told beside.
const MOST_TOLD: usize = 20;
const LONGEST_REASON: usize = 500;

/// Who plans, as far as it decides what they may.
#[derive(Clone, Copy, Debug)]
pub struct Planner {
    pub account: AccountId,
    /// Whether they may take what is taken, with a reason.
    pub may_override: bool,
}

/// Why something may be taken that is taken, where somebody says so.
///
/// # Errors
/// They may not; or no reason is given.
pub(super) fn reason_to_override(by: Planner, reason: Option<&str>) -> Result<Option<String>> {
    let Some(reason) = reason else { return Ok(None) };
    if !by.may_override {
        let detail = "Only an administrator plans a session where a trainer or a room is taken.";
        return Err(Error::forbidden("override-clash", detail));
    }
    let reason = tidy(reason);
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        let message = format!("a reason has 1 to {LONGEST_REASON} characters");
        return Err(Fault::new("reason-missing", message).in_field("override_clash").into());
    }
    Ok(Some(reason))
}

/// Those who teach a cohort.
pub(super) fn of_cohort(conn: &mut DbConn, cohort: &Cohort) -> Result<Vec<AccountId>> {
    let trainers = trainers::of_cohort(conn, cohort.organisation_id, cohort.id)?;
    Ok(trainers.into_iter().map(|trainer| trainer.account).collect())
}

/// Who would be at a session that names these, of a cohort that those teach.
pub(super) fn at_session(named: &[NewSessionTrainer], of_cohort: &[AccountId]) -> Vec<AccountId> {
    let named = named.iter().map(|trainer| (trainer.account, trainer.part)).collect();
    rules::at_session(named, of_cohort.to_vec())
}

/// Who is at a session of a cohort.
pub(super) fn at_session_now(
    conn: &mut DbConn,
    cohort: &Cohort,
    session: SessionId,
) -> Result<Vec<AccountId>> {
    let named = store::materials::session_trainers(conn, cohort.organisation_id, &[session])?;
    let named: Vec<NewSessionTrainer> = named.into_iter().map(|(_, trainer)| trainer.into()).collect();
    Ok(at_session(&named, &of_cohort(conn, cohort)?))
}

/// What a session of this plan would take.
pub(super) fn wanted(plan: &Plan, trainers: Vec<AccountId>) -> Wanted {
    Wanted {
        span: Span { from: plan.times.starts.utc, to: plan.times.ends.utc },
        at: Where { place: plan.details.place.clone(), room: plan.details.room.clone() },
        trainers,
    }
}

/// Where sessions that are planned at once are in the way of one another; each plan with what it takes.
pub(super) fn among(conn: &mut DbConn, cohort: &Cohort, wanted: &[(&Plan, &Wanted)]) -> Result<Vec<Clash>> {
    let mut found = Vec::new();
    if wanted.len() < 2 {
        return Ok(found);
    }
    let people = wanted.iter().flat_map(|(_, one)| one.trainers.iter().copied());
    let names = store::clashes::names(conn, people.collect::<BTreeSet<_>>())?;
    let mut earlier: Vec<Taken> = Vec::with_capacity(wanted.len());
    for (plan, one) in wanted {
        found.extend(clashes(one, &earlier));
        earlier.push(taken(cohort, plan, one, &names));
    }
    Ok(found)
}

fn taken(cohort: &Cohort, plan: &Plan, wanted: &Wanted, names: &HashMap<AccountId, String>) -> Taken {
    let name = |account: &AccountId| (*account, names.get(account).cloned().unwrap_or_default());
    let zone = plan.times.zone.name();
    Taken {
        session: None,
        cohort: cohort.id,
        cohort_name: cohort.name.clone(),
        module: plan.module.clone(),
        starts: store::clashes::in_zone(wanted.span.from, zone),
        ends: store::clashes::in_zone(wanted.span.to, zone),
        span: wanted.span,
        at: wanted.at.clone(),
        trainers: wanted.trainers.iter().map(name).collect(),
    }
}

/// Holds the organisation, so that nobody else takes a room or a trainer meanwhile, and looks whether all is free for
/// these, which are planned by one request; `but` is a session that may be in the way of itself. Says whether something was taken and `may` be all the same.
///
/// # Errors
/// `clash`, naming what is in the way.
pub(super) fn take(
    conn: &mut DbConn,
    organisation: OrganisationId,
    wanted: &[Wanted],
    but: Option<SessionId>,
    among: Vec<Clash>,
    may: bool,
) -> Result<bool> {
    let (Some(from), Some(to)) =
        (wanted.iter().map(|one| one.span.from).min(), wanted.iter().map(|one| one.span.to).max())
    else {
        return Ok(false);
    };
    organisations::service::hold(conn, organisation)?;
    let mut taken = store::clashes::taken(conn, organisation, Span { from, to })?;
    taken.retain(|taken| taken.session != but);
    let mut found: Vec<Clash> = wanted.iter().flat_map(|one| clashes(one, &taken)).collect();
    found.extend(among);
    match found.first() {
        None => Ok(false),
        Some(_) if may => Ok(true),
        Some(first) => {
            let total = found.len();
            let told: Vec<&Clash> = found.iter().take(MOST_TOLD).collect();
            Err(Error::refused("clash", detail(first), json!({ "clashes": told, "clashes_total": total })))
        }
    }
}

fn detail(clash: &Clash) -> String {
    let names: Vec<&str> = clash.trainers.iter().map(|busy| busy.name.as_str()).collect();
    let room =
        clash.room.as_ref().map(|at| [at.place.as_str(), at.room.as_str()].join(" ").trim().to_owned());
    let what: Vec<String> = room.into_iter().chain((!names.is_empty()).then(|| names.join(", "))).collect();
    let session = match clash.session {
        Some(session) => format!("session {session}"),
        None => "another session of this request".to_owned(),
    };
    format!(
        "taken by {session} ({} of {:?}) from {} to {}: {}",
        clash.module,
        clash.cohort_name,
        clash.starts,
        clash.ends,
        what.join("; ")
    )
}
