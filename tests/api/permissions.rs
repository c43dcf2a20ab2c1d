//! `docs/permissions.md` says what the program does.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use rights_academy::access::permissions::{PERMISSIONS, markdown};

use super::matrix;

const BEGIN: &str = "<!-- table -->\n";
const END: &str = "<!-- /table -->\n";

/// The page, with the table as the program has it where snapshots are renewed.
fn page() -> &'static str {
    static PAGE: OnceLock<String> = OnceLock::new();
    PAGE.get_or_init(renewed)
}

fn renewed() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/permissions.md");
    let page = std::fs::read_to_string(&file).unwrap();
    let (front, rest) = page.split_once(BEGIN).unwrap();
    let (_, back) = rest.split_once(END).unwrap();
    let renewed = format!("{front}{BEGIN}{}{END}{back}", markdown());
    if renewed != page && std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&file, &renewed).unwrap();
        return renewed;
    }
    page
}

#[test]
fn the_page_of_permissions_has_the_programs_table() {
    let page = page();
    let (_, rest) = page.split_once(BEGIN).unwrap();
    let (table, _) = rest.split_once(END).unwrap();
    assert!(table == markdown(), "docs/permissions.md is behind: run `make bless`, and read the difference");
}

#[test]
fn the_page_of_permissions_says_which_have_no_operation_yet() {
    let page = page();
    let (_, rest) = page.split_once("## No operation yet\n").unwrap();
    let (section, _) = rest.split_once("\n## ").unwrap();
    let told: BTreeSet<&str> = section.split('`').skip(1).step_by(2).collect();
    let asked = matrix::permissions();
    let without = PERMISSIONS.iter().map(|permission| permission.name).filter(|name| !asked.contains(*name));
    assert_eq!(told, without.collect());
}
