//! The schema's history, one folder for each backend, embedded.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Db, DbConn};
use crate::platform::error::{Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Brings the schema up to date; says which migrations were run. Safe to run at any time, and by several at once.
pub fn migrate(db: &Db) -> Result<Vec<String>> {
    let mut conn = db.connection()?;
    let versions = match &mut *conn {
        DbConn::Postgres(c) => {
            use diesel::connection::SimpleConnection;
            // Two that migrate at once take turns; the second then finds nothing to do.
            c.batch_execute("SELECT pg_advisory_lock(7264123)")?;
            let done = c.run_pending_migrations(POSTGRES).map(names);
            c.batch_execute("SELECT pg_advisory_unlock(7264123)")?;
            done
        }
        DbConn::Sqlite(c) => {
            use diesel::connection::{AnsiTransactionManager, TransactionManager};
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN EXCLUSIVE")?;
            let done = c.run_pending_migrations(SQLITE).map(names);
            match &done {
                Ok(_) => AnsiTransactionManager::commit_transaction(c)?,
                Err(_) => AnsiTransactionManager::rollback_transaction(c)?,
            }
            done
        }
    };
    versions.map_err(|e| Error::internal(format!("migrating {}: {e}", db.url())))
}

/// The migrations that this program knows and the database lacks.
pub fn pending_migrations(db: &Db) -> Result<Vec<String>> {
    let mut conn = db.connection()?;
    let pending = match &mut *conn {
        DbConn::Postgres(c) => {
            c.pending_migrations(POSTGRES).map(|m| m.iter().map(|m| m.name().to_string()).collect())
        }
        DbConn::Sqlite(c) => {
            c.pending_migrations(SQLITE).map(|m| m.iter().map(|m| m.name().to_string()).collect())
        }
    };
    pending.map_err(|e| Error::internal(format!("reading the schema's version of {}: {e}", db.url())))
}

/// The migrations that the database has, in their order.
pub(super) fn applied(db: &Db) -> Result<Vec<String>> {
    let mut conn = db.connection()?;
    let applied = match &mut *conn {
        DbConn::Postgres(c) => c.applied_migrations().map(names),
        DbConn::Sqlite(c) => c.applied_migrations().map(names),
    };
    let mut applied =
        applied.map_err(|e| Error::internal(format!("reading the schema's version of {}: {e}", db.url())))?;
    applied.sort();
    Ok(applied)
}

fn names(versions: Vec<diesel::migration::MigrationVersion<'_>>) -> Vec<String> {
    versions.iter().map(ToString::to_string).collect()
}
