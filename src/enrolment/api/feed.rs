//! The calendar that programs subscribe to, outside the API's prefix: they know nothing of tokens, only an address.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::catalogue::Catalogue;
use crate::cohorts::api::calendar_file;
use crate::enrolment::feed;
use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::http::address::ClientAddress;
use crate::platform::http::answers::{NotFound, TooMany};
use crate::platform::http::limits::SignInLimits;
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(read_feed);
}

/// Whose calendar.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct FeedPath {
    /// The secret of the address.
    #[param(value_type = String, example = "rk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    token: Secret<String>,
}

/// Read one's own calendar
///
/// For calendar programs: the sessions of whoever made the address (`POST …/calendar-feed`), from sixty days ago on, in
/// their language. Of a module with several sessions it shows the one that they have booked, or all, marked, while they
/// have booked none. A cancelled session stays, as cancelled, until it would be over.
#[utoipa::path(
    tag = "calendar",
    security(()),
    params(FeedPath),
    responses(
        (status = 200, description = "An iCalendar object (RFC 5545).", body = String,
            content_type = "text/calendar"),
        (status = 304, description = "The client's copy is the same."),
        NotFound,
        TooMany,
    )
)]
#[get("/calendar/{token}.ics")]
async fn read_feed(
    path: Path<FeedPath>,
    client: ClientAddress,
    request: HttpRequest,
    limits: Data<SignInLimits>,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    limits.admit_feed(client.0)?;
    let token = path.into_inner().token;
    let text = blocking(move || feed::read(&platform, &catalogue, token.expose()));
    Ok(calendar_file(&request, text.await?))
}
