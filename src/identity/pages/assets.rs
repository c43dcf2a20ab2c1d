//! What pages load: one stylesheet, named after its content, so that browsers may keep it for ever.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{self, Path, ServiceConfig};
use sha2::{Digest, Sha256};

use crate::platform::http::Problem;

const STYLE: &str = include_str!("../templates/pages.css");

/// The stylesheet's path within the installation.
pub static STYLE_PATH: LazyLock<String> = LazyLock::new(|| {
    let hash: String = Sha256::digest(STYLE).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("/assets/pages-{hash}.css")
});

pub fn configure(config: &mut ServiceConfig) {
    config.service(web::resource("/assets/{file}").route(web::get().to(asset)));
}

async fn asset(file: Path<String>) -> Result<HttpResponse, Problem> {
    if STYLE_PATH.strip_prefix("/assets/") != Some(file.as_str()) {
        return Err(Problem::unknown_path());
    }
    let kept = (CACHE_CONTROL, "public, max-age=31536000, immutable");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header(kept)
        .body(STYLE))
}
