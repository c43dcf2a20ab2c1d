//! Many people want few seats at once, over HTTP, from every instance of the service: no seat is given twice, and none is
//! left empty while somebody waits.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use rights_academy::organisations::service as organisations;
use rights_academy::platform::Platform;
use rights_academy::platform::clock::Clock;
use rights_academy::platform::db::Scope;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::api::client::Client;
use crate::api::steps;
use crate::support::accounts::HOME;
use crate::support::databases::on_both;
use crate::support::learners::learners;
use crate::support::program::{Served, serve_on};

const PEOPLE: usize = 200;
const SEATS: usize = 50;

/// Three in the test command, twenty where many inputs are asked for.
fn rounds() -> usize {
    let cases: Option<usize> = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    if cases.is_some_and(|cases| cases > 1_000) { 20 } else { 3 }
}

/// The path of an open cohort with so many seats.
fn open_cohort(client: &Client, organisation: &str, name: &str) -> String {
    let new = json!({ "programme": "digital-human-rights", "name": name, "locale": "en" });
    let cohort =
        client.post(&format!("{organisation}/cohorts"), new).expect(201).header("location").to_owned();
    let terms = json!({
        "opens": null, "closes": null, "eligible": { "who": "everybody" }, "capacity": SEATS, "approval": "none",
        "freed_seat": { "how": "at-once" },
    });
    client.put(&format!("{cohort}/terms"), terms).expect(200);
    steps::go(client, &cohort, "open");
    cohort
}

/// Sends each of these tokens' enrolment at the same moment, in turn to each instance; what each is answered.
fn at_once(instances: &[Served], cohort: &str, tokens: &[&str]) -> Vec<(u16, Value)> {
    let together = Barrier::new(tokens.len());
    let ask = |n: usize, token: &str| {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        let agent = ureq::Agent::new_with_config(config);
        let url = format!("{}{cohort}/enrolment", instances[n % instances.len()].url);
        together.wait();
        let answer = agent.post(&url).header("Authorization", format!("Bearer {token}")).send_json(json!({}));
        let mut answer = answer.unwrap_or_else(|error| panic!("{url}: {error}"));
        (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
    };
    thread::scope(|scope| {
        let asked: Vec<_> =
            tokens.iter().enumerate().map(|(n, token)| scope.spawn(move || ask(n, token))).collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    })
}

on_both! {
    fn no_seat_is_given_twice_and_none_stays_empty(db: TestDb) {
        // The program has the real time.
        let platform = Platform { clock: Clock::System, ..db.platform() };
        let administrator = Client::of(&platform);
        let organisation = steps::organisation(&administrator, "RACE");
        let of = |conn: &mut _| organisations::organisation(conn, "RACE");
        let id = platform.db.read(Scope::Code("RACE"), of).unwrap().id;
        let learners = learners(&platform, id, HOME, PEOPLE);
        let dir = TempDir::new().unwrap();
        // SQLite's database is one process's.
        let instances = if db.url().starts_with("postgres") { 2 } else { 1 };
        let instances: Vec<Served> =
            (0..instances).map(|_| Served::start(&mut serve_on(&db, dir.path()))).collect();
        let all: Vec<&str> = learners.iter().map(|(_, token)| token.as_str()).collect();
        for round in 0..rounds() {
            let cohort = open_cohort(&administrator, &organisation, &format!("Round {round}"));
            let answers = at_once(&instances, &cohort, &all);
            let unexpected: Vec<_> = answers.iter().filter(|(status, _)| *status != 201).collect();
            assert!(unexpected.is_empty(), "{} of round {round}: {unexpected:?}", unexpected.len());
            let in_state = |state: &str| answers.iter().filter(|(_, body)| body["state"] == state).count();
            assert_eq!((in_state("enrolled"), in_state("waitlisted")), (SEATS, PEOPLE - SEATS));
            let positions: BTreeSet<u64> =
                answers.iter().filter_map(|(_, body)| body["position"].as_u64()).collect();
            assert_eq!(positions, (1..=(PEOPLE - SEATS) as u64).collect());

            let listed = administrator.walk(&format!("{cohort}/enrolments?limit=100"));
            let stored = |state: &str| listed.iter().filter(|one| one["enrolment"]["state"] == state).count();
            assert_eq!((stored("enrolled"), stored("waitlisted")), (SEATS, PEOPLE - SEATS));
        }
        // One person's request, sent again and again.
        let cohort = open_cohort(&administrator, &organisation, "Once");
        let answers = at_once(&instances, &cohort, &[all[0]; 32]);
        let with = |status: u16| answers.iter().filter(|(answered, _)| *answered == status).count();
        assert_eq!((with(201), with(200)), (1, 31), "{answers:?}");
        assert!(answers.iter().all(|(_, body)| body["state"] == "enrolled" && *body == answers[0].1));
        assert_eq!(administrator.walk(&format!("{cohort}/enrolments")).len(), 1);
    }
}
