//! When the modules are given: rows of `sessions.csv`, which also say where attendance was written down, and single
//! sessions, under the same checks.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, TimeDelta, Timelike};
use chrono_tz::Tz;

use super::details::NewDetails;
use super::{Details, Mode, Moment, Plan, SessionPlan, Times};
use crate::catalogue::Programme;
use crate::organisations::rules as organisations;
use crate::platform::faults::{Fault, Faults};
use crate::platform::local_time::{self, Unclear, Why};
use crate::platform::sheets::Limits;
use crate::platform::sheets::table::{Cell, Table};
use crate::platform::{files, suggest, text};

/// A cohort has some sessions a module: this is far above it.
const LIMITS: Limits = Limits { bytes: 1024 * 1024, rows: 1_000, cell: 2_000 };

const LONGEST_SESSION: TimeDelta = TimeDelta::hours(24);

const COLUMNS: [&str; 7] = ["module", "starts", "ends", "zone", "mode", "capacity", "file"];

/// Reads the sessions of a cohort of this programme, in the order of the file.
///
/// # Errors
/// Everything that is wrong with the file. A local time that does not exist in its zone, or exists twice, is asked about
/// and never guessed: such a time can be written with its offset.
pub fn read(file: &str, bytes: &[u8], programme: &Programme) -> Result<Vec<SessionPlan>, Faults> {
    let mut faults = Faults::default();
    let table = Table::read(file, bytes, COLUMNS, &LIMITS, &mut faults);
    let mut sessions = Vec::new();
    let mut lines: HashMap<(String, NaiveDateTime), u64> = HashMap::new();
    for cells in table.iter().flat_map(Table::rows) {
        let Some(session) = session(&cells, &programme.modules, &mut faults) else { continue };
        let [module, starts, ..] = cells;
        let first = *lines.entry((session.module.clone(), session.starts.utc)).or_insert(module.line);
        if first != module.line {
            let message = format!("line {first} has a session of this module at this time already");
            faults.push(starts.fault("duplicate-session", message));
        }
        sessions.push(session);
    }
    if sessions.is_empty() && faults.is_empty() {
        faults.push(Fault::new("no-rows", "the file names no session").in_file(file));
    }
    faults.0.sort();
    faults.into_result(sessions)
}

/// A session as it is asked for, one by one; the fields are those of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSession {
    pub module: String,
    /// `2023-01-17T10:00` in `zone`, or with its offset.
    pub starts: String,
    pub ends: String,
    /// IANA name.
    pub zone: String,
    pub details: NewDetails,
    /// Whether it is over, and written down because it was held.
    pub held: bool,
    /// Why it may take a trainer or a room that is taken.
    pub override_clash: Option<String>,
}

/// Checks one session as a row is checked; faults name the field.
///
/// # Errors
/// Everything that is wrong with it.
pub fn plan(new: &NewSession, modules: &[String]) -> Result<Plan, Faults> {
    let capacity = new.details.capacity.map(|places| places.to_string()).unwrap_or_default();
    let cells = [
        Cell::of_field("module", &new.module),
        Cell::of_field("starts", &new.starts),
        Cell::of_field("ends", &new.ends),
        Cell::of_field("zone", &new.zone),
        Cell::of_field("mode", &new.details.mode),
        Cell::of_field("capacity", &capacity),
        Cell::of_field("file", ""),
    ];
    let mut faults = Faults::default();
    let row = session(&cells, modules, &mut faults);
    let details = details(&new.details, &mut faults);
    match (row, details) {
        (Some(row), Some(details)) => {
            let times = Times { zone: row.zone, starts: row.starts, ends: row.ends };
            faults.into_result(Plan { module: row.module, times, details })
        }
        _ => Err(faults),
    }
}

/// What is said of where and how people meet; mode and number of places are looked at with the row, their faults told there.
fn details(new: &NewDetails, faults: &mut Faults) -> Option<Details> {
    let known = Mode::ALL.into_iter().find(|mode| mode.as_str() == new.mode.trim());
    // Whatever the mode is, the rest has its faults too.
    let checked = faults.keep(new.checked(known.unwrap_or(Mode::Hybrid), new.capacity));
    checked.filter(|_| known.is_some())
}

/// What all sessions of a series share: their module, their zone and their details.
///
/// # Errors
/// Everything that is wrong with it.
pub fn shared(
    module: &str,
    zone: &str,
    new: &NewDetails,
    modules: &[String],
) -> Result<(String, Tz, Details), Faults> {
    let mut faults = Faults::default();
    let mut note = |fault| faults.push(fault);
    let capacity = new.capacity.map(|places| places.to_string()).unwrap_or_default();
    let module = known_module(&Cell::of_field("module", module), modules).map_err(&mut note).ok();
    let zone = known_zone(&Cell::of_field("zone", zone)).map_err(&mut note).ok();
    let mode = known_mode(&Cell::of_field("mode", &new.mode)).map_err(&mut note).ok();
    let places = places(&Cell::of_field("capacity", &capacity)).map_err(&mut note).ok();
    let details = details(new, &mut faults);
    match (module, zone, mode, places, details) {
        (Some(module), Some(zone), Some(_), Some(_), Some(details)) => {
            faults.into_result((module, zone, details))
        }
        _ => Err(faults),
    }
}

/// One row; every cell is looked at, so that all of its faults are found.
fn session(cells: &[Cell<'_>; 7], modules: &[String], faults: &mut Faults) -> Option<SessionPlan> {
    let [module, starts, ends, zone, mode, capacity, file] = cells;
    let mut note = |fault| faults.push(fault);
    let module = known_module(module, modules).map_err(&mut note).ok();
    let zone = known_zone(zone).map_err(&mut note).ok();
    let starts = moment(starts, zone).map_err(&mut note).ok();
    let ends_at = moment(ends, zone).map_err(&mut note).ok();
    let mode = known_mode(mode).map_err(&mut note).ok();
    let capacity = places(capacity).map_err(&mut note).ok();
    let files = file_names(file).map_err(&mut note).ok();
    if let (Some(Some(starts)), Some(Some(ends_at))) = (starts, ends_at)
        && let Some(fault) = wrong_length(ends, starts, ends_at)
    {
        note(fault);
    }
    Some(SessionPlan {
        module: module?,
        zone: zone?,
        starts: starts??,
        ends: ends_at??,
        mode: mode?,
        capacity: capacity?,
        files: files?,
    })
}

fn known_module(cell: &Cell<'_>, modules: &[String]) -> Result<String, Fault> {
    let module = cell.filled()?;
    if modules.contains(&module) {
        return Ok(module);
    }
    let hint = suggest::hint(&module, modules.iter().map(String::as_str));
    let message = format!("the programme has no module “{}”{hint}", text::excerpt(&module));
    Err(cell.fault("unknown-module", message))
}

fn known_zone(cell: &Cell<'_>) -> Result<Tz, Fault> {
    let name = cell.filled()?;
    organisations::known_zone(&name).map_err(|fault| cell.fault(fault.code, fault.message))
}

fn known_mode(cell: &Cell<'_>) -> Result<Mode, Fault> {
    let word = cell.filled()?;
    Mode::ALL.into_iter().find(|mode| mode.as_str() == word).ok_or_else(|| {
        let hint = suggest::hint(&word, Mode::ALL.map(Mode::as_str));
        cell.fault("unknown-mode", format!("“{}” is no way to hold a session{hint}", text::excerpt(&word)))
    })
}

fn places(cell: &Cell<'_>) -> Result<Option<u32>, Fault> {
    if cell.text.is_empty() {
        return Ok(None);
    }
    let places = cell.text.parse().ok().filter(|places| (1..=1_000_000).contains(places));
    places.map(Some).ok_or_else(|| {
        let message =
            format!("“{}” is not a number of places; leave it empty for no limit", text::excerpt(cell.text));
        cell.fault("not-a-capacity", message)
    })
}

/// Several names are joined by `;`: a hybrid session has an export and a roll call.
fn file_names(cell: &Cell<'_>) -> Result<Vec<String>, Fault> {
    let mut names: Vec<String> = Vec::new();
    for name in cell.text.split(';').map(str::trim).filter(|name| !name.is_empty()) {
        if !files::is_plain_name(name) {
            let message = format!("“{}” is not the plain name of a file in this folder", text::excerpt(name));
            return Err(cell.fault("not-in-folder", message));
        }
        if names.iter().any(|earlier| earlier == name) {
            return Err(cell.fault("duplicate-file", format!("“{}” is named twice", text::excerpt(name))));
        }
        names.push(name.to_string());
    }
    Ok(names)
}

fn wrong_length(ends: &Cell<'_>, starts_at: Moment, ends_at: Moment) -> Option<Fault> {
    let length = ends_at.utc - starts_at.utc;
    if length <= TimeDelta::zero() {
        return Some(
            ends.fault("ends-before-it-starts", format!("is not after the start, {}", starts_at.local)),
        );
    }
    (length > LONGEST_SESSION).then(|| {
        ends.fault("session-too-long", format!("is more than 24 hours after the start, {}", starts_at.local))
    })
}

/// A local time in its zone. `Ok(None)` where the time can be read and the zone is unknown, which is a fault of its own.
fn moment(cell: &Cell<'_>, zone: Option<Tz>) -> Result<Option<Moment>, Fault> {
    cell.filled()?;
    let Some((local, offset)) = parse_time(cell.text) else {
        let message = format!("“{}” is not a time such as 2023-01-17T10:00", text::excerpt(cell.text));
        return Err(cell.fault("not-a-time", message));
    };
    let Some(zone) = zone else { return Ok(None) };
    let fits = |moment: &Moment| {
        offset.is_none_or(|offset| moment.offset().num_seconds() == i64::from(offset.local_minus_utc()))
    };
    let fitting = match local_time::resolve(local, zone) {
        Ok(moment) => Some(moment).filter(fits),
        Err(Unclear { why: Why::DoesNotExist, .. }) => {
            let message = format!("{local} does not exist in {zone}: the clock is put forward over it");
            return Err(cell.fault("time-does-not-exist", message));
        }
        Err(Unclear { choices, .. }) if offset.is_none() => {
            let both: Vec<String> =
                choices.iter().map(|time| time.format("%Y-%m-%dT%H:%M:%S%:z").to_string()).collect();
            let message = format!("{local} happens twice in {zone}; write it as {}", both.join(" or as "));
            return Err(cell.fault("time-happens-twice", message));
        }
        Err(Unclear { choices, .. }) => choices.into_iter().map(Moment::from).find(fits),
    };
    fitting
        .map(Some)
        .ok_or_else(|| cell.fault("wrong-offset", format!("this is not the offset of {zone} at that time")))
}

/// `2023-01-17T10:00`, with or without seconds, a space instead of the T, and an offset (`+01:00`, `Z`).
fn parse_time(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    const FORMATS: [&str; 4] = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"];
    let utc_spelt_out = text.strip_suffix('Z').map(|rest| format!("{rest}+00:00"));
    let text = utc_spelt_out.as_deref().unwrap_or(text);
    let with_offset = |format: &&str| DateTime::parse_from_str(text, &format!("{format}%:z")).ok();
    let (local, offset) = FORMATS
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .map(|local| (local, None))
        .or_else(|| {
            FORMATS.iter().find_map(with_offset).map(|time| (time.naive_local(), Some(*time.offset())))
        })?;
    // Leap seconds and years of other ages can be parsed, and mean nothing here.
    ((1970..=9999).contains(&local.year()) && local.nanosecond() == 0).then_some((local, offset))
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
