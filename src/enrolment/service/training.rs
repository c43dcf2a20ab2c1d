//! A training as one of its people sees it, or whoever may come to it.

use chrono::NaiveDateTime;
use chrono_tz::Tz;

use super::bookings::{self, Choice};
use super::open::{self, OpenCohort};
use super::seats;
use crate::catalogue::Catalogue;
use crate::cohorts::materials::Material;
use crate::cohorts::service as cohorts;
use crate::cohorts::snapshot::ProgrammeSnapshot;
use crate::cohorts::{Cohort, Session, State as CohortState, calendar, schedule_file};
use crate::enrolment::bookings::Mode;
use crate::enrolment::rules::{self, Refusal};
use crate::enrolment::store::enrolments as store;
use crate::enrolment::{By, Enrolment, Others, Seats, State};
use crate::identity::secrets::EnrolmentLinkOf;
use crate::identity::service::own_account;
use crate::organisations::service as organisations;
use crate::platform::Platform;
use crate::platform::calendar::{Event, schedule};
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, CohortId, OrganisationId, PersonId};

/// More trainings than anybody looks through on one page.
const MOST: i64 = 200;

/// A cohort with all that one person is shown of it.
#[derive(Debug)]
pub struct Training {
    /// The organisation's name.
    pub organisation: String,
    /// Where the organisation's clocks are.
    pub zone: Tz,
    pub programme: ProgrammeSnapshot,
    pub open: OpenCohort,
    /// Those that the person is to come to; all that there are, without what is for the enrolled, for everybody else.
    pub meetings: Vec<Meeting>,
    pub choices: Vec<Choice>,
    /// What they said to need to take part.
    pub needs: Option<String>,
    /// Whether they can leave now.
    pub may_leave: bool,
}

/// A session as it is shown to one person.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// Without where to meet online, for whoever is not enrolled.
    pub session: Session,
    /// How they take part, where they have booked it.
    pub booked: Option<Mode>,
    pub materials: Vec<Material>,
}

impl Training {
    /// Where the person stands, where they are in it or were.
    pub fn state(&self) -> Option<State> {
        self.open.enrolment.as_ref().map(|enrolment| enrolment.standing.state())
    }
}

/// A training of one's own, in a list.
#[derive(Debug)]
pub struct Own {
    pub cohort: Cohort,
    pub programme: ProgrammeSnapshot,
    pub enrolment: Enrolment,
}

/// What there is for a person.
#[derive(Debug)]
pub struct List {
    /// Those that they take part in, the newest first.
    pub own: Vec<Own>,
    /// Those that they can enrol in.
    pub others: Vec<(OpenCohort, ProgrammeSnapshot)>,
}

/// The trainings that there are for a person.
pub fn list(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    organisation: OrganisationId,
    person: PersonId,
    now: NaiveDateTime,
) -> Result<List> {
    let mut own = Vec::new();
    let cohorts = store::cohorts_of(conn, organisation, person, MOST)?;
    let ids: Vec<CohortId> = cohorts.iter().map(|cohort| cohort.id).collect();
    let mut enrolments = store::of_person(conn, organisation, person, &ids)?;
    for cohort in cohorts {
        let Some(enrolment) = enrolments.remove(&cohort.id) else { continue };
        let programme = cohorts::programme(conn, &cohort, catalogue)?;
        own.push(Own { cohort, programme, enrolment });
    }
    let mut others = Vec::new();
    let live = open::page(conn, organisation, person, None, MOST, now)?;
    for open in live.into_iter().filter(|open| open.refusal.is_none()) {
        let programme = cohorts::programme(conn, &open.cohort, catalogue)?;
        others.push((open, programme));
    }
    Ok(List { own, others })
}

/// A cohort as a person of the roster sees it; [`Error::NotFound`] for a draft, and for one that is over and that they were
/// never in.
pub fn of_person(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    organisation: OrganisationId,
    cohort: CohortId,
    person: PersonId,
    now: NaiveDateTime,
) -> Result<Training> {
    let cohort = cohorts::cohort(conn, organisation, cohort)?;
    let state = cohort.state;
    let open = open::one(conn, cohort, person, false, now)?;
    if state == CohortState::Draft || !is_live(state) && open.enrolment.is_none() {
        return Err(Error::not_found("cohort"));
    }
    shown(conn, catalogue, open, Some(person), now)
}

/// The cohort of a link as whoever follows it sees it; [`Error::NotFound`] where nobody can enrol in it.
pub fn by_link(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    link: &EnrolmentLinkOf,
    person: Option<PersonId>,
    now: NaiveDateTime,
) -> Result<Training> {
    let cohort = cohorts::cohort(conn, link.organisation, link.cohort)?;
    if !is_live(cohort.state) {
        return Err(Error::not_found("cohort"));
    }
    let open = match person {
        Some(person) => open::one(conn, cohort, person, true, now)?,
        None => open::anybody(conn, cohort, now)?,
    };
    shown(conn, catalogue, open, person, now)
}

fn is_live(state: CohortState) -> bool {
    matches!(state, CohortState::Open | CohortState::Running)
}

fn shown(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    open: OpenCohort,
    person: Option<PersonId>,
    now: NaiveDateTime,
) -> Result<Training> {
    let cohort = &open.cohort;
    let organisation_id = cohort.organisation_id;
    let (organisation, settings) = organisations::with_settings(conn, organisation_id)?;
    let programme = cohorts::programme(conn, cohort, catalogue)?;
    let sessions = cohorts::sessions(conn, organisation_id, cohort.id)?;
    let state = open.enrolment.as_ref().map(|enrolment| enrolment.standing.state());
    let (mut meetings, mut choices) = (Vec::new(), Vec::new());
    match person {
        Some(person) if state == Some(State::Enrolled) => {
            for coming in bookings::of_person(conn, cohort, &sessions, person)? {
                let materials = cohorts::materials(conn, organisation_id, &coming.session, false, now)?;
                meetings.push(Meeting { session: coming.session, booked: coming.booked, materials });
            }
            choices = bookings::choices(conn, cohort, &sessions, person, now)?;
        }
        _ => {
            let by_name = sessions.iter().filter(|session| !session.head_count_only);
            meetings.extend(by_name.map(|session| Meeting {
                session: Session { link: String::new(), ..session.clone() },
                booked: None,
                materials: Vec::new(),
            }));
            meetings.sort_by_key(|meeting| (meeting.session.starts_at, meeting.session.id));
        }
    }
    let needs = match person {
        Some(person) => seats::needs(conn, cohort, person)?,
        None => None,
    };
    let may_leave = person.is_some_and(|person| may_leave(&open, &sessions, person, now).is_ok());
    let organisation = organisation.name;
    Ok(Training { organisation, zone: settings.zone, programme, open, meetings, choices, needs, may_leave })
}

/// Whether a person can leave: nobody else's place matters to that.
fn may_leave(
    open: &OpenCohort,
    sessions: &[Session],
    person: PersonId,
    now: NaiveDateTime,
) -> std::result::Result<(), Refusal> {
    let own = open.enrolment.as_ref().map(|enrolment| (person, enrolment.standing));
    let alone = Seats {
        terms: open.terms.clone(),
        cohort: open.cohort.state,
        people: own.into_iter().collect(),
        others: Others::default(),
        sessions: sessions.iter().map(seats::start).collect(),
    };
    rules::withdraw(&alone, person, By::Oneself, now).map(drop)
}

/// The sessions that an enrolled person is to come to, for their calendar; [`Error::NotFound`] for everybody else.
pub fn calendar_file(
    conn: &mut DbConn,
    platform: &Platform,
    catalogue: &Catalogue,
    (organisation, cohort): (OrganisationId, CohortId),
    (account, person): (AccountId, PersonId),
) -> Result<String> {
    let now = platform.clock.now().naive_utc();
    let training = of_person(conn, catalogue, organisation, cohort, person, now)?;
    if training.state() != Some(State::Enrolled) {
        return Err(Error::not_found("calendar"));
    }
    let (organisation, settings) = organisations::with_settings(conn, organisation)?;
    let context = calendar::Context {
        cohort: &training.open.cohort,
        programme: &training.programme,
        organizer: &schedule_file::organizer(&organisation, &settings, &platform.sender)?,
        language: &own_account::language(conn, account)?,
        with_link: true,
    };
    let events: Vec<Event> =
        training.meetings.iter().map(|meeting| calendar::event(&meeting.session, &context)).collect();
    Ok(schedule(&calendar::schedule_name(&context), &events))
}
