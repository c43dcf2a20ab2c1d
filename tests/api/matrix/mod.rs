//! Who may do what, asked of every operation of the description: each of them, by everybody whom there is.
//!
//! An operation is called as [`calls::CALLS`] says, by each of [`world::Persona`], and answers as [`expected`] says, which
//! repeats the product's table in words of its own: a change of one alone fails. An operation without an entry fails,
//! and so does an entry without an operation. A call that is refused changes nothing in the database.

mod calls;
mod expected;
mod within;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use rights_academy::platform::http::openapi::document;
use serde_json::Value;

use self::calls::{CALLS, Call};
use self::expected::{Expected, Rule, expected, rules};
use self::world::{Persona, World};
use crate::support::databases::on_both;

/// An operation as the description has it.
struct Operation {
    /// Such as `GET /api/v1/programmes`.
    name: String,
    /// The permission that it names; none where it is open to everybody.
    permission: Option<String>,
    /// The statuses that the description lists.
    statuses: BTreeSet<u16>,
}

fn operations() -> Vec<Operation> {
    let described: Value = serde_json::to_value(document(rights_academy::api, rights_academy::root)).unwrap();
    let mut operations = Vec::new();
    for (path, item) in described["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{} {path}", method.to_uppercase());
            let statuses = operation["responses"].as_object().unwrap().keys();
            let statuses = statuses.filter_map(|status| status.parse().ok()).collect();
            operations.push(Operation { permission: permission(&name, operation), name, statuses });
        }
    }
    operations
}

/// The one permission of `security: [{bearer: [NAME]}]`, or none where that is `[{}]`.
fn permission(name: &str, operation: &Value) -> Option<String> {
    let security = operation["security"].as_array().unwrap_or_else(|| panic!("{name} names no permission"));
    let [requirement] = &security[..] else { panic!("{name}: {security:?}") };
    if requirement.as_object().unwrap().is_empty() {
        return None;
    }
    let [permission] = &requirement["bearer"].as_array().unwrap()[..] else {
        panic!("{name}: {requirement}")
    };
    Some(permission.as_str().unwrap().to_owned())
}

/// Every permission that some request is asked for.
pub fn permissions() -> BTreeSet<String> {
    let of_operations = operations().into_iter().filter_map(|operation| operation.permission);
    of_operations.chain(within::PERMISSIONS.map(str::to_owned)).collect()
}

#[test]
fn every_operation_has_an_entry_and_every_entry_an_operation() {
    let described: BTreeSet<String> = operations().into_iter().map(|operation| operation.name).collect();
    let entered: BTreeSet<String> = CALLS.iter().map(|call| call.operation.to_owned()).collect();
    assert_eq!(entered.len(), CALLS.len(), "an operation has two entries");
    let without: Vec<&String> = described.difference(&entered).collect();
    assert!(without.is_empty(), "operations without an entry in tests/api/matrix/calls.rs: {without:#?}");
    let surplus: Vec<&String> = entered.difference(&described).collect();
    assert!(surplus.is_empty(), "entries of tests/api/matrix/calls.rs without an operation: {surplus:#?}");
}

#[test]
fn every_permission_of_an_operation_is_expected_of_somebody() {
    let named: BTreeSet<String> = operations().into_iter().filter_map(|o| o.permission).collect();
    let expected: BTreeSet<String> = rules().into_keys().collect();
    assert_eq!(named, expected, "the rows of tests/api/matrix/expected.rs");
}

on_both! {
    fn everybody_may_do_what_is_theirs_and_nothing_else(db: TestDb) {
        let (world, rules) = (World::new(&db), rules());
        let calls: BTreeMap<&str, &Call> = CALLS.iter().map(|call| (call.operation, call)).collect();
        let mut wrong = Vec::new();
        for operation in operations() {
            let call = calls[operation.name.as_str()];
            let rule = operation.permission.as_ref().map(|name| (name.as_str(), &rules[name]));
            for persona in Persona::all() {
                wrong.extend(tried(&world, &operation, call, rule, persona).err());
            }
        }
        assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// Lets somebody call an operation, and says what is wrong about the answer or what it did.
fn tried(
    world: &World,
    operation: &Operation,
    call: &Call,
    rule: Option<(&str, &Rule)>,
    persona: Persona,
) -> Result<(), String> {
    let client = world.client(persona, operation.permission.as_deref());
    let request = call.prepare(world, persona);
    let before = world.state();
    let answer = request.send(&client);
    let changed = world.state() != before;
    let names_cohort = operation.name.contains("{cohort}");
    let expected = rule.map_or(Expected::Served, |(name, rule)| expected(name, rule, names_cohort, persona));
    let told = format!("{} by {persona:?}: {}", operation.name, answer.status);
    if !expected.is(answer.status) {
        return Err(format!("{told}, not {expected:?}: {}", answer.text()));
    }
    if expected == Expected::Served && !(200..300).contains(&answer.status) {
        return Err(format!("{told}, the entry should make it a success: {}", answer.text()));
    }
    if !operation.statuses.contains(&answer.status) {
        return Err(format!("{told}, which is not described"));
    }
    if expected != Expected::Served && changed {
        return Err(format!("{told}, and something is changed"));
    }
    Ok(())
}
