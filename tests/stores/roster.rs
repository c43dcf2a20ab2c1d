//! The roster and who is enrolled by it.

use rights_academy::organisations::{Person, RosterEntry, service};
use rights_academy::platform::db::Scope;
use rights_academy::platform::error::Result;
use rights_academy::platform::ids::OrganisationId;

use super::{Course, code, entry, three_people};
use crate::support::databases::{TestDb, now, on_both};

fn put(db: &TestDb, organisation: OrganisationId, roster: &[RosterEntry]) -> Result<Vec<Person>> {
    let now = now().naive_utc();
    db.db.write_tx(Scope::Organisation(organisation), |conn| {
        service::put_roster(conn, organisation, "roster.csv", roster, now)
    })
}

fn city(db: &TestDb, code: &str) -> OrganisationId {
    crate::support::accounts::organisation(&db.platform(), code, code).id
}

on_both! {
    fn the_same_roster_twice_changes_nothing(db: TestDb) {
        let tirana = city(&db, "TIRANA");
        let first = put(&db, tirana, &three_people()).unwrap();
        assert_eq!(put(&db, tirana, &three_people()).unwrap(), first);
        assert_eq!((db.count("people"), db.count("departments")), (3, 2));
    }

    fn two_people_swap_their_addresses(db: TestDb) {
        let tirana = city(&db, "TIRANA");
        let before = put(&db, tirana, &three_people()).unwrap();
        let mut roster = three_people();
        let (ana, bora) = (roster[0].email.clone(), roster[1].email.clone());
        (roster[0].email, roster[1].email) = (bora.clone(), ana.clone());
        let after = put(&db, tirana, &roster).unwrap();
        assert_eq!((&after[0].email, &after[1].email), (&bora, &ana));
        assert_eq!((after[0].id, after[1].id), (before[0].id, before[1].id));
        assert_eq!(db.count("people WHERE email_folded LIKE 'changing%'"), 0);
    }

    fn a_person_keeps_their_record_through_a_new_name_department_and_place_in_the_file(db: TestDb) {
        let tirana = city(&db, "TIRANA");
        let before = put(&db, tirana, &three_people()).unwrap();
        let mut roster = three_people();
        roster[0].name = "Ana Hoxha".into();
        roster[0].department = "Legal Affairs".into();
        roster.reverse();
        let after = put(&db, tirana, &roster).unwrap();
        assert_eq!(after.iter().map(|p| p.employee_id.as_str()).collect::<Vec<_>>(), ["3", "2", "1"]);
        let ana = &after[2];
        assert_eq!(ana.id, before[0].id);
        assert_eq!((&*ana.name, &*ana.department, &*ana.email), ("Ana Hoxha", "Legal Affairs", "ana@city.example"));
        assert_eq!(db.count("people"), 3);
    }

    fn a_corrected_employee_id_is_the_same_person(db: TestDb) {
        let tirana = city(&db, "TIRANA");
        let before = put(&db, tirana, &three_people()).unwrap();
        let mut roster = three_people();
        roster[0].employee_id = "0001".into();
        let after = put(&db, tirana, &roster).unwrap();
        assert_eq!((after[0].id, after[0].employee_id.as_str()), (before[0].id, "0001"));
        assert_eq!(db.count("people"), 3);
    }

    fn an_address_of_somebody_who_is_not_listed_is_a_fault_of_the_file(db: TestDb) {
        let tirana = city(&db, "TIRANA");
        put(&db, tirana, &three_people()).unwrap();
        let refused = put(&db, tirana, &[entry("4", "Other Ana", "ANA@city.example", "Finance")]);
        let told = refused.as_ref().unwrap_err().to_string();
        assert_eq!(code(refused), "address-taken");
        assert_eq!(told, "roster.csv: email: ANA@city.example is the address of employee 1");
        assert_eq!(db.count("people"), 3);
        // In another city the same address and the same employee id are somebody else.
        put(&db, city(&db, "ELBASAN"), &[entry("1", "Ana", "ana@city.example", "Finance")]).unwrap();
        assert_eq!(db.count("people"), 4);
    }

    fn who_is_not_listed_is_withdrawn_and_may_come_back(db: TestDb) {
        let course = Course::draft(db);
        let state = |state: &str| course.db.count(&format!("enrolments WHERE state = '{state}'"));
        assert_eq!(course.put_roster(&three_people()).unwrap(), 3);
        assert_eq!(course.put_roster(&three_people()[..2]).unwrap(), 2);
        assert_eq!(course.enrolled(), ["1", "2"]);
        assert_eq!((state("enrolled"), state("withdrawn")), (2, 1));
        // They stay people of the organisation.
        assert_eq!(course.db.count("people"), 3);
        course.put_roster(&three_people()).unwrap();
        assert_eq!(course.enrolled(), ["1", "2", "3"]);
        assert_eq!(course.db.count("enrolments"), 3);
    }
}
