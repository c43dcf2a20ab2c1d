//! Input that is wrong: exit status 2, one line a fault that says where, nothing on disk, no panic.

use super::Laptop;
use crate::support::databases::TestDb;
use crate::support::files::{assert_same_tree, tree};
use crate::support::pilot;

/// What is wrong, how the folder comes to it, and how each line on stderr begins, in this order.
type Case = (&'static str, fn(&pilot::Copy), &'static [&'static str]);

const CASES: [Case; 26] = [
    ("a missing roster", |f| f.remove("roster.csv"), &["roster.csv: there is no such file"]),
    ("a missing schedule", |f| f.remove("sessions.csv"), &["sessions.csv: there is no such file"]),
    ("a missing plan", |f| f.remove("cohort.toml"), &["cohort.toml: there is no such file"]),
    (
        "a missing export",
        |f| f.remove("2-data-protection.csv"),
        &["2-data-protection.csv: there is no such file"],
    ),
    (
        "a malformed plan",
        |f| f.edit("cohort.toml", |t| t.replace("locale =", "locale")),
        &["cohort.toml:4:8: "],
    ),
    (
        "an unknown key",
        |f| f.edit("cohort.toml", |t| format!("colour = 1\n{t}")),
        &["cohort.toml:1:1: colour: no such key"],
    ),
    (
        "an unknown programme",
        |f| f.edit("cohort.toml", |t| t.replace("digital-human-rights", "digital-rights")),
        &["cohort.toml:1:13: programme: there is no programme “digital-rights”"],
    ),
    (
        "a threshold over 100",
        |f| f.edit("cohort.toml", |t| t.replace("= 75", "= 175")),
        &["cohort.toml:5:21: threshold_percent: "],
    ),
    ("a malformed roster", |f| f.edit("roster.csv", |t| t.replace("00002,", "00002;")), &["roster.csv:3:"]),
    (
        "a roster without a column",
        |f| f.edit("roster.csv", |t| t.replacen("department", "unit", 1)),
        &["roster.csv:1: department: "],
    ),
    (
        "a duplicate address",
        |f| f.edit("roster.csv", |t| t.replace("p002@", "P001@")),
        &["roster.csv:3:3: email: “P001@tirana.example” stands in line 2 already"],
    ),
    (
        "an unknown module",
        |f| f.edit("sessions.csv", |t| t.replace("transparency,", "openness,")),
        &["sessions.csv:5:1: module: the programme has no module “openness”"],
    ),
    (
        "a session that ends before it starts",
        |f| f.edit("sessions.csv", |t| t.replace("02-07T12:00:00", "02-07T09:00:00")),
        &["sessions.csv:3:3: ends: is not after the start"],
    ),
    (
        "an unknown zone",
        |f| f.edit("sessions.csv", |t| t.replacen("Europe/Tirane", "Europe/Tirana", 1)),
        &["sessions.csv:2:4: zone: there is no zone “Europe/Tirana”; did you mean “Europe/Tirane”?"],
    ),
    (
        "a file of two sessions",
        |f| f.edit("sessions.csv", |t| t.replace("2-data-protection.csv", "1-introduction.csv")),
        &[
            "sessions.csv: file: 1-introduction.csv stands for",
            "1-introduction.csv: no row falls on the session of 2023-02-07",
        ],
    ),
    (
        "no export of a known shape",
        |f| f.write("3-digital-inclusion.csv", "first,second\n1,2\n"),
        &["3-digital-inclusion.csv: no export of a known shape; the columns found are: first, second"],
    ),
    (
        "an image",
        |f| f.write("3-digital-inclusion.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        &["3-digital-inclusion.csv: this is an image"],
    ),
    ("an empty export", |f| f.write("1-introduction.csv", ""), &["1-introduction.csv: the file is empty"]),
    ("an empty roster", |f| f.write("roster.csv", "\u{feff}\r\n"), &["roster.csv: the file is empty"]),
    (
        "a NUL byte in an export",
        |f| f.write("3-digital-inclusion.csv", "employee_id,status\n00\x00001,present\n"),
        &["3-digital-inclusion.csv:2:3: a NUL byte"],
    ),
    (
        "a NUL byte in the roster",
        |f| f.edit("roster.csv", |t| t.replace("Klodian", "Klo\0dian")),
        &["roster.csv:3:10: a NUL byte"],
    ),
    (
        "half a UTF-16 character",
        |f| {
            let bytes = std::fs::read(f.path().join("4-transparency.csv")).unwrap();
            f.write("4-transparency.csv", &bytes[..5001]);
        },
        &["4-transparency.csv:15:69: the file breaks off"],
    ),
    (
        "invalid UTF-16",
        |f| f.write("4-transparency.csv", b"\xff\xfeN\0\0\xd8a\0m\0e\0"),
        &["4-transparency.csv:1:2: the half character 0xd800"],
    ),
    (
        "a confirmation of nobody",
        |f| f.write("aliases.csv", "file,name,employee_id\n1-introduction.csv,A B,99999\n"),
        &["aliases.csv:2:3: employee_id: “99999” is not the employee id of an enrolled person"],
    ),
    (
        "confirmations without a column, and an export",
        |f| {
            f.write("4-transparency.csv", "PK\x03\x04");
            f.write("aliases.csv", "file,name\n");
        },
        &["4-transparency.csv: ", "aliases.csv:1: employee_id: the column employee_id is missing"],
    ),
    (
        "several faults of several files",
        |f| {
            f.edit("roster.csv", |t| t.replace("p002@", "p001@").replace("p004@", "p003@"));
            f.remove("1-introduction.csv");
            f.write("3-digital-inclusion.csv", "");
        },
        &[
            "roster.csv:3:3: email: ",
            "roster.csv:5:3: email: ",
            "1-introduction.csv: there is no such file",
            "3-digital-inclusion.csv: the file is empty",
        ],
    ),
];

#[test]
fn every_fault_is_told_in_a_line_and_nothing_is_left() {
    let mut wrong = Vec::new();
    for (what, spoil, expected) in CASES {
        let (laptop, folder) = (Laptop::fresh(), pilot::Copy::new());
        spoil(&folder);
        let run = laptop.process(folder.path(), &[]);
        let lines: Vec<&str> = run.stderr.lines().collect();
        let told = lines.len() == expected.len()
            && lines.iter().zip(expected).all(|(line, start)| line.starts_with(start));
        let clean = !laptop.data_dir().exists() && !laptop.out().exists();
        if run.status != Some(2) || !told || !clean || !run.stdout.is_empty() {
            wrong.push(format!("{what} (nothing left: {clean}, expected {expected:?}): {run:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_over_a_limit_is_refused() {
    for (limit, expected) in [
        (("RIGHTS_ACADEMY_MAX_FILE_BYTES", "3500"), "1-introduction.csv: the file has more than 3500 bytes"),
        (("RIGHTS_ACADEMY_MAX_ROWS", "61"), "1-introduction.csv:64: more than 61 rows"),
    ] {
        let laptop = Laptop::fresh();
        let run =
            crate::support::program::run(laptop.command(&pilot::dir(), &laptop.out()).env(limit.0, limit.1));
        assert_eq!(run.status, Some(2), "{run:#?}");
        assert!(run.stderr.lines().any(|line| line.starts_with(expected)), "{expected}: {run:#?}");
        assert!(!laptop.data_dir().exists() && !laptop.out().exists());
    }
}

#[test]
fn a_folder_that_is_not_there_is_a_fault() {
    let laptop = Laptop::fresh();
    let folder = laptop.dir.path().join("nowhere");
    let run = laptop.process(&folder, &[]);
    assert_eq!(run.status, Some(2), "{run:#?}");
    assert_eq!(run.stderr, format!("{}: there is no such folder\n", folder.display()));
    assert!(!laptop.data_dir().exists() && !laptop.out().exists());
}

/// What only the database knows to be wrong.
fn a_refused_folder_changes_nothing_on(db: TestDb) {
    let laptop = Laptop::with(db);
    laptop.process(&pilot::dir(), &[]).succeeded();
    let (before, files) = (laptop.rows(), tree(&laptop.out()));
    let cases: [Case; 3] = [
        (
            "another threshold",
            |f| f.edit("cohort.toml", |t| t.replace("= 75", "= 50")),
            &["cohort.toml: threshold_percent: this cohort was opened with 75"],
        ),
        (
            "another city under a known code",
            |f| f.edit("cohort.toml", |t| t.replace("Municipality of", "City of")),
            &["cohort.toml: organisation_code: the code TIRANA belongs to"],
        ),
        (
            "the address of somebody who is not listed",
            |f| f.edit("roster.csv", |t| t.replace("00060,Përparim Basha", "00061,Somebody Else")),
            &["roster.csv: email: p060@tirana.example is the address of employee 00060"],
        ),
    ];
    for (what, spoil, expected) in cases {
        let folder = pilot::Copy::new();
        spoil(&folder);
        let run = laptop.process(folder.path(), &["--public-url", "http://127.0.0.1"]);
        assert_eq!(run.status, Some(2), "{what}: {run:#?}");
        let lines: Vec<&str> = run.stderr.lines().collect();
        assert!(lines.len() == 1 && lines[0].starts_with(expected[0]), "{what}: {run:#?}");
    }
    assert_eq!(laptop.rows(), before);
    assert_same_tree(&files, &tree(&laptop.out()));
}

#[test]
fn a_refused_folder_changes_nothing_on_sqlite() {
    a_refused_folder_changes_nothing_on(TestDb::sqlite());
}

#[test]
fn a_refused_folder_changes_nothing_on_postgres() {
    a_refused_folder_changes_nothing_on(TestDb::postgres());
}

#[test]
fn a_name_that_no_font_can_write_stops_the_issue() {
    let laptop = Laptop::fresh();
    let folder = pilot::Copy::new();
    folder.edit("roster.csv", |text| text.replace("Elvana Tafaj", "Elvana 田中"));
    let run = laptop.process(folder.path(), &["--public-url", "http://127.0.0.1"]);
    assert_eq!(run.status, Some(2), "{run:#?}");
    assert!(
        run.stderr.lines().count() == 1 && run.stderr.contains("00014") && run.stderr.contains("田"),
        "{run:#?}"
    );
    assert!(!laptop.out().exists());
    assert!(laptop.rows().iter().all(|(table, rows)| *table == "keys" || *rows == 0), "{:?}", laptop.rows());
}
