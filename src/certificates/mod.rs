//! Certificates: documents of record.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::catalogue::{ByLanguage, Level};
pub use crate::cohorts::Signatory;
pub use crate::organisations::Logo;
use crate::platform::db::schema::{certificates, people};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{CertificateId, CohortId, PersonId};

pub mod api;
mod design;
mod page;
pub mod render;
pub mod renditions;
pub mod rules;
pub mod service;
mod store;
pub mod template;
pub mod templates;

/// An issued document of record.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = certificates)]
pub struct Certificate {
    pub id: CertificateId,
    pub cohort_id: CohortId,
    pub person_id: PersonId,
    #[diesel(select_expression = people::employee_id)]
    pub employee_id: String,
    #[diesel(select_expression = people::email)]
    pub email: String,
    #[diesel(deserialize_as = String)]
    pub level: Level,
    pub edition: i32,
    pub serial: String,
    #[diesel(deserialize_as = String)]
    pub status: Status,
    pub status_reason: Option<String>,
    /// JSON of [`Record`].
    pub record: String,
    pub issued_at: NaiveDateTime,
}

impl Certificate {
    /// What the document says.
    pub fn record(&self) -> Result<Record> {
        serde_json::from_str(&self.record).map_err(Error::internal)
    }
}

/// Whether a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = CertificateStatus)]
pub enum Status {
    Valid,
    /// A higher level or a later edition took its place.
    Superseded,
    Revoked,
}

impl Status {
    /// The word in files, the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Valid => "valid",
            Status::Superseded => "superseded",
            Status::Revoked => "revoked",
        }
    }
}

impl TryFrom<String> for Status {
    type Error = Error;

    fn try_from(word: String) -> Result<Self> {
        [Status::Valid, Status::Superseded, Status::Revoked]
            .into_iter()
            .find(|status| status.as_str() == word)
            .ok_or_else(|| Error::internal(format!("a certificate's status is {word:?}")))
    }
}

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

#[cfg(test)]
mod tests;
