//! An organisation's accounts and what they are.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde_json::json;

use super::invitations::{person, refuse_taken_person, revoke_earlier};
use crate::access::Role;
pub use crate::identity::store::members::Contact;
use crate::identity::store::members::{self, Becomes, Members, MembershipRow};
use crate::identity::{roles_of_text, roles_to_text, rules};
use crate::organisations::service as organisations;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::faults::Faults;
use crate::platform::ids::{AccountId, OrganisationId, PersonId};

/// What a member shall be.
#[derive(Clone, Debug)]
pub struct Change {
    pub roles: Vec<Role>,
    pub names: bool,
    /// Who it is in the roster.
    pub employee_id: Option<String>,
}

/// A page of members, in the order of their accounts.
pub fn page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    after: Option<AccountId>,
    limit: i64,
) -> Result<Vec<MembershipRow>> {
    members::of_organisation(conn, organisation, Members::Page { after, limit })
}

/// The languages of the accounts of people who have one, by person.
pub fn languages(
    conn: &mut DbConn,
    organisation: OrganisationId,
    people: &[PersonId],
) -> Result<BTreeMap<PersonId, String>> {
    members::languages(conn, organisation, people)
}

/// How some members are written to; whoever is no member, or cannot sign in any more, is not listed.
pub fn contacts(
    conn: &mut DbConn,
    organisation: OrganisationId,
    accounts: &[AccountId],
) -> Result<BTreeMap<AccountId, Contact>> {
    members::contacts(conn, organisation, accounts)
}

/// One member, or [`Error::NotFound`].
pub fn member(conn: &mut DbConn, organisation: OrganisationId, account: AccountId) -> Result<MembershipRow> {
    let found = members::of_organisation(conn, organisation, Members::One(account))?.pop();
    found.ok_or_else(|| Error::not_found("account"))
}

/// Changes what a member is. It holds from the next request on, and no older invitation undoes it.
pub fn change(
    conn: &mut DbConn,
    organisation: OrganisationId,
    account: AccountId,
    change: &Change,
    now: NaiveDateTime,
) -> Result<MembershipRow> {
    organisations::hold(conn, organisation)?;
    let known = member(conn, organisation, account)?;
    let mut faults = Faults::default();
    if let Err(fault) = rules::roles(&change.roles, change.names) {
        faults.push(fault);
    }
    let person = person(conn, organisation, change.employee_id.as_deref(), &mut faults)?;
    faults.into_result(())?;
    if let Some(person) = person {
        refuse_taken_person(conn, organisation, person, Some(account))?;
    }
    if !change.roles.contains(&Role::Administrator) {
        refuse_last_administrator(conn, organisation, account)?;
    }
    let becomes = Becomes { roles: &roles_to_text(&change.roles), names: change.names, person };
    members::update(conn, organisation, account, becomes, now)?;
    revoke_earlier(conn, organisation, &known.email, now)?;
    member(conn, organisation, account)
}

/// Takes an account out of the organisation, with what it teaches there, its tokens, its calendar feed and the invitations
/// to its address; the account itself stays.
pub fn remove(
    conn: &mut DbConn,
    organisation: OrganisationId,
    account: AccountId,
    now: NaiveDateTime,
) -> Result<()> {
    organisations::hold(conn, organisation)?;
    let known = member(conn, organisation, account)?;
    refuse_last_administrator(conn, organisation, account)?;
    revoke_earlier(conn, organisation, &known.email, now)?;
    members::delete(conn, organisation, account).map(drop)
}

/// An organisation's administrators.
pub(super) fn administrators(conn: &mut DbConn, organisation: OrganisationId) -> Result<Vec<AccountId>> {
    let mut administrators = Vec::new();
    for (member, roles) in members::roles(conn, organisation)? {
        if roles_of_text(&roles)?.contains(&Role::Administrator) {
            administrators.push(member);
        }
    }
    Ok(administrators)
}

/// Nobody could let anybody in any more.
fn refuse_last_administrator(
    conn: &mut DbConn,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<()> {
    let administrators = administrators(conn, organisation)?;
    if administrators == [account] {
        let detail = "An organisation keeps at least one administrator: make somebody else one first.";
        return Err(Error::refused("last-administrator", detail, json!({})));
    }
    Ok(())
}
