//! Certificates: issued once, kept as they were issued.

use std::collections::BTreeSet;

use rights_academy::certificates::renditions::{self, Rendition, Which};
use rights_academy::certificates::template::Template;
use rights_academy::cohorts::State;
use rights_academy::platform::error::{Error, Result};
use rights_academy::platform::keys::Purpose;

use super::{Course, code, three_people};
use crate::support::databases::{on_both, platform};
use crate::support::pilot;

/// Ana attended two modules, Bora three, Ëngjëll one; the cohort is closed.
fn closed(db: crate::support::databases::TestDb) -> Course {
    let mut course = Course::running(db);
    course.roll_call(0, &["1", "2", "3"]);
    course.roll_call(1, &["1", "2"]);
    course.roll_call(2, &["2"]);
    course.move_to(State::Closed).unwrap();
    course
}

fn owned(held: &[(&str, &'static str, &'static str)]) -> Vec<(String, &'static str, &'static str)> {
    held.iter().map(|(id, level, status)| ((*id).to_owned(), *level, *status)).collect()
}

fn rendition(course: &Course, serial: &str) -> Result<Rendition> {
    renditions::rendition(&course.platform, course.organisation.id, serial, Template::embedded(), "sq")
}

on_both! {
    fn only_a_closed_cohort_issues(db: TestDb) {
        let course = Course::running(db);
        assert_eq!(code(course.issue()), "cohort-not-closed");
        assert_eq!(course.db.count("certificates"), 0);
    }

    fn what_was_earned_is_issued_once(db: TestDb) {
        let course = closed(db);
        assert_eq!(course.issue().unwrap().issued.len(), 2);
        let first = owned(&[("1", "attendance", "valid"), ("2", "completion", "valid")]);
        assert_eq!(course.held(), first);
        let again = course.issue().unwrap();
        assert_eq!((again.issued.len(), again.superseded, again.review.len()), (0, 0, 0));
        assert_eq!(course.held(), first);
        let record = course.certificates()[0].record().unwrap();
        assert_eq!((&*record.name, record.modules_in_programme, record.verify_at), ("Ana Doda", 4, None));
        assert_eq!(record.modules.iter().map(|m| &*m.code).collect::<Vec<_>>(), ["introduction", "data-protection"]);
        assert_eq!(record.issued_on.to_string(), "2023-04-03");
    }

    fn a_higher_level_supersedes_and_never_a_lower_one(db: TestDb) {
        let course = closed(db);
        course.issue().unwrap();
        course.roll_call(2, &["1", "2"]);
        let issued = course.issue().unwrap();
        assert_eq!((issued.issued.len(), issued.superseded), (1, 1));
        let raised =
            owned(&[("1", "attendance", "superseded"), ("2", "completion", "valid"), ("1", "completion", "valid")]);
        assert_eq!(course.held(), raised);
        // Both fall back to two modules: their completions are looked at, no attendance takes their place.
        course.roll_call(2, &[]);
        let issued = course.issue().unwrap();
        assert_eq!((issued.issued.len(), issued.superseded, issued.review.len()), (0, 0, 2));
        assert_eq!(course.held(), raised);
    }

    fn what_was_revoked_is_not_issued_again(db: TestDb) {
        let course = closed(db);
        course.issue().unwrap();
        course.db.sql("UPDATE certificates SET status = 'revoked' WHERE level = 'completion'");
        let issued = course.issue().unwrap();
        assert_eq!((issued.issued.len(), issued.review.len()), (0, 0));
        assert_eq!(course.held(), owned(&[("1", "attendance", "valid"), ("2", "completion", "revoked")]));
    }

    fn a_holder_who_left_the_roster_is_looked_at(db: TestDb) {
        let course = closed(db);
        course.issue().unwrap();
        course.db.sql("UPDATE enrolments SET state = 'withdrawn'");
        let issued = course.issue().unwrap();
        assert_eq!((issued.issued.len(), issued.superseded, issued.review.len()), (0, 0, 2));
    }

    fn an_issued_document_does_not_follow_a_new_name(db: TestDb) {
        let course = closed(db);
        course.issue().unwrap();
        let before: Vec<String> = course.certificates().into_iter().map(|c| c.record).collect();
        let mut roster = three_people();
        roster[0].name = "Ana Hoxha".into();
        let now = crate::support::databases::now().naive_utc();
        let put = rights_academy::organisations::service::put_roster;
        course.write_tx(|conn| put(conn, course.organisation.id, "roster.csv", &roster, now)).unwrap();
        course.issue().unwrap();
        assert_eq!(course.certificates().into_iter().map(|c| c.record).collect::<Vec<_>>(), before);
    }

    fn keys_hold_what_no_code_should_try(db: TestDb) {
        let course = closed(db);
        course.issue().unwrap();
        let copy = |edition: &str, serial: &str| {
            let columns = "organisation_id, cohort_id, person_id, level, status, record, code_sha256, code_sealed, \
                           key_id, issued_at";
            let insert = format!(
                "INSERT INTO certificates ({columns}, edition, serial)
                 SELECT {columns}, {edition}, {serial} FROM certificates WHERE level = 'completion'"
            );
            course.write_tx(|conn| Ok(diesel::connection::SimpleConnection::batch_execute(conn, &insert)?))
        };
        for (edition, serial) in [("edition", "'TIRANA-2023-OTHER'"), ("edition + 1", "serial"), ("0", "'TIRANA-2023-OTHER'")] {
            let refused = copy(edition, serial);
            assert!(matches!(refused, Err(Error::Database(_))), "{edition} {serial}: {refused:?}");
        }
        assert_eq!(course.db.count("certificates"), 2);
        copy("edition + 1", "'TIRANA-2023-OTHER'").unwrap();
    }

    fn a_rendition_is_made_once_and_kept(db: TestDb) {
        let course = closed(db);
        course.issue().unwrap();
        let serial = course.certificates()[0].serial.clone();
        let first = rendition(&course, &serial).unwrap();
        assert!(first.pdf.starts_with(b"%PDF-"));
        assert_eq!(rendition(&course, &serial).unwrap(), first);
        assert_eq!(course.db.count("renditions"), 1);

        // The others are made when all are asked for; the one that is there stays.
        let render = || {
            let (organisation, which) = (course.organisation.id, Which::Cohort(course.cohort.id));
            renditions::render_missing(&course.platform, organisation, which, Template::embedded(), "sq", &|_| {}).unwrap();
        };
        render();
        render();
        assert_eq!(course.db.count("renditions"), 2);
        assert_eq!(rendition(&course, &serial).unwrap(), first);

        // One byte of it changes on the disk.
        course.db.sql(if course.db.is_postgres() {
            "UPDATE renditions SET pdf = set_byte(pdf, 100, get_byte(pdf, 100) # 1)"
        } else {
            "UPDATE renditions SET pdf = CAST(substr(pdf, 1, 100) || x'00' || substr(pdf, 102) AS BLOB)"
        });
        let damaged = rendition(&course, &serial);
        let Err(Error::Internal(cause)) = &damaged else { panic!("served though damaged") };
        assert!(cause.to_string().contains("damaged"), "{cause}");
        let ids: Vec<_> = course.certificates().iter().map(|c| c.id).collect();
        let all = course.read(|conn| renditions::renditions(conn, course.organisation.id, &ids, "sq"));
        assert!(matches!(all, Err(Error::Internal(_))));
    }

    fn a_rendition_that_is_missing_is_an_error(db: TestDb) {
        let course = closed(db);
        course.issue().unwrap();
        let ids: Vec<_> = course.certificates().iter().map(|c| c.id).collect();
        let all = course.read(|conn| renditions::renditions(conn, course.organisation.id, &ids, "sq"));
        assert!(matches!(all, Err(Error::Internal(_))));
    }

    fn two_cohorts_of_one_city_are_processed_at_once(db: TestDb) {
        let platforms = [platform(db.another_pool(), 1), platform(db.another_pool(), 2)];
        let start = std::sync::Barrier::new(platforms.len());
        let process = |platform: &rights_academy::platform::Platform, name: &str| {
            let folder = pilot::Copy::new();
            folder.edit("cohort.toml", |text| text.replace("Winter 2023", name));
            start.wait();
            pilot::process(platform, folder.path()).unwrap().issued.issued.len()
        };
        let process = &process;
        let issued: Vec<usize> = std::thread::scope(|scope| {
            let threads: Vec<_> = ["Winter", "Spring"]
                .into_iter()
                .zip(&platforms)
                .map(|(name, platform)| scope.spawn(move || process(platform, name)))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(issued, [23, 23]);
        assert_eq!([db.count("people"), db.count("enrolments"), db.count("certificates")], [60, 120, 46]);
    }

    fn who_left_keeps_the_certificate_and_the_report_adds_up(db: TestDb) {
        let platform = platform(db.another_pool(), 1);
        let folder = pilot::Copy::new();
        pilot::process(&platform, folder.path()).unwrap();
        // 00003 holds a certificate of attendance.
        folder.edit("roster.csv", |text| text.lines().filter(|l| !l.starts_with("00003,")).map(|l| format!("{l}\n")).collect());
        let processed = pilot::process(&platform, folder.path()).unwrap();
        assert_eq!((processed.report.enrolled, processed.report.certificates.total), (59, 23));
        assert_eq!(processed.issued.review.len(), 1);
        let rows = &processed.details.departments.rows;
        assert_eq!(rows.iter().map(|row| row.certificates).sum::<u32>(), 23);
    }

    fn two_issuers_at_once_make_one_set(db: TestDb) {
        let issuers = [platform(db.another_pool(), 1), platform(db.another_pool(), 2)];
        let start = std::sync::Barrier::new(issuers.len());
        let issue = |platform: &rights_academy::platform::Platform| {
            start.wait();
            let processed = pilot::process(platform, &pilot::dir()).unwrap();
            let cohort = &processed.verdicts.cohort;
            let which = Which::Cohort(cohort.id);
            let template = Template::embedded();
            renditions::render_missing(platform, cohort.organisation_id, which, template, "sq", &|_| {}).unwrap();
            (processed.issued.issued.len(), processed.certificates.len())
        };
        let done = std::thread::scope(|scope| {
            let threads: Vec<_> = issuers.iter().map(|platform| scope.spawn(|| issue(platform))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<BTreeSet<_>>()
        });
        assert_eq!(done, BTreeSet::from([(0, 23), (23, 23)]));
        for table in ["certificates", "renditions"] {
            assert_eq!(db.count(table), 23, "{table}");
        }
        for table in ["people", "enrolments"] {
            assert_eq!(db.count(table), 60, "{table}");
        }
        for table in ["cohorts", "organisations"] {
            assert_eq!(db.count(table), 1, "{table}");
        }
        assert_eq!(db.count("keys"), Purpose::ALL.len() as i64);
    }
}
