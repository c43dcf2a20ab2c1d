//! Signing in over the API, by those who may and by those who try.

use std::net::SocketAddr;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use diesel::prelude::*;
use rights_academy::identity::passwords;
use rights_academy::platform::db::Scope;
use rights_academy::platform::db::schema::accounts as table;
use serde_json::json;

use super::client::{Answer, Client};
use crate::support::accounts;
use crate::support::databases::{TestDb, on_both};

const PASSWORD: &str = "a sentence that is long enough";
const KNOWN: &str = "arta@tirana.example";
const UNKNOWN: &str = "nobody@tirana.example";

/// The server, with an account at [`KNOWN`].
fn server(db: &TestDb) -> Client {
    let platform = db.platform();
    let hash = passwords::hash(PASSWORD, &platform.random).unwrap();
    let account = accounts::account(&platform, KNOWN, false);
    let set = platform.db.write_tx(Scope::Installation, |conn| {
        let row = diesel::update(table::table.filter(table::id.eq(account)));
        Ok(row.set(table::password_hash.eq(&hash)).execute(conn)?)
    });
    assert_eq!(set.unwrap(), 1);
    Client::of(&platform).with_token(None)
}

/// A try at an address, from the client with this number.
fn try_at(email: &str, password: &str, client: u16) -> TestRequest {
    let [high, low] = client.to_be_bytes();
    TestRequest::default()
        .method(Method::POST)
        .uri("/api/v1/sign-ins")
        .peer_addr(SocketAddr::from(([203, 0, high, low], 50_000)))
        .set_json(json!({ "email": email, "password": password }))
}

/// All of an answer that its reader sees.
fn seen(answer: &Answer) -> impl PartialEq + std::fmt::Debug {
    (answer.status, answer.lasting_headers(), answer.text())
}

on_both! {
    fn ten_thousand_tries_get_ten_and_do_not_tell_who_has_an_account(db: TestDb) {
        let server = server(&db);
        let rows = |table: &str| db.count(table);
        let before = (rows("sign_ins"), rows("jobs"));
        // From as many places as it takes for none of them to be held up itself.
        let tries = |email: &'static str, from: u16| {
            server.send_all((0..5000_u16).map(move |n| try_at(email, &format!("guess number {n}"), from + n / 50)))
        };
        let (known, unknown) = (tries(KNOWN, 0), tries(UNKNOWN, 1000));
        for (n, (known, unknown)) in known.iter().zip(&unknown).enumerate() {
            assert_eq!(seen(known), seen(unknown), "try {n}");
            assert_eq!(known.status, if n < 10 { 401 } else { 429 }, "try {n}");
        }
        let refused = &known[10];
        assert_eq!(refused.json()["code"], "too-many-requests");
        assert_eq!(refused.header("retry-after"), "60");

        // Not even the right password is told from a wrong one, however the address is written.
        for email in [KNOWN, "Arta@Tirana.Example", " ARTA@TIRANA.EXAMPLE "] {
            let right = server.send_all([try_at(email, PASSWORD, 2000)]).remove(0);
            assert_eq!(seen(&right), seen(refused), "{email}");
        }
        assert_eq!((rows("sign_ins"), rows("jobs")), before);
        server.platform().clock.advance(chrono::Duration::seconds(60));
        server.send_all([try_at(KNOWN, PASSWORD, 2000)]).remove(0).expect(201);
    }

    fn an_account_that_is_disabled_or_has_no_password_is_like_none(db: TestDb) {
        let server = server(&db);
        let one = |email: &str, password: &str| server.send_all([try_at(email, password, 1)]).remove(0);
        accounts::account(server.platform(), "invited@tirana.example", false);
        db.sql("UPDATE accounts SET disabled_at = created_at WHERE email = 'arta@tirana.example'");
        let none = one(UNKNOWN, PASSWORD).expect(401);
        for (email, password) in [
            (KNOWN, PASSWORD),
            ("invited@tirana.example", ""),
            ("invited@tirana.example", PASSWORD),
            ("\u{430}rta@tirana.example", PASSWORD),
            ("no address", PASSWORD),
            ("", ""),
        ] {
            assert_eq!(seen(&one(email, password)), seen(&none), "{email}");
        }
    }
}

/// What the limits refuse reaches neither the hashing nor the database: ten thousand are answered in a moment.
#[test]
fn ten_thousand_tries_from_one_place_get_a_hundred_whatever_they_try() {
    let db = TestDb::sqlite();
    let server = server(&db);
    let tries = (0..10_000).map(|n| try_at(&format!("guess-{n}@tirana.example"), "a guess", 7));
    let answers = server.send_all(tries);
    let with = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((with(401), with(429)), (100, 9900));
    let told = |answer: &Answer| answer.status == 401 || answer.header("retry-after") == "1";
    assert!(answers.iter().all(told));
    server.send_all([try_at(KNOWN, PASSWORD, 8)]).remove(0).expect(201);
}
