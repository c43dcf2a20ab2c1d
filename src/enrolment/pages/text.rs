//! The words of the pages of enrolment, by language.

use crate::platform::i18n::texts::{Files, Texts};

/// The languages of pages. English first: it stands in for every other language.
pub const FILES: &Files = &[("en", include_str!("text/en.ftl")), ("sq", include_str!("text/sq.ftl"))];

/// The words in `language`, or in English.
pub fn texts(language: &str) -> Texts {
    Texts::new(FILES, language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::texts::assert_complete;

    #[test]
    fn every_language_has_every_text_with_the_same_places() {
        assert_complete(FILES);
        assert!(FILES.iter().map(|(language, _)| language).eq(["en", "sq"].iter()));
    }
}
