//! Which languages pages and documents speak, and which mails do.

/// Languages whose texts of pages and documents are complete.
const SUPPORTED: [&str; 2] = ["en", "sq"];

/// Languages whose texts of mails are complete, too: those of the partner cities.
pub const MAILS: [&str; 8] = ["en", "sq", "bg", "fr", "nl", "ga", "es", "pt"];

/// The language in which documents for this locale are written: `sq` for `sq`, `sq-AL` and `SQ_al`. `None` where we
/// have no text in it.
pub fn supported(locale: &str) -> Option<&'static str> {
    among(&SUPPORTED, locale)
}

/// The language in which mails for this locale are written: `bg` for `bg-BG`. `None` where we have no mails in it.
pub fn mails(locale: &str) -> Option<&'static str> {
    among(&MAILS, locale)
}

fn among(known: &[&'static str], locale: &str) -> Option<&'static str> {
    let language = locale.split(['-', '_']).next().unwrap_or_default();
    known.iter().find(|known| known.eq_ignore_ascii_case(language)).copied()
}

/// Whether this has the shape of a BCP 47 tag (RFC 5646, section 2.1): subtags of one to eight letters and digits, the
/// first of two to eight letters.
pub fn is_tag(locale: &str) -> bool {
    let subtag =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let first = locale.split('-').next().unwrap_or_default();
    locale.len() <= 35
        && first.len() > 1
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && locale.split('-').all(subtag)
}

/// A tag as RFC 5646, section 2.1.1 writes it: `sq-AL` for `SQ-al`.
pub fn canonical(tag: &str) -> String {
    let mut written: Vec<String> = Vec::new();
    let mut after_singleton = false;
    for subtag in tag.split('-') {
        let mut subtag = subtag.to_ascii_lowercase();
        after_singleton |= subtag.len() == 1;
        if !written.is_empty() && !after_singleton {
            match subtag.len() {
                2 => subtag.make_ascii_uppercase(),
                4 => _ = subtag.get_mut(..1).map(str::make_ascii_uppercase),
                _ => {}
            }
        }
        written.push(subtag);
    }
    written.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_written_in_one_way() {
        for (given, written) in [
            ("SQ", "sq"),
            ("sq-al", "sq-AL"),
            ("ZH-HANT-tw", "zh-Hant-TW"),
            ("de-1996", "de-1996"),
            ("EN-ca-X-CA-LATN", "en-CA-x-ca-latn"),
            ("", ""),
            ("ë-ëë", "ë-ëë"),
        ] {
            assert_eq!(canonical(given), written);
            assert_eq!(canonical(written), written);
        }
    }

    #[test]
    fn a_region_does_not_change_the_language() {
        assert_eq!(supported("sq"), Some("sq"));
        assert_eq!(supported("sq-AL"), Some("sq"));
        assert_eq!(supported("EN_gb"), Some("en"));
        assert_eq!(supported("bg"), None);
        assert_eq!(supported("sqi"), None);
        assert_eq!(supported(""), None);
    }

    #[test]
    fn mails_speak_more_languages_than_documents() {
        assert!(SUPPORTED.into_iter().all(|language| mails(language) == Some(language)));
        for (locale, language) in [("pt-BR", Some("pt")), ("GA_ie", Some("ga")), ("gag", None), ("", None)] {
            assert_eq!(mails(locale), language, "{locale}");
        }
    }

    #[test]
    fn tags_are_known_by_their_shape() {
        for tag in ["en", "sq-AL", "pt-BR", "zh-Hant-TW", "sr-Latn", "xx"] {
            assert!(is_tag(tag), "{tag}");
        }
        for other in
            ["", "e", "sq_AL", "sq-", "-sq", "12", "albanian language", "überland", "toolonglanguage"]
        {
            assert!(!is_tag(other), "{other}");
        }
    }
}
