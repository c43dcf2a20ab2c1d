//! Randomness is a parameter: this file is the only one that asks the machine for it.

use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

use crate::platform::error::{Error, Result};

/// Where unguessable bytes come from.
#[derive(Clone, Debug, Default)]
pub enum Random {
    /// The operating system.
    #[default]
    System,
    /// A repeatable sequence, for tests: SHA-256 of a seed and a counter.
    Seeded(Arc<Mutex<u64>>),
}

impl Random {
    /// A sequence that is the same in each run.
    pub fn seeded(seed: u64) -> Self {
        Random::Seeded(Arc::new(Mutex::new(seed << 32)))
    }

    /// Fresh random bytes.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        match self {
            Random::System => {
                getrandom::fill(&mut bytes).map_err(|e| Error::internal(format!("no randomness: {e}")))?;
            }
            Random::Seeded(counter) => {
                let mut counter = counter.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                for chunk in bytes.chunks_mut(32) {
                    *counter += 1;
                    let block = Sha256::digest(counter.to_be_bytes());
                    chunk.copy_from_slice(&block[..chunk.len()]);
                }
            }
        }
        Ok(bytes)
    }

    /// `length` letters of `alphabet`, each equally likely. The alphabet has at most 256 letters.
    pub fn letters(&self, alphabet: &[u8], length: usize) -> Result<String> {
        // Bytes at or above the largest multiple would favour the first letters; they are drawn again.
        let fair = 256 - 256 % alphabet.len();
        let mut letters = String::with_capacity(length);
        while letters.len() < length {
            for byte in self.bytes::<32>()? {
                if usize::from(byte) < fair && letters.len() < length {
                    letters.push(char::from(alphabet[usize::from(byte) % alphabet.len()]));
                }
            }
        }
        Ok(letters)
    }
}
