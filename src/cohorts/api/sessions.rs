//! Sessions of a cohort.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::session_bodies::{NewSeriesBody, NewSessionBody, SessionBody};
use super::{CohortPath, SessionPath, Sight, planner, sight};
use crate::access::{Allowed, may};
use crate::catalogue::Catalogue;
use crate::cohorts::schedule::NewSession;
use crate::cohorts::service::{self, NewSeries};
use crate::platform::Platform;
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::preconditions::Tagged;
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_sessions)
        .service(create_session)
        .service(create_series)
        .service(read_session)
        .service(record_head_count);
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

/// Schedule a session
///
/// Of a cohort that is not closed: in the future, unless it was `held`, and within the cohort's days. A room that is taken at
/// that time is refused (`clash`, naming what is in the way). A session that was cancelled at this time comes back.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.change"])),
    params(CohortPath),
    request_body = NewSessionBody,
    responses(
        (status = 201, description = "The new session.", body = SessionBody,
            headers(("Location" = String, description = "Its address."), ("ETag" = String, description = "Its tag."))),
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
        service::add_session(&platform, &catalogue, access.organisation, path.cohort, planner(&access), &new)
    });
    let body = SessionBody::of(&made.await?, Sight::Planner);
    let CohortPath { organisation, cohort } = here;
    let location = format!("{API}/organisations/{organisation}/cohorts/{cohort}/sessions/{}", body.id);
    Ok(Tagged(body).created(&location))
}

/// Schedule a series of sessions
///
/// On some weekdays, each week or every so many, at one local time, which they keep when the clock is changed. All of them
/// are planned or none. Local times that do not exist or happen twice are asked about (`times-unclear`, with the choices in
/// `asks`): send the request again with `answers`.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.change"])),
    params(CohortPath),
    request_body = NewSeriesBody,
    responses(
        (status = 201, description = "The new sessions, by start.", body = Page<SessionBody>),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/series")]
async fn create_series(
    Allowed(access, path, new): Allowed<may::ChangeCohorts, Path<CohortPath>, Json<NewSeriesBody>>,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    let new = NewSeries::from(new.into_inner());
    let made = blocking(move || {
        service::add_series(&platform, &catalogue, access.organisation, path.cohort, planner(&access), &new)
    });
    let items = made.await?.iter().map(|session| SessionBody::of(session, Sight::Planner)).collect();
    Ok(HttpResponse::Created().json(Page { items }))
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
