//! Dates, times and durations as the meeting tools write them, read by hand: this is where an import spends its time.

/// In which order a file writes day and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
}

/// A date as written: three numbers whose meaning may still be open (`2/7/23`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WrittenDate {
    numbers: [u16; 3],
    style: Style,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Style {
    /// `2023-02-07`, `2023/02/07`
    YearFirst,
    /// `7.2.2023`: every language that writes dots puts the day first.
    DayFirst,
    /// `2/7/23`
    Open,
}

impl WrittenDate {
    /// The date in this order, if there is such a day. Years of two digits are of this century.
    pub fn read(self, order: DateOrder) -> Option<chrono::NaiveDate> {
        let [a, b, c] = self.numbers;
        let (year, month, day) = match (self.style, order) {
            (Style::YearFirst, _) => (a, b, c),
            (Style::Open, DateOrder::MonthFirst) => (c, a, b),
            (Style::DayFirst, _) | (Style::Open, DateOrder::DayFirst) => (c, b, a),
        };
        let year = if year < 100 { 2000 + year } else { year };
        if !(1970..=2200).contains(&year) {
            return None;
        }
        chrono::NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())
    }
}

impl std::fmt::Display for WrittenDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b, c] = self.numbers;
        match self.style {
            Style::YearFirst => write!(f, "{a}-{b:02}-{c:02}"),
            Style::DayFirst => write!(f, "{a}.{b}.{c}"),
            Style::Open => write!(f, "{a}/{b}/{c:02}"),
        }
    }
}

/// A local date and time as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub date: WrittenDate,
    /// Seconds since midnight, below 86,400.
    pub second_of_day: u32,
}

/// Reads `14/11/22, 09:30:46`, `2/7/26, 8:03:45 PM`, `13/04/2021 à 09:01:31`, `2022-07-28 15:53:32`,
/// `17.1.2023, 2:04:52 m.d.` and the like; `None` if it is no date with a time.
pub fn moment(text: &str) -> Option<Moment> {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    let date = date(&mut scan)?;
    // A comma, `à`, `г.`, `T`, no-break spaces: whatever stands between date and time, within reason.
    let gap = scan.at;
    while scan.peek().is_some_and(|byte| !byte.is_ascii_digit()) {
        scan.at += 1;
    }
    if scan.at == gap || scan.at - gap > 12 {
        return None;
    }
    let hour = scan.number(2)?.0;
    let separator = scan.next_of(b":.")?;
    let (minute, 2) = scan.number(2)? else { return None };
    let mut second = 0;
    if scan.peek() == Some(separator) {
        scan.at += 1;
        let (value, 2) = scan.number(2)? else { return None };
        second = value;
        if scan.peek() == Some(b'.') && scan.bytes.get(scan.at + 1).is_some_and(u8::is_ascii_digit) {
            scan.at += 1;
            while scan.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                scan.at += 1;
            }
        }
    }
    let hour = match (half_of_day(text.get(scan.at..)?)?, hour) {
        (Half::None, 0..=23) => hour,
        (Half::Morning, 12) => 0,
        (Half::Afternoon, 12) => 12,
        (Half::Morning, 0..=11) => hour,
        (Half::Afternoon, 0..=11) => hour + 12,
        _ => return None,
    };
    if minute > 59 || second > 59 {
        return None;
    }
    let second_of_day = u32::from(hour) * 3600 + u32::from(minute) * 60 + u32::from(second);
    Some(Moment { date, second_of_day })
}

fn date(scan: &mut Scan<'_>) -> Option<WrittenDate> {
    let (a, digits_a) = scan.number(4)?;
    let separator = scan.next_of(b"/.-")?;
    scan.skip_spaces();
    let (b, digits_b) = scan.number(2)?;
    if scan.next_of(b"/.-")? != separator {
        return None;
    }
    scan.skip_spaces();
    let (c, digits_c) = scan.number(4)?;
    let style = match (digits_a, digits_b, digits_c) {
        (4, _, 1 | 2) => Style::YearFirst,
        (1 | 2, _, 2 | 4) if separator == b'.' => Style::DayFirst,
        (1 | 2, _, 2 | 4) => Style::Open,
        _ => return None,
    };
    Some(WrittenDate { numbers: [a, b, c], style })
}

enum Half {
    None,
    Morning,
    Afternoon,
}

/// The halves of a day as CLDR abbreviates them: English, Spanish, Albanian, Bulgarian, Greek.
fn half_of_day(text: &str) -> Option<Half> {
    if text.is_empty() {
        return Some(Half::None);
    }
    if let Some(half) = match text {
        " AM" => Some(Half::Morning),
        " PM" => Some(Half::Afternoon),
        _ => None,
    } {
        return Some(half);
    }
    let mut folded = String::new();
    for c in text.chars().filter(|c| !c.is_whitespace() && *c != '.').take(16) {
        folded.extend(c.to_lowercase());
    }
    match folded.as_str() {
        "" | "ч" => Some(Half::None),
        "am" | "a" | "pd" | "eparadites" | "проб" | "πμ" => Some(Half::Morning),
        "pm" | "p" | "md" | "epasdites" | "слоб" | "μμ" => Some(Half::Afternoon),
        _ => None,
    }
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// A number of one to `most` digits, and how many there were; a longer one is none.
    fn number(&mut self, most: usize) -> Option<(u16, usize)> {
        let start = self.at;
        let mut value = 0u16;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            if self.at - start == most {
                return None;
            }
            value = value * 10 + u16::from(digit - b'0');
            self.at += 1;
        }
        let digits = self.at - start;
        (digits > 0).then_some((value, digits))
    }

    fn next_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let byte = self.peek().filter(|byte| wanted.contains(byte))?;
        self.at += 1;
        Some(byte)
    }

    fn skip_spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }
}

/// Reads a duration in seconds: `1h 55m 54s`, `2 h 44 m` (also with no-break spaces), `240 mins`, `1 hr 2 min`,
/// `01:02:03`; a bare number counts `bare_unit` seconds each. `None` is unknown, which is not 0.
pub fn duration(text: &str, bare_unit: u32) -> Option<u32> {
    let text = text.trim();
    if text.contains(':') {
        return clock_duration(text);
    }
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse::<u32>().ok()?.checked_mul(bare_unit);
    }
    let mut total = 0u32;
    let mut smallest = u32::MAX;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u32 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?.trim_start();
        let letters = rest.find(|c: char| c.is_whitespace() || c.is_ascii_digit()).unwrap_or(rest.len());
        let unit = unit(rest.get(..letters)?)?;
        // From large to small and each once, so that a garbled cell is not added up.
        if unit >= smallest {
            return None;
        }
        smallest = unit;
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = rest.get(letters..)?.trim_start();
    }
    (smallest != u32::MAX).then_some(total)
}

/// `hh:mm:ss`
fn clock_duration(text: &str) -> Option<u32> {
    let mut parts = text.split(':');
    let hours: u32 = parts.next()?.parse().ok()?;
    let minutes: u32 = parts.next()?.parse().ok()?;
    let seconds: u32 = parts.next()?.parse().ok()?;
    if parts.next().is_some() || minutes > 59 || seconds > 59 {
        return None;
    }
    hours.checked_mul(3600)?.checked_add(minutes * 60 + seconds)
}

fn unit(word: &str) -> Option<u32> {
    match word.trim_end_matches(['.', ',']).to_lowercase().as_str() {
        "h" | "hr" | "hrs" | "hour" | "hours" | "heure" | "heures" | "hora" | "horas" | "orë" | "ч" => {
            Some(3600)
        }
        "m" | "min" | "mins" | "minute" | "minutes" | "minuto" | "minutos" | "мин" | "м" => Some(60),
        "s" | "sec" | "secs" | "second" | "seconds" | "sek" | "seg" | "сек" | "с" => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_styles_that_were_seen() {
        for (text, order, expected) in [
            ("14/11/22, 09:30:46", DateOrder::DayFirst, "2022-11-14 09:30:46"),
            ("2/7/26, 8:03:45 PM", DateOrder::MonthFirst, "2026-02-07 20:03:45"),
            ("2/7/26, 8:03:45\u{202f}PM", DateOrder::MonthFirst, "2026-02-07 20:03:45"),
            ("13/04/2021 à 09:01:31", DateOrder::DayFirst, "2021-04-13 09:01:31"),
            ("04/20/2023 07:29:43 AM", DateOrder::MonthFirst, "2023-04-20 07:29:43"),
            ("2022-07-28 15:53:32", DateOrder::MonthFirst, "2022-07-28 15:53:32"),
            ("2022-07-28T15:53:32.125", DateOrder::DayFirst, "2022-07-28 15:53:32"),
            ("17.1.2023, 2:04:52 m.d.", DateOrder::MonthFirst, "2023-01-17 14:04:52"),
            ("17.1.2023, 12:04:52 p.d.", DateOrder::DayFirst, "2023-01-17 00:04:52"),
            ("17.01.2023 г., 14:04:52 ч.", DateOrder::DayFirst, "2023-01-17 14:04:52"),
            ("17/01/2023 10:00", DateOrder::DayFirst, "2023-01-17 10:00:00"),
            ("12/1/23, 12:00:00 AM", DateOrder::DayFirst, "2023-01-12 00:00:00"),
        ] {
            let read = moment(text).unwrap_or_else(|| panic!("{text} is not read"));
            let date = read.date.read(order).unwrap();
            let time = chrono::NaiveTime::from_num_seconds_from_midnight_opt(read.second_of_day, 0).unwrap();
            assert_eq!(date.and_time(time).to_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "--",
            "17/01/23",
            "10:00:00",
            "17/01/23 24:00:00",
            "17/01/23 13:00:00 PM",
            "17/01/23 10:61:00",
            "17/01/23 10:00:00 CET",
            "99999/1/1 10:00:00",
            "17/1 10:00",
            "17/01-23 10:00:00",
            "1/1/123 10:00:00",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
        assert_eq!(moment("31/31/23 10:00").unwrap().date.read(DateOrder::DayFirst), None);
    }

    #[test]
    fn durations() {
        for (text, expected) in [
            ("19m 26s", Some(1166)),
            ("1h 55m 54s", Some(6954)),
            ("25s", Some(25)),
            ("2\u{a0}h\u{202f}44\u{a0}m", Some(9840)),
            ("158", Some(158 * 60)),
            ("240 mins", Some(14_400)),
            ("1 hr 2 min", Some(3720)),
            ("01:02:03", Some(3723)),
            ("0s", Some(0)),
            ("", None),
            ("--", None),
            ("1h 1h", None),
            ("5 parsecs", None),
            ("-5", None),
            ("99999999999 mins", None),
            ("4294967295", None),
        ] {
            assert_eq!(duration(text, 60), expected, "{text}");
        }
    }
}
