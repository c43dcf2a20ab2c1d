//! One connection, and the promises that it must keep before anything is asked of it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::{PgConnection, SqliteConnection};

use crate::platform::faults::Fault;
use crate::platform::private;

/// A connection to either backend; every query of a store is written over it.
#[derive(diesel::MultiConnection)]
pub enum DbConn {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// Where the database is. Its `Display` and `Debug` leave the password out.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `postgres://user:password@host:port/name?sslmode=require`
    Postgres(String),
    /// `sqlite://PATH`
    Sqlite(PathBuf),
    /// `sqlite://:memory:`: a database that lives as long as its one connection.
    Memory,
}

impl FromStr for DatabaseUrl {
    type Err = Fault;

    fn from_str(url: &str) -> Result<Self, Fault> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(DatabaseUrl::Postgres(url.to_owned()));
        }
        match url.strip_prefix("sqlite://") {
            Some(":memory:") => Ok(DatabaseUrl::Memory),
            Some(path) if !path.is_empty() => Ok(DatabaseUrl::Sqlite(PathBuf::from(path))),
            _ => Err(Fault::new(
                "database-url",
                "a database URL is sqlite://PATH or postgres://USER@HOST/NAME",
            )
            .in_field("database")),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DatabaseUrl::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            DatabaseUrl::Memory => f.write_str("sqlite://:memory:"),
            DatabaseUrl::Postgres(url) => {
                write!(f, "postgres://{}", without_credentials(url))
            }
        }
    }
}

/// Credentials can stand before the @ and in the query, either with an @ or a ? inside; what remains says which database
/// it is, and is nothing where the two cannot be told apart.
fn without_credentials(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let (front, query) = rest.split_once('?').unwrap_or((rest, ""));
    match front.rsplit_once('@') {
        Some((_, host)) => host,
        None if query.contains('@') && !front.contains('/') => "",
        None => front,
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl DatabaseUrl {
    /// Opens a connection that has read back that it keeps what it acknowledges.
    pub(super) fn connect(&self) -> Result<DbConn, ConnectError> {
        match self {
            DatabaseUrl::Postgres(url) => {
                let mut conn = PgConnection::establish(url)?;
                conn.batch_execute(
                    "SET TIME ZONE 'UTC'; SET synchronous_commit = on; SET client_min_messages = warning",
                )?;
                for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
                    let shown: Setting = diesel::sql_query("SELECT current_setting($1) AS value")
                        .bind::<Text, _>(setting)
                        .get_result(&mut conn)?;
                    if shown.value != "on" {
                        return Err(ConnectError::NotDurable(format!("{setting} is {}", shown.value)));
                    }
                }
                Ok(DbConn::Postgres(conn))
            }
            DatabaseUrl::Sqlite(path) => {
                // SQLite would make it as readable as the umask allows, and its -wal and -shm like it. Where this fails,
                // the file is there already, or SQLite says what is wrong.
                let _ = private::create_new(path);
                let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
                conn.batch_execute(SQLITE_PRAGMAS)?;
                let journal: JournalMode = diesel::sql_query("PRAGMA journal_mode").get_result(&mut conn)?;
                if journal.journal_mode != "wal" {
                    return Err(ConnectError::NotDurable(format!(
                        "journal_mode is {}",
                        journal.journal_mode
                    )));
                }
                let synchronous: Synchronous =
                    diesel::sql_query("PRAGMA synchronous").get_result(&mut conn)?;
                if synchronous.synchronous != SYNCHRONOUS_FULL {
                    return Err(ConnectError::NotDurable(format!(
                        "synchronous is {}",
                        synchronous.synchronous
                    )));
                }
                Ok(DbConn::Sqlite(conn))
            }
            DatabaseUrl::Memory => {
                let mut conn = SqliteConnection::establish(":memory:")?;
                conn.batch_execute("PRAGMA foreign_keys = ON")?;
                Ok(DbConn::Sqlite(conn))
            }
        }
    }
}

/// `busy_timeout` comes first: switching to WAL can itself find the file locked.
const SQLITE_PRAGMAS: &str = "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                              PRAGMA foreign_keys = ON; PRAGMA cache_size = -4096";

const SYNCHRONOUS_FULL: i64 = 2;

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

#[derive(QueryableByName)]
struct JournalMode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

#[derive(QueryableByName)]
struct Synchronous {
    #[diesel(sql_type = BigInt)]
    synchronous: i64,
}

/// Why a connection could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error(transparent)]
    Connection(#[from] diesel::ConnectionError),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    /// What is acknowledged must survive a power cut; this database would not promise it.
    #[error("the database does not keep what it acknowledges: {0}")]
    NotDurable(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_displayed() {
        for (url, shown) in [
            ("postgres://h/db", "postgres://h/db"),
            ("postgresql://u@h:5432/db?sslmode=require", "postgres://h:5432/db"),
            ("postgres://u:secret@h/db", "postgres://h/db"),
            ("postgres://u:sec@ret@h/db", "postgres://h/db"),
            ("postgres://u:sec/ret@h/db", "postgres://h/db"),
            ("postgres://u:sec?ret@h/db", "postgres://"),
            ("postgres://h/db?password=secret", "postgres://h/db"),
            ("postgres://h/db?password=a@secret", "postgres://h/db"),
            ("postgres://u:secret@h/db?password=a@secret", "postgres://h/db"),
            ("postgres://h?password=a@secret", "postgres://"),
            ("sqlite://data/a@b.sqlite3", "sqlite://data/a@b.sqlite3"),
        ] {
            let parsed: DatabaseUrl = url.parse().unwrap();
            assert_eq!((parsed.to_string(), format!("{parsed:?}")), (shown.to_owned(), shown.to_owned()));
        }
    }
}
