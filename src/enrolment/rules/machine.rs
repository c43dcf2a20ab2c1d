//! Any sequence of wishes, by several people, while time moves: what holds, holds after each step.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::super::{Others, Terms, Window};
use super::invariants::{broken, broken_by};
use super::*;
use crate::platform::ids::{DepartmentId, SessionId};

#[derive(Clone, Debug)]
enum Step {
    Minutes(i64),
    Enrol(Applicant, By),
    Approve(PersonId, By),
    Decline(PersonId, By, &'static str),
    Withdraw(PersonId, By),
    Accept(PersonId),
    Lapse,
    Capacity(Option<u32>),
    /// Terms that move nobody when they change.
    Terms(Window, Eligible, Approval, FreedSeat),
    State(CohortState),
    Close,
}

/// Minutes after the beginning.
fn at(minutes: i64) -> NaiveDateTime {
    let nine = NaiveDate::from_ymd_opt(2027, 3, 1).unwrap().and_hms_opt(9, 0, 0).unwrap();
    nine + TimeDelta::minutes(minutes)
}

fn person() -> impl Strategy<Value = PersonId> {
    (1..9_i64).prop_map(PersonId)
}

fn by() -> impl Strategy<Value = By> {
    prop_oneof![3 => Just(By::Oneself), 4 => prop::sample::select(By::ALL.to_vec())]
}

/// Each person is of one department, under department 1 or not.
fn applicant() -> impl Strategy<Value = Applicant> {
    (person(), prop::bool::weighted(0.2)).prop_map(|(person, invited)| {
        let departments = BTreeSet::from([DepartmentId(person.0 % 2), DepartmentId(person.0 + 10)]);
        Applicant { person, departments, invited }
    })
}

fn capacity() -> impl Strategy<Value = Option<u32>> {
    prop::option::weighted(0.95, 0..6_u32)
}

fn window() -> impl Strategy<Value = Window> {
    let minute = || prop::option::weighted(0.3, (0..600_i64).prop_map(at));
    (minute(), minute()).prop_map(|(opens, closes)| Window { opens, closes })
}

fn eligible() -> impl Strategy<Value = Eligible> {
    prop_oneof![
        4 => Just(Eligible::Everybody),
        1 => Just(Eligible::Departments(BTreeSet::from([DepartmentId(1)]))),
        1 => Just(Eligible::ByInvitation),
    ]
}

fn approval() -> impl Strategy<Value = Approval> {
    prop_oneof![3 => Just(Approval::None), 1 => Just(Approval::Trainer), 1 => Just(Approval::Hr)]
}

fn freed_seat() -> impl Strategy<Value = FreedSeat> {
    let offer =
        (1..4_u32).prop_filter_map("not zero", NonZeroU32::new).prop_map(|hours| FreedSeat::Offer { hours });
    prop_oneof![1 => Just(FreedSeat::AtOnce), 2 => offer]
}

fn step() -> impl Strategy<Value = Step> {
    let live = vec![CohortState::Draft, CohortState::Open, CohortState::Open, CohortState::Running];
    let reason = prop::sample::select(vec!["no room in the rota", " "]);
    prop_oneof![
        60 => (0..90_i64).prop_map(Step::Minutes),
        120 => (applicant(), by()).prop_map(|(applicant, by)| Step::Enrol(applicant, by)),
        30 => (person(), by()).prop_map(|(person, by)| Step::Approve(person, by)),
        15 => (person(), by(), reason).prop_map(|(person, by, reason)| Step::Decline(person, by, reason)),
        50 => (person(), by()).prop_map(|(person, by)| Step::Withdraw(person, by)),
        40 => person().prop_map(Step::Accept),
        20 => Just(Step::Lapse),
        25 => capacity().prop_map(Step::Capacity),
        10 => (window(), eligible(), approval(), freed_seat()).prop_map(|(w, e, a, f)| Step::Terms(w, e, a, f)),
        6 => prop::sample::select(live).prop_map(Step::State),
        1 => Just(Step::Close),
    ]
}

/// An empty cohort, with two sessions to come.
fn start() -> impl Strategy<Value = Seats> {
    let terms = (window(), eligible(), capacity(), approval(), freed_seat()).prop_map(
        |(window, eligible, capacity, approval, freed_seat)| Terms {
            window,
            eligible,
            capacity,
            approval,
            freed_seat,
        },
    );
    let session =
        |id, starts| SessionStart { starts, session: SessionId(id), module: format!("module-{id}") };
    terms.prop_map(move |terms| Seats {
        terms,
        cohort: CohortState::Open,
        people: BTreeMap::new(),
        others: Others::default(),
        sessions: vec![session(2, at(1_500)), session(1, at(700))],
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..80)
}

fn decide(seats: &Seats, step: &Step, now: NaiveDateTime) -> Decision {
    match step {
        Step::Enrol(applicant, by) => enrol(seats, applicant, *by, now),
        Step::Approve(person, by) => approve(seats, *person, *by, now),
        Step::Decline(person, by, reason) => decline(seats, *person, *by, reason),
        Step::Withdraw(person, by) => withdraw(seats, *person, *by, now),
        Step::Accept(person) => accept(seats, *person, now),
        Step::Lapse => Ok(lapse(seats, now)),
        Step::Capacity(to) => change_capacity(seats, *to, now),
        Step::Close => Ok(close(seats)),
        Step::Minutes(_) | Step::Terms(..) | Step::State(_) => Ok(Vec::new()),
    }
}

/// What the caller stores beside the transitions.
fn store(seats: &mut Seats, step: &Step) {
    let is_over = seats.cohort == CohortState::Closed;
    match step.clone() {
        Step::Capacity(to) => seats.terms.capacity = to,
        Step::Terms(window, eligible, approval, freed_seat) => {
            seats.terms = Terms { window, eligible, approval, freed_seat, ..seats.terms.clone() };
        }
        Step::State(state) if !is_over => seats.cohort = state,
        Step::Close => seats.cohort = CohortState::Closed,
        _ => {}
    }
}

/// The line as those in it see it: by what they were told, and not by turns.
#[derive(Default)]
struct Line(Vec<PersonId>);

impl Line {
    fn follow(&mut self, transition: &Transition) {
        let person = transition.person;
        let place = self.0.iter().position(|waiting| *waiting == person);
        assert_eq!(place.is_some(), transition.from == Some(State::Waitlisted));
        if let Some(place) = place {
            assert!(place == 0 || !transition.to.state().holds_seat(), "{person} was not next in line");
            self.0.remove(place);
        }
        if transition.to.state() == State::Waitlisted {
            self.0.push(person);
        }
        if let Why::CohortFull { position } | Why::ApprovedAndFull { position, .. } = transition.why {
            assert_eq!(seats::count(self.0.len()), position);
        }
    }
}

/// Runs the steps, checks what holds after each of them, and says what was decided.
fn run(start: &Seats, steps: &[Step]) -> Vec<Decision> {
    let (mut seats, mut now, mut line) = (start.clone(), at(0), Line::default());
    let mut decided = Vec::new();
    for step in steps {
        if let Step::Minutes(minutes) = step {
            now += TimeDelta::minutes(*minutes);
        }
        let decision = decide(&seats, step, now);
        let mut after = seats.clone();
        if let Ok(transitions) = &decision {
            after.apply(transitions);
            store(&mut after, step);
            transitions.iter().for_each(|transition| line.follow(transition));
        }
        check(&seats, step, decision.as_deref().unwrap_or_default(), &after, now);
        assert_eq!(line.0, after.line().into_iter().map(|(_, person)| person).collect::<Vec<_>>());
        seats = after;
        decided.push(decision);
    }
    decided
}

fn check(before: &Seats, step: &Step, transitions: &[Transition], after: &Seats, now: NaiveDateTime) {
    assert_eq!(broken_by(before, transitions, after), [], "{step:?}\n{transitions:#?}");
    let is_overdue = |s: &Standing| matches!(s, Standing::Offered { until } if *until <= now);
    match step {
        Step::Lapse => assert!(!after.people.values().any(is_overdue)),
        Step::Close => assert_eq!(after.in_state(State::Requested) + after.in_state(State::Offered), 0),
        _ => {}
    }
    if after.cohort == CohortState::Closed {
        assert_eq!(after.in_state(State::Waitlisted), 0);
    }
}

/// The same seats, with as few people as a decision needs that is about these, and by which no seat comes free.
fn lean(seats: &Seats, about: &[PersonId]) -> Seats {
    let mut lean = seats.clone();
    lean.people.retain(|person, _| about.contains(person));
    let first = lean.line().first().map_or(i64::MAX, |(turn, _)| *turn);
    for (person, standing) in &seats.people {
        match standing {
            _ if lean.people.contains_key(person) => {}
            Standing::Waitlisted { turn } if *turn < first => {
                lean.others.waiting += 1;
                lean.others.last_turn = lean.others.last_turn.max(*turn);
            }
            // Between two whom it is about.
            Standing::Waitlisted { .. } if about.len() > 1 => drop(lean.people.insert(*person, *standing)),
            _ if standing.state().holds_seat() => lean.others.holding += 1,
            _ => {}
        }
    }
    if lean.others.waiting > 0 {
        lean.others.holding = 0;
    }
    lean
}

/// The same, where a seat may come free.
fn lean_with_line(seats: &Seats, person: PersonId) -> Seats {
    let mut lean = seats.clone();
    lean.people.retain(|listed, standing| *listed == person || standing.state() != State::Enrolled);
    lean.others.holding += seats::count(seats.people.len() - lean.people.len());
    lean
}

fn moments() -> impl Strategy<Value = NaiveDateTime> {
    prop_oneof![
        4 => (0..600_i64).prop_map(at),
        1 => Just(NaiveDateTime::MIN),
        1 => Just(NaiveDateTime::MAX),
    ]
}

fn standing() -> impl Strategy<Value = Standing> {
    let turn = prop_oneof![0..9_i64, Just(i64::MIN), Just(i64::MAX)];
    prop_oneof![
        Just(Standing::Requested),
        moments().prop_map(|until| Standing::Offered { until }),
        moments().prop_map(|since| Standing::Enrolled { since }),
        turn.prop_map(|turn| Standing::Waitlisted { turn }),
        prop::option::of(by()).prop_map(|by| Standing::Declined { by }),
        prop::option::of(by()).prop_map(|by| Standing::Withdrawn { by }),
    ]
}

/// Seats as no sequence of decisions leaves them: overbooked, with empty ones before a line, at the ends of numbers.
fn disorder() -> impl Strategy<Value = Seats> {
    let people = prop::collection::btree_map(person(), standing(), 0..9);
    let hours = prop_oneof![Just(NonZeroU32::MIN), Just(NonZeroU32::MAX)];
    let others = prop_oneof![0..4_u32, Just(u32::MAX)];
    let state = prop::sample::select(CohortState::ALL.to_vec());
    (start(), people, hours, others, state).prop_map(|(mut seats, people, hours, holding, cohort)| {
        if seats.terms.freed_seat != FreedSeat::AtOnce {
            seats.terms.freed_seat = FreedSeat::Offer { hours };
        }
        let others = Others { holding, ..Others::default() };
        Seats { people, others, cohort, ..seats }
    })
}

proptest! {
    #[test]
    fn what_holds_holds_after_each_step_and_a_replay_is_the_same(start in start(), steps in steps()) {
        prop_assert_eq!(run(&start, &steps), run(&start, &steps));
    }

    #[test]
    fn people_whom_a_decision_is_not_about_need_not_be_listed(start in start(), steps in steps()) {
        let (mut seats, mut now) = (start, at(0));
        for step in &steps {
            let decision = decide(&seats, step, now);
            let lean = match step {
                Step::Enrol(Applicant { person, .. }, _)
                | Step::Approve(person, _)
                | Step::Decline(person, ..)
                | Step::Accept(person) => lean(&seats, &[*person]),
                Step::Withdraw(person, _) => lean_with_line(&seats, *person),
                _ => lean_with_line(&seats, PersonId(0)),
            };
            if let Step::Minutes(minutes) = step {
                now += TimeDelta::minutes(*minutes);
            }
            prop_assert_eq!(&decide(&lean, step, now), &decision);
            if let Ok(transitions) = decision {
                seats.apply(&transitions);
                store(&mut seats, step);
            }
        }
    }

    #[test]
    fn many_at_once_are_many_one_by_one(
        start in start(),
        steps in steps(),
        applicants in prop::collection::vec(applicant(), 0..12),
    ) {
        let mut seats = start;
        for step in &steps {
            if let Ok(transitions) = decide(&seats, step, at(0)) {
                seats.apply(&transitions);
                store(&mut seats, step);
            }
        }
        let about: Vec<PersonId> = applicants.iter().map(|applicant| applicant.person).collect();
        let decided = enrol_many(&seats, &applicants, By::Hr, at(0));
        prop_assert_eq!(&enrol_many(&lean(&seats, &about), &applicants, By::Hr, at(0)), &decided);
        for (person, decided) in decided {
            let applicant = applicants.iter().find(|applicant| applicant.person == person).unwrap();
            prop_assert_eq!(&decided, &enrol(&seats, applicant, By::Hr, at(0)));
            let before = seats.clone();
            let transitions = decided.unwrap_or_default();
            seats.apply(&transitions);
            prop_assert_eq!(broken_by(&before, &transitions, &seats), []);
        }
    }

    #[test]
    fn no_disorder_panics_and_a_lapse_ends_it(seats in disorder(), step in step(), now in moments()) {
        let _ = decide(&seats, &step, now);
        let mut after = seats.clone();
        after.apply(&lapse(&seats, now));
        let is_over = matches!(seats.cohort, CohortState::Closed | CohortState::Archived);
        let empty = broken(&after).into_iter().find(|b| matches!(b, invariants::Broken::EmptySeat { .. }));
        prop_assert!(is_over || empty.is_none(), "{:?}", empty);
    }
}

/// That the steps above reach all there is to decide, so that what holds after them says something.
#[test]
fn every_reason_and_every_refusal_is_reached() {
    let mut runner = TestRunner::deterministic();
    let (mut reasons, mut refusals) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..400 {
        let (start, steps) = (start(), steps()).new_tree(&mut runner).unwrap().current();
        for decision in run(&start, &steps) {
            match decision {
                Ok(transitions) => reasons.extend(transitions.into_iter().map(|t| {
                    assert_eq!(serde_json::to_value(&t.why).unwrap()["code"], t.why.code());
                    t.why.code()
                })),
                Err(refusal) => {
                    assert_eq!(serde_json::to_value(&refusal).unwrap()["code"], refusal.code());
                    refusals.insert(refusal.code());
                }
            }
        }
    }
    let listed = |words: &str| words.split_whitespace().map(str::to_owned).collect::<BTreeSet<String>>();
    let reached = |codes: BTreeSet<&str>| codes.into_iter().map(str::to_owned).collect::<BTreeSet<String>>();
    let all_reasons = "approved approved-and-full cohort-closed cohort-full left needs-approval next-in-line \
                       not-approved offer-accepted offer-over seat-free seat-offered";
    let all_refusals = "already-enrolled already-offered already-requested already-waitlisted by-invitation \
                        capacity-under-held cohort-over no-offer not-eligible not-in-cohort not-open-yet \
                        not-yours-to-decide nothing-to-decide offer-over reason-missing session-begun \
                        turned-away window-closed";
    assert_eq!(reached(reasons), listed(all_reasons));
    assert_eq!(reached(refusals), listed(all_refusals));
}
