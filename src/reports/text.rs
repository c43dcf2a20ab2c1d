//! The words of the report, by language.

use crate::platform::i18n::texts::{Files, Texts};

/// The report's languages, English first: it stands in for every other.
const FILES: &Files = &[("en", include_str!("text/en.ftl")), ("sq", include_str!("text/sq.ftl"))];

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
    }

    #[test]
    fn numbers_have_their_forms_and_nothing_invisible_is_filled_in() {
        let albanian = texts("sq-AL");
        assert_eq!(albanian.language, "sq");
        assert_eq!(albanian.count("module-present", 1), "1 i pranishëm");
        assert_eq!(albanian.count("module-present", 32), "32 të pranishëm");
        assert_eq!(
            albanian.fill("title", &[("cohort", "Dimër 2023".into())]),
            "Raporti i grupit: Dimër 2023"
        );
        let unknown = texts("xx");
        assert_eq!((unknown.language, unknown.say("total")), ("en", "Total".to_owned()));
    }
}
