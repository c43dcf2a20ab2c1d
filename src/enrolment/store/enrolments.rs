//! Enrolments as they are shown: with why, and with the position in the line.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::seats::{MOST_NAMED, Row, before};
use crate::access::TAKES_PART;
use crate::cohorts::{Cohort, State as CohortState};
use crate::enrolment::{Enrolment, State};
use crate::organisations::Person;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{cohorts, departments, enrolments, people};
use crate::platform::error::Result;
use crate::platform::ids::{CohortId, OrganisationId, PersonId};

#[derive(Queryable, Selectable)]
#[diesel(table_name = enrolments)]
struct Kept {
    #[diesel(embed)]
    row: Row,
    why: Option<String>,
    created_at: NaiveDateTime,
}

impl Kept {
    /// `positions`: by turn.
    fn enrolment(self, positions: &BTreeMap<i64, u32>) -> Result<Enrolment> {
        let standing = self.row.standing()?;
        let position = self.row.turn.and_then(|turn| positions.get(&turn).copied());
        let Kept { row: Row { person_id: person, changed_at, .. }, why, created_at } = self;
        Ok(Enrolment { person, standing, why, position, created_at, changed_at })
    }
}

/// The positions in the line, by turn: at least of these turns.
fn positions(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    turns: &[i64],
) -> Result<BTreeMap<i64, u32>> {
    match turns {
        [] => return Ok(BTreeMap::new()),
        [turn] => {
            let before = before(conn, organisation, cohort, *turn)?;
            return Ok(BTreeMap::from([(*turn, before.saturating_add(1))]));
        }
        _ => {}
    }
    let turns: Vec<Option<i64>> = enrolments::table
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        .filter(enrolments::state.eq(State::Waitlisted.as_str()))
        .order(enrolments::turn)
        .select(enrolments::turn)
        .load(conn)?;
    Ok(turns.into_iter().flatten().zip(1..).collect())
}

/// The enrolments of some people in a cohort.
pub fn of_people(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    people: &[PersonId],
) -> Result<BTreeMap<PersonId, Enrolment>> {
    let mut kept: Vec<Kept> = Vec::new();
    for people in people.chunks(MOST_NAMED) {
        kept.extend(
            enrolments::table
                .filter(enrolments::organisation_id.eq(organisation))
                .filter(enrolments::cohort_id.eq(cohort))
                .filter(enrolments::person_id.eq_any(people.to_vec()))
                .select(Kept::as_select())
                .load(conn)?,
        );
    }
    let turns: Vec<i64> = kept.iter().filter_map(|kept| kept.row.turn).collect();
    let positions = positions(conn, organisation, cohort, &turns)?;
    kept.into_iter().map(|kept| Ok((kept.row.person_id, kept.enrolment(&positions)?))).collect()
}

/// A person of the roster, their enrolment, and what they need to take part.
pub type Participant = (Person, Enrolment, Option<String>);

/// A page of a cohort's people, by employee id; of those in one state, where that is given.
pub fn page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    state: Option<State>,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Participant>> {
    let mut query = enrolments::table
        .inner_join(people::table.on(
            people::organisation_id.eq(enrolments::organisation_id).and(people::id.eq(enrolments::person_id)),
        ))
        .inner_join(
            departments::table.on(departments::organisation_id
                .eq(people::organisation_id)
                .and(departments::id.eq(people::department_id))),
        )
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::cohort_id.eq(cohort))
        .order(people::employee_id)
        .limit(limit)
        .select((Person::as_select(), Kept::as_select(), enrolments::needs))
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(enrolments::state.eq(state.as_str()));
    }
    if let Some(after) = after {
        query = query.filter(people::employee_id.gt(after.to_owned()));
    }
    let rows: Vec<(Person, Kept, Option<String>)> = query.load(conn)?;
    let turns: Vec<i64> = rows.iter().filter_map(|(_, kept, _)| kept.row.turn).collect();
    let positions = positions(conn, organisation, cohort, &turns)?;
    rows.into_iter().map(|(person, kept, needs)| Ok((person, kept.enrolment(&positions)?, needs))).collect()
}

/// One person's enrolments in some cohorts.
pub fn of_person(
    conn: &mut DbConn,
    organisation: OrganisationId,
    person: PersonId,
    cohorts: &[CohortId],
) -> Result<BTreeMap<CohortId, Enrolment>> {
    let rows: Vec<(CohortId, Kept)> = enrolments::table
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::person_id.eq(person))
        .filter(enrolments::cohort_id.eq_any(cohorts.to_vec()))
        .select((enrolments::cohort_id, Kept::as_select()))
        .load(conn)?;
    let mut found = BTreeMap::new();
    for (cohort, kept) in rows {
        // Somebody waits in few cohorts at once.
        let positions = positions(conn, organisation, cohort, kept.row.turn.as_slice())?;
        found.insert(cohort, kept.enrolment(&positions)?);
    }
    Ok(found)
}

/// The cohorts that a person takes part in and that are no drafts, the newest first.
pub fn cohorts_of(
    conn: &mut DbConn,
    organisation: OrganisationId,
    person: PersonId,
    limit: i64,
) -> Result<Vec<Cohort>> {
    Ok(enrolments::table
        .inner_join(
            cohorts::table.on(cohorts::organisation_id
                .eq(enrolments::organisation_id)
                .and(cohorts::id.eq(enrolments::cohort_id))),
        )
        .filter(enrolments::organisation_id.eq(organisation))
        .filter(enrolments::person_id.eq(person))
        .filter(enrolments::state.eq_any(TAKES_PART))
        .filter(cohorts::state.ne(CohortState::Draft.as_str()))
        .order(cohorts::id.desc())
        .limit(limit)
        .select(Cohort::as_select())
        .load(conn)?)
}
