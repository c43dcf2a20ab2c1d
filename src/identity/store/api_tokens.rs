//! Queries of API tokens.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::platform::db::DbConn;
use crate::platform::db::schema::api_tokens;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, ApiTokenId, OrganisationId};

/// A new API token.
#[derive(Insertable)]
#[diesel(table_name = api_tokens)]
pub struct NewApiToken<'a> {
    pub organisation_id: OrganisationId,
    pub account_id: AccountId,
    pub name: &'a str,
    pub sha256: &'a [u8],
    pub scope: &'a str,
    pub created_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
}

pub fn insert(conn: &mut DbConn, new: &NewApiToken<'_>) -> Result<ApiTokenId> {
    Ok(diesel::insert_into(api_tokens::table).values(new).returning(api_tokens::id).get_result(conn)?)
}

/// An API token as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = api_tokens)]
pub struct ApiToken {
    pub id: ApiTokenId,
    pub name: String,
    /// Permissions with spaces between.
    pub scope: String,
    pub created_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
}

/// An account's tokens in an organisation that are valid, in the order of their making.
pub fn of_account(
    conn: &mut DbConn,
    organisation: OrganisationId,
    account: AccountId,
    after: Option<ApiTokenId>,
    limit: i64,
    now: NaiveDateTime,
) -> Result<Vec<ApiToken>> {
    Ok(api_tokens::table
        .filter(api_tokens::organisation_id.eq(organisation))
        .filter(api_tokens::account_id.eq(account))
        .filter(api_tokens::id.gt(after.unwrap_or(ApiTokenId(0))))
        .filter(api_tokens::revoked_at.is_null())
        .filter(api_tokens::expires_at.gt(now))
        .order(api_tokens::id)
        .limit(limit)
        .select(ApiToken::as_select())
        .load(conn)?)
}

/// Revokes a token of an account; says whether there was one that was valid.
pub fn revoke(
    conn: &mut DbConn,
    organisation: OrganisationId,
    account: AccountId,
    id: ApiTokenId,
    now: NaiveDateTime,
) -> Result<bool> {
    let valid = api_tokens::table
        .filter(api_tokens::organisation_id.eq(organisation))
        .filter(api_tokens::account_id.eq(account))
        .filter(api_tokens::id.eq(id))
        .filter(api_tokens::revoked_at.is_null());
    Ok(diesel::update(valid).set(api_tokens::revoked_at.eq(now)).execute(conn)? == 1)
}

/// Forgets tokens of an organisation that were over before this moment.
pub fn forget(conn: &mut DbConn, organisation: OrganisationId, before: NaiveDateTime) -> Result<()> {
    diesel::delete(api_tokens::table)
        .filter(api_tokens::organisation_id.eq(organisation))
        .filter(api_tokens::expires_at.lt(before).or(api_tokens::revoked_at.lt(before)))
        .execute(conn)?;
    Ok(())
}
