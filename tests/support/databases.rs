//! A fresh, migrated database for each test, on either backend: migrated once, then copied.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::{PgConnection, SqliteConnection};
use rights_academy::platform::Platform;
use rights_academy::platform::clock::Clock;
use rights_academy::platform::db::schema::{OF_ORGANISATIONS, OF_THE_INSTALLATION};
use rights_academy::platform::db::{self, DatabaseUrl, Db, DbConn, Scope};
use rights_academy::platform::error::Result;
use rights_academy::platform::keys::{Key, Keys};
use rights_academy::platform::mail::Mailbox;
use rights_academy::platform::random::Random;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// Makes of one body two tests, `NAME::sqlite` and `NAME::postgres`, each with a database of its own.
///
/// `on_both! { fn name(db: TestDb) { … } }`
macro_rules! on_both {
    ($($(#[$meta:meta])* fn $name:ident($db:ident: TestDb) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn body($db: $crate::support::databases::TestDb) $body

            #[test]
            fn sqlite() {
                body($crate::support::databases::TestDb::sqlite());
            }

            #[test]
            fn postgres() {
                body($crate::support::databases::TestDb::postgres());
            }
        }
    )+};
}
pub(crate) use on_both;

/// A database that goes when this goes, also when the test fails.
pub struct TestDb {
    pub db: Db,
    url: String,
    /// Holds the file of SQLite.
    _dir: TempDir,
    /// Dropped after the pool.
    _postgres: Option<PostgresDatabase>,
}

impl TestDb {
    pub fn sqlite() -> TestDb {
        let dir = TempDir::new().unwrap();
        let file = dir.path().join("rights-academy.sqlite3");
        std::fs::write(&file, sqlite_template()).unwrap();
        TestDb::open(format!("sqlite://{}", file.display()), dir, None)
    }

    pub fn postgres() -> TestDb {
        let database = PostgresDatabase::copy_of(postgres_template());
        TestDb::open(database.url(), TempDir::new().unwrap(), Some(database))
    }

    /// Before any migration.
    pub fn empty_sqlite() -> TestDb {
        let dir = TempDir::new().unwrap();
        let url = format!("sqlite://{}", dir.path().join("rights-academy.sqlite3").display());
        TestDb::open(url, dir, None)
    }

    /// Before any migration.
    pub fn empty_postgres() -> TestDb {
        let database = PostgresDatabase::empty();
        TestDb::open(database.url(), TempDir::new().unwrap(), Some(database))
    }

    fn open(url: String, dir: TempDir, postgres: Option<PostgresDatabase>) -> TestDb {
        TestDb { db: open(&url), url, _dir: dir, _postgres: postgres }
    }

    /// For the program's `--database`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same database of PostgreSQL, by a superuser.
    pub fn url_of_superuser(&self) -> String {
        by_superuser(&self.url)
    }

    /// The same database of PostgreSQL, by a role like the service's: it reads and writes rows, and can make no table.
    pub fn url_of_service(&self) -> String {
        let (front, name) = self.url.rsplit_once('/').expect("the address of a database has a path");
        let (_, host) = front.rsplit_once('@').expect("the address of a database has a user");
        let role = format!("service_{name}");
        // The role stays until the private server goes: only a superuser may take away what it was granted.
        self.sql(&format!(
            "CREATE ROLE {role} LOGIN PASSWORD 'service'; \
             REVOKE ALL ON SCHEMA public FROM PUBLIC; \
             GRANT USAGE ON SCHEMA public TO {role}; \
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}; \
             GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
        ));
        format!("postgres://{role}:service@{host}/{name}")
    }

    pub fn is_postgres(&self) -> bool {
        self._postgres.is_some()
    }

    /// Another process's view: a pool of its own on the same database.
    pub fn another_pool(&self) -> Db {
        open(&self.url)
    }

    /// A platform on this database whose clock stands at [`NOW`] and whose randomness is the same in each run.
    pub fn platform(&self) -> Platform {
        platform(self.db.clone(), 1)
    }

    /// A platform on this database as the program has it: with the machine's clock and randomness.
    pub fn platform_of_today(&self) -> Platform {
        let (db, clock, random) = (self.db.clone(), Clock::System, Random::System);
        let keys = Keys::open(&db, &master_key(), &clock, &random).unwrap();
        Platform { db, clock, random, keys, sender: Mailbox::local() }
    }

    /// Runs a statement behind the services' back, whosever rows it is about.
    pub fn sql(&self, statement: &str) {
        let db = unguarded(&self.db);
        db.write_tx(Scope::Installation, |conn| Ok(conn.batch_execute(statement)?)).unwrap();
    }

    /// How many rows a table (or `table WHERE …`) has.
    pub fn count(&self, table: &str) -> i64 {
        count(&self.db, table)
    }
}

/// The database as the tests look at it behind the services' back: a superuser is not held by row security.
pub fn unguarded(db: &Db) -> Db {
    match db.url() {
        DatabaseUrl::Postgres(url) => Db::open(DatabaseUrl::Postgres(by_superuser(url)), 1).unwrap(),
        DatabaseUrl::Sqlite(_) | DatabaseUrl::Memory => db.clone(),
    }
}

/// How many rows a table (or `table WHERE …`) has, whosever they are.
pub fn count(db: &Db, table: &str) -> i64 {
    unguarded(db).read(Scope::Installation, |conn| count_in(conn, table)).unwrap()
}

/// How many rows each table has, whosever they are.
pub fn rows(db: &Db) -> Vec<(&'static str, i64)> {
    let tables = OF_THE_INSTALLATION.iter().chain(&OF_ORGANISATIONS);
    let count = |conn: &mut DbConn| tables.map(|table| Ok((*table, count_in(conn, table)?))).collect();
    unguarded(db).read(Scope::Installation, count).unwrap()
}

/// How many rows of a table (or `table WHERE …`) a transaction sees.
pub fn count_in(conn: &mut DbConn, table: &str) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    Ok(diesel::sql_query(format!("SELECT count(*) AS n FROM {table}")).get_result::<Count>(conn)?.n)
}

/// Where fixed clocks stand: some days after the pilot's last session.
pub const NOW: &str = "2023-04-03T09:00:00Z";

pub fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

/// A platform whose clock stands at [`NOW`]; two seeds never draw the same. All have the same master key.
pub fn platform(db: Db, seed: u64) -> Platform {
    let (clock, random) = (Clock::fixed(now()), Random::seeded(seed));
    let keys = Keys::open(&db, &master_key(), &clock, &random).unwrap();
    Platform { db, clock, random, keys, sender: Mailbox::local() }
}

pub fn master_key() -> Key {
    Key::random(&Random::seeded(0)).unwrap()
}

fn open(url: &str) -> Db {
    Db::open(url.parse().unwrap(), 4).unwrap()
}

/// The bytes of a migrated database file.
fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let dir = TempDir::new().unwrap();
        let file = dir.path().join("template.sqlite3");
        db::migrate(&Db::open(DatabaseUrl::Sqlite(file.clone()), 1).unwrap()).unwrap();
        // What is still in the write-ahead log comes into the file.
        let mut conn = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        std::fs::read(file).unwrap()
    })
}

/// The name of a migrated database. It is named after what the migrations say and stays on the server, so that
/// processes share it and a changed migration makes another.
fn postgres_template() -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = format!("academy_template_{}", fingerprint(&migrations()));
        let mut conn = maintenance();
        // Processes that come at once take turns; the lock goes with the connection.
        conn.batch_execute("SELECT pg_advisory_lock(7264124)").unwrap();
        let known = diesel::sql_query("SELECT 1 FROM pg_database WHERE datname = $1")
            .bind::<diesel::sql_types::Text, _>(&name)
            .execute(&mut conn)
            .unwrap();
        if known == 0 {
            let unfinished = PostgresDatabase::empty();
            db::migrate(&open(&unfinished.url())).unwrap();
            let rename = format!("ALTER DATABASE {} RENAME TO {name}", unfinished.name);
            conn.batch_execute(&rename).unwrap();
        }
        name
    })
}

fn migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres")
}

/// The start of the SHA-256 of everything in a folder.
fn fingerprint(dir: &Path) -> String {
    let mut files: Vec<PathBuf> = std::fs::read_dir(dir)
        .unwrap()
        .flat_map(|migration| std::fs::read_dir(migration.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.to_string_lossy().as_bytes());
        hash.update(std::fs::read(file).unwrap());
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// A database on the tests' server, dropped when this goes.
struct PostgresDatabase {
    name: String,
}

impl PostgresDatabase {
    fn empty() -> PostgresDatabase {
        PostgresDatabase::create("")
    }

    fn copy_of(template: &str) -> PostgresDatabase {
        PostgresDatabase::create(&format!("TEMPLATE {template}"))
    }

    fn create(clause: &str) -> PostgresDatabase {
        let random: [u8; 12] = Random::System.bytes().unwrap();
        let random: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let name = format!("academy_test_{random}");
        maintenance().batch_execute(&format!("CREATE DATABASE {name} {clause}")).unwrap();
        PostgresDatabase { name }
    }

    fn url(&self) -> String {
        let server = server();
        let (front, query) = server.split_once('?').map_or((server, None), |(f, q)| (f, Some(q)));
        let (front, _) = front.rsplit_once('/').expect("the address of a database has a path");
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        format!("{front}/{}{query}", self.name)
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        // FORCE: a pool that a test still holds must not keep its database.
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // Only a superuser may end the connection of one, and one may be ending still.
        let dropped = PgConnection::establish(superusers_server()).unwrap().batch_execute(&drop);
        if let Err(error) = dropped {
            eprintln!("{drop}: {error}");
        }
    }
}

/// The maintenance database of the tests' server, by a role that may create databases.
fn server() -> &'static str {
    static SERVER: OnceLock<Option<String>> = OnceLock::new();
    let server = SERVER.get_or_init(|| std::env::var("RIGHTS_ACADEMY_TEST_POSTGRES").ok());
    server.as_deref().expect(
        "the tests on PostgreSQL need a server: run `make test`, or `tests/tools/with-postgres cargo test`, \
         which start a private one (or set RIGHTS_ACADEMY_TEST_POSTGRES to postgres://… of a role that may create databases)",
    )
}

/// The same, by a superuser.
fn superusers_server() -> &'static str {
    static SERVER: OnceLock<Option<String>> = OnceLock::new();
    let server = SERVER.get_or_init(|| std::env::var("RIGHTS_ACADEMY_TEST_POSTGRES_SUPERUSER").ok());
    server.as_deref().expect(
        "the tests on PostgreSQL also need RIGHTS_ACADEMY_TEST_POSTGRES_SUPERUSER, which tests/tools/with-postgres sets",
    )
}

/// The address of a database of the tests' server, by a superuser.
fn by_superuser(url: &str) -> String {
    let (_, name) = url.rsplit_once('/').expect("the address of a database has a path");
    let (front, _) = superusers_server().rsplit_once('/').expect("the address of a database has a path");
    format!("{front}/{name}")
}

fn maintenance() -> PgConnection {
    PgConnection::establish(server()).unwrap()
}
