//! Use cases of attendance: files in, facts out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDateTime;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::aliases::Alias;
use super::imports::{self, Export, Limits, SessionTimes};
use super::matching::{Roster, RosterPerson};
use super::rules::{self, Settled};
use super::store::{self, NewFact, NewImport};
use super::{Fact, Status};
use crate::cohorts::service as cohorts;
use crate::cohorts::{Cohort, Session, State};
use crate::enrolment::{self, service::People};
use crate::organisations::{Person, RosterEntry};
use crate::platform::Platform;
use crate::platform::clock::Clock;
use crate::platform::db::{Db, DbConn, Scope};
use crate::platform::error::{Error, Result};
use crate::platform::faults::Faults;
use crate::platform::ids::{CohortId, OrganisationId, PersonId, SessionId};

/// A file of attendance that was read without a fault.
#[derive(Clone, Debug)]
pub struct AttendanceFile {
    pub name: String,
    pub sha256: [u8; 32],
    pub export: Export,
}

/// Who changes facts, and why; a reason is asked for after a cohort was closed.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    pub name: &'a str,
    pub reason: Option<&'a str>,
}

/// What the files of one session say now, and whether that changed anything.
#[derive(Clone, Debug)]
pub struct SessionAttendance {
    /// The current files by name, as [`Settled`] counts them.
    pub files: Vec<(String, Export)>,
    pub settled: Settled,
    /// How many people's facts are others than before.
    pub changed: usize,
}

/// Reads one file of attendance for a session.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn read_file(
    name: &str,
    bytes: &[u8],
    session: &Session,
    limits: &Limits,
) -> Result<AttendanceFile, Faults> {
    let export = imports::read(name, bytes, &session_times(session), limits)?;
    Ok(AttendanceFile { name: name.to_owned(), sha256: Sha256::digest(bytes).into(), export })
}

/// When the session was scheduled, for reading its files.
pub fn session_times(session: &Session) -> SessionTimes {
    SessionTimes {
        starts: session.starts_local,
        ends: session.ends_local,
        zone: session.zone.parse().unwrap_or(chrono_tz::UTC),
    }
}

/// The roster to match files against: the enrolled, the confirmed names, the facilitators.
pub fn roster(people: &[Person], aliases: &[Alias], facilitators: &[String]) -> Roster {
    Roster::new(people.iter().map(roster_person), aliases, facilitators)
}

/// A person as files are matched against them.
pub fn roster_person(person: &Person) -> RosterPerson {
    RosterPerson {
        id: person.id,
        employee_id: person.employee_id.clone(),
        name: person.name.clone(),
        email: person.email.clone(),
    }
}

/// The files that are put to a session.
#[derive(Clone, Copy, Debug)]
pub enum Files<'a> {
    /// These are all that their author has; the author's others go. What somebody else put there stays.
    All(&'a [AttendanceFile]),
    /// These; those of other names stay.
    More(&'a [AttendanceFile]),
}

impl<'a> Files<'a> {
    fn given(self) -> &'a [AttendanceFile] {
        match self {
            Files::All(files) | Files::More(files) => files,
        }
    }
}

/// Puts files to a session: one of a known name and other content replaces what the earlier one said, the same content
/// changes nothing. People's facts follow from all current files together.
pub fn put_files(
    conn: &mut DbConn,
    cohort: &Cohort,
    session: &Session,
    roster: &Roster,
    files: Files<'_>,
    author: Author<'_>,
    now: NaiveDateTime,
) -> Result<SessionAttendance> {
    let organisation = cohort.organisation_id;
    let given = files.given();
    if !given.is_empty() {
        refuse_names(session)?;
    }
    let session_end = session_times(session).scheduled().to;
    let mut current: BTreeMap<String, Export> = BTreeMap::new();
    for import in store::current_imports(conn, organisation, session.id)? {
        match given.iter().find(|file| file.name == import.file_name) {
            Some(file) if file.sha256.as_slice() == import.sha256.as_slice() => {
                current.insert(file.name.clone(), file.export.clone());
            }
            None if matches!(files, Files::More(_)) || import.author != author.name => {
                let export = store::export(conn, organisation, &import, session_end)?;
                current.insert(import.file_name, export);
            }
            _ => store::supersede_import(conn, organisation, import.id, now)?,
        }
    }
    for file in given {
        if current.contains_key(&file.name) {
            continue;
        }
        let import = NewImport {
            organisation_id: organisation,
            session_id: session.id,
            file_name: &file.name,
            sha256: &file.sha256,
            format: file.export.format,
            author: author.name,
            reason: author.reason,
            imported_at: now,
        };
        store::insert_import(conn, &import, &file.export)?;
        current.insert(file.name.clone(), file.export.clone());
    }
    let files: Vec<(String, Export)> = current.into_iter().collect();
    let settled = settle(cohort, session, roster, &files);
    let changed = record(conn, organisation, session, &files, &settled, author, now)?;
    Ok(SessionAttendance { files, settled, changed })
}

fn settle(cohort: &Cohort, session: &Session, roster: &Roster, files: &[(String, Export)]) -> Settled {
    let named: Vec<(&str, &Export)> = files.iter().map(|(name, export)| (name.as_str(), export)).collect();
    let percent = u32::try_from(cohort.threshold_percent).unwrap_or(100);
    rules::settle(&named, roster, session_times(session).scheduled(), percent)
}

/// Of residents and minors nobody writes down names.
pub fn refuse_names(session: &Session) -> Result<()> {
    if session.head_count_only {
        let detail = "of this session no names are written down: record how many came";
        return Err(Error::refused("head-count-only", detail, json!({ "session": session.id })));
    }
    Ok(())
}

/// Brings the facts of a session to what was settled: a fact that is another than before supersedes it, a person who no
/// longer stands in a file has one that says so. What did not change is not written again.
fn record(
    conn: &mut DbConn,
    organisation: OrganisationId,
    session: &Session,
    files: &[(String, Export)],
    settled: &Settled,
    author: Author<'_>,
    now: NaiveDateTime,
) -> Result<usize> {
    let mut before: HashMap<PersonId, Fact> = store::current_facts(conn, organisation, &[session.id], None)?
        .into_iter()
        .map(|f| (f.person_id, f))
        .collect();
    let mut changed = Vec::new();
    for person in &settled.people {
        let sources: Vec<String> = person
            .files
            .iter()
            .filter_map(|i| files.get(*i))
            .map(|(n, e)| format!("{n} ({})", e.format))
            .collect();
        let flags: Vec<&str> = person.presence.flags.iter().map(|flag| flag.as_str()).collect();
        let fact = NewFact {
            organisation_id: organisation,
            session_id: session.id,
            person_id: person.person,
            status: person.presence.status.as_str(),
            present_seconds: i32::try_from(person.presence.seconds).unwrap_or(i32::MAX),
            source: sources.join("; "),
            matched_by: Some(person.matched_by.as_str()),
            flags: flags.join(" "),
            author: author.name,
            reason: author.reason,
            recorded_at: now,
        };
        let same = before.remove(&person.person).is_some_and(|was| {
            (was.status.as_str(), was.present_seconds, &was.source, was.matched_by.as_deref(), &was.flags)
                == (fact.status, fact.present_seconds, &fact.source, fact.matched_by, &fact.flags)
        });
        if !same {
            changed.push(fact);
        }
    }
    let gone = before.into_values().filter(|fact| fact.status != Status::Absent || !fact.source.is_empty());
    let mut gone: Vec<PersonId> = gone.map(|fact| fact.person_id).collect();
    gone.sort_unstable();
    changed.extend(gone.into_iter().map(|person_id| NewFact {
        organisation_id: organisation,
        session_id: session.id,
        person_id,
        status: Status::Absent.as_str(),
        present_seconds: 0,
        source: String::new(),
        matched_by: None,
        flags: String::new(),
        author: author.name,
        reason: author.reason,
        recorded_at: now,
    }));
    let people: Vec<PersonId> = changed.iter().map(|fact| fact.person_id).collect();
    store::supersede_facts(conn, organisation, session.id, &people, now)?;
    store::insert_facts(conn, &changed)?;
    Ok(changed.len())
}

/// Takes one file of attendance for a session. While the cohort runs, anybody who teaches it may; after closing it is a
/// late correction, which needs a reason and somebody who may correct.
#[expect(clippy::too_many_arguments, reason = "what, whose and by whom: none of them belong together")]
pub fn upload(
    db: &Db,
    clock: &Clock,
    organisation: OrganisationId,
    cohort: CohortId,
    session: SessionId,
    file: &AttendanceFile,
    author: Author<'_>,
    may_correct: bool,
) -> Result<SessionAttendance> {
    db.write_alone(Scope::Organisation(organisation), |conn| {
        let cohort = cohorts::cohort_for_change(conn, organisation, cohort)?;
        let session = cohorts::session(conn, organisation, cohort.id, session)?;
        refuse_untimely(&cohort, author, may_correct)?;
        let people = enrolment::service::enrolled(conn, organisation, cohort.id)?;
        let aliases = store::aliases(conn, organisation, cohort.id)?;
        let roster = roster(&people, &aliases, &cohorts::settings(&cohort)?.facilitators);
        put_files(
            conn,
            &cohort,
            &session,
            &roster,
            Files::More(std::slice::from_ref(file)),
            author,
            clock.now().naive_utc(),
        )
    })
}

fn refuse_untimely(cohort: &Cohort, author: Author<'_>, may_correct: bool) -> Result<()> {
    match cohort.state {
        State::Open | State::Running => Ok(()),
        State::Closed if !may_correct => {
            let detail = "The cohort is closed: only an administrator corrects its attendance.";
            Err(Error::forbidden("late-correction", detail))
        }
        State::Closed if author.reason.is_some_and(|reason| !reason.trim().is_empty()) => Ok(()),
        State::Closed => {
            let detail =
                "the cohort is closed: attendance changes only by a late correction, which gives a reason";
            Err(Error::refused("reason-missing", detail, json!({ "state": cohort.state })))
        }
        State::Draft | State::Archived => {
            let detail = format!("the cohort is {}: no attendance is taken", cohort.state);
            Err(Error::refused("cohort-state", detail, json!({ "state": cohort.state })))
        }
    }
}

/// Takes a cohort's roster; says how many are enrolled now. Who stands in the files of its sessions follows from it.
/// Whom it leaves out is told.
pub fn upload_roster(
    platform: &Platform,
    organisation: OrganisationId,
    cohort: CohortId,
    file: &str,
    roster: &[RosterEntry],
    people: People,
    author: Author<'_>,
) -> Result<usize> {
    platform.db.write_alone(Scope::Organisation(organisation), |conn| {
        let cohort = cohorts::cohort_for_change(conn, organisation, cohort)?;
        cohorts::refuse_after_closing(&cohort)?;
        let now = platform.clock.now().naive_utc();
        let listed = enrolment::service::put_roster(conn, &cohort, file, roster, people, now)?;
        enrolment::service::tell_left_out(conn, platform, &cohort, &listed)?;
        settle_again(conn, &cohort, &listed.people, author, now)?;
        Ok(listed.people.len())
    })
}

/// Judges the kept files of a cohort anew: an earlier roster may have lacked somebody who stands in them.
fn settle_again(
    conn: &mut DbConn,
    cohort: &Cohort,
    people: &[Person],
    author: Author<'_>,
    now: NaiveDateTime,
) -> Result<()> {
    let aliases = store::aliases(conn, cohort.organisation_id, cohort.id)?;
    let roster = roster(people, &aliases, &cohorts::settings(cohort)?.facilitators);
    for session in cohorts::sessions(conn, cohort.organisation_id, cohort.id)? {
        put_files(conn, cohort, &session, &roster, Files::More(&[]), author, now)?;
    }
    Ok(())
}

/// The facts of some sessions that count now; of some people, where they are given.
pub fn current_facts(
    conn: &mut DbConn,
    organisation: OrganisationId,
    sessions: &[Session],
    people: Option<&[PersonId]>,
) -> Result<Vec<Fact>> {
    let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
    store::current_facts(conn, organisation, &ids, people)
}

/// A page of a session's attendance by employee id: everybody enrolled, with the fact that counts; without one where no
/// file names the person.
pub fn session_page(
    conn: &mut DbConn,
    cohort: &Cohort,
    session: &Session,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<(Person, Option<Fact>)>> {
    let organisation = cohort.organisation_id;
    let people = enrolment::service::enrolled_page(conn, organisation, cohort.id, after, limit)?;
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let facts = store::current_facts(conn, organisation, &[session.id], Some(&ids))?;
    let mut facts: HashMap<PersonId, Fact> = facts.into_iter().map(|fact| (fact.person_id, fact)).collect();
    Ok(people
        .into_iter()
        .map(|person| {
            let fact = facts.remove(&person.id);
            (person, fact)
        })
        .collect())
}

/// A person's attendance in each session of a cohort, by start: every fact, the newest first.
pub fn person_history(
    conn: &mut DbConn,
    cohort: &Cohort,
    person: PersonId,
) -> Result<Vec<(Session, Vec<Fact>)>> {
    let organisation = cohort.organisation_id;
    let sessions = cohorts::sessions(conn, organisation, cohort.id)?;
    let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
    let mut facts: HashMap<SessionId, Vec<Fact>> = HashMap::new();
    for fact in store::history(conn, organisation, &ids, person)? {
        facts.entry(fact.session_id).or_default().push(fact);
    }
    Ok(sessions
        .into_iter()
        .map(|session| {
            let facts = facts.remove(&session.id).unwrap_or_default();
            (session, facts)
        })
        .collect())
}

/// Makes the cohort's confirmed names these.
pub fn put_aliases(
    conn: &mut DbConn,
    cohort: &Cohort,
    confirmed: &[Alias],
    now: NaiveDateTime,
) -> Result<()> {
    store::put_aliases(conn, cohort.organisation_id, cohort.id, confirmed, now)
}

/// Names that were taken for a person because they fit exactly one, as confirmations to be kept.
pub fn accepted_names(sessions: &[SessionAttendance], roster: &Roster) -> Vec<Alias> {
    use super::matching::{Match, MatchedBy};
    let mut accepted = Vec::new();
    let mut seen = BTreeSet::new();
    for (file, export) in sessions.iter().flat_map(|session| &session.files) {
        for row in &export.rows {
            if let Match::Person { id, by: MatchedBy::UniqueName } = roster.match_row(file, row)
                && seen.insert((file.clone(), row.name.clone()))
            {
                accepted.push(Alias { file: file.clone(), name: row.name.clone(), email: None, person: id });
            }
        }
    }
    accepted
}
