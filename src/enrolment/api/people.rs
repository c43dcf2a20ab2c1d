//! The enrolled people of a cohort.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Allowed, may};
use crate::cohorts::api::CohortPath;
use crate::enrolment::service;
use crate::organisations::api::PersonBody;
use crate::platform::Platform;
use crate::platform::http::answers::{Malformed, NotFound};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_people);
}

/// List the people of a cohort
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["participants.read"])),
    params(CohortPath, PageQuery),
    responses(
        (status = 200, description = "A page of enrolled people, by employee id.", body = Page<PersonBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/people")]
async fn list_people(
    Allowed(access, path, page): Allowed<may::ReadParticipants, Path<CohortPath>, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after::<String>()?, page.rows());
    let people = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            let cohort = path.find(conn, access.organisation)?;
            service::enrolled_page(conn, access.organisation, cohort.id, after.as_deref(), rows)
        })
    });
    page.answer_as(&request, people.await?, |person| person.employee_id.clone(), PersonBody::from)
}
