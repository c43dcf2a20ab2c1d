//! What a trainer does between two runs: confirm names, look before issuing, use a folder with more or less in it.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Laptop, Row, column, holders};
use crate::support::databases::TestDb;
use crate::support::files::{assert_same_tree, tree};
use crate::support::pilot;

/// The pilot, but the introduction's export lacks the addresses of p003 and p033, as if they had come as guests.
fn without_addresses() -> pilot::Copy {
    let folder = pilot::Copy::new();
    folder.edit("1-introduction.csv", |text| {
        ["p003@tirana.example", "p033@tirana.example"].iter().fold(text.to_owned(), |text, address| {
            text.replace(&format!("{address}\t{address}"), "\t").replace(address, "")
        })
    });
    folder
}

fn verdict<'a>(participants: &'a [Row], employee_id: &str) -> &'a str {
    &participants.iter().find(|row| row["employee_id"] == employee_id).unwrap()["verdict"]
}

#[test]
fn a_name_alone_is_a_suggestion_until_a_trainer_confirms_it() {
    let laptop = Laptop::fresh();
    let folder = without_addresses();
    laptop.process(folder.path(), &[]).succeeded();
    assert_eq!(verdict(&laptop.sheet("participants.csv"), "00003"), "none");
    let unmatched = laptop.sheet("unmatched.csv");
    let suggested: BTreeSet<&str> =
        unmatched.iter().map(|row| &*row["suggestion"]).filter(|suggestion| !suggestion.is_empty()).collect();
    assert_eq!(suggested, BTreeSet::from(["00003 Valbona Shehu", "00033 Elira Tafaj"]));

    // One is confirmed; the other one stays a suggestion.
    folder.write("aliases.csv", "file,name,employee_id\n1-introduction.csv,Valbona Shehu,00003\n");
    laptop.process(folder.path(), &[]).succeeded();
    let participants = laptop.sheet("participants.csv");
    assert_eq!((verdict(&participants, "00003"), verdict(&participants, "00033")), ("attendance", "none"));
    assert!(
        holders(&laptop.sheet("certificates.csv"), "attendance", "valid").contains("p003@tirana.example")
    );
    let names = column(&laptop.sheet("unmatched.csv"), "name");
    assert!(
        !names.contains(&"Valbona Shehu".to_owned()) && names.contains(&"Elira Tafaj".to_owned()),
        "{names:?}"
    );
}

#[test]
fn a_filled_in_unmatched_sheet_is_the_confirmation() {
    let laptop = Laptop::fresh();
    let folder = without_addresses();
    laptop.process(folder.path(), &[]).succeeded();
    // The trainer fills in whom a suggestion names, and knows that the telephone was that of 00060.
    let mut filled = csv::Writer::from_writer(Vec::new());
    let mut sheet = csv::Reader::from_path(laptop.out().join("unmatched.csv")).unwrap();
    filled.write_record(sheet.headers().unwrap()).unwrap();
    for row in sheet.records() {
        let row = row.unwrap();
        let employee_id = match (&row[2], row[5].get(..5)) {
            (_, Some(suggested)) => suggested,
            ("'+355 69 000 0000", None) => "00060",
            _ => "",
        };
        filled.write_record(row.iter().take(6).chain([employee_id])).unwrap();
    }
    folder.write("aliases.csv", filled.into_inner().unwrap());
    laptop.process(folder.path(), &[]).succeeded();

    let participants = laptop.sheet("participants.csv");
    assert_eq!(
        (verdict(&participants, "00003"), verdict(&participants, "00033")),
        ("attendance", "attendance")
    );
    assert_eq!(verdict(&participants, "00060"), "completion");
    let names: BTreeSet<String> = column(&laptop.sheet("unmatched.csv"), "name").into_iter().collect();
    assert_eq!(names, BTreeSet::from(["Visiting Researcher".to_owned()]));
}

#[test]
fn unique_names_are_taken_where_the_trainer_says_so() {
    let laptop = Laptop::fresh();
    let folder = without_addresses();
    // p001 comes under an address that nobody has: then the name, though unique, is not taken.
    folder.edit("2-data-protection.csv", |text| {
        text.replace("10:36:28 AM\t34m 28s\tp001@", "12:02:00 PM\t2h 0m 0s\tp001@")
            .replace("p001@tirana.example", "besnik@home.example")
    });
    laptop.process(folder.path(), &["--accept-unique-names"]).succeeded();
    let participants = laptop.sheet("participants.csv");
    assert_eq!(
        (verdict(&participants, "00003"), verdict(&participants, "00033")),
        ("attendance", "attendance")
    );
    assert_eq!(verdict(&participants, "00001"), "none");
    let unmatched = laptop.sheet("unmatched.csv");
    let row = unmatched.iter().find(|row| row["email"] == "besnik@home.example").unwrap();
    assert_eq!(row["suggestion"], "00001 Besnik Këlliçi");
}

#[test]
fn a_trial_on_a_fresh_laptop_leaves_nothing() {
    let laptop = Laptop::fresh();
    let run = laptop.process(&pilot::dir(), &["--dry-run"]).succeeded();
    assert!(!laptop.data_dir().exists() && !laptop.out().exists());
    for line in [
        "00003 Valbona Shehu              attendance Attended 2 of 4 modules: this earns a Certificate of Attendance.",
        "00004 Edlira Zeneli              -          Attended 1 of 4 modules; a Certificate of Attendance needs 2.",
        "00014 Elvana Tafaj               completion Attended 4 of 4 modules: this earns a Certificate of Completion.",
        "certificates in all               23",
    ] {
        assert!(run.stdout.contains(line), "{line}\n{}", run.stdout);
    }
    assert_eq!(run.stdout.matches("this earns").count(), 23, "{}", run.stdout);
}

fn a_trial_changes_nothing_on(db: TestDb) {
    let laptop = Laptop::with(db);
    laptop.process(&pilot::dir(), &[]).succeeded();
    let (before, files) = (laptop.rows(), tree(&laptop.out()));

    let folder = pilot::Copy::new();
    folder.edit("4-transparency.csv", |text| text.replace("2023-03-21 10:41:09", "2023-03-21 12:00:00"));
    folder.edit("roster.csv", |text| format!("{text}00061,Ana Doda,p061@tirana.example,Legal Affairs\n"));
    let run = laptop.process(folder.path(), &["--dry-run"]).succeeded();
    assert!(run.stdout.contains("completion Attended 3 of 4 modules"), "{}", run.stdout);
    assert!(run.stdout.contains("certificates of completion        14"), "{}", run.stdout);
    assert_eq!(laptop.rows(), before);
    assert_same_tree(&files, &tree(&laptop.out()));
}

#[test]
fn a_trial_changes_nothing_on_sqlite() {
    a_trial_changes_nothing_on(TestDb::sqlite());
}

#[test]
fn a_trial_changes_nothing_on_postgres() {
    a_trial_changes_nothing_on(TestDb::postgres());
}

#[test]
fn an_unknown_language_falls_back_to_english_and_says_so() {
    let laptop = Laptop::fresh();
    let folder = pilot::Copy::new();
    folder.edit("cohort.toml", |text| text.replace("\"sq\"", "\"lt-LT\""));
    let run = laptop.process(folder.path(), &["--public-url", "https://academy.example.org"]).succeeded();
    assert!(
        run.stderr.contains("warning: cohort.toml:4:10: locale: there are no documents in “lt-LT” yet"),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("no --public-url"), "{}", run.stderr);
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(laptop.out().join("report.json")).unwrap()).unwrap();
    assert_eq!(report["cohort"]["locale"], "en");
    assert_eq!(report["certificates"]["total"], 23);
}

#[test]
fn a_trial_on_a_fresh_postgresql_leaves_nothing() {
    let laptop = Laptop::with(TestDb::empty_postgres());
    let run = laptop.process(&pilot::dir(), &["--dry-run"]).succeeded();
    assert!(run.stdout.contains("certificates in all               23"), "{}", run.stdout);
    assert!(!laptop.data_dir().exists() && !laptop.out().exists());
    assert_eq!(laptop.db.as_ref().unwrap().count("pg_tables WHERE schemaname = 'public'"), 0);
}

/// A trial of an older database would have to change it, or to leave out what it holds.
fn a_trial_refuses_an_older_database(db: TestDb) {
    let laptop = Laptop::with(db);
    laptop.process(&pilot::dir(), &[]).succeeded();
    let db = laptop.db.as_ref().unwrap();
    db.sql("DELETE FROM __diesel_schema_migrations");
    let run = laptop.process(&pilot::dir(), &["--dry-run"]);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(run.stderr.contains("run `rights-academy migrate` first"), "{}", run.stderr);
    assert_eq!(db.count("__diesel_schema_migrations"), 0);
}

#[test]
fn a_trial_refuses_an_older_sqlite() {
    a_trial_refuses_an_older_database(TestDb::sqlite());
}

#[test]
fn a_trial_refuses_an_older_postgresql() {
    a_trial_refuses_an_older_database(TestDb::postgres());
}

fn a_trial_makes_no_key_in(db: TestDb) {
    let laptop = Laptop::with(db);
    let run = laptop.process(&pilot::dir(), &["--dry-run"]).succeeded();
    assert!(run.stdout.contains("certificates in all               23"), "{}", run.stdout);
    assert!(!laptop.data_dir().exists());
    assert!(laptop.rows().iter().all(|(_, rows)| *rows == 0), "{:?}", laptop.rows());
}

#[test]
fn a_trial_makes_no_key_in_sqlite() {
    a_trial_makes_no_key_in(TestDb::sqlite());
}

#[test]
fn a_trial_makes_no_key_in_postgresql() {
    a_trial_makes_no_key_in(TestDb::postgres());
}

/// A folder with the built-in template in which one line of the Albanian certificate says something else.
fn template_that_says(dir: &Path, line: &str) {
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("certificates/default");
    std::fs::create_dir_all(dir.join("text")).unwrap();
    for file in ["template.toml", "text/en.ftl", "text/sq.ftl"] {
        let text = std::fs::read_to_string(built_in.join(file)).unwrap();
        std::fs::write(dir.join(file), text.replace("Me anë të kësaj certifikate", line)).unwrap();
    }
}

/// Whether all certificates say that line.
fn certificates_say(laptop: &Laptop, line: &str) -> bool {
    let mut files = laptop.out().join("certificates").read_dir().unwrap();
    files.all(|file| {
        let text = std::process::Command::new("pdftotext").arg(file.unwrap().path()).arg("-").output();
        String::from_utf8(text.expect("poppler-utils are there").stdout).unwrap().contains(line)
    })
}

#[test]
fn certificates_look_as_the_folder_or_else_the_organisation_says() {
    let templates = tempfile::TempDir::new().unwrap();
    template_that_says(&templates.path().join("TIRANA"), "Me anë të kësaj dëshmie");
    let given = ["--templates", templates.path().to_str().unwrap()];
    let laptop = Laptop::fresh();
    laptop.process(&pilot::dir(), &given).succeeded();
    assert!(certificates_say(&laptop, "Me anë të kësaj dëshmie"));

    let (laptop, folder) = (Laptop::fresh(), pilot::Copy::new());
    folder.edit("cohort.toml", |text| format!("certificates = \"own\"\n{text}"));
    template_that_says(&folder.path().join("own"), "Me anë të këtij dokumenti");
    laptop.process(folder.path(), &given).succeeded();
    assert!(certificates_say(&laptop, "Me anë të këtij dokumenti"));
}

#[test]
fn a_faulty_folder_of_templates_is_refused_before_anything_is_done() {
    let templates = tempfile::TempDir::new().unwrap();
    template_that_says(&templates.path().join("TIRANA"), "Me anë");
    std::fs::write(templates.path().join("TIRANA/template.toml"), "[page]\nmargin = \"wide\"\n").unwrap();
    let laptop = Laptop::fresh();
    for dir in [templates.path().to_owned(), templates.path().join("elsewhere")] {
        let run = laptop.process(&pilot::dir(), &["--templates", dir.to_str().unwrap()]);
        assert_eq!(run.status, Some(2), "{run:?}");
        assert!(!laptop.data_dir().exists() && !laptop.out().exists());
    }
}
