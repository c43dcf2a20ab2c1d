//! A trainer's folder, read and checked whole before anything is done with it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::attendance::aliases;
use crate::attendance::imports::{self, Limits, SessionTimes};
use crate::attendance::matching::RosterPerson;
use crate::attendance::service::AttendanceFile;
use crate::catalogue::Catalogue;
use crate::certificates::template::Template;
use crate::cohorts::{CohortPlan, LogoFile, SessionPlan, folder, schedule};
use crate::organisations::{Logo, RosterEntry, images, roster};
use crate::platform::faults::{Fault, Faults};
use crate::platform::ids::PersonId;
use crate::platform::sheets;

pub const COHORT_FILE: &str = "cohort.toml";
pub const ROSTER_FILE: &str = "roster.csv";
pub const SESSIONS_FILE: &str = "sessions.csv";
pub const ALIASES_FILE: &str = "aliases.csv";

/// Where a folder's files are.
#[derive(Clone, Debug)]
pub enum Source {
    Disk(PathBuf),
    /// Files that the program carries with it.
    Embedded(&'static include_dir::Dir<'static>),
}

impl Source {
    /// A file's bytes; `None` where there is no such file. A file over the limit is refused before it is read.
    fn bytes(&self, name: &str, most_bytes: usize) -> Result<Option<Vec<u8>>, Fault> {
        match self {
            Source::Embedded(dir) => Ok(dir.get_file(name).map(|file| file.contents().to_vec())),
            Source::Disk(dir) => {
                read_bounded(&dir.join(name), most_bytes).map_err(|fault| fault.in_file(name))
            }
        }
    }

    fn required(&self, name: &str, most_bytes: usize, faults: &mut Faults) -> Option<Vec<u8>> {
        match self.bytes(name, most_bytes) {
            Ok(Some(bytes)) => return Some(bytes),
            Ok(None) => {
                faults.push(Fault::new("missing-file", "there is no such file in the folder").in_file(name))
            }
            Err(fault) => faults.push(fault),
        }
        None
    }
}

/// Reads a file of at most so many bytes, whatever its size says (it may grow, or be no ordinary file).
fn read_bounded(path: &Path, most_bytes: usize) -> Result<Option<Vec<u8>>, Fault> {
    let unreadable = |e: std::io::Error| Fault::new("unreadable-file", e.to_string());
    match std::fs::metadata(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(unreadable(e)),
        // Opening a pipe would wait for its other end.
        Ok(metadata) if !metadata.is_file() => {
            return Err(Fault::new("not-a-file", "this is not an ordinary file"));
        }
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(most_bytes as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > most_bytes {
        return Err(Fault::new("too-large", format!("the file has more than {most_bytes} bytes, the limit")));
    }
    Ok(Some(bytes))
}

/// A folder without a fault.
#[derive(Debug)]
pub struct Folder {
    pub plan: CohortPlan,
    pub roster: Vec<RosterEntry>,
    pub sessions: Vec<SessionInput>,
    /// The bytes of `aliases.csv`, which can be read only when the people have their ids.
    pub aliases: Option<Vec<u8>>,
    pub logos: Vec<Logo>,
    /// Of the folder; where absent, the built-in one.
    template: Option<Template>,
    /// What a trainer should know though the folder can be processed.
    pub warnings: Vec<Fault>,
}

impl Folder {
    /// How the cohort's certificates look.
    pub fn template(&self) -> &Template {
        self.own_template().unwrap_or_else(|| Template::embedded())
    }

    /// How the folder itself says that they look, if it does.
    pub fn own_template(&self) -> Option<&Template> {
        self.template.as_ref()
    }
}

/// A session and the files of its attendance.
#[derive(Debug)]
pub struct SessionInput {
    pub plan: SessionPlan,
    pub files: Vec<AttendanceFile>,
}

/// Reads a folder; every fault of every file at once, as far as one does not hide another.
pub fn read(source: &Source, catalogue: &Catalogue, limits: &Limits) -> Result<Folder, Faults> {
    let mut faults = Faults::default();
    let plan = source
        .required(COHORT_FILE, limits.max_bytes, &mut faults)
        .and_then(|bytes| faults.keep(folder::read(COHORT_FILE, &bytes, catalogue)));
    let roster = source
        .required(ROSTER_FILE, limits.max_bytes, &mut faults)
        .and_then(|bytes| faults.keep(roster::read(ROSTER_FILE, &bytes, &table_limits(limits))));
    let programme = plan.as_ref().and_then(|(plan, _)| catalogue.programmes.get(&plan.programme));
    let schedule = source.required(SESSIONS_FILE, limits.max_bytes, &mut faults).and_then(|bytes| {
        // Without a programme nothing says which modules there are; its fault is told already.
        faults.keep(schedule::read(SESSIONS_FILE, &bytes, programme?))
    });
    let sessions = schedule.map(|plans| attendance_files(source, plans, limits, &mut faults));
    let aliases = faults.keep(source.bytes(ALIASES_FILE, limits.max_bytes).map_err(Faults::from)).flatten();
    if let (Some(bytes), Some(roster)) = (&aliases, &roster) {
        faults.keep(check_aliases(bytes, roster, limits));
    }
    let (plan, mut warnings) = match plan {
        Some(plan) => plan,
        None => return Err(faults),
    };
    let logos = plan.logos.iter().filter_map(|logo| read_logo(source, logo, &mut faults)).collect();
    let template = match (&plan.certificates, source) {
        (Some(folder), Source::Disk(dir)) => faults.keep(Template::load(&dir.join(folder))),
        _ => None,
    };
    if let Some(roster) = &roster {
        let departments = roster.iter().map(|entry| entry.department.as_str()).collect();
        warnings.extend(folder::unknown_directorates(&plan, &departments));
    }
    match (roster, sessions) {
        (Some(roster), Some(sessions)) => {
            faults.into_result(Folder { plan, roster, sessions, aliases, logos, template, warnings })
        }
        _ => Err(faults),
    }
}

fn table_limits(limits: &Limits) -> sheets::Limits {
    sheets::Limits { bytes: limits.max_bytes, rows: limits.max_rows, ..sheets::Limits::default() }
}

fn attendance_files(
    source: &Source,
    plans: Vec<SessionPlan>,
    limits: &Limits,
    faults: &mut Faults,
) -> Vec<SessionInput> {
    let mut used: BTreeMap<String, String> = BTreeMap::new();
    let mut sessions = Vec::with_capacity(plans.len());
    for plan in plans {
        let times = SessionTimes { starts: plan.starts.local, ends: plan.ends.local, zone: plan.zone };
        let mut files = Vec::new();
        for name in &plan.files {
            let session = format!("{} of {}", plan.module, plan.starts.local.date());
            if let Some(other) = used.insert(name.clone(), session.clone()) {
                let message = format!("{name} stands for {other} and for {session}");
                faults.push(Fault::new("file-used-twice", message).in_file(SESSIONS_FILE).in_field("file"));
            }
            let Some(bytes) = source.required(name, limits.max_bytes, faults) else { continue };
            let Some(export) = faults.keep(imports::read(name, &bytes, &times, limits)) else { continue };
            files.push(AttendanceFile { name: name.clone(), sha256: Sha256::digest(&bytes).into(), export });
        }
        sessions.push(SessionInput { plan, files });
    }
    sessions
}

/// What is wrong with the confirmations, before anything is written: here rows of the roster stand for the people, who
/// may have no ids yet.
fn check_aliases(bytes: &[u8], roster: &[RosterEntry], limits: &Limits) -> Result<(), Faults> {
    let people: Vec<RosterPerson> = (1..)
        .zip(roster)
        .map(|(row, entry)| RosterPerson {
            id: PersonId(row),
            employee_id: entry.employee_id.clone(),
            name: entry.name.clone(),
            email: entry.email.clone(),
        })
        .collect();
    aliases::read(ALIASES_FILE, bytes, &people, limits).map(drop)
}

fn read_logo(source: &Source, logo: &LogoFile, faults: &mut Faults) -> Option<Logo> {
    let bytes = source.required(&logo.file, images::MOST_BYTES, faults)?;
    faults.keep(images::check(&logo.file, &bytes).map_err(Faults::from))?;
    Some(Logo::new(logo.alt.clone(), bytes))
}
