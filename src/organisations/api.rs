//! The JSON API of organisations.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{Organisation, service};
use crate::platform::Platform;
use crate::platform::db::Scope;
use crate::platform::http::answers::{Invalid, Malformed, NotFound, Refused, TooLarge, Unsupported, created};
use crate::platform::http::bearer::Bearer;
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_organisations).service(create_organisation).service(read_organisation);
}

/// Which organisation.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OrganisationPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    pub organisation: String,
}

/// A city administration.
#[derive(Serialize, ToSchema)]
#[schema(as = Organisation)]
struct OrganisationBody {
    #[schema(example = "TIRANA")]
    code: String,
    #[schema(example = "Municipality of Tirana")]
    name: String,
}

impl From<Organisation> for OrganisationBody {
    fn from(Organisation { code, name, .. }: Organisation) -> Self {
        OrganisationBody { code, name }
    }
}

/// An organisation to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOrganisation {
    /// Capital letters and digits; it stands in addresses and in the serials of certificates, and stays.
    #[schema(example = "TIRANA", min_length = 2, max_length = 16, pattern = "^[A-Z0-9]{2,16}$")]
    code: String,
    #[schema(example = "Municipality of Tirana", min_length = 1, max_length = 200)]
    name: String,
}

/// List the organisations
#[utoipa::path(
    tag = "organisations",
    params(PageQuery),
    responses(
        (status = 200, description = "A page of organisations, by code.", body = Page<OrganisationBody>),
        Malformed,
    )
)]
#[get("/organisations")]
async fn list_organisations(
    _: Bearer,
    page: Query<PageQuery>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after::<String>()?, page.rows());
    let organisations = blocking(move || service::list(&platform.db, after.as_deref(), rows)).await?;
    page.answer_as(&request, organisations, |o| o.code.clone(), OrganisationBody::from)
}

/// Create an organisation
#[utoipa::path(
    tag = "organisations",
    request_body = NewOrganisation,
    responses(
        (status = 201, description = "The new organisation.", body = OrganisationBody,
            headers(("Location" = String, description = "Its address."))),
        Malformed,
        Refused,
        TooLarge,
        Unsupported,
        Invalid,
    )
)]
#[post("/organisations")]
async fn create_organisation(
    _: Bearer,
    new: Json<NewOrganisation>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let made = blocking(move || service::create(&platform.db, &platform.clock, &new.code, &new.name)).await?;
    let location = format!("{API}/organisations/{}", made.code);
    Ok(created(&location, OrganisationBody::from(made)))
}

/// Read an organisation
#[utoipa::path(
    tag = "organisations",
    params(OrganisationPath),
    responses((status = 200, description = "The organisation.", body = OrganisationBody), NotFound)
)]
#[get("/organisations/{organisation}")]
async fn read_organisation(
    _: Bearer,
    path: Path<OrganisationPath>,
    platform: Data<Platform>,
) -> Result<Json<OrganisationBody>, Problem> {
    let found = blocking(move || {
        platform
            .db
            .read(Scope::Code(&path.organisation), |conn| service::organisation(conn, &path.organisation))
    })
    .await?;
    Ok(Json(found.into()))
}
