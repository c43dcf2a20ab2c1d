//! Use cases of modules that organisations adopt.

use std::collections::HashMap;
use std::ops::Bound;

use chrono::NaiveDateTime;

use super::store::{self, AdoptedRow};
use super::{AdoptedModule, Adoption, Catalogue, Module, OwnModule, rules};
use crate::organisations;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::Faults;
use crate::platform::ids::OrganisationId;

/// A page of the catalogue's modules as an organisation has them, by code.
pub fn page(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    organisation: OrganisationId,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<OwnModule>> {
    let behind = (after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
    let limit = usize::try_from(limit).unwrap_or(0);
    let sources = catalogue.modules.range::<str, _>(behind).map(|(_, module)| module);
    own(conn, organisation, sources.take(limit).collect())
}

/// These modules as the organisation has them, in this order; those that the catalogue does not have are left out. One
/// query, however many they are.
pub fn modules(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    organisation: OrganisationId,
    codes: &[String],
) -> Result<Vec<OwnModule>> {
    own(conn, organisation, codes.iter().filter_map(|code| catalogue.modules.get(code)).collect())
}

/// One module as the organisation has it, or [`Error::NotFound`].
pub fn module(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    organisation: OrganisationId,
    code: &str,
) -> Result<OwnModule> {
    let source = catalogue.modules.get(code).ok_or_else(|| Error::not_found("module"))?;
    own(conn, organisation, vec![source])?.pop().ok_or_else(|| Error::internal("a module went missing"))
}

/// The same, held so that nobody else changes it until the transaction ends.
pub fn module_for_change(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    organisation: OrganisationId,
    code: &str,
) -> Result<OwnModule> {
    organisations::service::hold(conn, organisation)?;
    module(conn, catalogue, organisation, code)
}

fn own(conn: &mut DbConn, organisation: OrganisationId, sources: Vec<&Module>) -> Result<Vec<OwnModule>> {
    let codes: Vec<&str> = sources.iter().map(|module| module.code.as_str()).collect();
    let mut adopted = HashMap::new();
    for row in store::adopted(conn, organisation, &codes)? {
        adopted.insert(row.code.clone(), read(row)?);
    }
    Ok(sources.into_iter().map(|source| rules::own(source, adopted.remove(&source.code))).collect())
}

fn read(row: AdoptedRow) -> Result<AdoptedModule> {
    let AdoptedRow { code, source_version, texts, adopted_at, changed_at } = row;
    Ok(AdoptedModule {
        code,
        source_version: u32::try_from(source_version).map_err(Error::internal)?,
        texts: serde_json::from_str(&texts).map_err(Error::internal)?,
        adopted_at,
        changed_at,
    })
}

/// Adopts a module, or changes its adoption; `before` is what it is now, [held](module_for_change). An adoption that says
/// the same as before is no change.
pub fn adopt(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    organisation: OrganisationId,
    before: OwnModule,
    adoption: &Adoption,
    now: NaiveDateTime,
) -> Result<OwnModule> {
    let adopted = before.adopted.as_ref();
    let version = rules::source_version(adoption.source_version, adopted, before.module.version);
    let mut faults = Faults::default();
    let version = faults.keep(version.map_err(Faults::from));
    let texts = faults.keep(rules::adopted_texts(&adoption.texts));
    let (version, texts) = faults.into_result((version.unwrap_or_default(), texts.unwrap_or_default()))?;
    if adopted.is_some_and(|adopted| adopted.source_version == version && adopted.texts == texts) {
        return Ok(before);
    }
    let texts = serde_json::to_string(&texts).map_err(Error::internal)?;
    let version = i32::try_from(version).map_err(Error::internal)?;
    store::put(conn, organisation, &before.module.code, version, &texts, now)?;
    module(conn, catalogue, organisation, &before.module.code)
}

/// Goes back to the catalogue's own module; one that was not adopted is [`Error::NotFound`].
pub fn give_up(conn: &mut DbConn, organisation: OrganisationId, before: &OwnModule) -> Result<()> {
    if store::delete(conn, organisation, &before.module.code)? {
        return Ok(());
    }
    Err(Error::not_found("adopted module"))
}
