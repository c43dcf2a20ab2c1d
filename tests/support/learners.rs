//! Many learners at once, who have signed in; for races and the benchmark of enrolling.

use diesel::prelude::*;
use rights_academy::access::Role;
use rights_academy::identity::access_tokens::AccessTokens;
use rights_academy::identity::roles_to_text;
use rights_academy::platform::Platform;
use rights_academy::platform::db::schema::{accounts, departments, memberships, people, sign_ins};
use rights_academy::platform::db::{DbConn, Scope};
use rights_academy::platform::ids::{AccountId, DepartmentId, OrganisationId, PersonId, SignInId};

/// Puts so many people of one department on the roster in one commit, each with an account; them and their tokens.
pub fn learners(
    platform: &Platform,
    organisation: OrganisationId,
    home: &str,
    count: usize,
) -> Vec<(PersonId, String)> {
    let now = platform.clock.now().naive_utc();
    let made = platform.db.write_alone(Scope::Organisation(organisation), |conn| {
        let department: DepartmentId = diesel::insert_into(departments::table)
            .values((departments::organisation_id.eq(organisation), departments::name.eq("Everybody")))
            .returning(departments::id)
            .get_result(conn)?;
        let mut made: Vec<(PersonId, AccountId, SignInId)> = Vec::new();
        for n in 0..count {
            made.push(learner(conn, organisation, department, n, now)?);
        }
        Ok(made)
    });
    let Platform { keys, clock, random, .. } = platform.clone();
    let tokens = AccessTokens::new(keys, clock, random, home.to_owned());
    let learner = |(person, account, sign_in)| {
        let issued = tokens.issue(account, sign_in).expect("a token");
        (person, issued.token.expose().clone())
    };
    made.expect("learners").into_iter().map(learner).collect()
}

fn learner(
    conn: &mut DbConn,
    organisation: OrganisationId,
    department: DepartmentId,
    n: usize,
    now: chrono::NaiveDateTime,
) -> rights_academy::platform::error::Result<(PersonId, AccountId, SignInId)> {
    let email = format!("learner-{n}@learners.example");
    let account: AccountId = diesel::insert_into(accounts::table)
        .values((
            accounts::email.eq(&email),
            accounts::email_folded.eq(&email),
            accounts::name.eq("Somebody"),
            accounts::language.eq("en"),
            accounts::operator.eq(false),
            accounts::created_at.eq(now),
            accounts::changed_at.eq(now),
        ))
        .returning(accounts::id)
        .get_result(conn)?;
    let person: PersonId = diesel::insert_into(people::table)
        .values((
            people::organisation_id.eq(organisation),
            people::employee_id.eq(format!("L{n:05}")),
            people::name.eq(format!("Learner {n}")),
            people::email.eq(&email),
            people::email_folded.eq(&email),
            people::department_id.eq(department),
            people::created_at.eq(now),
        ))
        .returning(people::id)
        .get_result(conn)?;
    diesel::insert_into(memberships::table)
        .values((
            memberships::organisation_id.eq(organisation),
            memberships::account_id.eq(account),
            memberships::roles.eq(roles_to_text(&[Role::Learner])),
            memberships::names.eq(false),
            memberships::person_id.eq(Some(person)),
            memberships::created_at.eq(now),
            memberships::changed_at.eq(now),
        ))
        .execute(conn)?;
    let sign_in: SignInId = diesel::insert_into(sign_ins::table)
        .values((
            sign_ins::account_id.eq(account),
            sign_ins::kind.eq("program"),
            sign_ins::client.eq("Unknown"),
            sign_ins::created_at.eq(now),
            sign_ins::last_used_at.eq(now),
            sign_ins::expires_at.eq(now + chrono::Duration::days(1)),
        ))
        .returning(sign_ins::id)
        .get_result(conn)?;
    Ok((person, account, sign_in))
}
