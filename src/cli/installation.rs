//! Taking an installation into use: its data directory, its database, its keys.

use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::catalogue::Catalogue;
use crate::platform::Platform;
use crate::platform::clock::Clock;
use crate::platform::config::Settings;
use crate::platform::db::{self, DatabaseUrl, Db, Scope};
use crate::platform::error::{Error, Result};
use crate::platform::faults::Fault;
use crate::platform::private;
use crate::platform::random::Random;

/// How many connections a process holds at most.
pub const CONNECTIONS: u32 = 8;

/// What becomes of a database whose tables are older than the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outdated {
    Leave,
    Migrate,
    /// `serve` runs as a role that must not change tables; the embedded database has no roles and migrates itself.
    RefuseOnPostgres,
}

/// Opens the database of the settings, with this program's tables.
pub fn open_database(settings: &Settings, outdated: Outdated) -> Result<Db> {
    let url: DatabaseUrl = settings.database.expose().parse()?;
    make_private_dir(&settings.data_dir)?;
    let embedded = !matches!(url, DatabaseUrl::Postgres(_));
    let db = Db::open(url, CONNECTIONS)?;
    if outdated == Outdated::RefuseOnPostgres && !embedded {
        refuse_exempt_role(&db)?;
        refuse_outdated(&db)?;
        return Ok(db);
    }
    if outdated != Outdated::Leave && !db::pending_migrations(&db)?.is_empty() {
        db::migrate(&db)?;
    }
    Ok(db)
}

/// What serves must not be able to do what only the owner of the database may.
fn refuse_exempt_role(db: &Db) -> Result<()> {
    #[derive(QueryableByName)]
    struct Role {
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Bool)]
        exempt: bool,
    }
    let query = "SELECT rolname::text AS name, rolsuper OR rolbypassrls AS exempt FROM pg_roles \
                 WHERE rolname = current_user";
    let role: Role = db.read(Scope::Installation, |conn| Ok(diesel::sql_query(query).get_result(conn)?))?;
    if !role.exempt {
        return Ok(());
    }
    let message = format!(
        "{:?} is a superuser or exempt from row security; serve as the role of the service, which is neither",
        role.name
    );
    Err(Fault::new("exempt-role", message).in_field("database").into())
}

/// For commands that must not change tables.
pub fn refuse_outdated(db: &Db) -> Result<()> {
    let pending = db::pending_migrations(db)?;
    if pending.is_empty() {
        return Ok(());
    }
    let owner = match db.url() {
        DatabaseUrl::Postgres(_) => " as the owner of the database",
        DatabaseUrl::Sqlite(_) | DatabaseUrl::Memory => "",
    };
    let message = format!(
        "{} lacks {} migrations of this version; run `rights-academy migrate` first{owner}",
        db.url(),
        pending.len()
    );
    Err(Fault::new("outdated-database", message).in_field("database").into())
}

/// Opens the database and unseals the keys.
pub fn open(settings: &Settings, outdated: Outdated) -> Result<Platform> {
    let db = open_database(settings, outdated)?;
    open_with(settings, db)
}

/// Unseals the keys of an open database.
pub fn open_with(settings: &Settings, db: Db) -> Result<Platform> {
    let master_key = settings.master_key.as_ref().map(|key| key.expose());
    let platform = Platform::open(db, &settings.data_dir, master_key, Clock::System, Random::System)?;
    Ok(Platform { sender: settings.mail_from.clone(), ..platform })
}

/// The catalogue of the settings: a folder's, or the built-in one.
pub fn catalogue(settings: &Settings) -> Result<Catalogue> {
    Ok(match &settings.modules {
        Some(dir) => Catalogue::load(dir)?,
        None => Catalogue::embedded()?,
    })
}

/// The data directory holds personal data and the master key: it is its owner's only.
pub fn make_private_dir(dir: &Path) -> Result<()> {
    private::create_dir(dir).map_err(|e| Error::internal(format!("{}: {e}", dir.display())))
}
