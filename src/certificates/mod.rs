//! Certificates: documents of record.

mod design;
mod page;
pub mod render;
pub mod template;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::catalogue::{ByLanguage, Level};

/// Everything that a certificate says, frozen when it is issued: a later change of a name, a logo or a title changes
/// no issued document. A rendition is made from this and a template, and from nothing else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Unique for good, such as `TIRANA-2023-7KM4QXWB`.
    pub serial: String,
    /// The person's name as the roster had it.
    pub name: String,
    pub level: Level,
    pub organisation: String,
    pub programme: ByLanguage<String>,
    /// How many modules the programme has ("attended 3 of **4** modules").
    pub modules_in_programme: u32,
    /// The attended ones, in the programme's order.
    pub modules: Vec<RecordedModule>,
    /// Where it was issued; empty where the cohort names no place.
    pub place: String,
    /// In the zone of the cohort's last session.
    pub issued_on: NaiveDate,
    pub signatories: Vec<Signatory>,
    /// PNG or JPEG files, drawn in this order; where empty, the organisation's name stands in their place.
    pub logos: Vec<Logo>,
    /// The address of the verify page without the code, such as `https://academy.example/verify/`; where absent,
    /// neither address nor QR code is printed.
    pub verify_at: Option<String>,
}

/// A module as the certificate names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedModule {
    pub code: String,
    pub titles: ByLanguage<String>,
    /// The day of the session attended, in that session's zone.
    pub date: NaiveDate,
    /// The scheduled length of that session.
    pub minutes: u32,
}

/// Who signs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signatory {
    pub name: String,
    pub title: String,
}

/// An image and what it shows, for those who do not see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logo {
    pub alt: String,
    /// The file's bytes, in base64.
    pub image: String,
}

#[cfg(test)]
mod tests;
