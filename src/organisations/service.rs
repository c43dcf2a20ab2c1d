//! Use cases of organisations and their roster.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDateTime;
use serde_json::json;

use super::{Organisation, Person, RosterEntry, store};
use crate::platform::db::{Db, DbConn, Scope};
use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};
use crate::platform::ids::{AccountId, OrganisationId, PersonId};
use crate::platform::text::{fold_address, tidy};

/// The organisation with this code; [`Error::not_found`] where there is none.
pub fn organisation(conn: &mut DbConn, code: &str) -> Result<Organisation> {
    let found = if is_code(code) { store::organisation_by_code(conn, code)? } else { None };
    found.ok_or_else(|| Error::not_found("organisation"))
}

/// Whether this has the shape of an organisation's code.
fn is_code(code: &str) -> bool {
    (2..=16).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// A page of organisations in the order of their codes: those that an account belongs to, or all.
pub fn list(db: &Db, of: Option<AccountId>, after: Option<&str>, limit: i64) -> Result<Vec<Organisation>> {
    let scope = of.map_or(Scope::Installation, Scope::Account);
    db.read(scope, |conn| store::organisations_page(conn, of, after, limit))
}

/// Makes an organisation; a taken code is refused.
pub fn create(conn: &mut DbConn, code: &str, name: &str, now: NaiveDateTime) -> Result<Organisation> {
    let name = checked(code, name)?;
    if !store::insert_organisation(conn, code, &name, now)? {
        return Err(Error::refused(
            "organisation-exists",
            format!("the code {code} is taken"),
            json!({ "code": code }),
        ));
    }
    organisation(conn, code)
}

/// The organisation with this code, made where there is none. A different name under a known code is refused: two
/// cities must not end up as one.
pub fn ensure(conn: &mut DbConn, code: &str, name: &str, now: NaiveDateTime) -> Result<Organisation> {
    let name = checked(code, name)?;
    store::insert_organisation(conn, code, &name, now)?;
    let there = organisation(conn, code)?;
    if there.name != name {
        let message = format!("the code {code} belongs to {:?}; give {name:?} a code of its own", there.name);
        return Err(Fault::new("organisation-code-taken", message).in_field("organisation_code").into());
    }
    Ok(there)
}

fn checked(code: &str, name: &str) -> Result<String> {
    let mut faults = Faults::default();
    if !is_code(code) {
        let message = "a code is 2 to 16 capital letters A–Z and digits, such as TIRANA";
        faults.push(Fault::new("organisation-code", message).in_field("code"));
    }
    let name = tidy(name);
    if name.is_empty() || name.chars().count() > 200 {
        faults.push(Fault::new("organisation-name", "a name has 1 to 200 characters").in_field("name"));
    }
    Ok(faults.into_result(name)?)
}

/// Brings the organisation's people up to date with a roster and returns those whom it lists, in its order. People whom
/// the roster does not list stay: they may be in another cohort.
pub fn put_roster(
    conn: &mut DbConn,
    organisation: OrganisationId,
    file: &str,
    roster: &[RosterEntry],
    now: NaiveDateTime,
) -> Result<Vec<Person>> {
    store::lock_roster(conn, organisation)?;
    let names: BTreeSet<&str> = roster.iter().map(|entry| entry.department.as_str()).collect();
    let known = store::departments(conn, organisation)?;
    store::insert_departments(
        conn,
        organisation,
        names.into_iter().filter(|name| !known.contains_key(*name)),
    )?;
    let departments = store::departments(conn, organisation)?;
    let department = |entry: &RosterEntry| {
        departments
            .get(&entry.department)
            .copied()
            .ok_or_else(|| Error::internal("a department went missing"))
    };

    let before: HashMap<String, Person> =
        store::people(conn, organisation)?.into_iter().map(|p| (p.employee_id.clone(), p)).collect();
    let renumbered = renumbered(file, roster, &before)?;
    let mut added = Vec::new();
    let mut changed = Vec::new();
    for entry in roster {
        match before.get(&entry.employee_id).or_else(|| renumbered.get(entry.employee_id.as_str()).copied()) {
            None => added.push((entry, department(entry)?)),
            Some(person) if !person.is(entry) => changed.push((person.id, entry, department(entry)?)),
            Some(_) => {}
        }
    }
    store::update_people(conn, organisation, &changed)?;
    store::insert_people(conn, organisation, &added, now)?;

    let mut after: HashMap<String, Person> =
        store::people(conn, organisation)?.into_iter().map(|p| (p.employee_id.clone(), p)).collect();
    roster
        .iter()
        .map(|entry| after.remove(&entry.employee_id).ok_or_else(|| Error::internal("a person went missing")))
        .collect()
}

/// People whose employee id was corrected, by the new one: the roster gives somebody's name and address, and no longer
/// lists their earlier id. The address of somebody else whom it does not list is refused: two people would become one.
fn renumbered<'a>(
    file: &str,
    roster: &'a [RosterEntry],
    before: &'a HashMap<String, Person>,
) -> Result<HashMap<&'a str, &'a Person>> {
    let listed: BTreeSet<&str> = roster.iter().map(|entry| entry.employee_id.as_str()).collect();
    let unlisted: HashMap<String, &Person> = before
        .values()
        .filter(|person| !listed.contains(person.employee_id.as_str()))
        .map(|person| (fold_address(&person.email), person))
        .collect();
    let mut faults = Faults::default();
    let mut renumbered = HashMap::new();
    for entry in roster {
        let Some(person) = unlisted.get(&fold_address(&entry.email)) else { continue };
        if person.name == entry.name && !before.contains_key(&entry.employee_id) {
            renumbered.insert(entry.employee_id.as_str(), *person);
        } else {
            let message = format!("{} is the address of employee {}", entry.email, person.employee_id);
            faults.push(Fault::new("address-taken", message).in_file(file).in_field("email"));
        }
    }
    Ok(faults.into_result(renumbered)?)
}

/// Puts departments under directorates, by name; both are made where they are not there yet.
pub fn put_directorates(
    conn: &mut DbConn,
    organisation: OrganisationId,
    directorates: &BTreeMap<String, String>,
) -> Result<()> {
    store::lock_roster(conn, organisation)?;
    let names: BTreeSet<&str> =
        directorates.iter().flat_map(|(d, parent)| [d.as_str(), parent.as_str()]).collect();
    let known = store::departments(conn, organisation)?;
    store::insert_departments(
        conn,
        organisation,
        names.into_iter().filter(|name| !known.contains_key(*name)),
    )?;
    let departments = store::departments(conn, organisation)?;
    for (department, parent) in directorates {
        if let Some(id) = departments.get(department) {
            store::set_parent(conn, organisation, *id, departments.get(parent).copied())?;
        }
    }
    Ok(())
}

/// Everybody on the roster, in the order of their employee ids.
pub fn people(conn: &mut DbConn, organisation: OrganisationId) -> Result<Vec<Person>> {
    store::people(conn, organisation)
}

/// Which directorate a department belongs to, by name, for those that belong to one.
pub fn directorates(conn: &mut DbConn, organisation: OrganisationId) -> Result<BTreeMap<String, String>> {
    store::directorates(conn, organisation)
}

/// The departments of some people, by name.
pub fn departments_of(
    conn: &mut DbConn,
    organisation: OrganisationId,
    of: &[PersonId],
) -> Result<BTreeMap<PersonId, String>> {
    store::departments_of(conn, organisation, of)
}
