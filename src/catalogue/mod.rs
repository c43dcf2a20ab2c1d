//! Programmes (with their certification rule) and modules, as data: read from `modules/`, checked at start-up. An
//! organisation can adopt a module: its own texts then stand over the catalogue's.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

pub mod api;
pub mod load;
mod read;
pub mod rules;
pub mod service;
pub mod store;

/// Text by language: BCP 47 tag → text. English is always there.
pub type ByLanguage<T> = BTreeMap<String, T>;

/// Every programme and module that this installation offers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    pub programmes: BTreeMap<String, Programme>,
    pub modules: BTreeMap<String, Module>,
    /// Names of the Guide's thematic areas, by code.
    pub areas: BTreeMap<String, ByLanguage<String>>,
    /// Names of the Guide's mechanisms that the programme works with, by number.
    pub mechanisms: BTreeMap<u32, ByLanguage<String>>,
}

/// A set of modules with a certification rule and a presence threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Programme {
    /// `digital-human-rights`
    pub code: String,
    /// Raised whenever the rule, the threshold or the modules change. A verdict names it.
    pub version: u32,
    pub titles: ByLanguage<String>,
    pub summaries: ByLanguage<String>,
    /// Module codes, in the order in which reports and certificates name them.
    pub modules: Vec<String>,
    /// Share of a session's scheduled time that a person must be present for it to count, 1 to 100.
    pub threshold_percent: u32,
    pub rule: Rule,
}

/// The certification rule: levels in order, the highest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    pub levels: Vec<LevelRule>,
}

/// What one level asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelRule {
    pub level: Level,
    /// How many modules of the programme must be attended.
    pub min_modules: u32,
    /// Modules that must be among them, by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_modules: Vec<String>,
}

/// The level of a certificate.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Attendance,
    Completion,
}

impl Level {
    /// The word in files, the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Attendance => "attendance",
            Level::Completion => "completion",
        }
    }
}

impl TryFrom<String> for Level {
    type Error = UnknownLevel;

    fn try_from(word: String) -> Result<Self, UnknownLevel> {
        [Level::Attendance, Level::Completion]
            .into_iter()
            .find(|l| l.as_str() == word)
            .ok_or(UnknownLevel(word))
    }
}

/// A word that names no level.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no level")]
pub struct UnknownLevel(String);

/// A unit of content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Module {
    /// `data-protection`
    pub code: String,
    /// Raised whenever the content changes, so that whoever adapted it sees that the source has moved on.
    pub version: u32,
    pub kind: ModuleKind,
    /// The length of one session as planned.
    pub duration_minutes: u32,
    /// Thematic areas of the Guide that the module serves, by code.
    pub areas: Vec<String>,
    /// Numbered mechanisms of the Guide that the module serves.
    pub mechanisms: Vec<u32>,
    pub texts: ByLanguage<ModuleText>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ModuleKind {
    Introductory,
    DeepDive,
}

/// What a module says of itself in one language. Objectives and body may be missing in a translation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModuleText {
    pub title: String,
    pub summary: String,
    #[serde(default)]
    pub objectives: Vec<String>,
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// The text in `language`, or in English.
pub fn in_language<'a, T>(texts: &'a ByLanguage<T>, language: &str) -> Option<&'a T> {
    texts.get(language).or_else(|| texts.get("en"))
}

/// A module as an organisation has translated and adapted it.
#[derive(Clone, Debug, PartialEq)]
pub struct AdoptedModule {
    pub code: String,
    /// The version of the catalogue's module that it was last compared with.
    pub source_version: u32,
    /// These stand over the catalogue's, language by language.
    pub texts: ByLanguage<ModuleText>,
    pub adopted_at: NaiveDateTime,
    pub changed_at: NaiveDateTime,
}

/// An adoption as somebody asks for it; [`rules`] checks it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adoption {
    /// The version of the catalogue's module that they have looked at; where absent, what it was, or for a first
    /// adoption today's.
    pub source_version: Option<u32>,
    pub texts: ByLanguage<ModuleText>,
}

/// A module as an organisation has it: adopted, or as the catalogue has it.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnModule {
    /// The catalogue's, with the organisation's texts over its own.
    pub module: Module,
    pub adopted: Option<AdoptedModule>,
}
