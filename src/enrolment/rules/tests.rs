use std::collections::BTreeSet;
use std::num::NonZeroU32;

use chrono::NaiveDate;
use serde_json::json;

use super::super::{Others, Terms, Window};
use super::*;
use crate::platform::ids::{DepartmentId, SessionId};

/// So many minutes after nine o'clock.
fn at(minutes: i64) -> NaiveDateTime {
    let nine = NaiveDate::from_ymd_opt(2027, 3, 1).unwrap().and_hms_opt(9, 0, 0).unwrap();
    nine + TimeDelta::minutes(minutes)
}

fn p(id: i64) -> PersonId {
    PersonId(id)
}

fn applicant(id: i64) -> Applicant {
    Applicant {
        person: p(id),
        departments: BTreeSet::from([DepartmentId(10), DepartmentId(1)]),
        invited: false,
    }
}

const ENROLLED: Standing = Standing::Enrolled { since: NaiveDateTime::MIN };

fn waitlisted(turn: i64) -> Standing {
    Standing::Waitlisted { turn }
}

/// An open cohort with these people, from 1.
fn seats(capacity: impl Into<Option<u32>>, people: &[Standing]) -> Seats {
    Seats {
        terms: Terms { capacity: capacity.into(), ..Terms::default() },
        cohort: CohortState::Open,
        people: (1..).map(p).zip(people.iter().copied()).collect(),
        others: Others::default(),
        sessions: Vec::new(),
    }
}

fn with_terms(seats: Seats, change: impl FnOnce(&mut Terms)) -> Seats {
    let mut seats = seats;
    change(&mut seats.terms);
    seats
}

fn with_offers(seats: Seats) -> Seats {
    with_terms(seats, |terms| terms.freed_seat = FreedSeat::Offer { hours: NonZeroU32::new(48).unwrap() })
}

/// Whom it is about, where they stand now, and why.
fn told(transitions: &[Transition]) -> Vec<(i64, State, &Why)> {
    transitions.iter().map(|t| (t.person.0, t.to.state(), &t.why)).collect()
}

mod freed;

// Enrolling.

#[test]
fn a_free_seat_is_taken_at_once() {
    let decided = enrol(&seats(1, &[]), &applicant(1), By::Oneself, at(0)).unwrap();
    let to = Standing::Enrolled { since: at(0) };
    assert_eq!(
        decided,
        [Transition { person: p(1), from: None, to, why: Why::SeatFree { by: By::Oneself } }]
    );
}

#[test]
fn a_full_cohort_is_no_refusal_but_a_position_in_the_line() {
    let full = seats(1, &[ENROLLED, waitlisted(7), waitlisted(3)]);
    for by in By::ALL {
        let decided = enrol(&full, &applicant(9), by, at(0)).unwrap();
        assert_eq!(decided[0].to, waitlisted(8), "{by:?}");
        assert_eq!(decided[0].why, Why::CohortFull { position: 3 });
    }
}

#[test]
fn an_offered_seat_is_held_and_a_request_holds_none() {
    let offered = seats(1, &[Standing::Offered { until: at(60) }]);
    assert_eq!(told(&enrol(&offered, &applicant(9), By::Hr, at(0)).unwrap())[0].1, State::Waitlisted);
    let requested = seats(1, &[Standing::Requested]);
    assert_eq!(told(&enrol(&requested, &applicant(9), By::Hr, at(0)).unwrap())[0].1, State::Enrolled);
}

#[test]
fn nobody_enrols_twice() {
    let people = [ENROLLED, Standing::Requested, Standing::Offered { until: at(60) }, waitlisted(1)];
    let seats = seats(2, &people);
    let refused = |id| enrol(&seats, &applicant(id), By::Trainer, at(0)).unwrap_err();
    assert_eq!(refused(1), Refusal::AlreadyEnrolled);
    assert_eq!(refused(2), Refusal::AlreadyRequested);
    assert_eq!(refused(3), Refusal::AlreadyOffered { until: at(60) });
    assert_eq!(refused(4), Refusal::AlreadyWaitlisted { position: 1 });
}

#[test]
fn the_window_opens_at_its_minute_and_closes_before_its_last() {
    let window = Window { opens: Some(at(10)), closes: Some(at(20)) };
    let seats = with_terms(seats(None, &[]), |terms| terms.window = window);
    let by = |by, minute| enrol(&seats, &applicant(1), by, at(minute)).err();
    assert_eq!(by(By::Oneself, 9), Some(Refusal::NotOpenYet { opens: Some(at(10)) }));
    assert_eq!(by(By::Oneself, 10), None);
    assert_eq!(by(By::Oneself, 19), None);
    assert_eq!(by(By::Oneself, 20), Some(Refusal::WindowClosed { closed: at(20) }));
    // Staff come before and after it.
    assert_eq!([by(By::Trainer, 9), by(By::Hr, 20), by(By::Administrator, 20)], [None, None, None]);
}

#[test]
fn only_staff_enrol_people_into_a_draft_and_nobody_into_a_closed_cohort() {
    let in_state = |cohort, by| enrol(&Seats { cohort, ..seats(None, &[]) }, &applicant(1), by, at(0)).err();
    assert_eq!(in_state(CohortState::Draft, By::Oneself), Some(Refusal::NotOpenYet { opens: None }));
    assert_eq!(in_state(CohortState::Draft, By::Trainer), None);
    assert_eq!(in_state(CohortState::Running, By::Oneself), None);
    for state in [CohortState::Closed, CohortState::Archived] {
        assert_eq!(in_state(state, By::Administrator), Some(Refusal::CohortOver { state }));
    }
}

#[test]
fn a_department_that_may_lets_those_under_it_in() {
    let of = |ids: &[i64]| Eligible::Departments(ids.iter().copied().map(DepartmentId).collect());
    let try_with = |eligible: Eligible, applicant: &Applicant, by| {
        enrol(&with_terms(seats(None, &[]), |terms| terms.eligible = eligible), applicant, by, at(0)).err()
    };
    assert_eq!(try_with(of(&[10]), &applicant(1), By::Oneself), None);
    assert_eq!(try_with(of(&[1, 7]), &applicant(1), By::Oneself), None);
    let elsewhere = Refusal::NotEligible { departments: vec![DepartmentId(3), DepartmentId(7)] };
    assert_eq!(try_with(of(&[7, 3]), &applicant(1), By::Oneself), Some(elsewhere));
    assert_eq!(try_with(of(&[7, 3]), &applicant(1), By::Hr), None);
    assert_eq!(try_with(Eligible::ByInvitation, &applicant(1), By::Oneself), Some(Refusal::ByInvitation));
    let invited = Applicant { invited: true, ..applicant(1) };
    for eligible in [of(&[7]), Eligible::ByInvitation] {
        assert_eq!(try_with(eligible, &invited, By::Oneself), None);
    }
}

#[test]
fn whom_staff_turned_away_comes_back_by_staff_only() {
    let out = [
        Standing::Declined { by: Some(By::Hr) },
        Standing::Withdrawn { by: Some(By::Trainer) },
        Standing::Withdrawn { by: Some(By::Oneself) },
        Standing::Withdrawn { by: None },
    ];
    let seats = seats(None, &out);
    let alone = |id| enrol(&seats, &applicant(id), By::Oneself, at(0)).err();
    assert_eq!(alone(1), Some(Refusal::TurnedAway { by: By::Hr }));
    assert_eq!(alone(2), Some(Refusal::TurnedAway { by: By::Trainer }));
    assert_eq!((alone(3), alone(4)), (None, None));
    let back = enrol(&seats, &applicant(1), By::Trainer, at(0)).unwrap();
    assert_eq!((back[0].from, back[0].to.state()), (Some(State::Declined), State::Enrolled));
}

#[test]
fn the_reason_that_is_told_is_the_one_whose_mending_helps_most() {
    // Everything stands in the way; one after the other is mended, and the next is told.
    let mut seats = with_terms(seats(1, &[ENROLLED]), |terms| {
        terms.window = Window { opens: Some(at(90)), closes: Some(at(0)) };
        terms.eligible = Eligible::ByInvitation;
    });
    seats.cohort = CohortState::Closed;
    let mut one = applicant(1);
    let code = |seats: &Seats, one: &Applicant| {
        enrol(seats, one, By::Oneself, at(0)).err().map_or("none", |refusal| refusal.code())
    };
    assert_eq!(code(&seats, &one), "already-enrolled");
    seats.people.insert(p(1), Standing::Declined { by: Some(By::Trainer) });
    assert_eq!(code(&seats, &one), "cohort-over");
    seats.cohort = CohortState::Draft;
    assert_eq!(code(&seats, &one), "turned-away");
    seats.people.clear();
    assert_eq!(code(&seats, &one), "window-closed");
    seats.terms.window.closes = None;
    assert_eq!(code(&seats, &one), "by-invitation");
    one.invited = true;
    assert_eq!(code(&seats, &one), "not-open-yet");
    seats.terms.window.opens = None;
    assert_eq!(code(&seats, &one), "not-open-yet");
    seats.cohort = CohortState::Open;
    assert_eq!(code(&seats, &one), "none");
}

#[test]
fn many_are_enrolled_in_their_order_whatever_is_refused_to_some() {
    let applicants = [applicant(1), applicant(2), applicant(1), applicant(3)];
    let decided = enrol_many(&seats(1, &[]), &applicants, By::Hr, at(0));
    let outcomes: Vec<(i64, Result<Why, Refusal>)> =
        decided.into_iter().map(|(person, d)| (person.0, d.map(|t| t[0].why.clone()))).collect();
    let expected = [
        (1, Ok(Why::SeatFree { by: By::Hr })),
        (2, Ok(Why::CohortFull { position: 1 })),
        (1, Err(Refusal::AlreadyEnrolled)),
        (3, Ok(Why::CohortFull { position: 2 })),
    ];
    assert_eq!(outcomes, expected);
}

// Approval.

#[test]
fn an_approval_is_asked_of_whoever_cannot_give_it() {
    let enrolled_by = |approval, by| {
        let seats = with_terms(seats(None, &[]), |terms| terms.approval = approval);
        enrol(&seats, &applicant(1), by, at(0)).unwrap()[0].to.state() == State::Enrolled
    };
    let who = |approval| By::ALL.map(|by| enrolled_by(approval, by));
    // oneself, trainer, HR, administrator
    assert_eq!(who(Approval::None), [true, true, true, true]);
    assert_eq!(who(Approval::Trainer), [false, true, false, true]);
    assert_eq!(who(Approval::Hr), [false, false, true, true]);
}

#[test]
fn an_approved_request_takes_a_seat_or_joins_the_end_of_the_line() {
    let ask_trainer = |terms: &mut Terms| terms.approval = Approval::Trainer;
    let room = with_terms(seats(1, &[Standing::Requested]), ask_trainer);
    let decided = approve(&room, p(1), By::Trainer, at(5)).unwrap();
    assert_eq!(told(&decided), [(1, State::Enrolled, &Why::Approved { by: By::Trainer })]);
    // Person 1 asked first, and joins the line behind person 3, who was told a position in it.
    let full = with_terms(seats(1, &[Standing::Requested, ENROLLED, waitlisted(4)]), ask_trainer);
    let decided = approve(&full, p(1), By::Trainer, at(5)).unwrap();
    let why = Why::ApprovedAndFull { by: By::Trainer, position: 2 };
    assert_eq!(told(&decided), [(1, State::Waitlisted, &why)]);
}

#[test]
fn a_request_is_decided_by_whose_it_is_and_once() {
    let seats = with_terms(seats(1, &[Standing::Requested, ENROLLED]), |terms| terms.approval = Approval::Hr);
    let decided = |id, by| approve(&seats, p(id), by, at(0)).err();
    let not_yours = Some(Refusal::NotYoursToDecide { approval: Approval::Hr });
    assert_eq!(By::ALL.map(|by| decided(1, by)), [not_yours.clone(), not_yours, None, None]);
    // Whether there is something to decide is told first: HR could not help either.
    let nothing = Refusal::NothingToDecide { state: Some(State::Enrolled) };
    assert_eq!(decided(2, By::Trainer), Some(nothing));
    assert_eq!(decided(3, By::Hr), Some(Refusal::NothingToDecide { state: None }));
}

#[test]
fn what_was_requested_while_an_approval_was_needed_is_still_decided_by_staff() {
    let left_over = seats(1, &[Standing::Requested]);
    let refused = approve(&left_over, p(1), By::Oneself, at(0)).unwrap_err();
    assert_eq!(refused, Refusal::NotYoursToDecide { approval: Approval::None });
    assert!(approve(&left_over, p(1), By::Trainer, at(0)).is_ok());
}

#[test]
fn a_request_is_declined_with_a_reason() {
    let seats = with_terms(seats(1, &[Standing::Requested]), |terms| terms.approval = Approval::Hr);
    assert_eq!(decline(&seats, p(1), By::Hr, " \n"), Err(Refusal::ReasonMissing));
    let decided = decline(&seats, p(1), By::Hr, " next spring ").unwrap();
    assert_eq!(decided[0].to, Standing::Declined { by: Some(By::Hr) });
    assert_eq!(decided[0].why, Why::NotApproved { by: By::Hr, reason: "next spring".into() });
}

// What is told, and to programs.

#[test]
fn refusals_are_plain_sentences() {
    let says = |refusal: Refusal, text: &str| assert_eq!(refusal.to_string(), text);
    let until = at(0);
    says(Refusal::NotOpenYet { opens: None }, "enrolment is not open yet");
    says(
        Refusal::NotOpenYet { opens: Some(until) },
        "enrolment is not open yet; it opens at 2027-03-01 09:00 UTC",
    );
    says(Refusal::OfferOver { until }, "the offer was to be accepted before 2027-03-01 09:00 UTC");
    says(Refusal::NoOffer { state: None }, "there is no offer to accept: the person is not in the cohort");
    says(
        Refusal::CapacityUnderHeld { to: 3, enrolled: 4, offered: 1 },
        "3 seats are fewer than are held: 4 by the enrolled and 1 on offer",
    );
    says(
        Refusal::SessionBegun { session: SessionId(5), module: "privacy".into(), starts: until },
        "session 5 (privacy) began at 2027-03-01 09:00 UTC, and the person was enrolled",
    );
}

#[test]
fn terms_are_read_as_they_are_written_and_default_to_open() {
    assert_eq!(serde_json::from_value::<Terms>(json!({})).unwrap(), Terms::default());
    let terms = Terms {
        window: Window { opens: Some(at(0)), closes: None },
        eligible: Eligible::Departments(BTreeSet::from([DepartmentId(3)])),
        capacity: Some(12),
        approval: Approval::Hr,
        freed_seat: FreedSeat::Offer { hours: NonZeroU32::new(48).unwrap() },
    };
    let written = json!({
        "window": { "opens": "2027-03-01T09:00:00", "closes": null },
        "eligible": { "departments": [3] },
        "capacity": 12,
        "approval": "hr",
        "freed_seat": { "offer": { "hours": 48 } },
    });
    assert_eq!(serde_json::to_value(&terms).unwrap(), written);
    assert_eq!(serde_json::from_value::<Terms>(written).unwrap(), terms);
}

#[test]
fn words_are_read_as_they_are_written() {
    for state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Some(state));
        assert_eq!(json!(state), json!(state.as_str()));
    }
    for by in By::ALL {
        assert_eq!(By::parse(by.as_str()), Some(by));
        assert_eq!(json!(by), json!(by.as_str()));
    }
}

#[test]
fn who_takes_part_is_everybody_who_is_not_out() {
    let in_it: Vec<&str> =
        State::ALL.into_iter().filter(|state| !state.is_out()).map(State::as_str).collect();
    assert_eq!(in_it, crate::access::TAKES_PART);
}
