//! Links that are used, taken back or over; and what is wrong with what is typed.

use chrono::TimeDelta;
use rights_academy::identity::service::founding;

use super::browser::Browser;
use super::{ANOTHER, FOUNDER, PASSWORD, Town, founding_form};
use crate::support::databases::on_both;

on_both! {
    fn an_invitation_is_taken_once_and_in_time(db: TestDb) {
        let town = Town::founded(db);
        let used = town.invited("zana@tirana.example", "sq");
        let form = [("name", "Zana Dervishi"), ("password", PASSWORD)];
        let browser = town.founder.another("en");
        browser.post(&used, &form).leads_to("/account");
        let gone = |link: &str| {
            let page = browser.get(link).page(404, "This invitation cannot be used").text;
            assert!(page.contains("ask whoever invited you for another one"), "{page}");
            town.founder.another("sq").get(link).page(404, "Kjo ftesë nuk mund të përdoret");
            browser.post(link, &form).page(404, "This invitation cannot be used");
        };
        gone(&used);
        let revoked = town.invited("bora@tirana.example", "sq");
        town.db.sql("UPDATE invitations SET revoked_at = created_at WHERE email = 'bora@tirana.example'");
        gone(&revoked);
        let over = town.invited("arta@tirana.example", "sq");
        town.platform.clock.advance(TimeDelta::days(14));
        gone(&over);
        for nothing in ["/invitations/ri_", "/invitations/rf_nothing", "/invitations/%00"] {
            gone(nothing);
        }
        assert_eq!(town.db.count("accounts"), 2);
    }

    fn of_two_who_take_an_invitation_one_does(db: TestDb) {
        let town = Town::founded(db);
        let link = town.invited("zana@tirana.example", "en");
        let (one, other) = (town.founder.another("en"), town.founder.another("en"));
        one.get(&link).page(200, "invites you");
        other.get(&link).page(200, "invites you");
        one.post(&link, &[("name", "Zana Dervishi"), ("password", PASSWORD)]).leads_to("/account");
        other.post(&link, &[("name", "Somebody Else"), ("password", ANOTHER)]).page(404, "cannot be used");
        other.get("/account").leads_to("/sign-in");
    }

    fn a_reset_link_is_for_one_hour_and_one_use(db: TestDb) {
        let town = Town::founded(db);
        let link = || {
            town.founder.post("/password-reset", &[("email", FOUNDER)]).leads_to("/password-reset?done=asked");
            town.mailroom.link(FOUNDER)
        };
        let browser = town.founder.another("en");
        let gone = |link: &str| {
            browser.get(link).page(404, "This link cannot be used");
            let page = browser.post(link, &[("password", ANOTHER)]).page(404, "This link cannot be used").text;
            assert!(page.contains("<a href=\"/password-reset\">Ask for another link</a>"), "{page}");
        };
        let yesterdays = link();
        town.platform.clock.advance(TimeDelta::days(1));
        gone(&yesterdays);
        let an_hour_ago = link();
        town.platform.clock.advance(TimeDelta::hours(1));
        gone(&an_hour_ago);

        let (first, second) = (link(), link());
        browser.post(&first, &[("password", "short")]).page(422, "<a href=\"#password\">A password has at least 12");
        browser.post(&first, &[("password", ANOTHER)]).leads_to("/sign-in?done=password");
        gone(&first);
        gone(&second);
        let typed = [("email", FOUNDER), ("password", ANOTHER)];
        browser.post("/sign-in", &typed).leads_to("/account");
    }

    fn the_founding_form_tells_what_is_wrong_where_it_is(db: TestDb) {
        let platform = db.platform();
        let browser = Browser::of(&platform);
        let link = || format!("/invitations/{}", founding::another(&platform).unwrap().expose());
        let mut form = founding_form();
        let first = link();
        for (field, value, told) in [
            (0, "nobody", "<a href=\"#email\">This is not an e-mail address."),
            (1, " ", "<a href=\"#name\">Fill in your name.</a>"),
            (2, "short", "<a href=\"#password\">A password has at least 12 characters."),
            (3, "", "<a href=\"#organisation\">Fill in the name of the organisation"),
            (4, "Tirana!", "<a href=\"#code\">A code is 2 to 16 capital letters"),
        ] {
            let right = std::mem::replace(&mut form[field].1, value);
            let page = browser.post(&first, &form).page(422, told).text;
            assert!(page.contains("role=\"alert\"") && page.contains("aria-invalid=\"true\""), "{page}");
            assert!(!page.contains(PASSWORD), "no password comes back");
            assert!(field == 0 || page.contains(&format!("value=\"{FOUNDER}\"")), "what was typed stays");
            form[field].1 = right;
        }
        let nothing = form.map(|(field, _)| (field, ""));
        let all = browser.post(&first, &nothing).page(422, "Please correct this").text;
        for field in ["email", "name", "password", "organisation", "code"] {
            assert!(all.contains(&format!("<li><a href=\"#{field}\">")), "{field} is told with the others: {all}");
        }
        assert_eq!((db.count("accounts"), db.count("organisations")), (0, 0));
        browser.post(&first, &form).leads_to("/account");
        browser.get(&first).page(404, "This invitation cannot be used");

        let taken = browser.post(&link(), &form).page(422, "<a href=\"#email\">There is an account with this").text;
        assert!(!taken.contains("href=\"#code\""), "{taken}");
        form[0].1 = "another@academy.example";
        browser.post(&link(), &form).page(422, "<a href=\"#code\">Another organisation has this code");
        (form[4].1, form[5].1) = ("VLORA", "sq");
        browser.post(&link(), &form).leads_to("/account");
        browser.get("/account").page(200, "Llogaria juaj");
    }
}
