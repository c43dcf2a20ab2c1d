//! The second wall on PostgreSQL: a transaction sees the rows that it said it is about, whatever its queries forget.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use rights_academy::platform::db::schema::{OF_ORGANISATIONS, accounts, certificates, people};
use rights_academy::platform::db::{Db, DbConn, Scope, enter};
use rights_academy::platform::error::Result;
use rights_academy::platform::ids::{AccountId, OrganisationId};
use sha2::{Digest, Sha256};

use crate::support::databases::{TestDb, unguarded};
use crate::support::pilot;

/// Two cities, each with rows in every table of an organisation.
struct Cities {
    tirana: OrganisationId,
    durres: OrganisationId,
    /// All that there is, as a superuser sees it.
    all: Rows,
    db: TestDb,
}

/// How many rows there are, by table and organisation.
type Rows = BTreeMap<(&'static str, OrganisationId), i64>;

/// What the services of the pilot leave empty. An account is a member of one city, `both@x` of both.
const FILL: &str = "
    INSERT INTO accounts (email, email_folded, name, language, operator, created_at, changed_at)
        SELECT email, email, email, 'en', false, now(), now()
        FROM (VALUES ('TIRANA@x'), ('DURRES@x'), ('both@x')) e (email);
    INSERT INTO memberships (organisation_id, account_id, roles, names, created_at, changed_at)
        SELECT o.id, a.id, 'trainer', false, now(), now() FROM organisations o
        JOIN accounts a ON a.email IN (o.code || '@x', 'both@x');
    INSERT INTO cohort_trainers (organisation_id, cohort_id, account_id, created_at)
        SELECT c.organisation_id, c.id, m.account_id, now() FROM cohorts c JOIN memberships m USING (organisation_id);
    INSERT INTO invitations (organisation_id, email, roles, names, language, sha256, created_at, expires_at)
        SELECT id, 'new@x', 'learner', false, 'en', sha256(('invitation ' || code)::bytea), now(), now()
        FROM organisations;
    INSERT INTO api_tokens (organisation_id, account_id, name, sha256, scope, created_at, expires_at)
        SELECT o.id, a.id, a.email, sha256(('token ' || o.code || ' ' || a.email)::bytea), '', now(), now()
        FROM organisations o JOIN memberships m ON m.organisation_id = o.id JOIN accounts a ON a.id = m.account_id;
    INSERT INTO images (organisation_id, sha256, bytes, created_at)
        SELECT id, encode(sha256(''), 'hex'), '', now() FROM organisations;
    INSERT INTO aliases (organisation_id, cohort_id, file_name, name, email, person_id, confirmed_at)
        SELECT organisation_id, cohort_id, 'a.csv', person_id, '', person_id, now() FROM enrolments;
    INSERT INTO renditions (organisation_id, certificate_id, language, pdf, sha256, created_at)
        SELECT organisation_id, id, 'en', '', sha256(''), now() FROM certificates;
    INSERT INTO session_trainers (organisation_id, session_id, account_id, part, note, created_at)
        SELECT s.organisation_id, s.id, m.account_id, 'trainer', '', now() FROM sessions s JOIN memberships m USING (organisation_id);
    INSERT INTO materials (organisation_id, session_id, kind, title, url, language, available, created_at)
        SELECT organisation_id, id, 'slides', 'Slides', 'https://x', 'en', 'before', now() FROM sessions;
    INSERT INTO enrolment_links (organisation_id, cohort_id, sha256, made_by, created_at, expires_at)
        SELECT c.organisation_id, c.id, sha256(('link ' || o.code)::bytea), (SELECT min(id) FROM accounts), now(), now()
        FROM cohorts c JOIN organisations o ON o.id = c.organisation_id;
    INSERT INTO bookings (organisation_id, cohort_id, module_code, person_id, session_id, mode, created_at)
        SELECT s.organisation_id, s.cohort_id, s.module_code, e.person_id, s.id, 'online', now()
        FROM sessions s JOIN enrolments e ON e.organisation_id = s.organisation_id AND e.cohort_id = s.cohort_id;
    INSERT INTO calendar_feeds (organisation_id, account_id, sha256, created_at)
        SELECT m.organisation_id, m.account_id, sha256(('feed ' || o.code || ' ' || a.email)::bytea), now()
        FROM memberships m JOIN organisations o ON o.id = m.organisation_id JOIN accounts a ON a.id = m.account_id;
    INSERT INTO adopted_modules (organisation_id, code, source_version, texts, adopted_at, changed_at)
        SELECT id, 'introduction', 1, '{}', now(), now() FROM organisations;
";

impl Cities {
    fn full() -> Cities {
        let db = TestDb::postgres();
        let platform = db.platform();
        let [tirana, durres] = [pilot::Copy::new(), pilot::Copy::of("Municipality of Durrës")]
            .map(|folder| pilot::process(&platform, folder.path()).unwrap().organisation.id);
        db.sql(FILL);
        let all = unguarded(&db.db).read(Scope::Installation, seen).unwrap();
        for table in OF_ORGANISATIONS {
            assert!(all.contains_key(&(table, tirana)) && all.contains_key(&(table, durres)), "fill {table}");
        }
        Cities { tirana, durres, all, db }
    }

    /// All rows of one city.
    fn of(&self, organisation: OrganisationId) -> Rows {
        self.all.iter().filter(|((_, whose), _)| *whose == organisation).map(|(key, n)| (*key, *n)).collect()
    }

    /// What a transaction in that scope sees.
    fn seen(&self, scope: Scope<'_>) -> Rows {
        self.db.db.read(scope, seen).unwrap()
    }

    fn account(&self, email: &str) -> AccountId {
        let query = accounts::table.filter(accounts::email.eq(email)).select(accounts::id);
        self.db.db.read(Scope::Installation, |conn| Ok(query.get_result(conn)?)).unwrap()
    }

    /// How many rows a statement in that scope reaches, or what it is refused with.
    fn tried(&self, scope: Scope<'_>, statement: &str) -> Result<usize, String> {
        let tried = self.db.db.dry_run(scope, |conn| Ok(diesel::sql_query(statement).execute(conn)?));
        tried.map_err(|error| error.to_string())
    }

    #[track_caller]
    fn refused(&self, scope: Scope<'_>, statement: &str, by: &str) {
        let tried = self.tried(scope, statement);
        assert!(tried.as_ref().is_err_and(|error| error.contains(by)), "{scope:?}: {statement}: {tried:?}");
    }
}

const ROW_SECURITY: &str = "violates row-level security policy";
const FOREIGN_KEY: &str = "violates foreign key constraint";

/// Every row within reach of queries that name no organisation.
fn seen(conn: &mut DbConn) -> Result<Rows> {
    #[derive(QueryableByName)]
    struct Group {
        #[diesel(sql_type = BigInt)]
        organisation_id: OrganisationId,
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let mut rows = Rows::new();
    for table in OF_ORGANISATIONS {
        let query = format!("SELECT organisation_id, count(*) AS n FROM {table} GROUP BY organisation_id");
        let groups: Vec<Group> = diesel::sql_query(query).load(conn)?;
        rows.extend(groups.into_iter().map(|group| ((table, group.organisation_id), group.n)));
    }
    Ok(rows)
}

fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// A connection that says nothing, by the owner of the tables or as the service.
fn silent(url: &str) -> DbConn {
    DbConn::Postgres(PgConnection::establish(url).unwrap())
}

#[test]
fn every_table_of_an_organisation_is_behind_the_wall() {
    #[derive(QueryableByName)]
    struct Table {
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Bool)]
        enabled: bool,
        #[diesel(sql_type = Bool)]
        forced: bool,
        #[diesel(sql_type = Text)]
        policies: String,
    }
    let query =
        "SELECT relname::text AS name, relrowsecurity AS enabled, relforcerowsecurity AS forced, coalesce((
                     SELECT string_agg(policyname || ' ' || cmd, ', ' ORDER BY policyname) FROM pg_policies p
                     WHERE p.schemaname = 'public' AND p.tablename = c.relname
                 ), '') AS policies
                 FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace";
    let tables: Vec<Table> = TestDb::postgres()
        .db
        .read(Scope::Installation, |conn| Ok(diesel::sql_query(query).load(conn)?))
        .unwrap();
    let mut guarded = BTreeMap::new();
    for table in &tables {
        assert!(table.enabled == table.forced, "{} is not guarded from its owner", table.name);
        if table.enabled {
            guarded.insert(table.name.as_str(), table.policies.as_str());
        }
    }
    let expected = OF_ORGANISATIONS.map(|table| {
        let policies = match table {
            "memberships" => "of_account SELECT, of_organisation ALL",
            "invitations" | "api_tokens" | "enrolment_links" | "calendar_feeds" => {
                "of_organisation ALL, of_secret SELECT"
            }
            _ => "of_organisation ALL",
        };
        (table, policies)
    });
    assert_eq!(guarded, BTreeMap::from(expected));
}

#[test]
fn a_scope_shows_its_own_and_nothing_else() {
    let cities = Cities::full();
    let nothing = Rows::new();
    let (tirana, durres) = (cities.of(cities.tirana), cities.of(cities.durres));
    assert_eq!(cities.seen(Scope::Organisation(cities.tirana)), tirana);
    assert_eq!(cities.seen(Scope::Organisation(cities.durres)), durres);
    assert_eq!(cities.seen(Scope::Code("TIRANA")), tirana);
    assert_eq!(cities.seen(Scope::Installation), nothing);
    assert_eq!(cities.seen(Scope::Organisation(OrganisationId(99))), nothing);
    for code in ["NOWHERE", "tirana", "", "TIRANA' OR '1'='1", "%"] {
        assert_eq!(cities.seen(Scope::Code(code)), nothing, "{code}");
    }

    let memberships = |of: &[OrganisationId]| of.iter().map(|id| (("memberships", *id), 1)).collect::<Rows>();
    let of = |email: &str| cities.seen(Scope::Account(cities.account(email)));
    assert_eq!(of("TIRANA@x"), memberships(&[cities.tirana]));
    assert_eq!(of("both@x"), memberships(&[cities.tirana, cities.durres]));
    assert_eq!(cities.seen(Scope::Account(AccountId(99))), nothing);

    let of = |secret: &str| cities.seen(Scope::Secret(&sha256(secret)));
    assert_eq!(of("invitation TIRANA"), Rows::from([(("invitations", cities.tirana), 1)]));
    assert_eq!(of("link TIRANA"), Rows::from([(("enrolment_links", cities.tirana), 1)]));
    assert_eq!(of("feed TIRANA both@x"), Rows::from([(("calendar_feeds", cities.tirana), 1)]));
    assert_eq!(of("token DURRES both@x"), Rows::from([(("api_tokens", cities.durres), 1)]));
    assert_eq!(of("another"), nothing);
}

#[test]
fn whoever_says_nothing_sees_nothing() {
    let cities = Cities::full();
    for url in [cities.db.url(), &cities.db.url_of_service()] {
        let mut conn = silent(url);
        assert_eq!(seen(&mut conn).unwrap(), Rows::new());
        // A setting that ended with its transaction is empty, where it was absent before.
        let set = format!("SELECT set_config('app.organisation', '{}', true)", cities.tirana);
        conn.batch_execute(&format!("BEGIN; {set}")).unwrap();
        assert_eq!(seen(&mut conn).unwrap(), cities.of(cities.tirana));
        conn.batch_execute("COMMIT").unwrap();
        assert_eq!(seen(&mut conn).unwrap(), Rows::new());
    }
}

#[test]
fn nothing_stays_on_a_connection_for_the_next_transaction() {
    let cities = Cities::full();
    let scope = Scope::Organisation(cities.tirana);
    let one = Db::open(cities.db.url().parse().unwrap(), 1).unwrap();
    let sees = |conn: &mut DbConn| {
        assert_eq!(seen(conn)?, cities.of(cities.tirana));
        Ok(())
    };
    let next = || assert_eq!(one.read(Scope::Installation, seen).unwrap(), Rows::new());
    one.read(scope, sees).unwrap();
    next();
    one.write_tx(scope, sees).unwrap();
    next();
    one.dry_run(scope, sees).unwrap();
    next();
    let failed = one.write_tx(scope, |conn| -> Result<()> {
        conn.batch_execute("DELETE FROM no_such_table")?;
        Ok(())
    });
    assert!(failed.is_err());
    next();
    assert!(catch_unwind(AssertUnwindSafe(|| one.write_tx(scope, |_| -> Result<()> { panic!() }))).is_err());
    next();
}

#[test]
fn a_transaction_may_go_on_in_another_scope() {
    let cities = Cities::full();
    let secret = sha256("token DURRES both@x");
    let steps = [
        (Scope::Secret(&secret), Rows::from([(("api_tokens", cities.durres), 1)])),
        (Scope::Organisation(cities.durres), cities.of(cities.durres)),
        (Scope::Code("TIRANA"), cities.of(cities.tirana)),
        (Scope::Installation, Rows::new()),
    ];
    let walk = |conn: &mut DbConn| {
        for (scope, rows) in &steps {
            enter(conn, *scope)?;
            assert_eq!(seen(conn)?, *rows, "{scope:?}");
        }
        Ok(())
    };
    cities.db.db.read(Scope::Installation, walk).unwrap();
    cities.db.db.write_tx(Scope::Organisation(cities.tirana), walk).unwrap();
}

/// A query of the certificates' store, but that its author forgot the organisation.
#[test]
fn a_query_that_forgets_the_organisation_finds_only_its_scope() {
    let cities = Cities::full();
    let forgetful = |conn: &mut DbConn| -> Result<BTreeMap<OrganisationId, usize>> {
        let query = certificates::table
            .inner_join(people::table.on(certificates::person_id.eq(people::id)))
            .select((certificates::organisation_id, people::organisation_id));
        let mut whose = BTreeMap::new();
        for (one, other) in query.load::<(OrganisationId, OrganisationId)>(conn)? {
            assert_eq!(one, other);
            *whose.entry(one).or_default() += 1;
        }
        Ok(whose)
    };
    let db = &cities.db.db;
    for city in [cities.tirana, cities.durres] {
        assert_eq!(db.read(Scope::Organisation(city), forgetful).unwrap(), BTreeMap::from([(city, 23)]));
    }
    assert_eq!(db.read(Scope::Installation, forgetful).unwrap(), BTreeMap::new());
    assert_eq!(forgetful(&mut silent(cities.db.url())).unwrap(), BTreeMap::new());
    // It would find both, were it not for the wall.
    assert_eq!(unguarded(db).read(Scope::Installation, forgetful).unwrap().len(), 2);
}

#[test]
fn nobody_writes_what_is_anothers() {
    let cities = Cities::full();
    let account = Scope::Account(cities.account("both@x"));
    let [invitation, token] = [sha256("invitation DURRES"), sha256("token DURRES both@x")];
    let others = [
        Scope::Organisation(cities.tirana),
        Scope::Installation,
        account,
        Scope::Secret(&invitation),
        Scope::Secret(&token),
    ];
    let durres = cities.durres;
    for table in OF_ORGANISATIONS {
        // One of its rows, as it is: the wall is asked before any key.
        let row = a_row(&cities, table, durres);
        let insert =
            format!("INSERT INTO {table} SELECT * FROM json_populate_record(NULL::{table}, $row${row}$row$)");
        for scope in others {
            cities.refused(scope, &insert, ROW_SECURITY);
            for change in [
                format!(
                    "UPDATE {table} SET organisation_id = organisation_id WHERE organisation_id = {durres}"
                ),
                format!("DELETE FROM {table} WHERE organisation_id = {durres}"),
            ] {
                assert_eq!(cities.tried(scope, &change), Ok(0), "{scope:?}: {change}");
            }
        }
        let give = format!("UPDATE {table} SET organisation_id = {durres}");
        cities.refused(Scope::Organisation(cities.tirana), &give, ROW_SECURITY);
    }
}

fn a_row(cities: &Cities, table: &str, of: OrganisationId) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        row: String,
    }
    let query =
        format!("SELECT row_to_json(t)::text AS row FROM {table} t WHERE organisation_id = {of} LIMIT 1");
    let row = |conn: &mut DbConn| Ok(diesel::sql_query(query).get_result::<Row>(conn)?.row);
    unguarded(&cities.db.db).read(Scope::Installation, row).unwrap()
}

/// What the wall hides a foreign key still sees.
#[test]
fn foreign_keys_hold_across_organisations() {
    let cities = Cities::full();
    let (tirana, durres) = (cities.tirana, cities.durres);
    let scope = Scope::Organisation(tirana);
    let referring = [
        ("people", "department_id", "departments"),
        ("sessions", "cohort_id", "cohorts"),
        ("enrolments", "person_id", "people"),
        ("attendance", "session_id", "sessions"),
        ("certificates", "person_id", "people"),
        ("renditions", "certificate_id", "certificates"),
        ("memberships", "person_id", "people"),
        ("cohort_trainers", "cohort_id", "cohorts"),
    ];
    for (table, column, referred) in referring {
        let theirs = max_id(&cities, referred, durres);
        let refer = |id: i64| {
            format!(
                "UPDATE {table} SET {column} = {id} WHERE organisation_id = {tirana}
                 AND id = (SELECT max(id) FROM {table} WHERE organisation_id = {tirana})"
            )
        };
        cities.refused(scope, &refer(theirs), FOREIGN_KEY);
        assert_eq!(cities.tried(scope, &refer(max_id(&cities, referred, tirana))), Ok(1), "{table}");
    }
    // A member of the other city alone teaches nothing here, and nobody goes to whom a hidden row refers.
    let teach = format!(
        "INSERT INTO cohort_trainers (organisation_id, cohort_id, account_id, created_at)
         VALUES ({tirana}, {}, {}, now())",
        max_id(&cities, "cohorts", tirana),
        cities.account("DURRES@x"),
    );
    cities.refused(scope, &teach, FOREIGN_KEY);
    cities.refused(scope, &format!("DELETE FROM organisations WHERE id = {durres}"), FOREIGN_KEY);
    cities.refused(scope, "DELETE FROM accounts WHERE email = 'DURRES@x'", FOREIGN_KEY);
}

fn max_id(cities: &Cities, table: &str, of: OrganisationId) -> i64 {
    #[derive(QueryableByName)]
    struct Max {
        #[diesel(sql_type = BigInt)]
        id: i64,
    }
    let query = diesel::sql_query(format!("SELECT max(id) AS id FROM {table}"));
    let max = |conn: &mut DbConn| Ok(query.get_result::<Max>(conn)?.id);
    cities.db.db.read(Scope::Organisation(of), max).unwrap()
}
