//! What is true of many operations, and said of each: problems, who may not, retries, and concurrent edits.

use utoipa::IntoResponses;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Ref, RefOr, Required, ResponseBuilder};

use super::PROBLEM;
use crate::platform::http::answers::{
    Changed, Forbidden, Invalid, Malformed, Refused, Unauthenticated, Unconditional,
};
use crate::platform::http::idempotency::{KEY, MOST_KEY_CHARS, REPLAYED};

/// Adds to the operations of a path what they share with others.
pub fn describe(item: &mut PathItem) {
    for operation in operations_mut(item) {
        // Every operation can answer with a problem, whether its author thought of it or not.
        let problem = RefOr::Ref(Ref::from_response_name(PROBLEM));
        operation.responses.responses.entry("default".to_owned()).or_insert(problem);
        // Any but an open one can meet somebody whom nobody knows, or a token whose scope does not hold its permission.
        if !is_open(operation) {
            answers::<Unauthenticated>(operation);
            answers::<Forbidden>(operation);
        }
    }
    if let Some(post) = item.post.as_mut().filter(|post| !is_open(post)) {
        takes(post, idempotency_key());
        answers::<Malformed>(post);
        answers::<Refused>(post);
        answers::<Invalid>(post);
        for (status, response) in &mut post.responses.responses {
            if let RefOr::T(response) = response
                && status.starts_with('2')
            {
                let told = "`true` where this is the kept answer to an earlier request with the same `Idempotency-Key`.";
                response.headers.insert(REPLAYED.to_owned(), RefOr::T(header(told)));
            }
        }
    }
    if is_edited(item) {
        describe_edits(item);
    }
}

/// An operation for everybody says so by a requirement of nothing.
fn is_open(operation: &Operation) -> bool {
    let security = operation.security.as_ref();
    security.is_some_and(|security| security.contains(&SecurityRequirement::default()))
}

/// Whether something is read as JSON at the address at which it is changed or removed.
fn is_edited(item: &PathItem) -> bool {
    let read = item.get.as_ref().and_then(|get| get.responses.responses.get("200"));
    let is_json = matches!(read, Some(RefOr::T(read)) if read.content.contains_key("application/json"));
    is_json && (item.put.is_some() || item.patch.is_some() || item.delete.is_some())
}

fn describe_edits(item: &mut PathItem) {
    if let Some(get) = &mut item.get {
        let known = ResponseBuilder::new().description("The client has it already.").build();
        get.responses.responses.entry("304".to_owned()).or_insert(RefOr::T(known));
    }
    for read_or_written in [&mut item.get, &mut item.put, &mut item.patch].into_iter().flatten() {
        if let Some(RefOr::T(response)) = read_or_written.responses.responses.get_mut("200") {
            tag(response);
        }
    }
    for edit in [&mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten() {
        takes(edit, if_match());
        answers::<Malformed>(edit);
        answers::<Changed>(edit);
        answers::<Unconditional>(edit);
    }
}

fn tag(response: &mut Response) {
    let told = "The tag of what is shown: send it in `If-Match` to change or remove it.";
    response.headers.insert("ETag".to_owned(), RefOr::T(header(told)));
}

fn header(description: &str) -> Header {
    let text = ObjectBuilder::new().schema_type(Type::String);
    HeaderBuilder::new().description(Some(description)).schema(Some(text)).build()
}

fn takes(operation: &mut Operation, parameter: Parameter) {
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter));
}

/// An operation that describes such an answer itself knows better.
fn answers<R: IntoResponses>(operation: &mut Operation) {
    for (status, response) in R::responses() {
        operation.responses.responses.entry(status).or_insert(response);
    }
}

fn idempotency_key() -> Parameter {
    let key = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(MOST_KEY_CHARS))
        .pattern(Some("^[!#-~][!-~]*$"));
    let told = "Any text of the client's own, such as a UUID: a second request with it gets the answer of the first, and \
                nothing is done again. 422 `idempotency-key-reused` where it is another request, 409 \
                `idempotency-key-in-flight` while the first is being answered.";
    parameter(KEY, Required::False, told, key, "5f2a6f0e-8d0c-4b7e-9a53-1f0c6f4f3b52")
}

fn if_match() -> Parameter {
    let tags = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(r#"^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$"#));
    let told = "The `ETag` of what the client read; `*` for whatever is there.";
    parameter("If-Match", Required::True, told, tags, r#""0d5a7c1e""#)
}

fn parameter(name: &str, required: Required, told: &str, schema: ObjectBuilder, example: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(told))
        .schema(Some(schema))
        .example(Some(example.into()))
        .build()
}

/// The operations of a path.
fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch]
        .into_iter()
        .filter_map(Option::as_mut)
}
