//! Which language a document is asked for in, and which a browser's owner reads.

use actix_web::HttpRequest;
use actix_web::http::header::{AcceptLanguage, Header, Preference, Quality};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::platform::http::problem::{Problem, code};
use crate::platform::i18n::languages;

/// The language of a document.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LanguageQuery {
    /// `en` or `sq`, in any region; the cohort's language where absent.
    #[serde(default)]
    #[param(required = false, example = "sq")]
    language: Option<String>,
}

impl LanguageQuery {
    /// The language asked for, without its region.
    ///
    /// # Errors
    /// 400 for a language that documents are not written in.
    pub fn checked(&self) -> Result<Option<&'static str>, Problem> {
        let Some(language) = &self.language else { return Ok(None) };
        let unknown = || Problem::bad_request(code::INVALID_QUERY, "Documents are written in en and sq.");
        languages::supported(language).ok_or_else(unknown).map(Some)
    }
}

/// The language of a document that was `asked` for, or that of its `locale`; `locale` as it is where it is the same
/// language, so that one document has one name.
pub fn or_locale(asked: Option<&'static str>, locale: &str) -> String {
    match asked {
        Some(asked) if languages::supported(locale) != Some(asked) => asked.to_owned(),
        _ => locale.to_owned(),
    }
}

/// The language of ours that a browser likes best (RFC 9110, section 12.5.4), without its region; `None` where it likes
/// none of them more than another.
pub fn of_browser(request: &HttpRequest) -> Option<&'static str> {
    let mut ranges = AcceptLanguage::parse(request).ok()?.0;
    ranges.retain(|range| range.quality > Quality::ZERO);
    // Stable: of several that are liked equally, the first.
    ranges.sort_by_key(|range| std::cmp::Reverse(range.quality));
    ranges.iter().find_map(|range| match &range.item {
        Preference::Any => None,
        Preference::Specific(tag) => languages::supported(tag.as_str()),
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::ACCEPT_LANGUAGE;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_language_that_a_browser_likes_best_is_found() {
        for (header, expected) in [
            ("sq-AL,sq;q=0.9,en;q=0.8", Some("sq")),
            ("de-DE,de;q=0.9,sq;q=0.5,en;q=0.7", Some("en")),
            ("en;q=0.5,sq;q=0.5", Some("en")),
            ("sq;q=0,en;q=0.1", Some("en")),
            ("de,*;q=0.5", None),
            ("?!,sq", Some("sq")),
            ("", None),
        ] {
            let request = TestRequest::default().insert_header((ACCEPT_LANGUAGE, header)).to_http_request();
            assert_eq!(of_browser(&request), expected, "{header}");
        }
        assert_eq!(of_browser(&TestRequest::default().to_http_request()), None);
    }
}
