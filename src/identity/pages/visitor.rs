//! Who has a page open.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, ResponseError};

use super::frame::Frame;
use super::sign_in::Return;
use crate::access::{self, Access, Authenticate, Caller, Credential, May, Named, Via};
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

impl Visitor {
    /// Who is signed in, where somebody is.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn of(request: &HttpRequest) -> Result<Option<Visitor>, Problem> {
        let known = caller(request, Named::default()).await?;
        Ok(known.map(|(Caller { account, .. }, sign_in)| Visitor { account, sign_in }))
    }
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Visitor::of(&request).await?.ok_or_else(|| SignInFirst::of(&request).into()) })
    }
}

/// A visitor with the permission `P` in the organisation of the path. Everybody else who is signed in finds that nothing is
/// there, or what the permission's row tells them.
pub struct Admitted<P>(pub Access<P>);

impl<P: May> FromRequest for Admitted<P> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let named = access::named(&request).await?;
            let Some((caller, _)) = caller(&request, named.clone()).await? else {
                return Err(SignInFirst::of(&request).into());
            };
            Ok(Admitted(access::access(caller, named)?))
        })
    }
}

/// Whoever shows a cookie, and the sign-in that it is of.
async fn caller(request: &HttpRequest, named: Named) -> Result<Option<(Caller, SignInId)>, Problem> {
    let authenticate = request.app_data::<Data<dyn Authenticate>>().cloned();
    let cookie = request.app_data::<Data<SignInCookie>>();
    let (Some(authenticate), Some(cookie)) = (authenticate, cookie) else {
        tracing::error!("nothing knows visitors here");
        return Err(Problem::internal());
    };
    let Some(secret) = cookie.read(request) else { return Ok(None) };
    let credential = Credential::Cookie(secret.expose().clone());
    let authenticate: Arc<dyn Authenticate> = authenticate.into_inner();
    let known = blocking(move || authenticate.caller(&credential, &named)).await?;
    Ok(known.and_then(|caller| match caller.via {
        Via::SignIn(sign_in) => Some((caller, sign_in)),
        Via::ApiToken { .. } => None,
    }))
}

/// Nobody is signed in: where to do it.
#[derive(Debug)]
struct SignInFirst(String);

impl SignInFirst {
    fn of(request: &HttpRequest) -> SignInFirst {
        let back = Return::to(request.path());
        SignInFirst(Frame::of_browser(request).link(&back.sign_in()))
    }
}

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
        HttpResponse::SeeOther().insert_header((LOCATION, self.0.as_str())).finish()
    }
}
