//! The address of one's own calendar.

use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Allowed, may};
use crate::identity::service::calendar_feeds;
use crate::organisations::api::OrganisationPath;
use crate::platform::Platform;
use crate::platform::config::Home;
use crate::platform::http::answers::{NotFound, created, holding_secret};
use crate::platform::http::preconditions::{IfMatch, Tagged};
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(create_calendar_feed).service(read_calendar_feed).service(revoke_calendar_feed);
}

/// One's calendar feed.
#[derive(Serialize, ToSchema)]
struct CalendarFeed {
    created_at: DateTime<Utc>,
}

/// A calendar feed that was made just now.
#[derive(Serialize, ToSchema)]
struct MadeCalendarFeed {
    #[serde(flatten)]
    feed: CalendarFeed,
    /// Where calendar programs subscribe. Whoever has it can read the calendar; shown this once.
    #[schema(example = "https://academy.example.org/calendar/rk_….ics")]
    address: String,
}

/// Make the address of one's calendar
///
/// Calendar programs subscribe to it, without a sign-in: it shows one's own sessions in the organisation and those that
/// one gives. An address that was made before is no longer served.
#[utoipa::path(
    tag = "calendar",
    security(("bearer" = ["calendar.own"])),
    params(OrganisationPath),
    responses(
        (status = 201, description = "The feed, with its address.", body = MadeCalendarFeed,
            headers(("Location" = String, description = "Where one reads of it and revokes it."))),
        NotFound,
    )
)]
#[post("/organisations/{organisation}/calendar-feed")]
async fn create_calendar_feed(
    Allowed(access, ..): Allowed<may::OwnCalendar>,
    platform: Data<Platform>,
    home: Data<Home>,
) -> Result<HttpResponse, Problem> {
    let code = access.code.clone();
    let made = blocking(move || {
        let (organisation, account) = (access.organisation, access.account);
        platform
            .db
            .write_tx(access.scope(), |conn| calendar_feeds::create(conn, &platform, organisation, account))
    });
    let (since, secret) = made.await?;
    let feed = CalendarFeed { created_at: since.and_utc() };
    let address = calendar_feeds::address(&home, &secret);
    let location = format!("{API}/organisations/{code}/calendar-feed");
    Ok(holding_secret(created(&location, MadeCalendarFeed { feed, address })))
}

/// Read since when one's calendar has an address
///
/// The address itself is not told again; whoever has lost it makes a new one.
#[utoipa::path(
    tag = "calendar",
    security(("bearer" = ["calendar.own"])),
    params(OrganisationPath),
    responses((status = 200, description = "There is one.", body = CalendarFeed), NotFound)
)]
#[get("/organisations/{organisation}/calendar-feed")]
async fn read_calendar_feed(
    Allowed(access, ..): Allowed<may::OwnCalendar>,
    platform: Data<Platform>,
) -> Result<Tagged<CalendarFeed>, Problem> {
    let since = blocking(move || {
        platform
            .db
            .read(access.scope(), |conn| calendar_feeds::since(conn, access.organisation, access.account))
    });
    Ok(Tagged(CalendarFeed { created_at: since.await?.and_utc() }))
}

/// Revoke the address of one's calendar
#[utoipa::path(
    tag = "calendar",
    security(("bearer" = ["calendar.own"])),
    params(OrganisationPath),
    responses((status = 204, description = "It is no longer served."), NotFound)
)]
#[delete("/organisations/{organisation}/calendar-feed")]
async fn revoke_calendar_feed(
    Allowed(access, seen, ..): Allowed<may::OwnCalendar, IfMatch>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let revoked = blocking(move || {
        let (organisation, account) = (access.organisation, access.account);
        platform.db.write_tx(access.scope(), |conn| {
            let since = calendar_feeds::since(conn, organisation, account)?;
            seen.check(&CalendarFeed { created_at: since.and_utc() })?;
            calendar_feeds::revoke(conn, organisation, account)
        })
    });
    revoked.await?;
    Ok(HttpResponse::NoContent().finish())
}
