//! Who is kept out of the pages of trainings, and that nobody learns there what is not theirs to know.

use chrono::TimeDelta;
use rights_academy::access::Role;
use serde_json::json;

use super::PASSWORD;
use super::hall::{Hall, sign_in, terms};
use crate::api::steps;
use crate::support::accounts::{self, HOME, Joins};
use crate::support::databases::on_both;

on_both! {
    fn a_link_that_is_none_is_answered_the_same_whatever_became_of_it(db: TestDb) {
        let hall = Hall::with_terms(db, terms(None));
        let [revoked, draft, over] = [0; 3].map(|_| hall.link());
        let links = hall.administrator.walk(&format!("{}/links", hall.cohort));
        hall.administrator.delete(&format!("{}/links/{}", hall.cohort, links[0]["id"])).expect(204);
        let learner = hall.learner(1);
        let gone = |link: &str| {
            for browser in [&hall.browser, &learner] {
                browser.get(link).page(404, "This link cannot be used");
            }
            let told = hall.browser.get(link).text;
            learner.post(link, &[]).page(404, "This link cannot be used");
            told
        };
        let unknown = gone("/enrol/re_nothing");
        assert_eq!(gone("/enrol/%00"), unknown);
        assert_eq!(gone(&format!("/enrol/rk_{}", &revoked["/enrol/re_".len()..])), unknown);
        assert_eq!(gone(&revoked), unknown);
        steps::go(&hall.administrator, &hall.cohort, "draft");
        assert_eq!(gone(&draft), unknown);
        steps::go(&hall.administrator, &hall.cohort, "open");
        hall.browser.get(&over).page(200, "<button>Enrol</button>");
        hall.platform.clock.advance(TimeDelta::days(60));
        hall.browser.get(&over).page(404, "This link cannot be used");
        assert_eq!(hall.browser.get(&over).text, unknown);
    }

    fn whoever_is_on_no_roster_here_is_told_whom_to_ask(db: TestDb) {
        let hall = Hall::with_terms(db, terms(None));
        let link = hall.link();
        hall.account("guest@tirana.example");
        // Of another city, and on its roster.
        accounts::organisation(&hall.platform, "VLORA", "City of Vlora");
        let other = accounts::account(&hall.platform, "other@vlora.example", false);
        accounts::with_password(&hall.platform, other, PASSWORD);
        accounts::join(&hall.platform, other, "VLORA", Joins { roles: &[Role::Learner], ..Joins::default() });
        for email in ["guest@tirana.example", "other@vlora.example"] {
            let browser = hall.browser.another("en");
            sign_in(&browser, email, &format!("/sign-in?to={link}")).leads_to(&link);
            let page = browser.get(&link).page(200, "is not on the roster of Municipality of Tirana").text;
            assert!(page.contains(email) && !page.contains("<button>Enrol</button>"), "{page}");
            browser.post(&link, &[]).leads_to(&link);
        }
        assert_eq!(hall.db.count("enrolments WHERE state <> 'enrolled'"), 0);
        let people = hall.administrator.walk(&format!("{}/enrolments", hall.cohort));
        assert!(people.is_empty(), "{people:?}");
    }

    fn what_is_anothers_looks_like_what_is_not_there(db: TestDb) {
        let hall = Hall::with_terms(db, terms(None));
        let learner = hall.enrolled(1);
        // A city of its own, with a cohort that is open.
        accounts::organisation(&hall.platform, "VLORA", "City of Vlora");
        hall.administrator.joins("VLORA", Joins { roles: &[Role::Administrator], ..Joins::default() });
        let new = json!({ "programme": "digital-human-rights", "name": "Harbour", "locale": "en" });
        let theirs = hall.administrator.post("/organisations/VLORA/cohorts", new.clone()).expect(201);
        let theirs = theirs.header("location").to_owned();
        steps::go(&hall.administrator, &theirs, "open");
        let theirs = theirs.rsplit('/').next().unwrap().to_owned();
        let draft = json!({ "programme": "digital-human-rights", "name": "Autumn", "locale": "en" });
        let draft = hall.administrator.post("/organisations/TIRANA/cohorts", draft).expect(201);
        let draft = draft.header("location").rsplit('/').next().unwrap().to_owned();
        // Also for whom staff enrolled there: nobody is told of a draft.
        let named = json!({ "employee_ids": ["00001"] });
        let path = format!("/organisations/TIRANA/cohorts/{draft}/enrolments");
        hall.administrator.post(&path, named).expect(200);

        let nothing = learner.get("/o/TIRANA/training/987654").page(404, "There is nothing here").text;
        let pages = [
            "/o/VLORA/training".to_owned(),
            format!("/o/VLORA/training/{theirs}"),
            format!("/o/TIRANA/training/{theirs}"),
            format!("/o/TIRANA/training/{draft}"),
            "/o/NOWHERE/training".to_owned(),
            "/o/%00/training".to_owned(),
            "/o/TIRANA/training/x".to_owned(),
            "/o/TIRANA/training/99999999999999999999".to_owned(),
            "/o/TIRANA/training/-1".to_owned(),
        ];
        for page in &pages {
            assert_eq!(learner.get(page).page(404, "There is nothing here").text, nothing, "{page}");
        }
        let steps = ["enrolment", "acceptance", "booking", "booking-end", "needs", "withdrawal"];
        let fields = [("place", "1-online"), ("session", "1"), ("needs", "x")];
        for page in &pages[1..4] {
            for step in steps {
                learner.post(&format!("{page}/{step}"), &fields).page(404, "There is nothing here");
            }
            learner.get(&format!("{page}/sessions.ics")).page(404, "There is nothing here");
        }
        for path in ["/o/VLORA/calendar", "/o/VLORA/calendar/end"] {
            learner.post(path, &[]).page(404, "There is nothing here");
        }
        let list = learner.get("/o/TIRANA/training").page(200, "Spring").text;
        assert!(!list.contains("Autumn") && !list.contains("Harbour"), "{list}");
    }

    fn forms_of_other_sites_change_nothing(db: TestDb) {
        let hall = Hall::with_terms(db, terms(None));
        let (link, learner) = (hall.link(), hall.learner(1));
        let count = || [hall.db.count("enrolments"), hall.db.count("calendar_feeds"), hall.db.count("jobs")];
        let before = count();
        let steps = ["enrolment", "acceptance", "booking", "booking-end", "needs", "withdrawal"];
        let mut paths: Vec<String> = steps.iter().map(|step| format!("{}/{step}", hall.page)).collect();
        paths.extend([link, "/o/TIRANA/calendar".into(), "/o/TIRANA/calendar/end".into()]);
        for path in &paths {
            let from: [&[(&str, &str)]; 4] = [
                &[("sec-fetch-site", "cross-site"), ("origin", HOME)],
                &[("origin", "https://evil.example")],
                &[("origin", "null")],
                &[],
            ];
            for from in from {
                let fields = [("place", "1-online"), ("session", "1"), ("needs", "x")];
                learner.post_from(path, &fields, from).page(403, "This form came from elsewhere");
            }
        }
        assert_eq!(count(), before);
    }

    fn whoever_signs_in_is_led_back_to_our_own_pages_alone(db: TestDb) {
        let hall = Hall::with_terms(db, terms(None));
        let email = hall.person(1);
        for page in [hall.page.as_str(), "/o/TIRANA/training", &format!("{}/booking", hall.page)] {
            let browser = hall.browser.another("en");
            browser.get(page).leads_to(&format!("/sign-in?to={page}"));
            sign_in(&browser, &email, &format!("/sign-in?to={page}")).leads_to(page);
        }
        // A form that was sent too late comes back to the page that it is on.
        let browser = hall.learner(1);
        browser.get(&format!("{}/booking", hall.page)).leads_to(&hall.page);
        browser.get("/o/TIRANA/calendar/end").leads_to("/o/TIRANA/training");
        for evil in [
            "//evil.example", "https://evil.example", "/o//evil.example", "/%5Cevil.example", "/o/%5C%5Cevil.example",
            "/o/%0D%0ASet-Cookie:x", "/o/..", "/sign-out", "/api/v1/account", "%2F%2Fevil.example", "",
        ] {
            let browser = hall.browser.another("en");
            let way = format!("/sign-in?to={evil}");
            let form = browser.get(&way).page(200, "<h1>Sign in</h1>").text;
            assert!(form.contains("action=\"/sign-in\"") && !form.contains("evil"), "{evil}: {form}");
            // Tries at one account are limited.
            hall.platform.clock.advance(TimeDelta::minutes(1));
            sign_in(&browser, &email, &way).leads_to("/account");
        }
        // Of two nobody knows which is meant.
        let browser = hall.browser.another("en");
        browser.get("/sign-in?to=/o/A&to=//evil.example").page(400, "This could not be read");
    }

    fn the_window_and_those_turned_away_are_told_why(db: TestDb) {
        let mut later = terms(None);
        later["opens"] = json!("2025-03-01T08:00:00Z");
        later["closes"] = json!("2025-04-01T08:00:00Z");
        let hall = Hall::with_terms(db, later);
        let (link, learner) = (hall.link(), hall.learner(1));
        for path in [&link, &hall.page] {
            let page = learner.get(path).page(200, "It opens at this time: Saturday, 1 March 2025, 08:00").text;
            assert!(!page.contains("<button>Enrol</button>"), "{page}");
        }
        learner.post(&link, &[]).leads_to(&link);
        let enrol = format!("{}/enrolment", hall.page);
        learner.post(&enrol, &[]).page(409, "something has changed since you opened the page");
        hall.administrator.put(&format!("{}/terms", hall.cohort), terms(None)).expect(200);
        learner.post(&enrol, &[]).leads_to(&hall.page);
        let out = format!("{}/enrolments/00001/withdrawal", hall.cohort);
        hall.administrator.post(&out, json!({})).expect(200);
        let page = learner.get(&hall.page).page(200, "You were taken out by an administrator.").text;
        assert!(page.contains("Ask there if you want to take part.") && !page.contains("<button>Enrol"), "{page}");
        let page = learner.get(&link).page(200, "Ask there if you want to take part.").text;
        assert!(!page.contains("<button>Enrol</button>"), "{page}");
    }
}
