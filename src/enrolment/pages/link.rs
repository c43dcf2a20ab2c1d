//! What a link to enrol leads to: what the training is, and one button.
//!
//! The secret stands in the path: it is not logged (`RequestSpan`), the page is not stored, loads nothing from elsewhere,
//! and tells no other site where its reader came from.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::words::{self, Row, ShownSession};
use super::{Pen, go, path_of, title};
use crate::catalogue::Catalogue;
use crate::enrolment::Approval;
use crate::enrolment::service::seats::{self, Wish};
use crate::enrolment::service::training::{self, Training};
use crate::identity::Account;
use crate::identity::pages::frame::{Frame, Notice, html};
use crate::identity::pages::visitor::Visitor;
use crate::identity::secrets::EnrolmentLinkOf;
use crate::identity::service::{enrolment_links, own_account};
use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::db::Scope;
use crate::platform::error::{Error, Result};
use crate::platform::http::address::ClientAddress;
use crate::platform::http::limits::SignInLimits;
use crate::platform::http::same_origin::SameOrigin;
use crate::platform::http::{Problem, blocking};
use crate::platform::i18n::texts::Texts;
use crate::platform::ids::PersonId;

/// Who follows a link, as far as they are known.
pub(super) enum Follower {
    Unknown,
    /// Signed in, and not on the roster of this organisation.
    Elsewhere(Account),
    Person(Account, PersonId),
}

impl Follower {
    fn person(&self) -> Option<PersonId> {
        if let Follower::Person(_, person) = self { Some(*person) } else { None }
    }

    fn account(&self) -> Option<&Account> {
        match self {
            Follower::Unknown => None,
            Follower::Elsewhere(account) | Follower::Person(account, _) => Some(account),
        }
    }
}

/// What a link leads to, for whoever follows it.
#[derive(Template)]
#[template(path = "enrol.html")]
pub(super) struct EnrolPage {
    frame: Frame,
    texts: Texts,
    title: String,
    here: String,
    /// What one is told before anything else.
    told: Vec<String>,
    may_enrol: bool,
    facts: Vec<Row>,
    sessions: Vec<ShownSession>,
}

impl EnrolPage {
    pub(super) fn new(pen: Pen, training: &Training, follower: &Follower) -> EnrolPage {
        let (texts, open) = (&pen.texts, &training.open);
        let organisation = || ("organisation", training.organisation.as_str().into());
        let why_not = open.refusal.as_ref().and_then(|why| words::why_not(&pen, why, training.zone));
        let mut told = vec![texts.fill("enrol-text", &[organisation()])];
        if open.refusal.is_none() {
            told.extend(open.seats_left.filter(|left| *left == 0).map(|_| texts.say("enrol-full")));
            told.extend(match open.terms.approval {
                Approval::None => None,
                Approval::Trainer => Some(texts.say("enrol-approval-trainer")),
                Approval::Hr => Some(texts.say("enrol-approval-hr")),
            });
        }
        told.extend(why_not);
        match follower {
            Follower::Elsewhere(account) => {
                let values = [organisation(), ("email", account.email.as_str().into())];
                told.push(texts.fill("enrol-elsewhere", &values));
            }
            Follower::Unknown if open.refusal.is_none() => told.push(texts.say("enrol-sign-in")),
            _ => {}
        }
        let sessions = training.meetings.iter().map(|meeting| words::session(&pen, training, meeting));
        EnrolPage {
            title: title(&training.programme, &open.cohort, pen.language()),
            here: pen.frame.here(),
            told,
            may_enrol: open.refusal.is_none() && !matches!(follower, Follower::Elsewhere(_)),
            facts: words::facts(&pen, training),
            sessions: sessions.collect(),
            frame: pen.frame,
            texts: pen.texts,
        }
    }
}

pub(super) async fn show(
    secret: Path<Secret<String>>,
    client: ClientAddress,
    limits: Data<SignInLimits>,
    request: HttpRequest,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    // As many as ask for calendars: a whole town hall may follow a link in the same minute.
    limits.admit_feed(client.0)?;
    let visitor = Visitor::of(&request).await?;
    let found = blocking(move || {
        let now = platform.clock.now().naive_utc();
        let link = enrolment_links::open(&platform, secret.expose(), |_, link| Ok(link.clone()))?;
        let follower = follower(&platform, visitor, &link)?;
        let training = platform.db.read(Scope::Organisation(link.organisation), |conn| {
            training::by_link(conn, &catalogue, &link, follower.person(), now)
        });
        Ok((training?, follower, link))
    });
    let (training, follower, link) = match found.await {
        Ok(found) => found,
        Err(problem) => return gone(&request, problem),
    };
    if words::takes_part(training.state()) {
        return Ok(go(&request, &path_of(&link.organisation_code, link.cohort)));
    }
    let pen = match follower.account() {
        Some(account) => Pen::of(&request, account),
        None => Pen::of_browser(&request),
    };
    html(StatusCode::OK, &EnrolPage::new(pen, &training, &follower))
}

/// Whom the organisation's roster has for whoever is signed in.
fn follower(platform: &Platform, visitor: Option<Visitor>, link: &EnrolmentLinkOf) -> Result<Follower> {
    let Some(visitor) = visitor else { return Ok(Follower::Unknown) };
    let (account, belongs) = own_account::read(platform, visitor.account)?;
    let mut here = belongs.into_iter().map(|belongs| belongs.membership);
    let here = here.find(|membership| membership.organisation == link.organisation);
    Ok(match here.and_then(|membership| membership.person) {
        Some(person) => Follower::Person(account, person),
        None => Follower::Elsewhere(account),
    })
}

/// Enrols whoever sends the form, and goes to the page that says where they stand. Whom a rule refuses finds on the page of
/// the link why.
pub(super) async fn enrol(
    _: SameOrigin,
    visitor: Visitor,
    secret: Path<Secret<String>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let enrolled = blocking(move || {
        let link = enrolment_links::open(&platform, secret.expose(), |_, link| Ok(link.clone()))?;
        let Follower::Person(_, person) = follower(&platform, Some(visitor), &link)? else {
            return Ok(None);
        };
        let wish = Wish { link: Some(secret.expose().clone()), needs: None };
        let here = (link.organisation, link.cohort);
        let enrol = |conn: &mut _| seats::enrol_oneself(conn, &platform, here, person, &wish);
        match platform.db.write_tx(Scope::Organisation(link.organisation), enrol) {
            Ok(_) => Ok(Some(path_of(&link.organisation_code, link.cohort))),
            Err(Error::Conflict { .. } | Error::Invalid(_)) => Ok(None),
            Err(error) => Err(error),
        }
    });
    match enrolled.await {
        Ok(Some(path)) => Ok(go(&request, &path)),
        Ok(None) => Ok(go(&request, request.path())),
        Err(problem) => gone(&request, problem),
    }
}

/// There is no such link, or not any more: one answer. Any other problem as it is.
fn gone(request: &HttpRequest, problem: Problem) -> Result<HttpResponse, Problem> {
    match problem.status {
        StatusCode::NOT_FOUND => gone_notice(Pen::of_browser(request)).answer(StatusCode::NOT_FOUND),
        _ => Err(problem),
    }
}

pub(super) fn gone_notice(Pen { frame, texts }: Pen) -> Notice {
    Notice {
        title: texts.say("link-gone-title"),
        text: texts.say("link-gone-text"),
        next: Some(("/account".to_owned(), texts.say("link-gone-next"))),
        frame,
    }
}
