//! Zones as calendar objects define them: VTIMEZONE (RFC 5545, section 3.6.5), made from the zone data of this program.
//!
//! An object defines a zone for the years of its events and one before and after, so that an observance is in force at
//! each of its times. Where the clock changes by a yearly rule (the last Sunday of March), it is written as an RRULE,
//! which is all that some programs read; otherwise (Morocco, where Ramadan decides) each change is a date of its own.
//!
//! Zone data says of some zones that their winter is the exception: Ireland's standard time is that of the summer, and
//! its winter is an hour of *negative* daylight saving. Calendar programs expect the contrary, so DAYLIGHT is here
//! whatever is ahead, also in Ireland. It changes no time: offsets alone decide.

use std::fmt::Write;
use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Weekday};
use chrono_tz::{OffsetComponents, OffsetName, Tz, TzOffset};

/// The zone data ends in 2099: later no clock is known to change.
const LAST_YEAR: i32 = 2100;

/// A definition of the zone for local times in these years, as lines.
pub(super) fn definition(zone: Tz, years: &RangeInclusive<i32>) -> String {
    let mut text = format!("BEGIN:VTIMEZONE\r\nTZID:{zone}\r\n");
    for observance in observances(zone, years) {
        observance.write(&mut text);
    }
    text.push_str("END:VTIMEZONE\r\n");
    text
}

/// What clocks show from some moments on.
#[derive(Debug, PartialEq)]
struct Observance {
    is_daylight: bool,
    /// Seconds ahead of UTC, before and since.
    from: i32,
    to: i32,
    name: String,
    /// When it begins, each time as clocks showed it just before.
    onsets: Vec<NaiveDateTime>,
    /// The yearly rule that the onsets follow.
    rule: Option<String>,
}

impl Observance {
    fn write(&self, text: &mut String) {
        let kind = if self.is_daylight { "DAYLIGHT" } else { "STANDARD" };
        let mut line = |line: std::fmt::Arguments<'_>| {
            // A String takes whatever is written.
            let _ = write!(text, "{line}\r\n");
        };
        line(format_args!("BEGIN:{kind}"));
        line(format_args!("TZNAME:{}", self.name));
        line(format_args!("TZOFFSETFROM:{}", offset(self.from)));
        line(format_args!("TZOFFSETTO:{}", offset(self.to)));
        let mut onsets = self.onsets.iter().map(|onset| onset.format("%Y%m%dT%H%M%S"));
        if let Some(first) = onsets.next() {
            line(format_args!("DTSTART:{first}"));
        }
        match &self.rule {
            Some(rule) => line(format_args!("RRULE:{rule}")),
            None => onsets.for_each(|onset| line(format_args!("RDATE:{onset}"))),
        }
        line(format_args!("END:{kind}"));
    }
}

fn observances(zone: Tz, years: &RangeInclusive<i32>) -> Vec<Observance> {
    let first = years.start() - 1;
    let last = years.end().saturating_add(1).clamp(first, LAST_YEAR.max(first));
    let new_year =
        |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default().and_time(Default::default());
    let changes = changes(zone, new_year(first), new_year(last + 1));
    let at_first = zone.offset_from_utc_datetime(&new_year(first));
    let has_negative = changes
        .iter()
        .map(|change| &change.to)
        .chain([&at_first])
        .any(|offset| offset.dst_offset() < TimeDelta::zero());
    let is_daylight = |offset: &TzOffset| {
        if has_negative { offset.dst_offset().is_zero() } else { offset.dst_offset() > TimeDelta::zero() }
    };
    let observance = |from: i32, to: &TzOffset, onset| Observance {
        is_daylight: is_daylight(to),
        from,
        to: seconds(to),
        name: to.abbreviation().map_or_else(|| short_offset(seconds(to)), str::to_owned),
        onsets: vec![onset],
        rule: None,
    };
    let mut all: Vec<Observance> = Vec::new();
    // Local and universal time are less than two days apart.
    let before_events = new_year(*years.start()) - TimeDelta::days(2);
    if changes.first().is_none_or(|change| change.at > before_events) {
        all.push(observance(seconds(&at_first), &at_first, new_year(first)));
    }
    for change in &changes {
        let from = seconds(&change.from);
        let new = observance(from, &change.to, change.at + TimeDelta::seconds(from.into()));
        let same = all.iter_mut().find(|known| {
            (known.is_daylight, known.from, known.to, &known.name)
                == (new.is_daylight, new.from, new.to, &new.name)
        });
        match same {
            Some(known) => known.onsets.extend(new.onsets),
            None => all.push(new),
        }
    }
    for observance in &mut all {
        observance.rule = yearly_rule(&observance.onsets, last);
    }
    all
}

/// A moment, in UTC, at which a zone's clocks change.
struct Change {
    at: NaiveDateTime,
    from: TzOffset,
    to: TzOffset,
}

/// The changes between two moments. The zone data does not list them, so days are compared with the days after: no zone
/// has changed its clocks twice within one.
fn changes(zone: Tz, begin: NaiveDateTime, end: NaiveDateTime) -> Vec<Change> {
    let offset = |at: NaiveDateTime| zone.offset_from_utc_datetime(&at);
    let days = begin.date().iter_days().map(|date| date.and_time(Default::default()));
    let mut found = Vec::new();
    for day in days.take_while(|day| *day < end) {
        let (mut before, mut at) = (day, day + TimeDelta::days(1));
        let (from, to) = (offset(before), offset(at));
        if from == to {
            continue;
        }
        while at - before > TimeDelta::seconds(1) {
            let middle = before + TimeDelta::seconds((at - before).num_seconds() / 2);
            if offset(middle) == from { before = middle } else { at = middle }
        }
        found.push(Change { at, from, to });
    }
    found
}

/// The rule by which a clock changes once a year up to the `last` year: at one time of one weekday, counted from one end
/// of a month.
fn yearly_rule(onsets: &[NaiveDateTime], last: i32) -> Option<String> {
    let first = onsets.first()?;
    let is_yearly =
        onsets.windows(2).all(|pair| matches!(pair, [one, next] if next.year() == one.year() + 1));
    let is_alike = |onset: &NaiveDateTime| {
        (onset.month(), onset.weekday(), onset.time()) == (first.month(), first.weekday(), first.time())
    };
    let is_lasting = onsets.len() > 1 && onsets.last()?.year() == last;
    if !(is_lasting && is_yearly && onsets.iter().all(is_alike)) {
        return None;
    }
    let is_last = |onset: &NaiveDateTime| {
        let week_later = onset.date().checked_add_days(Days::new(7));
        week_later.is_some_and(|day| day.month() != onset.month())
    };
    let nth = |onset: &NaiveDateTime| (onset.day() - 1) / 7 + 1;
    let place = if onsets.iter().all(is_last) {
        "-1".to_owned()
    } else if onsets.iter().all(|onset| nth(onset) == nth(first)) {
        nth(first).to_string()
    } else {
        return None;
    };
    Some(format!("FREQ=YEARLY;BYMONTH={};BYDAY={place}{}", first.month(), letters(first.weekday())))
}

fn letters(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}

fn seconds(offset: &TzOffset) -> i32 {
    offset.fix().local_minus_utc()
}

/// `+0530`, and `-004430` of old clocks.
fn offset(seconds: i32) -> String {
    let rest = match seconds.abs() % 60 {
        0 => String::new(),
        rest => format!("{rest:02}"),
    };
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    format!("{}{hours:02}{minutes:02}{rest}", if seconds < 0 { '-' } else { '+' })
}

/// `+03`, `+0545`: what the zone data writes where nobody uses a name.
fn short_offset(seconds: i32) -> String {
    let full = offset(seconds);
    full.strip_suffix("00").map_or(full.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use chrono_tz::{Africa, America, Asia, Europe};

    use super::*;

    fn defined(zone: Tz, years: RangeInclusive<i32>) -> Vec<String> {
        definition(zone, &years).split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn tirana_changes_its_clocks_by_the_rule_of_europe() {
        let lines = "BEGIN:VTIMEZONE TZID:Europe/Tirane \
                     BEGIN:DAYLIGHT TZNAME:CEST TZOFFSETFROM:+0100 TZOFFSETTO:+0200 DTSTART:20250330T020000 \
                     RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU END:DAYLIGHT \
                     BEGIN:STANDARD TZNAME:CET TZOFFSETFROM:+0200 TZOFFSETTO:+0100 DTSTART:20251026T030000 \
                     RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU END:STANDARD END:VTIMEZONE";
        assert_eq!(defined(Europe::Tirane, 2026..=2026), lines.split(' ').collect::<Vec<_>>());
    }

    #[test]
    fn summer_is_daylight_in_ireland_too() {
        let winter = Europe::Dublin.offset_from_utc_datetime(&"2026-01-15T10:00:00".parse().expect("a time"));
        assert_eq!(winter.dst_offset(), TimeDelta::hours(-1), "the zone data has changed its mind");
        let lines = "BEGIN:VTIMEZONE TZID:Europe/Dublin \
                     BEGIN:DAYLIGHT TZNAME:IST TZOFFSETFROM:+0000 TZOFFSETTO:+0100 DTSTART:20250330T010000 \
                     RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU END:DAYLIGHT \
                     BEGIN:STANDARD TZNAME:GMT TZOFFSETFROM:+0100 TZOFFSETTO:+0000 DTSTART:20251026T020000 \
                     RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU END:STANDARD END:VTIMEZONE";
        assert_eq!(defined(Europe::Dublin, 2026..=2026), lines.split(' ').collect::<Vec<_>>());
    }

    #[test]
    fn a_zone_whose_clocks_stand_still_has_one_observance() {
        let lines = "BEGIN:VTIMEZONE TZID:Asia/Kathmandu \
                     BEGIN:STANDARD TZNAME:+0545 TZOFFSETFROM:+0545 TZOFFSETTO:+0545 DTSTART:20250101T000000 \
                     END:STANDARD END:VTIMEZONE";
        assert_eq!(defined(Asia::Kathmandu, 2026..=2026), lines.split(' ').collect::<Vec<_>>());
    }

    #[test]
    fn a_rule_counts_from_the_end_of_the_month_that_fits() {
        let all = defined(America::New_York, 2026..=2026).join(" ");
        assert!(all.contains("DTSTART:20250309T020000 RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"), "{all}");
        assert!(all.contains("DTSTART:20251102T020000 RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"), "{all}");
    }

    #[test]
    fn changes_that_follow_no_yearly_rule_are_dates() {
        let all = defined(Africa::Casablanca, 2026..=2026).join(" ");
        assert!(!all.contains("RRULE"), "{all}");
        assert!(all.contains("BEGIN:STANDARD TZNAME:+00 TZOFFSETFROM:+0100 TZOFFSETTO:+0000"), "{all}");
        assert_eq!(all.matches("RDATE:").count(), 4, "{all}");
        // Turkey stayed on summer time in 2016: its winters ended, and so did the rule.
        let all = defined(Europe::Istanbul, 2016..=2016).join(" ");
        assert!(all.contains("BEGIN:STANDARD TZNAME:+03 TZOFFSETFROM:+0300 TZOFFSETTO:+0300"), "{all}");
        assert!(!all.contains("RRULE"), "{all}");
    }

    #[test]
    fn no_year_is_too_late() {
        let all = defined(Europe::Tirane, 2500..=9999).join(" ");
        assert_eq!(all.matches("BEGIN:STANDARD").count(), 1, "{all}");
        assert!(defined(Europe::Tirane, 2098..=9999).len() > 10);
    }

    #[test]
    fn offsets_are_written_with_seconds_where_there_are_some() {
        assert_eq!([0, 20_700, -12_600, -2_670].map(offset), ["+0000", "+0545", "-0330", "-004430"]);
        assert_eq!([0, 20_700, -10_800].map(short_offset), ["+00", "+0545", "-03"]);
    }
}
