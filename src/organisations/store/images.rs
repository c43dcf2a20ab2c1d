//! Queries of images.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::on_backend;
use crate::platform::db::DbConn;
use crate::platform::db::schema::images;
use crate::platform::error::Result;
use crate::platform::ids::OrganisationId;

/// Keeps an image, unless it is kept already.
pub fn keep(
    conn: &mut DbConn,
    organisation: OrganisationId,
    sha256: &str,
    bytes: &[u8],
    now: NaiveDateTime,
) -> Result<()> {
    on_backend!(conn, c => diesel::insert_into(images::table)
        .values((
            images::organisation_id.eq(organisation),
            images::sha256.eq(sha256),
            images::bytes.eq(bytes),
            images::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Kept images, by the hexadecimal digits of their SHA-256.
pub fn find(
    conn: &mut DbConn,
    organisation: OrganisationId,
    sha256: &[String],
) -> Result<HashMap<String, Arc<[u8]>>> {
    let rows: Vec<(String, Vec<u8>)> = images::table
        .filter(images::organisation_id.eq(organisation))
        .filter(images::sha256.eq_any(sha256.to_vec()))
        .select((images::sha256, images::bytes))
        .load(conn)?;
    Ok(rows.into_iter().map(|(sha256, bytes)| (sha256, bytes.into())).collect())
}
