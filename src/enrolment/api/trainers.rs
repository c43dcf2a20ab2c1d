//! Who teaches a cohort; who no longer does is told which sessions they no longer give.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, delete, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Allowed, may};
use crate::cohorts::api::CohortPath;
use crate::cohorts::service;
use crate::cohorts::trainers::{self, Trainer};
use crate::enrolment::scheduling;
use crate::platform::Platform;
use crate::platform::http::answers::{Malformed, NotFound, Refused};
use crate::platform::http::pagination::Page;
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::{AccountId, CohortId};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_trainers).service(add_trainer).service(remove_trainer);
}

/// Which trainer.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TrainerPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    #[expect(dead_code, reason = "it describes the path; who may go on was decided by it")]
    organisation: String,
    /// The cohort's id.
    #[param(value_type = i64, example = 1)]
    cohort: CohortId,
    /// The account's id.
    #[param(value_type = i64, example = 1)]
    account: AccountId,
}

/// Somebody who teaches a cohort.
#[derive(Serialize, ToSchema)]
#[schema(as = Trainer)]
struct TrainerBody {
    #[schema(value_type = i64)]
    account: AccountId,
    name: String,
    email: String,
}

impl From<Trainer> for TrainerBody {
    fn from(Trainer { account, name, email }: Trainer) -> Self {
        TrainerBody { account, name, email }
    }
}

/// List who teaches a cohort
///
/// All on one page.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["trainers.read"])),
    params(CohortPath),
    responses((status = 200, description = "The trainers.", body = Page<TrainerBody>), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/trainers")]
async fn list_trainers(
    Allowed(access, path, ..): Allowed<may::ReadTrainers, Path<CohortPath>>,
    platform: Data<Platform>,
) -> Result<Json<Page<TrainerBody>>, Problem> {
    let found = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            let cohort = path.find(conn, access.organisation)?;
            trainers::of_cohort(conn, access.organisation, cohort.id)
        })
    });
    Ok(Json(Page { items: found.await?.into_iter().map(TrainerBody::from).collect() }))
}

/// Let a member teach a cohort
///
/// Who teaches it already goes on.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["trainers.change"])),
    params(TrainerPath),
    responses((status = 204, description = "They teach it."), Malformed, NotFound, Refused)
)]
#[put("/organisations/{organisation}/cohorts/{cohort}/trainers/{account}")]
async fn add_trainer(
    Allowed(access, path, ..): Allowed<may::ChangeTrainers, Path<TrainerPath>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let added = blocking(move || {
        let now = platform.clock.now().naive_utc();
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = service::cohort(conn, access.organisation, path.cohort)?;
            trainers::add(conn, access.organisation, cohort.id, path.account, now)
        })
    });
    added.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// End a member's teaching of a cohort
///
/// They are told which sessions they no longer give.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["trainers.change"])),
    params(TrainerPath),
    responses((status = 204, description = "They no longer teach it."), Malformed, NotFound)
)]
#[delete("/organisations/{organisation}/cohorts/{cohort}/trainers/{account}")]
async fn remove_trainer(
    Allowed(access, path, ..): Allowed<may::ChangeTrainers, Path<TrainerPath>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let TrainerPath { cohort, account, .. } = path.into_inner();
    blocking(move || scheduling::remove_trainer(&platform, access.organisation, cohort, account)).await?;
    Ok(HttpResponse::NoContent().finish())
}
