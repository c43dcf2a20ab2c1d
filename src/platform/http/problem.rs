//! Errors as clients see them: RFC 9457 `application/problem+json` with a stable `code`.

use std::fmt;

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::platform::error::{Error, chain};
use crate::platform::faults::{Fault, Faults};

/// The media type of every answer that is an error.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The codes of the platform. A feature's refusals bring their own; a code, once published, keeps its meaning.
pub mod code {
    pub const MALFORMED_REQUEST: &str = "malformed-request";
    pub const MALFORMED_JSON: &str = "malformed-json";
    pub const INVALID_PATH: &str = "invalid-path";
    pub const INVALID_QUERY: &str = "invalid-query";
    pub const INVALID_CURSOR: &str = "invalid-cursor";
    pub const UNAUTHENTICATED: &str = "unauthenticated";
    pub const FORBIDDEN: &str = "forbidden";
    pub const NOT_FOUND: &str = "not-found";
    pub const METHOD_NOT_ALLOWED: &str = "method-not-allowed";
    pub const NOT_ACCEPTABLE: &str = "not-acceptable";
    pub const REQUEST_TIMEOUT: &str = "request-timeout";
    pub const PRECONDITION_FAILED: &str = "precondition-failed";
    pub const PRECONDITION_REQUIRED: &str = "precondition-required";
    pub const INVALID_IDEMPOTENCY_KEY: &str = "invalid-idempotency-key";
    pub const IDEMPOTENCY_KEY_REUSED: &str = "idempotency-key-reused";
    pub const IDEMPOTENCY_KEY_IN_FLIGHT: &str = "idempotency-key-in-flight";
    pub const ANSWER_NOT_KEPT: &str = "answer-not-kept";
    pub const INVALID_IF_MATCH: &str = "invalid-if-match";
    pub const TOO_LARGE: &str = "too-large";
    pub const HEAD_TOO_LARGE: &str = "head-too-large";
    pub const UNSUPPORTED_MEDIA_TYPE: &str = "unsupported-media-type";
    pub const INVALID_INPUT: &str = "invalid-input";
    pub const TOO_MANY_REQUESTS: &str = "too-many-requests";
    pub const INTERNAL: &str = "internal-error";
    pub const UNAVAILABLE: &str = "unavailable";
    pub const TOOK_TOO_LONG: &str = "took-too-long";
}

/// An answer that is an error. Handlers return it; a service's [`Error`] becomes one with `?`.
#[derive(Debug)]
pub struct Problem {
    pub status: StatusCode,
    pub code: &'static str,
    /// A sentence for people. Never holds an internal cause.
    pub detail: String,
    /// The single things that are wrong with the input, where there are such.
    pub errors: Vec<Fault>,
    /// Extension members that explain a refusal.
    pub fields: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// The body of a problem. Refusals by a rule carry further members that explain them.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// Always `about:blank`: `code` says what happened.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'a str,
    /// The name of the HTTP status.
    #[schema(example = "Not Found")]
    title: &'a str,
    #[schema(example = 404, minimum = 400, maximum = 599)]
    status: u16,
    /// A stable word for programs.
    #[schema(example = "not-found")]
    code: &'a str,
    /// A sentence for people.
    #[schema(example = "There is no such cohort.")]
    detail: &'a str,
    /// What is wrong with the input, one by one.
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    #[schema(required = false)]
    errors: &'a [Fault],
    #[serde(flatten)]
    #[schema(ignore)]
    fields: &'a Map<String, Value>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Problem {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            fields: Map::new(),
            headers: Vec::new(),
        }
    }

    pub fn with_errors(mut self, faults: impl Into<Faults>) -> Self {
        self.errors = faults.into().0;
        self
    }

    /// Adds members beside the standard ones, which they cannot replace.
    pub fn with_fields(mut self, fields: Map<String, Value>) -> Self {
        const STANDARD: [&str; 7] = ["type", "title", "status", "code", "detail", "errors", "instance"];
        self.fields.extend(fields.into_iter().filter(|(name, _)| !STANDARD.contains(&name.as_str())));
        self
    }

    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// 400: the request cannot be understood.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 404 for a path that nothing serves.
    pub fn unknown_path() -> Self {
        Problem::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "Nothing is served at this path.")
    }

    /// 405, naming the methods that would be served.
    pub fn method_not_allowed(allowed: &[Method]) -> Self {
        let names = allowed.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
        let detail = format!("This path answers to {names}.");
        let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, code::METHOD_NOT_ALLOWED, detail);
        match HeaderValue::from_str(&names) {
            Ok(names) => problem.with_header(header::ALLOW, names),
            Err(_) => problem,
        }
    }

    /// 413.
    pub fn too_large(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, code::TOO_LARGE, detail)
    }

    /// 431.
    pub fn head_too_large(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, code::HEAD_TOO_LARGE, detail)
    }

    /// 415.
    pub fn unsupported(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code::UNSUPPORTED_MEDIA_TYPE, detail)
    }

    /// 408: the rest of the request did not come.
    pub fn request_timeout() -> Self {
        let detail = "The rest of the request did not arrive in time.";
        Problem::new(StatusCode::REQUEST_TIMEOUT, code::REQUEST_TIMEOUT, detail)
    }

    /// 422: the request is understood, and what it says is wrong.
    pub fn of_faults(faults: Faults) -> Self {
        let detail = "The input has faults; `errors` lists them.";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code::INVALID_INPUT, detail).with_errors(faults)
    }

    /// 429, with the seconds after which a try is worth it.
    pub fn too_many_requests(retry_after: u32) -> Self {
        Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            code::TOO_MANY_REQUESTS,
            "Too many requests; wait a little.",
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from(retry_after))
    }

    /// 500: the client learns nothing; whoever makes it logs the cause.
    pub fn internal() -> Self {
        let detail = "Something went wrong on our side. The log has it under this answer's X-Request-Id.";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, code::INTERNAL, detail)
    }

    /// 503, with the seconds after which a try is worth it.
    pub fn unavailable(retry_after: u32) -> Self {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            code::UNAVAILABLE,
            "Temporarily unavailable; try again.",
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from(retry_after))
    }

    /// 503, where the answer was given up. Not 504, which is a proxy's word about a server behind it; and without
    /// `Retry-After`, because what the request asked for may be done yet.
    pub fn took_too_long() -> Self {
        let detail =
            "This took too long and was given up. It may be completed yet: look before you try again.";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, code::TOOK_TOO_LONG, detail)
    }

    /// A problem for an answer that the framework made without one.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Problem::unknown_path(),
            StatusCode::UNAUTHORIZED => Problem::new(status, code::UNAUTHENTICATED, "Sign in first."),
            StatusCode::METHOD_NOT_ALLOWED => {
                Problem::new(status, code::METHOD_NOT_ALLOWED, "This path does not answer to this method.")
            }
            StatusCode::NOT_ACCEPTABLE => {
                Problem::new(status, code::NOT_ACCEPTABLE, "No form that you accept is on offer.")
            }
            StatusCode::REQUEST_TIMEOUT => Problem::request_timeout(),
            StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large("The request is too large."),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::unsupported("This content type is not read here."),
            StatusCode::TOO_MANY_REQUESTS => Problem::too_many_requests(1),
            StatusCode::SERVICE_UNAVAILABLE => Problem::unavailable(2),
            _ if status.is_server_error() => Problem { status, ..Problem::internal() },
            _ => Problem::new(status, code::MALFORMED_REQUEST, "The request cannot be understood."),
        }
    }

    /// The body that a client gets.
    pub fn body(&self) -> ProblemBody<'_> {
        ProblemBody {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
            errors: &self.errors,
            fields: &self.fields,
        }
    }
}

impl From<Error> for Problem {
    /// Logs what the client is not told; called inside the request's span, so that the log line has its id.
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(faults) => {
                let detail = "The input has faults; `errors` lists them.";
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code::INVALID_INPUT, detail)
                    .with_errors(faults)
            }
            Error::NotFound { what } => {
                Problem::new(StatusCode::NOT_FOUND, code::NOT_FOUND, format!("There is no such {what}."))
            }
            Error::Conflict { code, detail, fields } => {
                Problem::new(StatusCode::CONFLICT, code, detail).with_fields(fields)
            }
            Error::ChangedMeanwhile => {
                let detail = "It was changed since you read it: read it again, and decide anew.";
                Problem::new(StatusCode::PRECONDITION_FAILED, code::PRECONDITION_FAILED, detail)
            }
            Error::Forbidden { code, detail } => Problem::new(StatusCode::FORBIDDEN, code, detail),
            Error::TooLarge { detail } => Problem::too_large(detail),
            Error::Unsupported { detail } => Problem::unsupported(detail),
            Error::Unavailable(cause) => {
                tracing::warn!(cause = chain(&*cause), "temporarily unavailable");
                Problem::unavailable(2)
            }
            Error::Database(cause) => {
                tracing::error!(cause = chain(&*cause), "a database error");
                Problem::internal()
            }
            Error::Internal(cause) => {
                tracing::error!(cause = chain(&*cause), "an internal error");
                Problem::internal()
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status.as_u16(), self.code, self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        for (name, value) in &self.headers {
            response.append_header((name.clone(), value.clone()));
        }
        match serde_json::to_string(&self.body()) {
            Ok(body) => response.content_type(MEDIA_TYPE).body(body),
            Err(_) => response.finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;
    use serde_json::json;

    use super::*;

    fn answer(error: impl Into<Problem>) -> (HttpResponse<()>, Value) {
        let (response, body) = error.into().error_response().into_parts();
        let bytes = body.try_into_bytes().expect("a complete body");
        (response, serde_json::from_slice(&bytes).expect("JSON"))
    }

    #[test]
    fn every_error_of_a_service_has_its_status_and_code() {
        let fault = Fault::new("duplicate-email", "Already there.").in_file("roster.csv").at_line(3);
        for (error, status, code) in [
            (Error::from(fault), 422, "invalid-input"),
            (Error::not_found("cohort"), 404, "not-found"),
            (Error::refused("not-yet", "Too few.", json!({"attended": 2})), 409, "not-yet"),
            (Error::forbidden("not-yours", "Not yours."), 403, "not-yours"),
            (Error::ChangedMeanwhile, 412, "precondition-failed"),
            (Error::too_large("Over 64 MB."), 413, "too-large"),
            (Error::unsupported("No known shape."), 415, "unsupported-media-type"),
            (Error::unavailable("gone"), 503, "unavailable"),
            (Error::Database("secret".into()), 500, "internal-error"),
            (Error::internal("secret"), 500, "internal-error"),
        ] {
            let (response, body) = answer(error);
            assert_eq!(response.status().as_u16(), status);
            assert_eq!(response.headers().get(header::CONTENT_TYPE).expect("set"), MEDIA_TYPE);
            assert_eq!((&body["status"], &body["code"]), (&json!(status), &json!(code)));
            assert_eq!(body["type"], "about:blank");
            assert!(!body.to_string().contains("secret"), "{body}");
        }
    }

    #[test]
    fn faults_and_fields_are_told_and_cannot_replace_the_standard_members() {
        let (_, body) =
            answer(Error::from(Fault::new("empty-cell", "Fill it in.").at_line(3).in_field("email")));
        assert_eq!(body["errors"][0]["line"], 3);
        let (_, body) = answer(Error::refused("not-yet", "Too few.", json!({"attended": 2, "status": 200})));
        assert_eq!((&body["attended"], &body["status"]), (&json!(2), &json!(409)));
        assert!(body.get("errors").is_none());
    }

    #[test]
    fn an_outage_says_when_to_come_back() {
        let (response, _) = answer(Error::unavailable("gone"));
        assert_eq!(response.headers().get(header::RETRY_AFTER).expect("set"), "2");
    }
}
