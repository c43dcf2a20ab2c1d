//! Sessions of a cohort.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, put};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::session_bodies::SessionBody;
use super::{CohortPath, SessionPath, Sight, sight};
use crate::access::{Allowed, may};
use crate::cohorts::service;
use crate::platform::Platform;
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::preconditions::Tagged;
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_sessions).service(read_session).service(record_head_count);
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
            let found = service::sessions_page(conn, access.organisation, cohort.id, after, rows)?;
            Ok((found, sight(conn, &access, cohort.id)?))
        })
    });
    let (sessions, sight) = sessions.await?;
    page.answer_as(&request, sessions, |s| (s.starts_at, s.id), |s| SessionBody::of(&s, sight))
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
) -> Result<Tagged<SessionBody>, Problem> {
    let found = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            let (cohort, session) = path.find(conn, access.organisation)?;
            Ok((session, sight(conn, &access, cohort.id)?))
        })
    });
    let (session, sight) = found.await?;
    Ok(Tagged(SessionBody::of(&session, sight)))
}

/// How many came to a session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HeadCount {
    #[schema(maximum = 1_000_000, example = 40)]
    count: u32,
}

/// Record how many came to a session
///
/// To one of which no names are written down (`head_count_only`), once it has begun and until the cohort is closed. A later
/// count replaces it.
#[utoipa::path(
    tag = "attendance",
    security(("bearer" = ["attendance.record"])),
    params(SessionPath),
    request_body = HeadCount,
    responses(
        (status = 200, description = "The session.", body = SessionBody),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[put("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/head-count")]
async fn record_head_count(
    Allowed(access, path, heads): Allowed<may::RecordAttendance, Path<SessionPath>, Json<HeadCount>>,
    platform: Data<Platform>,
) -> Result<Json<SessionBody>, Problem> {
    let recorded = blocking(move || {
        let now = platform.clock.now().naive_utc();
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = service::cohort_for_change(conn, access.organisation, path.cohort)?;
            service::put_head_count(conn, &cohort, path.session, heads.count, now)
        })
    });
    Ok(Json(SessionBody::of(&recorded.await?, Sight::Reader)))
}
