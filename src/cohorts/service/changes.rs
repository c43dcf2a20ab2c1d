//! Use cases of changing what a cohort is called, says and keeps to.

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::json;

use super::super::rules::Days;
use super::super::{Cohort, Settings, State, Times, store};
use super::materials::refuse_archived;
use super::series::day_of_this_age;
use super::sessions::sessions;
use super::{NewCohort, NewDays, cohort_name, settings, settings_to_json, threshold, tidied};
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};

/// More reminders than people bear.
const MOST_REMINDERS: usize = 5;
/// Minutes before a session; the longest are sixty days.
const REMINDER: std::ops::RangeInclusive<u32> = 5..=60 * 24 * 60;

/// What a cohort shall be.
#[derive(Clone, Debug, PartialEq)]
pub struct CohortChange {
    pub name: String,
    pub locale: String,
    /// As it is, where absent; settled once the cohort has opened.
    pub threshold_percent: Option<u32>,
    /// Its logos stay.
    pub settings: Settings,
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    /// Minutes before a session.
    pub reminders: Vec<u32>,
}

/// Changes a held cohort, until it is archived. Documents that were issued keep what they say.
pub fn change(
    conn: &mut DbConn,
    before: &Cohort,
    change: &CohortChange,
    now: NaiveDateTime,
) -> Result<Cohort> {
    let organisation = before.organisation_id;
    refuse_archived(before)?;
    let (new, reminders) = checked(before, change)?;
    let threshold_percent = settled_threshold(before, change.threshold_percent)?;
    refuse_sessions_outside(conn, before, Days { first: change.first_day, last: change.last_day })?;
    let row = store::CohortRow {
        name: &new.name,
        locale: &new.locale,
        threshold_percent,
        settings: settings_to_json(&Settings { logos: settings(before)?.logos, ..new.settings })?,
        first_day: change.first_day,
        last_day: change.last_day,
        reminders: serde_json::to_string(&reminders).map_err(Error::internal)?,
        changed_at: now,
    };
    if !store::update_cohort(conn, organisation, before.id, &row)? {
        let detail = format!("there is a cohort {:?} of this programme already", new.name);
        return Err(Error::refused("cohort-exists", detail, json!({})));
    }
    super::cohort(conn, organisation, before.id)
}

/// The same, tidied; and the reminders, the earliest first.
fn checked(before: &Cohort, change: &CohortChange) -> Result<(NewCohort, Vec<u32>), Faults> {
    let mut faults = Faults::default();
    let name = faults.keep(cohort_name(&change.name).map_err(Faults::from)).unwrap_or_default();
    if let Some(percent) = change.threshold_percent {
        faults.keep(threshold(percent).map_err(Faults::from));
    }
    let new = faults.keep(tidied(NewCohort {
        programme: before.programme_code.clone(),
        name,
        locale: change.locale.clone(),
        threshold_percent: change.threshold_percent,
        settings: change.settings.clone(),
    }));
    faults.keep(in_order(change.first_day, change.last_day));
    let reminders = faults.keep(reminders(&change.reminders)).unwrap_or_default();
    match new {
        Some(new) => faults.into_result((new, reminders)),
        None => Err(faults),
    }
}

/// The same, in order and within bounds.
pub(super) fn checked_days(new: &NewDays) -> Result<NewDays, Faults> {
    let mut faults = Faults::default();
    faults.keep(in_order(new.first_day, new.last_day));
    let minutes = new.reminders.as_deref().map(reminders).transpose();
    let reminders = faults.keep(minutes).flatten();
    faults.into_result(NewDays { reminders, ..new.clone() })
}

/// Sets the checked days of a new cohort.
pub(super) fn set_days(conn: &mut DbConn, cohort: &Cohort, new: &NewDays) -> Result<()> {
    let reminders = match &new.reminders {
        Some(minutes) => serde_json::to_string(minutes).map_err(Error::internal)?,
        None => cohort.reminders.clone(),
    };
    let days = Days { first: new.first_day, last: new.last_day };
    store::set_plan(conn, cohort.organisation_id, cohort.id, &cohort.terms, days, &reminders)
}

fn in_order(first: Option<NaiveDate>, last: Option<NaiveDate>) -> Result<(), Faults> {
    let mut faults = Faults::default();
    for (field, day) in [("first_day", first), ("last_day", last)] {
        if let Some(day) = day {
            faults.keep(day_of_this_age(field, day).map_err(Faults::from));
        }
    }
    if let (Some(first), Some(last)) = (first, last)
        && last < first
    {
        let message = format!("is before the first day, {first}");
        faults.push(Fault::new("ends-before-it-starts", message).in_field("last_day"));
    }
    faults.into_result(())
}

fn reminders(minutes: &[u32]) -> Result<Vec<u32>, Faults> {
    let mut faults = Faults::default();
    if minutes.len() > MOST_REMINDERS {
        let message = format!("people are reminded {MOST_REMINDERS} times at most");
        faults.push(Fault::new("too-many", message).in_field("reminders"));
    }
    for (i, _) in minutes.iter().enumerate().filter(|(_, minutes)| !REMINDER.contains(minutes)) {
        let message = format!("is from {} to {} minutes before a session", REMINDER.start(), REMINDER.end());
        faults.push(Fault::new("out-of-range", message).in_field(format!("/reminders/{i}")));
    }
    let mut minutes = minutes.to_vec();
    minutes.sort_unstable_by(|a, b| b.cmp(a));
    minutes.dedup();
    faults.into_result(minutes)
}

fn settled_threshold(before: &Cohort, wanted: Option<u32>) -> Result<i32> {
    let wanted = wanted.and_then(|percent| i32::try_from(percent).ok()).unwrap_or(before.threshold_percent);
    if wanted != before.threshold_percent && before.state != State::Draft {
        let percent = before.threshold_percent;
        let detail = format!("the threshold was settled at {percent} percent when the cohort opened");
        let fields = json!({ "state": before.state, "threshold_percent": percent });
        return Err(Error::refused("threshold-settled", detail, fields));
    }
    Ok(wanted)
}

fn refuse_sessions_outside(conn: &mut DbConn, cohort: &Cohort, days: Days) -> Result<()> {
    let mut outside = sessions(conn, cohort.organisation_id, cohort.id)?;
    outside.retain(|session| !days.hold(&Times::of(session)));
    if outside.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = outside.iter().map(|session| session.id).collect();
    let detail = format!("{} sessions would be outside the cohort's days: move them first", ids.len());
    Err(Error::refused("sessions-outside", detail, json!({ "sessions": ids })))
}
