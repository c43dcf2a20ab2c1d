//! Two who plan at the same time.

use rights_academy::cohorts::details::NewDetails;
use rights_academy::cohorts::schedule::NewSession;
use rights_academy::cohorts::service::{self, Planner};
use rights_academy::enrolment::scheduling;
use rights_academy::platform::Platform;
use rights_academy::platform::db::Db;
use rights_academy::platform::error::Error;
use rights_academy::platform::ids::AccountId;

use super::house::at_once;
use super::{Course, new_cohort};
use crate::support::databases::on_both;
use crate::support::pilot;

/// A session in one room, on a day.
fn in_room(day: u32) -> NewSession {
    let details = NewDetails {
        mode: "in-person".into(),
        place: "City Hall".into(),
        room: "2.14".into(),
        ..NewDetails::default()
    };
    NewSession {
        module: "introduction".into(),
        starts: format!("2023-05-{day:02}T10:00"),
        ends: format!("2023-05-{day:02}T12:00"),
        zone: "Europe/Tirane".into(),
        details,
        ..NewSession::default()
    }
}

on_both! {
    fn two_who_plan_at_once_do_not_both_get_the_room(db: TestDb) {
        let course = Course::draft(db);
        let (platform, catalogue, organisation) = (&course.platform, pilot::catalogue(), course.organisation.id);
        let other = service::create(
            &platform.db, &platform.clock, &catalogue, organisation, &new_cohort("Spring"), &service::NewDays::default(), None,
        )
        .unwrap();
        let by = Planner { account: AccountId(1), may_override: false };
        // Writes of one process share a connection; another instance has its own.
        let apart = Db::open(course.db.url().parse().unwrap(), 2).unwrap();
        let instance = Platform { db: apart, ..platform.clone() };
        for day in 1..=20 {
            let plan = |platform, cohort| {
                let catalogue = &catalogue;
                move || scheduling::add_session(platform, catalogue, (organisation, cohort), by, &in_room(day))
            };
            let planned = at_once(plan(platform, course.cohort.id), plan(&instance, other.id));
            let codes: Vec<&str> = planned
                .iter()
                .map(|planned| match planned {
                    Ok(_) => "planned",
                    Err(Error::Conflict { code, .. }) => code,
                    Err(error) => panic!("{error:?}"),
                })
                .collect();
            assert!(codes == ["planned", "clash"] || codes == ["clash", "planned"], "{codes:?}");
        }
        assert_eq!(course.db.count("sessions"), 20);
    }
}
