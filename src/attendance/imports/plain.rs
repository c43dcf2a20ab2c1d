//! Our own plain CSV: a roll call, or any source that has no format of its own.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::delimited::{Header, Sheet};
use super::reading::Reading;
use super::{Evidence, Format, Row, folded_address, given};
use crate::attendance::Status;
use crate::platform::faults::Fault;

pub struct Plain;

struct Columns {
    employee_id: Option<usize>,
    email: Option<usize>,
    name: Option<usize>,
    status: usize,
    minutes: Option<usize>,
}

impl Columns {
    fn of(header: &Header) -> Option<Self> {
        let columns = Columns {
            employee_id: header.find(&["employee id"]),
            email: header.find(&["email", "e-mail"]),
            name: header.find(&["name"]),
            status: header.find(&["status"])?,
            minutes: header.find(&["minutes"]),
        };
        (columns.employee_id.is_some() || columns.email.is_some()).then_some(columns)
    }
}

type Said = (Status, Option<u32>);

impl Format for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn shape(&self) -> &'static str {
        "employee_id or email, status, minutes, note"
    }

    fn recognises(&self, header: &Header) -> bool {
        Columns::of(header).is_some()
    }

    fn rows(&self, sheet: &mut Sheet<'_>, reading: &mut Reading<'_>) -> Result<(), Fault> {
        let Some(columns) = Columns::of(&sheet.header()) else { return Ok(()) };
        let scheduled = reading.session.scheduled();
        let most = u32::try_from((scheduled.to - scheduled.from) / 60).unwrap_or(u32::MAX);
        let mut said_before: HashMap<String, (u32, Said)> = HashMap::new();
        while sheet.advance()? && !reading.is_hopeless() {
            match read_row(sheet, &columns, most) {
                Ok((row, said)) => {
                    if let Some(fault) = contradiction(&mut said_before, &row, said) {
                        reading.fault(fault);
                    }
                    reading.push_said(row);
                }
                Err(fault) => reading.fault(fault.at_line(sheet.line().into())),
            }
        }
        Ok(())
    }
}

fn read_row(sheet: &Sheet<'_>, columns: &Columns, most: u32) -> Result<(Row, Said), Fault> {
    let mut row = Row::new(sheet.line(), sheet.cell_of(columns.name), sheet.cell_of(columns.email));
    row.employee_id = given(sheet.cell_of(columns.employee_id));
    if row.employee_id.is_none() && row.email.is_none() {
        let field = if columns.employee_id.is_some() { "employee_id" } else { "email" };
        return Err(Fault::new("missing-person", "the row does not say whom it is about").in_field(field));
    }
    let word = sheet.cell(columns.status);
    let Some(status) = Status::parse(word) else {
        let shown: String = word.chars().take(40).collect();
        let message = format!("“{shown}” is no status; use present, partial, absent or excused");
        return Err(in_column(Fault::new("bad-status", message), columns.status, "status"));
    };
    let cell = sheet.cell_of(columns.minutes);
    let minutes = minutes(status, cell, most).map_err(|fault| match columns.minutes {
        Some(column) => in_column(fault, column, "minutes"),
        None => fault.in_field("minutes"),
    })?;
    row.evidence = Evidence::Status { status, minutes };
    Ok((row, (status, minutes)))
}

fn in_column(fault: Fault, column: usize, field: &str) -> Fault {
    fault.at_column(column as u64 + 1).in_field(field)
}

/// The minutes of a partial presence; of any other status only what it means anyway.
fn minutes(status: Status, cell: &str, most: u32) -> Result<Option<u32>, Fault> {
    if cell.is_empty() && status != Status::Partial {
        return Ok(None);
    }
    if cell.is_empty() {
        return Err(Fault::new("missing-minutes", "partial needs the minutes, such as 45"));
    }
    let Some(minutes) = cell.bytes().all(|b| b.is_ascii_digit()).then(|| cell.parse::<u32>().ok()).flatten()
    else {
        let shown: String = cell.chars().take(40).collect();
        return Err(Fault::new("bad-minutes", format!("“{shown}” is no whole number of minutes")));
    };
    if minutes > most {
        let message = format!("{minutes} minutes are more than the session's {most}");
        return Err(Fault::new("too-many-minutes", message));
    }
    let means = match status {
        Status::Present => minutes == most,
        Status::Partial => minutes > 0,
        Status::Absent | Status::Excused => minutes == 0,
    };
    if !means {
        let message = format!("{minutes} minutes contradict “{}”; minutes are for partial", status.as_str());
        return Err(Fault::new("contradicting-minutes", message));
    }
    Ok((status == Status::Partial).then_some(minutes))
}

/// A person who stands in the file twice with different words.
fn contradiction(said_before: &mut HashMap<String, (u32, Said)>, row: &Row, said: Said) -> Option<Fault> {
    let id = row.employee_id.as_ref().map(|id| (format!("id {id}"), "employee_id"));
    let email = row.email.as_ref().map(|email| (format!("at {}", folded_address(email)), "email"));
    for (key, field) in [id, email].into_iter().flatten() {
        match said_before.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert((row.line, said));
            }
            Entry::Occupied(entry) if entry.get().1 != said => {
                let message = format!("line {} says something else about the same person", entry.get().0);
                let fault = Fault::new("duplicate-person", message);
                return Some(fault.at_line(row.line.into()).in_field(field));
            }
            Entry::Occupied(_) => {}
        }
    }
    None
}
