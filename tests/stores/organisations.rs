//! What an organisation settles, its logos, and its people page by page.

use rights_academy::cohorts::service as cohorts;
use rights_academy::organisations::{
    Logo, OrganisationChange, OrganisationSettings, Retention, logos, service,
};
use rights_academy::platform::db::Scope;
use rights_academy::platform::error::Error;

use super::{Course, code, entry, new_cohort, three_people};
use crate::support::accounts;
use crate::support::databases::{now, on_both};
use crate::support::pilot;

fn change() -> OrganisationChange {
    OrganisationChange {
        name: " City of  Tirana ".into(),
        languages: vec!["sq".into(), "en".into()],
        zone: "Europe/Tirane".into(),
        sender: Some("academy@tirana.example".into()),
        retention: Retention { raw_attendance_days: 30 },
        controller: "Bashkia Tiranë\nSheshi Skënderbej 2".into(),
        data_protection_contact: "dpo@tirana.example".into(),
        legal_ground: "GDPR, article 6(1)(e)".into(),
    }
}

/// An image of the tests' own, and what it shows.
fn logo(file: &str) -> Logo {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/logos");
    logos::read(file, std::fs::read(folder.join(file)).unwrap(), file).unwrap()
}

impl Course {
    fn settings(&self) -> OrganisationSettings {
        let id = self.organisation.id;
        self.db.db.read(Scope::Organisation(id), |conn| service::settings(conn, id)).unwrap()
    }

    fn settle(&self, change: &OrganisationChange) -> Result<(), Error> {
        let id = self.organisation.id;
        self.db.db.write_tx(Scope::Organisation(id), |conn| service::change(conn, id, change)).map(drop)
    }

    fn add_logo(&self, logo: &Logo) -> Result<(), Error> {
        let id = self.organisation.id;
        self.db.db.write_tx(Scope::Organisation(id), |conn| logos::add(conn, id, logo, now().naive_utc()))
    }

    fn remove_logo(&self, sha256: &str) -> Result<(), Error> {
        let id = self.organisation.id;
        self.db.db.write_tx(Scope::Organisation(id), |conn| logos::remove(conn, id, sha256))
    }

    fn image(&self, sha256: &str) -> Result<Logo, Error> {
        let id = self.organisation.id;
        self.db.db.read(Scope::Organisation(id), |conn| logos::logo(conn, id, sha256))
    }
}

on_both! {
    fn what_is_settled_is_read_again_and_is_this_organisations_alone(db: TestDb) {
        let course = Course::draft(db);
        assert_eq!(course.settings(), OrganisationSettings::default());
        course.settle(&change()).unwrap();
        let settings = course.settings();
        assert_eq!((settings.language(), settings.zone.name()), ("sq", "Europe/Tirane"));
        assert_eq!(settings.retention.raw_attendance_days, 30);
        assert_eq!(settings.controller, "Bashkia Tiranë\nSheshi Skënderbej 2");
        assert_eq!(course.db.count("organisations WHERE code = 'TIRANA' AND name = 'City of Tirana'"), 1);

        let other = accounts::organisation(&course.platform, "DURRES", "Durrës").id;
        let theirs = course.db.db.read(Scope::Organisation(other), |conn| service::with_settings(conn, other)).unwrap();
        assert_eq!((theirs.0.name.as_str(), theirs.1), ("Durrës", OrganisationSettings::default()));
    }

    fn a_fault_changes_nothing(db: TestDb) {
        let course = Course::draft(db);
        let wrong = OrganisationChange { zone: "Europe/Nowhere".into(), ..change() };
        assert_eq!(code(course.settle(&wrong)), "unknown-zone");
        assert_eq!(course.settings(), OrganisationSettings::default());
    }

    fn logos_come_and_go_and_a_change_of_the_rest_leaves_them(db: TestDb) {
        let course = Course::draft(db);
        let (arms, partner) = (logo("arms.png"), logo("partner.jpg"));
        course.add_logo(&arms).unwrap();
        course.add_logo(&partner).unwrap();
        assert_eq!(code(course.add_logo(&arms)), "logo-exists");
        course.settle(&change()).unwrap();
        let names = || course.settings().logos.into_iter().map(|logo| logo.alt).collect::<Vec<_>>();
        assert_eq!(names(), ["arms.png", "partner.jpg"]);
        assert_eq!(course.image(&arms.sha256).unwrap(), arms);

        course.remove_logo(&arms.sha256).unwrap();
        assert_eq!(names(), ["partner.jpg"]);
        for gone in [course.remove_logo(&arms.sha256), course.image(&arms.sha256).map(drop)] {
            assert!(matches!(gone, Err(Error::NotFound { what: "logo" })), "{gone:?}");
        }
        // A document may show it still.
        assert_eq!(course.db.count("images"), 2);
        course.add_logo(&arms).unwrap();
        assert_eq!((names(), course.db.count("images")), (vec!["partner.jpg".into(), "arms.png".into()], 2));
    }

    fn there_are_as_many_logos_as_a_certificate_has_room_for(db: TestDb) {
        let course = Course::draft(db);
        for number in 0..logos::MOST as u8 {
            course.add_logo(&Logo::new("Arms".into(), vec![number])).unwrap();
        }
        assert_eq!(code(course.add_logo(&logo("arms.png"))), "too-many-logos");
        assert_eq!(course.db.count("images"), 4);
    }

    fn a_new_cohort_has_the_organisations_logos_and_keeps_them(db: TestDb) {
        let course = Course::draft(db);
        let arms = logo("arms.png");
        course.add_logo(&arms).unwrap();
        let (platform, id) = (&course.platform, course.organisation.id);
        let new = new_cohort("Spring");
        let cohort = cohorts::create(&platform.db, &platform.clock, &pilot::catalogue(), id, &new, &cohorts::NewDays::default(), None).unwrap();
        course.remove_logo(&arms.sha256).unwrap();
        let mut logos = cohorts::settings(&cohort).unwrap().logos;
        course.db.db.read(Scope::Organisation(id), |conn| logos::fill(conn, id, logos.iter_mut())).unwrap();
        assert_eq!(logos, [arms]);
        // One that was made before has none.
        assert_eq!(cohorts::settings(&course.cohort).unwrap().logos, []);
    }

    fn another_organisations_logos_are_not_there(db: TestDb) {
        let course = Course::draft(db);
        let arms = logo("arms.png");
        course.add_logo(&arms).unwrap();
        let other = accounts::organisation(&course.platform, "DURRES", "Durrës").id;
        let found = course.db.db.read(Scope::Organisation(other), |conn| logos::logo(conn, other, &arms.sha256));
        assert!(matches!(found, Err(Error::NotFound { what: "logo" })), "{found:?}");
    }

    fn the_roster_is_read_page_by_page(db: TestDb) {
        let course = Course::draft(db);
        let mut roster = three_people();
        roster.push(entry("2b", "Dea", "dea@city.example", "Finance"));
        course.put_roster(&roster).unwrap();
        // Who left the cohort is on the roster still.
        course.put_roster(&three_people()[..2]).unwrap();
        let id = course.organisation.id;
        let page = |after: Option<&str>| {
            let page = course.db.db.read(Scope::Organisation(id), |conn| service::people_page(conn, id, after, 2));
            page.unwrap().into_iter().map(|person| person.employee_id).collect::<Vec<_>>()
        };
        assert_eq!(page(None), ["1", "2"]);
        assert_eq!(page(Some("2")), ["2b", "3"]);
        assert!(page(Some("3")).is_empty());

        let person = |employee_id: &str| {
            course.db.db.read(Scope::Organisation(id), |conn| service::person(conn, id, employee_id))
        };
        let dea = person("2b").unwrap();
        assert_eq!((dea.name.as_str(), dea.department.as_str()), ("Dea", "Finance"));
        for nobody in ["", "4", "1\0", "%"] {
            assert!(matches!(person(nobody), Err(Error::NotFound { what: "person" })), "{nobody:?}");
        }
    }
}
