//! The bytes of a person's text file, checked before anything reads them.

use super::faults::{Fault, Faults};

/// The text of a UTF-8 file, without its byte-order mark.
///
/// # Errors
/// The file is empty, larger than `most_bytes`, of another kind, or has NUL bytes or invalid UTF-8: then one fault for
/// each line that is concerned, with the column counted in characters.
pub fn utf8<'a>(file: &str, bytes: &'a [u8], most_bytes: usize) -> Result<&'a str, Faults> {
    let refuse = |code, message: String| Err(Faults::from(Fault::new(code, message).in_file(file)));
    if bytes.len() > most_bytes {
        return refuse(
            "too-large",
            format!("the file has {} bytes; at most {most_bytes} are read", bytes.len()),
        );
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return refuse("empty-file", "the file is empty".into());
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return refuse("not-utf-8", "the file is UTF-16 text; save it as UTF-8".into());
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return refuse(
            "not-text",
            "the file is a workbook or an archive; save it as plain text in UTF-8".into(),
        );
    }
    let mut faults = Faults::default();
    for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1..) {
        if let Some(fault) = unreadable(line) {
            faults.push(fault.in_file(file).at_line(number));
        }
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => faults.into_result(text),
        Err(_) => Err(faults),
    }
}

/// Whether this names a file in a folder and nothing outside of it.
pub fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 255
        && name != "."
        && name != ".."
        && !name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\' | ':'))
}

/// The first place in a line that is not text.
fn unreadable(line: &[u8]) -> Option<Fault> {
    let (text, invalid) = match std::str::from_utf8(line) {
        Ok(text) => (text, false),
        Err(error) => {
            let valid = line.get(..error.valid_up_to()).unwrap_or_default();
            (std::str::from_utf8(valid).unwrap_or_default(), true)
        }
    };
    let column = |text: &str| text.chars().zip(1..).last().map_or(1, |(_, n): (char, u64)| n + 1);
    if let Some((before, _)) = text.split_once('\0') {
        Some(Fault::new("nul-byte", "a NUL byte; the file is not text").at_column(column(before)))
    } else if invalid {
        Some(Fault::new("not-utf-8", "not UTF-8; save the file as UTF-8").at_column(column(text)))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(bytes: &[u8]) -> String {
        utf8("f.csv", bytes, 100).unwrap_err().to_string()
    }

    #[test]
    fn text_comes_without_its_mark() {
        assert_eq!(utf8("f", "\u{feff}Ëngjëll".as_bytes(), 100).unwrap(), "Ëngjëll");
    }

    #[test]
    fn every_bad_line_is_named_with_its_column_in_characters() {
        assert_eq!(
            said(b"a\n\xc3\xab\xff\nfine\nx\0y\n"),
            "f.csv:2:2: not UTF-8; save the file as UTF-8\nf.csv:4:2: a NUL byte; the file is not text"
        );
    }

    #[test]
    fn plain_names_stay_in_their_folder() {
        assert!(
            is_plain_name("1-introduction.csv")
                && is_plain_name("..csv")
                && is_plain_name("Hyrje, jan. ë.csv")
        );
        for other in
            ["", ".", "..", "a/b.csv", "/etc/passwd", "..\\b.csv", "C:b.csv", "a\0b", &"a".repeat(256)]
        {
            assert!(!is_plain_name(other), "{other}");
        }
    }

    #[test]
    fn other_kinds_are_refused_by_name() {
        assert_eq!(said(b""), "f.csv: the file is empty");
        assert_eq!(said(b"\xef\xbb\xbf \r\n"), "f.csv: the file is empty");
        assert_eq!(said(&[b'a'; 101]), "f.csv: the file has 101 bytes; at most 100 are read");
        assert!(said(b"\xff\xfea\0").contains("UTF-16"));
        assert!(said(b"PK\x03\x04\0\0").contains("workbook"));
    }
}
