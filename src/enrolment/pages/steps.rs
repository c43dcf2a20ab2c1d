//! What one does on the page of a training: each step is a form, and what is refused is told on that page.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, Path};
use actix_web::{Error as ActixError, FromRequest, HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::training::{TrainingPage, read};
use super::{Pen, cohort_id, go, path_of, person, title, told};
use crate::access::{Access, Named, may};
use crate::catalogue::Catalogue;
use crate::cohorts::service as cohorts;
use crate::cohorts::{Cohort, State as CohortState};
use crate::enrolment::bookings::Mode;
use crate::enrolment::service::seats::Wish;
use crate::enrolment::service::{bookings, seats};
use crate::enrolment::{By, State};
use crate::identity::pages::frame::{Frame, html};
use crate::identity::pages::visitor::Admitted;
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::Fault;
use crate::platform::http::same_origin::SameOrigin;
use crate::platform::http::{Problem, blocking};
use crate::platform::i18n::texts::Texts;
use crate::platform::ids::{CohortId, PersonId, SessionId};

/// Who takes a step, and in which cohort.
pub(super) struct Step {
    access: Access<may::OwnEnrolment>,
    cohort: CohortId,
    request: HttpRequest,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
}

impl FromRequest for Step {
    type Error = ActixError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ActixError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let Admitted(access) = Admitted::extract(&request).await?;
            let path: Path<Named> = Path::extract(&request).await?;
            Ok(Step {
                access,
                cohort: cohort_id(&path).map_err(Problem::from)?,
                platform: Data::extract(&request).await?,
                catalogue: Data::extract(&request).await?,
                request,
            })
        })
    }
}

impl Step {
    /// Takes the step in one write, and goes back to the page, which says what was done; or tells there what a rule refused.
    async fn take<T: Send + 'static>(
        self,
        done: Option<&str>,
        mut step: impl FnMut(&mut DbConn, &Platform, &Cohort, PersonId) -> Result<T> + Send + 'static,
    ) -> Result<HttpResponse, Problem> {
        let (access, cohort, platform) = (self.access.clone(), self.cohort, self.platform.clone());
        let taken = blocking(move || {
            let person = person(&access)?;
            platform.db.write_tx(access.scope(), |conn| {
                let cohort = cohorts::cohort_for_change(conn, access.organisation, cohort)?;
                match cohort.state {
                    // It is not there for them.
                    CohortState::Draft => Err(Error::not_found("cohort")),
                    _ => step(conn, &platform, &cohort, person),
                }
            })
        });
        match taken.await {
            Ok(_) => {
                let path = path_of(&self.access.code, self.cohort);
                let query = done.map(|done| format!("?done={done}")).unwrap_or_default();
                Ok(go(&self.request, &format!("{path}{query}")))
            }
            Err(problem) => self.refuse(problem).await,
        }
    }

    async fn refuse(&self, problem: Problem) -> Result<HttpResponse, Problem> {
        let (account, training) = read(&self.access, self.cohort, &self.platform, &self.catalogue).await?;
        let pen = Pen::of(&self.request, &account);
        let (status, wrong) = told(problem, &pen.texts)?;
        html(status, &TrainingPage::new(pen, &self.access.code, &training).refusing(wrong))
    }
}

/// Whoever signs in after sending a form is led back to its address: the page that it is on is meant.
pub(super) async fn back(step: Step) -> HttpResponse {
    go(&step.request, &path_of(&step.access.code, step.cohort))
}

pub(super) async fn enrol(_: SameOrigin, step: Step) -> Result<HttpResponse, Problem> {
    let enrol = |conn: &mut DbConn, platform: &Platform, cohort: &Cohort, person| {
        let here = (cohort.organisation_id, cohort.id);
        seats::enrol_oneself(conn, platform, here, person, &Wish::default())
    };
    step.take(None, enrol).await
}

pub(super) async fn accept(_: SameOrigin, step: Step) -> Result<HttpResponse, Problem> {
    step.take(Some("accepted"), seats::accept).await
}

/// What somebody needs to take part.
#[derive(Deserialize)]
pub(super) struct Needs {
    needs: String,
}

pub(super) async fn put_needs(
    _: SameOrigin,
    step: Step,
    typed: Form<Needs>,
) -> Result<HttpResponse, Problem> {
    let put = move |conn: &mut DbConn, _: &Platform, cohort: &Cohort, person| {
        seats::put_needs(conn, cohort, person, &typed.needs)
    };
    step.take(Some("needs"), put).await
}

/// The place that was chosen: `SESSION-MODE`.
#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    place: String,
}

impl Chosen {
    fn read(&self) -> Option<(SessionId, Mode)> {
        let (session, mode) = self.place.split_once('-')?;
        Some((SessionId(session.parse().ok()?), Mode::parse(mode)?))
    }
}

pub(super) async fn book(_: SameOrigin, step: Step, chosen: Form<Chosen>) -> Result<HttpResponse, Problem> {
    let book = move |conn: &mut DbConn, platform: &Platform, cohort: &Cohort, person| {
        let chosen = chosen.read();
        let (session, mode) = chosen.ok_or_else(|| Fault::new("no-place", "Choose one of the places."))?;
        bookings::book(conn, platform, cohort, person, session, Some(mode))
    };
    step.take(Some("booked"), book).await
}

/// The session whose place is given up.
#[derive(Deserialize)]
pub(super) struct GivenUp {
    session: SessionId,
}

pub(super) async fn give_up(
    _: SameOrigin,
    step: Step,
    given_up: Form<GivenUp>,
) -> Result<HttpResponse, Problem> {
    let cancel = move |conn: &mut DbConn, platform: &Platform, cohort: &Cohort, person| {
        bookings::cancel(conn, platform, cohort, person, given_up.session)
    };
    step.take(Some("given-up"), cancel).await
}

/// Asks whether somebody means to leave.
#[derive(Template)]
#[template(path = "withdrawal.html")]
pub(super) struct WithdrawalPage {
    frame: Frame,
    texts: Texts,
    title: String,
    training: String,
    /// What follows from it.
    follows: String,
    /// Where the page of the training is.
    back: String,
}

impl WithdrawalPage {
    pub(super) fn new(pen: Pen, training: String, state: State, back: &str) -> WithdrawalPage {
        WithdrawalPage {
            title: pen.texts.say("withdrawal-title"),
            training,
            follows: pen.texts.say(&format!("withdrawal-{}", state.as_str())),
            back: pen.frame.link(back),
            frame: pen.frame,
            texts: pen.texts,
        }
    }
}

pub(super) async fn ask_to_withdraw(step: Step) -> Result<HttpResponse, Problem> {
    let (account, training) = read(&step.access, step.cohort, &step.platform, &step.catalogue).await?;
    let path = path_of(&step.access.code, step.cohort);
    match training.state() {
        Some(state) if training.may_leave => {
            let pen = Pen::of(&step.request, &account);
            let name = title(&training.programme, &training.open.cohort, pen.language());
            html(StatusCode::OK, &WithdrawalPage::new(pen, name, state, &path))
        }
        _ => Ok(go(&step.request, &path)),
    }
}

pub(super) async fn withdraw(_: SameOrigin, step: Step) -> Result<HttpResponse, Problem> {
    let withdraw = |conn: &mut DbConn, platform: &Platform, cohort: &Cohort, person| {
        seats::withdraw(conn, platform, cohort, person, By::Oneself)
    };
    step.take(Some("withdrawn"), withdraw).await
}
