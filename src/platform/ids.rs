//! Typed row identifiers: a person's id cannot be handed where a cohort's is asked for.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow,
        )]
        #[diesel(sql_type = BigInt)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl<DB: Backend> FromSql<BigInt, DB> for $name
        where
            i64: FromSql<BigInt, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                i64::from_sql(bytes).map($name)
            }
        }

        impl<DB: Backend> ToSql<BigInt, DB> for $name
        where
            i64: ToSql<BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// A city administration.
    OrganisationId,
    /// A unit of an organisation.
    DepartmentId,
    /// An entry in an organisation's roster.
    PersonId,
    /// A delivery of a programme to a group.
    CohortId,
    /// A scheduled meeting of a module in a cohort.
    SessionId,
    /// What belongs to a session.
    MaterialId,
    /// A link by which people enrol.
    EnrolmentLinkId,
    /// One reading of one attendance file for one session.
    ImportId,
    /// An issued document of record.
    CertificateId,
    /// A key of the installation, sealed under the master key.
    KeyId,
    /// Somebody who can sign in.
    AccountId,
    /// A signed-in browser or program.
    SignInId,
    /// A link by which somebody becomes a member.
    InvitationId,
    /// A token for scripts.
    ApiTokenId,
    /// What follows from a write.
    JobId,
}
