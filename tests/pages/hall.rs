//! A town hall whose people enrol: a cohort that is open, its roster, and their browsers.

use rights_academy::access::Role;
use rights_academy::platform::Platform;
use serde_json::{Value, json};

use super::PASSWORD;
use super::browser::{Browser, Page};
use crate::api::client::Client;
use crate::api::steps;
use crate::support::accounts::{self, HOME, Joins};
use crate::support::databases::TestDb;

/// Where people meet online in each session of the hall.
pub const MEETING: &str = "https://meet.example/spring";

pub struct Hall {
    pub db: TestDb,
    pub platform: Platform,
    pub administrator: Client,
    /// A browser that nobody is signed in with.
    pub browser: Browser,
    /// The cohort's path in the API.
    pub cohort: String,
    /// The path of its page.
    pub page: String,
}

/// Terms with so many seats.
pub fn terms(capacity: Option<u32>) -> Value {
    json!({
        "opens": null, "closes": null, "eligible": { "who": "everybody" }, "capacity": capacity, "approval": "none",
        "freed_seat": { "how": "at-once" },
    })
}

impl Hall {
    pub fn with_terms(db: TestDb, terms: Value) -> Hall {
        let platform = db.platform();
        let administrator = Client::of(&platform);
        steps::running(&administrator, "TIRANA");
        let new = json!({ "programme": "digital-human-rights", "name": "Spring", "locale": "en" });
        let cohort = administrator.post("/organisations/TIRANA/cohorts", new).expect(201);
        let cohort = cohort.header("location").to_owned();
        administrator.put(&format!("{cohort}/terms"), terms).expect(200);
        let page = format!("/o/TIRANA/training/{}", cohort.rsplit('/').next().unwrap());
        let hall = Hall { browser: Browser::of(&platform), db, platform, administrator, cohort, page };
        hall.session(json!({ "module": "introduction" }));
        steps::go(&hall.administrator, &hall.cohort, "open");
        hall
    }

    /// The path of a new session with these fields; on 17 January 2030 in the town hall and online, where nothing else is said.
    pub fn session(&self, fields: Value) -> String {
        let mut new = json!({
            "starts": "2030-01-17T10:00", "ends": "2030-01-17T12:00", "zone": "Europe/Tirane", "mode": "hybrid",
            "link": MEETING, "place": "Town Hall",
        });
        new.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let made = self.administrator.post(&format!("{}/sessions", self.cohort), new).expect(201);
        made.header("location").to_owned()
    }

    /// The path of a new link to enrol.
    pub fn link(&self) -> String {
        let made = self.administrator.post(&format!("{}/links", self.cohort), json!({})).expect(201).json();
        made["link"].as_str().unwrap().strip_prefix(HOME).unwrap().to_owned()
    }

    /// Makes an account that can sign in.
    pub fn account(&self, email: &str) -> Client {
        let account = accounts::account(&self.platform, email, false);
        accounts::with_password(&self.platform, account, PASSWORD);
        self.administrator.member(email, "TIRANA", Joins { roles: &[Role::Learner], ..Joins::default() })
    }

    /// The address of somebody of the roster, whose account it is from now on.
    pub fn person(&self, n: u32) -> String {
        let (email, employee_id) = (format!("learner{n}@tirana.example"), format!("{n:05}"));
        let joins = Joins { roles: &[Role::Learner], employee_id: Some(&employee_id), ..Joins::default() };
        self.account(&email).joins("TIRANA", joins);
        email
    }

    /// The browser of somebody of the roster, who is signed in.
    pub fn learner(&self, n: u32) -> Browser {
        let browser = self.browser.another("en");
        sign_in(&browser, &self.person(n), "/sign-in").leads_to("/account");
        browser
    }

    /// The browser of somebody who has enrolled by the page.
    pub fn enrolled(&self, n: u32) -> Browser {
        let browser = self.learner(n);
        browser.post(&format!("{}/enrolment", self.page), &[]).leads_to(&self.page);
        browser
    }

    /// Where somebody of the roster stands.
    pub fn state(&self, n: u32) -> String {
        let path = format!("{}/enrolments/{n:05}", self.cohort);
        self.administrator.get(&path).expect(200).json()["state"].as_str().unwrap().to_owned()
    }
}

pub fn sign_in(browser: &Browser, email: &str, path: &str) -> Page {
    browser.post(path, &[("email", email), ("password", PASSWORD)])
}
