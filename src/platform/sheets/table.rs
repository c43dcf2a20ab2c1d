//! A CSV file with a head, read by the names of its columns, each cell with its place.

use super::Limits;
use crate::platform::faults::{Fault, Faults};
use crate::platform::{files, suggest, text};

/// The rows of a table, `N` wanted columns each.
#[derive(Debug)]
pub struct Table<'f, const N: usize> {
    file: &'f str,
    names: [&'static str; N],
    /// Where each wanted column stands, from 0.
    columns: [usize; N],
    rows: Vec<(u64, csv::StringRecord)>,
}

/// One cell and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// Without white space around it.
    pub text: &'a str,
    pub line: u64,
    /// From 1.
    pub column: u64,
    pub name: &'static str,
    /// `None` where the text did not come from a file.
    file: Option<&'a str>,
}

impl<'a> Cell<'a> {
    /// A text that did not come from a file, to be checked as a cell is; its faults name the field alone.
    pub fn of_field(name: &'static str, text: &'a str) -> Self {
        Cell { text: text.trim(), line: 0, column: 0, name, file: None }
    }

    /// A fault at this cell.
    pub fn fault(&self, code: &'static str, message: impl Into<String>) -> Fault {
        let fault = Fault::new(code, message).in_field(self.name);
        match self.file {
            Some(file) => fault.in_file(file).at_line(self.line).at_column(self.column),
            None => fault,
        }
    }

    /// The text tidied; a fault where nothing is left of it.
    pub fn filled(&self) -> Result<String, Fault> {
        let tidied = text::tidy(self.text);
        match (tidied.is_empty(), self.file) {
            (false, _) => Ok(tidied),
            (true, Some(_)) => Err(self.fault("empty-cell", "the cell is empty")),
            (true, None) => Err(self.fault("missing-value", "is missing")),
        }
    }
}

impl<'f, const N: usize> Table<'f, N> {
    /// Reads a UTF-8 file, comma or semicolon between the cells, whose head has the `names` in any order; other columns
    /// and blank rows are passed over. Names compare without case; a space or a hyphen is as good as `_`.
    ///
    /// Notes in `faults` what is wrong. `None` where nothing can be read on; a row that is wrong in itself is left out,
    /// so that the other rows' faults are found in the same reading.
    pub fn read(
        file: &'f str,
        bytes: &[u8],
        names: [&'static str; N],
        limits: &Limits,
        faults: &mut Faults,
    ) -> Option<Self> {
        let text = match files::utf8(file, bytes, limits.bytes) {
            Ok(text) => text,
            Err(unreadable) => {
                faults.extend(unreadable);
                return None;
            }
        };
        if let Some(fault) = too_wide(text) {
            faults.push(fault.in_file(file));
            return None;
        }
        let mut records = Records::of(text);
        let (line, head) = records.next()?;
        let columns = match find_columns(&head, names) {
            Ok(columns) => columns,
            Err(missing) => {
                missing.0.into_iter().for_each(|fault| faults.push(fault.in_file(file).at_line(line)));
                return None;
            }
        };
        let mut rows = Vec::new();
        for (line, record) in records {
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if rows.len() == limits.rows {
                let message = format!("more than {} rows", limits.rows);
                faults.push(Fault::new("too-many-rows", message).in_file(file).at_line(line));
                break;
            }
            match malformed(&record, head.len(), limits) {
                Some(fault) => faults.push(fault.in_file(file).at_line(line)),
                None => rows.push((line, record)),
            }
        }
        Some(Table { file, names, columns, rows })
    }

    /// The wanted cells of each row, in the order in which their names were given.
    pub fn rows(&self) -> impl Iterator<Item = [Cell<'_>; N]> {
        self.rows.iter().map(|(line, record)| {
            std::array::from_fn(|i| Cell {
                text: record.get(self.columns[i]).unwrap_or_default().trim(),
                line: *line,
                column: self.columns[i] as u64 + 1,
                name: self.names[i],
                file: Some(self.file),
            })
        })
    }
}

/// The records of a text with the line at which each begins.
struct Records<'t> {
    text: &'t str,
    reader: csv::Reader<&'t [u8]>,
    /// A place in the text and its line, up to which lines were counted.
    counted: (usize, u64),
}

impl<'t> Records<'t> {
    fn of(text: &'t str) -> Self {
        let head = text.trim_start().lines().next().unwrap_or_default();
        let count = |separator| head.matches(separator).count();
        let delimiter = if count(';') > count(',') { b';' } else { b',' };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        Records { text, reader, counted: (0, 1) }
    }

    /// The line of the record that the reader found at `offset`. The reader's own count is of the line before where
    /// blank lines or a carriage return come first.
    fn line_at(&mut self, offset: usize) -> u64 {
        let (from, line) = self.counted;
        let rest = self.text.get(offset..).unwrap_or_default();
        let start = offset + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let passed = self.text.get(from..start).unwrap_or_default();
        let lone_returns = passed.matches('\r').count() - passed.matches("\r\n").count();
        self.counted = (start, line + (passed.matches('\n').count() + lone_returns) as u64);
        self.counted.1
    }
}

impl Iterator for Records<'_> {
    type Item = (u64, csv::StringRecord);

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = csv::StringRecord::new();
        // The text is UTF-8, in memory and of any width, so that there is nothing to fail.
        if !self.reader.read_record(&mut record).unwrap_or(false) {
            return None;
        }
        let offset = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
        Some((self.line_at(offset), record))
    }
}

/// No table of ours is as wide as this, and a line of nothing but separators would fill the memory.
const MOST_SEPARATORS: usize = 2_000;

fn too_wide(text: &str) -> Option<Fault> {
    let separators = |row: &str| row.bytes().filter(|byte| matches!(byte, b',' | b';')).count();
    let is_wide = |line: &str| line.split('\r').any(|row| separators(row) > MOST_SEPARATORS);
    let (_, number) = text.split('\n').zip(1..).find(|(line, _)| is_wide(line))?;
    Some(Fault::new("too-many-cells", "the line has too many cells").at_line(number))
}

/// Where each of the names stands in the head.
fn find_columns<const N: usize>(
    head: &csv::StringRecord,
    names: [&'static str; N],
) -> Result<[usize; N], Faults> {
    let headings: Vec<String> = head.iter().map(fold_heading).collect();
    let mut faults = Faults::default();
    let columns = names.map(|name| {
        let mut found = headings.iter().enumerate().filter(|(_, heading)| *heading == name);
        let first = found.next().map(|(column, _)| column);
        if let Some((again, _)) = found.next() {
            let fault = Fault::new("duplicate-column", "the head names this column twice");
            faults.push(fault.at_column(again as u64 + 1).in_field(name));
        }
        first.unwrap_or_else(|| {
            let unused = headings.iter().map(String::as_str).filter(|heading| !names.contains(heading));
            let hint = suggest::nearest(name, unused).map(|near| format!("; is “{near}” meant for it?"));
            let message = format!("the head lacks this column{}", hint.unwrap_or_default());
            faults.push(Fault::new("missing-column", message).in_field(name));
            0
        })
    });
    faults.into_result(columns)
}

fn fold_heading(heading: &str) -> String {
    text::tidy(heading).to_lowercase().replace([' ', '-'], "_")
}

/// What makes a row unreadable, whatever its columns mean.
fn malformed(record: &csv::StringRecord, width: usize, limits: &Limits) -> Option<Fault> {
    for (cell, column) in record.iter().zip(1..) {
        if cell.len() > limits.cell && cell.chars().count() > limits.cell {
            let message =
                format!("the cell is longer than {} characters; is a quotation mark missing?", limits.cell);
            return Some(Fault::new("cell-too-long", message).at_column(column));
        }
        if cell.contains(['\r', '\n']) {
            let message = "the cell has a line break; is a quotation mark missing?";
            return Some(Fault::new("line-break-in-cell", message).at_column(column));
        }
    }
    let beyond = record.iter().skip(width).any(|cell| !cell.trim().is_empty());
    if record.len() < width || beyond {
        let message = format!("the row has {} cells, the head has {width}", record.len());
        return Some(Fault::new("wrong-number-of-cells", message));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Vec<(u64, String, String)>, String) {
        let mut faults = Faults::default();
        let limits = Limits { bytes: 10_000, rows: 5, cell: 20 };
        let table = Table::read("t.csv", bytes, ["name", "e_mail"], &limits, &mut faults);
        let row = |[name, mail]: [Cell<'_>; 2]| (name.line, name.text.to_string(), mail.text.to_string());
        let rows = table.iter().flat_map(|table| table.rows().map(row)).collect();
        (rows, faults.to_string())
    }

    fn said(text: &str) -> String {
        read(text.as_bytes()).1
    }

    fn row(line: u64, name: &str, mail: &str) -> (u64, String, String) {
        (line, name.into(), mail.into())
    }

    #[test]
    fn columns_are_found_by_name_in_any_order_and_with_either_separator() {
        let expected = (vec![row(2, "Çela, E", "a@b")], String::new());
        assert_eq!(read("\u{feff}E-Mail,extra,NAME\na@b,x,\"Çela, E\"\n".as_bytes()), expected);
        assert_eq!(read("e_mail; name ;extra\r\na@b; Çela, E ;x".as_bytes()), expected);
    }

    #[test]
    fn lines_are_those_of_an_editor_whatever_ends_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["name,e mail", "a,1", "", "b,2", " , ", "c,3", ""].join(end);
            assert_eq!(
                read(text.as_bytes()).0,
                [row(2, "a", "1"), row(4, "b", "2"), row(6, "c", "3")],
                "{end:?}"
            );
        }
    }

    #[test]
    fn heads_that_do_not_fit_are_named() {
        assert_eq!(
            said("nam,x\n"),
            "t.csv:1: name: the head lacks this column; is “nam” meant for it?\n\
             t.csv:1: e_mail: the head lacks this column"
        );
        assert_eq!(said("name,e-mail,Name\n"), "t.csv:1:3: name: the head names this column twice");
    }

    #[test]
    fn rows_that_do_not_fit_are_named_and_the_others_read() {
        let (rows, said) = read(b"name,e-mail\na\nb,2,3\nc,3,,\naaaaaaaaaaaaaaaaaaaaa,1\n\"d,4\ne,5\n");
        assert_eq!(rows, [row(4, "c", "3")]);
        assert_eq!(
            said,
            "t.csv:2: the row has 1 cells, the head has 2\n\
             t.csv:3: the row has 3 cells, the head has 2\n\
             t.csv:5:1: the cell is longer than 20 characters; is a quotation mark missing?\n\
             t.csv:6:1: the cell has a line break; is a quotation mark missing?"
        );
    }

    #[test]
    fn sizes_are_bounded() {
        assert_eq!(said(&format!("name,e-mail\n{}", "a,1\n".repeat(6))), "t.csv:7: more than 5 rows");
        assert_eq!(
            said(&format!("name,e-mail\n{}", ",".repeat(3_000))),
            "t.csv:2: the line has too many cells"
        );
        assert!(said(&"x".repeat(10_001)).contains("at most 10000"));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_trip_the_reader(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            read(&bytes);
        }

        #[test]
        fn no_text_trips_the_reader(text in "(name|e_mail|[,;\"\r\n\u{feff}aë]){0,60}") {
            read(text.as_bytes());
        }
    }
}
