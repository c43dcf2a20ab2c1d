//! Sheets that we write: comma-separated text whose cells stay text in a spreadsheet.

use std::borrow::Cow;

/// A CSV file in memory, guarded cell by cell.
///
/// UTF-8 without a byte-order mark, since most programs would take the mark for a part of the first column's name.
/// Lines end in `\n` and not in RFC 4180's `\r\n`: every reader takes both, and `diff`, `grep` and `sort` see no
/// stray character.
pub struct Sheet(csv::Writer<Vec<u8>>);

impl Sheet {
    /// A sheet that begins with the names of its columns.
    pub fn new<'a>(head: impl IntoIterator<Item = &'a str>) -> Sheet {
        let mut sheet = Sheet(csv::WriterBuilder::new().flexible(true).from_writer(Vec::new()));
        sheet.row(head);
        sheet
    }

    /// Adds a row; each cell goes through [`guarded`].
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        let written = self.0.write_record(cells.into_iter().map(|cell| guarded(cell).into_owned()));
        written.expect("memory takes every row, and a flexible writer every length");
    }

    /// The file.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_inner().expect("flushing to memory does not fail")
    }
}

/// The cell as a spreadsheet takes it for text: with a `'` before it where it would be read as a formula. Plain
/// numbers (`-12`, `+3.5`) stay numbers. [`unguarded`] gives back exactly what was there.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if begins_formula(cell) && !is_number(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// What a cell of ours held before it was [`guarded`], for files of ours that a person edits and hands in.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if begins_formula(rest) && !is_number(rest) => rest,
        _ => cell,
    }
}

/// Behind quotes of its own too, or a cell `'=x` could not be told from a guarded `=x`.
fn begins_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

fn is_number(cell: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    unsigned.split_once('.').map_or_else(|| digits(unsigned), |(whole, part)| digits(whole) && digits(part))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_spreadsheet_would_compute_becomes_text() {
        for cell in [
            "=1+1",
            "+cmd",
            "-cmd|' /C calc'!A0",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "-1+2",
            "+1.2.3",
            "-",
            "--1",
            "'=1",
        ] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
    }

    #[test]
    fn addresses_numbers_and_names_stay() {
        for cell in [
            "p001@tirana.example",
            "-12",
            "+3.5",
            "00012",
            "0",
            "",
            "O'Neill",
            "'quoted'",
            "Ëngjëll Çela",
            "92;88",
        ] {
            assert_eq!(guarded(cell), cell);
        }
    }

    #[test]
    fn a_sheet_quotes_what_needs_it_and_ends_lines_plainly() {
        let mut sheet = Sheet::new(["name", "note"]);
        sheet.row(["Çela, Ëngjëll", "says \"=1\""]);
        sheet.row(["=1", ""]);
        let text = String::from_utf8(sheet.into_bytes()).unwrap();
        assert_eq!(text, "name,note\n\"Çela, Ëngjëll\",\"says \"\"=1\"\"\"\n'=1,\n");
    }

    proptest! {
        #[test]
        fn a_guarded_cell_is_no_formula_and_can_be_read_back(cell in "['=+@\t\r0-9a.\\-]{0,8}|\\PC{0,8}") {
            let written = guarded(&cell);
            prop_assert!(is_number(&written) || !written.starts_with(['=', '+', '-', '@', '\t', '\r']));
            prop_assert_eq!(unguarded(&written), cell.as_str());
        }
    }
}
