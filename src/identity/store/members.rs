//! Queries of memberships, and of who calls.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::calendar_feeds;
use crate::access::TAKES_PART;
use crate::on_backend;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{
    accounts, api_tokens, cohort_trainers, enrolments, memberships, organisations, people, session_trainers,
    sign_ins,
};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, CohortId, OrganisationId, PersonId, SignInId};

/// Whether the account may still come in, and the sign-in that it came through; whether it is an operator's.
pub fn standing(
    conn: &mut DbConn,
    account: AccountId,
    through: Option<SignInId>,
    now: NaiveDateTime,
) -> Result<Option<bool>> {
    let account = accounts::table
        .filter(accounts::id.eq(account))
        .filter(accounts::disabled_at.is_null())
        .select(accounts::operator);
    let found = match through {
        None => account.first(conn),
        Some(through) => account
            .inner_join(sign_ins::table.on(sign_ins::account_id.eq(accounts::id)))
            .filter(sign_ins::id.eq(through))
            .filter(sign_ins::ended_at.is_null())
            .filter(sign_ins::expires_at.gt(now))
            .first(conn),
    };
    Ok(found.optional()?)
}

/// A membership as far as decisions depend on it.
#[derive(Clone, Debug, Queryable)]
pub struct MemberRow {
    pub organisation: OrganisationId,
    pub organisation_name: String,
    pub roles: String,
    pub names: bool,
    pub person: Option<PersonId>,
    pub employee_id: Option<String>,
    pub teaches: bool,
    pub enrolled: bool,
}

/// An account's membership in the organisation with this code, and how it stands to a cohort, in one query.
pub fn member(
    conn: &mut DbConn,
    account: AccountId,
    code: &str,
    cohort: CohortId,
) -> Result<Option<MemberRow>> {
    let teaches = exists(
        cohort_trainers::table
            .filter(cohort_trainers::organisation_id.eq(memberships::organisation_id))
            .filter(cohort_trainers::cohort_id.eq(cohort))
            .filter(cohort_trainers::account_id.eq(account)),
    );
    let enrolled = exists(
        enrolments::table
            .filter(enrolments::organisation_id.eq(memberships::organisation_id))
            .filter(enrolments::cohort_id.eq(cohort))
            .filter(enrolments::person_id.nullable().eq(memberships::person_id))
            .filter(enrolments::state.eq_any(TAKES_PART)),
    );
    Ok(memberships::table
        .inner_join(organisations::table.on(organisations::id.eq(memberships::organisation_id)))
        .left_join(
            people::table.on(people::organisation_id
                .eq(memberships::organisation_id)
                .and(people::id.nullable().eq(memberships::person_id))),
        )
        .filter(organisations::code.eq(code))
        .filter(memberships::account_id.eq(account))
        .select((
            organisations::id,
            organisations::name,
            memberships::roles,
            memberships::names,
            memberships::person_id,
            people::employee_id.nullable(),
            teaches,
            enrolled,
        ))
        .first(conn)
        .optional()?)
}

/// A membership as its account sees it.
#[derive(Clone, Debug, Queryable)]
pub struct OwnMembership {
    pub organisation: OrganisationId,
    pub person: Option<PersonId>,
    pub organisation_code: String,
    pub organisation_name: String,
    pub roles: String,
    pub names: bool,
}

/// The organisations that an account belongs to, by code. Within `Scope::Account`.
pub fn of_account(conn: &mut DbConn, account: AccountId) -> Result<Vec<OwnMembership>> {
    Ok(memberships::table
        .inner_join(organisations::table.on(organisations::id.eq(memberships::organisation_id)))
        .filter(memberships::account_id.eq(account))
        .order(organisations::code)
        .select((
            organisations::id,
            memberships::person_id,
            organisations::code,
            organisations::name,
            memberships::roles,
            memberships::names,
        ))
        .load(conn)?)
}

/// The organisations that an account belongs to, to go on in each. Within `Scope::Account`.
pub fn organisations_of_account(conn: &mut DbConn, account: AccountId) -> Result<Vec<OrganisationId>> {
    Ok(memberships::table
        .filter(memberships::account_id.eq(account))
        .order(memberships::organisation_id)
        .select(memberships::organisation_id)
        .load(conn)?)
}

/// A membership as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct MembershipRow {
    pub account: AccountId,
    pub name: String,
    pub email: String,
    pub roles: String,
    pub names: bool,
    pub employee_id: Option<String>,
    pub created_at: NaiveDateTime,
}

/// Which of an organisation's members.
#[derive(Clone, Copy, Debug)]
pub enum Members {
    Page { after: Option<AccountId>, limit: i64 },
    One(AccountId),
}

/// Members of an organisation, in the order of their accounts.
pub fn of_organisation(
    conn: &mut DbConn,
    organisation: OrganisationId,
    which: Members,
) -> Result<Vec<MembershipRow>> {
    let mut query = memberships::table
        .inner_join(accounts::table.on(accounts::id.eq(memberships::account_id)))
        .left_join(
            people::table.on(people::organisation_id
                .eq(memberships::organisation_id)
                .and(people::id.nullable().eq(memberships::person_id))),
        )
        .filter(memberships::organisation_id.eq(organisation))
        .order(accounts::id)
        .select((
            accounts::id,
            accounts::name,
            accounts::email,
            memberships::roles,
            memberships::names,
            people::employee_id.nullable(),
            memberships::created_at,
        ))
        .into_boxed();
    query = match which {
        Members::Page { after, limit } => {
            query.filter(accounts::id.gt(after.unwrap_or(AccountId(0)))).limit(limit)
        }
        Members::One(account) => query.filter(accounts::id.eq(account)),
    };
    Ok(query.load(conn)?)
}

/// The roles of every member, for deciding whether somebody is the last of a kind.
pub fn roles(conn: &mut DbConn, organisation: OrganisationId) -> Result<Vec<(AccountId, String)>> {
    Ok(memberships::table
        .filter(memberships::organisation_id.eq(organisation))
        .select((memberships::account_id, memberships::roles))
        .load(conn)?)
}

/// What somebody becomes in an organisation.
#[derive(Clone, Copy, Debug)]
pub struct Becomes<'a> {
    pub roles: &'a str,
    pub names: bool,
    pub person: Option<PersonId>,
}

/// Makes an account a member; none is made where it is one, or where the person has an account already.
pub fn insert(
    conn: &mut DbConn,
    organisation: OrganisationId,
    account: AccountId,
    becomes: Becomes<'_>,
    now: NaiveDateTime,
) -> Result<bool> {
    let made = on_backend!(conn, c => diesel::insert_into(memberships::table)
        .values((
            memberships::organisation_id.eq(organisation),
            memberships::account_id.eq(account),
            memberships::roles.eq(becomes.roles),
            memberships::names.eq(becomes.names),
            memberships::person_id.eq(becomes.person),
            memberships::created_at.eq(now),
            memberships::changed_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(made == 1)
}

/// Changes what a member is; says whether there is such a member.
pub fn update(
    conn: &mut DbConn,
    organisation: OrganisationId,
    account: AccountId,
    becomes: Becomes<'_>,
    now: NaiveDateTime,
) -> Result<bool> {
    let changed = diesel::update(memberships::table)
        .filter(memberships::organisation_id.eq(organisation))
        .filter(memberships::account_id.eq(account))
        .set((
            memberships::roles.eq(becomes.roles),
            memberships::names.eq(becomes.names),
            memberships::person_id.eq(becomes.person),
            memberships::changed_at.eq(now),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Takes an account out of an organisation, with what it teaches there, its tokens and its calendar feed.
pub fn delete(conn: &mut DbConn, organisation: OrganisationId, account: AccountId) -> Result<bool> {
    diesel::delete(session_trainers::table)
        .filter(session_trainers::organisation_id.eq(organisation))
        .filter(session_trainers::account_id.eq(account))
        .execute(conn)?;
    diesel::delete(cohort_trainers::table)
        .filter(cohort_trainers::organisation_id.eq(organisation))
        .filter(cohort_trainers::account_id.eq(account))
        .execute(conn)?;
    diesel::delete(api_tokens::table)
        .filter(api_tokens::organisation_id.eq(organisation))
        .filter(api_tokens::account_id.eq(account))
        .execute(conn)?;
    calendar_feeds::delete(conn, organisation, account)?;
    let deleted = diesel::delete(memberships::table)
        .filter(memberships::organisation_id.eq(organisation))
        .filter(memberships::account_id.eq(account))
        .execute(conn)?;
    Ok(deleted == 1)
}

/// Which account a person of the roster has, if any.
pub fn account_of_person(
    conn: &mut DbConn,
    organisation: OrganisationId,
    person: PersonId,
) -> Result<Option<AccountId>> {
    Ok(memberships::table
        .filter(memberships::organisation_id.eq(organisation))
        .filter(memberships::person_id.eq(person))
        .select(memberships::account_id)
        .first(conn)
        .optional()?)
}

/// The languages of the accounts of people who have one.
pub fn languages(
    conn: &mut DbConn,
    organisation: OrganisationId,
    people: &[PersonId],
) -> Result<BTreeMap<PersonId, String>> {
    let mut languages = BTreeMap::new();
    for people in people.chunks(500) {
        let rows: Vec<(Option<PersonId>, String)> = memberships::table
            .inner_join(accounts::table.on(accounts::id.eq(memberships::account_id)))
            .filter(memberships::organisation_id.eq(organisation))
            .filter(memberships::person_id.eq_any(people.iter().copied().map(Some).collect::<Vec<_>>()))
            .select((memberships::person_id, accounts::language))
            .load(conn)?;
        languages.extend(rows.into_iter().filter_map(|(person, language)| Some((person?, language))));
    }
    Ok(languages)
}

/// Who a member is to whom somebody writes.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Contact {
    pub name: String,
    pub email: String,
    /// BCP 47 tag.
    pub language: String,
}

/// Some members, as far as they are that.
pub fn contacts(
    conn: &mut DbConn,
    organisation: OrganisationId,
    members: &[AccountId],
) -> Result<BTreeMap<AccountId, Contact>> {
    let rows: Vec<(AccountId, Contact)> = memberships::table
        .inner_join(accounts::table.on(accounts::id.eq(memberships::account_id)))
        .filter(memberships::organisation_id.eq(organisation))
        .filter(memberships::account_id.eq_any(members.to_vec()))
        .filter(accounts::disabled_at.is_null())
        .select((accounts::id, (accounts::name, accounts::email, accounts::language)))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The employee id of a person of the roster.
pub fn employee_id(
    conn: &mut DbConn,
    organisation: OrganisationId,
    person: PersonId,
) -> Result<Option<String>> {
    Ok(people::table
        .filter(people::organisation_id.eq(organisation))
        .filter(people::id.eq(person))
        .select(people::employee_id)
        .first(conn)
        .optional()?)
}
