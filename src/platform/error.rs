//! What a use case answers when it cannot do what was asked. Knows nothing of HTTP or exit statuses: they are made
//! from it at the edge (`platform::http::problem`, `cli`).

use std::error::Error as StdError;

use serde_json::{Map, Value};

use crate::platform::faults::{Fault, Faults};

/// The answer of every service function.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A cause that is kept for the log; no client sees it.
pub type Cause = Box<dyn StdError + Send + Sync>;

/// Why a use case was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input is wrong, in ways that its author can mend.
    #[error("{0}")]
    Invalid(Faults),
    /// There is no such thing within reach of who asks. `what` is a word of the design: `cohort`, `session`.
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    /// The input is fine, but the state of things forbids it: a coded refusal with the fields that explain it.
    #[error("{detail}")]
    Conflict { code: &'static str, detail: String, fields: Map<String, Value> },
    /// It is not any more what whoever asks saw of it.
    #[error("it was changed since it was read")]
    ChangedMeanwhile,
    /// Who asks may not do this.
    #[error("{detail}")]
    Forbidden { code: &'static str, detail: String },
    /// The input is over a limit; `detail` names the limit.
    #[error("{detail}")]
    TooLarge { detail: String },
    /// The input has a form that nothing here reads.
    #[error("{detail}")]
    Unsupported { detail: String },
    /// The database (or another thing that we stand on) does not answer at present; a later try may succeed.
    #[error("temporarily unavailable: {0}")]
    Unavailable(Cause),
    /// The database answered with an error.
    #[error("database: {0}")]
    Database(Cause),
    /// Anything else that is our fault and not the client's.
    #[error("{0}")]
    Internal(Cause),
}

impl Error {
    /// A refusal by a rule: `code` in kebab-case for programs, `detail` for people, `fields` (a JSON object) for both.
    ///
    /// `Error::refused("cohort-not-closed", "…", json!({ "state": "running" }))`
    pub fn refused(code: &'static str, detail: impl Into<String>, fields: Value) -> Self {
        let fields = match fields {
            Value::Object(fields) => fields,
            Value::Null => Map::new(),
            other => Map::from_iter([("value".to_owned(), other)]),
        };
        Error::Conflict { code, detail: detail.into(), fields }
    }

    pub fn not_found(what: &'static str) -> Self {
        Error::NotFound { what }
    }

    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Error::Forbidden { code, detail: detail.into() }
    }

    pub fn too_large(detail: impl Into<String>) -> Self {
        Error::TooLarge { detail: detail.into() }
    }

    pub fn unsupported(detail: impl Into<String>) -> Self {
        Error::Unsupported { detail: detail.into() }
    }

    pub fn unavailable(cause: impl Into<Cause>) -> Self {
        Error::Unavailable(cause.into())
    }

    /// Takes an error or a sentence.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Error::Internal(cause.into())
    }

    /// The same, with the file in which its faults are.
    pub fn in_file(mut self, file: &str) -> Self {
        if let Error::Invalid(faults) = &mut self {
            faults.0.iter_mut().for_each(|fault| fault.file = Some(file.to_owned()));
        }
        self
    }

    /// Whether whoever asked can mend it (exit status 2, or a 4xx answer).
    pub fn is_callers(&self) -> bool {
        !matches!(self, Error::Unavailable(_) | Error::Database(_) | Error::Internal(_))
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Error::Invalid(faults)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Error::Invalid(fault.into())
    }
}

impl From<diesel::result::Error> for Error {
    /// `NotFound` stays a database error: a query that may find nothing says so with `.optional()`, so that an
    /// outage or a bug can never look like "there is no such thing".
    fn from(error: diesel::result::Error) -> Self {
        if is_outage(&error) { Error::unavailable(error) } else { Error::Database(error.into()) }
    }
}

impl From<diesel::ConnectionError> for Error {
    fn from(error: diesel::ConnectionError) -> Self {
        Error::unavailable(error)
    }
}

impl From<r2d2::Error> for Error {
    /// No connection within the pool's patience.
    fn from(error: r2d2::Error) -> Self {
        Error::unavailable(error)
    }
}

/// An error and its sources in one line.
pub fn chain(error: &dyn StdError) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        told.push_str(": ");
        told.push_str(&cause.to_string());
        source = cause.source();
    }
    told
}

/// Whether the database is away or too busy, rather than the statement wrong.
fn is_outage(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error as Diesel};
    match error {
        Diesel::DatabaseError(
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
            _,
        )
        | Diesel::BrokenTransactionManager => true,
        // Neither backend has a kind of its own for these: PostgreSQL shutting down or starting up, SQLite's busy timeout.
        Diesel::DatabaseError(DatabaseErrorKind::Unknown, told) => {
            let told = told.message();
            [
                "terminating connection",
                "server closed the connection",
                "the database system is",
                "database is locked",
            ]
            .iter()
            .any(|sign| told.contains(sign))
        }
        Diesel::RollbackErrorOnCommit { commit_error, rollback_error } => {
            is_outage(commit_error) || is_outage(rollback_error)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use diesel::result::{DatabaseErrorKind, Error as Diesel};
    use serde_json::json;

    use super::*;

    fn database_error(kind: DatabaseErrorKind, message: &str) -> Error {
        Diesel::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    #[test]
    fn a_query_without_a_row_is_a_database_error_and_not_a_missing_thing() {
        assert!(matches!(Error::from(Diesel::NotFound), Error::Database(_)));
    }

    #[test]
    fn a_lost_or_busy_database_is_an_outage_and_a_broken_key_is_not() {
        for (kind, message) in [
            (DatabaseErrorKind::ClosedConnection, "gone"),
            (DatabaseErrorKind::Unknown, "terminating connection due to administrator command"),
            (DatabaseErrorKind::Unknown, "database is locked"),
        ] {
            assert!(matches!(database_error(kind, message), Error::Unavailable(_)), "{message}");
        }
        assert!(matches!(database_error(DatabaseErrorKind::UniqueViolation, "x"), Error::Database(_)));
        assert!(matches!(database_error(DatabaseErrorKind::Unknown, "no such table: x"), Error::Database(_)));
    }

    #[test]
    fn a_refusal_keeps_its_fields() {
        let Error::Conflict { code, fields, .. } =
            Error::refused("not-yet", "Too few.", json!({"attended": 2}))
        else {
            panic!("a refusal is a conflict");
        };
        assert_eq!((code, &fields["attended"]), ("not-yet", &json!(2)));
    }
}
