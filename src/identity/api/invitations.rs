//! Invitations to an organisation.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Allowed, Role, may};
use crate::identity::roles_of_text;
use crate::identity::rows::Invitation;
use crate::identity::service::invitations::{self, Invite, To};
use crate::organisations::api::OrganisationPath;
use crate::platform::Platform;
use crate::platform::config::Home;
use crate::platform::error::{Error, Result};
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused, created};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::InvitationId;

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_invitations).service(create_invitation).service(revoke_invitation);
}

/// Which invitation.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct InvitationPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    #[expect(dead_code, reason = "it describes the path; who may go on was decided by it")]
    organisation: String,
    /// The invitation's id.
    #[param(value_type = i64, example = 1)]
    invitation: InvitationId,
}

/// An invitation that can be taken.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
struct InvitationBody {
    #[schema(value_type = i64)]
    id: InvitationId,
    email: String,
    roles: Vec<Role>,
    names: bool,
    /// Who it is in the roster; absent where it is nobody there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "00042")]
    employee_id: Option<String>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl TryFrom<Invitation> for InvitationBody {
    type Error = Error;

    fn try_from(row: Invitation) -> Result<Self> {
        Ok(InvitationBody {
            id: row.id,
            email: row.email,
            roles: roles_of_text(&row.roles)?,
            names: row.names,
            employee_id: row.employee_id,
            created_at: row.created_at.and_utc(),
            expires_at: row.expires_at.and_utc(),
        })
    }
}

/// Who shall become what.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewInvitation {
    /// ASCII.
    #[schema(example = "arta@tirana.example", max_length = 254)]
    email: String,
    #[schema(min_items = 1)]
    roles: Vec<Role>,
    /// Whether HR may read names; only with the role `hr`.
    #[serde(default)]
    names: bool,
    /// Who it is in the roster.
    #[serde(default)]
    #[schema(example = "00042")]
    employee_id: Option<String>,
    /// BCP 47 tag of the language of the mail; English where we do not write it.
    #[schema(example = "sq", max_length = 35)]
    language: String,
}

impl From<NewInvitation> for Invite {
    fn from(new: NewInvitation) -> Self {
        let NewInvitation { email, roles, names, employee_id, language } = new;
        Invite { email, roles, names, employee_id, language }
    }
}

/// List the open invitations of an organisation
#[utoipa::path(
    tag = "members",
    security(("bearer" = ["members.read"])),
    params(OrganisationPath, PageQuery),
    responses(
        (status = 200, description = "A page of invitations that can be taken.", body = Page<InvitationBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/invitations")]
async fn list_invitations(
    Allowed(access, page, ..): Allowed<may::ReadMembers, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after()?, page.rows());
    let found = blocking(move || {
        let now = platform.clock.now().naive_utc();
        let organisation = access.organisation;
        platform.db.read(access.scope(), |conn| invitations::page(conn, organisation, after, rows, now))
    });
    let bodies = found.await?.into_iter().map(InvitationBody::try_from).collect::<Result<Vec<_>>>()?;
    page.answer(&request, bodies, |invitation| invitation.id)
}

/// Invite somebody
///
/// A mail with a link goes out; whoever takes it is a member. The link is in the mail alone.
#[utoipa::path(
    tag = "members",
    security(("bearer" = ["members.change"])),
    params(OrganisationPath),
    request_body = NewInvitation,
    responses(
        (status = 201, description = "The invitation.", body = InvitationBody,
            headers(("Location" = String, description = "Its address."))),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/invitations")]
async fn create_invitation(
    Allowed(access, new, ..): Allowed<may::ChangeMembers, Json<NewInvitation>>,
    platform: Data<Platform>,
    home: Data<Home>,
) -> Result<HttpResponse, Problem> {
    let (code, invite) = (access.code.clone(), Invite::from(new.into_inner()));
    let made = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| {
            let to = To { organisation: access.organisation, by: Some(access.account) };
            let (made, _) = invitations::invite(conn, &platform, &home, to, &invite)?;
            Ok(made)
        })
    });
    let body = InvitationBody::try_from(made.await?)?;
    Ok(created(&format!("{API}/organisations/{code}/invitations/{}", body.id), body))
}

/// Take an invitation back
///
/// Its link does nothing any more.
#[utoipa::path(
    tag = "members",
    security(("bearer" = ["members.change"])),
    params(InvitationPath),
    responses((status = 204, description = "It is taken back."), Malformed, NotFound)
)]
#[delete("/organisations/{organisation}/invitations/{invitation}")]
async fn revoke_invitation(
    Allowed(access, path, ..): Allowed<may::ChangeMembers, Path<InvitationPath>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let revoked = blocking(move || {
        let now = platform.clock.now().naive_utc();
        let (organisation, id) = (access.organisation, path.invitation);
        platform.db.write_tx(access.scope(), |conn| invitations::revoke(conn, organisation, id, now))
    });
    revoked.await?;
    Ok(HttpResponse::NoContent().finish())
}
