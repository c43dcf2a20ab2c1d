//! The JSON API of enrolment.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::service;
use crate::cohorts::Cohort;
use crate::cohorts::api::CohortPath;
use crate::cohorts::service as cohorts;
use crate::organisations::{Person, roster};
use crate::platform::Platform;
use crate::platform::config::Limits;
use crate::platform::db::DbConn;
use crate::platform::error::Result;
use crate::platform::http::answers::{Invalid, Malformed, NotFound, Refused, TooLarge, Unsupported};
use crate::platform::http::bearer::Bearer;
use crate::platform::http::multipart::{Upload, UploadForm};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::CohortId;
use crate::platform::sheets;

pub fn configure(config: &mut ServiceConfig) {
    config.service(upload_roster).service(list_people);
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
    pub fn find(&self, conn: &mut DbConn) -> Result<(Cohort, Person)> {
        let (organisation, cohort) = cohorts::of_organisation(conn, &self.organisation, self.cohort)?;
        let person = service::enrolled_person(conn, organisation.id, cohort.id, &self.employee_id)?;
        Ok((cohort, person))
    }
}

/// An enrolled person.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
struct PersonBody {
    /// As text, so that zeros in front are kept.
    #[schema(example = "00042")]
    employee_id: String,
    name: String,
    email: String,
    department: String,
}

impl From<Person> for PersonBody {
    fn from(Person { employee_id, name, email, department, .. }: Person) -> Self {
        PersonBody { employee_id, name, email, department }
    }
}

/// What a roster led to.
#[derive(Serialize, ToSchema)]
struct RosterTaken {
    /// How many people are enrolled now: those whom the roster lists.
    #[schema(example = 60)]
    enrolled: usize,
}

/// Upload the roster of a cohort
///
/// A CSV file with the columns `employee_id`, `name`, `email` and `department`. Those whom it lists are enrolled, the
/// others withdrawn. All faults of the file are told at once, and nothing is changed where there is one.
#[utoipa::path(
    tag = "enrolment",
    params(CohortPath),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "How many are enrolled now.", body = RosterTaken),
        Malformed,
        NotFound,
        Refused,
        TooLarge,
        Unsupported,
        Invalid,
    )
)]
#[put("/organisations/{organisation}/cohorts/{cohort}/roster")]
async fn upload_roster(
    _: Bearer,
    path: Path<CohortPath>,
    upload: Upload,
    platform: Data<Platform>,
    limits: Data<Limits>,
) -> Result<Json<RosterTaken>, Problem> {
    let taken = blocking(move || {
        let (organisation, cohort) = platform.db.read(|conn| path.find(conn))?;
        let limits = sheets::Limits {
            bytes: limits.max_file_bytes,
            rows: limits.max_rows,
            ..sheets::Limits::default()
        };
        let (file, roster) = (&upload.file_name, roster::read(&upload.file_name, &upload.bytes, &limits)?);
        service::upload_roster(&platform.db, &platform.clock, organisation.id, cohort.id, file, &roster)
    });
    Ok(Json(RosterTaken { enrolled: taken.await? }))
}

/// List the people of a cohort
#[utoipa::path(
    tag = "enrolment",
    params(CohortPath, PageQuery),
    responses(
        (status = 200, description = "A page of enrolled people, by employee id.", body = Page<PersonBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/people")]
async fn list_people(
    _: Bearer,
    path: Path<CohortPath>,
    page: Query<PageQuery>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after::<String>()?, page.rows());
    let people = blocking(move || {
        platform.db.read(|conn| {
            let (organisation, cohort) = path.find(conn)?;
            service::enrolled_page(conn, organisation.id, cohort.id, after.as_deref(), rows)
        })
    });
    page.answer_as(&request, people.await?, |person| person.employee_id.clone(), PersonBody::from)
}
