//! The JSON API of certification.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::{self, PersonVerdict};
use super::{ModuleFinding, Outcome, missing};
use crate::access::{Allowed, may};
use crate::catalogue::Catalogue;
use crate::cohorts::api::CohortPath;
use crate::cohorts::service as cohorts;
use crate::enrolment::api::EnrolledPath;
use crate::organisations::api::{StartedJob, started};
use crate::platform::Platform;
use crate::platform::error::Error;
use crate::platform::http::answers::{Malformed, NotFound, Refused};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_verdicts).service(read_verdict).service(tell_missing);
}

/// What a person earned, or what is missing, and why.
#[derive(Serialize, ToSchema)]
#[schema(as = Verdict)]
struct VerdictBody {
    #[schema(example = "00042")]
    employee_id: String,
    name: String,
    /// The programme's version, which names the rule.
    rule_version: u32,
    outcome: Outcome,
    /// How many modules were attended.
    attended: u32,
    /// Every module of the programme, in its order, with the session that counts, or why none does.
    modules: Vec<ModuleFinding>,
    /// The verdict as a sentence.
    #[schema(example = "Attended 2 of 4 modules: this earns a Certificate of Attendance.")]
    explanation: String,
}

impl From<PersonVerdict> for VerdictBody {
    fn from(PersonVerdict { person, verdict, .. }: PersonVerdict) -> Self {
        VerdictBody {
            employee_id: person.employee_id,
            name: person.name,
            rule_version: verdict.rule_version,
            attended: verdict.attended(),
            explanation: verdict.explain(),
            outcome: verdict.outcome,
            modules: verdict.modules,
        }
    }
}

/// List the verdicts of a cohort
///
/// The rule applied to the attendance as it is now, whatever the cohort's state.
#[utoipa::path(
    tag = "certification",
    security(("bearer" = ["participants.read"])),
    params(CohortPath, PageQuery),
    responses(
        (status = 200, description = "A page of verdicts, by employee id.", body = Page<VerdictBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/verdicts")]
async fn list_verdicts(
    Allowed(access, path, page): Allowed<may::ReadParticipants, Path<CohortPath>, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after::<String>()?, page.rows());
    let verdicts = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            let cohort = path.find(conn, access.organisation)?;
            service::verdicts_page(conn, &catalogue, cohort, after.as_deref(), rows)
        })
    });
    let people = verdicts.await?.people;
    page.answer_as(&request, people, |person| person.person.employee_id.clone(), VerdictBody::from)
}

/// Read the verdict on a person
///
/// With its explanation: what counted, and what is missing.
#[utoipa::path(
    tag = "certification",
    security(("bearer" = ["verdict.read"])),
    params(EnrolledPath),
    responses((status = 200, description = "The verdict.", body = VerdictBody), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/people/{employee_id}/verdict")]
async fn read_verdict(
    Allowed(access, path, ..): Allowed<may::ReadVerdicts, Path<EnrolledPath>>,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<Json<VerdictBody>, Problem> {
    let verdict = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            let (cohort, person) = path.find(conn, access.organisation)?;
            let verdicts = service::verdict_on(conn, &catalogue, cohort, person)?;
            verdicts.people.into_iter().next().ok_or_else(|| Error::internal("a verdict went missing"))
        })
    });
    Ok(Json(verdict.await?.into()))
}

/// Tell people what they lack
///
/// Everybody in a cohort that goes on is mailed what is missing for the next certificate and which sessions are still to come,
/// as far as they can still reach it. It is one job a day: who asks again that day is given the same.
#[utoipa::path(
    tag = "certification",
    security(("bearer" = ["missing.tell"])),
    params(CohortPath),
    responses(
        (status = 202, description = "It was begun.", body = StartedJob,
            headers(("Location" = String, description = "Where it tells how far it is."))),
        Malformed,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/missing-notices")]
async fn tell_missing(
    Allowed(access, path, ..): Allowed<may::TellMissing, Path<CohortPath>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let code = path.organisation.clone();
    let begun = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = cohorts::cohort_for_change(conn, access.organisation, path.cohort)?;
            missing::start(conn, &platform, &cohort)
        })
    });
    Ok(started(&code, begun.await?))
}
