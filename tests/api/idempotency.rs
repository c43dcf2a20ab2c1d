//! A POST with an `Idempotency-Key` is carried out once, whatever happens to its answer.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use chrono::Duration;
use rights_academy::access::Role;
use rights_academy::identity::service::tidying;
use rights_academy::platform::http::idempotency::Owner;
use rights_academy::platform::http::idempotency::claims::{self, ABANDONED, Begun};
use serde_json::{Value, json};

use super::client::{Answer, Client, form};
use crate::support::accounts;
use crate::support::databases::{TestDb, on_both};

const TIRANA: &str = "/organisations/TIRANA";
const DEPARTMENTS: &str = "/organisations/TIRANA/departments";
const REPLAYED: &str = "idempotency-replayed";

fn administrator(db: &TestDb) -> Client {
    let platform = db.platform();
    accounts::organisation(&platform, "TIRANA", "Municipality of Tirana");
    Client::of(&platform).with_role("TIRANA", Role::Administrator)
}

fn post(client: &Client, path: &str, key: &str, body: Value) -> Answer {
    client.send(Method::POST, path, keyed(key, body))
}

fn keyed(key: &str, body: Value) -> TestRequest {
    TestRequest::default().insert_header(("Idempotency-Key", key)).set_json(body)
}

fn parks() -> Value {
    json!({ "name": "Parks", "parent": null })
}

fn logo(key: &str, boundary: &str) -> TestRequest {
    let image = include_bytes!("../data/logos/arms.png");
    form(boundary, "arms.png", image, &[("alt", "The city's arms")]).insert_header(("Idempotency-Key", key))
}

on_both! {
    fn the_same_request_gets_the_first_answer_and_does_nothing(db: TestDb) {
        let client = administrator(&db);
        let first = post(&client, DEPARTMENTS, "8e03978e", parks()).expect(201);
        assert_eq!(first.header(REPLAYED), "");
        // Renamed meanwhile: the answer is what was, byte for byte.
        client.put(first.header("location"), json!({ "name": "Lanes", "parent": null })).expect(200);
        for key in ["8e03978e", "\"8e03978e\""] {
            let again = post(&client, DEPARTMENTS, key, parks()).expect(201);
            assert_eq!(again.header(REPLAYED), "true");
            assert_eq!(again.bytes, first.bytes);
            let mut headers = again.lasting_headers();
            headers.remove(REPLAYED);
            assert_eq!(headers, first.lasting_headers());
            assert!(headers.contains_key("location") && headers.contains_key("etag"));
        }
        assert_eq!(db.count("departments"), 1);
        // Nothing of the answer can be read in the database.
        assert_eq!(db.count("idempotency_keys WHERE answer_sealed IS NOT NULL AND key_id IS NOT NULL"), 1);
        post(&client, DEPARTMENTS, "another", parks()).expect(201);
        assert_eq!(db.count("departments"), 2);
    }

    fn a_key_is_of_one_request_and_of_one_caller(db: TestDb) {
        let client = administrator(&db);
        post(&client, DEPARTMENTS, "1", parks()).expect(201);
        let lanes = json!({ "name": "Lanes", "parent": null });
        post(&client, DEPARTMENTS, "1", lanes.clone()).problem(422, "idempotency-key-reused");
        post(&client, &format!("{DEPARTMENTS}?x=1"), "1", parks()).problem(422, "idempotency-key-reused");
        post(&client, &format!("{TIRANA}/invitations"), "1", parks()).problem(422, "idempotency-key-reused");
        assert_eq!(db.count("departments"), 1);

        let colleague = client.member("second@tirana.example", "TIRANA", accounts::Joins {
            roles: &[Role::Administrator],
            ..Default::default()
        });
        post(&colleague, DEPARTMENTS, "1", lanes).expect(201);
        // A token for scripts sees nothing of what its owner did.
        let expires_at = client.platform().clock.now() + Duration::days(1);
        let new = json!({ "name": "x", "scope": ["cohort.create", "cohort.read"], "expires_at": expires_at });
        let token = client.post(&format!("{TIRANA}/api-tokens"), new).expect(201).json();
        let script = client.with_token(token["token"].as_str().map(str::to_owned));
        let cohort = json!({ "programme": "digital-human-rights", "name": "Winter", "locale": "sq" });
        let cohorts = format!("{TIRANA}/cohorts");
        let first = post(&client, &cohorts, "2", cohort.clone()).expect(201);
        post(&script, &cohorts, "2", cohort.clone()).problem(409, "cohort-exists");
        assert_eq!(post(&client, &cohorts, "2", cohort).expect(201).bytes, first.bytes);
    }

    fn a_refusal_by_a_rule_stays_and_one_of_the_caller_does_not(db: TestDb) {
        let client = administrator(&db);
        let made = client.post(DEPARTMENTS, parks()).expect(201);
        let refused = post(&client, DEPARTMENTS, "late", parks());
        let wrong = post(&client, DEPARTMENTS, "wrong", json!({ "name": "", "parent": null }));
        client.delete(made.header("location")).expect(204);
        // A request that comes late is not carried out after its sender was told that it is not.
        let again = post(&client, DEPARTMENTS, "late", parks());
        assert_eq!((again.header(REPLAYED), &again.bytes), ("true", &refused.bytes));
        again.problem(409, "department-exists");
        assert_eq!(wrong.status, 422);
        let again = post(&client, DEPARTMENTS, "wrong", json!({ "name": "", "parent": null })).expect(422);
        assert_eq!(again.bytes, wrong.bytes);
        assert_eq!(db.count("idempotency_keys"), 2);

        let learner = client.with_role("TIRANA", Role::Learner);
        let nobody = client.with_token(None);
        post(&learner, DEPARTMENTS, "early", parks()).expect(403);
        post(&nobody, DEPARTMENTS, "early", parks()).expect(401);
        assert_eq!(db.count("idempotency_keys"), 2);
        learner.joins("TIRANA", accounts::Joins { roles: &[Role::Administrator], ..Default::default() });
        post(&learner, DEPARTMENTS, "early", parks()).expect(201);
        // Whoever may not ask any more is not answered any more either.
        learner.joins("TIRANA", accounts::Joins { roles: &[Role::Learner], ..Default::default() });
        post(&learner, DEPARTMENTS, "early", parks()).expect(403);
    }

    fn an_answer_with_a_secret_is_not_kept(db: TestDb) {
        let client = administrator(&db);
        let expires_at = client.platform().clock.now() + Duration::days(1);
        let new = json!({ "name": "x", "scope": ["report.read"], "expires_at": expires_at });
        let path = format!("{TIRANA}/api-tokens");
        post(&client, &path, "1", new.clone()).expect(201);
        post(&client, &path, "1", new).problem(409, "answer-not-kept");
        assert_eq!(db.count("api_tokens"), 1);
        assert_eq!(db.count("idempotency_keys WHERE status = 201 AND answer_sealed IS NULL AND key_id IS NULL"), 1);
    }

    fn while_the_first_is_under_way_and_after_its_process_died(db: TestDb) {
        let client = administrator(&db);
        let (platform, owner) = (client.platform(), Owner { account: client.account_id(), token: None });
        // Another process has it, with the same request.
        post(&client, DEPARTMENTS, "1", parks()).expect(201);
        db.sql("UPDATE idempotency_keys SET status = NULL, answer_sealed = NULL, key_id = NULL");
        db.sql("DELETE FROM departments");
        let waits = post(&client, DEPARTMENTS, "1", parks());
        assert_eq!(waits.header("retry-after"), "1");
        waits.problem(409, "idempotency-key-in-flight");
        platform.clock.advance(ABANDONED - Duration::seconds(1));
        let token = accounts::signed_in(platform, owner.account).1;
        let client = client.with_token(Some(token));
        post(&client, DEPARTMENTS, "1", parks()).problem(409, "idempotency-key-in-flight");
        platform.clock.advance(Duration::seconds(1));
        post(&client, DEPARTMENTS, "1", parks()).expect(201);
        assert_eq!(db.count("departments"), 1);

        // One that was only slow does not take back what was answered since.
        let Ok(Begun::Claimed(slow)) = claims::begin(platform, owner, "2", &[2; 32]) else { panic!("it is free") };
        platform.clock.advance(ABANDONED);
        let Ok(Begun::Claimed(quick)) = claims::begin(platform, owner, "2", &[2; 32]) else { panic!("it is free") };
        claims::free(platform, &slow).unwrap();
        claims::finish(platform, &slow, 500, None).unwrap();
        assert!(matches!(claims::begin(platform, owner, "2", &[2; 32]), Ok(Begun::InFlight)));
        claims::free(platform, &quick).unwrap();
        assert!(matches!(claims::begin(platform, owner, "2", &[2; 32]), Ok(Begun::Claimed(_))));
    }

    fn of_sixteen_at_once_one_makes_something(db: TestDb) {
        let client = administrator(&db);
        let request = |_| client.prepared(Method::POST, DEPARTMENTS, keyed("1", parks()));
        let answers = client.send_at_once((0..16).map(request));
        assert_eq!(db.count("departments"), 1);
        let made: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert_eq!(made.iter().filter(|answer| answer.header(REPLAYED).is_empty()).count(), 1);
        assert!(made.iter().all(|answer| answer.bytes == made[0].bytes));
        for answer in answers.into_iter().filter(|answer| answer.status != 201) {
            answer.problem(409, "idempotency-key-in-flight");
        }
    }

    fn what_was_begun_is_finished_for_a_client_that_went_away(db: TestDb) {
        let client = administrator(&db);
        let request = || client.prepared(Method::POST, DEPARTMENTS, keyed("1", parks()));
        client.send_and_leave(request(), || db.count("idempotency_keys") == 1);
        let again = (0..1000).map(|_| client.send_all([request()]).remove(0));
        let answer = again.into_iter().find(|answer| answer.status != 409).expect("an answer in the end");
        assert_eq!(answer.expect(201).header(REPLAYED), "true");
        assert_eq!(db.count("departments"), 1);
    }

    fn a_form_is_the_same_with_another_boundary(db: TestDb) {
        let client = administrator(&db);
        let logos = format!("{TIRANA}/logos");
        let first = client.send(Method::POST, &logos, logo("1", "pilot")).expect(201);
        let again = client.send(Method::POST, &logos, logo("1", "other-3f9a")).expect(201);
        assert_eq!((again.header(REPLAYED), &again.bytes), ("true", &first.bytes));
        let other = form("pilot", "arms.png", b"GIF", &[]).insert_header(("Idempotency-Key", "1"));
        client.send(Method::POST, &logos, other).problem(422, "idempotency-key-reused");
    }

    fn a_key_that_is_none_is_refused_where_it_matters(db: TestDb) {
        let client = administrator(&db);
        for key in ["", "a b", "\"a", "\"\"", "schlüssel", &"x".repeat(256)] {
            post(&client, DEPARTMENTS, key, parks()).problem(400, "invalid-idempotency-key");
        }
        let twice = keyed("a", parks()).append_header(("Idempotency-Key", "a"));
        client.send(Method::POST, DEPARTMENTS, twice).problem(400, "invalid-idempotency-key");
        let large = json!({ "name": "x".repeat(300_000), "parent": null });
        post(&client, DEPARTMENTS, "large", large).problem(413, "too-large");
        assert_eq!((db.count("departments"), db.count("idempotency_keys")), (0, 0));
        post(&client, DEPARTMENTS, &"x".repeat(255), parks()).expect(201);

        // Who signs in is not known yet, and a look changes nothing.
        let credentials = json!({ "email": "nobody@tirana.example", "password": "a long wrong password" });
        let nobody = client.with_token(None);
        post(&nobody, "/sign-ins", "a b", credentials).expect(401);
        client.get_with(DEPARTMENTS, ("Idempotency-Key", "a b")).expect(200);
        assert_eq!(db.count("idempotency_keys"), 1);
    }

    fn keys_are_forgotten_after_a_day(db: TestDb) {
        let client = administrator(&db);
        let platform = client.platform();
        post(&client, DEPARTMENTS, "1", parks()).expect(201);
        platform.clock.advance(Duration::days(1));
        tidying::handle(platform).unwrap();
        assert_eq!(db.count("idempotency_keys"), 1);
        platform.clock.advance(Duration::seconds(1));
        tidying::handle(platform).unwrap();
        assert_eq!(db.count("idempotency_keys"), 0);
    }
}
