//! Logos: what an organisation's cohorts print on certificates. An image is kept once, by the SHA-256 of its bytes, for as
//! long as there is an organisation: a document that was issued may show it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDateTime;
use serde_json::json;

use super::rules::LONGEST_NAME;
use super::store::{self, images as kept};
use super::{Logo, images, service};
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};
use crate::platform::ids::OrganisationId;
use crate::platform::pdf::layout::Image;
use crate::platform::text::tidy;

/// What finds room beside each other on a certificate.
pub const MOST: usize = 4;

/// A logo from an uploaded file and a text that says what it shows.
///
/// # Errors
/// The file is no image that a certificate can print, the text is missing or too long.
pub fn read(file: &str, bytes: Vec<u8>, alt: &str) -> Result<Logo, Faults> {
    let mut faults = Faults::default();
    let alt = tidy(alt);
    match alt.chars().count() {
        0 => {
            let message = "say what the logo shows, for those who do not see it";
            faults.push(Fault::new("missing-value", message).in_field("alt"));
        }
        n if n > LONGEST_NAME => {
            let message = format!("is longer than {LONGEST_NAME} characters");
            faults.push(Fault::new("too-long", message).in_field("alt"));
        }
        _ => {}
    }
    // Its first bytes say what it is; whether it can be printed, only unpacking it tells.
    let printable = images::check(file, &bytes).and_then(|_| {
        let unusable =
            |error| Fault::new("not-an-image", format!("the logo cannot be used: {error}")).in_file(file);
        Image::read(&bytes).map_err(unusable)
    });
    faults.keep(printable.map_err(Faults::from));
    faults.into_result(Logo::new(alt, bytes))
}

/// Adds a logo behind those that the organisation has.
pub fn add(conn: &mut DbConn, organisation: OrganisationId, logo: &Logo, now: NaiveDateTime) -> Result<()> {
    store::lock(conn, organisation)?;
    let (organisation, mut settings) = service::with_settings(conn, organisation)?;
    if settings.logos.iter().any(|known| known.sha256 == logo.sha256) {
        let detail = "the organisation has this logo already";
        return Err(Error::refused("logo-exists", detail, json!({ "sha256": logo.sha256 })));
    }
    if settings.logos.len() >= MOST {
        let detail = format!("a certificate has room for {MOST} logos; remove one first");
        return Err(Error::refused("too-many-logos", detail, json!({ "most": MOST })));
    }
    settings.logos.push(logo.clone());
    keep(conn, organisation.id, &settings.logos, now)?;
    service::put(conn, &organisation, &settings)
}

/// Takes a logo away from the organisation. Cohorts and documents that have it keep it.
pub fn remove(conn: &mut DbConn, organisation: OrganisationId, sha256: &str) -> Result<()> {
    store::lock(conn, organisation)?;
    let (organisation, mut settings) = service::with_settings(conn, organisation)?;
    let before = settings.logos.len();
    settings.logos.retain(|logo| logo.sha256 != sha256);
    if settings.logos.len() == before {
        return Err(Error::not_found("logo"));
    }
    service::put(conn, &organisation, &settings)
}

/// A logo of the organisation with its image, or [`Error::NotFound`].
pub fn logo(conn: &mut DbConn, organisation: OrganisationId, sha256: &str) -> Result<Logo> {
    let logos = service::settings(conn, organisation)?.logos;
    let found = logos.into_iter().find(|logo| logo.sha256 == sha256);
    let mut logo = found.ok_or_else(|| Error::not_found("logo"))?;
    fill(conn, organisation, std::iter::once(&mut logo))?;
    Ok(logo)
}

/// Keeps the images of logos.
pub fn keep(
    conn: &mut DbConn,
    organisation: OrganisationId,
    logos: &[Logo],
    now: NaiveDateTime,
) -> Result<()> {
    // One that was read from JSON has no image with it, and is kept already.
    let mut with_image = logos.iter().filter(|logo| !logo.image.is_empty());
    with_image.try_for_each(|logo| kept::keep(conn, organisation, &logo.sha256, &logo.image, now))
}

/// Gives logos that were read from JSON their images back, each loaded once.
pub fn fill<'a>(
    conn: &mut DbConn,
    organisation: OrganisationId,
    logos: impl Iterator<Item = &'a mut Logo>,
) -> Result<()> {
    let logos: Vec<&mut Logo> = logos.collect();
    let wanted: BTreeSet<String> = logos.iter().map(|logo| logo.sha256.clone()).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let images = kept::find(conn, organisation, &wanted.into_iter().collect::<Vec<_>>())?;
    for logo in logos {
        let image = images.get(&logo.sha256).ok_or_else(|| Error::internal("an image went missing"))?;
        logo.image = Arc::clone(image);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARMS: &[u8] = include_bytes!("../../tests/data/logos/arms.png");

    fn codes(file: &str, bytes: &[u8], alt: &str) -> Vec<&'static str> {
        read(file, bytes.to_vec(), alt).unwrap_err().0.iter().map(|fault| fault.code).collect()
    }

    #[test]
    fn a_logo_is_an_image_that_can_be_printed_and_says_what_it_shows() {
        let logo = read("arms.png", ARMS.to_vec(), " Stema  e bashkisë ").unwrap();
        assert_eq!((logo.alt.as_str(), logo.sha256.len(), &*logo.image), ("Stema e bashkisë", 64, ARMS));
        let partner = include_bytes!("../../tests/data/logos/partner.jpg");
        assert!(read("partner.jpg", partner.to_vec(), "A partner").is_ok());
        assert_eq!(codes("a.svg", b"<svg/>", "\u{200b}"), ["missing-value", "not-an-image"]);
        assert_eq!(codes("arms.png", ARMS, &"x".repeat(201)), ["too-long"]);
        // It begins as an image does, and breaks off.
        assert_eq!(codes("arms.png", &ARMS[..ARMS.len() / 2], "Arms"), ["not-an-image"]);
        assert_eq!(codes("big.png", &vec![0; images::MOST_BYTES + 1], "Arms"), ["too-large"]);
    }
}
