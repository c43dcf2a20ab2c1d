//! What people do with their own account.

use crate::identity::store::members::{self, OwnMembership};
use crate::identity::store::{accounts, sign_ins};
use crate::identity::{Account, EndedBy, passwords, rules};
use crate::platform::Platform;
use crate::platform::db::{DbConn, Scope, enter};
use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};
use crate::platform::i18n::languages;
use crate::platform::ids::{AccountId, SignInId};

/// An organisation that an account belongs to, and who it is in the roster there.
#[derive(Clone, Debug)]
pub struct Belongs {
    pub membership: OwnMembership,
    pub employee_id: Option<String>,
}

/// An account and the organisations that it belongs to.
pub type Whole = (Account, Vec<Belongs>);

/// An account and the organisations that it belongs to.
pub fn read(platform: &Platform, account: AccountId) -> Result<Whole> {
    platform.db.read(Scope::Account(account), |conn| whole(conn, account))
}

/// An account by itself.
pub fn account(conn: &mut DbConn, account: AccountId) -> Result<Account> {
    let (found, _) = accounts::account(conn, account)?.ok_or_else(|| Error::not_found("account"))?;
    Ok(found)
}

/// The language in which an account is spoken to.
pub fn language(conn: &mut DbConn, id: AccountId) -> Result<String> {
    Ok(account(conn, id)?.language)
}

fn whole(conn: &mut DbConn, account: AccountId) -> Result<Whole> {
    enter(conn, Scope::Account(account))?;
    let (found, _) = accounts::account(conn, account)?.ok_or_else(|| Error::not_found("account"))?;
    let mut belongs = Vec::new();
    for membership in members::of_account(conn, account)? {
        let employee_id = match membership.person {
            None => None,
            // Who somebody is in a roster is seen within the organisation; people belong to few.
            Some(person) => {
                enter(conn, Scope::Organisation(membership.organisation))?;
                members::employee_id(conn, membership.organisation, person)?
            }
        };
        belongs.push(Belongs { membership, employee_id });
    }
    Ok((found, belongs))
}

/// Changes an account's name and language, unless `seen` refuses the account as it is before.
pub fn change(
    platform: &Platform,
    account: AccountId,
    name: &str,
    language: &str,
    seen: impl Fn(Whole) -> Result<()>,
) -> Result<Whole> {
    let mut faults = Faults::default();
    let name = rules::name(name).map_err(|fault| faults.push(fault)).unwrap_or_default();
    if !languages::is_tag(language) {
        let message = "A language is a BCP 47 tag, such as en or sq.";
        faults.push(Fault::new("not-a-language", message).in_field("language"));
    }
    faults.into_result(())?;
    let now = platform.clock.now().naive_utc();
    platform.db.write_tx(Scope::Account(account), |conn| {
        accounts::lock(conn, account)?;
        seen(whole(conn, account)?)?;
        accounts::set_profile(conn, account, &name, language, now)?;
        whole(conn, account)
    })
}

/// Chooses another password; all other sign-ins end, tokens for scripts stay: whoever does this knows the password, and
/// need not mend every script. Hashes twice: enter [`passwords::Hashing`] first.
pub fn change_password(
    platform: &Platform,
    account: AccountId,
    keep: Option<SignInId>,
    current: &str,
    new: &str,
) -> Result<()> {
    let found = platform.db.read(Scope::Installation, |conn| accounts::account(conn, account))?;
    let (known, hash) = found.ok_or_else(|| Error::not_found("account"))?;
    if !passwords::verify(current, hash.as_deref()) {
        let message = "This is not your password.";
        return Err(Fault::new("wrong-password", message).in_field("current").into());
    }
    passwords::check_new(new, &[&known.email, &known.name]).map_err(of_the_new)?;
    let hash = passwords::hash(new, &platform.random)?;
    let now = platform.clock.now().naive_utc();
    platform.db.write_tx(Scope::Installation, |conn| {
        accounts::set_password(conn, account, &hash, now)?;
        accounts::use_password_resets(conn, account, now)?;
        sign_ins::end_other_sign_ins(conn, account, keep, EndedBy::Password, now)
    })
}

/// The field of a change of password has a name of its own.
fn of_the_new(mut faults: Faults) -> Faults {
    faults.0.iter_mut().for_each(|fault| fault.field = Some("new".to_owned()));
    faults
}
