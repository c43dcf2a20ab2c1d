//! The decision, and the sentences that explain it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{Facts, Finding, ModuleFacts, ModuleFinding, Outcome, SessionFacts, Verdict};
use crate::catalogue::{Level, LevelRule, Rule};
use crate::cohorts::rules::meets;

/// The highest level that the facts earn under the rule, or what is missing for the nearest one. A module counts
/// once, however many of its sessions a person was in.
pub fn decide(rule: &Rule, facts: &Facts) -> Verdict {
    let modules: Vec<ModuleFinding> =
        facts.modules.iter().map(|module| find(module, facts.threshold_percent)).collect();
    let attended: BTreeSet<&str> =
        modules.iter().filter(|m| m.is_attended()).map(|m| m.module.as_str()).collect();
    let outcome = outcome(rule, &attended, modules.len());
    Verdict { rule_version: facts.programme_version, outcome, modules }
}

fn outcome(rule: &Rule, attended: &BTreeSet<&str>, modules_in_programme: usize) -> Outcome {
    let earned =
        rule.levels.iter().filter(|level| still_needed(level, attended) == 0).map(|level| level.level);
    if let Some(level) = earned.max() {
        return Outcome::Earned { level };
    }
    match nearest(rule, attended, None) {
        Some((nearest, _)) => Outcome::NotYet {
            nearest: nearest.level,
            attended: count(attended.len()),
            required: nearest.min_modules,
            missing_required_modules: missing_required(nearest, attended).cloned().collect(),
        },
        // The catalogue refuses a rule without levels; such a rule can be met by nobody.
        None => Outcome::NotYet {
            nearest: Level::Attendance,
            attended: count(attended.len()),
            required: count(modules_in_programme).saturating_add(1),
            missing_required_modules: Vec::new(),
        },
    }
}

/// The level over `above` that the fewest further modules would earn, the lower of two equals, and how many that are.
fn nearest<'a>(
    rule: &'a Rule,
    attended: &BTreeSet<&str>,
    above: Option<Level>,
) -> Option<(&'a LevelRule, u32)> {
    let over = rule.levels.iter().filter(|level| Some(level.level) > above);
    over.map(|level| (level, still_needed(level, attended))).min_by_key(|(level, n)| (*n, level.level))
}

/// What there is still to earn: the nearest level over what the verdict gives, and how many further modules it asks for.
pub fn next_level<'a>(rule: &'a Rule, verdict: &Verdict) -> Option<(&'a LevelRule, u32)> {
    nearest(rule, &verdict.attended_modules(), verdict.outcome.level())
}

/// How many further modules earn the level.
fn still_needed(level: &LevelRule, attended: &BTreeSet<&str>) -> u32 {
    let by_number = level.min_modules.saturating_sub(count(attended.len()));
    by_number.max(count(missing_required(level, attended).count()))
}

fn missing_required<'a>(level: &'a LevelRule, attended: &BTreeSet<&str>) -> impl Iterator<Item = &'a String> {
    level.required_modules.iter().filter(|module| !attended.contains(module.as_str()))
}

fn find(facts: &ModuleFacts, threshold_percent: u32) -> ModuleFinding {
    let seen = || facts.sessions.iter().filter(|session| present(session) > 0);
    let longest = seen()
        .filter(|session| meets(present(session), session.scheduled_seconds, threshold_percent))
        .max_by_key(|session| (present(session), Reverse((session.starts, session.session))));
    let nearest =
        || seen().max_by_key(|session| (share_percent(session), Reverse((session.starts, session.session))));
    let finding = if let Some(session) = longest {
        Finding::Attended {
            session: session.session,
            minutes: present(session) / 60,
            share_percent: share_percent(session),
        }
    } else if let Some(session) = nearest() {
        Finding::BelowThreshold {
            session: session.session,
            minutes: present(session) / 60,
            share_percent: share_percent(session),
            threshold_percent,
        }
    } else if facts.sessions.is_empty() {
        Finding::NotHeld
    } else {
        Finding::Absent
    };
    ModuleFinding { module: facts.module.clone(), finding }
}

/// Presence never exceeds the session.
fn present(session: &SessionFacts) -> u32 {
    session.present_seconds.min(session.scheduled_seconds)
}

/// Rounded down, so that a share just short of the threshold is never shown as having reached it.
fn share_percent(session: &SessionFacts) -> u32 {
    let hundredfold = u64::from(present(session)) * 100;
    let percent = hundredfold.checked_div(u64::from(session.scheduled_seconds)).unwrap_or(0);
    u32::try_from(percent).unwrap_or(100)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Verdict {
    /// How many modules of the programme were attended.
    pub fn attended(&self) -> u32 {
        count(self.attended_modules().len())
    }

    fn attended_modules(&self) -> BTreeSet<&str> {
        self.modules.iter().filter(|m| m.is_attended()).map(|m| m.module.as_str()).collect()
    }

    /// An English sentence: "Attended 1 of 4 modules; a Certificate of Attendance needs 2."
    pub fn explain(&self) -> String {
        let modules = count(self.modules.len());
        let so_far = format!("Attended {} of {modules} {}", self.attended(), plural(modules));
        match &self.outcome {
            Outcome::Earned { level } => format!("{so_far}: this earns a {}.", title(*level)),
            Outcome::NotYet { nearest, attended, required, missing_required_modules } => {
                let mut needs = Vec::new();
                if attended < required {
                    needs.push(required.to_string());
                }
                if !missing_required_modules.is_empty() {
                    needs.push(format!("{} among them", list(missing_required_modules)));
                }
                format!("{so_far}; a {} needs {}.", title(*nearest), needs.join(", "))
            }
        }
    }

    /// What is missing for the nearest level, in English: "1 more module for attendance". Empty where a level was
    /// earned.
    pub fn missing(&self) -> String {
        let Outcome::NotYet { nearest, attended, required, missing_required_modules } = &self.outcome else {
            return String::new();
        };
        let named = count(missing_required_modules.len());
        let needed = required.saturating_sub(*attended).max(named);
        let mut text = format!("{needed} more {} for {}", plural(needed), nearest.as_str());
        if named > 0 {
            let link = if named == needed { ": " } else { ", among them " };
            text.push_str(link);
            text.push_str(&list(missing_required_modules));
        }
        text
    }
}

/// As an English document names the level.
fn title(level: Level) -> &'static str {
    match level {
        Level::Attendance => "Certificate of Attendance",
        Level::Completion => "Certificate of Completion",
    }
}

fn plural(modules: u32) -> &'static str {
    if modules == 1 { "module" } else { "modules" }
}

/// "a, b and c"
fn list(codes: &[String]) -> String {
    match codes {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
