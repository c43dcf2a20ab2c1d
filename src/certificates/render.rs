//! From a record to the bytes of a certificate: pure but for the shared caches, and the same bytes every time.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::template::Template;
use super::{Logo, Record, page};
use crate::platform::pdf::{self, Image, PdfError};

/// Why a certificate cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A character that no font here has; found before anything is issued.
    #[error("{0}")]
    Pdf(#[from] PdfError),
    /// A text that does not fit even at the smallest size that can be read.
    #[error("the {what} is too long for a certificate: {text:?}")]
    TooLong { what: &'static str, text: String },
    /// The logo that `alt` describes cannot be used.
    #[error("the logo {alt:?} cannot be used: {why}")]
    Logo { alt: String, why: String },
    #[error("a template without English text")]
    NoText,
}

/// Makes the PDF of a certificate. `verification_code` comes in its groups (`BCDFG-HJKMN-…`) and is printed as it is;
/// the QR code holds `record.verify_at` followed by it. A `language` that the template lacks gets English.
pub fn render(
    record: &Record,
    verification_code: &str,
    template: &Template,
    language: &str,
) -> Result<Vec<u8>, RenderError> {
    let document = page::lay_out(record, verification_code, template, language)?;
    Ok(pdf::to_bytes(&document)?)
}

/// Whether [`render`] will succeed: every character can be drawn, everything fits, logos can be read. Called before
/// anything is issued; takes a fraction of the time of rendering. The code, which is ours, is not needed for it.
pub fn check(record: &Record, template: &Template, language: &str) -> Result<(), RenderError> {
    page::lay_out(record, "BBBBB-BBBBB-BBBBB-BBBBB-BBBBB-BBBBB", template, language).map(drop)
}

/// A cohort's certificates share their logos: each is decoded once. By the SHA-256 of the file.
static LOGOS: LazyLock<Mutex<HashMap<String, Arc<Image>>>> = LazyLock::new(Mutex::default);
const MOST_LOGOS: usize = 32;

/// A record's logo, ready to be drawn.
pub(super) fn logo(logo: &Logo) -> Result<Arc<Image>, RenderError> {
    let mut logos = LOGOS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(image) = logos.get(&logo.sha256) {
        return Ok(Arc::clone(image));
    }
    let refused = |why: String| RenderError::Logo { alt: logo.alt.clone(), why };
    let image = Arc::new(Image::read(&logo.image).map_err(|error| refused(error.to_string()))?);
    if logos.len() >= MOST_LOGOS {
        logos.clear();
    }
    logos.insert(logo.sha256.clone(), Arc::clone(&image));
    Ok(image)
}
