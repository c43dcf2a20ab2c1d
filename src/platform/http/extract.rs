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
            let said = error.to_string();
            let fault = |code, message| {
                Fault::new(code, message).at_line(error.line() as u64).at_column(error.column() as u64)
            };
            match error.classify() {
                Category::Data => Problem::of_faults(fault("invalid-value", without_input(&said)).into()),
                // What is wrong with its signs is said in words of the reader's own.
                _ => Problem::bad_request(code::MALFORMED_JSON, "The body is no JSON.")
                    .with_errors(fault(code::MALFORMED_JSON, said)),
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

/// What serde says is wrong, without what was sent: that can be a password that slipped into another field, and answers
/// are kept in more places than requests. Serde quotes what it found and ends with what it expected.
fn without_input(said: &str) -> String {
    const QUOTING: [&str; 5] =
        ["invalid type", "invalid value", "unknown field", "unknown variant", "invalid length"];
    // All that serde expects of us is on one line, and what was sent can hold the same words: the last ones are serde's.
    let expected = said.rsplit_once(", expected ").map(|(_, expected)| expected);
    match (QUOTING.iter().find(|start| said.starts_with(**start)), expected) {
        (Some(start), Some(expected)) => format!("{start}, expected {expected}"),
        (Some(start), None) => (*start).to_owned(),
        // A field of ours that is missing or there twice, or the words of a type of ours or of chrono's.
        (None, _) => said.to_owned(),
    }
}

fn query(error: &QueryPayloadError) -> Problem {
    let told = match error {
        QueryPayloadError::Deserialize(error) => without_input(&error.to_string()),
        _ => "it cannot be read".to_owned(),
    };
    Problem::bad_request(code::INVALID_QUERY, format!("The query is wrong: {told}."))
}

/// Not told is which part: it stands in the message beside what was sent, and the path says what it names.
fn path(_: &PathError) -> Problem {
    Problem::bad_request(
        code::INVALID_PATH,
        "The path is wrong: a part of it is not what it names, such as a number.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_not_quoted() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Role {
            Learner,
        }
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Body {
            #[expect(dead_code, reason = "only read")]
            role: Role,
            #[expect(dead_code, reason = "only read")]
            days: [u8; 2],
        }
        for (sent, told) in [
            (r#""hunter2""#, "invalid type, expected struct Body at line 1 column 9"),
            (r#""hunter2, expected hunter2""#, "invalid type, expected struct Body at line 1 column 27"),
            (r#"{"hunter2": 1}"#, "unknown field, expected `role` or `days` at line 1 column 10"),
            (r#"{"days": "hunter2"}"#, "invalid type, expected an array of length 2 at line 1 column 18"),
            (r#"{"days": [1]}"#, "invalid length, expected an array of length 2 at line 1 column 12"),
            (r#"{"days": [1, 2]}"#, "missing field `role` at line 1 column 16"),
        ] {
            let error = serde_json::from_str::<Body>(sent).expect_err(sent);
            assert_eq!(without_input(&error.to_string()), told);
        }
        let error = serde_json::from_str::<Body>(r#"{"role": "hunter2"}"#).expect_err("no role");
        let told = without_input(&error.to_string());
        assert!(told.starts_with("unknown variant, expected `learner`"), "{told}");
        assert_eq!(without_input("limit is 1 to 100"), "limit is 1 to 100");
    }

    #[test]
    fn a_body_that_fell_silent_is_a_408_and_one_that_broke_off_a_400() {
        let status = |kind: io::ErrorKind| payload(&PayloadError::Io(kind.into())).status.as_u16();
        assert_eq!(status(io::ErrorKind::TimedOut), 408);
        assert_eq!(status(io::ErrorKind::ConnectionReset), 400);
    }
}
