//! What knowing a caller costs: signing in besides its Argon2id, an authorised read beside an open one, a token's check.
//!
//! `tests/tools/with-postgres cargo bench --bench accounts`; without PostgreSQL beside it, SQLite alone.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::header::AUTHORIZATION;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web::{self, Data, Json};
use diesel::connection::{InstrumentationEvent, SimpleConnection, set_default_instrumentation};
use diesel::{Connection, PgConnection};
use rights_academy::catalogue::Catalogue;
use rights_academy::certificates::templates::Templates;
use rights_academy::identity::access_tokens::AccessTokens;
use rights_academy::identity::passwords;
use rights_academy::identity::service::{founding, sign_ins};
use rights_academy::organisations::{DepartmentChange, departments, service as organisations};
use rights_academy::platform::Platform;
use rights_academy::platform::clock::Clock;
use rights_academy::platform::config::{Home, Limits, PublicUrl};
use rights_academy::platform::db::{self, Db, Scope};
use rights_academy::platform::http::address::TrustedProxies;
use rights_academy::platform::http::server::{Description, Server, app};
use rights_academy::platform::http::{Problem, blocking};
use rights_academy::platform::random::Random;
use serde_json::{Value, json};

const HOME: &str = "https://academy.example";
const EMAIL: &str = "arta@tirana.example";
const PASSWORD: &str = "a long walk to the lake";
const SIGN_INS: usize = 100;
const CHECKS: u32 = 20_000;
const READS: u32 = 1000;
const ROUNDS: usize = 7;
/// As many departments as a page has.
const DEPARTMENTS: usize = 50;

/// The statements that connections were given since this was last emptied.
static STATEMENTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn main() {
    // `cargo test --all-targets` only checks that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    set_default_instrumentation(|| {
        Some(Box::new(|event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                STATEMENTS.lock().unwrap_or_else(PoisonError::into_inner).push(query.to_string());
            }
        }))
    })
    .expect("the instrumentation is set");
    let work = tempfile::tempdir().expect("a temporary folder");
    measure("SQLite", &format!("sqlite://{}", work.path().join("bench.sqlite3").display()), work.path());
    match std::env::var("RIGHTS_ACADEMY_TEST_POSTGRES") {
        Ok(maintenance) => measure("PostgreSQL", &postgres(&maintenance), work.path()),
        Err(_) => println!("PostgreSQL: skipped; run it under tests/tools/with-postgres"),
    }
}

/// The address of a new database on a server that is there for the tests.
fn postgres(maintenance: &str) -> String {
    let mut conn = PgConnection::establish(maintenance).expect("PostgreSQL answers");
    let name = format!("accounts_bench_{}", std::process::id());
    conn.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database can be made");
    let (front, _) = maintenance.rsplit_once('/').expect("an address with a path");
    format!("{front}/{name}")
}

fn measure(name: &str, url: &str, keys: &std::path::Path) {
    let db = Db::open(url.parse().expect("an address"), 4).expect("a database");
    db::migrate(&db).expect("tables");
    let given = Some([7; 32]);
    let platform =
        Platform::open(db, keys, given.as_ref(), Clock::System, Random::System).expect("an installation");
    begin(&platform);
    let Platform { keys, clock, random, .. } = platform.clone();
    let tokens = AccessTokens::new(keys, clock, random, HOME.to_owned());
    println!("{name}");
    signing_in(&platform, &tokens);
    let token = begin_program(&platform, &tokens);
    checking(&tokens, &token);
    actix_web::rt::System::new().block_on(reading(&platform, &token));
}

/// An organisation with departments, and its administrator.
fn begin(platform: &Platform) {
    let secret = founding::first(platform).expect("an answer").expect("the first start");
    let founder = founding::founder(platform, secret.expose(), EMAIL, "Arta Hoxha", PASSWORD, "sq");
    let founder = founder.expect("nothing is wrong with it");
    let made =
        founding::found(platform, &founder, "TIRANA", "Municipality of Tirana").expect("an organisation");
    let all = platform.db.write_tx(Scope::Organisation(made.1.id), |conn| {
        for n in 0..DEPARTMENTS {
            let new = DepartmentChange { name: format!("Unit {n}"), parent: None };
            departments::create(conn, made.1.id, &new)?;
        }
        Ok(())
    });
    all.expect("departments");
}

fn begin_program(platform: &Platform, tokens: &AccessTokens) -> String {
    let account = sign_ins::authenticate(platform, EMAIL, PASSWORD).expect("an answer").expect("an account");
    let begun = sign_ins::begin_program(platform, tokens, account.id, "curl").expect("a sign-in");
    begun.access.token.expose().clone()
}

/// The whole of signing in, in this thread's processor time, less the time of the password's check, pair by pair.
fn signing_in(platform: &Platform, tokens: &AccessTokens) {
    let stored = passwords::hash(PASSWORD, &platform.random).expect("a hash");
    let mut besides: Vec<f64> = (0..SIGN_INS)
        .map(|_| {
            let (_, all) = timed(|| begin_program(platform, tokens));
            let (right, password) = timed(|| passwords::verify(PASSWORD, Some(&stored)));
            assert!(right);
            all - password
        })
        .collect();
    besides.sort_by(f64::total_cmp);
    let (_, password) = timed(|| passwords::verify(PASSWORD, Some(&stored)));
    println!(
        "  signing in besides Argon2id: {:.0} µs of processor time (median of {SIGN_INS}; under 1000 is wanted), \
         beside {:.1} ms of Argon2id",
        besides[SIGN_INS / 2],
        password / 1000.0
    );
}

/// What `work` gives, and the microseconds of processor time that this thread took for it.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let before = processor_time();
    let result = work();
    (result, (processor_time() - before) / 1000.0)
}

/// Nanoseconds that this thread has run, as Linux counts them: when a thread gives its processor up, and else only some
/// hundred times a second.
fn processor_time() -> f64 {
    std::thread::sleep(Duration::from_micros(1));
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    told.split(' ').next().and_then(|first| first.parse().ok()).expect("a number")
}

fn checking(tokens: &AccessTokens, token: &str) {
    let begun = Instant::now();
    for _ in 0..CHECKS {
        assert!(black_box(tokens.check(black_box(token))).expect("an answer").is_some());
    }
    let micros = begun.elapsed().as_secs_f64() * 1e6 / f64::from(CHECKS);
    println!("  a token's check: {micros:.1} µs (mean of {CHECKS}; under 100 is wanted)");
}

/// The page of departments by the API's handler, and by one that asks nobody who they are.
async fn reading(platform: &Platform, token: &str) {
    let (catalogue, templates) = (Catalogue::embedded(), Templates::load(None));
    let mut features = rights_academy::features(
        platform.clone(),
        Home(HOME.to_owned()),
        catalogue.expect("a catalogue"),
        templates.expect("templates"),
    );
    features.pages = |config| {
        config.route("/open/{organisation}/departments", web::get().to(open));
    };
    let server = Server {
        bind: ([127, 0, 0, 1], 0).into(),
        limits: Limits::default(),
        public_url: PublicUrl(Some(HOME.to_owned())),
        trusted_proxies: TrustedProxies::default(),
        ready: Arc::new(|| Ok(())),
    };
    let description = Description::of(&features).expect("a description");
    let service = init_service(app(&server, &description, &features)).await;
    let mut best = BTreeMap::new();
    for _ in 0..ROUNDS {
        for path in ["/api/v1/organisations/TIRANA/departments", "/open/TIRANA/departments"] {
            let request = || {
                let bearer = (AUTHORIZATION, format!("Bearer {token}"));
                TestRequest::get().uri(path).insert_header(bearer).to_request()
            };
            assert_eq!(call_service(&service, request()).await.status(), 200);
            STATEMENTS.lock().unwrap_or_else(PoisonError::into_inner).clear();
            let begun = Instant::now();
            for _ in 0..READS {
                black_box(call_service(&service, request()).await);
            }
            let rate = f64::from(READS) / begun.elapsed().as_secs_f64();
            let statements = std::mem::take(&mut *STATEMENTS.lock().unwrap_or_else(PoisonError::into_inner));
            let queries = statements.iter().filter(|text| is_query(text)).count();
            let each = |count: usize| count as f64 / f64::from(READS);
            let figures = best.entry(path.starts_with("/api")).or_insert((0.0, 0.0, 0.0));
            *figures = (rate.max(figures.0), each(queries), each(statements.len()));
        }
    }
    let ((authorised, queries, statements), (open, open_queries, open_statements)) =
        (best[&true], best[&false]);
    println!(
        "  an authorised read: {queries} queries, {} more than an open one (at most 1 is wanted); \
         {statements} statements beside {open_statements}, with BEGIN, ROLLBACK and the pool's own",
        queries - open_queries
    );
    println!(
        "  {authorised:.0} authorised reads a second, {open:.0} open ones: {:.2} of them (best of {ROUNDS} rounds)",
        authorised / open
    );
}

/// Not the frame of a transaction, with which row security's setting travels, nor the pool's look whether a connection
/// lives.
fn is_query(statement: &str) -> bool {
    let frame = ["BEGIN", "ROLLBACK", "COMMIT", "SELECT 1", "SELECT set_config"];
    !frame.iter().any(|word| statement.trim_start().starts_with(word)) || statement.starts_with("SELECT 1 ")
}

/// What the API's handler does, for anybody.
async fn open(code: web::Path<String>, platform: Data<Platform>) -> Result<Json<Value>, Problem> {
    let found = blocking(move || {
        platform.db.read(Scope::Code(&code), |conn| {
            let organisation = organisations::organisation(conn, &code)?.id;
            departments::page(conn, organisation, None, 51)
        })
    });
    let items: Vec<Value> = found
        .await?
        .into_iter()
        .map(
            |department| json!({ "id": department.id, "name": department.name, "parent": department.parent }),
        )
        .collect();
    Ok(Json(json!({ "items": items })))
}
