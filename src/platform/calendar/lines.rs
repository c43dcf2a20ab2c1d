//! The lines that calendar objects are written in (RFC 5545, section 3.1).

/// The most octets of a line, without its end.
const LONGEST_LINE: usize = 75;

/// The most characters of one text. An entry in a calendar is a reminder, and the rest is on the page that it leads to.
pub(super) const LONGEST_TEXT: usize = 10_000;

/// A text without what TEXT may not hold: every line end is `\n` (which is then escaped), other control characters are
/// gone, and what is longer than [`LONGEST_TEXT`] ends with an ellipsis.
pub(super) fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut characters = text.chars().filter_map(|c| match c {
        // Some programs end a line at each of these.
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(c),
        _ if c.is_control() => None,
        _ => Some(c),
    });
    let mut clean: String = characters.by_ref().take(LONGEST_TEXT).collect();
    if characters.next().is_some() {
        clean.push('…');
    }
    clean
}

/// A name as a parameter's value can hold it: on one line, a double quote as an apostrophe (programs that know the escapes
/// of RFC 6868 are few), and what they would take for such an escape escaped.
pub(super) fn parameter(name: &str) -> String {
    clean(name).replace(['\n', '\t'], " ").replace('"', "'").replace('^', "^^")
}

/// Folds the lines of an object anew. The `icalendar` crate forgets that the space before a folded line counts, and
/// writes lines of 76 octets.
pub(super) fn fold(object: &str) -> String {
    // Nothing else than a fold is a line end before a space: no text holds a CR.
    let unfolded = object.replace("\r\n ", "");
    let mut folded = String::with_capacity(object.len() + object.len() / 64);
    for line in unfolded.split_terminator("\r\n") {
        let mut width = 0;
        for c in line.chars() {
            if width + c.len_utf8() > LONGEST_LINE {
                folded.push_str("\r\n ");
                width = 1;
            }
            folded.push(c);
            width += c.len_utf8();
        }
        folded.push_str("\r\n");
    }
    folded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_keeps_its_lines_and_loses_what_cannot_be_seen() {
        assert_eq!(clean("a\r\nb\rc\nd\u{2028}e\u{85}f"), "a\nb\nc\nd\ne\nf");
        assert_eq!(clean("a\0b\u{7f}c\u{1b}[31md\te"), "abc[31md\te");
        let long = clean(&"ë".repeat(LONGEST_TEXT + 1));
        assert_eq!((long.chars().count(), long.ends_with("ë…")), (LONGEST_TEXT + 1, true));
        assert_eq!(clean(&"ë".repeat(LONGEST_TEXT)).chars().count(), LONGEST_TEXT);
    }

    #[test]
    fn a_name_cannot_leave_its_parameter() {
        assert_eq!(parameter("Çela, \"B.\"\r\nATTENDEE:x^n"), "Çela, 'B.' ATTENDEE:x^^n");
    }

    proptest! {
        #[test]
        fn folding_loses_nothing_and_leaves_no_long_line(lines in prop::collection::vec("[^\r\n]{1,300}", 0..8)) {
            let object: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
            let object = object.replace("\r\n ", "\r\n_");
            let folded = fold(&object);
            prop_assert_eq!(folded.replace("\r\n ", ""), object);
            prop_assert!(folded.split("\r\n").all(|line| line.len() <= LONGEST_LINE));
            prop_assert_eq!(fold(&folded), folded);
        }
    }
}
