//! How mail leaves this installation: the setting `mail`.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::platform::config::Secret;

/// Where mails go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// Files in a folder; nothing leaves the machine.
    Folder(PathBuf),
    Smtp(SmtpServer),
}

/// A mail server that takes our mails and delivers them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpServer {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub login: Option<Login>,
}

/// What a server asks for before it takes a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: Secret<String>,
}

/// How the way to a server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte (RFC 8314).
    Implicit,
    /// STARTTLS, without which nothing is sent.
    Required,
    /// Not at all.
    None,
}

impl SmtpServer {
    /// Whether a mail to it stays on this machine.
    pub fn is_loopback(&self) -> bool {
        let address = self.host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        address || self.host.eq_ignore_ascii_case("localhost")
    }
}

/// `smtps://USER:PASSWORD@HOST:465`, `smtp://USER:PASSWORD@HOST:587`, `smtp://HOST:25?tls=none` or `folder:PATH`. What
/// is wrong with it is told without a word of it: it may hold a password.
impl FromStr for Route {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Route, &'static str> {
        match text.strip_prefix("folder:") {
            Some(path) if !path.is_empty() && !path.contains('\0') => Ok(Route::Folder(PathBuf::from(path))),
            Some(_) => Err("write the path of a folder after folder:"),
            None => smtp_server(text).map(Route::Smtp),
        }
    }
}

fn smtp_server(text: &str) -> Result<SmtpServer, &'static str> {
    const FORM: &str = "write smtps://USER:PASSWORD@HOST:465, smtp://USER:PASSWORD@HOST:587 (both percent-encoded) or \
                        folder:PATH";
    let url = Url::parse(text).map_err(|_| FORM)?;
    let (tls, usual_port) = match (url.scheme(), url.query()) {
        ("smtps", None) => (Tls::Implicit, 465),
        ("smtp", None) => (Tls::Required, 587),
        ("smtp", Some("tls=none")) => (Tls::None, 25),
        ("smtps" | "smtp", _) => return Err("the only option is ?tls=none, after smtp://HOST:PORT"),
        _ => return Err(FORM),
    };
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err("nothing follows the port but ?tls=none; percent-encode user and password");
    }
    let host = match url.host().ok_or(FORM)? {
        // Of schemes that it does not know, the parser leaves hosts as they are.
        Host::Domain(name) if name.is_empty() || name.contains('%') => return Err(FORM),
        Host::Domain(name) => name.to_owned(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    };
    let decoded = |text| percent_decode_str(text).decode_utf8().map(|text| text.into_owned());
    let login = match (url.username(), url.password()) {
        ("", None) => None,
        ("", Some(_)) | (_, None) => return Err("give both a user and a password, or neither"),
        (user, Some(password)) => {
            let not_text = "user and password are percent-encoded UTF-8";
            let password = Secret::new(decoded(password).map_err(|_| not_text)?);
            Some(Login { user: decoded(user).map_err(|_| not_text)?, password })
        }
    };
    let server = SmtpServer { host, port: url.port().unwrap_or(usual_port), tls, login };
    if tls == Tls::None && server.login.is_some() && !server.is_loopback() {
        return Err(
            "without TLS the password could be read on its way: leave ?tls=none away, or user and password",
        );
    }
    Ok(server)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smtp(text: &str) -> SmtpServer {
        match text.parse() {
            Ok(Route::Smtp(server)) => server,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn each_form_is_read() {
        let server = smtp("smtps://academy:p%40ss%2Fw%C3%B6rd@mail.example");
        assert_eq!((server.host.as_str(), server.port, server.tls), ("mail.example", 465, Tls::Implicit));
        let login = server.login.expect("a login");
        assert_eq!((login.user.as_str(), login.password.expose().as_str()), ("academy", "p@ss/wörd"));
        let server = smtp("smtp://a%40b:c@mail.example:2525/");
        assert_eq!((server.port, server.tls), (2525, Tls::Required));
        assert_eq!(server.login.expect("a login").user, "a@b");
        assert_eq!(smtp("smtp://mail.example").port, 587);
        let server = smtp("smtp://mail:1025?tls=none");
        assert_eq!((server.tls, server.is_loopback(), server.login), (Tls::None, false, None));
        for loopback in
            ["smtp://u:p@localhost?tls=none", "smtp://127.0.0.1?tls=none", "smtp://u:p@[::1]:25?tls=none"]
        {
            assert!(smtp(loopback).is_loopback(), "{loopback}");
        }
        assert_eq!(smtp("smtps://[::1]").host, "::1");
        assert_eq!("folder:a b/c".parse(), Ok(Route::Folder("a b/c".into())));
    }

    #[test]
    fn what_is_wrong_is_told_without_the_password() {
        for wrong in [
            "",
            "hunter2",
            "folder:",
            "http://u:hunter2@mail.example",
            "smtps://u:hunter2@mail.example?tls=none",
            "smtp://u:hunter2@mail.example?tls=opportunistic",
            "smtp://u:hunter2@mail.example?tls=none",
            "smtp://u:hunter2@mail.example/academy",
            "smtp://u:hunter2@mail.example#a",
            "smtp://u:hun/ter2@mail.example",
            "smtp://u:hunter2@:25",
            "smtp://u:hunter2@mail.example:port",
            "smtp://hunter2@mail.example",
            "smtp://:hunter2@mail.example",
            "smtp://u:%FFhunter2@mail.example",
            "smtp:mail.example",
            "mail.example:25",
        ] {
            let told = wrong.parse::<Route>().expect_err(wrong);
            assert!(!told.contains("hunter2"), "{wrong}: {told}");
        }
    }

    #[test]
    fn a_password_is_never_printed() {
        let shown = format!("{:?}", smtp("smtps://u:hunter2@mail.example"));
        assert!(shown.contains("mail.example") && !shown.contains("hunter2"), "{shown}");
    }
}
