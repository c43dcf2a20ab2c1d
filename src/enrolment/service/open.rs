//! Which cohorts somebody can enrol in.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;

use super::terms::terms;
use crate::cohorts::Cohort;
use crate::cohorts::service as cohorts;
use crate::enrolment::rules::{self, Refusal};
use crate::enrolment::store::{enrolments, seats as store};
use crate::enrolment::{Applicant, By, Enrolment, Others, Seats, Terms};
use crate::organisations::departments;
use crate::organisations::service as organisations;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{CohortId, OrganisationId, PersonId};

/// A cohort that is open or runs, as one person sees it.
#[derive(Debug)]
pub struct OpenCohort {
    pub cohort: Cohort,
    pub terms: Terms,
    /// None: without a limit.
    pub seats_left: Option<u32>,
    pub enrolment: Option<Enrolment>,
    /// Why the person cannot enrol; none: they can.
    pub refusal: Option<Refusal>,
}

/// A page of the cohorts that are open or run, in the order of their making.
pub fn page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    person: PersonId,
    after: Option<CohortId>,
    limit: i64,
    now: NaiveDateTime,
) -> Result<Vec<OpenCohort>> {
    let live = cohorts::live_page(conn, organisation, after, limit)?;
    let ids: Vec<CohortId> = live.iter().map(|cohort| cohort.id).collect();
    let held = store::held(conn, organisation, &ids)?;
    let mut own = enrolments::of_person(conn, organisation, person, &ids)?;
    let person = organisations::people_of(conn, organisation, &[person])?.pop();
    let person = person.ok_or_else(|| Error::not_found("person"))?;
    let departments = departments::over(conn, organisation, person.department_id)?;
    let open = |cohort: Cohort| {
        let held = held.get(&cohort.id).copied().unwrap_or(0);
        let enrolment = own.remove(&cohort.id);
        let applicant = Applicant { person: person.id, departments: departments.clone(), invited: false };
        seen(cohort, held, enrolment, &applicant, now)
    };
    live.into_iter().map(open).collect()
}

/// One such cohort; `invited` by a link.
pub fn one(
    conn: &mut DbConn,
    cohort: Cohort,
    person: PersonId,
    invited: bool,
    now: NaiveDateTime,
) -> Result<OpenCohort> {
    let organisation = cohort.organisation_id;
    let held = store::held(conn, organisation, &[cohort.id])?.get(&cohort.id).copied().unwrap_or(0);
    let enrolment = enrolments::of_person(conn, organisation, person, &[cohort.id])?.remove(&cohort.id);
    let found = organisations::people_of(conn, organisation, &[person])?.pop();
    let found = found.ok_or_else(|| Error::not_found("person"))?;
    let departments: BTreeSet<_> = departments::over(conn, organisation, found.department_id)?;
    seen(cohort, held, enrolment, &Applicant { person, departments, invited }, now)
}

/// One such cohort as anybody sees it who has a link to it and is not known yet.
pub fn anybody(conn: &mut DbConn, cohort: Cohort, now: NaiveDateTime) -> Result<OpenCohort> {
    let held = store::held(conn, cohort.organisation_id, &[cohort.id])?.get(&cohort.id).copied().unwrap_or(0);
    let applicant = Applicant { person: PersonId(0), departments: BTreeSet::new(), invited: true };
    seen(cohort, held, None, &applicant, now)
}

fn seen(
    cohort: Cohort,
    held: u32,
    enrolment: Option<Enrolment>,
    applicant: &Applicant,
    now: NaiveDateTime,
) -> Result<OpenCohort> {
    let terms = terms(&cohort)?;
    let seats_left = terms.capacity.map(|seats| seats.saturating_sub(held));
    // A full cohort is no refusal, so that nobody else's place matters to whether one can enrol.
    let own = enrolment.as_ref().map(|enrolment| (applicant.person, enrolment.standing));
    let position = enrolment.as_ref().and_then(|enrolment| enrolment.position).unwrap_or_default();
    let seats = Seats {
        terms: terms.clone(),
        cohort: cohort.state,
        people: own.into_iter().collect::<BTreeMap<_, _>>(),
        others: Others { waiting: position.saturating_sub(1), ..Others::default() },
        sessions: Vec::new(),
    };
    let refusal = rules::enrol(&seats, applicant, By::Oneself, now).err();
    Ok(OpenCohort { cohort, terms, seats_left, enrolment, refusal })
}
