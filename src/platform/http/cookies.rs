//! The cookie of a signed-in browser.

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{COOKIE, HeaderValue};
use chrono::Duration;
use url::{Host, Url};

use crate::platform::config::Secret;
use crate::platform::error::{Error, Result};

/// The `__Host-` prefix has browsers hold it to `Secure`, to `Path=/` and to this host alone, so that no neighbour
/// under the same domain can plant one.
const SECURE: &str = "__Host-sign-in";
/// On a loopback address over plain HTTP, where some browsers keep no `Secure` cookie.
const LOOPBACK: &str = "sign-in";

/// A value over this many bytes is not ours.
const MOST_BYTES: usize = 256;

/// How this installation's cookie is named and marked, for handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInCookie {
    secure: bool,
}

impl SignInCookie {
    /// `Secure`, except where people reach the installation over plain HTTP on a loopback address: by its public URL
    /// or, where it has none, by the address that it listens on.
    pub fn of(public_url: Option<&str>, bind: SocketAddr) -> Self {
        let open = match public_url {
            Some(url) => Url::parse(url).is_ok_and(|url| url.scheme() == "http" && is_loopback(url.host())),
            None => bind.ip().to_canonical().is_loopback(),
        };
        SignInCookie { secure: !open }
    }

    /// Whether browsers keep it on connections with TLS alone.
    pub fn is_secure(self) -> bool {
        self.secure
    }

    pub fn name(self) -> &'static str {
        if self.secure { SECURE } else { LOOPBACK }
    }

    /// The `Set-Cookie` that signs a browser in. The secret is of letters, digits, `-` and `_`.
    ///
    /// # Errors
    /// The secret cannot stand in a cookie.
    pub fn make(self, secret: &Secret<String>, max_age: Duration) -> Result<HeaderValue> {
        if !is_value(secret.expose()) {
            return Err(Error::internal("this secret is no value of a cookie"));
        }
        self.header(secret.expose(), max_age.num_seconds())
    }

    /// The `Set-Cookie` that signs a browser out.
    ///
    /// # Errors
    /// None in practice.
    pub fn clear(self) -> Result<HeaderValue> {
        self.header("", 0)
    }

    /// The secret that a browser shows: of exactly one cookie of this name.
    pub fn read(self, request: &HttpRequest) -> Option<Secret<String>> {
        let mut found = None;
        for line in request.headers().get_all(COOKIE) {
            // Another cookie that is no ASCII is none of ours; split before reading.
            for pair in line.as_bytes().split(|byte| *byte == b';') {
                let pair = pair.trim_ascii();
                let Some(value) =
                    pair.strip_prefix(self.name().as_bytes()).and_then(|rest| rest.strip_prefix(b"="))
                else {
                    continue;
                };
                if found.replace(value).is_some() {
                    return None;
                }
            }
        }
        let value = std::str::from_utf8(found?).ok()?;
        is_value(value).then(|| Secret::new(value.to_owned()))
    }

    fn header(self, value: &str, max_age_seconds: i64) -> Result<HeaderValue> {
        let (name, secure) = (self.name(), if self.secure { "; Secure" } else { "" });
        let text =
            format!("{name}={value}; Path=/; Max-Age={max_age_seconds}; HttpOnly; SameSite=Lax{secure}");
        let mut header = HeaderValue::try_from(text).map_err(Error::internal)?;
        header.set_sensitive(true);
        Ok(header)
    }
}

fn is_value(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=MOST_BYTES).contains(&text.len()) && text.bytes().all(plain)
}

fn is_loopback(host: Option<Host<&str>>) -> bool {
    match host {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).to_canonical().is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    use super::*;

    const OURS: SignInCookie = SignInCookie { secure: true };

    fn read(lines: &[&str]) -> Option<String> {
        let mut request = TestRequest::default();
        for line in lines {
            request = request.append_header((COOKIE, HeaderValue::from_bytes(line.as_bytes()).unwrap()));
        }
        OURS.read(&request.to_http_request()).map(|secret| secret.expose().clone())
    }

    #[test]
    fn the_cookie_is_secure_except_on_a_loopback_address() {
        let secure = |public_url: Option<&str>, bind: &str| {
            let cookie = SignInCookie::of(public_url, bind.parse().unwrap());
            assert_eq!(cookie.name(), if cookie.secure { "__Host-sign-in" } else { "sign-in" });
            cookie.secure
        };
        for (public_url, bind) in [
            (None, "127.0.0.1:8080"),
            (None, "[::1]:8080"),
            (Some("http://localhost:8080"), "0.0.0.0:8080"),
            (Some("http://127.0.0.1"), "0.0.0.0:8080"),
            (Some("http://[::1]:8080"), "0.0.0.0:8080"),
        ] {
            assert!(!secure(public_url, bind), "{public_url:?} {bind}");
        }
        for (public_url, bind) in [
            (None, "0.0.0.0:8080"),
            (None, "[::]:8080"),
            (None, "192.0.2.1:80"),
            (Some("https://academy.example.org"), "127.0.0.1:8080"),
            (Some("https://localhost"), "127.0.0.1:8080"),
            (Some("http://academy.example.org"), "127.0.0.1:8080"),
            (Some("http://localhost.example.org"), "127.0.0.1:8080"),
            (Some("no address"), "127.0.0.1:8080"),
        ] {
            assert!(secure(public_url, bind), "{public_url:?} {bind}");
        }
    }

    #[test]
    fn the_header_is_as_the_prefix_demands_and_shows_no_secret() {
        let secret = Secret::new("abc_DEF-1".to_owned());
        let made = OURS.make(&secret, Duration::days(14)).unwrap();
        assert_eq!(made, "__Host-sign-in=abc_DEF-1; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(
            OURS.clear().unwrap(),
            "__Host-sign-in=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
        );
        let open = SignInCookie { secure: false };
        assert_eq!(open.clear().unwrap(), "sign-in=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        assert!(!format!("{made:?}").contains("abc"));
        for wrong in ["", "a b", "a;b", "a\r\nb", "ë", &"x".repeat(MOST_BYTES + 1)] {
            assert!(OURS.make(&Secret::new(wrong.to_owned()), Duration::days(1)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn exactly_one_cookie_of_the_name_is_read() {
        let abc = Some("abc".to_owned());
        assert_eq!(read(&["__Host-sign-in=abc"]), abc);
        assert_eq!(read(&["theme=dark; __Host-sign-in=abc;x=\"y z\""]), abc);
        assert_eq!(read(&["theme=därk", "__Host-sign-in=abc"]), abc);
        assert_eq!(
            read(&[&format!("__Host-sign-in={}", "x".repeat(MOST_BYTES))]),
            Some("x".repeat(MOST_BYTES))
        );
        for none in [
            vec![],
            vec![""],
            vec!["sign-in=abc"],
            vec!["__host-sign-in=abc"],
            vec!["__Host-sign-in-2=abc"],
            vec!["__Host-sign-in"],
            vec!["__Host-sign-in="],
            vec!["__Host-sign-in =abc"],
            vec!["__Host-sign-in=\"abc\""],
            vec!["__Host-sign-in=abc, __Host-sign-in=abc"],
            vec!["__Host-sign-in=abc; __Host-sign-in=abc"],
            vec!["__Host-sign-in=abc", "__Host-sign-in=def"],
            vec!["__Host-sign-in=; __Host-sign-in=def"],
        ] {
            assert_eq!(read(&none), None, "{none:?}");
        }
        assert_eq!(read(&[&format!("__Host-sign-in={}", "x".repeat(MOST_BYTES + 1))]), None);
    }

    proptest! {
        #[test]
        fn whatever_is_sent_does_not_panic_and_what_is_made_is_read(line in "[ -~\u{80}-\u{ff}]{0,80}", secret in "[A-Za-z0-9_-]{1,60}") {
            let _ = read(&[&line]);
            let made = OURS.make(&Secret::new(secret.clone()), Duration::days(1)).unwrap();
            let pair = made.to_str().unwrap().split(';').next().unwrap();
            prop_assert_eq!(read(&["a=b", pair]), Some(secret));
        }
    }
}
