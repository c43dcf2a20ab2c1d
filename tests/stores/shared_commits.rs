//! Writes that come at once share a commit, and stay apart in everything else.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::connection::SimpleConnection;
use rights_academy::on_backend;
use rights_academy::platform::db::{DbConn, Scope};
use rights_academy::platform::error::{Error, Result};
use rights_academy::platform::ids::OrganisationId;

use crate::support::databases::{TestDb, on_both};
use crate::support::wait_until;

fn insert(conn: &mut DbConn, code: &str) -> Result<()> {
    let statement = format!(
        "INSERT INTO organisations (code, name, created_at) VALUES ('{code}', '{code}', '2023-01-01 00:00:00')"
    );
    Ok(conn.batch_execute(&statement)?)
}

/// A write that another thread makes.
type Write<T> = Box<dyn Fn(&TestDb) -> T + Send + Sync>;

/// Runs the writes while somebody else has the turn, until all of them wait.
fn at_once<T: Send>(db: &TestDb, writes: Vec<Write<T>>) -> Vec<T> {
    let waiting = writes.len();
    let (has_turn, turn_is_had) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let first = scope.spawn(move || {
            let mut has_turn = Some(has_turn);
            db.db.write_tx(Scope::Installation, |conn| {
                insert(conn, "FIRST")?;
                // It may be run again, when nobody waits any more.
                if let Some(has_turn) = has_turn.take() {
                    has_turn.send(()).map_err(Error::internal)?;
                    // On PostgreSQL nobody waits for long: there it is enough that somebody does.
                    let enough = if db.is_postgres() { 1.min(waiting) } else { waiting };
                    wait_until("others wait", || db.db.written().waiting >= enough);
                }
                Ok(())
            })
        });
        turn_is_had.recv().unwrap();
        let others: Vec<_> = writes.iter().map(|write| scope.spawn(move || write(db))).collect();
        let results = others.into_iter().map(|thread| thread.join().unwrap()).collect();
        first.join().unwrap().unwrap();
        results
    })
}

on_both! {
    fn many_writes_share_a_commit_and_all_are_there(db: TestDb) {
        let before = db.db.written();
        let write = |n: usize| -> Write<Result<()>> {
            Box::new(move |db| db.db.write_tx(Scope::Installation, |conn| insert(conn, &format!("C{n}"))))
        };
        let results = at_once(&db, (0..20).map(write).collect());
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        assert_eq!(db.count("organisations"), 21);
        let after = db.db.written();
        assert_eq!(after.writes - before.writes, 21);
        let commits = after.commits - before.commits;
        assert!(commits < 21, "{commits}");
        if !db.is_postgres() {
            assert_eq!(commits, 1);
        }
    }

    fn one_that_fails_or_panics_disturbs_nobody(db: TestDb) {
        let write = |n: usize| -> Write<std::thread::Result<Result<()>>> {
            Box::new(move |db| {
                catch_unwind(AssertUnwindSafe(|| {
                    db.db.write_tx(Scope::Installation, |conn| {
                        insert(conn, &format!("C{n}"))?;
                        match n % 3 {
                            0 => Ok(()),
                            1 => Err(Error::not_found("cohort")),
                            _ => insert(conn, &format!("C{n}")),
                        }
                    })
                }))
            })
        };
        let results = at_once(&db, (0..12).map(write).collect());
        for (n, result) in results.into_iter().enumerate() {
            match (n % 3, result.expect("no panic")) {
                (0, Ok(())) => {}
                (1, Err(Error::NotFound { what: "cohort" })) => {}
                (2, Err(Error::Database(_))) => {}
                (_, other) => panic!("{n}: {other:?}"),
            }
        }
        assert_eq!(db.count("organisations"), 5);

        let panics = catch_unwind(AssertUnwindSafe(|| {
            db.db.write_tx(Scope::Installation, |conn| -> Result<()> {
                insert(conn, "PANIC")?;
                panic!("half way")
            })
        }));
        assert!(panics.is_err());
        db.db.write_tx(Scope::Installation, |conn| insert(conn, "AFTER")).unwrap();
        assert_eq!(db.count("organisations"), 6);
    }

    /// Who shares a transaction with somebody who panics has written nothing, and writes again.
    fn a_panic_in_a_shared_transaction_loses_no_write(db: TestDb) {
        let write = |n: usize| -> Write<bool> {
            Box::new(move |db| {
                let done = catch_unwind(AssertUnwindSafe(|| {
                    db.db.write_tx(Scope::Installation, |conn| {
                        insert(conn, &format!("C{n}"))?;
                        assert!(n % 4 != 3, "half way");
                        Ok(())
                    })
                }));
                done.is_ok_and(|written| written.is_ok())
            })
        };
        let results = at_once(&db, (0..12).map(write).collect());
        let expected: Vec<bool> = (0..12).map(|n| n % 4 != 3).collect();
        assert_eq!(results, expected);
        assert_eq!(db.count("organisations"), 1 + 9);
    }

    fn each_has_its_own_scope(db: TestDb) {
        db.db.write_tx(Scope::Installation, |conn| insert(conn, "A")).unwrap();
        db.db.write_tx(Scope::Installation, |conn| insert(conn, "B")).unwrap();
        let write = |n: usize| -> Write<Result<()>> {
            let own = OrganisationId(1 + n as i64 % 2);
            Box::new(move |db| {
                db.db.write_tx(Scope::Organisation(own), |conn| {
                    let new = format!("INSERT INTO departments (organisation_id, name) VALUES ({own}, 'D{n}')");
                    Ok(conn.batch_execute(&new)?)
                })
            })
        };
        let results = at_once(&db, (0..10).map(write).collect());
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        assert_eq!(db.count("departments WHERE organisation_id = 1"), 5);
        assert_eq!(db.count("departments WHERE organisation_id = 2"), 5);
    }

    fn a_failure_that_a_write_lets_pass_is_not_told_as_success(db: TestDb) {
        db.db.write_tx(Scope::Installation, |conn| insert(conn, "TWICE")).unwrap();
        let lets_pass = |conn: &mut DbConn| {
            insert(conn, "WITH")?;
            assert!(insert(conn, "TWICE").is_err());
            Ok(())
        };
        // SQLite keeps what else was written; PostgreSQL has nothing of it, and must not say otherwise.
        for alone in [false, true] {
            let done = match alone {
                true => db.db.write_alone(Scope::Installation, lets_pass),
                false => db.db.write_tx(Scope::Installation, lets_pass),
            };
            assert_eq!(done.is_ok(), !db.is_postgres(), "{done:?}");
            assert_eq!(db.count("organisations WHERE code = 'WITH'"), i64::from(!db.is_postgres()));
            db.sql("DELETE FROM organisations WHERE code = 'WITH'");
        }
        db.db.write_tx(Scope::Installation, |conn| insert(conn, "NEXT")).unwrap();
        assert_eq!(db.count("organisations"), 2);
    }

    fn a_write_that_leaves_a_savepoint_open_is_not_told_of_success(db: TestDb) {
        use diesel::connection::{AnsiTransactionManager, TransactionManager};
        let leave_open = |conn: &mut DbConn| {
            insert(conn, "LEFT")?;
            Ok(on_backend!(conn, c => AnsiTransactionManager::begin_transaction(c))?)
        };
        assert!(db.db.write_tx(Scope::Installation, leave_open).is_err());
        assert!(db.db.write_alone(Scope::Installation, leave_open).is_err());
        assert_eq!(db.count("organisations"), 0);
        db.db.write_tx(Scope::Installation, |conn| insert(conn, "NEXT")).unwrap();
        assert_eq!(db.count("organisations"), 1);
    }
}
