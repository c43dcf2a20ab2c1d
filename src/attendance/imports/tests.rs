//! The readers on the fixtures of `tests/data/attendance/`, on the pilot's files, and on bad input. All fixtures of
//! invented people tell of the same meeting, so that they must all come to the same presence.

use std::collections::BTreeSet;

use super::*;
use crate::attendance::matching::{Roster, RosterPerson};
use crate::attendance::rules::{Flag, Settled, settle};
use crate::platform::ids::PersonId;

#[path = "../../../benches/fuzz_readers/inputs.rs"]
mod inputs;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");

fn session(date: &str, zone: Tz) -> SessionTimes {
    let at = |time: &str| format!("{date}T{time}").parse().unwrap();
    SessionTimes { starts: at("10:00:00"), ends: at("12:00:00"), zone }
}

fn february() -> SessionTimes {
    session("2024-02-07", chrono_tz::Europe::Sofia)
}

fn roster() -> Roster {
    let people = [("Ana Petrova", "ana.petrova"), ("Boris Iliev", "boris.iliev"), ("Весна Çelik", "Vesna")];
    let people = people.into_iter().enumerate().map(|(index, (name, email))| RosterPerson {
        id: PersonId(index as i64 + 1),
        employee_id: format!("{:05}", index + 1),
        name: name.into(),
        email: format!("{email}@city.example"),
    });
    Roster::new(people, &[], &["trainer@host.example".into()])
}

fn read_fixture(name: &str, session: &SessionTimes) -> Result<Export, Faults> {
    let bytes = std::fs::read(format!("{DATA}/attendance/{name}")).unwrap();
    read(name, &bytes, session, &Limits::default())
}

fn settled(exports: &[&Export]) -> Settled {
    let files: Vec<_> = exports.iter().map(|export| ("a.csv", *export)).collect();
    settle(&files, &roster(), february().scheduled(), 75)
}

fn seconds(settled: &Settled) -> Vec<(i64, u32)> {
    settled.people.iter().map(|person| (person.person.0, person.presence.seconds)).collect()
}

#[test]
fn every_fixture_tells_of_the_same_meeting() {
    let mut names: Vec<_> = std::fs::read_dir(format!("{DATA}/attendance"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() > 18);
    for name in names {
        let export = read_fixture(&name, &february()).unwrap_or_else(|faults| panic!("{faults}"));
        let format = name.split(['-', '.']).next().unwrap();
        assert!(export.format.starts_with(format), "{name} is read as {}", export.format);
        let settled = settled(&[&export]);
        assert_eq!(seconds(&settled), [(1, 6900), (2, 5400), (3, 2700)], "{name}");
        assert_eq!((settled.present, settled.attended, settled.below_threshold), (3, 2, 1), "{name}");
        assert!(settled.facilitator_rows > 0 || name.contains("employee-id"), "{name}");
        assert!(!settled.unmatched.is_empty(), "{name}");
    }
}

#[test]
fn what_a_trainer_should_look_at_is_flagged() {
    let flags = |name: &str, person: usize| {
        let export = read_fixture(name, &february()).unwrap();
        settled(&[&export]).people[person].presence.flags.clone()
    };
    assert_eq!(flags("teams-utf-8.csv", 0), []);
    // The departure is not written, but the duration is.
    assert_eq!(flags("teams-no-leave.csv", 0), []);
    assert_eq!(flags("teams-participant-without-stay.csv", 2), [Flag::TotalOnly]);
    assert_eq!(flags("zoom-totals.csv", 1), [Flag::TotalOnly, Flag::SeveralTotals]);
}

/// Only where neither a departure nor a duration is written does a stay run to the session's end.
#[test]
fn a_stay_without_departure_lasts_as_long_as_its_duration() {
    let zoom = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n\
                A,ana.petrova@city.example,07/02/2024 10:00:00,,DURATION\n";
    let webex = "Name,Attendee Email,Join Time,Leave Time,Attendance Duration\n\
                 A,ana.petrova@city.example,2024-02-07 10:00:00,--,DURATION\n";
    let teams = "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n\
                 A\t7.2.2024, 10:00:00\t\tDURATION\tana.petrova@city.example\tAttendee\n";
    for text in [zoom, webex, teams] {
        for (duration, seconds, flags) in [
            ("5 min", 300, vec![]),
            ("300 min", 7200, vec![]),
            ("", 7200, vec![Flag::OpenEnd]),
            ("?", 7200, vec![Flag::OpenEnd]),
        ] {
            let text = text.replace("DURATION", duration);
            let export = read("a.csv", text.as_bytes(), &february(), &Limits::default()).unwrap();
            let presence = &settled(&[&export]).people[0].presence;
            assert_eq!((presence.seconds, &presence.flags), (seconds, &flags), "{text}");
        }
    }
}

#[test]
fn files_of_one_session_come_together_in_any_order() {
    let zoom = read_fixture("zoom.csv", &february()).unwrap();
    let text = "email,status,minutes\nana.petrova@city.example,absent,\nvesna@city.example,partial,60\n";
    let roll = read("roll.csv", text.as_bytes(), &february(), &Limits::default()).unwrap();
    let both = settled(&[&zoom, &roll]);
    assert_eq!(seconds(&both), [(1, 6900), (2, 5400), (3, 3600)]);
    assert_eq!(seconds(&settled(&[&roll, &zoom, &roll])), seconds(&both));
}

#[test]
fn the_upn_of_the_participants_goes_with_their_stays() {
    let text = "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n\
                A\t7.2.2024, 10:00:00\t7.2.2024, 11:00:00\t1h\ta@home.example\ta@city.example\tAttendee\n\
                B\t7.2.2024, 10:00:00\t7.2.2024, 11:00:00\t?\t\tb@city.example\tAttendee\n\
                C\t7.2.2024, 10:00:00\t7.2.2024, 11:00:00\t?\t\t\tAttendee\n\
                3. In-Meeting Activities\n\
                Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n\
                A\t7.2.2024, 10:00:00\t7.2.2024, 11:00:00\t1h\tA@home.example\tAttendee\n\
                B\t7.2.2024, 10:00:00\t7.2.2024, 11:00:00\t1h\t\tAttendee\n";
    let export = read("t.csv", text.as_bytes(), &february(), &Limits::default()).unwrap();
    let rows: Vec<_> =
        export.rows.iter().map(|row| (row.line, row.name.as_str(), row.upn.as_deref())).collect();
    assert_eq!(rows, [(4, "C", None), (7, "A", Some("a@city.example")), (8, "B", Some("b@city.example"))]);
    assert_eq!(export.rows[0].evidence, Evidence::Unknown);
}

#[test]
fn dates_are_read_as_they_fall_on_the_session() {
    let zoom = |dates: &[&str]| {
        let mut text = "Name (Original Name),User Email,Join Time,Leave Time\n".to_owned();
        for date in dates {
            text.push_str(&format!("A,a@b.example,{date} 10:00:00,{date} 11:00:00\n"));
        }
        read("z.csv", text.as_bytes(), &february(), &Limits::default())
            .map(|export| export.date_order)
            .map_err(|faults| (faults.0[0].code, faults.0[0].line))
    };
    assert_eq!(zoom(&["7/2/24", "6/2/24"]), Ok(Some(DateOrder::DayFirst)));
    assert_eq!(zoom(&["2/7/24", "2/8/24"]), Ok(Some(DateOrder::MonthFirst)));
    assert_eq!(zoom(&["2024-02-07", "7.2.2024"]), Ok(Some(DateOrder::DayFirst)));
    assert_eq!(zoom(&["7/2/24", "2/7/24"]), Err(("ambiguous-dates", None)));
    assert_eq!(zoom(&["8/2/24"]), Err(("other-day", None)));
    assert_eq!(zoom(&["17/2/24", "2/17/24"]), Err(("impossible-date", Some(3))));
    assert_eq!(zoom(&["2/30/24", "30/30/24"]), Err(("impossible-date", Some(2))));
}

/// A file of totals has its date only before the table.
#[test]
fn totals_of_another_meeting_are_refused() {
    let text = "Meeting ID,Start Time\n1,02/08/2024 10:00:00 AM\n\nName (Original Name),User Email,Total Duration (Minutes)\n\
                A,a@b.example,60\n";
    let faults = read("z.csv", text.as_bytes(), &february(), &Limits::default()).unwrap_err();
    assert_eq!(faults.0[0].code, "other-day");
}

#[test]
fn bad_input_is_said_to_be_bad_where_it_is() {
    let zoom = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n";
    for (text, expected) in [
        ("", "f.csv: the file is empty"),
        (
            "a,b\n1,2\n",
            "f.csv: no export of a known shape; the columns found are: a, b; known are: teams-sections",
        ),
        (zoom, "f.csv: there is no row"),
        (&format!("{zoom}A,a@b,yesterday,2/7/24 11:00,1"), "f.csv:2:3: Join Time: “yesterday”"),
        (&format!("{zoom}A,a@b,2/7/24 11:00,2/7/24 10:00,1"), "f.csv:2: the leave time is before"),
        (&format!("{zoom}\"A,a@b,2/7/24 11:00,2/7/24 10:00,1\nB"), "f.csv:2: a quote begins here"),
        ("email,status\n,present\n", "f.csv:2: email: the row does not say"),
        ("email,status\na@b,perhaps\n", "f.csv:2:2: status: “perhaps” is no status"),
        ("email,status,minutes\na@b,partial,x\n", "f.csv:2:3: minutes: “x” is no whole number"),
        (
            "email,status,minutes\na@b,partial,121\n",
            "f.csv:2:3: minutes: 121 minutes are more than the session's 120",
        ),
        ("email,status,minutes\na@b,partial,\n", "f.csv:2:3: minutes: partial needs"),
        ("email,status,minutes\na@b,present,60\n", "f.csv:2:3: minutes: 60 minutes contradict"),
        ("email,status\na@b,present\nA@B,absent\n", "f.csv:3: email: line 2 says"),
    ] {
        let faults = read("f.csv", text.as_bytes(), &february(), &Limits::default()).unwrap_err().to_string();
        assert!(faults.starts_with(expected), "{faults}");
    }
}

#[test]
fn all_faults_of_a_file_come_at_once() {
    let text = "email,status,minutes\na@b,perhaps,\nc@d,partial,\ne@f,partial,999\n";
    let faults = read("f.csv", text.as_bytes(), &february(), &Limits::default()).unwrap_err();
    assert_eq!(faults.0.iter().map(|fault| fault.line).collect::<Vec<_>>(), [Some(2), Some(3), Some(4)]);
    let many = format!("email,status\n{}", "a@b,perhaps\n".repeat(1000));
    assert_eq!(read("f.csv", many.as_bytes(), &february(), &Limits::default()).unwrap_err().0.len(), 100);
}

/// The pilot: everybody whom `expected.json` names, and nobody else.
#[test]
fn the_pilots_sessions_come_to_what_is_expected() {
    let text = |name: &str| std::fs::read_to_string(format!("{DATA}/tirana/{name}")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text("expected.json")).unwrap();
    let mut people = Vec::new();
    for (index, line) in text("roster.csv").lines().skip(1).enumerate() {
        let cells: Vec<_> = line.split(',').collect();
        let [employee_id, name, email] = [cells[0], cells[1], cells[2]].map(str::to_owned);
        people.push(RosterPerson { id: PersonId(index as i64), employee_id, name, email });
    }
    let roster = Roster::new(people.clone(), &[], &["trainer@host.example".into()]);
    for line in text("sessions.csv").lines().skip(1) {
        let cells: Vec<_> = line.split(',').collect();
        let zone = cells[3].parse().unwrap();
        let times = SessionTimes { starts: cells[1].parse().unwrap(), ends: cells[2].parse().unwrap(), zone };
        let bytes = std::fs::read(format!("{DATA}/tirana/{}", cells[6])).unwrap();
        let export = read(cells[6], &bytes, &times, &Limits::default()).unwrap();
        let settled = settle(&[(cells[6], &export)], &roster, times.scheduled(), 75);

        let all = expected["sessions"].as_array().unwrap();
        let expected = all.iter().find(|session| session["module"] == cells[0]).unwrap();
        let credited: BTreeSet<&str> = (settled.people.iter().filter(|person| person.attended))
            .map(|person| people[person.person.0 as usize].email.as_str())
            .collect();
        let wanted = expected["credited_emails"].as_array().unwrap();
        assert_eq!(credited, wanted.iter().map(|email| email.as_str().unwrap()).collect());
        assert_eq!(settled.below_threshold as u64, expected["present_below_threshold"].as_u64().unwrap());
        let unmatched: BTreeSet<_> =
            settled.unmatched.iter().map(|unmatched| export.rows[unmatched.row].name.as_str()).collect();
        assert_eq!(unmatched, ["+355 69 000 0000", "Visiting Researcher"].into());
    }
}

/// Twenty thousand damaged and random inputs; `make soak` feeds a million and more.
#[test]
fn damaged_input_never_panics() {
    let mut inputs = inputs::Inputs::new(20_230_117, DATA);
    for round in 0..20_000 {
        inputs::check(&inputs.next(), round);
    }
}
