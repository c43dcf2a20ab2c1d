//! Use cases of cohorts and their sessions.

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::json;

use super::folder::{LONGEST, MOST_SIGNATORIES};
use super::snapshot::ProgrammeSnapshot;
use super::{Cohort, Settings, State, rules, store, trainers};
use crate::access::Access;
use crate::catalogue::Catalogue;
use crate::organisations::{self, logos};
use crate::platform::clock::Clock;
use crate::platform::db::{Db, DbConn, Scope};
use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};
use crate::platform::i18n::languages;
use crate::platform::ids::{AccountId, CohortId, OrganisationId, PersonId};
use crate::platform::text::tidy;

mod changes;
mod clashes;
mod copies;
mod materials;
mod series;
mod sessions;

pub use changes::{CohortChange, change};
pub use clashes::Planner;
pub use copies::{NewCopy, copy};
pub use materials::{
    add_material, givers, givers_of, materials, put_session_trainers, remove_material, session_trainers,
};
pub use series::{NewSeries, add_series};
pub use sessions::{
    add_session, cancel_session, change_session, has_attendance, log_override, put_head_count, put_sessions,
    session, session_even_cancelled, sessions, sessions_between, sessions_page,
};

/// Far more people than give the sessions of one cohort.
const MOST_FACILITATORS: usize = 100;

/// What a cohort is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCohort {
    pub programme: String,
    pub name: String,
    pub locale: String,
    /// The programme's, where absent.
    pub threshold_percent: Option<u32>,
    pub settings: Settings,
}

/// When a cohort takes place, as far as that is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewDays {
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    /// Minutes before a session; the usual ones, where absent.
    pub reminders: Option<Vec<u32>>,
}

/// Makes a cohort as a draft, with the organisation's logos, taught by `trainer`; a taken name is refused.
pub fn create(
    db: &Db,
    clock: &Clock,
    catalogue: &Catalogue,
    organisation: OrganisationId,
    new: &NewCohort,
    days: &NewDays,
    trainer: Option<AccountId>,
) -> Result<Cohort> {
    let mut faults = Faults::default();
    let tidy = faults.keep(tidied(new.clone()));
    let days = faults.keep(changes::checked_days(days));
    let (Some(mut new), Some(days)) = (tidy, days) else { return Err(faults.into()) };
    db.write_tx(Scope::Organisation(organisation), |conn| {
        new.settings.logos = organisations::service::settings(conn, organisation)?.logos;
        let now = clock.now().naive_utc();
        let (cohort, made) = ensure(conn, catalogue, organisation, &new, now)?;
        if !made {
            let detail = format!("there is a cohort {:?} of this programme already", cohort.name);
            return Err(Error::refused("cohort-exists", detail, json!({ "cohort": cohort.id })));
        }
        if let Some(trainer) = trainer {
            trainers::add(conn, organisation, cohort.id, trainer, now)?;
        }
        changes::set_days(conn, &cohort, &days)?;
        self::cohort(conn, organisation, cohort.id)
    })
}

/// What a cohort's documents will say, as a trainer's folder is held to it: a language that documents are written in,
/// texts that fit.
fn tidied(mut new: NewCohort) -> Result<NewCohort, Faults> {
    let mut faults = Faults::default();
    if !languages::is_tag(&new.locale) || languages::supported(&new.locale).is_none() {
        let message = "documents are written in en and sq";
        faults.push(Fault::new("unsupported-locale", message).in_field("locale"));
    }
    let settings = &mut new.settings;
    if settings.signatories.len() > MOST_SIGNATORIES {
        let message = format!("a certificate has room for {MOST_SIGNATORIES}");
        faults.push(Fault::new("too-many", message).in_field("signatories"));
    }
    if settings.facilitators.len() > MOST_FACILITATORS {
        let message = format!("at most {MOST_FACILITATORS} are kept");
        faults.push(Fault::new("too-many", message).in_field("facilitators"));
    }
    let mut fit = |field: String, text: &mut String, may_be_empty: bool| {
        *text = tidy(text);
        let (code, message) = match text.chars().count() {
            0 if !may_be_empty => ("missing-value", "is missing".to_owned()),
            n if n > LONGEST => ("too-long", format!("is longer than {LONGEST} characters")),
            _ => return,
        };
        faults.push(Fault::new(code, message).in_field(field));
    };
    fit("place".into(), &mut settings.place, true);
    for (i, signatory) in settings.signatories.iter_mut().enumerate() {
        fit(format!("/signatories/{i}/name"), &mut signatory.name, false);
        fit(format!("/signatories/{i}/title"), &mut signatory.title, false);
    }
    for (i, facilitator) in settings.facilitators.iter_mut().enumerate() {
        fit(format!("/facilitators/{i}"), facilitator, false);
    }
    faults.into_result(new)
}

/// The cohort of this programme and name, made as a draft where there is none; and whether it was made.
pub fn ensure(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    organisation: OrganisationId,
    new: &NewCohort,
    now: NaiveDateTime,
) -> Result<(Cohort, bool)> {
    let mut faults = Faults::default();
    let name = faults.keep(cohort_name(&new.name).map_err(Faults::from)).unwrap_or_default();
    let programme = catalogue.programmes.get(&new.programme);
    let percent = new.threshold_percent.or(programme.map(|p| p.threshold_percent)).unwrap_or_default();
    match programme {
        None => {
            let known = catalogue.programmes.keys().cloned().collect::<Vec<_>>().join(", ");
            let message = format!("there is no programme {:?}; there is {known}", new.programme);
            faults.push(Fault::new("unknown-programme", message).in_field("programme"));
        }
        Some(_) => {
            faults.keep(threshold(percent).map_err(Faults::from));
        }
    }
    faults.into_result(())?;
    let row = store::NewCohortRow {
        organisation_id: organisation,
        programme_code: &new.programme,
        name: &name,
        locale: &new.locale,
        state: State::Draft.as_str(),
        threshold_percent: i32::try_from(percent).unwrap_or(100),
        settings: settings_to_json(&new.settings)?,
        created_at: now,
        changed_at: now,
    };
    let made = store::insert_cohort(conn, &row)?;
    logos::keep(conn, organisation, &new.settings.logos, now)?;
    let cohort = store::cohort_by_name(conn, organisation, &new.programme, &name)?;
    Ok((cohort.ok_or_else(|| Error::internal("a cohort went missing"))?, made))
}

/// A cohort's name, tidied.
fn cohort_name(name: &str) -> Result<String, Fault> {
    let name = tidy(name);
    if name.is_empty() || name.chars().count() > LONGEST {
        return Err(Fault::new("cohort-name", "a cohort's name has 1 to 200 characters").in_field("name"));
    }
    Ok(name)
}

fn threshold(percent: u32) -> Result<(), Fault> {
    if (1..=100).contains(&percent) {
        return Ok(());
    }
    let message = "the threshold is a share of a session, from 1 to 100 percent";
    Err(Fault::new("threshold", message).in_field("threshold_percent"))
}

fn settings_to_json(settings: &Settings) -> Result<String> {
    serde_json::to_string(settings).map_err(Error::internal)
}

/// The cohort, or [`Error::NotFound`].
pub fn cohort(conn: &mut DbConn, organisation: OrganisationId, id: CohortId) -> Result<Cohort> {
    store::cohort(conn, organisation, id)?.ok_or_else(|| Error::not_found("cohort"))
}

/// The cohort, held so that no other writer of it goes on until the transaction ends.
pub fn cohort_for_change(conn: &mut DbConn, organisation: OrganisationId, id: CohortId) -> Result<Cohort> {
    store::lock_cohort(conn, organisation, id)?.ok_or_else(|| Error::not_found("cohort"))
}

/// Writes down on which terms people enrol in a cohort (JSON).
pub fn put_terms(conn: &mut DbConn, cohort: &Cohort, terms: &str, now: NaiveDateTime) -> Result<()> {
    store::set_terms(conn, cohort.organisation_id, cohort.id, terms, now)
}

/// A page of the cohorts that a caller reaches, in the order of their making; and of each whether they teach it.
pub fn page<P>(
    conn: &mut DbConn,
    access: &Access<P>,
    after: Option<CohortId>,
    limit: i64,
) -> Result<Vec<(Cohort, bool)>> {
    store::cohorts_page(conn, access.organisation, access.account, access.reach, after, limit)
}

/// A page of the cohorts that are open or run, in the order of their making.
pub fn live_page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    after: Option<CohortId>,
    limit: i64,
) -> Result<Vec<Cohort>> {
    store::live_cohorts(conn, organisation, after, limit)
}

/// Whether the person is enrolled in the cohort: neither asks for a seat nor waits for one.
pub fn is_enrolled(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    person: PersonId,
) -> Result<bool> {
    store::is_enrolled(conn, organisation, cohort, person)
}

/// Moves a cohort to its next state; opening freezes the programme into it.
pub fn move_to(
    conn: &mut DbConn,
    catalogue: &Catalogue,
    organisation: OrganisationId,
    id: CohortId,
    to: State,
    now: NaiveDateTime,
) -> Result<Cohort> {
    let before = cohort_for_change(conn, organisation, id)?;
    rules::may_move(before.state, to).map_err(|refused| {
        let next: Vec<&str> = refused.next.iter().map(|state| state.as_str()).collect();
        let detail = match next.as_slice() {
            [] => format!("a cohort that is {} stays so", refused.from),
            next => format!(
                "a cohort that is {} can become {}, not {}",
                refused.from,
                next.join(" or "),
                refused.to
            ),
        };
        Error::refused("cohort-state", detail, json!({ "state": refused.from, "next": next }))
    })?;
    if to == State::Closed && sessions(conn, organisation, id)?.is_empty() {
        return Err(Error::refused(
            "cohort-without-sessions",
            "a cohort without sessions has nothing to close",
            json!({}),
        ));
    }
    let frozen = match to {
        State::Open => {
            let snapshot = ProgrammeSnapshot::of(conn, catalogue, organisation, &before.programme_code)?;
            Some(serde_json::to_string(&snapshot).map_err(Error::internal)?)
        }
        _ => None,
    };
    store::set_state(conn, organisation, id, to, frozen.as_deref(), now)?;
    cohort(conn, organisation, id)
}

/// The programme that the cohort delivers: the frozen one, or, while it is a draft, the one of now.
pub fn programme(conn: &mut DbConn, cohort: &Cohort, catalogue: &Catalogue) -> Result<ProgrammeSnapshot> {
    match (&cohort.programme, cohort.state) {
        (Some(frozen), state) if state != State::Draft => {
            serde_json::from_str(frozen).map_err(Error::internal)
        }
        _ => ProgrammeSnapshot::of(conn, catalogue, cohort.organisation_id, &cohort.programme_code),
    }
}

/// What the cohort's documents say.
pub fn settings(cohort: &Cohort) -> Result<Settings> {
    serde_json::from_str(&cohort.settings).map_err(Error::internal)
}

/// Brings language and settings up to date; documents that were issued keep what they say.
pub fn put_settings(
    conn: &mut DbConn,
    cohort: &Cohort,
    locale: &str,
    settings: &Settings,
    now: NaiveDateTime,
) -> Result<()> {
    let json = settings_to_json(settings)?;
    if cohort.locale == locale && cohort.settings == json {
        return Ok(());
    }
    logos::keep(conn, cohort.organisation_id, &settings.logos, now)?;
    store::set_settings(conn, cohort.organisation_id, cohort.id, locale, &json, now)
}

/// How many minutes before a session of the cohort people are reminded of it.
pub fn reminders(cohort: &Cohort) -> Result<Vec<u32>> {
    serde_json::from_str(&cohort.reminders).map_err(Error::internal)
}

/// Facts of a closed cohort change only by a late correction, which says why.
pub fn refuse_after_closing(cohort: &Cohort) -> Result<()> {
    match cohort.state {
        State::Draft | State::Open | State::Running => Ok(()),
        State::Closed | State::Archived => {
            let detail = format!("the cohort is {}: what it holds no longer changes", cohort.state);
            Err(Error::refused("cohort-closed", detail, json!({ "state": cohort.state })))
        }
    }
}
