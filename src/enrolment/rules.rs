//! Who gets a seat, who waits, and why.
//!
//! Each decision takes the [`Seats`] as they are, a wish and the present moment (UTC), and gives the transitions that
//! follow, those of people who were waiting included: a seat that comes free goes on in the same decision. A refusal
//! changes nothing. What was decided where nothing says it:
//!
//! - **Nobody passes the capacity.** Trainers, HR and administrators enrol people outside the window and whoever they
//!   are, and into a draft; for a full cohort they too join the line at its end.
//! - **An approval is given by those whose it is.** Whoever can give it, gives it by enrolling somebody. Whoever cannot,
//!   makes a request: HR's bulk enrolment does not overrule a trainer.
//! - **A link stands for being eligible**, not for the window, an approval or a seat.
//! - **The line is joined when it is joined**: a request holds no place in it, so that a slow approval never moves
//!   anybody back who was told a position.
//! - **An offer is there until just before its end.** Whoever lets it go by is withdrawn, and may come again at the end of
//!   the line; to put them back at once would offer the same seat to the same person for ever.
//! - **Whom staff declined or took out** does not come back alone, only by staff.
//! - **After the window** the line still moves and requests are still decided. Only the closing of the cohort ends them.
//! - **Nobody leaves a session that has begun.** Who was enrolled when one began stays in the records. Who came later, or
//!   only waits, may leave.

use chrono::{NaiveDateTime, TimeDelta};

use super::{
    Applicant, Approval, By, Eligible, Freed, FreedSeat, Seats, SessionStart, Standing, State, Transition,
    Why,
};
use crate::cohorts::State as CohortState;
use crate::platform::ids::PersonId;

pub mod bookings;
pub mod invariants;
mod refusal;
mod seats;

pub use refusal::Refusal;

/// What follows, or why nothing does.
pub type Decision = Result<Vec<Transition>, Refusal>;

/// Enrols a person: by themselves, with or without a link, or by staff.
///
/// Of several reasons against it the one is told whose mending helps most. Who is in already has nothing to mend. Staff
/// can do what the person cannot, so what only staff can mend comes next; then what a link mends; what time alone mends
/// comes last, so that nobody waits for a day on which they are refused again.
pub fn enrol(seats: &Seats, applicant: &Applicant, by: By, now: NaiveDateTime) -> Decision {
    let person = applicant.person;
    refuse_twice(seats, person)?;
    refuse_over(seats)?;
    if by == By::Oneself {
        refuse_turned_away(seats, person)?;
        refuse_late(seats, now)?;
        refuse_ineligible(&seats.terms.eligible, applicant)?;
        refuse_early(seats, now)?;
    }
    let approval = seats.terms.approval;
    let (to, why) = if !approval.is_given_by(by) {
        (Standing::Requested, Why::NeedsApproval { approval })
    } else {
        match place(seats, now) {
            (to, None) => (to, Why::SeatFree { by }),
            (to, Some(position)) => (to, Why::CohortFull { position }),
        }
    };
    Ok(vec![seats.step(person, to, why)])
}

/// Enrols many people, one after the other in this order: what is refused to one is no matter to the next.
pub fn enrol_many(
    seats: &Seats,
    applicants: &[Applicant],
    by: By,
    now: NaiveDateTime,
) -> Vec<(PersonId, Decision)> {
    let mut seats = seats.clone();
    let mut one = |applicant: &Applicant| {
        let decision = enrol(&seats, applicant, by, now);
        seats.apply(decision.as_deref().unwrap_or_default());
        (applicant.person, decision)
    };
    applicants.iter().map(&mut one).collect()
}

/// Approves a request: the person gets a seat, or joins the line.
pub fn approve(seats: &Seats, person: PersonId, by: By, now: NaiveDateTime) -> Decision {
    refuse_undecidable(seats, person, by)?;
    let (to, why) = match place(seats, now) {
        (to, None) => (to, Why::Approved { by }),
        (to, Some(position)) => (to, Why::ApprovedAndFull { by, position }),
    };
    Ok(vec![seats.step(person, to, why)])
}

/// Declines a request, with a reason that the person is told.
pub fn decline(seats: &Seats, person: PersonId, by: By, reason: &str) -> Decision {
    refuse_undecidable(seats, person, by)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::ReasonMissing);
    }
    let why = Why::NotApproved { by, reason: reason.to_owned() };
    Ok(vec![seats.step(person, Standing::Declined { by: Some(by) }, why)])
}

/// Takes a person out who is enrolled, waits, or turns an offer down. Their seat goes on.
pub fn withdraw(seats: &Seats, person: PersonId, by: By, now: NaiveDateTime) -> Decision {
    refuse_over(seats)?;
    match seats.people.get(&person) {
        Some(standing) if !standing.state().is_out() => refuse_begun(seats, standing, now)?,
        standing => return Err(Refusal::NotInCohort { state: standing.map(Standing::state) }),
    }
    let left = seats.step(person, Standing::Withdrawn { by: Some(by) }, Why::Left { by });
    Ok(and_pass_on(seats, vec![left], Freed::Withdrawal, now))
}

/// Accepts the seat that a person is offered.
pub fn accept(seats: &Seats, person: PersonId, now: NaiveDateTime) -> Decision {
    refuse_over(seats)?;
    match seats.people.get(&person) {
        Some(Standing::Offered { until }) if now < *until => {
            Ok(vec![seats.step(person, Standing::Enrolled { since: now }, Why::OfferAccepted)])
        }
        Some(Standing::Offered { until }) => Err(Refusal::OfferOver { until: *until }),
        standing => Err(Refusal::NoOffer { state: standing.map(Standing::state) }),
    }
}

/// Ends the offers whose time is over. Their seats go on.
pub fn lapse(seats: &Seats, now: NaiveDateTime) -> Vec<Transition> {
    if refuse_over(seats).is_err() {
        return Vec::new();
    }
    let lapsed = seats.people.iter().filter_map(|(person, standing)| match standing {
        Standing::Offered { until } if *until <= now => {
            let why = Why::OfferOver { until: *until };
            Some(seats.step(*person, Standing::Withdrawn { by: None }, why))
        }
        _ => None,
    });
    and_pass_on(seats, lapsed.collect(), Freed::OfferOver, now)
}

/// What follows from another number of seats, which is for the caller to store. None: without a limit.
pub fn change_capacity(seats: &Seats, to: Option<u32>, now: NaiveDateTime) -> Decision {
    refuse_over(seats)?;
    if let Some(to) = to
        && to < seats.held()
    {
        let offered = seats.in_state(State::Offered);
        return Err(Refusal::CapacityUnderHeld { to, enrolled: seats.held() - offered, offered });
    }
    let mut changed = seats.clone();
    changed.terms.capacity = to;
    Ok(and_pass_on(&changed, Vec::new(), Freed::CapacityRaised { to }, now))
}

/// What follows from closing the cohort: whoever has no seat for good is told that there is none.
pub fn close(seats: &Seats) -> Vec<Transition> {
    let seatless = |standing: &Standing| {
        matches!(standing.state(), State::Requested | State::Offered | State::Waitlisted)
    };
    let people = seats.people.iter().filter(|(_, standing)| seatless(standing));
    let out = |(person, standing): (&PersonId, &Standing)| {
        let why = Why::CohortClosed { was: standing.state() };
        seats.step(*person, Standing::Declined { by: None }, why)
    };
    people.map(out).collect()
}

/// Where a newcomer stands: on a free seat for which nobody waits, or in the line, with the position there.
fn place(seats: &Seats, now: NaiveDateTime) -> (Standing, Option<u32>) {
    match seats.end_of_line() {
        // Nobody waits.
        (_, 1) if seats.free() > 0 => (Standing::Enrolled { since: now }, None),
        (turn, position) => (Standing::Waitlisted { turn }, Some(position)),
    }
}

/// These transitions, and those of the people in line who get the seats that are free after them.
fn and_pass_on(
    seats: &Seats,
    mut transitions: Vec<Transition>,
    freed: Freed,
    now: NaiveDateTime,
) -> Vec<Transition> {
    let mut after = seats.clone();
    after.apply(&transitions);
    let free = usize::try_from(after.free()).unwrap_or(usize::MAX);
    let next = after.line().into_iter().take(free);
    transitions.extend(next.map(|(_, person)| {
        let (to, why) = promotion(seats.terms.freed_seat, freed, now);
        after.step(person, to, why)
    }));
    transitions
}

fn promotion(freed_seat: FreedSeat, freed: Freed, now: NaiveDateTime) -> (Standing, Why) {
    match freed_seat {
        FreedSeat::AtOnce => (Standing::Enrolled { since: now }, Why::NextInLine { freed }),
        FreedSeat::Offer { hours } => {
            let time_to_accept = TimeDelta::hours(hours.get().into());
            let until = now.checked_add_signed(time_to_accept).unwrap_or(NaiveDateTime::MAX);
            (Standing::Offered { until }, Why::SeatOffered { freed, until })
        }
    }
}

impl Approval {
    /// Whether these can give it. One that nobody needs, anybody gives: also to what was requested while it was needed.
    pub fn is_given_by(self, by: By) -> bool {
        match self {
            Approval::None => true,
            Approval::Trainer => matches!(by, By::Trainer | By::Administrator),
            Approval::Hr => matches!(by, By::Hr | By::Administrator),
        }
    }
}

fn refuse_twice(seats: &Seats, person: PersonId) -> Result<(), Refusal> {
    match seats.people.get(&person) {
        Some(Standing::Enrolled { .. }) => Err(Refusal::AlreadyEnrolled),
        Some(Standing::Requested) => Err(Refusal::AlreadyRequested),
        Some(Standing::Offered { until }) => Err(Refusal::AlreadyOffered { until: *until }),
        Some(Standing::Waitlisted { .. }) => {
            let position = seats.position(person).unwrap_or_default();
            Err(Refusal::AlreadyWaitlisted { position })
        }
        Some(Standing::Declined { .. } | Standing::Withdrawn { .. }) | None => Ok(()),
    }
}

fn refuse_over(seats: &Seats) -> Result<(), Refusal> {
    match seats.cohort {
        CohortState::Draft | CohortState::Open | CohortState::Running => Ok(()),
        state @ (CohortState::Closed | CohortState::Archived) => Err(Refusal::CohortOver { state }),
    }
}

fn refuse_turned_away(seats: &Seats, person: PersonId) -> Result<(), Refusal> {
    match seats.people.get(&person) {
        Some(Standing::Declined { by: Some(by) } | Standing::Withdrawn { by: Some(by) })
            if *by != By::Oneself =>
        {
            Err(Refusal::TurnedAway { by: *by })
        }
        _ => Ok(()),
    }
}

fn refuse_late(seats: &Seats, now: NaiveDateTime) -> Result<(), Refusal> {
    match seats.terms.window.closes {
        Some(closed) if closed <= now => Err(Refusal::WindowClosed { closed }),
        _ => Ok(()),
    }
}

fn refuse_ineligible(eligible: &Eligible, applicant: &Applicant) -> Result<(), Refusal> {
    match eligible {
        _ if applicant.invited => Ok(()),
        Eligible::Everybody => Ok(()),
        Eligible::Departments(departments) if !departments.is_disjoint(&applicant.departments) => Ok(()),
        Eligible::Departments(departments) => {
            Err(Refusal::NotEligible { departments: departments.iter().copied().collect() })
        }
        Eligible::ByInvitation => Err(Refusal::ByInvitation),
    }
}

/// A draft is as closed as a window that has not opened.
fn refuse_early(seats: &Seats, now: NaiveDateTime) -> Result<(), Refusal> {
    let opens = seats.terms.window.opens.filter(|opens| now < *opens);
    if opens.is_some() || seats.cohort == CohortState::Draft {
        return Err(Refusal::NotOpenYet { opens });
    }
    Ok(())
}

fn refuse_undecidable(seats: &Seats, person: PersonId, by: By) -> Result<(), Refusal> {
    refuse_over(seats)?;
    let state = seats.people.get(&person).map(Standing::state);
    if state != Some(State::Requested) {
        return Err(Refusal::NothingToDecide { state });
    }
    let approval = seats.terms.approval;
    // Where no approval is needed any more, what was requested before is still no one's own to approve.
    if by == By::Oneself || !approval.is_given_by(by) {
        return Err(Refusal::NotYoursToDecide { approval });
    }
    Ok(())
}

/// A session that began while the person was enrolled keeps them.
fn refuse_begun(seats: &Seats, standing: &Standing, now: NaiveDateTime) -> Result<(), Refusal> {
    let Standing::Enrolled { since } = standing else { return Ok(()) };
    let begun = seats.sessions.iter().filter(|session| (*since..=now).contains(&session.starts)).min();
    match begun {
        Some(SessionStart { starts, session, module }) => {
            Err(Refusal::SessionBegun { session: *session, module: module.clone(), starts: *starts })
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod machine;
#[cfg(test)]
mod tests;
