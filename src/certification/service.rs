//! From a cohort's facts to everybody's verdict.

use std::collections::HashMap;

use super::{Facts, ModuleFacts, SessionFacts, Verdict, rules};
use crate::attendance::{self, Fact};
use crate::catalogue::Catalogue;
use crate::cohorts::snapshot::ProgrammeSnapshot;
use crate::cohorts::{self, Cohort, Session};
use crate::enrolment;
use crate::organisations::Person;
use crate::platform::db::DbConn;
use crate::platform::error::Result;
use crate::platform::ids::{PersonId, SessionId};

/// A cohort with everything that was decided about it.
#[derive(Clone, Debug)]
pub struct CohortVerdicts {
    pub cohort: Cohort,
    pub snapshot: ProgrammeSnapshot,
    /// By start; cancelled ones are not among them.
    pub sessions: Vec<Session>,
    /// Everybody enrolled, in the order of their employee ids.
    pub people: Vec<PersonVerdict>,
}

/// One person's presence and what follows from it.
#[derive(Clone, Debug)]
pub struct PersonVerdict {
    pub person: Person,
    /// The current facts, in the order of the sessions.
    pub attendance: Vec<Fact>,
    pub verdict: Verdict,
}

impl CohortVerdicts {
    /// One of the cohort's sessions.
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    /// The verdict on one person, by employee id.
    pub fn of_employee(&self, employee_id: &str) -> Option<&PersonVerdict> {
        self.people.iter().find(|person| person.person.employee_id == employee_id)
    }
}

/// Loads a cohort's facts, in a number of queries that does not grow with it, and applies its rule to everybody.
pub fn cohort_verdicts(conn: &mut DbConn, catalogue: &Catalogue, cohort: Cohort) -> Result<CohortVerdicts> {
    let enrolled = enrolment::service::enrolled(conn, cohort.organisation_id, cohort.id)?;
    verdicts_on(conn, catalogue, cohort, enrolled, None)
}

/// The same for a page of the enrolled, by employee id.
pub fn verdicts_page(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    cohort: Cohort,
    after: Option<&str>,
    limit: i64,
) -> Result<CohortVerdicts> {
    let organisation = cohort.organisation_id;
    let some = enrolment::service::enrolled_page(conn, organisation, cohort.id, after, limit)?;
    let ids: Vec<PersonId> = some.iter().map(|person| person.id).collect();
    verdicts_on(conn, catalogue, cohort, some, Some(&ids))
}

/// The same for one of the enrolled.
pub fn verdict_on(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    cohort: Cohort,
    person: Person,
) -> Result<CohortVerdicts> {
    let id = person.id;
    verdicts_on(conn, catalogue, cohort, vec![person], Some(&[id]))
}

/// `people` are the ids of the `enrolled`, where these are not the whole cohort.
fn verdicts_on(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    cohort: Cohort,
    enrolled: Vec<Person>,
    people: Option<&[PersonId]>,
) -> Result<CohortVerdicts> {
    let organisation = cohort.organisation_id;
    let snapshot = cohorts::service::programme(conn, &cohort, catalogue)?;
    let sessions = cohorts::service::sessions(conn, organisation, cohort.id)?;
    let mut facts: HashMap<PersonId, Vec<Fact>> = HashMap::with_capacity(enrolled.len());
    for fact in attendance::service::current_facts(conn, organisation, &sessions, people)? {
        facts.entry(fact.person_id).or_default().push(fact);
    }
    let people = enrolled
        .into_iter()
        .map(|person| {
            let attendance = facts.remove(&person.id).unwrap_or_default();
            let verdict = rules::decide(
                &snapshot.programme.rule,
                &facts_of(&cohort, &snapshot, &sessions, &attendance),
            );
            PersonVerdict { person, attendance, verdict }
        })
        .collect();
    Ok(CohortVerdicts { cohort, snapshot, sessions, people })
}

fn facts_of(
    cohort: &Cohort,
    snapshot: &ProgrammeSnapshot,
    sessions: &[Session],
    attendance: &[Fact],
) -> Facts {
    let present = |session: SessionId| {
        attendance.iter().find(|f| f.session_id == session).map_or(0, |f| f.present_seconds)
    };
    let modules = snapshot.programme.modules.iter().map(|module| ModuleFacts {
        module: module.clone(),
        sessions: sessions
            .iter()
            .filter(|session| session.module_code == *module)
            .map(|session| SessionFacts {
                session: session.id,
                starts: session.starts_at,
                scheduled_seconds: session.seconds(),
                present_seconds: u32::try_from(present(session.id)).unwrap_or(0),
            })
            .collect(),
    });
    Facts {
        programme_version: snapshot.programme.version,
        threshold_percent: u32::try_from(cohort.threshold_percent).unwrap_or(100),
        modules: modules.collect(),
    }
}
