//! The people of a cohort.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Allowed, may};
use crate::cohorts::Cohort;
use crate::cohorts::api::CohortPath;
use crate::cohorts::service as cohorts;
use crate::enrolment::service;
use crate::organisations::Person;
use crate::organisations::api::PersonBody;
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::Result;
use crate::platform::http::answers::{Malformed, NotFound};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::{CohortId, OrganisationId};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_people);
}

/// Which enrolled person.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct EnrolledPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    pub organisation: String,
    /// The cohort's id.
    #[param(value_type = i64, example = 1)]
    pub cohort: CohortId,
    /// As the roster has it.
    #[param(example = "00042")]
    pub employee_id: String,
}

impl EnrolledPath {
    /// The cohort and the person in it, or [`crate::platform::error::Error::NotFound`].
    pub fn find(&self, conn: &mut DbConn, organisation: OrganisationId) -> Result<(Cohort, Person)> {
        let cohort = cohorts::cohort(conn, organisation, self.cohort)?;
        let person = service::enrolled_person(conn, organisation, cohort.id, &self.employee_id)?;
        Ok((cohort, person))
    }
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
