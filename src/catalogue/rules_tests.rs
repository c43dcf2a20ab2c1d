use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use proptest::prelude::*;

use super::*;
use crate::catalogue::Catalogue;

fn text(title: &str) -> ModuleText {
    ModuleText { title: title.into(), summary: "S".into(), ..ModuleText::default() }
}

fn texts(of: &[(&str, ModuleText)]) -> ByLanguage<ModuleText> {
    of.iter().map(|(language, text)| ((*language).to_owned(), text.clone())).collect()
}

/// Field and code of each fault.
fn faults(of: &[(&str, ModuleText)]) -> Vec<String> {
    let faults = adopted_texts(&texts(of)).unwrap_err().0;
    faults.iter().map(|fault| format!("{} {}", fault.field.as_deref().unwrap(), fault.code)).collect()
}

#[test]
fn what_the_catalogue_says_can_be_adopted_as_it_is() {
    for module in Catalogue::embedded().unwrap().modules.values() {
        assert_eq!(adopted_texts(&module.texts).as_ref(), Ok(&module.texts), "{}", module.code);
    }
}

#[test]
fn languages_are_tags_written_in_one_way_each_once() {
    let kept = adopted_texts(&texts(&[("SR-latn", text("T")), ("bg", text("T"))])).unwrap();
    assert_eq!(kept.keys().collect::<Vec<_>>(), ["bg", "sr-Latn"]);
    assert_eq!(faults(&[]), ["texts languages"]);
    assert_eq!(faults(&[("SQ", text("T")), ("sq", text("T"))]), ["/texts/sq duplicate-language"]);
    for tag in ["", "albanian language", "sq_AL", "s", "sq\0", "../sq", &"a".repeat(100_000)] {
        assert_eq!(faults(&[(tag, text("T"))]), ["texts unknown-language"], "{tag:.20}");
    }
    let many = |n: usize| (0..n).map(|i| (format!("aa-x-{i}"), text("T"))).collect::<ByLanguage<_>>();
    assert!(adopted_texts(&many(MOST_LANGUAGES)).is_ok());
    let too_many = adopted_texts(&many(100_000)).unwrap_err().0;
    assert_eq!(too_many.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["languages"]);
}

#[test]
fn english_is_complete_and_a_translation_need_not_be() {
    assert!(adopted_texts(&texts(&[("sq", text("T"))])).is_ok());
    assert_eq!(
        faults(&[("en", text("T"))]),
        ["/texts/en/objectives missing-english", "/texts/en/body missing-english"]
    );
    let blank = ModuleText { body: Some(" \n\t".into()), ..text("T") };
    assert_eq!(adopted_texts(&texts(&[("sq", blank)])).unwrap()["sq"].body, None);
}

#[test]
fn lines_are_tidied_and_markdown_keeps_its_lines() {
    let untidy = ModuleText {
        title: "\u{feff} Te\u{308}\u{0} drejtat\n ".into(),
        summary: "a\u{7}  b".into(),
        objectives: vec![" one\ttwo ".into()],
        body: Some("\u{feff}## Key\r\n\r\n    code\t1\u{200d}\r\n".into()),
    };
    let kept = adopted_texts(&texts(&[("sq", untidy)])).unwrap().remove("sq").unwrap();
    assert_eq!((kept.title.as_str(), kept.summary.as_str()), ("Të drejtat", "a b"));
    assert_eq!(kept.objectives, ["one two"]);
    assert_eq!(kept.body.as_deref(), Some("## Key\n\n    code\t1\u{200d}"));
    for control in ["\0", "\u{1b}[31m", "\u{85}", "\r"] {
        let body = ModuleText { body: Some(format!("a{control}b")), ..text("T") };
        assert_eq!(faults(&[("sq", body)]), ["/texts/sq/body control-character"], "{control:?}");
    }
}

#[test]
fn a_title_that_certificates_cannot_show_is_refused_where_they_would_show_it() {
    assert_eq!(faults(&[("sq", text("Të drejtat 🎓"))]), ["/texts/sq/title cannot-be-written"]);
    assert_eq!(faults(&[("sq-al", text("権利"))]), ["/texts/sq-al/title cannot-be-written"]);
    assert!(adopted_texts(&texts(&[("ja", text("権利"))])).is_ok());
}

#[test]
fn the_version_is_todays_or_the_one_that_was_looked_at() {
    let before = |version| AdoptedModule {
        code: "introduction".into(),
        source_version: version,
        texts: BTreeMap::new(),
        adopted_at: NaiveDateTime::default(),
        changed_at: NaiveDateTime::default(),
    };
    assert_eq!(source_version(None, None, 3), Ok(3));
    assert_eq!(source_version(None, Some(&before(2)), 3), Ok(2));
    assert_eq!(source_version(Some(3), Some(&before(2)), 3), Ok(3));
    assert_eq!(source_version(Some(1), None, 3), Ok(1));
    for none in [0, 4, u32::MAX] {
        assert_eq!(source_version(Some(none), Some(&before(2)), 3).unwrap_err().code, "unknown-version");
    }
}

#[test]
fn own_texts_stand_over_the_catalogues_language_by_language() {
    let source = Catalogue::embedded().unwrap().modules.remove("introduction").unwrap();
    assert_eq!(own(&source, None), OwnModule { module: source.clone(), adopted: None });
    let adopted = AdoptedModule {
        code: source.code.clone(),
        source_version: 1,
        texts: texts(&[("bg", text("B")), ("sq", text("T"))]),
        adopted_at: NaiveDateTime::default(),
        changed_at: NaiveDateTime::default(),
    };
    let mut odd = source.clone();
    odd.texts.insert("BG".into(), text("of the catalogue"));
    for source in [&source, &odd] {
        let own = own(source, Some(adopted.clone()));
        assert_eq!(own.module.texts.keys().collect::<Vec<_>>(), ["bg", "en", "sq"]);
        assert_eq!(own.module.texts["en"], source.texts["en"]);
        assert_eq!(own.module.texts["sq"], text("T"));
        assert_eq!(own.adopted.as_ref(), Some(&adopted));
    }
}

/// A line and how many characters of it count; as long as may be, and one more, come often.
fn a_line(most: usize) -> impl Strategy<Value = String> {
    let length = prop_oneof![3 => 1..=most.min(20), 2 => Just(most), 1 => Just(most + 1), 1 => Just(0)];
    (length, prop_oneof![3 => Just("x"), 1 => Just("ë")], "[ \u{200b}\u{0}\n]{0,2}")
        .prop_map(|(length, letter, around)| format!("{around}{}{around}", letter.repeat(length)))
}

fn a_text() -> impl Strategy<Value = ModuleText> {
    let objectives = prop_oneof![
        4 => proptest::collection::vec(a_line(LONGEST_OBJECTIVE), 0..=2),
        1 => (MOST_OBJECTIVES..=MOST_OBJECTIVES + 1).prop_map(|n| vec!["x".to_owned(); n]),
    ];
    let body = prop_oneof![
        3 => "(#|[a-zë]|\r\n|\t| ){0,40}",
        1 => (LONGEST_BODY..=LONGEST_BODY + 1).prop_map(|n| "ë".repeat(n)),
        1 => "[a\r\u{0}\u{7}\n]{1,5}",
    ];
    (a_line(LONGEST_TITLE), a_line(LONGEST_SUMMARY), objectives, proptest::option::of(body))
        .prop_map(|(title, summary, objectives, body)| ModuleText { title, summary, objectives, body })
}

/// Whether a text is within the bounds, in words of the test's own.
fn fits(language: &str, text: &ModuleText) -> bool {
    let seen = |line: &str| line.chars().filter(|c| "xë".contains(*c)).count();
    let body = text.body.as_deref().unwrap_or_default().replace("\r\n", "\n");
    let body = body.trim();
    let whole = language != "en" || !text.objectives.is_empty() && !body.is_empty();
    (1..=120).contains(&seen(&text.title))
        && (1..=1_000).contains(&seen(&text.summary))
        && text.objectives.len() <= 20
        && text.objectives.iter().all(|objective| (1..=300).contains(&seen(objective)))
        && body.chars().count() <= 40_000
        && !body.contains(['\r', '\0', '\u{7}'])
        && whole
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn texts_are_kept_if_they_are_within_the_bounds(
        given in proptest::collection::btree_map("en|sq|bg|pt-BR", a_text(), 1..=3),
    ) {
        let fit = given.iter().all(|(language, text)| fits(language, text));
        match adopted_texts(&given) {
            Ok(kept) => {
                prop_assert!(fit, "{:?}", given);
                prop_assert!(kept.keys().eq(given.keys()));
                // What was kept can be sent again and stays what it is.
                prop_assert_eq!(adopted_texts(&kept), Ok(kept.clone()));
            }
            Err(faults) => prop_assert!(!fit, "{}", faults),
        }
    }

    #[test]
    fn nothing_that_is_sent_panics_or_is_kept_over_the_bounds(
        given in proptest::collection::btree_map(
            prop_oneof![Just("bg".to_owned()), Just("PT-br".to_owned()), any::<String>()],
            (any::<String>(), any::<String>(), any::<String>()),
            0..4,
        ),
    ) {
        let text = |(language, (title, summary, body)): (String, (String, String, String))| {
            let objectives = vec![summary.clone()];
            (language, ModuleText { title, summary, objectives, body: Some(body) })
        };
        if let Ok(kept) = adopted_texts(&given.into_iter().map(text).collect()) {
            let lines = kept.values().flat_map(|text| text.objectives.iter().chain([&text.title, &text.summary]));
            prop_assert!(lines.into_iter().all(|line| !line.is_empty() && !line.contains(char::is_control)));
        }
    }
}
