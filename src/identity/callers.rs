//! Who a caller is: what they show, brought to an account, its sign-in and its membership.

use chrono::NaiveDateTime;

use super::access_tokens::AccessTokens;
use super::roles_of_text;
use super::secrets::{self, Kind};
use super::store::members;
use crate::access::{
    Authenticate, Caller, Credential, Member, Named, Target, TargetCohort, TargetPerson, Via,
};
use crate::platform::clock::Clock;
use crate::platform::db::{Db, DbConn, Scope, enter};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, CohortId};

/// Knows callers by access tokens, API tokens and cookies.
#[derive(Clone)]
pub struct Callers {
    db: Db,
    clock: Clock,
    tokens: AccessTokens,
}

impl Callers {
    pub fn new(db: Db, clock: Clock, tokens: AccessTokens) -> Self {
        Callers { db, clock, tokens }
    }
}

impl Authenticate for Callers {
    fn caller(&self, credential: &Credential, named: &Named) -> Result<Option<Caller>> {
        let now = self.clock.now().naive_utc();
        // Where the path names no organisation, none is looked at.
        let code = named.organisation.as_deref().unwrap_or_default();
        match credential {
            Credential::Bearer(token) if token.starts_with(Kind::ApiToken.prefix()) => {
                let Some(sha256) = secrets::kept(Kind::ApiToken, token) else { return Ok(None) };
                self.db.read(Scope::Secret(&sha256), |conn| of_api_token(conn, &sha256, named, now))
            }
            Credential::Bearer(token) => {
                let Some(claims) = self.tokens.check(token)? else { return Ok(None) };
                let via = Via::SignIn(claims.sign_in);
                self.db.read(Scope::Code(code), |conn| of_account(conn, claims.account, via, named, now))
            }
            Credential::Cookie(secret) => {
                let Some(sha256) = secrets::kept(Kind::Cookie, secret) else { return Ok(None) };
                self.db.read(Scope::Code(code), |conn| {
                    let Some((sign_in, account)) = secrets::cookie(conn, &sha256, now)? else {
                        return Ok(None);
                    };
                    of_account(conn, account, Via::SignIn(sign_in), named, now)
                })
            }
        }
    }
}

/// A token for scripts belongs to one organisation: in any other its account is nobody.
fn of_api_token(
    conn: &mut DbConn,
    sha256: &[u8; 32],
    named: &Named,
    now: NaiveDateTime,
) -> Result<Option<Caller>> {
    let Some(token) = secrets::api_token(conn, sha256, now)? else { return Ok(None) };
    enter(conn, Scope::Organisation(token.organisation))?;
    let scope = token.scope.split_whitespace().map(str::to_owned).collect();
    let via = Via::ApiToken { id: token.id, scope };
    let elsewhere = named.organisation.as_ref().is_some_and(|named| *named != token.organisation_code);
    let nowhere = Named::default();
    of_account(conn, token.account, via, if elsewhere { &nowhere } else { named }, now)
}

fn of_account(
    conn: &mut DbConn,
    account: AccountId,
    via: Via,
    named: &Named,
    now: NaiveDateTime,
) -> Result<Option<Caller>> {
    let through = match &via {
        Via::SignIn(id) => Some(*id),
        Via::ApiToken { .. } => None,
    };
    let Some(operator) = members::standing(conn, account, through, now)? else { return Ok(None) };
    // PostgreSQL takes no NUL in a text, so no organisation has one in its code.
    let code = named.organisation.as_deref().filter(|code| !code.contains('\0'));
    let row = match code {
        Some(code) => members::member(conn, account, code, named.cohort_id().unwrap_or(CohortId(0)))?,
        None => None,
    };
    let mut target = Target::default();
    if let Some(row) = &row {
        let (teaches, enrolled) = (row.teaches, row.enrolled);
        target.cohort = named.cohort.as_ref().map(|_| TargetCohort { teaches, enrolled });
        target.person = named.employee_id.as_ref().map(|employee_id| {
            let oneself = row.employee_id.as_ref() == Some(employee_id);
            if oneself { TargetPerson::Oneself } else { TargetPerson::SomebodyElse }
        });
    }
    let member = row.map(|row| -> Result<Member> {
        Ok(Member {
            organisation: row.organisation,
            organisation_name: row.organisation_name,
            roles: roles_of_text(&row.roles)?,
            names: row.names,
            person: row.person,
        })
    });
    Ok(Some(Caller { account, operator, via, member: member.transpose()?, target }))
}
