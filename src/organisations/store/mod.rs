//! Queries of organisations; those of their departments, people and images are in the files beside.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::Organisation;
use crate::on_backend;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{memberships, organisations};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, OrganisationId};

pub mod departments;
pub mod images;
pub mod people;

/// The organisation with this code.
pub fn organisation_by_code(conn: &mut DbConn, code: &str) -> Result<Option<Organisation>> {
    Ok(organisations::table
        .filter(organisations::code.eq(code))
        .select(Organisation::as_select())
        .first(conn)
        .optional()?)
}

/// Organisations in the order of their codes, after `after`: those that an account belongs to, within its scope, or all.
pub fn organisations_page(
    conn: &mut DbConn,
    of: Option<AccountId>,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Organisation>> {
    let mut query = organisations::table
        .select(Organisation::as_select())
        .order(organisations::code)
        .limit(limit)
        .into_boxed();
    if let Some(account) = of {
        let own = memberships::table
            .filter(memberships::account_id.eq(account))
            .select(memberships::organisation_id);
        query = query.filter(organisations::id.eq_any(own));
    }
    if let Some(after) = after {
        query = query.filter(organisations::code.gt(after.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// Makes the organisation, unless its code is taken; says whether it was made.
pub fn insert_organisation(conn: &mut DbConn, code: &str, name: &str, now: NaiveDateTime) -> Result<bool> {
    let made = on_backend!(conn, c => diesel::insert_into(organisations::table)
        .values((organisations::code.eq(code), organisations::name.eq(name), organisations::created_at.eq(now)))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(made == 1)
}

/// Holds other writers of this organisation's settings, departments, roster and members back until the transaction ends.
/// SQLite's take turns anyway.
pub fn lock(conn: &mut DbConn, organisation: OrganisationId) -> Result<()> {
    if let DbConn::Postgres(c) = conn {
        organisations::table
            .filter(organisations::id.eq(organisation))
            .select(organisations::id)
            .for_no_key_update()
            .execute(c)?;
    }
    Ok(())
}

/// The organisation and its settings, as JSON.
pub fn with_settings(conn: &mut DbConn, id: OrganisationId) -> Result<Option<(Organisation, String)>> {
    Ok(organisations::table
        .filter(organisations::id.eq(id))
        .select((Organisation::as_select(), organisations::settings))
        .first(conn)
        .optional()?)
}

/// Brings the organisation's name and settings up to date.
pub fn update(conn: &mut DbConn, id: OrganisationId, name: &str, settings: &str) -> Result<()> {
    diesel::update(organisations::table)
        .filter(organisations::id.eq(id))
        .set((organisations::name.eq(name), organisations::settings.eq(settings)))
        .execute(conn)?;
    Ok(())
}

/// Every organisation there is.
pub fn ids(conn: &mut DbConn) -> Result<Vec<OrganisationId>> {
    Ok(organisations::table.order(organisations::id).select(organisations::id).load(conn)?)
}
