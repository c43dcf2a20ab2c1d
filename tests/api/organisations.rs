//! An organisation's settings, logos, departments and people, and who may do what with them.

use rights_academy::access::Role;
use rights_academy::organisations::{roster, service};
use rights_academy::platform::db::Scope;
use serde_json::{Value, json};

use super::client::Client;
use super::steps::file;
use crate::support::accounts::{self, Joins};
use crate::support::databases::{TestDb, now, on_both};

const TIRANA: &str = "/organisations/TIRANA";

/// The administrator of the first of two organisations, which has the pilot's people.
fn cities(db: &TestDb) -> Client {
    let platform = db.platform();
    let tirana = accounts::organisation(&platform, "TIRANA", "Municipality of Tirana").id;
    accounts::organisation(&platform, "DURRES", "Durrës");
    let roster = roster::read("roster.csv", &file("roster.csv"), &Default::default()).unwrap();
    let put = |conn: &mut _| service::put_roster(conn, tirana, "roster.csv", &roster, now().naive_utc());
    db.db.write_tx(Scope::Organisation(tirana), put).unwrap();
    Client::of(&platform).with_role("TIRANA", Role::Administrator)
}

fn change() -> Value {
    json!({
        "name": "Bashkia Tiranë", "languages": ["sq", "en"], "zone": "Europe/Tirane",
        "sender": "academy@tirana.example", "retention": { "raw_attendance_days": 30 },
        "controller": "Bashkia Tiranë\nSheshi Skënderbej 2", "data_protection_contact": "dpo@tirana.example",
        "legal_ground": "GDPR, article 6(1)(e)",
    })
}

fn image(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/logos");
    std::fs::read(folder.join(name)).unwrap()
}

on_both! {
    fn an_administrator_settles_and_every_member_reads(db: TestDb) {
        let administrator = cities(&db);
        let before = administrator.get(TIRANA).expect(200).json();
        assert_eq!((&before["languages"], &before["zone"], &before["sender"]), (&json!(["en"]), &json!("UTC"), &json!(null)));
        assert_eq!(before["retention"], json!({ "raw_attendance_days": 90 }));

        let mut expected = change();
        expected["code"] = json!("TIRANA");
        expected["logos"] = json!([]);
        assert_eq!(administrator.put(TIRANA, change()).expect(200).json(), expected);
        for role in Role::ALL {
            assert_eq!(administrator.with_role("TIRANA", role).get(TIRANA).expect(200).json(), expected, "{role}");
        }
    }

    fn all_that_is_wrong_with_settings_is_said_at_once(db: TestDb) {
        let administrator = cities(&db);
        let mut wrong = change();
        wrong["name"] = json!("\u{200b}");
        wrong["languages"] = json!(["sq", "sq", "tlh"]);
        wrong["zone"] = json!("Europe/Tirana");
        wrong["sender"] = json!("nobody");
        wrong["retention"]["raw_attendance_days"] = json!(0);
        wrong["legal_ground"] = json!("x".repeat(2_001));
        assert_eq!(
            administrator.put(TIRANA, wrong).faults(),
            [
                "name: organisation-name",
                "/languages/1: duplicate-language",
                "/languages/2: unsupported-locale",
                "zone: unknown-zone",
                "sender: not-an-email",
                "/retention/raw_attendance_days: out-of-range",
                "legal_ground: too-long",
            ]
        );
        for key in ["name", "sender", "retention", "controller"] {
            let mut lacking = change();
            lacking.as_object_mut().unwrap().remove(key);
            administrator.put(TIRANA, lacking).problem(422, "invalid-input");
        }
        let mut more = change();
        more["code"] = json!("DURRES");
        administrator.put(TIRANA, more).problem(422, "invalid-input");
        assert_eq!(administrator.get(TIRANA).expect(200).json()["name"], "Municipality of Tirana");
    }

    fn each_role_does_its_own(db: TestDb) {
        let administrator = cities(&db);
        let department = json!({ "name": "Parks", "parent": null });
        for role in Role::ALL {
            let client = administrator.with_role("TIRANA", role);
            for path in ["", "/departments", "/people", "/people/00001", "/logos/00"] {
                client.get(&format!("/organisations/DURRES{path}")).problem(404, "not-found");
            }
            client.put("/organisations/DURRES", change()).problem(404, "not-found");
            if role == Role::Administrator {
                client.get(&format!("{TIRANA}/people")).expect(200);
                continue;
            }
            // What is asked for is not even read.
            client.put(TIRANA, json!("?")).problem(403, "forbidden");
            client.post(&format!("{TIRANA}/departments"), department.clone()).problem(403, "forbidden");
            client.delete(&format!("{TIRANA}/departments/x")).problem(403, "forbidden");
            client.post_file(&format!("{TIRANA}/logos"), "l.png", image("arms.png"), &[]).problem(403, "forbidden");
            client.get(&format!("{TIRANA}/people")).problem(404, "not-found");
            client.get(&format!("{TIRANA}/people/00001")).problem(404, "not-found");
            let listed = client.get(&format!("{TIRANA}/departments"));
            if role == Role::Learner { listed.problem(404, "not-found"); } else { listed.expect(200); }
        }
        let joins = Joins { roles: &[Role::Hr], names: true, ..Joins::default() };
        let named = administrator.member("names@tirana.example", "TIRANA", joins);
        assert_eq!(named.walk(&format!("{TIRANA}/people")).len(), 60);
    }

    fn logos_are_uploaded_shown_and_removed(db: TestDb) {
        let administrator = cities(&db);
        let logos = format!("{TIRANA}/logos");
        for (name, kind) in [("arms.png", "image/png"), ("partner.jpg", "image/jpeg")] {
            let added = administrator.post_file(&logos, name, image(name), &[("alt", " A  logo ")]).expect(201);
            assert_eq!(added.json()["alt"], "A logo");
            let place = added.header("location").to_owned();
            let shown = administrator.with_role("TIRANA", Role::Learner).get(&place).expect(200);
            assert_eq!((shown.header("content-type"), shown.bytes.as_ref()), (kind, image(name).as_slice()));
            let tag = shown.header("etag");
            administrator.get_with(&place, ("If-None-Match", tag)).expect(304);
            let again = administrator.post_file(&logos, name, image(name), &[("alt", "Another")]);
            assert_eq!(again.problem(409, "logo-exists")["sha256"], added.json()["sha256"]);
        }
        let kept = administrator.get(TIRANA).expect(200).json()["logos"].clone();
        assert_eq!(kept.as_array().unwrap().len(), 2);
        let place = format!("{logos}/{}", kept[0]["sha256"].as_str().unwrap());
        administrator.delete(&place).expect(204);
        administrator.delete(&place).problem(404, "not-found");
        administrator.get(&place).problem(404, "not-found");
        for (bytes, fields, faults) in [
            (image("arms.png"), &[][..], &["alt: missing-value"][..]),
            (b"<svg/>".to_vec(), &[("alt", "x")][..], &["logo.png: not-an-image"][..]),
            (b"GIF89a".to_vec(), &[][..], &["alt: missing-value", "logo.png: not-an-image"][..]),
        ] {
            assert_eq!(administrator.post_file(&logos, "logo.png", bytes, fields).faults(), faults);
        }
    }

    fn departments_make_a_tree(db: TestDb) {
        let administrator = cities(&db);
        let departments = format!("{TIRANA}/departments");
        let of_roster = administrator.walk(&departments).len();
        let made = administrator.post(&departments, json!({ "name": " Public  Works ", "parent": null })).expect(201);
        let (works, id) = (made.header("location").to_owned(), made.json()["id"].clone());
        assert_eq!(administrator.get(&works).expect(200).json(), json!({ "id": id, "name": "Public Works", "parent": null }));
        let parks = administrator.post(&departments, json!({ "name": "Parks & Gardens", "parent": id })).expect(201);
        let parks = parks.header("location").to_owned();
        let again = administrator.post(&departments, json!({ "name": "Public Works", "parent": null }));
        assert_eq!(again.problem(409, "department-exists")["department"], id);
        administrator.put(&works, json!({ "name": "Works", "parent": id })).problem(409, "department-under-itself");
        assert_eq!(administrator.put(&works, json!({ "name": " ", "parent": 0 })).faults(), ["name: department-name"]);
        assert_eq!(administrator.put(&works, json!({ "name": "W", "parent": 0 })).faults(), ["parent: unknown-department"]);
        administrator.put(&works, json!({ "name": "Works" })).problem(422, "invalid-input");
        let used = administrator.delete(&works).problem(409, "department-in-use");
        assert_eq!((&used["people"], &used["departments"]), (&json!(0), &json!(1)));
        let moved = administrator.put(&parks, json!({ "name": "Parks", "parent": null })).expect(200).json();
        assert_eq!((&moved["name"], &moved["parent"]), (&json!("Parks"), &json!(null)));
        administrator.delete(&works).expect(204);
        administrator.delete(&works).problem(404, "not-found");
        assert_eq!(administrator.walk(&format!("{departments}?limit=1")).len(), of_roster + 1);
    }

    fn the_roster_is_read_page_by_page_and_one_by_one(db: TestDb) {
        let administrator = cities(&db);
        let everybody = administrator.walk(&format!("{TIRANA}/people?limit=7"));
        assert_eq!(everybody.len(), 60);
        let first = &everybody[0];
        assert_eq!(administrator.get(&format!("{TIRANA}/people/00001")).expect(200).json(), *first);
        assert_eq!(first.as_object().unwrap().len(), 4);
        for nobody in ["1", "00099", "00001%00", "%00"] {
            administrator.get(&format!("{TIRANA}/people/{nobody}")).problem(404, "not-found");
        }
    }
}
