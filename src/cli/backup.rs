//! `backup`: a consistent copy of the database and the master key.

use std::path::PathBuf;

use clap::Args;

use super::Store;
use crate::platform::config::Settings;
use crate::platform::error::Result;

/// Copy the database and the master key into a folder, consistently, also while serving
///
/// Keep the copy as safe as the data itself: it holds the key that seals the installation's keys.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  rights-academy backup --out /backup/$(date +%F)
  rights-academy backup --out /backup/today --data-dir /var/lib/rights-academy
Bring it back with: rights-academy restore /backup/today")]
pub struct Backup {
    /// A new folder for the copy
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    #[command(flatten)]
    pub(super) store: Store,
}

impl Backup {
    pub fn run(self, _settings: Settings) -> Result<()> {
        super::not_yet("backup")
    }
}
