//! An organisation's accounts and what they are.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, delete, get, put};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Allowed, Role, may};
use crate::identity::roles_of_text;
use crate::identity::rows::MembershipRow;
use crate::identity::service::members::{self, Change};
use crate::organisations::api::OrganisationPath;
use crate::organisations::service as organisations;
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::preconditions::{Conditional, IfMatch, Tagged};
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::{AccountId, OrganisationId};

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_members).service(read_member).service(change_member).service(remove_member);
}

/// Which member.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct MemberPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    #[expect(dead_code, reason = "it describes the path; who may go on was decided by it")]
    organisation: String,
    /// The account's id.
    #[param(value_type = i64, example = 1)]
    account: AccountId,
}

/// An account in an organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = Member)]
struct MemberBody {
    #[schema(value_type = i64)]
    account: AccountId,
    name: String,
    email: String,
    roles: Vec<Role>,
    /// Whether HR may read names.
    names: bool,
    /// Who it is in the roster; absent where it is nobody there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "00042")]
    employee_id: Option<String>,
    created_at: DateTime<Utc>,
}

impl TryFrom<MembershipRow> for MemberBody {
    type Error = Error;

    fn try_from(row: MembershipRow) -> Result<Self> {
        Ok(MemberBody {
            account: row.account,
            name: row.name,
            email: row.email,
            roles: roles_of_text(&row.roles)?,
            names: row.names,
            employee_id: row.employee_id,
            created_at: row.created_at.and_utc(),
        })
    }
}

/// What a member shall be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MemberChange {
    #[schema(min_items = 1)]
    roles: Vec<Role>,
    /// Whether HR may read names; only with the role `hr`.
    #[serde(default)]
    names: bool,
    /// Who it is in the roster.
    #[serde(default)]
    #[schema(example = "00042")]
    employee_id: Option<String>,
}

impl From<MemberChange> for Change {
    fn from(MemberChange { roles, names, employee_id }: MemberChange) -> Self {
        Change { roles, names, employee_id }
    }
}

/// List the members of an organisation
#[utoipa::path(
    tag = "members",
    security(("bearer" = ["members.read"])),
    params(OrganisationPath, PageQuery),
    responses(
        (status = 200, description = "A page of members, in the order of their accounts.", body = Page<MemberBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/members")]
async fn list_members(
    Allowed(access, page, ..): Allowed<may::ReadMembers, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after()?, page.rows());
    let found = blocking(move || {
        platform.db.read(access.scope(), |conn| members::page(conn, access.organisation, after, rows))
    });
    let bodies = found.await?.into_iter().map(MemberBody::try_from).collect::<Result<Vec<_>>>()?;
    page.answer(&request, bodies, |member| member.account)
}

/// Read a member
#[utoipa::path(
    tag = "members",
    security(("bearer" = ["members.read"])),
    params(MemberPath),
    responses((status = 200, description = "The member.", body = MemberBody), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/members/{account}")]
async fn read_member(
    Allowed(access, path, ..): Allowed<may::ReadMembers, Path<MemberPath>>,
    platform: Data<Platform>,
) -> Result<Tagged<MemberBody>, Problem> {
    let found = blocking(move || {
        let organisation = access.organisation;
        platform.db.read(access.scope(), |conn| members::member(conn, organisation, path.account))
    });
    Ok(Tagged(found.await?.try_into()?))
}

/// Change what a member is
///
/// It holds from the member's next request on. An organisation keeps at least one administrator.
#[utoipa::path(
    tag = "members",
    security(("bearer" = ["members.change"])),
    params(MemberPath),
    request_body = MemberChange,
    responses(
        (status = 200, description = "The member.", body = MemberBody),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[put("/organisations/{organisation}/members/{account}")]
async fn change_member(
    Allowed(access, path, Conditional(if_match, change)): Allowed<
        may::ChangeMembers,
        Path<MemberPath>,
        Conditional<Json<MemberChange>>,
    >,
    platform: Data<Platform>,
) -> Result<Tagged<MemberBody>, Problem> {
    let change = Change::from(change.into_inner());
    let changed = blocking(move || {
        let now = platform.clock.now().naive_utc();
        let organisation = access.organisation;
        platform.db.write_tx(access.scope(), |conn| {
            hold(conn, organisation, path.account, &if_match)?;
            members::change(conn, organisation, path.account, &change, now)
        })
    });
    Ok(Tagged(changed.await?.try_into()?))
}

/// Remove a member
///
/// With the cohorts that they teach and their tokens. The account itself stays.
#[utoipa::path(
    tag = "members",
    security(("bearer" = ["members.change"])),
    params(MemberPath),
    responses((status = 204, description = "It is removed."), Malformed, NotFound, Refused)
)]
#[delete("/organisations/{organisation}/members/{account}")]
async fn remove_member(
    Allowed(access, path, if_match): Allowed<may::ChangeMembers, Path<MemberPath>, IfMatch>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let removed = blocking(move || {
        let (organisation, now) = (access.organisation, platform.clock.now().naive_utc());
        platform.db.write_tx(access.scope(), |conn| {
            hold(conn, organisation, path.account, &if_match)?;
            members::remove(conn, organisation, path.account, now)
        })
    });
    removed.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Holds other writers back, and the member to be what the client saw.
fn hold(
    conn: &mut DbConn,
    organisation: OrganisationId,
    account: AccountId,
    if_match: &IfMatch,
) -> Result<()> {
    organisations::hold(conn, organisation)?;
    if_match.check(&MemberBody::try_from(members::member(conn, organisation, account)?)?)
}
