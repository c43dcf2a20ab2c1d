//! Signing in and going on, passwords and their resets, the first link of an installation.

use std::thread;

use chrono::Duration;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use rights_academy::access::Role;
use rights_academy::identity::EndedBy;
use rights_academy::identity::service::{founding, own_account, resets, sign_ins};

use super::house::{House, OTHER, PASSWORD, at_once, refusal};
use crate::support::accounts::{organisation, signed_in};
use crate::support::databases::{on_both, platform};
use crate::support::wait_until;

on_both! {
    fn an_address_signs_in_however_it_is_written_and_no_look_alike_does(db: TestDb) {
        let house = House::new(db);
        house.account("klara@tirana.example");
        for same in ["klara@tirana.example", "Klara@Tirana.Example", "KLARA@TIRANA.EXAMPLE", " klara@tirana.example\n"] {
            assert!(house.signs_in(same, PASSWORD), "{same:?}");
        }
        // A Cyrillic a, the Kelvin sign, a full-width k, a soft hyphen, an accent, a NUL, another address, none.
        for alike in [
            "kl\u{430}ra@tirana.example", "\u{212a}lara@tirana.example", "\u{ff4b}lara@tirana.example",
            "kla\u{ad}ra@tirana.example", "klar\u{e1}@tirana.example", "klara@tirana.example\0",
            "klara@tirana.example.", "", "%@tirana.example", "klara@tiran_.example",
        ] {
            assert!(!house.signs_in(alike, PASSWORD), "{alike:?}");
        }
        for wrong in ["", OTHER, "A sentence that is long enough", "a sentence that is long enough ", "\0"] {
            assert!(!house.signs_in("klara@tirana.example", wrong), "{wrong:?}");
        }
    }

    fn a_refresh_token_is_for_one_use_and_a_second_ends_the_family(db: TestDb) {
        let house = House::new(db);
        let account = house.member("arta@tirana.example", &[Role::Learner]);
        let (first, beside) = (house.begin(account), house.begin(account));
        let second = house.refresh(first.refresh.expose()).unwrap();
        let third = house.refresh(second.refresh.expose()).unwrap();
        assert_eq!((second.sign_in, third.sign_in), (first.sign_in, first.sign_in));
        assert!(house.caller(third.access.token.expose()).is_some());
        // Whoever kept the first one is not its owner, or the owner of the third is not.
        assert!(house.refresh(first.refresh.expose()).is_none());
        for over in [&first, &second, &third] {
            assert!(house.refresh(over.refresh.expose()).is_none());
            assert!(house.caller(over.access.token.expose()).is_none());
        }
        assert_eq!(house.db.count("sign_ins WHERE ended_by = 'replayed-token'"), 1);
        assert!(house.refresh(beside.refresh.expose()).is_some(), "another sign-in goes on");
        for nothing in ["", "rr_", "x", beside.access.token.expose()] {
            assert!(house.refresh(nothing).is_none());
        }
    }

    fn of_two_that_refresh_at_once_one_goes_on_and_the_family_ends(db: TestDb) {
        let house = House::new(db);
        let account = house.member("arta@tirana.example", &[Role::Learner]);
        for _ in 0..8 {
            let begun = house.begin(account);
            let token = begun.refresh.expose();
            let turned = at_once(|| house.refresh(token), || house.refresh(token));
            let won: Vec<_> = turned.into_iter().flatten().collect();
            assert_eq!(won.len(), 1);
            assert!(house.refresh(won[0].refresh.expose()).is_none());
            assert!(house.caller(won[0].access.token.expose()).is_none());
        }
        assert_eq!(house.db.count("sign_ins WHERE ended_by = 'replayed-token'"), 8);
        assert_eq!(house.db.count("sign_ins WHERE ended_at IS NULL"), 0);
    }

    fn a_sign_in_ends_by_itself(db: TestDb) {
        let house = House::new(db);
        let account = house.member("arta@tirana.example", &[Role::Learner]);
        let clock = &house.platform.clock;
        let begun = house.begin(account);
        let cookie = sign_ins::begin_browser(&house.platform, account, "Firefox").unwrap();
        assert!(house.caller_by_cookie(cookie.expose()).is_some());
        // A clock may be five seconds off.
        clock.advance(Duration::minutes(10) + Duration::seconds(5));
        assert!(house.caller(begun.access.token.expose()).is_none(), "ten minutes");
        clock.advance(sign_ins::BROWSER_LIFETIME - Duration::minutes(10) - Duration::seconds(5));
        assert!(house.caller_by_cookie(cookie.expose()).is_none(), "a day at work");

        // Used every week it goes on, and not over its end.
        let mut refresh = begun.refresh.expose().clone();
        for _ in 0..12 {
            clock.advance(Duration::days(7));
            refresh = house.refresh(&refresh).unwrap().refresh.expose().clone();
        }
        clock.advance(Duration::days(6));
        assert!(house.refresh(&refresh).is_none());
        let late = house.tokens.issue(account, begun.sign_in).unwrap();
        assert!(house.caller(late.token.expose()).is_none(), "a good token of a sign-in that is over");

        let unused = house.begin(account);
        clock.advance(Duration::days(14));
        assert!(house.refresh(unused.refresh.expose()).is_none(), "not used for two weeks");
    }

    fn a_sign_in_is_ended_at_once_by_its_account_alone(db: TestDb) {
        let house = House::new(db);
        let (arta, elira) = (house.account("arta@tirana.example"), house.account("elira@tirana.example"));
        let begun = house.begin(arta);
        let end = |account| sign_ins::end(&house.platform, account, begun.sign_in, EndedBy::Ended);
        assert_eq!(refusal(end(elira)), "no sign-in");
        assert!(house.caller(begun.access.token.expose()).is_some());
        end(arta).unwrap();
        assert!(house.caller(begun.access.token.expose()).is_none());
        assert!(house.refresh(begun.refresh.expose()).is_none());
        assert_eq!(refusal(end(arta)), "no sign-in");
        assert!(sign_ins::list(&house.platform, arta).unwrap().is_empty());
    }

    fn another_password_ends_the_other_sign_ins(db: TestDb) {
        let house = House::new(db);
        let account = house.account("arta@tirana.example");
        let (here, there) = (house.begin(account), house.begin(account));
        let link = house.asks_for_a_reset("arta@tirana.example").pop().unwrap();
        let change = |current| {
            own_account::change_password(&house.platform, account, Some(here.sign_in), current, OTHER)
        };
        assert_eq!(refusal(change("not it, whatever it is")), "wrong-password");
        assert!(house.caller(there.access.token.expose()).is_some());
        change(PASSWORD).unwrap();
        assert!(house.caller(here.access.token.expose()).is_some());
        assert!(house.caller(there.access.token.expose()).is_none());
        assert!(house.refresh(there.refresh.expose()).is_none());
        assert!(!house.signs_in("arta@tirana.example", PASSWORD) && house.signs_in("arta@tirana.example", OTHER));
        assert_eq!(refusal(resets::choose(&house.platform, &link, PASSWORD)), "no password reset");
    }

    fn a_reset_is_for_an_hour_and_for_one_use(db: TestDb) {
        let house = House::new(db);
        let account = house.account("arta@tirana.example");
        let begun = house.begin(account);
        let reset = |link: &str| resets::choose(&house.platform, link, OTHER);
        let yesterdays = house.asks_for_a_reset("Arta@Tirana.Example").pop().unwrap();
        house.platform.clock.advance(Duration::hours(1));
        assert_eq!(refusal(reset(&yesterdays)), "no password reset");

        let begun_later = house.begin(account);
        let (link, newer) = (house.asks_for_a_reset("arta@tirana.example"), house.asks_for_a_reset("arta@tirana.example"));
        assert_eq!(refusal(resets::choose(&house.platform, &link[0], "too short")), "password-too-short");
        reset(&link[0]).unwrap();
        assert!(house.signs_in("arta@tirana.example", OTHER));
        for over in [&link[0], &newer[0]] {
            assert_eq!(refusal(resets::choose(&house.platform, over, PASSWORD)), "no password reset");
        }
        for sign_in in [&begun, &begun_later] {
            assert!(house.refresh(sign_in.refresh.expose()).is_none(), "all sign-ins are ended");
        }
        assert_eq!(house.asks_for_a_reset("nobody@tirana.example"), [""; 0]);
        assert_eq!(house.asks_for_a_reset("\u{430}rta@tirana.example"), [""; 0]);
        for nothing in ["", "rp_x", "x"] {
            assert_eq!(refusal(reset(nothing)), "no password reset");
        }
    }

    fn of_two_that_use_a_reset_at_once_one_chooses_the_password(db: TestDb) {
        let house = House::new(db);
        house.account("arta@tirana.example");
        let link = house.asks_for_a_reset("arta@tirana.example").pop().unwrap();
        let choose = |password| resets::choose(&house.platform, &link, password);
        // PostgreSQL's writers would meet only by chance: both are let go once both have found the link unused.
        let mut held = house.db.is_postgres().then(|| PgConnection::establish(house.db.url()).unwrap());
        if let Some(held) = &mut held {
            held.batch_execute("BEGIN; SELECT * FROM password_resets FOR UPDATE").unwrap();
        }
        let chosen = thread::scope(|scope| {
            let threads = [PASSWORD, OTHER].map(|password| scope.spawn(move || choose(password)));
            if let Some(held) = &mut held {
                let waiting = "pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
                wait_until("both wait", || house.db.count(waiting) == 2);
                held.batch_execute("COMMIT").unwrap();
            }
            threads.map(|thread| thread.join().unwrap())
        });
        assert_eq!(chosen.iter().filter(|chosen| chosen.is_ok()).count(), 1);
        let winner = if chosen[0].is_ok() { PASSWORD } else { OTHER };
        assert!(house.signs_in("arta@tirana.example", winner));
        assert_eq!(chosen.into_iter().filter(Result::is_err).map(refusal).collect::<Vec<_>>(), ["no password reset"]);
    }

    fn a_disabled_account_is_nobodys(db: TestDb) {
        let house = House::new(db);
        let account = house.member("arta@tirana.example", &[Role::Administrator]);
        let begun = house.begin(account);
        let (_, token) = signed_in(&house.platform, account);
        let cookie = sign_ins::begin_browser(&house.platform, account, "Firefox").unwrap();
        let link = house.asks_for_a_reset("arta@tirana.example").pop().unwrap();
        house.disable(account);
        assert!(!house.signs_in("arta@tirana.example", PASSWORD));
        assert!(house.caller(&token).is_none() && house.caller_by_cookie(cookie.expose()).is_none());
        assert!(house.refresh(begun.refresh.expose()).is_none());
        assert_eq!(refusal(resets::choose(&house.platform, &link, OTHER)), "no password reset");
        assert_eq!(house.asks_for_a_reset("arta@tirana.example"), [""; 0]);
    }

    fn of_two_first_starts_at_once_one_has_the_link(db: TestDb) {
        let starts = [2, 3].map(|seed| platform(db.another_pool(), seed));
        let links = at_once(|| founding::first(&starts[0]).unwrap(), || founding::first(&starts[1]).unwrap());
        assert_eq!(links.iter().flatten().count(), 1);
        assert_eq!(db.count("founding_invitations"), 1);
        assert!(founding::first(&starts[0]).unwrap().is_none());
    }

    fn the_first_link_makes_one_operator_and_one_organisation(db: TestDb) {
        let platform = db.platform();
        let link = founding::first(&platform).unwrap().unwrap();
        let founder = |email: &str| founding::founder(&platform, link.expose(), email, "Arta", PASSWORD, "sq");
        assert_eq!(refusal(founder("not an address")), "not-an-email");
        let (one, other) = (founder("arta@tirana.example").unwrap(), founder("elira@durres.example").unwrap());
        // What is refused leaves the link as it was, and no account.
        assert_eq!(refusal(founding::found(&platform, &one, "no code", "Municipality")), "organisation-code");
        assert_eq!((db.count("accounts"), db.count("organisations")), (0, 0));
        let found = |founder, code| founding::found(&platform, founder, code, "Municipality");
        let founded = at_once(|| found(&one, "TIRANA"), || found(&other, "DURRES"));
        assert_eq!(founded.iter().filter(|founded| founded.is_ok()).count(), 1);
        for table in ["accounts WHERE operator", "organisations", "memberships WHERE roles = 'administrator'"] {
            assert_eq!(db.count(table), 1, "{table}");
        }
        assert_eq!(refusal(founder("bora@vlore.example").map(drop)), "no invitation");

        let another = founding::another(&platform).unwrap();
        platform.clock.advance(Duration::days(14));
        assert_eq!(refusal(founding::open(&platform, another.expose())), "no invitation");
        assert!(founding::first(&platform).unwrap().is_none());
    }

    fn a_first_start_with_an_account_prints_nothing(db: TestDb) {
        let house = House::new(db);
        house.account("arta@tirana.example");
        organisation(&house.platform, "DURRES", "Durrës");
        assert!(founding::first(&house.platform).unwrap().is_none());
    }
}
