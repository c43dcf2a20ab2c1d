//! A forgotten password: a link by mail, once, for an hour.
//!
//! Asking does the same for every address: it enqueues a job. Whether there is an account, only the job finds out, so
//! that neither the answer nor its time tells.

use chrono::{Duration, NaiveDateTime};
use serde::{Deserialize, Serialize};

use crate::identity::secrets::{self, Kind};
use crate::identity::store::{accounts, api_tokens, calendar_feeds, members, sign_ins};
use crate::identity::{Account, EndedBy, mails, passwords, rules};
use crate::platform::Platform;
use crate::platform::config::Home;
use crate::platform::db::{DbConn, Scope, enter};
use crate::platform::error::{Error, Result};
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Job, JobError, NewJob};
use crate::platform::mail;

/// The kind of jobs that look whose password is to be reset.
pub const KIND: &str = "password-reset";

const LIFETIME: Duration = Duration::hours(1);

#[derive(Serialize, Deserialize)]
struct Asked {
    folded: String,
}

/// Somebody says that they forgot the password of the account with this address.
pub fn ask(platform: &Platform, email: &str) -> Result<()> {
    let folded = rules::address(email).map(|address| address.folded).unwrap_or_default();
    let payload = Asked { folded };
    let key = format!("{KIND}:{:032x}", u128::from_be_bytes(platform.random.bytes()?));
    let run_at = platform.clock.now();
    platform.db.write_tx(Scope::Installation, |conn| {
        let job = NewJob { organisation: None, kind: KIND, key: &key, payload: &payload, run_at };
        jobs::enqueue(conn, platform, &job).map(drop)
    })
}

/// Does such a job: where there is such an account, it gets a mail with a link. One that is repeated makes another link,
/// which harms nobody, and enqueues no second mail.
pub fn handle(platform: &Platform, home: &Home, job: &Job) -> Result<(), JobError> {
    let Asked { folded } = job.payload()?;
    send(platform, home, &folded, &job.key).map_err(|error| JobError::Passing(error.to_string()))
}

fn send(platform: &Platform, home: &Home, folded: &str, key: &str) -> Result<()> {
    let now = platform.clock.now().naive_utc();
    let (secret, sha256) = secrets::make(Kind::PasswordReset, &platform.random)?;
    platform.db.write_tx(Scope::Installation, |conn| {
        let Some((account, _)) = accounts::account_by_address(conn, folded)? else { return Ok(()) };
        if account.disabled_at.is_some() {
            return Ok(());
        }
        let mail = mails::password_reset(&account, home, &secret)?;
        if mail::enqueue(conn, platform, None, &format!("mail:{key}"), &mail)? {
            accounts::insert_password_reset(conn, account.id, &sha256, now, now + LIFETIME)?;
        }
        Ok(())
    })
}

/// Whose password the link resets; [`Error::NotFound`] where it no longer does.
pub fn account(platform: &Platform, secret: &str) -> Result<Account> {
    let sha256 = secrets::kept(Kind::PasswordReset, secret).ok_or_else(gone)?;
    let now = platform.clock.now().naive_utc();
    let found = platform.db.read(Scope::Installation, |conn| secrets::password_reset(conn, &sha256, now))?;
    found.map(|(_, account)| account).ok_or_else(gone)
}

/// Chooses a new password. Somebody else may have had the one before, so all sign-ins end, all tokens for scripts are
/// revoked, and no other link resets it any more. Hashes: enter [`passwords::Hashing`] first.
pub fn choose(platform: &Platform, secret: &str, password: &str) -> Result<()> {
    let known = account(platform, secret)?;
    passwords::check_new(password, &[&known.email, &known.name])?;
    let hash = passwords::hash(password, &platform.random)?;
    let sha256 = secrets::kept(Kind::PasswordReset, secret).ok_or_else(gone)?;
    let now = platform.clock.now().naive_utc();
    platform.db.write_tx(Scope::Installation, |conn| {
        let (id, account) = secrets::password_reset(conn, &sha256, now)?.ok_or_else(gone)?;
        if !accounts::use_password_reset(conn, id, now)? {
            return Err(gone());
        }
        accounts::use_password_resets(conn, account.id, now)?;
        accounts::set_password(conn, account.id, &hash, now)?;
        sign_ins::end_other_sign_ins(conn, account.id, None, EndedBy::Password, now)?;
        revoke_tokens(conn, account.id, now)
    })
}

/// Tokens and calendar feeds are an organisation's, and an account may belong to several.
fn revoke_tokens(conn: &mut DbConn, account: AccountId, now: NaiveDateTime) -> Result<()> {
    enter(conn, Scope::Account(account))?;
    for organisation in members::organisations_of_account(conn, account)? {
        enter(conn, Scope::Organisation(organisation))?;
        api_tokens::revoke_all(conn, organisation, account, now)?;
        calendar_feeds::delete(conn, organisation, account)?;
    }
    Ok(())
}

fn gone() -> Error {
    Error::not_found("password reset")
}
