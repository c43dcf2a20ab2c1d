//! What holds of a cohort's seats, whatever happens, as a check of its own: it shares no code with the decisions but the
//! count of seats, so that tests, which use it, do not ask a rule about itself.

use std::collections::BTreeMap;

use super::super::{Seats, Standing, State, Transition, Why};
use crate::platform::ids::PersonId;

/// What does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// More seats are held than there are.
    Overbooked { held: u32, capacity: u32 },
    /// Somebody waits while nobody holds, or is offered, a seat.
    EmptySeat { free: u32, waiting: u32 },
    /// Somebody took a seat before somebody who had waited longer and waits still.
    OutOfOrder { seated: PersonId, waits: PersonId },
    /// Somebody who waits was moved back.
    MovedBack { person: PersonId, from: u32, to: u32 },
    /// Nobody goes from there to here for this reason.
    Illegal(Box<Transition>),
    /// Somebody stands elsewhere than before, and no transition, or more than one, says so.
    Unexplained { person: PersonId },
}

/// What does not hold of the seats as they are.
pub fn broken(seats: &Seats) -> Vec<Broken> {
    let mut broken = Vec::new();
    let (held, free, waiting) = (seats.held(), seats.free(), seats.in_state(State::Waitlisted));
    if let Some(capacity) = seats.terms.capacity
        && held > capacity
    {
        broken.push(Broken::Overbooked { held, capacity });
    }
    if free > 0 && waiting > 0 {
        broken.push(Broken::EmptySeat { free, waiting });
    }
    broken
}

/// What does not hold of one decision: the seats before it, what it said, and the seats after it.
pub fn broken_by(before: &Seats, transitions: &[Transition], after: &Seats) -> Vec<Broken> {
    let mut broken = broken(after);
    broken.extend(transitions.iter().filter(|t| !is_legal(t)).map(|t| Broken::Illegal(Box::new(t.clone()))));
    broken.extend(unexplained(before, transitions, after));
    broken.extend(out_of_order(before, after));
    broken.extend(moved_back(before, after));
    broken
}

/// The table of transitions: from where to where, and for which reason.
pub fn is_legal(transition: &Transition) -> bool {
    use State::{Declined, Enrolled, Offered, Requested, Waitlisted, Withdrawn};
    let comes = transition.from.is_none_or(State::is_out);
    match (&transition.why, transition.from, transition.to.state()) {
        (Why::NeedsApproval { .. }, _, Requested) => comes,
        (Why::SeatFree { .. }, _, Enrolled) => comes,
        (Why::Listed { .. }, _, Enrolled) => transition.from != Some(Enrolled),
        (Why::CohortFull { .. }, _, Waitlisted) => comes,
        (Why::Approved { .. }, Some(Requested), Enrolled) => true,
        (Why::ApprovedAndFull { .. }, Some(Requested), Waitlisted) => true,
        (Why::NotApproved { .. }, Some(Requested), Declined) => true,
        (Why::NextInLine { .. }, Some(Waitlisted), Enrolled) => true,
        (Why::SeatOffered { .. }, Some(Waitlisted), Offered) => true,
        (Why::OfferAccepted, Some(Offered), Enrolled) => true,
        (Why::OfferOver { .. }, Some(Offered), Withdrawn) => true,
        (Why::Left { .. }, Some(_), Withdrawn) => !comes,
        (Why::CohortClosed { was }, Some(Requested | Offered | Waitlisted), Declined) => {
            transition.from == Some(*was)
        }
        _ => false,
    }
}

/// Each change has exactly one transition, which says where from and where to.
fn unexplained(before: &Seats, transitions: &[Transition], after: &Seats) -> Vec<Broken> {
    let mut said: BTreeMap<PersonId, Vec<&Transition>> = BTreeMap::new();
    for transition in transitions {
        said.entry(transition.person).or_default().push(transition);
    }
    let is_told = |person: &PersonId| {
        let (was, is) = (before.people.get(person), after.people.get(person));
        match said.get(person).map(Vec::as_slice) {
            None => was == is,
            Some([told]) => told.from == was.map(Standing::state) && Some(&told.to) == is,
            Some(_) => false,
        }
    };
    let everybody =
        before.people.keys().chain(after.people.keys().filter(|p| !before.people.contains_key(p)));
    everybody
        .filter(|person| !is_told(person))
        .map(|person| Broken::Unexplained { person: *person })
        .collect()
}

/// Whoever newly holds a seat had the smallest turn, or nobody waits at all.
fn out_of_order(before: &Seats, after: &Seats) -> Vec<Broken> {
    let holds = |seats: &Seats, person| seats.people.get(person).is_some_and(|s| s.state().holds_seat());
    let still_waits =
        |seats: &Seats, person| matches!(seats.people.get(person), Some(Standing::Waitlisted { .. }));
    let line = line(before);
    let longest = line.iter().find(|person| still_waits(after, person));
    let Some(waits) = longest else { return Vec::new() };
    let waited_longer: Vec<PersonId> = line.iter().copied().take_while(|person| person != waits).collect();
    let seated = after.people.keys().filter(|person| holds(after, person) && !holds(before, person));
    seated
        .filter(|person| !waited_longer.contains(person))
        .map(|person| Broken::OutOfOrder { seated: *person, waits: *waits })
        .collect()
}

fn moved_back(before: &Seats, after: &Seats) -> Vec<Broken> {
    let positions = |seats| (1_u32..).zip(line(seats)).map(|(position, person)| (person, position));
    let is: BTreeMap<PersonId, u32> = positions(after).collect();
    positions(before)
        .filter_map(|(person, from)| {
            let to = *is.get(&person)?;
            (to > from).then_some(Broken::MovedBack { person, from, to })
        })
        .collect()
}

fn line(seats: &Seats) -> Vec<PersonId> {
    let mut line: Vec<(i64, PersonId)> = Vec::new();
    for (person, standing) in &seats.people {
        if let Standing::Waitlisted { turn } = standing {
            line.push((*turn, *person));
        }
    }
    line.sort_unstable();
    line.into_iter().map(|(_, person)| person).collect()
}
