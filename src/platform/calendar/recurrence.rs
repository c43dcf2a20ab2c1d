//! Series of times: so many weeks apart, on some weekdays, at one local time. They keep what the clock on the wall shows
//! when the clock is changed.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::Serialize;

use crate::platform::faults::{Fault, Faults};
use crate::platform::local_time::{Moment, Why, resolve};

/// The most times of one series.
pub const MOST: usize = 366;

/// The most weeks from one to the next.
pub const MOST_WEEKS: u32 = 52;

/// A weekly series as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    pub zone: Tz,
    /// From this day on. Its week, which begins on Monday, is the first of those that count.
    pub first: NaiveDate,
    /// 1 for each week, 2 for every other; up to [`MOST_WEEKS`].
    pub every: u32,
    /// In any order.
    pub weekdays: Vec<Weekday>,
    /// In `zone`.
    pub starts: NaiveTime,
    /// In `zone`, on the same day; later than `starts`.
    pub ends: NaiveTime,
    pub end: End,
    /// For each [`Ask`] of an earlier try, the choice that was taken.
    pub answers: Vec<DateTime<FixedOffset>>,
}

/// When a series ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// After so many times, those counted that are asked about.
    Count(u32),
    /// With this day.
    Until(NaiveDate),
}

/// What a series comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In order; without those that are asked about.
    pub slots: Vec<Slot>,
    /// Questions without an answer. Until there is none, the series is not complete.
    pub asks: Vec<Ask>,
}

/// One of the times of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    pub starts: Moment,
    pub ends: Moment,
}

/// A local time that does not exist, or that happens twice: it is for a person to say what is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Ask {
    pub which: Which,
    pub date: NaiveDate,
    /// In the zone of the series.
    pub local: NaiveDateTime,
    pub why: Why,
    /// The earlier one first. One of them is the answer.
    pub choices: Vec<DateTime<FixedOffset>>,
}

/// Which time of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    Starts,
    Ends,
}

/// Says the times of a series.
///
/// # Errors
/// Everything that is wrong with the series, by field; it has no times, or more than [`MOST`].
pub fn expand(series: &Series) -> Result<Plan, Faults> {
    let dates = dates(series)?;
    let (mut plan, mut faults) = (Plan::default(), Faults::default());
    for date in dates {
        let starts = moment(series, Which::Starts, date);
        let ends = moment(series, Which::Ends, date);
        match (starts, ends) {
            (Ok(starts), Ok(ends)) if starts.utc < ends.utc => plan.slots.push(Slot { starts, ends }),
            // The clock was put back in between, or the answers are the wrong way round.
            (Ok(_), Ok(_)) => {
                let message = format!("on {date} it would end before it starts");
                faults.push(Fault::new("ends-before-it-starts", message).in_field("answers"));
            }
            (starts, ends) => plan.asks.extend([starts.err(), ends.err()].into_iter().flatten()),
        }
    }
    faults.into_result(plan)
}

/// The days of a series, in order.
fn dates(series: &Series) -> Result<Vec<NaiveDate>, Faults> {
    let mut faults = Faults::default();
    let mut fault =
        |code, field: &str, message: String| faults.push(Fault::new(code, message).in_field(field));
    if !(1..=MOST_WEEKS).contains(&series.every) {
        fault("not-an-interval", "every", format!("is a number of weeks from 1 to {MOST_WEEKS}"));
    }
    if series.weekdays.is_empty() {
        fault("no-weekday", "weekdays", "name a weekday at least".to_owned());
    }
    if series.ends <= series.starts {
        fault("ends-before-it-starts", "ends", format!("is not after the start, {}", series.starts));
    }
    let (field, count, last) = match series.end {
        End::Count(count) => ("count", usize::try_from(count).unwrap_or(usize::MAX), NaiveDate::MAX),
        End::Until(last) => ("until", usize::MAX, last),
    };
    faults.into_result(())?;
    let dates: Vec<NaiveDate> =
        days(series).take_while(|date| *date <= last).take(count).take(MOST + 1).collect();
    let fault = match dates.len() {
        0 => Fault::new("no-times", format!("the series, which begins on {}, has no day", series.first)),
        1..=MOST => return Ok(dates),
        _ => Fault::new("too-many-times", format!("a series has {MOST} times at most")),
    };
    Err(fault.in_field(field).into())
}

/// The days that the series would have if it never ended; it does where the calendar does.
fn days(series: &Series) -> impl Iterator<Item = NaiveDate> {
    let mut weekdays: Vec<u64> =
        series.weekdays.iter().map(|weekday| weekday.num_days_from_monday().into()).collect();
    weekdays.sort_unstable();
    weekdays.dedup();
    let (first, every) = (series.first, u64::from(series.every));
    let monday = first.checked_sub_days(Days::new(first.weekday().num_days_from_monday().into()));
    let offsets = (0..).step_by(7).flat_map(move |week: u64| {
        let weekdays = weekdays.clone();
        weekdays.into_iter().map(move |day| week * every + day)
    });
    offsets
        .map_while(move |offset| monday?.checked_add_days(Days::new(offset)))
        .skip_while(move |date| *date < first)
}

fn moment(series: &Series, which: Which, date: NaiveDate) -> Result<Moment, Ask> {
    let local = date.and_time(match which {
        Which::Starts => series.starts,
        Which::Ends => series.ends,
    });
    settle(local, series.zone, which, &series.answers)
}

/// The moment that a local time of a slot is, or that the answers say it is.
///
/// # Errors
/// It is unclear, and they say nothing or too much.
pub fn settle(
    local: NaiveDateTime,
    zone: Tz,
    which: Which,
    answers: &[DateTime<FixedOffset>],
) -> Result<Moment, Ask> {
    resolve(local, zone).or_else(|unclear| {
        let taken: Vec<_> =
            unclear.choices.iter().filter(|choice| answers.contains(choice)).copied().collect();
        match taken[..] {
            [choice] => Ok(choice.into()),
            // None, or both: the question stands.
            _ => Err(Ask { which, date: local.date(), local, why: unclear.why, choices: unclear.choices }),
        }
    })
}

#[cfg(test)]
#[path = "recurrence_tests.rs"]
mod tests;
