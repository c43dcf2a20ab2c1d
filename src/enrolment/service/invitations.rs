//! Inviting people of the roster to enrol.

use crate::cohorts::Cohort;
use crate::cohorts::{State as CohortState, service as cohorts};
use crate::enrolment::store::seats as store;
use crate::enrolment::store::seats::Whose;
use crate::enrolment::{links, notices};
use crate::organisations::service::{self as organisations, Named};
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, PersonId};

/// Sends these people a link by which they enrol, and says how many it are. Who is in the cohort is left out, and nobody
/// is invited to a draft, where they would find nothing.
pub fn invite(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    named: &Named,
    by: AccountId,
) -> Result<usize> {
    cohorts::refuse_after_closing(cohort)?;
    if cohort.state == CohortState::Draft {
        let detail = "Open the cohort first: whoever follows an invitation to a draft finds nothing.";
        return Err(Error::refused("cohort-draft", detail, serde_json::json!({ "state": cohort.state })));
    }
    let organisation = cohort.organisation_id;
    let people = organisations::named_people(conn, organisation, named)?;
    let standings = store::standings(conn, organisation, cohort.id, Whose::All)?;
    let is_in = |person: &PersonId| standings.get(person).is_some_and(|standing| !standing.state().is_out());
    let people: Vec<PersonId> = people.iter().map(|person| person.id).filter(|id| !is_in(id)).collect();
    if people.is_empty() {
        return Ok(0);
    }
    let (_, secret) = links::make(conn, platform, cohort, by, None)?;
    let invited = people.len();
    notices::invited(conn, platform, cohort, people, &secret)?;
    Ok(invited)
}
