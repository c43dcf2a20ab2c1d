//! What every request passes on its way in, and every answer on its way out.

use std::io;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::rt::time::timeout;
use actix_web::{Error, HttpMessage, ResponseError};
use futures_util::{FutureExt, StreamExt, stream};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};

use crate::platform::http::problem::{MEDIA_TYPE, Problem};

/// Longest silence within a body, before the client is thought gone.
const BODY_SILENCE: Duration = Duration::from_secs(20);

/// Scripts, styles and pictures come from this server alone, and nobody may frame a page. `data:` is for the small
/// pictures inside the stylesheet of the API's page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                                       form-action 'self'; frame-ancestors 'none'";

/// Answers hold personal data, unless their handler says that they do not.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Bounds the body, answers HEAD as GET, and finishes the answer: a problem where the framework made an error of its
/// own, the request's id, the security headers.
pub async fn pass(
    max_body_bytes: u64,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = request.extensions().get::<RequestId>().copied();
    if request.method() == Method::HEAD {
        // The connection remembers that the request was a HEAD, and sends no body.
        request.head_mut().method = Method::GET;
    }
    let mut response = if declared_length(request.headers()) > max_body_bytes {
        let problem = Problem::too_large(format!("A request has at most {max_body_bytes} bytes."));
        request.into_response(problem.error_response())
    } else {
        watch_body(&mut request);
        match AssertUnwindSafe(next.call(request)).catch_unwind().await {
            Ok(response) => response?.map_into_boxed_body(),
            Err(_) => {
                tracing::error!("a handler panicked");
                // The request is gone with the panic, so this answer gets its headers here.
                let headers = standing_headers(id).chain([(header::CACHE_CONTROL, NO_STORE)]);
                let problem =
                    headers.fold(Problem::internal(), |it, (name, value)| it.with_header(name, value));
                return Err(problem.into());
            }
        }
    };
    if is_foreign_error(&response) {
        response = as_problem(response);
    }
    finish(response.headers_mut(), id);
    Ok(response)
}

fn declared_length(headers: &HeaderMap) -> u64 {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Ends a body that falls silent, so that nobody holds a connection open with half a request.
fn watch_body(request: &mut ServiceRequest) {
    let payload = request.take_payload();
    if matches!(payload, Payload::None) {
        return;
    }
    // Readers may ask again after the end, which `unfold` alone does not survive.
    let watched = stream::unfold(Some(payload), |payload| async {
        let mut payload = payload?;
        match timeout(BODY_SILENCE, payload.next()).await {
            Ok(Some(chunk)) => Some((chunk, Some(payload))),
            Ok(None) => None,
            Err(_) => Some((Err(PayloadError::Io(io::ErrorKind::TimedOut.into())), None)),
        }
    });
    request.set_payload(Payload::Stream { payload: watched.fuse().boxed_local() });
}

/// Whether this is an error that did not come from a [`Problem`].
fn is_foreign_error(response: &ServiceResponse<BoxBody>) -> bool {
    let status = response.status();
    let content_type = response.headers().get(header::CONTENT_TYPE);
    (status.is_client_error() || status.is_server_error())
        && content_type.is_none_or(|value| value.as_bytes() != MEDIA_TYPE.as_bytes())
}

fn as_problem(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let status = response.status();
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        let cause = response.response().error().map(ToString::to_string).unwrap_or_default();
        tracing::error!(cause, "an internal error");
    }
    let mut problem = Problem::of_status(status);
    for name in [header::ALLOW, header::WWW_AUTHENTICATE] {
        if let Some(value) = response.headers().get(&name) {
            problem = problem.with_header(name, value.clone());
        }
    }
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, problem.error_response())
}

fn finish(headers: &mut HeaderMap, id: Option<RequestId>) {
    for (name, value) in standing_headers(id) {
        headers.insert(name, value);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, NO_STORE);
    }
}

/// The headers of every answer.
fn standing_headers(id: Option<RequestId>) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    let id = id.and_then(|id| HeaderValue::from_str(&id.to_string()).ok());
    [
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ]
    .into_iter()
    .chain(id.map(|id| (HeaderName::from_static("x-request-id"), id)))
}

/// One span a request and one line in the log when it is answered. Neither the query nor the path as sent is
/// logged, only the pattern that served it: addresses can hold tokens and codes.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().copied();
        let id = id.map(|id| id.to_string()).unwrap_or_default();
        let route = request.match_pattern().unwrap_or_else(|| "-".to_owned());
        // Of the highest level, so that no filter takes the id away from the line of an error.
        tracing::error_span!("request", id, method = %request.method(), route)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.in_scope(|| tracing::info!(status = status.as_u16(), "answered"));
    }
}
