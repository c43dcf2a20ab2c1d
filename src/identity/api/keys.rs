//! The keys with which access tokens are signed.

use actix_web::web::{Data, Json};
use actix_web::{get, post};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{SignedIn, may};
use crate::identity::access_tokens::{AccessTokens, Jwks};
use crate::platform::Platform;
use crate::platform::http::{Problem, blocking};
use crate::platform::keys::Purpose;

pub fn configure(config: &mut ServiceConfig) {
    config.service(rotate_keys);
}

/// Registers the public keys under their well-known path, outside the API's prefix.
pub fn well_known(config: &mut ServiceConfig) {
    config.service(read_jwks);
}

/// Read the public keys of access tokens
///
/// A JSON Web Key Set (RFC 7517), for systems that check the tokens themselves.
#[utoipa::path(
    tag = "sign-in",
    security(()),
    responses((status = 200, description = "The keys whose tokens are accepted.", body = Jwks))
)]
#[get("/.well-known/jwks.json")]
async fn read_jwks(tokens: Data<AccessTokens>) -> Result<Json<Jwks>, Problem> {
    Ok(Json(blocking(move || tokens.jwks()).await?))
}

/// Sign access tokens with a new key
///
/// Nobody is signed out: tokens of the key before are accepted for another hour.
#[utoipa::path(
    tag = "sign-in",
    security(("bearer" = ["keys.rotate"])),
    responses((status = 200, description = "The keys whose tokens are accepted.", body = Jwks))
)]
#[post("/keys/rotation")]
async fn rotate_keys(
    SignedIn(_actor, ..): SignedIn<may::RotateKeys>,
    platform: Data<Platform>,
    tokens: Data<AccessTokens>,
) -> Result<Json<Jwks>, Problem> {
    let keys = blocking(move || {
        platform.keys.rotate(Purpose::AccessTokens)?;
        tokens.jwks()
    });
    Ok(Json(keys.await?))
}
