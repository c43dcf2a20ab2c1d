//! Organisations, and accounts that are signed in there, without the ways in.

use diesel::prelude::*;
use rights_academy::access::Role;
use rights_academy::identity::access_tokens::AccessTokens;
use rights_academy::identity::{passwords, roles_to_text};
use rights_academy::organisations::{Organisation, service};
use rights_academy::platform::Platform;
use rights_academy::platform::db::schema::{accounts, memberships, organisations, people, sign_ins};
use rights_academy::platform::db::{DbConn, Scope, enter};
use rights_academy::platform::ids::{AccountId, OrganisationId, PersonId, SignInId};

/// The address of the tests' installation, which is the issuer of its tokens.
pub const HOME: &str = "https://academy.example";

pub fn organisation(platform: &Platform, code: &str, name: &str) -> Organisation {
    let now = platform.clock.now().naive_utc();
    platform.db.write_tx(Scope::Installation, |conn| service::create(conn, code, name, now)).unwrap()
}

/// An account with this address, made if there is none.
pub fn account(platform: &Platform, email: &str, operator: bool) -> AccountId {
    let now = platform.clock.now().naive_utc();
    let made = platform.db.write_tx(Scope::Installation, |conn| {
        let known = accounts::table.filter(accounts::email_folded.eq(email)).select(accounts::id);
        if let Some(known) = known.first(conn).optional()? {
            return Ok(known);
        }
        Ok(diesel::insert_into(accounts::table)
            .values((
                accounts::email.eq(email),
                accounts::email_folded.eq(email),
                accounts::name.eq("Somebody"),
                accounts::language.eq("en"),
                accounts::operator.eq(operator),
                accounts::created_at.eq(now),
                accounts::changed_at.eq(now),
            ))
            .returning(accounts::id)
            .get_result(conn)?)
    });
    made.unwrap()
}

/// Gives the account a password.
pub fn with_password(platform: &Platform, account: AccountId, password: &str) {
    let hash = passwords::hash(password, &platform.random).unwrap();
    let set = |conn: &mut DbConn| {
        let account = accounts::table.filter(accounts::id.eq(account));
        Ok(diesel::update(account).set(accounts::password_hash.eq(&hash)).execute(conn)?)
    };
    assert_eq!(platform.db.write_tx(Scope::Installation, set).unwrap(), 1);
}

/// What an account is in an organisation, from now on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Joins<'a> {
    pub roles: &'a [Role],
    pub names: bool,
    /// Who it is in the roster.
    pub employee_id: Option<&'a str>,
}

/// Makes the account a member of the organisation with this code.
pub fn join(platform: &Platform, account: AccountId, code: &str, joins: Joins<'_>) {
    let now = platform.clock.now().naive_utc();
    let joined = platform.db.write_tx(Scope::Installation, |conn| {
        let organisation: OrganisationId = organisations::table
            .filter(organisations::code.eq(code))
            .select(organisations::id)
            .first(conn)?;
        enter(conn, Scope::Organisation(organisation))?;
        let person: Option<PersonId> = match joins.employee_id {
            None => None,
            Some(id) => {
                let of_organisation = people::table.filter(people::organisation_id.eq(organisation));
                Some(of_organisation.filter(people::employee_id.eq(id)).select(people::id).first(conn)?)
            }
        };
        diesel::delete(
            memberships::table
                .filter(memberships::organisation_id.eq(organisation))
                .filter(memberships::account_id.eq(account)),
        )
        .execute(conn)?;
        diesel::insert_into(memberships::table)
            .values((
                memberships::organisation_id.eq(organisation),
                memberships::account_id.eq(account),
                memberships::roles.eq(roles_to_text(joins.roles)),
                memberships::names.eq(joins.names),
                memberships::person_id.eq(person),
                memberships::created_at.eq(now),
                memberships::changed_at.eq(now),
            ))
            .execute(conn)?;
        Ok(())
    });
    joined.unwrap();
}

/// Signs the account in as a program, for a day, and gives its access token.
pub fn signed_in(platform: &Platform, account: AccountId) -> (SignInId, String) {
    let now = platform.clock.now().naive_utc();
    let sign_in: SignInId = platform
        .db
        .write_tx(Scope::Installation, |conn| {
            Ok(diesel::insert_into(sign_ins::table)
                .values((
                    sign_ins::account_id.eq(account),
                    sign_ins::kind.eq("program"),
                    sign_ins::client.eq("Unknown"),
                    sign_ins::created_at.eq(now),
                    sign_ins::last_used_at.eq(now),
                    sign_ins::expires_at.eq(now + chrono::Duration::days(1)),
                ))
                .returning(sign_ins::id)
                .get_result(conn)?)
        })
        .unwrap();
    let Platform { keys, clock, random, .. } = platform.clone();
    let issued = AccessTokens::new(keys, clock, random, HOME.into()).issue(account, sign_in).unwrap();
    (sign_in, issued.token.expose().clone())
}
