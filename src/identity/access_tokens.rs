//! Access tokens: short-lived, signed, asked of no database (RFC 7519, typed as RFC 9068 has it, kept to RFC 8725).
//!
//! A token names a sign-in; whether that still stands is its caller's question. Only tokens of exactly the form that
//! [`AccessTokens::issue`] gives them are accepted: one algorithm, one header for each key.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::platform::clock::Clock;
use crate::platform::config::Secret;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, KeyId, SignInId};
use crate::platform::keys::{Keys, KnownKey, Purpose};
use crate::platform::random::Random;

/// How long a token is good for.
pub const LIFETIME: Duration = Duration::minutes(10);

/// How long after a new key was made tokens of the one before are still accepted: every one of them has ended by then.
pub const SUCCESSION: Duration = Duration::hours(1);

/// How far two machines' clocks may be apart.
const LEEWAY: Duration = Duration::seconds(5);

/// How often a process asks which keys others have made. A token of a key that it does not know asks sooner.
const LOOK_AGAIN: Duration = Duration::minutes(1);

/// Our tokens have some 400 bytes.
const MOST_BYTES: usize = 4096;

const TYPE: &str = "at+jwt";
const AUDIENCE: &str = "rights-academy";

/// What stands before the seed of an Ed25519 key in its PKCS#8 form (RFC 8410, 7).
const PKCS8_PREFIX: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

/// Makes and checks access tokens. Cheap to clone.
#[derive(Clone)]
pub struct AccessTokens(Arc<Inner>);

struct Inner {
    keys: Keys,
    clock: Clock,
    random: Random,
    issuer: String,
    validation: Validation,
    /// The keys in the form in which they sign and verify.
    made: RwLock<BTreeMap<KeyId, Arc<Made>>>,
    /// When the keys of others were last asked for, in milliseconds since 1970.
    looked_at: AtomicI64,
}

impl fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokens").field("issuer", &self.0.issuer).finish_non_exhaustive()
    }
}

/// A token as its holder gets it.
#[derive(Clone, Debug)]
pub struct Issued {
    pub token: Secret<String>,
    /// In seconds.
    pub expires_in: u32,
}

/// What a token that holds says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    pub account: AccountId,
    pub sign_in: SignInId,
    pub expires_at: DateTime<Utc>,
}

/// The public keys with which others check tokens (RFC 7517).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Jwks {
    /// The oldest first; the last signs.
    pub keys: Vec<PublicKey>,
}

/// The public part of an Ed25519 key (RFC 8037).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicKey {
    /// `OKP`
    #[schema(example = "OKP")]
    pub kty: &'static str,
    /// `Ed25519`
    #[schema(example = "Ed25519")]
    pub crv: &'static str,
    /// The key, in base64url.
    #[schema(example = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")]
    pub x: String,
    /// The `kid` of its tokens.
    #[schema(example = "3")]
    pub kid: String,
    /// `sig`: it signs.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    pub used_for: &'static str,
    /// `EdDSA`
    #[schema(example = "EdDSA")]
    pub alg: &'static str,
}

/// Why a token is none of ours, for the log. A client learns only that it is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    TooLong,
    /// Not the one header that the key's tokens have.
    Header,
    /// A key that was never ours, or whose successor has long taken over.
    Key,
    Signature,
    /// A claim is missing, of another form, or another's.
    Claims,
    NotYet,
    Expired,
}

/// The claims as they are signed. Times are in seconds since 1970.
#[derive(Serialize, Deserialize)]
struct Signed {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
}

struct Made {
    header: Header,
    signs: EncodingKey,
    verifies: DecodingKey,
    public: PublicKey,
}

impl AccessTokens {
    /// `issuer` is the `iss` of all tokens: the installation's public URL, or a name.
    pub fn new(keys: Keys, clock: Clock, random: Random, issuer: String) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&[AUDIENCE]);
        // Time is our clock's, which tests move: see `in_time`.
        (validation.validate_exp, validation.validate_nbf) = (false, false);
        let (made, looked_at) = (RwLock::default(), AtomicI64::new(clock.now().timestamp_millis()));
        AccessTokens(Arc::new(Inner { keys, clock, random, issuer, validation, made, looked_at }))
    }

    /// A token for this sign-in, signed with the newest key. May ask the database.
    ///
    /// # Errors
    /// The database is away, or the machine has no randomness.
    pub fn issue(&self, account: AccountId, sign_in: SignInId) -> Result<Issued> {
        let inner = &*self.0;
        self.look()?;
        let made = self.made(&inner.keys.current(Purpose::AccessTokens)?)?;
        let now = inner.clock.now().timestamp();
        let claims = Signed {
            iss: inner.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: account.to_string(),
            sid: sign_in.to_string(),
            iat: now,
            nbf: now,
            exp: now + LIFETIME.num_seconds(),
            jti: BASE64_URL_SAFE_NO_PAD.encode(inner.random.bytes::<16>()?),
        };
        let token = encode(&made.header, &claims, &made.signs).map_err(Error::internal)?;
        Ok(Issued { token: Secret::new(token), expires_in: LIFETIME.num_seconds().unsigned_abs() as u32 })
    }

    /// What the token says, or `None` whatever is wrong with it. May ask the database about a key.
    ///
    /// # Errors
    /// The database is away.
    pub fn check(&self, token: &str) -> Result<Option<Claims>> {
        Ok(self.examine(token)?.inspect_err(|refusal| tracing::debug!(?refusal, "an access token")).ok())
    }

    /// The public keys whose tokens are accepted. May ask the database.
    ///
    /// # Errors
    /// The database is away.
    pub fn jwks(&self) -> Result<Jwks> {
        self.look()?;
        let all = self.0.keys.all(Purpose::AccessTokens);
        let keys = all.iter().filter(|key| self.verifies(key.id, &all));
        Ok(Jwks { keys: keys.map(|key| Ok(self.made(key)?.public.clone())).collect::<Result<_>>()? })
    }

    fn examine(&self, token: &str) -> Result<Result<Claims, Refusal>> {
        if token.len() > MOST_BYTES {
            return Ok(Err(Refusal::TooLong));
        }
        let Some((header, id)) = header(token) else {
            return Ok(Err(Refusal::Header));
        };
        self.look()?;
        let Some(key) = self.0.keys.find(id)?.filter(|key| key.purpose == Purpose::AccessTokens) else {
            return Ok(Err(Refusal::Key));
        };
        if !self.verifies(id, &self.0.keys.all(Purpose::AccessTokens)) {
            return Ok(Err(Refusal::Key));
        }
        let made = self.made(&key)?;
        if header != made.header {
            return Ok(Err(Refusal::Header));
        }
        Ok(self.0.verified(token, &made))
    }

    /// Whether tokens of this key are still accepted: it is the newest, or its successor is young.
    fn verifies(&self, id: KeyId, all: &[KnownKey]) -> bool {
        let successor = all.iter().find(|key| key.id > id);
        successor.is_none_or(|successor| self.0.clock.now() < successor.created_at + SUCCESSION)
    }

    /// Learns now and then which keys other processes have made.
    fn look(&self) -> Result<()> {
        let now = self.0.clock.now().timestamp_millis();
        let last = self.0.looked_at.load(Ordering::Relaxed);
        let due = now - last >= LOOK_AGAIN.num_milliseconds();
        // One thread goes, and the others need not wait for it.
        let ours =
            due && self.0.looked_at.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if ours { self.0.keys.refresh() } else { Ok(()) }
    }

    fn made(&self, key: &KnownKey) -> Result<Arc<Made>> {
        let known = self.0.made.read().unwrap_or_else(PoisonError::into_inner).get(&key.id).cloned();
        if let Some(made) = known {
            return Ok(made);
        }
        let made = Arc::new(Made::of(key)?);
        self.0.made.write().unwrap_or_else(PoisonError::into_inner).insert(key.id, Arc::clone(&made));
        Ok(made)
    }
}

impl Inner {
    /// Signature, claims and time.
    fn verified(&self, token: &str, made: &Made) -> Result<Claims, Refusal> {
        let signed: Signed = decode(token, &made.verifies, &self.validation)
            .map_err(|error| match error.kind() {
                ErrorKind::InvalidSignature | ErrorKind::Base64(_) => Refusal::Signature,
                _ => Refusal::Claims,
            })?
            .claims;
        let id = |text: &str| text.parse::<i64>().map_err(|_| Refusal::Claims);
        let (account, sign_in) = (AccountId(id(&signed.sub)?), SignInId(id(&signed.sid)?));
        let time = |seconds| DateTime::from_timestamp(seconds, 0).ok_or(Refusal::Claims);
        let (begins_at, expires_at) = (time(signed.nbf)?, time(signed.exp)?);
        in_time(self.clock.now(), begins_at, expires_at)?;
        Ok(Claims { account, sign_in, expires_at })
    }
}

fn in_time(now: DateTime<Utc>, begins_at: DateTime<Utc>, expires_at: DateTime<Utc>) -> Result<(), Refusal> {
    if now + LEEWAY < begins_at {
        Err(Refusal::NotYet)
    } else if now - LEEWAY >= expires_at {
        Err(Refusal::Expired)
    } else {
        Ok(())
    }
}

/// The header as a token has it, and the key that it names; nothing about either is true yet.
fn header(token: &str) -> Option<(Header, KeyId)> {
    let header = decode_header(token).ok()?;
    let id = header.kid.as_ref()?.parse().ok()?;
    Some((header, KeyId(id)))
}

impl Made {
    fn of(key: &KnownKey) -> Result<Made> {
        let pkcs8 = [PKCS8_PREFIX.as_slice(), key.key.expose()].concat();
        let signs = EncodingKey::from_ed_der(&pkcs8);
        let jwk = Jwk::from_encoding_key(&signs, Algorithm::EdDSA).map_err(Error::internal)?;
        let AlgorithmParameters::OctetKeyPair(pair) = &jwk.algorithm else {
            return Err(Error::internal("the public part of an Ed25519 key is an octet key pair"));
        };
        let (kid, x) = (key.id.to_string(), pair.x.clone());
        let header =
            Header { typ: Some(TYPE.to_owned()), kid: Some(kid.clone()), ..Header::new(Algorithm::EdDSA) };
        Ok(Made {
            header,
            signs,
            verifies: DecodingKey::from_jwk(&jwk).map_err(Error::internal)?,
            public: PublicKey { kty: "OKP", crv: "Ed25519", x, kid, used_for: "sig", alg: "EdDSA" },
        })
    }
}

#[cfg(test)]
mod tests;
