//! Times as a clock on the wall shows them, and what they are in UTC.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::{GapInfo, Tz};
use serde::{Deserialize, Serialize};

/// A time as a clock on the wall showed it, and in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub local: NaiveDateTime,
    pub utc: NaiveDateTime,
}

impl Moment {
    /// How far the clock on the wall was ahead of UTC.
    pub fn offset(&self) -> TimeDelta {
        self.local - self.utc
    }
}

impl From<DateTime<FixedOffset>> for Moment {
    fn from(time: DateTime<FixedOffset>) -> Moment {
        Moment { local: time.naive_local(), utc: time.naive_utc() }
    }
}

/// Why a local time says no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The clock is put forward over it.
    DoesNotExist,
    /// The clock is put back over it.
    HappensTwice,
}

/// A local time that has to be asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unclear {
    pub why: Why,
    /// What may be meant, the earlier one first. Of a time that happens twice both, each with its offset; of one that does
    /// not exist the times that it would be by the clock after the change and by the clock before it.
    pub choices: Vec<DateTime<FixedOffset>>,
}

/// What the clocks of a zone show at a moment.
pub fn in_zone(utc: NaiveDateTime, zone: Tz) -> Moment {
    Moment { local: zone.from_utc_datetime(&utc).naive_local(), utc }
}

/// The moment that a local time is in its zone.
///
/// # Errors
/// There is none, or there are two: this is asked about and never guessed.
pub fn resolve(local: NaiveDateTime, zone: Tz) -> Result<Moment, Unclear> {
    let possible = zone.from_local_datetime(&local);
    if let Some(time) = possible.single() {
        return Ok(time.fixed_offset().into());
    }
    let twice = [possible.earliest(), possible.latest()];
    let mut choices: Vec<_> = twice.into_iter().flatten().map(|time| time.fixed_offset()).collect();
    let why = if choices.is_empty() { Why::DoesNotExist } else { Why::HappensTwice };
    if let Some(gap) = GapInfo::new(&local, &zone) {
        let before = gap.begin.map(|(_, offset)| offset.fix());
        let after = gap.end.map(|end| end.offset().fix());
        let shifted = [before, after].into_iter().flatten();
        choices.extend(shifted.map(|offset| zone.from_utc_datetime(&(local - offset)).fixed_offset()));
    }
    choices.sort();
    Err(Unclear { why, choices })
}

/// The first moment (UTC) at which the clock shows this local time or a later one: of a time that happens twice the first, and of
/// one that does not exist when the clock was put forward. A later local time is never earlier.
pub fn first_moment(local: NaiveDateTime, zone: Tz) -> NaiveDateTime {
    let exists = || zone.from_local_datetime(&local).earliest();
    let gap_ends = || GapInfo::new(&local, &zone).and_then(|gap| gap.end);
    exists().or_else(gap_ends).map_or(local, |time| time.naive_utc())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_moment_of_a_local_time_that_is_none_or_two() {
        let first = |local: &str| {
            first_moment(local.parse().expect("a time"), Tz::Europe__Tirane).format("%d %H:%M").to_string()
        };
        assert_eq!(first("2026-03-28T02:30:00"), "28 01:30");
        assert_eq!(first("2026-03-29T02:30:00"), "29 01:00");
        assert_eq!(first("2026-03-30T02:30:00"), "30 00:30");
        assert_eq!(first("2026-10-25T02:30:00"), "25 00:30");
    }

    proptest! {
        #[test]
        fn a_later_local_time_is_never_earlier(minute in 0_i64..600, longer in 0_i64..600, spring in any::<bool>()) {
            let day = if spring { "2026-03-28T22:00:00" } else { "2026-10-24T22:00:00" };
            let local = day.parse::<NaiveDateTime>().expect("a time") + TimeDelta::minutes(minute);
            let later = local + TimeDelta::minutes(longer);
            for zone in [Tz::Europe__Tirane, Tz::Europe__Dublin] {
                prop_assert!(first_moment(local, zone) <= first_moment(later, zone));
            }
        }
    }

    fn told(local: &str, zone: &str) -> Result<String, (Why, Vec<String>)> {
        let local = local.parse().expect("a local time");
        match resolve(local, zone.parse().expect("a zone")) {
            Ok(moment) => {
                assert_eq!(moment.local, local);
                Ok(moment.utc.to_string())
            }
            Err(unclear) => {
                Err((unclear.why, unclear.choices.iter().map(|choice| choice.to_rfc3339()).collect()))
            }
        }
    }

    #[test]
    fn a_local_time_is_one_moment_or_is_asked_about() {
        assert_eq!(told("2026-01-15T10:00:00", "Europe/Tirane"), Ok("2026-01-15 09:00:00".into()));
        assert_eq!(told("2026-07-15T10:00:00", "Europe/Tirane"), Ok("2026-07-15 08:00:00".into()));
        assert_eq!(told("2026-07-15T10:00:00", "Europe/Dublin"), Ok("2026-07-15 09:00:00".into()));
        for (local, zone, why, choices) in [
            (
                "2026-03-29T02:30:00",
                "Europe/Tirane",
                Why::DoesNotExist,
                ["2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"],
            ),
            (
                "2026-10-25T02:30:00",
                "Europe/Tirane",
                Why::HappensTwice,
                ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"],
            ),
            (
                "2026-03-29T01:00:00",
                "Europe/Dublin",
                Why::DoesNotExist,
                ["2026-03-29T00:00:00+00:00", "2026-03-29T02:00:00+01:00"],
            ),
            (
                "2026-10-25T01:59:59",
                "Europe/Dublin",
                Why::HappensTwice,
                ["2026-10-25T01:59:59+01:00", "2026-10-25T01:59:59+00:00"],
            ),
            // A whole day was left out.
            (
                "2011-12-30T10:00:00",
                "Pacific/Apia",
                Why::DoesNotExist,
                ["2011-12-29T10:00:00-10:00", "2011-12-31T10:00:00+14:00"],
            ),
        ] {
            assert_eq!(told(local, zone), Err((why, choices.map(str::to_owned).to_vec())), "{local} {zone}");
        }
        assert_eq!(told("2026-03-29T03:00:00", "Europe/Tirane"), Ok("2026-03-29 01:00:00".into()));
        assert_eq!(told("2026-10-25T03:00:00", "Europe/Tirane"), Ok("2026-10-25 02:00:00".into()));
    }
}
