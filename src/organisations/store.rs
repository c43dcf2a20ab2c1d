//! Queries of organisations, departments and people.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Organisation, Person, RosterEntry};
use crate::platform::db::DbConn;
use crate::platform::db::schema::{departments, memberships, organisations, people};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, DepartmentId, OrganisationId, PersonId};
use crate::platform::text::fold_address;
use crate::{insert_many, on_backend};

/// The organisation with this code.
pub fn organisation_by_code(conn: &mut DbConn, code: &str) -> Result<Option<Organisation>> {
    Ok(organisations::table
        .filter(organisations::code.eq(code))
        .select(Organisation::as_select())
        .first(conn)
        .optional()?)
}

/// Organisations in the order of their codes, after `after`: those that an account belongs to, within its scope, or all.
pub fn organisations_page(
    conn: &mut DbConn,
    of: Option<AccountId>,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Organisation>> {
    let mut query = organisations::table
        .select(Organisation::as_select())
        .order(organisations::code)
        .limit(limit)
        .into_boxed();
    if let Some(account) = of {
        let own = memberships::table
            .filter(memberships::account_id.eq(account))
            .select(memberships::organisation_id);
        query = query.filter(organisations::id.eq_any(own));
    }
    if let Some(after) = after {
        query = query.filter(organisations::code.gt(after.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// Makes the organisation, unless its code is taken; says whether it was made.
pub fn insert_organisation(conn: &mut DbConn, code: &str, name: &str, now: NaiveDateTime) -> Result<bool> {
    let made = on_backend!(conn, c => diesel::insert_into(organisations::table)
        .values((organisations::code.eq(code), organisations::name.eq(name), organisations::created_at.eq(now)))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(made == 1)
}

/// Holds other writers of this organisation's roster back until the transaction ends. SQLite's take turns anyway.
pub fn lock_roster(conn: &mut DbConn, organisation: OrganisationId) -> Result<()> {
    if let DbConn::Postgres(c) = conn {
        organisations::table
            .filter(organisations::id.eq(organisation))
            .select(organisations::id)
            .for_no_key_update()
            .execute(c)?;
    }
    Ok(())
}

/// Department names with their ids.
pub fn departments(
    conn: &mut DbConn,
    organisation: OrganisationId,
) -> Result<BTreeMap<String, DepartmentId>> {
    let rows: Vec<(String, DepartmentId)> = departments::table
        .filter(departments::organisation_id.eq(organisation))
        .select((departments::name, departments::id))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Makes the departments that are not there yet.
pub fn insert_departments<'a>(
    conn: &mut DbConn,
    organisation: OrganisationId,
    names: impl Iterator<Item = &'a str>,
) -> Result<()> {
    for name in names {
        on_backend!(conn, c => diesel::insert_into(departments::table)
            .values((departments::organisation_id.eq(organisation), departments::name.eq(name)))
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// Puts a department under a directorate, or, with `None`, at the top.
pub fn set_parent(
    conn: &mut DbConn,
    organisation: OrganisationId,
    department: DepartmentId,
    parent: Option<DepartmentId>,
) -> Result<()> {
    diesel::update(departments::table)
        .filter(departments::organisation_id.eq(organisation))
        .filter(departments::id.eq(department))
        .set(departments::parent_id.eq(parent))
        .execute(conn)?;
    Ok(())
}

/// Department names with the names of their parents.
pub fn directorates(conn: &mut DbConn, organisation: OrganisationId) -> Result<BTreeMap<String, String>> {
    let parents = diesel::alias!(departments as parents);
    let rows: Vec<(String, String)> = departments::table
        .inner_join(
            parents.on(parents
                .field(departments::organisation_id)
                .eq(departments::organisation_id)
                .and(parents.field(departments::id).nullable().eq(departments::parent_id))),
        )
        .filter(departments::organisation_id.eq(organisation))
        .select((departments::name, parents.field(departments::name)))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Everybody on the roster, in the order of their employee ids.
pub fn people(conn: &mut DbConn, organisation: OrganisationId) -> Result<Vec<Person>> {
    Ok(people::table
        .inner_join(
            departments::table.on(departments::id
                .eq(people::department_id)
                .and(departments::organisation_id.eq(people::organisation_id))),
        )
        .filter(people::organisation_id.eq(organisation))
        .order(people::employee_id)
        .select(Person::as_select())
        .load(conn)?)
}

/// The departments of some people, by name.
pub fn departments_of(
    conn: &mut DbConn,
    organisation: OrganisationId,
    of: &[PersonId],
) -> Result<BTreeMap<PersonId, String>> {
    let rows: Vec<(PersonId, String)> = people::table
        .inner_join(
            departments::table.on(departments::id
                .eq(people::department_id)
                .and(departments::organisation_id.eq(people::organisation_id))),
        )
        .filter(people::organisation_id.eq(organisation))
        .filter(people::id.eq_any(of.to_vec()))
        .select((people::id, departments::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

#[derive(Insertable)]
#[diesel(table_name = people)]
struct NewPerson<'a> {
    organisation_id: OrganisationId,
    employee_id: &'a str,
    name: &'a str,
    email: &'a str,
    email_folded: String,
    department_id: DepartmentId,
    created_at: NaiveDateTime,
}

/// Adds people who are not on the roster yet.
pub fn insert_people(
    conn: &mut DbConn,
    organisation: OrganisationId,
    entries: &[(&RosterEntry, DepartmentId)],
    now: NaiveDateTime,
) -> Result<()> {
    let rows: Vec<NewPerson> = entries
        .iter()
        .map(|(entry, department)| NewPerson {
            organisation_id: organisation,
            employee_id: &entry.employee_id,
            name: &entry.name,
            email: &entry.email,
            email_folded: fold_address(&entry.email),
            department_id: *department,
            created_at: now,
        })
        .collect();
    Ok(insert_many!(conn, people::table, rows, 7)?)
}

/// Brings people up to date with the roster.
pub fn update_people(
    conn: &mut DbConn,
    organisation: OrganisationId,
    changes: &[(PersonId, &RosterEntry, DepartmentId)],
) -> Result<()> {
    // Two people may have swapped addresses: their old ones make room before the new ones are set.
    for (person, ..) in changes {
        diesel::update(people::table)
            .filter(people::organisation_id.eq(organisation))
            .filter(people::id.eq(person))
            .set(people::email_folded.eq(format!("changing {person}")))
            .execute(conn)?;
    }
    for (person, entry, department) in changes {
        diesel::update(people::table)
            .filter(people::organisation_id.eq(organisation))
            .filter(people::id.eq(person))
            .set((
                people::employee_id.eq(&entry.employee_id),
                people::name.eq(&entry.name),
                people::email.eq(&entry.email),
                people::email_folded.eq(fold_address(&entry.email)),
                people::department_id.eq(department),
            ))
            .execute(conn)?;
    }
    Ok(())
}
