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

async fn show(request: HttpRequest, done: Query<Done>) -> Result<HttpResponse, Problem> {
    let mut page = form(Frame::of_browser(&request), "");
    let done = done.among(&["signed-out", "password"]);
    page.done = done.map(|done| page.frame.say(&format!("done-{done}")));
    page.answer(&Faults::default())
}

async fn sign_in(
    _: SameOrigin,
    door: Door,
    typed: Form<Credentials>,
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
        Some(account) => door.let_in(&frame, account.id).await,
        // One answer for everything that can be wrong: it does not tell which accounts there are.
        None => {
            let wrong = Fault::new("wrong-credentials", "Address and password do not belong together.");
            form(frame, &email).answer(&wrong.in_field("email").into())
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
pub(super) fn form(frame: Frame, email: &str) -> FormPage {
    let texts = &frame.texts;
    let fields = vec![Field::email(texts, email), Field::password(texts)];
    FormPage {
        title: texts.say("sign-in-title"),
        intro: vec![],
        done: None,
        form: forms::Form::new(frame.here(), fields, texts.say("sign-in-button")),
        below: Some(("/password-reset", texts.say("sign-in-forgotten"))),
        frame,
    }
}
