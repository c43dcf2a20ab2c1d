//! Retries (draft-ietf-httpapi-idempotency-key-header): a POST with the header `Idempotency-Key` is carried out once. Who
//! sends it again gets the first answer.
//!
//! [`claim`] is called by the extractors that know the caller, once the permission is decided: so operations for everybody
//! ignore the header, nobody is refused later than without it, and a kept answer goes to nobody who may not ask any more.
//! [`keep`] stands around the API and puts the answer away. An answer once given stays: a refusal by a rule too, or a
//! request that was delayed on its way could do what its sender was told is refused.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use actix_web::body::{BodySize, BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, RequestHead, ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    self, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, LINK, LOCATION, RETRY_AFTER,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::mime::{self, Mime};
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, ResponseError};
use futures_util::StreamExt;
use memchr::memmem;
use sha2::{Digest, Sha256};
use tracing::{Instrument, Span};

use self::claims::{Begun, Claim, Kept};
use crate::platform::Platform;
use crate::platform::config::Limits;
use crate::platform::http::answers::HoldsSecret;
use crate::platform::http::problem::{Problem, code};
use crate::platform::http::server::FORM_BYTES;
use crate::platform::http::{blocking, extract};
use crate::platform::ids::{AccountId, ApiTokenId};

pub mod claims;

/// The header of the request.
pub const KEY: &str = "Idempotency-Key";
/// The header of an answer that is not new.
pub const REPLAYED: &str = "Idempotency-Replayed";
pub const MOST_KEY_CHARS: usize = 255;
/// Longer answers are not kept; ours are some hundred bytes.
const MOST_KEPT_BYTES: u64 = 256 * 1024;

/// What is kept of an answer's headers. Others are of the moment, and `platform::http::edge` adds them to each.
const KEPT_HEADERS: [HeaderName; 4] = [CONTENT_TYPE, LOCATION, ETAG, LINK];

/// Where [`claim`] leaves for [`keep`] what it claimed. There is one in requests that bear a key.
#[derive(Clone, Default)]
struct Slot(Rc<RefCell<Option<Held>>>);

/// A claim, and where to end it.
type Held = (Data<Platform>, Claim);

/// Whose a key is: an account's, or one of its tokens', which does not see what the account did without it.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    pub account: AccountId,
    pub token: Option<ApiTokenId>,
}

/// Carries out a POST with a key to its end and keeps the answer. For `middleware::from_fn`, around the API.
pub async fn keep(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.method() != Method::POST || !request.headers().contains_key(KEY) {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    }
    let slot = Slot::default();
    request.extensions_mut().insert(slot.clone());
    let carried_out = async move {
        let answer = next.call(request).await.map(ServiceResponse::map_into_boxed_body);
        match (slot.0.take(), answer) {
            (Some((platform, claim)), Ok(answer)) => settle(platform, claim, answer).await,
            (Some((platform, claim)), Err(error)) => {
                put_away(platform, claim, None).await;
                Err(error)
            }
            (None, answer) => answer,
        }
    };
    // A client that goes away takes its request with it, but not what a handler has begun: that is what it asks about when
    // it comes back. So this goes on without it.
    match actix_web::rt::spawn(carried_out.instrument(Span::current())).await {
        Ok(answer) => answer,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(Problem::internal().into()),
    }
}

/// Keeps an answer, if it is one to be kept, and passes it on.
async fn settle(
    platform: Data<Platform>,
    claim: Claim,
    answer: ServiceResponse<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let status = answer.status();
    if !stays(status) {
        put_away(platform, claim, None).await;
        return Ok(answer);
    }
    let holds_secret = answer.response().extensions().get::<HoldsSecret>().is_some();
    let short =
        matches!(answer.response().body().size(), BodySize::None | BodySize::Sized(..=MOST_KEPT_BYTES));
    if holds_secret || !short {
        put_away(platform, claim, Some((status, None))).await;
        return Ok(answer);
    }
    let (request, answer) = answer.into_parts();
    let (answer, body) = answer.into_parts();
    let Ok(body) = to_bytes(body).await else {
        put_away(platform, claim, Some((status, None))).await;
        return Err(Problem::internal().into());
    };
    let kept = Kept { headers: kept_headers(answer.headers()), body: body.to_vec() };
    put_away(platform, claim, Some((status, Some(kept)))).await;
    Ok(ServiceResponse::new(request, answer.set_body(BoxBody::new(body))))
}

/// Whether the same request gets this answer from now on. Not where it is our fault, the caller's credentials or their
/// haste: another try may go otherwise, and nothing was made.
fn stays(status: StatusCode) -> bool {
    const PASSING: [StatusCode; 4] = [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    !status.is_server_error() && !PASSING.contains(&status)
}

fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    let kept = KEPT_HEADERS.iter().filter_map(|name| Some((name.to_string(), text(headers.get(name)?)?)));
    kept.collect()
}

/// Ends a claim: with the status and what is kept of the answer, or frees its key. What was asked for is done either way.
async fn put_away(platform: Data<Platform>, claim: Claim, answer: Option<(StatusCode, Option<Kept>)>) {
    let ended = blocking(move || match answer {
        Some((status, kept)) => claims::finish(&platform, &claim, status.as_u16(), kept.as_ref()),
        None => claims::free(&platform, &claim),
    });
    if ended.await.is_err() {
        tracing::error!("an answer could not be kept for its idempotency key");
    }
}

/// Claims the key of a request for its owner, and gives its body back for the handler; without a key, untouched.
///
/// # Errors
/// The answer instead of the handler's: the kept one; 400 for a key that is none; 409 while the first request is under way,
/// or where its answer was not kept; 422 where the first one was another; 413, or what the body has.
pub async fn claim(request: &HttpRequest, owner: Owner, payload: Payload) -> Result<Payload, Error> {
    let Some(slot) = request.extensions().get::<Slot>().cloned() else { return Ok(payload) };
    let key = key(request.headers())?;
    let platform = request.app_data::<Data<Platform>>().cloned().ok_or_else(Problem::internal)?;
    let form = request.mime_type().ok().flatten().filter(is_form);
    let body = read(request, form.is_some(), payload).await?;
    let (head, bytes) = (head_of(request.head(), form.as_ref()), body.clone());
    let boundary = form.and_then(|form| form.get_param(mime::BOUNDARY).map(|name| format!("--{name}")));
    let store = platform.clone();
    let begun = blocking(move || {
        let print = print(&head, &bytes, boundary.as_deref());
        claims::begin(&store, owner, &key, &print)
    });
    match begun.await? {
        Begun::Claimed(claim) => {
            slot.0.replace(Some((platform, claim)));
            Ok(Payload::from(body))
        }
        Begun::Kept(status, kept) => Err(Replayed { status, kept }.into()),
        Begun::Other => Err(other().into()),
        Begun::InFlight => Err(in_flight().into()),
        Begun::NotKept => Err(not_kept().into()),
    }
}

fn other() -> Problem {
    let detail = "This Idempotency-Key was sent with another request: each has one of its own.";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code::IDEMPOTENCY_KEY_REUSED, detail)
}

fn in_flight() -> Problem {
    let detail = "The first request with this Idempotency-Key is being answered: ask again.";
    Problem::new(StatusCode::CONFLICT, code::IDEMPOTENCY_KEY_IN_FLIGHT, detail)
        .with_header(RETRY_AFTER, HeaderValue::from(1))
}

fn not_kept() -> Problem {
    let detail = "The first request with this Idempotency-Key was carried out. Its answer is not kept, because it held a \
                  secret or was too long: look at what was made, and take it back if you do not have the answer.";
    Problem::new(StatusCode::CONFLICT, code::ANSWER_NOT_KEPT, detail)
}

/// The request's one key.
fn key(headers: &HeaderMap) -> Result<String, Problem> {
    let mut lines = headers.get_all(KEY);
    let key = lines.next().and_then(|line| parse(line.as_bytes()));
    key.filter(|_| lines.next().is_none()).ok_or_else(|| {
        let detail =
            format!("Idempotency-Key holds one text of 1 to {MOST_KEY_CHARS} visible ASCII characters.");
        Problem::bad_request(code::INVALID_IDEMPOTENCY_KEY, detail)
    })
}

/// The same key in quotation marks, as the draft has it, and without, as most clients send it.
fn parse(line: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(line).ok()?.trim_matches([' ', '\t']);
    let key = match text.strip_prefix('"') {
        Some(quoted) => unquoted(quoted.strip_suffix('"')?)?,
        None => text.to_owned(),
    };
    let fits = (1..=MOST_KEY_CHARS).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then_some(key)
}

/// What stands between the quotation marks of a string (RFC 9651, 3.3.3).
fn unquoted(text: &str) -> Option<String> {
    let (mut key, mut chars) = (String::new(), text.chars());
    while let Some(c) = chars.next() {
        match c {
            '\\' => key.push(chars.next().filter(|c| ['"', '\\'].contains(c))?),
            '"' => return None,
            c => key.push(c),
        }
    }
    Some(key)
}

fn is_form(media: &Mime) -> bool {
    media.essence_str() == mime::MULTIPART_FORM_DATA.essence_str()
}

/// All of the body, as much as the handler would take.
async fn read(request: &HttpRequest, is_form: bool, mut payload: Payload) -> Result<Bytes, Problem> {
    let limits = request.app_data::<Data<Limits>>().map(|limits| ***limits).unwrap_or_default();
    let most = if is_form { limits.max_file_bytes + FORM_BYTES } else { extract::MAX_JSON_BYTES };
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| extract::payload(&error))?;
        if body.len() + chunk.len() > most {
            return Err(Problem::too_large(format!("The body has at most {most} bytes.")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// What is compared of the request's head: where it goes, and what its body is.
fn head_of(head: &RequestHead, form: Option<&Mime>) -> Vec<Vec<u8>> {
    let media = match form {
        Some(form) => form.essence_str().as_bytes(),
        None => head.headers.get(header::CONTENT_TYPE).map_or(b"".as_slice(), HeaderValue::as_bytes),
    };
    let query = head.uri.query().unwrap_or_default();
    [head.uri.path().as_bytes(), query.as_bytes(), media].map(<[u8]>::to_vec).into()
}

/// By what a request is told from another. A form is the same whatever stands between its parts: clients make that up
/// anew each time.
fn print(head: &[Vec<u8>], body: &[u8], boundary: Option<&str>) -> [u8; 32] {
    let mut digest = Sha256::new();
    let mut add = |part: &[u8]| {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    };
    head.iter().for_each(|part| add(part));
    let mut begin = 0;
    let boundary = boundary.unwrap_or_default().as_bytes();
    let between = (!boundary.is_empty()).then(|| memmem::find_iter(body, boundary));
    for end in between.into_iter().flatten() {
        add(body.get(begin..end).unwrap_or_default());
        begin = end + boundary.len();
    }
    add(body.get(begin..).unwrap_or_default());
    digest.finalize().into()
}

/// An answer that was given before.
#[derive(Debug)]
struct Replayed {
    status: StatusCode,
    kept: Kept,
}

impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer {} again", self.status.as_u16())
    }
}

impl ResponseError for Replayed {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        for (name, value) in &self.kept.headers {
            answer.insert_header((name.as_str(), value.as_str()));
        }
        answer.insert_header((REPLAYED, "true")).body(self.kept.body.clone())
    }
}

#[cfg(test)]
mod tests;
