//! Queries of imports, their rows, and the facts of attendance.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime};
use diesel::prelude::*;

use super::imports::{Evidence, Export, Row};
use super::rules::Interval;
use super::{Fact, Status, aliases::Alias};
use crate::insert_many;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{aliases, attendance, attendance_imports, attendance_rows};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{CohortId, ImportId, OrganisationId, PersonId, SessionId};

/// A reading of a file that still counts.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = attendance_imports)]
pub struct Import {
    pub id: ImportId,
    pub file_name: String,
    pub sha256: Vec<u8>,
    pub format: String,
    pub author: String,
}

/// The current readings of a session's files, by file name.
pub fn current_imports(
    conn: &mut DbConn,
    organisation: OrganisationId,
    session: SessionId,
) -> Result<Vec<Import>> {
    Ok(attendance_imports::table
        .filter(attendance_imports::organisation_id.eq(organisation))
        .filter(attendance_imports::session_id.eq(session))
        .filter(attendance_imports::superseded_at.is_null())
        .order(attendance_imports::file_name)
        .select(Import::as_select())
        .load(conn)?)
}

/// A reading to be kept.
#[derive(Insertable)]
#[diesel(table_name = attendance_imports)]
pub struct NewImport<'a> {
    pub organisation_id: OrganisationId,
    pub session_id: SessionId,
    pub file_name: &'a str,
    pub sha256: &'a [u8],
    pub format: &'a str,
    pub author: &'a str,
    pub reason: Option<&'a str>,
    pub imported_at: NaiveDateTime,
}

/// Keeps a reading and its rows.
pub fn insert_import(conn: &mut DbConn, import: &NewImport<'_>, export: &Export) -> Result<()> {
    let id: ImportId = diesel::insert_into(attendance_imports::table)
        .values(import)
        .returning(attendance_imports::id)
        .get_result(conn)?;
    let rows: Vec<StoredRow> =
        export.rows.iter().map(|row| StoredRow::new(import.organisation_id, id, row)).collect();
    Ok(insert_many!(conn, attendance_rows::table, rows, 11)?)
}

pub fn supersede_import(
    conn: &mut DbConn,
    organisation: OrganisationId,
    import: ImportId,
    now: NaiveDateTime,
) -> Result<()> {
    diesel::update(attendance_imports::table)
        .filter(attendance_imports::organisation_id.eq(organisation))
        .filter(attendance_imports::id.eq(import))
        .set(attendance_imports::superseded_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// What a kept reading said. `session_end` (seconds since 1970 UTC) ends the stays whose end was not written.
pub fn export(
    conn: &mut DbConn,
    organisation: OrganisationId,
    import: &Import,
    session_end: i64,
) -> Result<Export> {
    let rows: Vec<StoredRow> = attendance_rows::table
        .filter(attendance_rows::organisation_id.eq(organisation))
        .filter(attendance_rows::import_id.eq(import.id))
        .order(attendance_rows::id)
        .select(StoredRow::as_select())
        .load(conn)?;
    let rows = rows.into_iter().map(|row| row.into_row(session_end)).collect::<Result<_>>()?;
    Ok(Export { format: super::imports::format_name(&import.format), date_order: None, rows })
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = attendance_rows)]
struct StoredRow {
    organisation_id: OrganisationId,
    import_id: ImportId,
    line: i64,
    name: String,
    email: Option<String>,
    upn: Option<String>,
    employee_id: Option<String>,
    kind: String,
    from_at: Option<NaiveDateTime>,
    to_at: Option<NaiveDateTime>,
    seconds: Option<i32>,
}

impl StoredRow {
    fn new(organisation: OrganisationId, import: ImportId, row: &Row) -> StoredRow {
        let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).map(|time| time.naive_utc());
        let whole = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
        let open = matches!(row.evidence, Evidence::Interval { open: true, .. });
        let (kind, span, seconds) = match row.evidence {
            Evidence::Interval { span, .. } => ("interval", Some(span), None),
            Evidence::Total { seconds } => ("total", None, Some(whole(seconds))),
            Evidence::Status { status, minutes } => {
                (status.as_str(), None, minutes.map(|minutes| whole(minutes.saturating_mul(60))))
            }
            Evidence::Waiting => ("waiting", None, None),
            Evidence::Unknown => ("unknown", None, None),
        };
        StoredRow {
            organisation_id: organisation,
            import_id: import,
            line: i64::from(row.line),
            name: row.name.clone(),
            email: row.email.clone(),
            upn: row.upn.clone(),
            employee_id: row.employee_id.clone(),
            kind: kind.to_owned(),
            from_at: span.and_then(|span| at(span.from)),
            // Where no departure was written, the end is the session's, whatever that will be when the row is read again.
            to_at: span.filter(|_| !open).and_then(|span| at(span.to)),
            seconds,
        }
    }

    fn into_row(self, session_end: i64) -> Result<Row> {
        let whole = |n: Option<i32>| n.and_then(|n| u32::try_from(n).ok());
        let evidence = match (self.kind.as_str(), self.from_at, self.to_at) {
            ("interval", Some(from), to) => {
                let from = from.and_utc().timestamp();
                let end = to.map_or(session_end.max(from), |to| to.and_utc().timestamp());
                Evidence::Interval { span: Interval { from, to: end }, open: to.is_none() }
            }
            ("total", ..) => Evidence::Total { seconds: whole(self.seconds).unwrap_or(0) },
            ("waiting", ..) => Evidence::Waiting,
            ("unknown", ..) => Evidence::Unknown,
            (word, ..) => {
                let status = Status::parse(word)
                    .ok_or_else(|| Error::internal(format!("a row of attendance is of the kind {word:?}")))?;
                Evidence::Status { status, minutes: whole(self.seconds).map(|seconds| seconds / 60) }
            }
        };
        Ok(Row {
            line: u32::try_from(self.line).unwrap_or(u32::MAX),
            name: self.name,
            email: self.email,
            upn: self.upn,
            employee_id: self.employee_id,
            evidence,
        })
    }
}

/// The facts of some sessions that count now, in the order of their recording; of some people, where they are given.
pub fn current_facts(
    conn: &mut DbConn,
    organisation: OrganisationId,
    sessions: &[SessionId],
    people: Option<&[PersonId]>,
) -> Result<Vec<Fact>> {
    let mut query = attendance::table
        .filter(attendance::organisation_id.eq(organisation))
        .filter(attendance::session_id.eq_any(sessions.to_vec()))
        .filter(attendance::superseded_at.is_null())
        .order((attendance::session_id, attendance::id))
        .select(Fact::as_select())
        .into_boxed();
    if let Some(people) = people {
        query = query.filter(attendance::person_id.eq_any(people.to_vec()));
    }
    Ok(query.load(conn)?)
}

/// Every fact about a person in some sessions, the earlier ones too, the newest first.
pub fn history(
    conn: &mut DbConn,
    organisation: OrganisationId,
    sessions: &[SessionId],
    person: PersonId,
) -> Result<Vec<Fact>> {
    Ok(attendance::table
        .filter(attendance::organisation_id.eq(organisation))
        .filter(attendance::session_id.eq_any(sessions.to_vec()))
        .filter(attendance::person_id.eq(person))
        .order(attendance::id.desc())
        .select(Fact::as_select())
        .load(conn)?)
}

/// A fact to be recorded.
#[derive(Insertable)]
#[diesel(table_name = attendance)]
pub struct NewFact<'a> {
    pub organisation_id: OrganisationId,
    pub session_id: SessionId,
    pub person_id: PersonId,
    pub status: &'a str,
    pub present_seconds: i32,
    pub source: String,
    pub matched_by: Option<&'a str>,
    pub flags: String,
    pub author: &'a str,
    pub reason: Option<&'a str>,
    pub recorded_at: NaiveDateTime,
}

pub fn insert_facts(conn: &mut DbConn, facts: &[NewFact<'_>]) -> Result<()> {
    Ok(insert_many!(conn, attendance::table, facts, 11)?)
}

pub fn supersede_facts(
    conn: &mut DbConn,
    organisation: OrganisationId,
    session: SessionId,
    people: &[PersonId],
    now: NaiveDateTime,
) -> Result<()> {
    // SQLite and PostgreSQL take more bound values than this at once, but not any number.
    for some in people.chunks(10_000) {
        diesel::update(attendance::table)
            .filter(attendance::organisation_id.eq(organisation))
            .filter(attendance::session_id.eq(session))
            .filter(attendance::person_id.eq_any(some.to_vec()))
            .filter(attendance::superseded_at.is_null())
            .set(attendance::superseded_at.eq(now))
            .execute(conn)?;
    }
    Ok(())
}

/// What trainers of the cohort confirmed.
pub fn aliases(conn: &mut DbConn, organisation: OrganisationId, cohort: CohortId) -> Result<Vec<Alias>> {
    let rows: Vec<(String, String, String, PersonId)> = aliases::table
        .filter(aliases::organisation_id.eq(organisation))
        .filter(aliases::cohort_id.eq(cohort))
        .order(aliases::id)
        .select((aliases::file_name, aliases::name, aliases::email, aliases::person_id))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(file, name, email, person)| {
            let email = (!email.is_empty()).then_some(email);
            Alias { file, name, email, person }
        })
        .collect())
}

/// Makes the cohort's confirmations these.
pub fn put_aliases(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    confirmed: &[Alias],
    now: NaiveDateTime,
) -> Result<()> {
    let keyed = |alias: Alias| ((alias.file, alias.name, alias.email.unwrap_or_default()), alias.person);
    let before: HashMap<(String, String, String), PersonId> =
        aliases(conn, organisation, cohort)?.into_iter().map(keyed).collect();
    let wanted: HashMap<(String, String, String), PersonId> = confirmed.iter().cloned().map(keyed).collect();
    if before == wanted {
        return Ok(());
    }
    diesel::delete(aliases::table)
        .filter(aliases::organisation_id.eq(organisation))
        .filter(aliases::cohort_id.eq(cohort))
        .execute(conn)?;
    let mut wanted: Vec<_> = wanted.into_iter().collect();
    wanted.sort();
    for ((file, name, email), person) in wanted {
        diesel::insert_into(aliases::table)
            .values((
                aliases::organisation_id.eq(organisation),
                aliases::cohort_id.eq(cohort),
                aliases::file_name.eq(file),
                aliases::name.eq(name),
                aliases::email.eq(email),
                aliases::person_id.eq(person),
                aliases::confirmed_at.eq(now),
            ))
            .execute(conn)?;
    }
    Ok(())
}
