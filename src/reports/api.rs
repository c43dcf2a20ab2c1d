//! The JSON API of reports.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::{self, Names};
use super::{CohortReport, SuppressedReport, csv, pdf, rules, suppression};
use crate::access::{Allowed, may};
use crate::catalogue::Catalogue;
use crate::certification::service as certification;
use crate::cohorts::api::CohortPath;
use crate::organisations::Organisation;
use crate::platform::Platform;
use crate::platform::error::Error;
use crate::platform::http::answers::{Malformed, NotAcceptable, NotFound, Refused};
use crate::platform::http::language::{LanguageQuery, or_locale};
use crate::platform::http::negotiate::{self, Media};
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(read_report);
}

/// A report in figures, whole or as statistics may show it.
#[derive(ToSchema)]
#[schema(as = Report)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what is answered")]
enum ReportBody {
    Whole(CohortReport),
    Suppressed(SuppressedReport),
}

/// Read the report of a cohort
///
/// Its figures as JSON or CSV, or the report for anybody's desk as PDF, by `Accept`; without names in each of them.
/// Advisers get what statistics may show of a closed cohort, as JSON or CSV: no count from 1 to 9, nor what would give
/// one away.
#[utoipa::path(
    tag = "reports",
    security(("bearer" = ["report.read"])),
    params(CohortPath, LanguageQuery),
    responses(
        (status = 200, description = "The report.", content(
            (ReportBody = "application/json"),
            (String = "text/csv"),
            (Vec<u8> = "application/pdf"),
        )),
        Malformed,
        NotFound,
        NotAcceptable,
        Refused,
    )
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/report")]
async fn read_report(
    Allowed(access, path, language): Allowed<may::ReadReports, Path<CohortPath>, Query<LanguageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    let suppressed = !access.reach.all && !access.reach.taught;
    let offered: &[Media] =
        if suppressed { &[Media::Json, Media::Csv] } else { &[Media::Json, Media::Csv, Media::Pdf] };
    let media = negotiate::choose(&request, offered)?;
    let asked = language.checked()?;
    let body = blocking(move || {
        let (report, details) = platform.db.read(access.scope(), |conn| {
            let cohort = path.find(conn, access.organisation)?;
            if suppressed {
                service::refuse_unsettled(&cohort)?;
            }
            let organisation = Organisation::of(&access);
            let verdicts = certification::cohort_verdicts(conn, &catalogue, cohort)?;
            service::cohort_report(conn, &organisation, &verdicts, Names::Without)
        })?;
        if suppressed {
            let report = suppression::suppressed(&report, rules::SMALLEST_COUNT);
            return match media {
                Media::Csv => Ok(csv::suppressed_figures(&report)),
                _ => serde_json::to_vec(&report).map_err(Error::internal),
            };
        }
        match media {
            Media::Json => serde_json::to_vec(&report).map_err(Error::internal),
            Media::Csv => Ok(csv::figures(&report)),
            Media::Pdf => pdf::render(&report, &details, &or_locale(asked, &report.cohort.locale))
                .map_err(Error::internal),
        }
    });
    Ok(media.answer().body(body.await?))
}
