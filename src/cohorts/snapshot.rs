//! The programme as a cohort delivers it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalogue::{self, ByLanguage, Catalogue, OwnModule, Programme};
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::ids::OrganisationId;

/// A programme and the titles of its modules, frozen into a cohort when it opens: what is taught, and what earns a
/// certificate, is then settled for these people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgrammeSnapshot {
    pub programme: Programme,
    pub module_titles: BTreeMap<String, ByLanguage<String>>,
}

impl ProgrammeSnapshot {
    /// The programme as the catalogue has it now, with the titles that the organisation has given to its modules.
    pub fn of(
        conn: &mut DbConn,
        catalogue: &Catalogue,
        organisation: OrganisationId,
        programme: &str,
    ) -> Result<ProgrammeSnapshot> {
        let programme =
            catalogue.programmes.get(programme).ok_or_else(|| Error::not_found("programme"))?.clone();
        let modules = catalogue::service::modules(conn, catalogue, organisation, &programme.modules)?;
        let titles = |OwnModule { module, .. }: OwnModule| {
            let titles = module.texts.into_iter().map(|(language, text)| (language, text.title));
            (module.code, titles.collect())
        };
        Ok(ProgrammeSnapshot { programme, module_titles: modules.into_iter().map(titles).collect() })
    }

    /// A module's titles by language; empty for a module that the programme does not have.
    pub fn titles(&self, module: &str) -> ByLanguage<String> {
        self.module_titles.get(module).cloned().unwrap_or_default()
    }
}
