//! The templates of an installation: the built-in one, and those that organisations have of their own.

use std::collections::BTreeMap;
use std::path::Path;

use super::template::Template;
use crate::platform::faults::{Fault, Faults};

impl Template {
    /// The language in which it writes for a locale: `sq` for `sq-AL`, English where it has no text. Renditions are kept by
    /// it, so that one text is kept once.
    pub fn language(&self, locale: &str) -> &str {
        self.texts(locale).map_or("en", |texts| texts.language.as_str())
    }
}

/// Templates by organisation.
#[derive(Debug, Default)]
pub struct Templates(BTreeMap<String, Template>);

impl Templates {
    /// Reads a folder that has a folder for each organisation with a template of its own, named by the organisation's
    /// code: `templates/TIRANA/template.toml`.
    pub fn load(dir: Option<&Path>) -> Result<Templates, Faults> {
        let mut templates = BTreeMap::new();
        let Some(dir) = dir else { return Ok(Templates(templates)) };
        let unreadable = |e: std::io::Error| {
            Fault::new("unreadable-folder", e.to_string()).in_file(dir.display().to_string())
        };
        let mut faults = Faults::default();
        for entry in std::fs::read_dir(dir).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let path = entry.path();
            if let (true, Some(code)) = (path.is_dir(), entry.file_name().to_str())
                && let Some(template) = faults.keep(Template::load(&path))
            {
                templates.insert(code.to_owned(), template);
            }
        }
        faults.into_result(Templates(templates))
    }

    /// The organisation's own template, or the built-in one.
    pub fn of(&self, organisation_code: &str) -> &Template {
        self.0.get(organisation_code).unwrap_or_else(|| Template::embedded())
    }
}
