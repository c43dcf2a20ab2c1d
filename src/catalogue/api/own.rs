//! The JSON API of modules as an organisation has them.

use std::collections::BTreeMap;

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, delete, get, put};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::ModuleBody;
use crate::access::{Allowed, may};
use crate::catalogue::{Adoption, Catalogue, ModuleText, OwnModule, service};
use crate::organisations::api::OrganisationPath;
use crate::platform::Platform;
use crate::platform::http::answers::{BadBody, Malformed, NotFound};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::preconditions::{Conditional, IfMatch, Tagged};
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_own_modules).service(read_own_module).service(adopt_module).service(give_up_module);
}

/// Which module of which organisation.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OwnModulePath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    #[expect(dead_code, reason = "it describes the path; who may go on was decided by it")]
    organisation: String,
    /// The module's code.
    #[param(example = "introduction")]
    code: String,
}

/// A module as an organisation has it: its own texts over the catalogue's, language by language.
#[derive(Serialize, ToSchema)]
#[schema(as = OwnModule)]
struct OwnModuleBody {
    #[serde(flatten)]
    module: ModuleBody,
    /// Null where the module is as the catalogue has it.
    #[schema(required = true)]
    adopted: Option<AdoptedBody>,
}

/// That the organisation has translated or adapted a module, and from what.
#[derive(Serialize, ToSchema)]
#[schema(as = Adopted)]
struct AdoptedBody {
    /// The version of the catalogue's module that the organisation's texts were last compared with.
    source_version: u32,
    /// The version that the catalogue has now: where it is higher, the source has moved on.
    current_version: u32,
    /// The languages of the organisation's own texts; those in other languages are the catalogue's.
    #[schema(example = json!(["sq"]))]
    languages: Vec<String>,
    adopted_at: DateTime<Utc>,
    changed_at: DateTime<Utc>,
}

impl OwnModuleBody {
    fn of(own: &OwnModule, catalogue: &Catalogue) -> Self {
        let adopted = own.adopted.as_ref().map(|adopted| AdoptedBody {
            source_version: adopted.source_version,
            current_version: own.module.version,
            languages: adopted.texts.keys().cloned().collect(),
            adopted_at: adopted.adopted_at.and_utc(),
            changed_at: adopted.changed_at.and_utc(),
        });
        OwnModuleBody { module: ModuleBody::of(&own.module, catalogue), adopted }
    }
}

/// How an organisation wants to have a module.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Adoption)]
struct AdoptionBody {
    /// The version of the catalogue's module that you have looked at. Where absent it stays what it was; for a first
    /// adoption it is the catalogue's of now.
    #[serde(default)]
    #[schema(minimum = 1)]
    source_version: Option<u32>,
    /// All texts of the organisation's own, by language (BCP 47 tag), in place of those that it had: 1 to 20.
    texts: BTreeMap<String, OwnTextBody>,
}

/// What a module says in one language. What a translation leaves out is shown in English; the English text is complete.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OwnText)]
struct OwnTextBody {
    /// Certificates show it.
    #[schema(min_length = 1, max_length = 120)]
    title: String,
    #[schema(min_length = 1, max_length = 1000)]
    summary: String,
    /// What a participant can do afterwards, each of 1 to 300 characters.
    #[serde(default)]
    #[schema(max_items = 20)]
    objectives: Vec<String>,
    /// Markdown.
    #[serde(default)]
    #[schema(max_length = 40000)]
    body: Option<String>,
}

impl From<AdoptionBody> for Adoption {
    fn from(AdoptionBody { source_version, texts }: AdoptionBody) -> Self {
        let text = |(language, text): (String, OwnTextBody)| {
            let OwnTextBody { title, summary, objectives, body } = text;
            (language, ModuleText { title, summary, objectives, body })
        };
        Adoption { source_version, texts: texts.into_iter().map(text).collect() }
    }
}

/// List the modules as an organisation has them
///
/// With their texts in every language. `adopted` says which of them the organisation has translated or adapted.
#[utoipa::path(
    tag = "catalogue",
    security(("bearer" = ["modules.read"])),
    params(OrganisationPath, PageQuery),
    responses(
        (status = 200, description = "A page of modules, by code.", body = Page<OwnModuleBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/modules")]
async fn list_own_modules(
    Allowed(access, page, ..): Allowed<may::ReadModules, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    let (after, rows, sources) = (page.after::<String>()?, page.rows(), catalogue.clone());
    let found = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            service::page(conn, &sources, access.organisation, after.as_deref(), rows)
        })
    });
    let body = |own: OwnModule| OwnModuleBody::of(&own, &catalogue);
    page.answer_as(&request, found.await?, |own| own.module.code.clone(), body)
}

/// Read a module as an organisation has it
#[utoipa::path(
    tag = "catalogue",
    security(("bearer" = ["modules.read"])),
    params(OwnModulePath),
    responses((status = 200, description = "The module.", body = OwnModuleBody), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/modules/{code}")]
async fn read_own_module(
    Allowed(access, path, ..): Allowed<may::ReadModules, Path<OwnModulePath>>,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<Tagged<OwnModuleBody>, Problem> {
    let found = blocking(move || {
        let own = platform.db.read(access.scope(), |conn| {
            service::module(conn, &catalogue, access.organisation, &path.code)
        })?;
        Ok(OwnModuleBody::of(&own, &catalogue))
    });
    Ok(Tagged(found.await?))
}

/// Translate and adapt a module
///
/// Adopts it, or changes what was adopted. The organisation's texts stand over the catalogue's, language by language;
/// cohorts that are opened from now on have their titles on certificates, those that were opened keep theirs. `If-Match`
/// holds the tag of the module as the organisation has it now, adopted or not.
#[utoipa::path(
    tag = "catalogue",
    security(("bearer" = ["modules.adapt"])),
    params(OwnModulePath),
    request_body = AdoptionBody,
    responses((status = 200, description = "The module as it is now.", body = OwnModuleBody), BadBody, NotFound)
)]
#[put("/organisations/{organisation}/modules/{code}")]
async fn adopt_module(
    Allowed(access, path, Conditional(if_match, adoption)): Allowed<
        may::AdaptModules,
        Path<OwnModulePath>,
        Conditional<Json<AdoptionBody>>,
    >,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<Tagged<OwnModuleBody>, Problem> {
    let (adoption, of) = (Adoption::from(adoption.into_inner()), access.organisation);
    let adopted = blocking(move || {
        let now = platform.clock.now().naive_utc();
        let own = platform.db.write_tx(access.scope(), |conn| {
            let before = service::module_for_change(conn, &catalogue, of, &path.code)?;
            if_match.check(&OwnModuleBody::of(&before, &catalogue))?;
            service::adopt(conn, &catalogue, of, before, &adoption, now)
        })?;
        Ok(OwnModuleBody::of(&own, &catalogue))
    });
    Ok(Tagged(adopted.await?))
}

/// Go back to the catalogue's own module
///
/// The organisation's texts are gone. Cohorts that were opened keep their titles.
#[utoipa::path(
    tag = "catalogue",
    security(("bearer" = ["modules.adapt"])),
    params(OwnModulePath),
    responses(
        (status = 204, description = "The module is as the catalogue has it."),
        Malformed,
        NotFound,
    )
)]
#[delete("/organisations/{organisation}/modules/{code}")]
async fn give_up_module(
    Allowed(access, path, if_match): Allowed<may::AdaptModules, Path<OwnModulePath>, IfMatch>,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    let of = access.organisation;
    let given_up = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| {
            let before = service::module_for_change(conn, &catalogue, of, &path.code)?;
            if_match.check(&OwnModuleBody::of(&before, &catalogue))?;
            service::give_up(conn, of, &before)
        })
    });
    given_up.await?;
    Ok(HttpResponse::NoContent().finish())
}
