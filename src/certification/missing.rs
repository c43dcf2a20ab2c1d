//! What people of a cohort lack for a certificate, told them by mail while there is still time.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::service::{CohortVerdicts, PersonVerdict, cohort_verdicts};
use super::{Finding, ModuleFinding, rules};
use crate::catalogue::Catalogue;
use crate::cohorts::service as cohorts;
use crate::cohorts::{Cohort, Session, State};
use crate::enrolment::mails::{MissingModule, Notice, SessionFacts};
use crate::enrolment::notices;
use crate::enrolment::service::bookings::Reachable;
use crate::platform::Platform;
use crate::platform::db::{DbConn, Scope};
use crate::platform::error::{Error, Result, chain};
use crate::platform::ids::{CohortId, JobId, OrganisationId, PersonId};
use crate::platform::jobs::{self, Job, JobError, NewJob};

/// The kind of these jobs.
pub const KIND: &str = "missing";

/// So many people are told in one commit; after each the job says how far it is.
const AT_ONCE: usize = 100;

#[derive(Serialize, Deserialize)]
struct Tell {
    organisation: OrganisationId,
    cohort: CohortId,
}

/// Begins to tell the people of a cohort what they lack. On one day (UTC) of one cohort it is one job: who asks again is
/// given the same.
pub fn start(conn: &mut DbConn, platform: &Platform, cohort: &Cohort) -> Result<JobId> {
    if !matches!(cohort.state, State::Open | State::Running) {
        let detail =
            format!("people are told what they lack while a cohort goes on; this one is {}", cohort.state);
        return Err(Error::refused("cohort-state", detail, json!({ "state": cohort.state })));
    }
    let now = platform.clock.now();
    let organisation = cohort.organisation_id;
    let key = format!("{KIND}:{}:{}", cohort.id, now.date_naive());
    let payload = Tell { organisation, cohort: cohort.id };
    let job =
        NewJob { organisation: Some(organisation), kind: KIND, key: &key, payload: &payload, run_at: now };
    jobs::start(conn, platform, &job)
}

/// Does such a job: everybody who lacks something that they can still attend is enqueued a notice, of which each person
/// gets one, so that another try tells nobody twice. Its result says how many.
pub fn handle(platform: &Platform, catalogue: &Catalogue, job: &Job) -> std::result::Result<Value, JobError> {
    let Tell { organisation, cohort } = job.payload()?;
    let scope = Scope::Organisation(organisation);
    let passing = |error: Error| JobError::Passing(chain(&error));
    let found = platform.db.read(scope, |conn| {
        let cohort = cohorts::cohort(conn, organisation, cohort)?;
        let verdicts = cohort_verdicts(conn, catalogue, cohort)?;
        let now = platform.clock.now().naive_utc();
        let reachable = Reachable::of_cohort(conn, &verdicts.cohort, &verdicts.sessions, now)?;
        let people = verdicts.people.iter();
        let told = people.filter_map(|one| Some((one.person.id, lacking(&verdicts, one, &reachable)?)));
        let told: Vec<(PersonId, Notice)> = told.collect();
        Ok((told, verdicts.cohort))
    });
    let (told, cohort) = found.map_err(passing)?;
    for (n, chunk) in told.chunks(AT_ONCE).enumerate() {
        job.progress(n * AT_ONCE, told.len())?;
        let tell = |conn: &mut DbConn| notices::tell_once(conn, platform, &cohort, &job.key, chunk.to_vec());
        platform.db.write_tx(scope, tell).map_err(passing)?;
    }
    job.progress(told.len(), told.len())?;
    Ok(json!({ "people": told.len() }))
}

/// What a person is told; nothing where they have the highest level, or cannot reach the next one any more.
fn lacking(verdicts: &CohortVerdicts, person: &PersonVerdict, reachable: &Reachable<'_>) -> Option<Notice> {
    let verdict = &person.verdict;
    let (level, needed) = rules::next_level(&verdicts.snapshot.programme.rule, verdict)?;
    let next = |module: &ModuleFinding| reachable.next(&module.module, person.person.id);
    let lacked = verdict.modules.iter().filter(|module| !module.is_attended());
    let lacked: Vec<(&ModuleFinding, Option<&Session>)> =
        lacked.map(|module| (module, next(module))).collect();
    // What has no session yet may get one.
    let can_come = |(module, next): &&(&ModuleFinding, Option<&Session>)| {
        next.is_some() || module.finding == Finding::NotHeld
    };
    let possible: Vec<&str> =
        lacked.iter().filter(can_come).map(|(module, _)| module.module.as_str()).collect();
    let is_lost = |required: &String| {
        let is_it = |(module, _): &(&ModuleFinding, _)| module.module == *required;
        lacked.iter().any(is_it) && !possible.contains(&required.as_str())
    };
    if (possible.len() as u64) < u64::from(needed) || level.required_modules.iter().any(is_lost) {
        return None;
    }
    let missing = |(module, next): &(&ModuleFinding, Option<&Session>)| MissingModule {
        title: verdicts.snapshot.titles(&module.module),
        next: next.map(|session| SessionFacts::of(session, &verdicts.snapshot, None).without_link()),
    };
    Some(Notice::Missing {
        attended: verdict.attended(),
        required: level.min_modules,
        level: level.level,
        missing: lacked.iter().filter(can_come).map(missing).collect(),
        cohort_ends: verdicts.sessions.last().map(Session::date),
    })
}
