//! Who may do what: the one table of permissions, the decision, and the extractors that show it in a handler's signature.
//!
//! A handler takes [`Allowed<may::ReadCohorts, …>`](Allowed) or [`SignedIn<may::ReadCatalogue, …>`](SignedIn). Whoever
//! calls is known, and the permission is decided, before the path, the query or the body is taken apart.
//! Who a caller is, says whatever implements [`Authenticate`]: `identity` does.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use crate::platform::db::Scope;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, ApiTokenId, CohortId, OrganisationId, PersonId, SignInId};

mod extract;
pub mod permissions;
pub mod rules;

pub use extract::{Allowed, SignedIn, access, named};
pub use permissions::{May, Permission, may};

/// What somebody is in an organisation. One account can have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Reads their own.
    Learner,
    /// Works with the cohorts that they teach.
    Trainer,
    /// Reads the organisation's participation; names only with the permission `names`.
    Hr,
    /// Looks after the organisation and its accounts.
    Administrator,
    /// Reads suppressed reports and programme content, no names.
    Adviser,
}

impl Role {
    pub const ALL: [Role; 5] = [Role::Learner, Role::Trainer, Role::Hr, Role::Administrator, Role::Adviser];

    /// The word in the database, the API and the documentation.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Learner => "learner",
            Role::Trainer => "trainer",
            Role::Hr => "hr",
            Role::Administrator => "administrator",
            Role::Adviser => "adviser",
        }
    }

    /// The role of a word.
    pub fn parse(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An account in an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub organisation: OrganisationId,
    /// The organisation's name.
    pub organisation_name: String,
    pub roles: Vec<Role>,
    /// Whether HR may read names.
    pub names: bool,
    /// Who the account is in the roster.
    pub person: Option<PersonId>,
}

/// What a path names, as far as a decision depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The cohort in the path, and how the caller stands to it.
    pub cohort: Option<TargetCohort>,
    /// The person in the path.
    pub person: Option<TargetPerson>,
}

/// How a caller stands to a cohort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TargetCohort {
    pub teaches: bool,
    pub enrolled: bool,
}

/// Who a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetPerson {
    Oneself,
    SomebodyElse,
}

/// How much of what a permission is about the caller reaches. What several roles reach counts together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// All of the organisation's.
    pub all: bool,
    /// What is of the cohorts that the caller teaches.
    pub taught: bool,
    /// What is about the caller.
    pub own: Option<PersonId>,
    /// Only what statistics may show of it.
    pub suppressed: bool,
}

/// States of an enrolment in which somebody sees their cohort: all but those in which they never came, or left.
pub const TAKES_PART: [&str; 4] = ["requested", "offered", "enrolled", "waitlisted"];

/// The path's parts on which a decision may depend, as the handler will read them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Named {
    /// An organisation's code.
    #[serde(default)]
    pub organisation: Option<String>,
    /// A cohort's id, if it is one.
    #[serde(default)]
    pub cohort: Option<String>,
    #[serde(default)]
    pub employee_id: Option<String>,
}

impl Named {
    /// The cohort's id; one that is no number is nobody's.
    pub fn cohort_id(&self) -> Option<CohortId> {
        self.cohort.as_deref()?.parse().ok().map(CohortId)
    }
}

/// How somebody shows who they are. Never printed.
pub enum Credential {
    /// An access token or an API token (RFC 6750).
    Bearer(String),
    /// The secret of a browser's cookie.
    Cookie(String),
}

/// Through what a caller came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// A browser or a program that signed in.
    SignIn(SignInId),
    /// A token for scripts, which holds for some permissions.
    ApiToken { id: ApiTokenId, scope: Vec<String> },
}

/// Whoever makes a request, and how they stand to what its path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub account: AccountId,
    pub operator: bool,
    pub via: Via,
    /// In the organisation of the path; none where there is no such organisation or the caller does not belong to it,
    /// which look the same.
    pub member: Option<Member>,
    pub target: Target,
}

/// Knows callers by what they show.
pub trait Authenticate: Send + Sync {
    /// Whoever shows this; none where it is not valid (any more). May block.
    ///
    /// # Errors
    /// The database does not answer.
    fn caller(&self, credential: &Credential, named: &Named) -> Result<Option<Caller>>;
}

/// What a handler is told of a caller with the permission `P` in an organisation.
#[derive(Clone, Debug)]
pub struct Access<P> {
    pub account: AccountId,
    pub organisation: OrganisationId,
    /// The organisation's code, as the path has it.
    pub code: String,
    pub organisation_name: String,
    pub reach: Reach,
    caller: Caller,
    permission: PhantomData<P>,
}

impl<P> Access<P> {
    /// Whose rows the handler's transactions are about.
    pub fn scope(&self) -> Scope<'static> {
        Scope::Organisation(self.organisation)
    }

    /// Whether the caller may also do this to what the path names: where only its state tells that it is asked for.
    pub fn may<Q: May>(&self) -> bool {
        rules::decide(Q::PERMISSION, &self.caller).is_ok()
    }

    /// Who the caller is in the roster, whatever they reach.
    pub fn person(&self) -> Option<PersonId> {
        self.caller.member.as_ref().and_then(|member| member.person)
    }

    /// Whether the caller has this role.
    pub fn is(&self, role: Role) -> bool {
        self.caller.member.as_ref().is_some_and(|member| member.roles.contains(&role))
    }

    /// Who is written down as the author of a fact.
    pub fn author(&self) -> String {
        format!("account:{}", self.account)
    }
}

/// What a handler is told of a caller with the permission `P`, which is not of an organisation.
#[derive(Clone, Debug)]
pub struct Actor<P> {
    pub account: AccountId,
    pub operator: bool,
    /// Absent where a token for scripts was shown.
    pub sign_in: Option<SignInId>,
    permission: PhantomData<P>,
}
