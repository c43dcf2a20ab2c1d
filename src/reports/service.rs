//! From verdicts and certificates to a cohort's report.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::rules::{self, DepartmentFigures};
use super::{
    CohortReport, ReportDetails, ReportedCertificates, ReportedCohort, ReportedModule, ReportedPerson,
};
use crate::catalogue::Level;
use crate::certificates;
use crate::certification::Finding;
use crate::certification::service::{CohortVerdicts, PersonVerdict};
use crate::cohorts::{Cohort, State};
use crate::organisations::{self, Organisation};
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::ids::PersonId;

/// Whether a report names people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    Without,
    /// Only for those who may see names.
    With,
}

/// A cohort's report and what its PDF shows beyond the figures.
pub fn cohort_report(
    conn: &mut DbConn,
    organisation: &Organisation,
    verdicts: &CohortVerdicts,
    names: Names,
) -> Result<(CohortReport, ReportDetails)> {
    let holders = certificates::service::valid_holders(conn, organisation.id, verdicts.cohort.id)?;
    let directorates = organisations::departments::directorates(conn, organisation.id)?;
    // Who left keeps the certificate: it is among the valid ones, so it must be in the table of departments, too.
    let enrolled: BTreeSet<PersonId> = verdicts.people.iter().map(|person| person.person.id).collect();
    let left: Vec<PersonId> = holders.keys().copied().filter(|person| !enrolled.contains(person)).collect();
    let left = organisations::service::departments_of(conn, organisation.id, &left)?;
    Ok((figures(organisation, verdicts, &holders), details(verdicts, &holders, &left, &directorates, names)))
}

/// Figures that still change would tell, by their difference, what one person did meanwhile.
pub fn refuse_unsettled(cohort: &Cohort) -> Result<()> {
    match cohort.state {
        State::Closed | State::Archived => Ok(()),
        State::Draft | State::Open | State::Running => {
            let detail = "There are statistics of a cohort once it is closed.";
            Err(Error::refused("cohort-not-closed", detail, json!({ "state": cohort.state })))
        }
    }
}

/// The figures alone.
fn figures(
    organisation: &Organisation,
    verdicts: &CohortVerdicts,
    holders: &BTreeMap<PersonId, Level>,
) -> CohortReport {
    let attended = || verdicts.people.iter().filter(|person| person.verdict.attended() > 0);
    let departments: BTreeSet<&str> = attended().map(|person| person.person.department.as_str()).collect();
    let modules: Vec<ReportedModule> = verdicts
        .snapshot
        .programme
        .modules
        .iter()
        .map(|module| ReportedModule {
            module: module.clone(),
            present: count(verdicts.people.iter().filter(|person| was_seen(verdicts, person, module))),
            attended: count(verdicts.people.iter().filter(|person| has_attended(person, module))),
        })
        .collect();
    let of_level = |level: Level| count(holders.values().filter(|held| **held == level));
    let (completion, attendance) = (of_level(Level::Completion), of_level(Level::Attendance));
    CohortReport {
        cohort: ReportedCohort {
            organisation: organisation.name.clone(),
            programme: verdicts.cohort.programme_code.clone(),
            name: verdicts.cohort.name.clone(),
            locale: verdicts.cohort.locale.clone(),
            threshold_percent: u32::try_from(verdicts.cohort.threshold_percent).unwrap_or(100),
        },
        enrolled: count(verdicts.people.iter()),
        attended: count(attended()),
        attendances: modules.iter().map(|module| module.attended).sum(),
        departments: count(departments.iter()),
        modules,
        certificates: ReportedCertificates { completion, attendance, total: completion + attendance },
    }
}

fn details(
    verdicts: &CohortVerdicts,
    holders: &BTreeMap<PersonId, Level>,
    left: &BTreeMap<PersonId, String>,
    directorates: &BTreeMap<String, String>,
    names: Names,
) -> ReportDetails {
    let snapshot = &verdicts.snapshot;
    let dates = || verdicts.sessions.iter().map(|session| session.date());
    ReportDetails {
        programme_titles: snapshot.programme.titles.clone(),
        module_titles: snapshot.programme.modules.iter().map(|module| snapshot.titles(module)).collect(),
        period: dates().min().zip(dates().max()),
        departments: rules::merge_small(
            &by_department(verdicts, holders, left, directorates),
            rules::SMALLEST_COUNT,
        ),
        people: (names == Names::With).then(|| verdicts.people.iter().map(reported_person).collect()),
        levels: snapshot.programme.rule.levels.iter().map(|rule| (rule.level, rule.min_modules)).collect(),
    }
}

fn by_department(
    verdicts: &CohortVerdicts,
    holders: &BTreeMap<PersonId, Level>,
    left: &BTreeMap<PersonId, String>,
    directorates: &BTreeMap<String, String>,
) -> Vec<DepartmentFigures> {
    let mut departments: BTreeMap<String, DepartmentFigures> = BTreeMap::new();
    let mut add = |name: &str, enrolled: bool, attended: bool, certified: bool| {
        let figures = departments.entry(name.to_owned()).or_insert_with(|| DepartmentFigures {
            name: name.to_owned(),
            directorate: directorates.get(name).cloned(),
            enrolled: 0,
            attended: 0,
            certificates: 0,
        });
        figures.enrolled += u32::from(enrolled);
        figures.attended += u32::from(attended);
        figures.certificates += u32::from(certified);
    };
    for person in &verdicts.people {
        let certified = holders.contains_key(&person.person.id);
        add(&person.person.department, true, person.verdict.attended() > 0, certified);
    }
    left.values().for_each(|department| add(department, false, false, true));
    departments.into_values().collect()
}

/// What `participants.csv` and the table of people say of a person.
pub fn reported_person(person: &PersonVerdict) -> ReportedPerson {
    let attended: Vec<(&str, u32)> = person
        .verdict
        .modules
        .iter()
        .filter_map(|module| match module.finding {
            Finding::Attended { minutes, .. } => Some((module.module.as_str(), minutes)),
            _ => None,
        })
        .collect();
    ReportedPerson {
        employee_id: person.person.employee_id.clone(),
        name: person.person.name.clone(),
        email: person.person.email.clone(),
        department: person.person.department.clone(),
        modules: attended.iter().map(|(module, _)| (*module).to_owned()).collect(),
        minutes: attended.iter().map(|(_, minutes)| *minutes).collect(),
        verdict: person.verdict.outcome.level().map_or("none", Level::as_str).to_owned(),
        missing: person.verdict.missing(),
    }
}

fn was_seen(verdicts: &CohortVerdicts, person: &PersonVerdict, module: &str) -> bool {
    person.attendance.iter().any(|fact| {
        fact.status.is_seen() && verdicts.session(fact.session_id).is_some_and(|s| s.module_code == module)
    })
}

fn has_attended(person: &PersonVerdict, module: &str) -> bool {
    person.verdict.modules.iter().any(|finding| finding.module == module && finding.is_attended())
}

fn count(items: impl Iterator) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}
