//! The schema's history, one folder for each backend, embedded.

use diesel::backend::Backend;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{DatabaseUrl, Db, DbConn};
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

/// The migrations that this program knows and the database lacks. Only reads: `serve` runs as a role that must not make
/// tables, not even diesel's own list of migrations.
pub fn pending_migrations(db: &Db) -> Result<Vec<String>> {
    let applied = applied(db)?;
    let known = match db.url() {
        DatabaseUrl::Postgres(_) => versions::<Pg>(&POSTGRES),
        DatabaseUrl::Sqlite(_) | DatabaseUrl::Memory => versions::<Sqlite>(&SQLITE),
    };
    let known = known.map_err(|e| Error::internal(format!("reading the migrations: {e}")))?;
    Ok(known.into_iter().filter(|version| !applied.contains(version)).collect())
}

fn versions<DB: Backend>(
    source: &impl MigrationSource<DB>,
) -> std::result::Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    Ok(source.migrations()?.iter().map(|migration| migration.name().version().to_string()).collect())
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct Tables {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// The migrations that the database has, in their order.
pub(super) fn applied(db: &Db) -> Result<Vec<String>> {
    let mut conn = db.connection()?;
    if !has_table(&mut conn, "__diesel_schema_migrations")? {
        return Ok(Vec::new());
    }
    let versions = diesel::sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version");
    Ok(versions.load::<Version>(&mut *conn)?.into_iter().map(|row| row.version).collect())
}

/// Whether there is a table of that name: a database before any migration has none.
pub fn has_table(conn: &mut DbConn, name: &str) -> Result<bool> {
    let query = match conn {
        DbConn::Postgres(_) => "SELECT count(to_regclass($1)) AS n",
        DbConn::Sqlite(_) => "SELECT count(*) AS n FROM sqlite_master WHERE name = ?",
    };
    let tables: Tables = diesel::sql_query(query).bind::<Text, _>(name).get_result(conn)?;
    Ok(tables.n > 0)
}

fn names(versions: Vec<diesel::migration::MigrationVersion<'_>>) -> Vec<String> {
    versions.iter().map(ToString::to_string).collect()
}
