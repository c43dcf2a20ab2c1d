//! Attendance exports: one file a format, behind one trait, recognised by the shape of their columns.
//!
//! [`read`] is the way in: bytes → text ([`decode`]) → records ([`delimited`]) → a [`Format`] that knows the heading
//! → rows, whose local times become UTC once the whole file has said how it writes dates ([`reading`]).

use std::borrow::Cow;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use self::delimited::{DELIMITERS, Header, Sheet};
use self::reading::Reading;
pub use self::times::DateOrder;
use super::Status;
use super::rules::Interval;
use crate::platform::faults::{Fault, Faults};

pub mod decode;
pub mod delimited;
mod plain;
pub mod reading;
mod teams_sections;
#[cfg(test)]
mod tests;
pub mod times;
mod webex_participants;
mod zoom_participants;

/// The formats that are known. A new one is a file beside these and a line here; the order does not matter, for
/// no heading has the shape of two.
static FORMATS: [&dyn Format; 4] = [
    &teams_sections::TeamsSections,
    &zoom_participants::ZoomParticipants,
    &webex_participants::WebexParticipants,
    &plain::Plain,
];

/// The format of this name; [`Format::name`] as it was stored comes back as the same word.
pub fn format_name(stored: &str) -> &'static str {
    FORMATS.iter().map(|format| format.name()).find(|name| *name == stored).unwrap_or("unknown")
}

/// How many records may stand before the table's heading (titles, a summary of the meeting).
const PREAMBLE_RECORDS: usize = 100;

/// One kind of export.
pub trait Format: Sync {
    /// The word in the database, the API and reports: `zoom-participants`.
    fn name(&self) -> &'static str;

    /// The columns by which it is known, for the fault that says that a file has none of the known shapes.
    fn shape(&self) -> &'static str;

    /// Whether these are the headings of this format, in any order and with any others between them.
    fn recognises(&self, header: &Header) -> bool;

    /// Reads the records below the heading, on which `sheet` stands, into `reading`. An error is one after which
    /// nothing more can be read; what is wrong with a row goes to `reading` and the next row is read.
    fn rows(&self, sheet: &mut Sheet<'_>, reading: &mut Reading<'_>) -> Result<(), Fault>;
}

/// How large an input may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    pub max_bytes: usize,
    /// Records of a file, those of the preamble and the headings included.
    pub max_rows: usize,
    pub max_columns: usize,
    pub max_cell_chars: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { max_bytes: 64 << 20, max_rows: 500_000, max_columns: 256, max_cell_chars: 4096 }
    }
}

/// When a session was scheduled, as people say it: local times in its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTimes {
    pub starts: NaiveDateTime,
    pub ends: NaiveDateTime,
    pub zone: Tz,
}

impl SessionTimes {
    /// The scheduled time in UTC; empty where the session would end before it starts.
    pub fn scheduled(&self) -> Interval {
        let from = reading::to_utc(self.zone, self.starts);
        Interval { from, to: reading::to_utc(self.zone, self.ends).max(from) }
    }
}

/// What a file says, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// [`Format::name`]
    pub format: &'static str,
    /// How its dates were understood; `None` where it has no dates.
    pub date_order: Option<DateOrder>,
    /// In the order of the file.
    pub rows: Vec<Row>,
}

/// One row about one participant; a participant may have several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where the row begins in the decoded file, from 1.
    pub line: u32,
    /// As the participant wrote it; may be empty, a telephone number or a room.
    pub name: String,
    pub email: Option<String>,
    /// The user principal name of a Teams participant: the address with which they sign in.
    pub upn: Option<String>,
    /// In a plain file.
    pub employee_id: Option<String>,
    pub evidence: Evidence,
}

impl Row {
    fn new(line: u32, name: &str, email: &str) -> Self {
        let name = name.to_owned();
        Row { line, name, email: given(email), upn: None, employee_id: None, evidence: Evidence::Unknown }
    }

    /// Whether the row itself says who it is about, beyond a name.
    pub fn has_address(&self) -> bool {
        self.email.is_some() || self.upn.is_some()
    }
}

/// What a row says about its participant's presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// In the meeting from a time to a time, not yet clipped to the session. `open`: neither a departure nor a
    /// duration was written, so that it runs to the session's end.
    Interval { span: Interval, open: bool },
    /// A sum only, capped at the session's length.
    Total { seconds: u32 },
    /// A trainer's word, with the minutes of a partial presence.
    Status { status: Status, minutes: Option<u32> },
    /// In the waiting room, which is not presence.
    Waiting,
    /// In the file, but for how long cannot be read; this is not 0.
    Unknown,
}

/// Reads an export or a roll call. Every fault names `file_name`.
pub fn read(
    file_name: &str,
    bytes: &[u8],
    session: &SessionTimes,
    limits: &Limits,
) -> Result<Export, Faults> {
    read_nameless(bytes, session, limits).map_err(|mut faults| {
        faults.0.iter_mut().for_each(|fault| fault.file = Some(file_name.to_owned()));
        faults
    })
}

fn read_nameless(bytes: &[u8], session: &SessionTimes, limits: &Limits) -> Result<Export, Faults> {
    let text = decode::text(bytes, limits)?;
    let mut reading = Reading::new(session);
    let (format, mut sheet) = recognise(&text, limits, &mut reading)?;
    if let Err(fault) = format.rows(&mut sheet, &mut reading) {
        reading.fault(fault);
    }
    reading.finish(format.name())
}

/// Finds the heading of a known format, whatever the delimiter and whatever stands before it.
fn recognise<'t>(
    text: &'t str,
    limits: &'t Limits,
    reading: &mut Reading<'_>,
) -> Result<(&'static dyn Format, Sheet<'t>), Faults> {
    let mut widest = Vec::new();
    let mut broken: Option<Fault> = None;
    for delimiter in DELIMITERS {
        let mut sheet = Sheet::new(text, delimiter, limits);
        for _ in 0..PREAMBLE_RECORDS {
            match sheet.advance() {
                Ok(true) => {}
                Ok(false) => break,
                Err(fault) => {
                    // A wrong delimiter makes strange cells; the fault is told only if no other delimiter fits.
                    broken.get_or_insert(fault);
                    break;
                }
            }
            let header = sheet.header();
            if let Some(format) = FORMATS.into_iter().find(|format| format.recognises(&header)) {
                reading.note_preamble(text, delimiter, limits, sheet.line());
                return Ok((format, sheet));
            }
            if sheet.columns() > widest.len() {
                widest = (0..sheet.columns()).map(|column| sheet.cell(column).to_owned()).collect();
            }
        }
    }
    Err(broken.unwrap_or_else(|| unknown_shape(&widest)).into())
}

fn unknown_shape(found: &[String]) -> Fault {
    let cut = |cell: &String| -> String { cell.chars().take(40).collect() };
    let mut columns = found.iter().take(16).map(cut).collect::<Vec<_>>().join(", ");
    if found.len() > 16 {
        columns.push_str(", …");
    }
    let known: Vec<_> =
        FORMATS.iter().map(|format| format!("{} ({})", format.name(), format.shape())).collect();
    let message = format!(
        "no export of a known shape; the columns found are: {columns}; known are: {}",
        known.join("; ")
    );
    Fault::new("unknown-shape", message)
}

/// The cell, unless it says that there is nothing.
fn given(cell: &str) -> Option<String> {
    (!is_missing(cell)).then(|| cell.to_owned())
}

/// How tools write that a value is not there.
fn is_missing(cell: &str) -> bool {
    matches!(cell, "" | "-" | "--" | "–" | "—" | "N/A" | "n/a")
}

/// An address as it is compared: [`crate::platform::text::fold_address`], without an allocation where it is
/// folded already, as nearly all are.
pub(super) fn folded_address(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(crate::platform::text::fold_address(text))
    }
}
