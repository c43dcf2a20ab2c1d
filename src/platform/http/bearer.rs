//! One bearer token for the whole API, until accounts exist.
//!
//! [`require`] stands before everything under `/api/v1`, so that no route can be forgotten. [`Bearer`] in a handler's
//! signature shows it, and refuses where `require` has not been passed.

use std::future::{Ready, ready};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, ResponseError};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::platform::config::Secret;
use crate::platform::error::{Error, Result};
use crate::platform::http::problem::{Problem, code};

/// What is stored of a token.
pub fn sha256(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// A new token of 256 random bits: `ra_` and 43 characters.
///
/// # Errors
/// The machine has no random numbers.
pub fn generate() -> Result<Secret<String>> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(Secret::new(format!("ra_{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))))
}

/// Knows a token by its SHA-256.
#[derive(Clone)]
pub struct TokenVerifier {
    sha256: [u8; 32],
}

impl TokenVerifier {
    pub fn new(sha256: [u8; 32]) -> Self {
        TokenVerifier { sha256 }
    }

    /// Takes the same time for every token of one length.
    pub fn accepts(&self, token: &str) -> bool {
        sha256(token).ct_eq(&self.sha256).into()
    }
}

/// Whoever made this request has shown the token.
#[derive(Clone, Copy, Debug)]
pub struct Bearer(());

impl FromRequest for Bearer {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Bearer>().copied().ok_or_else(missing))
    }
}

/// Lets only requests with the token pass. For `middleware::from_fn`, on the scope of the API.
pub async fn require(
    verifier: TokenVerifier,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match presented(&request) {
        Ok(token) if verifier.accepts(token) => {
            request.extensions_mut().insert(Bearer(()));
            Ok(next.call(request).await?.map_into_boxed_body())
        }
        Ok(_) => Ok(request.into_response(wrong().error_response())),
        Err(problem) => Ok(request.into_response(problem.error_response())),
    }
}

/// The token in the `Authorization` header (RFC 6750, 2.1).
fn presented(request: &ServiceRequest) -> Result<&str, Problem> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let header = headers.next().ok_or_else(missing)?;
    if headers.next().is_some() {
        return Err(wrong());
    }
    match header.to_str().unwrap_or_default().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(missing()),
    }
}

fn missing() -> Problem {
    refusal("Show the installation's token: Authorization: Bearer TOKEN.", "Bearer realm=\"rights-academy\"")
}

fn wrong() -> Problem {
    refusal("This is not the token.", "Bearer realm=\"rights-academy\", error=\"invalid_token\"")
}

fn refusal(detail: &str, challenge: &'static str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code::UNAUTHENTICATED, detail)
        .with_header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_random_and_known_by_its_hash() {
        let (one, other) = (generate().expect("random"), generate().expect("random"));
        assert_ne!(one.expose(), other.expose());
        assert_eq!(one.expose().len(), 46);
        let verifier = TokenVerifier::new(sha256(one.expose()));
        assert!(verifier.accepts(one.expose()));
        assert!(!verifier.accepts(other.expose()) && !verifier.accepts(""));
    }

    #[actix_web::test]
    async fn a_handler_that_nothing_guards_serves_nobody() {
        let request = actix_web::test::TestRequest::default().to_http_request();
        assert_eq!(Bearer::extract(&request).await.expect_err("refused").status, StatusCode::UNAUTHORIZED);
    }
}
