//! The pages of accounts and of enrolment on both databases, as a browser without a window sees them.

mod browser;
mod hall;

mod doors;
mod guards;
mod links;
mod trainings;
mod way;

use rights_academy::identity::service::founding;
use rights_academy::platform::Platform;
use serde_json::json;

use self::browser::Browser;
use crate::support::databases::TestDb;
use crate::support::mailroom::Mailroom;

const FOUNDER: &str = "founder@academy.example";
const PASSWORD: &str = "a long night at the office";
const ANOTHER: &str = "nine grey geese over the sea";

/// An installation that was founded through its first link, and the founder's browser.
struct Town {
    db: TestDb,
    platform: Platform,
    founder: Browser,
    mailroom: Mailroom,
}

impl Town {
    fn founded(db: TestDb) -> Town {
        let platform = db.platform();
        let founder = Browser::of(&platform);
        let link = format!("/invitations/{}", founding::first(&platform).unwrap().unwrap().expose());
        founder.get(&link).page(200, "Set up rights-academy");
        founder.post(&link, &founding_form()).leads_to("/account");
        let mailroom = Mailroom::of(&platform);
        Town { db, platform, founder, mailroom }
    }

    /// The founder invites somebody, as a program does; the path of the link in the mail.
    fn invited(&self, email: &str, language: &str) -> String {
        let credentials = json!({ "email": FOUNDER, "password": PASSWORD });
        let tokens = self.founder.api("/sign-ins", None, credentials);
        let invite = json!({ "email": email, "roles": ["trainer"], "language": language });
        let token = tokens["access_token"].as_str();
        self.founder.api("/organisations/TIRANA/invitations", token, invite);
        self.mailroom.link(email)
    }

    /// Somebody who took an invitation, in their browser.
    fn member(&self, email: &str, language: &str) -> Browser {
        let link = self.invited(email, language);
        let browser = self.founder.another("de");
        browser.post(&link, &[("name", "Zana Dervishi"), ("password", PASSWORD)]).leads_to("/account");
        browser
    }
}

fn founding_form() -> [(&'static str, &'static str); 6] {
    [
        ("email", FOUNDER),
        ("name", "Olta Marku"),
        ("password", PASSWORD),
        ("organisation", "Municipality of Tirana"),
        ("code", "TIRANA"),
        ("language", "en"),
    ]
}
