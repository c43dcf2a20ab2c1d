//! Queries of accounts and of the links that reset their passwords.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::identity::Account;
use crate::on_backend;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{accounts, password_resets};
use crate::platform::error::Result;
use crate::platform::ids::AccountId;

/// The account with this folded address, and what is kept of its password.
pub fn account_by_address(conn: &mut DbConn, folded: &str) -> Result<Option<(Account, Option<String>)>> {
    Ok(accounts::table
        .filter(accounts::email_folded.eq(folded))
        .select((Account::as_select(), accounts::password_hash))
        .first(conn)
        .optional()?)
}

pub fn account(conn: &mut DbConn, id: AccountId) -> Result<Option<(Account, Option<String>)>> {
    Ok(accounts::table
        .filter(accounts::id.eq(id))
        .select((Account::as_select(), accounts::password_hash))
        .first(conn)
        .optional()?)
}

/// Holds other writers of this account back until the transaction ends. On SQLite there is one writer anyway.
pub fn lock(conn: &mut DbConn, id: AccountId) -> Result<()> {
    if let DbConn::Postgres(c) = conn {
        accounts::table.filter(accounts::id.eq(id)).select(accounts::id).for_no_key_update().execute(c)?;
    }
    Ok(())
}

/// Whether there is any account.
pub fn any_account(conn: &mut DbConn) -> Result<bool> {
    Ok(accounts::table.select(accounts::id).limit(1).load::<AccountId>(conn)?.pop().is_some())
}

/// What a new account starts with.
#[derive(Insertable)]
#[diesel(table_name = accounts)]
pub struct NewAccount<'a> {
    pub email: &'a str,
    pub email_folded: &'a str,
    pub name: &'a str,
    pub language: &'a str,
    pub password_hash: Option<&'a str>,
    pub operator: bool,
    pub created_at: NaiveDateTime,
    pub changed_at: NaiveDateTime,
}

/// Makes the account; none where its address is taken.
pub fn insert_account(conn: &mut DbConn, new: &NewAccount<'_>) -> Result<Option<AccountId>> {
    let made = on_backend!(conn, c =>
        diesel::insert_into(accounts::table).values(new).on_conflict_do_nothing().execute(c))?;
    if made == 0 {
        return Ok(None);
    }
    Ok(account_by_address(conn, new.email_folded)?.map(|(account, _)| account.id))
}

pub fn set_password(conn: &mut DbConn, id: AccountId, hash: &str, now: NaiveDateTime) -> Result<()> {
    diesel::update(accounts::table.filter(accounts::id.eq(id)))
        .set((accounts::password_hash.eq(hash), accounts::changed_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Disables the account from this moment on, or no more.
pub fn set_disabled(
    conn: &mut DbConn,
    id: AccountId,
    since: Option<NaiveDateTime>,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(accounts::table.filter(accounts::id.eq(id)))
        .set((accounts::disabled_at.eq(since), accounts::changed_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

pub fn set_profile(
    conn: &mut DbConn,
    id: AccountId,
    name: &str,
    language: &str,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(accounts::table.filter(accounts::id.eq(id)))
        .set((accounts::name.eq(name), accounts::language.eq(language), accounts::changed_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

pub fn insert_password_reset(
    conn: &mut DbConn,
    account: AccountId,
    sha256: &[u8; 32],
    now: NaiveDateTime,
    expires_at: NaiveDateTime,
) -> Result<()> {
    diesel::insert_into(password_resets::table)
        .values((
            password_resets::account_id.eq(account),
            password_resets::sha256.eq(sha256.as_slice()),
            password_resets::created_at.eq(now),
            password_resets::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Marks a link as used; says whether it was unused until now, which only one of two that race is told.
pub fn use_password_reset(conn: &mut DbConn, id: i64, now: NaiveDateTime) -> Result<bool> {
    let unused =
        password_resets::table.filter(password_resets::id.eq(id)).filter(password_resets::used_at.is_null());
    Ok(diesel::update(unused).set(password_resets::used_at.eq(now)).execute(conn)? == 1)
}

/// No link of this account resets its password any more.
pub fn use_password_resets(conn: &mut DbConn, account: AccountId, now: NaiveDateTime) -> Result<()> {
    let unused = password_resets::table
        .filter(password_resets::account_id.eq(account))
        .filter(password_resets::used_at.is_null());
    diesel::update(unused).set(password_resets::used_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Forgets links that were over before this moment.
pub fn forget_password_resets(conn: &mut DbConn, before: NaiveDateTime) -> Result<()> {
    diesel::delete(password_resets::table.filter(password_resets::expires_at.lt(before))).execute(conn)?;
    Ok(())
}
