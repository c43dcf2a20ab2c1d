//! `restore`: brings back what `backup` wrote.

use std::path::PathBuf;

use clap::Args;

use super::Store;
use super::installation::{self, Outdated, make_private_dir};
use crate::platform::config::Settings;
use crate::platform::db::{DatabaseUrl, backup};
use crate::platform::error::Result;
use crate::platform::keys;

/// Bring back what `backup` wrote, into an empty data directory or database
///
/// Replaces nothing: where there is data already, it stops and says so.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  rights-academy restore /backup/today --data-dir /var/lib/rights-academy
  rights-academy restore /backup/today --data-dir /tmp/drill
      a drill beside the running installation; then: rights-academy serve --data-dir /tmp/drill --bind 127.0.0.1:0")]
pub struct Restore {
    /// The folder that `backup` wrote
    #[arg(value_name = "DIR")]
    pub from: PathBuf,
    #[command(flatten)]
    pub(super) store: Store,
}

impl Restore {
    pub fn run(self, settings: Settings) -> Result<()> {
        let url: DatabaseUrl = settings.database.expose().parse()?;
        let master = keys::known_master_key(None, &self.from)?;
        make_private_dir(&settings.data_dir)?;
        // The key first: a database without its key would be useless, a key without a database harms nobody.
        if settings.master_key.is_none() {
            keys::keep_master_key(&master, &settings.data_dir)?;
        }
        backup::restore(&url, &self.from)?;
        // Opening it proves that the keys fit.
        let platform = installation::open(&settings, Outdated::Migrate)?;
        super::print(&format!("{} is restored from {}", platform.db.url(), self.from.display()))
    }
}
