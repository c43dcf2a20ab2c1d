//! The JSON API of cohorts, their sessions and who teaches them.

use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::service::Planner;
use super::{Cohort, Session, service};
use crate::access::{Access, may};
use crate::platform::db::DbConn;
use crate::platform::error::Result;
use crate::platform::ids::{CohortId, OrganisationId, SessionId};

mod cohorts;
mod materials;
mod schedule;
mod session_bodies;
mod sessions;

pub use cohorts::CohortBody;
pub use schedule::calendar_file;
pub use session_bodies::{NewSeriesBody, NewSessionBody, SessionBody};

pub fn configure(config: &mut ServiceConfig) {
    cohorts::configure(config);
    sessions::configure(config);
    schedule::configure(config);
    materials::configure(config);
}

/// Which cohort.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CohortPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    pub organisation: String,
    /// The cohort's id.
    #[param(value_type = i64, example = 1)]
    pub cohort: CohortId,
}

impl CohortPath {
    /// The organisation's cohort, or [`crate::platform::error::Error::NotFound`].
    pub fn find(&self, conn: &mut DbConn, organisation: OrganisationId) -> Result<Cohort> {
        service::cohort(conn, organisation, self.cohort)
    }
}

/// Which session.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SessionPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    pub organisation: String,
    /// The cohort's id.
    #[param(value_type = i64, example = 1)]
    pub cohort: CohortId,
    /// The session's id.
    #[param(value_type = i64, example = 1)]
    pub session: SessionId,
}

impl SessionPath {
    /// The organisation's cohort and its session, or [`crate::platform::error::Error::NotFound`].
    pub fn find(&self, conn: &mut DbConn, organisation: OrganisationId) -> Result<(Cohort, Session)> {
        let cohort = service::cohort(conn, organisation, self.cohort)?;
        let session = service::session(conn, organisation, cohort.id, self.session)?;
        Ok((cohort, session))
    }
}

/// How much of a cohort's sessions a reader is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// All: they may change them.
    Planner,
    /// What the enrolled need to take part: also where to meet online.
    Enrolled,
    Reader,
}

/// How much of the sessions of the path's cohort the caller is shown.
pub fn sight<P>(conn: &mut DbConn, access: &Access<P>, cohort: CohortId) -> Result<Sight> {
    if access.may::<may::ChangeCohorts>() {
        return Ok(Sight::Planner);
    }
    let Some(person) = access.person() else { return Ok(Sight::Reader) };
    let enrolled = service::is_enrolled(conn, access.organisation, cohort, person)?;
    Ok(if enrolled { Sight::Enrolled } else { Sight::Reader })
}

/// The caller as somebody who plans.
pub fn planner<P>(access: &Access<P>) -> Planner {
    Planner { account: access.account, may_override: access.may::<may::OverrideClashes>() }
}
