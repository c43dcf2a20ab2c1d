//! The pool, and the only two ways to use it.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use r2d2::ManageConnection;

use super::connection::{ConnectError, DatabaseUrl, DbConn};
use super::scope::Scope;
use super::writer::{TryAgain, Writer, Written};
use crate::platform::error::{Error, Result};

/// How often a write is tried when the database asks for another try (a deadlock or a serialisation failure).
const TRIES: u32 = 5;

/// A pool of connections to the database.
#[derive(Clone)]
pub struct Db {
    pool: r2d2::Pool<Manager>,
    url: DatabaseUrl,
    writer: Arc<Writer>,
}

pub(super) struct Manager(DatabaseUrl);

impl ManageConnection for Manager {
    type Connection = DbConn;
    type Error = ConnectError;

    fn connect(&self) -> std::result::Result<DbConn, ConnectError> {
        self.0.connect()
    }

    fn is_valid(&self, conn: &mut DbConn) -> std::result::Result<(), ConnectError> {
        Ok(conn.batch_execute("SELECT 1")?)
    }

    fn has_broken(&self, conn: &mut DbConn) -> bool {
        std::thread::panicking()
            || <DbConn as diesel::Connection>::TransactionManager::is_broken_transaction_manager(conn)
    }
}

impl Db {
    /// Opens a pool of at most `size` connections; fails at once if none can be had.
    pub fn open(url: DatabaseUrl, size: u32) -> Result<Db> {
        // A database in memory is its connection: one, for ever.
        let memory = url == DatabaseUrl::Memory;
        // The pool itself only retries until its time is out; asking once first gives the reason.
        if !memory {
            url.connect().map_err(|e| Error::unavailable(format!("{url}: {e}")))?;
        }
        let pool = r2d2::Pool::builder()
            .max_size(if memory { 1 } else { size })
            // Connections are made when they are asked for. One made in advance would often still be under way when a
            // command ends, and OpenSSL's own end under it is told as an error.
            .min_idle(Some(0))
            .max_lifetime(None)
            .idle_timeout((!memory).then_some(Duration::from_secs(600)))
            .test_on_check_out(!memory)
            .connection_timeout(Duration::from_secs(10))
            .error_handler(Box::new(LogErrors))
            .build(Manager(url.clone()))
            .map_err(|e| Error::unavailable(format!("{url}: {e}")))?;
        let writer = Arc::new(Writer::new(&url));
        Ok(Db { pool, url, writer })
    }

    /// Which database this is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Runs queries that see one consistent moment of what is in `scope`, and change nothing.
    pub fn read<T>(&self, scope: Scope<'_>, closure: impl FnOnce(&mut DbConn) -> Result<T>) -> Result<T> {
        let mut conn = self.connection()?;
        begin(&mut conn, Access::Read, scope)?;
        let result = closure(&mut conn);
        // Nothing was changed, so there is nothing to keep; a failure here only loses the connection.
        if let Err(error) = rollback(&mut conn) {
            tracing::warn!(%error, "a read could not be ended; its connection is dropped");
        }
        result
    }

    /// Runs `closure` within `scope` and commits it, or changes nothing. Writes that come at the same time share a commit,
    /// each behind a savepoint of its own: whoever is told of success is told after the commit. The closure may be run
    /// again when the database asks for it, so it must have no effect but through its connection.
    pub fn write_tx<T>(
        &self,
        scope: Scope<'_>,
        mut closure: impl FnMut(&mut DbConn) -> Result<T>,
    ) -> Result<T> {
        insisting(|| self.writer.write(self, scope, &mut closure))
    }

    /// The same for a write that takes long: it shares its commit with nobody, so that nobody waits for it who need not.
    pub fn write_alone<T>(
        &self,
        scope: Scope<'_>,
        mut closure: impl FnMut(&mut DbConn) -> Result<T>,
    ) -> Result<T> {
        insisting(|| self.write_once(scope, &mut closure))
    }

    /// How many writes this process has made, and in how many commits.
    pub fn written(&self) -> Written {
        self.writer.written()
    }

    /// One try in a transaction of its own.
    pub(super) fn write_once<T>(
        &self,
        scope: Scope<'_>,
        closure: &mut impl FnMut(&mut DbConn) -> Result<T>,
    ) -> Result<T> {
        let mut conn = self.connection()?;
        begin(&mut conn, Access::Write, scope)?;
        let result = closure(&mut conn).and_then(|value| {
            is_sound(&mut conn)?;
            commit_whole(&mut conn)?;
            self.writer.count(1);
            Ok(value)
        });
        if result.is_err()
            && let Err(error) = rollback_whole(&mut conn)
        {
            tracing::warn!(%error, "a write could not be rolled back; its connection is dropped");
        }
        result
    }

    /// Runs `closure` as [`Db::write_tx`] would, and changes nothing.
    pub fn dry_run<T>(&self, scope: Scope<'_>, closure: impl FnOnce(&mut DbConn) -> Result<T>) -> Result<T> {
        let mut conn = self.connection()?;
        begin(&mut conn, Access::Write, scope)?;
        let result = closure(&mut conn);
        rollback(&mut conn)?;
        result
    }

    /// A connection for the writer, which may travel from one thread to the next while its transaction is open.
    pub(super) fn pooled(&self) -> Result<r2d2::PooledConnection<Manager>> {
        self.pool.get().map_err(|e| Error::unavailable(format!("{}: {e}", self.url)))
    }

    /// A connection outside any transaction, for migrations and backup.
    pub(crate) fn connection(&self) -> Result<impl std::ops::DerefMut<Target = DbConn> + use<>> {
        self.pool.get().map_err(|e| Error::unavailable(format!("{}: {e}", self.url)))
    }
}

pub(super) enum Access {
    Read,
    Write,
}

/// On PostgreSQL the scope travels with `BEGIN`: no transaction is ever without one, and it costs no round trip.
pub(super) fn begin(conn: &mut DbConn, access: Access, scope: Scope<'_>) -> Result<()> {
    match (conn, access) {
        (DbConn::Postgres(c), Access::Read) => AnsiTransactionManager::begin_transaction_sql(
            c,
            &format!("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; {}", scope.statement()),
        )?,
        (DbConn::Postgres(c), Access::Write) => AnsiTransactionManager::begin_transaction_sql(
            c,
            &format!("BEGIN TRANSACTION; {}", scope.statement()),
        )?,
        (DbConn::Sqlite(c), Access::Read) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED")?
        }
        // Two writers queue here, rather than fail half way when the second one first writes.
        (DbConn::Sqlite(c), Access::Write) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?
        }
    }
    Ok(())
}

/// Tries to write until the database does not ask for another try, or has asked too often.
fn insisting<T>(mut write: impl FnMut() -> Result<T>) -> Result<T> {
    let mut tries = 1;
    loop {
        match write() {
            Err(error) if is_worth_another_try(&error) && tries < TRIES => tries += 1,
            done => return done,
        }
    }
}

/// Commits the transaction itself. Where a closure left a savepoint open, only that would be released, and somebody told
/// of a success that never was.
pub(super) fn commit_whole(conn: &mut DbConn) -> Result<()> {
    if depth(conn)? != 1 {
        return Err(left_open());
    }
    Ok(crate::on_backend!(conn, c => AnsiTransactionManager::commit_transaction(c))?)
}

/// That what was written can be committed. A closure that let a failed statement pass has none of it on PostgreSQL, where a COMMIT
/// would roll back and say nothing of it.
pub(super) fn is_sound(conn: &mut DbConn) -> Result<()> {
    if let DbConn::Postgres(c) = conn {
        c.batch_execute("SELECT 1")?;
    }
    Ok(())
}

pub(super) fn left_open() -> Error {
    Error::internal("a write left a savepoint open")
}

/// Rolls back the transaction itself, and every savepoint that was left open in it.
pub(super) fn rollback_whole(conn: &mut DbConn) -> Result<()> {
    rollback_to_depth(conn, 0)
}

/// Rolls back the savepoints that are open beyond so many transactions.
pub(super) fn rollback_to_depth(conn: &mut DbConn, kept: u32) -> Result<()> {
    for _ in kept..depth(conn)? {
        rollback(conn)?;
    }
    Ok(())
}

/// How many transactions are open, each as a savepoint within the one before.
pub(super) fn depth(conn: &mut DbConn) -> Result<u32> {
    let status = crate::on_backend!(conn, c => AnsiTransactionManager::transaction_manager_status_mut(c).transaction_depth());
    Ok(status?.map_or(0, NonZeroU32::get))
}

fn rollback(conn: &mut DbConn) -> Result<()> {
    let result = crate::on_backend!(conn, c => AnsiTransactionManager::rollback_transaction(c));
    match result {
        // A failed commit has rolled back by itself.
        Err(diesel::result::Error::NotInTransaction) => Ok(()),
        other => Ok(other?),
    }
}

/// PostgreSQL asks for another try after a serialisation failure and after a deadlock.
pub(super) fn is_worth_another_try(error: &Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error as Diesel};
    let Error::Database(cause) = error else { return false };
    if cause.downcast_ref::<TryAgain>().is_some() {
        return true;
    }
    match cause.downcast_ref::<Diesel>() {
        Some(Diesel::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
        Some(Diesel::DatabaseError(_, told)) => told.message() == "deadlock detected",
        _ => false,
    }
}

#[derive(Debug)]
struct LogErrors;

impl r2d2::HandleError<ConnectError> for LogErrors {
    fn handle_error(&self, error: ConnectError) {
        tracing::warn!(%error, "no connection to the database");
    }
}
