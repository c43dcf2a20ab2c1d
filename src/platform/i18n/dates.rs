//! Dates and times as each language writes them.

use std::cell::RefCell;
use std::collections::HashMap;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use chrono_tz::Tz;
use icu_calendar::{Date, Gregorian};
use icu_datetime::fieldsets::zone::SpecificLong;
use icu_datetime::fieldsets::{E, M, T, YMD, YMDE};
use icu_datetime::input::{DateTime, Time, TimeZone, UtcOffset};
use icu_datetime::preferences::HourCycle;
use icu_datetime::{DateTimeFormatterPreferences, FixedCalendarDateTimeFormatter, NoCalendarFormatter};
use icu_locale_core::Locale;

use crate::platform::local_time::Moment;

/// What writes in one language.
struct Formatters {
    date: FixedCalendarDateTimeFormatter<Gregorian, YMD>,
    day: FixedCalendarDateTimeFormatter<Gregorian, YMDE>,
    time: NoCalendarFormatter<T>,
    zone: NoCalendarFormatter<SpecificLong>,
    custom: Custom,
}

/// What ICU does not know of the way in which a language writes dates.
enum Custom {
    None,
    /// The first of a month is `1er`.
    French,
    Irish(Box<Irish>),
}

/// ICU's patterns have the American order; these are the words of the right one.
struct Irish {
    weekday: FixedCalendarDateTimeFormatter<Gregorian, E>,
    month: FixedCalendarDateTimeFormatter<Gregorian, M>,
}

impl Formatters {
    fn date(&self, date: NaiveDate) -> Option<String> {
        let day = day(date)?;
        Some(match &self.custom {
            Custom::None => self.date.format(&day).to_string(),
            Custom::French => first_day(date, self.date.format(&day).to_string()),
            Custom::Irish(words) => format!("{} {} {}", date.day(), words.month.format(&day), date.year()),
        })
    }

    fn weekday_date(&self, date: NaiveDate) -> Option<String> {
        let day = day(date)?;
        Some(match &self.custom {
            Custom::None => self.day.format(&day).to_string(),
            Custom::French => first_day(date, self.day.format(&day).to_string()),
            Custom::Irish(words) => format!("{} {}", words.weekday.format(&day), self.date(date)?),
        })
    }
}

fn first_day(date: NaiveDate, written: String) -> String {
    if date.day() == 1 { written.replacen("1 ", "1er ", 1) } else { written }
}

thread_local! {
    /// Making formatters takes longer than drawing a page. Some for each language asked for.
    static FORMATTERS: RefCell<HashMap<String, Option<Formatters>>> = RefCell::default();
}
/// Languages come from files and requests: no more are kept.
const MOST_FORMATTERS: usize = 32;

/// `17 January 2023`, `17 janar 2023`: day, month's name and year as `language` (a BCP 47 tag) writes them. A language
/// that nobody knows gets English.
pub fn long_date(date: NaiveDate, language: &str) -> String {
    written(language, |formatters| formatters.date(date)).unwrap_or_else(|| date.to_string())
}

/// [`long_date`] with the day of the week: `Tuesday, 17 January 2023`.
pub fn weekday_date(date: NaiveDate, language: &str) -> String {
    written(language, |formatters| formatters.weekday_date(date)).unwrap_or_else(|| date.to_string())
}

/// `Tuesday, 17 January 2023, 10:00`, where the zone is said beside it.
pub fn local(at: Moment, language: &str) -> String {
    format!("{}, {}", weekday(at, language), time(at, language))
}

/// `Tuesday, 17 January 2023, 10:00 (Central European Standard Time, UTC+1)`
pub fn moment(at: Moment, zone: Tz, language: &str) -> String {
    format!("{} ({})", local(at, language), zone_name(at, zone, language))
}

/// From when to when, each day and each zone said once:
/// `Tuesday, 17 January 2023, 10:00–12:00 (Central European Standard Time, UTC+1)`
pub fn span(starts: Moment, ends: Moment, zone: Tz, language: &str) -> String {
    // The clock is put forward or back between the two.
    if starts.offset() != ends.offset() {
        return format!("{} – {}", moment(starts, zone, language), moment(ends, zone, language));
    }
    let (from, until) = (time(starts, language), time(ends, language));
    let day = weekday(starts, language);
    let zone = zone_name(starts, zone, language);
    if starts.local.date() == ends.local.date() {
        // “10:00–12:00 ч.” and not “10:00 ч.–12:00 ч.”
        let unit = until.trim_start_matches(|c: char| !c.is_whitespace());
        let from = from.strip_suffix(unit).unwrap_or(&from);
        format!("{day}, {from}–{until} ({zone})")
    } else {
        format!("{day}, {from} – {}, {until} ({zone})", weekday(ends, language))
    }
}

fn weekday(at: Moment, language: &str) -> String {
    weekday_date(at.local.date(), language)
}

/// `10:00`; officials count hours to 24 in every language of ours.
fn time(at: Moment, language: &str) -> String {
    written(language, |formatters| Some(formatters.time.format(&clock(at.local)?).to_string()))
        .unwrap_or_else(|| at.local.format("%H:%M").to_string())
}

/// `Central European Standard Time, UTC+1`; the offset is what people of elsewhere can reckon with.
fn zone_name(at: Moment, zone: Tz, language: &str) -> String {
    let offset = utc_offset(at.offset());
    let name = written(language, |formatters| {
        let seconds = i32::try_from(at.offset().num_seconds()).ok()?;
        let zone = TimeZone::from_iana_id(zone.name()).with_offset(UtcOffset::try_from_seconds(seconds).ok());
        let local = at.local;
        let date = Date::try_new_iso(local.year(), local.month() as u8, local.day() as u8).ok()?;
        let zone = zone.at_date_time(DateTime { date, time: clock(local)? });
        Some(formatters.zone.format(&zone).to_string())
    });
    match name {
        // Of a zone without a name ICU says the offset, in digits.
        Some(name) if !name.contains(|c: char| c.is_ascii_digit()) => format!("{name}, {offset}"),
        _ => offset,
    }
}

/// `UTC`, `UTC+1`, `UTC−3:30`
fn utc_offset(offset: TimeDelta) -> String {
    let minutes = offset.num_minutes();
    let sign = if minutes < 0 { '−' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

fn day(date: NaiveDate) -> Option<Date<Gregorian>> {
    Date::try_new_gregorian(date.year(), date.month() as u8, date.day() as u8).ok()
}

fn clock(time: NaiveDateTime) -> Option<Time> {
    Time::try_new(time.hour() as u8, time.minute() as u8, time.second() as u8, 0).ok()
}

fn written(language: &str, write: impl FnOnce(&Formatters) -> Option<String>) -> Option<String> {
    FORMATTERS.with_borrow_mut(|formatters| {
        if formatters.len() >= MOST_FORMATTERS && !formatters.contains_key(language) {
            formatters.clear();
        }
        write(formatters.entry(language.to_owned()).or_insert_with(|| known_formatters(language)).as_ref()?)
    })
}

/// Plain English means the European order of day and month, and plain Portuguese what is written in Portugal; data for a language that ICU does not know is that of no
/// language ("2023 M01 17"), so that English stands in.
fn known_formatters(language: &str) -> Option<Formatters> {
    let english = || formatters("en-GB");
    match language {
        "en" => return english(),
        // Dates are the same in Brazil, of which ICU knows more patterns.
        "pt" => return Some(Formatters { zone: formatters("pt-PT")?.zone, ..formatters("pt")? }),
        _ => {}
    }
    let day = Date::try_new_gregorian(2023, 1, 17).ok()?;
    let unknown = formatters("und")?.date.format(&day).to_string();
    formatters(language).filter(|found| found.date.format(&day).to_string() != unknown).or_else(english)
}

fn formatters(tag: &str) -> Option<Formatters> {
    let locale: Locale = tag.parse().ok()?;
    let mut preferences = DateTimeFormatterPreferences::from(locale);
    preferences.hour_cycle = Some(HourCycle::H23);
    Some(Formatters {
        date: FixedCalendarDateTimeFormatter::try_new(preferences, YMD::long()).ok()?,
        day: FixedCalendarDateTimeFormatter::try_new(preferences, YMDE::long()).ok()?,
        time: NoCalendarFormatter::try_new(preferences, T::hm()).ok()?,
        zone: NoCalendarFormatter::try_new(preferences, SpecificLong).ok()?,
        custom: match tag.split('-').next() {
            Some("fr") => Custom::French,
            Some("ga") => Custom::Irish(Box::new(Irish {
                weekday: FixedCalendarDateTimeFormatter::try_new(preferences, E::long()).ok()?,
                month: FixedCalendarDateTimeFormatter::try_new(preferences, M::long()).ok()?,
            })),
            _ => Custom::None,
        },
    })
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::super::languages::MAILS;
    use super::*;

    #[test]
    fn each_language_writes_its_own_way() {
        let day = NaiveDate::from_ymd_opt(2023, 1, 17).expect("a day");
        assert_eq!(long_date(day, "en"), "17 January 2023");
        assert_eq!(long_date(day, "sq"), "17 janar 2023");
        assert_eq!(long_date(day, "en-US"), "January 17, 2023");
        assert_eq!(long_date(day, "ga-IE"), "17 Eanáir 2023");
        let first = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a day");
        assert_eq!(long_date(first, "fr-BE"), "1er décembre 2026");
        assert_eq!(weekday_date(first, "fr"), "mardi 1er décembre 2026");
        assert_eq!(long_date(day, "uk"), "17 січня 2023\u{202f}р.");
        for unknown in ["xx", "", "not a tag", "und"] {
            assert_eq!(long_date(day, unknown), "17 January 2023", "{unknown}");
        }
    }

    /// The second where a local time happens twice.
    fn at(local: &str, zone: Tz) -> Moment {
        let local = local.parse().expect("a local time");
        zone.from_local_datetime(&local).latest().expect("a moment").fixed_offset().into()
    }

    #[test]
    fn a_session_is_written_in_its_own_time_as_each_language_does() {
        let zone = Tz::Europe__Tirane;
        let session = (at("2023-01-17T09:00:00", zone), at("2023-01-17T12:30:00", zone));
        let told: Vec<String> =
            MAILS.iter().map(|tag| format!("{tag}: {}", span(session.0, session.1, zone, tag))).collect();
        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn each_day_and_each_zone_is_said_once() {
        let told = |zone: Tz, starts, ends| span(at(starts, zone), at(ends, zone), zone, "en");
        insta::assert_snapshot!(
            [
                told(Tz::Europe__Dublin, "2026-07-01T10:00:00", "2026-07-01T12:00:00"),
                told(Tz::Europe__Sofia, "2026-12-31T22:00:00", "2027-01-01T01:00:00"),
                told(Tz::Europe__Tirane, "2026-10-25T01:00:00", "2026-10-25T02:30:00"),
                told(Tz::America__St_Johns, "2026-07-01T10:00:00", "2026-07-01T12:00:00"),
                told(Tz::UTC, "2026-07-01T10:00:00", "2026-07-01T12:00:00"),
                told(Tz::Etc__GMTPlus5, "2026-07-01T10:00:00", "2026-07-01T12:00:00"),
            ]
            .join("\n")
        );
    }
}
