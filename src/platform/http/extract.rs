//! What actix says when it cannot read a body, a query or a path, as problems.

use std::io;

use actix_web::HttpRequest;
use actix_web::error::{JsonPayloadError, PathError, PayloadError, QueryPayloadError, UrlencodedError};
use actix_web::web::{FormConfig, JsonConfig, PathConfig, PayloadConfig, QueryConfig, ServiceConfig};
use serde_json::error::Category;

use crate::platform::faults::Fault;
use crate::platform::http::problem::{Problem, code};

/// JSON bodies over this many bytes are refused.
pub const MAX_JSON_BYTES: usize = 256 * 1024;

/// Forms of pages over this many bytes are refused.
const MAX_FORM_BYTES: usize = 16 * 1024;

/// Sets the extractors' limits and errors.
pub fn configure(config: &mut ServiceConfig) {
    config
        .app_data(
            JsonConfig::default()
                .limit(MAX_JSON_BYTES)
                .error_handler(|error, _: &HttpRequest| json(error).into()),
        )
        .app_data(FormConfig::default().limit(MAX_FORM_BYTES).error_handler(|error, _| form(&error).into()))
        .app_data(QueryConfig::default().error_handler(|error, _| query(&error).into()))
        .app_data(PathConfig::default().error_handler(|error, _| path(&error).into()))
        .app_data(PayloadConfig::new(MAX_JSON_BYTES));
}

/// The problem of a body that broke off or came too slowly.
pub fn payload(error: &PayloadError) -> Problem {
    match error {
        PayloadError::Overflow => Problem::too_large("The request is too large."),
        PayloadError::Io(error) | PayloadError::Incomplete(Some(error))
            if error.kind() == io::ErrorKind::TimedOut =>
        {
            Problem::request_timeout()
        }
        _ => Problem::bad_request(code::MALFORMED_REQUEST, "The body of the request is incomplete."),
    }
}

fn json(error: JsonPayloadError) -> Problem {
    match error {
        JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => {
            Problem::too_large(format!("A JSON body has at most {MAX_JSON_BYTES} bytes."))
        }
        JsonPayloadError::ContentType => Problem::unsupported("Send the body as application/json."),
        JsonPayloadError::Payload(error) => payload(&error),
        JsonPayloadError::Deserialize(error) => {
            let place = |code| {
                let fault = Fault::new(code, error.to_string());
                fault.at_line(error.line() as u64).at_column(error.column() as u64)
            };
            match error.classify() {
                Category::Data => Problem::of_faults(place("invalid-value").into()),
                _ => Problem::bad_request(code::MALFORMED_JSON, "The body is no JSON.")
                    .with_errors(place(code::MALFORMED_JSON)),
            }
        }
        _ => Problem::bad_request(code::MALFORMED_REQUEST, "The body of the request cannot be read."),
    }
}

fn form(error: &UrlencodedError) -> Problem {
    match error {
        UrlencodedError::Overflow { .. } => {
            Problem::too_large(format!("A form has at most {MAX_FORM_BYTES} bytes."))
        }
        UrlencodedError::ContentType => {
            Problem::unsupported("Send the form as application/x-www-form-urlencoded.")
        }
        UrlencodedError::Payload(error) => payload(error),
        _ => Problem::bad_request(code::MALFORMED_REQUEST, "The form cannot be read."),
    }
}

fn query(error: &QueryPayloadError) -> Problem {
    let told = match error {
        QueryPayloadError::Deserialize(error) => error.to_string(),
        _ => "it cannot be read".to_owned(),
    };
    Problem::bad_request(code::INVALID_QUERY, format!("The query is wrong: {told}."))
}

fn path(error: &PathError) -> Problem {
    let told = match error {
        PathError::Deserialize(error) => error.to_string(),
        _ => "it cannot be read".to_owned(),
    };
    Problem::bad_request(code::INVALID_PATH, format!("The path is wrong: {told}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_fell_silent_is_a_408_and_one_that_broke_off_a_400() {
        let status = |kind: io::ErrorKind| payload(&PayloadError::Io(kind.into())).status.as_u16();
        assert_eq!(status(io::ErrorKind::TimedOut), 408);
        assert_eq!(status(io::ErrorKind::ConnectionReset), 400);
    }
}
