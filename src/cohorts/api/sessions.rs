//! Sessions of a cohort.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::{NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{CohortPath, SessionPath};
use crate::access::{Allowed, may};
use crate::catalogue::Catalogue;
use crate::cohorts::schedule::NewSession;
use crate::cohorts::{Mode, Session, service};
use crate::platform::Platform;
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused, created};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::SessionId;

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_sessions).service(create_session).service(read_session);
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
        BadBody,
        NotFound,
        Refused,
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
