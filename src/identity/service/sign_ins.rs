//! Signing in, going on with a refresh token, signing out.

use chrono::{Duration, NaiveDateTime};

use crate::identity::access_tokens::{AccessTokens, Issued};
use crate::identity::secrets::{self, Kind};
use crate::identity::store::{accounts, sign_ins};
use crate::identity::{Account, EndedBy, SignIn, passwords, rules};
use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::db::{DbConn, Scope};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, SignInId};

/// A browser's sign-in: a day at work.
pub const BROWSER_LIFETIME: Duration = Duration::hours(12);
/// A program's sign-in, however often it is refreshed.
const PROGRAM_LIFETIME: Duration = Duration::days(90);
/// A refresh token that is not used within this time ends its sign-in by itself.
const REFRESH_LIFETIME: Duration = Duration::days(14);

/// What a program gets when it signs in or goes on.
#[derive(Debug)]
pub struct Tokens {
    pub sign_in: SignInId,
    pub access: Issued,
    /// For one use.
    pub refresh: Secret<String>,
}

/// Whose address and password these are; none where they are nobody's, in the same time. Hashes: enter
/// [`passwords::Hashing`] first.
pub fn authenticate(platform: &Platform, email: &str, password: &str) -> Result<Option<Account>> {
    let folded = rules::address(email).map(|address| address.folded).unwrap_or_default();
    let found = platform.db.read(Scope::Installation, |conn| accounts::account_by_address(conn, &folded))?;
    let right = passwords::verify(password, found.as_ref().and_then(|(_, hash)| hash.as_deref()));
    Ok(found.map(|(account, _)| account).filter(|account| right && account.disabled_at.is_none()))
}

/// Signs a program in.
pub fn begin_program(
    platform: &Platform,
    tokens: &AccessTokens,
    account: AccountId,
    client: &str,
) -> Result<Tokens> {
    let now = platform.clock.now().naive_utc();
    let (refresh, sha256) = secrets::make(Kind::RefreshToken, &platform.random)?;
    let sign_in = platform.db.write_tx(Scope::Installation, |conn| {
        let new = sign_ins::NewSignIn {
            account_id: account,
            kind: "program",
            client,
            secret_sha256: None,
            created_at: now,
            last_used_at: now,
            expires_at: now + PROGRAM_LIFETIME,
        };
        let sign_in = sign_ins::insert_sign_in(conn, &new)?;
        sign_ins::insert_refresh_token(conn, sign_in, &sha256, now, now + REFRESH_LIFETIME)?;
        Ok(sign_in)
    })?;
    Ok(Tokens { sign_in, access: tokens.issue(account, sign_in)?, refresh })
}

/// Signs a browser in; gives the secret of its cookie.
pub fn begin_browser(platform: &Platform, account: AccountId, client: &str) -> Result<Secret<String>> {
    let now = platform.clock.now().naive_utc();
    let (secret, sha256) = secrets::make(Kind::Cookie, &platform.random)?;
    let new = sign_ins::NewSignIn {
        account_id: account,
        kind: "browser",
        client,
        secret_sha256: Some(&sha256),
        created_at: now,
        last_used_at: now,
        expires_at: now + BROWSER_LIFETIME,
    };
    platform.db.write_tx(Scope::Installation, |conn| sign_ins::insert_sign_in(conn, &new))?;
    Ok(secret)
}

enum Turned {
    Unknown,
    /// It was used before: whoever comes second, one of the two is not its owner.
    Replayed,
    On(AccountId, SignInId),
}

/// Goes on with a refresh token, which is used up by it; none where it is not good. One that was used before ends its
/// whole family.
pub fn refresh(platform: &Platform, tokens: &AccessTokens, token: &str) -> Result<Option<Tokens>> {
    let Some(shown) = secrets::kept(Kind::RefreshToken, token) else { return Ok(None) };
    let now = platform.clock.now().naive_utc();
    let (next, sha256) = secrets::make(Kind::RefreshToken, &platform.random)?;
    let turned = platform.db.write_tx(Scope::Installation, |conn| turn(conn, &shown, &sha256, now))?;
    match turned {
        Turned::Unknown => Ok(None),
        Turned::Replayed => {
            tracing::warn!("a refresh token was shown a second time; its sign-in is ended");
            Ok(None)
        }
        Turned::On(account, sign_in) => {
            Ok(Some(Tokens { sign_in, access: tokens.issue(account, sign_in)?, refresh: next }))
        }
    }
}

/// Ending a family must be committed, so it is an outcome and no error.
fn turn(conn: &mut DbConn, shown: &[u8; 32], next: &[u8; 32], now: NaiveDateTime) -> Result<Turned> {
    let Some(token) = secrets::refresh_token(conn, shown, now)? else { return Ok(Turned::Unknown) };
    if token.used.is_some() || !sign_ins::use_refresh_token(conn, token.id, now)? {
        sign_ins::end_sign_in(conn, token.account, token.sign_in, EndedBy::ReplayedToken, now)?;
        return Ok(Turned::Replayed);
    }
    if token.expires_at <= now {
        return Ok(Turned::Unknown);
    }
    sign_ins::insert_refresh_token(conn, token.sign_in, next, now, now + REFRESH_LIFETIME)?;
    sign_ins::touch_sign_in(conn, token.sign_in, now)?;
    Ok(Turned::On(token.account, token.sign_in))
}

/// An account's sign-ins that stand, the newest first.
pub fn list(platform: &Platform, account: AccountId) -> Result<Vec<SignIn>> {
    let now = platform.clock.now().naive_utc();
    platform.db.read(Scope::Installation, |conn| sign_ins::sign_ins_of(conn, account, now))
}

/// Ends one of an account's sign-ins, at once: the next request that comes through it is refused.
pub fn end(platform: &Platform, account: AccountId, id: SignInId, by: EndedBy) -> Result<()> {
    let now = platform.clock.now().naive_utc();
    let ended = platform
        .db
        .write_tx(Scope::Installation, |conn| sign_ins::end_sign_in(conn, account, id, by, now))?;
    if ended { Ok(()) } else { Err(Error::not_found("sign-in")) }
}

/// Ends all sign-ins of an account but this one, at once.
pub fn end_others(platform: &Platform, account: AccountId, keep: SignInId) -> Result<()> {
    let now = platform.clock.now().naive_utc();
    platform.db.write_tx(Scope::Installation, |conn| {
        sign_ins::end_other_sign_ins(conn, account, Some(keep), EndedBy::Ended, now)
    })
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;

    use super::*;
    use crate::platform::clock::Clock;
    use crate::platform::db::schema::accounts as table;
    use crate::platform::db::{self, DatabaseUrl, Db};
    use crate::platform::keys::{Key, Keys};
    use crate::platform::random::Random;

    const PASSWORD: &str = "a sentence that is long enough";

    fn platform() -> Platform {
        let db = Db::open(DatabaseUrl::Memory, 1).unwrap();
        db::migrate(&db).unwrap();
        let (clock, random) = (Clock::fixed("2026-11-25T09:00:00Z".parse().unwrap()), Random::seeded(1));
        let keys = Keys::open(&db, &Key::random(&random).unwrap(), &clock, &random).unwrap();
        Platform { db, clock, random, keys }
    }

    fn account(platform: &Platform, email: &str, password: Option<&str>) -> AccountId {
        let now = platform.clock.now().naive_utc();
        let hash = password.map(|password| passwords::hash(password, &platform.random).unwrap());
        let new = accounts::NewAccount {
            email,
            email_folded: email,
            name: "Somebody",
            language: "en",
            password_hash: hash.as_deref(),
            operator: false,
            created_at: now,
            changed_at: now,
        };
        let made = platform.db.write_tx(Scope::Installation, |conn| accounts::insert_account(conn, &new));
        made.unwrap().unwrap()
    }

    #[test]
    fn a_try_costs_one_hash_whether_there_is_such_an_account_or_not() {
        let platform = platform();
        account(&platform, "known@tirana.example", Some(PASSWORD));
        account(&platform, "invited@tirana.example", None);
        let disabled = account(&platform, "disabled@tirana.example", Some(PASSWORD));
        let now = platform.clock.now().naive_utc();
        let disable = |conn: &mut DbConn| {
            let row = diesel::update(table::table.filter(table::id.eq(disabled)));
            Ok(row.set(table::disabled_at.eq(now)).execute(conn)?)
        };
        platform.db.write_tx(Scope::Installation, disable).unwrap();

        let too_long = "x".repeat(10_000);
        for email in [
            "known@tirana.example",
            "unknown@tirana.example",
            "invited@tirana.example",
            "disabled@tirana.example",
            "\u{212a}nown@tirana.example",
            "no address",
            "",
        ] {
            for password in [PASSWORD, "another one, which is wrong", &too_long, ""] {
                let before = passwords::VERIFIED.get();
                let found = authenticate(&platform, email, password).unwrap();
                assert_eq!(passwords::VERIFIED.get() - before, 1, "{email}");
                assert_eq!(found.is_some(), email.starts_with("known") && password == PASSWORD);
            }
        }
    }
}
