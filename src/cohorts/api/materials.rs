//! What belongs to a session, and who gives it.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, delete, get, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{SessionPath, Sight, planner, sight};
use crate::access::{Allowed, may};
use crate::cohorts::materials::{
    Available, Kind, Material, NewMaterial, NewSessionTrainer, Part, SessionTrainer,
};
use crate::cohorts::service;
use crate::platform::Platform;
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused, created};
use crate::platform::http::pagination::Page;
use crate::platform::http::preconditions::{Conditional, Tagged};
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::{AccountId, CohortId, MaterialId, SessionId};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_session_trainers)
        .service(put_session_trainers)
        .service(list_materials)
        .service(add_material)
        .service(remove_material);
}

/// Somebody who gives a session or learns to.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionTrainer)]
struct SessionTrainerBody {
    #[schema(value_type = i64)]
    account: AccountId,
    name: String,
    email: String,
    part: Part,
    /// What a trainee trainer did; may be empty.
    note: String,
}

impl From<SessionTrainer> for SessionTrainerBody {
    fn from(SessionTrainer { account, name, email, part, note }: SessionTrainer) -> Self {
        SessionTrainerBody { account, name, email, part, note }
    }
}

/// Who shall give a session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SessionTrainers {
    #[schema(max_items = 20)]
    trainers: Vec<NewSessionTrainerBody>,
    /// Why somebody may be at another session at that time; for administrators.
    #[serde(default)]
    #[schema(max_length = 500)]
    override_clash: Option<String>,
}

/// Somebody who shall give a session or learn to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSessionTrainer)]
struct NewSessionTrainerBody {
    /// Of a member of the organisation.
    #[schema(value_type = i64)]
    account: AccountId,
    part: Part,
    /// What a trainee trainer did.
    #[serde(default)]
    #[schema(max_length = 2_000)]
    note: String,
}

impl From<NewSessionTrainerBody> for NewSessionTrainer {
    fn from(NewSessionTrainerBody { account, part, note }: NewSessionTrainerBody) -> Self {
        NewSessionTrainer { account, part, note }
    }
}

/// List who gives a session
///
/// And who learns to; all on one page. Where it names nobody, the cohort's trainers give it.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["trainers.read"])),
    params(SessionPath),
    responses(
        (status = 200, description = "Who gives it.", body = Page<SessionTrainerBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/trainers")]
async fn list_session_trainers(
    Allowed(access, path, ..): Allowed<may::ReadTrainers, Path<SessionPath>>,
    platform: Data<Platform>,
) -> Result<Tagged<Page<SessionTrainerBody>>, Problem> {
    let found = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            let (_, session) = path.find(conn, access.organisation)?;
            service::session_trainers(conn, access.organisation, &session)
        })
    });
    Ok(Tagged(page_of(found.await?)))
}

/// Say who gives a session
///
/// And who learns to: the whole list. Who is at another session at that time is refused (`clash`).
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.change"])),
    params(SessionPath),
    request_body = SessionTrainers,
    responses(
        (status = 200, description = "Who gives it now.", body = Page<SessionTrainerBody>),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[put("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/trainers")]
async fn put_session_trainers(
    Allowed(access, path, Conditional(if_match, body)): Allowed<
        may::ChangeCohorts,
        Path<SessionPath>,
        Conditional<Json<SessionTrainers>>,
    >,
    platform: Data<Platform>,
) -> Result<Tagged<Page<SessionTrainerBody>>, Problem> {
    let SessionTrainers { trainers, override_clash } = body.into_inner();
    let new: Vec<NewSessionTrainer> = trainers.into_iter().map(NewSessionTrainer::from).collect();
    let put = blocking(move || {
        let (organisation, by) = (access.organisation, planner(&access));
        let now = platform.clock.now().naive_utc();
        let (session, overridden, trainers) = platform.db.write_tx(access.scope(), |conn| {
            let cohort = service::cohort_for_change(conn, organisation, path.cohort)?;
            let session = service::session(conn, organisation, cohort.id, path.session)?;
            if_match.check(&page_of(service::session_trainers(conn, organisation, &session)?))?;
            let reason = override_clash.as_deref();
            let overridden = service::put_session_trainers(conn, &cohort, &session, &new, by, reason, now)?;
            let session = service::session(conn, organisation, cohort.id, path.session)?;
            let trainers = service::session_trainers(conn, organisation, &session)?;
            Ok((session, overridden, trainers))
        })?;
        if overridden {
            service::log_override(by, &session);
        }
        Ok(trainers)
    });
    Ok(Tagged(page_of(put.await?)))
}

fn page_of(trainers: Vec<SessionTrainer>) -> Page<SessionTrainerBody> {
    Page { items: trainers.into_iter().map(SessionTrainerBody::from).collect() }
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
