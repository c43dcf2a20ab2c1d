//! Passwords: which are good enough, how they are kept, and how many are hashed at a time.
//!
//! Kept is Argon2id with the parameters that OWASP's cheat sheet gives first, as a PHC string. A password is
//! normalised (NFC) before it is hashed, so that `ë` is one letter whatever keyboard wrote it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use unicode_normalization::UnicodeNormalization;

use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};
use crate::platform::random::Random;

/// In characters, after normalisation.
pub const SHORTEST: usize = 12;
/// In characters, after normalisation.
pub const LONGEST: usize = 128;
/// As sent. The longest password has at most four bytes a character, and twice that with its accents apart.
const MOST_BYTES: usize = 8 * LONGEST;
const FEWEST_DISTINCT: usize = 5;
/// Shorter words of a name occur in ordinary phrases.
const PERSONAL_LETTERS: usize = 4;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// What is hashed against where an account has no password, or there is no account: nobody's, of the same cost.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdCEhIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Whether a password may be chosen. `personal` is what others know of the person: the name, the address (of which
/// only what stands before the `@` counts). There are no rules of composition, which make passwords worse.
///
/// # Errors
/// Everything that is wrong with it, in the field `password`; the password is quoted in none of it.
pub fn check_new(password: &str, personal: &[&str]) -> Result<(), Faults> {
    let mut faults = Faults::default();
    let mut wrong = |code, message: String| faults.push(Fault::new(code, message).in_field("password"));
    if password.len() > MOST_BYTES {
        wrong("password-too-long", format!("A password has at most {LONGEST} characters."));
        return Err(faults);
    }
    let normal = normalised(password);
    let length = normal.chars().count();
    if length < SHORTEST {
        wrong(
            "password-too-short",
            format!("A password has at least {SHORTEST} characters; a sentence is good."),
        );
    } else if length > LONGEST {
        wrong("password-too-long", format!("A password has at most {LONGEST} characters."));
    } else if normal.chars().collect::<BTreeSet<_>>().len() < FEWEST_DISTINCT {
        wrong(
            "password-too-simple",
            format!("A password has at least {FEWEST_DISTINCT} different characters."),
        );
    }
    let lower = normal.to_lowercase();
    if personal.iter().flat_map(|text| personal_words(text)).any(|word| lower.contains(&word)) {
        wrong("password-personal", "A password contains no part of your name or address.".to_owned());
    }
    faults.into_result(())
}

/// The words of a name or an address's local part that are long enough to look for.
fn personal_words(text: &str) -> Vec<String> {
    let known = text.split('@').next().unwrap_or_default().nfc().collect::<String>().to_lowercase();
    let words = known.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| word.chars().count() >= PERSONAL_LETTERS).map(str::to_owned).collect()
}

fn normalised(password: &str) -> String {
    password.nfc().collect()
}

/// What is kept of a password: a PHC string. Takes tens of milliseconds and 19 MiB: enter [`Hashing`] first.
///
/// # Errors
/// The machine has no randomness or memory.
pub fn hash(password: &str, random: &Random) -> Result<String> {
    let salt: [u8; SALT_BYTES] = random.bytes()?;
    let hashed = argon2()?.hash_password_with_salt(normalised(password).as_bytes(), &salt);
    Ok(hashed.map_err(|e| Error::internal(format!("hashing failed: {e}")))?.to_string())
}

/// Whether this is the password of which `stored` was kept. Costs the same where nothing was kept, what was kept is
/// damaged, or the password is longer than any that was ever accepted. Enter [`Hashing`] first.
pub fn verify(password: &str, stored: Option<&str>) -> bool {
    let tryable = password.len() <= MOST_BYTES;
    let known = stored.and_then(usable);
    let possible = tryable && known.is_some();
    let (Ok(argon2), Some(against)) = (argon2(), known.or_else(|| usable(NOBODY))) else {
        return false;
    };
    let tried = if tryable { normalised(password) } else { String::new() };
    #[cfg(test)]
    VERIFIED.set(VERIFIED.get() + 1);
    argon2.verify_password(tried.as_bytes(), &against).is_ok() && possible
}

#[cfg(test)]
thread_local! {
    /// How many passwords this thread has hashed to compare them: equal work is counted, not timed.
    pub static VERIFIED: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// A stored hash that can be tried at no more than today's cost; earlier versions may have asked for less.
fn usable(stored: &str) -> Option<PasswordHash> {
    let hash = PasswordHash::new(stored).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let affordable = params.m_cost() <= MEMORY_KIB && params.t_cost() <= PASSES && params.p_cost() <= LANES;
    let ours = hash.algorithm == ARGON2ID_IDENT && hash.version == Some(Version::V0x13.into());
    let whole = hash.salt.is_some() && hash.hash.is_some_and(|hash| hash.len() == HASH_BYTES);
    (affordable && ours && whole).then_some(hash)
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_BYTES));
    let params = params.map_err(|e| Error::internal(format!("parameters of Argon2: {e}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Lets few passwords be hashed at a time, so that sign-ins take neither all memory nor all processors.
#[derive(Clone, Debug)]
pub struct Hashing {
    places: Arc<Semaphore>,
    patience: Duration,
}

/// One of the places at the hashing: moved into the closure that hashes, and free again when it is dropped.
#[derive(Debug)]
pub struct Place(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

impl Hashing {
    /// At a time: 38 MiB, and two processors.
    const PLACES: usize = 2;
    /// Longer than some hundred sign-ins take, shorter than people's patience.
    const PATIENCE: Duration = Duration::from_secs(5);

    pub fn new() -> Self {
        Hashing::of(Self::PLACES, Self::PATIENCE)
    }

    fn of(places: usize, patience: Duration) -> Self {
        Hashing { places: Arc::new(Semaphore::new(places)), patience }
    }

    /// Waits for a place. Called before `blocking`, so that those who wait hold no thread.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where none is free in time.
    pub async fn enter(&self) -> Result<Place> {
        match timeout(self.patience, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Place(permit)),
            Ok(Err(closed)) => Err(Error::internal(closed)),
            Err(_) => Err(Error::unavailable("too many passwords are being hashed")),
        }
    }
}

impl Default for Hashing {
    fn default() -> Self {
        Hashing::new()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn codes(password: &str, personal: &[&str]) -> Vec<&'static str> {
        let faults = check_new(password, personal).err().unwrap_or_default();
        assert!(faults.0.iter().all(|fault| fault.field.as_deref() == Some("password")));
        faults.0.into_iter().map(|fault| fault.code).collect()
    }

    #[test]
    fn a_password_is_long_enough_varied_enough_and_not_ones_name() {
        for good in
            ["correct horse battery", "aaaaaaaabcde", "dyzetmijevete", "пароль-на-века", &"abcde".repeat(25)]
        {
            assert_eq!(codes(good, &["Ana Li", "al@example.org"]), [""; 0], "{good}");
        }
        assert_eq!(codes("", &[]), ["password-too-short"]);
        assert_eq!(codes("abcdefghijk", &[]), ["password-too-short"]);
        assert_eq!(codes(&"abcde".repeat(26), &[]), ["password-too-long"]);
        assert_eq!(codes(&"x".repeat(1 << 20), &[]), ["password-too-long"]);
        assert_eq!(codes("abcdabcdabcdabcd", &[]), ["password-too-simple"]);
        for name in ["Arta Hoxha", "arta.hoxha@tirana.example", "HOXHA", "x_hoxha-1"] {
            assert_eq!(codes("my-dear-Hoxha-2026", &[name]), ["password-personal"], "{name}");
        }
        assert_eq!(codes("hoxha", &["Hoxha"]), ["password-too-short", "password-personal"]);
        // The domain is everybody's, and three letters are in many words.
        assert_eq!(codes("the-cat-of-tirana", &["cat@tirana.example", "Cat"]), [""; 0]);
    }

    #[test]
    fn characters_are_counted_as_people_see_them() {
        // Eleven letters with their accents apart are 22 characters as sent.
        let apart = "e\u{308}".repeat(11);
        assert_eq!(codes(&apart, &[]), ["password-too-short"]);
        assert_eq!(codes("Zo\u{eb}lla-on-the-moon", &["Zoe\u{308}lla"]), ["password-personal"]);
        let longest: String = ('\u{10000}'..).take(LONGEST).collect();
        assert_eq!(codes(&longest, &[]), [""; 0]);
    }

    #[test]
    fn a_password_is_known_again_however_its_letters_were_typed() {
        let random = Random::seeded(1);
        let kept = hash("një fjalëkalim i gjatë", &random).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_ne!(kept, hash("një fjalëkalim i gjatë", &random).unwrap(), "each has its own salt");
        assert!(verify("nje\u{308} fjale\u{308}kalim i gjate\u{308}", Some(&kept)));
        assert!(!verify("nje fjalekalim i gjate", Some(&kept)));
        assert!(!verify("", Some(&kept)));
    }

    #[test]
    fn a_damaged_or_foreign_hash_is_nobodys() {
        let kept = hash("correct horse battery", &Random::seeded(2)).unwrap();
        for broken in [
            String::new(),
            "plain".into(),
            "$argon2id$".into(),
            kept[..kept.len() - 1].into(),
            kept.replace("argon2id", "argon2i"),
            kept.replace("v=19", "v=16"),
            kept.replace("m=19456", "m=4294967295"),
            kept.replace("t=2", "t=4294967295"),
            kept.replace("p=1", "p=16777215"),
            kept.rsplit_once('$').unwrap().0.into(),
            format!("{kept}$"),
            "$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234".into(),
        ] {
            assert!(!verify("correct horse battery", Some(&broken)), "{broken}");
        }
        assert!(!verify("correct horse battery", None));
        assert!(!verify(&"x".repeat(1 << 20), Some(&kept)));
    }

    #[test]
    fn nobodys_hash_costs_what_anybodys_does() {
        let nobody = usable(NOBODY).expect("a hash");
        let anybody = PasswordHash::new(&hash("correct horse battery", &Random::seeded(3)).unwrap()).unwrap();
        assert_eq!(nobody.params, anybody.params);
        assert_eq!((nobody.algorithm, nobody.version), (anybody.algorithm, anybody.version));
        assert_eq!(nobody.salt.map(|salt| salt.len()), anybody.salt.map(|salt| salt.len()));
        for free in ["", "correct horse battery", "\0"] {
            assert!(!verify(free, None));
        }
    }

    #[actix_web::test]
    async fn few_hash_at_a_time_and_nobody_waits_for_ever() {
        let hashing = Hashing::of(2, Duration::ZERO);
        let (first, _second) = (hashing.enter().await.unwrap(), hashing.clone().enter().await.unwrap());
        assert!(matches!(hashing.enter().await, Err(Error::Unavailable(_))));
        drop(first);
        hashing.enter().await.unwrap();
    }

    proptest! {
        #[test]
        fn nothing_that_is_stored_or_sent_panics(stored in ".{0,120}", password in ".{0,40}") {
            prop_assert!(usable(&stored).is_none());
            let _ = check_new(&password, &[&stored]);
        }

        #[test]
        fn a_good_password_is_good_in_either_form(password in "\\PC{0,140}") {
            let apart: String = password.nfd().collect();
            let whole: String = password.nfc().collect();
            prop_assume!(apart.len() <= MOST_BYTES);
            prop_assert_eq!(codes(&apart, &[]), codes(&whole, &[]));
        }
    }
}
