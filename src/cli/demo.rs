//! `demo`: the whole job on the pilot's data, in one go.

use std::path::PathBuf;

use clap::Args;
use diesel::prelude::*;

use super::Store;
use super::process::Job;
use super::serve::serve;
use crate::access::Role;
use crate::identity::mails::invitation_link;
use crate::identity::service::invitations::{self, FirstAdministrator, Invite};
use crate::platform::Platform;
use crate::platform::config::{Home, Settings};
use crate::platform::db::schema::{cohorts, organisations};
use crate::platform::db::{DatabaseUrl, Db, Scope, has_table};
use crate::platform::error::Result;
use crate::platform::faults::Fault;
use crate::platform::mail::Route;
use crate::reports::folder::Source;

/// The code of the pilot's organisation.
const ORGANISATION: &str = "TIRANA";

/// The pilot's folder: invented people with the pilot's totals.
static PILOT: include_dir::Dir<'static> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/tests/data/tirana");

/// Process the built-in pilot cohort into certificates and a report, then serve the API
///
/// Creates an embedded database, loads the built-in programme, processes the pilot's attendance exports, prints the
/// report, leaves certificates and report in a folder, and serves the API until stopped. The first start prints an
/// invitation: a link by which an administrator's account is made. A second start changes nothing. No mail leaves.
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
        // The database of the data directory, whatever else the environment names; not one that somebody works with.
        settings.database = Settings::embedded_database(&settings.data_dir);
        refuse_other_data(&settings)?;
        if settings.public_url.is_none() {
            settings.public_url = Some(format!("http://{}", settings.bind));
        }
        settings.mail = Route::Folder(settings.data_dir.join("mail"));
        let job = Job {
            source: Source::Embedded(&PILOT),
            out: self.out,
            accept_unique_names: false,
            dry_run: false,
        };
        let platform = job.run(&settings)?;
        if self.no_serve { Ok(()) } else { serve(&settings, platform, welcome) }
    }
}

/// How to get in: by a link for an administrator, once.
fn welcome(platform: &Platform, home: &Home) -> Result<()> {
    let invite = Invite {
        email: "administrator@tirana.example".to_owned(),
        roles: vec![Role::Administrator],
        names: false,
        employee_id: None,
        language: "en".to_owned(),
    };
    match invitations::first_administrator(platform, home, ORGANISATION, &invite)? {
        FirstAdministrator::There => Ok(()),
        FirstAdministrator::Invited(secret) => {
            let link = invitation_link(home, &secret);
            super::print(&format!("invitation {link} (for an administrator of the pilot; shown this once)"))
        }
        FirstAdministrator::Awaited => super::print(
            "the invitation of an earlier start is still open; another link, with the same --data-dir: \
             rights-academy invite EMAIL --organisation TIRANA --role administrator",
        ),
    }
}

/// The pilot's roster would overwrite that of a real organisation which has the same code.
fn refuse_other_data(settings: &Settings) -> Result<()> {
    let url: DatabaseUrl = settings.database.expose().parse()?;
    if !matches!(&url, DatabaseUrl::Sqlite(path) if path.exists()) {
        return Ok(());
    }
    let db = Db::open(url, 1)?;
    let others = db.read(Scope::Installation, |conn| {
        if !has_table(conn, "cohorts")? {
            return Ok(0);
        }
        let pilot = organisations::code
            .eq(ORGANISATION)
            .and(cohorts::programme_code.eq("digital-human-rights"))
            .and(cohorts::name.eq("Winter 2023"));
        let all = cohorts::table
            .inner_join(organisations::table.on(cohorts::organisation_id.eq(organisations::id)));
        Ok(all.filter(diesel::dsl::not(pilot)).count().get_result::<i64>(conn)?)
    })?;
    if others == 0 {
        return Ok(());
    }
    let message = format!(
        "{} holds cohorts that are not the demonstration's; name a folder of its own with --data-dir",
        db.url()
    );
    Err(Fault::new("not-a-demonstration", message).in_field("data_dir").into())
}
