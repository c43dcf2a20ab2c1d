//! Links by which people enrol.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Allowed, may};
use crate::cohorts::api::CohortPath;
use crate::cohorts::service as cohorts;
use crate::enrolment::links::{self, Link};
use crate::platform::Platform;
use crate::platform::config::Home;
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused, created, holding_secret};
use crate::platform::http::pagination::Page;
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::{CohortId, EnrolmentLinkId};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_links).service(make_link).service(revoke_link);
}

/// A link by which people enrol. What makes it work was shown when it was made.
#[derive(Serialize, ToSchema)]
#[schema(as = EnrolmentLink)]
struct LinkBody {
    #[schema(value_type = i64)]
    id: EnrolmentLinkId,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl From<Link> for LinkBody {
    fn from(Link { id, created_at, expires_at }: Link) -> Self {
        LinkBody { id, created_at: created_at.and_utc(), expires_at: expires_at.and_utc() }
    }
}

/// A link that was made just now.
#[derive(Serialize, ToSchema)]
struct MadeEnrolmentLink {
    #[serde(flatten)]
    made: LinkBody,
    /// Where it leads. Shown this once.
    link: String,
}

/// A link to be made.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEnrolmentLink {
    /// Within a year; after sixty days where absent.
    #[serde(default)]
    expires_at: Option<DateTime<Utc>>,
}

/// Which link.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct LinkPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    #[expect(dead_code, reason = "it describes the path; who may go on was decided by it")]
    organisation: String,
    /// The cohort's id.
    #[param(value_type = i64, example = 1)]
    cohort: CohortId,
    /// The link's id.
    #[param(value_type = i64, example = 1)]
    link: EnrolmentLinkId,
}

/// List the links by which people enrol
///
/// Those that can still be used, all on one page.
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolments.change"])),
    params(CohortPath),
    responses((status = 200, description = "The links.", body = Page<LinkBody>), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/links")]
async fn list_links(
    Allowed(access, path, ..): Allowed<may::ChangeEnrolments, Path<CohortPath>>,
    platform: Data<Platform>,
) -> Result<Json<Page<LinkBody>>, Problem> {
    let found = blocking(move || {
        let now = platform.clock.now().naive_utc();
        platform.db.read(access.scope(), |conn| {
            let cohort = path.find(conn, access.organisation)?;
            links::open(conn, access.organisation, cohort.id, now)
        })
    });
    Ok(Json(Page { items: found.await?.into_iter().map(LinkBody::from).collect() }))
}

/// Make a link by which people enrol
///
/// It stands for being eligible: whoever has it may enrol while the window is open, and gets a seat as everybody else does.
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolments.change"])),
    params(CohortPath),
    request_body = NewEnrolmentLink,
    responses(
        (status = 201, description = "The link.", body = MadeEnrolmentLink,
            headers(("Location" = String, description = "Its address."))),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/links")]
async fn make_link(
    Allowed(access, path, new): Allowed<may::ChangeEnrolments, Path<CohortPath>, Json<NewEnrolmentLink>>,
    platform: Data<Platform>,
    home: Data<Home>,
) -> Result<HttpResponse, Problem> {
    let (here, expires_at) = (path.clone(), new.expires_at.map(|time| time.naive_utc()));
    let made = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = cohorts::cohort_for_change(conn, access.organisation, path.cohort)?;
            links::make(conn, &platform, &cohort, access.account, expires_at)
        })
    });
    let (made, secret) = made.await?;
    let CohortPath { organisation, cohort } = here;
    let location = format!("{API}/organisations/{organisation}/cohorts/{cohort}/links/{}", made.id);
    let body = MadeEnrolmentLink { made: made.into(), link: links::address(&home, &secret) };
    Ok(holding_secret(created(&location, body)))
}

/// Revoke a link
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolments.change"])),
    params(LinkPath),
    responses((status = 204, description = "It can no longer be used."), Malformed, NotFound)
)]
#[delete("/organisations/{organisation}/cohorts/{cohort}/links/{link}")]
async fn revoke_link(
    Allowed(access, path, ..): Allowed<may::ChangeEnrolments, Path<LinkPath>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let revoked = blocking(move || {
        let now = platform.clock.now().naive_utc();
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = cohorts::cohort(conn, access.organisation, path.cohort)?;
            links::revoke(conn, access.organisation, cohort.id, path.link, now)
        })
    });
    revoked.await?;
    Ok(HttpResponse::NoContent().finish())
}
