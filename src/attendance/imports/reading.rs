//! A file being read: its rows so far, what is wrong with it, and how it writes dates, which only the whole file
//! can say.

use std::collections::HashSet;

use chrono::{Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;

use super::delimited::Sheet;
use super::times::{self, DateOrder, Moment, WrittenDate};
use super::{Evidence, Export, Limits, Row, SessionTimes, is_missing};
use crate::attendance::rules::{Interval, presence};
use crate::platform::faults::{Fault, Faults};

/// What a row says about times, as written; it becomes [`Evidence`] when the order of dates is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stay {
    pub join: Option<Moment>,
    pub leave: Option<Moment>,
    /// The duration that the row gives, in seconds; `None` is unknown. Not needed in an interval with both times.
    pub seconds: Option<u32>,
    pub kind: Kind,
}

/// What join and leave of a [`Stay`] mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// The participant was there from the one to the other.
    #[default]
    Interval,
    /// First arrival and last departure, with any number of absences between them: only the duration counts, within
    /// these bounds.
    Bounds,
    /// In the waiting room.
    Waiting,
    /// The row's evidence is there already.
    Said,
}

/// Collects what a [`super::Format`] reads.
pub struct Reading<'a> {
    pub session: &'a SessionTimes,
    faults: Faults,
    rows: Vec<Row>,
    stays: Vec<Stay>,
    dates: Dates,
    preamble: Dates,
}

/// The different dates of a file, with the line of each one's first appearance.
#[derive(Default)]
struct Dates {
    last: Option<WrittenDate>,
    seen: HashSet<WrittenDate>,
    all: Vec<(WrittenDate, u32)>,
}

impl Dates {
    fn note(&mut self, date: WrittenDate, line: u32) {
        if self.last != Some(date) {
            self.last = Some(date);
            if self.seen.insert(date) {
                self.all.push((date, line));
            }
        }
    }
}

impl<'a> Reading<'a> {
    pub(super) fn new(session: &'a SessionTimes) -> Self {
        Reading {
            session,
            faults: Faults::default(),
            rows: Vec::new(),
            stays: Vec::new(),
            dates: Dates::default(),
            preamble: Dates::default(),
        }
    }

    pub fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Whether so much is wrong that reading on tells nothing new.
    pub fn is_hopeless(&self) -> bool {
        self.faults.0.len() >= Faults::MOST
    }

    /// A cell with a time: `None` where it is missing, and a fault where it cannot be read, since presence would be
    /// lost without a word.
    pub fn moment(&mut self, sheet: &Sheet<'_>, column: Option<usize>, field: &str) -> Option<Moment> {
        let cell = sheet.cell_of(column);
        if is_missing(cell) {
            return None;
        }
        let moment = times::moment(cell);
        match moment {
            Some(moment) => self.dates.note(moment.date, sheet.line()),
            None => {
                let shown: String = cell.chars().take(40).collect();
                let message = format!("“{shown}” is no date with a time, such as 14/11/22, 09:30:46");
                let fault =
                    Fault::new("unreadable-time", message).at_line(sheet.line().into()).in_field(field);
                self.faults.push(match column {
                    Some(column) => fault.at_column(column as u64 + 1),
                    None => fault,
                });
            }
        }
        moment
    }

    pub fn push(&mut self, row: Row, stay: Stay) {
        self.rows.push(row);
        self.stays.push(stay);
    }

    /// All rows of a file at once, with a stay for each.
    pub fn take(&mut self, rows: Vec<Row>, stays: Vec<Stay>) {
        (self.rows, self.stays) = (rows, stays);
    }

    /// A row whose evidence needs no times.
    pub fn push_said(&mut self, row: Row) {
        self.push(row, Stay { kind: Kind::Said, ..Stay::default() });
    }

    /// The dates before the table (when the meeting began): they say whether this is the right file where the
    /// table has only totals.
    pub(super) fn note_preamble(&mut self, text: &str, delimiter: u8, limits: &Limits, heading: u32) {
        let mut sheet = Sheet::new(text, delimiter, limits);
        while matches!(sheet.advance(), Ok(true)) && sheet.line() < heading {
            for column in 0..sheet.columns() {
                if let Some(moment) = times::moment(sheet.cell(column)) {
                    self.preamble.note(moment.date, sheet.line());
                }
            }
        }
    }

    pub(super) fn finish(mut self, format: &'static str) -> Result<Export, Faults> {
        if self.rows.is_empty() && self.faults.is_empty() {
            self.faults.push(Fault::new("no-rows", "there is no row below the heading"));
        }
        let dates = if self.dates.all.is_empty() { &self.preamble } else { &self.dates };
        let order = match self.date_order(&dates.all) {
            Ok(order) => order,
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        };
        if self.faults.is_empty() {
            let mut calendar = Calendar::new(self.session, order.unwrap_or(DateOrder::DayFirst));
            for (row, stay) in self.rows.iter_mut().zip(&self.stays) {
                match calendar.evidence(stay) {
                    Ok(Some(evidence)) => row.evidence = evidence,
                    Ok(None) => {}
                    Err(fault) => self.faults.push(fault.at_line(row.line.into())),
                }
            }
        }
        self.faults.into_result(Export { format, date_order: order, rows: self.rows })
    }

    /// Accepts the order in which the file falls on the scheduled session; asks the trainer where that says nothing.
    fn date_order(&self, dates: &[(WrittenDate, u32)]) -> Result<Option<DateOrder>, Fault> {
        let Some((first, _)) = dates.first() else { return Ok(None) };
        let days = self.session.starts.date()..=self.session.ends.date();
        let falls = |order: DateOrder| {
            let mut any = false;
            for (date, line) in dates {
                any |= days.contains(&date.read(order).ok_or((*date, *line))?);
            }
            Ok(any)
        };
        let orders = [DateOrder::DayFirst, DateOrder::MonthFirst];
        let same = dates.iter().all(|(date, _)| date.read(orders[0]) == date.read(orders[1]));
        let on = *days.start();
        match orders.map(falls) {
            [Ok(true), Ok(true)] if !same => Err(Fault::new(
                "ambiguous-dates",
                format!(
                    "read day first or month first, some rows fall on the session of {on}: say which by \
                     saving the file with dates such as {on}"
                ),
            )),
            [Ok(true), _] => Ok(Some(DateOrder::DayFirst)),
            [_, Ok(true)] => Ok(Some(DateOrder::MonthFirst)),
            [Err((date, line)), Err((other, other_line))] => {
                let message = if date == other {
                    format!("there is no day {date}")
                } else {
                    format!(
                        "{date} is no day with the day first, and {other} (line {other_line}) none with the month first"
                    )
                };
                Err(Fault::new("impossible-date", message).at_line(line.into()))
            }
            _ => Err(Fault::new(
                "other-day",
                format!(
                    "no row falls on the session of {on}, read day first or month first; the first date is {first}: \
                     is this the file of another session?"
                ),
            )),
        }
    }
}

/// Local times to UTC, with one look at the zone a day.
struct Calendar<'a> {
    session: &'a SessionTimes,
    scheduled: Interval,
    order: DateOrder,
    day: Option<(WrittenDate, Day)>,
}

#[derive(Clone, Copy)]
struct Day {
    date: NaiveDate,
    /// UTC of local midnight, where the offset stays the same the whole day.
    midnight: Option<i64>,
}

impl<'a> Calendar<'a> {
    fn new(session: &'a SessionTimes, order: DateOrder) -> Self {
        Calendar { session, scheduled: session.scheduled(), order, day: None }
    }

    fn utc(&mut self, moment: Moment) -> Result<i64, Fault> {
        let day = match self.day {
            Some((written, day)) if written == moment.date => day,
            _ => {
                let date = moment.date.read(self.order).ok_or_else(|| {
                    Fault::new("impossible-date", format!("there is no day {}", moment.date))
                })?;
                let day = Day { date, midnight: steady_midnight(self.session.zone, date) };
                self.day = Some((moment.date, day));
                day
            }
        };
        Ok(match day.midnight {
            Some(midnight) => midnight + i64::from(moment.second_of_day),
            None => {
                let time = NaiveTime::from_num_seconds_from_midnight_opt(moment.second_of_day, 0);
                to_utc(self.session.zone, day.date.and_time(time.unwrap_or_default()))
            }
        })
    }

    /// `None` where the row has its evidence already.
    fn evidence(&mut self, stay: &Stay) -> Result<Option<Evidence>, Fault> {
        let join = stay.join.map(|moment| self.utc(moment)).transpose()?;
        let leave = stay.leave.map(|moment| self.utc(moment)).transpose()?;
        if let (Some(join), Some(leave)) = (join, leave)
            && leave < join
        {
            return Err(Fault::new("leaves-before-joining", "the leave time is before the join time"));
        }
        let total =
            |seconds: Option<u32>| seconds.map_or(Evidence::Unknown, |seconds| Evidence::Total { seconds });
        Ok(Some(match (stay.kind, join, leave) {
            (Kind::Said, ..) => return Ok(None),
            (Kind::Waiting, ..) => Evidence::Waiting,
            (Kind::Bounds, Some(from), Some(to)) => {
                let most = presence(&[Interval { from, to }], self.scheduled);
                total(stay.seconds.map(|seconds| seconds.min(most)))
            }
            (Kind::Interval, Some(from), Some(to)) => {
                Evidence::Interval { span: Interval { from, to }, open: false }
            }
            (Kind::Interval, Some(from), None) if stay.seconds.is_some() => {
                let to = from + i64::from(stay.seconds.unwrap_or_default());
                Evidence::Interval { span: Interval { from, to }, open: false }
            }
            // Neither a departure nor a duration was seen: the participant stayed to the end.
            (Kind::Interval, Some(from), None) => {
                Evidence::Interval { span: Interval { from, to: self.scheduled.to.max(from) }, open: true }
            }
            (Kind::Interval, None, Some(to)) if stay.seconds.is_some() => {
                let from = to - i64::from(stay.seconds.unwrap_or_default());
                Evidence::Interval { span: Interval { from, to }, open: false }
            }
            (Kind::Interval, None, Some(_)) => Evidence::Unknown,
            (Kind::Interval, None, None) | (Kind::Bounds, ..) => total(stay.seconds),
        }))
    }
}

/// UTC of the day's beginning if no clock is changed on that day.
fn steady_midnight(zone: Tz, date: NaiveDate) -> Option<i64> {
    let midnight = date.and_time(NaiveTime::MIN);
    let offset = |at: NaiveDateTime| match zone.offset_from_local_datetime(&at) {
        LocalResult::Single(offset) => Some(offset.fix().local_minus_utc()),
        _ => None,
    };
    let begins = offset(midnight)?;
    let ends = offset(midnight + Duration::days(1))?;
    (begins == ends).then(|| midnight.and_utc().timestamp() - i64::from(begins))
}

/// A local time in UTC. Of a time that comes twice (clocks put back) the first, and a time that never comes (clocks
/// put forward) as if the clocks had not been changed yet.
pub fn to_utc(zone: Tz, local: NaiveDateTime) -> i64 {
    let naive = local.and_utc().timestamp();
    let offset = match zone.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => offset,
        LocalResult::None => zone.offset_from_utc_datetime(&(local - Duration::days(1))),
    };
    naive - i64::from(offset.fix().local_minus_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_follow_the_zone() {
        let zone = chrono_tz::Europe::Tirane;
        let at = |text: &str| to_utc(zone, text.parse().unwrap());
        let utc = |text: &str| text.parse::<NaiveDateTime>().unwrap().and_utc().timestamp();
        assert_eq!(at("2023-01-17T10:00:00"), utc("2023-01-17T09:00:00"));
        assert_eq!(at("2023-07-17T10:00:00"), utc("2023-07-17T08:00:00"));
        // Put forward at 2:00 on 26 March, put back at 3:00 on 29 October.
        assert_eq!(at("2023-03-26T02:30:00"), utc("2023-03-26T01:30:00"));
        assert_eq!(at("2023-10-29T02:30:00"), utc("2023-10-29T00:30:00"));
        assert_eq!(steady_midnight(zone, "2023-03-26".parse().unwrap()), None);
        assert_eq!(steady_midnight(zone, "2023-01-17".parse().unwrap()), Some(utc("2023-01-16T23:00:00")));
    }
}
