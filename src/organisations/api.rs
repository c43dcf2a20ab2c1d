//! The JSON API of organisations.

use actix_web::web::{Data, Json, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{Organisation, service};
use crate::access::{Allowed, SignedIn, may};
use crate::platform::Platform;
use crate::platform::http::answers::{Malformed, NotFound};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_organisations).service(read_organisation);
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

/// List the organisations
///
/// That one belongs to; an operator sees all.
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["organisations.list"])),
    params(PageQuery),
    responses(
        (status = 200, description = "A page of organisations, by code.", body = Page<OrganisationBody>),
        Malformed,
    )
)]
#[get("/organisations")]
async fn list_organisations(
    SignedIn(actor, page, ..): SignedIn<may::ListOrganisations, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after::<String>()?, page.rows());
    let of = (!actor.operator).then_some(actor.account);
    let organisations = blocking(move || service::list(&platform.db, of, after.as_deref(), rows)).await?;
    page.answer_as(&request, organisations, |o| o.code.clone(), OrganisationBody::from)
}

/// Read an organisation
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["organisation.read"])),
    params(OrganisationPath),
    responses((status = 200, description = "The organisation.", body = OrganisationBody), NotFound)
)]
#[get("/organisations/{organisation}")]
async fn read_organisation(
    Allowed(access, ..): Allowed<may::ReadOrganisation>,
) -> Result<Json<OrganisationBody>, Problem> {
    Ok(Json(Organisation::of(&access).into()))
}
