//! Two hundred people ask for fifty seats at the same moment, of `serve` on SQLite and of two instances on PostgreSQL.
//!
//! `make soak` has more rounds.

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use diesel::prelude::*;
use rights_academy::cohorts::service::{self as cohorts, NewCohort};
use rights_academy::cohorts::{Settings, State};
use rights_academy::enrolment::Terms;
use rights_academy::enrolment::service::terms;
use rights_academy::organisations::Organisation;
use rights_academy::platform::Platform;
use rights_academy::platform::db::Scope;
use rights_academy::platform::db::schema::enrolments;
use rights_academy::platform::ids::{CohortId, PersonId};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::accounts::{self, Member};
use crate::support::databases::{TestDb, on_both, unguarded};
use crate::support::pilot;
use crate::support::program::{Served, serve_on};

const PEOPLE: usize = 200;
const SEATS: u32 = 50;

/// So often one person's client repeats itself.
const REPEATS: usize = 32;

on_both! {
    fn each_seat_goes_to_one_of_all_who_ask_at_once(db: TestDb) {
        let cases = std::env::var("PROPTEST_CASES").ok().map_or(0, |cases| cases.parse::<u32>().unwrap());
        let race = Race::new(&db);
        for round in 0..(cases / 1000).max(3) {
            let cohort = race.cohort(&format!("Race {round}"));
            let (hasty, racers) = race.members.split_last().unwrap();
            race.all_at_once(cohort, racers);
            let full = race.again_and_again(cohort, hasty);
            assert_eq!((full["state"].as_str(), full["position"].as_u64()), (Some("waitlisted"), Some(151)));
            let cohort = race.cohort(&format!("Quiet {round}"));
            let free = race.again_and_again(cohort, hasty);
            assert_eq!((free["state"].as_str(), free.get("position")), (Some("enrolled"), None));
        }
        race.end();
    }
}

struct Race<'a> {
    db: &'a TestDb,
    platform: Platform,
    organisation: Organisation,
    members: Vec<Member>,
    /// One on SQLite, two on PostgreSQL; each with a directory of its own.
    instances: Vec<(Served, TempDir)>,
}

impl Race<'_> {
    fn new(db: &TestDb) -> Race<'_> {
        let platform = db.platform_of_today();
        let organisation = accounts::organisation(&platform, "TIRANA", "Municipality of Tirana");
        let members = accounts::members(&platform, &organisation, PEOPLE + 1);
        let instance = |_| {
            let dir = TempDir::new().unwrap();
            (Served::start(&mut serve_on(db, dir.path())), dir)
        };
        let instances = (0..if db.is_postgres() { 2 } else { 1 }).map(instance).collect();
        Race { db, platform, organisation, members, instances }
    }

    /// An open cohort with [`SEATS`].
    fn cohort(&self, name: &str) -> CohortId {
        let (platform, organisation, catalogue) = (&self.platform, self.organisation.id, pilot::catalogue());
        let new = NewCohort {
            programme: "digital-human-rights".into(),
            name: name.into(),
            locale: "sq".into(),
            threshold_percent: None,
            settings: Settings::default(),
        };
        let made = cohorts::create(&platform.db, &platform.clock, &catalogue, organisation, &new, None);
        let (cohort, now) = (made.unwrap().id, platform.clock.now().naive_utc());
        let opened = platform.db.write_tx(Scope::Organisation(organisation), |conn| {
            let open = cohorts::move_to(conn, &catalogue, organisation, cohort, State::Open, now)?;
            terms::put(conn, platform, &open, &Terms { capacity: Some(SEATS), ..Terms::default() })
        });
        opened.unwrap().id
    }

    /// Sends one request for each of these at the same moment, in turn to each instance: status and body of each answer.
    fn enrol(&self, cohort: CohortId, people: &[&Member]) -> Vec<(u16, Value)> {
        let barrier = Barrier::new(people.len());
        let one = |(n, member): (usize, &&Member)| {
            let url = &self.instances[n % self.instances.len()].0.url;
            let url = format!("{url}/api/v1/organisations/TIRANA/cohorts/{cohort}/enrolment");
            let request = agent()
                .post(url)
                .header("authorization", format!("Bearer {}", accounts::token(&self.platform, member)))
                .header("content-type", "application/json");
            barrier.wait();
            let mut answer = request.send("{}").unwrap();
            (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
        };
        thread::scope(|scope| {
            let one = &one;
            let sent: Vec<_> =
                people.iter().enumerate().map(|numbered| scope.spawn(move || one(numbered))).collect();
            sent.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }

    fn all_at_once(&self, cohort: CohortId, racers: &[Member]) {
        let answers = self.enrol(cohort, &racers.iter().collect::<Vec<_>>());
        let mut told: BTreeMap<u64, PersonId> = BTreeMap::new();
        let mut enrolled: Vec<PersonId> = Vec::new();
        for (member, (status, body)) in racers.iter().zip(&answers) {
            assert_eq!(*status, 201, "{body:#}");
            match (body["state"].as_str(), body["position"].as_u64()) {
                (Some("enrolled"), None) => enrolled.push(member.person),
                (Some("waitlisted"), Some(position)) => {
                    assert_eq!(told.insert(position, member.person), None, "two are told {position}");
                }
                _ => panic!("{body:#}"),
            }
        }
        assert_eq!(enrolled.len(), 50);
        assert!(told.keys().copied().eq(1..=150), "{:?}", told.keys());

        // What was told is what is kept, and nothing else is.
        let kept = self.kept(cohort);
        let in_state = |state: &str| kept.iter().filter(|row| row.1 == state).collect::<Vec<_>>();
        assert_eq!((in_state("enrolled").len(), in_state("waitlisted").len(), kept.len()), (50, 150, 200));
        enrolled.sort_unstable();
        let mut seated: Vec<PersonId> = in_state("enrolled").iter().map(|row| row.0).collect();
        seated.sort_unstable();
        assert_eq!(seated, enrolled);
        let line: BTreeMap<i64, PersonId> =
            in_state("waitlisted").iter().map(|row| (row.2.unwrap(), row.0)).collect();
        assert_eq!(line.len(), 150, "turns are unique");
        assert!(line.values().eq(told.values()), "the line is as people were told");
    }

    /// One person's request, sent many times at once: one is new, and all tell the same.
    fn again_and_again(&self, cohort: CohortId, hasty: &Member) -> Value {
        let before = self.kept(cohort).len();
        let answers = self.enrol(cohort, &[hasty; REPEATS]);
        let with = |status: u16| answers.iter().filter(|answer| answer.0 == status).count();
        assert_eq!((with(201), with(200)), (1, REPEATS - 1), "{answers:#?}");
        let (_, told) = &answers[0];
        assert!(answers.iter().all(|(_, body)| body == told), "{answers:#?}");
        assert_eq!(self.kept(cohort).len(), before + 1);
        told.clone()
    }

    /// Who stands where in the database, and their turns.
    fn kept(&self, cohort: CohortId) -> Vec<(PersonId, String, Option<i64>)> {
        let rows = enrolments::table.filter(enrolments::cohort_id.eq(cohort)).select((
            enrolments::person_id,
            enrolments::state,
            enrolments::turn,
        ));
        unguarded(&self.db.db).read(Scope::Installation, |conn| Ok(rows.load(conn)?)).unwrap()
    }

    /// Nothing went wrong inside either.
    fn end(self) {
        for (served, _dir) in self.instances {
            served.terminate();
            let (status, log) = served.wait();
            assert!(status.success(), "{log}");
            assert!(!log.contains("ERROR"), "{log}");
        }
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(60)))
        .build()
        .into()
}
