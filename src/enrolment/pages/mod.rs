//! The pages of civil servants: what a link to enrol leads to, one's trainings, one training, one's calendar.
//!
//! They are built as those of accounts are, stand around the same use cases as the API, and need no script.

use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use crate::access::{Access, May, Named};
use crate::cohorts::Cohort;
use crate::cohorts::snapshot::ProgrammeSnapshot;
use crate::identity::Account;
use crate::identity::pages::frame::Frame;
use crate::identity::pages::page;
use crate::identity::service::own_account;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::http::Problem;
use crate::platform::i18n::texts::Texts;
use crate::platform::ids::{AccountId, CohortId, PersonId};
use crate::platform::text::tidy;

mod calendar;
mod link;
mod list;
#[cfg(test)]
mod samples;
mod steps;
mod text;
mod training;
mod words;

/// Registers every page.
pub fn configure(config: &mut ServiceConfig) {
    let enrol =
        web::resource("/enrol/{secret}").route(web::get().to(link::show)).route(web::post().to(link::enrol));
    let list = web::resource("/o/{organisation}/training").route(web::get().to(list::show));
    let training = web::resource("/o/{organisation}/training/{cohort}").route(web::get().to(training::show));
    let file = web::resource("/o/{organisation}/training/{cohort}/sessions.ics")
        .route(web::get().to(calendar::file));
    let leave = web::resource("/o/{organisation}/training/{cohort}/withdrawal")
        .route(web::get().to(steps::ask_to_withdraw))
        .route(web::post().to(steps::withdraw));
    config.service(page(enrol)).service(page(list)).service(page(training)).service(page(file));
    config.service(page(leave));
    // Whoever signs in after sending one of these is led back to the page that it is on.
    let step = |name: &str| {
        let resource = web::resource(format!("/o/{{organisation}}/training/{{cohort}}/{name}"));
        resource.route(web::get().to(steps::back))
    };
    config
        .service(page(step("enrolment").route(web::post().to(steps::enrol))))
        .service(page(step("acceptance").route(web::post().to(steps::accept))))
        .service(page(step("booking").route(web::post().to(steps::book))))
        .service(page(step("booking-end").route(web::post().to(steps::give_up))))
        .service(page(step("needs").route(web::post().to(steps::put_needs))));
    let calendar = web::resource("/o/{organisation}/calendar")
        .route(web::get().to(calendar::back))
        .route(web::post().to(calendar::make));
    let end = web::resource("/o/{organisation}/calendar/end")
        .route(web::get().to(calendar::back))
        .route(web::post().to(calendar::end));
    config.service(page(calendar)).service(page(end));
}

/// A frame and the words that go into it.
struct Pen {
    frame: Frame,
    texts: Texts,
}

impl Pen {
    fn of_browser(request: &HttpRequest) -> Pen {
        Pen::with(Frame::of_browser(request))
    }

    /// In the language of somebody who is signed in.
    fn of(request: &HttpRequest, account: &Account) -> Pen {
        Pen::with(Frame::of(request, &account.language).signed_in(&account.name))
    }

    fn with(frame: Frame) -> Pen {
        Pen { texts: text::texts(frame.texts.language), frame }
    }

    fn language(&self) -> &'static str {
        self.texts.language
    }
}

/// The cohort that a path names; one that is no number is nobody's.
fn cohort_id(named: &Named) -> Result<CohortId> {
    named.cohort_id().ok_or_else(|| Error::not_found("cohort"))
}

/// Who asks, in the roster.
fn person<P: May>(access: &Access<P>) -> Result<PersonId> {
    access.reach.own.ok_or_else(|| Error::not_found("person"))
}

/// The account that asks, by itself.
fn account(conn: &mut DbConn, id: AccountId) -> Result<Account> {
    own_account::account(conn, id)
}

/// Where the page of a training is.
fn path_of(code: &str, cohort: CohortId) -> String {
    format!("/o/{code}/training/{cohort}")
}

/// What a training is called: its programme and its cohort.
fn title(programme: &ProgrammeSnapshot, cohort: &Cohort, language: &str) -> String {
    let titles = &programme.programme.titles;
    let title = titles.get(language).or_else(|| titles.get("en")).or_else(|| titles.values().next());
    match title.map(|title| tidy(title)).filter(|title| !title.is_empty()) {
        Some(title) => format!("{title} ({})", cohort.name),
        None => cohort.name.clone(),
    }
}

/// A refusal by a rule in words, with the status of the page that tells it; any other problem as it is.
fn told(problem: Problem, texts: &Texts) -> Result<(StatusCode, String), Problem> {
    let code = match problem.status {
        StatusCode::CONFLICT => problem.code,
        StatusCode::UNPROCESSABLE_ENTITY => problem.errors.first().map_or(problem.code, |fault| fault.code),
        _ => return Err(problem),
    };
    let told = texts.known(&format!("refused-{code}"), &[]);
    Ok((problem.status, told.unwrap_or_else(|| texts.say("refused-otherwise"))))
}

/// The fields of a coded value that explains something.
fn field<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Goes to another page of ours, which a browser then asks for with GET.
fn go(request: &HttpRequest, path: &str) -> HttpResponse {
    Frame::of_browser(request).go(path)
}
