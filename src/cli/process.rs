//! `process`: a trainer's folder in, certificates and reports out; no server.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Store;
use super::installation::{self, Outdated, open};
use crate::attendance::imports::Limits;
use crate::certificates::renditions::{self, Which};
use crate::certificates::templates::Templates;
use crate::platform::Platform;
use crate::platform::config::Settings;
use crate::platform::db::{self, DatabaseUrl, Db};
use crate::platform::error::Result;
use crate::platform::faults::Fault;
use crate::platform::keys;
use crate::reports::folder::{self, Source};
use crate::reports::processing::{self, Options, Processed};
use crate::reports::{output, table};

/// Turn a folder of attendance exports into certificates and reports
///
/// FOLDER holds cohort.toml, roster.csv, sessions.csv and the attendance exports that sessions.csv names, and
/// optionally aliases.csv (file,name,email,employee_id), in which a trainer confirms people by name. DIR gets report.json,
/// participants.csv, certificates.csv, certificates/SERIAL.pdf, report.pdf, report-names.pdf, schedule.ics, unmatched.csv
/// and review.csv. Running it again gives the same files; a corrected export shows its effect, and takes nothing away by
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
    pub fn run(self, settings: Settings) -> Result<()> {
        if !self.folder.is_dir() {
            let message = "there is no such folder";
            return Err(Fault::new("missing-folder", message)
                .in_file(self.folder.display().to_string())
                .into());
        }
        let job = Job {
            source: Source::Disk(self.folder),
            out: self.out,
            accept_unique_names: self.accept_unique_names,
            dry_run: self.dry_run,
        };
        job.run(&settings).map(drop)
    }
}

/// A folder to be processed.
pub(super) struct Job {
    pub source: Source,
    pub out: PathBuf,
    pub accept_unique_names: bool,
    pub dry_run: bool,
}

impl Job {
    /// Processes the folder, prints the report, and writes the files; nothing is touched before the folder has been read
    /// without a fault.
    pub fn run(self, settings: &Settings) -> Result<Platform> {
        let catalogue = installation::catalogue(settings)?;
        let templates = Templates::load(settings.templates.as_deref())?;
        let limits = Limits {
            max_bytes: settings.limits.max_file_bytes,
            max_rows: settings.limits.max_rows,
            ..Limits::default()
        };
        let folder = folder::read(&self.source, &catalogue, &limits)?;
        for warning in &folder.warnings {
            super::tell(&format!("warning: {warning}"));
        }
        let template = folder.own_template().unwrap_or_else(|| templates.of(&folder.plan.organisation_code));
        if settings.public_url.is_none() && !self.dry_run {
            let told =
                "no --public-url: the certificates carry neither a QR code nor the address of a verify page";
            super::tell(told);
        }
        let platform =
            if self.dry_run { open_for_dry_run(settings)? } else { open(settings, Outdated::Migrate)? };
        let options = Options {
            accept_unique_names: self.accept_unique_names,
            public_url: settings.public_url.clone(),
            dry_run: self.dry_run,
            limits,
            template: Some(template),
        };
        let processed = processing::process(&platform, &catalogue, &folder, &options)?;
        if self.dry_run {
            super::print(&table::outlook(&processed))?;
            return super::print(&table::figures(&processed.report)).map(|()| platform);
        }
        let cohort = &processed.verdicts.cohort;
        let bar = super::progress_bar("certificates", processed.certificates.len() * 2);
        let step = |made: usize| bar.inc(made as u64);
        bar.inc(processed.certificates.len().saturating_sub(processed.issued.issued.len()) as u64);
        let which = Which::Cohort(cohort.id);
        renditions::render_missing(
            &platform,
            cohort.organisation_id,
            which,
            template,
            &processed.language,
            &step,
        )?;
        output::write(&platform, &processed, &self.out, &step)?;
        bar.finish_and_clear();
        super::print(&table::figures(&processed.report))?;
        super::print(&summary(&processed, &self.out))?;
        Ok(platform)
    }
}

/// A trial leaves nothing behind: where no database has been taken into use yet, one in memory serves. One that is in
/// use has its keys, so that none are made.
fn open_for_dry_run(settings: &Settings) -> Result<Platform> {
    let url: DatabaseUrl = settings.database.expose().parse()?;
    let there = match &url {
        DatabaseUrl::Sqlite(path) => path.exists(),
        DatabaseUrl::Postgres(_) => true,
        DatabaseUrl::Memory => false,
    };
    if there {
        let db = Db::open(url, installation::CONNECTIONS)?;
        if keys::any(&db)? {
            installation::refuse_outdated(&db)?;
            return installation::open_with(settings, db);
        }
    }
    let db = Db::open(DatabaseUrl::Memory, 1)?;
    db::migrate(&db)?;
    let platform = Platform::ephemeral(db)?;
    Ok(Platform { sender: settings.mail_from.clone(), ..platform })
}

/// What was done, and what the trainer may want to do next.
fn summary(processed: &Processed, out: &Path) -> String {
    let issued = &processed.issued;
    let mut lines = vec![
        String::new(),
        format!(
            "issued now {}, superseded now {}; files are in {}",
            issued.issued.len(),
            issued.superseded,
            out.display()
        ),
    ];
    let unmatched: usize = processed.sessions.iter().map(|session| session.settled.unmatched.len()).sum();
    if unmatched > 0 {
        lines.push(format!(
            "{unmatched} rows name somebody who was not identified: see unmatched.csv, which filled in is aliases.csv"
        ));
    }
    let foreign = output::foreign_certificates(processed, out);
    if foreign > 0 {
        lines.push(format!("{foreign} files in certificates/ are not of this cohort; they were left alone"));
    }
    if !issued.review.is_empty() {
        lines.push(format!("{} certificates are no longer earned: see review.csv", issued.review.len()));
    }
    lines.join("\n")
}
