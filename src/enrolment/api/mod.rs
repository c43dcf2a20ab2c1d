//! The JSON API of enrolment.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{Enrolment, Standing, State, service};
use crate::cohorts::Cohort;
use crate::cohorts::service as cohorts;
use crate::organisations::Person;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{CohortId, OrganisationId};

mod bookings;
mod cohort_state;
mod copies;
mod feed;
mod links;
mod own;
mod people;
mod session_trainers;
mod sessions;
mod staff;
mod terms;
mod trainers;

pub use feed::configure as root;

pub fn configure(config: &mut ServiceConfig) {
    cohort_state::configure(config);
    copies::configure(config);
    terms::configure(config);
    links::configure(config);
    own::configure(config);
    bookings::configure(config);
    sessions::configure(config);
    session_trainers::configure(config);
    trainers::configure(config);
    staff::configure(config);
    people::configure(config);
}

/// Which enrolled person.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct EnrolledPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    pub organisation: String,
    /// The cohort's id.
    #[param(value_type = i64, example = 1)]
    pub cohort: CohortId,
    /// As the roster has it.
    #[param(example = "00042")]
    pub employee_id: String,
}

impl EnrolledPath {
    /// The cohort and the person in it, or [`crate::platform::error::Error::NotFound`].
    pub fn find(&self, conn: &mut DbConn, organisation: OrganisationId) -> Result<(Cohort, Person)> {
        let cohort = cohorts::cohort(conn, organisation, self.cohort)?;
        let person = service::enrolled_person(conn, organisation, cohort.id, &self.employee_id)?;
        Ok((cohort, person))
    }
}

/// Where a person stands in a cohort, and why.
#[derive(Serialize, ToSchema)]
#[schema(as = Enrolment)]
pub struct EnrolmentBody {
    state: State,
    /// Why: `code` is one word for it, with the fields that explain it. Absent where an older roster put the person there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Why)]
    why: Option<Box<RawValue>>,
    /// Where a waiting person stands in the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    position: Option<u32>,
    /// Until when an offered seat is to be accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    offer_until: Option<chrono::DateTime<chrono::Utc>>,
    /// Since when the person stands there.
    since: chrono::DateTime<chrono::Utc>,
}

/// Why somebody stands where they do.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "it describes what the rules write")]
struct Why {
    /// `seat-free`, `listed`, `needs-approval`, `cohort-full`, `approved`, `approved-and-full`, `not-approved`, `next-in-line`,
    /// `seat-offered`, `offer-accepted`, `offer-over`, `left` or `cohort-closed`. Further members explain it.
    #[schema(example = "cohort-full")]
    code: String,
}

impl EnrolmentBody {
    fn of(enrolment: &Enrolment) -> Result<Self> {
        let why = enrolment.why.clone().map(RawValue::from_string).transpose().map_err(Error::internal)?;
        Ok(EnrolmentBody {
            state: enrolment.standing.state(),
            why,
            position: enrolment.position,
            offer_until: match enrolment.standing {
                Standing::Offered { until } => Some(until.and_utc()),
                _ => None,
            },
            since: enrolment.changed_at.and_utc(),
        })
    }
}
