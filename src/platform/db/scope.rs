//! Whose rows a transaction sees.
//!
//! Every query names its organisation. On PostgreSQL row-level security is a second wall behind that: a transaction
//! says whose rows it is about, and a query that forgets to name the organisation finds those alone, or none.
//! The policies stand in the migrations. SQLite has no such wall.

use diesel::connection::SimpleConnection;

use super::DbConn;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, OrganisationId};

/// What a transaction is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Tables of the installation; nothing of any organisation.
    Installation,
    /// Everything of one organisation.
    Organisation(OrganisationId),
    /// Everything of the organisation with this code; nothing where there is none.
    Code(&'a str),
    /// To which organisations an account belongs.
    Account(AccountId),
    /// What a secret with this SHA-256 is of: an invitation, a token.
    Secret(&'a [u8; 32]),
}

impl Scope<'_> {
    /// Sets the scope for the rest of a transaction. Holds digits and letters only, so that nothing needs escaping.
    pub(super) fn statement(&self) -> String {
        let organisation = match self {
            Scope::Organisation(id) => format!("'{id}'"),
            Scope::Code(code) if code.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                format!("coalesce((SELECT id::text FROM organisations WHERE code = '{code}'), '')")
            }
            _ => "''".to_owned(),
        };
        let account = match self {
            Scope::Account(id) => id.to_string(),
            _ => String::new(),
        };
        let secret = match self {
            Scope::Secret(sha256) => sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            _ => String::new(),
        };
        format!(
            "SELECT set_config('app.organisation', {organisation}, true), set_config('app.account', '{account}', true), \
             set_config('app.secret', '{secret}', true)"
        )
    }
}

/// Goes on in another scope within a transaction: in a new organisation, or in the one that a secret led to.
pub fn enter(conn: &mut DbConn, scope: Scope<'_>) -> Result<()> {
    if let DbConn::Postgres(c) = conn {
        c.batch_execute(&scope.statement())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_code_reaches_the_statement_but_letters_and_digits() {
        let installation = Scope::Installation.statement();
        for code in ["X'; DROP TABLE people; --", "T'", "Ü", "A B"] {
            assert_eq!(Scope::Code(code).statement(), installation, "{code}");
        }
        assert!(Scope::Code("TIRANA").statement().contains("code = 'TIRANA'"));
        assert!(installation.contains("'app.organisation', '', true"), "{installation}");
    }
}
