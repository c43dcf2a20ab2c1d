//! How it begins: one link, by which an operator's account and the first organisation are made; and how there come to
//! be more organisations.

use chrono::{Duration, NaiveDateTime};

use super::invitations::{Chosen, Invite, To};
use crate::access::Role;
use crate::identity::secrets::{self, Kind};
use crate::identity::store::accounts::{self, NewAccount};
use crate::identity::store::members::Becomes;
use crate::identity::store::{invitations, members};
use crate::identity::{roles_to_text, rules};
use crate::organisations::Organisation;
use crate::organisations::service as organisations;
use crate::platform::Platform;
use crate::platform::config::{Home, Secret};
use crate::platform::db::{DbConn, Scope, enter};
use crate::platform::error::{Error, Result};
use crate::platform::faults::Fault;
use crate::platform::ids::AccountId;

/// How long the link can be taken.
const LIFETIME: Duration = Duration::days(14);

/// The link of a first start: made where there is no account and none was ever made. Of two starts at once, one has it.
pub fn first(platform: &Platform) -> Result<Option<Secret<String>>> {
    let (secret, sha256) = secrets::make(Kind::Founding, &platform.random)?;
    let now = platform.clock.now().naive_utc();
    let made = platform.db.write_tx(Scope::Installation, |conn| {
        invitations::lock_founding(conn)?;
        if accounts::any_account(conn)? || invitations::any_founding(conn)? {
            return Ok(false);
        }
        invitations::insert_founding(conn, &sha256, now, now + LIFETIME)?;
        Ok(true)
    })?;
    Ok(made.then_some(secret))
}

/// Another link, for whoever runs the installation: the first one was lost, or there shall be one more operator.
pub fn another(platform: &Platform) -> Result<Secret<String>> {
    let (secret, sha256) = secrets::make(Kind::Founding, &platform.random)?;
    let now = platform.clock.now().naive_utc();
    platform.db.write_tx(Scope::Installation, |conn| {
        invitations::insert_founding(conn, &sha256, now, now + LIFETIME)
    })?;
    Ok(secret)
}

/// Whether the link can still be taken; [`Error::NotFound`] otherwise.
pub fn open(platform: &Platform, secret: &str) -> Result<()> {
    let sha256 = secrets::kept(Kind::Founding, secret).ok_or_else(gone)?;
    let now = platform.clock.now().naive_utc();
    let found =
        platform.db.read(Scope::Installation, |conn| secrets::founding_invitation(conn, &sha256, now))?;
    found.map(drop).ok_or_else(gone)
}

/// Who takes the link: an operator to be, checked and hashed.
pub struct Founder {
    address: rules::Address,
    chosen: Chosen,
    language: String,
    sha256: [u8; 32],
}

/// Checks who takes the link. Hashes: enter [`crate::identity::passwords::Hashing`] first.
pub fn founder(
    platform: &Platform,
    secret: &str,
    email: &str,
    name: &str,
    password: &str,
    language: &str,
) -> Result<Founder> {
    let sha256 = secrets::kept(Kind::Founding, secret).ok_or_else(gone)?;
    open(platform, secret)?;
    let address = rules::address(email).map_err(Error::from);
    let chosen = super::invitations::chosen(platform, email, name, password);
    // What is wrong is told all at once.
    match (address, chosen) {
        (Ok(address), Ok(chosen)) => Ok(Founder { address, chosen, language: language.to_owned(), sha256 }),
        (Err(Error::Invalid(mut faults)), Err(Error::Invalid(others))) => {
            faults.0.extend(others.0);
            Err(faults.into())
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// Takes the link: makes the operator's account and the organisation, whose administrator it is.
pub fn found(
    platform: &Platform,
    founder: &Founder,
    code: &str,
    name: &str,
) -> Result<(AccountId, Organisation)> {
    let now = platform.clock.now().naive_utc();
    platform.db.write_tx(Scope::Installation, |conn| {
        let account = take(conn, founder, now)?;
        let made = organisations::create(conn, code, name, now)?;
        enter(conn, Scope::Organisation(made.id))?;
        let roles = roles_to_text(&[Role::Administrator]);
        let becomes = Becomes { roles: &roles, names: false, person: None };
        members::insert(conn, made.id, account, becomes, now)?;
        Ok((account, made))
    })
}

fn take(conn: &mut DbConn, founder: &Founder, now: NaiveDateTime) -> Result<AccountId> {
    let id = secrets::founding_invitation(conn, &founder.sha256, now)?.ok_or_else(gone)?;
    if !invitations::take_founding(conn, id, now)? {
        return Err(gone());
    }
    let new = NewAccount {
        email: &founder.address.email,
        email_folded: &founder.address.folded,
        name: &founder.chosen.name,
        language: &founder.language,
        password_hash: Some(&founder.chosen.hash),
        operator: true,
        created_at: now,
        changed_at: now,
    };
    let made = accounts::insert_account(conn, &new)?;
    made.ok_or_else(|| {
        Fault::new("email-taken", "There is an account with this address already.").in_field("email").into()
    })
}

/// Makes an organisation and invites its first administrator: an operator does.
pub fn organisation(
    platform: &Platform,
    home: &Home,
    operator: AccountId,
    code: &str,
    name: &str,
    invite: &Invite,
) -> Result<Organisation> {
    let now = platform.clock.now().naive_utc();
    platform.db.write_tx(Scope::Installation, |conn| {
        let made = organisations::create(conn, code, name, now)?;
        enter(conn, Scope::Organisation(made.id))?;
        let to = To { organisation: made.id, by: Some(operator) };
        super::invitations::invite(conn, platform, home, to, invite)?;
        Ok(made)
    })
}

fn gone() -> Error {
    Error::not_found("invitation")
}
