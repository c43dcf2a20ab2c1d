//! What the database layer promises: all or nothing, one moment for a reader, and what is acknowledged stays.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use rights_academy::platform::db::{Db, DbConn, Scope, migrate, pending_migrations};
use rights_academy::platform::error::{Error, Result};

use crate::support::databases::{TestDb, count_in, on_both};
use crate::support::wait_until;

fn insert(code: &str) -> String {
    format!(
        "INSERT INTO organisations (code, name, created_at) VALUES ('{code}', '{code}', '2023-01-01 00:00:00')"
    )
}

fn organisations(conn: &mut DbConn) -> Result<i64> {
    use rights_academy::platform::db::schema::organisations;
    Ok(organisations::table.count().get_result(conn)?)
}

on_both! {
    fn a_write_that_is_refused_or_panics_leaves_nothing(db: TestDb) {
        let refused = db.db.write_tx(Scope::Installation, |conn| {
            conn.batch_execute(&insert("A"))?;
            Err::<(), _>(Error::not_found("cohort"))
        });
        assert!(matches!(refused, Err(Error::NotFound { what: "cohort" })));
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            db.db.write_tx(Scope::Installation, |conn| -> Result<()> {
                conn.batch_execute(&insert("A"))?;
                panic!("half way")
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(db.count("organisations"), 0);
        db.sql(&insert("A"));
        assert_eq!(db.count("organisations"), 1);
    }

    fn a_trial_is_seen_inside_and_nowhere_else(db: TestDb) {
        let inside = db.db.dry_run(Scope::Installation, |conn| {
            conn.batch_execute(&insert("A"))?;
            organisations(conn)
        });
        assert_eq!((inside.unwrap(), db.count("organisations")), (1, 0));
    }

    fn a_reader_sees_one_moment(db: TestDb) {
        let writer = db.another_pool();
        let seen = db.db.read(Scope::Installation, |conn| {
            let before = organisations(conn)?;
            writer.write_tx(Scope::Installation, |conn| Ok(conn.batch_execute(&insert("A"))?))?;
            Ok((before, organisations(conn)?))
        });
        assert_eq!((seen.unwrap(), db.count("organisations")), ((0, 0), 1));
    }

    fn a_reader_cannot_write_or_leaves_nothing(db: TestDb) {
        // PostgreSQL refuses; on SQLite what was tried is rolled back.
        let tried = db.db.read(Scope::Installation, |conn| Ok(conn.batch_execute(&insert("A"))?));
        assert_eq!(tried.is_err(), db.is_postgres(), "{tried:?}");
        assert_eq!(db.count("organisations"), 0);
    }

    fn writers_at_once_take_turns(db: TestDb) {
        let begin = Barrier::new(4);
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let (pool, begin) = (db.another_pool(), &begin);
                scope.spawn(move || {
                    begin.wait();
                    for n in 0..10 {
                        let insert = insert(&format!("C{writer}{n}"));
                        pool.write_tx(Scope::Installation, |conn| Ok(conn.batch_execute(&insert)?)).unwrap();
                    }
                });
            }
        });
        assert_eq!(db.count("organisations"), 40);
    }

    fn every_connection_keeps_what_it_acknowledges(db: TestDb) {
        let asked: &[(&str, &str)] = if db.is_postgres() {
            &[
                ("SELECT current_setting('fsync') AS value", "on"),
                ("SELECT current_setting('synchronous_commit') AS value", "on"),
                ("SELECT current_setting('full_page_writes') AS value", "on"),
                ("SELECT current_setting('TimeZone') AS value", "UTC"),
            ]
        } else {
            &[
                ("SELECT CAST(synchronous AS TEXT) AS value FROM pragma_synchronous", "2"),
                ("SELECT journal_mode AS value FROM pragma_journal_mode", "wal"),
                ("SELECT CAST(foreign_keys AS TEXT) AS value FROM pragma_foreign_keys", "1"),
            ]
        };
        // As many at once as the pool has.
        assert_eq!(ask(&db.db, asked, 4), 4);
    }

    fn a_refused_foreign_key_is_an_error(db: TestDb) {
        let orphan = "INSERT INTO departments (organisation_id, name) VALUES (99, 'Finance')";
        let refused = db.db.write_tx(Scope::Installation, |conn| Ok(conn.batch_execute(orphan)?));
        assert!(matches!(refused, Err(Error::Database(_))), "{refused:?}");
    }
}

fn ask(db: &Db, asked: &[(&str, &str)], connections: usize) -> usize {
    #[derive(QueryableByName)]
    struct Setting {
        #[diesel(sql_type = Text)]
        value: String,
    }
    if connections == 0 {
        return 0;
    }
    db.read(Scope::Installation, |conn| {
        for (query, expected) in asked {
            let setting: Setting = diesel::sql_query(*query).get_result(conn)?;
            assert_eq!(setting.value, *expected, "{query}");
        }
        Ok(1 + ask(db, asked, connections - 1))
    })
    .unwrap()
}

/// Two that start on an empty database at once.
fn two_migrate_at_once(db: &TestDb) {
    let pools = [db.another_pool(), db.another_pool()];
    let begin = Barrier::new(2);
    let run = |pool: &Db| {
        begin.wait();
        migrate(pool).unwrap().len()
    };
    let done = std::thread::scope(|scope| {
        let threads = [scope.spawn(|| run(&pools[0])), scope.spawn(|| run(&pools[1]))];
        threads.map(|thread| thread.join().unwrap())
    });
    assert_eq!(done.iter().filter(|run| **run == 0).count(), 1, "{done:?}");
    assert!(pending_migrations(&db.db).unwrap().is_empty());
    assert_eq!(db.count("organisations"), 0);
}

#[test]
fn two_migrate_sqlite_at_once() {
    two_migrate_at_once(&TestDb::empty_sqlite());
}

#[test]
fn two_migrate_postgres_at_once() {
    two_migrate_at_once(&TestDb::empty_postgres());
}

/// Each holds what the other one wants. PostgreSQL ends one of them, which then runs again.
#[test]
fn a_deadlock_is_tried_again() {
    let db = TestDb::postgres();
    db.sql(&format!("{};{}", insert("A"), insert("B")));
    let (both_hold, runs) = (Barrier::new(2), AtomicUsize::new(0));
    let rename = |mine: &str, theirs: &str| {
        let first = Cell::new(true);
        db.db
            .write_tx(Scope::Installation, |conn| {
                runs.fetch_add(1, Ordering::SeqCst);
                conn.batch_execute(&format!(
                    "UPDATE organisations SET name = name || '{mine}' WHERE code = '{mine}'"
                ))?;
                if first.replace(false) {
                    both_hold.wait();
                }
                Ok(conn.batch_execute(&format!(
                    "UPDATE organisations SET name = name || '{mine}' WHERE code = '{theirs}'"
                ))?)
            })
            .unwrap();
    };
    std::thread::scope(|scope| {
        scope.spawn(|| rename("A", "B"));
        scope.spawn(|| rename("B", "A"));
    });
    // Three, or more: the one that runs again can have its row back before the other one wakes, and they meet again.
    assert!(runs.load(Ordering::SeqCst) >= 3);
    assert_eq!(db.count("organisations WHERE length(name) = 3"), 2);
}

#[test]
fn a_serialisation_failure_is_tried_again() {
    let db = TestDb::postgres();
    db.sql(
        "DO $$ BEGIN EXECUTE format( \
         'ALTER DATABASE %I SET default_transaction_isolation TO %L', current_database(), 'repeatable read'); END $$",
    );
    db.sql(&insert("A"));
    let (other, runs) = (db.another_pool(), Cell::new(0));
    let change = |by: &'static str| format!("UPDATE organisations SET name = name || '{by}'");
    db.db
        .write_tx(Scope::Installation, |conn| {
            runs.set(runs.get() + 1);
            organisations(conn)?;
            if runs.get() == 1 {
                other.write_tx(Scope::Installation, |conn| Ok(conn.batch_execute(&change("1"))?))?;
            }
            Ok(conn.batch_execute(&change("2"))?)
        })
        .unwrap();
    assert_eq!((runs.get(), db.count("organisations WHERE name = 'A12'")), (2, 1));
}

/// A command that ends must not leave a connection half made.
#[test]
fn no_connection_is_made_before_it_is_asked_for() {
    let db = TestDb::postgres();
    let see = |table: &str| db.db.read(Scope::Installation, |conn| count_in(conn, table)).unwrap();
    (0..20).for_each(|_| assert_eq!(see("organisations"), 0));
    wait_until("one connection is all", || see("pg_stat_activity WHERE datname = current_database()") == 1);
}

/// Ends every connection of the role to the database but the one that asks.
const TERMINATE: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
                         AND usename = current_user AND pid <> pg_backend_pid()";

fn write(db: &TestDb, statement: &str) {
    db.db.write_tx(Scope::Installation, |conn| Ok(conn.batch_execute(statement)?)).unwrap();
}

#[test]
fn a_database_that_restarts_is_survived() {
    let db = TestDb::postgres();
    // Four connections, all in use, then idle.
    assert_eq!(ask(&db.db, &[], 4), 4);
    let other = db.another_pool();
    other.read(Scope::Installation, |conn| Ok(conn.batch_execute(TERMINATE)?)).unwrap();
    assert_eq!(db.db.read(Scope::Installation, organisations).unwrap(), 0);
    write(&db, &insert("A"));
    assert_eq!(ask(&db.db, &[], 4), 4);
}

#[test]
fn a_write_that_loses_the_database_fails_whole_and_the_next_one_works() {
    let db = TestDb::postgres();
    let other = db.another_pool();
    let lost = db.db.write_tx(Scope::Installation, |conn| {
        conn.batch_execute(&insert("A"))?;
        other.read(Scope::Installation, |conn| Ok(conn.batch_execute(TERMINATE)?))?;
        Ok(conn.batch_execute(&insert("B"))?)
    });
    assert!(matches!(lost, Err(Error::Unavailable(_))), "{lost:?}");
    assert_eq!(db.db.read(Scope::Installation, organisations).unwrap(), 0);
    write(&db, &insert("C"));
    assert_eq!(db.db.read(Scope::Installation, organisations).unwrap(), 1);
}
