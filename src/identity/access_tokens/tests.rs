use diesel::connection::SimpleConnection;
use jsonwebtoken::crypto::sign;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::platform::db::{self, DatabaseUrl, Db, Scope};
use crate::platform::keys::Key;

const ISSUER: &str = "https://academy.example.org";
const ACCOUNT: AccountId = AccountId(7);
const SIGN_IN: SignInId = SignInId(41);

/// One process of an installation, and what it takes to start another.
struct House {
    db: Db,
    master: Key,
    clock: Clock,
    random: Random,
}

impl House {
    fn new() -> House {
        let db = Db::open(DatabaseUrl::Memory, 1).unwrap();
        db::migrate(&db).unwrap();
        let random = Random::seeded(4);
        let clock = Clock::fixed("2026-11-25T09:00:00Z".parse().unwrap());
        House { db, master: Key::random(&random).unwrap(), clock, random }
    }

    fn keys(&self) -> Keys {
        Keys::open(&self.db, &self.master, &self.clock, &self.random).unwrap()
    }

    /// A process that has just been started.
    fn tokens(&self) -> AccessTokens {
        AccessTokens::new(self.keys(), self.clock.clone(), self.random.clone(), ISSUER.to_owned())
    }

    fn issue(&self, tokens: &AccessTokens) -> String {
        tokens.issue(ACCOUNT, SIGN_IN).unwrap().token.expose().clone()
    }

    fn header(&self) -> Value {
        json!({"typ": "at+jwt", "alg": "EdDSA", "kid": self.key().id.to_string()})
    }

    fn claims(&self) -> Value {
        let now = self.clock.now().timestamp();
        json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "7", "sid": "41", "iat": now, "nbf": now, "exp": now + 600,
               "jti": "x"})
    }

    fn key(&self) -> KnownKey {
        self.keys().current(Purpose::AccessTokens).unwrap()
    }

    /// A token of any header and claims, signed with the true key.
    fn signed(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", base64(&header.to_string()), base64(&claims.to_string()));
        let key = Made::of(&self.key()).unwrap().signs;
        let signature = sign(message.as_bytes(), &key, Algorithm::EdDSA).unwrap();
        format!("{message}.{signature}")
    }
}

fn base64(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(text)
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().unwrap().remove(name).unwrap();
    object
}

#[track_caller]
fn refused(tokens: &AccessTokens, token: &str, refusal: Refusal) {
    assert_eq!(tokens.examine(token).unwrap(), Err(refusal), "{token}");
    assert_eq!(tokens.check(token).unwrap(), None);
}

#[test]
fn a_token_says_whose_sign_in_it_is_for_ten_minutes() {
    let house = House::new();
    let tokens = house.tokens();
    let issued = tokens.issue(ACCOUNT, SIGN_IN).unwrap();
    assert_eq!((issued.expires_in, format!("{issued:?}").contains("eyJ")), (600, false));
    let token = issued.token.expose();
    let expires_at = house.clock.now() + LIFETIME;
    let claims = Claims { account: ACCOUNT, sign_in: SIGN_IN, expires_at };
    assert_eq!(tokens.check(token).unwrap(), Some(claims));
    assert_ne!(*token, house.issue(&tokens), "each has its own id");
    house.clock.advance(LIFETIME + LEEWAY - Duration::milliseconds(1));
    assert_eq!(tokens.check(token).unwrap(), Some(claims));
    house.clock.advance(Duration::milliseconds(1));
    refused(&tokens, token, Refusal::Expired);
}

#[test]
fn a_token_has_the_header_and_the_claims_that_it_should_have() {
    let house = House::new();
    let token = house.issue(&house.tokens());
    let parts: Vec<Value> = token
        .split('.')
        .take(2)
        .map(|part| serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
        .collect();
    assert_eq!(parts[0], house.header());
    assert!(parts[1]["jti"].as_str().unwrap().len() >= 22);
    assert_eq!(with(parts[1].clone(), "jti", json!("x")), house.claims());
    assert!(house.tokens().check(&house.signed(&house.header(), &house.claims())).unwrap().is_some());
}

#[test]
fn another_header_is_refused_though_the_key_signed_it() {
    let house = House::new();
    let tokens = house.tokens();
    let (header, claims) = (house.header(), house.claims());
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    for other in [
        with(header.clone(), "alg", json!("none")),
        with(header.clone(), "alg", json!("None")),
        with(header.clone(), "alg", json!("eddsa")),
        with(header.clone(), "alg", json!("Ed25519")),
        with(header.clone(), "alg", json!("HS256")),
        with(header.clone(), "alg", json!("RS256")),
        with(header.clone(), "alg", json!("ES256")),
        with(header.clone(), "alg", Value::Null),
        without(header.clone(), "alg"),
        without(header.clone(), "typ"),
        without(header.clone(), "kid"),
        with(header.clone(), "typ", json!("JWT")),
        with(header.clone(), "typ", json!("application/at+jwt")),
        with(header.clone(), "jwk", jwk),
        with(header.clone(), "jku", json!("https://evil.example/keys")),
        with(header.clone(), "x5u", json!("https://evil.example/keys")),
        with(header.clone(), "x5c", json!(["AAAA"])),
        with(header.clone(), "x5t#S256", json!("AAAA")),
        with(header.clone(), "crit", json!(["exp"])),
        with(header.clone(), "crit", json!([])),
        with(header.clone(), "b64", json!(false)),
        with(header.clone(), "zip", json!("DEF")),
        with(header.clone(), "cty", json!("JWT")),
        with(header.clone(), "kid", json!(format!("+{}", house.key().id))),
        with(header.clone(), "kid", json!(format!("0{}", house.key().id))),
        with(header.clone(), "kid", json!(house.key().id)),
        with(header.clone(), "kid", json!("../master.key")),
        json!([]),
        json!("at+jwt"),
    ] {
        refused(&tokens, &house.signed(&other, &claims), Refusal::Header);
    }
    let unsigned = house.signed(&with(header, "alg", json!("none")), &claims);
    refused(&tokens, &unsigned[..=unsigned.rfind('.').unwrap()], Refusal::Header);
}

#[test]
fn the_public_key_signs_nothing() {
    let house = House::new();
    let tokens = house.tokens();
    let public = tokens.jwks().unwrap().keys.remove(0).x;
    let raw = BASE64_URL_SAFE_NO_PAD.decode(&public).unwrap();
    for secret in [raw.as_slice(), public.as_bytes()] {
        let message = format!(
            "{}.{}",
            base64(&with(house.header(), "alg", json!("HS256")).to_string()),
            base64(&house.claims().to_string())
        );
        let key = EncodingKey::from_secret(secret);
        let signature = sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
        refused(&tokens, &format!("{message}.{signature}"), Refusal::Header);
    }
}

#[test]
fn other_claims_are_refused_though_the_key_signed_them() {
    let house = House::new();
    let tokens = house.tokens();
    let claims = house.claims();
    for name in ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti"] {
        let lacking = without(claims.clone(), name);
        refused(&tokens, &house.signed(&house.header(), &lacking), Refusal::Claims);
        for other in [Value::Null, json!({}), json!([claims[name]]), json!(1.5), json!("")] {
            // An id that is never read may be any text.
            if name != "jti" || !other.is_string() {
                let changed = with(claims.clone(), name, other);
                refused(&tokens, &house.signed(&house.header(), &changed), Refusal::Claims);
            }
        }
    }
    for (name, other) in [
        ("iss", json!("https://academy.example.org/")),
        ("iss", json!("https://evil.example")),
        ("aud", json!("another")),
        ("sub", json!("seven")),
        ("sub", json!(7)),
        ("sid", json!("")),
        ("exp", json!(i64::MAX)),
        ("exp", json!(u64::MAX)),
        ("nbf", json!(i64::MIN)),
    ] {
        refused(&tokens, &house.signed(&house.header(), &with(claims.clone(), name, other)), Refusal::Claims);
    }
    refused(&tokens, &house.signed(&house.header(), &json!([])), Refusal::Claims);
    let twice = claims.to_string().replacen('{', "{\"sub\":\"1\",", 1);
    let message = format!("{}.{}", base64(&house.header().to_string()), base64(&twice));
    let key = Made::of(&house.key()).unwrap().signs;
    let signature = sign(message.as_bytes(), &key, Algorithm::EdDSA).unwrap();
    refused(&tokens, &format!("{message}.{signature}"), Refusal::Claims);
}

#[test]
fn a_token_of_the_future_is_refused_until_then() {
    let house = House::new();
    let tokens = house.tokens();
    let now = house.clock.now().timestamp();
    let token = house.signed(&house.header(), &with(house.claims(), "nbf", json!(now + 6)));
    refused(&tokens, &token, Refusal::NotYet);
    house.clock.advance(Duration::seconds(1));
    assert!(tokens.check(&token).unwrap().is_some());
}

#[test]
fn another_key_is_refused() {
    let house = House::new();
    let tokens = house.tokens();
    let other = House { random: Random::seeded(5), ..House::new() };
    refused(&tokens, &other.signed(&house.header(), &house.claims()), Refusal::Signature);
    for id in ["0", "-1", "99", "9223372036854775807"] {
        let header = with(house.header(), "kid", json!(id));
        refused(&tokens, &house.signed(&header, &house.claims()), Refusal::Key);
    }
    let of_jobs = house.keys().current(Purpose::Jobs).unwrap();
    let header = with(house.header(), "kid", json!(of_jobs.id.to_string()));
    refused(&tokens, &house.signed(&header, &house.claims()), Refusal::Key);
}

/// The order of the group, little-endian (RFC 8032, 5.1): S + L would be the same signature in other bytes.
const L: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

#[test]
fn a_signature_in_other_bytes_is_refused() {
    let house = House::new();
    let tokens = house.tokens();
    let token = house.issue(&tokens);
    let (message, signature) = token.rsplit_once('.').unwrap();
    let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let mut carry = 0;
    for (byte, added) in bytes[32..].iter_mut().zip(L) {
        let sum = u16::from(*byte) + u16::from(added) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
    let malleated = format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(&bytes));
    refused(&tokens, &malleated, Refusal::Signature);
    // The last of 86 letters has four bits that mean nothing.
    let last = signature.chars().last().unwrap();
    for letter in ('A'..='Z').chain('a'..='z').filter(|letter| *letter != last) {
        refused(&tokens, &format!("{}{letter}", &token[..token.len() - 1]), Refusal::Signature);
    }
    for trailing in ["=", "==", "A", " ", "\n", "\0", "."] {
        assert_eq!(tokens.check(&format!("{token}{trailing}")).unwrap(), None, "{trailing:?}");
        assert_eq!(tokens.check(&format!("{trailing}{token}")).unwrap(), None, "{trailing:?}");
    }
    refused(&tokens, &format!("{message}."), Refusal::Signature);
    refused(&tokens, message, Refusal::Header);
}

#[test]
fn a_long_token_is_not_read() {
    let house = House::new();
    let claims = with(house.claims(), "more", json!("x".repeat(MOST_BYTES)));
    refused(&house.tokens(), &house.signed(&house.header(), &claims), Refusal::TooLong);
    refused(&house.tokens(), &"e".repeat(1 << 20), Refusal::TooLong);
}

#[test]
fn keys_rotate_and_nobody_is_signed_out() {
    let house = House::new();
    let (one, two) = (house.tokens(), house.tokens());
    let early = house.issue(&one);
    house.clock.advance(Duration::seconds(10));
    one.0.keys.rotate(Purpose::AccessTokens).unwrap();
    let late = house.issue(&one);
    assert_ne!(early.split('.').next(), late.split('.').next(), "the newest key signs");
    for tokens in [&one, &two] {
        assert!(tokens.check(&early).unwrap().is_some());
        assert!(tokens.check(&late).unwrap().is_some(), "a key that another process made is looked for");
    }
}

#[test]
fn a_process_signs_with_a_new_key_of_another_within_a_minute() {
    let house = House::new();
    let (one, two) = (house.tokens(), house.tokens());
    one.0.keys.rotate(Purpose::AccessTokens).unwrap();
    let kid = |tokens: &AccessTokens| decode_header(house.issue(tokens)).unwrap().kid;
    assert_ne!(kid(&two), kid(&one));
    house.clock.advance(LOOK_AGAIN);
    assert_eq!(kid(&two), kid(&one));
}

#[test]
fn an_old_key_verifies_for_an_hour_after_its_successor_was_made() {
    let house = House::new();
    let (one, two) = (house.tokens(), house.tokens());
    let (header, old) = (house.header(), house.key());
    house.clock.advance(Duration::days(30));
    one.0.keys.rotate(Purpose::AccessTokens).unwrap();
    house.clock.advance(SUCCESSION - Duration::milliseconds(1));
    let message = format!("{}.{}", base64(&header.to_string()), base64(&house.claims().to_string()));
    let signature = sign(message.as_bytes(), &Made::of(&old).unwrap().signs, Algorithm::EdDSA).unwrap();
    let token = format!("{message}.{signature}");
    let kids = |tokens: &AccessTokens| {
        tokens.jwks().unwrap().keys.into_iter().map(|key| key.kid).collect::<Vec<_>>()
    };
    for tokens in [&one, &two] {
        assert!(tokens.check(&token).unwrap().is_some());
        assert_eq!(kids(tokens), [old.id.to_string(), house.key().id.to_string()]);
    }
    house.clock.advance(Duration::milliseconds(1));
    for tokens in [&one, &two] {
        refused(tokens, &token, Refusal::Key);
        assert_eq!(kids(tokens), [house.key().id.to_string()]);
    }
}

#[test]
fn the_public_keys_are_a_jwks_and_hold_no_secret() {
    let house = House::new();
    let jwks = serde_json::to_value(house.tokens().jwks().unwrap()).unwrap();
    let key = &jwks["keys"][0];
    assert_eq!(
        jwks,
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": key["x"], "kid": house.key().id.to_string(),
                         "use": "sig", "alg": "EdDSA"}]})
    );
    // Whoever has only this can check a token.
    let others: Jwk = serde_json::from_value(key.clone()).unwrap();
    let key = DecodingKey::from_jwk(&others).unwrap();
    let token = house.issue(&house.tokens());
    decode::<Value>(&token, &key, &house.tokens().0.validation).unwrap();
    assert!(!format!("{:?}", house.tokens()).contains("key"));
}

/// The first example of RFC 8032, 7.1.
#[test]
fn the_seed_of_the_standards_example_has_its_public_key() {
    let seed = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    let key = KnownKey {
        id: KeyId(1),
        purpose: Purpose::AccessTokens,
        key: Key::from_base64(seed).unwrap(),
        created_at: DateTime::default(),
    };
    assert_eq!(Made::of(&key).unwrap().public.x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
}

#[test]
fn a_database_that_fails_is_an_error_and_no_refusal() {
    let house = House::new();
    let tokens = house.tokens();
    let token = house.issue(&tokens);
    house.db.write_tx(Scope::Installation, |conn| Ok(conn.batch_execute("DROP TABLE keys")?)).unwrap();
    assert!(tokens.check(&token).unwrap().is_some(), "a known key needs no database");
    house.clock.advance(Duration::seconds(2));
    let unknown = house_header_of("99");
    assert!(tokens.check(&format!("{unknown}.e30.AAAA")).is_err());
    house.clock.advance(LOOK_AGAIN);
    assert!(tokens.issue(ACCOUNT, SIGN_IN).is_err());
}

fn house_header_of(kid: &str) -> String {
    base64(&json!({"typ": "at+jwt", "alg": "EdDSA", "kid": kid}).to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_token_with_another_letter_anywhere_is_refused(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), "[ -~]"), 1..4),
        (cut, doubled) in (any::<prop::sample::Index>(), any::<bool>()),
    ) {
        let house = House::new();
        let tokens = house.tokens();
        let token = house.issue(&tokens);
        let mut mutated = token.clone();
        for (index, letter) in changes {
            let at = index.index(mutated.len());
            mutated.replace_range(at..=at, &letter);
        }
        if mutated != token {
            prop_assert_eq!(tokens.check(&mutated).unwrap(), None);
        }
        prop_assert_eq!(tokens.check(&token[..cut.index(token.len())]).unwrap(), None);
        if doubled {
            prop_assert_eq!(tokens.check(&format!("{token}.{token}")).unwrap(), None);
        }
    }

    #[test]
    fn nothing_that_is_sent_panics(text in ".{0,200}", header in "\\PC{0,60}", claims in "\\PC{0,60}") {
        let house = House::new();
        let tokens = house.tokens();
        prop_assert_eq!(tokens.check(&text).unwrap(), None);
        let encoded = format!("{}.{}.AAAA", base64(&header), base64(&claims));
        prop_assert_eq!(tokens.check(&encoded).unwrap(), None);
        let typed = format!("{}.{}.{text}", base64(&house.header().to_string()), base64(&claims));
        prop_assert_eq!(tokens.check(&typed).unwrap(), None);
    }
}
