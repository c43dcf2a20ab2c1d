//! How a cohort moves through its states.

use super::State;

/// Whether a cohort may go from one state to the next; a refusal says what may follow.
pub fn may_move(from: State, to: State) -> Result<(), Refused> {
    let next: &'static [State] = match from {
        State::Draft => &[State::Open],
        State::Open => &[State::Draft, State::Running],
        State::Running => &[State::Closed],
        State::Closed => &[State::Archived],
        State::Archived => &[],
    };
    if next.contains(&to) { Ok(()) } else { Err(Refused { from, to, next }) }
}

/// A cohort cannot go where it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    pub from: State,
    pub to: State,
    /// Where it can go.
    pub next: &'static [State],
}
