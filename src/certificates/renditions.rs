//! Renditions: the bytes of a certificate in one language, made once, kept, and served from there.

use std::collections::{BTreeSet, HashMap};

use sha2::{Digest, Sha256};

pub use super::store::Which;
use super::store::{self, NewRendition, StoredRendition, Unrendered};
use super::template::Template;
use super::{Record, render, rules, service};
use crate::organisations::logos;
use crate::platform::db::{Db, DbConn, Scope};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{CertificateId, OrganisationId};
use crate::platform::{Platform, parallel};

/// How many renditions are made between two commits: enough to share the cost of one, few enough to hold in memory.
const RENDITIONS_A_COMMIT: i64 = 256;

/// Makes the renditions that are missing in a language, on all cores, and keeps them; calls `progress` with the number
/// kept after each commit. Stopped half way, the next run goes on where it stopped.
pub fn render_missing(
    platform: &Platform,
    organisation: OrganisationId,
    which: Which,
    template: &Template,
    language: &str,
    progress: &dyn Fn(usize),
) -> Result<()> {
    let mut rendered = next_batch(platform, organisation, which, template, language, CertificateId(0))?;
    while let Some((last, _)) = rendered.last() {
        let after = *last;
        // While one batch waits for the disk, the processors make the next.
        let (kept, next) = std::thread::scope(|scope| {
            let next = scope.spawn(|| next_batch(platform, organisation, which, template, language, after));
            (keep(platform, organisation, language, &rendered), next.join())
        });
        kept?;
        progress(rendered.len());
        rendered = next.map_err(|_| Error::internal("a renderer stopped unexpectedly"))??;
    }
    Ok(())
}

/// Renders the next certificates that have no rendition in the language.
fn next_batch(
    platform: &Platform,
    organisation: OrganisationId,
    which: Which,
    template: &Template,
    language: &str,
    after: CertificateId,
) -> Result<Vec<(CertificateId, Vec<u8>)>> {
    let batch = platform.db.read(Scope::Organisation(organisation), |conn| {
        let rows = store::unrendered(conn, organisation, which, language, after, RENDITIONS_A_COMMIT)?;
        with_records(conn, organisation, rows)
    })?;
    parallel::map(&batch, |(row, record)| {
        Ok((row.id, render_one(platform, row, record, template, language)?))
    })
}

fn keep(
    platform: &Platform,
    organisation: OrganisationId,
    language: &str,
    rendered: &[(CertificateId, Vec<u8>)],
) -> Result<()> {
    let now = platform.clock.now().naive_utc();
    platform.db.write_alone(Scope::Organisation(organisation), |conn| {
        rendered.iter().try_for_each(|(id, pdf)| {
            let row = NewRendition {
                organisation_id: organisation,
                certificate_id: *id,
                language,
                pdf,
                sha256: Sha256::digest(pdf).to_vec(),
                created_at: now,
            };
            store::keep_rendition(conn, &row)
        })
    })
}

fn with_records(
    conn: &mut DbConn,
    organisation: OrganisationId,
    rows: Vec<Unrendered>,
) -> Result<Vec<(Unrendered, Record)>> {
    let record = |row: &Unrendered| serde_json::from_str(&row.record).map_err(Error::internal);
    let mut records: Vec<Record> = rows.iter().map(record).collect::<Result<_>>()?;
    logos::fill(conn, organisation, records.iter_mut().flat_map(|record| &mut record.logos))?;
    Ok(rows.into_iter().zip(records).collect())
}

fn render_one(
    platform: &Platform,
    row: &Unrendered,
    record: &Record,
    template: &Template,
    language: &str,
) -> Result<Vec<u8>> {
    let code = platform.keys.get(row.key_id)?.key.open(&row.serial, &row.code_sealed);
    let code = code.and_then(|code| String::from_utf8(code).ok());
    let code =
        code.ok_or_else(|| Error::internal(format!("the code of {} cannot be unsealed", row.serial)))?;
    render::render(record, &rules::grouped(&code), template, language)
        .map_err(|e| Error::internal(format!("{}: {e}", row.serial)))
}

/// A stored rendition: its bytes and their SHA-256 in hexadecimal digits.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendition {
    pub pdf: Vec<u8>,
    pub sha256: String,
}

/// The rendition of a certificate in a language, made and kept if this is the first time that somebody asks for it.
pub fn rendition(
    platform: &Platform,
    organisation: OrganisationId,
    serial: &str,
    template: &Template,
    language: &str,
) -> Result<Rendition> {
    let certificate = platform
        .db
        .read(Scope::Organisation(organisation), |conn| service::by_serial(conn, organisation, serial))?;
    let stored = |db: &Db| {
        db.read(Scope::Organisation(organisation), |conn| {
            store::rendition(conn, organisation, certificate.id, language)
        })
    };
    let found = match stored(&platform.db)? {
        Some(found) => Some(found),
        None => {
            render_missing(platform, organisation, Which::One(certificate.id), template, language, &|_| {})?;
            stored(&platform.db)?
        }
    };
    let found = found.ok_or_else(|| Error::internal("a rendition went missing"))?;
    verified(serial, found)
}

/// The stored renditions of some certificates in a language, by certificate.
pub fn renditions(
    conn: &mut DbConn,
    organisation: OrganisationId,
    certificates: &[CertificateId],
    language: &str,
) -> Result<HashMap<CertificateId, Rendition>> {
    let wanted: BTreeSet<CertificateId> = certificates.iter().copied().collect();
    let rows = store::renditions_page(conn, organisation, certificates, language)?;
    let found: HashMap<_, _> = rows
        .into_iter()
        .map(|row| Ok((row.certificate_id, verified(&format!("certificate {}", row.certificate_id), row)?)))
        .collect::<Result<_>>()?;
    // A folder that lacks a certificate must not look complete.
    match wanted.iter().find(|id| !found.contains_key(id)) {
        Some(id) => Err(Error::internal(format!("certificate {id} has no rendition in {language}"))),
        None => Ok(found),
    }
}

/// What was stored is what is served: a flipped bit in the database is an error, not a document.
fn verified(what: &str, stored: StoredRendition) -> Result<Rendition> {
    let digest = Sha256::digest(&stored.pdf);
    if digest.as_slice() != stored.sha256 {
        return Err(Error::internal(format!("the stored rendition of {what} is damaged")));
    }
    Ok(Rendition { pdf: stored.pdf, sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect() })
}
