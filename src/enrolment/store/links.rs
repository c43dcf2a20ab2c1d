//! Links by which people enrol.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::enrolment::links::Link;
use crate::platform::db::DbConn;
use crate::platform::db::schema::enrolment_links;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, CohortId, EnrolmentLinkId, OrganisationId};

/// A new link.
#[derive(Insertable)]
#[diesel(table_name = enrolment_links)]
pub struct NewLink<'a> {
    pub organisation_id: OrganisationId,
    pub cohort_id: CohortId,
    pub sha256: &'a [u8],
    pub made_by: AccountId,
    pub created_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
}

pub fn insert(conn: &mut DbConn, new: &NewLink<'_>) -> Result<EnrolmentLinkId> {
    Ok(diesel::insert_into(enrolment_links::table)
        .values(new)
        .returning(enrolment_links::id)
        .get_result(conn)?)
}

/// Links of a cohort that are neither revoked nor over, in the order of their making.
pub fn open(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    now: NaiveDateTime,
) -> Result<Vec<Link>> {
    Ok(enrolment_links::table
        .filter(enrolment_links::organisation_id.eq(organisation))
        .filter(enrolment_links::cohort_id.eq(cohort))
        .filter(enrolment_links::revoked_at.is_null())
        .filter(enrolment_links::expires_at.gt(now))
        .order(enrolment_links::id)
        .select(Link::as_select())
        .load(conn)?)
}

/// Whether this is a link of the cohort that can be used.
pub fn is_open(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    sha256: &[u8; 32],
    now: NaiveDateTime,
) -> Result<bool> {
    let found: i64 = enrolment_links::table
        .filter(enrolment_links::organisation_id.eq(organisation))
        .filter(enrolment_links::cohort_id.eq(cohort))
        .filter(enrolment_links::sha256.eq(sha256.as_slice()))
        .filter(enrolment_links::revoked_at.is_null())
        .filter(enrolment_links::expires_at.gt(now))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

/// Revokes a link; says whether there was one to revoke.
pub fn revoke(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    id: EnrolmentLinkId,
    now: NaiveDateTime,
) -> Result<bool> {
    let revoked = diesel::update(enrolment_links::table)
        .filter(enrolment_links::organisation_id.eq(organisation))
        .filter(enrolment_links::cohort_id.eq(cohort))
        .filter(enrolment_links::id.eq(id))
        .filter(enrolment_links::revoked_at.is_null())
        .set(enrolment_links::revoked_at.eq(now))
        .execute(conn)?;
    Ok(revoked > 0)
}
