//! Keys live in the database, each sealed under the one master key, which lives outside it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use diesel::prelude::*;

use crate::platform::clock::Clock;
use crate::platform::db::schema::keys;
use crate::platform::db::{Db, DbConn, has_table};
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
    let known = db.read(|conn| Ok(keys::table.count().get_result::<i64>(conn)?))?;
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
    db.read(|conn| Ok(has_table(conn, "keys")? && keys::table.count().get_result::<i64>(conn)? > 0))
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

/// The installation's keys, unsealed, for as long as the program runs.
#[derive(Clone, Debug)]
pub struct Keys(Arc<BTreeMap<KeyId, Key>>);

/// The purpose of the key that seals verification codes.
const CERTIFICATE_CODES: &str = "certificate-codes";

impl Keys {
    /// Unseals all keys, making the first one where there are none. Refuses a master key that is not theirs.
    pub fn open(db: &Db, master: &Key, clock: &Clock, random: &Random) -> Result<Keys> {
        let sealed = |conn: &mut DbConn| -> Result<Vec<(KeyId, String, Vec<u8>)>> {
            Ok(keys::table.order(keys::id).select((keys::id, keys::purpose, keys::sealed)).load(conn)?)
        };
        let mut rows = db.read(sealed)?;
        if rows.is_empty() {
            let first = master.seal(CERTIFICATE_CODES, &Key::random(random)?.0, random)?;
            rows = db.write_tx(|conn| {
                lock_keys(conn)?;
                let there = sealed(conn)?;
                if !there.is_empty() {
                    return Ok(there);
                }
                diesel::insert_into(keys::table)
                    .values((
                        keys::purpose.eq(CERTIFICATE_CODES),
                        keys::sealed.eq(&first),
                        keys::created_at.eq(clock.now().naive_utc()),
                    ))
                    .execute(conn)?;
                sealed(conn)
            })?;
        }
        let mut opened = BTreeMap::new();
        for (id, purpose, sealed) in rows {
            let key = master
                .open(&purpose, &sealed)
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or_else(|| unusable(format!("this is not the master key of {}", db.url())))?;
            opened.insert(id, Key(key));
        }
        Ok(Keys(Arc::new(opened)))
    }

    /// The key that seals new verification codes: the newest.
    pub fn current(&self) -> Result<(KeyId, &Key)> {
        self.0.last_key_value().map(|(id, key)| (*id, key)).ok_or_else(|| Error::internal("no keys"))
    }

    /// The key that sealed an earlier one.
    pub fn get(&self, id: KeyId) -> Result<&Key> {
        self.0.get(&id).ok_or_else(|| Error::internal(format!("key {id} is not known")))
    }
}

/// SQLite's writers take turns anyway.
fn lock_keys(conn: &mut DbConn) -> Result<()> {
    if let DbConn::Postgres(c) = conn {
        diesel::sql_query("LOCK TABLE keys IN EXCLUSIVE MODE").execute(c)?;
    }
    Ok(())
}
