//! The files of the catalogue, each from its bytes.

use std::collections::{BTreeMap, BTreeSet};

use super::load::MOST_BYTES;
use super::{ByLanguage, Level, LevelRule, Module, ModuleKind, ModuleText, Programme, Rule};
use crate::platform::faults::{Fault, Faults};
use crate::platform::i18n::languages;
use crate::platform::toml_file::{self, At, Keys};
use crate::platform::{files, suggest};

/// What a file may name. Areas and mechanisms are absent where their own file is faulty: then naming one is no fault.
pub(super) struct Known {
    pub areas: Option<BTreeSet<String>>,
    pub mechanisms: Option<BTreeSet<u32>>,
    pub modules: BTreeSet<String>,
}

type Names<K> = BTreeMap<K, ByLanguage<String>>;

/// `areas.toml`
pub(super) fn areas(file: &str, bytes: &[u8]) -> Result<(Names<String>, Names<u32>), Faults> {
    let text = files::utf8(file, bytes, MOST_BYTES)?;
    toml_file::read(file, text, 0, |keys| {
        keys.only(&["areas", "mechanisms"]);
        let mut areas = Names::new();
        if let Some(table) = keys.table("areas") {
            for code in table.names() {
                check_code(&table, &code);
                areas.insert(code.value.clone(), by_language(&table, &code.value));
            }
        }
        let mut mechanisms = Names::new();
        if let Some(table) = keys.table("mechanisms") {
            for number in table.names() {
                match number.value.parse() {
                    Ok(n) => _ = mechanisms.insert(n, by_language(&table, &number.value)),
                    Err(_) => table.note(number.fault("wrong-type", "a mechanism is a number")),
                }
            }
        }
        Some((areas, mechanisms))
    })
}

/// `CODE/module.toml`; the texts are read apart.
pub(super) fn module(file: &str, folder: &str, bytes: &[u8], known: &Known) -> Result<Module, Faults> {
    let text = files::utf8(file, bytes, MOST_BYTES)?;
    toml_file::read(file, text, 0, |keys| {
        keys.only(&["code", "version", "kind", "duration_minutes", "areas", "mechanisms"]);
        let code = own_code(keys, folder);
        let version = keys.integer("version", 1..=1_000_000);
        let kind = one_of(
            keys,
            "kind",
            [("introductory", ModuleKind::Introductory), ("deep-dive", ModuleKind::DeepDive)],
        );
        let duration = keys.integer("duration_minutes", 1..=24 * 60);
        let areas = keys.texts("areas");
        if areas.is_empty() {
            keys.note(keys.fault(
                "areas",
                "missing-key",
                "names no thematic area; it is a list of their codes",
            ));
        }
        if let Some(known) = &known.areas {
            for area in areas.iter().filter(|area| !known.contains(&area.value)) {
                let hint = suggest::hint(&area.value, known.iter().map(String::as_str));
                keys.note(area.fault("unknown-area", format!("there is no area “{}”{hint}", area.value)));
            }
        }
        let mechanisms = keys.integers("mechanisms");
        if let Some(known) = &known.mechanisms {
            for number in mechanisms.iter().filter(|number| !known.contains(&number.value)) {
                let listed = known.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
                let message = format!("there is no mechanism {}; known are: {listed}", number.value);
                keys.note(number.fault("unknown-mechanism", message));
            }
        }
        Some(Module {
            code: code?,
            version: version?.value,
            kind: kind?,
            duration_minutes: duration?.value,
            areas: areas.into_iter().map(|area| area.value).collect(),
            mechanisms: mechanisms.into_iter().map(|number| number.value).collect(),
            texts: BTreeMap::new(),
        })
    })
}

/// `CODE/text/LANGUAGE.md`: keys in TOML between two lines of `+++`, then the body.
pub(super) fn text(file: &str, language: &str, bytes: &[u8]) -> Result<ModuleText, Faults> {
    let whole = files::utf8(file, bytes, MOST_BYTES)?.replace("\r\n", "\n");
    let Some((keys, body)) = whole.strip_prefix("+++\n").and_then(split_at_fence) else {
        let message = "the file begins with title, summary and objectives between two lines of +++";
        return Err(Fault::new("no-front-matter", message).in_file(file).at_line(1).into());
    };
    let body = Some(body.trim()).filter(|body| !body.is_empty()).map(str::to_string);
    toml_file::read(file, keys, 1, |keys| {
        keys.only(&["title", "summary", "objectives"]);
        let title = keys.text("title");
        let summary = keys.text("summary");
        let objectives: Vec<String> = keys.texts("objectives").into_iter().map(|o| o.value).collect();
        if language == "en" {
            if objectives.is_empty() {
                keys.note(keys.fault("objectives", "missing-english", "the English text names no objective"));
            }
            if body.is_none() {
                keys.note(keys.fault("", "missing-english", "the English text has no body").in_field("body"));
            }
        }
        Some(ModuleText { title: title?.value, summary: summary?.value, objectives, body })
    })
}

fn split_at_fence(text: &str) -> Option<(&str, &str)> {
    if let Some(body) = text.strip_prefix("+++\n") {
        return Some(("", body));
    }
    let (keys, body) = text.split_once("\n+++")?;
    Some((keys, body.strip_prefix('\n').or(body.is_empty().then_some(body))?))
}

/// `programmes/CODE.toml`
pub(super) fn programme(file: &str, name: &str, bytes: &[u8], known: &Known) -> Result<Programme, Faults> {
    let text = files::utf8(file, bytes, MOST_BYTES)?;
    toml_file::read(file, text, 0, |keys| {
        keys.only(&["code", "version", "modules", "threshold_percent", "titles", "summaries", "levels"]);
        let code = own_code(keys, name);
        let version = keys.integer("version", 1..=1_000_000);
        let threshold = keys.integer("threshold_percent", 1..=100);
        let titles = by_language(keys, "titles");
        let summaries = by_language(keys, "summaries");
        let modules = programme_modules(keys, known);
        let levels = levels(keys, &modules);
        Some(Programme {
            code: code?,
            version: version?.value,
            titles,
            summaries,
            modules,
            threshold_percent: threshold?.value,
            rule: Rule { levels },
        })
    })
}

fn programme_modules(keys: &Keys<'_>, known: &Known) -> Vec<String> {
    let listed = keys.texts("modules");
    if listed.is_empty() {
        keys.note(keys.fault(
            "modules",
            "no-modules",
            "the programme has no modules; it is a list of their codes",
        ));
    }
    let mut modules: Vec<String> = Vec::new();
    for module in listed {
        if modules.contains(&module.value) {
            keys.note(module.fault("duplicate-module", format!("“{}” is named twice", module.value)));
            continue;
        }
        if !known.modules.contains(&module.value) {
            let hint = suggest::hint(&module.value, known.modules.iter().map(String::as_str));
            keys.note(module.fault("unknown-module", format!("there is no module “{}”{hint}", module.value)));
        }
        modules.push(module.value);
    }
    modules
}

fn levels(keys: &Keys<'_>, modules: &[String]) -> Vec<LevelRule> {
    let tables = keys.tables("levels");
    if tables.is_empty() {
        keys.note(keys.fault(
            "levels",
            "no-levels",
            "the programme has no levels; each is a table [[levels]]",
        ));
    }
    let mut levels: Vec<LevelRule> = Vec::new();
    for table in &tables {
        let Some(level) = level(table, modules) else { continue };
        if let Some(higher) = levels.last() {
            if level.level >= higher.level {
                let message = "the levels must descend, each once: completion before attendance";
                table.note(table.fault("level", "levels-not-descending", message));
            }
            if level.min_modules > higher.min_modules {
                let message = "asks for more modules than the level above it";
                table.note(table.fault("min_modules", "levels-not-descending", message));
            }
        }
        levels.push(level);
    }
    levels
}

fn level(table: &Keys<'_>, modules: &[String]) -> Option<LevelRule> {
    table.only(&["level", "min_modules", "required_modules"]);
    let words = [Level::Completion, Level::Attendance].map(|level| (level.as_str(), level));
    let level = one_of(table, "level", words);
    let min_modules = table.integer("min_modules", 1..=u32::MAX);
    if let Some(min) = &min_modules
        && min.value as usize > modules.len()
    {
        let message = format!("is {}, but the programme has {} modules", min.value, modules.len());
        table.note(min.fault("min-modules-too-large", message));
    }
    let required_modules = table.texts("required_modules");
    for module in required_modules.iter().filter(|module| !modules.contains(&module.value)) {
        let hint = suggest::hint(&module.value, modules.iter().map(String::as_str));
        let message = format!("the programme has no module “{}”{hint}", module.value);
        table.note(module.fault("unknown-module", message));
    }
    Some(LevelRule {
        level: level?,
        min_modules: min_modules?.value,
        required_modules: required_modules.into_iter().map(|module| module.value).collect(),
    })
}

/// A table of texts by language; English must be there.
fn by_language(keys: &Keys<'_>, key: &str) -> ByLanguage<String> {
    let Some(table) = keys.table(key) else { return ByLanguage::new() };
    let mut texts = ByLanguage::new();
    for language in table.names() {
        if !languages::is_tag(&language.value) {
            table.note(language.fault("unknown-language", "a language is a tag such as en, sq or pt-BR"));
        } else if let Some(text) = table.text(&language.value) {
            texts.insert(language.value, text.value);
        }
    }
    if !table.names().iter().any(|language| language.value == "en") {
        table.note(table.fault("en", "missing-english", "the English text is missing"));
    }
    texts
}

/// The key `code`, which repeats the name of the file or folder.
fn own_code(keys: &Keys<'_>, name: &str) -> Option<String> {
    let code = keys.text("code")?;
    check_code(keys, &code);
    if code.value != name {
        let message = format!("is “{}”, but the file or folder is named “{name}”", code.value);
        keys.note(code.fault("code-differs-from-name", message));
    }
    Some(code.value)
}

/// Codes stand in records, file names and addresses: small letters, digits and single hyphens.
fn check_code(keys: &Keys<'_>, code: &At<String>) {
    let part =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let starts_well = code.value.starts_with(|c: char| c.is_ascii_lowercase());
    if !starts_well || code.value.len() > 64 || !code.value.split('-').all(part) {
        let message = format!("“{}” is not a code: small letters, digits and single hyphens", code.value);
        keys.note(code.fault("not-a-code", message));
    }
}

fn one_of<T: Copy, const N: usize>(keys: &Keys<'_>, key: &str, words: [(&'static str, T); N]) -> Option<T> {
    let word = keys.text(key)?;
    let found = words.iter().find(|(known, _)| *known == word.value).map(|(_, value)| *value);
    if found.is_none() {
        let hint = suggest::hint(&word.value, words.iter().map(|(known, _)| *known));
        keys.note(word.fault("unknown-word", format!("is “{}”{hint}", word.value)));
    }
    found
}
