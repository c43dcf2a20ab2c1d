//! Text → records of cells, for any delimiter, with physical line numbers and within the limits.

use csv_core::ReadRecordResult;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Limits;
use crate::platform::faults::Fault;

/// The delimiters that exports and their re-saved copies use.
pub const DELIMITERS: [u8; 3] = [b'\t', b',', b';'];

/// No record of an export is longer; a longer one is a quote that nobody closed.
const MAX_RECORD_BYTES: usize = 1 << 20;

/// A table being read, one record at a time. It stands on the record that [`Sheet::advance`] went to last.
pub struct Sheet<'t> {
    text: &'t str,
    limits: &'t Limits,
    core: csv_core::Reader,
    /// Bytes of `text` that have been read.
    at: usize,
    line_break: u8,
    line: u32,
    next_line: u32,
    records: usize,
    after_blank: bool,
    cells: Vec<u8>,
    ends: Vec<usize>,
    columns: usize,
}

impl<'t> Sheet<'t> {
    pub fn new(text: &'t str, delimiter: u8, limits: &'t Limits) -> Self {
        // Only a file of the oldest Macs has no line feed at all.
        let line_break = if memchr::memchr(b'\n', text.as_bytes()).is_some() { b'\n' } else { b'\r' };
        Sheet {
            text,
            limits,
            core: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            at: 0,
            line_break,
            line: 1,
            next_line: 1,
            records: 0,
            after_blank: false,
            cells: vec![0; 4096],
            ends: vec![0; limits.max_columns + 1],
            columns: 0,
        }
    }

    /// Goes to the next record that has a cell with something in it; `false` at the end of the file.
    pub fn advance(&mut self) -> Result<bool, Fault> {
        self.after_blank = false;
        loop {
            self.skip_blank_lines();
            if self.at == self.text.len() {
                self.columns = 0;
                return Ok(false);
            }
            self.read_record()?;
            if !self.is_blank() {
                break;
            }
            self.after_blank = true;
        }
        self.records += 1;
        if self.records > self.limits.max_rows {
            let message = format!("more than {} rows, which is the limit", self.limits.max_rows);
            return Err(Fault::new("too-many-rows", message).at_line(self.line.into()));
        }
        Ok(true)
    }

    fn skip_blank_lines(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        if blank > 0 {
            let breaks = rest.iter().take(blank).filter(|byte| **byte == self.line_break).count() as u32;
            self.next_line += breaks;
            self.at += blank;
            // The break that ends a record may be among them: it was not counted with the record.
            self.after_blank |= breaks > 1 || (breaks == 1 && self.records == 0);
        }
        self.line = self.next_line;
    }

    fn read_record(&mut self) -> Result<(), Fault> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let (mut read, mut written, mut ended) = (0, 0, 0);
        self.core.reset();
        loop {
            let input = rest.get(read..).unwrap_or_default();
            let (result, consumed, cells, ends) =
                self.core.read_record(input, &mut self.cells[written..], &mut self.ends[ended..]);
            (read, written, ended) = (read + consumed, written + cells, ended + ends);
            match result {
                ReadRecordResult::Record => break,
                ReadRecordResult::InputEmpty if input.is_empty() => break,
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::End => break,
                ReadRecordResult::OutputFull if self.cells.len() >= MAX_RECORD_BYTES => {
                    return Err(self.fault("row-too-long", "the row does not end: is a quote not closed?"));
                }
                ReadRecordResult::OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => return Err(self.too_many_columns()),
            }
        }
        if ended > self.limits.max_columns {
            return Err(self.too_many_columns());
        }
        // The break that ends the record is left for `skip_blank_lines` to count.
        let raw = rest.get(..read).unwrap_or_default();
        let kept = raw.len() - raw.iter().rev().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let raw = raw.get(..kept).unwrap_or_default();
        let inner_breaks = memchr::memchr_iter(self.line_break, raw).count() as u32;
        self.next_line = self.line + inner_breaks;
        let is_last = self.at + read == self.text.len();
        if is_last && inner_breaks > 0 && memchr::memchr_iter(b'"', raw).count() % 2 == 1 {
            return Err(self.fault("unclosed-quote", "a quote begins here that is not closed"));
        }
        // At least one byte is read each time, so that the loop ends whatever the reader makes of it.
        self.at += kept.max(1);
        self.columns = ended;
        self.refuse_long_cells(written)
    }

    fn refuse_long_cells(&self, record_bytes: usize) -> Result<(), Fault> {
        let most = self.limits.max_cell_chars;
        if record_bytes <= most {
            return Ok(());
        }
        let long = (0..self.columns).find(|column| self.raw(*column).chars().count() > most);
        match long {
            None => Ok(()),
            Some(column) => {
                let message = format!("the cell has more than {most} characters: is a quote not closed?");
                Err(self.fault("cell-too-long", message).at_column(column as u64 + 1))
            }
        }
    }

    fn too_many_columns(&self) -> Fault {
        let message = format!("more than {} columns, which is the limit", self.limits.max_columns);
        self.fault("too-many-columns", message)
    }

    fn fault(&self, code: &'static str, message: impl Into<String>) -> Fault {
        Fault::new(code, message).at_line(self.line.into())
    }

    /// The physical line on which the record begins, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Whether an empty line, or one of empty cells, stands before the record.
    pub fn is_after_blank(&self) -> bool {
        self.after_blank
    }

    /// How many cells the record has.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// A cell without surrounding white space and without the `="…"` with which Excel is told to leave it alone;
    /// empty where the record has no such cell.
    pub fn cell(&self, column: usize) -> &str {
        let cell = self.raw(column).trim();
        cell.strip_prefix("=\"").and_then(|cell| cell.strip_suffix('"')).map_or(cell, str::trim)
    }

    /// The cell of a column that the table may not have.
    pub fn cell_of(&self, column: Option<usize>) -> &str {
        column.map_or("", |column| self.cell(column))
    }

    fn raw(&self, column: usize) -> &str {
        if column >= self.columns {
            return "";
        }
        let from = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        // Cells are cut at ASCII characters, so that they are UTF-8 as the text was.
        std::str::from_utf8(&self.cells[from..self.ends[column]]).unwrap_or_default()
    }

    fn is_blank(&self) -> bool {
        (0..self.columns).all(|column| self.cell(column).is_empty())
    }

    /// Whether only the first cell has something in it, as with the title of a section.
    pub fn is_lone(&self) -> bool {
        (1..self.columns).all(|column| self.cell(column).is_empty())
    }

    /// The record as column headings.
    pub fn header(&self) -> Header {
        Header((0..self.columns).map(|column| fold_heading(self.cell(column))).collect())
    }
}

/// Column headings in a form that can be compared.
pub struct Header(Vec<String>);

impl Header {
    /// The first column with one of these headings, which are written folded: lower case, without diacritics.
    pub fn find(&self, headings: &[&str]) -> Option<usize> {
        self.0.iter().position(|found| headings.contains(&found.as_str()))
    }
}

/// Case, diacritics, underscores and kinds of apostrophe and space do not matter in a heading.
fn fold_heading(heading: &str) -> String {
    let plain: String = if heading.is_ascii() {
        heading.to_ascii_lowercase()
    } else {
        heading.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
    };
    plain.replace(['’', '`', '´'], "'").replace('_', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str, delimiter: u8) -> Vec<(u32, bool, Vec<String>)> {
        let limits = Limits::default();
        let mut sheet = Sheet::new(text, delimiter, &limits);
        let mut all = Vec::new();
        while sheet.advance().unwrap() {
            let cells = (0..sheet.columns()).map(|column| sheet.cell(column).to_owned()).collect();
            all.push((sheet.line(), sheet.is_after_blank(), cells));
        }
        all
    }

    #[test]
    fn lines_are_the_physical_ones() {
        let text = "\r\na,b\r\n\r\n,,\r\n\"c\r\nd\",\"e \"\"f\"\"\"\r\n\"=\"\"g\"\"\",=\"h\"\r\ni";
        let expected = [
            (2, true, vec!["a", "b"]),
            (5, true, vec!["c\r\nd", "e \"f\""]),
            (7, false, vec!["g", "h"]),
            (8, false, vec!["i"]),
        ];
        let found = records(text, b',');
        assert_eq!(found.len(), expected.len());
        for (found, (line, after_blank, cells)) in found.iter().zip(expected) {
            assert_eq!((found.0, found.1), (line, after_blank), "{found:?}");
            assert_eq!(found.2, cells);
        }
        let old_mac = records("a\rb\r\rc", b'\t');
        assert_eq!(old_mac.iter().map(|record| record.0).collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn limits_are_faults_with_a_line() {
        let limits = Limits { max_rows: 2, max_columns: 3, max_cell_chars: 5, ..Limits::default() };
        for (text, code, line) in [
            ("a\nb\nc", "too-many-rows", 3),
            ("a\nb,b,b,b", "too-many-columns", 2),
            ("a\n\"b\nbbbbb\"", "cell-too-long", 2),
            ("a\n\"b\nc", "unclosed-quote", 2),
        ] {
            let mut sheet = Sheet::new(text, b',', &limits);
            let fault = loop {
                match sheet.advance() {
                    Ok(more) => assert!(more, "no fault in {text:?}"),
                    Err(fault) => break fault,
                }
            };
            assert_eq!((fault.code, fault.line), (code, Some(line)));
        }
    }

    #[test]
    fn headings_are_compared_without_case_diacritics_and_apostrophes() {
        assert_eq!(fold_heading(" Heure  d’Arrivée"), "heure d'arrivee");
        assert_eq!(fold_heading("employee_ID"), "employee id");
    }
}
