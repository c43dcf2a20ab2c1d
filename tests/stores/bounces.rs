//! An address that a mail server refuses for good is marked on its organisation's roster, until it changes or works.

use std::time::Duration;

use rights_academy::organisations::{Person, bounces, service};
use rights_academy::platform::Platform;
use rights_academy::platform::db::Scope;
use rights_academy::platform::ids::OrganisationId;
use rights_academy::platform::jobs::{Tally, Worker};
use rights_academy::platform::mail::{self, Mail, Mailbox};

use super::entry;
use crate::support::accounts;
use crate::support::databases::{TestDb, now, on_both};
use crate::support::smtp::{MailServer, Manner, Step};

const PATIENCE: Duration = Duration::from_secs(20);

/// Two cities in each of which the same person works.
struct Scene {
    platform: Platform,
    tirana: OrganisationId,
    durres: OrganisationId,
    _db: TestDb,
}

impl Scene {
    fn new(db: TestDb) -> Scene {
        let platform = db.platform();
        let [tirana, durres] =
            ["TIRANA", "DURRES"].map(|code| accounts::organisation(&platform, code, code).id);
        let scene = Scene { platform, tirana, durres, _db: db };
        for city in [tirana, durres] {
            scene.roster(city, "Bora@city.example", "Finance");
        }
        scene
    }

    fn roster(&self, city: OrganisationId, email: &str, department: &str) {
        let people = [
            entry("1", "Ana Doda", "ana@city.example", "Finance"),
            entry("2", "Bora Çela", email, department),
        ];
        let put = |conn: &mut _| service::put_roster(conn, city, "roster.csv", &people, now().naive_utc());
        self.platform.db.write_tx(Scope::Organisation(city), put).unwrap();
    }

    /// A mail of the city's to this address by this server.
    fn send(&self, server: &MailServer, city: Option<OrganisationId>, to: &str) -> Tally {
        let mail = Mail {
            from: None,
            to: Mailbox::new("Bora Çela", to).unwrap(),
            subject: "Ftesë".into(),
            text: "Ftesë".into(),
            html: "<p>Ftesë</p>".into(),
            language: "sq".into(),
            calendar: None,
        };
        let key = format!("mail:{:?}", self.platform.random.bytes::<8>().unwrap());
        let write = |conn: &mut _| mail::enqueue(conn, &self.platform, city, &key, &mail);
        assert!(self.platform.db.write_tx(Scope::Installation, write).unwrap());
        let (platform, mailer) = (self.platform.clone(), server.mailer(PATIENCE));
        let worker = Worker::new(platform.clone());
        worker.handling(mail::KIND, move |job| bounces::send(&platform, &mailer, job)).run_due().unwrap()
    }

    fn people(&self, city: OrganisationId) -> Vec<Person> {
        self.platform.db.read(Scope::Organisation(city), |conn| service::people(conn, city)).unwrap()
    }

    /// What is marked, by employee id.
    fn marked(&self, city: OrganisationId) -> Vec<(String, String)> {
        let people = self.people(city).into_iter();
        people.filter_map(|person| Some((person.employee_id, person.email_bounce?))).collect()
    }
}

const DEAD: Tally = Tally { done: 0, postponed: 0, dead: 1 };
const DONE: Tally = Tally { done: 1, postponed: 0, dead: 0 };

fn gone() -> MailServer {
    MailServer::start(Manner::Answers(Step::Rcpt, "550 5.1.1 bora@city.example is unknown here"))
}

on_both! {
    fn a_refused_address_is_marked_in_its_organisation_with_the_codes_alone(db: TestDb) {
        let scene = Scene::new(db);
        let server = gone();
        // It is dead at once: not tried for ever.
        assert_eq!(scene.send(&server, Some(scene.tirana), "bora@CITY.example"), DEAD);
        let people = scene.people(scene.tirana);
        assert_eq!((people[0].email_bounced_at, &people[0].email_bounce), (None, &None));
        assert_eq!(people[1].email_bounced_at, Some(now().naive_utc()));
        assert_eq!(people[1].email_bounce.as_deref(), Some("550 5.1.1"));
        assert_eq!(scene.marked(scene.durres), []);
        // A mail of the installation is nobody's, and one to somebody else says nothing of her.
        assert_eq!(scene.send(&server, None, "ana@city.example"), DEAD);
        assert_eq!(scene.send(&server, Some(scene.durres), "nobody@city.example"), DEAD);
        assert_eq!(scene.marked(scene.durres), []);
        assert_eq!(scene.marked(scene.tirana), [("2".into(), "550 5.1.1".into())]);
    }

    fn a_mail_that_is_accepted_clears_the_mark(db: TestDb) {
        let scene = Scene::new(db);
        for city in [scene.tirana, scene.durres] {
            scene.send(&gone(), Some(city), "bora@city.example");
        }
        let well = MailServer::start(Manner::Well);
        assert_eq!(scene.send(&well, Some(scene.tirana), "bora@city.example"), DONE);
        assert_eq!(scene.marked(scene.tirana), []);
        assert_eq!(scene.people(scene.tirana)[1].email_bounced_at, None);
        assert_eq!(scene.marked(scene.durres), [("2".into(), "550 5.1.1".into())]);
    }

    fn a_new_address_has_no_mark_and_other_changes_leave_it(db: TestDb) {
        let scene = Scene::new(db);
        scene.send(&gone(), Some(scene.tirana), "bora@city.example");
        scene.roster(scene.tirana, "BORA@city.example", "Housing");
        assert_eq!(scene.people(scene.tirana)[1].department, "Housing");
        assert_eq!(scene.marked(scene.tirana), [("2".into(), "550 5.1.1".into())]);
        scene.roster(scene.tirana, "b.cela@city.example", "Housing");
        assert_eq!(scene.marked(scene.tirana), []);
        // A mail that was under way to the old one marks nobody.
        assert_eq!(scene.send(&gone(), Some(scene.tirana), "bora@city.example"), DEAD);
        assert_eq!(scene.marked(scene.tirana), []);
    }

    fn a_domain_in_other_letters_is_the_same_address(db: TestDb) {
        let scene = Scene::new(db);
        scene.roster(scene.tirana, "bora@qytetiëri.example", "Finance");
        assert_eq!(scene.send(&gone(), Some(scene.tirana), "bora@qytetiëri.example"), DEAD);
        assert_eq!(scene.marked(scene.tirana), [("2".into(), "550 5.1.1".into())]);
        assert_eq!(scene.send(&MailServer::start(Manner::Well), Some(scene.tirana), "bora@qytetiëri.example"), DONE);
        assert_eq!(scene.marked(scene.tirana), []);
    }

    fn what_is_our_fault_or_passes_marks_nobody(db: TestDb) {
        let scene = Scene::new(db);
        for (step, answer) in [
            (Step::Mail, "550 5.1.8 who are you"),
            (Step::Rcpt, "554 5.7.1 relay access denied"),
            (Step::Rcpt, "450 4.1.1 later"),
            (Step::Sent, "554 5.7.1 spam"),
            (Step::Connected, "554 nobody is served"),
        ] {
            let server = MailServer::start(Manner::Answers(step, answer));
            scene.send(&server, Some(scene.tirana), "bora@city.example");
            assert_eq!(scene.marked(scene.tirana), [], "{answer}");
        }
    }
}
