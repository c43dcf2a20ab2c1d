//! One's own tokens for scripts.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Allowed, may};
use crate::identity::rows::ApiToken;
use crate::identity::service::api_tokens::{self, NewToken};
use crate::organisations::api::OrganisationPath;
use crate::platform::Platform;
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused, created, holding_secret};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::ApiTokenId;

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_api_tokens).service(create_api_token).service(revoke_api_token);
}

/// Which token.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ApiTokenPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    #[expect(dead_code, reason = "it describes the path; who may go on was decided by it")]
    organisation: String,
    /// The token's id.
    #[param(value_type = i64, example = 1)]
    token: ApiTokenId,
}

/// A token for scripts.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiToken)]
struct ApiTokenBody {
    #[schema(value_type = i64)]
    id: ApiTokenId,
    #[schema(example = "Nightly report")]
    name: String,
    /// Names of permissions.
    #[schema(example = json!(["cohort.read", "report.read"]))]
    scope: Vec<String>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl From<ApiToken> for ApiTokenBody {
    fn from(token: ApiToken) -> Self {
        ApiTokenBody {
            id: token.id,
            name: token.name,
            scope: token.scope.split_whitespace().map(str::to_owned).collect(),
            created_at: token.created_at.and_utc(),
            expires_at: token.expires_at.and_utc(),
        }
    }
}

/// A token that was made just now.
#[derive(Serialize, ToSchema)]
struct MadeApiToken {
    #[serde(flatten)]
    made: ApiTokenBody,
    /// Shown this once.
    token: String,
}

/// A token to be made.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewApiToken {
    #[schema(example = "Nightly report", min_length = 1, max_length = 100)]
    name: String,
    /// Names of permissions, as the description of each operation has them. A token has no more than its owner.
    #[schema(example = json!(["cohort.read", "report.read"]), min_items = 1, max_items = 100)]
    scope: Vec<String>,
    /// Within a year.
    expires_at: DateTime<Utc>,
}

/// List one's tokens
#[utoipa::path(
    tag = "account",
    security(("bearer" = ["api-tokens.own"])),
    params(OrganisationPath, PageQuery),
    responses(
        (status = 200, description = "A page of the tokens that are valid.", body = Page<ApiTokenBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/api-tokens")]
async fn list_api_tokens(
    Allowed(access, page, ..): Allowed<may::OwnApiTokens, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after()?, page.rows());
    let found = blocking(move || {
        let now = platform.clock.now().naive_utc();
        let (organisation, account) = (access.organisation, access.account);
        platform
            .db
            .read(access.scope(), |conn| api_tokens::page(conn, organisation, account, after, rows, now))
    });
    page.answer_as(&request, found.await?, |token| token.id, ApiTokenBody::from)
}

/// Make a token
///
/// For scripts: it has a scope and an end, and no more permissions than its owner has when it is used.
#[utoipa::path(
    tag = "account",
    security(("bearer" = ["api-tokens.own"])),
    params(OrganisationPath),
    request_body = NewApiToken,
    responses(
        (status = 201, description = "The token, with its text.", body = MadeApiToken,
            headers(("Location" = String, description = "Its address."))),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/api-tokens")]
async fn create_api_token(
    Allowed(access, new, ..): Allowed<may::OwnApiTokens, Json<NewApiToken>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let NewApiToken { name, scope, expires_at } = new.into_inner();
    let (code, new) = (access.code.clone(), NewToken { name, scope, expires_at });
    let made = blocking(move || {
        let (organisation, account) = (access.organisation, access.account);
        platform
            .db
            .write_tx(access.scope(), |conn| api_tokens::create(conn, &platform, organisation, account, &new))
    });
    let (made, token) = made.await?;
    let location = format!("{API}/organisations/{code}/api-tokens/{}", made.id);
    Ok(holding_secret(created(&location, MadeApiToken { made: made.into(), token: token.expose().clone() })))
}

/// Revoke a token
#[utoipa::path(
    tag = "account",
    security(("bearer" = ["api-tokens.own"])),
    params(ApiTokenPath),
    responses((status = 204, description = "It is revoked."), Malformed, NotFound)
)]
#[delete("/organisations/{organisation}/api-tokens/{token}")]
async fn revoke_api_token(
    Allowed(access, path, ..): Allowed<may::OwnApiTokens, Path<ApiTokenPath>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let revoked = blocking(move || {
        let now = platform.clock.now().naive_utc();
        let (organisation, account) = (access.organisation, access.account);
        platform
            .db
            .write_tx(access.scope(), |conn| api_tokens::revoke(conn, organisation, account, path.token, now))
    });
    revoked.await?;
    Ok(HttpResponse::NoContent().finish())
}
