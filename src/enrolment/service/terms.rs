//! On which terms people enrol in a cohort.

use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use chrono::Datelike;

use super::seats;
use crate::cohorts::Cohort;
use crate::cohorts::service as cohorts;
use crate::enrolment::{Eligible, FreedSeat, Terms, notices, rules};
use crate::organisations::departments;
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};

/// More seats than any cohort has.
const MOST_SEATS: u32 = 1_000_000;

/// Of a window.
const YEARS: RangeInclusive<i32> = 1970..=9999;

/// An offer of a month is none.
const MOST_HOURS: u32 = 24 * 31;

/// On which terms people enrol in the cohort.
pub fn terms(cohort: &Cohort) -> Result<Terms> {
    serde_json::from_str(&cohort.terms).map_err(Error::internal)
}

/// Settles on which terms people enrol from now on, in a cohort that is locked and not over. Seats that there are more of
/// go on to whoever waits; fewer than are held are refused.
///
/// # Errors
/// Everything that is wrong with the terms, by field.
pub fn put(conn: &mut DbConn, platform: &Platform, cohort: &Cohort, terms: &Terms) -> Result<Cohort> {
    cohorts::refuse_after_closing(cohort)?;
    check(conn, cohort, terms)?;
    let now = platform.clock.now().naive_utc();
    let before = self::terms(cohort)?;
    // Where there was no limit, seats are counted for the new one.
    let counted = Terms { capacity: before.capacity.or(terms.capacity), ..terms.clone() };
    let mut seats = seats::load_with_line(conn, cohort, counted, &[])?;
    seats.terms.capacity = before.capacity;
    let transitions = rules::change_capacity(&seats, terms.capacity, now)?;
    let json = serde_json::to_string(terms).map_err(Error::internal)?;
    cohorts::put_terms(conn, cohort, &json, now)?;
    seats::settle(conn, platform, cohort, &transitions, now)?;
    if terms.capacity != before.capacity {
        notices::seats_changed(conn, platform, cohort, before.capacity)?;
    }
    cohorts::cohort(conn, cohort.organisation_id, cohort.id)
}

fn check(conn: &mut DbConn, cohort: &Cohort, terms: &Terms) -> Result<()> {
    let mut faults = Faults::default();
    let mut fault =
        |code, field: &str, message: String| faults.push(Fault::new(code, message).in_field(field));
    if let (Some(opens), Some(closes)) = (terms.window.opens, terms.window.closes)
        && closes <= opens
    {
        fault("closes-before-it-opens", "closes", format!("is not after the opening, {opens}"));
    }
    for (field, moment) in [("opens", terms.window.opens), ("closes", terms.window.closes)] {
        if moment.is_some_and(|moment| !YEARS.contains(&moment.year())) {
            fault(
                "not-of-this-age",
                field,
                format!("is of a year from {} to {}", YEARS.start(), YEARS.end()),
            );
        }
    }
    if terms.capacity.is_some_and(|seats| !(1..=MOST_SEATS).contains(&seats)) {
        fault(
            "not-a-capacity",
            "capacity",
            format!("is a number of seats from 1 to {MOST_SEATS}; without it there is no limit"),
        );
    }
    if matches!(terms.freed_seat, FreedSeat::Offer { hours } if hours > NonZeroU32::MIN.saturating_add(MOST_HOURS - 1))
    {
        fault("too-long", "/freed_seat/hours", format!("an offer is for at most {MOST_HOURS} hours"));
    }
    if let Eligible::Departments(departments) = &terms.eligible {
        if departments.is_empty() {
            fault("nobody-eligible", "/eligible/departments", "name a department at least".to_owned());
        }
        let unknown = departments::unknown(conn, cohort.organisation_id, departments)?;
        if !unknown.is_empty() {
            let ids: Vec<String> = unknown.iter().map(ToString::to_string).collect();
            fault(
                "unknown-department",
                "/eligible/departments",
                format!("the organisation has no department {}", ids.join(", ")),
            );
        }
    }
    Ok(faults.into_result(())?)
}
