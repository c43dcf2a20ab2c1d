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
}
