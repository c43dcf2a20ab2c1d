//! Tokens for scripts: made by a member for themselves, with a scope and an end.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use serde_json::json;

use crate::access::Permission;
use crate::identity::secrets::{self, Kind};
use crate::identity::store::api_tokens::{self, ApiToken, NewApiToken};
use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};
use crate::platform::ids::{AccountId, ApiTokenId, OrganisationId};
use crate::platform::text::tidy;

/// A token that nobody thinks of any more should end.
pub const LONGEST_LIFETIME: Duration = Duration::days(366);
const LONGEST_NAME: usize = 100;
/// Far more than anybody keeps apart.
const MOST_TOKENS: i64 = 50;

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    pub name: String,
    /// Names of permissions.
    pub scope: Vec<String>,
    pub expires_at: DateTime<Utc>,
}

/// Makes a token, within the organisation's scope; its text is given this once.
pub fn create(
    conn: &mut DbConn,
    platform: &Platform,
    organisation: OrganisationId,
    account: AccountId,
    new: &NewToken,
) -> Result<(ApiToken, Secret<String>)> {
    let now = platform.clock.now();
    let (name, scope) = checked(new, now)?;
    let there = api_tokens::of_account(conn, organisation, account, None, MOST_TOKENS, now.naive_utc())?;
    if i64::try_from(there.len()).is_ok_and(|there| there >= MOST_TOKENS) {
        let detail = format!("You have {MOST_TOKENS} tokens here; revoke one first.");
        return Err(Error::refused("too-many-tokens", detail, json!({ "most": MOST_TOKENS })));
    }
    let (secret, sha256) = secrets::make(Kind::ApiToken, &platform.random)?;
    let row = NewApiToken {
        organisation_id: organisation,
        account_id: account,
        name: &name,
        sha256: &sha256,
        scope: &scope,
        created_at: now.naive_utc(),
        expires_at: new.expires_at.naive_utc(),
    };
    let id = api_tokens::insert(conn, &row)?;
    let NewApiToken { created_at, expires_at, .. } = row;
    Ok((ApiToken { id, name, scope, created_at, expires_at }, secret))
}

fn checked(new: &NewToken, now: DateTime<Utc>) -> Result<(String, String)> {
    let mut faults = Faults::default();
    let name = tidy(&new.name);
    if !(1..=LONGEST_NAME).contains(&name.chars().count()) {
        let message = format!("Name the token in 1 to {LONGEST_NAME} characters.");
        faults.push(Fault::new("token-name", message).in_field("name"));
    }
    if new.scope.is_empty() {
        faults.push(Fault::new("missing-value", "Name at least one permission.").in_field("scope"));
    }
    for (i, wanted) in new.scope.iter().enumerate() {
        if !Permission::named(wanted).is_some_and(Permission::is_for_scripts) {
            let message = "This is no permission that a token for scripts can have.";
            faults.push(Fault::new("unknown-permission", message).in_field(format!("/scope/{i}")));
        }
    }
    if new.expires_at <= now || new.expires_at > now + LONGEST_LIFETIME {
        let message = "A token ends in the future, within a year.";
        faults.push(Fault::new("token-lifetime", message).in_field("expires_at"));
    }
    faults.into_result(())?;
    let mut scope: Vec<&str> = new.scope.iter().map(String::as_str).collect();
    scope.sort_unstable();
    scope.dedup();
    Ok((name, scope.join(" ")))
}

/// A page of an account's tokens in an organisation.
pub fn page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    account: AccountId,
    after: Option<ApiTokenId>,
    limit: i64,
    now: NaiveDateTime,
) -> Result<Vec<ApiToken>> {
    api_tokens::of_account(conn, organisation, account, after, limit, now)
}

/// Revokes one of an account's tokens: the next request that shows it is refused.
pub fn revoke(
    conn: &mut DbConn,
    organisation: OrganisationId,
    account: AccountId,
    id: ApiTokenId,
    now: NaiveDateTime,
) -> Result<()> {
    let revoked = api_tokens::revoke(conn, organisation, account, id, now)?;
    if revoked { Ok(()) } else { Err(Error::not_found("token")) }
}
