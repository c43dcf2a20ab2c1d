//! Queries of what sessions take at the same time.

use std::collections::{BTreeSet, HashMap};

use chrono::{NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use diesel::prelude::*;

use super::materials::session_trainers;
use crate::cohorts::Session;
use crate::cohorts::materials::{Part, SessionTrainer};
use crate::cohorts::rules::clashes::{Span, Taken, Where, at_session};
use crate::platform::db::DbConn;
use crate::platform::db::schema::{accounts, cohort_trainers, cohorts, sessions};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, CohortId, OrganisationId, SessionId};

/// What the organisation's sessions that were not cancelled take within a span, by start.
pub fn taken(conn: &mut DbConn, organisation: OrganisationId, within: Span) -> Result<Vec<Taken>> {
    let rows: Vec<(Session, String)> = sessions::table
        .inner_join(cohorts::table.on(
            cohorts::organisation_id.eq(sessions::organisation_id).and(cohorts::id.eq(sessions::cohort_id)),
        ))
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::cancelled_at.is_null())
        .filter(sessions::starts_at.lt(within.to))
        .filter(sessions::ends_at.gt(within.from))
        .order((sessions::starts_at, sessions::id))
        .select((Session::as_select(), cohorts::name))
        .load(conn)?;
    let ids: Vec<SessionId> = rows.iter().map(|(session, _)| session.id).collect();
    let mut named: HashMap<SessionId, Vec<(Person, Part)>> = HashMap::new();
    for (session, trainer) in session_trainers(conn, organisation, &ids)? {
        let SessionTrainer { account, name, part, .. } = trainer;
        named.entry(session).or_default().push(((account, name), part));
    }
    let cohorts: BTreeSet<CohortId> = rows.iter().map(|(session, _)| session.cohort_id).collect();
    let mut of_cohorts: HashMap<CohortId, Vec<Person>> = HashMap::new();
    for (cohort, account, name) in trainers_of(conn, organisation, cohorts)? {
        of_cohorts.entry(cohort).or_default().push((account, name));
    }
    let taken = |(session, cohort_name): (Session, String)| Taken {
        session: Some(session.id),
        cohort: session.cohort_id,
        cohort_name,
        starts: in_zone(session.starts_at, &session.zone),
        ends: in_zone(session.ends_at, &session.zone),
        span: Span { from: session.starts_at, to: session.ends_at },
        trainers: at_session(
            named.remove(&session.id).unwrap_or_default(),
            of_cohorts.get(&session.cohort_id).cloned().unwrap_or_default(),
        ),
        module: session.module_code,
        at: Where { place: session.place, room: session.room },
    };
    Ok(rows.into_iter().map(taken).collect())
}

/// An account and its name.
type Person = (AccountId, String);

/// Who teaches some cohorts: cohort, account and name.
fn trainers_of(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohorts: impl IntoIterator<Item = CohortId>,
) -> Result<Vec<(CohortId, AccountId, String)>> {
    Ok(cohort_trainers::table
        .inner_join(accounts::table.on(accounts::id.eq(cohort_trainers::account_id)))
        .filter(cohort_trainers::organisation_id.eq(organisation))
        .filter(cohort_trainers::cohort_id.eq_any(cohorts))
        .order((cohort_trainers::cohort_id, accounts::id))
        .select((cohort_trainers::cohort_id, accounts::id, accounts::name))
        .load(conn)?)
}

/// The names of some accounts.
pub fn names(
    conn: &mut DbConn,
    accounts: impl IntoIterator<Item = AccountId>,
) -> Result<HashMap<AccountId, String>> {
    let named: Vec<Person> = accounts::table
        .filter(accounts::id.eq_any(accounts))
        .select((accounts::id, accounts::name))
        .load(conn)?;
    Ok(named.into_iter().collect())
}

/// A moment as the clocks of a zone show it, with their offset.
pub fn in_zone(utc: NaiveDateTime, zone: &str) -> String {
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    zone.from_utc_datetime(&utc).to_rfc3339()
}
