//! Reports: what a cohort did, without names unless they are asked for.
//!
//! [`rules`] decides which departments may be seen on their own, [`pdf`] and [`csv`] write the report down.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::catalogue::{ByLanguage, Level};

pub mod api;
pub mod csv;
pub mod folder;
pub mod output;
pub mod pdf;
pub mod processing;
pub mod rules;
pub mod service;
pub mod suppression;
pub mod table;
mod text;

#[cfg(test)]
mod samples;

/// A cohort's report in figures; `report.json` is this, in this order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CohortReport {
    pub cohort: ReportedCohort,
    /// People on the cohort's roster.
    pub enrolled: u32,
    /// People who attended at least one module.
    pub attended: u32,
    /// Attended modules, summed over people.
    pub attendances: u32,
    /// Departments of the people who attended at least one module.
    pub departments: u32,
    pub modules: Vec<ReportedModule>,
    /// Valid certificates.
    pub certificates: ReportedCertificates,
}

/// Which cohort the report is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReportedCohort {
    pub organisation: String,
    pub programme: String,
    pub name: String,
    /// BCP 47 tag of the cohort's language.
    pub locale: String,
    /// Share of a session's scheduled time that counts as attended.
    pub threshold_percent: u32,
}

/// One module's figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReportedModule {
    /// The module's code.
    pub module: String,
    /// Enrolled people seen at all.
    pub present: u32,
    /// Enrolled people who met the threshold.
    pub attended: u32,
}

/// Valid certificates by level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReportedCertificates {
    pub completion: u32,
    pub attendance: u32,
    pub total: u32,
}

/// A cohort's report as statistics may show it; made by [`suppression::suppressed`]. What is absent is about too few
/// people, or would give such a figure away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SuppressedReport {
    pub cohort: ReportedCohort,
    /// The smallest count but 0 that is shown.
    pub smallest: u32,
    /// People on the cohort's roster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrolled: Option<u32>,
    /// People who attended at least one module.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attended: Option<u32>,
    /// All modules, or none of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modules: Option<Vec<SuppressedModule>>,
    /// Valid certificates: all levels, or none of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificates: Option<ReportedCertificates>,
}

/// One module's figure. How many were merely seen is not told: it differs from it by few.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SuppressedModule {
    /// The module's code.
    pub module: String,
    /// Enrolled people who met the threshold.
    pub attended: u32,
}

/// What the PDF report shows beyond the figures of [`CohortReport`].
#[derive(Clone, Debug, PartialEq)]
pub struct ReportDetails {
    pub programme_titles: ByLanguage<String>,
    /// In the order of [`CohortReport::modules`].
    pub module_titles: Vec<ByLanguage<String>>,
    /// The days of the first and the last session, each in its own zone; `None` where none is scheduled.
    pub period: Option<(NaiveDate, NaiveDate)>,
    pub departments: DepartmentTable,
    /// The table of people; only for those who may see names.
    pub people: Option<Vec<ReportedPerson>>,
    /// The rule, for the definitions: (level, modules needed), the highest first.
    pub levels: Vec<(Level, u32)>,
}

/// Figures by department that tell nothing about single people; made by [`rules::merge_small`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DepartmentTable {
    /// The smallest count but 0 that is shown.
    pub smallest: u32,
    /// Departments with enrolled people, shown or not.
    pub departments: u32,
    /// By name, the row of other departments last. Empty where even all departments together are too small.
    pub rows: Vec<ReportedDepartment>,
}

/// One row of figures by department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReportedDepartment {
    pub unit: ReportedUnit,
    /// People on the roster.
    pub enrolled: u32,
    /// Those of them who attended at least one module.
    pub attended: u32,
    /// Valid certificates.
    pub certificates: u32,
}

/// What a row of the table of departments stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ReportedUnit {
    /// The name is empty for people without a department.
    Department { name: String },
    /// The small departments of one directorate, `merged` of them.
    Directorate { name: String, merged: u32 },
    /// Departments that cannot be shown otherwise, `merged` of them.
    Others { merged: u32 },
}

/// One line of the table of people, and of `participants.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReportedPerson {
    pub employee_id: String,
    pub name: String,
    pub email: String,
    pub department: String,
    /// Codes of the attended modules, in the programme's order.
    pub modules: Vec<String>,
    /// Minutes of presence in each of `modules`.
    pub minutes: Vec<u32>,
    /// `completion`, `attendance` or `none`.
    pub verdict: String,
    /// What is missing for the nearest level; empty where a level was earned.
    pub missing: String,
}
