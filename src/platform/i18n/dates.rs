//! Dates as each language writes them.

use std::cell::RefCell;
use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::YMD;
use icu_locale_core::Locale;

type Formatter = FixedCalendarDateTimeFormatter<Gregorian, YMD>;

thread_local! {
    /// Making a formatter takes longer than drawing a page. One for each language asked for.
    static FORMATTERS: RefCell<HashMap<String, Option<Formatter>>> = RefCell::default();
}
/// Languages come from files and requests: no more are kept.
const MOST_FORMATTERS: usize = 32;

/// `17 January 2023`, `17 janar 2023`: day, month's name and year as `language` (a BCP 47 tag) writes them. A language
/// that nobody knows gets English.
pub fn long_date(date: NaiveDate, language: &str) -> String {
    let written = FORMATTERS.with_borrow_mut(|formatters| {
        if formatters.len() >= MOST_FORMATTERS && !formatters.contains_key(language) {
            formatters.clear();
        }
        let formatter =
            formatters.entry(language.to_owned()).or_insert_with(|| formatter(language)).as_ref()?;
        let day = Date::try_new_gregorian(date.year(), date.month() as u8, date.day() as u8).ok()?;
        Some(formatter.format(&day).to_string())
    });
    written.unwrap_or_else(|| date.to_string())
}

/// Plain English means the European order of day and month; data for a language that ICU does not know is that of no
/// language ("2023 M01 17"), so that English stands in.
fn formatter(language: &str) -> Option<Formatter> {
    let known = |tag: &str| {
        let locale: Locale = tag.parse().ok()?;
        Formatter::try_new(locale.into(), YMD::long()).ok()
    };
    let english = || known("en-GB");
    if language == "en" {
        return english();
    }
    let root = known("und")?;
    let day = Date::try_new_gregorian(2023, 1, 17).ok()?;
    let unknown = root.format(&day).to_string();
    known(language).filter(|found| found.format(&day).to_string() != unknown).or_else(english)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_its_own_way() {
        let day = NaiveDate::from_ymd_opt(2023, 1, 17).expect("a day");
        assert_eq!(long_date(day, "en"), "17 January 2023");
        assert_eq!(long_date(day, "sq"), "17 janar 2023");
        assert_eq!(long_date(day, "en-US"), "January 17, 2023");
        assert_eq!(long_date(day, "uk"), "17 січня 2023\u{202f}р.");
        for unknown in ["xx", "", "not a tag", "und"] {
            assert_eq!(long_date(day, unknown), "17 January 2023", "{unknown}");
        }
    }
}
