//! A cohort through its states, with what follows for its people.

use super::seats;
use crate::catalogue::Catalogue;
use crate::cohorts::service as cohorts;
use crate::cohorts::{Cohort, State};
use crate::enrolment::notices;
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::Result;
use crate::platform::ids::{CohortId, OrganisationId};

/// Moves a cohort to its next state. Closing it tells whoever has no seat that there is none.
pub fn move_to(
    conn: &mut DbConn,
    platform: &Platform,
    catalogue: &Catalogue,
    organisation: OrganisationId,
    id: CohortId,
    to: State,
) -> Result<Cohort> {
    let now = platform.clock.now().naive_utc();
    let before = cohorts::cohort_for_change(conn, organisation, id)?;
    if to == State::Closed && before.state == State::Running {
        seats::close(conn, platform, &before)?;
    }
    let moved = cohorts::move_to(conn, catalogue, organisation, id, to, now)?;
    if to == State::Open {
        notices::opened(conn, platform, &moved)?;
    }
    Ok(moved)
}
