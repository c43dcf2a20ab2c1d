//! Inviting people of the roster to enrol.

use crate::cohorts::Cohort;
use crate::cohorts::{State as CohortState, service as cohorts};
use crate::enrolment::service::terms::terms;
use crate::enrolment::store::seats as store;
use crate::enrolment::store::seats::Whose;
use crate::enrolment::{By, Standing, links, notices};
use crate::organisations::service::{self as organisations, Named};
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, PersonId};

/// Sends these people a link by which they enrol, and says how many it are. Who is in the cohort, or was turned
/// away, is left out, and nobody is invited to a draft, where they would find nothing, nor after the window for enrolling.
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
    let terms = terms(cohort)?;
    let now = platform.clock.now().naive_utc();
    let is_over = terms.window.closes.is_some_and(|closes| closes <= now);
    // Whom staff declined or took out only staff can enrol again.
    let would_enrol = |person: &PersonId| match standings.get(person) {
        None => true,
        Some(Standing::Declined { by } | Standing::Withdrawn { by }) => by.is_none_or(|by| by == By::Oneself),
        Some(_) => false,
    };
    let people: Vec<PersonId> = people.iter().map(|person| person.id).filter(would_enrol).collect();
    if is_over {
        let detail = "Enrolment is over: set a later end first, or enrol people yourself.";
        return Err(Error::refused("window-closed", detail, serde_json::json!({})));
    }
    if people.is_empty() {
        return Ok(0);
    }
    let (_, secret) = links::make(conn, platform, cohort, by, None)?;
    let invited = people.len();
    notices::invited(conn, platform, cohort, people, &secret)?;
    Ok(invited)
}
