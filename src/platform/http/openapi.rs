//! The description of the API (OpenAPI 3.1), made from the handlers, and a page to read it.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::header::{self, CACHE_CONTROL};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse};
use utoipa::openapi::path::PathItem;
use utoipa::openapi::schema::{ArrayBuilder, Schema};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_swagger_ui::Config;

use crate::platform::http::problem::{MEDIA_TYPE, Problem, ProblemBody};
use crate::platform::http::server::{self, API};

mod shared;

/// Where the description is served.
pub const PATH: &str = "/api/v1/openapi.json";
/// Where the page to read it is served.
pub const PAGE: &str = "/api/v1/docs/";

/// The name of the body, and of the response, of every problem.
pub const PROBLEM: &str = "Problem";
const BEARER: &str = "bearer";

const DESCRIPTION: &str = "Training programmes in digital human rights: schedule sessions, upload attendance, read \
    verdicts, issue certificates, report. Errors are problem details (RFC 9457) with a stable `code`. Lists come in \
    pages; the header `Link` leads to the next one.";

/// The whole description: what `api` registers under `/api/v1`, what `root` registers outside of it, and the server's own
/// paths. Needs no server.
pub fn document(api: fn(&mut ServiceConfig), root: fn(&mut ServiceConfig)) -> OpenApi {
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .openapi(frame())
        .configure(server::probes)
        .configure(root)
        .service(utoipa_actix_web::scope(API).configure(api))
        .split_for_parts();
    let components = document.components.get_or_insert_with(Components::new);
    let mut schemas = vec![(ProblemBody::name().into_owned(), ProblemBody::schema())];
    ProblemBody::schemas(&mut schemas);
    components.schemas.extend(schemas);
    refer_to_items(&mut components.schemas);
    let problem = ResponseBuilder::new()
        .description("What went wrong, as problem details.")
        .content(MEDIA_TYPE, ContentBuilder::new().schema(Some(Ref::from_schema_name(PROBLEM))).build())
        .build();
    components.responses.insert(PROBLEM.to_owned(), RefOr::T(problem));
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "An access token from `POST /sign-ins`, or an API token with a scope. Each operation names the permission \
             that it needs.",
        ))
        .build();
    components.security_schemes.insert(BEARER.to_owned(), RefOr::T(SecurityScheme::Http(scheme)));
    document.paths.paths.values_mut().for_each(shared::describe);
    document
}

/// The derived schema of a page repeats that of its items; a reference says the same, once.
fn refer_to_items(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    let known: Vec<String> = schemas.keys().cloned().collect();
    for item in known {
        if let Some(RefOr::T(Schema::Object(page))) = schemas.get_mut(&format!("Page_{item}")) {
            let items = ArrayBuilder::new().items(Ref::from_schema_name(item)).build();
            page.properties.insert("items".to_owned(), RefOr::T(Schema::Array(items)));
        }
    }
}

fn frame() -> OpenApi {
    let info = InfoBuilder::new()
        .title("rights-academy")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(
            LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build(),
        ))
        .build();
    let bearer = SecurityRequirement::new(BEARER, Vec::<String>::new());
    // Relative to where the description was read, so that it holds behind every proxy.
    let here = utoipa::openapi::Server::new("/");
    OpenApiBuilder::new().info(info).servers(Some([here])).security(Some([bearer])).build()
}

/// Which methods each path answers to, so that a wrong method is told from an unknown path.
#[derive(Debug, Default)]
pub struct Routes(Vec<(String, Vec<Method>)>);

impl Routes {
    pub fn of(document: &OpenApi) -> Self {
        let methods = |item: &PathItem| {
            let served = [
                (Method::GET, item.get.is_some()),
                (Method::HEAD, item.get.is_some()),
                (Method::PUT, item.put.is_some()),
                (Method::POST, item.post.is_some()),
                (Method::DELETE, item.delete.is_some()),
                (Method::PATCH, item.patch.is_some()),
            ];
            served.into_iter().filter(|(_, served)| *served).map(|(method, _)| method).collect()
        };
        Routes(document.paths.paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect())
    }

    /// The problem of a request that no handler took: 405 if another method would have been, 404 otherwise.
    pub fn miss(&self, path: &str) -> Problem {
        let mut allowed: Vec<Method> = Vec::new();
        for (_, methods) in self.0.iter().filter(|(pattern, _)| fits(pattern, path)) {
            allowed.extend(
                methods.iter().filter(|method| !allowed.contains(method)).cloned().collect::<Vec<_>>(),
            );
        }
        if allowed.is_empty() { Problem::unknown_path() } else { Problem::method_not_allowed(&allowed) }
    }
}

/// Whether `path` is of the form `/cohorts/{id}`.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if part == given || (part.starts_with('{') && !given.is_empty()) => {}
            _ => return false,
        }
    }
}

/// Serves the description and its page, to anybody.
pub fn serve(config: &mut web::ServiceConfig, json: Bytes) {
    let only_get = || {
        web::to(|| async {
            HttpResponse::from_error(Problem::method_not_allowed(&[Method::GET, Method::HEAD]))
        })
    };
    let page = Arc::new(Config::from("../openapi.json").validator_url("none").use_base_layout());
    config
        .service(
            web::resource(PATH)
                .get(move || {
                    std::future::ready(HttpResponse::Ok().content_type("application/json").body(json.clone()))
                })
                .default_service(only_get()),
        )
        .service(web::resource("/api/v1/docs").get(redirect).default_service(only_get()))
        .service(
            web::resource(format!("{PAGE}{{file:.*}}"))
                .get(move |file: web::Path<String>| std::future::ready(asset(&file, page.clone())))
                .default_service(only_get()),
        );
}

async fn redirect() -> HttpResponse {
    HttpResponse::build(StatusCode::PERMANENT_REDIRECT).insert_header((header::LOCATION, "docs/")).finish()
}

/// A file of the page, all of which are in this binary.
fn asset(name: &str, config: Arc<Config<'static>>) -> Result<HttpResponse, Problem> {
    match utoipa_swagger_ui::serve(name, config) {
        Ok(Some(file)) => {
            let mut response = HttpResponse::Ok();
            response.content_type(file.content_type).insert_header((CACHE_CONTROL, "no-cache"));
            Ok(match file.bytes {
                std::borrow::Cow::Borrowed(bytes) => response.body(Bytes::from_static(bytes)),
                std::borrow::Cow::Owned(bytes) => response.body(bytes),
            })
        }
        Ok(None) => Err(Problem::unknown_path()),
        Err(error) => {
            tracing::error!(%error, "the page of the API");
            Err(Problem::internal())
        }
    }
}
