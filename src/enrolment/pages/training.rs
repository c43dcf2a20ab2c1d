//! One training: where one stands, when and where it is, what one can do.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::words::{self, Row, ShownChoice, ShownSession};
use super::{Pen, account, cohort_id, path_of, person, title};
use crate::access::{Access, Named, may};
use crate::catalogue::Catalogue;
use crate::enrolment::State;
use crate::enrolment::service::training::{self, Training};
use crate::identity::Account;
use crate::identity::pages::Done;
use crate::identity::pages::frame::{Frame, html};
use crate::identity::pages::visitor::Admitted;
use crate::platform::Platform;
use crate::platform::http::{Problem, blocking};
use crate::platform::i18n::texts::Texts;
use crate::platform::ids::CohortId;

/// What was done before the page is shown again.
const DONE: [&str; 5] = ["needs", "booked", "given-up", "withdrawn", "accepted"];

/// A training to one of its people, or to whoever may come to it.
#[derive(Template)]
#[template(path = "training.html")]
pub(super) struct TrainingPage {
    frame: Frame,
    texts: Texts,
    title: String,
    /// What was done, in a sentence.
    done: Option<String>,
    /// What was refused, in a sentence.
    wrong: Option<String>,
    /// Where this page is, with what stands before every link.
    here: String,
    list: String,
    standing: Vec<String>,
    /// Why one cannot enrol.
    why_not: Option<String>,
    may_enrol: bool,
    may_accept: bool,
    may_leave: bool,
    is_enrolled: bool,
    facts: Vec<Row>,
    sessions: Vec<ShownSession>,
    choices: Vec<ShownChoice>,
    /// What one needs to take part; none: one cannot say it.
    needs: Option<String>,
}

impl TrainingPage {
    pub(super) fn new(pen: Pen, code: &str, training: &Training) -> TrainingPage {
        let open = &training.open;
        let state = training.state();
        let takes_part = words::takes_part(state);
        let standing = open.enrolment.as_ref();
        let refusal = open.refusal.as_ref();
        let sessions = training.meetings.iter().map(|meeting| words::session(&pen, training, meeting));
        let choices = training.choices.iter().map(|choice| words::choice(&pen, training, choice));
        TrainingPage {
            title: title(&training.programme, &open.cohort, pen.language()),
            done: None,
            wrong: None,
            here: pen.frame.link(&path_of(code, open.cohort.id)),
            list: pen.frame.link(&format!("/o/{code}/training")),
            standing: standing.map(|own| words::standing(&pen, own, training.zone)).unwrap_or_default(),
            why_not: refusal.and_then(|refusal| words::why_not(&pen, refusal, training.zone)),
            may_enrol: refusal.is_none(),
            may_accept: state == Some(State::Offered) && is_live(training),
            may_leave: training.may_leave,
            is_enrolled: state == Some(State::Enrolled),
            facts: words::facts(&pen, training),
            sessions: sessions.collect(),
            choices: choices.collect(),
            needs: (takes_part && is_live(training)).then(|| training.needs.clone().unwrap_or_default()),
            frame: pen.frame,
            texts: pen.texts,
        }
    }

    pub(super) fn having_done(mut self, done: Option<&str>) -> TrainingPage {
        self.done = done.map(|done| self.texts.say(&format!("done-{done}")));
        self
    }

    pub(super) fn refusing(mut self, wrong: String) -> TrainingPage {
        self.wrong = Some(wrong);
        self
    }
}

fn is_live(training: &Training) -> bool {
    use crate::cohorts::State::{Open, Running};
    matches!(training.open.cohort.state, Open | Running)
}

/// A training, and whoever looks at it.
pub(super) async fn read(
    access: &Access<may::OwnEnrolment>,
    cohort: CohortId,
    platform: &Data<Platform>,
    catalogue: &Data<Catalogue>,
) -> Result<(Account, Training), Problem> {
    let (access, platform, catalogue) = (access.clone(), platform.clone(), catalogue.clone());
    let found = blocking(move || {
        let (person, now) = (person(&access)?, platform.clock.now().naive_utc());
        platform.db.read(access.scope(), |conn| {
            let training = training::of_person(conn, &catalogue, access.organisation, cohort, person, now)?;
            Ok((account(conn, access.account)?, training))
        })
    });
    found.await
}

pub(super) async fn show(
    Admitted(access): Admitted<may::OwnEnrolment>,
    path: Path<Named>,
    done: Query<Done>,
    request: HttpRequest,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    let (account, training) = read(&access, cohort_id(&path)?, &platform, &catalogue).await?;
    let page = TrainingPage::new(Pen::of(&request, &account), &access.code, &training);
    html(StatusCode::OK, &page.having_done(done.among(&DONE)))
}
