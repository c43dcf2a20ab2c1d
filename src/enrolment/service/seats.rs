//! Who gets a seat: the rules with the facts of the database, and what follows from a decision. Everything here holds the
//! cohort, so that seats are counted in the transaction that takes one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use serde_json::Value;

use super::terms::terms;
use crate::cohorts::service as cohorts;
use crate::cohorts::{Cohort, Session, State as CohortState};
use crate::enrolment::rules::{self, Decision, Refusal};
use crate::enrolment::store::bookings::{self, Of};
use crate::enrolment::store::enrolments::{self, Participant};
use crate::enrolment::store::needs;
use crate::enrolment::store::seats as store;
use crate::enrolment::store::seats::Whose;
use crate::enrolment::{
    Applicant, By, Eligible, Enrolment, FreedSeat, Others, Seats, SessionStart, Standing, State, Terms,
    Transition, links, notices,
};
use crate::organisations::service as organisations;
use crate::organisations::{Person, departments};
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::Fault;
use crate::platform::ids::{CohortId, OrganisationId, PersonId, SessionId};
use crate::platform::text::tidy;

/// So long may somebody write about what they need.
const LONGEST_NEEDS: usize = 2000;

/// So long is a reason.
const LONGEST_REASON: usize = 500;

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        refused(refusal.code(), &refusal, serde_json::to_value(&refusal))
    }
}

/// A refusal by a rule with its own fields.
pub(super) fn refused(
    code: &'static str,
    told: &dyn std::fmt::Display,
    fields: serde_json::Result<Value>,
) -> Error {
    match fields {
        Ok(mut fields) => {
            if let Value::Object(fields) = &mut fields {
                fields.remove("code");
            }
            Error::refused(code, format!("{told}."), fields)
        }
        Err(error) => Error::internal(error),
    }
}

/// The seats of a cohort under these terms, for a decision about these people by which no seat comes free.
pub fn load(conn: &mut DbConn, cohort: &Cohort, terms: Terms, about: &[PersonId]) -> Result<Seats> {
    let people = store::standings(conn, cohort.organisation_id, cohort.id, Whose::These(about))?;
    // Others may wait between several.
    if about.len() > 1 && first_turn(&people).is_some() {
        return load_with_line(conn, cohort, terms, about);
    }
    with_others(conn, cohort, terms, people)
}

/// The same for a decision by which seats may come free, which go on to whoever waits.
pub fn load_with_line(conn: &mut DbConn, cohort: &Cohort, terms: Terms, about: &[PersonId]) -> Result<Seats> {
    let people = store::standings(conn, cohort.organisation_id, cohort.id, Whose::Line(about))?;
    with_others(conn, cohort, terms, people)
}

fn with_others(
    conn: &mut DbConn,
    cohort: &Cohort,
    mut terms: Terms,
    people: BTreeMap<PersonId, Standing>,
) -> Result<Seats> {
    // Nobody is told of an offer in a draft, nor could accept it.
    if cohort.state == CohortState::Draft {
        terms.freed_seat = FreedSeat::AtOnce;
    }
    let (organisation, id) = (cohort.organisation_id, cohort.id);
    let mut others = Others::default();
    match first_turn(&people) {
        Some(first) => others.waiting = store::before(conn, organisation, id, first)?,
        None => {
            let end = store::end_of_line(conn, organisation, id)?;
            (others.last_turn, others.waiting) = end.unwrap_or_default();
        }
    }
    if terms.capacity.is_some() && others.waiting == 0 {
        let held = store::held(conn, organisation, &[id])?.get(&id).copied().unwrap_or(0);
        let among = people.values().filter(|standing| standing.state().holds_seat()).count();
        others.holding = held.saturating_sub(u32::try_from(among).unwrap_or(u32::MAX));
    }
    Ok(Seats { terms, cohort: cohort.state, people, others, sessions: Vec::new() })
}

/// The turn of the first of these who wait.
fn first_turn(people: &BTreeMap<PersonId, Standing>) -> Option<i64> {
    let turns = people.values().filter_map(|standing| match standing {
        Standing::Waitlisted { turn } => Some(*turn),
        _ => None,
    });
    turns.min()
}

/// Stores what was decided, and enqueues what follows from it: mails, the end of offers, places that are given up.
pub fn settle(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    transitions: &[Transition],
    now: NaiveDateTime,
) -> Result<()> {
    if transitions.is_empty() {
        return Ok(());
    }
    let (organisation, id) = (cohort.organisation_id, cohort.id);
    store::apply(conn, organisation, id, transitions, now)?;
    let given_up = give_up(conn, cohort, transitions)?;
    let ends = transitions.iter().filter_map(|transition| match transition.to {
        Standing::Offered { until } => Some(until),
        _ => None,
    });
    for until in ends.collect::<BTreeSet<_>>() {
        notices::enqueue_end_of_offers(conn, platform, cohort, until)?;
    }
    notices::moved(conn, platform, cohort, transitions, &given_up)
}

/// Takes what they had booked and needed from those who are out; the sessions that each of them gives up.
pub fn give_up(
    conn: &mut DbConn,
    cohort: &Cohort,
    transitions: &[Transition],
) -> Result<BTreeMap<PersonId, Vec<SessionId>>> {
    let (organisation, id) = (cohort.organisation_id, cohort.id);
    let is_out = |transition: &&Transition| transition.to.state().is_out();
    let out: BTreeSet<PersonId> =
        transitions.iter().filter(is_out).map(|transition| transition.person).collect();
    let mut given_up: BTreeMap<PersonId, Vec<SessionId>> = BTreeMap::new();
    let of = match (out.first(), out.len()) {
        (None, _) => return Ok(given_up),
        (Some(one), 1) => Of::Person(*one),
        _ => Of::All,
    };
    let booked = bookings::bookings(conn, organisation, id, of)?;
    for (person, _, booking) in booked.into_iter().filter(|(person, ..)| out.contains(person)) {
        given_up.entry(person).or_default().push(booking.session);
    }
    bookings::remove_all(conn, organisation, id, &out.into_iter().collect::<Vec<_>>())?;
    needs::remove(conn, organisation, id, false)?;
    Ok(given_up)
}

/// Lets a decision be made about a person from these seats, and stores what follows.
fn decide(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    person: PersonId,
    seats: &Seats,
    decision: impl FnOnce(&Seats, NaiveDateTime) -> Decision,
) -> Result<Enrolment> {
    let now = platform.clock.now().naive_utc();
    let transitions = decision(seats, now)?;
    settle(conn, platform, cohort, &transitions, now)?;
    enrolment(conn, cohort.organisation_id, cohort.id, person)
}

/// A person's enrolment, or [`Error::NotFound`].
pub fn enrolment(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    person: PersonId,
) -> Result<Enrolment> {
    enrolments::of_people(conn, organisation, cohort, &[person])?
        .remove(&person)
        .ok_or_else(|| Error::not_found("enrolment"))
}

impl Enrolment {
    /// As it is kept of somebody who was never in the cohort before.
    fn of_newcomer(transition: &Transition, now: NaiveDateTime) -> Result<Enrolment> {
        Ok(Enrolment {
            person: transition.person,
            standing: transition.to,
            why: Some(serde_json::to_string(&transition.why).map_err(Error::internal)?),
            position: transition.why.position(),
            created_at: now,
            changed_at: now,
        })
    }
}

/// What somebody brings who enrols by themselves.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// The secret of a link that invites.
    pub link: Option<String>,
    /// What they need to take part.
    pub needs: Option<String>,
}

/// Enrols a person by themselves. Who is in already finds what there is, and nothing happens twice; says whether it is
/// new. A draft is not there for them.
pub fn enrol_oneself(
    conn: &mut DbConn,
    platform: &Platform,
    (organisation, cohort): (OrganisationId, CohortId),
    person: PersonId,
    wish: &Wish,
) -> Result<(Enrolment, bool)> {
    let needs = wish.needs.as_deref().map(tidy_needs).transpose()?.flatten();
    let cohort = own_cohort_for_change(conn, organisation, cohort)?;
    let now = platform.clock.now().naive_utc();
    let terms = terms(&cohort)?;
    let invited = match &wish.link {
        None => false,
        Some(secret) if links::is_open(conn, &cohort, secret, now)? => true,
        Some(_) => {
            let message = "this link cannot be used, or not any more; ask whoever gave it to you";
            return Err(Fault::new("link-over", message).in_field("link").into());
        }
    };
    let departments = departments_of(conn, &cohort, &terms, person)?;
    let applicant = Applicant { person, departments, invited };
    let seats = load(conn, &cohort, terms, &[person])?;
    let made = match rules::enrol(&seats, &applicant, By::Oneself, now) {
        Ok(transitions) => {
            settle(conn, platform, &cohort, &transitions, now)?;
            Some(transitions)
        }
        Err(refusal) if refusal.is_already_in() => None,
        Err(refusal) => return Err(refusal.into()),
    };
    if needs.is_some() {
        cohorts::refuse_after_closing(&cohort)?;
        needs::set(conn, organisation, cohort.id, person, needs.as_deref())?;
    }
    let enrolment = match made.as_deref() {
        // What was just written need not be read.
        Some([newcomer]) if newcomer.from.is_none() => Enrolment::of_newcomer(newcomer, now)?,
        _ => enrolment(conn, organisation, cohort.id, person)?,
    };
    Ok((enrolment, made.is_some()))
}

/// A person's department and all those over it, where the terms ask for it.
fn departments_of(
    conn: &mut DbConn,
    cohort: &Cohort,
    terms: &Terms,
    person: PersonId,
) -> Result<BTreeSet<crate::platform::ids::DepartmentId>> {
    if !matches!(terms.eligible, Eligible::Departments(_)) {
        return Ok(BTreeSet::new());
    }
    let organisation = cohort.organisation_id;
    let person = organisations::people_of(conn, organisation, &[person])?.pop();
    let person = person.ok_or_else(|| Error::not_found("person"))?;
    departments::over(conn, organisation, person.department_id)
}

/// What became of somebody whom staff enrolled.
#[derive(Debug)]
pub struct Enrolled {
    pub person: Person,
    pub outcome: std::result::Result<Enrolment, Refusal>,
}

/// Enrols people by staff, one after the other in this order: what is refused to one is no matter to the next.
pub fn enrol_people(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    people: Vec<Person>,
    by: By,
) -> Result<Vec<Enrolled>> {
    let (organisation, id) = (cohort.organisation_id, cohort.id);
    let now = platform.clock.now().naive_utc();
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let seats = load(conn, cohort, terms(cohort)?, &ids)?;
    // Staff enrol whom they will, whatever the department.
    let applicant =
        |person: &PersonId| Applicant { person: *person, departments: BTreeSet::new(), invited: false };
    let applicants: Vec<Applicant> = ids.iter().map(applicant).collect();
    let mut refusals = BTreeMap::new();
    let mut transitions = Vec::new();
    for (person, decision) in rules::enrol_many(&seats, &applicants, by, now) {
        match decision {
            Ok(made) => transitions.extend(made),
            Err(refusal) => drop(refusals.insert(person, refusal)),
        }
    }
    settle(conn, platform, cohort, &transitions, now)?;
    let mut there = enrolments::of_people(conn, organisation, id, &ids)?;
    people
        .into_iter()
        .map(|person| {
            let outcome = match refusals.remove(&person.id) {
                Some(refusal) => Err(refusal),
                None => Ok(there
                    .remove(&person.id)
                    .ok_or_else(|| Error::internal("an enrolment went missing"))?),
            };
            Ok(Enrolled { person, outcome })
        })
        .collect()
}

/// Approves a person's request, or declines it with a reason that they are told.
pub fn decide_request(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    person: PersonId,
    by: By,
    declined_because: Option<&str>,
) -> Result<Enrolment> {
    if declined_because.is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        let message = format!("is longer than {LONGEST_REASON} characters");
        return Err(Fault::new("too-long", message).in_field("reason").into());
    }
    let seats = load(conn, cohort, terms(cohort)?, &[person])?;
    decide(conn, platform, cohort, person, &seats, |seats, now| match declined_because {
        None => rules::approve(seats, person, by, now),
        Some(reason) => rules::decline(seats, person, by, reason),
    })
}

/// Takes a person out, by themselves or by staff. Their seat goes on to the next in line.
pub fn withdraw(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    person: PersonId,
    by: By,
) -> Result<Enrolment> {
    let sessions = cohorts::sessions(conn, cohort.organisation_id, cohort.id)?;
    let mut seats = load_with_line(conn, cohort, terms(cohort)?, &[person])?;
    seats.sessions = sessions.iter().map(start).collect();
    decide(conn, platform, cohort, person, &seats, |seats, now| rules::withdraw(seats, person, by, now))
}

/// When a session starts, for the rules.
pub fn start(session: &Session) -> SessionStart {
    SessionStart { starts: session.starts_at, session: session.id, module: session.module_code.clone() }
}

/// Accepts the seat that a person is offered.
pub fn accept(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    person: PersonId,
) -> Result<Enrolment> {
    let seats = load(conn, cohort, terms(cohort)?, &[person])?;
    decide(conn, platform, cohort, person, &seats, |seats, now| rules::accept(seats, person, now))
}

/// Ends the offers of a cohort whose time is over. Their seats go on.
pub fn lapse(
    conn: &mut DbConn,
    platform: &Platform,
    organisation: OrganisationId,
    cohort: CohortId,
) -> Result<()> {
    let cohort = cohorts::cohort_for_change(conn, organisation, cohort)?;
    let now = platform.clock.now().naive_utc();
    let seats = load_with_line(conn, &cohort, terms(&cohort)?, &[])?;
    settle(conn, platform, &cohort, &rules::lapse(&seats, now), now)
}

/// Tells whoever has no seat for good that there is none, and removes what people needed. For a cohort that closes.
pub fn close(conn: &mut DbConn, platform: &Platform, cohort: &Cohort) -> Result<()> {
    let (organisation, id) = (cohort.organisation_id, cohort.id);
    let now = platform.clock.now().naive_utc();
    let people = store::standings(conn, organisation, id, Whose::Seatless)?;
    let seats = Seats {
        terms: terms(cohort)?,
        cohort: cohort.state,
        people,
        others: Others::default(),
        sessions: Vec::new(),
    };
    settle(conn, platform, cohort, &rules::close(&seats), now)?;
    needs::remove(conn, organisation, id, true)
}

/// A cohort as it is there for those who learn in it, with other writers of it held back: a draft is not.
pub fn own_cohort_for_change(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
) -> Result<Cohort> {
    let cohort = cohorts::cohort_for_change(conn, organisation, cohort)?;
    if cohort.state == CohortState::Draft { Err(Error::not_found("cohort")) } else { Ok(cohort) }
}

/// Writes down what somebody in the cohort needs to take part; empty: nothing.
pub fn put_needs(conn: &mut DbConn, cohort: &Cohort, person: PersonId, needs: &str) -> Result<()> {
    let needs = tidy_needs(needs)?;
    cohorts::refuse_after_closing(cohort)?;
    let there = enrolment(conn, cohort.organisation_id, cohort.id, person)?;
    if there.standing.state().is_out() {
        return Err(Refusal::NotInCohort { state: Some(there.standing.state()) }.into());
    }
    needs::set(conn, cohort.organisation_id, cohort.id, person, needs.as_deref())
}

/// What somebody said that they need to take part.
pub fn needs(conn: &mut DbConn, cohort: &Cohort, person: PersonId) -> Result<Option<String>> {
    needs::of_person(conn, cohort.organisation_id, cohort.id, person)
}

fn tidy_needs(text: &str) -> Result<Option<String>> {
    let text = tidy(text);
    if text.chars().count() > LONGEST_NEEDS {
        let message = format!("is longer than {LONGEST_NEEDS} characters");
        return Err(Fault::new("too-long", message).in_field("needs").into());
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// People of a cohort with their enrolments, in the order of their employee ids: a page of them.
pub fn page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    state: Option<State>,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Participant>> {
    enrolments::page(conn, organisation, cohort, state, after, limit)
}
