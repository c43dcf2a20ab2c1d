//! One's own account.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Form, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::NaiveDateTime;
use serde::Deserialize;

use super::door::Door;
use super::forms::{self, Field, Kind, mendable};
use super::frame::{Frame, html};
use super::invitations::in_words;
use super::page;
use super::sign_in::Done;
use super::visitor::Visitor;
use crate::identity::rows::OwnMembership;
use crate::identity::service::{own_account, sign_ins};
use crate::identity::{Account, EndedBy, SignIn, roles_of_text};
use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::error::Result;
use crate::platform::faults::Faults;
use crate::platform::http::same_origin::SameOrigin;
use crate::platform::http::{Problem, blocking};
use crate::platform::i18n::dates::long_date;
use crate::platform::i18n::texts::Texts;
use crate::platform::ids::SignInId;

pub fn configure(config: &mut ServiceConfig) {
    let home = web::resource("/").route(web::get().to(home));
    let account = web::resource("/account").route(web::get().to(show));
    let password = web::resource("/account/password").route(web::post().to(change_password));
    let others = web::resource("/account/sign-ins/end-others").route(web::post().to(end_others));
    let one = web::resource("/account/sign-ins/{sign_in}/end").route(web::post().to(end));
    config
        .service(page(home))
        .service(page(account))
        .service(page(password))
        .service(page(others))
        .service(page(one));
}

/// Another password, shown by the one that it replaces.
#[derive(Deserialize)]
struct PasswordChange {
    current: Secret<String>,
    new: Secret<String>,
}

/// An account with all that its page shows.
pub(super) struct Known {
    pub account: Account,
    pub memberships: Vec<OwnMembership>,
    pub sign_ins: Vec<SignIn>,
}

impl Known {
    fn read(platform: &Platform, visitor: Visitor) -> Result<Known> {
        let (account, memberships) = own_account::read(platform, visitor.account)?;
        let memberships = memberships.into_iter().map(|belongs| belongs.membership).collect();
        Ok(Known { account, memberships, sign_ins: sign_ins::list(platform, visitor.account)? })
    }
}

/// One's account: who one is, where one belongs, where one is signed in.
#[derive(Template)]
#[template(path = "account.html")]
pub(super) struct AccountPage {
    frame: Frame,
    title: String,
    done: Option<String>,
    account: Account,
    memberships: Vec<Membership>,
    sign_ins: Vec<ShownSignIn>,
    others: bool,
    form: forms::Form,
}

/// An organisation, and what one is there, in words.
struct Membership {
    name: String,
    code: String,
    roles: String,
    /// Where one's trainings are, for whoever is on the roster.
    trainings: Option<String>,
}

/// A sign-in as the list shows it.
struct ShownSignIn {
    id: SignInId,
    client: String,
    since: String,
    current: bool,
}

impl AccountPage {
    pub(super) fn new(frame: Frame, visitor: Visitor, known: Known) -> Result<AccountPage> {
        let Known { account, memberships, sign_ins } = known;
        let frame = frame.signed_in(&account.name);
        let texts = &frame.texts;
        let field = |name, id, fill| Field::new(texts, (name, id), Kind::Password, fill, "");
        let fields = vec![
            field("current", "current", "current-password"),
            field("new", "new-password", "new-password"),
        ];
        let action = frame.link("/account/password");
        let of = |row: OwnMembership| {
            let roles = in_words(texts, &roles_of_text(&row.roles)?, row.names);
            let (name, code) = (row.organisation_name, row.organisation_code);
            let trainings = row.person.map(|_| frame.link(&format!("/o/{code}/training")));
            Ok(Membership { name, code, roles, trainings })
        };
        Ok(AccountPage {
            title: texts.say("account-title"),
            done: None,
            memberships: memberships.into_iter().map(of).collect::<Result<_>>()?,
            others: sign_ins.len() > 1,
            sign_ins: sign_ins.into_iter().map(|one| ShownSignIn::new(texts, one, visitor)).collect(),
            form: forms::Form::new(action, fields, texts.say("account-password-button")),
            account,
            frame,
        })
    }

    /// With what is wrong with the change of password.
    pub(super) fn telling(mut self, faults: &Faults) -> AccountPage {
        self.form.tell(&self.frame.texts, faults);
        self
    }
}

impl ShownSignIn {
    fn new(texts: &Texts, sign_in: SignIn, visitor: Visitor) -> ShownSignIn {
        let client = match sign_in.client.as_str() {
            "Unknown" => texts.say("account-sign-in-unknown"),
            client => client.to_owned(),
        };
        let since = [("time", in_utc(sign_in.created_at, texts.language).into())];
        ShownSignIn {
            id: sign_in.id,
            client,
            since: texts.fill(&format!("account-sign-in-{}", sign_in.kind), &since),
            current: sign_in.id == visitor.sign_in,
        }
    }
}

/// `25 November 2026, 09:12 UTC`
fn in_utc(time: NaiveDateTime, language: &str) -> String {
    format!("{}, {} UTC", long_date(time.date(), language), time.format("%H:%M"))
}

async fn home(request: HttpRequest) -> HttpResponse {
    Frame::of_browser(&request).go("/account")
}

async fn show(
    visitor: Visitor,
    done: Query<Done>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let known = blocking(move || Known::read(&platform, visitor)).await?;
    let frame = Frame::of(&request, &known.account.language);
    let done = done.among(&["ended", "ended-others", "password-changed"]);
    let done = done.map(|done| frame.say(&format!("done-{done}")));
    html(StatusCode::OK, &AccountPage { done, ..AccountPage::new(frame, visitor, known)? })
}

async fn change_password(
    _: SameOrigin,
    visitor: Visitor,
    door: Door,
    typed: Form<PasswordChange>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    door.admit_account(visitor.account)?;
    let (place, changing) = (door.place().await?, platform.clone());
    let changed = blocking(move || {
        let _place = place;
        let (current, new) = (typed.current.expose(), typed.new.expose());
        own_account::change_password(&changing, visitor.account, Some(visitor.sign_in), current, new)
    });
    match changed.await {
        Ok(()) => Ok(Frame::of_browser(&request).go("/account?done=password-changed")),
        Err(problem) => {
            let faults = mendable(problem)?;
            let known = blocking(move || Known::read(&platform, visitor)).await?;
            let frame = Frame::of(&request, &known.account.language);
            let page = AccountPage::new(frame, visitor, known)?.telling(&faults);
            html(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// Ends one of one's sign-ins; that of this browser is signing out.
async fn end(
    _: SameOrigin,
    visitor: Visitor,
    door: Door,
    sign_in: Path<SignInId>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (id, here) = (*sign_in, *sign_in == visitor.sign_in);
    let by = if here { EndedBy::SignOut } else { EndedBy::Ended };
    blocking(move || sign_ins::end(&platform, visitor.account, id, by)).await?;
    let frame = Frame::of_browser(&request);
    if here { frame.leave(door.cookie) } else { Ok(frame.go("/account?done=ended")) }
}

async fn end_others(
    _: SameOrigin,
    visitor: Visitor,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    blocking(move || sign_ins::end_others(&platform, visitor.account, visitor.sign_in)).await?;
    Ok(Frame::of_browser(&request).go("/account?done=ended-others"))
}
