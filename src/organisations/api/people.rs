//! The JSON API of the roster.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::OrganisationPath;
use crate::access::{Allowed, may};
use crate::organisations::{Person, service};
use crate::platform::Platform;
use crate::platform::http::answers::{Malformed, NotFound};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_roster).service(read_person);
}

/// Which person.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct PersonPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    #[expect(dead_code, reason = "it describes the path; who may go on was decided by it")]
    organisation: String,
    /// As the roster has it.
    #[param(example = "00042")]
    employee_id: String,
}

/// An entry of the roster.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonBody {
    /// As text, so that zeros in front are kept.
    #[schema(example = "00042")]
    employee_id: String,
    name: String,
    email: String,
    /// The department's name.
    department: String,
    /// When a mail server last refused the address for good; absent where none has, or a mail has reached it since.
    #[serde(skip_serializing_if = "Option::is_none")]
    email_bounced_at: Option<DateTime<Utc>>,
    /// What the server answered: its codes alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "550 5.1.1")]
    email_bounce: Option<String>,
}

impl From<Person> for PersonBody {
    fn from(person: Person) -> Self {
        PersonBody {
            employee_id: person.employee_id,
            name: person.name,
            email: person.email,
            department: person.department,
            email_bounced_at: person.email_bounced_at.map(|at| at.and_utc()),
            email_bounce: person.email_bounce,
        }
    }
}

/// List the people of an organisation
///
/// The whole roster, whoever was ever enrolled or not.
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["people.read"])),
    params(OrganisationPath, PageQuery),
    responses(
        (status = 200, description = "A page of people, by employee id.", body = Page<PersonBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/people")]
async fn list_roster(
    Allowed(access, page, ..): Allowed<may::ReadPeople, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after::<String>()?, page.rows());
    let people = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            service::people_page(conn, access.organisation, after.as_deref(), rows)
        })
    });
    page.answer_as(&request, people.await?, |person| person.employee_id.clone(), PersonBody::from)
}

/// Read a person
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["people.read"])),
    params(PersonPath),
    responses((status = 200, description = "The person.", body = PersonBody), NotFound)
)]
#[get("/organisations/{organisation}/people/{employee_id}")]
async fn read_person(
    Allowed(access, path, ..): Allowed<may::ReadPeople, Path<PersonPath>>,
    platform: Data<Platform>,
) -> Result<Json<PersonBody>, Problem> {
    let person = blocking(move || {
        platform.db.read(access.scope(), |conn| service::person(conn, access.organisation, &path.employee_id))
    });
    Ok(Json(person.await?.into()))
}
