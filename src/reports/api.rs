//! The JSON API of reports.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::{self, Names};
use super::{CohortReport, csv, pdf};
use crate::access::{Allowed, may};
use crate::catalogue::Catalogue;
use crate::certification::service as certification;
use crate::cohorts::api::CohortPath;
use crate::organisations::Organisation;

use crate::platform::Platform;

use crate::platform::error::Error;
use crate::platform::http::answers::{Malformed, NotAcceptable, NotFound};
use crate::platform::http::language::{LanguageQuery, or_locale};
use crate::platform::http::negotiate::{self, Media};
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(read_report);
}

/// Read the report of a cohort
///
/// Its figures as JSON or CSV, or the report for anybody's desk as PDF, by `Accept`; without names in each of them.
#[utoipa::path(
    tag = "reports",
    security(("bearer" = ["report.read"])),
    params(CohortPath, LanguageQuery),
    responses(
        (status = 200, description = "The report.", content(
            (CohortReport = "application/json"),
            (String = "text/csv"),
            (Vec<u8> = "application/pdf"),
        )),
        Malformed,
        NotFound,
        NotAcceptable,
    )
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/report")]
async fn read_report(
    Allowed(access, path, language): Allowed<may::ReadReports, Path<CohortPath>, Query<LanguageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    let media = negotiate::choose(&request, &[Media::Json, Media::Csv, Media::Pdf])?;
    let asked = language.checked()?;
    let body = blocking(move || {
        let (report, details) = platform.db.read(access.scope(), |conn| {
            let cohort = path.find(conn, access.organisation)?;
            let organisation = Organisation::of(&access);
            let verdicts = certification::cohort_verdicts(conn, &catalogue, cohort)?;
            service::cohort_report(conn, &organisation, &verdicts, Names::Without)
        })?;
        match media {
            Media::Json => serde_json::to_vec(&report).map_err(Error::internal),
            Media::Csv => Ok(csv::figures(&report)),
            Media::Pdf => pdf::render(&report, &details, &or_locale(asked, &report.cohort.locale))
                .map_err(Error::internal),
        }
    });
    Ok(media.answer().body(body.await?))
}
