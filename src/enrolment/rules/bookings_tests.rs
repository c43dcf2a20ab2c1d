use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;

use super::*;

fn at(minutes: i64) -> NaiveDateTime {
    let nine = NaiveDate::from_ymd_opt(2027, 3, 1).unwrap().and_hms_opt(9, 0, 0).unwrap();
    nine + TimeDelta::minutes(minutes)
}

fn place(session: i64, mode: Mode) -> Booking {
    Booking { session: SessionId(session), mode }
}

const ROOM: Mode = Mode::InPerson;
const ONLINE: Mode = Mode::Online;
const ENROLLED: Option<State> = Some(State::Enrolled);

/// They take five minutes: session 1 at 9:10 is hybrid, session 2 at 9:20 online without a limit, session 3 at 9:30 in a room.
fn module() -> ModuleBookings {
    let session = |starts, places: &[(Mode, Option<u32>)]| BookableSession {
        starts,
        ends: starts + TimeDelta::minutes(5),
        places: places.iter().copied().collect(),
    };
    let sessions = BTreeMap::from([
        (SessionId(1), session(at(10), &[(ROOM, Some(1)), (ONLINE, Some(2))])),
        (SessionId(2), session(at(20), &[(ONLINE, None)])),
        (SessionId(3), session(at(30), &[(ROOM, Some(1))])),
    ]);
    ModuleBookings { sessions, bookings: BTreeMap::new() }
}

fn booked(bookings: &[(i64, Booking)]) -> ModuleBookings {
    let bookings = bookings.iter().map(|(id, place)| (PersonId(*id), *place)).collect();
    ModuleBookings { bookings, ..module() }
}

fn book_for(module: &ModuleBookings, id: i64, wish: Booking, minute: i64) -> Result<BookingChange, Refusal> {
    book(module, enrolled(PersonId(id)), wish, at(minute))
}

fn enrolled(person: PersonId) -> Booker {
    Booker { person, state: ENROLLED, attended: None }
}

#[test]
fn each_kind_of_place_has_a_limit_of_its_own() {
    let module = booked(&[(1, place(1, ROOM))]);
    let wish = place(1, ROOM);
    let left = vec![place(1, ONLINE), place(2, ONLINE), place(3, ROOM)];
    let full = Refusal::SessionFull { wish, capacity: 1, left };
    assert_eq!(
        full.to_string(),
        "session 1 has 1 in-person places, and all are taken; places are left in session 1 (online), session 2 \
         (online), session 3 (in-person)"
    );
    assert_eq!(book_for(&module, 2, wish, 0), Err(full));
    let online = BookingChange { person: PersonId(2), from: None, to: Some(place(1, ONLINE)) };
    assert_eq!(book_for(&module, 2, place(1, ONLINE), 0), Ok(online));
}

#[test]
fn another_booking_moves_the_first_and_a_refused_one_leaves_it() {
    let mut module = booked(&[(1, place(1, ROOM)), (2, place(2, ONLINE))]);
    assert!(matches!(book_for(&module, 2, place(1, ROOM), 0), Err(Refusal::SessionFull { .. })));
    let moved = book_for(&module, 1, place(3, ROOM), 0).unwrap();
    assert_eq!((moved.from, moved.to), (Some(place(1, ROOM)), Some(place(3, ROOM))));
    module.apply(&moved);
    assert!(book_for(&module, 2, place(1, ROOM), 0).is_ok());
    assert_eq!(book_for(&module, 1, place(3, ROOM), 0), Err(Refusal::AlreadyBooked));
}

#[test]
fn only_the_enrolled_book() {
    for state in State::ALL.map(Some).into_iter().chain([None]).filter(|state| *state != ENROLLED) {
        let booker = Booker { state, ..enrolled(PersonId(1)) };
        let refused = book(&module(), booker, place(1, ROOM), at(0));
        assert_eq!(refused, Err(Refusal::NotEnrolled { state }));
    }
}

#[test]
fn what_is_not_there_is_refused_with_what_is() {
    let sessions = vec![SessionId(1), SessionId(2), SessionId(3)];
    let unknown = Refusal::UnknownSession { session: SessionId(9), sessions };
    assert_eq!(book_for(&module(), 1, place(9, ROOM), 0), Err(unknown));
    let none = Refusal::ModeNotOffered { wish: place(2, ROOM), offered: vec![ONLINE] };
    assert_eq!(book_for(&module(), 1, place(2, ROOM), 0), Err(none));
}

#[test]
fn a_session_that_has_begun_is_neither_booked_nor_left() {
    let begun = Refusal::SessionBegun { session: SessionId(1), starts: at(10) };
    assert_eq!(book_for(&module(), 1, place(1, ROOM), 10), Err(begun.clone()));
    let module = booked(&[(1, place(1, ROOM))]);
    assert_eq!(book_for(&module, 1, place(2, ONLINE), 10), Err(begun.clone()));
    assert_eq!(cancel(&module, PersonId(1), at(10)), Err(begun));
    assert!(cancel(&module, PersonId(1), at(9)).is_ok());
    // It is not among the places that are left, and whoever withdraws from the cohort gives it up all the same.
    assert_eq!(module.left(at(10)), [place(2, ONLINE), place(3, ROOM)]);
    assert!(release(&module, PersonId(1)).is_some());
}

#[test]
fn whoever_missed_the_session_that_they_booked_books_another_when_it_is_over() {
    let module = booked(&[(1, place(1, ROOM))]);
    assert!(matches!(book_for(&module, 1, place(2, ONLINE), 14), Err(Refusal::SessionBegun { .. })));
    assert!(!module.may_choose(PersonId(1), at(14)));
    let moved = BookingChange { person: PersonId(1), from: Some(place(1, ROOM)), to: Some(place(2, ONLINE)) };
    assert_eq!(book_for(&module, 1, place(2, ONLINE), 15), Ok(moved));
    assert!(module.may_choose(PersonId(1), at(15)));
    // What was missed is not given up any more: it took place.
    assert!(matches!(cancel(&module, PersonId(1), at(15)), Err(Refusal::SessionBegun { .. })));
}

#[test]
fn whoever_attended_the_module_takes_no_other_place() {
    let attended = Booker { attended: Some(SessionId(1)), ..enrolled(PersonId(1)) };
    for module in [module(), booked(&[(1, place(1, ROOM))])] {
        let refused = book(&module, attended, place(2, ONLINE), at(15));
        assert_eq!(refused, Err(Refusal::ModuleAttended { session: SessionId(1) }));
    }
    // Whoever asks for what they have keeps it.
    let has = booked(&[(1, place(1, ROOM))]);
    assert_eq!(book(&has, attended, place(1, ROOM), at(15)), Err(Refusal::AlreadyBooked));
}

#[test]
fn a_booking_of_a_session_that_was_taken_away_keeps_nobody() {
    let module = booked(&[(1, place(9, ROOM))]);
    assert!(book_for(&module, 1, place(1, ROOM), 0).is_ok());
    assert!(cancel(&module, PersonId(1), at(0)).is_ok());
}

#[test]
fn nothing_booked_is_nothing_to_cancel() {
    assert_eq!(cancel(&module(), PersonId(1), at(0)), Err(Refusal::NothingBooked));
}

#[test]
fn modes_are_read_as_they_are_written() {
    for mode in Mode::ALL {
        assert_eq!(Mode::parse(mode.as_str()), Some(mode));
        assert_eq!(serde_json::json!(mode), serde_json::json!(mode.as_str()));
    }
}

fn check(module: &ModuleBookings) {
    for (id, session) in &module.sessions {
        for (mode, limit) in &session.places {
            let taken = module.booked(Booking { session: *id, mode: *mode });
            assert!(limit.is_none_or(|limit| taken <= limit), "session {id} {mode:?}: {taken}");
        }
    }
    for booking in module.bookings.values() {
        assert!(module.sessions[&booking.session].places.contains_key(&booking.mode));
    }
}

proptest! {
    #[test]
    fn no_sequence_overbooks_a_session(
        steps in prop::collection::vec((1..6_i64, 1..5_i64, any::<bool>(), 0..4_u8, 0..3_i64), 1..60),
    ) {
        let (mut module, mut minute) = (module(), 0);
        for (person, session, in_room, what, minutes) in steps {
            minute += minutes;
            let person = PersonId(person);
            let wish = place(session, if in_room { ROOM } else { ONLINE });
            let before = module.clone();
            let decided = match what {
                0 => cancel(&module, person, at(minute)),
                _ => book(&module, enrolled(person), wish, at(minute)),
            };
            match decided {
                Ok(change) => {
                    prop_assert_eq!(change.from, before.bookings.get(&person).copied());
                    module.apply(&change);
                    prop_assert_eq!(module.bookings.get(&person).copied(), change.to);
                }
                Err(Refusal::SessionFull { left, .. }) => {
                    for place in left {
                        let mut newcomer = before.clone();
                        newcomer.bookings.remove(&person);
                        prop_assert!(book(&newcomer, enrolled(person), place, at(minute)).is_ok());
                    }
                }
                Err(refusal) => {
                    let json = serde_json::to_value(&refusal).unwrap();
                    prop_assert_eq!(json["code"].as_str(), Some(refusal.code()));
                }
            }
            check(&module);
        }
    }
}
