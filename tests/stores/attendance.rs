//! Files of attendance in, facts out; what was recorded stays.

use rights_academy::attendance::Status;
use rights_academy::attendance::aliases::Alias;
use rights_academy::attendance::service::{self, Author, Files};
use rights_academy::cohorts::State;
use rights_academy::platform::ids::PersonId;

use super::{Course, attendance_file, code, entry, roll_call, three_people};
use crate::support::databases::{now, on_both};

/// An export with intervals on the day of the first session: address, arrival, departure.
fn zoom(rows: &[(&str, &str, &str)]) -> String {
    let row = |(email, from, to): &(&str, &str, &str)| {
        format!("Somebody,{email},01/17/2023 {from},01/17/2023 {to},1,No\n")
    };
    let head = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n";
    format!("{head}{}", rows.iter().map(row).collect::<String>())
}

fn person(course: &Course, employee_id: &str) -> PersonId {
    course.verdicts().of_employee(employee_id).unwrap().person.id
}

/// Status, seconds and source of all that was ever recorded of a person in the first session, the newest first.
fn history(course: &Course, employee_id: &str) -> Vec<(Status, i32, String, bool)> {
    let person = person(course, employee_id);
    let sessions = course.read(|conn| service::person_history(conn, &course.cohort, person)).unwrap();
    let first = course.sessions[0].id;
    let (_, facts) = sessions.into_iter().find(|(session, _)| session.id == first).unwrap();
    facts.into_iter().map(|f| (f.status, f.present_seconds, f.source, f.superseded_at.is_some())).collect()
}

fn rows(course: &Course) -> [i64; 3] {
    ["attendance_imports", "attendance_rows", "attendance"].map(|table| course.db.count(table))
}

on_both! {
    fn a_corrected_roster_judges_the_kept_files_anew(db: TestDb) {
        let course = Course::running(db);
        let text = zoom(&[
            ("ana@city.example", "10:00:00 AM", "12:00:00 PM"),
            ("late@city.example", "10:00:00 AM", "12:00:00 PM"),
        ]);
        course.upload(0, "a.csv", &text);
        let mut roster = three_people();
        roster.push(entry("4", "Late Comer", "late@city.example", "Finance"));
        // An address that was given to the wrong person.
        roster[0].email = "other@city.example".into();
        roster[1].email = "ana@city.example".into();
        course.put_roster(&roster).unwrap();
        let seconds = |employee_id: &str| history(&course, employee_id).first().map(|fact| fact.1);
        assert_eq!([seconds("1"), seconds("2"), seconds("4")], [Some(0), Some(7200), Some(7200)]);
    }

    fn the_same_file_twice_changes_nothing(db: TestDb) {
        let course = Course::running(db);
        let text = zoom(&[("ana@city.example", "10:00:00 AM", "12:00:00 PM"), ("guest@x.example", "10:00:00 AM", "11:00:00 AM")]);
        assert_eq!(course.upload(0, "a.csv", &text).changed, 1);
        let before = rows(&course);
        assert_eq!(before, [1, 2, 1]);
        let again = course.upload(0, "a.csv", &text);
        assert_eq!((again.changed, again.settled.present, again.settled.unmatched.len()), (0, 1, 1));
        assert_eq!(rows(&course), before);
    }

    fn a_corrected_file_replaces_and_the_earlier_facts_stay(db: TestDb) {
        let course = Course::running(db);
        let bora = ("bora@city.example", "10:00:00 AM", "12:00:00 PM");
        course.upload(0, "a.csv", &zoom(&[("ana@city.example", "10:00:00 AM", "10:30:00 AM"), bora]));
        let put = course.upload(0, "a.csv", &zoom(&[("ana@city.example", "10:00:00 AM", "12:00:00 PM"), bora]));
        assert_eq!(put.changed, 1);
        let source = "a.csv (zoom-participants)".to_owned();
        assert_eq!(
            history(&course, "1"),
            [(Status::Present, 7200, source.clone(), false), (Status::Partial, 1800, source.clone(), true)]
        );
        // Of Bora both files say the same: nothing is written again.
        assert_eq!(history(&course, "2"), [(Status::Present, 7200, source, false)]);
        assert_eq!(rows(&course), [2, 4, 3]);
        assert_eq!(course.db.count("attendance_imports WHERE superseded_at IS NULL"), 1);
    }

    fn a_file_that_is_gone_takes_its_say_along(db: TestDb) {
        let course = Course::running(db);
        course.upload(0, "a.csv", &roll_call(&["1"]));
        let (people, now) = (course.verdicts(), now().naive_utc());
        let people: Vec<_> = people.people.into_iter().map(|p| p.person).collect();
        let roster = service::roster(&people, &[], &[]);
        let author = Author { name: "trainer", reason: None };
        let put = || {
            course.write_tx(|conn| {
                service::put_files(conn, &course.cohort, &course.sessions[0], &roster, Files::All(&[]), author, now)
            })
        };
        assert_eq!(put().unwrap().changed, 1);
        assert_eq!(
            history(&course, "1"),
            [(Status::Absent, 0, String::new(), false), (Status::Present, 7200, "a.csv (plain)".to_owned(), true)]
        );
        // Gone is gone: a second time changes nothing more.
        assert_eq!(put().unwrap().changed, 0);
        assert_eq!(course.verdicts().of_employee("1").unwrap().verdict.attended(), 0);
    }

    fn two_files_of_a_hybrid_session_count_together(db: TestDb) {
        let course = Course::running(db);
        course.upload(0, "room.csv", &zoom(&[("ana@city.example", "10:00:00 AM", "10:50:00 AM")]));
        let online = [
            ("Ana@City.Example", "10:40:00 AM", "11:35:00 AM"),
            ("bora@city.example", "09:30:00 AM", "12:30:00 PM"),
        ];
        let put = course.upload(0, "online.csv", &zoom(&online));
        // 95 minutes, not 105: ten of them in both files.
        assert_eq!((put.settled.present, put.settled.attended, put.settled.below_threshold), (2, 2, 0));
        let both = "online.csv (zoom-participants); room.csv (zoom-participants)".to_owned();
        assert_eq!(history(&course, "1")[0], (Status::Partial, 95 * 60, both, false));
        assert_eq!(history(&course, "2")[0].1, 7200);
        // The order in which they come does not matter, nor that one comes again.
        assert_eq!(course.upload(0, "room.csv", &zoom(&[("ana@city.example", "10:00:00 AM", "10:50:00 AM")])).changed, 0);
    }

    fn a_confirmed_name_is_that_person(db: TestDb) {
        let course = Course::running(db);
        let text = zoom(&[("", "10:00:00 AM", "12:00:00 PM")]).replace("Somebody", "Ana's iPhone");
        assert_eq!(course.upload(0, "a.csv", &text).settled.unmatched.len(), 1);
        let alias = Alias { file: "a.csv".into(), name: "Ana's iPhone".into(), email: None, person: person(&course, "1") };
        let confirm = |aliases: &[Alias]| {
            course.write_tx(|conn| service::put_aliases(conn, &course.cohort, aliases, now().naive_utc())).unwrap();
        };
        confirm(std::slice::from_ref(&alias));
        let put = course.upload(0, "a.csv", &text);
        assert_eq!((put.changed, put.settled.unmatched.len()), (1, 0));
        // A confirmation is of one file: in another the same name is only a name.
        assert_eq!(course.upload(1, "b.csv", &text.replace("01/17", "02/07")).settled.unmatched.len(), 1);
        confirm(&[]);
        assert_eq!(course.db.count("aliases"), 0);
        assert_eq!(course.upload(0, "a.csv", &text).changed, 1);
        assert_eq!(history(&course, "1")[0].0, Status::Absent);
    }

    fn after_closing_a_correction_gives_its_reason(db: TestDb) {
        let mut course = Course::running(db);
        course.upload(0, "a.csv", &roll_call(&["1"]));
        course.move_to(State::Closed).unwrap();
        for none in [None, Some("  ")] {
            assert_eq!(code(course.try_upload(0, "a.csv", &roll_call(&["1", "2"]), none)), "reason-missing");
        }
        let reason = Some("the list was found");
        assert_eq!(code(course.try_upload_as(false, 0, "a.csv", &roll_call(&["1", "2"]), reason)), "late-correction");
        course.try_upload(0, "a.csv", &roll_call(&["1", "2"]), reason).unwrap();
        assert_eq!(course.db.count("attendance WHERE reason = 'the list was found' AND author = 'trainer'"), 1);
        course.move_to(State::Archived).unwrap();
        assert_eq!(code(course.try_upload(0, "a.csv", &roll_call(&[]), Some("x"))), "cohort-state");
    }

    fn rows_come_back_as_they_were_read(db: TestDb) {
        let course = Course::running(db);
        let text = zoom(&[("ana@city.example", "10:00:00 AM", "12:00:00 PM"), ("", "10:10:00 AM", "10:20:00 AM")]);
        course.upload(0, "a.csv", &text);
        let roll = "employee_id,status,minutes\n1,partial,20\n2,present,\n3,excused,\n";
        // With another file the first one is read from the database.
        let put = course.upload(0, "b.csv", roll);
        for (name, text) in [("a.csv", text.as_str()), ("b.csv", roll)] {
            let (_, kept) = put.files.iter().find(|(file, _)| file == name).unwrap();
            let read = attendance_file(&course.sessions[0], name, text).export;
            assert_eq!((kept.format, &kept.rows), (read.format, &read.rows));
        }
    }
}
