//! Organisations, their departments, and the people of their roster. An organisation is the tenant: nothing is read
//! across it.

use diesel::prelude::*;
use serde::Serialize;

use crate::access::Access;
use crate::platform::db::schema::{departments, organisations, people};
use crate::platform::ids::{DepartmentId, OrganisationId, PersonId};
pub use roster::RosterEntry;

pub mod api;
pub mod roster;
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

/// An entry of the roster.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = people)]
pub struct Person {
    pub id: PersonId,
    pub employee_id: String,
    pub name: String,
    pub email: String,
    pub department_id: DepartmentId,
    #[diesel(select_expression = departments::name)]
    pub department: String,
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
