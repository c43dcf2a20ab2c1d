//! What an earlier version left is there after an upgrade.

use diesel::connection::SimpleConnection;
use rights_academy::organisations::service as organisations;
use rights_academy::platform::db::{Scope, migrate, pending_migrations};

use crate::support::databases::TestDb;

const FIRST_RELEASE: &str = "
    INSERT INTO organisations (code, name, created_at) VALUES ('TIRANA', 'Municipality of Tirana', '2026-11-22 09:00:00');
    INSERT INTO api_tokens (name, sha256, created_at) VALUES ('first', 'x', '2026-11-22 09:00:00');
    INSERT INTO departments (organisation_id, name) VALUES (1, 'Finance');
    INSERT INTO people (organisation_id, employee_id, name, email, email_folded, department_id, created_at)
        VALUES (1, '00001', 'Ana Doda', 'ana@city.example', 'ana@city.example', 1, '2026-11-22 09:00:00');
    INSERT INTO cohorts (organisation_id, programme_code, name, locale, state, threshold_percent, settings, created_at, changed_at)
        VALUES (1, 'digital-human-rights', 'Winter', 'sq', 'open', 75, '{}', '2026-11-22 09:00:00', '2026-11-22 09:00:00');
    INSERT INTO sessions (organisation_id, cohort_id, module_code, starts_at, ends_at, zone, starts_local, ends_local, mode, created_at)
        VALUES (1, 1, 'introduction', '2026-12-01 09:00:00', '2026-12-01 11:00:00', 'Europe/Tirane', '2026-12-01 10:00:00', '2026-12-01 12:00:00', 'online', '2026-11-22 09:00:00'),
               (1, 1, 'transparency', '2026-12-02 09:00:00', '2026-12-02 11:00:00', 'Europe/Tirane', '2026-12-02 10:00:00', '2026-12-02 12:00:00', 'online', '2026-11-22 09:00:00');
    INSERT INTO enrolments (organisation_id, cohort_id, person_id, state, created_at, changed_at)
        VALUES (1, 1, 1, 'enrolled', '2026-11-22 09:00:00', '2026-11-23 09:00:00');
    CREATE TABLE __diesel_schema_migrations
        (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
    INSERT INTO __diesel_schema_migrations (version) VALUES ('20261122000001');
";

/// A database as the first release leaves it, brought to this version.
fn upgraded(db: TestDb, first: &str) {
    let leave = |conn: &mut rights_academy::platform::db::DbConn| {
        conn.batch_execute(first)?;
        Ok(conn.batch_execute(FIRST_RELEASE)?)
    };
    db.db.write_tx(Scope::Installation, leave).unwrap();
    assert_eq!(pending_migrations(&db.db).unwrap().len(), migrate(&db.db).unwrap().len());
    assert!(pending_migrations(&db.db).unwrap().is_empty());

    let platform = db.platform();
    let (found, people) = platform
        .db
        .read(Scope::Code("TIRANA"), |conn| {
            let found = organisations::organisation(conn, "TIRANA")?;
            let people = organisations::people(conn, found.id)?;
            Ok((organisations::with_settings(conn, found.id)?, people))
        })
        .unwrap();
    let (organisation, settings) = found;
    assert_eq!(
        (organisation.name.as_str(), settings.languages),
        ("Municipality of Tirana", vec!["en".to_owned()])
    );
    assert_eq!((people.len(), people[0].department.as_str()), (1, "Finance"));
    // What calendars and the line ask for is there, for what there was.
    let worldwide = format!("sessions WHERE uid LIKE 'session-{}@rights-academy'", "_".repeat(32));
    assert_eq!(db.count(&format!("{worldwide} AND changed_at = created_at")), 2);
    assert_eq!(db.count("enrolments WHERE enrolled_at = changed_at"), 1);
    // The one token of the whole installation opens nothing any more.
    assert_eq!(db.count("api_tokens"), 0);
}

#[test]
fn the_first_release_on_sqlite() {
    let first = include_str!("../../migrations/sqlite/2026-11-22-000001_pilot/up.sql");
    upgraded(TestDb::empty_sqlite(), first);
}

#[test]
fn the_first_release_on_postgres() {
    let first = include_str!("../../migrations/postgres/2026-11-22-000001_pilot/up.sql");
    upgraded(TestDb::empty_postgres(), first);
}
