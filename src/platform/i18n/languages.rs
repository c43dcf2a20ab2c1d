//! Which languages the documents speak.

/// Languages whose document texts are complete.
const SUPPORTED: [&str; 2] = ["en", "sq"];

/// The language in which documents for this locale are written: `sq` for `sq`, `sq-AL` and `SQ_al`. `None` where we
/// have no text in it.
pub fn supported(locale: &str) -> Option<&'static str> {
    let language = locale.split(['-', '_']).next().unwrap_or_default();
    SUPPORTED.into_iter().find(|known| known.eq_ignore_ascii_case(language))
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

#[cfg(test)]
mod tests {
    use super::*;

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
