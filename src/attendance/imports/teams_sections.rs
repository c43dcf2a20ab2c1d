//! Teams' attendance report in sections: a summary, the participants with their totals, and their single stays.
//! The titles of the sections are translated and never looked at.

use std::collections::HashMap;

use super::delimited::{Header, Sheet};
use super::reading::{Kind, Reading, Stay};
use super::{Format, Row, folded_address, given, times};
use crate::platform::faults::Fault;

pub struct TeamsSections;

/// Which table the records belong to.
enum Section {
    /// The summary, or a section of a later version that is not ours to read.
    Other,
    /// `2. Participants`: a row a person, with the total.
    Participants(Columns),
    /// `3. In-Meeting Activities`: a row a stay.
    Activities(Columns),
}

#[derive(Clone, Copy)]
struct Columns {
    name: usize,
    join: usize,
    leave: usize,
    duration: Option<usize>,
    email: Option<usize>,
    upn: Option<usize>,
}

impl Section {
    fn of(header: &Header) -> Option<Self> {
        let name = header.find(&["name", "nom"])?;
        let email = header.find(&["email", "e-mail"]);
        let upn = header.find(&["participant id (upn)"]);
        if let (Some(join), Some(leave)) = (header.find(&["first join"]), header.find(&["last leave"])) {
            let duration = header.find(&["in-meeting duration"]);
            return Some(Section::Participants(Columns { name, join, leave, duration, email, upn }));
        }
        let join = header.find(&["join time", "heure d'arrivee"])?;
        let leave = header.find(&["leave time", "heure de depart"])?;
        // Webex has these three as well, and calls its addresses and durations otherwise.
        let duration = Some(header.find(&["duration", "duree"])?);
        Some(Section::Activities(Columns { name, join, leave, duration, email, upn }))
    }
}

impl Format for TeamsSections {
    fn name(&self) -> &'static str {
        "teams-sections"
    }

    fn shape(&self) -> &'static str {
        "Name, First Join, Last Leave, In-Meeting Duration, Email, Participant ID (UPN), or Name, Join Time, \
         Leave Time, Duration, Email, Role"
    }

    fn recognises(&self, header: &Header) -> bool {
        Section::of(header).is_some()
    }

    fn rows(&self, sheet: &mut Sheet<'_>, reading: &mut Reading<'_>) -> Result<(), Fault> {
        let mut section = Section::of(&sheet.header()).unwrap_or(Section::Other);
        let mut participants = Entries::default();
        let mut activities = Entries::default();
        let result = read_sections(sheet, reading, &mut section, &mut participants, &mut activities);
        merge(participants, activities, reading);
        result
    }
}

/// The rows of one section, with a stay for each.
#[derive(Default)]
struct Entries {
    rows: Vec<Row>,
    stays: Vec<Stay>,
}

impl Entries {
    fn push(&mut self, (row, stay): (Row, Stay)) {
        self.rows.push(row);
        self.stays.push(stay);
    }

    fn pop(&mut self) {
        self.rows.pop();
        self.stays.pop();
    }
}

fn read_sections(
    sheet: &mut Sheet<'_>,
    reading: &mut Reading<'_>,
    section: &mut Section,
    participants: &mut Entries,
    activities: &mut Entries,
) -> Result<(), Fault> {
    // A lone cell is a section's title if a heading follows, also in copies that lost their blank lines.
    let mut after_lone = false;
    while sheet.advance()? && !reading.is_hopeless() {
        let (columns, kind, entries) = match section {
            Section::Other => {
                *section = Section::of(&sheet.header()).unwrap_or(Section::Other);
                continue;
            }
            Section::Participants(columns) => (*columns, Kind::Bounds, &mut *participants),
            Section::Activities(columns) => (*columns, Kind::Interval, &mut *activities),
        };
        // Rows of people have a number here; only titles, headings and rows without a time do not.
        if !sheet.cell(columns.join).starts_with(|c: char| c.is_ascii_digit()) {
            if let Some(next) = Section::of(&sheet.header()) {
                if after_lone {
                    entries.pop();
                }
                *section = next;
                after_lone = false;
                continue;
            }
            if sheet.is_lone() && sheet.is_after_blank() {
                *section = Section::Other;
                continue;
            }
        }
        after_lone = sheet.is_lone();
        entries.push(entry(sheet, reading, columns, kind));
    }
    Ok(())
}

fn entry(sheet: &Sheet<'_>, reading: &mut Reading<'_>, columns: Columns, kind: Kind) -> (Row, Stay) {
    let fields =
        if kind == Kind::Bounds { ["First Join", "Last Leave"] } else { ["Join Time", "Leave Time"] };
    let mut row = Row::new(sheet.line(), sheet.cell(columns.name), sheet.cell_of(columns.email));
    row.upn = given(sheet.cell_of(columns.upn));
    let join = reading.moment(sheet, Some(columns.join), fields[0]);
    let leave = reading.moment(sheet, Some(columns.leave), fields[1]);
    let duration = columns.duration.filter(|_| join.is_none() || leave.is_none() || kind == Kind::Bounds);
    let stay = Stay {
        join,
        leave,
        // A bare number is in seconds, as in the exports of Teams' interface for programs.
        seconds: duration.and_then(|column| times::duration(sheet.cell(column), 1)),
        kind,
    };
    (row, stay)
}

/// Both sections name the same people. The stays count; a participant who has none keeps the total; nobody both.
fn merge(participants: Entries, mut activities: Entries, reading: &mut Reading<'_>) {
    let mut known = Participants::new(&participants.rows);
    for row in &mut activities.rows {
        if let Some(index) = known.find(row) {
            known.has_stays[index] = true;
            let participant = &participants.rows[index];
            if row.email.is_none() {
                row.email.clone_from(&participant.email);
            }
            if row.upn.is_none() && !same_address(&participant.upn, &row.email) {
                row.upn.clone_from(&participant.upn);
            }
        }
    }
    let covered: Vec<bool> =
        participants.rows.iter().enumerate().map(|(index, row)| known.is_covered(index, row)).collect();
    let mut all = Entries::default();
    let mut covered = covered.into_iter();
    participants
        .rows
        .into_iter()
        .zip(participants.stays)
        .filter(|_| covered.next() == Some(false))
        .for_each(|entry| all.push(entry));
    if all.rows.is_empty() {
        all = activities;
    } else {
        all.rows.append(&mut activities.rows);
        all.stays.append(&mut activities.stays);
    }
    reading.take(all.rows, all.stays);
}

fn same_address(a: &Option<String>, b: &Option<String>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a.eq_ignore_ascii_case(b))
}

/// The people of the participants' section, by what the other section may know of them.
struct Participants<'p> {
    by_address: HashMap<std::borrow::Cow<'p, str>, usize>,
    /// `None` where several people have the name.
    by_name: HashMap<&'p str, Option<usize>>,
    /// Those without any address, by name.
    nameless: HashMap<&'p str, Option<usize>>,
    has_stays: Vec<bool>,
}

impl<'p> Participants<'p> {
    fn new(rows: &'p [Row]) -> Self {
        let mut known = Participants {
            by_address: HashMap::with_capacity(rows.len()),
            by_name: HashMap::with_capacity(rows.len()),
            nameless: HashMap::new(),
            has_stays: vec![false; rows.len()],
        };
        for (index, row) in rows.iter().enumerate() {
            let mut person = index;
            for address in [&row.email, &row.upn].into_iter().flatten() {
                person = *known.by_address.entry(folded_address(address)).or_insert(person);
            }
            let names = known.by_name.entry(&row.name).or_insert(Some(person));
            if *names != Some(person) {
                *names = None;
            }
            if !row.has_address() {
                known.nameless.entry(&row.name).and_modify(|other| *other = None).or_insert(Some(index));
            }
        }
        known
    }

    /// Whose stay this is: by address, else by a name that only one participant of the meeting has.
    fn find(&self, row: &Row) -> Option<usize> {
        for address in [&row.email, &row.upn].into_iter().flatten() {
            if let Some(index) = self.by_address.get(&folded_address(address)) {
                return Some(*index);
            }
        }
        let names = if row.has_address() { &self.nameless } else { &self.by_name };
        names.get(row.name.as_str()).copied().flatten()
    }

    fn is_covered(&self, index: usize, row: &Row) -> bool {
        self.has_stays[index] || self.find(row).is_some_and(|person| self.has_stays[person])
    }
}
