//! How a cohort moves through its states, when its sessions may be, and what a change of one is to those who come.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta};

use super::{Details, Plan, Session, State, Times};
use crate::platform::faults::{Fault, Faults};

pub mod clashes;

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

/// The days between which a cohort's sessions are, both included; none: not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
}

impl Days {
    /// Whether a session is within them, in its own zone. One that ends at midnight ends on the day before.
    pub fn hold(&self, times: &Times) -> bool {
        let last_moment = times.ends.local - TimeDelta::seconds(1);
        self.first.is_none_or(|first| first <= times.starts.local.date())
            && self.last.is_none_or(|last| last_moment.date() <= last)
    }

    /// What is wrong with a session that is not, with the field.
    fn outside(&self, times: &Times) -> Option<Fault> {
        if self.hold(times) {
            return None;
        }
        let early = self.first.filter(|first| times.starts.local.date() < *first);
        Some(match (early, self.last) {
            (Some(first), _) => {
                let message = format!("is before the cohort's first day, {first}");
                Fault::new("outside-cohort", message).in_field("starts")
            }
            (None, last) => {
                let last = last.map(|last| last.to_string()).unwrap_or_default();
                let message = format!("is after the cohort's last day, {last}");
                Fault::new("outside-cohort", message).in_field("ends")
            }
        })
    }
}

/// Whether a session may be planned at these times. `held`: it is over, and is written down because it was held.
pub fn may_be_planned(times: &Times, days: Days, held: bool, now: NaiveDateTime) -> Result<(), Faults> {
    let mut faults = Faults::default();
    if !(1970..=9999).contains(&times.ends.local.year()) {
        return Err(Fault::new("not-a-time", "is no time of this age").in_field("starts").into());
    }
    if times.starts.utc < now && !held {
        let message = format!("{} is in the past; say `held` of a session that was held", times.starts.local);
        faults.push(Fault::new("in-the-past", message).in_field("starts"));
    }
    if times.starts.utc >= now && held {
        let message = "the session has not begun: it was not held yet";
        faults.push(Fault::new("not-held-yet", message).in_field("held"));
    }
    if let Some(fault) = days.outside(times) {
        faults.push(fault);
    }
    faults.into_result(())
}

/// Whether a presence reaches a cohort's threshold: present seconds × 100 ≥ percent × scheduled seconds.
pub fn meets(present_seconds: u32, scheduled_seconds: u32, percent: u32) -> bool {
    u64::from(present_seconds) * 100 >= u64::from(percent) * u64::from(scheduled_seconds)
}

/// What a change of a session is to those who come to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    Nothing,
    /// What is said of it, and how many may come.
    Words,
    /// When, where or how they meet: calendars are told.
    Meeting,
}

/// What a plan changes of a session.
pub fn change(before: &Session, plan: &Plan) -> Change {
    let (was, is) = (Details::of(before), &plan.details);
    let place = |details: &Details| {
        let Details { mode, link, place, room, .. } = details.clone();
        (mode, link, place, room)
    };
    if is_moved(before, &plan.times) || place(&was) != place(is) {
        Change::Meeting
    } else if was == *is {
        Change::Nothing
    } else {
        Change::Words
    }
}

/// Whether a session would be at other times, by the clock on the wall too.
pub fn is_moved(before: &Session, times: &Times) -> bool {
    let was =
        (before.starts_at, before.ends_at, before.starts_local, before.ends_local, before.zone.as_str());
    let Times { zone, starts, ends } = times;
    was != (starts.utc, ends.utc, starts.local, ends.local, zone.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_is_met_exactly() {
        assert!(meets(5_400, 7_200, 75));
        assert!(!meets(5_399, 7_200, 75));
        assert!(meets(u32::MAX, u32::MAX, 100));
        assert!(!meets(u32::MAX - 1, u32::MAX, 100));
    }
}
