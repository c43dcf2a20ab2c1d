//! Writes that share a commit.
//!
//! What is slow about a small write is the flush of the disk at its commit. Those who write at the same time therefore
//! take turns in one open transaction: each runs its closure behind a savepoint, on its own thread, and hands the
//! transaction on to whoever waits. The last one commits, and only then is anybody told of success. A closure that fails
//! is rolled back to its savepoint and disturbs nobody.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::connection::SimpleConnection;

use super::connection::{DatabaseUrl, DbConn};
use super::pool::{
    Access, Db, Manager, begin, commit_whole, depth, is_sound, is_worth_another_try, left_open,
    rollback_to_depth, rollback_whole,
};
use super::scope::Scope;
use crate::platform::error::{Error, Result};

/// So many writes share a commit at most, so that the first of them does not wait for ever.
const MOST_MEMBERS: u64 = 64;

/// SQLite has one writer anyway. PostgreSQL has many: who would wait longer than this for one other's write goes on with a
/// connection of their own. A queue that moves is waited for: those in it often want the same row, and would hold up one
/// another, each with a commit alone.
const PATIENCE: Duration = Duration::from_millis(50);

type Connection = r2d2::PooledConnection<Manager>;

/// What a process has written, for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Acknowledged writes.
    pub writes: u64,
    /// The commits that they shared.
    pub commits: u64,
    /// Who waits for a turn at this moment.
    pub waiting: usize,
}

/// Where writers take turns.
pub(super) struct Writer {
    turns: Mutex<Turns>,
    next: Condvar,
    patience: Option<Duration>,
    writes: AtomicU64,
    commits: AtomicU64,
}

#[derive(Default)]
struct Turns {
    /// Somebody is at it.
    taken: bool,
    /// How many have been at it.
    had: u64,
    waiting: usize,
    /// Handed on by the one before.
    open: Option<Open>,
}

/// A transaction that is still open, and who waits for its commit.
struct Open {
    conn: Connection,
    group: Arc<Group>,
    members: u64,
}

#[derive(Default)]
struct Group {
    end: Mutex<Option<End>>,
    ended: Condvar,
}

/// How a shared transaction ended.
#[derive(Clone, Debug)]
enum End {
    Committed,
    /// Nothing of it is there.
    Failed {
        how: Failure,
        cause: String,
    },
}

/// What those who shared a failed commit do about it.
#[derive(Clone, Copy, Debug)]
enum Failure {
    Again,
    Unavailable,
    Database,
}

impl Failure {
    fn of(error: &Error) -> Failure {
        match error {
            error if is_worth_another_try(error) => Failure::Again,
            Error::Unavailable(_) => Failure::Unavailable,
            _ => Failure::Database,
        }
    }
}

/// A commit that this write shared with others failed.
#[derive(Debug, thiserror::Error)]
#[error("a shared commit failed: {0}")]
struct SharedFailure(String);

/// The same, where another try may succeed.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) struct TryAgain(SharedFailure);

fn again(cause: String) -> Error {
    Error::Database(Box::new(TryAgain(SharedFailure(cause))))
}

impl Writer {
    pub fn new(url: &DatabaseUrl) -> Self {
        let many = matches!(url, DatabaseUrl::Postgres(_));
        Writer {
            turns: Mutex::default(),
            next: Condvar::new(),
            patience: many.then_some(PATIENCE),
            writes: AtomicU64::new(0),
            commits: AtomicU64::new(0),
        }
    }

    pub fn written(&self) -> Written {
        Written {
            writes: self.writes.load(Ordering::Relaxed),
            commits: self.commits.load(Ordering::Relaxed),
            waiting: self.lock().waiting,
        }
    }

    /// A commit acknowledged so many writes.
    pub fn count(&self, writes: u64) {
        self.writes.fetch_add(writes, Ordering::Relaxed);
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    /// One try to write, in company where there is some.
    pub fn write<T>(
        &self,
        db: &Db,
        scope: Scope<'_>,
        closure: &mut impl FnMut(&mut DbConn) -> Result<T>,
    ) -> Result<T> {
        let Some(open) = self.take_turn() else { return db.write_once(scope, closure) };
        let mut turn = Turn { writer: self, open, over: false };
        let done = turn.run(db, scope, closure);
        let group = turn.open.as_ref().map(|open| Arc::clone(&open.group));
        // A deadlock is with what the others of the group hold: they go first.
        turn.end(done.as_ref().is_err_and(is_worth_another_try));
        let value = done?;
        group.map_or(Ok(()), |group| group.wait())?;
        Ok(value)
    }

    fn lock(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for one's turn, and takes over what is open; `None` after too long a wait.
    fn take_turn(&self) -> Option<Option<Open>> {
        let mut turns = self.lock();
        turns.waiting += 1;
        let (mut patient, mut had) = (true, turns.had);
        while turns.taken && patient {
            turns = match self.patience {
                None => self.next.wait(turns).unwrap_or_else(PoisonError::into_inner),
                Some(patience) => {
                    let (turns, timeout) =
                        self.next.wait_timeout(turns, patience).unwrap_or_else(PoisonError::into_inner);
                    patient = !timeout.timed_out() || turns.had != had;
                    had = turns.had;
                    turns
                }
            };
        }
        turns.waiting -= 1;
        if turns.taken {
            return None;
        }
        (turns.taken, turns.had) = (true, turns.had.wrapping_add(1));
        Some(turns.open.take())
    }
}

/// Somebody's turn. Whatever happens in it, also a panic, somebody else gets theirs.
struct Turn<'a> {
    writer: &'a Writer,
    open: Option<Open>,
    /// Handed on already.
    over: bool,
}

impl Turn<'_> {
    fn run<T>(
        &mut self,
        db: &Db,
        scope: Scope<'_>,
        closure: &mut impl FnMut(&mut DbConn) -> Result<T>,
    ) -> Result<T> {
        let first = self.open.is_none();
        if first {
            let mut conn = db.pooled()?;
            begin(&mut conn, Access::Write, scope)?;
            self.open = Some(Open { conn, group: Arc::default(), members: 0 });
        }
        let Some(Open { conn, members, .. }) = &mut self.open else {
            return Err(Error::internal("no transaction"));
        };
        if let Err(error) = take_part(conn, first, scope) {
            if first {
                return Err(error);
            }
            // Nobody shares in what cannot be committed: all try again.
            self.fail(Failure::Again, &error);
            return Err(again(error.to_string()));
        }
        let result = closure(conn).and_then(|value| match depth(conn)? {
            1 => Ok(value),
            _ => Err(left_open()),
        });
        match result {
            Ok(value) => {
                *members += 1;
                Ok(value)
            }
            Err(error) => {
                if let Err(lost) = undo_part(conn) {
                    tracing::warn!(error = %lost, "a write could not be rolled back; all that share its commit are lost");
                    self.fail(Failure::of(&lost), &lost);
                }
                Err(error)
            }
        }
    }

    /// Hands the transaction on to whoever waits, or commits it.
    fn end(mut self, at_once: bool) {
        let Some(open) = self.open.take() else { return };
        if !at_once && open.members < MOST_MEMBERS {
            let mut turns = self.writer.lock();
            if turns.waiting > 0 {
                // In one step: whoever gives up waiting sees that it need not.
                (turns.open, turns.taken) = (Some(open), false);
                drop(turns);
                self.over = true;
                self.writer.next.notify_one();
                return;
            }
        }
        let Open { mut conn, group, members } = open;
        let result = close(&mut conn, members);
        if result.is_ok() && members > 0 {
            self.writer.count(members);
        }
        if result.is_err()
            && let Err(error) = rollback_whole(&mut conn)
        {
            tracing::warn!(%error, "a write could not be rolled back; its connection is dropped");
        }
        group.finish(match result {
            Ok(()) => End::Committed,
            Err((how, error)) => End::Failed { how, cause: error.to_string() },
        });
    }

    /// Gives up what is open: nobody who shares it has written anything.
    fn fail(&mut self, how: Failure, error: &Error) {
        if let Some(Open { group, .. }) = self.open.take() {
            group.finish(End::Failed { how, cause: error.to_string() });
        }
    }
}

/// Commits what so many have written.
fn close(conn: &mut DbConn, members: u64) -> Result<(), (Failure, Error)> {
    let failed = |error: Error| (Failure::of(&error), error);
    if members == 0 {
        return rollback_whole(conn).map_err(failed);
    }
    // Nothing is committed yet, and whoever shared it with somebody else's mistake may try again.
    is_sound(conn).map_err(|error| if members > 1 { (Failure::Again, error) } else { failed(error) })?;
    commit_whole(conn).map_err(failed)
}

/// Begins somebody's part of a transaction, in one round trip: behind a savepoint, and in a scope of its own, whatever the one
/// before it had. The savepoint of the one before is of no use any more.
fn take_part(conn: &mut DbConn, first: bool, scope: Scope<'_>) -> Result<()> {
    let before = if first { "" } else { "RELEASE SAVEPOINT part; " };
    match conn {
        DbConn::Postgres(c) if first => c.batch_execute("SAVEPOINT part")?,
        DbConn::Postgres(c) => {
            c.batch_execute(&format!("{before}SAVEPOINT part; {}", scope.statement()))?;
        }
        DbConn::Sqlite(c) => c.batch_execute(&format!("{before}SAVEPOINT part"))?,
    }
    Ok(())
}

/// Leaves nothing of it, also where it left savepoints of its own open.
fn undo_part(conn: &mut DbConn) -> Result<()> {
    rollback_to_depth(conn, 1)?;
    Ok(crate::on_backend!(conn, c => c.batch_execute("ROLLBACK TO SAVEPOINT part"))?)
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(Open { mut conn, group, .. }) = self.open.take() {
            // A closure panicked.
            let _ = rollback_whole(&mut conn);
            group.finish(End::Failed { how: Failure::Again, cause: "another write panicked".to_owned() });
        }
        if self.over {
            return;
        }
        self.writer.lock().taken = false;
        self.writer.next.notify_one();
    }
}

impl Group {
    fn finish(&self, end: End) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = Some(end);
        self.ended.notify_all();
    }

    /// Waits until the last one has committed.
    fn wait(&self) -> Result<()> {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match &*end {
                None => end = self.ended.wait(end).unwrap_or_else(PoisonError::into_inner),
                Some(End::Committed) => return Ok(()),
                Some(End::Failed { how, cause }) => {
                    let shared = SharedFailure(cause.clone());
                    return Err(match how {
                        Failure::Again => again(cause.clone()),
                        Failure::Unavailable => Error::unavailable(shared),
                        Failure::Database => Error::Database(Box::new(shared)),
                    });
                }
            }
        }
    }
}
