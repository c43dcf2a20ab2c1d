//! Queries of invitations.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::platform::db::DbConn;
use crate::platform::db::schema::{founding_invitations, invitations, people};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, InvitationId, OrganisationId, PersonId};

/// A new invitation.
#[derive(Insertable)]
#[diesel(table_name = invitations)]
pub struct NewInvitation<'a> {
    pub organisation_id: OrganisationId,
    pub email: &'a str,
    pub roles: &'a str,
    pub names: bool,
    pub person_id: Option<PersonId>,
    pub language: &'a str,
    pub sha256: &'a [u8],
    pub invited_by: Option<AccountId>,
    pub created_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
}

pub fn insert(conn: &mut DbConn, new: &NewInvitation<'_>) -> Result<InvitationId> {
    Ok(diesel::insert_into(invitations::table).values(new).returning(invitations::id).get_result(conn)?)
}

/// An invitation as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Invitation {
    pub id: InvitationId,
    pub email: String,
    pub roles: String,
    pub names: bool,
    pub employee_id: Option<String>,
    pub created_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
}

/// Which of an organisation's invitations.
#[derive(Clone, Copy, Debug)]
pub enum Invitations {
    Page { after: Option<InvitationId>, limit: i64 },
    One(InvitationId),
}

/// Invitations that can still be taken, in the order of their making.
pub fn open(
    conn: &mut DbConn,
    organisation: OrganisationId,
    which: Invitations,
    now: NaiveDateTime,
) -> Result<Vec<Invitation>> {
    let mut query = invitations::table
        .left_join(
            people::table.on(people::organisation_id
                .eq(invitations::organisation_id)
                .and(people::id.nullable().eq(invitations::person_id))),
        )
        .filter(invitations::organisation_id.eq(organisation))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::expires_at.gt(now))
        .order(invitations::id)
        .select((
            invitations::id,
            invitations::email,
            invitations::roles,
            invitations::names,
            people::employee_id.nullable(),
            invitations::created_at,
            invitations::expires_at,
        ))
        .into_boxed();
    query = match which {
        Invitations::Page { after, limit } => {
            query.filter(invitations::id.gt(after.unwrap_or(InvitationId(0)))).limit(limit)
        }
        Invitations::One(id) => query.filter(invitations::id.eq(id)),
    };
    Ok(query.load(conn)?)
}

/// Marks an invitation as taken; says whether it could be until now, which only one of two that race is told.
pub fn take(
    conn: &mut DbConn,
    organisation: OrganisationId,
    id: InvitationId,
    now: NaiveDateTime,
) -> Result<bool> {
    let open = invitations::table
        .filter(invitations::organisation_id.eq(organisation))
        .filter(invitations::id.eq(id))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null());
    Ok(diesel::update(open).set(invitations::used_at.eq(now)).execute(conn)? == 1)
}

/// Takes an invitation back; says whether it could still be taken.
pub fn revoke(
    conn: &mut DbConn,
    organisation: OrganisationId,
    id: InvitationId,
    now: NaiveDateTime,
) -> Result<bool> {
    let open = invitations::table
        .filter(invitations::organisation_id.eq(organisation))
        .filter(invitations::id.eq(id))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null());
    Ok(diesel::update(open).set(invitations::revoked_at.eq(now)).execute(conn)? == 1)
}

/// Whether a founding invitation was ever made.
pub fn any_founding(conn: &mut DbConn) -> Result<bool> {
    let found = founding_invitations::table.select(founding_invitations::id).limit(1);
    Ok(!found.load::<i64>(conn)?.is_empty())
}

pub fn insert_founding(
    conn: &mut DbConn,
    sha256: &[u8; 32],
    now: NaiveDateTime,
    expires_at: NaiveDateTime,
) -> Result<()> {
    diesel::insert_into(founding_invitations::table)
        .values((
            founding_invitations::sha256.eq(sha256.as_slice()),
            founding_invitations::created_at.eq(now),
            founding_invitations::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Marks a founding invitation as taken; says whether it could be until now.
pub fn take_founding(conn: &mut DbConn, id: i64, now: NaiveDateTime) -> Result<bool> {
    let open = founding_invitations::table
        .filter(founding_invitations::id.eq(id))
        .filter(founding_invitations::used_at.is_null());
    Ok(diesel::update(open).set(founding_invitations::used_at.eq(now)).execute(conn)? == 1)
}

/// Of two first starts at once, one makes the invitation. SQLite's writers take turns anyway.
pub fn lock_founding(conn: &mut DbConn) -> Result<()> {
    if let DbConn::Postgres(c) = conn {
        diesel::sql_query("LOCK TABLE founding_invitations IN EXCLUSIVE MODE").execute(c)?;
    }
    Ok(())
}

/// Forgets invitations of an organisation that were over before this moment.
pub fn forget(conn: &mut DbConn, organisation: OrganisationId, before: NaiveDateTime) -> Result<()> {
    diesel::delete(invitations::table)
        .filter(invitations::organisation_id.eq(organisation))
        .filter(invitations::expires_at.lt(before))
        .execute(conn)?;
    Ok(())
}

/// Forgets founding invitations that were over before this moment, but the newest: that there was one keeps a later start
/// from printing another.
pub fn forget_founding(conn: &mut DbConn, before: NaiveDateTime) -> Result<()> {
    let newest: Option<i64> =
        founding_invitations::table.select(diesel::dsl::max(founding_invitations::id)).first(conn)?;
    diesel::delete(founding_invitations::table)
        .filter(founding_invitations::expires_at.lt(before))
        .filter(founding_invitations::id.ne(newest.unwrap_or_default()))
        .execute(conn)?;
    Ok(())
}
