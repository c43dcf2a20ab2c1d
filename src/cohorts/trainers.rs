//! Who teaches a cohort.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

use crate::access::Role;
use crate::identity::roles_of_text;
use crate::on_backend;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{accounts, cohort_trainers, memberships};
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
    Ok(cohort_trainers::table
        .inner_join(accounts::table.on(accounts::id.eq(cohort_trainers::account_id)))
        .filter(cohort_trainers::organisation_id.eq(organisation))
        .filter(cohort_trainers::cohort_id.eq(cohort))
        .order(accounts::id)
        .select((accounts::id, accounts::name, accounts::email))
        .load(conn)?)
}

/// Whether the account teaches the cohort.
pub fn teaches(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    account: AccountId,
) -> Result<bool> {
    let found: i64 = cohort_trainers::table
        .filter(cohort_trainers::organisation_id.eq(organisation))
        .filter(cohort_trainers::cohort_id.eq(cohort))
        .filter(cohort_trainers::account_id.eq(account))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
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
    let roles: Option<String> = memberships::table
        .filter(memberships::organisation_id.eq(organisation))
        .filter(memberships::account_id.eq(account))
        .select(memberships::roles)
        .first(conn)
        .optional()?;
    let roles = roles.ok_or_else(|| Error::not_found("account"))?;
    if !roles_of_text(&roles)?.contains(&Role::Trainer) {
        let detail = "This member is no trainer: give them the role first.";
        return Err(Error::refused("not-a-trainer", detail, json!({ "account": account })));
    }
    on_backend!(conn, c => diesel::insert_into(cohort_trainers::table)
        .values((
            cohort_trainers::organisation_id.eq(organisation),
            cohort_trainers::cohort_id.eq(cohort),
            cohort_trainers::account_id.eq(account),
            cohort_trainers::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Ends somebody's teaching of the cohort; [`Error::NotFound`] where they do not teach it.
pub fn remove(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    account: AccountId,
) -> Result<()> {
    let removed = diesel::delete(cohort_trainers::table)
        .filter(cohort_trainers::organisation_id.eq(organisation))
        .filter(cohort_trainers::cohort_id.eq(cohort))
        .filter(cohort_trainers::account_id.eq(account))
        .execute(conn)?;
    if removed == 0 { Err(Error::not_found("trainer")) } else { Ok(()) }
}
