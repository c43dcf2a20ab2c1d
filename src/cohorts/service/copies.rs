//! Use cases of copies: a cohort planned again, for other people, on other days.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta};
use serde_json::json;

use super::super::materials::{Available, Material, NewMaterial, NewSessionTrainer, Part};
use super::super::rules::{self, Days};
use super::super::store::{self, materials as material_store};
use super::super::{Cohort, Details, Plan, Session, Times};
use super::clashes::{self, Planner};
use super::sessions::{put_new, sessions};
use super::{NewCohort, cohort_for_change, ensure, programme, settings};
use crate::catalogue::Catalogue;
use crate::platform::calendar::recurrence::{Which, settle};
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};
use crate::platform::ids::SessionId;

/// What a copy of a cohort shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCopy {
    pub name: String,
    /// The day of its first session.
    pub first_day: NaiveDate,
    /// Of those times that were asked about, the ones that are meant.
    pub answers: Vec<DateTime<FixedOffset>>,
    pub override_clash: Option<String>,
}

/// Makes a draft of a cohort's terms, settings, trainers and sessions: these by whole days later, at the same local times,
/// with what is said of them, who gives them, and the materials that people have before. `terms` says what becomes of the
/// terms, so many days later. Nobody is in it.
///
/// # Errors
/// `times-unclear`, as of a series; `clash`; the name is taken; a session would be in the past.
pub fn copy(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    source: &Cohort,
    new: &NewCopy,
    by: Planner,
    terms: impl Fn(&str, TimeDelta) -> Result<String>,
    now: NaiveDateTime,
) -> Result<(Cohort, Vec<Session>)> {
    let organisation = source.organisation_id;
    let reason = clashes::reason_to_override(by, new.override_clash.as_deref())?;
    super::series::day_of_this_age("first_day", new.first_day)?;
    let originals = sessions(conn, organisation, source.id)?;
    let first = originals.first().map(Session::date).or(source.first_day);
    let later = first.map_or(TimeDelta::zero(), |first| new.first_day - first);
    let plans = shifted(&originals, later, &new.answers)?;
    refuse_past(&plans, now)?;

    let cohort = draft(conn, catalogue, source, new, now)?;
    let days =
        Days { first: shifted_day(source.first_day, later)?, last: shifted_day(source.last_day, later)? };
    let terms = terms(&source.terms, later)?;
    store::set_plan(conn, organisation, cohort.id, &terms, days, &source.reminders)?;
    for trainer in store::trainers(conn, organisation, source.id)? {
        store::insert_trainer(conn, organisation, cohort.id, trainer.account, now)?;
    }
    let cohort = cohort_for_change(conn, organisation, cohort.id)?;
    refuse_other_modules(&plans, &programme(conn, &cohort, catalogue)?.programme.modules)?;

    let mut trainers: HashMap<SessionId, Vec<NewSessionTrainer>> = HashMap::new();
    let ids: Vec<SessionId> = originals.iter().map(|original| original.id).collect();
    for (session, trainer) in material_store::session_trainers(conn, organisation, &ids)? {
        if trainer.part == Part::Trainer {
            let new = NewSessionTrainer { note: String::new(), ..trainer.into() };
            trainers.entry(session).or_default().push(new);
        }
    }
    let mut trained = Vec::with_capacity(plans.len());
    for (plan, original) in plans.into_iter().zip(&originals) {
        trained.push((plan, trainers.remove(&original.id).unwrap_or_default()));
    }
    let made = put_new(conn, &cohort, &trained, reason.as_deref(), now)?;
    for ((session, original), (_, trainers)) in made.iter().zip(&originals).zip(&trained) {
        material_store::put_session_trainers(conn, organisation, session.id, trainers, now)?;
        for material in material_store::materials(conn, organisation, &[original.id])? {
            if material.available == Available::Before {
                let Material { kind, title, url, language, available, .. } = material;
                let new = NewMaterial { kind, title, url, language, available };
                material_store::insert_material(conn, organisation, session.id, &new, now)?;
            }
        }
    }
    Ok((cohort, made))
}

/// The new cohort, with the settings of the other.
fn draft(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    source: &Cohort,
    new: &NewCopy,
    now: NaiveDateTime,
) -> Result<Cohort> {
    let like = NewCohort {
        programme: source.programme_code.clone(),
        name: new.name.clone(),
        locale: source.locale.clone(),
        threshold_percent: u32::try_from(source.threshold_percent).ok(),
        settings: settings(source)?,
    };
    let (cohort, made) = ensure(conn, catalogue, source.organisation_id, &like, now)?;
    if !made {
        let detail = format!("there is a cohort {:?} of this programme already", cohort.name);
        return Err(Error::refused("cohort-exists", detail, json!({ "cohort": cohort.id })));
    }
    Ok(cohort)
}

/// The same sessions so many days later, at the same local times.
fn shifted(originals: &[Session], later: TimeDelta, answers: &[DateTime<FixedOffset>]) -> Result<Vec<Plan>> {
    let (mut plans, mut asks) = (Vec::with_capacity(originals.len()), Vec::new());
    for session in originals {
        let Times { zone, starts, ends } = Times::of(session);
        let at = |local: NaiveDateTime, which| match local.checked_add_signed(later) {
            Some(local) => Ok(settle(local, zone, which, answers)),
            None => Err(no_such_day()),
        };
        match (at(starts.local, Which::Starts)?, at(ends.local, Which::Ends)?) {
            (Ok(starts), Ok(ends)) if starts.utc < ends.utc => plans.push(Plan {
                module: session.module_code.clone(),
                times: Times { zone, starts, ends },
                details: Details::of(session),
            }),
            (Ok(starts), Ok(_)) => {
                let message = format!("the session at {} would end before it starts", starts.local);
                return Err(Fault::new("ends-before-it-starts", message).in_field("answers").into());
            }
            (starts, ends) => asks.extend([starts.err(), ends.err()].into_iter().flatten()),
        }
    }
    if asks.is_empty() { Ok(plans) } else { Err(super::series::times_unclear(&asks)) }
}

fn shifted_day(day: Option<NaiveDate>, later: TimeDelta) -> Result<Option<NaiveDate>> {
    day.map(|day| day.checked_add_signed(later).ok_or_else(no_such_day)).transpose()
}

fn no_such_day() -> Error {
    Fault::new("out-of-range", "is no day of this age").in_field("first_day").into()
}

fn refuse_past(plans: &[Plan], now: NaiveDateTime) -> Result<()> {
    let mut faults = Faults::default();
    for plan in plans {
        faults.keep(rules::may_be_planned(&plan.times, Days::default(), false, now));
    }
    // However many are: one day has to be another.
    match faults.0.into_iter().next() {
        Some(fault) => Err(fault.in_field("first_day").into()),
        None => Ok(()),
    }
}

/// The catalogue may have changed since the other cohort opened.
fn refuse_other_modules(plans: &[Plan], modules: &[String]) -> Result<()> {
    match plans.iter().find(|plan| !modules.contains(&plan.module)) {
        None => Ok(()),
        Some(Plan { module, .. }) => {
            let detail =
                format!("the programme no longer has the module {module:?}, of which there is a session");
            Err(Error::refused("unknown-module", detail, json!({ "module": module })))
        }
    }
}
