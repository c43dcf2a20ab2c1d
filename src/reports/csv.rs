//! The report as sheets.

use super::{CohortReport, ReportedPerson, SuppressedReport};
use crate::platform::cells::Sheet;

/// `participants.csv`: one row a person, in the given order. `modules` and `minutes` hold as many values each, joined
/// by `;`. It holds names: only for those who may see them.
pub fn participants(people: &[ReportedPerson]) -> Vec<u8> {
    let mut sheet = Sheet::new([
        "employee_id",
        "name",
        "email",
        "department",
        "modules",
        "minutes",
        "verdict",
        "missing",
    ]);
    for person in people {
        let minutes: Vec<String> = person.minutes.iter().map(u32::to_string).collect();
        sheet.row([
            person.employee_id.as_str(),
            person.name.as_str(),
            person.email.as_str(),
            person.department.as_str(),
            person.modules.join(";").as_str(),
            minutes.join(";").as_str(),
            person.verdict.as_str(),
            person.missing.as_str(),
        ]);
    }
    sheet.into_bytes()
}

/// The figures of a cohort without names, one number a row, so that reports can be put below one another:
///
/// | `measure` | `key` | `value` |
/// |---|---|---|
/// | `enrolled`, `attended`, `attendances`, `departments` | empty | as in [`CohortReport`] |
/// | `module-present`, `module-attended` | the module's code | as in [`super::ReportedModule`] |
/// | `certificates` | `completion`, `attendance`, `total` | valid certificates |
pub fn figures(report: &CohortReport) -> Vec<u8> {
    let mut sheet = Sheet::new(["measure", "key", "value"]);
    let mut row =
        |measure: &str, key: &str, value: u32| sheet.row([measure, key, value.to_string().as_str()]);
    row("enrolled", "", report.enrolled);
    row("attended", "", report.attended);
    row("attendances", "", report.attendances);
    row("departments", "", report.departments);
    for module in &report.modules {
        row("module-present", &module.module, module.present);
        row("module-attended", &module.module, module.attended);
    }
    row("certificates", "completion", report.certificates.completion);
    row("certificates", "attendance", report.certificates.attendance);
    row("certificates", "total", report.certificates.total);
    sheet.into_bytes()
}

/// The figures that statistics may show, in the same form; what is withheld has no row.
pub fn suppressed_figures(report: &SuppressedReport) -> Vec<u8> {
    let mut sheet = Sheet::new(["measure", "key", "value"]);
    let mut row =
        |measure: &str, key: &str, value: u32| sheet.row([measure, key, value.to_string().as_str()]);
    report.enrolled.iter().for_each(|n| row("enrolled", "", *n));
    report.attended.iter().for_each(|n| row("attended", "", *n));
    for module in report.modules.iter().flatten() {
        row("module-attended", &module.module, module.attended);
    }
    if let Some(certificates) = &report.certificates {
        row("certificates", "completion", certificates.completion);
        row("certificates", "attendance", certificates.attendance);
        row("certificates", "total", certificates.total);
    }
    sheet.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::samples;

    #[test]
    fn a_row_a_person_with_modules_and_minutes_joined() {
        let mut person = samples::person(1);
        person.name = "=HYPERLINK(\"x\")".into();
        person.department = "Housing, Roads".into();
        person.modules = vec!["introduction".into(), "transparency".into()];
        person.minutes = vec![118, 95];
        person.verdict = "attendance".into();
        let text = String::from_utf8(participants(&[person])).unwrap();
        assert_eq!(
            text,
            "employee_id,name,email,department,modules,minutes,verdict,missing\n\
             00001,\"'=HYPERLINK(\"\"x\"\")\",p1@city.example,\"Housing, Roads\",introduction;transparency,118;95,attendance,\n"
        );
    }

    #[test]
    fn a_row_a_figure() {
        let text = String::from_utf8(figures(&samples::pilot().0)).unwrap();
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "measure,key,value",
                "enrolled,,60",
                "attended,,47",
                "attendances,,89",
                "departments,,23",
                "module-present,introduction,32",
                "module-attended,introduction,27",
                "module-present,data-protection,28",
                "module-attended,data-protection,23",
                "module-present,digital-inclusion,21",
                "module-attended,digital-inclusion,17",
                "module-present,transparency,26",
                "module-attended,transparency,22",
                "certificates,completion,13",
                "certificates,attendance,10",
                "certificates,total,23",
            ]
        );
    }
}
