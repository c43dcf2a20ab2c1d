//! The extractors that stand in handlers' signatures.
//!
//! They hold the other extractors inside, because actix asks all arguments of a handler at once: only what is inside is
//! certain not to be read before the permission was decided.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use actix_web::web::{Data, Path};
use actix_web::{Error, FromRequest, HttpRequest};
use serde_json::Map;

use super::permissions::{May, Permission};
use super::rules::{self, Refused};
use super::{Access, Actor, Authenticate, Caller, Credential, Named, Via};
use crate::platform::http::idempotency::{self, Owner};
use crate::platform::http::problem::code;
use crate::platform::http::{Problem, blocking};

/// A caller with the permission `P` in the organisation of the path, and what else the handler takes of the request,
/// which is taken apart only for them.
pub struct Allowed<P, A = (), B = ()>(pub Access<P>, pub A, pub B);

/// A signed-in caller with the permission `P`, which is not of an organisation, and what else the handler takes.
pub struct SignedIn<P, A = (), B = ()>(pub Actor<P>, pub A, pub B);

impl<P: May, A: FromRequest + 'static, B: FromRequest + 'static> FromRequest for Allowed<P, A, B> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let named = named(&request).await?;
            let caller = caller(&request, named.clone()).await?;
            let owner = owner(&caller);
            let access = access(caller, named)?;
            let payload = idempotency::claim(&request, owner, payload).await?;
            let (a, b) = rest(&request, payload).await?;
            Ok(Allowed(access, a, b))
        })
    }
}

impl<P: May, A: FromRequest + 'static, B: FromRequest + 'static> FromRequest for SignedIn<P, A, B> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let caller = caller(&request, Named::default()).await?;
            rules::decide(P::PERMISSION, &caller).map_err(|refused| refusal(refused, P::PERMISSION))?;
            let payload = idempotency::claim(&request, owner(&caller), payload).await?;
            let sign_in = match caller.via {
                Via::SignIn(id) => Some(id),
                Via::ApiToken { .. } => None,
            };
            let Caller { account, operator, .. } = caller;
            let actor = Actor { account, operator, sign_in, permission: PhantomData };
            let (a, b) = rest(&request, payload).await?;
            Ok(SignedIn(actor, a, b))
        })
    }
}

/// What a caller with the permission `P` is told, in the organisation that the path names.
///
/// # Errors
/// They may not, as the permission's row says it.
pub fn access<P: May>(caller: Caller, named: Named) -> Result<Access<P>, Problem> {
    let reach = rules::decide(P::PERMISSION, &caller).map_err(|refused| refusal(refused, P::PERMISSION))?;
    // Nobody reaches anything in an organisation without a membership.
    let (Some(member), Some(code)) = (&caller.member, named.organisation) else {
        return Err(refusal(Refused::Hidden, P::PERMISSION));
    };
    Ok(Access {
        account: caller.account,
        organisation: member.organisation,
        organisation_name: member.organisation_name.clone(),
        code,
        reach,
        caller,
        permission: PhantomData,
    })
}

/// Whose the request's `Idempotency-Key` is.
fn owner(caller: &Caller) -> Owner {
    let token = match caller.via {
        Via::SignIn(_) => None,
        Via::ApiToken { id, .. } => Some(id),
    };
    Owner { account: caller.account, token }
}

/// What else the handler takes of the request, one after the other.
async fn rest<A: FromRequest, B: FromRequest>(
    request: &HttpRequest,
    mut payload: Payload,
) -> Result<(A, B), Error> {
    let a = A::from_request(request, &mut payload).await.map_err(Into::into)?;
    let b = B::from_request(request, &mut payload).await.map_err(Into::into)?;
    Ok((a, b))
}

/// What the path names, decoded as the handler's own `Path` decodes it.
pub async fn named(request: &HttpRequest) -> Result<Named, Error> {
    Ok(Path::<Named>::extract(request).await?.into_inner())
}

async fn caller(request: &HttpRequest, named: Named) -> Result<Caller, Problem> {
    let authenticate = request.app_data::<Data<dyn Authenticate>>().cloned().ok_or_else(|| {
        tracing::error!("nothing knows callers here");
        Problem::internal()
    })?;
    let credential = Credential::Bearer(presented(request)?.to_owned());
    let authenticate: Arc<dyn Authenticate> = authenticate.into_inner();
    let known = blocking(move || authenticate.caller(&credential, &named)).await?;
    known.ok_or_else(unknown)
}

/// The token in the `Authorization` header (RFC 6750, 2.1).
fn presented(request: &HttpRequest) -> Result<&str, Problem> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let header = headers.next().ok_or_else(missing)?;
    if headers.next().is_some() {
        return Err(unknown());
    }
    match header.to_str().unwrap_or_default().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(missing()),
    }
}

fn missing() -> Problem {
    unauthenticated("Show a token: Authorization: Bearer TOKEN.", "Bearer realm=\"rights-academy\"")
}

fn unknown() -> Problem {
    unauthenticated(
        "This token is not valid, or not any more.",
        "Bearer realm=\"rights-academy\", error=\"invalid_token\"",
    )
}

fn unauthenticated(detail: &str, challenge: &'static str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code::UNAUTHENTICATED, detail)
        .with_header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
}

/// Who may not is told what it would need: they see the thing, so that this tells them nothing about it.
fn refusal(refused: Refused, permission: &Permission) -> Problem {
    let name = permission.name;
    let forbidden = |code, detail: String| {
        let fields = Map::from_iter([("permission".to_owned(), name.into())]);
        Problem::new(StatusCode::FORBIDDEN, code, detail).with_fields(fields)
    };
    match refused {
        Refused::Hidden => Problem::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "There is no such thing."),
        Refused::Forbidden => {
            forbidden(code::FORBIDDEN, format!("You may not do this: none of your roles has `{name}` here."))
        }
        Refused::ScopeMissing => {
            forbidden("scope-missing", format!("The token's scope does not hold `{name}`."))
        }
        Refused::SignInNeeded => {
            forbidden("sign-in-needed", format!("A token for scripts never has `{name}`: sign in."))
        }
    }
}
