//! `migrate`: brings the database to this version's tables.

use clap::Args;

use super::Store;
use super::installation::{Outdated, open_database};
use crate::platform::config::Settings;
use crate::platform::db;
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
    pub fn run(self, settings: Settings) -> Result<()> {
        let db = open_database(&settings, Outdated::Leave)?;
        let done = db::migrate(&db)?;
        super::print(&match done.as_slice() {
            [] => format!("{} is up to date", db.url()),
            done => format!("{}: {}", db.url(), done.join(", ")),
        })
    }
}
