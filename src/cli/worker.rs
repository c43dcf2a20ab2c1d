//! `worker`: does what follows from writes, beside the servers.

use clap::Args;

use super::Store;
use super::installation::{Outdated, open};
use super::serve;
use crate::platform::config::Settings;
use crate::platform::error::Result;
use crate::platform::http::server;

/// Send mails and do the other jobs, until stopped
///
/// `serve` does so itself. A worker of its own takes this off busy servers, or goes on while none runs: any number of both
/// share the jobs, of which each is in the hands of one. SIGTERM ends it after the jobs that it has begun.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  RIGHTS_ACADEMY_MAIL=smtps://academy:…@mail.example.org rights-academy worker \\
      --public-url https://academy.example.org
      with the same settings as the servers; the public URL is for the links in mails")]
pub struct Worker {
    #[command(flatten)]
    pub(super) store: Store,
    /// The address under which people reach this installation; links in mails lead there
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
}

impl Worker {
    pub fn run(self, settings: Settings) -> Result<()> {
        let platform = open(&settings, Outdated::RefuseOnPostgres)?;
        let worker = serve::worker(&settings, &platform, &settings.home())?;
        // It stops when what is begun goes: after the jobs that it has in hand.
        server::until_stopped(|| {
            let working = worker.spawn()?;
            super::print("working")?;
            Ok(working)
        })
    }
}
