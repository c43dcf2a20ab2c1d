//! Webex's list of participants: a row for each stay, and for each breakout session; times wrapped for Excel.

use super::delimited::{Header, Sheet};
use super::reading::{Kind, Reading, Stay};
use super::{Format, Row, times};
use crate::platform::faults::Fault;

pub struct WebexParticipants;

struct Columns {
    name: usize,
    email: usize,
    join: usize,
    leave: Option<usize>,
    duration: Option<usize>,
}

impl Columns {
    fn of(header: &Header) -> Option<Self> {
        Some(Columns {
            name: header.find(&["name"])?,
            email: header.find(&["attendee email"])?,
            join: header.find(&["join time"])?,
            leave: header.find(&["leave time"]),
            duration: header.find(&["attendance duration"]),
        })
    }
}

impl Format for WebexParticipants {
    fn name(&self) -> &'static str {
        "webex-participants"
    }

    fn shape(&self) -> &'static str {
        "Name, Attendee Email, Join Time, Leave Time, Attendance Duration"
    }

    fn recognises(&self, header: &Header) -> bool {
        Columns::of(header).is_some()
    }

    fn rows(&self, sheet: &mut Sheet<'_>, reading: &mut Reading<'_>) -> Result<(), Fault> {
        let Some(columns) = Columns::of(&sheet.header()) else { return Ok(()) };
        while sheet.advance()? && !reading.is_hopeless() {
            let join = reading.moment(sheet, Some(columns.join), "Join Time");
            let leave = reading.moment(sheet, columns.leave, "Leave Time");
            let duration = columns.duration.filter(|_| join.is_none() || leave.is_none());
            let stay = Stay {
                join,
                leave,
                seconds: duration.and_then(|column| times::duration(sheet.cell(column), 60)),
                kind: Kind::Interval,
            };
            reading.push(Row::new(sheet.line(), sheet.cell(columns.name), sheet.cell(columns.email)), stay);
        }
        Ok(())
    }
}
