//! One's calendar: its address, shown once, and the sessions of one training as a file.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Pen, account, cohort_id, go, person};
use crate::access::{Access, May, Named, may};
use crate::catalogue::Catalogue;
use crate::cohorts::api::calendar_file;
use crate::enrolment::service::training;
use crate::identity::pages::frame::{Frame, html};
use crate::identity::pages::visitor::Admitted;
use crate::identity::service::calendar_feeds;
use crate::platform::Platform;
use crate::platform::config::Home;
use crate::platform::error::{Error, Result};
use crate::platform::http::same_origin::SameOrigin;
use crate::platform::http::{Problem, blocking};
use crate::platform::i18n::texts::Texts;

/// The address of one's calendar, this once.
#[derive(Template)]
#[template(path = "calendar.html")]
pub(super) struct CalendarPage {
    frame: Frame,
    texts: Texts,
    title: String,
    address: String,
    list: String,
}

impl CalendarPage {
    pub(super) fn new(pen: Pen, code: &str, address: String) -> CalendarPage {
        CalendarPage {
            title: pen.texts.say("calendar-made-title"),
            address,
            list: pen.frame.link(&format!("/o/{code}/training")),
            frame: pen.frame,
            texts: pen.texts,
        }
    }
}

fn list_of<P: May>(access: &Access<P>) -> String {
    format!("/o/{}/training", access.code)
}

/// The page that the forms are on.
pub(super) async fn back(Admitted(access): Admitted<may::OwnCalendar>, request: HttpRequest) -> HttpResponse {
    go(&request, &list_of(&access))
}

/// Makes an address, in place of any other. It is not gone to another page with: it is shown where it was made, or never.
pub(super) async fn make(
    _: SameOrigin,
    Admitted(access): Admitted<may::OwnCalendar>,
    request: HttpRequest,
    platform: Data<Platform>,
    home: Data<Home>,
) -> Result<HttpResponse, Problem> {
    let code = access.code.clone();
    let made = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| {
            let made = calendar_feeds::create(conn, &platform, access.organisation, access.account)?;
            Ok((made, account(conn, access.account)?))
        })
    });
    let ((_, secret), account) = made.await?;
    let address = calendar_feeds::address(&home, &secret);
    html(StatusCode::OK, &CalendarPage::new(Pen::of(&request, &account), &code, address))
}

/// Ends the address; where there is none, nothing is left to do.
pub(super) async fn end(
    _: SameOrigin,
    Admitted(access): Admitted<may::OwnCalendar>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let path = list_of(&access);
    let ended = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| {
            match calendar_feeds::revoke(conn, access.organisation, access.account) {
                Err(Error::NotFound { .. }) => Ok(()),
                ended => ended,
            }
        })
    });
    ended.await?;
    Ok(go(&request, &format!("{path}?done=calendar-ended")))
}

/// The sessions that one is to come to, for calendar programs.
pub(super) async fn file(
    Admitted(access): Admitted<may::OwnEnrolment>,
    path: Path<Named>,
    request: HttpRequest,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    let here = (access.organisation, cohort_id(&path)?);
    let text = blocking(move || {
        let who = (access.account, person(&access)?);
        platform
            .db
            .read(access.scope(), |conn| training::calendar_file(conn, &platform, &catalogue, here, who))
    });
    let mut answer = calendar_file(&request, text.await?);
    let name = "attachment; filename=\"sessions.ics\"";
    answer.headers_mut().insert(CONTENT_DISPOSITION, name.parse().map_err(Error::internal)?);
    Ok(answer)
}
