//! Forms are taken from our own pages only, so that no other site can have a signed-in browser send one.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{AsHeaderName, HOST, ORIGIN};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use url::Url;

use crate::platform::config::PublicUrl;
use crate::platform::error::{Error, Result};
use crate::platform::http::problem::Problem;

/// What every browser of the last years says of where a request comes from (W3C, Fetch Metadata).
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Whoever sent this form has one of our pages open. In a handler's signature it refuses all others.
#[derive(Clone, Copy, Debug)]
pub struct SameOrigin(());

impl FromRequest for SameOrigin {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let public_url = request.app_data::<Data<PublicUrl>>().and_then(|url| url.0.as_deref());
        ready(require(request, public_url).map(|()| SameOrigin(())).map_err(Problem::from))
    }
}

/// Refuses a request that is not from our own pages. Asked is `Sec-Fetch-Site`, which only a browser can set; one that
/// does not know it sends `Origin`, which must be the public URL's or, where there is none, that of the request's `Host`.
///
/// # Errors
/// [`Error::Forbidden`] with the code `cross-origin`, also where neither header is there.
pub fn require(request: &HttpRequest, public_url: Option<&str>) -> Result<()> {
    let ours = match only(request, SEC_FETCH_SITE) {
        Header::One(site) => site == "same-origin",
        Header::Unclear => false,
        Header::Absent => match only(request, ORIGIN) {
            Header::One(origin) => is_ours(origin, public_url, only(request, HOST)),
            Header::Absent | Header::Unclear => false,
        },
    };
    let refusal = "This form is taken from our own pages only. Open the page again, and send it from there.";
    if ours { Ok(()) } else { Err(Error::forbidden("cross-origin", refusal)) }
}

fn is_ours(origin: &str, public_url: Option<&str>, host: Header<'_>) -> bool {
    let Ok(origin) = Url::parse(origin) else {
        return false;
    };
    let ours = match (public_url, host) {
        (Some(url), _) => Url::parse(url),
        // The scheme is a proxy's, which we do not hear of.
        (None, Header::One(host)) => Url::parse(&format!("{}://{host}", origin.scheme())),
        (None, Header::Absent | Header::Unclear) => return false,
    };
    ours.is_ok_and(|ours| ours.origin().is_tuple() && ours.origin() == origin.origin())
}

enum Header<'a> {
    Absent,
    One(&'a str),
    /// Several, or no text.
    Unclear,
}

fn only(request: &HttpRequest, name: impl AsHeaderName) -> Header<'_> {
    let mut values = request.headers().get_all(name);
    match (values.next(), values.next()) {
        (None, _) => Header::Absent,
        (Some(value), None) => value.to_str().map_or(Header::Unclear, Header::One),
        (Some(_), Some(_)) => Header::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    use super::*;

    const PUBLIC: Option<&str> = Some("https://academy.example.org/training");

    fn taken(public_url: Option<&str>, headers: &[(&'static str, &str)]) -> bool {
        let mut request = TestRequest::post();
        for header in headers {
            request = request.append_header(*header);
        }
        match require(&request.to_http_request(), public_url) {
            Ok(()) => true,
            Err(Error::Forbidden { code: "cross-origin", .. }) => false,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_browser_that_says_where_from_is_believed() {
        assert!(taken(PUBLIC, &[("sec-fetch-site", "same-origin")]));
        assert!(taken(None, &[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        for elsewhere in ["cross-site", "same-site", "none", "", "Same-Origin", "same-origin, cross-site"] {
            let ours = ("origin", "https://academy.example.org");
            assert!(!taken(PUBLIC, &[("sec-fetch-site", elsewhere), ours]), "{elsewhere}");
        }
        assert!(!taken(PUBLIC, &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn an_older_browser_names_its_origin() {
        for ours in ["https://academy.example.org", "https://academy.example.org:443"] {
            assert!(taken(PUBLIC, &[("origin", ours), ("host", "127.0.0.1:8080")]), "{ours}");
        }
        for other in [
            "null",
            "",
            "http://academy.example.org",
            "https://academy.example.org:8443",
            "https://academy.example.org.evil.example",
            "https://evil.example",
            "https://example.org",
            "file:///",
            "data:,",
            "academy.example.org",
        ] {
            assert!(!taken(PUBLIC, &[("origin", other), ("host", "evil.example")]), "{other}");
        }
        let ours = ("origin", "https://academy.example.org");
        assert!(!taken(PUBLIC, &[ours, ours]), "one origin");
    }

    #[test]
    fn without_a_public_url_the_origin_is_the_hosts() {
        assert!(taken(None, &[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(taken(None, &[("origin", "https://intranet"), ("host", "intranet:443")]));
        assert!(taken(None, &[("origin", "http://[::1]:8080"), ("host", "[::1]:8080")]));
        for (origin, host) in [
            ("http://127.0.0.1:8081", "127.0.0.1:8080"),
            ("http://evil.example", "127.0.0.1:8080"),
            ("null", "127.0.0.1:8080"),
            ("file://", ""),
            ("http://x", "evil.example/x"),
        ] {
            assert!(!taken(None, &[("origin", origin), ("host", host)]), "{origin} {host}");
        }
        assert!(!taken(None, &[("origin", "http://127.0.0.1")]), "no host");
    }

    #[test]
    fn what_says_nothing_is_refused() {
        assert!(!taken(PUBLIC, &[]));
        assert!(!taken(None, &[("host", "127.0.0.1:8080")]));
        assert!(!taken(PUBLIC, &[("referer", "https://academy.example.org/sign-in")]));
    }

    #[actix_web::test]
    async fn in_a_signature_it_refuses_with_403() {
        let refused = SameOrigin::extract(&TestRequest::post().to_http_request()).await.expect_err("refused");
        assert_eq!((refused.status.as_u16(), refused.code), (403, "cross-origin"));
        let url = Data::new(PublicUrl(PUBLIC.map(str::to_owned)));
        let request =
            TestRequest::post().app_data(url).insert_header((ORIGIN, "https://academy.example.org"));
        SameOrigin::extract(&request.to_http_request()).await.expect("our own");
    }

    proptest! {
        #[test]
        fn no_other_origin_is_taken(origin in "(https?://)?[!-~]{0,40}", host in "[!-~]{0,30}") {
            let parsed = Url::parse(&origin).ok().map(|url| url.origin().ascii_serialization());
            let ours = parsed.as_deref() == Some("https://academy.example.org");
            prop_assert_eq!(taken(PUBLIC, &[("origin", &origin), ("host", &host)]), ours);
            let _ = taken(None, &[("origin", &origin), ("host", &host)]);
        }
    }
}
