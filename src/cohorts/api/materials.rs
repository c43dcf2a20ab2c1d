//! What belongs to a session.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, delete, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{SessionPath, Sight, sight};
use crate::access::{Allowed, may};
use crate::cohorts::materials::{Available, Kind, Material, NewMaterial};
use crate::cohorts::service;
use crate::platform::Platform;
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused, created};
use crate::platform::http::pagination::Page;
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::{CohortId, MaterialId, SessionId};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_materials).service(add_material).service(remove_material);
}

/// Which material.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct MaterialPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    #[expect(dead_code, reason = "it describes the path; who may go on was decided by it")]
    organisation: String,
    /// The cohort's id.
    #[param(value_type = i64, example = 1)]
    cohort: CohortId,
    /// The session's id.
    #[param(value_type = i64, example = 1)]
    session: SessionId,
    /// The material's id.
    #[param(value_type = i64, example = 1)]
    material: MaterialId,
}

/// Something that belongs to a session.
#[derive(Serialize, ToSchema)]
#[schema(as = Material)]
struct MaterialBody {
    #[schema(value_type = i64)]
    id: MaterialId,
    kind: Kind,
    title: String,
    #[schema(example = "https://files.example/slides.pdf")]
    url: String,
    /// BCP 47 tag; absent where it is not said.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false, example = "sq")]
    language: String,
    available: Available,
}

impl From<Material> for MaterialBody {
    fn from(material: Material) -> Self {
        let Material { id, kind, title, url, language, available, .. } = material;
        MaterialBody { id, kind, title, url, language, available }
    }
}

/// Something to be added to a session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMaterial)]
struct NewMaterialBody {
    kind: Kind,
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// `https`
    #[schema(max_length = 2_000, example = "https://files.example/slides.pdf")]
    url: String,
    /// BCP 47 tag.
    #[serde(default)]
    #[schema(max_length = 35, example = "sq")]
    language: String,
    available: Available,
}

impl From<NewMaterialBody> for NewMaterial {
    fn from(NewMaterialBody { kind, title, url, language, available }: NewMaterialBody) -> Self {
        NewMaterial { kind, title, url, language, available }
    }
}

/// List the materials of a session
///
/// All on one page. The enrolled have those of `before` at once and the others once the session is over; those who may
/// change the session see all; others find none.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.read"])),
    params(SessionPath),
    responses((status = 200, description = "The materials.", body = Page<MaterialBody>), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/materials")]
async fn list_materials(
    Allowed(access, path, ..): Allowed<may::ReadCohorts, Path<SessionPath>>,
    platform: Data<Platform>,
) -> Result<Json<Page<MaterialBody>>, Problem> {
    let found = blocking(move || {
        let now = platform.clock.now().naive_utc();
        platform.db.read(access.scope(), |conn| {
            let (cohort, session) = path.find(conn, access.organisation)?;
            let all = match sight(conn, &access, cohort.id)? {
                Sight::Planner => true,
                Sight::Enrolled => false,
                Sight::Reader => return Ok(Vec::new()),
            };
            service::materials(conn, access.organisation, &session, all, now)
        })
    });
    Ok(Json(Page { items: found.await?.into_iter().map(MaterialBody::from).collect() }))
}

/// Add a material to a session
///
/// It stays where it is on the web; what is kept is its address.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.change"])),
    params(SessionPath),
    request_body = NewMaterialBody,
    responses(
        (status = 201, description = "The material.", body = MaterialBody,
            headers(("Location" = String, description = "Its address."))),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/materials")]
async fn add_material(
    Allowed(access, path, new): Allowed<may::ChangeCohorts, Path<SessionPath>, Json<NewMaterialBody>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let SessionPath { organisation, cohort, session } = path.clone();
    let new = NewMaterial::from(new.into_inner());
    let added = blocking(move || {
        let now = platform.clock.now().naive_utc();
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = service::cohort_for_change(conn, access.organisation, path.cohort)?;
            let session = service::session(conn, access.organisation, cohort.id, path.session)?;
            service::add_material(conn, &cohort, &session, &new, now)
        })
    });
    let body = MaterialBody::from(added.await?);
    let sessions = format!("{API}/organisations/{organisation}/cohorts/{cohort}/sessions");
    Ok(created(&format!("{sessions}/{session}/materials/{}", body.id), body))
}

/// Remove a material from a session
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.change"])),
    params(MaterialPath),
    responses((status = 204, description = "It is removed."), Malformed, NotFound, Refused)
)]
#[delete("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/materials/{material}")]
async fn remove_material(
    Allowed(access, path, ..): Allowed<may::ChangeCohorts, Path<MaterialPath>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let removed = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = service::cohort_for_change(conn, access.organisation, path.cohort)?;
            let session = service::session(conn, access.organisation, cohort.id, path.session)?;
            service::remove_material(conn, &cohort, &session, path.material)
        })
    });
    removed.await?;
    Ok(HttpResponse::NoContent().finish())
}
