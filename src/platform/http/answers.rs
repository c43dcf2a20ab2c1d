//! What many operations answer with: problems, for the description of the API, and 201.

use std::collections::BTreeMap;

use actix_web::http::header::{EntityTag, Header, IfNoneMatch, LOCATION};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::IntoResponses;
use utoipa::openapi::response::Response;
use utoipa::openapi::{Ref, RefOr};

use crate::platform::http::openapi::PROBLEM;

/// Each is named in a handler's `responses(…)`. Every operation that names a permission has its 401 and 403 without saying
/// so.
macro_rules! problems {
    ($($name:ident $status:literal $description:literal)+) => {$(
        #[doc = $description]
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                let mut problem = Ref::from_response_name(PROBLEM);
                problem.description = $description.to_owned();
                BTreeMap::from([($status.to_owned(), RefOr::Ref(problem))])
            }
        }
    )+};
}

problems! {
    Malformed "400" "The path, the query, the cursor or the form cannot be understood."
    Unauthenticated "401" "It is not known who asks."
    Forbidden "403" "Who asks may see this and not do it, or the token's scope does not hold it."
    NotFound "404" "What the path names does not exist within the organisation."
    NotAcceptable "406" "No form that the client accepts is on offer."
    Refused "409" "The state of things forbids it; `code` and further members say why."
    Changed "412" "It was changed since whoever asks read it."
    TooLarge "413" "The input is over a limit."
    Unsupported "415" "The body is of another media type than is read here."
    Invalid "422" "The input has faults; `errors` names the file, line, column or field of each."
    Unconditional "428" "`If-Match` is missing: it says what whoever asks saw."
    TooMany "429" "Too many tries; `Retry-After` says when the next one counts."
    Busy "503" "Too much is going on; `Retry-After` says when to come back."
}

/// What can be wrong with a request that has a body: 400, 413, 415 and 422.
pub struct BadBody;

impl IntoResponses for BadBody {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [Malformed::responses(), TooLarge::responses(), Unsupported::responses(), Invalid::responses()]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// 201, with the place of what was made.
pub fn created(location: &str, body: impl Serialize) -> HttpResponse {
    HttpResponse::Created().insert_header((LOCATION, location)).json(body)
}

/// Whether the client has what bears this tag already, so that 304 is the answer (RFC 9110, section 13.1.2).
pub fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

/// An answer that holds a secret: it is not kept for who sends the same `Idempotency-Key` again.
pub struct HoldsSecret;

/// Marks an answer that holds a secret.
pub fn holding_secret(mut answer: HttpResponse) -> HttpResponse {
    answer.extensions_mut().insert(HoldsSecret);
    answer
}
