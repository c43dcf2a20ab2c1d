//! Access tokens that jose forged: `serve` and the assembled API refuse each in the same words, and take the true ones.

use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rights_academy::platform::ids::AccountId;
use rights_academy::platform::keys::Purpose;
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::api::client::Client;
use crate::support::accounts::{self, HOME};
use crate::support::databases::TestDb;
use crate::support::program::{Served, serve_on};

const PASSWORD: &str = "a long walk to the lake";

/// What `tests/external/forge-tokens.mjs` answers.
#[derive(Deserialize)]
struct Forged {
    verified: Vec<Verified>,
    good: Vec<(String, String)>,
    forged: Vec<(String, String)>,
}

/// A token that jose found to be true.
#[derive(Deserialize)]
struct Verified {
    header: Value,
    claims: Value,
}

fn forge(asked: &Value) -> Forged {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/external/forge-tokens.mjs");
    let mut process =
        Command::new("node").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "run `make test`, or put what tests/tools/setup prints before PATH");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A request to a server, with whatever stands in its `Authorization`.
struct Api<'a>(&'a Served);

impl Api<'_> {
    fn answer(&self, method: &str, path: &str, authorization: &str, body: Option<&Value>) -> (u16, Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let bytes = body.map(Value::to_string).unwrap_or_default();
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.0.url))
            .header("content-type", "application/json");
        if !authorization.is_empty() {
            request = request.header("authorization", authorization);
        }
        let mut answer = agent.run(request.body(bytes).unwrap()).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    fn account(&self, token: &str) -> (u16, Value) {
        self.answer("GET", "/api/v1/account", &format!("Bearer {token}"), None)
    }

    fn sign_in(&self, email: &str) -> Value {
        let credentials = json!({ "email": email, "password": PASSWORD });
        let (status, tokens) = self.answer("POST", "/api/v1/sign-ins", "", Some(&credentials));
        assert_eq!(status, 201, "{tokens}");
        tokens
    }

    fn jwks(&self) -> Value {
        self.answer("GET", "/.well-known/jwks.json", "", None).1
    }
}

/// An installation with an operator, whose tokens are asked for, and somebody else.
struct Installation {
    db: TestDb,
    served: Served,
    _dir: TempDir,
    other: (AccountId, Value),
}

impl Installation {
    fn start() -> Installation {
        let (db, dir) = (TestDb::sqlite(), TempDir::new().unwrap());
        let platform = db.platform_of_today();
        let operator = accounts::account(&platform, "operator@academy.example", true);
        accounts::with_password(&platform, operator, PASSWORD);
        let other = accounts::account(&platform, "other@academy.example", false);
        let (sign_in, _) = accounts::signed_in(&platform, other);
        let served = Served::start(&mut serve_on(&db, dir.path()));
        Installation { db, served, _dir: dir, other: (other, json!(sign_in.to_string())) }
    }

    /// What the script is told: all that is public, and the key that should not be.
    fn asked(&self, tokens: &[&Value]) -> Value {
        // The form of a PKCS#8 key (RFC 8410, 7), and the newest key.
        let mut key = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".to_vec();
        let platform = self.db.platform_of_today();
        key.extend(platform.keys.all(Purpose::AccessTokens)[0].key.expose());
        json!({
            "tokens": tokens,
            "jwks": Api(&self.served).jwks(),
            "issuer": HOME,
            "key": BASE64_STANDARD.encode(key),
            "other": { "sub": self.other.0.to_string(), "sid": self.other.1 },
        })
    }
}

#[test]
fn every_forged_token_is_refused_in_the_same_words() {
    let installation = Installation::start();
    let api = Api(&installation.served);
    let tokens = api.sign_in("operator@academy.example");
    let valid = tokens["access_token"].as_str().unwrap();
    let Forged { verified, good, forged } = forge(&installation.asked(&[&tokens["access_token"]]));
    assert_eq!(verified[0].claims["sid"], json!(tokens["sign_in"].to_string()));
    assert_eq!(verified[0].claims["aud"], "rights-academy");

    // The assembled API on the same database, without a socket.
    let client = Client::of(&installation.db.platform_of_today());
    let both = |token: &str| {
        let answer = client.with_token(Some(token.to_owned())).get("/account");
        [api.account(token), (answer.status, answer.json())]
    };
    for (what, token) in
        good.iter().map(|(what, token)| (what.as_str(), token.as_str())).chain([("it", valid)])
    {
        assert!(both(token).iter().all(|(status, _)| *status == 200), "{what}: {:?}", both(token));
    }
    assert!(forged.len() > 100, "{}", forged.len());
    let (_, refusal) = api.account("not-a-token");
    assert_eq!((&refusal["status"], &refusal["code"]), (&json!(401), &json!("unauthenticated")));
    let accepted: Vec<String> = forged
        .iter()
        .flat_map(|(what, token)| both(token).map(|answer| (what, answer)))
        .filter(|(_, answer)| *answer != (401, refusal.clone()))
        .map(|(what, answer)| format!("{what}: {answer:?}"))
        .collect();
    assert_eq!(accepted, [] as [&str; 0]);
}

#[test]
fn a_token_is_shown_in_one_way() {
    let installation = Installation::start();
    let api = Api(&installation.served);
    let tokens = api.sign_in("operator@academy.example");
    let token = tokens["access_token"].as_str().unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let status = |path: &str, authorization: &str| api.answer("GET", path, authorization, None).0;
    // The scheme's name has no case (RFC 9110, 11.1).
    for scheme in ["Bearer", "bearer", "BEARER"] {
        assert_eq!(status("/api/v1/account", &format!("{scheme} {token}")), 200, "{scheme}");
    }
    for other in [
        format!("Basic {token}"),
        format!("DPoP {token}"),
        format!("Token {token}"),
        token.to_owned(),
        format!("Bearer{token}"),
        format!("Bearer \"{token}\""),
        format!("Bearer {token}, Bearer {token}"),
        format!("Bearer {token} {token}"),
        format!("Bearer {refresh}"),
        "Bearer".to_owned(),
    ] {
        assert_eq!(status("/api/v1/account", &other), 401, "{other}");
    }
    // Neither in the address, where it would stand in logs.
    assert_eq!(status(&format!("/api/v1/account?access_token={token}"), ""), 401);
}

#[test]
fn keys_rotate_and_nobody_is_signed_out() {
    let installation = Installation::start();
    let api = Api(&installation.served);
    let before = api.sign_in("operator@academy.example");
    let old = before["access_token"].as_str().unwrap();
    let (status, rotated) = api.answer("POST", "/api/v1/keys/rotation", &format!("Bearer {old}"), None);
    assert_eq!((status, &rotated), (200, &api.jwks()), "{rotated}");
    let kids: Vec<&Value> = rotated["keys"].as_array().unwrap().iter().map(|key| &key["kid"]).collect();
    assert_eq!(kids.len(), 2, "{rotated}");

    // The token of before, and the refresh token, still hold; what they lead to is of the new key.
    assert_eq!(api.account(old).0, 200);
    let refresh = json!({ "refresh_token": before["refresh_token"] });
    let (status, next) = api.answer("POST", "/api/v1/sign-ins/refresh", "", Some(&refresh));
    assert_eq!((status, &next["sign_in"]), (200, &before["sign_in"]), "{next}");
    let after = api.sign_in("operator@academy.example");
    for tokens in [&next, &after] {
        assert_eq!(api.account(tokens["access_token"].as_str().unwrap()).0, 200);
    }
    // jose finds all three true with the keys that are published now.
    let tokens = [&before, &next, &after].map(|tokens| &tokens["access_token"]);
    let verified = forge(&installation.asked(&tokens)).verified;
    let signed_with: Vec<&Value> = verified.iter().map(|token| &token.header["kid"]).collect();
    assert_eq!(signed_with, [kids[0], kids[1], kids[1]]);
}
