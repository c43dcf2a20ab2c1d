//! The JSON API of the catalogue; that of modules as an organisation has them is in `api/own.rs`.

use std::collections::BTreeMap;

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{ByLanguage, Catalogue, Level, Module, ModuleKind, Programme};
use crate::access::{SignedIn, may};
use crate::platform::error::Error;
use crate::platform::http::Problem;
use crate::platform::http::answers::NotFound;
use crate::platform::http::pagination::Page;

mod own;

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_programmes).service(read_programme).service(list_modules).service(read_module);
    own::configure(config);
}

/// A set of modules with a certification rule and a presence threshold.
#[derive(Serialize, ToSchema)]
#[schema(as = Programme)]
struct ProgrammeBody {
    #[schema(example = "digital-human-rights")]
    code: String,
    /// Raised whenever the rule, the threshold or the modules change. A verdict names it.
    version: u32,
    /// By language.
    #[schema(value_type = BTreeMap<String, String>)]
    titles: ByLanguage<String>,
    /// By language.
    #[schema(value_type = BTreeMap<String, String>)]
    summaries: ByLanguage<String>,
    /// Module codes, in the order in which reports and certificates name them.
    modules: Vec<String>,
    /// Share of a session's scheduled time that a person must be present for it to count.
    #[schema(minimum = 1, maximum = 100)]
    threshold_percent: u32,
    /// The certification rule: the levels of certificates, the highest first.
    levels: Vec<LevelBody>,
}

/// What one level of certificate asks for.
#[derive(Serialize, ToSchema)]
#[schema(as = LevelRule)]
struct LevelBody {
    level: Level,
    /// How many modules of the programme must be attended.
    min_modules: u32,
    /// Modules that must be among them, by code.
    required_modules: Vec<String>,
}

impl From<&Programme> for ProgrammeBody {
    fn from(programme: &Programme) -> Self {
        let Programme { code, version, titles, summaries, modules, threshold_percent, rule } =
            programme.clone();
        let level = |rule: super::LevelRule| LevelBody {
            level: rule.level,
            min_modules: rule.min_modules,
            required_modules: rule.required_modules,
        };
        let levels = rule.levels.into_iter().map(level).collect();
        ProgrammeBody { code, version, titles, summaries, modules, threshold_percent, levels }
    }
}

/// A unit of content.
#[derive(Serialize, ToSchema)]
#[schema(as = Module)]
struct ModuleBody {
    #[schema(example = "data-protection")]
    code: String,
    /// Raised whenever the content changes.
    version: u32,
    kind: ModuleKind,
    /// The length of one session as planned.
    duration_minutes: u32,
    /// Thematic areas of the Guide that the module serves.
    areas: Vec<AreaBody>,
    /// Numbered mechanisms of the Guide that the module serves.
    mechanisms: Vec<MechanismBody>,
    /// By language.
    texts: BTreeMap<String, ModuleTextBody>,
}

/// A thematic area of the Guide.
#[derive(Serialize, ToSchema)]
#[schema(as = Area)]
struct AreaBody {
    code: String,
    /// By language.
    #[schema(value_type = BTreeMap<String, String>)]
    names: ByLanguage<String>,
}

/// A mechanism of the Guide.
#[derive(Serialize, ToSchema)]
#[schema(as = Mechanism)]
struct MechanismBody {
    number: u32,
    /// By language.
    #[schema(value_type = BTreeMap<String, String>)]
    names: ByLanguage<String>,
}

/// What a module says of itself in one language. A translation may lack objectives and body.
#[derive(Serialize, ToSchema)]
#[schema(as = ModuleText)]
struct ModuleTextBody {
    title: String,
    summary: String,
    objectives: Vec<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
}

impl ModuleBody {
    fn of(module: &Module, catalogue: &Catalogue) -> Self {
        let area = |code: &String| AreaBody {
            code: code.clone(),
            names: catalogue.areas.get(code).cloned().unwrap_or_default(),
        };
        let mechanism = |number: &u32| MechanismBody {
            number: *number,
            names: catalogue.mechanisms.get(number).cloned().unwrap_or_default(),
        };
        let text = |(language, text): (&String, &super::ModuleText)| {
            let super::ModuleText { title, summary, objectives, body } = text.clone();
            (language.clone(), ModuleTextBody { title, summary, objectives, body })
        };
        ModuleBody {
            code: module.code.clone(),
            version: module.version,
            kind: module.kind,
            duration_minutes: module.duration_minutes,
            areas: module.areas.iter().map(area).collect(),
            mechanisms: module.mechanisms.iter().map(mechanism).collect(),
            texts: module.texts.iter().map(text).collect(),
        }
    }
}

/// List the programmes
///
/// All of them on one page.
#[utoipa::path(tag = "catalogue",
    security(("bearer" = ["catalogue.read"])),
    responses((status = 200, description = "The programmes, by code.", body = Page<ProgrammeBody>)))]
#[get("/programmes")]
async fn list_programmes(
    SignedIn(_actor, ..): SignedIn<may::ReadCatalogue>,
    catalogue: Data<Catalogue>,
) -> Json<Page<ProgrammeBody>> {
    Json(Page { items: catalogue.programmes.values().map(ProgrammeBody::from).collect() })
}

/// Read a programme
#[utoipa::path(
    tag = "catalogue",
    security(("bearer" = ["catalogue.read"])),
    params(("code" = String, Path, description = "The programme's code.", example = "digital-human-rights")),
    responses((status = 200, description = "The programme with its rule.", body = ProgrammeBody), NotFound)
)]
#[get("/programmes/{code}")]
async fn read_programme(
    SignedIn(_actor, code, ..): SignedIn<may::ReadCatalogue, Path<String>>,
    catalogue: Data<Catalogue>,
) -> Result<Json<ProgrammeBody>, Problem> {
    let programme = catalogue.programmes.get(&*code).ok_or_else(|| Error::not_found("programme"))?;
    Ok(Json(programme.into()))
}

/// List the modules
///
/// All of them on one page, with their texts in every language.
#[utoipa::path(tag = "catalogue",
    security(("bearer" = ["catalogue.read"])),
    responses((status = 200, description = "The modules, by code.", body = Page<ModuleBody>)))]
#[get("/modules")]
async fn list_modules(
    SignedIn(_actor, ..): SignedIn<may::ReadCatalogue>,
    catalogue: Data<Catalogue>,
) -> Json<Page<ModuleBody>> {
    let modules = catalogue.modules.values().map(|module| ModuleBody::of(module, &catalogue));
    Json(Page { items: modules.collect() })
}

/// Read a module
#[utoipa::path(
    tag = "catalogue",
    security(("bearer" = ["catalogue.read"])),
    params(("code" = String, Path, description = "The module's code.", example = "data-protection")),
    responses((status = 200, description = "The module with its texts.", body = ModuleBody), NotFound)
)]
#[get("/modules/{code}")]
async fn read_module(
    SignedIn(_actor, code, ..): SignedIn<may::ReadCatalogue, Path<String>>,
    catalogue: Data<Catalogue>,
) -> Result<Json<ModuleBody>, Problem> {
    let module = catalogue.modules.get(&*code).ok_or_else(|| Error::not_found("module"))?;
    Ok(Json(ModuleBody::of(module, &catalogue)))
}
