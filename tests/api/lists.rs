//! Lists in pages, walked to their end.

use std::collections::BTreeSet;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::client::Client;
use super::steps;
use crate::support::databases::on_both;

on_both! {
    fn every_list_is_walked_to_its_end_in_pages_of_any_size(db: TestDb) {
        let client = Client::of(&db.platform());
        let (cohort, sessions) = steps::closed(&client, "TIRANA");
        client.post(&format!("{cohort}/certificates"), json!({})).expect(200);
        for code in ["AA", "ZZ"] {
            steps::organisation(&client, code);
        }
        let lists = [
            ("/organisations".to_owned(), 3, "code"),
            ("/organisations/TIRANA/cohorts".to_owned(), 1, "id"),
            (format!("{cohort}/sessions"), 4, "id"),
            (format!("{cohort}/people"), 60, "employee_id"),
            (format!("{cohort}/verdicts"), 60, "employee_id"),
            (format!("{cohort}/certificates"), 23, "serial"),
            (format!("{}/attendance", sessions[1]), 60, "employee_id"),
        ];
        for (path, total, key) in lists {
            let whole = client.walk(&format!("{path}?limit=100"));
            assert_eq!(whole.len(), total, "{path}");
            let keys: BTreeSet<String> = whole.iter().map(|item| item[key].to_string()).collect();
            assert_eq!(keys.len(), total, "{path}: an item stands there twice");
            for limit in [1, 3, 23] {
                assert_eq!(client.walk(&format!("{path}?limit={limit}")), whole, "{path} by {limit}");
            }
            client.get(&format!("{path}?limit=0")).problem(400, "invalid-query");
            client.get(&format!("{path}?cursor=AAAA")).problem(400, "invalid-cursor");
        }
    }

    fn a_forged_cursor_that_no_database_could_compare_is_refused(db: TestDb) {
        let client = Client::of(&db.platform());
        let cohort = steps::draft(&client, "TIRANA");
        let key = br#""\u0000""#;
        let cursor = BASE64_URL_SAFE_NO_PAD.encode([&key[..], &Sha256::digest(key)[..4]].concat());
        for path in ["/organisations".to_owned(), format!("{cohort}/people"), format!("{cohort}/verdicts")] {
            client.get(&format!("{path}?cursor={cursor}")).problem(400, "invalid-cursor");
        }
    }

    fn the_catalogue_is_told_in_every_language(db: TestDb) {
        let client = Client::of(&db.platform());
        let programmes = client.walk("/programmes");
        let programme = client.get("/programmes/digital-human-rights").expect(200).json();
        assert_eq!(programmes, std::slice::from_ref(&programme));
        let levels: Vec<(&Value, &Value)> =
            programme["levels"].as_array().unwrap().iter().map(|l| (&l["level"], &l["min_modules"])).collect();
        assert_eq!(levels, [(&json!("completion"), &json!(3)), (&json!("attendance"), &json!(2))]);
        assert!(programme["titles"]["en"].is_string() && programme["titles"]["sq"].is_string());
        let modules = client.walk("/modules");
        assert_eq!(modules.len(), 4);
        for module in &modules {
            let read = client.get(&format!("/modules/{}", module["code"].as_str().unwrap())).expect(200).json();
            assert_eq!(read, *module);
            for language in ["en", "sq"] {
                assert!(module["texts"][language]["title"].is_string(), "{module}");
            }
            assert!(module["areas"].as_array().unwrap().iter().all(|area| area["names"]["en"].is_string()), "{module}");
        }
    }
}
