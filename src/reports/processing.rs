//! `process`: a folder's facts into the database, what they earn out of it, in one commit.

use chrono::NaiveDateTime;

use super::folder::{ALIASES_FILE, COHORT_FILE, Folder, ROSTER_FILE, SESSIONS_FILE};
use super::service::{self as reports, Names};
use super::{CohortReport, ReportDetails};
use crate::attendance::aliases;
use crate::attendance::imports::Limits;
use crate::attendance::matching::RosterPerson;
use crate::attendance::service::{self as attendance, Author, Files, SessionAttendance};
use crate::catalogue::Catalogue;
use crate::certificates::Certificate;
use crate::certificates::service::{self as certificates, Issued, Terms};
use crate::certificates::template::Template;
use crate::certification::service::{self as certification, CohortVerdicts};
use crate::cohorts::service::{self as cohorts, NewCohort};
use crate::cohorts::snapshot::ProgrammeSnapshot;
use crate::cohorts::{Cohort, SessionPlan, Settings, State, schedule_file};
use crate::enrolment::service::People;
use crate::enrolment::{self, scheduling};
use crate::organisations::{self, Organisation, Person};
use crate::platform::Platform;
use crate::platform::db::{self, DbConn, Scope};
use crate::platform::error::Result;
use crate::platform::faults::{Fault, Faults};

/// What somebody who processes a folder decides.
#[derive(Clone, Debug, Default)]
pub struct Options<'a> {
    /// Take a name that fits exactly one enrolled person as confirmed, in rows without an address.
    pub accept_unique_names: bool,
    /// The address that the service is reached at; where absent, certificates carry neither address nor QR code.
    pub public_url: Option<String>,
    /// Say what would be, and change nothing.
    pub dry_run: bool,
    pub limits: Limits,
    /// How the certificates look; where absent, as the folder says.
    pub template: Option<&'a Template>,
}

/// What a folder led to.
#[derive(Debug)]
pub struct Processed {
    pub organisation: Organisation,
    pub verdicts: CohortVerdicts,
    /// In the order of `sessions.csv`.
    pub sessions: Vec<SessionAttendance>,
    pub issued: Issued,
    /// The cohort's schedule, for calendar programs.
    pub schedule: String,
    /// All of the cohort's certificates, in the order of their issue.
    pub certificates: Vec<Certificate>,
    pub report: CohortReport,
    /// The language of the certificates.
    pub language: String,
    /// With the table of people.
    pub details: ReportDetails,
}

/// Processes a folder: all of it, or, where something is refused, nothing.
pub fn process(
    platform: &Platform,
    catalogue: &Catalogue,
    folder: &Folder,
    options: &Options<'_>,
) -> Result<Processed> {
    let run = |conn: &mut DbConn| process_in(conn, platform, catalogue, folder, options);
    // Which organisation it is, and that there is one, the folder says.
    let scope = Scope::Installation;
    if options.dry_run { platform.db.dry_run(scope, run) } else { platform.db.write_alone(scope, run) }
}

fn process_in(
    conn: &mut DbConn,
    platform: &Platform,
    catalogue: &Catalogue,
    folder: &Folder,
    options: &Options<'_>,
) -> Result<Processed> {
    let now = platform.clock.now().naive_utc();
    let plan = &folder.plan;
    let organisation = organisations::service::ensure(conn, &plan.organisation_code, &plan.organisation, now)
        .map_err(|error| error.in_file(COHORT_FILE))?;
    db::enter(conn, Scope::Organisation(organisation.id))?;
    let settings = Settings {
        place: plan.place.clone(),
        signatories: plan.signatories.clone(),
        logos: folder.logos.clone(),
        facilitators: plan.facilitators.clone(),
    };
    let new = NewCohort {
        programme: plan.programme.clone(),
        name: plan.cohort.clone(),
        locale: plan.locale.clone(),
        threshold_percent: Some(plan.threshold_percent),
        settings: settings.clone(),
    };
    let (cohort, _) = cohorts::ensure(conn, catalogue, organisation.id, &new, now)
        .map_err(|error| error.in_file(COHORT_FILE))?;
    let cohort = cohorts::cohort_for_change(conn, organisation.id, cohort.id)?;
    refuse_other_terms(&cohort, plan.threshold_percent)?;

    organisations::departments::put_directorates(conn, organisation.id, &plan.directorates)
        .map_err(|error| error.in_file(COHORT_FILE))?;
    cohorts::put_settings(conn, &cohort, &plan.locale, &settings, now)?;
    let people =
        enrolment::service::put_roster(conn, &cohort, ROSTER_FILE, &folder.roster, People::Kept, now)?.people;
    let cohort = advance(conn, catalogue, cohort, &[State::Open, State::Running], platform)?;
    let sessions = put_attendance(conn, catalogue, &cohort, folder, &people, options, now)?;
    let cohort = advance(conn, catalogue, cohort, &[State::Closed], platform)?;
    let schedule = schedule_file::of_folder(conn, platform, catalogue, &cohort, &organisation)?;

    let verdicts = certification::cohort_verdicts(conn, catalogue, cohort)?;
    let template = options.template.unwrap_or_else(|| folder.template());
    let terms = Terms { template, public_url: options.public_url.as_deref() };
    let issued = certificates::issue(conn, platform, &organisation, &verdicts, terms)?;
    let certificates = certificates::all(conn, organisation.id, verdicts.cohort.id)?;
    let (report, details) = reports::cohort_report(conn, &organisation, &verdicts, Names::With)?;
    let language = template.language(&verdicts.cohort.locale).to_owned();
    Ok(Processed {
        organisation,
        verdicts,
        sessions,
        schedule,
        issued,
        certificates,
        report,
        language,
        details,
    })
}

/// The terms were settled when the cohort opened; an archived cohort is not touched at all.
fn refuse_other_terms(cohort: &Cohort, threshold_percent: u32) -> Result<()> {
    let refuse = |code, field: &str, message: String| {
        Err(Fault::new(code, message).in_file(COHORT_FILE).in_field(field).into())
    };
    if cohort.state == State::Archived {
        return refuse(
            "cohort-archived",
            "cohort",
            "this cohort is archived: it no longer changes".to_owned(),
        );
    }
    if cohort.threshold_percent != i32::try_from(threshold_percent).unwrap_or(i32::MAX) {
        let message = format!(
            "this cohort was opened with {}; a threshold is settled when a cohort opens",
            cohort.threshold_percent
        );
        return refuse("threshold-settled", "threshold_percent", message);
    }
    Ok(())
}

/// Moves the cohort through those of the states that are still before it.
fn advance(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    cohort: Cohort,
    states: &[State],
    platform: &Platform,
) -> Result<Cohort> {
    let position = |state: State| State::ALL.iter().position(|s| *s == state);
    let mut cohort = cohorts::cohort(conn, cohort.organisation_id, cohort.id)?;
    for state in states {
        if position(cohort.state) < position(*state) {
            let (organisation, id) = (cohort.organisation_id, cohort.id);
            cohort =
                enrolment::service::course::move_to(conn, platform, catalogue, organisation, id, *state)?;
        }
    }
    Ok(cohort)
}

/// The catalogue may have grown since the cohort opened; what counts is the programme as it was then.
fn refuse_foreign_modules(plans: &[SessionPlan], snapshot: &ProgrammeSnapshot) -> Result<()> {
    let mut faults = Faults::default();
    for plan in plans.iter().filter(|plan| !snapshot.programme.modules.contains(&plan.module)) {
        let message = format!("the programme had no module {:?} when this cohort opened", plan.module);
        faults.push(Fault::new("unknown-module", message).in_file(SESSIONS_FILE).in_field("module"));
    }
    Ok(faults.into_result(())?)
}

fn put_attendance(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    cohort: &Cohort,
    folder: &Folder,
    people: &[Person],
    options: &Options<'_>,
    now: NaiveDateTime,
) -> Result<Vec<SessionAttendance>> {
    let roster_people: Vec<RosterPerson> = people.iter().map(attendance::roster_person).collect();
    let mut confirmed = match &folder.aliases {
        Some(bytes) => aliases::read(ALIASES_FILE, bytes, &roster_people, &options.limits)?,
        None => Vec::new(),
    };
    let roster = attendance::roster(people, &confirmed, &folder.plan.facilitators)
        .accept_unique_names(options.accept_unique_names);
    let late = (cohort.state == State::Closed).then_some("the folder was processed again");
    let author = Author { name: "process", reason: late };
    let plans: Vec<_> = folder.sessions.iter().map(|session| session.plan.clone()).collect();
    refuse_foreign_modules(&plans, &cohorts::programme(conn, cohort, catalogue)?)?;
    let sessions = cohorts::put_sessions(conn, cohort, &plans, now)?;
    scheduling::end_void_bookings(conn, cohort)?;
    let mut attended = Vec::with_capacity(sessions.len());
    for (session, input) in sessions.iter().zip(&folder.sessions) {
        let put =
            attendance::put_files(conn, cohort, session, &roster, Files::All(&input.files), author, now)?;
        attended.push(put);
    }
    confirmed.extend(attendance::accepted_names(&attended, &roster));
    attendance::put_aliases(conn, cohort, &confirmed, now)?;
    Ok(attended)
}
