use std::sync::LazyLock;

use super::*;
use crate::catalogue::Catalogue;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::embedded().unwrap());

const HEAD: &str = "module,starts,ends,zone,mode,capacity,file\n";

fn sessions(rows: &str) -> Result<Vec<SessionPlan>, Faults> {
    read("sessions.csv", format!("{HEAD}{rows}").as_bytes(), &CATALOGUE.programmes["digital-human-rights"])
}

fn said(rows: &str) -> String {
    sessions(rows).unwrap_err().to_string()
}

/// The only session of a file with these times.
fn between(starts: &str, ends: &str) -> Result<SessionPlan, String> {
    let row = format!("introduction,{starts},{ends},Europe/Tirane,online,,\n");
    sessions(&row).map(|mut sessions| sessions.remove(0)).map_err(|faults| faults.to_string())
}

#[test]
fn sessions_keep_local_time_zone_and_utc() {
    let rows = "introduction,2023-01-17T10:00:00,2023-01-17T12:00:00,Europe/Tirane,online,,1-introduction.csv\n\
                transparency,2023-07-17 10:00,2023-07-17T12:30,Europe/Tirane,in-person,25,\n\
                transparency,2023-07-18T10:00,2023-07-18T12:30,Asia/Kathmandu,hybrid,,export.csv; roll-call.csv\n";
    let sessions = sessions(rows).unwrap();
    let utc = |session: &SessionPlan| (session.starts.utc.to_string(), session.ends.utc.to_string());
    assert_eq!(utc(&sessions[0]), ("2023-01-17 09:00:00".into(), "2023-01-17 11:00:00".into()));
    assert_eq!(utc(&sessions[1]), ("2023-07-17 08:00:00".into(), "2023-07-17 10:30:00".into()));
    assert_eq!(utc(&sessions[2]), ("2023-07-18 04:15:00".into(), "2023-07-18 06:45:00".into()));
    assert_eq!(sessions[1].starts.local.to_string(), "2023-07-17 10:00:00");
    assert_eq!((sessions[0].mode, sessions[0].capacity), (Mode::Online, None));
    assert_eq!((sessions[1].mode, sessions[1].capacity), (Mode::InPerson, Some(25)));
    assert_eq!(sessions[0].files, ["1-introduction.csv"]);
    assert!(sessions[1].files.is_empty());
    assert_eq!(sessions[2].files, ["export.csv", "roll-call.csv"]);
}

#[test]
fn every_cell_of_a_row_is_looked_at() {
    assert_eq!(
        said("introductoin,17.1.2023,,Europe/Tirana,on-line,0,../x.csv\n"),
        "sessions.csv:2:1: module: the programme has no module “introductoin”; did you mean “introduction”?\n\
         sessions.csv:2:2: starts: “17.1.2023” is not a time such as 2023-01-17T10:00\n\
         sessions.csv:2:3: ends: the cell is empty\n\
         sessions.csv:2:4: zone: there is no zone “Europe/Tirana”; did you mean “Europe/Tirane”?\n\
         sessions.csv:2:5: mode: “on-line” is no way to hold a session; did you mean “online”?\n\
         sessions.csv:2:6: capacity: “0” is not a number of places; leave it empty for no limit\n\
         sessions.csv:2:7: file: “../x.csv” is not the plain name of a file in this folder"
    );
}

#[test]
fn a_session_ends_after_it_starts_and_within_a_day() {
    let code = |starts, ends| between(starts, ends).unwrap_err();
    assert_eq!(
        code("2023-01-17T12:00", "2023-01-17T10:00"),
        "sessions.csv:2:3: ends: is not after the start, 2023-01-17 12:00:00"
    );
    assert!(code("2023-01-17T12:00", "2023-01-17T12:00").contains("is not after the start"));
    assert!(code("2023-01-17T12:00", "2023-01-18T12:00:01").contains("more than 24 hours"));
    assert!(between("2023-01-17T12:00", "2023-01-18T12:00").is_ok());
}

#[test]
fn times_that_do_not_exist_or_exist_twice_are_asked_about() {
    assert_eq!(
        between("2023-03-26T02:30", "2023-03-26T04:00").unwrap_err(),
        "sessions.csv:2:2: starts: 2023-03-26 02:30:00 does not exist in Europe/Tirane: the clock is put forward over it"
    );
    assert_eq!(
        between("2023-10-29T02:30", "2023-10-29T04:00").unwrap_err(),
        "sessions.csv:2:2: starts: 2023-10-29 02:30:00 happens twice in Europe/Tirane; write it as \
         2023-10-29T02:30:00+02:00 or as 2023-10-29T02:30:00+01:00"
    );
    let summer = between("2023-10-29T02:30:00+02:00", "2023-10-29T04:00").unwrap();
    let winter = between("2023-10-29T02:30+01:00", "2023-10-29T04:00").unwrap();
    assert_eq!(summer.starts.utc.to_string(), "2023-10-29 00:30:00");
    assert_eq!(winter.starts.utc.to_string(), "2023-10-29 01:30:00");
    assert_eq!(summer.starts.local, winter.starts.local);
    // Across the change, by the clock an hour backwards and yet half an hour long.
    assert!(between("2023-10-29T02:45+02:00", "2023-10-29T02:15+01:00").is_ok());
    assert!(between("2023-10-29T02:30+03:00", "2023-10-29T04:00").unwrap_err().contains("not the offset"));
    assert!(between("2023-01-17T10:00Z", "2023-01-17T12:00").unwrap_err().contains("not the offset"));
    assert!(between("2023-03-26T02:30+01:00", "2023-03-26T04:00").unwrap_err().contains("does not exist"));
}

#[test]
fn what_only_resembles_a_time_is_none() {
    let others = [
        "2023-01-17",
        "10:00",
        "2023-02-30T10:00",
        "2023-01-17T24:00",
        "2023-01-17T10:00:60",
        "+12023-01-17T10:00",
        "1023-01-17T10:00",
        "2023-01-17T10:00:00.5",
        "17/01/2023 10:00",
        "soon",
    ];
    for other in others {
        let said = between(other, "2023-01-17T12:00").unwrap_err();
        assert!(said.contains("2:2: starts: “") && said.contains("is not a time"), "{other}: {said}");
    }
}

#[test]
fn a_module_is_not_given_twice_at_once() {
    let rows = "introduction,2023-01-17T10:00,2023-01-17T12:00,Europe/Tirane,online,,a.csv\n\
                transparency,2023-01-17T10:00,2023-01-17T12:00,Europe/Tirane,online,,b.csv\n\
                introduction,2023-01-17T09:00,2023-01-17T11:00,Europe/London,online,,c.csv\n";
    assert_eq!(
        said(rows),
        "sessions.csv:4:2: starts: line 2 has a session of this module at this time already"
    );
}

#[test]
fn names_of_files_stay_in_the_folder() {
    let with = |file: &str| {
        said(&format!("introduction,2023-01-17T10:00,2023-01-17T12:00,Europe/Tirane,online,,{file}\n"))
    };
    for outside in ["a/b.csv", "/etc/passwd", "..", "..\\x.csv", "C:x.csv", "a.csv;../b.csv"] {
        assert!(with(outside).contains("2:7: file: “"), "{outside}");
    }
    assert!(with("a.csv;a.csv").contains("“a.csv” is named twice"));
}

#[test]
fn a_file_without_sessions_is_a_fault() {
    assert_eq!(said(""), "sessions.csv: the file names no session");
    assert!(said(&"introduction,2023-01-17T10:00\n".repeat(2)).contains("2: the row has 2 cells"));
}

proptest::proptest! {
    #[test]
    fn no_cell_trips_the_reader(cells in proptest::collection::vec("\\PC{0,12}", 7)) {
        _ = sessions(&format!("{}\n", cells.join(",")));
    }

    #[test]
    fn no_time_trips_the_reader(time in "[+-]?[0-9]{1,6}-[0-9]{1,3}-[0-9]{1,3}[T ][0-9]{1,3}:[0-9]{1,3}(:[0-9]{1,3})?([+-][0-9]{2}:[0-9]{2}|Z)?") {
        _ = between(&time, "2023-01-17T12:00");
        _ = between("2023-01-17T12:00", &time);
    }
}
