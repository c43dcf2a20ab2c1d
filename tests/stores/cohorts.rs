//! Cohorts through their states, and their sessions.

use rights_academy::catalogue::Catalogue;
use rights_academy::cohorts::schedule::NewSession;
use rights_academy::cohorts::service::Planner;
use rights_academy::cohorts::{Session, State, service};
use rights_academy::enrolment::scheduling;
use rights_academy::platform::error::Error;
use rights_academy::platform::ids::AccountId;

use super::{Course, SCHEDULE, code, new_cohort, three_people};
use crate::support::databases::on_both;
use crate::support::pilot;

/// The catalogue, had its owner asked for more since.
fn stricter() -> Catalogue {
    let mut catalogue = pilot::catalogue();
    let programme = catalogue.programmes.get_mut("digital-human-rights").unwrap();
    programme.version += 1;
    programme.rule.levels.iter_mut().for_each(|level| level.min_modules += 1);
    catalogue
}

on_both! {
    fn a_cohort_goes_its_way_and_no_other(db: TestDb) {
        let mut course = Course::draft(db);
        for wrong in [State::Draft, State::Running, State::Closed, State::Archived] {
            assert_eq!(code(course.move_to(wrong)), "cohort-state");
        }
        course.move_to(State::Open).unwrap();
        course.move_to(State::Draft).unwrap();
        course.move_to(State::Open).unwrap();
        course.move_to(State::Running).unwrap();
        assert_eq!(code(course.move_to(State::Closed)), "cohort-without-sessions");
        course.put_sessions(SCHEDULE);
        course.move_to(State::Closed).unwrap();
        let refused = course.move_to(State::Running);
        let Err(Error::Conflict { fields, .. }) = &refused else { panic!("{refused:?}") };
        assert_eq!(serde_json::json!(fields), serde_json::json!({ "state": "closed", "next": ["archived"] }));
        course.move_to(State::Archived).unwrap();
        for wrong in State::ALL {
            assert_eq!(code(course.move_to(wrong)), "cohort-state");
        }
    }

    fn opening_settles_the_programme(db: TestDb) {
        let mut course = Course::draft(db);
        let programme =
            |course: &Course| course.read(|conn| service::programme(conn, &course.cohort, &stricter())).unwrap();
        let version = |course: &Course| programme(course).programme.version;
        let today = pilot::catalogue().programmes["digital-human-rights"].version;
        assert_eq!(version(&course), today + 1);
        course.move_to(State::Open).unwrap();
        assert_eq!(version(&course), today);
        let frozen = programme(&course);
        assert_eq!(frozen.programme, pilot::catalogue().programmes["digital-human-rights"]);
        assert!(!frozen.titles("introduction").is_empty());
        // What goes back to a draft is unsettled again.
        course.move_to(State::Draft).unwrap();
        assert_eq!(version(&course), today + 1);
    }

    fn a_name_is_taken_once_in_a_programme(db: TestDb) {
        let course = Course::draft(db);
        let again = service::create(
            &course.platform.db,
            &course.platform.clock,
            &pilot::catalogue(),
            course.organisation.id,
            &new_cohort(" Winter "),
            &service::NewDays::default(),
            None,
        );
        assert_eq!(code(again), "cohort-exists");
        assert_eq!(course.db.count("cohorts"), 1);
    }

    fn nothing_is_read_across_organisations(db: TestDb) {
        let course = Course::running(db);
        let other = crate::support::accounts::organisation(&course.platform, "ELBASAN", "Elbasan").id;
        let found = course.read(|conn| service::cohort(conn, other, course.cohort.id));
        assert!(matches!(found, Err(Error::NotFound { what: "cohort" })), "{found:?}");
        let sessions = course.read(|conn| service::sessions(conn, other, course.cohort.id)).unwrap();
        assert!(sessions.is_empty());
    }

    fn a_session_is_cancelled_and_comes_back(db: TestDb) {
        let course = Course::running(db);
        course.roll_call(3, &["1"]);
        let attended = |course: &Course| course.verdicts().of_employee("1").unwrap().verdict.attended();
        assert_eq!(attended(&course), 1);

        let without: String = SCHEDULE.lines().filter(|l| !l.starts_with("transparency")).map(|l| format!("{l}\n")).collect();
        assert_eq!(course.put_sessions(&without).len(), 3);
        assert_eq!(attended(&course), 0);
        assert_eq!(course.db.count("sessions"), 4);

        let back = course.put_sessions(SCHEDULE);
        let as_before = |session: &Session| Session { sequence: 0, changed_at: session.created_at, ..session.clone() };
        assert_eq!(back.iter().map(as_before).collect::<Vec<_>>(), course.sessions);
        // Calendars were told twice: that it was cancelled, and that it is not.
        assert_eq!(back.iter().map(|session| session.sequence).collect::<Vec<_>>(), [0, 0, 0, 2]);
        assert_eq!(attended(&course), 1);

        // Another end, mode and number of places are the same session; another start is another one.
        let moved = SCHEDULE
            .replace("2023-03-21T12:00,Europe/Tirane,hybrid,", "2023-03-21T13:00,Europe/Tirane,online,20")
            .replace("2023-02-28T10:00", "2023-02-28T09:00");
        let moved = course.put_sessions(&moved);
        assert_eq!((moved[3].id, moved[3].seconds(), moved[3].capacity), (back[3].id, 3 * 3600, Some(20)));
        assert_ne!(moved[2].id, back[2].id);
    }

    fn a_closed_cohort_takes_neither_roster_nor_sessions(db: TestDb) {
        let mut course = Course::running(db);
        course.move_to(State::Closed).unwrap();
        assert_eq!(code(course.put_roster(&three_people())), "cohort-closed");
        let added = scheduling::add_session(
            &course.platform,
            &pilot::catalogue(),
            (course.organisation.id, course.cohort.id),
            Planner { account: AccountId(1), may_override: false },
            &NewSession::default(),
        );
        assert_eq!(code(added), "cohort-closed");
    }
}
