//! Two organisations, and everybody who may ask for something there.

use std::cell::Cell;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use rights_academy::access::{Permission, Role};
use rights_academy::cohorts::trainers;
use rights_academy::identity::EndedBy;
use rights_academy::identity::access_tokens::AccessTokens;
use rights_academy::identity::service::api_tokens::{self, NewToken};
use rights_academy::identity::service::sign_ins;
use rights_academy::platform::Platform;
use rights_academy::platform::clock::Clock;
use rights_academy::platform::db::schema::{
    OF_ORGANISATIONS, OF_THE_INSTALLATION, api_tokens as table, organisations,
};
use rights_academy::platform::db::{Db, DbConn, Scope, enter};
use rights_academy::platform::error::Result;
use rights_academy::platform::ids::{AccountId, CohortId, OrganisationId, SignInId};
use serde_json::json;

use crate::api::client::Client;
use crate::api::steps;
use crate::support::accounts::{self, Joins, signed_in};
use crate::support::databases::{TestDb, count_in, unguarded};

/// Somebody who calls an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persona {
    Anonymous,
    Learner,
    /// A learner who is enrolled beside the one whom the path names.
    Colleague,
    Trainer,
    OtherTrainer,
    Hr,
    HrWithNames,
    Administrator,
    Adviser,
    Operator,
    /// Somebody with this role in another organisation.
    Stranger(Role),
    /// The administrator's tokens, good but for one thing.
    Expired,
    OfAnotherIssuer,
    OfAnEndedSignIn,
    Forged,
    /// The administrator's tokens for scripts.
    InScope,
    OutOfScope,
    RevokedScript,
    ExpiredScript,
    /// A token for scripts of the administrator of another organisation.
    StrangersScript,
}

/// What is expected of a persona.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Unknown,
    Learner,
    Colleague,
    Trainer,
    OtherTrainer,
    Hr,
    HrWithNames,
    Administrator,
    Adviser,
    Operator,
    Stranger,
    Script { in_scope: bool },
    StrangersScript,
}

impl Persona {
    pub fn all() -> impl Iterator<Item = Persona> {
        use Persona::*;
        let one = [
            Anonymous,
            Learner,
            Colleague,
            Trainer,
            OtherTrainer,
            Hr,
            HrWithNames,
            Administrator,
            Adviser,
            Operator,
            Expired,
            OfAnotherIssuer,
            OfAnEndedSignIn,
            Forged,
            InScope,
            OutOfScope,
            RevokedScript,
            ExpiredScript,
            StrangersScript,
        ];
        one.into_iter().chain(Role::ALL.map(Stranger))
    }

    pub fn kind(self) -> Kind {
        use Persona::*;
        match self {
            Anonymous | Expired | OfAnotherIssuer | OfAnEndedSignIn | Forged | RevokedScript
            | ExpiredScript => Kind::Unknown,
            Learner => Kind::Learner,
            Colleague => Kind::Colleague,
            Trainer => Kind::Trainer,
            OtherTrainer => Kind::OtherTrainer,
            Hr => Kind::Hr,
            HrWithNames => Kind::HrWithNames,
            Administrator => Kind::Administrator,
            Adviser => Kind::Adviser,
            Operator => Kind::Operator,
            Stranger(_) => Kind::Stranger,
            InScope => Kind::Script { in_scope: true },
            OutOfScope => Kind::Script { in_scope: false },
            StrangersScript => Kind::StrangersScript,
        }
    }

    /// The address of the persona's account; nobody asks as the administrator.
    fn email(self) -> String {
        match self {
            Persona::Stranger(role) => format!("{role}@durres.example"),
            Persona::StrangersScript => Persona::Stranger(Role::Administrator).email(),
            Persona::Learner => "learner@tirana.example".into(),
            Persona::Colleague => "colleague@tirana.example".into(),
            Persona::Trainer => "trainer@tirana.example".into(),
            Persona::OtherTrainer => "other-trainer@tirana.example".into(),
            Persona::Hr => "hr@tirana.example".into(),
            Persona::HrWithNames => "hr-with-names@tirana.example".into(),
            Persona::Adviser => "adviser@tirana.example".into(),
            Persona::Operator => "pure-operator@academy.example".into(),
            _ => "administrator@tirana.example".into(),
        }
    }
}

/// The database in which everybody asks. All that is not made for one call stands still.
pub struct World {
    /// An administrator of the organisation, who prepares what others ask for.
    pub keeper: Client,
    /// The learner's certificate.
    pub serial: String,
    /// The learner, in the roster.
    pub learner: String,
    /// Somebody else who is enrolled, in the roster.
    pub colleague: String,
    /// Somebody in the roster without an account.
    pub third: String,
    /// Paths of a closed cohort with certificates, and of one that runs.
    pub closed: String,
    pub running: String,
    /// The path of a session of each.
    pub closed_session: String,
    pub running_session: String,
    /// The path of a session that is still to come.
    pub coming_session: String,
    looker: Db,
    counter: Cell<u32>,
}

const CODE: &str = "TIRANA";

impl World {
    pub fn new(db: &TestDb) -> World {
        let keeper = Client::of(&db.platform());
        let (closed, closed_sessions) = steps::closed(&keeper, CODE);
        keeper.post(&format!("{closed}/certificates"), json!({})).expect(200);
        let certificates = keeper.walk(&format!("{closed}/certificates"));
        let of = |n: usize, key: &str| certificates[n][key].as_str().unwrap().to_owned();
        let (learner, colleague, serial) = (of(0, "employee_id"), of(1, "employee_id"), of(0, "serial"));
        assert_ne!(learner, colleague);

        let running = cohort(&keeper, "/api/v1/organisations/TIRANA", "Summer 2023");
        let running_session = steps::session(&keeper, &running, "introduction", "2023-01-17");
        let coming_session = steps::session(&keeper, &running, "transparency", "2030-01-17");
        steps::go(&keeper, &running, "running");
        let others = cohort(&keeper, "/api/v1/organisations/TIRANA", "Of another trainer");
        let durres = cohort(&keeper, &steps::organisation(&keeper, "DURRES"), "Winter 2023");

        let world = World {
            keeper,
            serial,
            learner,
            colleague: colleague.clone(),
            third: of(2, "employee_id"),
            closed,
            running,
            closed_session: closed_sessions[0].clone(),
            running_session,
            coming_session,
            looker: looker(db),
            counter: Cell::new(0),
        };
        world.people(&colleague, &others, &durres);
        world
    }

    /// Makes the accounts, with what they are.
    fn people(&self, colleague: &str, others: &str, durres: &str) {
        let join = |persona: Persona, code: &str, role: Role, names: bool, employee_id: Option<&str>| {
            let joins = Joins { roles: &[role], names, employee_id };
            self.keeper.member(&persona.email(), code, joins);
        };
        let learner = Some(self.learner.as_str());
        join(Persona::Learner, CODE, Role::Learner, false, learner);
        join(Persona::Colleague, CODE, Role::Learner, false, Some(colleague));
        join(Persona::Trainer, CODE, Role::Trainer, false, None);
        join(Persona::OtherTrainer, CODE, Role::Trainer, false, None);
        join(Persona::Hr, CODE, Role::Hr, false, None);
        join(Persona::HrWithNames, CODE, Role::Hr, true, None);
        join(Persona::Administrator, CODE, Role::Administrator, false, None);
        join(Persona::Adviser, CODE, Role::Adviser, false, None);
        for role in Role::ALL {
            // The same number in both rosters: it is not the same person.
            let employee_id = learner.filter(|_| role == Role::Learner);
            join(Persona::Stranger(role), "DURRES", role, role == Role::Hr, employee_id);
        }
        self.keeper.operator(&Persona::Operator.email());
        for cohort in [&self.closed, &self.running] {
            self.teaches(Persona::Trainer, cohort);
        }
        self.teaches(Persona::OtherTrainer, others);
        self.teaches(Persona::Stranger(Role::Trainer), durres);
    }

    fn teaches(&self, persona: Persona, cohort: &str) {
        let account = self.account(persona);
        let code = cohort.split('/').nth(4).unwrap();
        let added = self.in_organisation(code, |conn, organisation| {
            let id = id(cohort).parse().map(CohortId).unwrap();
            let now = self.platform().clock.now().naive_utc();
            trainers::add(conn, organisation, id, account, now)
        });
        added.unwrap();
    }

    pub fn platform(&self) -> &Platform {
        self.keeper.platform()
    }

    /// A number that no call had before.
    pub fn next(&self) -> u32 {
        self.counter.set(self.counter.get() + 1);
        self.counter.get()
    }

    /// The persona's account; the administrator's for whoever is known to nobody.
    pub fn account(&self, persona: Persona) -> AccountId {
        accounts::account(self.platform(), &persona.email(), false)
    }

    /// Writes behind the API's back in the organisation with this code.
    pub fn in_organisation<T>(
        &self,
        code: &str,
        write: impl Fn(&mut DbConn, OrganisationId) -> Result<T>,
    ) -> Result<T> {
        self.platform().db.write_tx(Scope::Installation, |conn| {
            let query = organisations::table.filter(organisations::code.eq(code)).select(organisations::id);
            let organisation: OrganisationId = query.first(conn)?;
            enter(conn, Scope::Organisation(organisation))?;
            write(conn, organisation)
        })
    }

    /// The server, asked by this persona for something that needs the permission.
    pub fn client(&self, persona: Persona, permission: Option<&str>) -> Client {
        let permission = permission.unwrap_or("catalogue.read");
        let script = |code: &str, in_scope: bool| Some(self.script(persona, code, permission, in_scope));
        let platform = self.platform();
        let (account, clock) = (self.account(persona), &platform.clock);
        let issued = |clock: Clock, issuer: &str, sign_in: SignInId| {
            let Platform { keys, random, .. } = platform.clone();
            let tokens = AccessTokens::new(keys, clock, random, issuer.to_owned());
            Some(tokens.issue(account, sign_in).unwrap().token.expose().clone())
        };
        let (sign_in, good) = signed_in(platform, account);
        let token = match persona {
            Persona::Anonymous => None,
            Persona::Forged => {
                let (signed, _) = good.rsplit_once('.').unwrap();
                Some(format!("{signed}.{}", "A".repeat(86)))
            }
            Persona::Expired => {
                issued(Clock::fixed(clock.now() - chrono::Duration::minutes(11)), accounts::HOME, sign_in)
            }
            Persona::OfAnotherIssuer => issued(clock.clone(), "https://another.example", sign_in),
            Persona::OfAnEndedSignIn => {
                sign_ins::end(platform, account, sign_in, EndedBy::Ended).unwrap();
                Some(good)
            }
            Persona::InScope => script(CODE, true),
            Persona::OutOfScope => script(CODE, false),
            Persona::RevokedScript | Persona::ExpiredScript => script(CODE, true),
            Persona::StrangersScript => script("DURRES", true),
            _ => Some(good),
        };
        self.keeper.with_token(token)
    }

    /// A token for scripts of the persona's account, with the permission as far as a token can have it.
    fn script(&self, persona: Persona, code: &str, permission: &str, in_scope: bool) -> String {
        let platform = self.platform();
        let known = Permission::named(permission).unwrap();
        let beside = if permission == "catalogue.read" { "report.read" } else { "catalogue.read" };
        let scope = if in_scope && known.is_for_scripts() { permission } else { beside };
        let now = platform.clock.now();
        let new = NewToken {
            name: "A script".into(),
            scope: vec![scope.to_owned()],
            expires_at: now + chrono::Duration::days(1),
        };
        let account = self.account(persona);
        let made = self.in_organisation(code, |conn, organisation| {
            // An account has not many at a time.
            diesel::delete(table::table.filter(table::account_id.eq(account))).execute(conn)?;
            let (made, token) = api_tokens::create(conn, platform, organisation, account, &new)?;
            let row = diesel::update(table::table.filter(table::id.eq(made.id)));
            match persona {
                Persona::ExpiredScript => {
                    let since = now.naive_utc() - chrono::Duration::days(1);
                    let over = (table::created_at.eq(since), table::expires_at.eq(now.naive_utc()));
                    row.set(over).execute(conn)?;
                }
                Persona::RevokedScript => {
                    api_tokens::revoke(conn, organisation, account, made.id, now.naive_utc())?;
                }
                _ => {}
            }
            Ok(token)
        });
        made.unwrap().expose().clone()
    }

    /// Something that is another whenever anything in the database is: on SQLite its own count of other connections'
    /// changes, on PostgreSQL how many rows each table has and which transaction last wrote one.
    pub fn state(&self) -> Vec<i64> {
        #[derive(QueryableByName)]
        struct Number {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        let look = |conn: &mut DbConn| {
            if let DbConn::Sqlite(conn) = conn {
                let version = "SELECT data_version AS n FROM pragma_data_version";
                return Ok(vec![diesel::sql_query(version).get_result::<Number>(conn)?.n]);
            }
            let mut numbers = Vec::new();
            for table in OF_THE_INSTALLATION.iter().chain(&OF_ORGANISATIONS) {
                numbers.push(count_in(conn, table)?);
                let last = format!("SELECT coalesce(max(xmin::text::bigint), 0) AS n FROM {table}");
                numbers.push(diesel::sql_query(last).get_result::<Number>(conn)?.n);
            }
            Ok(numbers)
        };
        self.looker.read(Scope::Installation, look).unwrap()
    }
}

/// A connection of its own, which is not held by row security.
fn looker(db: &TestDb) -> Db {
    let apart = Db::open(db.url().parse().unwrap(), 1).unwrap();
    unguarded(&apart)
}

/// A draft cohort with the pilot's roster.
fn cohort(keeper: &Client, organisation: &str, name: &str) -> String {
    let new = json!({ "programme": "digital-human-rights", "name": name, "locale": "sq" });
    let answer = keeper.post(&format!("{organisation}/cohorts"), new).expect(201);
    let cohort = answer.header("location").to_owned();
    steps::go(keeper, &cohort, "open");
    keeper.put_file(&format!("{cohort}/roster"), "roster.csv", steps::file("roster.csv")).expect(200);
    cohort
}

/// The last part of a path.
pub fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}
