//! Reports of invented people, for the tests.

use chrono::NaiveDate;

use super::rules::{DepartmentFigures, SMALLEST_COUNT, merge_small};
use super::*;

/// The pilot's figures.
pub fn pilot() -> (CohortReport, ReportDetails) {
    let modules = [
        (
            "introduction",
            32,
            27,
            "Introduction to digital human rights",
            "Hyrje në të drejtat digjitale të njeriut",
        ),
        (
            "data-protection",
            28,
            23,
            "Data control, safety, security and protection",
            "Kontrolli, siguria dhe mbrojtja e të dhënave",
        ),
        (
            "digital-inclusion",
            21,
            17,
            "Digital inclusion, equality and equity",
            "Përfshirja digjitale dhe barazia",
        ),
        ("transparency", 26, 22, "Transparency and accountability", "Transparenca dhe llogaridhënia"),
    ];
    let report = CohortReport {
        cohort: ReportedCohort {
            organisation: "Municipality of Tirana".into(),
            programme: "digital-human-rights".into(),
            name: "Winter 2023".into(),
            locale: "sq".into(),
            threshold_percent: 75,
        },
        enrolled: 60,
        attended: 47,
        attendances: 89,
        departments: 23,
        modules: modules
            .map(|(module, present, attended, ..)| ReportedModule {
                module: module.into(),
                present,
                attended,
            })
            .into(),
        certificates: ReportedCertificates { completion: 13, attendance: 10, total: 23 },
    };
    // 12 departments of 3 and 12 of 2, as on the roster; 47 who attended, 23 certificates.
    let small = (0..24u32).map(|number| DepartmentFigures {
        name: format!("Department {number}"),
        directorate: None,
        enrolled: 3 - number / 12,
        attended: 2 - u32::from(number == 23),
        certificates: u32::from(number > 0),
    });
    let details = ReportDetails {
        programme_titles: titles(
            "Digital human rights in the city",
            "Të drejtat digjitale të njeriut në qytet",
        ),
        module_titles: modules.map(|(.., english, albanian)| titles(english, albanian)).into(),
        period: day(2023, 1, 17).zip(day(2023, 3, 21)),
        departments: merge_small(&small.collect::<Vec<_>>(), SMALLEST_COUNT),
        people: None,
        levels: vec![(Level::Completion, 3), (Level::Attendance, 2)],
    };
    (report, details)
}

fn titles(english: &str, albanian: &str) -> ByLanguage<String> {
    [("en", english), ("sq", albanian)]
        .map(|(language, title)| (language.to_owned(), title.to_owned()))
        .into()
}

fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

/// Somebody with a name of their own; every 50th has a very long one.
pub fn person(number: u32) -> ReportedPerson {
    let given = ["Ëngjëll", "Besnik", "Valbona", "Edlira", "Drita", "Klodian", "Çlirim"];
    let family = ["Çela", "Këlliçi", "Shehu", "Xhafa", "Zeneli"];
    let pick = |names: &[&str], n: usize| names.get(n % names.len()).copied().unwrap_or_default().to_owned();
    let n = number as usize;
    let mut name = format!("{} {} N{number}", pick(&given, n), pick(&family, n / 7));
    if number.is_multiple_of(50) {
        name.push_str(&" Wolfeschlegelsteinhausenbergerdorff".repeat(3));
    }
    let codes = ["introduction", "data-protection", "digital-inclusion", "transparency"];
    let attended = n % 5;
    ReportedPerson {
        employee_id: format!("{number:05}"),
        name,
        email: format!("p{number}@city.example"),
        department: pick(&["Housing", "General Directorate of Information Technology", "Roads"], n),
        modules: codes.iter().take(attended).map(|code| (*code).to_owned()).collect(),
        minutes: (0..attended as u32).map(|module| 90 + (number + module) % 31).collect(),
        verdict: ["none", "none", "attendance", "completion", "completion"][attended].into(),
        missing: String::new(),
    }
}
