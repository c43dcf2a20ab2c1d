//! Keys live in the database, each sealed under the one master key, which lives outside it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::platform::clock::Clock;
use crate::platform::db::schema::keys;
use crate::platform::db::{Db, DbConn, Scope, has_table};
use crate::platform::error::{Error, Result};
use crate::platform::faults::Fault;
use crate::platform::ids::KeyId;
use crate::platform::private;
use crate::platform::random::Random;

const NONCE_BYTES: usize = 24;

/// A symmetric key for XChaCha20-Poly1305. Never printed.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}

impl Key {
    pub fn random(random: &Random) -> Result<Key> {
        Ok(Key(random.bytes()?))
    }

    /// From the 32 bytes in base64 of a configuration or a key file.
    pub fn from_base64(text: &str) -> Result<Key> {
        let bytes = BASE64.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Key).ok_or_else(|| unusable("the master key must be 32 bytes in base64"))
    }

    /// The key itself, for algorithms other than ours: never for a message.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    pub fn to_base64(&self) -> String {
        BASE64.encode(self.0)
    }

    /// Encrypts and binds to `context`, which must be given again to open it.
    pub fn seal(&self, context: &str, plain: &[u8], random: &Random) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE_BYTES] = random.bytes()?;
        let sealed = XChaCha20Poly1305::new(&self.0.into())
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: context.as_bytes() })
            .map_err(|_| Error::internal("sealing failed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// What [`Key::seal`] sealed; `None` with another key or context, or where a byte was changed.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        XChaCha20Poly1305::new(&self.0.into())
            .decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: context.as_bytes() })
            .ok()
    }
}

/// The file of the master key in a data directory.
pub const MASTER_KEY_FILE: &str = "master.key";

/// The master key: the configured one, else the data directory's, else a new one for a database that has no keys yet.
pub fn master_key(configured: Option<&[u8; 32]>, data_dir: &Path, db: &Db, random: &Random) -> Result<Key> {
    let file = data_dir.join(MASTER_KEY_FILE);
    if configured.is_some() || file.exists() {
        return known_master_key(configured, data_dir);
    }
    let known = db.read(Scope::Installation, |conn| Ok(keys::table.count().get_result::<i64>(conn)?))?;
    // Another start may have made both meanwhile: the file comes first.
    if known > 0 && file.exists() {
        return known_master_key(None, data_dir);
    }
    if known > 0 {
        return Err(unusable(format!(
            "{} has keys, but there is neither a configured master key nor {}",
            db.url(),
            file.display()
        )));
    }
    let key = Key::random(random)?;
    match write_private(&file, &key.to_base64()) {
        Ok(()) => Ok(key),
        // Another start was quicker: its key is the one.
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            let text = std::fs::read_to_string(&file).map_err(|e| unusable(e.to_string()))?;
            Key::from_base64(&text)
        }
        Err(e) => Err(unusable(format!("{}: {e}", file.display()))),
    }
}

/// Whether the database, however old, has been taken into use: the first start makes a key.
pub fn any(db: &Db) -> Result<bool> {
    db.read(Scope::Installation, |conn| {
        Ok(has_table(conn, "keys")? && keys::table.count().get_result::<i64>(conn)? > 0)
    })
}

/// The configured master key, else the data directory's.
pub fn known_master_key(configured: Option<&[u8; 32]>, data_dir: &Path) -> Result<Key> {
    if let Some(key) = configured {
        return Ok(Key(*key));
    }
    let file = data_dir.join(MASTER_KEY_FILE);
    let text = std::fs::read_to_string(&file).map_err(|e| unusable(format!("{}: {e}", file.display())))?;
    Key::from_base64(&text)
}

/// Writes a master key into a folder; one that is there already must be the same.
pub fn keep_master_key(key: &Key, dir: &Path) -> Result<()> {
    let file = dir.join(MASTER_KEY_FILE);
    match write_private(&file, &key.to_base64()) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            let there = known_master_key(None, dir)?;
            let same = bool::from(subtle::ConstantTimeEq::ct_eq(there.0.as_slice(), key.0.as_slice()));
            if same { Ok(()) } else { Err(unusable(format!("{} is another master key", file.display()))) }
        }
        Err(e) => Err(unusable(format!("{}: {e}", file.display()))),
    }
}

/// Writes a new file that only its owner can read, whole or not at all; an existing one is left alone.
pub fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    // Two containers that share the folder may both be process 1: only chance keeps their files apart.
    let chance: [u8; 8] = Random::System.bytes().map_err(std::io::Error::other)?;
    let unfinished = file.with_extension(format!("{:016x}.part", u64::from_be_bytes(chance)));
    let result = private::create_new(&unfinished).and_then(|mut f| {
        f.write_all(text.as_bytes())?;
        f.sync_all()?;
        // A hard link fails where the name is taken, a rename would overwrite.
        std::fs::hard_link(&unfinished, file)
    });
    let _ = std::fs::remove_file(&unfinished);
    result
}

fn unusable(message: impl Into<String>) -> Error {
    Fault::new("master-key", message).in_field("master_key").into()
}

/// What a key is for. A key of one purpose is never used for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Seals verification codes of certificates.
    CertificateCodes,
    /// Seals what jobs are about.
    Jobs,
    /// Seals answers that are kept for a retry.
    Answers,
    /// Signs access tokens: the seed of an Ed25519 key.
    AccessTokens,
}

impl Purpose {
    pub const ALL: [Purpose; 4] =
        [Purpose::CertificateCodes, Purpose::Jobs, Purpose::Answers, Purpose::AccessTokens];

    /// The word in the database; the key is sealed with it.
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::CertificateCodes => "certificate-codes",
            Purpose::Jobs => "jobs",
            Purpose::Answers => "answers",
            Purpose::AccessTokens => "access-tokens",
        }
    }
}

/// An unsealed key of the installation.
#[derive(Clone, Debug)]
pub struct KnownKey {
    pub id: KeyId,
    pub purpose: Purpose,
    pub key: Key,
    pub created_at: DateTime<Utc>,
}

/// The installation's keys. What this process has unsealed it remembers; a key that another one made since is found in
/// the database when it is asked for.
#[derive(Clone)]
pub struct Keys(Arc<Ring>);

struct Ring {
    db: Db,
    master: Key,
    clock: Clock,
    random: Random,
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    keys: BTreeMap<KeyId, KnownKey>,
    /// When the database was last asked.
    asked_at: DateTime<Utc>,
}

/// An unknown id sends a process to the database at most this often: a forged token names any.
const ASK_AGAIN: Duration = Duration::seconds(1);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(***)")
    }
}

impl Keys {
    /// Unseals all keys, making the first one of each purpose. Refuses a master key that is not theirs.
    pub fn open(db: &Db, master: &Key, clock: &Clock, random: &Random) -> Result<Keys> {
        let ring = Ring {
            db: db.clone(),
            master: master.clone(),
            clock: clock.clone(),
            random: random.clone(),
            known: RwLock::default(),
        };
        ring.ask()?;
        let lacking = |ring: &Ring, purpose| ring.read().newest(purpose).is_none();
        for purpose in Purpose::ALL {
            if lacking(&ring, purpose) {
                ring.make(purpose, OnlyIf::None)?;
            }
        }
        Ok(Keys(Arc::new(ring)))
    }

    /// The key that is used now for something new: the newest of its purpose.
    pub fn current(&self, purpose: Purpose) -> Result<KnownKey> {
        self.0.read().newest(purpose).cloned().ok_or_else(|| Error::internal("a purpose without a key"))
    }

    /// The key that something earlier was made with.
    pub fn get(&self, id: KeyId) -> Result<KnownKey> {
        self.find(id)?.ok_or_else(|| Error::internal(format!("key {id} is not known")))
    }

    /// The key with this id, which somebody may have made up.
    pub fn find(&self, id: KeyId) -> Result<Option<KnownKey>> {
        let known = |ring: &Ring| ring.read().keys.get(&id).cloned();
        if let Some(key) = known(&self.0) {
            return Ok(Some(key));
        }
        if self.0.clock.now() - self.0.read().asked_at < ASK_AGAIN {
            return Ok(None);
        }
        self.0.ask()?;
        Ok(known(&self.0))
    }

    /// All keys of a purpose that this process knows, the oldest first.
    pub fn all(&self, purpose: Purpose) -> Vec<KnownKey> {
        self.0.read().keys.values().filter(|key| key.purpose == purpose).cloned().collect()
    }

    /// Learns what other processes made since.
    pub fn refresh(&self) -> Result<()> {
        self.0.ask()
    }

    /// Makes a new key, which is used from now on; what the earlier ones made stays readable.
    pub fn rotate(&self, purpose: Purpose) -> Result<KnownKey> {
        self.0.make(purpose, OnlyIf::Anyway)?;
        self.current(purpose)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum OnlyIf {
    /// There is none of that purpose: another start may have been quicker.
    None,
    Anyway,
}

impl Known {
    fn newest(&self, purpose: Purpose) -> Option<&KnownKey> {
        self.keys.values().rev().find(|key| key.purpose == purpose)
    }
}

impl Ring {
    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads all keys from the database.
    fn ask(&self) -> Result<()> {
        type Row = (KeyId, String, Vec<u8>, NaiveDateTime);
        let columns = (keys::id, keys::purpose, keys::sealed, keys::created_at);
        let rows: Vec<Row> = self.db.read(Scope::Installation, |conn| {
            Ok(keys::table.order(keys::id).select(columns).load(conn)?)
        })?;
        let mut opened = BTreeMap::new();
        for (id, word, sealed, created_at) in rows {
            let key = self
                .master
                .open(&word, &sealed)
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or_else(|| unusable(format!("this is not the master key of {}", self.db.url())))?;
            // A later version may know more purposes.
            let Some(purpose) = Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == word) else {
                continue;
            };
            opened.insert(id, KnownKey { id, purpose, key: Key(key), created_at: created_at.and_utc() });
        }
        let known = Known { keys: opened, asked_at: self.clock.now() };
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(())
    }

    fn make(&self, purpose: Purpose, only_if: OnlyIf) -> Result<()> {
        let sealed = self.master.seal(purpose.as_str(), &Key::random(&self.random)?.0, &self.random)?;
        self.db.write_tx(Scope::Installation, |conn| {
            lock_keys(conn)?;
            let there: i64 =
                keys::table.filter(keys::purpose.eq(purpose.as_str())).count().get_result(conn)?;
            if there == 0 || only_if == OnlyIf::Anyway {
                diesel::insert_into(keys::table)
                    .values((
                        keys::purpose.eq(purpose.as_str()),
                        keys::sealed.eq(&sealed),
                        keys::created_at.eq(self.clock.now().naive_utc()),
                    ))
                    .execute(conn)?;
            }
            Ok(())
        })?;
        self.ask()
    }
}

/// SQLite's writers take turns anyway.
fn lock_keys(conn: &mut DbConn) -> Result<()> {
    if let DbConn::Postgres(c) = conn {
        diesel::sql_query("LOCK TABLE keys IN EXCLUSIVE MODE").execute(c)?;
    }
    Ok(())
}
