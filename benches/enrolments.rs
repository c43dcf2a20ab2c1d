//! Enrolling: how many people a second get a seat, or a place in the line, for good while 32 ask at once; how long each
//! waits for the answer; and how many of them share a flush of the disk. By the service alone, and as the API's handler
//! does it for somebody who shows an access token.
//!
//! `tests/tools/with-postgres cargo bench --bench enrolments`; without PostgreSQL beside it, SQLite alone. Every
//! connection has read back that what it acknowledges is kept, and is refused otherwise.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::http::header::AUTHORIZATION;
use actix_web::test::{TestRequest, call_service, init_service};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use futures_util::future::join_all;
use rights_academy::catalogue::Catalogue;
use rights_academy::certificates::templates::Templates;
use rights_academy::cohorts::State as CohortState;
use rights_academy::cohorts::service::{self as cohorts, NewCohort};
use rights_academy::enrolment::service::seats::{self, Wish};
use rights_academy::enrolment::service::{course, terms};
use rights_academy::enrolment::{State, Terms};
use rights_academy::organisations::service as organisations;
use rights_academy::platform::Platform;
use rights_academy::platform::clock::Clock;
use rights_academy::platform::config::{Home, Limits, PublicUrl};
use rights_academy::platform::db::{self, Db, Scope};
use rights_academy::platform::http::address::TrustedProxies;
use rights_academy::platform::http::server::{Description, Server, app};
use rights_academy::platform::ids::{CohortId, OrganisationId, PersonId};
use rights_academy::platform::random::Random;

#[path = "../tests/support/learners.rs"]
mod learners;

use learners::learners;

const HOME: &str = "https://academy.example";
/// As many as enrol in each round; all of them are on the roster.
const PEOPLE: usize = 4000;
const AT_ONCE: usize = 32;
/// A full room: nearly all of the people wait in line.
const SEATS: u32 = 50;
const ROUNDS: usize = 3;
/// As many as `serve` opens.
const CONNECTIONS: u32 = 8;

fn main() {
    // `cargo test --all-targets` only checks that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let work = tempfile::tempdir().expect("a temporary folder");
    let path = work.path().join("bench.sqlite3");
    println!(
        "SQLite (journal_mode=WAL, synchronous=FULL): {PEOPLE} people, {AT_ONCE} at once, best of {ROUNDS} rounds"
    );
    measure(&format!("sqlite://{}", path.display()), work.path(), &mut Disk::OfThisProcess);
    match std::env::var("RIGHTS_ACADEMY_TEST_POSTGRES") {
        Ok(maintenance) => {
            println!("PostgreSQL (fsync, full_page_writes and synchronous_commit on)");
            let (url, server) = postgres(&maintenance);
            measure(&url, work.path(), &mut Disk::OfPostgres(server));
        }
        Err(_) => println!("PostgreSQL: skipped; run it under tests/tools/with-postgres"),
    }
}

/// The address of a new database on a server that is there for the tests, and a connection beside it.
fn postgres(maintenance: &str) -> (String, PgConnection) {
    let mut conn = PgConnection::establish(maintenance).expect("PostgreSQL answers");
    let name = format!("enrolments_bench_{}", std::process::id());
    conn.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database can be made");
    let (front, _) = maintenance.rsplit_once('/').expect("an address with a path");
    (format!("{front}/{name}"), conn)
}

fn platform(url: &str, keys: &Path) -> Platform {
    let db = Db::open(url.parse().expect("an address"), CONNECTIONS).expect("a database");
    db::migrate(&db).expect("tables");
    Platform::open(db, keys, Some(&[7; 32]), Clock::System, Random::System).expect("an installation")
}

fn measure(url: &str, keys: &Path, disk: &mut Disk) {
    let (organisation, learners) = begin(&platform(url, keys), disk);
    let ways: [(&str, Way); 2] = [("by the service", by_service), ("over HTTP", over_http)];
    for (limit, capacity) in [("without a limit", None), ("for 50 seats", Some(SEATS))] {
        for (way, enrol) in ways {
            let flushes = disk.flushes();
            // Its connections tell PostgreSQL what they flushed when they go.
            let platform = platform(url, keys);
            let rounds = (0..ROUNDS).map(|round| {
                let name = format!("{limit}, {way}, {round}");
                let cohort = open_cohort(&platform, organisation, &name, capacity);
                let bench = Bench { platform: &platform, organisation, cohort, learners: &learners };
                let done = enrol(&bench);
                bench.check(capacity);
                done
            });
            let best = rounds.max_by(|one, other| one.rate().total_cmp(&other.rate())).expect("a round");
            let commits = platform.db.written().commits;
            drop(platform);
            let flushes = disk.flushes() - flushes;
            println!("  {limit}, {way}: {}", best.told());
            let each = |count: u64| (ROUNDS * PEOPLE) as f64 / count as f64;
            println!(
                "    {:.1} enrolments a commit, {:.1} a flush ({})",
                each(commits),
                each(flushes),
                disk.told()
            );
        }
    }
}

/// How people enrol.
type Way = fn(&Bench<'_>) -> Round;

/// Somebody on the roster who can sign in.
struct Learner {
    person: PersonId,
    token: String,
}

/// What is measured: these people enrol in this cohort.
struct Bench<'a> {
    platform: &'a Platform,
    organisation: OrganisationId,
    cohort: CohortId,
    learners: &'a [Learner],
}

impl Bench<'_> {
    /// That everybody has what is due to them.
    fn check(&self, capacity: Option<u32>) {
        let enrolled = capacity.map_or(PEOPLE, |seats| seats as usize);
        let Bench { platform, organisation, cohort, learners } = self;
        let count = |state: State| {
            let page = |conn: &mut _| {
                seats::page(conn, *organisation, *cohort, Some(state), None, PEOPLE as i64 + 1)
            };
            platform.db.read(Scope::Organisation(*organisation), page).expect("a page").len()
        };
        assert_eq!((count(State::Enrolled), count(State::Waitlisted)), (enrolled, learners.len() - enrolled));
    }
}

/// How long each waited, and when they were all through.
struct Round {
    waited: Vec<Duration>,
    /// After the beginning.
    ended: Vec<Duration>,
}

impl Round {
    fn new(times: Vec<(Duration, Duration)>) -> Round {
        let (mut waited, mut ended): (Vec<_>, Vec<_>) = times.into_iter().unzip();
        waited.sort_unstable();
        ended.sort_unstable();
        assert_eq!(ended.len(), PEOPLE);
        Round { waited, ended }
    }

    /// Enrolments a second.
    fn rate(&self) -> f64 {
        PEOPLE as f64 / self.ended[PEOPLE - 1].as_secs_f64()
    }

    fn told(&self) -> String {
        let millis = |percent: usize| self.waited[PEOPLE * percent / 100].as_secs_f64() * 1000.0;
        let quarter = PEOPLE / 4;
        let rate = |time: Duration| quarter as f64 / time.as_secs_f64();
        let first = rate(self.ended[quarter - 1]);
        let last = rate(self.ended[PEOPLE - 1] - self.ended[PEOPLE - 1 - quarter]);
        format!(
            "{:.0} a second (first quarter {first:.0}, last quarter {last:.0}), answered after {:.1} ms (median), \
             {:.1} ms (99 of 100)",
            self.rate(),
            millis(50),
            millis(99)
        )
    }
}

fn by_service(bench: &Bench<'_>) -> Round {
    let Bench { platform, organisation, cohort, learners } = bench;
    let (next, begun) = (AtomicUsize::new(0), Instant::now());
    let enrol = || {
        let mut times = Vec::new();
        while let Some(learner) = learners.get(next.fetch_add(1, Ordering::Relaxed)) {
            let asked = begun.elapsed();
            let enrolled = platform.db.write_tx(Scope::Organisation(*organisation), |conn| {
                let here = (*organisation, *cohort);
                seats::enrol_oneself(conn, platform, here, learner.person, &Wish::default())
            });
            assert!(enrolled.expect("an enrolment").1);
            times.push((begun.elapsed() - asked, begun.elapsed()));
        }
        times
    };
    let times = thread::scope(|scope| {
        let asking: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(enrol)).collect();
        asking.into_iter().flat_map(|asking| asking.join().expect("no panic")).collect()
    });
    Round::new(times)
}

/// The whole application, without sockets.
fn over_http(bench: &Bench<'_>) -> Round {
    let catalogue = Catalogue::embedded().expect("a catalogue");
    let templates = Templates::load(None).expect("templates");
    let home = Home(HOME.to_owned());
    let features = rights_academy::features(bench.platform.clone(), home, catalogue, templates);
    let server = Server {
        bind: ([127, 0, 0, 1], 0).into(),
        limits: Limits::default(),
        public_url: PublicUrl(Some(HOME.to_owned())),
        trusted_proxies: TrustedProxies::default(),
        ready: Arc::new(|| Ok(())),
    };
    let description = Description::of(&features).expect("a description");
    let path = format!("/api/v1/organisations/BENCH/cohorts/{}/enrolment", bench.cohort);
    actix_web::rt::System::new().block_on(async {
        let service = init_service(app(&server, &description, &features)).await;
        let (next, begun) = (AtomicUsize::new(0), Instant::now());
        let enrol = async || {
            let mut times = Vec::new();
            while let Some(learner) = bench.learners.get(next.fetch_add(1, Ordering::Relaxed)) {
                let asked = begun.elapsed();
                let request = TestRequest::post()
                    .uri(&path)
                    .insert_header((AUTHORIZATION, format!("Bearer {}", learner.token)))
                    .set_json(serde_json::json!({}));
                assert_eq!(call_service(&service, request.to_request()).await.status(), 201);
                times.push((begun.elapsed() - asked, begun.elapsed()));
            }
            times
        };
        let times = join_all((0..AT_ONCE).map(|_| enrol())).await;
        Round::new(times.into_iter().flatten().collect())
    })
}

/// A cohort that is open to everybody, with so many seats.
fn open_cohort(
    platform: &Platform,
    organisation: OrganisationId,
    name: &str,
    capacity: Option<u32>,
) -> CohortId {
    let catalogue = Catalogue::embedded().expect("a catalogue");
    let new = NewCohort {
        programme: "digital-human-rights".to_owned(),
        name: name.to_owned(),
        locale: "en".to_owned(),
        threshold_percent: None,
        settings: Default::default(),
    };
    let made = cohorts::create(
        &platform.db,
        &platform.clock,
        &catalogue,
        organisation,
        &new,
        &cohorts::NewDays::default(),
        None,
    );
    let made = made.expect("a cohort");
    let opened = platform.db.write_tx(Scope::Organisation(organisation), |conn| {
        terms::put(conn, platform, &made, &Terms { capacity, ..Terms::default() })?;
        course::move_to(conn, platform, &catalogue, organisation, made.id, CohortState::Open)
    });
    opened.expect("an open cohort").id
}

/// An organisation, and its people, who have all signed in and enrolled once.
fn begin(platform: &Platform, disk: &Disk) -> (OrganisationId, Vec<Learner>) {
    let now = platform.clock.now().naive_utc();
    let made = platform
        .db
        .write_tx(Scope::Installation, |conn| Ok(organisations::create(conn, "BENCH", "A city", now)?.id));
    let organisation = made.expect("an organisation");
    let learners = learners(platform, organisation, HOME, PEOPLE).into_iter();
    let learners: Vec<Learner> = learners.map(|(person, token)| Learner { person, token }).collect();
    // A first cohort, of which PostgreSQL learns how rows are distributed, as it does each minute by itself.
    let cohort = open_cohort(platform, organisation, "The first one", Some(SEATS));
    by_service(&Bench { platform, organisation, cohort, learners: &learners });
    if let Disk::OfPostgres(_) = disk {
        let analyze =
            "ANALYZE organisations, accounts, memberships, sign_ins, people, cohorts, enrolments, jobs";
        platform.db.write_tx(Scope::Installation, |conn| Ok(conn.batch_execute(analyze)?)).expect("figures");
    }
    (organisation, learners)
}

/// Who asks the disk to keep what was written.
enum Disk {
    /// SQLite is part of it.
    OfThisProcess,
    OfPostgres(PgConnection),
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Disk {
    /// How often it was asked until now.
    fn flushes(&mut self) -> u64 {
        let server = match self {
            Disk::OfThisProcess => return FLUSHES.load(Ordering::Relaxed),
            Disk::OfPostgres(server) => server,
        };
        let mut count = |query: &str| {
            let count: Count = diesel::sql_query(query).get_result(server).expect("PostgreSQL answers");
            count.count
        };
        // A connection adds what it counted to the server's figures now and then, and when it ends.
        let others = "SELECT count(*) FROM pg_stat_activity \
                      WHERE datname LIKE 'enrolments_bench_%' AND usename = current_user";
        let patience = Instant::now();
        while count(others) > 0 {
            assert!(patience.elapsed() < Duration::from_secs(10), "connections end");
            thread::sleep(Duration::from_millis(10));
        }
        count("SELECT wal_sync AS count FROM pg_stat_wal") as u64
    }

    fn told(&self) -> &'static str {
        match self {
            Disk::OfThisProcess => "each fsync and fdatasync of the process, checkpoints included",
            Disk::OfPostgres(_) => "wal_sync of the server's pg_stat_wal",
        }
    }
}

static FLUSHES: AtomicU64 = AtomicU64::new(0);

// SQLite's calls, and all others of the program, find these functions before those of the C library, which they go on to.

#[unsafe(no_mangle)]
extern "C" fn fsync(file: c_int) -> c_int {
    flush(c"fsync", file)
}

#[unsafe(no_mangle)]
extern "C" fn fdatasync(file: c_int) -> c_int {
    flush(c"fdatasync", file)
}

fn flush(name: &CStr, file: c_int) -> c_int {
    unsafe extern "C" {
        fn dlsym(handle: *mut c_void, symbol: *const c_char) -> *mut c_void;
    }
    /// `RTLD_NEXT`: the library after this program.
    const NEXT: *mut c_void = -1_isize as *mut c_void;
    FLUSHES.fetch_add(1, Ordering::Relaxed);
    // SAFETY: the symbol is that of a function of this type in every C library.
    unsafe {
        let next = dlsym(NEXT, name.as_ptr());
        assert!(!next.is_null(), "the C library has {name:?}");
        std::mem::transmute::<*mut c_void, extern "C" fn(c_int) -> c_int>(next)(file)
    }
}
