//! The programme as a cohort delivers it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalogue::{ByLanguage, Catalogue, Programme};
use crate::platform::error::{Error, Result};

/// A programme and the titles of its modules, frozen into a cohort when it opens: what is taught, and what earns a
/// certificate, is then settled for these people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgrammeSnapshot {
    pub programme: Programme,
    pub module_titles: BTreeMap<String, ByLanguage<String>>,
}

impl ProgrammeSnapshot {
    /// The programme as the catalogue has it now.
    pub fn of(catalogue: &Catalogue, programme: &str) -> Result<ProgrammeSnapshot> {
        let programme =
            catalogue.programmes.get(programme).ok_or_else(|| Error::not_found("programme"))?.clone();
        let titles = |code: &String| {
            let texts = catalogue.modules.get(code).map(|module| &module.texts);
            texts
                .into_iter()
                .flatten()
                .map(|(language, text)| (language.clone(), text.title.clone()))
                .collect()
        };
        let module_titles = programme.modules.iter().map(|code| (code.clone(), titles(code))).collect();
        Ok(ProgrammeSnapshot { programme, module_titles })
    }

    /// A module's titles by language; empty for a module that the programme does not have.
    pub fn titles(&self, module: &str) -> ByLanguage<String> {
        self.module_titles.get(module).cloned().unwrap_or_default()
    }
}
