//! The master key: made once, asked for ever after.

use std::path::Path;

use rights_academy::platform::Platform;
use rights_academy::platform::clock::Clock;
use rights_academy::platform::error::Result;
use rights_academy::platform::keys::{Key, MASTER_KEY_FILE, Purpose};
use rights_academy::platform::random::Random;
use tempfile::TempDir;

use super::code;
use crate::support::databases::{TestDb, now, on_both};

fn start(db: &TestDb, data_dir: &Path, configured: Option<&[u8; 32]>) -> Result<Platform> {
    Platform::open(db.another_pool(), data_dir, configured, Clock::fixed(now()), Random::System)
}

/// For every purpose, what was sealed with the platform's key can be opened with the other's.
fn same_keys(one: &Platform, other: &Platform) -> bool {
    Purpose::ALL.into_iter().all(|purpose| {
        let current = one.keys.current(purpose).unwrap();
        let sealed = current.key.seal("serial", b"code", &Random::System).unwrap();
        let same = other.keys.get(current.id).unwrap();
        same.purpose == purpose && same.key.open("serial", &sealed).as_deref() == Some(b"code")
    })
}

/// One for each purpose.
const FIRST_KEYS: i64 = Purpose::ALL.len() as i64;

on_both! {
    fn a_second_start_finds_the_keys_of_the_first(db: TestDb) {
        let dir = TempDir::new().unwrap();
        let first = start(&db, dir.path(), None).unwrap();
        assert!(same_keys(&first, &start(&db, dir.path(), None).unwrap()));
        assert_eq!(db.count("keys"), FIRST_KEYS);
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(dir.path().join(MASTER_KEY_FILE)).unwrap().permissions(),
        );
        assert_eq!(mode & 0o777, 0o600);
    }

    fn without_its_master_key_it_refuses_to_start(db: TestDb) {
        let (dir, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        start(&db, dir.path(), None).unwrap();
        assert_eq!(code(start(&db, elsewhere.path(), None).map(drop)), "master-key");
        // It made no other one on the way.
        assert!(!elsewhere.path().join(MASTER_KEY_FILE).exists());
        assert_eq!(code(start(&db, dir.path(), Some(&[7; 32])).map(drop)), "master-key");
        let other = Key::random(&Random::System).unwrap().to_base64();
        for wrong in [other.as_str(), "", "not a key"] {
            std::fs::write(elsewhere.path().join(MASTER_KEY_FILE), wrong).unwrap();
            assert_eq!(code(start(&db, elsewhere.path(), None).map(drop)), "master-key");
        }
        assert_eq!(db.count("keys"), FIRST_KEYS);
        start(&db, dir.path(), None).unwrap();
    }

    fn a_configured_master_key_leaves_no_file(db: TestDb) {
        let dir = TempDir::new().unwrap();
        let first = start(&db, dir.path(), Some(&[7; 32])).unwrap();
        assert!(same_keys(&first, &start(&db, dir.path(), Some(&[7; 32])).unwrap()));
        assert!(!dir.path().join(MASTER_KEY_FILE).exists());
    }

    fn two_first_starts_at_once_have_the_same_keys(db: TestDb) {
        let dir = TempDir::new().unwrap();
        let begin = std::sync::Barrier::new(2);
        let begin_and_start = || {
            begin.wait();
            start(&db, dir.path(), None).unwrap()
        };
        let [one, other] = std::thread::scope(|scope| {
            [scope.spawn(begin_and_start), scope.spawn(begin_and_start)].map(|thread| thread.join().unwrap())
        });
        assert!(same_keys(&one, &other));
        assert_eq!(db.count("keys"), FIRST_KEYS);
    }
}
