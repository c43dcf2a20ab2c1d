//! One's own account and its sign-ins.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, delete, get, put};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Role, SignedIn, may};
use crate::identity::passwords::Hashing;
use crate::identity::service::own_account::{self, Belongs, Whole};
use crate::identity::service::sign_ins;
use crate::identity::{Account, EndedBy, SignIn, roles_of_text};
use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::error::Result;
use crate::platform::http::answers::{BadBody, Busy, Malformed, NotFound, TooMany};
use crate::platform::http::limits::SignInLimits;
use crate::platform::http::pagination::Page;
use crate::platform::http::preconditions::{IfMatch, Tagged};
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::{AccountId, SignInId};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(read_account)
        .service(change_account)
        .service(change_password)
        .service(list_sign_ins)
        .service(end_sign_in);
}

/// Somebody who can sign in.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
struct AccountBody {
    #[schema(value_type = i64)]
    id: AccountId,
    email: String,
    name: String,
    /// BCP 47 tag of the language of pages and mails.
    #[schema(example = "sq")]
    language: String,
    /// Whether the account looks after the installation.
    operator: bool,
    /// Where it belongs, by code.
    organisations: Vec<MembershipBody>,
}

/// What an account is in an organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = OwnMembership)]
struct MembershipBody {
    #[schema(example = "TIRANA")]
    code: String,
    name: String,
    roles: Vec<Role>,
    /// Whether HR may read names.
    names: bool,
    /// Who one is in the roster; absent where one is nobody there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "00042")]
    employee_id: Option<String>,
}

impl AccountBody {
    fn of((account, memberships): Whole) -> Result<Self> {
        let membership = |Belongs { membership: row, employee_id }: Belongs| {
            Ok(MembershipBody {
                employee_id,
                code: row.organisation_code,
                name: row.organisation_name,
                roles: roles_of_text(&row.roles)?,
                names: row.names,
            })
        };
        let organisations = memberships.into_iter().map(membership).collect::<Result<_>>()?;
        let Account { id, email, name, language, operator, .. } = account;
        Ok(AccountBody { id, email, name, language, operator, organisations })
    }
}

/// What can be changed about one's own account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountChange {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// BCP 47 tag.
    #[schema(example = "sq", max_length = 35)]
    language: String,
}

/// A change of password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    #[schema(value_type = String, format = Password, max_length = 1024)]
    current: Secret<String>,
    /// 12 to 128 characters.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 128)]
    new: Secret<String>,
}

/// A signed-in browser or program.
#[derive(Serialize, ToSchema)]
#[schema(as = SignIn)]
struct SignInBody {
    #[schema(value_type = i64)]
    id: SignInId,
    /// `browser` or `program`.
    #[schema(example = "browser")]
    kind: String,
    /// What the client is, in a word.
    #[schema(example = "Firefox")]
    client: String,
    created_at: DateTime<Utc>,
    /// When it last got new tokens.
    last_used_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    /// Whether this request came through it.
    current: bool,
}

impl SignInBody {
    fn of(sign_in: SignIn, current: Option<SignInId>) -> Self {
        SignInBody {
            current: Some(sign_in.id) == current,
            id: sign_in.id,
            kind: sign_in.kind,
            client: sign_in.client,
            created_at: sign_in.created_at.and_utc(),
            last_used_at: sign_in.last_used_at.and_utc(),
            expires_at: sign_in.expires_at.and_utc(),
        }
    }
}

/// Which sign-in.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct SignInPath {
    /// The sign-in's id.
    #[param(value_type = i64, example = 1)]
    sign_in: SignInId,
}

/// Read one's account
///
/// With the organisations that it belongs to and the roles there.
#[utoipa::path(
    tag = "account",
    security(("bearer" = ["account.own"])),
    responses((status = 200, description = "The account.", body = AccountBody))
)]
#[get("/account")]
async fn read_account(
    SignedIn(actor, ..): SignedIn<may::OwnAccount>,
    platform: Data<Platform>,
) -> Result<Tagged<AccountBody>, Problem> {
    let found = blocking(move || own_account::read(&platform, actor.account));
    Ok(Tagged(AccountBody::of(found.await?)?))
}

/// Change one's name and language
#[utoipa::path(
    tag = "account",
    security(("bearer" = ["account.own"])),
    request_body = AccountChange,
    responses(
        (status = 200, description = "The account.", body = AccountBody),
        BadBody,
    )
)]
#[put("/account")]
async fn change_account(
    SignedIn(actor, if_match, change): SignedIn<may::OwnAccount, IfMatch, Json<AccountChange>>,
    platform: Data<Platform>,
) -> Result<Tagged<AccountBody>, Problem> {
    let changed = blocking(move || {
        let seen = |whole| if_match.check(&AccountBody::of(whole)?);
        own_account::change(&platform, actor.account, &change.name, &change.language, seen)
    });
    Ok(Tagged(AccountBody::of(changed.await?)?))
}

/// Choose another password
///
/// All other sign-ins end. Tokens for scripts stay; a reset by mail revokes them, too.
#[utoipa::path(
    tag = "account",
    security(("bearer" = ["account.own"])),
    request_body = PasswordChange,
    responses(
        (status = 204, description = "It is changed."),
        BadBody,
        TooMany,
        Busy,
    )
)]
#[put("/account/password")]
async fn change_password(
    SignedIn(actor, change, ..): SignedIn<may::OwnAccount, Json<PasswordChange>>,
    platform: Data<Platform>,
    limits: Data<SignInLimits>,
    hashing: Data<Hashing>,
) -> Result<HttpResponse, Problem> {
    limits.admit_account(actor.account)?;
    let place = hashing.enter().await?;
    let changed = blocking(move || {
        let _place = place;
        let PasswordChange { current, new } = change.into_inner();
        let (current, new) = (current.expose(), new.expose());
        own_account::change_password(&platform, actor.account, actor.sign_in, current, new)
    });
    changed.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List one's sign-ins
///
/// All that stand, the newest first, on one page.
#[utoipa::path(
    tag = "account",
    security(("bearer" = ["account.own"])),
    responses((status = 200, description = "The sign-ins.", body = Page<SignInBody>))
)]
#[get("/account/sign-ins")]
async fn list_sign_ins(
    SignedIn(actor, ..): SignedIn<may::OwnAccount>,
    platform: Data<Platform>,
) -> Result<Json<Page<SignInBody>>, Problem> {
    let found = blocking(move || sign_ins::list(&platform, actor.account)).await?;
    let items = found.into_iter().map(|sign_in| SignInBody::of(sign_in, actor.sign_in)).collect();
    Ok(Json(Page { items }))
}

/// End a sign-in
///
/// At once: its next request is refused. Ending the one that this request came through is signing out.
#[utoipa::path(
    tag = "account",
    security(("bearer" = ["account.own"])),
    params(SignInPath),
    responses((status = 204, description = "It is ended."), Malformed, NotFound)
)]
#[delete("/account/sign-ins/{sign_in}")]
async fn end_sign_in(
    SignedIn(actor, path, ..): SignedIn<may::OwnAccount, Path<SignInPath>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let by = if actor.sign_in == Some(path.sign_in) { EndedBy::SignOut } else { EndedBy::Ended };
    blocking(move || sign_ins::end(&platform, actor.account, path.sign_in, by)).await?;
    Ok(HttpResponse::NoContent().finish())
}
