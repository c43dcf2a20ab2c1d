//! Text as people write it, brought to a form that can be compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// NFC, without leading, trailing and doubled white space, without characters that cannot be seen. What is stored
/// and printed of a person's or an organisation's name has this form.
pub fn tidy(text: &str) -> String {
    let normal: String = text.nfc().filter(|c| !is_invisible(*c)).collect();
    normal.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Case and surroundings folded away, for comparing e-mail addresses and user principal names.
pub fn fold_address(text: &str) -> String {
    text.trim().nfc().collect::<String>().to_lowercase()
}

/// Case, diacritics and the order of the words folded away, for *suggesting* who a name may be. Two people can share it.
pub fn fold_name(text: &str) -> String {
    let plain: String = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    let mut words: Vec<&str> = plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && *word != "guest")
        .collect();
    words.sort_unstable();
    words.join(" ")
}

/// Byte-order marks, soft hyphens, zero-width and direction characters: they come with copied cells and mean nothing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        || (c.is_control() && !c.is_whitespace())
}
