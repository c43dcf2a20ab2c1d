//! Queries of adopted modules.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::on_backend;
use crate::platform::db::DbConn;
use crate::platform::db::schema::adopted_modules;
use crate::platform::error::Result;
use crate::platform::ids::OrganisationId;

/// A module that an organisation has adopted.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = adopted_modules)]
pub struct AdoptedRow {
    pub code: String,
    pub source_version: i32,
    /// JSON by language.
    pub texts: String,
    pub adopted_at: NaiveDateTime,
    pub changed_at: NaiveDateTime,
}

/// Those of these modules that the organisation has adopted.
pub fn adopted(conn: &mut DbConn, organisation: OrganisationId, codes: &[&str]) -> Result<Vec<AdoptedRow>> {
    Ok(adopted_modules::table
        .filter(adopted_modules::organisation_id.eq(organisation))
        .filter(adopted_modules::code.eq_any(codes))
        .select(AdoptedRow::as_select())
        .load(conn)?)
}

/// Stores an adoption; when it was adopted stays what it was.
pub fn put(
    conn: &mut DbConn,
    organisation: OrganisationId,
    code: &str,
    source_version: i32,
    texts: &str,
    now: NaiveDateTime,
) -> Result<()> {
    let new = (
        adopted_modules::organisation_id.eq(organisation),
        adopted_modules::code.eq(code),
        adopted_modules::source_version.eq(source_version),
        adopted_modules::texts.eq(texts),
        adopted_modules::adopted_at.eq(now),
        adopted_modules::changed_at.eq(now),
    );
    let change = (
        adopted_modules::source_version.eq(source_version),
        adopted_modules::texts.eq(texts),
        adopted_modules::changed_at.eq(now),
    );
    on_backend!(conn, c => diesel::insert_into(adopted_modules::table)
        .values(new)
        .on_conflict((adopted_modules::organisation_id, adopted_modules::code))
        .do_update()
        .set(change)
        .execute(c))?;
    Ok(())
}

/// Removes an adoption; says whether there was one.
pub fn delete(conn: &mut DbConn, organisation: OrganisationId, code: &str) -> Result<bool> {
    let deleted = diesel::delete(adopted_modules::table)
        .filter(adopted_modules::organisation_id.eq(organisation))
        .filter(adopted_modules::code.eq(code))
        .execute(conn)?;
    Ok(deleted == 1)
}
