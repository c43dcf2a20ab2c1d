//! Signing in as a program: tokens for a password, new tokens for a refresh token.

use actix_web::http::StatusCode;
use actix_web::http::header::USER_AGENT;
use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::identity::access_tokens::AccessTokens;
use crate::identity::passwords::Hashing;
use crate::identity::rules;
use crate::identity::service::sign_ins::{self, Tokens};
use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::http::address::ClientAddress;
use crate::platform::http::answers::{BadBody, Busy, TooMany, Unauthenticated};
use crate::platform::http::limits::SignInLimits;
use crate::platform::http::problem::code;
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::SignInId;

pub fn configure(config: &mut ServiceConfig) {
    config.service(create_sign_in).service(refresh_sign_in);
}

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    #[schema(example = "arta@tirana.example", max_length = 254)]
    email: String,
    #[schema(value_type = String, format = Password, max_length = 1024)]
    password: Secret<String>,
}

/// What goes on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Refresh {
    #[schema(value_type = String, max_length = 100)]
    refresh_token: Secret<String>,
}

/// Tokens of a program that is signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = Tokens)]
struct TokensBody {
    /// The sign-in, which can be ended.
    #[schema(value_type = i64)]
    sign_in: SignInId,
    /// For the header `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// In seconds.
    #[schema(example = 600)]
    expires_in: u32,
    /// For one use; used a second time it ends the sign-in.
    refresh_token: String,
}

impl From<Tokens> for TokensBody {
    fn from(Tokens { sign_in, access, refresh }: Tokens) -> Self {
        TokensBody {
            sign_in,
            access_token: access.token.expose().clone(),
            token_type: "Bearer",
            expires_in: access.expires_in,
            refresh_token: refresh.expose().clone(),
        }
    }
}

/// Sign in
///
/// For programs of people; browsers have a page. Tries are limited for each account and each client, and the answer does
/// not tell which accounts there are.
#[utoipa::path(
    tag = "sign-in",
    security(()),
    request_body = Credentials,
    responses(
        (status = 201, description = "The tokens.", body = TokensBody),
        BadBody,
        Unauthenticated,
        TooMany,
        Busy,
    )
)]
#[post("/sign-ins")]
async fn create_sign_in(
    client: ClientAddress,
    credentials: Json<Credentials>,
    request: HttpRequest,
    platform: Data<Platform>,
    tokens: Data<AccessTokens>,
    limits: Data<SignInLimits>,
    hashing: Data<Hashing>,
) -> Result<HttpResponse, Problem> {
    limits.admit(&credentials.email, client.0)?;
    let place = hashing.enter().await?;
    let client = client_name(&request);
    let begun = blocking(move || {
        let _place = place;
        let Credentials { email, password } = credentials.into_inner();
        match sign_ins::authenticate(&platform, &email, password.expose())? {
            Some(account) => sign_ins::begin_program(&platform, &tokens, account.id, client).map(Some),
            None => Ok(None),
        }
    });
    let begun = begun.await?.ok_or_else(|| {
        let detail = "There is no account with this address and password.";
        Problem::new(StatusCode::UNAUTHORIZED, "wrong-credentials", detail)
    })?;
    Ok(HttpResponse::Created().json(TokensBody::from(begun)))
}

/// Go on with a refresh token
///
/// It is used up. Shown a second time, it ends the sign-in, because one of two who have it is not its owner.
#[utoipa::path(
    tag = "sign-in",
    security(()),
    request_body = Refresh,
    responses(
        (status = 200, description = "The next tokens.", body = TokensBody),
        BadBody,
        Unauthenticated,
        TooMany,
    )
)]
#[post("/sign-ins/refresh")]
async fn refresh_sign_in(
    client: ClientAddress,
    shown: Json<Refresh>,
    platform: Data<Platform>,
    tokens: Data<AccessTokens>,
    limits: Data<SignInLimits>,
) -> Result<Json<TokensBody>, Problem> {
    limits.admit_client(client.0)?;
    let next = blocking(move || sign_ins::refresh(&platform, &tokens, shown.refresh_token.expose())).await?;
    let next = next.ok_or_else(|| {
        let detail = "This refresh token is not valid, or not any more: sign in again.";
        Problem::new(StatusCode::UNAUTHORIZED, code::UNAUTHENTICATED, detail)
    })?;
    Ok(Json(next.into()))
}

/// What the client is, in a word.
pub(in crate::identity) fn client_name(request: &HttpRequest) -> &'static str {
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    rules::client_name(agent.unwrap_or_default())
}
