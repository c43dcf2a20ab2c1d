//! Taking an invitation: into an organisation, or the founding one.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Form, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::door::Door;
use super::forms::{self, Field, FormPage, Kind, mendable};
use super::frame::{Frame, Notice};
use super::page;
use crate::access::Role;
use crate::identity::roles_of_text;
use crate::identity::secrets;
use crate::identity::service::founding;
use crate::identity::service::invitations::{self, Opened};
use crate::organisations::rules::founded;
use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};
use crate::platform::http::same_origin::SameOrigin;
use crate::platform::http::{Problem, blocking};
use crate::platform::i18n::languages;
use crate::platform::i18n::texts::Texts;
use crate::platform::ids::AccountId;

/// The languages of mails, each in its own words. Pages are in English where we do not write them.
const LANGUAGES: &[(&str, &str)] = &[
    ("en", "English"),
    ("sq", "Shqip"),
    ("bg", "Български"),
    ("fr", "Français"),
    ("nl", "Nederlands"),
    ("ga", "Gaeilge"),
    ("es", "Español"),
    ("pt", "Português"),
];

pub fn configure(config: &mut ServiceConfig) {
    let invitation =
        web::resource("/invitations/{token}").route(web::get().to(show)).route(web::post().to(take));
    config.service(page(invitation));
}

/// What is typed: by a founder all of it, by others name and password, or the password alone.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    password: Secret<String>,
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    language: String,
}

impl Typed {
    pub(super) fn nothing() -> Typed {
        let none = String::new;
        Typed {
            email: none(),
            name: none(),
            password: Secret::new(none()),
            organisation: none(),
            code: none(),
            language: none(),
        }
    }
}

/// What a link leads to.
pub(super) enum Link {
    Founding,
    Invitation(Opened),
}

impl Link {
    fn open(platform: &Platform, secret: &str) -> Result<Link> {
        if secret.starts_with(secrets::Kind::Founding.prefix()) {
            founding::open(platform, secret).map(|()| Link::Founding)
        } else {
            invitations::open(platform, secret).map(Link::Invitation)
        }
    }

    /// In the language of the invitation, which is that of the account.
    fn frame(&self, request: &HttpRequest) -> Frame {
        match self {
            Link::Founding => Frame::of_browser(request),
            Link::Invitation(opened) => Frame::of(request, &opened.invitation.language),
        }
    }

    /// The page to take it.
    pub(super) fn form(&self, frame: Frame, typed: &Typed) -> Result<FormPage> {
        match self {
            Link::Founding => Ok(founding_form(frame, typed)),
            Link::Invitation(opened) => invitation_form(frame, opened, typed),
        }
    }

    /// Takes it; whose account it is then.
    fn take(&self, platform: &Platform, secret: &str, typed: &Typed) -> Result<AccountId> {
        let Typed { email, name, password, organisation, code, language } = typed;
        let password = password.expose();
        match self {
            Link::Founding => {
                let language = languages::mails(language).unwrap_or("en");
                let code = code.trim();
                let house = founded(code, organisation).map_err(of_organisation);
                let founder = founding::founder(platform, secret, email, name, password, language);
                let founder = both(founder, house)?;
                founding::found(platform, &founder, code, organisation).map(|(account, _)| account)
            }
            Link::Invitation(_) => invitations::accept(platform, secret, name, password),
        }
    }
}

async fn show(
    door: Door,
    token: Path<String>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    door.admit_link()?;
    match blocking(move || Link::open(&platform, &token)).await {
        Ok(link) => link.form(link.frame(&request), &Typed::nothing())?.answer(&Faults::default()),
        Err(problem) => gone(&request, problem),
    }
}

async fn take(
    _: SameOrigin,
    door: Door,
    token: Path<String>,
    typed: Form<Typed>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (looking, secret) = (platform.clone(), token.clone());
    let link = match blocking(move || Link::open(&looking, &secret)).await {
        Ok(link) => link,
        Err(problem) => return gone(&request, problem),
    };
    match &link {
        // Its password is asked for, as at the page to sign in.
        Link::Invitation(opened) if opened.has_account => door.admit(&opened.invitation.email)?,
        _ => door.admit_link()?,
    }
    let place = door.place().await?;
    let taken = blocking(move || {
        let _place = place;
        Ok((link.take(&platform, &token, &typed), link, typed))
    });
    let (taken, link, typed) = taken.await?;
    let frame = link.frame(&request);
    match taken.map_err(Problem::from) {
        Ok(account) => door.let_in(&frame, account, "/account").await,
        Err(problem) if problem.status == StatusCode::NOT_FOUND => gone(&request, problem),
        Err(problem) => link.form(frame, &typed)?.answer(&placed(mendable(problem)?)),
    }
}

fn founding_form(frame: Frame, typed: &Typed) -> FormPage {
    let texts = &frame.texts;
    let chosen = languages::mails(&typed.language).unwrap_or(texts.language);
    let field = |name, kind, autocomplete, value| Field::new(texts, (name, name), kind, autocomplete, value);
    let fields = vec![
        Field::email(texts, &typed.email),
        Field::person(texts, &typed.name),
        Field::new_password(texts),
        field("organisation", Kind::Text, "organization", &typed.organisation),
        field("code", Kind::Text, "off", &typed.code),
        field("language", Kind::Choice(LANGUAGES), "off", chosen),
    ];
    FormPage {
        title: texts.say("founding-title"),
        intro: vec![texts.say("founding-text")],
        done: None,
        form: forms::Form::new(frame.here(), fields, texts.say("founding-button")),
        below: None,
        frame,
    }
}

fn invitation_form(frame: Frame, opened: &Opened, typed: &Typed) -> Result<FormPage> {
    let (texts, invitation) = (&frame.texts, &opened.invitation);
    let roles = in_words(texts, &roles_of_text(&invitation.roles)?, invitation.names);
    let mut fields = vec![Field::fixed_email(texts, &invitation.email)];
    let how = if opened.has_account {
        fields.push(Field::password(texts));
        "invitation-page-known"
    } else {
        fields.extend([Field::person(texts, &typed.name), Field::new_password(texts)]);
        "invitation-page-new"
    };
    let here = [("organisation", invitation.organisation_name.as_str().into())];
    Ok(FormPage {
        title: texts.fill("invitation-page-title", &here),
        intro: vec![texts.fill("invitation-page-roles", &[("roles", roles.into())]), texts.say(how)],
        done: None,
        form: forms::Form::new(frame.here(), fields, texts.say("invitation-button")),
        below: opened.has_account.then(|| ("/password-reset", texts.say("sign-in-forgotten"))),
        frame,
    })
}

/// Roles as people say them.
pub(super) fn in_words(texts: &Texts, roles: &[Role], names: bool) -> String {
    let word = |role: &Role| match role {
        Role::Hr if names => texts.say("role-hr-names"),
        role => texts.say(&format!("role-{role}")),
    };
    roles.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// The organisation's name is another field than the founder's.
fn of_organisation(mut faults: Faults) -> Faults {
    for fault in faults.0.iter_mut().filter(|fault| fault.field.as_deref() == Some("name")) {
        fault.field = Some("organisation".to_owned());
    }
    faults
}

/// What is wrong with the founder and with the organisation is told at once.
fn both<T, U>(founder: Result<T>, house: Result<U, Faults>) -> Result<T> {
    match (founder, house) {
        (Err(Error::Invalid(mut faults)), Err(others)) => {
            faults.extend(others);
            Err(faults.into())
        }
        (Ok(_), Err(faults)) => Err(faults.into()),
        (founder, _) => founder,
    }
}

/// A refusal that is about one field.
fn placed(faults: Faults) -> Faults {
    let place = |fault: Fault| match fault.code {
        "organisation-exists" => fault.in_field("code"),
        _ => fault,
    };
    Faults(faults.0.into_iter().map(place).collect())
}

/// The link was used, taken back or is over; any other problem as it is.
fn gone(request: &HttpRequest, problem: Problem) -> Result<HttpResponse, Problem> {
    match problem.status {
        StatusCode::NOT_FOUND => {
            let notice = Notice::new(Frame::of_browser(request), "invitation-gone", Some("/sign-in"));
            notice.answer(StatusCode::NOT_FOUND)
        }
        _ => Err(problem),
    }
}
