//! What every feature stands on. Nothing in here knows a feature.

pub mod calendar;
pub mod cells;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod faults;
pub mod files;
pub mod http;
pub mod i18n;
pub mod ids;
pub mod jobs;
pub mod keys;
pub mod local_time;
pub mod logs;
pub mod mail;
pub mod parallel;
pub mod pdf;
pub mod private;
pub mod random;
pub mod sheets;
pub mod suggest;
pub mod text;
pub mod toml_file;

use std::path::Path;

use self::clock::Clock;
use self::db::Db;
use self::keys::Keys;
use self::mail::Mailbox;
use self::random::Random;

/// What every use case stands on.
#[derive(Clone)]
pub struct Platform {
    pub db: Db,
    pub clock: Clock,
    pub random: Random,
    pub keys: Keys,
    /// Who stands for an organisation that has no sender of its own, in mails and in calendars.
    pub sender: Mailbox,
}

impl Platform {
    /// Takes a migrated database into use: unseals its keys with the configured master key or the data directory's. The
    /// sender is that of an installation that was told none.
    pub fn open(
        db: Db,
        data_dir: &Path,
        master_key: Option<&[u8; 32]>,
        clock: Clock,
        random: Random,
    ) -> error::Result<Self> {
        let master = keys::master_key(master_key, data_dir, &db, &random)?;
        let keys = Keys::open(&db, &master, &clock, &random)?;
        Ok(Platform { db, clock, random, keys, sender: Mailbox::local() })
    }

    /// For a database in memory, which dies with its keys.
    pub fn ephemeral(db: Db) -> error::Result<Self> {
        let (clock, random) = (Clock::System, Random::System);
        let keys = Keys::open(&db, &keys::Key::random(&random)?, &clock, &random)?;
        Ok(Platform { db, clock, random, keys, sender: Mailbox::local() })
    }
}
