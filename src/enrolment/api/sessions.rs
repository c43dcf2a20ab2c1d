//! Sessions as far as people are told of them: planned, moved, changed, cancelled.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, delete, post, put};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Allowed, may};
use crate::catalogue::Catalogue;
use crate::cohorts::Session;
use crate::cohorts::api::{
    CohortPath, NewSeriesBody, NewSessionBody, SessionBody, SessionPath, Sight, planner,
};
use crate::cohorts::schedule::NewSession;
use crate::cohorts::service::NewSeries;
use crate::enrolment::scheduling::{self, Seen};
use crate::platform::Platform;
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused};
use crate::platform::http::pagination::Page;
use crate::platform::http::preconditions::{Conditional, Tagged};
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(create_session).service(create_series).service(change_session).service(cancel_session);
}

/// Schedule a session
///
/// Of a cohort that is not closed: in the future, unless it was `held`, and within the cohort's days. Where its room is taken at
/// that time, or the only trainer of the cohort is at another session, it is refused (`clash`, naming what is in the way). A
/// session that was cancelled at this time comes back.
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
    let (there, new) = (path.clone(), NewSession::from(new.into_inner()));
    let made = blocking(move || {
        let here = (access.organisation, path.cohort);
        scheduling::add_session(&platform, &catalogue, here, planner(&access), &new)
    });
    let body = SessionBody::of(&made.await?, Sight::Planner);
    let CohortPath { organisation, cohort } = there;
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
        let here = (access.organisation, path.cohort);
        scheduling::add_series(&platform, &catalogue, here, planner(&access), &new)
    });
    let items = made.await?.iter().map(|session| SessionBody::of(session, Sight::Planner)).collect();
    Ok(HttpResponse::Created().json(Page { items }))
}

/// Why a session is cancelled.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Cancellation {
    /// It is told to those who would have come.
    #[param(min_length = 1, max_length = 500, example = "The trainer is ill")]
    reason: String,
}

/// Move or change a session
///
/// Until the cohort is closed. Those whom it concerns are told where more changes than words. Once attendance was recorded
/// only words can change. A session has no fewer places than are booked (`places-booked`, which names how many), and takes
/// neither a room nor a trainer that is taken (`clash`).
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.change"])),
    params(SessionPath),
    request_body = NewSessionBody,
    responses(
        (status = 200, description = "The session as it is now.", body = SessionBody),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[put("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}")]
async fn change_session(
    Allowed(access, path, Conditional(if_match, new)): Allowed<
        may::ChangeCohorts,
        Path<SessionPath>,
        Conditional<Json<NewSessionBody>>,
    >,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<Tagged<SessionBody>, Problem> {
    let new = NewSession::from(new.into_inner());
    let changed = blocking(move || {
        let SessionPath { cohort, session, .. } = path.into_inner();
        let check = |session: &Session| if_match.check(&SessionBody::of(session, Sight::Planner));
        let seen = Seen { organisation: access.organisation, cohort, session, check: &check };
        scheduling::change_session(&platform, &catalogue, &seen, planner(&access), &new)
    });
    Ok(Tagged(SessionBody::of(&changed.await?, Sight::Planner)))
}

/// Cancel a session
///
/// Before it begins. Those whom it concerns are told, with the reason, and places that they booked are given up. It comes back
/// when a session of the module is planned at the same time.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.change"])),
    params(SessionPath, Cancellation),
    responses(
        (status = 204, description = "It is cancelled."),
        Malformed,
        NotFound,
        Refused,
        crate::platform::http::answers::Invalid,
    )
)]
#[delete("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}")]
async fn cancel_session(
    Allowed(access, path, Conditional(if_match, query)): Allowed<
        may::ChangeCohorts,
        Path<SessionPath>,
        Conditional<Query<Cancellation>>,
    >,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let cancelled = blocking(move || {
        let SessionPath { cohort, session, .. } = path.into_inner();
        let check = |session: &Session| if_match.check(&SessionBody::of(session, Sight::Planner));
        let seen = Seen { organisation: access.organisation, cohort, session, check: &check };
        scheduling::cancel_session(&platform, &seen, &query.reason)
    });
    cancelled.await?;
    Ok(HttpResponse::NoContent().finish())
}
