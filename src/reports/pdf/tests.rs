use std::process::Command;

use super::*;
use crate::platform::pdf::{Item, Page, Text};
use crate::reports::rules::{DepartmentFigures, merge_small};
use crate::reports::{ReportedModule, samples};

/// Written where `REPORT_SAMPLES` says, to be looked at.
fn keep(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("REPORT_SAMPLES") {
        std::fs::write(std::path::Path::new(&folder).join(name), bytes).unwrap();
    }
}

/// What poppler reads from the file, page by page.
fn extracted(bytes: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.pdf");
    std::fs::write(&file, bytes).unwrap();
    let output = Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output();
    let output = output.expect("pdftotext runs (package poppler-utils)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect()
}

/// With one space between words.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn texts(pages: &[Page]) -> Vec<&Text> {
    pages.iter().flat_map(|page| &page.blocks).flat_map(Block::texts).collect()
}

fn blocks(document: &Document) -> impl Iterator<Item = &Block> {
    document.pages.iter().flat_map(|page| &page.blocks)
}

/// Everything stands in the frame, the foot below it; no text runs into another; no text lacks a word or a value.
fn assert_neat(document: &Document) {
    for (number, page) in document.pages.iter().enumerate() {
        let (foot, rest) = page.blocks.split_last().unwrap();
        for block in rest {
            let Some(bounds) = block.bounds() else { continue };
            // Half of a line's thickness, and rounding.
            let (left, right) = (FRAME.x - 0.6, FRAME.right() + 0.6);
            assert!(
                bounds.x >= left && bounds.right() <= right,
                "page {number}: {bounds:?} {:?}",
                block.role
            );
            assert!(
                bounds.y >= FRAME.y - 0.6 && bounds.bottom() <= FRAME.bottom() + 0.6,
                "page {number}: {bounds:?} {:?}",
                block.role
            );
        }
        let foot = foot.bounds().unwrap();
        assert!(foot.y > FRAME.bottom() && foot.bottom() < page.size.height - 24.0);
        let texts: Vec<&Text> = page.blocks.iter().flat_map(Block::texts).collect();
        for (index, text) in texts.iter().enumerate() {
            assert!(!text.content.contains(['{', '}', '\u{2068}', '\u{2069}']), "{}", text.content);
            for other in &texts[..index] {
                let (a, b) = (text.bounds(), other.bounds());
                // Ascent and descent are those of the tallest letters: a line may touch the next, not cover it.
                let across = a.right().min(b.right()) - a.x.max(b.x);
                let down = (a.bottom()).min(b.bottom()) - a.y.max(b.y);
                assert!(
                    across < 0.5 || down < 1.0,
                    "page {number}: “{}” and “{}”",
                    text.content,
                    other.content
                );
            }
        }
    }
}

#[test]
fn the_pilots_report_says_every_figure_in_albanian() {
    let (report, details) = samples::pilot();
    assert_neat(&compose(&report, &details, "sq").unwrap());
    let bytes = render(&report, &details, "sq").unwrap();
    keep("pilot-sq.pdf", &bytes);
    let pages = extracted(&bytes);
    let text = words(&pages.join(" "));
    for part in [
        "Raporti i grupit: Winter 2023",
        "Municipality of Tirana",
        "Të drejtat digjitale të njeriut në qytet",
        "Seancat nga 17 janar 2023 deri më 21 mars 2023",
        "32 të pranishëm",
        "27 e ndoqën",
        "1 Hyrje në të drejtat digjitale të njeriut 32 27 45%",
        "Të 24 departamentet së bashku 60 47 23",
        "Certifikatë përfundimi",
        "të paktën 75% të kohës",
        "shifër nga 1 deri në 9",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    for figure in ["60", "47", "23", "89", "13", "10"] {
        assert!(text.split(' ').any(|word| word == figure), "{figure}");
    }
    for (index, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Faqja {} nga {}", index + 1, pages.len())), "{page}");
    }
    assert!(!text.contains("Department 1"), "a small department is named");
}

#[test]
fn a_language_that_nobody_wrote_gets_english() {
    let (report, details) = samples::pilot();
    let document = compose(&report, &details, "xx-YY").unwrap();
    assert_eq!((document.language.as_str(), document.title.as_str()), ("en", "Cohort report: Winter 2023"));
    let bytes = render(&report, &details, "en").unwrap();
    keep("pilot-en.pdf", &bytes);
    let text = words(&extracted(&bytes).join(" "));
    for part in [
        "17 January 2023",
        "28 present",
        "All 24 departments together",
        "Page 1 of",
        "at least 3 of the 4 modules",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn the_same_report_is_the_same_file() {
    let (report, mut details) = samples::pilot();
    details.people = Some((1..=60).map(samples::person).collect());
    assert_eq!(render(&report, &details, "sq").unwrap(), render(&report, &details, "sq").unwrap());
}

#[test]
fn charts_are_told_in_words_with_their_numbers() {
    let (report, details) = samples::pilot();
    let document = compose(&report, &details, "en").unwrap();
    let alts: Vec<&String> = blocks(&document)
        .filter_map(|block| match &block.role {
            Role::Figure { alt } => Some(alt),
            _ => None,
        })
        .collect();
    assert_eq!(alts.len(), 2);
    assert!(alts[0].contains("Transparency and accountability: 26 present, 22 attended."), "{}", alts[0]);
    assert!(alts[1].contains("Certificate of Completion: 13; Certificate of Attendance: 10."), "{}", alts[1]);
}

#[test]
fn headings_lists_and_tables_have_their_roles() {
    let (report, details) = samples::pilot();
    let document = compose(&report, &details, "en").unwrap();
    let count = |role: &Role| blocks(&document).filter(|block| block.role == *role).count();
    assert_eq!(count(&Role::Heading(1)), 1);
    assert_eq!(count(&Role::Heading(2)), 5);
    assert_eq!(count(&Role::Table), 2);
    for table in blocks(&document).filter(|block| block.role == Role::Table) {
        for (index, row) in table.items.iter().enumerate() {
            let Item::Block(Block { role: Role::Row, items, .. }) = row else { panic!("{row:?}") };
            let heads = items
                .iter()
                .filter(|cell| matches!(cell, Item::Block(Block { role: Role::HeaderCell(_), .. })));
            assert_eq!(heads.count(), if index == 0 { items.len() } else { 1 });
        }
    }
}

#[test]
fn five_thousand_people_stand_in_the_table_once_each_below_a_head_on_every_page() {
    let (mut report, mut details) = samples::pilot();
    report.enrolled = 5000;
    let people: Vec<_> = (1..=5000).map(samples::person).collect();
    details.people = Some(people.clone());
    let document = compose(&report, &details, "sq").unwrap();
    let bytes = to_bytes(&document).unwrap();
    keep("names-5000.pdf", &bytes);
    assert_neat(&document);
    let tables = blocks(&document).filter(|block| block.role == Role::Table);
    let continued: Vec<bool> = tables.map(|table| table.continued).collect();
    assert_eq!(
        continued.iter().filter(|continued| !**continued).count(),
        3,
        "one table of people and two others"
    );

    let pages = extracted(&bytes);
    assert_eq!(pages.len(), document.pages.len());
    let first = pages.iter().position(|page| page.contains("Rezultati")).unwrap();
    for (index, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Faqja {} nga {}", index + 1, pages.len())));
        assert!(page.contains("Përmban të dhëna personale"));
        assert_eq!(page.contains("Rezultati"), index >= first, "page {}", index + 1);
    }
    let mut seen = std::collections::HashMap::new();
    for line in pages[first..].iter().flat_map(|page| page.lines()) {
        if let Some(id) = line
            .split_whitespace()
            .next()
            .filter(|id| id.len() == 5 && id.bytes().all(|b| b.is_ascii_digit()))
        {
            *seen.entry(id.to_owned()).or_insert(0) += 1;
        }
    }
    assert_eq!(seen.len(), people.len());
    assert!(seen.values().all(|times| *times == 1));
    let text = words(&pages.join(" "));
    for person in people.iter().filter(|person| person.name.chars().count() < 20) {
        assert_eq!(text.matches(&format!("{} ", person.name)).count(), 1, "{}", person.name);
    }
}

#[test]
fn many_modules_and_departments_and_long_names_stay_in_the_frame() {
    let (mut report, mut details) = samples::pilot();
    let long = "Ndërvepërndërmjetësimveprimtarizimi i të drejtave ".repeat(12);
    report.cohort.name = long.clone();
    report.cohort.organisation = long.clone();
    report.enrolled = u32::MAX;
    report.modules = (0..90)
        .map(|number| ReportedModule {
            module: format!("module-{number}"),
            present: number * 7,
            attended: number,
        })
        .collect();
    details.module_titles = vec![[("en".to_owned(), long.clone())].into(); 40];
    let departments: Vec<DepartmentFigures> = (0..700u32)
        .map(|number| DepartmentFigures {
            name: format!("{number} {}", if number % 9 == 0 { long.as_str() } else { "Roads" }),
            directorate: Some(format!("Directorate {}", number % 3)),
            enrolled: 5 + number,
            attended: 5 + number / 2,
            certificates: number / 3,
        })
        .collect();
    details.departments = merge_small(&departments, 10);
    let mut odd = samples::person(1);
    odd.name = "李小龍 \u{e000}".into();
    odd.modules = vec!["no-such-module".repeat(20)];
    details.people = Some(vec![odd]);
    let document = compose(&report, &details, "sq").unwrap();
    assert_neat(&document);
    let bytes = to_bytes(&document).unwrap();
    keep("large.pdf", &bytes);
    let text = words(&extracted(&bytes).join(" "));
    assert!(text.contains("??? ?") && text.contains("shenjën “?”"));
    for number in 40..90 {
        assert!(text.contains(&format!("module-{number} ")), "{number}");
    }
}

#[test]
fn an_empty_cohort_has_a_report_too() {
    let (mut report, mut details) = samples::pilot();
    (report.enrolled, report.attended, report.attendances, report.departments) = (0, 0, 0, 0);
    report.modules.clear();
    report.certificates = crate::reports::ReportedCertificates { completion: 0, attendance: 0, total: 0 };
    details.departments = merge_small(&[], 10);
    details.period = None;
    details.people = Some(Vec::new());
    let document = compose(&report, &details, "en").unwrap();
    assert_neat(&document);
    let bytes = to_bytes(&document).unwrap();
    keep("empty.pdf", &bytes);
}

#[test]
fn too_few_people_for_a_table_of_departments_are_told_so() {
    let (report, mut details) = samples::pilot();
    let department = |name: &str| DepartmentFigures {
        name: name.into(),
        directorate: None,
        enrolled: 4,
        attended: 3,
        certificates: 2,
    };
    details.departments = merge_small(&[department("Archive"), department("Museum")], 10);
    let document = compose(&report, &details, "en").unwrap();
    let all: Vec<&str> = texts(&document.pages).iter().map(|text| text.content.as_str()).collect();
    let all = words(&all.join(" "));
    assert!(all.contains("too few people for a table") && !all.contains("Archive"), "{all}");
}
