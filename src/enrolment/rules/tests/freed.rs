//! A seat that comes free, another capacity, and the closing.

use super::*;

const BY_WITHDRAWAL: Why = Why::NextInLine { freed: Freed::Withdrawal };

#[test]
fn a_freed_seat_goes_to_the_next_in_line_in_the_same_decision() {
    let seats = seats(1, &[ENROLLED, waitlisted(9), waitlisted(2)]);
    let decided = withdraw(&seats, p(1), By::Oneself, at(0)).unwrap();
    let left = Why::Left { by: By::Oneself };
    assert_eq!(told(&decided), [(1, State::Withdrawn, &left), (3, State::Enrolled, &BY_WITHDRAWAL)]);
}

#[test]
fn it_also_goes_on_after_the_window_has_closed() {
    let late = with_terms(seats(1, &[ENROLLED, waitlisted(1)]), |terms| terms.window.closes = Some(at(0)));
    assert_eq!(withdraw(&late, p(1), By::Oneself, at(9)).unwrap().len(), 2);
}

#[test]
fn a_freed_seat_may_be_offered_and_accepted_until_just_before_the_end() {
    let mut seats = with_offers(seats(1, &[ENROLLED, waitlisted(1)]));
    let decided = withdraw(&seats, p(1), By::Hr, at(0)).unwrap();
    let until = at(48 * 60);
    let offer = Why::SeatOffered { freed: Freed::Withdrawal, until };
    assert_eq!(told(&decided)[1], (2, State::Offered, &offer));
    seats.apply(&decided);
    assert_eq!(accept(&seats, p(2), until), Err(Refusal::OfferOver { until }));
    let just_before = until - TimeDelta::milliseconds(1);
    assert_eq!(lapse(&seats, just_before), []);
    let accepted = accept(&seats, p(2), just_before).unwrap();
    assert_eq!(accepted[0].to, Standing::Enrolled { since: just_before });
    seats.apply(&accepted);
    let twice = Refusal::NoOffer { state: Some(State::Enrolled) };
    assert_eq!(accept(&seats, p(2), just_before), Err(twice));
}

#[test]
fn offers_that_are_over_go_to_the_next_and_not_to_the_same_again() {
    let offered = Standing::Offered { until: at(60) };
    let mut seats = with_offers(seats(2, &[offered, offered, waitlisted(1)]));
    let decided = lapse(&seats, at(60));
    let over = Why::OfferOver { until: at(60) };
    let next = Why::SeatOffered { freed: Freed::OfferOver, until: at(60 + 48 * 60) };
    let expected = [(1, State::Withdrawn, &over), (2, State::Withdrawn, &over), (3, State::Offered, &next)];
    assert_eq!(told(&decided), expected);
    seats.apply(&decided);
    assert_eq!(lapse(&seats, at(60)), []);
    // Whoever let it go by may come again.
    assert!(enrol(&seats, &applicant(1), By::Oneself, at(61)).is_ok());
}

#[test]
fn an_offer_is_turned_down_by_withdrawing() {
    let seats = with_offers(seats(1, &[Standing::Offered { until: at(60) }, waitlisted(1)]));
    let decided = withdraw(&seats, p(1), By::Oneself, at(0)).unwrap();
    assert_eq!(told(&decided)[1].1, State::Offered);
}

#[test]
fn whoever_only_waits_frees_no_seat() {
    let seats = seats(1, &[ENROLLED, waitlisted(1), waitlisted(2), Standing::Requested]);
    for id in [2, 4] {
        assert_eq!(withdraw(&seats, p(id), By::Oneself, at(0)).unwrap().len(), 1);
    }
}

#[test]
fn whoever_is_not_in_the_cohort_cannot_leave_it() {
    let seats = seats(1, &[Standing::Withdrawn { by: Some(By::Oneself) }]);
    let refused = |id| withdraw(&seats, p(id), By::Oneself, at(0)).unwrap_err();
    assert_eq!(refused(1), Refusal::NotInCohort { state: Some(State::Withdrawn) });
    assert_eq!(refused(2), Refusal::NotInCohort { state: None });
}

#[test]
fn nobody_leaves_a_session_that_has_begun() {
    let session = |id, starts| SessionStart { starts, session: SessionId(id), module: "privacy".into() };
    let people = [
        Standing::Enrolled { since: at(0) },
        Standing::Enrolled { since: at(31) },
        Standing::Offered { until: at(600) },
    ];
    let seats = Seats { sessions: vec![session(6, at(60)), session(5, at(30))], ..seats(3, &people) };
    let refused = |id, minute| withdraw(&seats, p(id), By::Trainer, at(minute)).err();
    assert_eq!(refused(1, 29), None);
    let first = Refusal::SessionBegun { session: SessionId(5), module: "privacy".into(), starts: at(30) };
    assert_eq!(refused(1, 30), Some(first.clone()));
    assert_eq!(refused(1, 90), Some(first));
    // Who came between the two may leave until the second; who holds an offer, at any time.
    assert_eq!(refused(2, 59), None);
    assert!(matches!(refused(2, 60), Some(Refusal::SessionBegun { session: SessionId(6), .. })));
    assert_eq!(refused(3, 90), None);
}

// Capacity and closing.

#[test]
fn more_seats_seat_several_at_once_in_their_order() {
    let seats = seats(1, &[ENROLLED, waitlisted(3), waitlisted(1), waitlisted(2)]);
    let decided = change_capacity(&seats, Some(3), at(0)).unwrap();
    let why = Why::NextInLine { freed: Freed::CapacityRaised { to: Some(3) } };
    assert_eq!(told(&decided), [(3, State::Enrolled, &why), (4, State::Enrolled, &why)]);
    assert_eq!(change_capacity(&seats, None, at(0)).unwrap().len(), 3);
}

#[test]
fn fewer_seats_than_are_held_are_refused_with_how_many_hold_one() {
    let people = [ENROLLED, Standing::Offered { until: at(60) }, Standing::Requested];
    let seats = Seats { others: Others { holding: 4, ..Others::default() }, ..seats(9, &people) };
    let refused = Refusal::CapacityUnderHeld { to: 5, enrolled: 5, offered: 1 };
    assert_eq!(change_capacity(&seats, Some(5), at(0)), Err(refused));
    assert_eq!(change_capacity(&seats, Some(6), at(0)), Ok(Vec::new()));
}

#[test]
fn closing_tells_everybody_who_has_no_seat_for_good() {
    let until = at(60);
    let seats = seats(2, &[ENROLLED, Standing::Offered { until }, waitlisted(1), Standing::Requested]);
    let decided = close(&seats);
    let [offered, waited, asked] =
        [State::Offered, State::Waitlisted, State::Requested].map(|was| Why::CohortClosed { was });
    let out = |id, why| (id, State::Declined, why);
    assert_eq!(told(&decided), [out(2, &offered), out(3, &waited), out(4, &asked)]);
    let mut closed = Seats { cohort: CohortState::Closed, ..seats };
    closed.apply(&decided);
    assert_eq!(close(&closed), []);
    let over = Refusal::CohortOver { state: CohortState::Closed };
    assert_eq!(withdraw(&closed, p(1), By::Oneself, at(0)), Err(over.clone()));
    assert_eq!(approve(&closed, p(4), By::Hr, at(0)), Err(over.clone()));
    assert_eq!(accept(&closed, p(2), at(0)), Err(over.clone()));
    assert_eq!(change_capacity(&closed, None, at(0)), Err(over));
}
