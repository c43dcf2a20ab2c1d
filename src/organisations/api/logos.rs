//! The JSON API of an organisation's logos.

use actix_web::http::header::{ETAG, EntityTag};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::OrganisationPath;
use crate::access::{Allowed, may};
use crate::organisations::{Logo, images, logos};
use crate::platform::Platform;
use crate::platform::error::Error;
use crate::platform::http::answers::{BadBody, NotFound, Refused, created, is_known};
use crate::platform::http::multipart::Upload;
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(add_logo).service(read_logo).service(remove_logo);
}

/// Which logo.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct LogoPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    #[expect(dead_code, reason = "it describes the path; who may go on was decided by it")]
    organisation: String,
    /// The SHA-256 of the image, in hexadecimal digits.
    #[param(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
}

/// An image and what it shows.
#[derive(Serialize, ToSchema)]
#[schema(as = Logo)]
pub struct LogoBody {
    /// The SHA-256 of the image, in hexadecimal digits: its name in addresses.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// What it shows, for those who do not see it.
    #[schema(example = "Coat of arms of the Municipality of Tirana")]
    alt: String,
}

impl From<Logo> for LogoBody {
    fn from(Logo { alt, sha256, .. }: Logo) -> Self {
        LogoBody { sha256, alt }
    }
}

/// The form of an upload of a logo.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what `Upload` reads")]
struct LogoForm {
    /// A PNG or JPEG image of at most 512 KiB, and at most 4000 pixels each way.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What it shows, for those who do not see it.
    #[schema(min_length = 1, max_length = 200)]
    alt: String,
}

/// Add a logo
///
/// Behind those that are there, of which there can be four. Cohorts that are made from now on print it on certificates.
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["organisation.change"])),
    params(OrganisationPath),
    request_body(content = LogoForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "The new logo.", body = LogoBody,
            headers(("Location" = String, description = "The image's address."))),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/logos")]
async fn add_logo(
    Allowed(access, upload, ..): Allowed<may::ChangeOrganisation, Upload>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let code = access.code.clone();
    let added = blocking(move || {
        let alt = upload.fields.get("alt").map_or("", String::as_str);
        let logo = logos::read(&upload.file_name, upload.bytes, alt)?;
        let now = platform.clock.now().naive_utc();
        platform.db.write_tx(access.scope(), |conn| logos::add(conn, access.organisation, &logo, now))?;
        Ok(logo)
    });
    let body = LogoBody::from(added.await?);
    Ok(created(&format!("{API}/organisations/{code}/logos/{}", body.sha256), body))
}

/// Download a logo
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["organisation.read"])),
    params(LogoPath),
    responses(
        (status = 200, description = "The image.",
            content((Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg")),
            headers(("ETag" = String, description = "The SHA-256 of the image, in hexadecimal digits."))),
        (status = 304, description = "The client has the image already."),
        NotFound,
    )
)]
#[get("/organisations/{organisation}/logos/{sha256}")]
async fn read_logo(
    Allowed(access, path, ..): Allowed<may::ReadOrganisation, Path<LogoPath>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let found = blocking(move || {
        let logo =
            platform.db.read(access.scope(), |conn| logos::logo(conn, access.organisation, &path.sha256))?;
        let kind = images::kind(&logo.image).ok_or_else(|| Error::internal("a logo is no image"))?;
        Ok((logo, kind))
    });
    let (Logo { sha256, image, .. }, kind) = found.await?;
    let tag = EntityTag::new_strong(sha256);
    let known = is_known(&request, &tag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag.to_string()));
    Ok(if known { answer.finish() } else { answer.content_type(kind.media_type()).body(image.to_vec()) })
}

/// Remove a logo
///
/// Cohorts and documents that have it keep it.
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["organisation.change"])),
    params(LogoPath),
    responses((status = 204, description = "It is no longer a logo of the organisation."), NotFound)
)]
#[delete("/organisations/{organisation}/logos/{sha256}")]
async fn remove_logo(
    Allowed(access, path, ..): Allowed<may::ChangeOrganisation, Path<LogoPath>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let removed = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| logos::remove(conn, access.organisation, &path.sha256))
    });
    removed.await?;
    Ok(HttpResponse::NoContent().finish())
}
