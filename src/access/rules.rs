//! The decision: pure, from a row of the table and whoever calls.

use super::permissions::{Cell, Of, Otherwise, Permission};
use super::{Caller, Member, Reach, Target, TargetPerson, Via};

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// They may not even know that it is there.
    Hidden,
    /// They may see it, and not do this to it.
    Forbidden,
    /// They may, and their token may not.
    ScopeMissing,
    /// Only somebody who signed in may, not a token for scripts.
    SignInNeeded,
}

/// How far the caller reaches with a permission, or why not.
pub fn decide(permission: &Permission, caller: &Caller) -> Result<Reach, Refused> {
    let reach = reach(permission, caller);
    let Some(reach) = reach else {
        return Err(match permission.otherwise {
            Otherwise::Forbidden(seen) if self::reach(seen, caller).is_some() => Refused::Forbidden,
            Otherwise::Forbidden(_) | Otherwise::Hidden => Refused::Hidden,
        });
    };
    match &caller.via {
        Via::ApiToken { .. } if !permission.is_for_scripts() => Err(Refused::SignInNeeded),
        Via::ApiToken { scope, .. } if !scope.iter().any(|name| name == permission.name) => {
            Err(Refused::ScopeMissing)
        }
        _ => Ok(reach),
    }
}

/// How far the caller reaches, whatever the token's scope.
fn reach(permission: &Permission, caller: &Caller) -> Option<Reach> {
    let all = Reach { all: true, ..Reach::default() };
    match permission.of {
        Of::Anybody | Of::Oneself => Some(all),
        Of::Operator => caller.operator.then_some(all),
        Of::Organisation(_) => {
            let member = caller.member.as_ref()?;
            let cells = member.roles.iter().map(|role| permission.cell(*role));
            let reach = cells.fold(Reach::default(), |reach, cell| add(reach, cell, member, &caller.target));
            (reach != Reach::default()).then_some(reach)
        }
    }
}

/// What a role's cell adds, for what the path names.
fn add(mut reach: Reach, cell: Cell, member: &Member, target: &Target) -> Reach {
    let own = |reach: &mut Reach| {
        let about_somebody_else = target.person == Some(TargetPerson::SomebodyElse);
        let elsewhere = target.cohort.is_some_and(|cohort| !cohort.enrolled);
        if !about_somebody_else && !elsewhere {
            reach.own = member.person;
        }
    };
    match cell {
        Cell::No => {}
        Cell::Own => own(&mut reach),
        Cell::InRoster if target.person != Some(TargetPerson::SomebodyElse) => reach.own = member.person,
        Cell::InRoster => {}
        Cell::Taught => reach.taught |= target.cohort.is_none_or(|cohort| cohort.teaches),
        Cell::Names => reach.all |= member.names,
        Cell::Suppressed => reach.suppressed = true,
        Cell::All => reach.all = true,
    }
    reach
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
