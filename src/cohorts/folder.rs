//! `cohort.toml`: what a trainer says of a cohort. `docs/trainer-folder.md` tells the keys to those who write it.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;

use super::{CohortPlan, LogoFile, Signatory};
use crate::catalogue::Catalogue;
use crate::organisations::logos;
use crate::platform::faults::{Fault, Faults};
use crate::platform::i18n::languages;
use crate::platform::toml_file::{self, At, Keys};
use crate::platform::{files, suggest, text};

const MOST_BYTES: usize = 128 * 1024;
/// What finds room beside each other on a certificate.
pub(super) const MOST_SIGNATORIES: usize = 4;
/// Characters in a name, a title or a place.
pub(super) const LONGEST: usize = 200;

const KEYS: [&str; 12] = [
    "programme",
    "organisation",
    "organisation_code",
    "cohort",
    "locale",
    "threshold_percent",
    "facilitators",
    "place",
    "signatories",
    "logos",
    "directorates",
    "certificates",
];

/// Reads a plan, and what a trainer should know of it though it can be followed (the second value).
///
/// # Errors
/// Everything that is wrong with the file, each with its line, column and key.
pub fn read(file: &str, bytes: &[u8], catalogue: &Catalogue) -> Result<(CohortPlan, Vec<Fault>), Faults> {
    let text = files::utf8(file, bytes, MOST_BYTES)?;
    toml_file::read(file, text, 0, |keys| {
        keys.only(&KEYS);
        let programme = known_programme(keys, catalogue);
        let organisation = short(keys, keys.text("organisation"));
        let organisation_code = organisation_code(keys, organisation.as_ref());
        let cohort = short(keys, keys.text("cohort"));
        let mut warnings = Vec::new();
        let locale = locale(keys, &mut warnings);
        let threshold = keys.optional_integer("threshold_percent", 1..=100).map(|threshold| threshold.value);
        let facilitators =
            keys.texts("facilitators").into_iter().map(|facilitator| facilitator.value).collect();
        let place = short(keys, keys.optional_text("place")).map_or_else(String::new, |place| place.value);
        let signatories = signatories(keys);
        let logos = logos(keys);
        let directorates = directorates(keys);
        let certificates = template_folder(keys);
        let programme = programme?;
        let plan = CohortPlan {
            threshold_percent: threshold
                .or_else(|| Some(catalogue.programmes.get(&programme)?.threshold_percent))?,
            programme,
            organisation: organisation?.value,
            organisation_code: organisation_code?,
            cohort: cohort?.value,
            locale: locale?,
            facilitators,
            place,
            signatories,
            logos,
            directorates,
            certificates,
        };
        let warnings = warnings.into_iter().map(|warning| warning.in_file(file)).collect();
        Some((plan, warnings))
    })
}

/// Departments in `[directorates]` that nobody on the roster belongs to: most likely misspelt.
pub fn unknown_directorates(plan: &CohortPlan, departments: &BTreeSet<&str>) -> Vec<Fault> {
    let unknown = plan.directorates.keys().filter(|department| !departments.contains(department.as_str()));
    let warning = |department: &String| {
        let near = suggest::nearest(department, departments.iter().copied());
        let hint = near.map(|near| format!("; did you mean “{near}”?")).unwrap_or_default();
        let message = format!("nobody on the roster belongs to “{}”{hint}", text::excerpt(department));
        Fault::new("unknown-department", message).in_field("directorates")
    };
    unknown.map(warning).collect()
}

fn known_programme(keys: &Keys<'_>, catalogue: &Catalogue) -> Option<String> {
    let programme = keys.text("programme")?;
    if catalogue.programmes.contains_key(&programme.value) {
        return Some(programme.value);
    }
    let hint = suggest::hint(&programme.value, catalogue.programmes.keys().map(String::as_str));
    let message = format!("there is no programme “{}”{hint}", text::excerpt(&programme.value));
    keys.note(programme.fault("unknown-programme", message));
    None
}

fn short(keys: &Keys<'_>, text: Option<At<String>>) -> Option<At<String>> {
    let text = text?;
    if text.value.chars().count() > LONGEST {
        keys.note(text.fault("too-long", format!("is longer than {LONGEST} characters")));
        return None;
    }
    Some(text)
}

fn organisation_code(keys: &Keys<'_>, organisation: Option<&At<String>>) -> Option<String> {
    if let Some(code) = keys.optional_text("organisation_code") {
        let letters = code.value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if !letters || !(2..=16).contains(&code.value.len()) {
            keys.note(code.fault("not-a-code", "is not two to sixteen capital letters (A to Z) and digits"));
            return None;
        }
        return Some(code.value);
    }
    let organisation = organisation?;
    let derived = derive_code(&organisation.value);
    if derived.is_none() {
        let message = "is missing, and cannot be made from the organisation's name";
        keys.note(keys.fault("organisation_code", "missing-key", message));
    }
    derived
}

/// Words that say what kind of body it is, not which.
const GENERIC: [&str; 22] = [
    "ADMINISTRATION",
    "AND",
    "BASHKIA",
    "BOROUGH",
    "CITY",
    "COMMUNE",
    "COUNCIL",
    "COUNTY",
    "DE",
    "DEL",
    "DI",
    "DISTRICT",
    "DU",
    "E",
    "LA",
    "METROPOLITAN",
    "MUNICIPAL",
    "MUNICIPALITY",
    "OF",
    "THE",
    "TOWN",
    "VILLE",
];

/// "Municipality of Tirana" → `TIRANA`; `None` where the name has too few letters that can be written in ASCII.
fn derive_code(name: &str) -> Option<String> {
    let words: Vec<String> = ascii_capitals(name)
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_string)
        .collect();
    let telling = words.iter().filter(|word| !GENERIC.contains(&word.as_str()));
    let telling: String = telling.flat_map(|word| word.chars()).take(16).collect();
    let code = if telling.is_empty() { words.concat().chars().take(16).collect() } else { telling };
    (code.len() >= 2).then_some(code)
}

fn ascii_capitals(name: &str) -> String {
    let mut capitals = String::new();
    for c in name.nfd() {
        match c {
            'ß' => capitals.push_str("SS"),
            'æ' | 'Æ' => capitals.push_str("AE"),
            'œ' | 'Œ' => capitals.push_str("OE"),
            'ø' | 'Ø' => capitals.push('O'),
            'ł' | 'Ł' => capitals.push('L'),
            'đ' | 'Đ' | 'ð' | 'Ð' => capitals.push('D'),
            'þ' | 'Þ' => capitals.push_str("TH"),
            'ı' => capitals.push('I'),
            '\'' | '’' => {}
            c if unicode_normalization::char::is_combining_mark(c) => {}
            c => capitals.push(c.to_ascii_uppercase()),
        }
    }
    capitals
}

/// A locale that we have no texts for is no fault: English is used, and the trainer told so.
fn locale(keys: &Keys<'_>, warnings: &mut Vec<Fault>) -> Option<String> {
    let locale = keys.text("locale")?;
    let tag = locale.value.replace('_', "-");
    if !languages::is_tag(&tag) {
        keys.note(locale.fault("not-a-locale", "is not a language tag such as en, sq or sq-AL"));
        return None;
    }
    if languages::supported(&tag).is_some() {
        return Some(tag);
    }
    let message = format!("there are no documents in “{tag}” yet; English is used");
    warnings.push(locale.fault("unsupported-locale", message));
    Some("en".to_string())
}

fn at_most(keys: &Keys<'_>, key: &str, count: usize, most: usize) {
    if count > most {
        keys.note(keys.fault(key, "too-many", format!("names {count}; a certificate has room for {most}")));
    }
}

fn signatories(keys: &Keys<'_>) -> Vec<Signatory> {
    let tables = keys.tables("signatories");
    at_most(keys, "signatories", tables.len(), MOST_SIGNATORIES);
    let signatory = |table: &Keys<'_>| {
        table.only(&["name", "title"]);
        let name = short(table, table.text("name"));
        let title = short(table, table.text("title"));
        Some(Signatory { name: name?.value, title: title?.value })
    };
    tables.iter().filter_map(signatory).collect()
}

fn logos(keys: &Keys<'_>) -> Vec<LogoFile> {
    let tables = keys.tables("logos");
    at_most(keys, "logos", tables.len(), logos::MOST);
    let logo = |table: &Keys<'_>| {
        table.only(&["file", "alt"]);
        let file = in_folder(table, table.text("file"));
        let alt = short(table, table.text("alt"));
        Some(LogoFile { file: file?, alt: alt?.value })
    };
    tables.iter().filter_map(logo).collect()
}

fn directorates(keys: &Keys<'_>) -> BTreeMap<String, String> {
    let Some(table) = keys.optional_table("directorates") else { return BTreeMap::new() };
    let parent =
        |name: At<String>| Some((text::tidy(&name.value), short(&table, table.text(&name.value))?.value));
    table.names().into_iter().filter_map(parent).collect()
}

fn template_folder(keys: &Keys<'_>) -> Option<String> {
    in_folder(keys, keys.optional_text("certificates"))
}

/// The name of something that lies in the trainer's folder itself.
fn in_folder(keys: &Keys<'_>, name: Option<At<String>>) -> Option<String> {
    let name = name?;
    if !files::is_plain_name(&name.value) {
        keys.note(name.fault("not-in-folder", "is not the plain name of something in this folder"));
        return None;
    }
    Some(name.value)
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
