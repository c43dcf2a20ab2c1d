//! What an organisation may be called and may settle, and how its departments stand to each other.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;

use super::{OrganisationChange, OrganisationSettings, Retention};
use crate::platform::faults::{Fault, Faults};
use crate::platform::i18n::languages;
use crate::platform::ids::DepartmentId;
use crate::platform::mail::Mailbox;
use crate::platform::suggest;
use crate::platform::text::{excerpt, tidy};

/// Characters in a name.
pub const LONGEST_NAME: usize = 200;
/// Characters in what an organisation says of who is answerable.
pub const LONGEST_TEXT: usize = 2_000;
/// More languages than any city writes to its people in.
pub const MOST_LANGUAGES: usize = 20;
/// Ten years.
pub const MOST_RETENTION_DAYS: u32 = 3_650;
/// Departments over each other, the lowest and the highest counted.
pub const MOST_LEVELS: usize = 8;

/// Whether this has the shape of an organisation's code.
pub fn is_code(code: &str) -> bool {
    (2..=16).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// The name of a new organisation, tidied.
///
/// # Errors
/// What is wrong with its code and name.
pub fn founded(code: &str, name: &str) -> Result<String, Faults> {
    let mut faults = Faults::default();
    if !is_code(code) {
        let message = "a code is 2 to 16 capital letters A–Z and digits, such as TIRANA";
        faults.push(Fault::new("organisation-code", message).in_field("code"));
    }
    let name = faults.keep(organisation_name(name));
    faults.into_result(name.unwrap_or_default())
}

fn organisation_name(name: &str) -> Result<String, Faults> {
    let name = tidy(name);
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Fault::new("organisation-name", "a name has 1 to 200 characters")
            .in_field("name")
            .into());
    }
    Ok(name)
}

/// The name of an organisation and what it settles, tidied; without its logos.
///
/// # Errors
/// Everything that is wrong with them.
pub fn settled(change: &OrganisationChange) -> Result<(String, OrganisationSettings), Faults> {
    let mut faults = Faults::default();
    let name = faults.keep(organisation_name(&change.name));
    let languages = known_languages(&change.languages, &mut faults);
    let zone = faults.keep(known_zone(&change.zone).map_err(|fault| fault.in_field("zone").into()));
    let sender = change.sender.as_deref().and_then(|sender| faults.keep(sender_address(sender)));
    faults.keep(within_bounds(change.retention));
    let mut text = |field, text| own_text(field, text, &mut faults);
    let settings = OrganisationSettings {
        languages,
        zone: zone.unwrap_or_default(),
        sender,
        logos: Vec::new(),
        retention: change.retention,
        controller: text("controller", &change.controller),
        data_protection_contact: text("data_protection_contact", &change.data_protection_contact),
        legal_ground: text("legal_ground", &change.legal_ground),
    };
    faults.into_result((name.unwrap_or_default(), settings))
}

fn known_languages(tags: &[String], faults: &mut Faults) -> Vec<String> {
    if tags.is_empty() || tags.len() > MOST_LANGUAGES {
        let message = format!("an organisation has 1 to {MOST_LANGUAGES} languages");
        faults.push(Fault::new("languages", message).in_field("languages"));
    }
    for (i, tag) in tags.iter().take(MOST_LANGUAGES).enumerate() {
        let (code, message) = if !languages::is_tag(tag) || languages::mails(tag).is_none() {
            (
                "unsupported-locale",
                "mails are written in en, sq, bg, fr, nl, ga, es and pt; pages and documents in en and sq",
            )
        } else if tags.iter().take(i).any(|other| other.eq_ignore_ascii_case(tag)) {
            ("duplicate-language", "this language is named already")
        } else {
            continue;
        };
        faults.push(Fault::new(code, message).in_field(format!("/languages/{i}")));
    }
    tags.to_vec()
}

/// The zone with this IANA name.
///
/// # Errors
/// There is none; the message says which one is near.
pub fn known_zone(name: &str) -> Result<Tz, Fault> {
    name.parse().map_err(|_| {
        let near = suggest::nearest(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
        let hint = near.map_or_else(
            || "; a zone is named such as Europe/Tirane".to_owned(),
            |near| format!("; did you mean “{near}”?"),
        );
        Fault::new("unknown-zone", format!("there is no zone “{}”{hint}", excerpt(name)))
    })
}

/// An address alone: the name that a mail's sender has is the organisation's.
fn sender_address(sender: &str) -> Result<String, Faults> {
    match Mailbox::new("", sender) {
        Ok(mailbox) => Ok(mailbox.address().to_owned()),
        Err(fault) => Err(fault.in_field("sender").into()),
    }
}

fn within_bounds(retention: Retention) -> Result<(), Faults> {
    if (1..=MOST_RETENTION_DAYS).contains(&retention.raw_attendance_days) {
        return Ok(());
    }
    let message = format!("is {}; it must be from 1 to {MOST_RETENTION_DAYS}", retention.raw_attendance_days);
    Err(Fault::new("out-of-range", message).in_field("/retention/raw_attendance_days").into())
}

/// A text of several lines, each tidied, without empty ones at either end.
fn own_text(field: &str, text: &str, faults: &mut Faults) -> String {
    let lines: Vec<String> = text.lines().map(tidy).collect();
    let text = lines.join("\n").trim().to_owned();
    if text.chars().count() > LONGEST_TEXT {
        let message = format!("is longer than {LONGEST_TEXT} characters");
        faults.push(Fault::new("too-long", message).in_field(field));
    }
    text
}

/// The name of a department, tidied.
///
/// # Errors
/// It is empty or too long.
pub fn department_name(name: &str) -> Result<String, Fault> {
    let name = tidy(name);
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Fault::new("department-name", "a name has 1 to 200 characters").in_field("name"));
    }
    Ok(name)
}

/// Every department with what it is a unit of.
pub type Parents = BTreeMap<DepartmentId, Option<DepartmentId>>;

/// Why a department cannot stand where it was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misplaced {
    /// It would be a unit of one of its own units.
    UnderItself(DepartmentId),
    /// It would be on a lower level than [`MOST_LEVELS`]; it is the one that was put there, or one under that.
    TooDeep(DepartmentId),
}

/// Whether departments that were put somewhere, and all that is under them, stand where they can.
pub fn may_stand(parents: &Parents, moved: &BTreeSet<DepartmentId>) -> Result<(), Misplaced> {
    for unit in parents.keys() {
        let (line, is_circle) = line(parents, *unit);
        if !line.iter().any(|above| moved.contains(above)) {
            continue;
        }
        if is_circle {
            return Err(Misplaced::UnderItself(*unit));
        }
        if line.len() > MOST_LEVELS {
            return Err(Misplaced::TooDeep(*unit));
        }
    }
    Ok(())
}

/// A department and those that it is under, upwards: one more than may be, at most. And whether they go round in a circle.
fn line(parents: &Parents, unit: DepartmentId) -> (Vec<DepartmentId>, bool) {
    let mut line = vec![unit];
    let mut next = parents.get(&unit).copied().flatten();
    while let Some(above) = next {
        if line.contains(&above) {
            return (line, true);
        }
        if line.len() > MOST_LEVELS {
            break;
        }
        line.push(above);
        next = parents.get(&above).copied().flatten();
    }
    (line, false)
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
