//! Where people stand in a cohort.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::enrolment::{By, Standing, State, Transition};
use crate::insert_many;
use crate::platform::db::DbConn;
use crate::platform::db::schema::enrolments;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{CohortId, OrganisationId, PersonId};

/// So many people are named in one statement at most.
pub(super) const MOST_NAMED: usize = 500;

#[derive(Queryable, Selectable)]
#[diesel(table_name = enrolments)]
pub(super) struct Row {
    pub(super) person_id: PersonId,
    state: String,
    pub(super) turn: Option<i64>,
    offer_until: Option<NaiveDateTime>,
    enrolled_at: Option<NaiveDateTime>,
    decided_by: Option<String>,
    pub(super) changed_at: NaiveDateTime,
}

impl Row {
    pub(super) fn standing(&self) -> Result<Standing> {
        let by = self.decided_by.as_deref().and_then(By::parse);
        let lacks = |what| Error::internal(format!("an enrolment that is {} lacks {what}", self.state));
        Ok(match State::parse(&self.state).ok_or_else(|| lacks("a known state"))? {
            State::Requested => Standing::Requested,
            State::Offered => {
                Standing::Offered { until: self.offer_until.ok_or_else(|| lacks("its offer's end"))? }
            }
            State::Enrolled => Standing::Enrolled { since: self.enrolled_at.unwrap_or(self.changed_at) },
            State::Waitlisted => Standing::Waitlisted { turn: self.turn.ok_or_else(|| lacks("its turn"))? },
            State::Declined => Standing::Declined { by },
            State::Withdrawn => Standing::Withdrawn { by },
        })
    }
}

/// Whose standing is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    /// These people's.
    These(&'a [PersonId]),
    /// Everybody who is offered a seat or waits, and these.
    Line(&'a [PersonId]),
    /// Everybody who has no seat for good.
    Seatless,
    /// Everybody.
    All,
}

/// Where people stand in a cohort.
pub fn standings(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    whose: Whose<'_>,
) -> Result<BTreeMap<PersonId, Standing>> {
    let of = || {
        enrolments::table
            .filter(enrolments::organisation_id.eq(organisation))
            .filter(enrolments::cohort_id.eq(cohort))
            .select(Row::as_select())
            .into_boxed()
    };
    let in_states = |states: &[State]| {
        let words: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        of().filter(enrolments::state.eq_any(words))
    };
    let (mut rows, named): (Vec<Row>, &[PersonId]) = match whose {
        // What mostly happens: a statement that is prepared once, and surely finds the one row by its key.
        Whose::These([one]) => (of().filter(enrolments::person_id.eq(*one)).load(conn)?, &[]),
        Whose::All => (of().load(conn)?, &[]),
        Whose::Seatless => {
            (in_states(&[State::Requested, State::Offered, State::Waitlisted]).load(conn)?, &[])
        }
        Whose::Line(people) => (in_states(&[State::Offered, State::Waitlisted]).load(conn)?, people),
        Whose::These(people) => (Vec::new(), people),
    };
    for people in named.chunks(MOST_NAMED) {
        rows.extend(of().filter(enrolments::person_id.eq_any(people.to_vec())).load::<Row>(conn)?);
    }
    rows.iter().map(|row| Ok((row.person_id, row.standing()?))).collect()
}

/// The turn of the last in line, and how many wait; none where nobody does. The line is not gone through.
pub fn end_of_line(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
) -> Result<Option<(i64, u32)>> {
    let last: Option<(Option<i64>, Option<i64>)> = enrolments::table
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        // Whoever has a turn waits; so the index of turns leads to the last of them, past all who have none.
        .filter(enrolments::turn.gt(0))
        .order(enrolments::turn.desc())
        .select((enrolments::turn, enrolments::line_length))
        .first(conn)
        .optional()?;
    let Some(last) = last else { return Ok(None) };
    match last {
        (Some(turn), Some(length)) => Ok(Some((turn, u32::try_from(length).unwrap_or(u32::MAX)))),
        _ => Err(Error::internal("the last in line lacks its turn or the line's length")),
    }
}

/// Lets the last in line know how many wait, after somebody has left it.
fn tell_last_in_line(conn: &mut DbConn, organisation: OrganisationId, cohort: CohortId) -> Result<()> {
    let line = enrolments::table
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        .filter(enrolments::state.eq(State::Waitlisted.as_str()));
    let (length, last): (i64, Option<i64>) =
        line.select((diesel::dsl::count_star(), diesel::dsl::max(enrolments::turn))).first(conn)?;
    let last = line.filter(enrolments::turn.nullable().eq(last));
    diesel::update(last).set(enrolments::line_length.eq(length)).execute(conn)?;
    Ok(())
}

/// How many people wait before this turn.
pub fn before(conn: &mut DbConn, organisation: OrganisationId, cohort: CohortId, turn: i64) -> Result<u32> {
    let before: i64 = enrolments::table
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        .filter(enrolments::state.eq(State::Waitlisted.as_str()))
        .filter(enrolments::turn.lt(turn))
        .count()
        .get_result(conn)?;
    Ok(u32::try_from(before).unwrap_or(u32::MAX))
}

/// Who is enrolled, and was so then.
pub fn enrolled_until(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    then: NaiveDateTime,
) -> Result<Vec<PersonId>> {
    Ok(enrolments::table
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        .filter(enrolments::state.eq(State::Enrolled.as_str()))
        .filter(enrolments::enrolled_at.is_null().or(enrolments::enrolled_at.le(then)))
        .order(enrolments::person_id)
        .select(enrolments::person_id)
        .load(conn)?)
}

/// Whom a roster put where they stand.
pub fn listed(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
) -> Result<BTreeSet<PersonId>> {
    let rows: Vec<PersonId> = enrolments::table
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        .filter(enrolments::why.is_null().or(enrolments::why.like("{\"code\":\"listed\"%")))
        .select(enrolments::person_id)
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The columns that say where somebody stands. What does not belong to a standing is emptied.
#[derive(Clone, AsChangeset, Insertable, PartialEq, Eq, PartialOrd, Ord)]
#[diesel(table_name = enrolments, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Columns {
    state: &'static str,
    turn: Option<i64>,
    line_length: Option<i64>,
    offer_until: Option<NaiveDateTime>,
    enrolled_at: Option<NaiveDateTime>,
    decided_by: Option<&'static str>,
    why: Option<String>,
    changed_at: NaiveDateTime,
}

impl Columns {
    fn of(transition: &Transition, now: NaiveDateTime) -> Result<Columns> {
        let why = serde_json::to_string(&transition.why).map_err(Error::internal)?;
        let none = Columns {
            state: transition.to.state().as_str(),
            turn: None,
            line_length: None,
            offer_until: None,
            enrolled_at: None,
            decided_by: None,
            why: Some(why),
            changed_at: now,
        };
        Ok(match transition.to {
            Standing::Requested => none,
            Standing::Offered { until } => Columns { offer_until: Some(until), ..none },
            Standing::Enrolled { since } => Columns { enrolled_at: Some(since), ..none },
            Standing::Waitlisted { turn } => {
                let line_length = transition.why.position().map(i64::from);
                Columns { turn: Some(turn), line_length, ..none }
            }
            Standing::Declined { by } | Standing::Withdrawn { by } => {
                Columns { decided_by: by.map(By::as_str), ..none }
            }
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = enrolments, treat_none_as_default_value = false)]
struct New {
    organisation_id: OrganisationId,
    cohort_id: CohortId,
    person_id: PersonId,
    #[diesel(embed)]
    columns: Columns,
    created_at: NaiveDateTime,
}

/// Stores what was decided. People who go the same way for the same reason go in one statement. Nothing else takes anybody out of
/// the line: its last one has to be told.
pub fn apply(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    transitions: &[Transition],
    now: NaiveDateTime,
) -> Result<()> {
    let mut new: Vec<New> = Vec::new();
    let mut known: BTreeMap<Columns, Vec<PersonId>> = BTreeMap::new();
    for transition in transitions {
        let (person_id, columns) = (transition.person, Columns::of(transition, now)?);
        if transition.from.is_none() {
            new.push(New {
                organisation_id: organisation,
                cohort_id: cohort,
                person_id,
                columns,
                created_at: now,
            });
        } else {
            known.entry(columns).or_default().push(person_id);
        }
    }
    for (columns, people) in known {
        for people in people.chunks(MOST_NAMED) {
            diesel::update(enrolments::table)
                .filter(enrolments::organisation_id.eq(organisation))
                .filter(enrolments::cohort_id.eq(cohort))
                .filter(enrolments::person_id.eq_any(people.to_vec()))
                .set(columns.clone())
                .execute(conn)?;
        }
    }
    match new.as_slice() {
        // One by one is what mostly happens: a statement that is the same each time, and prepared once.
        [one] => drop(diesel::insert_into(enrolments::table).values(one).execute(conn)?),
        new => insert_many!(conn, enrolments::table, new, 12)?,
    }
    if transitions.iter().any(|transition| transition.from == Some(State::Waitlisted)) {
        tell_last_in_line(conn, organisation, cohort)?;
    }
    Ok(())
}

/// How many seats are held in each of some cohorts; none is not listed.
pub fn held(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohorts: &[CohortId],
) -> Result<BTreeMap<CohortId, u32>> {
    let holding = State::ALL.into_iter().filter(|state| state.holds_seat()).map(State::as_str);
    let rows: Vec<(CohortId, i64)> = enrolments::table
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq_any(cohorts.to_vec()))
        .filter(enrolments::state.eq_any(holding.collect::<Vec<_>>()))
        .group_by(enrolments::cohort_id)
        .select((enrolments::cohort_id, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(cohort, held)| (cohort, u32::try_from(held).unwrap_or(u32::MAX))).collect())
}
