//! Organisations, their departments, and the people of their roster. An organisation is the tenant: nothing is read
//! across it.

use std::sync::Arc;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::access::Access;
use crate::platform::db::schema::{self, organisations, people};
use crate::platform::ids::{DepartmentId, OrganisationId, PersonId};
pub use roster::RosterEntry;

pub mod api;
pub mod bounces;
pub mod departments;
pub mod images;
pub mod jobs;
pub mod logos;
pub mod roster;
pub mod rules;
pub mod service;
mod store;

/// A city administration.
#[derive(Clone, Debug, PartialEq, Serialize, Queryable, Selectable)]
#[diesel(table_name = organisations)]
pub struct Organisation {
    #[serde(skip)]
    pub id: OrganisationId,
    /// Capital letters and digits: `TIRANA`. In addresses, and in the serials of certificates.
    pub code: String,
    pub name: String,
}

impl Organisation {
    /// The organisation in which a caller was let on.
    pub fn of<P>(access: &Access<P>) -> Organisation {
        let Access { organisation: id, code, organisation_name: name, .. } = access;
        Organisation { id: *id, code: code.clone(), name: name.clone() }
    }
}

/// What an organisation has settled for itself. What it has not settled yet has its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrganisationSettings {
    /// BCP 47 tags of the languages of its pages, mails and documents; the first is the default. Never empty.
    pub languages: Vec<String>,
    /// Where its clocks are.
    pub zone: Tz,
    /// The address that its mails come from; the installation's where absent.
    pub sender: Option<String>,
    /// What its cohorts print on certificates, at most [`logos::MOST`].
    pub logos: Vec<Logo>,
    pub retention: Retention,
    /// Who decides why and how personal data are processed (GDPR, article 4(7)). In the organisation's own words, as are the
    /// two below; empty until it has said so.
    pub controller: String,
    /// Whom people ask about their data (GDPR, article 13(1)(b)).
    pub data_protection_contact: String,
    /// On what ground and for what purpose the data are processed (GDPR, article 13(1)(c)).
    pub legal_ground: String,
}

impl Default for OrganisationSettings {
    fn default() -> Self {
        OrganisationSettings {
            languages: vec!["en".to_owned()],
            zone: Tz::UTC,
            sender: None,
            logos: Vec::new(),
            retention: Retention::default(),
            controller: String::new(),
            data_protection_contact: String::new(),
            legal_ground: String::new(),
        }
    }
}

impl OrganisationSettings {
    /// The language in which it speaks to somebody whose own it does not know.
    pub fn language(&self) -> &str {
        self.languages.first().map_or("en", String::as_str)
    }
}

/// How long an organisation keeps what it does not need for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    /// Days from the confirmation of a session's attendance until its files, their intervals and the strangers in them
    /// go; minutes and results stay. From 1 to 3650.
    pub raw_attendance_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Retention { raw_attendance_days: 90 }
    }
}

/// Name and settings as an administrator asks for them; [`rules::settled`] checks them. Logos are added one by one.
#[derive(Clone, Debug, PartialEq)]
pub struct OrganisationChange {
    pub name: String,
    pub languages: Vec<String>,
    /// IANA name.
    pub zone: String,
    pub sender: Option<String>,
    pub retention: Retention,
    pub controller: String,
    pub data_protection_contact: String,
    pub legal_ground: String,
}

/// An image and what it shows, for those who do not see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logo {
    pub alt: String,
    /// Of the file's bytes, in hexadecimal digits. Whatever shows the image refers to it; it is stored once.
    pub sha256: String,
    /// A PNG or JPEG file. Not part of the JSON; [`logos::fill`] brings it back.
    #[serde(skip)]
    pub image: Arc<[u8]>,
}

impl Logo {
    pub fn new(alt: String, image: Vec<u8>) -> Logo {
        let sha256 = Sha256::digest(&image).iter().map(|byte| format!("{byte:02x}")).collect();
        Logo { alt, sha256, image: image.into() }
    }
}

/// A unit of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = schema::departments)]
pub struct Department {
    pub id: DepartmentId,
    /// Unique in the organisation: a roster names departments.
    pub name: String,
    /// What it is a unit of: a directorate.
    #[diesel(column_name = parent_id)]
    pub parent: Option<DepartmentId>,
}

/// A department's name and parent as an administrator asks for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepartmentChange {
    pub name: String,
    pub parent: Option<DepartmentId>,
}

/// An entry of the roster.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = people)]
pub struct Person {
    pub id: PersonId,
    pub employee_id: String,
    pub name: String,
    pub email: String,
    pub department_id: DepartmentId,
    #[diesel(select_expression = schema::departments::name)]
    pub department: String,
    /// When a mail server last refused the address for good, where no mail has reached it since.
    pub email_bounced_at: Option<NaiveDateTime>,
    /// With which codes: `550 5.1.1`.
    pub email_bounce: Option<String>,
}

impl Person {
    /// Whether the roster says the same of the person as the database.
    fn is(&self, entry: &RosterEntry) -> bool {
        self.employee_id == entry.employee_id
            && self.name == entry.name
            && self.email == entry.email
            && self.department == entry.department
    }
}
