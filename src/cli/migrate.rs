//! `migrate`: brings the database to this version's tables.

use clap::Args;

use super::Store;
use crate::platform::config::Settings;
use crate::platform::error::Result;

/// Bring the database to this version's tables
///
/// With PostgreSQL, run it as the owner of the database before `serve` is started as a lesser role. The embedded
/// database migrates itself. Migrating what is up to date changes nothing.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  rights-academy migrate --database postgres://owner:…@db/academy
  rights-academy migrate --data-dir /var/lib/rights-academy")]
pub struct Migrate {
    #[command(flatten)]
    pub(super) store: Store,
}

impl Migrate {
    pub fn run(self, _settings: Settings) -> Result<()> {
        super::not_yet("migrate")
    }
}
