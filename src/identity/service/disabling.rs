//! Keeping an account out of everything, on the word of whoever runs the installation: somebody left.

use crate::identity::EndedBy;
use crate::identity::store::{accounts, sign_ins};
use crate::identity::{Account, rules};
use crate::platform::Platform;
use crate::platform::db::{DbConn, Scope};
use crate::platform::error::{Error, Result};

/// What became of an account.
#[derive(Debug)]
pub struct Disabled {
    pub account: Account,
    /// How many sign-ins ended by it.
    pub ended: usize,
}

/// Disables the account with this address and ends its sign-ins; [`Error::NotFound`] where there is none. From the next
/// request on nothing lets it in: no password, no cookie, no token, no link. Nothing of it is deleted.
pub fn disable(platform: &Platform, email: &str) -> Result<Disabled> {
    let now = platform.clock.now().naive_utc();
    platform.db.write_tx(Scope::Installation, |conn| {
        let account = known(conn, email)?;
        let since = account.disabled_at.unwrap_or(now);
        accounts::set_disabled(conn, account.id, Some(since), now)?;
        accounts::use_password_resets(conn, account.id, now)?;
        let ended = sign_ins::sign_ins_of(conn, account.id, now)?.len();
        sign_ins::end_other_sign_ins(conn, account.id, None, EndedBy::Disabled, now)?;
        Ok(Disabled { account, ended })
    })
}

/// Lets a disabled account in again: with its password and its tokens for scripts, and by a new sign-in.
pub fn enable(platform: &Platform, email: &str) -> Result<Account> {
    let now = platform.clock.now().naive_utc();
    platform.db.write_tx(Scope::Installation, |conn| {
        let account = known(conn, email)?;
        accounts::set_disabled(conn, account.id, None, now)?;
        Ok(account)
    })
}

/// The account as it was before.
fn known(conn: &mut DbConn, email: &str) -> Result<Account> {
    let folded = rules::address(email)?.folded;
    let found = accounts::account_by_address(conn, &folded)?;
    found.map(|(account, _)| account).ok_or_else(|| Error::not_found("account"))
}
