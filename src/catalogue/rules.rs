//! What an organisation may make of a module, and how its texts stand to the catalogue's.

use unicode_normalization::UnicodeNormalization;

use super::{AdoptedModule, ByLanguage, Module, ModuleText, OwnModule};
use crate::platform::faults::{Fault, Faults};
use crate::platform::i18n::languages;
use crate::platform::pdf::missing_glyphs;
use crate::platform::text::{excerpt, tidy};

/// More languages than any city teaches in.
pub const MOST_LANGUAGES: usize = 20;
/// Characters in a title; so many fit into a line of a certificate or two.
pub const LONGEST_TITLE: usize = 120;
/// Characters in a summary.
pub const LONGEST_SUMMARY: usize = 1_000;
/// Objectives of a module.
pub const MOST_OBJECTIVES: usize = 20;
/// Characters in an objective.
pub const LONGEST_OBJECTIVE: usize = 300;
/// Characters in a body.
pub const LONGEST_BODY: usize = 40_000;

/// An organisation's texts of a module, tidied, their languages written in one way.
///
/// # Errors
/// Everything that is wrong with them.
pub fn adopted_texts(texts: &ByLanguage<ModuleText>) -> Result<ByLanguage<ModuleText>, Faults> {
    let mut faults = Faults::default();
    if texts.is_empty() || texts.len() > MOST_LANGUAGES {
        let message = format!("an adopted module has texts in 1 to {MOST_LANGUAGES} languages");
        faults.push(Fault::new("languages", message).in_field("texts"));
    }
    let mut own = ByLanguage::new();
    for (tag, text) in texts.iter().take(MOST_LANGUAGES) {
        if !languages::is_tag(tag) {
            let message = format!("“{}” is no language tag, such as sq or pt-BR", excerpt(tag));
            faults.push(Fault::new("unknown-language", message).in_field("texts"));
            continue;
        }
        let (language, place) = (languages::canonical(tag), format!("/texts/{tag}"));
        let text = own_text(&language, &place, text, &mut faults);
        if own.insert(language, text).is_some() {
            let message = "this language is there already, in letters of another case";
            faults.push(Fault::new("duplicate-language", message).in_field(place));
        }
    }
    faults.into_result(own)
}

fn own_text(language: &str, place: &str, text: &ModuleText, faults: &mut Faults) -> ModuleText {
    let mut fit =
        |field: &str, text: &str, most: usize| line(&format!("{place}/{field}"), text, most, faults);
    let title = fit("title", &text.title, LONGEST_TITLE);
    let summary = fit("summary", &text.summary, LONGEST_SUMMARY);
    let objectives: Vec<String> = text
        .objectives
        .iter()
        .take(MOST_OBJECTIVES)
        .enumerate()
        .map(|(i, objective)| fit(&format!("objectives/{i}"), objective, LONGEST_OBJECTIVE))
        .collect();
    let mut note = |field: &str, code: &'static str, message: String| {
        faults.push(Fault::new(code, message).in_field(format!("{place}/{field}")));
    };
    // A title that documents cannot show would be found out when the cohort's certificates are issued, frozen.
    if languages::supported(language).is_some()
        && let Some(missing) = missing_glyphs(&title).first()
    {
        note("title", "cannot-be-written", format!("certificates cannot show “{missing}”"));
    }
    if text.objectives.len() > MOST_OBJECTIVES {
        note("objectives", "too-many", format!("a module has at most {MOST_OBJECTIVES}"));
    }
    let body = text.body.as_deref().map(markdown).filter(|body| !body.is_empty());
    if let Some(body) = &body {
        if body.chars().count() > LONGEST_BODY {
            note("body", "too-long", format!("is longer than {LONGEST_BODY} characters"));
        }
        if body.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            note("body", "control-character", "holds a character that is no text".to_owned());
        }
    }
    // What a translation leaves out is shown in English.
    if language == "en" && objectives.is_empty() {
        note("objectives", "missing-english", "the English text names no objective".to_owned());
    }
    if language == "en" && body.is_none() {
        note("body", "missing-english", "the English text has no body".to_owned());
    }
    ModuleText { title, summary, objectives, body }
}

fn line(field: &str, text: &str, most: usize, faults: &mut Faults) -> String {
    let text = tidy(text);
    let fault = match text.chars().count() {
        0 => Fault::new("missing-value", "is missing"),
        n if n > most => Fault::new("too-long", format!("is longer than {most} characters")),
        _ => return text,
    };
    faults.push(fault.in_field(field));
    text
}

/// NFC, one kind of line ends, nothing around it. What is inside a line means something to Markdown, so it stays.
fn markdown(text: &str) -> String {
    let text: String = text.trim_start_matches('\u{feff}').nfc().collect();
    text.replace("\r\n", "\n").trim().to_owned()
}

/// The version of the source that an adoption is of from now on.
///
/// # Errors
/// The version that they looked at does not exist.
pub fn source_version(
    looked_at: Option<u32>,
    before: Option<&AdoptedModule>,
    current: u32,
) -> Result<u32, Fault> {
    match looked_at {
        None => Ok(before.map_or(current, |before| before.source_version)),
        Some(version) if (1..=current).contains(&version) => Ok(version),
        Some(version) => {
            let message = format!("there is no version {version}; the catalogue has version {current}");
            Err(Fault::new("unknown-version", message).in_field("source_version"))
        }
    }
}

/// The catalogue's module as an organisation has it.
pub fn own(source: &Module, adopted: Option<AdoptedModule>) -> OwnModule {
    let mut module = source.clone();
    for (language, text) in adopted.iter().flat_map(|adopted| &adopted.texts) {
        module.texts.retain(|tag, _| !tag.eq_ignore_ascii_case(language));
        module.texts.insert(language.clone(), text.clone());
    }
    OwnModule { module, adopted }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
