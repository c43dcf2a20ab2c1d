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
use crate::platform::ids::{AccountId, DepartmentId, OrganisationId, PersonId};
use crate::platform::text::{self, fold_address};

/// So many rows that name nobody are told one by one; more than anybody reads.
const MOST_STRANGERS: usize = 100;

/// So many people are named in one request at most; a department may have more.
const MOST_LISTED: usize = 5000;

/// So many of them stand in one statement.
const MOST_NAMED: usize = 500;

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

/// Some people, by their ids, in the order of their employee ids.
pub fn people_of(conn: &mut DbConn, organisation: OrganisationId, ids: &[PersonId]) -> Result<Vec<Person>> {
    let mut found = Vec::new();
    for ids in ids.chunks(MOST_NAMED) {
        found.extend(people::people(conn, organisation, Which::Ids(ids))?);
    }
    found.sort_by(|a: &Person, b| a.employee_id.cmp(&b.employee_id));
    Ok(found)
}

/// People as somebody names them to do something with many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    pub emails: Vec<String>,
    pub employee_ids: Vec<String>,
    /// Everybody of a department and of those under it.
    pub department: Option<DepartmentId>,
}

/// Whom a list names, each once: those of a department by employee id, after those who are named one by one, in that order.
///
/// # Errors
/// Everybody whom the roster does not have, by field; a department that there is not; nobody is named, or too many.
pub fn named_people(conn: &mut DbConn, organisation: OrganisationId, named: &Named) -> Result<Vec<Person>> {
    let mut faults = Faults::default();
    let many = named.emails.len() + named.employee_ids.len();
    if many == 0 && named.department.is_none() {
        faults.push(Fault::new("nobody-named", "name people by emails, by employee_ids or by a department"));
    }
    if many > MOST_LISTED {
        faults.push(Fault::new("too-many", format!("at most {MOST_LISTED} people are named at once")));
        return Err(faults.into());
    }
    let folded: Vec<String> = named.emails.iter().map(|email| fold_address(email.trim())).collect();
    let ids: Vec<String> = named.employee_ids.iter().map(|id| id.trim().to_owned()).collect();
    // PostgreSQL takes no NUL in a text, so nobody has one.
    let known = |names: &[String]| -> Vec<String> {
        names.iter().filter(|name| !name.contains('\0')).cloned().collect()
    };
    let mut by_address: HashMap<String, Person> = HashMap::new();
    for folded in known(&folded).chunks(MOST_NAMED) {
        let found = people::people(conn, organisation, Which::Addresses(folded))?;
        by_address.extend(found.into_iter().map(|person| (fold_address(&person.email), person)));
    }
    let mut by_id: HashMap<String, Person> = HashMap::new();
    for ids in known(&ids).chunks(MOST_NAMED) {
        let found = people::people(conn, organisation, Which::EmployeeIds(ids))?;
        by_id.extend(found.into_iter().map(|person| (person.employee_id.clone(), person)));
    }
    let mut listed = Vec::new();
    let mut find = |field: &str, names: &[String], found: &HashMap<String, Person>| {
        for (n, name) in names.iter().enumerate() {
            match found.get(name) {
                Some(person) => listed.push(person.clone()),
                None if faults.0.len() < MOST_STRANGERS => {
                    let message = format!("the organisation has nobody {}", text::excerpt(name));
                    faults.push(
                        Fault::new("not-of-the-organisation", message).in_field(format!("/{field}/{n}")),
                    );
                }
                None => {}
            }
        }
    };
    find("emails", &folded, &by_address);
    find("employee_ids", &ids, &by_id);
    if let Some(department) = named.department {
        match departments::under(conn, organisation, department)? {
            Some(all) => {
                for all in all.chunks(MOST_NAMED) {
                    listed.extend(people::people(conn, organisation, Which::Departments(all))?);
                }
            }
            None => {
                let message = format!("the organisation has no department {department}");
                faults.push(Fault::new("unknown-department", message).in_field("department"));
            }
        }
    }
    let mut seen = BTreeSet::new();
    listed.retain(|person| seen.insert(person.id));
    Ok(faults.into_result(listed)?)
}

/// The departments of some people, by name.
pub fn departments_of(
    conn: &mut DbConn,
    organisation: OrganisationId,
    of: &[PersonId],
) -> Result<BTreeMap<PersonId, String>> {
    people::departments_of(conn, organisation, of)
}
