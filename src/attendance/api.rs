//! The JSON API of attendance.

use std::collections::{BTreeMap, HashMap};

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::imports::Limits;
use super::matching::{MatchedBy, Reason};
use super::rules::{Flag, SettledPerson, UnmatchedRow};
use super::service::{self, Author, SessionAttendance};
use super::{Fact, Status};
use crate::access::{Allowed, may};
use crate::cohorts::Session;
use crate::cohorts::api::{CohortPath, SessionBody, SessionPath, Sight};
use crate::enrolment::api::EnrolledPath;
use crate::enrolment::service::{self as enrolment, People};
use crate::organisations::{Person, roster};
use crate::platform::Platform;
use crate::platform::config;
use crate::platform::error::Result;
use crate::platform::faults::{Fault, Faults};
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused};
use crate::platform::http::multipart::{Upload, UploadForm};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::PersonId;
use crate::platform::sheets;
use crate::platform::text::tidy;

/// So many people or rows are told one by one; more than anybody reads in an answer. Their number is told beside.
const MOST_TOLD: usize = 100;
const LONGEST_REASON: usize = 500;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(upload_roster)
        .service(upload_attendance)
        .service(list_session_attendance)
        .service(read_person_attendance);
}

/// What a roster led to.
#[derive(Serialize, ToSchema)]
struct RosterTaken {
    /// How many people are enrolled now: those whom the roster lists.
    #[schema(example = 60)]
    enrolled: usize,
}

/// Upload the roster of a cohort
///
/// A CSV file with the columns `employee_id`, `name`, `email` and `department`. Those whom it lists are enrolled, the
/// others withdrawn, and told so where they may not know. From HR and administrators it also brings the organisation's
/// people up to date; a trainer's lists people as the organisation has them. All faults are told at once, and nothing is
/// changed where there is one.
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["roster.change"])),
    params(CohortPath),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "How many are enrolled now.", body = RosterTaken),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[put("/organisations/{organisation}/cohorts/{cohort}/roster")]
async fn upload_roster(
    Allowed(access, path, upload): Allowed<may::ChangeRoster, Path<CohortPath>, Upload>,
    platform: Data<Platform>,
    limits: Data<config::Limits>,
) -> Result<Json<RosterTaken>, Problem> {
    let taken = blocking(move || {
        let limits = sheets::Limits {
            bytes: limits.max_file_bytes,
            rows: limits.max_rows,
            ..sheets::Limits::default()
        };
        let (file, roster) = (&upload.file_name, roster::read(&upload.file_name, &upload.bytes, &limits)?);
        let author = Author { name: &access.author(), reason: None };
        // A trainer says who is in the cohort; who is in the organisation, HR does.
        let people = if access.reach.all { People::Kept } else { People::Known };
        service::upload_roster(&platform, access.organisation, path.cohort, file, &roster, people, author)
    });
    Ok(Json(RosterTaken { enrolled: taken.await? }))
}

/// The form of an upload of attendance.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what `Upload` reads")]
struct AttendanceForm {
    /// The export or roll call, byte for byte as it was exported.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Why a fact is changed after the cohort was closed.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// What the files of a session say together, after an upload.
#[derive(Serialize, ToSchema)]
struct AttendanceTaken {
    /// As what the file was recognised.
    #[schema(example = "teams-sections")]
    format: &'static str,
    /// Enrolled people who were found in the session's files.
    matched: usize,
    /// Those of them who were seen at all.
    present: usize,
    /// Those of them who meet the threshold.
    attended: usize,
    /// Those who were seen and do not meet it; at most 100 of them.
    below_threshold: Vec<BelowThreshold>,
    below_threshold_total: usize,
    /// Rows whose person was not identified; at most 100 of them. Facilitators are not among them.
    unmatched: Vec<Unmatched>,
    unmatched_total: usize,
    /// People whose attendance is another than before.
    changed: usize,
}

/// Somebody who was seen for too short a time.
#[derive(Serialize, ToSchema)]
struct BelowThreshold {
    #[schema(example = "00042")]
    employee_id: String,
    name: String,
    /// Whole minutes of presence.
    minutes: u32,
}

/// A row whose person was not identified.
#[derive(Serialize, ToSchema)]
struct Unmatched {
    file: String,
    /// Where the row begins, from 1.
    line: u32,
    /// As the participant wrote it.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    reason: Reason,
    /// The reason as a sentence.
    message: String,
    /// Enrolled people whom the row may mean.
    suggestions: Vec<Suggestion>,
}

/// Somebody whom a row may mean.
#[derive(Serialize, ToSchema)]
struct Suggestion {
    #[schema(example = "00042")]
    employee_id: String,
    name: String,
}

impl AttendanceTaken {
    fn of(taken: &SessionAttendance, file: &str, people: &HashMap<PersonId, Person>) -> Self {
        let format = taken.files.iter().find(|(name, _)| name == file).map_or("unknown", |(_, e)| e.format);
        let settled = &taken.settled;
        let below = settled.people.iter().filter(|p| p.presence.status.is_seen() && !p.attended);
        let below = below.filter_map(|settled| BelowThreshold::of(settled, people));
        let unmatched = settled.unmatched.iter().filter_map(|row| Unmatched::of(row, taken, people));
        AttendanceTaken {
            format,
            matched: settled.people.len(),
            present: settled.present,
            attended: settled.attended,
            below_threshold: below.take(MOST_TOLD).collect(),
            below_threshold_total: settled.below_threshold,
            unmatched: unmatched.take(MOST_TOLD).collect(),
            unmatched_total: settled.unmatched.len(),
            changed: taken.changed,
        }
    }
}

impl BelowThreshold {
    fn of(settled: &SettledPerson, people: &HashMap<PersonId, Person>) -> Option<Self> {
        let Person { employee_id, name, .. } = people.get(&settled.person)?.clone();
        Some(BelowThreshold { employee_id, name, minutes: settled.presence.seconds / 60 })
    }
}

impl Unmatched {
    fn of(
        unmatched: &UnmatchedRow,
        taken: &SessionAttendance,
        people: &HashMap<PersonId, Person>,
    ) -> Option<Self> {
        let (file, export) = taken.files.get(unmatched.file)?;
        let row = export.rows.get(unmatched.row)?;
        let suggested = unmatched.suggestions.iter().filter_map(|id| people.get(id).cloned());
        Some(Unmatched {
            file: file.clone(),
            line: row.line,
            name: row.name.clone(),
            email: row.email.clone().or_else(|| row.upn.clone()),
            reason: unmatched.reason,
            message: unmatched.reason.to_string(),
            suggestions: suggested
                .map(|Person { employee_id, name, .. }| Suggestion { employee_id, name })
                .collect(),
        })
    }
}

/// What is recorded of a person in a session.
#[derive(Serialize, ToSchema)]
#[schema(as = Attendance)]
struct FactBody {
    status: Status,
    /// Whole minutes of presence, within the scheduled time.
    minutes: i32,
    /// The files that say so, each with its format; empty where no file names the person any more.
    #[schema(example = "1-introduction.csv (teams-sections)")]
    source: String,
    /// The weakest ground on which the person was recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<MatchedBy>)]
    matched_by: Option<String>,
    /// What a trainer should look at.
    #[schema(value_type = Vec<Flag>)]
    flags: Vec<String>,
    author: String,
    /// Of a late correction.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    recorded_at: DateTime<Utc>,
    /// When a later fact took its place; absent while it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    superseded_at: Option<DateTime<Utc>>,
}

impl From<Fact> for FactBody {
    fn from(fact: Fact) -> Self {
        FactBody {
            status: fact.status,
            minutes: fact.present_seconds / 60,
            source: fact.source,
            matched_by: fact.matched_by,
            flags: fact.flags.split_whitespace().map(str::to_owned).collect(),
            author: fact.author,
            reason: fact.reason,
            recorded_at: fact.recorded_at.and_utc(),
            superseded_at: fact.superseded_at.map(|at| at.and_utc()),
        }
    }
}

/// An enrolled person in a session.
#[derive(Serialize, ToSchema)]
struct Attendee {
    #[schema(example = "00042")]
    employee_id: String,
    name: String,
    /// Absent where no file ever named the person, which counts as absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    attendance: Option<FactBody>,
}

impl From<(Person, Option<Fact>)> for Attendee {
    fn from((person, fact): (Person, Option<Fact>)) -> Self {
        Attendee { employee_id: person.employee_id, name: person.name, attendance: fact.map(FactBody::from) }
    }
}

/// A person's attendance in a cohort.
#[derive(Serialize, ToSchema)]
struct PersonAttendance {
    #[schema(example = "00042")]
    employee_id: String,
    name: String,
    /// Every session of the cohort, by start.
    sessions: Vec<AttendedSession>,
}

/// A person's attendance in one session.
#[derive(Serialize, ToSchema)]
struct AttendedSession {
    session: SessionBody,
    /// What counts now; absent where no file ever named the person, which counts as absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    attendance: Option<FactBody>,
    /// What counted before, the newest first. Nothing is ever overwritten.
    earlier: Vec<FactBody>,
}

impl From<(Session, Vec<Fact>)> for AttendedSession {
    fn from((session, facts): (Session, Vec<Fact>)) -> Self {
        let (now, before): (Vec<Fact>, Vec<Fact>) =
            facts.into_iter().partition(|fact| fact.superseded_at.is_none());
        AttendedSession {
            // Where it was told to meet is for before it.
            session: SessionBody::of(&session, Sight::Reader),
            attendance: now.into_iter().next().map(FactBody::from),
            earlier: before.into_iter().map(FactBody::from).collect(),
        }
    }
}

/// Upload attendance of a session
///
/// An export of Teams, Zoom or Webex, or a roll call (CSV with `email` or `employee_id`, and `status`). A file of a known
/// name replaces what the earlier one of that name said; files of other names stay, and all of them count together. Once
/// the cohort is closed this is a late correction, which needs a `reason`.
#[utoipa::path(
    tag = "attendance",
    security(("bearer" = ["attendance.record"])),
    params(SessionPath),
    request_body(content = AttendanceForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "What was matched, unmatched and below the threshold.", body = AttendanceTaken),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/attendance")]
async fn upload_attendance(
    Allowed(access, path, upload): Allowed<may::RecordAttendance, Path<SessionPath>, Upload>,
    platform: Data<Platform>,
    limits: Data<config::Limits>,
) -> Result<Json<AttendanceTaken>, Problem> {
    let reason = reason(&upload.fields).map_err(Problem::of_faults)?;
    let limits = Limits { max_bytes: limits.max_file_bytes, max_rows: limits.max_rows, ..Limits::default() };
    let taken = blocking(move || {
        let db = &platform.db;
        let organisation = access.organisation;
        let (cohort, session) = db.read(access.scope(), |conn| path.find(conn, organisation))?;
        let file = service::read_file(&upload.file_name, &upload.bytes, &session, &limits)?;
        let author = Author { name: &access.author(), reason: reason.as_deref() };
        let late = access.may::<may::CorrectLate>();
        let (cohort, session) = (cohort.id, session.id);
        let taken = service::upload(db, &platform.clock, organisation, cohort, session, &file, author, late)?;
        let people = db.read(access.scope(), |conn| enrolment::enrolled(conn, organisation, cohort))?;
        let people = people.into_iter().map(|person| (person.id, person)).collect();
        Ok(AttendanceTaken::of(&taken, &file.name, &people))
    });
    Ok(Json(taken.await?))
}

/// The form's only text field.
fn reason(fields: &BTreeMap<String, String>) -> Result<Option<String>, Faults> {
    let mut faults = Faults::default();
    for name in fields.keys().filter(|name| *name != "reason") {
        faults.push(Fault::new("unknown-field", "only file and reason are read").in_field(name));
    }
    let reason = fields.get("reason").map(|reason| tidy(reason)).filter(|reason| !reason.is_empty());
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        let message = format!("is longer than {LONGEST_REASON} characters");
        faults.push(Fault::new("too-long", message).in_field("reason"));
    }
    faults.into_result(reason)
}

/// List the attendance of a session
#[utoipa::path(
    tag = "attendance",
    security(("bearer" = ["participants.read"])),
    params(SessionPath, PageQuery),
    responses(
        (status = 200, description = "A page of everybody enrolled, by employee id.", body = Page<Attendee>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/attendance")]
async fn list_session_attendance(
    Allowed(access, path, page): Allowed<may::ReadParticipants, Path<SessionPath>, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after::<String>()?, page.rows());
    let attendees = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            let (cohort, session) = path.find(conn, access.organisation)?;
            service::session_page(conn, &cohort, &session, after.as_deref(), rows)
        })
    });
    page.answer_as(&request, attendees.await?, |(person, _)| person.employee_id.clone(), Attendee::from)
}

/// Read a person's attendance
///
/// Session by session, with what counted before a correction.
#[utoipa::path(
    tag = "attendance",
    security(("bearer" = ["attendance.read"])),
    params(EnrolledPath),
    responses(
        (status = 200, description = "The person's attendance in each session.", body = PersonAttendance),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/people/{employee_id}/attendance")]
async fn read_person_attendance(
    Allowed(access, path, ..): Allowed<may::ReadAttendance, Path<EnrolledPath>>,
    platform: Data<Platform>,
) -> Result<Json<PersonAttendance>, Problem> {
    let found = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            let (cohort, person) = path.find(conn, access.organisation)?;
            let sessions = service::person_history(conn, &cohort, person.id)?;
            Ok((person, sessions))
        })
    });
    let (Person { employee_id, name, .. }, sessions) = found.await?;
    let sessions = sessions.into_iter().map(AttendedSession::from).collect();
    Ok(Json(PersonAttendance { employee_id, name, sessions }))
}
