//! Templates with faults, and pages whose every box is looked at.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::page::lay_out;
use super::template::Template;
use super::{Record, RecordedModule, Signatory};
use crate::catalogue::Level;
use crate::platform::pdf::{Block, Item, Rect, Role};

const CODE: &str = "BCDFG-HJKMN-PQRST-VWXYZ-CDFGH-JKMNP";
const MARGIN: f32 = 48.0;

/// The boxes of everything that is not decoration: a line of text, a picture, a QR code each.
fn boxes(block: &Block) -> Vec<(String, Rect)> {
    match &block.role {
        Role::Artifact => Vec::new(),
        Role::Figure { alt } => block.bounds().map(|bounds| (alt.clone(), bounds)).into_iter().collect(),
        _ => block.items.iter().flat_map(item_boxes).collect(),
    }
}

fn item_boxes(item: &Item) -> Vec<(String, Rect)> {
    match item {
        Item::Block(block) => boxes(block),
        Item::Text(text) => vec![(text.content.clone(), text.bounds())],
        _ => Vec::new(),
    }
}

fn assert_tidy(record: &Record, language: &str) -> Result<(), TestCaseError> {
    let document = lay_out(record, CODE, Template::embedded(), language)
        .map_err(|error| TestCaseError::fail(format!("{error} for {record:?}")))?;
    let page = &document.pages[0];
    let boxes: Vec<_> = page.blocks.iter().flat_map(boxes).collect();
    let slack = 0.02;
    for (number, (text, area)) in boxes.iter().enumerate() {
        let inside = area.x >= MARGIN - slack
            && area.y >= MARGIN - slack
            && area.right() <= page.size.width - MARGIN + slack
            && area.bottom() <= page.size.height - MARGIN + slack;
        prop_assert!(inside, "{text:?} at {area:?} leaves the frame");
        for (other, second) in &boxes[..number] {
            let apart = area.x + slack >= second.right()
                || second.x + slack >= area.right()
                || area.y + slack >= second.bottom()
                || second.y + slack >= area.bottom();
            prop_assert!(apart, "{text:?} at {area:?} lies on {other:?} at {second:?}");
        }
    }
    Ok(())
}

fn record(
    name: String,
    modules: Vec<(String, u32)>,
    signatories: Vec<(String, String)>,
    verify: bool,
) -> Record {
    let day = NaiveDate::from_ymd_opt(2023, 9, 27).expect("a day");
    let titles = |title: &str| BTreeMap::from([("en".to_owned(), title.to_owned())]);
    let module = |(title, minutes): (String, u32)| RecordedModule {
        code: "m".into(),
        titles: titles(&title),
        date: day,
        minutes,
    };
    Record {
        serial: "A-LONG-ORGANISATION-CODE-2023-7KM4QXWB".into(),
        name,
        level: Level::Completion,
        organisation: "Office of Fictions".into(),
        programme: titles("A programme with a title of some length about digital rights"),
        modules_in_programme: 30,
        modules: modules.into_iter().map(module).collect(),
        place: "Tirana".into(),
        issued_on: day,
        signatories: signatories.into_iter().map(|(name, title)| Signatory { name, title }).collect(),
        logos: vec![],
        verify_at: verify.then(|| "https://a-rather-long-name.of-a-municipality.example/verify/".into()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_overflows_or_overlaps(
        name in "[A-Zëç][a-zëçёжфώέ]{0,30}([ -][A-ZËÇ]?[a-zëçfilmw]{1,24}){0,7}",
        modules in prop::collection::vec(("[A-Z][a-z]{2,14}( [a-z]{2,14}){0,8}", 1u32..600), 0..=24),
        signatories in prop::collection::vec(("[A-Z][a-z]{1,18} [A-Z][a-z]{1,28}", "[A-Z][a-z]{2,12}( [a-z]{2,12}){0,7}"), 0..=4),
        verify in any::<bool>(),
        albanian in any::<bool>(),
    ) {
        let name: String = name.chars().take(200).collect();
        assert_tidy(&record(name, modules, signatories, verify), if albanian { "sq" } else { "en" })?;
    }
}

#[test]
fn a_name_of_200_letters_without_a_space_fits() {
    assert_tidy(&record("W".repeat(200), vec![], vec![], true), "en").expect("tidy");
}

#[test]
fn titles_as_long_as_an_organisation_may_make_them_fit() {
    let longest = crate::catalogue::rules::LONGEST_TITLE;
    let signatory = || ("W".repeat(40), "W".repeat(40));
    for title in ["W".repeat(longest), "Ëw ".repeat(longest / 3)] {
        let modules = vec![(title, 120); 8];
        assert_tidy(&record("W".repeat(60), modules, vec![signatory(); 4], true), "sq").expect("tidy");
    }
}

/// A copy of the default template, changed.
fn changed(file: &str, change: impl Fn(String) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("text")).expect("made");
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("certificates/default");
    for name in ["template.toml", "text/en.ftl", "text/sq.ftl"] {
        let mut text = std::fs::read_to_string(source.join(name)).expect("read");
        if name == file {
            text = change(text);
        }
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}

fn faults(file: &str, change: impl Fn(String) -> String) -> String {
    let folder = changed(file, change);
    let faults = Template::load(folder.path()).expect_err("faults").to_string();
    faults.replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn a_copy_of_the_embedded_template_draws_the_same() {
    let folder = changed("", |text| text);
    let copy = Template::load(folder.path()).expect("no fault");
    let record = record("Ëngjëll Çela".into(), vec![("First".into(), 90)], vec![], true);
    for language in Template::embedded().languages() {
        let one = super::render::render(&record, CODE, &copy, language).expect("rendered");
        let two = super::render::render(&record, CODE, Template::embedded(), language).expect("rendered");
        assert!(one == two, "{language}");
    }
    assert_eq!(copy.languages().collect::<Vec<_>>(), ["en", "sq"]);
}

#[test]
fn a_templates_faults_name_file_and_line_or_key() {
    let unknown = faults("template.toml", |text| text.replace("margin = 48", "margin = 48\nbleed = 3"));
    assert!(unknown.starts_with("template.toml:7:1: unknown field `bleed`"), "{unknown}");
    let several = faults("template.toml", |text| {
        text.replace("#1b2430", "#1b243")
            .replace("size = 37", "size = 370")
            .replace("colour = \"faint\"", "colour = \"x\"")
    });
    for fault in ["colours.ink: \"#1b243\" is not #rrggbb", "title.size: 370 is not between 4 and 120"] {
        assert!(several.contains(fault), "{several}");
    }
    let overlap = faults("template.toml", |text| text.replace("[71, 99, 700, 48]", "[71, 99, 700, 90]"));
    assert_eq!(overlap, "template.toml: body.area: overlaps title.area");
    let missing = faults("text/sq.ftl", |text| text.replace("certifies =", "certifise ="));
    assert!(missing.contains("text/sq.ftl:4: certifise: no certificate says this"), "{missing}");
    assert!(missing.contains("text/sq.ftl: certifies: is missing"), "{missing}");
    let field = faults("text/en.ftl", |text| text.replace("{ $date }", "{ $day }"));
    assert!(field.contains("text/en.ftl: issued: "), "{field}");
    let broken = faults("text/en.ftl", |text| text.replace("{ $place }", "{ $place"));
    assert!(broken.starts_with("text/en.ftl:"), "{broken}");
    let no_english = {
        let folder = changed("", |text| text);
        std::fs::remove_file(folder.path().join("text/en.ftl")).expect("removed");
        Template::load(folder.path()).expect_err("faults").to_string()
    };
    assert!(no_english.contains("text/en.ftl: English is needed"), "{no_english}");
}
