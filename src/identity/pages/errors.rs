//! Errors as pages: what a handler or an extractor answers as a problem is told to people in their language.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use actix_web::middleware::Next;
use askama::Template;

use super::frame::{Frame, Notice};
use crate::platform::http::PAGE_TYPE;

const PAGE: HeaderValue = HeaderValue::from_static(PAGE_TYPE);

/// Keeps status and headers of an error, and gives it a body for people. For `middleware::from_fn`.
pub async fn as_page(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.headers().get(CONTENT_TYPE) == Some(&PAGE) {
        return Ok(response);
    }
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let notice = notice(Frame::of_browser(response.request()), status, retry_after);
    match notice.render() {
        Ok(text) => Ok(response.map_body(|head, _| {
            head.headers_mut().insert(CONTENT_TYPE, PAGE);
            BoxBody::new(text)
        })),
        Err(error) => {
            tracing::error!(%error, "the page of an error cannot be written");
            Ok(response)
        }
    }
}

/// The page of an error. `retry_after` is in seconds.
pub fn notice(frame: Frame, status: StatusCode, retry_after: Option<u32>) -> Notice {
    let id = match status {
        StatusCode::FORBIDDEN => "error-forbidden",
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => "error-not-found",
        StatusCode::TOO_MANY_REQUESTS => "error-too-many",
        StatusCode::SERVICE_UNAVAILABLE => "error-unavailable",
        _ if status.is_server_error() => "error-internal",
        _ => "error-unreadable",
    };
    let text = frame.texts.count(&format!("{id}-text"), retry_after.unwrap_or(1));
    Notice { text, ..Notice::new(frame, id, Some("/account")) }
}
