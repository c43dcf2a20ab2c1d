//! Lists in pages: a cursor in the query, `Link: <…>; rel="next"` (RFC 8288) in the answer.

use actix_web::http::header::LINK;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use crate::platform::http::problem::{Problem, code};

const MOST: u32 = 100;
const DEFAULT: u32 = 50;
/// No key of ours makes a cursor as long as this.
const LONGEST_CURSOR: usize = 1024;
/// So many bytes of a checksum end a cursor, so that one that was altered or cut is noticed. It guards nothing:
/// a cursor only says where to go on.
const CHECKSUM: usize = 4;

/// Which page of a list is asked for.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many items at most.
    #[serde(default = "default_limit", deserialize_with = "limit")]
    #[param(required = false, minimum = 1, maximum = 100, default = 50)]
    limit: u32,
    /// From the `next` link of the page before.
    #[serde(default)]
    #[param(required = false)]
    cursor: Option<String>,
}

/// One page of a list. The header `Link` leads to the next one, where there is one.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
}

impl PageQuery {
    /// How many rows to load: one more than the page shows, which tells whether there is a next page.
    pub fn rows(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// The key of the last item of the page before; the list goes on behind it.
    ///
    /// # Errors
    /// 400 if the cursor is not one that we made for such a key.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        self.cursor.as_deref().map(read_cursor).transpose()
    }

    /// Answers with a page made of the [`rows`](Self::rows) that were loaded; `key` is what [`after`](Self::after) gives back.
    pub fn answer<T: Serialize, K: Serialize>(
        &self,
        request: &HttpRequest,
        rows: Vec<T>,
        key: impl Fn(&T) -> K,
    ) -> Result<HttpResponse, Problem> {
        self.answer_as(request, rows, key, |row| row)
    }

    /// The same, where an item is shown as the `body` that is made of its row.
    pub fn answer_as<R, T: Serialize, K: Serialize>(
        &self,
        request: &HttpRequest,
        mut rows: Vec<R>,
        key: impl Fn(&R) -> K,
        body: impl Fn(R) -> T,
    ) -> Result<HttpResponse, Problem> {
        let more = rows.len() > self.limit as usize;
        rows.truncate(self.limit as usize);
        let mut response = HttpResponse::Ok();
        if let (true, Some(last)) = (more, rows.last()) {
            let link = next_link(request, &write_cursor(&key(last))?);
            response.insert_header((LINK, link));
        }
        Ok(response.json(Page { items: rows.into_iter().map(body).collect() }))
    }
}

fn default_limit() -> u32 {
    DEFAULT
}

fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let limit = u32::deserialize(deserializer)?;
    let right = (1..=MOST).contains(&limit);
    if right { Ok(limit) } else { Err(D::Error::custom(format!("limit is 1 to {MOST}"))) }
}

fn checksum(key: &[u8]) -> [u8; CHECKSUM] {
    let digest: [u8; 32] = Sha256::digest(key).into();
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

fn write_cursor<K: Serialize>(key: &K) -> Result<String, Problem> {
    let mut bytes = serde_json::to_vec(key).map_err(|error| {
        tracing::error!(%error, "a key makes no cursor");
        Problem::internal()
    })?;
    bytes.extend(checksum(&bytes));
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

fn read_cursor<K: DeserializeOwned>(cursor: &str) -> Result<K, Problem> {
    let known = || {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (key, sum) = bytes.split_last_chunk::<CHECKSUM>()?;
        // No text of ours has a NUL, which PostgreSQL cannot compare with.
        let ours = *sum == checksum(key) && memchr::memmem::find(key, b"\\u0000").is_none();
        if ours { serde_json::from_slice(key).ok() } else { None }
    };
    let key = if cursor.len() <= LONGEST_CURSOR { known() } else { None };
    key.ok_or_else(|| {
        let detail = "This cursor is not from a `next` link of this list; begin without one.";
        Problem::bad_request(code::INVALID_CURSOR, detail)
    })
}

/// The request's own address with the other cursor; every filter stays.
fn next_link(request: &HttpRequest, cursor: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(request.query_string().as_bytes()) {
        if name != "cursor" {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair("cursor", cursor);
    format!("<{}?{}>; rel=\"next\"", request.uri().path(), query.finish())
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;
    use actix_web::test::TestRequest;
    use actix_web::web::Query;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// Reads a list of `0..total` page by page, as a client does that follows the links.
    fn walk(total: u32, first: &str) -> Vec<u32> {
        let mut seen = Vec::new();
        let mut address = first.to_owned();
        loop {
            let request = TestRequest::get().uri(&address).to_http_request();
            let query = Query::<PageQuery>::from_query(request.query_string()).expect("a query");
            let start = query.after::<u32>().expect("our cursor").map_or(0, |last| last + 1);
            let rows: Vec<u32> = (start..total).take(query.rows() as usize).collect();
            let response = query.answer(&request, rows, |row| *row).expect("a page");
            let link = response.headers().get(LINK).map(|link| link.to_str().expect("text").to_owned());
            let body: Value =
                serde_json::from_slice(&response.into_body().try_into_bytes().expect("bytes")).expect("JSON");
            seen.extend(
                body["items"].as_array().expect("items").iter().map(|item| item.as_u64().expect("n") as u32),
            );
            match link {
                None => return seen,
                Some(link) => {
                    assert!(link.contains("state=a%26b"), "{link}");
                    address = link.trim_start_matches('<').split('>').next().expect("an address").to_owned();
                }
            }
        }
    }

    #[test]
    fn following_the_links_gives_every_item_once() {
        for (total, limit) in [(0, 1), (1, 1), (3, 1), (100, 100), (101, 100), (250, 50)] {
            let items = walk(total, &format!("/api/v1/things?state=a%26b&limit={limit}"));
            assert_eq!(items, (0..total).collect::<Vec<_>>(), "{total} by {limit}");
        }
    }

    #[test]
    fn a_limit_out_of_bounds_is_refused() {
        for wrong in ["limit=0", "limit=101", "limit=-1", "limit=x", "limit="] {
            assert!(Query::<PageQuery>::from_query(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_it_was(key: (i64, String)) {
            prop_assume!(key.1.len() < 100);
            let cursor = write_cursor(&key).expect("a cursor");
            prop_assert_eq!(read_cursor::<(i64, String)>(&cursor).expect("ours"), key);
        }

        #[test]
        fn an_altered_cursor_is_refused(key: i64, at: prop::sample::Index, letter in "[A-Za-z0-9_-]") {
            let cursor = write_cursor(&key).expect("a cursor");
            let mut altered = cursor.clone();
            let at = at.index(altered.len());
            altered.replace_range(at..=at, &letter);
            prop_assume!(altered != cursor);
            prop_assert!(read_cursor::<i64>(&altered).is_err());
        }

        #[test]
        fn any_text_as_a_cursor_is_refused(text in ".{0,200}") {
            prop_assert!(read_cursor::<i64>(&text).is_err());
        }
    }
}
