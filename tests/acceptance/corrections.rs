//! A changed folder, processed again: what was earned is issued, nothing is taken away.

use std::collections::BTreeSet;

use super::{Laptop, Row, holders};
use crate::support::databases::on_both;
use crate::support::pilot;

/// A second look at some exports: p001 stayed in data protection, p021 in transparency; p003 left the introduction early.
fn corrected() -> pilot::Copy {
    let folder = pilot::Copy::new();
    folder.edit("2-data-protection.csv", |text| {
        text.replace("10:36:28 AM\t34m 28s\tp001@", "12:02:00 PM\t2h 0m 0s\tp001@")
    });
    folder.edit("4-transparency.csv", |text| text.replace("2023-03-21 10:41:09", "2023-03-21 12:00:00"));
    folder.edit("1-introduction.csv", |text| {
        text.replace("17/01/23, 12:00:37\t1h 59m 23s\tp003@", "17/01/23, 10:31:14\t30m 0s\tp003@")
    });
    folder
}

fn of<'a>(certificates: &'a [Row], email: &str) -> Vec<&'a Row> {
    certificates.iter().filter(|row| row["email"] == email).collect()
}

on_both! {
    fn a_correction_adds_and_raises_and_takes_nothing_away(db: TestDb) {
        let laptop = Laptop::with(db);
        laptop.process(&pilot::dir(), &[]).succeeded();
        let before = laptop.sheet("certificates.csv");
        let folder = corrected();
        let run = laptop.process(folder.path(), &[]).succeeded();
        assert!(run.stdout.contains("issued now 2, superseded now 1"), "{}", run.stdout);
        assert!(run.stdout.contains("1 certificates are no longer earned"), "{}", run.stdout);

        let after = laptop.sheet("certificates.csv");
        assert_eq!(after.len(), 25);
        let [new] = of(&after, "p001@tirana.example")[..] else { panic!("p001 has one certificate") };
        assert_eq!((&*new["level"], &*new["status"]), ("attendance", "valid"));
        assert_eq!(new["modules"], "introduction;data-protection");
        let [lower, higher] = of(&after, "p021@tirana.example")[..] else { panic!("p021 has two certificates") };
        assert_eq!((&*lower["level"], &*lower["status"]), ("attendance", "superseded"));
        assert_eq!((&*higher["level"], &*higher["status"]), ("completion", "valid"));
        assert_eq!(higher["modules"], "data-protection;digital-inclusion;transparency");

        // What was issued says what it said, byte for byte; p003's stays, and is for somebody to look at.
        for was in &before {
            let [is] = after.iter().filter(|row| row["serial"] == was["serial"]).collect::<Vec<_>>()[..] else {
                panic!("{was:?} went missing")
            };
            assert_eq!((&is["sha256"], &is["modules"]), (&was["sha256"], &was["modules"]));
            if was["email"] != "p021@tirana.example" {
                assert_eq!(is["status"], "valid");
            }
        }
        let review = laptop.sheet("review.csv");
        let [row] = &review[..] else { panic!("{review:?}") };
        assert_eq!(row["serial"], of(&after, "p003@tirana.example")[0]["serial"]);
        assert_eq!((&*row["employee_id"], &*row["level"], &*row["verdict"]), ("00003", "attendance", "none"));
        assert_eq!(row["missing"], "1 more module for attendance");

        // The report counts valid certificates.
        let report = std::fs::read_to_string(laptop.out().join("report.json")).unwrap();
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        assert_eq!(report["certificates"], serde_json::json!({ "completion": 14, "attendance": 10, "total": 24 }));
        assert_eq!(report["modules"][0]["attended"], 26);

        // The folder as it was: p003's is earned again, p001's and p021's no longer are, and nothing is issued anew.
        let run = laptop.process(&pilot::dir(), &[]).succeeded();
        assert!(run.stdout.contains("issued now 0, superseded now 0"), "{}", run.stdout);
        let looked_at: BTreeSet<String> = laptop.sheet("review.csv").iter().map(|row| row["email"].clone()).collect();
        assert_eq!(looked_at, BTreeSet::from(["p001@tirana.example".to_owned(), "p021@tirana.example".to_owned()]));
        assert_eq!(laptop.sheet("certificates.csv").len(), 25);
        assert!(holders(&laptop.sheet("certificates.csv"), "completion", "valid").contains("p021@tirana.example"));
    }
}
