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

/// Changes and removals of what is read as JSON at the same address.
fn edits() -> Vec<Operation> {
    let described: Value = serde_json::to_value(document(rights_academy::api, rights_academy::root)).unwrap();
    let is_edit = |operation: &Operation| {
        let (method, path) = operation.name.split_once(' ').unwrap();
        let read = &described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"];
        ["PUT", "PATCH", "DELETE"].contains(&method) && read.is_object()
    };
    let edits: Vec<Operation> = operations().into_iter().filter(is_edit).collect();
    assert!(edits.len() >= 6, "{}", edits.len());
    edits
}

#[test]
fn every_edit_is_described_with_the_tag_that_it_needs() {
    let described: Value = serde_json::to_value(document(rights_academy::api, rights_academy::root)).unwrap();
    for edit in edits() {
        let (method, path) = edit.name.split_once(' ').unwrap();
        let item = &described["paths"][path];
        let parameters = item[method.to_lowercase()]["parameters"].as_array().unwrap();
        let needed = parameters.iter().find(|parameter| parameter["name"] == "If-Match");
        assert_eq!(needed.map(|needed| &needed["required"]), Some(&Value::Bool(true)), "{}", edit.name);
        assert!(edit.statuses.contains(&412) && edit.statuses.contains(&428), "{}", edit.name);
        assert!(item["get"]["responses"]["200"]["headers"]["ETag"].is_object(), "{}", edit.name);
    }
}

on_both! {
    fn every_edit_is_held_to_what_was_seen(db: TestDb) {
        let world = World::new(&db);
        let calls: BTreeMap<&str, &Call> = CALLS.iter().map(|call| (call.operation, call)).collect();
        for edit in edits() {
            let client = world.client(Persona::Administrator, edit.permission.as_deref());
            let request = calls[edit.name.as_str()].prepare(&world, Persona::Administrator);
            let (path, is_removal) = (request.path().to_owned(), edit.name.starts_with("DELETE"));
            let seen = client.get(&path).expect(200).header("etag").to_owned();
            assert!(seen.starts_with('"'), "{} {seen:?}", edit.name);
            client.get_with(&path, ("If-None-Match", &seen)).expect(304);

            let before = world.state();
            request.clone().send_seen(&client, None).problem(428, "precondition-required");
            let stale = format!("\"another\", W/{seen}");
            request.clone().send_seen(&client, Some(&stale)).problem(412, "precondition-failed");
            assert_eq!(world.state(), before, "{}", edit.name);

            let done = request.clone().send_seen(&client, Some(&seen));
            assert!((200..300).contains(&done.status), "{}: {}", edit.name, done.text());
            if is_removal {
                // It is gone, or what it was before somebody made it their own.
                let after = client.get(&path);
                let back = after.status == 200 && after.header("etag") != seen;
                assert!(back || after.status == 404, "{}: {}", edit.name, after.text());
                // A condition is looked at for what is there (RFC 9110, 13.2.1).
                request.send_seen(&client, Some("*")).expect(404);
            } else {
                let now = client.get(&path).expect(200);
                assert_eq!(done.header("etag"), now.header("etag"), "{}", edit.name);
                assert_eq!(done.bytes, now.bytes, "{}", edit.name);
                request.clone().send_seen(&client, Some("*")).expect(done.status);
            }
        }
    }
}
