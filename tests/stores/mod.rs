//! Stores and services on both databases.

mod accounts;
mod attendance;
mod bounces;
mod certificates;
mod clashes;
mod cohorts;
mod departments;
mod durability;
mod followed_jobs;
mod hostile_mail;
mod house;
mod jobs;
mod keys;
mod members;
mod modules;
mod organisations;
mod processing;
mod roster;
mod row_security;
mod schema;
mod shared_commits;
mod tidying;
mod upgrade;

use rights_academy::attendance::imports::Limits;
use rights_academy::attendance::service::{
    self as attendance_service, AttendanceFile, Author, SessionAttendance,
};
use rights_academy::certificates::Certificate;
use rights_academy::certificates::service::{self as certificates_service, Issued, Terms};
use rights_academy::certificates::template::Template;
use rights_academy::certification::service::{CohortVerdicts, cohort_verdicts};
use rights_academy::cohorts::service::{self as cohorts_service, NewCohort};
use rights_academy::cohorts::{Cohort, Session, SessionPlan, Settings, State, schedule};
use rights_academy::enrolment::{self, service::People};
use rights_academy::organisations::{Organisation, RosterEntry};
use rights_academy::platform::Platform;
use rights_academy::platform::db::{DbConn, Scope};
use rights_academy::platform::error::{Error, Result};

use crate::support::accounts as support_accounts;
use crate::support::databases::{TestDb, now};
use crate::support::pilot;

/// Three people, four sessions, one of each module of the programme; the cohort runs.
struct Course {
    platform: Platform,
    organisation: Organisation,
    cohort: Cohort,
    /// In the order of the programme's modules.
    sessions: Vec<Session>,
    /// Dropped last.
    db: TestDb,
}

const SCHEDULE: &str = "module,starts,ends,zone,mode,capacity,file
introduction,2023-01-17T10:00,2023-01-17T12:00,Europe/Tirane,hybrid,,
data-protection,2023-02-07T10:00,2023-02-07T12:00,Europe/Tirane,hybrid,,
digital-inclusion,2023-02-28T10:00,2023-02-28T12:00,Europe/Tirane,hybrid,,
transparency,2023-03-21T10:00,2023-03-21T12:00,Europe/Tirane,hybrid,,
";

fn plan(text: &str) -> Vec<SessionPlan> {
    let catalogue = pilot::catalogue();
    schedule::read("sessions.csv", text.as_bytes(), &catalogue.programmes["digital-human-rights"]).unwrap()
}

fn entry(employee_id: &str, name: &str, email: &str, department: &str) -> RosterEntry {
    RosterEntry {
        employee_id: employee_id.into(),
        name: name.into(),
        email: email.into(),
        department: department.into(),
    }
}

fn three_people() -> Vec<RosterEntry> {
    vec![
        entry("1", "Ana Doda", "ana@city.example", "Finance"),
        entry("2", "Bora Çela", "bora@city.example", "Finance"),
        entry("3", "Ëngjëll Marku", "engjell@city.example", "Housing"),
    ]
}

fn new_cohort(name: &str) -> NewCohort {
    NewCohort {
        programme: "digital-human-rights".into(),
        name: name.into(),
        locale: "sq".into(),
        threshold_percent: None,
        settings: Settings { facilitators: vec!["trainer@host.example".into()], ..Settings::default() },
    }
}

impl Course {
    fn draft(db: TestDb) -> Course {
        let platform = db.platform();
        let (db_, clock) = (&platform.db, &platform.clock);
        let organisation = support_accounts::organisation(&platform, "TIRANA", "Municipality of Tirana");
        let catalogue = pilot::catalogue();
        let cohort = cohorts_service::create(
            db_,
            clock,
            &catalogue,
            organisation.id,
            &new_cohort("Winter"),
            &cohorts_service::NewDays::default(),
            None,
        )
        .unwrap();
        Course { platform, organisation, cohort, sessions: Vec::new(), db }
    }

    fn running(db: TestDb) -> Course {
        let mut course = Course::draft(db);
        course.put_roster(&three_people()).unwrap();
        course.sessions = course.put_sessions(SCHEDULE);
        course.move_to(State::Open).unwrap();
        course.move_to(State::Running).unwrap();
        course
    }

    /// Reads what is the organisation's.
    fn read<T>(&self, closure: impl FnOnce(&mut DbConn) -> Result<T>) -> Result<T> {
        self.platform.db.read(Scope::Organisation(self.organisation.id), closure)
    }

    /// Writes what is the organisation's.
    fn write_tx<T>(&self, closure: impl FnMut(&mut DbConn) -> Result<T>) -> Result<T> {
        self.platform.db.write_tx(Scope::Organisation(self.organisation.id), closure)
    }

    fn put_roster(&self, roster: &[RosterEntry]) -> Result<usize> {
        let (organisation, cohort) = (self.organisation.id, self.cohort.id);
        let author = Author { name: "trainer", reason: None };
        let people = People::Kept;
        attendance_service::upload_roster(
            &self.platform,
            organisation,
            cohort,
            "roster.csv",
            roster,
            people,
            author,
        )
    }

    fn enrolled(&self) -> Vec<String> {
        let people = self
            .read(|conn| enrolment::service::enrolled(conn, self.organisation.id, self.cohort.id))
            .unwrap();
        people.into_iter().map(|person| person.employee_id).collect()
    }

    fn put_sessions(&self, schedule: &str) -> Vec<Session> {
        let (plan, now) = (plan(schedule), now().naive_utc());
        self.write_tx(|conn| cohorts_service::put_sessions(conn, &self.cohort, &plan, now)).unwrap()
    }

    fn move_to(&mut self, state: State) -> Result<()> {
        let (catalogue, now) = (pilot::catalogue(), now().naive_utc());
        let (organisation, id) = (self.organisation.id, self.cohort.id);
        self.cohort =
            self.write_tx(|conn| cohorts_service::move_to(conn, &catalogue, organisation, id, state, now))?;
        Ok(())
    }

    /// Uploads a file for a session; its format is what its text says.
    fn upload(&self, session: usize, name: &str, text: &str) -> SessionAttendance {
        self.try_upload(session, name, text, None).unwrap()
    }

    /// As somebody who may correct late.
    fn try_upload(
        &self,
        session: usize,
        name: &str,
        text: &str,
        reason: Option<&str>,
    ) -> Result<SessionAttendance> {
        self.try_upload_as(true, session, name, text, reason)
    }

    fn try_upload_as(
        &self,
        may_correct: bool,
        session: usize,
        name: &str,
        text: &str,
        reason: Option<&str>,
    ) -> Result<SessionAttendance> {
        let session = &self.sessions[session];
        let file = attendance_file(session, name, text);
        let Platform { db, clock, .. } = &self.platform;
        let author = Author { name: "trainer", reason };
        let (organisation, cohort) = (self.organisation.id, self.cohort.id);
        attendance_service::upload(db, clock, organisation, cohort, session.id, &file, author, may_correct)
    }

    /// A roll call of a session: who was present, by employee id.
    fn roll_call(&self, session: usize, present: &[&str]) {
        self.try_upload(session, "roll-call.csv", &roll_call(present), Some("a late roll call")).unwrap();
    }

    fn verdicts(&self) -> CohortVerdicts {
        let catalogue = pilot::catalogue();
        let (organisation, id) = (self.organisation.id, self.cohort.id);
        self.read(|conn| {
            let cohort = cohorts_service::cohort(conn, organisation, id)?;
            cohort_verdicts(conn, &catalogue, cohort)
        })
        .unwrap()
    }

    fn issue(&self) -> Result<Issued> {
        let verdicts = self.verdicts();
        let terms = Terms { template: Template::embedded(), public_url: None };
        self.write_tx(|conn| {
            certificates_service::issue(conn, &self.platform, &self.organisation, &verdicts, terms)
        })
    }

    fn certificates(&self) -> Vec<Certificate> {
        let (organisation, id) = (self.organisation.id, self.cohort.id);
        self.read(|conn| certificates_service::all(conn, organisation, id)).unwrap()
    }

    /// Employee id, level and status of every certificate, in the order of their issue.
    fn held(&self) -> Vec<(String, &'static str, &'static str)> {
        let told = |c: Certificate| (c.employee_id, c.level.as_str(), c.status.as_str());
        self.certificates().into_iter().map(told).collect()
    }
}

/// A roll call that at least says that 3 was absent.
fn roll_call(present: &[&str]) -> String {
    let rows: String = present.iter().map(|id| format!("{id},present\n")).collect();
    let rows = if rows.is_empty() { "3,absent\n".into() } else { rows };
    format!("employee_id,status\n{rows}")
}

fn attendance_file(session: &Session, name: &str, text: &str) -> AttendanceFile {
    attendance_service::read_file(name, text.as_bytes(), session, &Limits::default()).unwrap()
}

/// The code of a refusal or of the first fault.
#[track_caller]
fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result {
        Err(Error::Conflict { code, .. } | Error::Forbidden { code, .. }) => code,
        Err(Error::Invalid(faults)) => faults.0[0].code,
        other => panic!("neither refused nor faulty: {other:?}"),
    }
}
