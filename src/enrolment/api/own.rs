//! What people do about themselves.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::EnrolmentBody;
use crate::access::{Access, Allowed, May, may};
use crate::cohorts::State as CohortState;
use crate::cohorts::api::CohortPath;
use crate::cohorts::service as cohorts;
use crate::enrolment::service::open::{self, OpenCohort};
use crate::enrolment::service::{bookings, seats};
use crate::enrolment::{Approval, By, State};
use crate::organisations::api::OrganisationPath;
use crate::platform::Platform;
use crate::platform::error::{Error, Result};
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::{CohortId, PersonId, SessionId};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_open_cohorts)
        .service(read_own_enrolment)
        .service(enrol_oneself)
        .service(withdraw_oneself)
        .service(accept_offer)
        .service(put_needs);
}

/// Who calls, in the roster. Nobody without a person is let on to what is one's own.
pub fn oneself<P: May>(access: &Access<P>) -> Result<PersonId> {
    access.reach.own.ok_or_else(|| Error::not_found("person"))
}

/// A cohort in which somebody can enrol, or is.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenCohort)]
struct OpenCohortBody {
    #[schema(value_type = i64)]
    id: CohortId,
    /// The programme's code.
    #[schema(example = "digital-human-rights")]
    programme: String,
    #[schema(example = "Winter 2023")]
    name: String,
    state: CohortState,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_day: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_day: Option<NaiveDate>,
    /// From when on people may enrol; absent: now.
    #[serde(skip_serializing_if = "Option::is_none")]
    opens: Option<DateTime<Utc>>,
    /// Until when; absent: until the cohort is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    closes: Option<DateTime<Utc>>,
    approval: Approval,
    /// Seats that nobody holds; absent where they are not limited. With none left, who enrols waits in line.
    #[serde(skip_serializing_if = "Option::is_none")]
    seats_left: Option<u32>,
    /// Where one stands in it; absent where one never was in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    enrolment: Option<EnrolmentBody>,
    /// Whether one can enrol now.
    can_enrol: bool,
    /// Why not: a `code`, with the fields that explain it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    why_not: Option<Value>,
}

impl OpenCohortBody {
    fn of(open: OpenCohort) -> Result<Self> {
        let OpenCohort { cohort, terms, seats_left, enrolment, refusal } = open;
        Ok(OpenCohortBody {
            id: cohort.id,
            programme: cohort.programme_code,
            name: cohort.name,
            state: cohort.state,
            first_day: cohort.first_day,
            last_day: cohort.last_day,
            opens: terms.window.opens.map(|time| time.and_utc()),
            closes: terms.window.closes.map(|time| time.and_utc()),
            approval: terms.approval,
            seats_left,
            enrolment: enrolment.as_ref().map(EnrolmentBody::of).transpose()?,
            can_enrol: refusal.is_none(),
            why_not: refusal.map(serde_json::to_value).transpose().map_err(Error::internal)?,
        })
    }
}

/// List the cohorts in which one can enrol, or is
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolment.own"])),
    params(OrganisationPath, PageQuery),
    responses(
        (status = 200, description = "A page of cohorts that are open or run.", body = Page<OpenCohortBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/open-cohorts")]
async fn list_open_cohorts(
    Allowed(access, page, ..): Allowed<may::OwnEnrolment, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after()?, page.rows());
    let found = blocking(move || {
        let (person, now) = (oneself(&access)?, platform.clock.now().naive_utc());
        platform
            .db
            .read(access.scope(), |conn| open::page(conn, access.organisation, person, after, rows, now))
    });
    let bodies = found.await?.into_iter().map(OpenCohortBody::of).collect::<Result<Vec<_>>>()?;
    page.answer(&request, bodies, |cohort| cohort.id)
}

/// One's own enrolment.
#[derive(Serialize, ToSchema)]
struct OwnEnrolment {
    #[serde(flatten)]
    enrolment: EnrolmentBody,
    /// What one said to need to take part; the trainers read it, and it is removed when the cohort is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<String>,
    /// The sessions that one is to come to, by start.
    #[schema(value_type = Vec<i64>)]
    sessions: Vec<SessionId>,
    /// Codes of modules of which one has still to book a session, or can once more, having missed the one that was booked.
    to_book: Vec<String>,
}

/// What somebody brings who enrols.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// What stands at the end of a link that invites.
    #[serde(default)]
    #[schema(max_length = 100)]
    link: Option<String>,
    /// What one needs to take part: sign language, materials in advance, … Shown to the trainers alone, and removed when the
    /// cohort is closed.
    #[serde(default)]
    #[schema(max_length = 2000)]
    needs: Option<String>,
}

/// Read one's own enrolment
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolment.own"])),
    params(CohortPath),
    responses((status = 200, description = "Where one stands.", body = OwnEnrolment), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/enrolment")]
async fn read_own_enrolment(
    Allowed(access, path, ..): Allowed<may::OwnEnrolment, Path<CohortPath>>,
    platform: Data<Platform>,
) -> Result<Json<OwnEnrolment>, Problem> {
    let found = blocking(move || {
        let person = oneself(&access)?;
        platform.db.read(access.scope(), |conn| {
            let cohort = cohorts::cohort(conn, access.organisation, path.cohort)?;
            let enrolment = seats::enrolment(conn, access.organisation, cohort.id, person)?;
            let needs = seats::needs(conn, &cohort, person)?;
            let body = EnrolmentBody::of(&enrolment)?;
            if enrolment.standing.state() != State::Enrolled {
                return Ok(OwnEnrolment {
                    enrolment: body,
                    needs,
                    sessions: Vec::new(),
                    to_book: Vec::new(),
                });
            }
            let now = platform.clock.now().naive_utc();
            let sessions = cohorts::sessions(conn, access.organisation, cohort.id)?;
            let coming = bookings::of_person(conn, &cohort, &sessions, person)?;
            let to_book = bookings::to_book(conn, &cohort, &sessions, person, now)?;
            let sessions = coming.into_iter().map(|coming| coming.session.id).collect();
            Ok(OwnEnrolment { enrolment: body, needs, sessions, to_book })
        })
    });
    Ok(Json(found.await?))
}

/// Enrol in a cohort
///
/// One gets a seat, or waits in line where none is left, or for an approval where one is needed. Who is in already gets 200
/// and where they stand.
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolment.own"])),
    params(CohortPath),
    request_body = Wish,
    responses(
        (status = 201, description = "Where one stands now.", body = EnrolmentBody),
        (status = 200, description = "Where one stood already.", body = EnrolmentBody),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/enrolment")]
async fn enrol_oneself(
    Allowed(access, path, wish): Allowed<may::OwnEnrolment, Path<CohortPath>, Json<Wish>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let Wish { link, needs } = wish.into_inner();
    let wish = seats::Wish { link, needs };
    let enrolled = blocking(move || {
        let person = oneself(&access)?;
        let here = (access.organisation, path.cohort);
        platform
            .db
            .write_tx(access.scope(), |conn| seats::enrol_oneself(conn, &platform, here, person, &wish))
    });
    let (enrolment, new) = enrolled.await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(HttpResponse::build(status).json(EnrolmentBody::of(&enrolment)?))
}

/// Withdraw from a cohort, or turn an offered seat down
///
/// Until the first session that began while one was enrolled. The seat goes on to the next in line.
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolment.own"])),
    params(CohortPath),
    responses(
        (status = 200, description = "Where one stands now.", body = EnrolmentBody),
        Malformed,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/enrolment/withdrawal")]
async fn withdraw_oneself(
    Allowed(access, path, ..): Allowed<may::OwnEnrolment, Path<CohortPath>>,
    platform: Data<Platform>,
) -> Result<Json<EnrolmentBody>, Problem> {
    let withdrawn = blocking(move || {
        let person = oneself(&access)?;
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = seats::own_cohort_for_change(conn, access.organisation, path.cohort)?;
            seats::withdraw(conn, &platform, &cohort, person, By::Oneself)
        })
    });
    Ok(Json(EnrolmentBody::of(&withdrawn.await?)?))
}

/// Accept an offered seat
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolment.own"])),
    params(CohortPath),
    responses(
        (status = 200, description = "Where one stands now.", body = EnrolmentBody),
        Malformed,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/enrolment/acceptance")]
async fn accept_offer(
    Allowed(access, path, ..): Allowed<may::OwnEnrolment, Path<CohortPath>>,
    platform: Data<Platform>,
) -> Result<Json<EnrolmentBody>, Problem> {
    let accepted = blocking(move || {
        let person = oneself(&access)?;
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = seats::own_cohort_for_change(conn, access.organisation, path.cohort)?;
            seats::accept(conn, &platform, &cohort, person)
        })
    });
    Ok(Json(EnrolmentBody::of(&accepted.await?)?))
}

/// What somebody needs to take part.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Needs {
    /// Empty: nothing.
    #[schema(max_length = 2000)]
    needs: String,
}

/// Say what one needs to take part
///
/// The trainers of the cohort read it, nobody else; it is removed when the cohort is closed, or when one withdraws.
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolment.own"])),
    params(CohortPath),
    request_body = Needs,
    responses((status = 204, description = "It is noted."), BadBody, NotFound, Refused)
)]
#[put("/organisations/{organisation}/cohorts/{cohort}/enrolment/needs")]
async fn put_needs(
    Allowed(access, path, needs): Allowed<may::OwnEnrolment, Path<CohortPath>, Json<Needs>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let noted = blocking(move || {
        let person = oneself(&access)?;
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = seats::own_cohort_for_change(conn, access.organisation, path.cohort)?;
            seats::put_needs(conn, &cohort, person, &needs.needs)
        })
    });
    noted.await?;
    Ok(HttpResponse::NoContent().finish())
}
