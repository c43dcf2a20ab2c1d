//! Signing in and out.

use actix_web::web::{self, Data, Form, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::door::Door;
use super::forms::{self, Field, FormPage};
use super::frame::Frame;
use super::page;
use super::visitor::Visitor;
use crate::identity::EndedBy;
use crate::identity::service::sign_ins;
use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::faults::{Fault, Faults};
use crate::platform::http::same_origin::SameOrigin;
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    let sign_in = web::resource("/sign-in").route(web::get().to(show)).route(web::post().to(sign_in));
    let sign_out = web::resource("/sign-out").route(web::post().to(sign_out));
    config.service(page(sign_in)).service(page(sign_out));
}

/// Who signs in.
#[derive(Deserialize)]
struct Credentials {
    #[serde(default)]
    email: String,
    password: Secret<String>,
}

/// What was done before a page was come to.
#[derive(Deserialize)]
pub struct Done {
    done: Option<String>,
}

impl Done {
    /// The word of what was done, where it is one of these.
    pub fn among(&self, known: &[&str]) -> Option<&str> {
        self.done.as_deref().filter(|done| known.contains(done))
    }
}

/// Where whoever signs in goes then: to the page that they came from, or to their account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Return {
    #[serde(default)]
    to: String,
}

/// How the paths of pages begin that people are led back to.
const LED_BACK_TO: [&str; 2] = ["/enrol/", "/o/"];

/// Longer than any of these paths.
const LONGEST_PATH: usize = 200;

impl Return {
    /// To the page with this path.
    pub fn to(path: &str) -> Return {
        Return { to: path.to_owned() }
    }

    /// One of our own pages, or the account for whatever else is asked for: whoever made a link to the page to sign in
    /// decides nothing about where people find themselves.
    pub fn path(&self) -> &str {
        self.known().unwrap_or("/account")
    }

    /// The address of the page to sign in, which leads back.
    pub fn sign_in(&self) -> String {
        self.known().map_or_else(|| "/sign-in".to_owned(), |path| format!("/sign-in?to={path}"))
    }

    /// Nothing in it needs an escape or can mean another server.
    fn known(&self) -> Option<&str> {
        let path = self.to.as_str();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_');
        let is_known = LED_BACK_TO.iter().any(|start| path.starts_with(start))
            && path.len() <= LONGEST_PATH
            && path.bytes().all(is_plain)
            && !path.contains("//");
        is_known.then_some(path)
    }
}

async fn show(request: HttpRequest, done: Query<Done>, back: Query<Return>) -> Result<HttpResponse, Problem> {
    let mut page = form(Frame::of_browser(&request), "", &back);
    let done = done.among(&["signed-out", "password"]);
    page.done = done.map(|done| page.frame.say(&format!("done-{done}")));
    page.answer(&Faults::default())
}

async fn sign_in(
    _: SameOrigin,
    door: Door,
    typed: Form<Credentials>,
    back: Query<Return>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let Credentials { email, password } = typed.into_inner();
    door.admit(&email)?;
    let place = door.place().await?;
    let tried = email.clone();
    let known = blocking(move || {
        let _place = place;
        sign_ins::authenticate(&platform, &tried, password.expose())
    });
    let frame = Frame::of_browser(&request);
    match known.await? {
        Some(account) => door.let_in(&frame, account.id, back.path()).await,
        // One answer for everything that can be wrong: it does not tell which accounts there are.
        None => {
            let wrong = Fault::new("wrong-credentials", "Address and password do not belong together.");
            form(frame, &email, &back).answer(&wrong.in_field("email").into())
        }
    }
}

async fn sign_out(
    _: SameOrigin,
    visitor: Visitor,
    door: Door,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let Visitor { account, sign_in } = visitor;
    blocking(move || sign_ins::end(&platform, account, sign_in, EndedBy::SignOut)).await?;
    Frame::of_browser(&request).leave(door.cookie)
}

/// The page, with the address that was typed.
pub(super) fn form(frame: Frame, email: &str, back: &Return) -> FormPage {
    let texts = &frame.texts;
    let fields = vec![Field::email(texts, email), Field::password(texts)];
    FormPage {
        title: texts.say("sign-in-title"),
        intro: vec![],
        done: None,
        form: forms::Form::new(frame.link(&back.sign_in()), fields, texts.say("sign-in-button")),
        below: Some(("/password-reset", texts.say("sign-in-forgotten"))),
        frame,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn people_are_led_back_to_our_own_pages_alone() {
        for ours in ["/o/TIRANA/training", "/o/TIRANA/training/7/withdrawal", "/enrol/re_A-b_9"] {
            assert_eq!(Return::to(ours).path(), ours);
            assert_eq!(Return::to(ours).sign_in(), format!("/sign-in?to={ours}"));
        }
        for other in [
            "",
            "/",
            "/account",
            "//evil.example",
            "//evil.example/o/",
            "/o//evil.example",
            "/\\evil.example",
            "/o/\\evil.example",
            "/o/../sign-out",
            "/o/%2e%2e/api",
            "/o/TIRANA?x=1",
            "/o/TIRANA#x",
            "/o/a\r\nSet-Cookie:b",
            "/o/ë",
            "https://evil.example/o/",
            "javascript:alert(1)",
            "o/TIRANA",
            "/api/v1/o/",
            &format!("/o/{}", "x".repeat(LONGEST_PATH)),
        ] {
            assert_eq!(Return::to(other).path(), "/account", "{other}");
            assert_eq!(Return::to(other).sign_in(), "/sign-in", "{other}");
        }
    }

    proptest! {
        #[test]
        fn nothing_leads_to_another_server(to in "(/o/|/enrol/|/|//)?[ -~]{0,40}") {
            let base = url::Url::parse("https://academy.example").unwrap();
            let led = base.join(Return::to(&to).path()).unwrap();
            prop_assert_eq!(led.origin(), base.origin());
            prop_assert!(led.path() == "/account" || led.as_str().ends_with(&to));
        }
    }
}
