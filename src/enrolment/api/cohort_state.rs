//! A cohort through its states.

use actix_web::post;
use actix_web::web::{Data, Json, Path};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Allowed, may};
use crate::catalogue::Catalogue;
use crate::cohorts::State;
use crate::cohorts::api::{CohortBody, CohortPath};
use crate::enrolment::service::course;
use crate::platform::Platform;
use crate::platform::error::Error;
use crate::platform::http::answers::{BadBody, NotFound, Refused};
use crate::platform::http::preconditions::Tagged;
use crate::platform::http::problem::code;
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(move_cohort);
}

/// Where a cohort shall go.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Move {
    state: State,
}

/// Move a cohort to its next state
///
/// `draft → open → running → closed → archived`, and from `open` back to `draft`. Opening freezes the programme, its rule
/// and the threshold into the cohort; closing lets certificates be
/// issued, and tells whoever still waits for a seat that there is none. A refusal names in `next` where it can go.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.change"])),
    params(CohortPath),
    request_body = Move,
    responses(
        (status = 200, description = "The cohort in its new state.", body = CohortBody),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/state")]
async fn move_cohort(
    Allowed(access, path, to): Allowed<may::ChangeCohorts, Path<CohortPath>, Json<Move>>,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<Tagged<CohortBody>, Problem> {
    if to.state == State::Draft && !access.may::<may::ReopenCohorts>() {
        let detail = "Only an administrator takes a cohort back to a draft.";
        return Err(Error::forbidden(code::FORBIDDEN, detail).into());
    }
    let trained = access.may::<may::ReadTrainers>();
    let moved = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| {
            course::move_to(conn, &platform, &catalogue, access.organisation, path.cohort, to.state)
        })
    });
    Ok(Tagged(CohortBody::of(moved.await?, trained)?))
}
