//! What every request passes on its way in, and every answer on its way out.

use std::io;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::rt::time::{sleep, timeout};
use actix_web::{Error, HttpMessage, ResponseError};
use futures_util::future::{Either, select};
use futures_util::{FutureExt, StreamExt, stream};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};

use crate::platform::http::PAGE_TYPE;
use crate::platform::http::problem::{MEDIA_TYPE, Problem};

/// Longest silence within a body, before the client is thought gone.
const BODY_SILENCE: Duration = Duration::from_secs(20);
/// For all of a body: 64 MB come in this time over two megabits a second.
const BODY_TIME: Duration = Duration::from_secs(5 * 60);
/// For all of a request, until its answer begins: longer than a body may take, and longer than the largest use case.
const REQUEST_TIME: Duration = Duration::from_secs(6 * 60);
/// The request line and the headers. `actix-http` refuses 128 KiB, or more than 96 headers, before we see them: with
/// the same status, but without a body.
const MOST_HEAD_BYTES: usize = 16 * 1024;

/// Scripts, styles and pictures come from this server alone, and nobody may frame a page. `data:` is for the small
/// pictures inside the stylesheet of the API's page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                                       form-action 'self'; frame-ancestors 'none'";

/// Our pages use none of what a browser could offer them.
const PERMISSIONS_POLICY: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), \
                                  encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), \
                                  magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), \
                                  publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), \
                                  xr-spatial-tracking=()";

/// A year. Not of the names below ours, which are others' to decide about.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000";

/// Answers hold personal data, unless their handler says that they do not.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// What every request of one server passes.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    max_body_bytes: u64,
    /// Whether people reach the server by https, which browsers shall then insist on.
    https: bool,
    body_time: Duration,
    request_time: Duration,
}

impl Edge {
    pub fn new(max_body_bytes: u64, public_url: Option<&str>) -> Self {
        let https = public_url.is_some_and(|url| url.starts_with("https://"));
        Edge { max_body_bytes, https, body_time: BODY_TIME, request_time: REQUEST_TIME }
    }

    /// Bounds head, body and time, answers HEAD as GET, and finishes the answer: a problem where the framework made an
    /// error of its own, the request's id, the security headers. For `middleware::from_fn`.
    pub async fn pass(
        self,
        mut request: ServiceRequest,
        next: Next<impl MessageBody + 'static>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        let id = request.extensions().get::<RequestId>().copied();
        if request.method() == Method::HEAD {
            // The connection remembers that the request was a HEAD, and sends no body.
            request.head_mut().method = Method::GET;
        }
        let mut response = match self.oversized(&request) {
            Some(problem) => request.into_response(problem.error_response()),
            None => {
                self.watch_body(&mut request);
                let answer = AssertUnwindSafe(next.call(request)).catch_unwind();
                match timeout(self.request_time, answer).await {
                    Ok(Ok(response)) => response?.map_into_boxed_body(),
                    Ok(Err(_)) => {
                        tracing::error!("a handler panicked");
                        return Err(self.without_request(Problem::internal(), id));
                    }
                    Err(_) => {
                        tracing::error!("a request took too long and was given up");
                        return Err(self.without_request(Problem::took_too_long(), id));
                    }
                }
            }
        };
        if is_foreign_error(&response) {
            response = as_problem(response);
        }
        let headers = response.headers_mut();
        for (name, value) in self.standing_headers(id) {
            headers.insert(name, value);
        }
        if !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, NO_STORE);
        }
        Ok(response)
    }

    fn oversized(&self, request: &ServiceRequest) -> Option<Problem> {
        let max_body_bytes = self.max_body_bytes;
        if head_bytes(request) > MOST_HEAD_BYTES {
            let detail = format!("The request line and the headers have at most {MOST_HEAD_BYTES} bytes.");
            Some(Problem::head_too_large(detail))
        } else if declared_length(request.headers()) > max_body_bytes {
            Some(Problem::too_large(format!("A request has at most {max_body_bytes} bytes.")))
        } else {
            None
        }
    }

    /// Ends a body that falls silent or takes too long, so that nobody holds a connection open with half a request.
    fn watch_body(&self, request: &mut ServiceRequest) {
        let payload = request.take_payload();
        if matches!(payload, Payload::None) {
            return;
        }
        let end = Box::pin(sleep(self.body_time));
        // Readers may ask again after the end, which `unfold` alone does not survive.
        let watched = stream::unfold(Some((payload, end)), |body| async {
            let (mut payload, mut end) = body?;
            // The end first: it comes whether or not there is another chunk.
            match select(&mut end, pin!(timeout(BODY_SILENCE, payload.next()))).await {
                Either::Right((Ok(Some(chunk)), _)) => Some((chunk, Some((payload, end)))),
                Either::Right((Ok(None), _)) => None,
                Either::Right((Err(_), _)) | Either::Left(_) => {
                    Some((Err(PayloadError::Io(io::ErrorKind::TimedOut.into())), None))
                }
            }
        });
        request.set_payload(Payload::Stream { payload: watched.fuse().boxed_local() });
    }

    /// An answer to a request that went with its handler: it gets here what others get when they pass.
    fn without_request(&self, problem: Problem, id: Option<RequestId>) -> Error {
        let headers = self.standing_headers(id).chain([(header::CACHE_CONTROL, NO_STORE)]);
        headers.fold(problem, |problem, (name, value)| problem.with_header(name, value)).into()
    }

    /// The headers of every answer. There are none of CORS: a page of another site gets to see nothing.
    fn standing_headers(&self, id: Option<RequestId>) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let https = self.https.then_some((header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY));
        let id = id.and_then(|id| HeaderValue::from_str(&id.to_string()).ok());
        [
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
            (header::X_FRAME_OPTIONS, "DENY"),
            // Nothing to other sites. Not `no-referrer`, with which browsers hide a form's origin from us too.
            (header::REFERRER_POLICY, "same-origin"),
            (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
            (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
            (header::PERMISSIONS_POLICY, PERMISSIONS_POLICY),
        ]
        .into_iter()
        .chain(https)
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .chain(id.map(|id| (HeaderName::from_static("x-request-id"), id)))
    }
}

/// The request line and the headers as they are sent.
fn head_bytes(request: &ServiceRequest) -> usize {
    const AROUND_LINE: usize = "  HTTP/1.1\r\n".len();
    const AROUND_HEADER: usize = ": \r\n".len();
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let headers = request.headers().iter();
    let headers: usize = headers.map(|(name, value)| name.as_str().len() + value.len() + AROUND_HEADER).sum();
    request.method().as_str().len() + target + AROUND_LINE + headers
}

fn declared_length(headers: &HeaderMap) -> u64 {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Whether this is an error that the framework made: ours are problems, and pages for people.
fn is_foreign_error(response: &ServiceResponse<BoxBody>) -> bool {
    let status = response.status();
    let content_type = response.headers().get(header::CONTENT_TYPE);
    (status.is_client_error() || status.is_server_error())
        && content_type.is_none_or(|value| value != MEDIA_TYPE && value != PAGE_TYPE)
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

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service, try_call_service};
    use actix_web::web::{self, Bytes};
    use actix_web::{App, HttpResponse};
    use futures_util::stream::{BoxStream, repeat_with};

    use super::*;
    use crate::platform::http::extract;

    const EDGE: Edge =
        Edge { max_body_bytes: 1000, https: false, body_time: BODY_TIME, request_time: REQUEST_TIME };

    fn request(
        body: impl futures_util::Stream<Item = Result<Bytes, PayloadError>> + Send + 'static,
    ) -> ServiceRequest {
        let mut request = TestRequest::post().to_srv_request();
        let body: BoxStream<'static, _> = body.boxed();
        request.set_payload(Payload::Stream { payload: body });
        request
    }

    #[actix_web::test]
    async fn a_body_that_comes_in_time_is_passed_on_whole() {
        let chunks = [Ok(Bytes::from_static(b"one")), Ok(Bytes::from_static(b"two"))];
        let mut request = request(stream::iter(chunks));
        EDGE.watch_body(&mut request);
        let mut payload = request.take_payload();
        for expected in ["one", "two"] {
            assert_eq!(payload.next().await.expect("a chunk").expect("no error"), expected);
        }
        assert!(
            payload.next().await.is_none() && payload.next().await.is_none(),
            "the end can be asked for again"
        );
    }

    #[actix_web::test]
    async fn a_body_that_never_falls_silent_and_never_ends_is_ended() {
        let edge = Edge { body_time: Duration::ZERO, ..EDGE };
        let mut request = request(repeat_with(|| Ok(Bytes::from_static(b"x"))));
        edge.watch_body(&mut request);
        let mut payload = request.take_payload();
        let error = loop {
            // The timer is looked at when the worker has a moment.
            actix_web::rt::task::yield_now().await;
            if let Err(error) = payload.next().await.expect("it does not just end") {
                break error;
            }
        };
        assert_eq!(extract::payload(&error).status, StatusCode::REQUEST_TIMEOUT);
        assert!(payload.next().await.is_none());
    }

    #[actix_web::test]
    async fn a_request_that_takes_too_long_is_given_up() {
        let edge = Edge { https: true, request_time: Duration::ZERO, ..EDGE };
        let app = App::new()
            .route("/never", web::get().to(std::future::pending::<HttpResponse>))
            .route("/now", web::get().to(HttpResponse::Ok))
            .wrap(from_fn(move |request, next| edge.pass(request, next)));
        let app = init_service(app).await;
        assert_eq!(
            call_service(&app, TestRequest::get().uri("/now").to_request()).await.status(),
            StatusCode::OK
        );
        let never = TestRequest::get().uri("/never").to_request();
        let answer = try_call_service(&app, never).await.expect_err("given up").error_response();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        for name in ["strict-transport-security", "x-frame-options", "cache-control"] {
            assert!(answer.headers().contains_key(name), "{name}");
        }
        assert!(!answer.headers().contains_key("retry-after"), "what was asked for may be done yet");
        let body = actix_web::body::to_bytes(answer.into_body()).await.expect("a body");
        assert!(std::str::from_utf8(&body).expect("text").contains("\"took-too-long\""));
    }
}
