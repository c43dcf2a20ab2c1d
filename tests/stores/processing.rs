//! Processing a folder again on another day.

use std::path::Path;

use rights_academy::certificates::renditions::{Which, render_missing};
use rights_academy::certificates::template::Template;
use rights_academy::platform::Platform;
use rights_academy::reports::output;

use crate::support::databases::{on_both, rows};
use crate::support::files::{assert_same_tree, tree};
use crate::support::pilot;

fn process_into(platform: &Platform, out: &Path) {
    let processed = pilot::process(platform, &pilot::dir()).unwrap();
    let (organisation, which) = (processed.organisation.id, Which::Cohort(processed.verdicts.cohort.id));
    render_missing(platform, organisation, which, Template::embedded(), "sq", &|_| {}).unwrap();
    output::write(platform, &processed, out, &|_| {}).unwrap();
}

on_both! {
    fn a_year_later_every_file_is_the_same(db: TestDb) {
        let (platform, out) = (db.platform(), tempfile::TempDir::new().unwrap());
        let (today, later) = (out.path().join("today"), out.path().join("later"));
        process_into(&platform, &today);
        let before = rows(&db.db);
        platform.clock.advance(chrono::Duration::days(400));
        process_into(&platform, &later);
        assert_same_tree(&tree(&today), &tree(&later));
        // The same on both databases, too.
        insta::assert_snapshot!("schedule", std::fs::read_to_string(today.join("schedule.ics")).unwrap());
        assert_eq!(rows(&db.db), before);
    }

    fn what_a_folder_cancels_is_not_booked_any_more(db: TestDb) {
        let (platform, copy) = (db.platform(), pilot::Copy::new());
        pilot::process(&platform, copy.path()).unwrap();
        for module in ["transparency", "introduction"] {
            db.sql(&format!(
                "INSERT INTO bookings (organisation_id, cohort_id, module_code, person_id, session_id, mode, created_at)
                 SELECT organisation_id, cohort_id, module_code, (SELECT MIN(person_id) FROM enrolments), id, 'online', starts_at
                 FROM sessions WHERE module_code = '{module}'"
            ));
        }
        copy.edit("sessions.csv", |text| text.lines().filter(|line| !line.starts_with("transparency")).map(|line| format!("{line}\n")).collect());
        copy.remove("4-transparency.csv");
        pilot::process(&platform, copy.path()).unwrap();
        assert_eq!([db.count("bookings WHERE module_code = 'introduction'"), db.count("bookings")], [1, 1]);
    }
}
