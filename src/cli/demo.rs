//! `demo`: the whole job on the pilot's data, in one go.

use std::path::PathBuf;

use clap::Args;

use super::Store;
use super::process::Job;
use super::serve::serve;
use crate::platform::config::Settings;
use crate::platform::error::Result;
use crate::reports::folder::Source;

/// The pilot's folder: invented people with the pilot's totals.
static PILOT: include_dir::Dir<'static> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/tests/data/tirana");

/// Process the built-in pilot cohort into certificates and a report, then serve the API
///
/// Creates an embedded database, loads the built-in programme, processes the pilot's attendance exports, prints the
/// report, leaves certificates and report in a folder, and serves the API until stopped. A second start changes nothing.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  rights-academy demo
      certificates and report in out/, the API on http://127.0.0.1:8080
  rights-academy demo --no-serve --data-dir /tmp/demo --out /tmp/demo/out
      only the files, and nothing left elsewhere")]
pub struct Demo {
    /// Stop when the files are written
    #[arg(long)]
    pub no_serve: bool,
    /// Serve on this address and port; port 0 is any free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub bind: Option<String>,
    /// Holds the embedded database and the master key [default: ./data]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// Where certificates and report are written
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,
}

impl Demo {
    pub(super) fn store(&self) -> Store {
        Store { data_dir: self.data_dir.clone(), database: None }
    }

    pub fn run(self, mut settings: Settings) -> Result<()> {
        // A demonstration touches no database but its own, whatever the environment names.
        settings.database = Settings::embedded_database(&settings.data_dir);
        if settings.public_url.is_none() {
            settings.public_url = Some(format!("http://{}", settings.bind));
        }
        let job = Job {
            source: Source::Embedded(&PILOT),
            out: self.out,
            accept_unique_names: false,
            dry_run: false,
        };
        let platform = job.run(&settings)?;
        if self.no_serve { Ok(()) } else { serve(&settings, platform) }
    }
}
