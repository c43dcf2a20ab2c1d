//! `disable`: somebody left, and gets in no more.

use clap::Args;

use super::Store;
use super::installation::{Outdated, open};
use crate::identity::service::disabling::{self, Disabled};
use crate::platform::config::Settings;
use crate::platform::error::Result;

/// Keep an account out of everything
///
/// From the next request on nothing lets the account in: no password, no cookie, no token, no link. All its sign-ins end.
/// What it did stays, and so do its roles, for `--undo`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  rights-academy disable arta@tirana.example
      she left the city, or an operator left
  rights-academy disable arta@tirana.example --undo
      she is back, and signs in with her password")]
pub struct Disable {
    /// Whose account
    pub email: String,
    /// Let it in again
    #[arg(long)]
    pub undo: bool,
    #[command(flatten)]
    pub(super) store: Store,
}

impl Disable {
    pub fn run(self, settings: Settings) -> Result<()> {
        let platform = open(&settings, Outdated::RefuseOnPostgres)?;
        if self.undo {
            let account = disabling::enable(&platform, &self.email)?;
            let what = if account.disabled_at.is_some() { "is enabled again" } else { "was not disabled" };
            return super::print(&format!("{} {what}", account.email));
        }
        let Disabled { account, ended } = disabling::disable(&platform, &self.email)?;
        let what = if account.disabled_at.is_some() { "was disabled already" } else { "is disabled" };
        super::print(&format!("{} {what}; sign-ins ended: {ended}", account.email))
    }
}
