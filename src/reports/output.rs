//! What `process` leaves in its folder.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use super::processing::Processed;
use super::{csv, pdf};
use crate::certificates::Certificate;
use crate::certificates::renditions;
use crate::organisations::Person;
use crate::platform::Platform;
use crate::platform::cells::Sheet;
use crate::platform::db::Scope;
use crate::platform::error::{Error, Result};
use crate::platform::ids::PersonId;

/// How many renditions are held in memory at once.
const RENDITIONS_A_READ: usize = 256;

/// The folder of the certificates in the output folder.
pub const CERTIFICATES_DIR: &str = "certificates";

/// Writes every file of a processed cohort; each is there whole or not at all. Calls `progress` with the number of
/// certificates written. The renditions must have been made.
pub fn write(platform: &Platform, processed: &Processed, out: &Path, progress: &dyn Fn(usize)) -> Result<()> {
    let out = Output::open(out)?;
    write_certificates(platform, processed, &out, progress)?;
    let mut report = serde_json::to_vec_pretty(&processed.report).map_err(Error::internal)?;
    report.push(b'\n');
    out.put("report.json", &report)?;
    let people = processed.details.people.as_deref().unwrap_or_default();
    out.put("participants.csv", &csv::participants(people))?;
    let language = &processed.verdicts.cohort.locale;
    let with_names = pdf::render(&processed.report, &processed.details, language).map_err(Error::internal)?;
    out.put("report-names.pdf", &with_names)?;
    let nameless = super::ReportDetails { people: None, ..processed.details.clone() };
    let without_names = pdf::render(&processed.report, &nameless, language).map_err(Error::internal)?;
    out.put("report.pdf", &without_names)?;
    out.put("schedule.ics", processed.schedule.as_bytes())?;
    out.put("unmatched.csv", &unmatched(processed))?;
    out.put("review.csv", &review(processed))
}

fn write_certificates(
    platform: &Platform,
    processed: &Processed,
    out: &Output,
    progress: &dyn Fn(usize),
) -> Result<()> {
    let cohort = &processed.verdicts.cohort;
    let mut sheet = Sheet::new(["serial", "email", "level", "status", "modules", "file", "sha256"]);
    for some in processed.certificates.chunks(RENDITIONS_A_READ) {
        let ids: Vec<_> = some.iter().map(|certificate| certificate.id).collect();
        let found = platform.db.read(Scope::Organisation(cohort.organisation_id), |conn| {
            renditions::renditions(conn, cohort.organisation_id, &ids, &processed.language)
        })?;
        for certificate in some {
            let rendition = found
                .get(&certificate.id)
                .ok_or_else(|| Error::internal(format!("{} has no rendition", certificate.serial)))?;
            let file = format!("{CERTIFICATES_DIR}/{}.pdf", certificate.serial);
            out.put(&file, &rendition.pdf)?;
            let modules: Vec<String> = certificate.record()?.modules.into_iter().map(|m| m.code).collect();
            sheet.row([
                certificate.serial.as_str(),
                &certificate.email,
                certificate.level.as_str(),
                certificate.status.as_str(),
                &modules.join(";"),
                &file,
                &rendition.sha256,
            ]);
        }
        progress(some.len());
    }
    out.put("certificates.csv", &sheet.into_bytes())
}

/// How many PDF files lie among the certificates and are none of this cohort's: somebody might hand them out.
pub fn foreign_certificates(processed: &Processed, out: &Path) -> usize {
    let ours: HashSet<&str> =
        processed.certificates.iter().map(|certificate| certificate.serial.as_str()).collect();
    let Ok(entries) = out.join(CERTIFICATES_DIR).read_dir() else { return 0 };
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.strip_suffix(".pdf").is_some_and(|serial| !ours.contains(serial))).count()
}

/// Every row of an export whose person was not identified. With `employee_id` filled in it is an `aliases.csv`.
fn unmatched(processed: &Processed) -> Vec<u8> {
    let people: HashMap<PersonId, &Person> =
        processed.verdicts.people.iter().map(|p| (p.person.id, &p.person)).collect();
    let mut sheet = Sheet::new(["file", "line", "name", "email", "reason", "suggestion", "employee_id"]);
    for session in &processed.sessions {
        for unmatched in &session.settled.unmatched {
            let Some((file, export)) = session.files.get(unmatched.file) else { continue };
            let Some(row) = export.rows.get(unmatched.row) else { continue };
            let suggested = unmatched.suggestions.iter().filter_map(|id| people.get(id));
            let suggestion: Vec<String> =
                suggested.map(|person| format!("{} {}", person.employee_id, person.name)).collect();
            sheet.row([
                file.as_str(),
                &row.line.to_string(),
                &row.name,
                row.email
                    .as_deref()
                    .or(row.upn.as_deref())
                    .or(row.employee_id.as_deref())
                    .unwrap_or_default(),
                &unmatched.reason.to_string(),
                &suggestion.join(" | "),
                "",
            ]);
        }
    }
    sheet.into_bytes()
}

/// Valid certificates whose level the facts no longer earn. Nothing was taken away; somebody decides.
fn review(processed: &Processed) -> Vec<u8> {
    let mut sheet = Sheet::new(["serial", "employee_id", "name", "email", "level", "verdict", "missing"]);
    for certificate in &processed.certificates {
        if !processed.issued.review.contains(&certificate.id) {
            continue;
        }
        let (verdict, missing) = now_earned(processed, certificate);
        let name = certificate.record().map(|record| record.name).unwrap_or_default();
        sheet.row([
            certificate.serial.as_str(),
            &certificate.employee_id,
            &name,
            &certificate.email,
            certificate.level.as_str(),
            &verdict,
            &missing,
        ]);
    }
    sheet.into_bytes()
}

fn now_earned(processed: &Processed, certificate: &Certificate) -> (String, String) {
    match processed.verdicts.of_employee(&certificate.employee_id) {
        Some(person) => {
            let level = person.verdict.outcome.level();
            (level.map_or("none", |level| level.as_str()).to_owned(), person.verdict.missing())
        }
        None => ("none".to_owned(), "no longer on the roster".to_owned()),
    }
}

/// The folder that files are put into.
struct Output(PathBuf);

impl Output {
    fn open(dir: &Path) -> Result<Output> {
        std::fs::create_dir_all(dir.join(CERTIFICATES_DIR)).map_err(|e| unwritable(dir, &e))?;
        Ok(Output(dir.to_owned()))
    }

    /// Puts a file in its place in one step: who looks meanwhile sees the earlier one or the new one.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let file = self.0.join(name);
        let unfinished = self.0.join(format!("{name}.{}.part", std::process::id()));
        std::fs::write(&unfinished, bytes).and_then(|()| std::fs::rename(&unfinished, &file)).map_err(|e| {
            let _ = std::fs::remove_file(&unfinished);
            unwritable(&file, &e)
        })
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::internal(format!("{}: {error}", path.display()))
}
