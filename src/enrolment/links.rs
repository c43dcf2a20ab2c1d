//! Links by which people enrol in a cohort. A link stands for being eligible: whoever has it may enrol while the window is
//! open, and gets a seat as everybody else does.

use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;

use super::store::links::{self, NewLink};
use crate::cohorts::Cohort;
use crate::cohorts::service as cohorts;
use crate::identity::secrets::{self, Kind};
use crate::platform::Platform;
use crate::platform::config::{Home, Secret};
use crate::platform::db::DbConn;
use crate::platform::db::schema::enrolment_links;
use crate::platform::error::{Error, Result};
use crate::platform::faults::Fault;
use crate::platform::ids::{AccountId, CohortId, EnrolmentLinkId, OrganisationId};

/// How long a link can be used where nothing else is said.
pub const LIFETIME: Duration = Duration::days(60);

/// How long a link can be used at most.
const LONGEST: Duration = Duration::days(366);

/// A link by which people enrol; its secret is known to whoever has it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = enrolment_links)]
pub struct Link {
    pub id: EnrolmentLinkId,
    pub created_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
}

/// Makes a link of a cohort that is not over, and gives its secret, which is shown this once.
pub fn make(
    conn: &mut DbConn,
    platform: &Platform,
    cohort: &Cohort,
    by: AccountId,
    expires_at: Option<NaiveDateTime>,
) -> Result<(Link, Secret<String>)> {
    cohorts::refuse_after_closing(cohort)?;
    let now = platform.clock.now().naive_utc();
    let expires_at = expires_at.unwrap_or(now + LIFETIME);
    if expires_at <= now || expires_at > now + LONGEST {
        let message = "a link ends later than now, and within a year";
        return Err(Fault::new("not-an-end", message).in_field("expires_at").into());
    }
    let (secret, sha256) = secrets::make(Kind::Enrolment, &platform.random)?;
    let new = NewLink {
        organisation_id: cohort.organisation_id,
        cohort_id: cohort.id,
        sha256: &sha256,
        made_by: by,
        created_at: now,
        expires_at,
    };
    let id = links::insert(conn, &new)?;
    Ok((Link { id, created_at: now, expires_at }, secret))
}

/// Links of a cohort that can be used, in the order of their making.
pub fn open(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    now: NaiveDateTime,
) -> Result<Vec<Link>> {
    links::open(conn, organisation, cohort, now)
}

/// Ends a link; [`Error::NotFound`] where there is none that could be used.
pub fn revoke(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    id: EnrolmentLinkId,
    now: NaiveDateTime,
) -> Result<()> {
    let revoked = links::revoke(conn, organisation, cohort, id, now)?;
    if revoked { Ok(()) } else { Err(Error::not_found("link")) }
}

/// Whether this is the secret of a link of the cohort that can be used.
pub fn is_open(conn: &mut DbConn, cohort: &Cohort, secret: &str, now: NaiveDateTime) -> Result<bool> {
    let Some(sha256) = secrets::kept(Kind::Enrolment, secret) else { return Ok(false) };
    links::is_open(conn, cohort.organisation_id, cohort.id, &sha256, now)
}

/// Where a link leads people.
pub fn address(home: &Home, secret: &Secret<String>) -> String {
    format!("{}/enrol/{}", home.0, secret.expose())
}
