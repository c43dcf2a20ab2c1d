//! The pilot: every line of `expected.json`, and the same files again and again.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Laptop, column, holders};
use crate::support::databases::on_both;
use crate::support::files::{assert_same_tree, tree};
use crate::support::pilot;

const MODULES: [&str; 4] = ["introduction", "data-protection", "digital-inclusion", "transparency"];

fn texts(value: &Value) -> BTreeSet<String> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

on_both! {
    fn the_pilot_is_what_it_was_and_stays_so(db: TestDb) {
        let laptop = Laptop::with(db);
        let run = laptop.process(&pilot::dir(), &[]).succeeded();
        assert!(run.stderr.contains("no --public-url"), "{}", run.stderr);
        the_report_has_the_figures(&laptop, &run.stdout);
        the_participants_are_who_they_were(&laptop);
        the_certificates_are_theirs(&laptop);
        the_unmatched_rows_are_the_visitors(&laptop);
        assert_eq!(
            std::fs::read_to_string(laptop.out().join("review.csv")).unwrap(),
            "serial,employee_id,name,email,level,verdict,missing\n"
        );
        again_the_same(&laptop);
    }
}

fn the_report_has_the_figures(laptop: &Laptop, printed: &str) {
    let expected = pilot::expected();
    let report: Value =
        serde_json::from_slice(&std::fs::read(laptop.out().join("report.json")).unwrap()).unwrap();
    assert_eq!(
        report,
        json!({
            "cohort": {
                "organisation": "Municipality of Tirana",
                "programme": "digital-human-rights",
                "name": "Winter 2023",
                "locale": "sq",
                "threshold_percent": 75,
            },
            "enrolled": 60,
            "attended": 47,
            "attendances": 89,
            "departments": 23,
            "modules": [
                { "module": "introduction", "present": 32, "attended": 27 },
                { "module": "data-protection", "present": 28, "attended": 23 },
                { "module": "digital-inclusion", "present": 22, "attended": 17 },
                { "module": "transparency", "present": 27, "attended": 22 },
            ],
            "certificates": { "completion": 13, "attendance": 10, "total": 23 },
        })
    );
    // The same figures by way of the file that the pilot's owner signed off.
    for name in ["enrolled", "threshold_percent"] {
        let told = report.get(name).unwrap_or(&report["cohort"][name]);
        assert_eq!(told, &expected[name], "{name}");
    }
    assert_eq!(report["attended"], expected["attended_any"]);
    assert_eq!(report["departments"], expected["departments_attending"]);
    assert_eq!(report["certificates"]["total"], expected["certified"]);
    assert_eq!(report["cohort"]["organisation"], expected["city"]);
    for (module, session) in
        report["modules"].as_array().unwrap().iter().zip(expected["sessions"].as_array().unwrap())
    {
        assert_eq!(module["module"], session["module"]);
        assert_eq!(module["attended"], session["credited"]);
        let below = count(&module["present"]) - count(&module["attended"]);
        assert_eq!(below, count(&session["present_below_threshold"]), "{module}");
    }
    let rows: Vec<String> =
        printed.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for row in ["introduction 32 27", "transparency 27 22", "certificates of completion 13", "departments 23"]
    {
        assert!(rows.iter().any(|there| there == row), "{row}\n{printed}");
    }
}

fn the_participants_are_who_they_were(laptop: &Laptop) {
    let expected = pilot::expected();
    let participants = laptop.sheet("participants.csv");
    assert_eq!(participants.len(), 60);
    let head = std::fs::read_to_string(laptop.out().join("participants.csv")).unwrap();
    assert_eq!(
        head.lines().next(),
        Some("employee_id,name,email,department,modules,minutes,verdict,missing")
    );
    let (completion, attendance) = (texts(&expected["completion"]), texts(&expected["attendance"]));
    for row in &participants {
        let email = &row["email"];
        let split = |name: &str| -> Vec<String> {
            row[name].split(';').filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        let modules = split("modules");
        assert_eq!(
            modules.iter().cloned().collect::<BTreeSet<_>>(),
            texts(&expected["people"][email]),
            "{email}"
        );
        let order: Vec<usize> =
            modules.iter().map(|m| MODULES.iter().position(|known| m == known).unwrap()).collect();
        assert!(order.is_sorted(), "{email}: {modules:?}");
        let minutes: Vec<u32> = split("minutes").iter().map(|minutes| minutes.parse().unwrap()).collect();
        assert_eq!(minutes.len(), modules.len(), "{email}");
        assert!(minutes.iter().all(|minutes| (90..=120).contains(minutes)), "{email}: {minutes:?}");
        let verdict = match (completion.contains(email), attendance.contains(email)) {
            (true, _) => "completion",
            (_, true) => "attendance",
            _ => "none",
        };
        assert_eq!(row["verdict"], verdict, "{email}");
        assert_eq!(row["missing"].is_empty(), verdict != "none", "{email}: {}", row["missing"]);
    }
    for session in expected["sessions"].as_array().unwrap() {
        let module = session["module"].as_str().unwrap();
        let credited: BTreeSet<String> = participants
            .iter()
            .filter(|row| row["modules"].split(';').any(|attended| attended == module))
            .map(|row| row["email"].clone())
            .collect();
        assert_eq!(credited, texts(&session["credited_emails"]), "{module}");
        assert_eq!(credited.len(), count(&session["credited"]), "{module}");
    }
    let roster: BTreeSet<String> = expected["people"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(column(&participants, "email").into_iter().collect::<BTreeSet<_>>(), roster);
}

fn the_certificates_are_theirs(laptop: &Laptop) {
    let expected = pilot::expected();
    let certificates = laptop.sheet("certificates.csv");
    assert_eq!(certificates.len(), count(&expected["certified"]));
    assert_eq!(holders(&certificates, "completion", "valid"), texts(&expected["completion"]));
    assert_eq!(holders(&certificates, "attendance", "valid"), texts(&expected["attendance"]));
    let mut files = BTreeMap::new();
    for row in &certificates {
        let attended: BTreeSet<String> = row["modules"].split(';').map(str::to_owned).collect();
        assert_eq!(attended, texts(&expected["people"][&row["email"]]), "{row:?}");
        assert_eq!(row["file"], format!("certificates/{}.pdf", row["serial"]));
        let bytes = std::fs::read(laptop.out().join(&row["file"])).unwrap();
        let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sha256, row["sha256"], "{row:?}");
        assert!(bytes.starts_with(b"%PDF-") && bytes.len() <= 60_000, "{} bytes", bytes.len());
        assert!(files.insert(row["file"].clone(), sha256).is_none(), "{row:?} twice");
    }
    let there: BTreeSet<String> = tree(&laptop.out().join("certificates"))
        .keys()
        .map(|f| format!("certificates/{}", f.display()))
        .collect();
    assert_eq!(there, files.into_keys().collect());
}

/// A visitor and a telephone in each export; the trainer, who is named in `cohort.toml`, in none.
fn the_unmatched_rows_are_the_visitors(laptop: &Laptop) {
    let unmatched = laptop.sheet("unmatched.csv");
    let mut by_file: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for row in &unmatched {
        by_file.entry(&row["file"]).or_default().insert((&row["name"], &row["email"]));
        assert!(!row["reason"].is_empty() && row["suggestion"].is_empty() && row["employee_id"].is_empty());
    }
    // In front of the telephone's +, which a spreadsheet would take for a formula, stands a mark that says text.
    let visitors =
        BTreeSet::from([("Visiting Researcher", "visitor@elsewhere.example"), ("'+355 69 000 0000", "")]);
    for file in
        ["1-introduction.csv", "2-data-protection.csv", "3-digital-inclusion.csv", "4-transparency.csv"]
    {
        assert_eq!(by_file.remove(file), Some(visitors.clone()), "{file}");
    }
    assert!(by_file.is_empty(), "{by_file:?}");
    // Every row keeps its place in its file.
    let copy = pilot::Copy::new();
    for row in &unmatched {
        let text = copy.text(&row["file"]);
        let line = text.lines().nth(row["line"].parse::<usize>().unwrap() - 1).unwrap();
        assert!(line.contains(row["name"].trim_start_matches('\'')), "{row:?}: {line}");
    }
}

fn again_the_same(laptop: &Laptop) {
    let before = tree(&laptop.out());
    let report = ["report.json", "report.pdf", "report-names.pdf", "participants.csv", "certificates.csv"];
    let names: Vec<String> = before.keys().map(|name| name.display().to_string()).collect();
    for name in report.into_iter().chain(["schedule.ics", "unmatched.csv", "review.csv"]) {
        assert!(names.iter().any(|there| there == name), "{name} is missing: {names:?}");
    }
    assert_eq!(names.len(), 8 + 23, "{names:?}");

    let run = laptop.process(&pilot::dir(), &[]).succeeded();
    assert!(run.stdout.contains("issued now 0, superseded now 0"), "{}", run.stdout);
    assert_same_tree(&before, &tree(&laptop.out()));

    let other = laptop.dir.path().join("elsewhere");
    laptop.process_into(&pilot::dir(), &other, &[]).succeeded();
    assert_same_tree(&before, &tree(&other));
}
