//! Use cases of departments. They stand in a tree; a roster names them, so their names are unique.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::rules::{self, MOST_LEVELS, Misplaced};
use super::store::{self, departments};
use super::{Department, DepartmentChange};
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::Fault;
use crate::platform::ids::{DepartmentId, OrganisationId};
use crate::platform::text::excerpt;

/// A page of departments, by name.
pub fn page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Department>> {
    departments::page(conn, organisation, after, limit)
}

/// The department, or [`Error::NotFound`].
pub fn department(conn: &mut DbConn, organisation: OrganisationId, id: DepartmentId) -> Result<Department> {
    departments::department(conn, organisation, id)?.ok_or_else(|| Error::not_found("department"))
}

/// A department and all those over it.
pub fn over(
    conn: &mut DbConn,
    organisation: OrganisationId,
    id: DepartmentId,
) -> Result<BTreeSet<DepartmentId>> {
    let parents = departments::parents(conn, organisation)?;
    let up = std::iter::successors(Some(id), |id| parents.get(id).copied().flatten());
    // A circle is refused wherever a parent is set; this ends all the same.
    Ok(up.take(MOST_LEVELS + 1).collect())
}

/// A department and all those under it; none where there is no such department.
pub fn under(
    conn: &mut DbConn,
    organisation: OrganisationId,
    id: DepartmentId,
) -> Result<Option<Vec<DepartmentId>>> {
    let parents = departments::parents(conn, organisation)?;
    if !parents.contains_key(&id) {
        return Ok(None);
    }
    let is_under = |one: &DepartmentId| {
        let mut up = std::iter::successors(Some(*one), |id| parents.get(id).copied().flatten());
        up.by_ref().take(MOST_LEVELS + 1).any(|up| up == id)
    };
    Ok(Some(parents.keys().copied().filter(is_under).collect()))
}

/// Those of these that the organisation does not have.
pub fn unknown(
    conn: &mut DbConn,
    organisation: OrganisationId,
    ids: &BTreeSet<DepartmentId>,
) -> Result<Vec<DepartmentId>> {
    let known = departments::parents(conn, organisation)?;
    Ok(ids.iter().copied().filter(|id| !known.contains_key(id)).collect())
}

/// Makes a department; a taken name is refused.
pub fn create(conn: &mut DbConn, organisation: OrganisationId, new: &DepartmentChange) -> Result<Department> {
    let name = rules::department_name(&new.name)?;
    store::lock(conn, organisation)?;
    refuse_taken_name(conn, organisation, &name, None)?;
    refuse_unknown_parent(conn, organisation, new.parent)?;
    let id = departments::insert(conn, organisation, &name, new.parent)?;
    refuse_misplaced(conn, organisation, id)?;
    department(conn, organisation, id)
}

/// Renames a department and puts it under another, or, without a parent, at the top. Its people and units stay in it.
pub fn change(
    conn: &mut DbConn,
    organisation: OrganisationId,
    id: DepartmentId,
    change: &DepartmentChange,
) -> Result<Department> {
    let name = rules::department_name(&change.name)?;
    store::lock(conn, organisation)?;
    department(conn, organisation, id)?;
    refuse_taken_name(conn, organisation, &name, Some(id))?;
    refuse_unknown_parent(conn, organisation, change.parent)?;
    departments::update(conn, organisation, id, &name, change.parent)?;
    refuse_misplaced(conn, organisation, id)?;
    department(conn, organisation, id)
}

/// Removes a department that nobody, and no other department, belongs to.
pub fn delete(conn: &mut DbConn, organisation: OrganisationId, id: DepartmentId) -> Result<()> {
    store::lock(conn, organisation)?;
    let Department { name, .. } = department(conn, organisation, id)?;
    let (people, units) = departments::belonging(conn, organisation, id)?;
    if (people, units) != (0, 0) {
        let detail = format!("{people} people and {units} departments belong to {name:?}");
        let fields = json!({ "people": people, "departments": units });
        return Err(Error::refused("department-in-use", detail, fields));
    }
    departments::delete(conn, organisation, id)
}

fn refuse_taken_name(
    conn: &mut DbConn,
    organisation: OrganisationId,
    name: &str,
    of: Option<DepartmentId>,
) -> Result<()> {
    match departments::id_of(conn, organisation, name)? {
        Some(id) if Some(id) != of => {
            let detail = format!("there is a department {name:?} already");
            Err(Error::refused("department-exists", detail, json!({ "department": id })))
        }
        _ => Ok(()),
    }
}

fn refuse_unknown_parent(
    conn: &mut DbConn,
    organisation: OrganisationId,
    parent: Option<DepartmentId>,
) -> Result<()> {
    match parent {
        Some(id) if departments::department(conn, organisation, id)?.is_none() => {
            let message = format!("there is no department {id}");
            Err(Fault::new("unknown-department", message).in_field("parent").into())
        }
        _ => Ok(()),
    }
}

/// Looks at the tree as it is after a change, which a refusal takes back.
fn refuse_misplaced(conn: &mut DbConn, organisation: OrganisationId, id: DepartmentId) -> Result<()> {
    let parents = departments::parents(conn, organisation)?;
    rules::may_stand(&parents, &BTreeSet::from([id])).map_err(|misplaced| match misplaced {
        Misplaced::UnderItself(_) => {
            let detail = "a department cannot be a unit of itself or of one of its units";
            Error::refused("department-under-itself", detail, json!({}))
        }
        Misplaced::TooDeep(_) => {
            let detail = format!("departments are at most {MOST_LEVELS} over each other");
            Error::refused("department-too-deep", detail, json!({ "most": MOST_LEVELS }))
        }
    })
}

/// Puts departments under directorates, by name; both are made where they are not there yet.
pub fn put_directorates(
    conn: &mut DbConn,
    organisation: OrganisationId,
    directorates: &BTreeMap<String, String>,
) -> Result<()> {
    store::lock(conn, organisation)?;
    let names = directorates.iter().flat_map(|(unit, directorate)| [unit.as_str(), directorate.as_str()]);
    let ids = ensure(conn, organisation, names.collect())?;
    for (unit, directorate) in directorates {
        if let Some(id) = ids.get(unit) {
            departments::set_parent(conn, organisation, *id, ids.get(directorate).copied())?;
        }
    }
    let moved = directorates.keys().filter_map(|unit| ids.get(unit).copied()).collect();
    rules::may_stand(&departments::parents(conn, organisation)?, &moved).map_err(|misplaced| {
        let (Misplaced::UnderItself(id) | Misplaced::TooDeep(id)) = misplaced;
        let name = ids.iter().find(|(_, known)| **known == id).map_or("", |(name, _)| name);
        let (code, why) = match misplaced {
            Misplaced::UnderItself(_) => ("department-under-itself", "would be a unit of itself".to_owned()),
            Misplaced::TooDeep(_) => (
                "department-too-deep",
                format!("would have more than {} directorates over it", MOST_LEVELS - 1),
            ),
        };
        Fault::new(code, format!("“{}” {why}", excerpt(name))).in_field("directorates").into()
    })
}

/// Departments by name, of which those of these names are made where they are not there yet. For whoever holds the
/// organisation's [`lock`](store::lock).
pub(super) fn ensure(
    conn: &mut DbConn,
    organisation: OrganisationId,
    names: BTreeSet<&str>,
) -> Result<BTreeMap<String, DepartmentId>> {
    let known = departments::by_name(conn, organisation)?;
    let missing = names.into_iter().filter(|name| !known.contains_key(*name));
    departments::insert_missing(conn, organisation, missing)?;
    departments::by_name(conn, organisation)
}

/// Which directorate a department belongs to, by name, for those that belong to one.
pub fn directorates(conn: &mut DbConn, organisation: OrganisationId) -> Result<BTreeMap<String, String>> {
    departments::directorates(conn, organisation)
}
