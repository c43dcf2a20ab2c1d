//! Queries of the roster.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::insert_many;
use crate::organisations::{Person, RosterEntry};
use crate::platform::db::DbConn;
use crate::platform::db::schema::{departments, people};
use crate::platform::error::Result;
use crate::platform::ids::{DepartmentId, OrganisationId, PersonId};
use crate::platform::text::fold_address;

/// Which people of the roster.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    All,
    /// A page of them: those after an employee id, and how many at most.
    Page {
        after: Option<&'a str>,
        limit: i64,
    },
    /// The one with this employee id.
    One(&'a str),
    /// At most some hundred by their ids.
    Ids(&'a [PersonId]),
    /// At most some hundred by their folded addresses.
    Addresses(&'a [String]),
    /// At most some hundred by their employee ids.
    EmployeeIds(&'a [String]),
    /// Those of these departments.
    Departments(&'a [DepartmentId]),
}

/// People of the roster, in the order of their employee ids.
pub fn people(conn: &mut DbConn, organisation: OrganisationId, which: Which<'_>) -> Result<Vec<Person>> {
    let mut query = people::table
        .inner_join(
            departments::table.on(departments::id
                .eq(people::department_id)
                .and(departments::organisation_id.eq(people::organisation_id))),
        )
        .filter(people::organisation_id.eq(organisation))
        .order(people::employee_id)
        .select(Person::as_select())
        .into_boxed();
    match which {
        Which::All => {}
        Which::Page { after, limit } => {
            query = query.limit(limit);
            if let Some(after) = after {
                query = query.filter(people::employee_id.gt(after.to_owned()));
            }
        }
        Which::One(employee_id) => query = query.filter(people::employee_id.eq(employee_id.to_owned())),
        Which::Ids(ids) => query = query.filter(people::id.eq_any(ids.to_vec())),
        Which::Addresses(folded) => query = query.filter(people::email_folded.eq_any(folded.to_vec())),
        Which::EmployeeIds(ids) => query = query.filter(people::employee_id.eq_any(ids.to_vec())),
        Which::Departments(ids) => query = query.filter(people::department_id.eq_any(ids.to_vec())),
    }
    Ok(query.load(conn)?)
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
    // Two people may have swapped addresses: their old ones make room before the new ones are set. Of a new address
    // nothing is known yet.
    for (person, entry, _) in changes {
        diesel::update(people::table)
            .filter(people::organisation_id.eq(organisation))
            .filter(people::id.eq(person))
            .filter(people::email_folded.ne(fold_address(&entry.email)))
            .set((people::email_folded.eq(format!("changing {person}")), bounce(None)))
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

/// What [`bounce`] sets.
type SetBounce<'a> = (
    diesel::dsl::Eq<people::email_bounced_at, Option<NaiveDateTime>>,
    diesel::dsl::Eq<people::email_bounce, Option<&'a str>>,
);

/// The mark of an address that bounces: when it did, and the server's codes; or none.
fn bounce(bounce: Option<(NaiveDateTime, &str)>) -> SetBounce<'_> {
    let (at, codes) = bounce.unzip();
    (people::email_bounced_at.eq(at), people::email_bounce.eq(codes))
}

/// Whom of the roster an address may be of: id, the address as it is written, and whether mails to it came back. The
/// domain of some is written in other letters there than in mails (`xn--…`).
pub fn by_address(
    conn: &mut DbConn,
    organisation: OrganisationId,
    address: &str,
) -> Result<Vec<(PersonId, String, bool)>> {
    let folded = fold_address(address);
    let of_organisation = people::table.filter(people::organisation_id.eq(organisation));
    let columns = (people::id, people::email, people::email_bounced_at.is_not_null());
    Ok(if folded.contains("xn--") {
        of_organisation.select(columns).load(conn)?
    } else {
        of_organisation.filter(people::email_folded.eq(folded)).select(columns).load(conn)?
    })
}

/// Notes that mails to somebody come back: when one did, and the server's codes; or that they do not.
pub fn set_bounce(
    conn: &mut DbConn,
    organisation: OrganisationId,
    person: PersonId,
    bounced: Option<(NaiveDateTime, &str)>,
) -> Result<()> {
    diesel::update(people::table)
        .filter(people::organisation_id.eq(organisation))
        .filter(people::id.eq(person))
        .set(bounce(bounced))
        .execute(conn)?;
    Ok(())
}
