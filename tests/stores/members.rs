//! Invitations and who takes them, members and what they are, tokens for scripts.

use chrono::Duration;
use rights_academy::access::{Role, Via};
use rights_academy::cohorts::Settings;
use rights_academy::cohorts::service::{self as cohorts, NewCohort};
use rights_academy::identity::service::api_tokens::{self, NewToken};
use rights_academy::identity::service::members::{self, Change};
use rights_academy::identity::service::{calendar_feeds, invitations, own_account, resets, sign_ins};
use rights_academy::organisations::service as organisations;
use rights_academy::platform::Platform;
use rights_academy::platform::db::Scope;
use rights_academy::platform::error::Result;
use rights_academy::platform::ids::{AccountId, ApiTokenId};

use super::entry;
use super::house::{House, OTHER, PASSWORD, at_once, refusal};
use crate::support::accounts::{self, Joins, signed_in};
use crate::support::databases::on_both;
use crate::support::pilot;

fn accept(house: &House, secret: &str, password: &str) -> Result<AccountId> {
    invitations::accept(&house.platform, secret, "Klara Dervishi", password)
}

fn becomes(house: &House, account: AccountId, roles: &[Role]) -> Result<()> {
    let now = house.platform.clock.now().naive_utc();
    let change = Change { roles: roles.to_vec(), names: false, employee_id: None };
    let organisation = house.organisation.id;
    house.write(|conn| members::change(conn, organisation, account, &change, now)).map(drop)
}

fn remove(house: &House, account: AccountId) -> Result<()> {
    let now = house.platform.clock.now().naive_utc();
    house.write(|conn| members::remove(conn, house.organisation.id, account, now))
}

/// Two people of the roster.
fn roster(house: &House) {
    let people = [
        entry("00001", "Arta Hoxha", "arta@tirana.example", "Legal"),
        entry("00002", "Bora Hoxha", "bora@tirana.example", "Legal"),
    ];
    let now = house.platform.clock.now().naive_utc();
    let organisation = house.organisation.id;
    house.write(|conn| organisations::put_roster(conn, organisation, "roster.csv", &people, now)).unwrap();
}

fn token(house: &House, account: AccountId, days: i64) -> (i64, String) {
    let new = NewToken {
        name: "Nightly".into(),
        scope: vec!["report.read".into()],
        expires_at: house.platform.clock.now() + Duration::days(days),
    };
    let made = house
        .write(|conn| api_tokens::create(conn, &house.platform, house.organisation.id, account, &new))
        .unwrap();
    (made.0.id.0, made.1.expose().clone())
}

on_both! {
    fn an_invitation_is_taken_once(db: TestDb) {
        let house = House::new(db);
        let (_, secret) = house.invite("Klara@Tirana.Example", &[Role::Trainer], None).unwrap();
        assert_eq!(refusal(accept(&house, &secret, "short")), "password-too-short");
        let account = accept(&house, &secret, PASSWORD).unwrap();
        assert_eq!(refusal(accept(&house, &secret, PASSWORD)), "no invitation");
        let (_, access) = signed_in(&house.platform, account);
        assert_eq!(house.caller(&access).unwrap().member.unwrap().roles, [Role::Trainer]);
        assert!(house.signs_in("klara@tirana.example", PASSWORD));
        assert_eq!((house.db.count("accounts"), house.db.count("memberships")), (1, 1));
        for nothing in ["", "ri_", "x", &secret.replace("ri_", "rf_")] {
            assert_eq!(refusal(accept(&house, nothing, PASSWORD)), "no invitation");
        }
    }

    fn of_two_that_take_an_invitation_at_once_one_has_it(db: TestDb) {
        let house = House::new(db);
        let (_, secret) = house.invite("klara@tirana.example", &[Role::Hr], None).unwrap();
        let taken = at_once(|| accept(&house, &secret, PASSWORD), || accept(&house, &secret, OTHER));
        assert_eq!(taken.iter().filter(|taken| taken.is_ok()).count(), 1);
        assert_eq!((house.db.count("accounts"), house.db.count("memberships")), (1, 1));
        let winner = if taken[0].is_ok() { PASSWORD } else { OTHER };
        assert!(house.signs_in("klara@tirana.example", winner));
        assert_eq!(taken.into_iter().filter(Result::is_err).map(refusal).collect::<Vec<_>>(), ["no invitation"]);
    }

    fn an_invitation_that_is_revoked_or_over_does_nothing(db: TestDb) {
        let house = House::new(db);
        let now = house.platform.clock.now().naive_utc();
        let organisation = house.organisation.id;
        let (id, revoked) = house.invite("klara@tirana.example", &[Role::Hr], None).unwrap();
        let revoke = || house.write(|conn| invitations::revoke(conn, organisation, id, now));
        revoke().unwrap();
        assert_eq!(refusal(revoke()), "no invitation");
        assert_eq!(refusal(accept(&house, &revoked, PASSWORD)), "no invitation");
        let (_, over) = house.invite("klara@tirana.example", &[Role::Hr], None).unwrap();
        house.platform.clock.advance(invitations::LIFETIME - Duration::milliseconds(1));
        invitations::open(&house.platform, &over).unwrap();
        house.platform.clock.advance(Duration::milliseconds(1));
        assert_eq!(refusal(accept(&house, &over, PASSWORD)), "no invitation");
        assert_eq!((house.db.count("accounts"), house.db.count("memberships")), (0, 0));
    }

    fn who_has_an_account_shows_its_password_and_keeps_it(db: TestDb) {
        let house = House::new(db);
        let known = house.account("klara@tirana.example");
        let (_, secret) = house.invite("KLARA@tirana.example", &[Role::Hr], None).unwrap();
        assert!(invitations::open(&house.platform, &secret).unwrap().has_account);
        assert_eq!(refusal(accept(&house, &secret, OTHER)), "wrong-password");
        assert_eq!(house.db.count("memberships"), 0);
        assert_eq!(accept(&house, &secret, PASSWORD).unwrap(), known);
        assert_eq!(house.db.count("accounts WHERE name = 'Somebody'"), 1, "the name is the account's own");
        assert!(house.signs_in("klara@tirana.example", PASSWORD));
    }

    fn two_people_with_one_address_have_no_two_accounts(db: TestDb) {
        let house = House::new(db);
        roster(&house);
        let invite = |id| house.invite("family@tirana.example", &[Role::Learner], Some(id)).map(|made| made.1);
        let arta = invite("00001").unwrap();
        let account = accept(&house, &arta, PASSWORD).unwrap();
        assert_eq!(refusal(invite("00002")), "member-exists");
        assert_eq!(refusal(invite("00009")), "unknown-person");
        let (_, access) = signed_in(&house.platform, account);
        assert!(house.caller(&access).unwrap().member.unwrap().person.is_some());
        assert_eq!(house.db.count("memberships"), 1);
    }

    fn of_the_invitations_of_one_address_the_newest_holds(db: TestDb) {
        let house = House::new(db);
        let invite = |email: &str, role| house.invite(email, &[role], None).unwrap().1;
        let first = invite("Klara@Tirana.Example", Role::Administrator);
        let beside = invite("elira@tirana.example", Role::Hr);
        let second = invite("klara@tirana.example", Role::Hr);
        assert_eq!(refusal(accept(&house, &first, PASSWORD)), "no invitation");
        let account = accept(&house, &second, PASSWORD).unwrap();
        assert_eq!(house.db.count(&format!("memberships WHERE account_id = {account} AND roles = 'hr'")), 1);
        accept(&house, &beside, PASSWORD).unwrap();
    }

    fn no_older_invitation_lets_a_member_back_in(db: TestDb) {
        let house = House::new(db);
        // As many were open at once before the newest alone held.
        let both_open = |email: &str| {
            let [older, newer] = [(); 2].map(|()| house.invite(email, &[Role::Administrator], None).unwrap().1);
            house.db.sql("UPDATE invitations SET revoked_at = NULL WHERE used_at IS NULL");
            (older, newer)
        };
        let reopen = || house.db.sql("UPDATE invitations SET revoked_at = NULL WHERE used_at IS NULL");
        let is_gone = |link: &str| refusal(invitations::open(&house.platform, link)) == "no invitation";
        house.member("arta@tirana.example", &[Role::Administrator]);
        let (older, newer) = both_open("Klara@Tirana.Example");
        let klara = accept(&house, &newer, PASSWORD).unwrap();
        assert!(is_gone(&older), "taking one");
        reopen();
        becomes(&house, klara, &[Role::Hr]).unwrap();
        assert!(is_gone(&older), "a change of roles");
        reopen();
        remove(&house, klara).unwrap();
        assert!(is_gone(&older), "a removal");
    }

    fn an_organisation_has_a_thousand_open_invitations_at_most(db: TestDb) {
        let house = House::new(db);
        let sha256 = if house.db.is_postgres() { "convert_to('x' || i, 'UTF8')" } else { "CAST('x' || i AS BLOB)" };
        house.db.sql(&format!(
            "INSERT INTO invitations (organisation_id, email, roles, names, language, sha256, created_at, expires_at) \
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) \
             SELECT {}, 'x' || i || '@tirana.example', 'hr', false, 'en', {sha256}, '2020-01-01 00:00:00', '2099-01-01 00:00:00' FROM n",
            house.organisation.id
        ));
        let invite = |email: &str| house.invite(email, &[Role::Hr], None);
        assert_eq!(refusal(invite("klara@tirana.example")), "too-many-invitations");
        invite("x7@tirana.example").expect("in the place of the one before");
        house.db.sql("UPDATE invitations SET revoked_at = created_at WHERE email = 'x8@tirana.example'");
        invite("klara@tirana.example").unwrap();
    }

    fn a_person_has_one_account(db: TestDb) {
        let house = House::new(db);
        roster(&house);
        let invite = |email: &str| house.invite(email, &[Role::Learner], Some("00001")).map(|made| made.1);
        let (one, other) = (invite("one@tirana.example").unwrap(), invite("other@tirana.example").unwrap());
        let taken = at_once(|| accept(&house, &one, PASSWORD), || accept(&house, &other, PASSWORD));
        assert_eq!(taken.iter().filter(|taken| taken.is_ok()).count(), 1);
        assert_eq!(house.db.count("memberships"), 1);
        assert_eq!(house.db.count("accounts"), 1, "the refused one left no account");
        assert_eq!(house.db.count("invitations WHERE used_at IS NULL"), 1);
        assert_eq!(taken.into_iter().filter(Result::is_err).map(refusal).collect::<Vec<_>>(), ["person-has-account"]);
        assert_eq!(refusal(invite("third@tirana.example")), "person-has-account");
        let another = house.member("third@tirana.example", &[Role::Learner]);
        let change = Change { roles: vec![Role::Learner], names: false, employee_id: Some("00001".into()) };
        let now = house.platform.clock.now().naive_utc();
        let changed = house.write(|conn| members::change(conn, house.organisation.id, another, &change, now));
        assert_eq!(refusal(changed), "person-has-account");
    }

    fn the_last_administrator_stays(db: TestDb) {
        let house = House::new(db);
        let arta = house.member("arta@tirana.example", &[Role::Administrator, Role::Trainer]);
        house.member("bora@tirana.example", &[Role::Hr]);
        assert_eq!(refusal(becomes(&house, arta, &[Role::Trainer])), "last-administrator");
        assert_eq!(refusal(remove(&house, arta)), "last-administrator");
        becomes(&house, arta, &[Role::Administrator]).unwrap();
        let elira = house.member("elira@tirana.example", &[Role::Administrator]);
        becomes(&house, arta, &[Role::Trainer]).unwrap();
        assert_eq!(refusal(remove(&house, elira)), "last-administrator");
    }

    fn two_administrators_who_remove_each_other_at_once_leave_one(db: TestDb) {
        let house = House::new(db);
        for round in 0..4 {
            let [one, other] = ["one", "other"].map(|name| {
                house.member(&format!("{name}-{round}@tirana.example"), &[Role::Administrator])
            });
            // Those of the round before are none any more.
            house.db.sql(&format!("UPDATE memberships SET roles = 'hr' WHERE account_id NOT IN ({one}, {other})"));
            let done = if round % 2 == 0 {
                at_once(|| remove(&house, one), || remove(&house, other))
            } else {
                at_once(|| becomes(&house, one, &[Role::Hr]), || becomes(&house, other, &[Role::Hr]))
            };
            assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1);
            assert_eq!(done.into_iter().filter(Result::is_err).map(refusal).collect::<Vec<_>>(), ["last-administrator"]);
            assert_eq!(house.db.count("memberships WHERE roles = 'administrator'"), 1);
        }
    }

    fn a_change_of_roles_holds_from_the_next_request_on(db: TestDb) {
        let house = House::new(db);
        let account = house.member("arta@tirana.example", &[Role::Hr]);
        let (_, access) = signed_in(&house.platform, account);
        let script = token(&house, account, 1).1;
        becomes(&house, account, &[Role::Adviser, Role::Learner]).unwrap();
        for shown in [&access, &script] {
            assert_eq!(house.caller(shown).unwrap().member.unwrap().roles, [Role::Learner, Role::Adviser]);
        }
        assert_eq!(refusal(becomes(&house, account, &[])), "missing-value");
    }

    fn who_is_removed_loses_tokens_and_cohorts_and_stays_elsewhere(db: TestDb) {
        let house = House::new(db);
        let organisation = house.organisation.id;
        accounts::organisation(&house.platform, "DURRES", "Durrës");
        let account = house.member("arta@tirana.example", &[Role::Trainer]);
        accounts::join(&house.platform, account, "DURRES", Joins { roles: &[Role::Hr], ..Joins::default() });
        let new = NewCohort {
            programme: "digital-human-rights".into(),
            name: "Winter".into(),
            locale: "sq".into(),
            threshold_percent: None,
            settings: Settings::default(),
        };
        let Platform { db, clock, .. } = &house.platform;
        cohorts::create(db, clock, &pilot::catalogue(), organisation, &new, &cohorts::NewDays::default(), Some(account)).unwrap();
        assert_eq!(house.db.count("cohort_trainers"), 1);
        let (_, access) = signed_in(&house.platform, account);
        let script = token(&house, account, 1).1;
        remove(&house, account).unwrap();
        assert!(house.caller(&script).is_none());
        assert!(house.caller(&access).unwrap().member.is_none());
        assert!(house.caller_in("DURRES", &access).unwrap().member.is_some());
        assert_eq!((house.db.count("cohort_trainers"), house.db.count("api_tokens")), (0, 0));
        assert_eq!(refusal(remove(&house, account)), "no account");
        // Whoever comes back begins anew.
        house.member("arta@tirana.example", &[Role::Trainer]);
        assert!(house.caller(&script).is_none());
        assert_eq!(sign_ins::list(&house.platform, account).unwrap().len(), 1);
    }

    fn a_token_for_scripts_is_of_one_organisation_and_has_an_end(db: TestDb) {
        let house = House::new(db);
        accounts::organisation(&house.platform, "DURRES", "Durrës");
        let account = house.member("arta@tirana.example", &[Role::Administrator]);
        accounts::join(&house.platform, account, "DURRES", Joins { roles: &[Role::Administrator], ..Joins::default() });
        let (id, script) = token(&house, account, 2);
        let Via::ApiToken { scope, .. } = house.caller(&script).unwrap().via else { panic!("a token for scripts") };
        assert_eq!(scope, ["report.read"]);
        assert!(house.caller_in("DURRES", &script).unwrap().member.is_none());
        let (organisation, now) = (house.organisation.id, house.platform.clock.now().naive_utc());
        let id = ApiTokenId(id);
        let revoke = |account| house.write(|conn| api_tokens::revoke(conn, organisation, account, id, now));
        let other = house.member("elira@tirana.example", &[Role::Administrator]);
        assert_eq!(refusal(revoke(other)), "no token");
        revoke(account).unwrap();
        assert!(house.caller(&script).is_none());

        let (_, over) = token(&house, account, 2);
        house.platform.clock.advance(Duration::days(2) - Duration::milliseconds(1));
        assert!(house.caller(&over).is_some());
        house.platform.clock.advance(Duration::milliseconds(1));
        assert!(house.caller(&over).is_none());
        let (_, disabled) = token(&house, account, 2);
        house.disable(account);
        assert!(house.caller(&disabled).is_none());
        for nothing in ["ra_", "ra_x", &over.replace("ra_", "ri_"), ""] {
            assert!(house.caller(nothing).is_none());
        }
    }

    fn a_reset_revokes_an_accounts_tokens_everywhere_and_a_change_leaves_them(db: TestDb) {
        let house = House::new(db);
        let durres = accounts::organisation(&house.platform, "DURRES", "Durrës");
        let account = house.member("arta@tirana.example", &[Role::Hr]);
        let hr = Joins { roles: &[Role::Hr], ..Joins::default() };
        accounts::join(&house.platform, account, "DURRES", hr);
        let other = house.member("elira@tirana.example", &[Role::Hr]);
        let (here, others) = (token(&house, account, 2).1, token(&house, other, 2).1);
        let new = NewToken {
            name: "Nightly".into(),
            scope: vec!["report.read".into()],
            expires_at: house.platform.clock.now() + Duration::days(2),
        };
        let there = house.platform.db.write_tx(Scope::Organisation(durres.id), |conn| {
            api_tokens::create(conn, &house.platform, durres.id, account, &new)
        });
        let there = there.unwrap().1.expose().clone();
        for (organisation, account) in
            [(house.organisation.id, account), (durres.id, account), (house.organisation.id, other)]
        {
            let made = house.platform.db.write_tx(Scope::Organisation(organisation), |conn| {
                calendar_feeds::create(conn, &house.platform, organisation, account)
            });
            made.unwrap();
        }
        own_account::change_password(&house.platform, account, None, PASSWORD, OTHER).unwrap();
        for token in [&here, &there, &others] {
            assert!(house.caller(token).is_some(), "a change of password leaves tokens");
        }
        assert_eq!(house.db.count("calendar_feeds"), 3);
        let link = house.asks_for_a_reset("arta@tirana.example").pop().unwrap();
        resets::choose(&house.platform, &link, PASSWORD).unwrap();
        assert!(house.caller(&here).is_none() && house.caller(&there).is_none());
        assert!(house.caller(&others).is_some(), "another's");
        assert_eq!(house.db.count(&format!("calendar_feeds WHERE account_id = {other}")), house.db.count("calendar_feeds"));
    }
}
