//! Concurrent edits (RFC 9110, sections 8.8.3 and 13.1.1): what can be changed is shown with a strong `ETag`, and whoever
//! changes or removes it sends that back in `If-Match`. Of two who saw the same, the second one is told.
//!
//! A handler reads with [`Tagged`], takes [`IfMatch`] or [`Conditional<Json<…>>`](Conditional) as the last of what it is
//! allowed, and calls [`IfMatch::check`] inside its write, on what the held row shows now. `openapi.rs` describes it all.

use std::future::{Ready, ready};

use actix_web::body::BoxBody;
use actix_web::dev::Payload;
use actix_web::http::header::{ETAG, EntityTag, IF_MATCH, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, ResponseError};
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::platform::error::{Error, Result};
use crate::platform::http::answers::is_known;
use crate::platform::http::problem::{Problem, code};

/// The strong tag of a representation: the SHA-256 of its JSON, which is what a client gets byte for byte.
///
/// # Errors
/// Internal, where it has no JSON.
pub fn etag_of(representation: &impl Serialize) -> Result<EntityTag> {
    Ok(tag_of(&serde_json::to_vec(representation).map_err(Error::internal)?))
}

fn tag_of(json: &[u8]) -> EntityTag {
    EntityTag::new_strong(Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// An answer with a representation and its `ETag`: 200, or 304 to a reader who has it already.
pub struct Tagged<T>(pub T);

impl<T: Serialize> Tagged<T> {
    /// 201, with the place of what was made.
    pub fn created(self, location: &str) -> HttpResponse {
        let mut answer = self.answer(StatusCode::CREATED, |_| false);
        if let Ok(location) = location.parse() {
            answer.headers_mut().insert(LOCATION, location);
        }
        answer
    }

    fn answer(self, status: StatusCode, known: impl FnOnce(&EntityTag) -> bool) -> HttpResponse {
        let json = match serde_json::to_vec(&self.0) {
            Ok(json) => json,
            Err(error) => return Problem::from(Error::internal(error)).error_response(),
        };
        let tag = tag_of(&json);
        let known = known(&tag);
        let mut answer = HttpResponse::build(if known { StatusCode::NOT_MODIFIED } else { status });
        answer.insert_header((ETAG, tag));
        if known { answer.finish() } else { answer.content_type("application/json").body(json) }
    }
}

impl<T: Serialize> Responder for Tagged<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        self.answer(StatusCode::OK, |tag| request.method() == Method::GET && is_known(request, tag))
    }
}

/// What a client says that it saw, before it changes or removes something: the header `If-Match`. 428 without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whatever is there.
    Any,
    /// One of these; weak tags among them never match and are left out.
    Tags(Vec<String>),
}

impl IfMatch {
    /// Holds what is there now to be what the client saw. For the inside of a write, once nobody else can change it.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`].
    pub fn check(&self, current: &impl Serialize) -> Result<()> {
        let met = match self {
            IfMatch::Any => true,
            IfMatch::Tags(tags) => {
                let current = etag_of(current)?;
                tags.iter().any(|tag| tag == current.tag())
            }
        };
        if met { Ok(()) } else { Err(Error::ChangedMeanwhile) }
    }

    /// `"…", W/"…"` or `*`; none where it is neither.
    fn parse(text: &str) -> Option<IfMatch> {
        const BETWEEN: [char; 3] = [' ', '\t', ','];
        const SPACE: [char; 2] = [' ', '\t'];
        if text.trim_matches(SPACE) == "*" {
            return Some(IfMatch::Any);
        }
        let (mut tags, mut some) = (Vec::new(), false);
        // An empty element of a list is no error (RFC 9110, 5.6.1.2).
        let mut rest = text.trim_start_matches(BETWEEN);
        while !rest.is_empty() {
            let weak = rest.strip_prefix("W/");
            let (tag, after) = weak.unwrap_or(rest).strip_prefix('"')?.split_once('"')?;
            if tag.chars().any(|c| c == ' ' || c.is_control()) {
                return None;
            }
            some = true;
            if weak.is_none() {
                tags.push(tag.to_owned());
            }
            let after = after.trim_start_matches(SPACE);
            if !after.is_empty() && !after.starts_with(',') {
                return None;
            }
            rest = after.trim_start_matches(BETWEEN);
        }
        some.then_some(IfMatch::Tags(tags))
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let lines: Vec<_> = request.headers().get_all(IF_MATCH).map(|line| line.as_bytes()).collect();
        if lines.is_empty() {
            let detail = "Read it first, and send its ETag in If-Match; * changes whatever is there.";
            return ready(Err(Problem::new(
                StatusCode::PRECONDITION_REQUIRED,
                code::PRECONDITION_REQUIRED,
                detail,
            )));
        }
        let text = String::from_utf8_lossy(&lines.join(b", ".as_slice())).into_owned();
        ready(IfMatch::parse(&text).ok_or_else(|| {
            Problem::bad_request(code::INVALID_IF_MATCH, "If-Match holds tags in quotation marks, or *.")
        }))
    }
}

/// What a client says that it saw, and what else the handler takes of the request, which is read after it.
pub struct Conditional<T>(pub IfMatch, pub T);

impl<T: FromRequest + 'static> FromRequest for Conditional<T> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let if_match = IfMatch::extract(&request).await?;
            let rest = T::from_request(&request, &mut payload).await.map_err(Into::into)?;
            Ok(Conditional(if_match, rest))
        })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::test::TestRequest;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn tags(tags: &[&str]) -> Option<IfMatch> {
        Some(IfMatch::Tags(tags.iter().map(|tag| (*tag).to_owned()).collect()))
    }

    #[test]
    fn tags_are_read_and_what_is_none_is_refused() {
        for (sent, read) in [
            ("*", Some(IfMatch::Any)),
            (" * ", Some(IfMatch::Any)),
            (r#""a""#, tags(&["a"])),
            (r#""""#, tags(&[""])),
            (r#""a","b", "c""#, tags(&["a", "b", "c"])),
            (r#", "a" ,, "b" ,"#, tags(&["a", "b"])),
            (r#"W/"a""#, tags(&[])),
            (r#"W/"a", "b""#, tags(&["b"])),
            (r#""a,b""#, tags(&["a,b"])),
            (r#""*""#, tags(&["*"])),
            ("", None),
            (" , ", None),
            ("a", None),
            (r#""a"#, None),
            (r#""a" "b""#, None),
            (r#""a b""#, None),
            (r#"w/"a""#, None),
            (r#"*, "a""#, None),
            (r#""a", *"#, None),
        ] {
            assert_eq!(IfMatch::parse(sent), read, "{sent}");
        }
    }

    #[test]
    fn a_tag_is_of_what_is_shown_and_a_weak_one_never_matches() {
        let (there, other) = (json!({ "name": "Parks" }), json!({ "name": "Lanes" }));
        let tag = etag_of(&there).expect("a tag");
        assert!(!tag.weak && tag != etag_of(&other).expect("a tag"));
        let check = |sent: &str| IfMatch::parse(sent).expect(sent).check(&there);
        for met in ["*".to_owned(), tag.to_string(), format!("\"x\", {tag}")] {
            check(&met).expect(&met);
        }
        for unmet in [format!("W/{tag}"), "\"x\"".to_owned()] {
            assert!(matches!(check(&unmet), Err(Error::ChangedMeanwhile)), "{unmet}");
        }
    }

    #[actix_web::test]
    async fn an_answer_bears_the_tag_of_its_bytes_and_is_not_sent_to_who_has_it() {
        let shown = json!({ "name": "Parks", "parent": null });
        let tag = etag_of(&shown).expect("a tag").to_string();
        let ask = |method: Method, known: &str| {
            let request = TestRequest::default().method(method).insert_header(("If-None-Match", known));
            Tagged(&shown).respond_to(&request.to_http_request())
        };
        for (method, known, status) in [
            (Method::GET, "\"x\"", 200),
            (Method::GET, tag.as_str(), 304),
            // Whoever has just changed it wants to see it.
            (Method::PUT, tag.as_str(), 200),
        ] {
            let answer = ask(method, known);
            assert_eq!(answer.status().as_u16(), status);
            assert_eq!(answer.headers().get(ETAG).expect("a tag"), tag.as_str());
            let body = to_bytes(answer.into_body()).await.expect("a body");
            let expected = if status == 304 { Vec::new() } else { shown.to_string().into_bytes() };
            assert_eq!(body, expected);
        }
        let made = Tagged(&shown).created("/departments/1");
        assert_eq!(made.status().as_u16(), 201);
        assert_eq!(made.headers().get(LOCATION).expect("a place"), "/departments/1");
        assert_eq!(made.headers().get(ETAG).expect("a tag"), tag.as_str());
    }

    proptest! {
        #[test]
        fn whatever_is_listed_is_found_and_nothing_panics(
            tags in prop::collection::vec("[!#-~]{0,8}", 1..5),
            between in prop::sample::select(vec![",", ", ", " , ", ",,", "\t,"]),
            junk in ".*",
        ) {
            let sent = tags.iter().map(|tag| format!("\"{tag}\"")).collect::<Vec<_>>().join(between);
            prop_assert_eq!(IfMatch::parse(&sent), Some(IfMatch::Tags(tags.clone())));
            let weak = tags.iter().map(|tag| format!("W/\"{tag}\"")).collect::<Vec<_>>().join(between);
            prop_assert_eq!(IfMatch::parse(&weak), Some(IfMatch::Tags(Vec::new())));
            if let Some(IfMatch::Tags(read)) = IfMatch::parse(&junk) {
                let quoted = |tag: &String| junk.contains(&["\"", tag, "\""].concat());
                prop_assert!(read.iter().all(quoted));
            }
        }
    }
}
