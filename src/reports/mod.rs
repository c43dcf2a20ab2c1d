//! Reports: what a cohort did, without names unless they are asked for.

use serde::{Deserialize, Serialize};

use crate::catalogue::ByLanguage;

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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReportedCertificates {
    pub completion: u32,
    pub attendance: u32,
    pub total: u32,
}

/// What the PDF report shows beyond the figures of [`CohortReport`].
#[derive(Clone, Debug, PartialEq)]
pub struct ReportDetails {
    pub programme_titles: ByLanguage<String>,
    pub module_titles: Vec<ByLanguage<String>>,
    /// By department, small ones already merged by the rules of this feature.
    pub departments: Vec<ReportedDepartment>,
    /// How many departments stand in the merged row; 0 where none had to be merged.
    pub merged_departments: u32,
    /// The table of people; only for those who may see names.
    pub people: Option<Vec<ReportedPerson>>,
    /// The rule, for the definitions: (level, modules needed), the highest first.
    pub levels: Vec<(crate::catalogue::Level, u32)>,
}

/// One department's figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReportedDepartment {
    /// `None` for the row of the merged small ones.
    pub name: Option<String>,
    pub enrolled: u32,
    pub attended: u32,
    pub certificates: u32,
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
