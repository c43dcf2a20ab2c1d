//! Queries of sessions' materials and of who gives them.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::cohorts::materials::{Material, NewMaterial, NewSessionTrainer, SessionTrainer};
use crate::insert_many;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{accounts, materials, session_trainers};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, MaterialId, OrganisationId, SessionId};

/// The materials of some sessions, in the order in which they were added.
pub fn materials(
    conn: &mut DbConn,
    organisation: OrganisationId,
    sessions: &[SessionId],
) -> Result<Vec<Material>> {
    Ok(materials::table
        .filter(materials::organisation_id.eq(organisation))
        .filter(materials::session_id.eq_any(sessions))
        .order(materials::id)
        .select(Material::as_select())
        .load(conn)?)
}

pub fn insert_material(
    conn: &mut DbConn,
    organisation: OrganisationId,
    session: SessionId,
    new: &NewMaterial,
    now: NaiveDateTime,
) -> Result<MaterialId> {
    Ok(diesel::insert_into(materials::table)
        .values((
            materials::organisation_id.eq(organisation),
            materials::session_id.eq(session),
            materials::kind.eq(new.kind.as_str()),
            materials::title.eq(&new.title),
            materials::url.eq(&new.url),
            materials::language.eq(&new.language),
            materials::available.eq(new.available.as_str()),
            materials::created_at.eq(now),
        ))
        .returning(materials::id)
        .get_result(conn)?)
}

/// Says whether there was such a material.
pub fn delete_material(
    conn: &mut DbConn,
    organisation: OrganisationId,
    session: SessionId,
    id: MaterialId,
) -> Result<bool> {
    let deleted = diesel::delete(materials::table)
        .filter(materials::organisation_id.eq(organisation))
        .filter(materials::session_id.eq(session))
        .filter(materials::id.eq(id))
        .execute(conn)?;
    Ok(deleted > 0)
}

/// Who gives some sessions and who learns to, in the order in which they were named.
pub fn session_trainers(
    conn: &mut DbConn,
    organisation: OrganisationId,
    sessions: &[SessionId],
) -> Result<Vec<(SessionId, SessionTrainer)>> {
    Ok(session_trainers::table
        .inner_join(accounts::table.on(accounts::id.eq(session_trainers::account_id)))
        .filter(session_trainers::organisation_id.eq(organisation))
        .filter(session_trainers::session_id.eq_any(sessions.to_vec()))
        .order(session_trainers::id)
        .select((
            session_trainers::session_id,
            (accounts::id, accounts::name, accounts::email, session_trainers::part, session_trainers::note),
        ))
        .load(conn)?)
}

#[derive(Insertable)]
#[diesel(table_name = session_trainers)]
struct SessionTrainerRow<'a> {
    organisation_id: OrganisationId,
    session_id: SessionId,
    account_id: AccountId,
    part: &'a str,
    note: &'a str,
    created_at: NaiveDateTime,
}

/// Makes these who give a session.
pub fn put_session_trainers(
    conn: &mut DbConn,
    organisation: OrganisationId,
    session: SessionId,
    trainers: &[NewSessionTrainer],
    now: NaiveDateTime,
) -> Result<()> {
    diesel::delete(session_trainers::table)
        .filter(session_trainers::organisation_id.eq(organisation))
        .filter(session_trainers::session_id.eq(session))
        .execute(conn)?;
    let row = |new: &NewSessionTrainer| (new.account, new.part.as_str(), new.note.clone());
    let rows: Vec<(AccountId, &str, String)> = trainers.iter().map(row).collect();
    let rows: Vec<SessionTrainerRow<'_>> = rows
        .iter()
        .map(|(account, part, note)| SessionTrainerRow {
            organisation_id: organisation,
            session_id: session,
            account_id: *account,
            part,
            note,
            created_at: now,
        })
        .collect();
    Ok(insert_many!(conn, session_trainers::table, rows, 6)?)
}
