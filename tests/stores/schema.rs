//! The two migrated schemas are one, and `src/platform/db/schema.rs` says what they are.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::Text;
use rights_academy::platform::db::Scope;
use rights_academy::platform::db::schema::{self, OF_ORGANISATIONS, OF_THE_INSTALLATION};

use crate::support::databases::{TestDb, on_both};

/// All tables.
fn tables() -> BTreeSet<&'static str> {
    OF_THE_INSTALLATION.into_iter().chain(OF_ORGANISATIONS).collect()
}

/// A line a thing, written alike by both backends' queries.
fn lines(db: &TestDb, query: &str) -> BTreeSet<String> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let rows: Vec<Line> =
        db.db.read(Scope::Installation, |conn| Ok(diesel::sql_query(query).load(conn)?)).unwrap();
    rows.into_iter().map(|row| row.line).filter(|line| !line.contains("__diesel_schema_migrations")).collect()
}

fn both(sqlite: &str, postgres: &str) -> [BTreeSet<String>; 2] {
    [lines(&TestDb::sqlite(), sqlite), lines(&TestDb::postgres(), postgres)]
}

#[track_caller]
fn assert_same(what: &str, sqlite: &BTreeSet<String>, postgres: &BTreeSet<String>) {
    assert!(!sqlite.is_empty());
    let only =
        |one: &BTreeSet<String>, other: &BTreeSet<String>| one.difference(other).cloned().collect::<Vec<_>>();
    assert!(
        sqlite == postgres,
        "{what}\nonly on SQLite: {:#?}\nonly on PostgreSQL: {:#?}",
        only(sqlite, postgres),
        only(postgres, sqlite)
    );
}

/// `table.column type null`, in the words of `schema.rs`.
fn columns() -> [BTreeSet<String>; 2] {
    both(
        "SELECT m.name || '.' || c.name || ' ' || CASE
             WHEN c.pk > 0 AND c.type = 'INTEGER' THEN 'BigInt' WHEN c.type = 'BIGINT' THEN 'BigInt'
             WHEN c.type = 'INTEGER' THEN 'Integer' WHEN c.type = 'TEXT' THEN 'Text' WHEN c.type = 'BLOB' THEN 'Binary'
             WHEN c.type = 'TIMESTAMP' THEN 'Timestamp' WHEN c.type = 'BOOLEAN' THEN 'Bool' WHEN c.type = 'DATE' THEN 'Date' ELSE c.type END
             || CASE c.\"notnull\" WHEN 1 THEN '' ELSE ' null' END AS line
         FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
        "SELECT table_name || '.' || column_name || ' ' || CASE data_type
             WHEN 'bigint' THEN 'BigInt' WHEN 'integer' THEN 'Integer' WHEN 'text' THEN 'Text' WHEN 'bytea' THEN 'Binary'
             WHEN 'timestamp without time zone' THEN 'Timestamp' WHEN 'boolean' THEN 'Bool' WHEN 'date' THEN 'Date' ELSE data_type END
             || CASE is_nullable WHEN 'NO' THEN '' ELSE ' null' END AS line
         FROM information_schema.columns WHERE table_schema = 'public'",
    )
}

/// `unique table (columns) predicate` and `index table (columns) predicate`.
fn keys() -> [BTreeSet<String>; 2] {
    let [mut sqlite, postgres] = both(
        "SELECT CASE i.\"unique\" WHEN 1 THEN 'unique ' ELSE 'index ' END || m.name || ' (' || (
             SELECT group_concat(c.name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) c
         ) || ') ' || coalesce((
             SELECT lower(substr(x.sql, instr(x.sql, ' WHERE ') + 7)) FROM sqlite_master x
             WHERE x.name = i.name AND instr(x.sql, ' WHERE ') > 0
         ), '') AS line
         FROM sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
        "SELECT CASE WHEN i.indisunique THEN 'unique ' ELSE 'index ' END || t.relname || ' (' || (
             SELECT string_agg(a.attname, ',' ORDER BY k.n)
             FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, n)
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
         ) || ') ' || lower(replace(trim(both '()' FROM coalesce(pg_get_expr(i.indpred, i.indrelid), '')), '::text', '')) AS line
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
         WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'",
    );
    // SQLite's own key of every table is its id; in an organisation's table PostgreSQL has no such key.
    sqlite.extend(OF_THE_INSTALLATION.map(|table| format!("unique {table} (id) ")));
    [sqlite, postgres]
}

#[test]
fn columns_are_the_same() {
    let [sqlite, postgres] = columns();
    assert_same("columns", &sqlite, &postgres);
}

#[test]
fn unique_keys_and_indexes_are_the_same() {
    let [sqlite, postgres] = keys();
    assert_same("keys", &sqlite, &postgres);
    assert!(
        sqlite.contains("unique attendance (organisation_id,session_id,person_id) superseded_at is null"),
        "{sqlite:#?}"
    );
}

#[test]
fn foreign_keys_are_the_same() {
    let [sqlite, postgres] = both(
        "SELECT name || ' (' || group_concat(\"from\", ',') || ') to ' || \"table\" || ' (' || group_concat(\"to\", ',') || ')' AS line
         FROM (SELECT m.name, f.* FROM sqlite_master m, pragma_foreign_key_list(m.name) f
               WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq)
         GROUP BY name, id",
        "SELECT c.conrelid::regclass || ' (' || (
             SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k (attnum, n)
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
         ) || ') to ' || c.confrelid::regclass || ' (' || (
             SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY k (attnum, n)
             JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum
         ) || ')' AS line
         FROM pg_constraint c WHERE c.contype = 'f'",
    );
    assert_same("foreign keys", &sqlite, &postgres);
}

/// A check in what it compares: its table, the table's columns in it, and its values.
fn essence(line: &str, columns: &BTreeSet<String>) -> String {
    let (table, check) = line.split_once(' ').unwrap();
    let of_table = |word: &str| columns.iter().any(|c| c.starts_with(&format!("{table}.{word} ")));
    let word = |c: char| !(c.is_alphanumeric() || c == '_' || c == '-');
    let check = check.replace("::text", "");
    let told: BTreeSet<&str> = check
        .split(word)
        .filter(|w| of_table(w) || w.parse::<i64>().is_ok() || check.contains(&format!("'{w}'")))
        .filter(|w| !w.is_empty())
        .collect();
    format!("{table} {told:?}")
}

#[test]
fn checks_are_the_same() {
    let [columns, _] = columns();
    let [tables, postgres] = both(
        "SELECT name || ' ' || replace(sql, char(10), ' ') AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        "SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) AS line FROM pg_constraint
         WHERE contype = 'c' AND connamespace = 'public'::regnamespace",
    );
    let mut sqlite = BTreeSet::new();
    for table in &tables {
        let (name, sql) = table.split_once(' ').unwrap();
        for check in sql.split("CHECK (").skip(1) {
            let end = closing(check);
            sqlite.insert(essence(&format!("{name} {}", &check[..end]), &columns));
        }
    }
    let postgres = postgres.iter().map(|line| essence(line, &columns)).collect();
    assert_same("checks", &sqlite, &postgres);
    assert!(sqlite.contains(r#"certificates {"revoked", "status", "superseded", "valid"}"#), "{sqlite:#?}");
}

/// Where the bracket ends that was opened before the text.
fn closing(text: &str) -> usize {
    let mut depth = 1;
    let end = text.char_indices().find(|(_, c)| {
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        depth == 0
    });
    end.unwrap().0
}

#[test]
fn everything_of_an_organisation_is_known_by_it() {
    let [columns, _] = columns();
    let [_, keys] = keys();
    for table in OF_ORGANISATIONS {
        assert!(columns.contains(&format!("{table}.organisation_id BigInt")), "{table}");
        let mut unique =
            keys.iter().filter_map(|key| key.strip_prefix(&format!("unique {table} ("))).peekable();
        assert!(unique.peek().is_some(), "{table} has no key");
        for key in unique {
            assert!(key.starts_with("organisation_id,"), "{table} ({key}");
        }
    }
}

#[test]
fn the_program_knows_the_tables_as_they_are() {
    let mut told = BTreeSet::new();
    let mut table = "";
    for line in include_str!("../../src/platform/db/schema.rs").lines().map(str::trim) {
        if let Some((name, _)) =
            line.split_once(" (").filter(|_| line.ends_with(") {") && !line.starts_with("//"))
        {
            table = name;
        } else if let Some((column, kind)) = line.trim_end_matches(',').split_once(" -> ") {
            let kind = match kind.strip_prefix("Nullable<") {
                Some(inner) => format!("{} null", inner.trim_end_matches('>')),
                None => kind.to_owned(),
            };
            told.insert(format!("{table}.{column} {kind}"));
        }
    }
    let [sqlite, postgres] = columns();
    assert_same("schema.rs (as SQLite) and PostgreSQL", &told, &postgres);
    assert_same("schema.rs (as PostgreSQL) and SQLite", &sqlite, &told);
    let names: BTreeSet<&str> = told.iter().filter_map(|line| line.split('.').next()).collect();
    assert_eq!(names, tables());
}

on_both! {
    fn every_table_can_be_asked_for_all_its_columns(db: TestDb) {
        let mut asked = BTreeMap::new();
        macro_rules! ask {
            ($($table:ident)+) => {$(
                let rows = db.db.read(Scope::Installation, |conn| Ok(schema::$table::table.select(schema::$table::all_columns).execute(conn)?));
                asked.insert(stringify!($table), rows.map(drop).map_err(|error| error.to_string()));
            )+};
        }
        ask!(organisations keys accounts sign_ins refresh_tokens password_resets founding_invitations jobs departments
             people cohorts images sessions enrolments aliases attendance_imports attendance_rows attendance certificates
             renditions memberships cohort_trainers invitations api_tokens session_trainers materials enrolment_links bookings
             calendar_feeds adopted_modules idempotency_keys);
        assert_eq!(asked, tables().into_iter().map(|table| (table, Ok(()))).collect());
    }
}
