use sha2::{Digest, Sha256};

use super::super::{Level, ModuleKind, in_language};
use super::*;

/// The built-in content, to be spoilt one file at a time.
fn content() -> Files {
    let mut files = Files::new();
    collect_embedded(&EMBEDDED, &mut files);
    files
}

/// What is said when `from` becomes `to` in a file of the built-in content.
fn said(path: &str, from: &str, to: &str) -> String {
    let mut files = content();
    let text = String::from_utf8(files[path].clone()).unwrap();
    assert!(text.contains(from), "{path} lacks {from}");
    files.insert(path.into(), text.replacen(from, to, 1).into_bytes());
    from_files(&files).expect_err(&format!("{path}: {from} → {to}")).to_string()
}

fn code(path: &str, from: &str, to: &str) -> &'static str {
    let mut files = content();
    let text = String::from_utf8(files[path].clone()).unwrap();
    files.insert(path.into(), text.replacen(from, to, 1).into_bytes());
    let faults = from_files(&files).unwrap_err().0;
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults[0].code
}

const PROGRAMME: &str = "programmes/digital-human-rights.toml";
const MODULE: &str = "data-protection/module.toml";
const TEXT: &str = "data-protection/text/en.md";

#[test]
fn the_built_in_catalogue_is_the_pilots() {
    let catalogue = Catalogue::embedded().unwrap();
    let programme = &catalogue.programmes["digital-human-rights"];
    assert_eq!(programme.modules, ["introduction", "data-protection", "digital-inclusion", "transparency"]);
    assert_eq!(programme.threshold_percent, 75);
    let levels: Vec<_> = programme.rule.levels.iter().map(|level| (level.level, level.min_modules)).collect();
    assert_eq!(levels, [(Level::Completion, 3), (Level::Attendance, 2)]);
    assert_eq!(catalogue.areas.len(), 6);
    assert_eq!(catalogue.mechanisms.keys().copied().collect::<Vec<_>>(), [1, 3, 5, 6, 11, 12, 13]);

    assert_eq!(catalogue.modules.len(), 4);
    for (code, module) in &catalogue.modules {
        let introductory = module.kind == ModuleKind::Introductory;
        assert_eq!(introductory, code == "introduction");
        let english = &module.texts["en"];
        assert!((4..=6).contains(&english.objectives.len()), "{code}");
        let words = english.body.as_deref().unwrap().split_whitespace().count();
        assert!((300..=600).contains(&words), "{code}: {words} words");
        let albanian = in_language(&module.texts, "sq").unwrap();
        assert!(albanian.title != english.title && !albanian.summary.is_empty());
        assert_eq!(in_language(&module.texts, "bg"), Some(english));
    }
}

/// What each built-in module says, as the beginning of a SHA-256, with its version. Whoever changes a module's texts raises
/// its version and changes both here.
const CONTENT: [(&str, u32, &str); 4] = [
    ("data-protection", 1, "5f9918bc129d305c"),
    ("digital-inclusion", 1, "c087a1bc5f3b63f0"),
    ("introduction", 1, "42001a2e71d8064c"),
    ("transparency", 1, "75050a7ee6e70f35"),
];

#[test]
fn a_version_is_of_one_content() {
    let catalogue = Catalogue::embedded().unwrap();
    let digest = |module: &Module| {
        let digest = Sha256::digest(serde_json::to_vec(&module.texts).unwrap());
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let found: Vec<_> = catalogue.modules.values().map(|m| (m.code.as_str(), m.version, digest(m))).collect();
    let known: Vec<_> = CONTENT.map(|(code, version, digest)| (code, version, digest.to_owned())).into();
    assert_eq!(found, known);
}

#[test]
fn a_folder_loads_as_the_built_in_content_does() {
    let dir = tempfile::tempdir().unwrap();
    EMBEDDED.extract(dir.path()).unwrap();
    std::fs::remove_file(dir.path().join(AREAS)).unwrap();
    std::fs::write(dir.path().join(".DS_Store"), [0xff]).unwrap();
    assert_eq!(Catalogue::load(dir.path()), Catalogue::embedded());

    for i in 0..MOST_FILES {
        std::fs::write(dir.path().join(format!("{i}.txt")), "").unwrap();
    }
    assert_eq!(Catalogue::load(dir.path()).unwrap_err().0[0].code, "too-many-files");

    let missing = Catalogue::load(&dir.path().join("nowhere")).unwrap_err();
    assert_eq!(missing.0[0].code, "unreadable");
}

#[test]
fn faults_name_file_line_and_key() {
    assert_eq!(
        said(PROGRAMME, "threshold_percent = 75", "treshold_percent = 75"),
        "programmes/digital-human-rights.toml: threshold_percent: is missing; it is a whole number\n\
         programmes/digital-human-rights.toml:9:1: treshold_percent: no such key; did you mean “threshold_percent”?"
    );
    assert_eq!(
        said(PROGRAMME, "\"transparency\"]", "\"transparancy\"]"),
        "programmes/digital-human-rights.toml:6:68: modules[3]: there is no module “transparancy”; \
         did you mean “transparency”?"
    );
    assert_eq!(
        said(TEXT, "summary = \"", "summary = 3 # \""),
        "data-protection/text/en.md:3:11: summary: is a whole number; it must be a text"
    );
}

#[test]
fn every_fault_of_a_programme_is_found() {
    let cases = [
        ("threshold_percent = 75", "threshold_percent = 0", "out-of-range"),
        ("threshold_percent = 75", "threshold_percent = 101", "out-of-range"),
        ("threshold_percent = 75", "threshold_percent = \"75\"", "wrong-type"),
        ("min_modules = 3", "min_modules = 5", "min-modules-too-large"),
        ("min_modules = 3", "min_modules = 1", "levels-not-descending"),
        ("min_modules = 3", "min_modules = 0", "out-of-range"),
        ("min_modules = 3", "min_modules = 3\nrequired_modules = [\"poetry\"]", "unknown-module"),
        ("level = \"attendance\"", "level = \"completion\"", "levels-not-descending"),
        ("level = \"attendance\"", "level = \"atendance\"", "unknown-word"),
        ("\"introduction\", \"data", "\"introduction\", \"introduction\", \"data", "duplicate-module"),
        ("code = \"digital-human-rights\"", "code = \"digital-rights\"", "code-differs-from-name"),
        ("version = 1", "version = true", "wrong-type"),
        ("version = 1", "version = 1\nversion = 2", "not-toml"),
        ("en = \"Digital human rights\"\n", "", "missing-english"),
        ("sq = \"Të drejtat", "albanian_ = \"Të drejtat", "unknown-language"),
    ];
    for (from, to, expected) in cases {
        assert_eq!(code(PROGRAMME, from, to), expected, "{to}");
    }
    let levels = String::from_utf8(content()[PROGRAMME].clone()).unwrap();
    let levels = &levels[levels.find("# The highest").unwrap()..];
    assert_eq!(code(PROGRAMME, levels, ""), "no-levels");
    let modules = "[\"introduction\", \"data-protection\", \"digital-inclusion\", \"transparency\"]";
    assert!(said(PROGRAMME, modules, "[]").contains("modules: the programme has no modules"));
}

#[test]
fn every_fault_of_a_module_is_found() {
    let cases = [
        ("kind = \"deep-dive\"", "kind = \"deepdive\"", "unknown-word"),
        ("kind = \"deep-dive\"", "", "missing-key"),
        ("\"privacy\"", "\"privaci\"", "unknown-area"),
        ("mechanisms = [3", "mechanisms = [2", "unknown-mechanism"),
        ("mechanisms = [3", "mechanisms = [\"3\"", "wrong-type"),
        ("duration_minutes = 120", "duration_minutes = 1.5", "wrong-type"),
        ("code = \"data-protection\"", "code = \"transparency\"", "code-differs-from-name"),
        ("code = ", "level = 3\ncode = ", "unknown-key"),
        ("version = 1\n", "", "missing-key"),
        ("version = 1", "version = 0", "out-of-range"),
        ("version = 1", "version = 1.5", "wrong-type"),
    ];
    for (from, to, expected) in cases {
        assert_eq!(code(MODULE, from, to), expected, "{to}");
    }
    let cases = [
        ("+++\n", "---\n", "no-front-matter"),
        ("\n+++\n", "\n", "no-front-matter"),
        ("title = ", "titel = ", "unknown-key"),
    ];
    for (from, to, expected) in cases {
        assert!(said(TEXT, from, to).lines().count() <= 2, "{to}");
        let mut files = content();
        let text = String::from_utf8(files[TEXT].clone()).unwrap().replacen(from, to, 1);
        files.insert(TEXT.into(), text.into_bytes());
        let faults = from_files(&files).unwrap_err().0;
        assert!(faults.iter().any(|fault| fault.code == expected), "{faults:?}");
    }
}

#[test]
fn english_is_complete_and_translations_need_not_be() {
    let spoil = |path: &str, bytes: Option<&[u8]>| {
        let mut files = content();
        files.remove(path);
        if let Some(bytes) = bytes {
            files.insert(path.into(), bytes.to_vec());
        }
        from_files(&files).map_err(|faults| faults.to_string())
    };
    let short = b"+++\ntitle = \"T\"\nsummary = \"S\"\n+++\n";
    assert_eq!(
        spoil(TEXT, Some(short)).unwrap_err(),
        "data-protection/text/en.md: body: the English text has no body\n\
         data-protection/text/en.md: objectives: the English text names no objective"
    );
    assert_eq!(spoil(TEXT, None).unwrap_err(), "data-protection/text/en.md: the English text is missing");
    let with_bulgarian = spoil("data-protection/text/bg.md", Some(short)).unwrap();
    assert_eq!(with_bulgarian.modules["data-protection"].texts["bg"].body, None);
    assert_eq!(
        spoil("data-protection/text/sq.md", Some(b"+++\r\ntitle = 'T'\r\nsummary = 'S'\r\n+++")).map(|_| ()),
        Ok(())
    );
}

#[test]
fn files_that_do_not_belong_or_cannot_be_read_are_named() {
    let with = |path: &str, bytes: &[u8]| {
        let mut files = content();
        files.insert(path.into(), bytes.to_vec());
        from_files(&files).unwrap_err().to_string()
    };
    assert_eq!(
        with("data-protection/text/sq.txt", b"x"),
        "data-protection/text/sq.txt: a text is a file LANGUAGE.md, such as sq.md or pt-BR.md"
    );
    assert_eq!(with("programmes/notes.md", b"x"), "programmes/notes.md: a programme is a file CODE.toml");
    assert_eq!(
        with(MODULE, b"code = \"a\xff\""),
        "data-protection/module.toml:1:10: not UTF-8; save the file as UTF-8"
    );
    assert!(with("Extra_Module/notes.md", b"x").starts_with("Extra_Module/module.toml: the file is missing"));
    let module =
        b"code = \"Extra_Module\"\nversion = 1\nkind = \"deep-dive\"\nduration_minutes = 1\nareas = [\"privacy\"]\n";
    assert!(
        with("Extra_Module/module.toml", module)
            .contains("Extra_Module/module.toml:1:8: code: “Extra_Module” is not a code")
    );
}

#[test]
fn the_faults_of_all_files_come_at_once() {
    let mut files = content();
    for path in [PROGRAMME, MODULE, TEXT, AREAS] {
        let spoilt = [files[path].as_slice(), b"\n+++ = [\n"].concat();
        files.insert(path.into(), spoilt);
    }
    files.insert("transparency/module.toml".into(), Vec::new());
    let faults = from_files(&files).unwrap_err().0;
    let mut named: Vec<_> = faults.iter().filter_map(|fault| fault.file.as_deref()).collect();
    named.dedup();
    assert_eq!(named, [AREAS, MODULE, "transparency/module.toml", PROGRAMME]);
}
