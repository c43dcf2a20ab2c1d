//! Which departments a report without names may show on their own.
//!
//! A count from 1 to k − 1 speaks about few enough people to be recognised, so none is shown and none can be
//! computed from what is shown. Nothing is blanked out: small departments are merged until no row holds such a
//! count, and every row stays in the table, so that a difference between the totals and some rows is the sum of the
//! other rows. The rule is that of small-count suppression in official statistics, with k = 10 by default and 5 at
//! the least.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{DepartmentTable, ReportedDepartment, ReportedUnit};

/// k where nothing else is configured.
pub const SMALLEST_COUNT: u32 = 10;

/// A smaller k is raised to this.
pub const LEAST_SMALLEST_COUNT: u32 = 5;

/// What one department did, before anything is hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepartmentFigures {
    /// Empty for people without a department.
    pub name: String,
    /// The directorate that it belongs to, where one is known.
    pub directorate: Option<String>,
    /// People on the roster.
    pub enrolled: u32,
    /// Those of them who attended at least one module.
    pub attended: u32,
    /// Valid certificates.
    pub certificates: u32,
}

/// Merges departments until each row of the table may be seen: at least `k` people are enrolled, and as many attended
/// and hold certificates, or nobody.
///
/// A department that may not stand alone goes with the other such departments of its directorate; what still may not
/// stand goes into one row of other departments, which takes in the smallest other row until it may be seen itself.
/// Where all of them together are too small, there are no rows. The order of `departments` does not matter.
pub fn merge_small(departments: &[DepartmentFigures], k: u32) -> DepartmentTable {
    let k = k.max(LEAST_SMALLEST_COUNT);
    let mut shown = Vec::new();
    let mut by_directorate: BTreeMap<&str, ReportedDepartment> = BTreeMap::new();
    let mut others = row(ReportedUnit::Others { merged: 0 });
    let peopled: Vec<&DepartmentFigures> = departments
        .iter()
        .filter(|department| department.enrolled > 0 || department.certificates > 0)
        .collect();
    for department in &peopled {
        let alone = alone(department);
        if may_be_seen(&alone, k) {
            shown.push(alone);
            continue;
        }
        let directorate = department.directorate.as_deref().filter(|name| !name.is_empty());
        let into = match directorate {
            Some(name) => by_directorate
                .entry(name)
                .or_insert_with(|| row(ReportedUnit::Directorate { name: name.to_owned(), merged: 0 })),
            None => &mut others,
        };
        absorb(into, &alone);
    }
    for directorate in by_directorate.into_values() {
        if may_be_seen(&directorate, k) { shown.push(directorate) } else { absorb(&mut others, &directorate) }
    }
    // From the largest to the smallest, so that the smallest is taken first; the rest makes the choice of one definite.
    shown.sort_by_cached_key(|row| {
        (std::cmp::Reverse(row.enrolled), place(row), row.attended, row.certificates)
    });
    while counts_anybody(&others) && !may_be_seen(&others, k) {
        match shown.pop() {
            Some(smallest) => absorb(&mut others, &smallest),
            // Nothing is left to hide it in.
            None => others = row(ReportedUnit::Others { merged: 0 }),
        }
    }
    shown.sort_by_cached_key(|row| (place(row), row.enrolled, row.attended, row.certificates));
    if counts_anybody(&others) {
        shown.push(others);
    }
    let count = u32::try_from(peopled.len()).unwrap_or(u32::MAX);
    DepartmentTable { smallest: k, departments: count, rows: shown }
}

/// Who left after earning a certificate is counted by it alone.
fn counts_anybody(row: &ReportedDepartment) -> bool {
    row.enrolled > 0 || row.certificates > 0
}

/// Whether no count of the row is from 1 to k − 1. That nobody attended is told only of at least k people.
fn may_be_seen(row: &ReportedDepartment, k: u32) -> bool {
    let harmless = |count: u32| count == 0 || count >= k;
    row.enrolled >= k && harmless(row.attended) && harmless(row.certificates)
}

fn row(unit: ReportedUnit) -> ReportedDepartment {
    ReportedDepartment { unit, enrolled: 0, attended: 0, certificates: 0 }
}

fn alone(department: &DepartmentFigures) -> ReportedDepartment {
    ReportedDepartment {
        unit: ReportedUnit::Department { name: department.name.clone() },
        enrolled: department.enrolled,
        attended: department.attended,
        certificates: department.certificates,
    }
}

/// Adds the figures of `other` to those of `into`.
fn absorb(into: &mut ReportedDepartment, other: &ReportedDepartment) {
    into.enrolled = into.enrolled.saturating_add(other.enrolled);
    into.attended = into.attended.saturating_add(other.attended);
    into.certificates = into.certificates.saturating_add(other.certificates);
    if let ReportedUnit::Directorate { merged, .. } | ReportedUnit::Others { merged } = &mut into.unit {
        *merged = merged.saturating_add(merged_in(other));
    }
}

/// How many departments the row stands for.
fn merged_in(row: &ReportedDepartment) -> u32 {
    match row.unit {
        ReportedUnit::Department { .. } => 1,
        ReportedUnit::Directorate { merged, .. } | ReportedUnit::Others { merged } => merged,
    }
}

/// Where a row stands in the table: by name as a reader looks it up, without regard to case and diacritics.
fn place(row: &ReportedDepartment) -> (String, String, bool) {
    let (name, whole) = match &row.unit {
        ReportedUnit::Department { name } => (name.as_str(), false),
        ReportedUnit::Directorate { name, .. } => (name.as_str(), true),
        ReportedUnit::Others { .. } => ("", true),
    };
    let plain = name.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    (plain, name.to_owned(), whole)
}

#[cfg(test)]
mod tests;
