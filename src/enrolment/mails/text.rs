//! The words of the mails, by language.

use crate::platform::i18n::texts::{Files, Texts};

/// English first: it stands in for every other language.
pub(super) const FILES: &Files = &[
    ("en", include_str!("text/en.ftl")),
    ("sq", include_str!("text/sq.ftl")),
    ("bg", include_str!("text/bg.ftl")),
    ("fr", include_str!("text/fr.ftl")),
    ("nl", include_str!("text/nl.ftl")),
    ("ga", include_str!("text/ga.ftl")),
    ("es", include_str!("text/es.ftl")),
    ("pt", include_str!("text/pt.ftl")),
];

/// The words in `language`, or in English.
pub(super) fn texts(language: &str) -> Texts {
    Texts::new(FILES, language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::languages::MAILS;
    use crate::platform::i18n::texts::assert_complete;

    #[test]
    fn every_language_has_every_text_with_the_same_places() {
        assert_complete(FILES);
        assert!(FILES.iter().map(|(language, _)| *language).eq(MAILS));
    }
}
