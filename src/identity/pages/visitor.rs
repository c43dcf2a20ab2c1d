//! Who has a page open.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, ResponseError};

use super::frame::Frame;
use crate::access::{Authenticate, Caller, Credential, Named, Via};
use crate::platform::http::cookies::SignInCookie;
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::{AccountId, SignInId};

/// Whoever is signed in by cookie. In a handler's signature it sends everybody else to the page to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visitor {
    pub account: AccountId,
    /// The sign-in of this browser.
    pub sign_in: SignInId,
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            match visitor(&request).await? {
                Some(visitor) => Ok(visitor),
                None => Err(SignInFirst(Frame::of_browser(&request).link("/sign-in")).into()),
            }
        })
    }
}

async fn visitor(request: &HttpRequest) -> Result<Option<Visitor>, Problem> {
    let authenticate = request.app_data::<Data<dyn Authenticate>>().cloned();
    let cookie = request.app_data::<Data<SignInCookie>>();
    let (Some(authenticate), Some(cookie)) = (authenticate, cookie) else {
        tracing::error!("nothing knows visitors here");
        return Err(Problem::internal());
    };
    let Some(secret) = cookie.read(request) else { return Ok(None) };
    let credential = Credential::Cookie(secret.expose().clone());
    let authenticate: Arc<dyn Authenticate> = authenticate.into_inner();
    let known = blocking(move || authenticate.caller(&credential, &Named::default())).await?;
    Ok(known.and_then(|Caller { account, via, .. }| match via {
        Via::SignIn(sign_in) => Some(Visitor { account, sign_in }),
        Via::ApiToken { .. } => None,
    }))
}

/// Nobody is signed in: where to do it.
#[derive(Debug)]
struct SignInFirst(String);

impl fmt::Display for SignInFirst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody is signed in")
    }
}

impl ResponseError for SignInFirst {
    fn status_code(&self) -> StatusCode {
        StatusCode::SEE_OTHER
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::SeeOther().insert_header(("Location", self.0.as_str())).finish()
    }
}
