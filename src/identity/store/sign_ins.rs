//! Queries of sign-ins and their refresh tokens.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::identity::{EndedBy, SignIn};
use crate::platform::db::DbConn;
use crate::platform::db::schema::{refresh_tokens, sign_ins};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, SignInId};

/// What a new sign-in starts with.
#[derive(Insertable)]
#[diesel(table_name = sign_ins)]
pub struct NewSignIn<'a> {
    pub account_id: AccountId,
    pub kind: &'a str,
    pub client: &'a str,
    pub secret_sha256: Option<&'a [u8]>,
    pub created_at: NaiveDateTime,
    pub last_used_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
}

pub fn insert_sign_in(conn: &mut DbConn, new: &NewSignIn<'_>) -> Result<SignInId> {
    Ok(diesel::insert_into(sign_ins::table).values(new).returning(sign_ins::id).get_result(conn)?)
}

pub fn insert_refresh_token(
    conn: &mut DbConn,
    sign_in: SignInId,
    sha256: &[u8; 32],
    now: NaiveDateTime,
    expires_at: NaiveDateTime,
) -> Result<()> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::sign_in_id.eq(sign_in),
            refresh_tokens::sha256.eq(sha256.as_slice()),
            refresh_tokens::created_at.eq(now),
            refresh_tokens::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Marks a refresh token as used; says whether it was unused until now, which only one of two that race is told.
pub fn use_refresh_token(conn: &mut DbConn, id: i64, now: NaiveDateTime) -> Result<bool> {
    let unused =
        refresh_tokens::table.filter(refresh_tokens::id.eq(id)).filter(refresh_tokens::used_at.is_null());
    Ok(diesel::update(unused).set(refresh_tokens::used_at.eq(now)).execute(conn)? == 1)
}

pub fn touch_sign_in(conn: &mut DbConn, id: SignInId, now: NaiveDateTime) -> Result<()> {
    diesel::update(sign_ins::table.filter(sign_ins::id.eq(id)))
        .set(sign_ins::last_used_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// The sign-ins of an account that stand, the newest first.
pub fn sign_ins_of(conn: &mut DbConn, account: AccountId, now: NaiveDateTime) -> Result<Vec<SignIn>> {
    Ok(sign_ins::table
        .filter(sign_ins::account_id.eq(account))
        .filter(sign_ins::ended_at.is_null())
        .filter(sign_ins::expires_at.gt(now))
        .order(sign_ins::id.desc())
        .select(SignIn::as_select())
        .load(conn)?)
}

/// Ends one sign-in of an account; says whether there was one that stood.
pub fn end_sign_in(
    conn: &mut DbConn,
    account: AccountId,
    id: SignInId,
    by: EndedBy,
    now: NaiveDateTime,
) -> Result<bool> {
    let standing = sign_ins::table
        .filter(sign_ins::account_id.eq(account))
        .filter(sign_ins::id.eq(id))
        .filter(sign_ins::ended_at.is_null());
    let ended = diesel::update(standing)
        .set((sign_ins::ended_at.eq(now), sign_ins::ended_by.eq(by.as_str())))
        .execute(conn)?;
    Ok(ended == 1)
}

/// Ends all sign-ins of an account but `keep`.
pub fn end_other_sign_ins(
    conn: &mut DbConn,
    account: AccountId,
    keep: Option<SignInId>,
    by: EndedBy,
    now: NaiveDateTime,
) -> Result<()> {
    let standing = sign_ins::table
        .filter(sign_ins::account_id.eq(account))
        .filter(sign_ins::id.ne(keep.unwrap_or(SignInId(0))))
        .filter(sign_ins::ended_at.is_null());
    diesel::update(standing)
        .set((sign_ins::ended_at.eq(now), sign_ins::ended_by.eq(by.as_str())))
        .execute(conn)?;
    Ok(())
}

/// Forgets sign-ins that were over before this moment, and their refresh tokens; and refresh tokens that were.
pub fn forget(conn: &mut DbConn, before: NaiveDateTime) -> Result<()> {
    let over = sign_ins::table
        .filter(sign_ins::ended_at.lt(before).or(sign_ins::expires_at.lt(before)))
        .select(sign_ins::id);
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::sign_in_id.eq_any(over))).execute(conn)?;
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::expires_at.lt(before))).execute(conn)?;
    diesel::delete(sign_ins::table.filter(sign_ins::ended_at.lt(before).or(sign_ins::expires_at.lt(before))))
        .execute(conn)?;
    Ok(())
}
