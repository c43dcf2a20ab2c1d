//! The words of mails and pages of accounts, by language.

use crate::platform::i18n::texts::{Files, Texts};

/// Of pages. English first: it stands in for every other language.
pub const FILES: &Files = &[("en", include_str!("text/en.ftl")), ("sq", include_str!("text/sq.ftl"))];

/// Of mails, in more languages.
const MAIL_FILES: &Files = &[
    ("en", include_str!("text/mails/en.ftl")),
    ("sq", include_str!("text/mails/sq.ftl")),
    ("bg", include_str!("text/mails/bg.ftl")),
    ("fr", include_str!("text/mails/fr.ftl")),
    ("nl", include_str!("text/mails/nl.ftl")),
    ("ga", include_str!("text/mails/ga.ftl")),
    ("es", include_str!("text/mails/es.ftl")),
    ("pt", include_str!("text/mails/pt.ftl")),
];

/// The words of pages in `language`, or in English.
pub fn texts(language: &str) -> Texts {
    Texts::new(FILES, language)
}

/// The words of mails in `language`, or in English.
pub fn mail_texts(language: &str) -> Texts {
    Texts::new(MAIL_FILES, language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::languages::MAILS;
    use crate::platform::i18n::texts::assert_complete;

    #[test]
    fn every_language_has_every_text_with_the_same_places() {
        assert_complete(FILES);
        assert_complete(MAIL_FILES);
        assert!(MAIL_FILES.iter().map(|(language, _)| *language).eq(MAILS));
    }
}
