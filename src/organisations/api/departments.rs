//! The JSON API of departments.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::OrganisationPath;
use crate::access::{Allowed, may};
use crate::organisations::{Department, DepartmentChange, departments, service};
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error;
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::preconditions::{Conditional, IfMatch, Tagged};
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::{DepartmentId, OrganisationId};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_departments)
        .service(create_department)
        .service(read_department)
        .service(change_department)
        .service(delete_department);
}

/// Which department.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct DepartmentPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    #[expect(dead_code, reason = "it describes the path; who may go on was decided by it")]
    organisation: String,
    /// The department's id.
    #[param(value_type = i64, example = 1)]
    department: DepartmentId,
}

/// A unit of an organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = Department)]
struct DepartmentBody {
    #[schema(value_type = i64)]
    id: DepartmentId,
    /// Unique in its organisation: a roster names departments.
    #[schema(example = "Parks and Gardens")]
    name: String,
    /// The id of the department that it is a unit of; null at the top.
    #[schema(value_type = Option<i64>, required = true)]
    parent: Option<DepartmentId>,
}

impl From<Department> for DepartmentBody {
    fn from(Department { id, name, parent }: Department) -> Self {
        DepartmentBody { id, name, parent }
    }
}

/// What a department shall be called, and what it shall be a unit of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DepartmentChange)]
struct DepartmentChangeBody {
    #[schema(example = "Parks and Gardens", min_length = 1, max_length = 200)]
    name: String,
    /// The id of the department that it shall be a unit of; null for the top, which must be said.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(value_type = Option<i64>, required = true)]
    parent: Option<DepartmentId>,
}

impl From<DepartmentChangeBody> for DepartmentChange {
    fn from(DepartmentChangeBody { name, parent }: DepartmentChangeBody) -> Self {
        DepartmentChange { name, parent }
    }
}

/// List the departments of an organisation
///
/// Side by side; `parent` makes a tree of them. How many people belong to each is for reports to say, which know what
/// would tell too much.
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["departments.read"])),
    params(OrganisationPath, PageQuery),
    responses(
        (status = 200, description = "A page of departments, by name.", body = Page<DepartmentBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/departments")]
async fn list_departments(
    Allowed(access, page, ..): Allowed<may::ReadDepartments, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after::<String>()?, page.rows());
    let found = blocking(move || {
        platform
            .db
            .read(access.scope(), |conn| departments::page(conn, access.organisation, after.as_deref(), rows))
    });
    page.answer_as(&request, found.await?, |department| department.name.clone(), DepartmentBody::from)
}

/// Create a department
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["organisation.change"])),
    params(OrganisationPath),
    request_body = DepartmentChangeBody,
    responses(
        (status = 201, description = "The new department.", body = DepartmentBody,
            headers(("Location" = String, description = "Its address."), ("ETag" = String, description = "Its tag."))),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/departments")]
async fn create_department(
    Allowed(access, new, ..): Allowed<may::ChangeOrganisation, Json<DepartmentChangeBody>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (code, new) = (access.code.clone(), DepartmentChange::from(new.into_inner()));
    let made = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| departments::create(conn, access.organisation, &new))
    });
    let body = DepartmentBody::from(made.await?);
    let location = format!("{API}/organisations/{code}/departments/{}", body.id);
    Ok(Tagged(body).created(&location))
}

/// Read a department
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["departments.read"])),
    params(DepartmentPath),
    responses((status = 200, description = "The department.", body = DepartmentBody), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/departments/{department}")]
async fn read_department(
    Allowed(access, path, ..): Allowed<may::ReadDepartments, Path<DepartmentPath>>,
    platform: Data<Platform>,
) -> Result<Tagged<DepartmentBody>, Problem> {
    let found = blocking(move || {
        platform
            .db
            .read(access.scope(), |conn| departments::department(conn, access.organisation, path.department))
    });
    Ok(Tagged(found.await?.into()))
}

/// Rename or move a department
///
/// Its people and its units stay in it. A later roster finds it by its new name alone.
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["organisation.change"])),
    params(DepartmentPath),
    request_body = DepartmentChangeBody,
    responses(
        (status = 200, description = "The department as it is now.", body = DepartmentBody),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[put("/organisations/{organisation}/departments/{department}")]
async fn change_department(
    Allowed(access, path, Conditional(if_match, change)): Allowed<
        may::ChangeOrganisation,
        Path<DepartmentPath>,
        Conditional<Json<DepartmentChangeBody>>,
    >,
    platform: Data<Platform>,
) -> Result<Tagged<DepartmentBody>, Problem> {
    let change = DepartmentChange::from(change.into_inner());
    let changed = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| {
            hold(conn, access.organisation, path.department, &if_match)?;
            departments::change(conn, access.organisation, path.department, &change)
        })
    });
    Ok(Tagged(changed.await?.into()))
}

/// Delete a department
///
/// That nobody belongs to. A refusal says how many `people` and `departments` do.
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["organisation.change"])),
    params(DepartmentPath),
    responses((status = 204, description = "It is gone."), Malformed, NotFound, Refused)
)]
#[delete("/organisations/{organisation}/departments/{department}")]
async fn delete_department(
    Allowed(access, path, if_match): Allowed<may::ChangeOrganisation, Path<DepartmentPath>, IfMatch>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let deleted = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| {
            hold(conn, access.organisation, path.department, &if_match)?;
            departments::delete(conn, access.organisation, path.department)
        })
    });
    deleted.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Holds other writers back, and the department to be what the client saw.
fn hold(
    conn: &mut DbConn,
    organisation: OrganisationId,
    id: DepartmentId,
    if_match: &IfMatch,
) -> error::Result<()> {
    service::hold(conn, organisation)?;
    if_match.check(&DepartmentBody::from(departments::department(conn, organisation, id)?))
}
