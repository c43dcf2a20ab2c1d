//! Use cases of series: many sessions planned at once, all or none.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use serde_json::json;

use super::super::details::NewDetails;
use super::super::{Cohort, Plan, Session, Times, rules, schedule};
use super::clashes::{self, Planner};
use super::sessions::{days, put_new};
use super::{programme, refuse_after_closing};
use crate::catalogue::Catalogue;
use crate::platform::calendar::recurrence::{Ask, End, Series, Slot, expand};
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};
use crate::platform::text::excerpt;

/// A weekly series of sessions of one module, as it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSeries {
    pub module: String,
    /// IANA name.
    pub zone: String,
    pub first: NaiveDate,
    /// Weeks from one to the next.
    pub every: u32,
    pub weekdays: Vec<Weekday>,
    /// `10:00`, in `zone`.
    pub starts: String,
    pub ends: String,
    /// Either this or `until`.
    pub count: Option<u32>,
    pub until: Option<NaiveDate>,
    /// Of those times that were asked about, the ones that are meant.
    pub answers: Vec<DateTime<FixedOffset>>,
    pub details: NewDetails,
    pub held: bool,
    pub override_clash: Option<String>,
}

/// Adds the sessions of a series to a cohort that is not closed: all of them, or none.
///
/// # Errors
/// `times-unclear`: local times that do not exist or happen twice, to be asked about; and whatever is wrong with one of
/// the sessions.
pub fn add_series(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    cohort: &Cohort,
    by: Planner,
    new: &NewSeries,
    now: NaiveDateTime,
) -> Result<Vec<Session>> {
    let reason = clashes::reason_to_override(by, new.override_clash.as_deref())?;
    refuse_after_closing(cohort)?;
    let plans = plans(new, &programme(conn, cohort, catalogue)?.programme.modules)?;
    let mut faults = Faults::default();
    for plan in &plans {
        faults.keep(rules::may_be_planned(&plan.times, days(cohort), new.held, now));
    }
    faults.into_result(())?;
    let plans: Vec<_> = plans.into_iter().map(|plan| (plan, Vec::new())).collect();
    put_new(conn, cohort, &plans, reason.as_deref(), now)
}

/// The sessions of a series, in order.
fn plans(new: &NewSeries, modules: &[String]) -> Result<Vec<Plan>> {
    let mut faults = Faults::default();
    let shared = faults.keep(schedule::shared(&new.module, &new.zone, &new.details, modules));
    let starts = faults.keep(time_of_day("starts", &new.starts).map_err(Faults::from));
    let ends = faults.keep(time_of_day("ends", &new.ends).map_err(Faults::from));
    let end = faults.keep(end(new).map_err(Faults::from));
    faults.keep(day_of_this_age("first", new.first).map_err(Faults::from));
    let (Some((module, zone, details)), Some(starts), Some(ends), Some(end)) = (shared, starts, ends, end)
    else {
        return Err(faults.into());
    };
    faults.into_result(())?;
    let series = Series {
        zone,
        first: new.first,
        every: new.every,
        weekdays: new.weekdays.clone(),
        starts,
        ends,
        end,
        answers: new.answers.clone(),
    };
    let expanded = expand(&series)?;
    if !expanded.asks.is_empty() {
        return Err(times_unclear(&expanded.asks));
    }
    let plan = |Slot { starts, ends }: Slot| Plan {
        module: module.clone(),
        times: Times { zone, starts, ends },
        details: details.clone(),
    };
    Ok(expanded.slots.into_iter().map(plan).collect())
}

/// The refusal that asks which times are meant.
pub(super) fn times_unclear(asks: &[Ask]) -> Error {
    let detail = "some local times do not exist or happen twice because the clock is changed; send the choices that are \
                  meant as `answers`";
    Error::refused("times-unclear", detail, json!({ "asks": asks }))
}

/// Days of other ages can be written, and no clock knows them.
pub(super) fn day_of_this_age(field: &str, day: NaiveDate) -> Result<(), Fault> {
    let known = (1970..=9999).contains(&day.year());
    if known { Ok(()) } else { Err(Fault::new("out-of-range", "is no day of this age").in_field(field)) }
}

fn time_of_day(field: &str, text: &str) -> Result<NaiveTime, Fault> {
    let known =
        ["%H:%M", "%H:%M:%S"].iter().find_map(|form| NaiveTime::parse_from_str(text.trim(), form).ok());
    known.ok_or_else(|| {
        let message = format!("“{}” is not a time of day such as 10:00", excerpt(text));
        Fault::new("not-a-time", message).in_field(field)
    })
}

fn end(new: &NewSeries) -> Result<End, Fault> {
    match (new.count, new.until) {
        (Some(count), None) => Ok(End::Count(count)),
        (None, Some(until)) => Ok(End::Until(until)),
        _ => {
            Err(Fault::new("no-end", "say either how many (`count`) or until when (`until`)")
                .in_field("count"))
        }
    }
}
