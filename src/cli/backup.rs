//! `backup`: a consistent copy of the database and the master key.

use std::path::PathBuf;

use clap::Args;

use super::Store;
use super::installation::{Outdated, make_private_dir, open_database};
use crate::platform::config::{Secret, Settings};
use crate::platform::db::backup;
use crate::platform::error::{Error, Result};
use crate::platform::faults::Fault;
use crate::platform::keys;

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
    pub fn run(self, settings: Settings) -> Result<()> {
        let db = open_database(&settings, Outdated::Leave)?;
        let master =
            keys::known_master_key(settings.master_key.as_ref().map(Secret::expose), &settings.data_dir)?;
        let out = &self.out;
        make_private_dir(out)?;
        let mut entries = out.read_dir().map_err(|e| Error::internal(format!("{}: {e}", out.display())))?;
        if entries.next().is_some() {
            let message = "a backup goes into a new folder; this one is not empty";
            return Err(Fault::new("not-empty", message).in_file(out.display().to_string()).into());
        }
        backup::back_up(&db, out)?;
        keys::keep_master_key(&master, out)?;
        super::print(&format!("{} is backed up in {}", db.url(), out.display()))
    }
}
