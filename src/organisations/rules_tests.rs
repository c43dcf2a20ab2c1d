use proptest::prelude::*;

use super::*;

fn change() -> OrganisationChange {
    OrganisationChange {
        name: "Municipality of Tirana".into(),
        languages: vec!["sq".into(), "en".into()],
        zone: "Europe/Tirane".into(),
        sender: Some("academy@tirana.example".into()),
        retention: Retention { raw_attendance_days: 30 },
        controller: "Bashkia Tiranë\nSheshi Skënderbej 2".into(),
        data_protection_contact: "dpo@tirana.example".into(),
        legal_ground: "Law 139/2015, article 7; GDPR, article 6(1)(e).".into(),
    }
}

/// `field: code` of every fault.
fn said(change: &OrganisationChange) -> Vec<String> {
    let faults = settled(change).expect_err("something is wrong");
    faults.0.iter().map(|f| format!("{}: {}", f.field.as_deref().unwrap_or_default(), f.code)).collect()
}

#[test]
fn what_is_settled_is_tidied() {
    let untidy = OrganisationChange {
        name: "  Municipality\u{200b}  of Tirana ".into(),
        sender: Some(" academy@tirana.example\n".into()),
        controller: "\r\n Bashkia  Tirane\u{308} \r\nSheshi Skënderbej 2\n\n".into(),
        ..change()
    };
    let (name, settings) = settled(&untidy).unwrap();
    assert_eq!((name, settings), settled(&change()).unwrap());
    let (_, settings) = settled(&change()).unwrap();
    assert_eq!((settings.language(), settings.zone), ("sq", Tz::Europe__Tirane));
    assert_eq!(settings.controller, "Bashkia Tiranë\nSheshi Skënderbej 2");
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let wrong = OrganisationChange {
        name: " ".into(),
        languages: vec!["sq".into(), "SQ".into(), "de".into(), "in Albanian".into()],
        zone: "Europe/Tirana".into(),
        sender: Some("Academy <academy@tirana.example>".into()),
        retention: Retention { raw_attendance_days: 0 },
        controller: "c".repeat(2_001),
        data_protection_contact: "d".repeat(2_000),
        legal_ground: "l".repeat(2_001),
    };
    assert_eq!(
        said(&wrong),
        [
            "name: organisation-name",
            "/languages/1: duplicate-language",
            "/languages/2: unsupported-locale",
            "/languages/3: unsupported-locale",
            "zone: unknown-zone",
            "sender: not-an-email",
            "/retention/raw_attendance_days: out-of-range",
            "controller: too-long",
            "legal_ground: too-long",
        ]
    );
    let zone = settled(&wrong).unwrap_err().to_string();
    assert!(zone.contains("did you mean “Europe/Tirane”?"), "{zone}");
}

#[test]
fn there_is_at_least_one_language_and_not_everything_is_a_sender() {
    assert_eq!(said(&OrganisationChange { languages: vec![], ..change() }), ["languages: languages"]);
    let many = vec!["sq".to_owned(); MOST_LANGUAGES + 1];
    assert_eq!(said(&OrganisationChange { languages: many, ..change() })[0], "languages: languages");
    for sender in ["", "tirana.example", "a@b\r\nBcc: c@d", "a@b,c@d", "\"a b\"@c"] {
        let wrong = OrganisationChange { sender: Some(sender.into()), ..change() };
        assert_eq!(said(&wrong), ["sender: not-an-email"], "{sender:?}");
    }
    let (_, settings) = settled(&OrganisationChange { sender: None, ..change() }).unwrap();
    assert_eq!(settings.sender, None);
}

#[test]
fn retention_is_from_a_day_to_ten_years() {
    let of = |days| {
        settled(&OrganisationChange { retention: Retention { raw_attendance_days: days }, ..change() })
    };
    for (days, fits) in [(0, false), (1, true), (3_650, true), (3_651, false), (u32::MAX, false)] {
        assert_eq!(of(days).is_ok(), fits, "{days}");
    }
}

#[test]
fn an_organisation_that_has_settled_nothing_has_defaults() {
    let settings: OrganisationSettings = serde_json::from_str("{}").unwrap();
    assert_eq!(settings, OrganisationSettings::default());
    assert_eq!((settings.language(), settings.zone), ("en", Tz::UTC));
    assert_eq!(settings.retention.raw_attendance_days, 90);
    // What was stored by an earlier version lacks what came later.
    let settings: OrganisationSettings =
        serde_json::from_str(r#"{"retention": {}, "zone": "Europe/Tirane"}"#).unwrap();
    assert_eq!((settings.retention.raw_attendance_days, settings.zone), (90, Tz::Europe__Tirane));
    let (_, settings) = settled(&change()).unwrap();
    let json = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<OrganisationSettings>(&json).unwrap(), settings);
}

#[test]
fn codes_are_capital_letters_and_digits() {
    for (code, fits) in [("TIRANA", true), ("A1", true), ("A", false), ("tirana", false), ("TIRANË", false)]
    {
        assert_eq!(founded(code, "Tirana").is_ok(), fits, "{code}");
    }
    assert_eq!(founded("", "").unwrap_err().0.len(), 2);
    assert!(founded("A23456789012345678", "x").is_err());
}

/// Departments, each with its parent; 0 is the top.
fn tree(parents: &[(i64, i64)]) -> Parents {
    let parent = |parent: i64| (parent > 0).then_some(DepartmentId(parent));
    parents.iter().map(|(unit, over)| (DepartmentId(*unit), parent(*over))).collect()
}

fn stands(parents: &[(i64, i64)], moved: i64) -> Result<(), Misplaced> {
    may_stand(&tree(parents), &BTreeSet::from([DepartmentId(moved)]))
}

#[test]
fn no_department_is_under_itself() {
    assert_eq!(stands(&[(1, 0), (2, 1), (3, 2)], 3), Ok(()));
    assert_eq!(stands(&[(1, 1)], 1), Err(Misplaced::UnderItself(DepartmentId(1))));
    assert_eq!(stands(&[(1, 3), (2, 1), (3, 2)], 1), Err(Misplaced::UnderItself(DepartmentId(1))));
    // What stands wrong elsewhere is no obstacle, unless it is where the department is put.
    assert_eq!(stands(&[(1, 2), (2, 1), (3, 0)], 3), Ok(()));
    assert!(stands(&[(1, 2), (2, 1), (3, 1)], 3).is_err());
}

#[test]
fn no_department_is_too_deep_nor_are_those_under_it() {
    let line: Vec<(i64, i64)> = (1..=8).map(|unit| (unit, unit - 1)).collect();
    assert_eq!(stands(&line, 8), Ok(()));
    let with = |more: (i64, i64)| [line.as_slice(), &[more]].concat();
    assert_eq!(stands(&with((9, 8)), 9), Err(Misplaced::TooDeep(DepartmentId(9))));
    // The whole line is put under another department.
    let moved: Vec<(i64, i64)> =
        with((9, 0)).into_iter().map(|(u, p)| (u, if u == 1 { 9 } else { p })).collect();
    assert_eq!(stands(&moved, 1), Err(Misplaced::TooDeep(DepartmentId(8))));
}

proptest! {
    /// Moves that the rule allows, made one after another from departments side by side, never lead to a circle or to a
    /// level too many.
    #[test]
    fn allowed_moves_keep_the_tree_a_tree(moves in prop::collection::vec((1..=12i64, 0..=12i64), 0..60)) {
        let mut parents = tree(&(1..=12).map(|unit| (unit, 0)).collect::<Vec<_>>());
        for (unit, parent) in moves {
            let mut after = parents.clone();
            after.insert(DepartmentId(unit), (parent > 0).then_some(DepartmentId(parent)));
            if may_stand(&after, &BTreeSet::from([DepartmentId(unit)])).is_ok() {
                parents = after;
            }
            for unit in parents.keys() {
                let over = std::iter::successors(Some(*unit), |unit| parents[unit]);
                prop_assert!(over.take(MOST_LEVELS + 1).count() <= MOST_LEVELS);
            }
        }
    }

    #[test]
    fn any_tree_is_judged(parents in prop::collection::vec((0..20i64, 0..20i64), 0..30), moved in 0..20i64) {
        _ = stands(&parents, moved);
    }

    #[test]
    fn any_text_is_taken_or_refused(texts in prop::collection::vec(".{0,80}", 5)) {
        let any = OrganisationChange {
            name: texts[0].clone(),
            languages: vec![texts[1].clone()],
            zone: texts[2].clone(),
            sender: Some(texts[3].clone()),
            controller: texts[4].clone(),
            ..change()
        };
        _ = settled(&any);
    }
}
