//! A consistent copy of the database, made while others read and write it, and the way back.
//!
//! SQLite copies itself (`VACUUM INTO`). From PostgreSQL every table is read in one snapshot, a row a line as JSON, so that
//! neither making nor restoring a copy needs PostgreSQL's own programs.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::schema::{OF_ORGANISATIONS, OF_THE_INSTALLATION, organisations};
use super::{DatabaseUrl, Db, DbConn, Scope, enter, migrate, pending_migrations};
use crate::platform::error::{Error, Result};
use crate::platform::faults::Fault;
use crate::platform::ids::OrganisationId;
use crate::platform::private;

/// What a backup of SQLite holds beside its manifest and the master key.
const SQLITE_FILE: &str = "database.sqlite3";
/// The same, of PostgreSQL.
const TABLES_FILE: &str = "tables.jsonl";
const MANIFEST_FILE: &str = "manifest.json";

/// How many rows travel at once: a rendition is some tens of kilobytes.
const ROWS_AT_ONCE: i64 = 200;

/// What a backup is, and the sums by which damage is seen.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    /// `rights-academy-backup`, so that no other folder is taken for one.
    kind: String,
    version: u32,
    /// Migrations that the copied database had.
    migrations: Vec<String>,
    file: String,
    sha256: String,
}

const KIND: &str = "rights-academy-backup";
const VERSION: u32 = 1;

/// Copies the database into `dir`, a folder that is there and empty.
pub fn back_up(db: &Db, dir: &Path) -> Result<()> {
    let file = match db.url() {
        DatabaseUrl::Postgres(_) => TABLES_FILE,
        DatabaseUrl::Sqlite(_) | DatabaseUrl::Memory => SQLITE_FILE,
    };
    let copy = dir.join(file);
    match file {
        SQLITE_FILE => copy_sqlite(db, &copy)?,
        _ => db.read(Scope::Installation, |conn| dump_tables(conn, &copy))?,
    }
    let manifest = Manifest {
        kind: KIND.to_owned(),
        version: VERSION,
        migrations: super::migrations::applied(db)?,
        file: file.to_owned(),
        sha256: sha256_of(&copy)?,
    };
    let json = serde_json::to_vec_pretty(&manifest).map_err(Error::internal)?;
    write_durably(&dir.join(MANIFEST_FILE), &json)
}

/// Brings a backup back into a database that is not there yet (SQLite) or holds nothing (PostgreSQL).
pub fn restore(url: &DatabaseUrl, dir: &Path) -> Result<()> {
    let manifest = checked_manifest(dir)?;
    let copy = dir.join(&manifest.file);
    match (url, manifest.file.as_str()) {
        (DatabaseUrl::Sqlite(path), SQLITE_FILE) => restore_sqlite(&copy, path),
        (DatabaseUrl::Postgres(_), TABLES_FILE) => restore_tables(url, &copy, &manifest),
        (_, SQLITE_FILE) => {
            Err(refuse("this backup is of an embedded database; restore it to sqlite://PATH"))
        }
        _ => Err(refuse("this backup is of PostgreSQL; restore it to a postgres:// database")),
    }
}

fn refuse(message: impl Into<String>) -> Error {
    Fault::new("cannot-restore", message).into()
}

fn checked_manifest(dir: &Path) -> Result<Manifest> {
    let file = dir.join(MANIFEST_FILE);
    let text = fs::read(&file).map_err(|e| refuse(format!("{}: {e}", file.display())))?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|e| refuse(format!("{}: {e}", file.display())))?;
    if manifest.kind != KIND || manifest.version != VERSION {
        return Err(refuse(format!("{} is no backup that this version can restore", dir.display())));
    }
    if ![SQLITE_FILE, TABLES_FILE].contains(&manifest.file.as_str()) {
        return Err(refuse(format!("{} names an unknown file", file.display())));
    }
    if sha256_of(&dir.join(&manifest.file))? != manifest.sha256 {
        return Err(refuse(format!(
            "{} is damaged: its SHA-256 is another",
            dir.join(&manifest.file).display()
        )));
    }
    Ok(manifest)
}

fn copy_sqlite(db: &Db, copy: &Path) -> Result<()> {
    // SQLite takes an empty file for its own.
    private::create_new(copy).map_err(|e| at(copy, e))?;
    let mut conn = db.connection()?;
    diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(copy.to_string_lossy()).execute(&mut *conn)?;
    File::open(copy).and_then(|file| file.sync_all()).map_err(|e| at(copy, e))
}

fn restore_sqlite(copy: &Path, path: &Path) -> Result<()> {
    if path.exists() {
        return Err(refuse(format!("{} is there already; a restore replaces nothing", path.display())));
    }
    // SQLite would replay what another database of that name left behind.
    for left in ["-wal", "-shm", "-journal"].map(|end| beside(path, end)) {
        if left.exists() {
            let message = format!(
                "{} is left of a database that was there: move it away, to where that database is",
                left.display()
            );
            return Err(refuse(message));
        }
    }
    copy_durably(copy, path).map_err(|e| at(path, e))
}

/// The path with something after its name.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Under its name the file is there whole or not at all.
fn copy_durably(from: &Path, to: &Path) -> io::Result<()> {
    let unfinished = beside(to, ".restoring");
    match fs::remove_file(&unfinished) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let mut out = private::create_new(&unfinished)?;
    io::copy(&mut File::open(from)?, &mut out)?;
    out.sync_all()?;
    fs::rename(&unfinished, to)?;
    private::sync_folder_of(to)
}

#[derive(QueryableByName)]
struct JsonRow {
    #[diesel(sql_type = Text)]
    row: String,
}

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    table: &'a str,
    /// Whose row it is; absent in tables of the installation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    organisation: Option<OrganisationId>,
    #[serde(borrow)]
    row: &'a serde_json::value::RawValue,
}

/// One snapshot: the caller's transaction is `REPEATABLE READ`. Row security shows one organisation at a time, also to the
/// owner of the tables; to a superuser it shows all, so the query names the organisation too.
fn dump_tables(conn: &mut DbConn, copy: &Path) -> Result<()> {
    let mut out = BufWriter::new(private::create_new(copy).map_err(|e| at(copy, e))?);
    for table in OF_THE_INSTALLATION {
        dump_table(conn, table, None, &mut out, copy)?;
    }
    let ids: Vec<OrganisationId> =
        organisations::table.order(organisations::id).select(organisations::id).load(conn)?;
    for id in ids {
        enter(conn, Scope::Organisation(id))?;
        for table in OF_ORGANISATIONS {
            dump_table(conn, table, Some(id), &mut out, copy)?;
        }
    }
    out.into_inner().map_err(|e| at(copy, e.into_error()))?.sync_all().map_err(|e| at(copy, e))
}

/// A cursor reads the rows once, in no order: to sort a table that holds documents would take as much room again.
fn dump_table(
    conn: &mut DbConn,
    table: &str,
    organisation: Option<OrganisationId>,
    out: &mut impl Write,
    copy: &Path,
) -> Result<()> {
    let whose = organisation.map(|id| format!("WHERE organisation_id = {id}")).unwrap_or_default();
    conn.batch_execute(&format!(
        "DECLARE dump NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS row FROM {table} t {whose}"
    ))?;
    loop {
        let rows: Vec<JsonRow> = diesel::sql_query(format!("FETCH {ROWS_AT_ONCE} FROM dump")).load(conn)?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let raw = serde_json::from_str(&row.row).map_err(Error::internal)?;
            let line = Line { table, organisation, row: raw };
            serde_json::to_writer(&mut *out, &line).map_err(Error::internal)?;
            out.write_all(b"\n").map_err(|e| at(copy, e))?;
        }
    }
    Ok(conn.batch_execute("CLOSE dump")?)
}

/// Rows of one table and organisation that are put back together.
#[derive(Default)]
struct Batch {
    table: String,
    organisation: Option<OrganisationId>,
    rows: Vec<String>,
}

fn restore_tables(url: &DatabaseUrl, copy: &Path, manifest: &Manifest) -> Result<()> {
    let db = Db::open(url.clone(), 1)?;
    migrate(&db)?;
    if super::migrations::applied(&db)? != manifest.migrations || !pending_migrations(&db)?.is_empty() {
        return Err(refuse("the backup is of another version: restore it with that version, then upgrade"));
    }
    db.write_alone(Scope::Installation, |conn| {
        // A unit may come before its directorate: what refers to another row is looked at when all are there.
        conn.batch_execute("SET CONSTRAINTS ALL DEFERRED")?;
        // Every row of an organisation refers to it: where there is none, there is nothing.
        for table in OF_THE_INSTALLATION {
            let rows: Count =
                diesel::sql_query(format!("SELECT count(*) AS n FROM {table}")).get_result(conn)?;
            if rows.n > 0 {
                return Err(refuse(format!(
                    "{url} holds data already ({table}); a restore replaces nothing"
                )));
            }
        }
        let mut lines = BufReader::new(File::open(copy).map_err(|e| at(copy, e))?).lines();
        let mut batch = Batch::default();
        loop {
            let line = lines.next().transpose().map_err(|e| at(copy, e))?;
            let parsed =
                line.as_deref().map(serde_json::from_str::<Line>).transpose().map_err(Error::internal)?;
            let full = batch.rows.len() >= ROWS_AT_ONCE as usize;
            let fits = |line: &Line| line.table == batch.table && line.organisation == batch.organisation;
            if full || !parsed.as_ref().is_some_and(fits) {
                insert_rows(conn, &batch)?;
                batch.rows.clear();
            }
            let Some(line) = parsed else { break };
            line.table.clone_into(&mut batch.table);
            batch.organisation = line.organisation;
            batch.rows.push(line.row.get().to_owned());
        }
        continue_ids(conn)
    })
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// The table is one of ours, whatever the file says: it is compared before it becomes part of a statement.
fn insert_rows(conn: &mut DbConn, batch: &Batch) -> Result<()> {
    let Batch { table, organisation, rows } = batch;
    if rows.is_empty() {
        return Ok(());
    }
    let known: &[&str] = if organisation.is_some() { &OF_ORGANISATIONS } else { &OF_THE_INSTALLATION };
    if !known.contains(&table.as_str()) {
        return Err(refuse(format!("the backup names a table {table:?} that there is not")));
    }
    enter(conn, organisation.map_or(Scope::Installation, Scope::Organisation))?;
    let json = format!("[{}]", rows.join(","));
    diesel::sql_query(format!(
        "INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, $1::json)"
    ))
    .bind::<Text, _>(json)
    .execute(conn)?;
    Ok(())
}

/// The next row of each table gets an id above all restored ones, whosever they are.
fn continue_ids(conn: &mut DbConn) -> Result<()> {
    #[derive(QueryableByName)]
    struct Highest {
        #[diesel(sql_type = Nullable<BigInt>)]
        id: Option<i64>,
    }
    let ids: Vec<OrganisationId> = organisations::table.select(organisations::id).load(conn)?;
    let installation = OF_THE_INSTALLATION.into_iter().map(|table| (table, vec![Scope::Installation]));
    let scopes: Vec<Scope> = ids.into_iter().map(Scope::Organisation).collect();
    let organisations = OF_ORGANISATIONS.into_iter().map(|table| (table, scopes.clone()));
    for (table, scopes) in installation.chain(organisations) {
        let mut highest = None;
        for scope in scopes {
            enter(conn, scope)?;
            let query = diesel::sql_query(format!("SELECT max(id) AS id FROM {table}"));
            highest = highest.max(query.get_result::<Highest>(conn)?.id);
        }
        if let Some(highest) = highest {
            conn.batch_execute(&format!(
                "SELECT setval(pg_get_serial_sequence('{table}', 'id'), {highest})"
            ))?;
        }
    }
    Ok(())
}

fn sha256_of(file: &Path) -> Result<String> {
    let mut digest = Sha256::new();
    let mut reader = BufReader::with_capacity(1 << 20, File::open(file).map_err(|e| refuse_file(file, e))?);
    loop {
        let bytes = reader.fill_buf().map_err(|e| refuse_file(file, e))?;
        if bytes.is_empty() {
            break;
        }
        digest.update(bytes);
        let read = bytes.len();
        reader.consume(read);
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn refuse_file(file: &Path, error: std::io::Error) -> Error {
    refuse(format!("{}: {error}", file.display()))
}

fn write_durably(file: &Path, bytes: &[u8]) -> Result<()> {
    let mut out = private::create_new(file).map_err(|e| at(file, e))?;
    out.write_all(bytes).and_then(|()| out.sync_all()).map_err(|e| at(file, e))
}

fn at(file: &Path, error: std::io::Error) -> Error {
    Error::internal(format!("{}: {error}", file.display()))
}
