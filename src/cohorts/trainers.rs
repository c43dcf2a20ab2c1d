//! Who teaches a cohort.

use chrono::NaiveDateTime;
use diesel::Queryable;
use serde_json::json;

use super::store;
use crate::access::Role;
use crate::identity::roles_of_text;
use crate::identity::service::members;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, CohortId, OrganisationId};

/// Somebody who teaches a cohort.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Trainer {
    pub account: AccountId,
    pub name: String,
    pub email: String,
}

/// Everybody who teaches the cohort, in the order of their accounts.
pub fn of_cohort(conn: &mut DbConn, organisation: OrganisationId, cohort: CohortId) -> Result<Vec<Trainer>> {
    store::trainers(conn, organisation, cohort)
}

/// Whether the account teaches the cohort.
pub fn teaches(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    account: AccountId,
) -> Result<bool> {
    store::teaches(conn, organisation, cohort, account)
}

/// Lets a member teach the cohort; somebody who does already goes on. [`Error::NotFound`] where the account is no
/// member of the organisation; refused where it is no trainer, and would see nothing of the cohort.
pub fn add(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    account: AccountId,
    now: NaiveDateTime,
) -> Result<()> {
    let member = members::member(conn, organisation, account)?;
    if !roles_of_text(&member.roles)?.contains(&Role::Trainer) {
        let detail = "This member is no trainer: give them the role first.";
        return Err(Error::refused("not-a-trainer", detail, json!({ "account": account })));
    }
    store::insert_trainer(conn, organisation, cohort, account, now)
}

/// Ends somebody's teaching of the cohort; [`Error::NotFound`] where they do not teach it.
pub fn remove(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    account: AccountId,
) -> Result<()> {
    let taught = store::delete_trainer(conn, organisation, cohort, account)?;
    if taught { Ok(()) } else { Err(Error::not_found("trainer")) }
}
