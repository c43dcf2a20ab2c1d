//! Bytes → text: UTF-8 and both UTF-16s, with or without a byte-order mark. The extension is never asked.

use std::borrow::Cow;

use super::Limits;
use crate::platform::faults::{Fault, Faults};

/// The text of a file, or every place where it is none.
pub fn text<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Cow<'b, str>, Faults> {
    if bytes.len() > limits.max_bytes {
        let message = format!("the file has {} bytes; the limit is {} bytes", bytes.len(), limits.max_bytes);
        return Err(Fault::new("file-too-large", message).into());
    }
    if let Some(kind) = known_binary(bytes) {
        let message = format!("this is {kind}, not a table of text; export or save it as CSV (UTF-8)");
        return Err(Fault::new("binary-file", message).into());
    }
    let text = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest)?,
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)?),
        _ => match share_of_zeros(bytes) {
            Zeros::AtOddPlaces => Cow::Owned(utf16(bytes, u16::from_le_bytes)?),
            Zeros::AtEvenPlaces => Cow::Owned(utf16(bytes, u16::from_be_bytes)?),
            Zeros::Few => utf8(bytes)?,
        },
    };
    if text.trim().is_empty() {
        return Err(Fault::new("empty-file", "the file is empty").into());
    }
    refuse_nuls(&text)?;
    Ok(text)
}

/// What people upload by mistake, by its first bytes.
fn known_binary(bytes: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 7] = [
        (b"PK\x03\x04", "a workbook or ZIP archive"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
        (b"%PDF", "a PDF document"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"\x89PNG", "an image"),
        (b"\xff\xd8\xff", "an image"),
        (b"\x7fELF", "a program"),
    ];
    kinds.into_iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, kind)| kind)
}

enum Zeros {
    Few,
    AtOddPlaces,
    AtEvenPlaces,
}

/// UTF-16 without a mark betrays itself: its ASCII characters have a zero byte each, always on the same side.
fn share_of_zeros(bytes: &[u8]) -> Zeros {
    let sample = bytes.get(..4096).unwrap_or(bytes);
    let count = |side: usize| sample.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (count(0), count(1));
    let mostly = |zeros: usize, others: usize| zeros * 5 >= sample.len() && others * 20 <= zeros;
    if mostly(odd, even) {
        Zeros::AtOddPlaces
    } else if mostly(even, odd) {
        Zeros::AtEvenPlaces
    } else {
        Zeros::Few
    }
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, Faults> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    refuse_binary(bytes)?;
    let mut place = Place::START;
    let mut faults = Faults::default();
    for chunk in bytes.utf8_chunks() {
        place.pass(chunk.valid());
        if !chunk.invalid().is_empty() {
            faults.push(place.fault(
                "invalid-utf-8",
                format!("byte 0x{:02x} is not UTF-8 text; save the file as CSV UTF-8", chunk.invalid()[0]),
            ));
            place.column += 1;
        }
        if faults.0.len() == Faults::MOST {
            break;
        }
    }
    Err(faults)
}

fn utf16(bytes: &[u8], read: impl Fn([u8; 2]) -> u16 + Copy) -> Result<String, Faults> {
    let (units, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len() / 2 + bytes.len() / 8);
    let mut faults = Faults::default();
    let (mut place, mut passed) = (Place::START, 0);
    let mut units = units;
    while !units.is_empty() {
        // Eight plain characters at a time, which is nearly everything in an export.
        if let Some(ascii) = units.first_chunk::<8>().and_then(|eight| ascii(eight, read)) {
            text.push_str(std::str::from_utf8(&ascii).unwrap_or_default());
            units = &units[8..];
            continue;
        }
        let (some, others) = units.split_at(units.len().min(8));
        units = others;
        let mut some = some.iter();
        while let Some(unit) = some.next().map(|unit| read(*unit)) {
            if let Some(c) = char::from_u32(unit.into()) {
                text.push(c);
                continue;
            }
            // Half of a character: the other half may be beyond these eight.
            let next = some.as_slice().first().or(units.first()).map(|next| read(*next));
            if let Some(Ok(c)) = char::decode_utf16([unit].into_iter().chain(next)).next() {
                text.push(c);
                if some.next().is_none() {
                    units = units.get(1..).unwrap_or_default();
                }
                continue;
            }
            if faults.0.len() < Faults::MOST {
                place.pass(&text[passed..]);
                passed = text.len();
                let message = format!("the half character 0x{unit:04x} makes this invalid UTF-16");
                faults.push(place.fault("invalid-utf-16", message));
            }
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    if !rest.is_empty() {
        place.pass(&text[passed..]);
        faults.push(place.fault("invalid-utf-16", "the file breaks off in the middle of a character".into()));
    }
    faults.into_result(text)
}

fn ascii(units: &[[u8; 2]; 8], read: impl Fn([u8; 2]) -> u16) -> Option<[u8; 8]> {
    let mut out = [0; 8];
    let mut all = 0;
    for (byte, unit) in out.iter_mut().zip(units) {
        let unit = read(*unit);
        all |= unit;
        *byte = unit as u8;
    }
    (all < 0x80).then_some(out)
}

/// A file with many control characters is no text in any encoding: one fault, not one for each of them.
fn refuse_binary(bytes: &[u8]) -> Result<(), Fault> {
    let controls = bytes.iter().filter(|byte| **byte < 32 && !b"\t\r\n".contains(byte)).count();
    if controls * 20 > bytes.len() {
        return Err(Fault::new("binary-file", "this is not a table of text; export it as CSV (UTF-8)"));
    }
    Ok(())
}

fn refuse_nuls(text: &str) -> Result<(), Faults> {
    if memchr::memchr(0, text.as_bytes()).is_none() {
        return Ok(());
    }
    refuse_binary(text.as_bytes())?;
    let mut faults = Faults::default();
    let mut place = Place::START;
    for piece in text.split_inclusive('\0') {
        let Some(clean) = piece.strip_suffix('\0') else { break };
        place.pass(clean);
        faults.push(place.fault("nul-byte", "a NUL byte; a table of text has none".into()));
        place.column += 1;
        if faults.0.len() == Faults::MOST {
            break;
        }
    }
    Err(faults)
}

/// A place in a text, both counted from 1; the column in characters.
struct Place {
    line: u64,
    column: u64,
}

impl Place {
    const START: Place = Place { line: 1, column: 1 };

    fn pass(&mut self, text: &str) {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
        if let Some(last) = memchr::memrchr(b'\n', text.as_bytes()) {
            self.line += breaks;
            self.column = 1;
            self.column += text[last + 1..].chars().count() as u64;
        } else {
            self.column += text.chars().count() as u64;
        }
    }

    fn fault(&self, code: &'static str, message: String) -> Fault {
        Fault::new(code, message).at_line(self.line).at_column(self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_bytes(text: &str, write: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(write).collect()
    }

    fn decoded(bytes: &[u8]) -> Result<String, String> {
        text(bytes, &Limits::default()).map(Cow::into_owned).map_err(|faults| faults.to_string())
    }

    #[test]
    fn every_encoding_of_one_text_is_the_same_text() {
        // The two halves of the sign stand at every place of a group of eight.
        for shift in 0..9 {
            let text = format!("{}🎓 and more", "x".repeat(shift));
            assert_eq!(decoded(&utf16_bytes(&format!("\u{feff}{text}"), u16::to_le_bytes)), Ok(text));
        }
        let sample = "Name\tEmail\r\nËngjëll Çela 🎓 and a longer line of plain letters\tx@y.example\r\n";
        let with_mark = format!("\u{feff}{sample}");
        for bytes in [
            sample.as_bytes().to_vec(),
            with_mark.as_bytes().to_vec(),
            utf16_bytes(&with_mark, u16::to_le_bytes),
            utf16_bytes(&with_mark, u16::to_be_bytes),
            utf16_bytes(sample, u16::to_le_bytes),
            utf16_bytes(sample, u16::to_be_bytes),
        ] {
            assert_eq!(decoded(&bytes).as_deref(), Ok(sample));
        }
    }

    #[test]
    fn faults_name_line_and_column() {
        for (bytes, place) in [
            (b"a,b\nc,\xffd\n".as_slice(), "2:3: byte 0xff"),
            (b"name,email,a,b,c,d,e,f,g\nc,\0d\n".as_slice(), "2:3: a NUL byte"),
            (b"\xff\xfea\0\n\0\x00\xd8b\0".as_slice(), "2:1: the half character 0xd800"),
            (b"\xff\xfea\0b\0c\0d\0e\0f\0\n\0\x3d\xd8b\0c\0".as_slice(), "2:1: the half character 0xd83d"),
            (b"\xff\xfea\0\n\0b".as_slice(), "2:1: the file breaks off"),
        ] {
            let faults = decoded(bytes).unwrap_err();
            assert!(faults.starts_with(place), "{faults}");
        }
    }

    #[test]
    fn what_is_no_text_is_said_to_be_none() {
        assert!(decoded(b"").unwrap_err().contains("empty"));
        assert!(decoded(b"\xef\xbb\xbf \r\n").unwrap_err().contains("empty"));
        assert!(decoded(b"PK\x03\x04rest").unwrap_err().contains("workbook"));
        assert!(decoded(&[1u8, 2, 0, 3, 0, 0, 65, 7].repeat(9)).unwrap_err().contains("not a table of text"));
        let noise: Vec<u8> = (0..4000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert_eq!(text(&noise, &Limits::default()).unwrap_err().0.len(), 1);
        let small = Limits { max_bytes: 3, ..Limits::default() };
        assert_eq!(text(b"abcd", &small).unwrap_err().0[0].code, "file-too-large");
    }
}
