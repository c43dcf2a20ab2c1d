//! Modules that an organisation adopts, and what cohorts take of them.

use std::sync::Barrier;

use chrono::{Duration, NaiveDateTime};
use rights_academy::catalogue::{Adoption, ByLanguage, Catalogue, ModuleText, OwnModule, service};
use rights_academy::cohorts::{State, service as cohorts};
use rights_academy::platform::db::Scope;
use rights_academy::platform::error::Result;
use rights_academy::platform::ids::OrganisationId;

use super::{Course, code};
use crate::support::accounts;
use crate::support::databases::{now, on_both};
use crate::support::pilot;

const CODE: &str = "introduction";

/// The catalogue, had the module's author gone on.
fn moved_on() -> Catalogue {
    let mut catalogue = pilot::catalogue();
    let module = catalogue.modules.get_mut(CODE).unwrap();
    module.version += 2;
    module.texts.get_mut("en").unwrap().title = "A new title".into();
    catalogue
}

fn titled(language: &str, title: &str) -> Adoption {
    let text = ModuleText { title: title.into(), summary: "S".into(), ..ModuleText::default() };
    Adoption { source_version: None, texts: ByLanguage::from([(language.to_owned(), text)]) }
}

fn adopt_at(
    course: &Course,
    catalogue: &Catalogue,
    adoption: &Adoption,
    at: NaiveDateTime,
) -> Result<OwnModule> {
    let of = course.organisation.id;
    course.write_tx(|conn| {
        let before = service::module_for_change(conn, catalogue, of, CODE)?;
        service::adopt(conn, catalogue, of, before, adoption, at)
    })
}

fn adopt(course: &Course, catalogue: &Catalogue, adoption: &Adoption) -> Result<OwnModule> {
    adopt_at(course, catalogue, adoption, now().naive_utc())
}

fn read(course: &Course, catalogue: &Catalogue, of: OrganisationId) -> OwnModule {
    let found =
        course.platform.db.read(Scope::Organisation(of), |conn| service::module(conn, catalogue, of, CODE));
    found.unwrap()
}

fn title(course: &Course, catalogue: &Catalogue, language: &str) -> String {
    let snapshot = course.read(|conn| cohorts::programme(conn, &course.cohort, catalogue)).unwrap();
    snapshot.titles(CODE)[language].clone()
}

on_both! {
    fn one_sees_that_the_source_has_moved_on_until_one_has_looked(db: TestDb) {
        let course = Course::draft(db);
        let (first, later) = (now().naive_utc(), now().naive_utc() + Duration::days(9));
        let versions = |own: &OwnModule| (own.adopted.as_ref().unwrap().source_version, own.module.version);
        let own = adopt(&course, &pilot::catalogue(), &titled("sq", "Hyrje")).unwrap();
        assert_eq!(versions(&own), (1, 1));

        let source = moved_on();
        let own = read(&course, &source, course.organisation.id);
        assert_eq!(versions(&own), (1, 3));
        assert_eq!((own.module.texts["en"].title.as_str(), own.module.texts["sq"].title.as_str()), ("A new title", "Hyrje"));
        // A correction of a letter is no look at the source.
        let own = adopt_at(&course, &source, &titled("sq", "Hyrja"), later).unwrap();
        assert_eq!(versions(&own), (1, 3));
        let looked = |version| Adoption { source_version: Some(version), ..titled("sq", "Hyrja") };
        assert_eq!(versions(&adopt_at(&course, &source, &looked(3), later).unwrap()), (3, 3));
        let adopted = read(&course, &source, course.organisation.id).adopted.unwrap();
        assert_eq!((adopted.adopted_at, adopted.changed_at), (first, later));
        // Who says the same again changes nothing.
        adopt_at(&course, &source, &looked(3), later + Duration::days(1)).unwrap();
        assert_eq!(read(&course, &source, course.organisation.id).adopted.unwrap().changed_at, later);
        assert_eq!(code(adopt(&course, &source, &looked(4))), "unknown-version");
        // Where the installation goes back to an earlier catalogue, the adoption stays as it is.
        assert_eq!(versions(&read(&course, &pilot::catalogue(), course.organisation.id)), (3, 1));
    }

    fn a_draft_has_the_titles_of_now_and_an_opened_cohort_those_of_its_opening(db: TestDb) {
        let mut course = Course::draft(db);
        let source = pilot::catalogue();
        let of_the_catalogue = source.modules[CODE].texts["sq"].title.clone();
        assert_eq!(title(&course, &source, "sq"), of_the_catalogue);
        adopt(&course, &source, &titled("sq", "Hyrje")).unwrap();
        assert_eq!(title(&course, &source, "sq"), "Hyrje");
        assert_eq!(title(&course, &source, "en"), source.modules[CODE].texts["en"].title);

        course.move_to(State::Open).unwrap();
        adopt(&course, &source, &titled("bg", "Въведение")).unwrap();
        assert_eq!(title(&course, &source, "sq"), "Hyrje");
        course.move_to(State::Draft).unwrap();
        assert_eq!((title(&course, &source, "sq"), title(&course, &source, "bg")), (of_the_catalogue, "Въведение".into()));
    }

    fn an_adoption_is_of_one_organisation_and_outlives_a_catalogue_without_the_module(db: TestDb) {
        let course = Course::draft(db);
        let other = accounts::organisation(&course.platform, "DURRES", "Durrës").id;
        let source = pilot::catalogue();
        adopt(&course, &source, &titled("sq", "Hyrje")).unwrap();
        assert_eq!(read(&course, &source, other).adopted, None);

        let mut without = source.clone();
        without.modules.remove(CODE);
        let of = course.organisation.id;
        let listed = course.read(|conn| service::page(conn, &without, of, None, 10)).unwrap();
        assert!(listed.len() == 3 && listed.iter().all(|own| own.adopted.is_none()), "{listed:?}");
        assert!(course.read(|conn| service::module(conn, &without, of, CODE)).is_err());
        assert!(read(&course, &source, of).adopted.is_some());
    }

    fn two_who_adopt_at_once_make_one_adoption(db: TestDb) {
        let course = Course::draft(db);
        let together = Barrier::new(2);
        let one = |title: &str| {
            together.wait();
            adopt(&course, &pilot::catalogue(), &titled("sq", title)).map(|own| own.module.texts["sq"].title.clone())
        };
        let titles = std::thread::scope(|scope| {
            let (a, b) = (scope.spawn(|| one("A")), scope.spawn(|| one("B")));
            [a.join().unwrap().unwrap(), b.join().unwrap().unwrap()]
        });
        assert_eq!(titles, ["A", "B"]);
        assert_eq!(course.db.count("adopted_modules"), 1);
    }
}
