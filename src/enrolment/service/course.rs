//! A cohort through its states, with what follows for its people.

use serde_json::json;

use super::seats;
use crate::catalogue::Catalogue;
use crate::cohorts::service as cohorts;
use crate::cohorts::{Cohort, State};
use crate::enrolment::notices;
use crate::enrolment::store::seats as store;
use crate::enrolment::store::seats::Whose;
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
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
    if to == State::Draft && before.state == State::Open {
        refuse_where_people_were_told(conn, &before)?;
    }
    let moved = cohorts::move_to(conn, catalogue, organisation, id, to, now)?;
    if to == State::Open {
        notices::opened(conn, platform, &moved)?;
    }
    Ok(moved)
}

/// A draft is silent: whoever was told that they are in the cohort would hear of no change. Whom a roster lists was not.
fn refuse_where_people_were_told(conn: &mut DbConn, cohort: &Cohort) -> Result<()> {
    let (organisation, id) = (cohort.organisation_id, cohort.id);
    let listed = store::listed(conn, organisation, id)?;
    let standings = store::standings(conn, organisation, id, Whose::All)?;
    let told =
        standings.iter().filter(|(person, standing)| !standing.state().is_out() && !listed.contains(person));
    let people = told.count();
    if people == 0 {
        return Ok(());
    }
    let detail =
        format!("{people} people were told that they are in this cohort: take them out first, or copy it");
    Err(Error::refused("people-told", detail, json!({ "people": people })))
}
