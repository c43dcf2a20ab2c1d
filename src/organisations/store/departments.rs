//! Queries of departments.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::on_backend;
use crate::organisations::Department;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{departments, people};
use crate::platform::error::Result;
use crate::platform::ids::{DepartmentId, OrganisationId};

/// Departments in the order of their names, after `after`.
pub fn page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Department>> {
    let mut query = departments::table
        .filter(departments::organisation_id.eq(organisation))
        .select(Department::as_select())
        .order(departments::name)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(departments::name.gt(after.to_owned()));
    }
    Ok(query.load(conn)?)
}

/// The department with this id.
pub fn department(
    conn: &mut DbConn,
    organisation: OrganisationId,
    id: DepartmentId,
) -> Result<Option<Department>> {
    Ok(departments::table
        .filter(departments::organisation_id.eq(organisation))
        .filter(departments::id.eq(id))
        .select(Department::as_select())
        .first(conn)
        .optional()?)
}

/// Every department with its parent.
pub fn parents(
    conn: &mut DbConn,
    organisation: OrganisationId,
) -> Result<BTreeMap<DepartmentId, Option<DepartmentId>>> {
    let rows: Vec<(DepartmentId, Option<DepartmentId>)> = departments::table
        .filter(departments::organisation_id.eq(organisation))
        .select((departments::id, departments::parent_id))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The department of this name.
pub fn id_of(conn: &mut DbConn, organisation: OrganisationId, name: &str) -> Result<Option<DepartmentId>> {
    Ok(departments::table
        .filter(departments::organisation_id.eq(organisation))
        .filter(departments::name.eq(name))
        .select(departments::id)
        .first(conn)
        .optional()?)
}

/// Makes a department, whose name must not be taken.
pub fn insert(
    conn: &mut DbConn,
    organisation: OrganisationId,
    name: &str,
    parent: Option<DepartmentId>,
) -> Result<DepartmentId> {
    Ok(on_backend!(conn, c => diesel::insert_into(departments::table)
        .values((
            departments::organisation_id.eq(organisation),
            departments::name.eq(name),
            departments::parent_id.eq(parent),
        ))
        .returning(departments::id)
        .get_result(c))?)
}

/// Brings a department's name and parent up to date.
pub fn update(
    conn: &mut DbConn,
    organisation: OrganisationId,
    department: DepartmentId,
    name: &str,
    parent: Option<DepartmentId>,
) -> Result<()> {
    diesel::update(departments::table)
        .filter(departments::organisation_id.eq(organisation))
        .filter(departments::id.eq(department))
        .set((departments::name.eq(name), departments::parent_id.eq(parent)))
        .execute(conn)?;
    Ok(())
}

/// How many people, and how many departments, belong to a department directly.
pub fn belonging(
    conn: &mut DbConn,
    organisation: OrganisationId,
    department: DepartmentId,
) -> Result<(i64, i64)> {
    let staff = people::table
        .filter(people::organisation_id.eq(organisation))
        .filter(people::department_id.eq(department))
        .select(count_star())
        .first(conn)?;
    let units = departments::table
        .filter(departments::organisation_id.eq(organisation))
        .filter(departments::parent_id.eq(department))
        .select(count_star())
        .first(conn)?;
    Ok((staff, units))
}

pub fn delete(conn: &mut DbConn, organisation: OrganisationId, department: DepartmentId) -> Result<()> {
    diesel::delete(departments::table)
        .filter(departments::organisation_id.eq(organisation))
        .filter(departments::id.eq(department))
        .execute(conn)?;
    Ok(())
}

/// Department names with their ids.
pub fn by_name(conn: &mut DbConn, organisation: OrganisationId) -> Result<BTreeMap<String, DepartmentId>> {
    let rows: Vec<(String, DepartmentId)> = departments::table
        .filter(departments::organisation_id.eq(organisation))
        .select((departments::name, departments::id))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Makes the departments that are not there yet.
pub fn insert_missing<'a>(
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
