//! On which terms people enrol.

use std::num::NonZeroU32;

use actix_web::web::{Data, Json, Path};
use actix_web::{get, put};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Allowed, may};
use crate::cohorts::api::CohortPath;
use crate::cohorts::service as cohorts;
use crate::enrolment::service::terms;
use crate::enrolment::{Approval, Eligible, FreedSeat, Terms, Window};
use crate::platform::Platform;
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused};
use crate::platform::http::preconditions::{Conditional, Tagged};
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::DepartmentId;

pub fn configure(config: &mut ServiceConfig) {
    config.service(read_terms).service(put_terms);
}

/// On which terms people enrol in a cohort. Each is said, so that none is changed by leaving it out.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EnrolmentTerms)]
struct TermsBody {
    /// From when on people may enrol by themselves; null: as soon as the cohort is open.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    opens: Option<DateTime<Utc>>,
    /// Until just before when; null: until the cohort is closed.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    closes: Option<DateTime<Utc>>,
    eligible: EligibleBody,
    /// Seats; null: without a limit.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required, minimum = 1, maximum = 1_000_000)]
    capacity: Option<u32>,
    /// Whose approval an enrolment needs.
    approval: Approval,
    freed_seat: FreedSeatBody,
}

/// Who may enrol by themselves. Staff enrol whom they will.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "who", rename_all = "kebab-case", deny_unknown_fields)]
#[schema(as = Eligible)]
enum EligibleBody {
    Everybody,
    /// People of these departments and of those under them, and whoever has a link.
    Departments {
        #[schema(value_type = Vec<i64>, min_items = 1, max_items = 1000)]
        departments: Vec<DepartmentId>,
    },
    /// Whoever has a link.
    ByInvitation,
}

/// How a seat that comes free goes on to whoever waits longest.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "how", rename_all = "kebab-case", deny_unknown_fields)]
#[schema(as = FreedSeat)]
enum FreedSeatBody {
    /// They are enrolled.
    AtOnce,
    /// They have so many hours to accept it.
    Offer {
        #[schema(value_type = u32, minimum = 1, maximum = 744)]
        hours: NonZeroU32,
    },
}

impl From<Terms> for TermsBody {
    fn from(Terms { window, eligible, capacity, approval, freed_seat }: Terms) -> Self {
        TermsBody {
            opens: window.opens.map(|time| time.and_utc()),
            closes: window.closes.map(|time| time.and_utc()),
            eligible: match eligible {
                Eligible::Everybody => EligibleBody::Everybody,
                Eligible::Departments(departments) => {
                    EligibleBody::Departments { departments: departments.into_iter().collect() }
                }
                Eligible::ByInvitation => EligibleBody::ByInvitation,
            },
            capacity,
            approval,
            freed_seat: match freed_seat {
                FreedSeat::AtOnce => FreedSeatBody::AtOnce,
                FreedSeat::Offer { hours } => FreedSeatBody::Offer { hours },
            },
        }
    }
}

impl From<TermsBody> for Terms {
    fn from(body: TermsBody) -> Self {
        Terms {
            window: Window {
                opens: body.opens.map(|time| time.naive_utc()),
                closes: body.closes.map(|time| time.naive_utc()),
            },
            eligible: match body.eligible {
                EligibleBody::Everybody => Eligible::Everybody,
                EligibleBody::Departments { departments } => {
                    Eligible::Departments(departments.into_iter().collect())
                }
                EligibleBody::ByInvitation => Eligible::ByInvitation,
            },
            capacity: body.capacity,
            approval: body.approval,
            freed_seat: match body.freed_seat {
                FreedSeatBody::AtOnce => FreedSeat::AtOnce,
                FreedSeatBody::Offer { hours } => FreedSeat::Offer { hours },
            },
        }
    }
}

/// Read on which terms people enrol
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["cohort.read"])),
    params(CohortPath),
    responses((status = 200, description = "The terms.", body = TermsBody), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/terms")]
async fn read_terms(
    Allowed(access, path, ..): Allowed<may::ReadCohorts, Path<CohortPath>>,
    platform: Data<Platform>,
) -> Result<Tagged<TermsBody>, Problem> {
    let found = blocking(move || {
        platform.db.read(access.scope(), |conn| terms::terms(&path.find(conn, access.organisation)?))
    });
    Ok(Tagged(found.await?.into()))
}

/// Settle on which terms people enrol
///
/// Of a cohort that is not closed. Seats that there are more of go to whoever waits longest; fewer than are held are
/// refused, with how many these are.
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["cohort.change"])),
    params(CohortPath),
    request_body = TermsBody,
    responses((status = 200, description = "The terms from now on.", body = TermsBody), BadBody, NotFound, Refused)
)]
#[put("/organisations/{organisation}/cohorts/{cohort}/terms")]
async fn put_terms(
    Allowed(access, path, Conditional(seen, new)): Allowed<
        may::ChangeCohorts,
        Path<CohortPath>,
        Conditional<Json<TermsBody>>,
    >,
    platform: Data<Platform>,
) -> Result<Tagged<TermsBody>, Problem> {
    let new = Terms::from(new.into_inner());
    let changed = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = cohorts::cohort_for_change(conn, access.organisation, path.cohort)?;
            seen.check(&TermsBody::from(terms::terms(&cohort)?))?;
            terms::terms(&terms::put(conn, &platform, &cohort, &new)?)
        })
    });
    Ok(Tagged(changed.await?.into()))
}
