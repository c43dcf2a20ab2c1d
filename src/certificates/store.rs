//! Queries of certificates and their renditions.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Certificate, Status};
use crate::platform::db::DbConn;
use crate::platform::db::schema::{certificates, people, renditions};
use crate::platform::error::Result;
use crate::platform::ids::{CertificateId, CohortId, KeyId, OrganisationId, PersonId};
use crate::{insert_many, on_backend};

/// A certificate to be issued.
#[derive(Insertable)]
#[diesel(table_name = certificates)]
pub struct NewCertificate {
    pub organisation_id: OrganisationId,
    pub cohort_id: CohortId,
    pub person_id: PersonId,
    pub level: &'static str,
    pub edition: i32,
    pub serial: String,
    pub status: &'static str,
    pub record: String,
    pub code_sha256: Vec<u8>,
    pub code_sealed: Vec<u8>,
    pub key_id: KeyId,
    pub issued_at: NaiveDateTime,
}

/// A key that is taken fails the transaction: whoever issues holds the cohort's lock, so it cannot happen unnoticed.
pub fn insert(conn: &mut DbConn, rows: &[NewCertificate]) -> Result<()> {
    Ok(insert_many!(conn, certificates::table, rows, 12)?)
}

pub fn set_status(
    conn: &mut DbConn,
    organisation: OrganisationId,
    id: CertificateId,
    status: Status,
    reason: &str,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(certificates::table)
        .filter(certificates::organisation_id.eq(organisation))
        .filter(certificates::id.eq(id))
        .set((
            certificates::status.eq(status.as_str()),
            certificates::status_reason.eq(reason),
            certificates::status_changed_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Everybody's level and status in a cohort: what [`super::rules::plan`] decides on.
pub fn held(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
) -> Result<Vec<(PersonId, CertificateId, String, String)>> {
    Ok(certificates::table
        .filter(certificates::organisation_id.eq(organisation))
        .filter(certificates::cohort_id.eq(cohort))
        .order(certificates::id)
        .select((certificates::person_id, certificates::id, certificates::level, certificates::status))
        .load(conn)?)
}

/// A cohort's certificates, or those of one person in it, in the order of their issue, after `after`.
pub fn page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    of: Option<PersonId>,
    after: Option<CertificateId>,
    limit: i64,
) -> Result<Vec<Certificate>> {
    let mut query = certificates::table
        .inner_join(
            people::table.on(people::organisation_id
                .eq(certificates::organisation_id)
                .and(people::id.eq(certificates::person_id))),
        )
        .filter(certificates::organisation_id.eq(organisation))
        .filter(certificates::cohort_id.eq(cohort))
        .filter(certificates::id.gt(after.unwrap_or(CertificateId(0))))
        .order(certificates::id)
        .limit(limit)
        .select(Certificate::as_select())
        .into_boxed();
    if let Some(person) = of {
        query = query.filter(certificates::person_id.eq(person));
    }
    Ok(query.load(conn)?)
}

/// Some certificates, in the order of their issue.
pub fn by_ids(
    conn: &mut DbConn,
    organisation: OrganisationId,
    ids: &[CertificateId],
) -> Result<Vec<Certificate>> {
    Ok(certificates::table
        .inner_join(
            people::table.on(people::organisation_id
                .eq(certificates::organisation_id)
                .and(people::id.eq(certificates::person_id))),
        )
        .filter(certificates::organisation_id.eq(organisation))
        .filter(certificates::id.eq_any(ids.to_vec()))
        .order(certificates::id)
        .select(Certificate::as_select())
        .load(conn)?)
}

pub fn by_serial(
    conn: &mut DbConn,
    organisation: OrganisationId,
    serial: &str,
) -> Result<Option<Certificate>> {
    Ok(certificates::table
        .inner_join(
            people::table.on(people::organisation_id
                .eq(certificates::organisation_id)
                .and(people::id.eq(certificates::person_id))),
        )
        .filter(certificates::organisation_id.eq(organisation))
        .filter(certificates::serial.eq(serial))
        .select(Certificate::as_select())
        .first(conn)
        .optional()?)
}

/// What a rendition is made from.
#[derive(Queryable)]
pub struct Unrendered {
    pub id: CertificateId,
    pub serial: String,
    pub record: String,
    pub code_sealed: Vec<u8>,
    pub key_id: KeyId,
}

/// Certificates of a cohort, or the one given, that have no rendition in the language yet, after `after`.
pub fn unrendered(
    conn: &mut DbConn,
    organisation: OrganisationId,
    which: Which,
    language: &str,
    after: CertificateId,
    limit: i64,
) -> Result<Vec<Unrendered>> {
    let rendered = renditions::table
        .filter(renditions::organisation_id.eq(organisation))
        .filter(renditions::certificate_id.eq(certificates::id))
        .filter(renditions::language.eq(language))
        .select(renditions::id);
    let mut query = certificates::table
        .filter(certificates::organisation_id.eq(organisation))
        .filter(certificates::id.gt(after))
        .filter(diesel::dsl::not(diesel::dsl::exists(rendered)))
        .order(certificates::id)
        .limit(limit)
        .select((
            certificates::id,
            certificates::serial,
            certificates::record,
            certificates::code_sealed,
            certificates::key_id,
        ))
        .into_boxed();
    query = match which {
        Which::Cohort(cohort) => query.filter(certificates::cohort_id.eq(cohort)),
        Which::One(id) => query.filter(certificates::id.eq(id)),
    };
    Ok(query.load(conn)?)
}

/// Which certificates are meant.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    Cohort(CohortId),
    One(CertificateId),
}

#[derive(Insertable)]
#[diesel(table_name = renditions)]
pub struct NewRendition<'a> {
    pub organisation_id: OrganisationId,
    pub certificate_id: CertificateId,
    pub language: &'a str,
    pub pdf: &'a [u8],
    pub sha256: Vec<u8>,
    pub created_at: NaiveDateTime,
}

/// Keeps a rendition, unless somebody else was quicker: the first one is the one.
pub fn keep_rendition(conn: &mut DbConn, row: &NewRendition<'_>) -> Result<()> {
    on_backend!(conn, c => diesel::insert_into(renditions::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// The bytes of a certificate in a language and their SHA-256.
#[derive(Queryable, Selectable)]
#[diesel(table_name = renditions)]
pub struct StoredRendition {
    pub certificate_id: CertificateId,
    pub pdf: Vec<u8>,
    pub sha256: Vec<u8>,
}

/// A certificate's rendition in a language.
pub fn rendition(
    conn: &mut DbConn,
    organisation: OrganisationId,
    certificate: CertificateId,
    language: &str,
) -> Result<Option<StoredRendition>> {
    Ok(renditions::table
        .filter(renditions::organisation_id.eq(organisation))
        .filter(renditions::certificate_id.eq(certificate))
        .filter(renditions::language.eq(language))
        .select(StoredRendition::as_select())
        .first(conn)
        .optional()?)
}

/// The renditions of some certificates in a language.
pub fn renditions_page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    certificates: &[CertificateId],
    language: &str,
) -> Result<Vec<StoredRendition>> {
    Ok(renditions::table
        .filter(renditions::organisation_id.eq(organisation))
        .filter(renditions::certificate_id.eq_any(certificates.to_vec()))
        .filter(renditions::language.eq(language))
        .select(StoredRendition::as_select())
        .load(conn)?)
}
