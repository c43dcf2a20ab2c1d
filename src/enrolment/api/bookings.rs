//! One's own places in sessions.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, delete, put};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::own::oneself;
use crate::access::{Allowed, may};
use crate::cohorts::api::SessionPath;
use crate::enrolment::bookings::{Booking, Mode};
use crate::enrolment::service::bookings;
use crate::enrolment::service::seats;
use crate::platform::Platform;
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused};
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::SessionId;

pub fn configure(config: &mut ServiceConfig) {
    config.service(book).service(cancel);
}

/// How one takes part.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// In the room or online; where absent, the only way that the session has, and the room of a hybrid one.
    #[serde(default)]
    mode: Option<Mode>,
}

/// A place in a session.
#[derive(Serialize, ToSchema)]
#[schema(as = Booking)]
struct BookingBody {
    #[schema(value_type = i64)]
    session: SessionId,
    mode: Mode,
}

impl From<Booking> for BookingBody {
    fn from(Booking { session, mode }: Booking) -> Self {
        BookingBody { session, mode }
    }
}

/// Book a place in a session
///
/// Of a module's sessions one is booked; another booking moves it, in one step: until its session begins, and when it is over,
/// for whoever missed it. A full session names in `left` where places are left.
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolment.own"])),
    params(SessionPath),
    request_body = Wish,
    responses((status = 200, description = "What is booked.", body = BookingBody), BadBody, NotFound, Refused)
)]
#[put("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/booking")]
async fn book(
    Allowed(access, path, wish): Allowed<may::OwnEnrolment, Path<SessionPath>, Json<Wish>>,
    platform: Data<Platform>,
) -> Result<Json<BookingBody>, Problem> {
    let booked = blocking(move || {
        let person = oneself(&access)?;
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = seats::own_cohort_for_change(conn, access.organisation, path.cohort)?;
            bookings::book(conn, &platform, &cohort, person, path.session, wish.mode)
        })
    });
    Ok(Json(booked.await?.into()))
}

/// Give up one's place in a session
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolment.own"])),
    params(SessionPath),
    responses((status = 204, description = "It is given up."), Malformed, NotFound, Refused)
)]
#[delete("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/booking")]
async fn cancel(
    Allowed(access, path, ..): Allowed<may::OwnEnrolment, Path<SessionPath>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let cancelled = blocking(move || {
        let person = oneself(&access)?;
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = seats::own_cohort_for_change(conn, access.organisation, path.cohort)?;
            bookings::cancel(conn, &platform, &cohort, person, path.session)
        })
    });
    cancelled.await?;
    Ok(HttpResponse::NoContent().finish())
}
