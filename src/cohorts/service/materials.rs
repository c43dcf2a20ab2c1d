//! Use cases of what belongs to a session and of who gives it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use serde_json::json;

use super::super::details::{LONGEST_TEXT, bounded, https, language, lines};
use super::super::materials::{Available, Material, NewMaterial, NewSessionTrainer, Part, SessionTrainer};
use super::super::rules::clashes::{Span, Wanted, Where};
use super::super::store::{materials as store, sessions};
use super::super::{Cohort, Session, State, trainers};
use super::clashes::{self, Planner};
use super::refuse_after_closing;
use crate::identity::service::members;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};
use crate::platform::ids::{AccountId, MaterialId, OrganisationId, SessionId};
use crate::platform::text::tidy;

/// More than a session has use for.
const MOST_MATERIALS: usize = 50;
const LONGEST_TITLE: usize = 200;
/// More people than give one session.
const MOST_TRAINERS: usize = 20;

/// The materials of a session: all, or what the enrolled have of them by now.
pub fn materials(
    conn: &mut DbConn,
    organisation: OrganisationId,
    session: &Session,
    all: bool,
    now: NaiveDateTime,
) -> Result<Vec<Material>> {
    let mut found = store::materials(conn, organisation, &[session.id])?;
    let over = session.ends_at <= now;
    found.retain(|material| all || over || material.available == Available::Before);
    Ok(found)
}

/// Adds a material to a session, until its cohort is archived: what was recorded comes after the session.
pub fn add_material(
    conn: &mut DbConn,
    cohort: &Cohort,
    session: &Session,
    new: &NewMaterial,
    now: NaiveDateTime,
) -> Result<Material> {
    let organisation = cohort.organisation_id;
    refuse_archived(cohort)?;
    let mut faults = Faults::default();
    let title = bounded("title", tidy(&new.title), LONGEST_TITLE, &mut faults);
    if title.is_empty() {
        faults.push(Fault::new("missing-value", "is missing").in_field("title"));
    }
    let url = faults.keep(https("url", &new.url).map_err(Faults::from)).unwrap_or_default();
    let language = language(&new.language, &mut faults);
    let new = faults.into_result(NewMaterial { title, url, language, ..new.clone() })?;
    if store::materials(conn, organisation, &[session.id])?.len() >= MOST_MATERIALS {
        let detail = format!("a session has {MOST_MATERIALS} materials at most");
        return Err(Error::refused("too-many-materials", detail, json!({ "most": MOST_MATERIALS })));
    }
    let id = store::insert_material(conn, organisation, session.id, &new, now)?;
    let added = store::materials(conn, organisation, &[session.id])?.into_iter().find(|one| one.id == id);
    added.ok_or_else(|| Error::internal("a material went missing"))
}

/// Removes a material from a session, or [`Error::NotFound`].
pub fn remove_material(conn: &mut DbConn, cohort: &Cohort, session: &Session, id: MaterialId) -> Result<()> {
    refuse_archived(cohort)?;
    let removed = store::delete_material(conn, cohort.organisation_id, session.id, id)?;
    if removed { Ok(()) } else { Err(Error::not_found("material")) }
}

/// An archived cohort no longer changes at all.
pub(super) fn refuse_archived(cohort: &Cohort) -> Result<()> {
    if cohort.state == State::Archived {
        let detail = "the cohort is archived: it no longer changes";
        return Err(Error::refused("cohort-archived", detail, json!({ "state": cohort.state })));
    }
    Ok(())
}

/// Who gives a session and who learns to.
pub fn session_trainers(
    conn: &mut DbConn,
    organisation: OrganisationId,
    session: &Session,
) -> Result<Vec<SessionTrainer>> {
    let found = store::session_trainers(conn, organisation, &[session.id])?;
    Ok(found.into_iter().map(|(_, trainer)| trainer).collect())
}

/// The accounts that give some sessions of a cohort or learn to: those that a session names, and where it names nobody who gives
/// it, those who teach the cohort.
pub fn givers(
    conn: &mut DbConn,
    cohort: &Cohort,
    sessions: &[SessionId],
) -> Result<BTreeMap<SessionId, BTreeSet<AccountId>>> {
    let organisation = cohort.organisation_id;
    let of_cohort = trainers::of_cohort(conn, organisation, cohort.id)?;
    let mut named: BTreeMap<SessionId, Vec<SessionTrainer>> = BTreeMap::new();
    for (session, trainer) in store::session_trainers(conn, organisation, sessions)? {
        named.entry(session).or_default().push(trainer);
    }
    let givers = |session: &SessionId| {
        let named = named.remove(session).unwrap_or_default();
        let mut givers: BTreeSet<AccountId> = named.iter().map(|one| one.account).collect();
        if !named.iter().any(|one| one.part == Part::Trainer) {
            givers.extend(of_cohort.iter().map(|one| one.account));
        }
        (*session, givers)
    };
    Ok(sessions.iter().map(givers).collect())
}

/// The accounts that give one session of a cohort or learn to: [`givers`].
pub fn givers_of(conn: &mut DbConn, cohort: &Cohort, session: SessionId) -> Result<BTreeSet<AccountId>> {
    Ok(givers(conn, cohort, &[session])?.remove(&session).unwrap_or_default())
}

/// Makes these members who give a session of a held cohort. Who is at another session at that time is refused (`clash`),
/// unless somebody who may says why; says whether that was needed.
pub fn put_session_trainers(
    conn: &mut DbConn,
    cohort: &Cohort,
    session: &Session,
    trainers: &[NewSessionTrainer],
    by: Planner,
    override_clash: Option<&str>,
    now: NaiveDateTime,
) -> Result<bool> {
    let organisation = cohort.organisation_id;
    refuse_after_closing(cohort)?;
    let reason = clashes::reason_to_override(by, override_clash)?;
    let trainers = checked(conn, organisation, trainers)?;
    let named_before: BTreeSet<AccountId> =
        session_trainers(conn, organisation, session)?.iter().map(|one| one.account).collect();
    let before = clashes::at_session_now(conn, cohort, session.id)?;
    let mut added = clashes::at_session(&trainers, &clashes::of_cohort(conn, cohort)?);
    // Whom it named was looked at when they came, or when the session was moved; who gives it unnamed, only then.
    let goes_on = |account: &AccountId| {
        let is_named = trainers.iter().any(|one| one.account == *account);
        named_before.contains(account) || !is_named && before.contains(account)
    };
    added.retain(|account| !goes_on(account));
    let wanted = Wanted {
        span: Span { from: session.starts_at, to: session.ends_at },
        at: Where::default(),
        trainers: added,
    };
    let overridden =
        clashes::take(conn, organisation, &[wanted], Some(session.id), Vec::new(), reason.is_some())?;
    if let Some(reason) = reason.filter(|_| overridden) {
        sessions::set_clash_override(conn, organisation, session.id, &reason, now)?;
    }
    store::put_session_trainers(conn, organisation, session.id, &trainers, now)?;
    Ok(overridden)
}

/// They are members, each named once; what is said of them, tidied.
fn checked(
    conn: &mut DbConn,
    organisation: OrganisationId,
    trainers: &[NewSessionTrainer],
) -> Result<Vec<NewSessionTrainer>> {
    if trainers.len() > MOST_TRAINERS {
        let message = format!("a session has {MOST_TRAINERS} trainers at most");
        return Err(Fault::new("too-many", message).in_field("trainers").into());
    }
    let (mut faults, mut known) = (Faults::default(), BTreeSet::new());
    let mut checked = Vec::with_capacity(trainers.len());
    for (i, new) in trainers.iter().enumerate() {
        let mut fault = |code, message: &str| {
            faults.push(Fault::new(code, message).in_field(format!("/trainers/{i}/account")));
        };
        if !known.insert(new.account) {
            fault("duplicate-account", "is named already");
        }
        match members::member(conn, organisation, new.account) {
            Ok(_) => {}
            Err(Error::NotFound { .. }) => fault("not-a-member", "is no member of the organisation"),
            Err(error) => return Err(error),
        }
        let note = bounded(&format!("/trainers/{i}/note"), lines(&new.note), LONGEST_TEXT, &mut faults);
        checked.push(NewSessionTrainer { note, ..new.clone() });
    }
    Ok(faults.into_result(checked)?)
}
