//! Modules that an organisation adopts, translates and adapts.

use std::collections::BTreeMap;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use rights_academy::access::Role;
use serde_json::{Value, json};

use super::client::{Answer, Client};
use super::steps;
use crate::support::databases::on_both;

const MODULES: &str = "/organisations/TIRANA/modules";

fn text(title: &str) -> Value {
    json!({ "title": title, "summary": "A summary" })
}

fn put(client: &Client, code: &str, texts: Value) -> Answer {
    client.put(&format!("{MODULES}/{code}"), json!({ "texts": texts }))
}

fn give_up(client: &Client, code: &str) -> Answer {
    client.delete(&format!("{MODULES}/{code}"))
}

fn get(client: &Client, code: &str) -> Value {
    client.get(&format!("{MODULES}/{code}")).expect(200).json()
}

/// What the cohort's certificates call their modules in this language, by code.
fn titles(client: &Client, cohort: &str, language: &str) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let certificates = client.walk(&format!("{cohort}/certificates"));
    let modules = certificates.iter().flat_map(|certificate| certificate["modules"].as_array().unwrap());
    modules.map(|module| (text(&module["code"]), text(&module["titles"][language]))).collect()
}

on_both! {
    fn a_module_is_adopted_changed_and_given_up(db: TestDb) {
        let administrator = Client::of(&db.platform());
        steps::organisation(&administrator, "TIRANA");
        let client = administrator.with_role("TIRANA", Role::Trainer);
        let source = client.get("/modules/introduction").expect(200).json();
        assert_eq!(source["version"], 1);
        let mut as_it_comes = source.clone();
        as_it_comes["adopted"] = Value::Null;
        assert_eq!(get(&client, "introduction"), as_it_comes);
        give_up(&client, "introduction").problem(404, "not-found");

        let whole = json!({
            "title": "  Hyrje \u{0} ", "summary": "Shkurt", "objectives": ["Shpjegon"], "body": "## Pjesa\r\n\r\ntekst\r\n",
        });
        let own = put(&client, "introduction", json!({ "SQ": whole, "bg": text("Въведение") })).expect(200).json();
        assert_eq!(own, get(&client, "introduction"));
        assert_eq!(
            own["texts"]["sq"],
            json!({ "title": "Hyrje", "summary": "Shkurt", "objectives": ["Shpjegon"], "body": "## Pjesa\n\ntekst" })
        );
        assert_eq!(own["texts"]["bg"]["title"], "Въведение");
        // What it has no text of its own in, is the catalogue's.
        assert_eq!((&own["texts"]["en"], &own["areas"]), (&source["texts"]["en"], &source["areas"]));
        let now = "2023-04-03T09:00:00Z";
        let expected = json!({
            "source_version": 1, "current_version": 1, "languages": ["bg", "sq"], "adopted_at": now, "changed_at": now,
        });
        assert_eq!(own["adopted"], expected);

        // A change says everything: the Bulgarian text goes.
        let changed = put(&client, "introduction", json!({ "sq": text("Hyrja") })).expect(200).json();
        assert_eq!((&changed["adopted"]["languages"], &changed["texts"]["bg"]), (&json!(["sq"]), &Value::Null));
        let listed = client.walk(&format!("{MODULES}?limit=1"));
        let codes: Vec<&str> = listed.iter().map(|module| module["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["data-protection", "digital-inclusion", "introduction", "transparency"]);
        assert_eq!(listed[2], changed);
        assert!(listed[3]["adopted"].is_null());
        // It is this organisation's alone, and not the catalogue's.
        let elsewhere = steps::organisation(&administrator, "DURRES");
        assert_eq!(administrator.get(&format!("{elsewhere}/modules/introduction")).expect(200).json(), as_it_comes);
        administrator.delete(&format!("{elsewhere}/modules/introduction")).problem(404, "not-found");
        assert_eq!(client.get("/modules/introduction").expect(200).json(), source);

        give_up(&client, "introduction").expect(204);
        assert_eq!(get(&client, "introduction"), as_it_comes);
        give_up(&client, "introduction").problem(404, "not-found");
        assert_eq!(db.count("adopted_modules"), 0);
    }

    fn of_two_who_saw_the_same_module_the_second_is_told(db: TestDb) {
        let client = Client::of(&db.platform());
        steps::organisation(&client, "TIRANA");
        let path = format!("{MODULES}/introduction");
        let seen = |answer: Answer| answer.expect(200).header("etag").to_owned();
        let put = |tag: &str, title: &str| {
            let body = json!({ "texts": { "sq": text(title) } });
            let request = TestRequest::default().insert_header(("If-Match", tag)).set_json(body);
            client.send(Method::PUT, &path, request)
        };
        let delete = |tag: &str| {
            client.send(Method::DELETE, &path, TestRequest::default().insert_header(("If-Match", tag)))
        };
        // What is not adopted yet is there to be seen, too.
        let as_it_comes = seen(client.get(&path));
        assert!(as_it_comes.starts_with('"'), "{as_it_comes}");
        client.get_with(&path, ("If-None-Match", &as_it_comes)).expect(304);
        let first = seen(put(&as_it_comes, "First"));
        assert_eq!(seen(client.get(&path)), first);
        put(&as_it_comes, "Second").problem(412, "precondition-failed");
        delete(&as_it_comes).problem(412, "precondition-failed");
        assert_eq!(get(&client, "introduction")["texts"]["sq"]["title"], "First");
        let second = seen(put(&first, "Second"));
        delete(&first).problem(412, "precondition-failed");
        delete(&second).expect(204);
        assert_eq!(seen(client.get(&path)), as_it_comes);
        // Another module's tag is none of this one's.
        let other = seen(client.get(&format!("{MODULES}/transparency")));
        put(&other, "T").problem(412, "precondition-failed");
        assert_eq!(db.count("adopted_modules"), 0);
    }

    fn the_version_that_was_looked_at_is_one_that_there_is(db: TestDb) {
        let client = Client::of(&db.platform());
        steps::organisation(&client, "TIRANA");
        let adopt = |version: Value| {
            let body = json!({ "source_version": version, "texts": { "sq": text("Hyrje") } });
            client.put(&format!("{MODULES}/introduction"), body)
        };
        for none in [0, 2, u32::MAX] {
            assert_eq!(adopt(json!(none)).faults(), ["source_version: unknown-version"]);
        }
        for other in [json!(-1), json!("1"), json!(1.5), json!(u64::MAX)] {
            adopt(other).problem(422, "invalid-input");
        }
        assert_eq!(db.count("adopted_modules"), 0);
        for good in [json!(1), Value::Null] {
            assert_eq!(adopt(good).expect(200).json()["adopted"]["source_version"], 1);
        }
    }

    fn certificates_have_the_titles_that_the_organisation_had_when_the_cohort_opened(db: TestDb) {
        let client = Client::of(&db.platform());
        let first = steps::draft(&client, "TIRANA");
        // The draft is there already, and takes the titles with it.
        put(&client, "introduction", json!({ "sq": text("Hyrje për Tiranën") })).expect(200);
        put(&client, "transparency", json!({ "sq": text("Qeverisje e hapur") })).expect(200);
        let sessions = steps::opened(&client, &first);
        // What changes later is for later cohorts.
        put(&client, "introduction", json!({ "sq": text("Tjetër") })).expect(200);
        give_up(&client, "transparency").expect(204);
        steps::attended(&client, &first, &sessions);
        client.post(&format!("{first}/certificates"), json!({})).expect(200);

        let of = |code: &str, language: &str| {
            let source = client.get(&format!("/modules/{code}")).expect(200).json();
            source["texts"][language]["title"].as_str().unwrap().to_owned()
        };
        let expected = BTreeMap::from([
            ("introduction".to_owned(), "Hyrje për Tiranën".to_owned()),
            ("data-protection".to_owned(), of("data-protection", "sq")),
            ("digital-inclusion".to_owned(), of("digital-inclusion", "sq")),
            ("transparency".to_owned(), "Qeverisje e hapur".to_owned()),
        ]);
        assert_eq!(titles(&client, &first, "sq"), expected);
        // English is the catalogue's: the organisation has none of its own.
        assert_eq!(titles(&client, &first, "en")["introduction"], of("introduction", "en"));

        let new = json!({ "programme": "digital-human-rights", "name": "Spring", "locale": "sq" });
        let second = client.post("/organisations/TIRANA/cohorts", new).expect(201).header("location").to_owned();
        let sessions = steps::opened(&client, &second);
        steps::attended(&client, &second, &sessions);
        client.post(&format!("{second}/certificates"), json!({})).expect(200);
        let second = titles(&client, &second, "sq");
        assert_eq!((&second["introduction"], &second["transparency"]), (&"Tjetër".to_owned(), &of("transparency", "sq")));
    }

    fn everything_that_is_wrong_with_the_texts_is_told_at_once(db: TestDb) {
        let client = Client::of(&db.platform());
        steps::organisation(&client, "TIRANA");
        let texts = json!({
            "sq": { "title": " \u{0} ", "summary": "x".repeat(1_001), "objectives": ["", "y".repeat(301)], "body": "a\u{0}b" },
            "en": text("🎓"),
            "albanian language": text("T"),
            "s\u{0}": text("T"),
        });
        let body = json!({ "source_version": 9, "texts": texts });
        assert_eq!(
            client.put(&format!("{MODULES}/introduction"), body).faults(),
            [
                "source_version: unknown-version",
                "texts: unknown-language",
                "/texts/en/title: cannot-be-written",
                "/texts/en/objectives: missing-english",
                "/texts/en/body: missing-english",
                "texts: unknown-language",
                "/texts/sq/title: missing-value",
                "/texts/sq/summary: too-long",
                "/texts/sq/objectives/0: missing-value",
                "/texts/sq/objectives/1: too-long",
                "/texts/sq/body: control-character",
            ]
        );
        assert_eq!(put(&client, "introduction", json!({})).faults(), ["texts: languages"]);
        let many: serde_json::Map<String, Value> = (0..1_000).map(|n| (format!("aa-x-{n}"), text("T"))).collect();
        assert_eq!(put(&client, "introduction", Value::Object(many)).faults(), ["texts: languages"]);
        assert_eq!(db.count("adopted_modules"), 0);
    }

    fn bodies_of_another_form_are_refused_and_change_nothing(db: TestDb) {
        let client = Client::of(&db.platform());
        steps::organisation(&client, "TIRANA");
        let path = format!("{MODULES}/introduction");
        for body in [
            json!({}),
            json!({ "texts": [] }),
            json!({ "texts": { "sq": null } }),
            json!({ "texts": { "sq": { "title": "T" } } }),
            json!({ "texts": { "sq": { "title": "T", "summary": "S", "colour": "red" } } }),
            json!({ "texts": { "sq": text("T") }, "adopted_at": "2023-01-01T00:00:00Z" }),
        ] {
            client.put(&format!("{MODULES}/introduction"), body).problem(422, "invalid-input");
        }
        let huge = json!({ "sq": { "title": "T", "summary": "S", "body": "x".repeat(300_000) } });
        put(&client, "introduction", huge).problem(413, "too-large");
        let raw = |kind: &str, body: &'static [u8]| {
            let request = TestRequest::default().insert_header(("Content-Type", kind)).set_payload(body);
            client.edit(Method::PUT, &path, request)
        };
        raw("text/markdown", b"# Hyrje").problem(415, "unsupported-media-type");
        raw("application/json", b"{\"texts\": {\"sq\": ").problem(400, "malformed-json");
        raw("application/json", b"{\"texts\": {\"sq\": {\"title\": \"\xff\", \"summary\": \"S\"}}}")
            .problem(400, "malformed-json");
        for code in ["gardening", "introduction%00", "%00", "Introduction", "introduction%2Ftext"] {
            client.get(&format!("{MODULES}/{code}")).problem(404, "not-found");
            put(&client, code, json!({ "sq": text("T") })).problem(404, "not-found");
            give_up(&client, code).problem(404, "not-found");
        }
        assert_eq!(db.count("adopted_modules"), 0);

        // The largest that there can be is kept and comes back whole.
        let largest = json!({ "title": "W".repeat(120), "summary": "S".repeat(1_000), "body": "ë".repeat(40_000) });
        let kept = put(&client, "introduction", json!({ "sq": largest })).expect(200).json();
        assert_eq!(kept["texts"]["sq"]["body"].as_str().unwrap().chars().count(), 40_000);
    }
}
