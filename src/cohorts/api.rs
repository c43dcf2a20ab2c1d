//! The JSON API of cohorts and their sessions.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::schedule::NewSession;
use super::service::{self, NewCohort};
use super::{Cohort, Mode, Session, Settings, Signatory, State};
use crate::access::{Allowed, Role, may};
use crate::catalogue::Catalogue;
use crate::organisations::api::OrganisationPath;
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::http::answers::{Invalid, Malformed, NotFound, Refused, TooLarge, Unsupported, created};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::problem::code;
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::{CohortId, OrganisationId, SessionId};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_cohorts)
        .service(create_cohort)
        .service(read_cohort)
        .service(move_cohort)
        .service(list_sessions)
        .service(create_session)
        .service(read_session);
}

/// Which cohort.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CohortPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    pub organisation: String,
    /// The cohort's id.
    #[param(value_type = i64, example = 1)]
    pub cohort: CohortId,
}

impl CohortPath {
    /// The organisation's cohort, or [`Error::NotFound`].
    pub fn find(&self, conn: &mut DbConn, organisation: OrganisationId) -> Result<Cohort> {
        service::cohort(conn, organisation, self.cohort)
    }
}

/// Which session.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SessionPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    pub organisation: String,
    /// The cohort's id.
    #[param(value_type = i64, example = 1)]
    pub cohort: CohortId,
    /// The session's id.
    #[param(value_type = i64, example = 1)]
    pub session: SessionId,
}

impl SessionPath {
    /// The organisation's cohort and its session, or [`Error::NotFound`].
    pub fn find(&self, conn: &mut DbConn, organisation: OrganisationId) -> Result<(Cohort, Session)> {
        let cohort = service::cohort(conn, organisation, self.cohort)?;
        let session = service::session(conn, organisation, cohort.id, self.session)?;
        Ok((cohort, session))
    }
}

/// One delivery of a programme to a group.
#[derive(Serialize, ToSchema)]
#[schema(as = Cohort)]
struct CohortBody {
    #[schema(value_type = i64)]
    id: CohortId,
    /// The programme's code.
    #[schema(example = "digital-human-rights")]
    programme: String,
    /// Unique in its organisation and programme.
    #[schema(example = "Winter 2023")]
    name: String,
    /// BCP 47 tag of the language of its documents.
    #[schema(example = "sq")]
    locale: String,
    state: State,
    /// Share of a session's scheduled time that counts as attended.
    #[schema(minimum = 1, maximum = 100, example = 75)]
    threshold_percent: i32,
    /// Where certificates are issued; empty: they name no place.
    place: String,
    /// Who signs the certificates.
    signatories: Vec<Signatory>,
    /// E-mail addresses of those who give the sessions: they stand in exports and are no learners. For those who may
    /// know who teaches the cohort.
    #[serde(skip_serializing_if = "Option::is_none")]
    facilitators: Option<Vec<String>>,
    created_at: DateTime<Utc>,
    changed_at: DateTime<Utc>,
}

impl CohortBody {
    /// `trained`: for somebody who may know who gives the sessions.
    fn of(cohort: Cohort, trained: bool) -> Result<Self> {
        let settings = service::settings(&cohort)?;
        Ok(CohortBody {
            id: cohort.id,
            programme: cohort.programme_code,
            name: cohort.name,
            locale: cohort.locale,
            state: cohort.state,
            threshold_percent: cohort.threshold_percent,
            place: settings.place,
            signatories: settings.signatories,
            facilitators: trained.then_some(settings.facilitators),
            created_at: cohort.created_at.and_utc(),
            changed_at: cohort.changed_at.and_utc(),
        })
    }
}

/// A cohort to be made.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCohort)]
struct NewCohortBody {
    /// The programme's code.
    #[schema(example = "digital-human-rights")]
    programme: String,
    #[schema(example = "Winter 2023", min_length = 1, max_length = 200)]
    name: String,
    /// BCP 47 tag of the language of its documents: English or Albanian, in any region.
    #[schema(example = "sq")]
    locale: String,
    /// Share of a session's scheduled time that counts as attended; the programme's, where absent.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100, example = 75)]
    threshold_percent: Option<u32>,
    /// Where certificates are issued; they name no place where it is absent.
    #[serde(default)]
    #[schema(max_length = 200)]
    place: String,
    /// Who signs the certificates.
    #[serde(default)]
    #[schema(max_items = 4)]
    signatories: Vec<SignatoryBody>,
    /// E-mail addresses of those who give the sessions: they stand in exports and are no learners.
    #[serde(default)]
    #[schema(max_items = 100)]
    facilitators: Vec<String>,
}

/// Who signs the certificates of a new cohort.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSignatory)]
struct SignatoryBody {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    #[schema(min_length = 1, max_length = 200)]
    title: String,
}

impl From<NewCohortBody> for NewCohort {
    fn from(body: NewCohortBody) -> Self {
        let signatory = |SignatoryBody { name, title }| Signatory { name, title };
        NewCohort {
            programme: body.programme,
            name: body.name,
            locale: body.locale,
            threshold_percent: body.threshold_percent,
            settings: Settings {
                place: body.place,
                signatories: body.signatories.into_iter().map(signatory).collect(),
                logos: Vec::new(),
                facilitators: body.facilitators,
            },
        }
    }
}

/// Where a cohort shall go.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Move {
    state: State,
}

/// One scheduled meeting of one module.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionBody {
    #[schema(value_type = i64)]
    id: SessionId,
    /// The module's code.
    #[schema(example = "data-protection")]
    module: String,
    /// With the offset of its zone at that time.
    #[schema(value_type = String, format = DateTime, example = "2023-02-07T10:00:00+01:00")]
    starts: String,
    #[schema(value_type = String, format = DateTime, example = "2023-02-07T12:00:00+01:00")]
    ends: String,
    /// IANA name.
    #[schema(example = "Europe/Tirane")]
    zone: String,
    mode: Mode,
    /// Places; absent where they are not limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    capacity: Option<i32>,
}

impl From<&Session> for SessionBody {
    fn from(session: &Session) -> Self {
        let zone: Tz = session.zone.parse().unwrap_or(Tz::UTC);
        let in_zone = |utc: NaiveDateTime| zone.from_utc_datetime(&utc).to_rfc3339();
        SessionBody {
            id: session.id,
            module: session.module_code.clone(),
            starts: in_zone(session.starts_at),
            ends: in_zone(session.ends_at),
            zone: session.zone.clone(),
            mode: session.mode,
            capacity: session.capacity,
        }
    }
}

/// A session to be scheduled.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSession)]
struct NewSessionBody {
    /// The code of a module of the cohort's programme.
    #[schema(example = "data-protection")]
    module: String,
    /// Local time in the zone. One that does not exist there, or exists twice, is refused; the offset (`+01:00`) may be
    /// written, and says which of two is meant.
    #[schema(example = "2023-02-07T10:00")]
    starts: String,
    /// Local time in the zone, at most 24 hours after the start.
    #[schema(example = "2023-02-07T12:00")]
    ends: String,
    /// IANA name.
    #[schema(example = "Europe/Tirane")]
    zone: String,
    #[schema(value_type = Mode)]
    mode: String,
    /// Places, where they are limited.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1_000_000)]
    capacity: Option<u32>,
}

impl From<NewSessionBody> for NewSession {
    fn from(body: NewSessionBody) -> Self {
        let NewSessionBody { module, starts, ends, zone, mode, capacity } = body;
        NewSession { module, starts, ends, zone, mode, capacity }
    }
}

/// List the cohorts of an organisation
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.read"])),
    params(OrganisationPath, PageQuery),
    responses(
        (status = 200, description = "A page of cohorts, in the order of their making.", body = Page<CohortBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/cohorts")]
async fn list_cohorts(
    Allowed(access, page, ..): Allowed<may::ReadCohorts, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after::<CohortId>()?, page.rows());
    let trained = access.may::<may::ReadTrainers>();
    let cohorts =
        blocking(move || platform.db.read(access.scope(), |conn| service::page(conn, &access, after, rows)));
    let cohorts = cohorts.await?.into_iter().map(|cohort| CohortBody::of(cohort, trained));
    let bodies = cohorts.collect::<Result<Vec<_>>>()?;
    page.answer(&request, bodies, |cohort| cohort.id)
}

/// Create a cohort
///
/// It begins as a draft.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.create"])),
    params(OrganisationPath),
    request_body = NewCohortBody,
    responses(
        (status = 201, description = "The new cohort.", body = CohortBody,
            headers(("Location" = String, description = "Its address."))),
        Malformed,
        NotFound,
        Refused,
        TooLarge,
        Unsupported,
        Invalid,
    )
)]
#[post("/organisations/{organisation}/cohorts")]
async fn create_cohort(
    Allowed(access, new, ..): Allowed<may::CreateCohorts, Json<NewCohortBody>>,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    let (code, new) = (access.code.clone(), new.into_inner());
    // A trainer who plans a cohort teaches it, and would not find it again otherwise.
    let trainer = access.is(Role::Trainer).then_some(access.account);
    let made = blocking(move || {
        service::create(&platform.db, &platform.clock, &catalogue, access.organisation, &new.into(), trainer)
    });
    let body = CohortBody::of(made.await?, true)?;
    Ok(created(&format!("{API}/organisations/{code}/cohorts/{}", body.id), body))
}

/// Read a cohort
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.read"])),
    params(CohortPath),
    responses((status = 200, description = "The cohort.", body = CohortBody), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/cohorts/{cohort}")]
async fn read_cohort(
    Allowed(access, path, ..): Allowed<may::ReadCohorts, Path<CohortPath>>,
    platform: Data<Platform>,
) -> Result<Json<CohortBody>, Problem> {
    let trained = access.may::<may::ReadTrainers>();
    let found =
        blocking(move || platform.db.read(access.scope(), |conn| path.find(conn, access.organisation)));
    Ok(Json(CohortBody::of(found.await?, trained)?))
}

/// Move a cohort to its next state
///
/// `draft → open → running → closed → archived`, and from `open` back to `draft`. Opening freezes the programme, its rule
/// and the threshold into the cohort; closing lets certificates be issued. A refusal names in `next` where it can go.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.change"])),
    params(CohortPath),
    request_body = Move,
    responses(
        (status = 200, description = "The cohort in its new state.", body = CohortBody),
        Malformed,
        NotFound,
        Refused,
        TooLarge,
        Unsupported,
        Invalid,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/state")]
async fn move_cohort(
    Allowed(access, path, to): Allowed<may::ChangeCohorts, Path<CohortPath>, Json<Move>>,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<Json<CohortBody>, Problem> {
    if to.state == State::Draft && !access.may::<may::ReopenCohorts>() {
        let detail = "Only an administrator takes a cohort back to a draft.";
        return Err(Error::forbidden(code::FORBIDDEN, detail).into());
    }
    let moved = blocking(move || {
        let now = platform.clock.now().naive_utc();
        platform.db.write_tx(access.scope(), |conn| {
            service::move_to(conn, &catalogue, access.organisation, path.cohort, to.state, now)
        })
    });
    Ok(Json(CohortBody::of(moved.await?, true)?))
}

/// List the sessions of a cohort
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.read"])),
    params(CohortPath, PageQuery),
    responses(
        (status = 200, description = "A page of sessions, by start.", body = Page<SessionBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/sessions")]
async fn list_sessions(
    Allowed(access, path, page): Allowed<may::ReadCohorts, Path<CohortPath>, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after()?, page.rows());
    let sessions = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            let cohort = path.find(conn, access.organisation)?;
            service::sessions_page(conn, access.organisation, cohort.id, after, rows)
        })
    });
    let sessions = sessions.await?;
    page.answer_as(&request, sessions, |s| (s.starts_at, s.id), |s| SessionBody::from(&s))
}

/// Schedule a session
///
/// Of a cohort that is not closed.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.change"])),
    params(CohortPath),
    request_body = NewSessionBody,
    responses(
        (status = 201, description = "The new session.", body = SessionBody,
            headers(("Location" = String, description = "Its address."))),
        Malformed,
        NotFound,
        Refused,
        TooLarge,
        Unsupported,
        Invalid,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/sessions")]
async fn create_session(
    Allowed(access, path, new): Allowed<may::ChangeCohorts, Path<CohortPath>, Json<NewSessionBody>>,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    let (here, new) = (path.clone(), NewSession::from(new.into_inner()));
    let made = blocking(move || {
        let Platform { db, clock, .. } = platform.get_ref();
        service::add_session(db, clock, &catalogue, access.organisation, path.cohort, &new)
    });
    let body = SessionBody::from(&made.await?);
    let CohortPath { organisation, cohort } = here;
    Ok(created(&format!("{API}/organisations/{organisation}/cohorts/{cohort}/sessions/{}", body.id), body))
}

/// Read a session
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.read"])),
    params(SessionPath),
    responses((status = 200, description = "The session.", body = SessionBody), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}")]
async fn read_session(
    Allowed(access, path, ..): Allowed<may::ReadCohorts, Path<SessionPath>>,
    platform: Data<Platform>,
) -> Result<Json<SessionBody>, Problem> {
    let found =
        blocking(move || platform.db.read(access.scope(), |conn| path.find(conn, access.organisation)));
    let (_, session) = found.await?;
    Ok(Json((&session).into()))
}
