//! The certification rule applied: facts in, verdict out.
//!
//! The rule itself is data of the catalogue ([`Rule`](crate::catalogue::Rule)). The verdict explains itself: it names
//! the version of the programme that it was made under, and for each module the session that counted, or why none did.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::catalogue::Level;
use crate::platform::ids::SessionId;

pub mod api;
pub mod missing;
pub mod rules;
pub mod service;

/// What a rule decides on: one person's presence in one cohort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Of the programme as it was frozen into the cohort.
    pub programme_version: u32,
    /// Share of a session's scheduled time that a person must be present for it to count, 1 to 100.
    pub threshold_percent: u32,
    /// Every module of the programme, in its order; one without sessions too.
    pub modules: Vec<ModuleFacts>,
}

/// A person's presence in the sessions of one module, in any order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleFacts {
    pub module: String,
    pub sessions: Vec<SessionFacts>,
}

/// A person's presence in one session; 0 seconds where they were absent or excused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionFacts {
    pub session: SessionId,
    /// UTC.
    pub starts: NaiveDateTime,
    pub scheduled_seconds: u32,
    pub present_seconds: u32,
}

/// What a person earned, or what is missing, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Verdict {
    /// The programme's version, which names the rule.
    pub rule_version: u32,
    pub outcome: Outcome,
    /// Every module of the programme, in its order.
    pub modules: Vec<ModuleFinding>,
}

/// The result of a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Outcome {
    /// The highest level whose conditions are met.
    Earned { level: Level },
    /// No level yet; the nearest is the one that the fewest further modules would earn, the lower of two equals.
    NotYet {
        nearest: Level,
        /// Modules attended so far.
        attended: u32,
        /// Modules that `nearest` asks for.
        required: u32,
        /// Modules that must be among them and were not attended, by code.
        missing_required_modules: Vec<String>,
    },
}

impl Outcome {
    /// The level earned. In the order of `Option`, more is higher: `None` < attendance < completion.
    pub fn level(&self) -> Option<Level> {
        match self {
            Outcome::Earned { level } => Some(*level),
            Outcome::NotYet { .. } => None,
        }
    }
}

/// What was found of one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ModuleFinding {
    /// The module's code.
    pub module: String,
    #[serde(flatten)]
    pub finding: Finding,
}

impl ModuleFinding {
    /// Whether the module counts.
    pub fn is_attended(&self) -> bool {
        matches!(self.finding, Finding::Attended { .. })
    }
}

/// Whether a module counts, by which session, and if not, why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum Finding {
    /// The session is the one with the longest presence among those that meet the threshold; the earliest of equals.
    Attended {
        #[schema(value_type = i64)]
        session: SessionId,
        /// Whole minutes of presence.
        minutes: u32,
        /// Whole percent of the scheduled time.
        share_percent: u32,
    },
    /// Seen, but never for long enough. The session is the one that came nearest.
    BelowThreshold {
        #[schema(value_type = i64)]
        session: SessionId,
        minutes: u32,
        share_percent: u32,
        threshold_percent: u32,
    },
    /// Not seen in any of the module's sessions.
    Absent,
    /// The cohort has no session of this module.
    NotHeld,
}
