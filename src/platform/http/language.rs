//! Which language a document is asked for in.

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
