//! How seats are counted, and the line.

use std::collections::BTreeMap;

use super::super::{Seats, Standing, State, Transition, Why};
use crate::platform::ids::PersonId;

impl Seats {
    /// How many seats are held: by the enrolled, and by those who are offered one.
    pub fn held(&self) -> u32 {
        let held = self.people.values().filter(|standing| standing.state().holds_seat()).count();
        count(held).saturating_add(self.others.holding)
    }

    /// How many seats nobody holds; [`u32::MAX`] where there is no limit.
    pub fn free(&self) -> u32 {
        match self.terms.capacity {
            Some(capacity) => capacity.saturating_sub(self.held()),
            None => u32::MAX,
        }
    }

    /// How many of [`people`](Seats::people) are in this state.
    pub fn in_state(&self, state: State) -> u32 {
        count(self.people.values().filter(|standing| standing.state() == state).count())
    }

    /// Those of [`people`](Seats::people) who wait, with their turns, the next first.
    pub fn line(&self) -> Vec<(i64, PersonId)> {
        let mut line: Vec<(i64, PersonId)> = self.people.iter().filter_map(waiting).collect();
        line.sort_unstable();
        line
    }

    /// Where somebody waits in the line, from 1.
    pub fn position(&self, person: PersonId) -> Option<u32> {
        let before = self.line().into_iter().position(|(_, waiting)| waiting == person)?;
        Some(self.others.waiting.saturating_add(count(before)).saturating_add(1))
    }

    /// Where a newcomer to the line waits: their turn, and the position.
    pub(super) fn end_of_line(&self) -> (i64, u32) {
        let line = self.line();
        let last_turn = line.last().map_or(self.others.last_turn, |(turn, _)| *turn);
        let waiting = self.others.waiting.saturating_add(count(line.len()));
        (last_turn.saturating_add(1), waiting.saturating_add(1))
    }

    /// These seats after transitions that were decided from them.
    pub fn apply(&mut self, transitions: &[Transition]) {
        let places: BTreeMap<PersonId, Standing> =
            transitions.iter().map(|transition| (transition.person, transition.to)).collect();
        self.people.extend(places);
    }

    pub(super) fn step(&self, person: PersonId, to: Standing, why: Why) -> Transition {
        Transition { person, from: self.people.get(&person).map(Standing::state), to, why }
    }
}

fn waiting((person, standing): (&PersonId, &Standing)) -> Option<(i64, PersonId)> {
    match standing {
        Standing::Waitlisted { turn } => Some((*turn, *person)),
        _ => None,
    }
}

pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
