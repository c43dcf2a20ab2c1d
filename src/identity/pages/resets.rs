//! A forgotten password: ask for a link, and choose another with it.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Form, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::door::Door;
use super::forms::{self, Field, FormPage, mendable};
use super::frame::{Frame, Notice};
use super::page;
use super::sign_in::Done;
use crate::identity::Account;
use crate::identity::service::resets;
use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::faults::Faults;
use crate::platform::http::same_origin::SameOrigin;
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    let asking = web::resource("/password-reset").route(web::get().to(show)).route(web::post().to(ask));
    let choosing = web::resource("/password-resets/{token}")
        .route(web::get().to(show_choice))
        .route(web::post().to(choose));
    config.service(page(asking)).service(page(choosing));
}

/// Whose password is forgotten.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    email: String,
}

/// What it shall be.
#[derive(Deserialize)]
struct Chosen {
    password: Secret<String>,
}

async fn show(request: HttpRequest, done: Query<Done>) -> Result<HttpResponse, Problem> {
    let frame = Frame::of_browser(&request);
    match done.among(&["asked"]) {
        Some(_) => Notice::new(frame, "reset-asked", Some("/sign-in")).answer(StatusCode::OK),
        None => ask_form(frame).answer(&Faults::default()),
    }
}

/// Answers the same whoever it is, and whatever was typed.
async fn ask(
    _: SameOrigin,
    door: Door,
    asked: Form<Asked>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    door.admit(&asked.email)?;
    blocking(move || resets::ask(&platform, &asked.email)).await?;
    Ok(Frame::of_browser(&request).go("/password-reset?done=asked"))
}

async fn show_choice(
    door: Door,
    token: Path<String>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    door.admit_link()?;
    let found = blocking(move || resets::account(&platform, &token)).await;
    match found {
        Ok(account) => {
            choice_form(Frame::of(&request, &account.language), &account).answer(&Faults::default())
        }
        Err(problem) => gone(&request, problem),
    }
}

async fn choose(
    _: SameOrigin,
    door: Door,
    token: Path<String>,
    chosen: Form<Chosen>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    door.admit_link()?;
    let place = door.place().await?;
    let (secret, looking) = (token.clone(), platform.clone());
    let account = blocking(move || resets::account(&looking, &secret)).await;
    let account = match account {
        Ok(account) => account,
        Err(problem) => return gone(&request, problem),
    };
    let changed = blocking(move || {
        let _place = place;
        resets::choose(&platform, &token, chosen.password.expose())
    });
    let frame = Frame::of(&request, &account.language);
    match changed.await {
        Ok(()) => Ok(frame.go("/sign-in?done=password")),
        Err(problem) if problem.status == StatusCode::NOT_FOUND => gone(&request, problem),
        Err(problem) => choice_form(frame, &account).answer(&mendable(problem)?),
    }
}

pub(super) fn ask_form(frame: Frame) -> FormPage {
    let texts = &frame.texts;
    FormPage {
        title: texts.say("reset-ask-title"),
        intro: vec![texts.say("reset-ask-text")],
        done: None,
        form: forms::Form::new(frame.here(), vec![Field::email(texts, "")], texts.say("reset-ask-button")),
        below: Some(("/sign-in", texts.say("reset-ask-back"))),
        frame,
    }
}

pub(super) fn choice_form(frame: Frame, account: &Account) -> FormPage {
    let texts = &frame.texts;
    let fields = vec![Field::fixed_email(texts, &account.email), Field::new_password(texts)];
    FormPage {
        title: texts.say("reset-choose-title"),
        intro: vec![texts.say("reset-choose-text")],
        done: None,
        form: forms::Form::new(frame.here(), fields, texts.say("reset-choose-button")),
        below: None,
        frame,
    }
}

/// The link was used or is over; any other problem as it is.
fn gone(request: &HttpRequest, problem: Problem) -> Result<HttpResponse, Problem> {
    match problem.status {
        StatusCode::NOT_FOUND => {
            let notice = Notice::new(Frame::of_browser(request), "reset-gone", Some("/password-reset"));
            notice.answer(StatusCode::NOT_FOUND)
        }
        _ => Err(problem),
    }
}
