//! A cohort's report as a terminal shows it.

use super::CohortReport;
use super::processing::Processed;

/// The figures of the report.
pub fn figures(report: &CohortReport) -> String {
    let cohort = &report.cohort;
    let widest = report.modules.iter().map(|module| module.module.chars().count()).max().unwrap_or(0).max(8);
    let mut lines = vec![
        format!("{}, {}, {}", cohort.organisation, cohort.programme, cohort.name),
        String::new(),
        format!("{:<widest$}  {:>8}  {:>8}", "module", "present", "attended"),
    ];
    lines.extend(
        report.modules.iter().map(|module| {
            format!("{:<widest$}  {:>8}  {:>8}", module.module, module.present, module.attended)
        }),
    );
    lines.extend([
        String::new(),
        format!("enrolled                      {:>6}", report.enrolled),
        format!("attended at least one module  {:>6}", report.attended),
        format!("attendances                   {:>6}", report.attendances),
        format!("departments                   {:>6}", report.departments),
        format!("certificates of completion    {:>6}", report.certificates.completion),
        format!("certificates of attendance    {:>6}", report.certificates.attendance),
        format!("certificates in all           {:>6}", report.certificates.total),
    ]);
    lines.join("\n")
}

/// Who would get what, and why.
pub fn outlook(processed: &Processed) -> String {
    let mut lines = Vec::new();
    for person in &processed.verdicts.people {
        let held = processed
            .certificates
            .iter()
            .any(|c| c.person_id == person.person.id && Some(c.level) == person.verdict.outcome.level());
        let level = person.verdict.outcome.level().map_or("-", |level| level.as_str());
        let note = if held { "" } else { " Nothing further is issued." };
        let note = if person.verdict.outcome.level().is_some() { note } else { "" };
        let who = format!("{} {}", person.person.employee_id, person.person.name);
        lines.push(format!("{who:<32} {level:<10} {}{note}", person.verdict.explain()));
    }
    for certificate in &processed.certificates {
        if processed.issued.review.contains(&certificate.id) {
            lines.push(format!(
                "to review: {} ({}) is no longer earned",
                certificate.serial,
                certificate.level.as_str()
            ));
        }
    }
    lines.join("\n")
}
