//! `process`: a trainer's folder in, certificates and reports out; no server.

use std::path::PathBuf;

use clap::Args;

use super::Store;
use crate::platform::config::Settings;
use crate::platform::error::Result;

/// Turn a folder of attendance exports into certificates and reports
///
/// FOLDER holds cohort.toml, roster.csv, sessions.csv and the attendance exports that sessions.csv names, and
/// optionally aliases.csv (file,name,employee_id), in which a trainer confirms people by name. DIR gets report.json,
/// participants.csv, certificates.csv, certificates/SERIAL.pdf, report.pdf, report-names.pdf, unmatched.csv and
/// review.csv. Running it again gives the same files; a corrected export shows its effect, and takes nothing away by
/// itself.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  rights-academy process tirana-2026/ --out out/ --dry-run
      says who would get what and why, and issues nothing
  rights-academy process tirana-2026/ --out out/ --public-url https://academy.example.org
      issues the certificates, each with a QR code that leads to its verify page
Then look into out/unmatched.csv: fill in employee_id where you know the person, save it as aliases.csv in the folder, \
and run the command again.")]
pub struct Process {
    /// The folder of the cohort
    pub folder: PathBuf,
    /// Where certificates and reports are written
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    #[command(flatten)]
    pub(super) store: Store,
    /// The address that QR codes lead to; without it certificates have none
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Take a name that fits exactly one enrolled person as confirmed, in rows without an e-mail address
    #[arg(long)]
    pub accept_unique_names: bool,
    /// Say who would get what and why; issue and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl Process {
    pub fn run(self, _settings: Settings) -> Result<()> {
        super::not_yet("process")
    }
}
