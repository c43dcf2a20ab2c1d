//! Copies of cohorts.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, post};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Allowed, may};
use crate::catalogue::Catalogue;
use crate::cohorts::api::{CohortBody, CohortPath, planner};
use crate::cohorts::service::NewCopy;
use crate::enrolment::scheduling;
use crate::platform::Platform;
use crate::platform::http::answers::{BadBody, NotFound, Refused};
use crate::platform::http::preconditions::Tagged;
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(copy_cohort);
}

/// What a copy of a cohort shall be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCopy)]
struct NewCopyBody {
    #[schema(example = "Winter 2024", min_length = 1, max_length = 200)]
    name: String,
    /// The day of its first session.
    #[schema(example = "2024-01-16")]
    first_day: NaiveDate,
    /// For each time that was asked about (`times-unclear`) the choice that is meant.
    #[serde(default)]
    #[schema(max_items = 2_000)]
    answers: Vec<DateTime<FixedOffset>>,
    /// Why trainers or rooms may be taken that are taken; for administrators.
    #[serde(default)]
    #[schema(max_length = 500)]
    override_clash: Option<String>,
}

impl From<NewCopyBody> for NewCopy {
    fn from(NewCopyBody { name, first_day, answers, override_clash }: NewCopyBody) -> Self {
        NewCopy { name, first_day, answers, override_clash }
    }
}

/// Plan a cohort again
///
/// As a draft with its terms, settings and trainers, and with its sessions by whole days later at the same local times: with
/// what is said of them, who gives them, and the materials that people have before. Nobody is in it. The other cohort can be
/// in any state.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.copy"])),
    params(CohortPath),
    request_body = NewCopyBody,
    responses(
        (status = 201, description = "The new cohort.", body = CohortBody,
            headers(("Location" = String, description = "Its address."), ("ETag" = String, description = "Its tag."))),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/copies")]
async fn copy_cohort(
    Allowed(access, path, new): Allowed<may::CopyCohorts, Path<CohortPath>, Json<NewCopyBody>>,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    let (code, new) = (access.code.clone(), NewCopy::from(new.into_inner()));
    let trained = access.may::<may::ReadTrainers>();
    let made = blocking(move || {
        let by = planner(&access);
        scheduling::copy_cohort(&platform, &catalogue, access.organisation, path.cohort, by, &new)
    });
    let body = CohortBody::of(made.await?, trained)?;
    let location = format!("{API}/organisations/{code}/cohorts/{}", body.id);
    Ok(Tagged(body).created(&location))
}
