//! Use cases of organisations and their roster.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDateTime;
use serde_json::json;

use super::store::people;
use super::store::people::Which;
use super::{
    Organisation, OrganisationChange, OrganisationSettings, Person, RosterEntry, departments, rules, store,
};
use crate::platform::db::{Db, DbConn, Scope};
use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};
use crate::platform::ids::{AccountId, OrganisationId, PersonId};
use crate::platform::text::{self, fold_address};

/// So many rows that name nobody are told one by one; more than anybody reads.
const MOST_STRANGERS: usize = 100;

/// The organisation with this code; [`Error::not_found`] where there is none.
pub fn organisation(conn: &mut DbConn, code: &str) -> Result<Organisation> {
    let found = if rules::is_code(code) { store::organisation_by_code(conn, code)? } else { None };
    found.ok_or_else(|| Error::not_found("organisation"))
}

/// A page of organisations in the order of their codes: those that an account belongs to, or all.
pub fn list(db: &Db, of: Option<AccountId>, after: Option<&str>, limit: i64) -> Result<Vec<Organisation>> {
    let scope = of.map_or(Scope::Installation, Scope::Account);
    db.read(scope, |conn| store::organisations_page(conn, of, after, limit))
}

/// Makes an organisation; a taken code is refused.
pub fn create(conn: &mut DbConn, code: &str, name: &str, now: NaiveDateTime) -> Result<Organisation> {
    let name = rules::founded(code, name)?;
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
    let name = rules::founded(code, name)?;
    store::insert_organisation(conn, code, &name, now)?;
    let there = organisation(conn, code)?;
    if there.name != name {
        let message = format!("the code {code} belongs to {:?}; give {name:?} a code of its own", there.name);
        return Err(Fault::new("organisation-code-taken", message).in_field("organisation_code").into());
    }
    Ok(there)
}

/// Holds other writers of this organisation (its settings, departments, roster and members) back until the transaction
/// ends.
pub fn hold(conn: &mut DbConn, organisation: OrganisationId) -> Result<()> {
    store::lock(conn, organisation)
}

/// Every organisation there is, for what the installation does in each of them.
pub fn ids(conn: &mut DbConn) -> Result<Vec<OrganisationId>> {
    store::ids(conn)
}

/// What an organisation has settled for itself.
pub fn settings(conn: &mut DbConn, organisation: OrganisationId) -> Result<OrganisationSettings> {
    Ok(with_settings(conn, organisation)?.1)
}

/// The organisation and what it has settled for itself.
pub fn with_settings(
    conn: &mut DbConn,
    organisation: OrganisationId,
) -> Result<(Organisation, OrganisationSettings)> {
    let found = store::with_settings(conn, organisation)?;
    let (organisation, settings) = found.ok_or_else(|| Error::not_found("organisation"))?;
    Ok((organisation, serde_json::from_str(&settings).map_err(Error::internal)?))
}

/// Brings the organisation's name and settings up to date; its logos stay. Documents that were issued keep what they say.
pub fn change(
    conn: &mut DbConn,
    organisation: OrganisationId,
    change: &OrganisationChange,
) -> Result<(Organisation, OrganisationSettings)> {
    let (name, settings) = rules::settled(change)?;
    store::lock(conn, organisation)?;
    let (before, OrganisationSettings { logos, .. }) = with_settings(conn, organisation)?;
    let settings = OrganisationSettings { logos, ..settings };
    put(conn, &Organisation { name, ..before }, &settings)?;
    with_settings(conn, organisation)
}

/// Stores an organisation's name and settings.
pub(super) fn put(
    conn: &mut DbConn,
    organisation: &Organisation,
    settings: &OrganisationSettings,
) -> Result<()> {
    let settings = serde_json::to_string(settings).map_err(Error::internal)?;
    store::update(conn, organisation.id, &organisation.name, &settings)
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
    store::lock(conn, organisation)?;
    let names = roster.iter().map(|entry| entry.department.as_str()).collect();
    let departments = departments::ensure(conn, organisation, names)?;
    let department = |entry: &RosterEntry| {
        departments
            .get(&entry.department)
            .copied()
            .ok_or_else(|| Error::internal("a department went missing"))
    };

    let before: HashMap<String, Person> = people::people(conn, organisation, Which::All)?
        .into_iter()
        .map(|p| (p.employee_id.clone(), p))
        .collect();
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
    people::update_people(conn, organisation, &changed)?;
    people::insert_people(conn, organisation, &added, now)?;

    let mut after: HashMap<String, Person> = people::people(conn, organisation, Which::All)?
        .into_iter()
        .map(|p| (p.employee_id.clone(), p))
        .collect();
    roster
        .iter()
        .map(|entry| after.remove(&entry.employee_id).ok_or_else(|| Error::internal("a person went missing")))
        .collect()
}

/// The people whom a roster lists, for somebody who may not change them: each stands in it as the organisation has them.
///
/// # Errors
/// Others than those. What is said of them is the same whether there is such a person or not.
pub fn known_people(
    conn: &mut DbConn,
    organisation: OrganisationId,
    file: &str,
    roster: &[RosterEntry],
) -> Result<Vec<Person>> {
    let mut known: HashMap<String, Person> = people::people(conn, organisation, Which::All)?
        .into_iter()
        .map(|person| (person.employee_id.clone(), person))
        .collect();
    let mut faults = Faults::default();
    let mut listed = Vec::with_capacity(roster.len());
    for entry in roster {
        match known.remove(&entry.employee_id).filter(|person| person.is(entry)) {
            Some(person) => listed.push(person),
            None if faults.0.len() < MOST_STRANGERS => {
                let message = format!(
                    "the organisation has no employee {} with this name, address and department; \
                     HR or an administrator keeps its people",
                    text::excerpt(&entry.employee_id)
                );
                faults.push(Fault::new("not-of-the-organisation", message).in_file(file));
            }
            None => {}
        }
    }
    Ok(faults.into_result(listed)?)
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

/// Everybody on the roster, in the order of their employee ids.
pub fn people(conn: &mut DbConn, organisation: OrganisationId) -> Result<Vec<Person>> {
    people::people(conn, organisation, Which::All)
}

/// A page of the roster, by employee id.
pub fn people_page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Person>> {
    people::people(conn, organisation, Which::Page { after, limit })
}

/// The person with this employee id, or [`Error::NotFound`].
pub fn person(conn: &mut DbConn, organisation: OrganisationId, employee_id: &str) -> Result<Person> {
    // PostgreSQL takes no NUL in a text, so nobody has one.
    let known = !employee_id.contains('\0');
    let found = if known { people::people(conn, organisation, Which::One(employee_id))?.pop() } else { None };
    found.ok_or_else(|| Error::not_found("person"))
}

/// The departments of some people, by name.
pub fn departments_of(
    conn: &mut DbConn,
    organisation: OrganisationId,
    of: &[PersonId],
) -> Result<BTreeMap<PersonId, String>> {
    people::departments_of(conn, organisation, of)
}
