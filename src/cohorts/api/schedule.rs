//! A cohort's schedule for calendar programs.

use actix_web::http::header::{CACHE_CONTROL, ETAG, EntityTag};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use sha2::{Digest, Sha256};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{CohortPath, Sight, sight};
use crate::access::{Allowed, may};
use crate::catalogue::Catalogue;
use crate::cohorts::schedule_file;
use crate::platform::Platform;
use crate::platform::http::answers::{Malformed, NotFound, is_known};
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(read_schedule);
}

/// Read the schedule of a cohort as a calendar
///
/// In the reader's language. Links to meetings are in it for those who are enrolled and for those who work with the
/// cohort. A cancelled session is in it, as cancelled, until it would be over.
#[utoipa::path(
    tag = "calendar",
    security(("bearer" = ["cohort.read"])),
    params(CohortPath),
    responses(
        (status = 200, description = "An iCalendar object (RFC 5545).", body = String,
            content_type = "text/calendar"),
        (status = 304, description = "The client's copy is the same."),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/schedule.ics")]
async fn read_schedule(
    Allowed(access, path, ..): Allowed<may::ReadCohorts, Path<CohortPath>>,
    request: HttpRequest,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    let text = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            let cohort = path.find(conn, access.organisation)?;
            let with_link = sight(conn, &access, cohort.id)? != Sight::Reader;
            schedule_file::of_cohort(conn, &platform, &catalogue, &cohort, access.account, with_link)
        })
    });
    Ok(calendar_file(&request, text.await?))
}

/// A calendar object, or 304 where the client's copy is the same. Nobody else's program shall keep it.
pub fn calendar_file(request: &HttpRequest, text: String) -> HttpResponse {
    let sha256: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = EntityTag::new_strong(sha256);
    let is_known = is_known(request, &tag);
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag.to_string())).insert_header((CACHE_CONTROL, "private, no-cache"));
    if is_known { answer.finish() } else { answer.content_type("text/calendar; charset=utf-8").body(text) }
}
