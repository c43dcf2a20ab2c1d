//! `restore`: brings back what `backup` wrote.

use std::path::PathBuf;

use clap::Args;

use super::Store;
use crate::platform::config::Settings;
use crate::platform::error::Result;

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
    pub fn run(self, _settings: Settings) -> Result<()> {
        super::not_yet("restore")
    }
}
