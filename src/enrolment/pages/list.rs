//! One's trainings in an organisation, and one's calendar.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::NaiveDateTime;
use chrono_tz::Tz;

use super::words::{self, standing_in_short};
use super::{Pen, account, path_of, person, title};
use crate::access::may;
use crate::catalogue::Catalogue;
use crate::cohorts::Cohort;
use crate::cohorts::snapshot::ProgrammeSnapshot;
use crate::enrolment::service::training::{self, List};
use crate::identity::pages::Done;
use crate::identity::pages::frame::{Frame, html};
use crate::identity::pages::visitor::Admitted;
use crate::identity::service::calendar_feeds;
use crate::organisations::service as organisations;
use crate::platform::Platform;
use crate::platform::error::{Error, Result};
use crate::platform::http::{Problem, blocking};
use crate::platform::i18n::dates;
use crate::platform::i18n::texts::Texts;

/// A training in a list.
struct Entry {
    path: String,
    title: String,
    /// When it is, where its days are said.
    days: Option<String>,
    /// Where one stands.
    standing: Option<String>,
}

impl Entry {
    fn new(pen: &Pen, code: &str, cohort: &Cohort, programme: &ProgrammeSnapshot) -> Entry {
        let day = |day| dates::long_date(day, pen.language());
        let days = cohort.first_day.zip(cohort.last_day);
        Entry {
            path: pen.frame.link(&path_of(code, cohort.id)),
            title: title(programme, cohort, pen.language()),
            days: days.map(|(first, last)| format!("{} – {}", day(first), day(last))),
            standing: None,
        }
    }
}

/// What the page of one's trainings is made of.
pub(super) struct Known {
    pub list: List,
    /// Since when one's calendar has an address, and the organisation's zone.
    pub calendar: Option<NaiveDateTime>,
    pub zone: Tz,
}

/// One's trainings in an organisation.
#[derive(Template)]
#[template(path = "trainings.html")]
pub(super) struct ListPage {
    frame: Frame,
    texts: Texts,
    title: String,
    done: Option<String>,
    organisation: String,
    own: Vec<Entry>,
    others: Vec<Entry>,
    /// Since when the calendar has an address.
    calendar_since: Option<String>,
    /// Where its forms go.
    calendar: String,
}

impl ListPage {
    pub(super) fn new(pen: Pen, code: &str, organisation: &str, known: &Known) -> ListPage {
        let own = known.list.own.iter().map(|own| Entry {
            standing: Some(standing_in_short(&pen.texts, &own.enrolment)),
            ..Entry::new(&pen, code, &own.cohort, &own.programme)
        });
        let others =
            known.list.others.iter().map(|(open, programme)| Entry::new(&pen, code, &open.cohort, programme));
        let since = |since| {
            let time = [("time", words::moment(&pen, since, known.zone).into())];
            pen.texts.fill("calendar-since", &time)
        };
        ListPage {
            title: pen.texts.say("trainings-title"),
            done: None,
            organisation: organisation.to_owned(),
            own: own.collect(),
            others: others.collect(),
            calendar_since: known.calendar.map(since),
            calendar: pen.frame.link(&format!("/o/{code}/calendar")),
            frame: pen.frame,
            texts: pen.texts,
        }
    }
}

pub(super) async fn show(
    Admitted(access): Admitted<may::OwnEnrolment>,
    done: Query<Done>,
    request: HttpRequest,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    let asking = access.clone();
    let found = blocking(move || {
        let (person, now) = (person(&asking)?, platform.clock.now().naive_utc());
        platform.db.read(asking.scope(), |conn| {
            let list = training::list(conn, &catalogue, asking.organisation, person, now)?;
            let calendar = match calendar_feeds::since(conn, asking.organisation, asking.account) {
                Err(Error::NotFound { .. }) => None,
                since => Some(since?),
            };
            let zone = organisations::settings(conn, asking.organisation)?.zone;
            Ok((account(conn, asking.account)?, Known { list, calendar, zone }))
        })
    });
    let (account, known) = found.await?;
    let pen = Pen::of(&request, &account);
    let done = done.among(&["calendar-ended"]).map(|done| pen.texts.say(&format!("done-{done}")));
    html(
        StatusCode::OK,
        &ListPage { done, ..ListPage::new(pen, &access.code, &access.organisation_name, &known) },
    )
}
