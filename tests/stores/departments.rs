//! The tree of departments.

use std::collections::BTreeMap;

use rights_academy::organisations::rules::MOST_LEVELS;
use rights_academy::organisations::{Department, DepartmentChange, RosterEntry, departments, service};
use rights_academy::platform::db::Scope;
use rights_academy::platform::error::{Error, Result};
use rights_academy::platform::ids::{DepartmentId, OrganisationId};
use serde_json::json;

use super::{code, entry, three_people};
use crate::support::accounts;
use crate::support::databases::{TestDb, now, on_both};

/// An organisation and what is done to its departments.
struct City<'a> {
    db: &'a TestDb,
    id: OrganisationId,
}

impl City<'_> {
    fn of<'a>(db: &'a TestDb, code: &str) -> City<'a> {
        City { db, id: accounts::organisation(&db.platform(), code, code).id }
    }

    fn create(&self, name: &str, parent: Option<DepartmentId>) -> Result<DepartmentId> {
        let new = DepartmentChange { name: name.into(), parent };
        let made = self
            .db
            .db
            .write_tx(Scope::Organisation(self.id), |conn| departments::create(conn, self.id, &new));
        made.map(|department| department.id)
    }

    fn change(&self, id: DepartmentId, name: &str, parent: Option<DepartmentId>) -> Result<Department> {
        let change = DepartmentChange { name: name.into(), parent };
        self.db
            .db
            .write_tx(Scope::Organisation(self.id), |conn| departments::change(conn, self.id, id, &change))
    }

    fn delete(&self, id: DepartmentId) -> Result<()> {
        self.db.db.write_tx(Scope::Organisation(self.id), |conn| departments::delete(conn, self.id, id))
    }

    fn page(&self, after: Option<&str>, limit: i64) -> Vec<Department> {
        self.db
            .db
            .read(Scope::Organisation(self.id), |conn| departments::page(conn, self.id, after, limit))
            .unwrap()
    }

    fn put_roster(&self, roster: &[RosterEntry]) {
        let put = |conn: &mut _| service::put_roster(conn, self.id, "roster.csv", roster, now().naive_utc());
        self.db.db.write_tx(Scope::Organisation(self.id), put).unwrap();
    }

    fn put_directorates(&self, directorates: &[(&str, &str)]) -> Result<()> {
        let directorates: BTreeMap<String, String> =
            directorates.iter().map(|(unit, over)| (unit.to_string(), over.to_string())).collect();
        self.db.db.write_tx(Scope::Organisation(self.id), |conn| {
            departments::put_directorates(conn, self.id, &directorates)
        })
    }
}

fn is_missing<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::NotFound { what: "department" }))
}

on_both! {
    fn departments_are_made_renamed_moved_and_listed_by_name(db: TestDb) {
        let tirana = City::of(&db, "TIRANA");
        let works = tirana.create(" Public  Works ", None).unwrap();
        let parks = tirana.create("Parks", Some(works)).unwrap();
        let roads = tirana.create("Roads", None).unwrap();
        tirana.change(roads, "Roads and Bridges", Some(works)).unwrap();
        let told = |page: Vec<Department>| page.into_iter().map(|d| (d.name, d.parent)).collect::<Vec<_>>();
        let all = [("Parks", Some(works)), ("Public Works", None), ("Roads and Bridges", Some(works))];
        let all = all.map(|(name, parent)| (name.to_owned(), parent));
        assert_eq!(told(tirana.page(None, 10)), all);
        assert_eq!(told(tirana.page(None, 2)), all[..2]);
        assert_eq!(told(tirana.page(Some("Public Works"), 2)), all[2..]);
        // To the top, under its own name.
        assert_eq!(tirana.change(parks, "Parks", None).unwrap().parent, None);
    }

    fn a_name_is_taken_once_in_an_organisation(db: TestDb) {
        let tirana = City::of(&db, "TIRANA");
        let parks = tirana.create("Parks", None).unwrap();
        let roads = tirana.create("Roads", None).unwrap();
        assert_eq!(code(tirana.create(" Parks", None)), "department-exists");
        match tirana.change(roads, "Parks", None) {
            Err(Error::Conflict { code: "department-exists", fields, .. }) => {
                assert_eq!(fields["department"], json!(parks));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(code(tirana.create(" \u{200b}", None)), "department-name");
        assert_eq!(code(tirana.change(roads, &"R".repeat(201), None)), "department-name");
        City::of(&db, "DURRES").create("Parks", None).unwrap();
    }

    fn no_department_is_put_under_itself_or_too_deep(db: TestDb) {
        let tirana = City::of(&db, "TIRANA");
        let mut line = vec![tirana.create("1", None).unwrap()];
        for level in 2..=MOST_LEVELS {
            line.push(tirana.create(&level.to_string(), line.last().copied()).unwrap());
        }
        assert_eq!(code(tirana.create("9", line.last().copied())), "department-too-deep");
        for parent in &line {
            assert_eq!(code(tirana.change(line[0], "1", Some(*parent))), "department-under-itself");
        }
        let over = tirana.create("Over", None).unwrap();
        assert_eq!(code(tirana.change(line[0], "1", Some(over))), "department-too-deep");
        tirana.change(line[1], "2", Some(over)).unwrap();
        // What was refused was not done.
        assert_eq!(db.count("departments WHERE parent_id IS NULL"), 2);
        assert_eq!(db.count("departments"), 9);
    }

    fn a_parent_is_a_department_of_the_same_organisation(db: TestDb) {
        let (tirana, durres) = (City::of(&db, "TIRANA"), City::of(&db, "DURRES"));
        let theirs = durres.create("Parks", None).unwrap();
        for parent in [theirs, DepartmentId(0), DepartmentId(-1), DepartmentId(i64::MAX)] {
            assert_eq!(code(tirana.create("Roads", Some(parent))), "unknown-department");
        }
        let roads = tirana.create("Roads", None).unwrap();
        assert_eq!(code(tirana.change(roads, "Roads", Some(theirs))), "unknown-department");
        assert!(is_missing(&tirana.change(theirs, "Ours", None)) && is_missing(&tirana.delete(theirs)));
        assert_eq!(durres.page(None, 10)[0].name, "Parks");
    }

    fn a_department_goes_when_nothing_belongs_to_it(db: TestDb) {
        let tirana = City::of(&db, "TIRANA");
        tirana.put_roster(&three_people());
        let department = |name: &str| tirana.page(None, 10).into_iter().find(|d| d.name == name).unwrap().id;
        let finance = department(&three_people()[0].department);
        tirana.create("Payroll", Some(finance)).unwrap();
        match tirana.delete(finance) {
            Err(Error::Conflict { code: "department-in-use", fields, .. }) => {
                let staff = three_people().iter().filter(|p| p.department == three_people()[0].department).count();
                assert_eq!((&fields["people"], &fields["departments"]), (&json!(staff), &json!(1)));
            }
            other => panic!("{other:?}"),
        }
        tirana.delete(department("Payroll")).unwrap();
        let moved: Vec<RosterEntry> =
            three_people().iter().map(|p| entry(&p.employee_id, &p.name, &p.email, "Elsewhere")).collect();
        tirana.put_roster(&moved);
        tirana.delete(finance).unwrap();
        assert!(is_missing(&tirana.delete(finance)));
    }

    fn directorates_of_a_folder_make_no_circle(db: TestDb) {
        let tirana = City::of(&db, "TIRANA");
        tirana.put_directorates(&[("Parks", "Works"), ("Roads", "Works")]).unwrap();
        let refused = tirana.put_directorates(&[("Works", "Parks")]);
        let told = refused.as_ref().unwrap_err().to_string();
        assert_eq!(code(refused), "department-under-itself");
        assert_eq!(told, "directorates: “Parks” would be a unit of itself");
        assert_eq!(code(tirana.put_directorates(&[("New", "New")])), "department-under-itself");
        let line: Vec<(String, String)> = (0..9).map(|n| (n.to_string(), (n + 1).to_string())).collect();
        let line: Vec<(&str, &str)> = line.iter().map(|(unit, over)| (unit.as_str(), over.as_str())).collect();
        assert_eq!(code(tirana.put_directorates(&line)), "department-too-deep");
        assert_eq!(db.count("departments"), 3);
    }
}
