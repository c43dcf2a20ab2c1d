//! The whole way: found, invite, take part, sign out and in, forget the password, choose another.

use super::{ANOTHER, FOUNDER, PASSWORD, Town};
use crate::support::databases::on_both;

on_both! {
    fn from_the_first_link_to_a_new_password(db: TestDb) {
        let town = Town::founded(db);
        let account = town.founder.get("/account").page(200, "<h1>Your account</h1>").text;
        for told in ["Olta Marku", FOUNDER, "Municipality of Tirana", "administrator", "You look after this installation."] {
            assert!(account.contains(told), "{told}: {account}");
        }

        // The invitation is in the language that it was written in, and so is the account.
        let link = town.invited("zana@tirana.example", "sq");
        let zana = town.founder.another("en");
        let page = zana.get(&link).page(200, "<h1>Municipality of Tirana ju fton</h1>").text;
        assert!(page.contains("trajner") && page.contains("value=\"zana@tirana.example\" readonly"), "{page}");
        zana.post(&link, &[("name", "Zana Dervishi"), ("password", PASSWORD)]).leads_to("/account");
        zana.get("/account").page(200, "<h1>Llogaria juaj</h1>");
        zana.get("/").leads_to("/account");

        zana.post("/sign-out", &[]).leads_to("/sign-in?done=signed-out");
        assert!(zana.cookies.borrow().is_empty());
        zana.get("/sign-in?done=signed-out").page(200, "You are signed out.");
        zana.get("/account").leads_to("/sign-in");
        let typed = [("email", " Zana@Tirana.Example"), ("password", PASSWORD)];
        zana.post("/sign-in", &typed).leads_to("/account");

        zana.post("/password-reset", &[("email", "ZANA@tirana.example")]).leads_to("/password-reset?done=asked");
        zana.get("/password-reset?done=asked").page(200, "Look into your mailbox");
        let link = town.mailroom.link("zana@tirana.example");
        let elsewhere = town.founder.another("en");
        elsewhere.get(&link).page(200, "<h1>Zgjidhni një fjalëkalim të ri</h1>");
        elsewhere.post(&link, &[("password", ANOTHER)]).leads_to("/sign-in?done=password");
        zana.get("/account").leads_to("/sign-in");
        elsewhere.post("/sign-in", &typed).page(422, "Address and password do not belong together");
        let typed = [("email", "zana@tirana.example"), ("password", ANOTHER)];
        elsewhere.post("/sign-in", &typed).leads_to("/account");
        assert_eq!(town.db.count("jobs WHERE state <> 'done'"), 0);
    }

    fn a_member_of_one_organisation_takes_an_invitation_of_another_with_the_password_that_there_is(db: TestDb) {
        let town = Town::founded(db);
        town.member("zana@tirana.example", "en");
        let administrator = serde_json::json!({ "email": "zana@tirana.example", "language": "en" });
        let vlora = serde_json::json!({ "code": "VLORA", "name": "City of Vlora", "administrator": administrator });
        let credentials = serde_json::json!({ "email": FOUNDER, "password": PASSWORD });
        let tokens = town.founder.api("/sign-ins", None, credentials);
        town.founder.api("/organisations", tokens["access_token"].as_str(), vlora);
        let link = town.mailroom.link("zana@tirana.example");

        let zana = town.founder.another("en");
        let page = zana.get(&link).page(200, "You have an account with this address already").text;
        assert!(!page.contains("name=\"name\"") && page.contains("autocomplete=\"current-password\""), "{page}");
        zana.post(&link, &[("password", ANOTHER)]).page(422, "<a href=\"#password\">This is not your password.</a>");
        zana.post(&link, &[("password", PASSWORD)]).leads_to("/account");
        let account = zana.get("/account").page(200, "City of Vlora").text;
        assert!(account.contains("Municipality of Tirana"), "{account}");
    }

    fn another_password_is_chosen_and_all_others_are_signed_out(db: TestDb) {
        let town = Town::founded(db);
        let other = town.founder.another("en");
        other.post("/sign-in", &[("email", FOUNDER), ("password", PASSWORD)]).leads_to("/account");
        let wrong = [("current", "not the password"), ("password", ANOTHER)];
        let page = town.founder.post("/account/password", &wrong).page(422, "<a href=\"#current\">This is not").text;
        assert!(page.contains("<title>Error: Your account"), "{page}");
        town.founder
            .post("/account/password", &[("current", PASSWORD), ("password", "Olta Marku is here")])
            .page(422, "<a href=\"#password\">A password must not contain part of your name");
        town.founder
            .post("/account/password", &[("current", PASSWORD), ("password", ANOTHER)])
            .leads_to("/account?done=password-changed");
        town.founder.get("/account?done=password-changed").page(200, "Your password is changed.");
        other.get("/account").leads_to("/sign-in");
    }

    fn a_sign_in_is_ended_at_once(db: TestDb) {
        let town = Town::founded(db);
        let windows: Vec<_> = (0..3).map(|_| town.founder.another("en")).collect();
        for window in &windows {
            window.post("/sign-in", &[("email", FOUNDER), ("password", PASSWORD)]).leads_to("/account");
        }
        // The newest comes first.
        let newest = |page: &str| {
            let from = page.find("/account/sign-ins/").unwrap();
            page[from..].split('"').next().unwrap().to_owned()
        };
        let end = newest(&town.founder.get("/account").page(200, "End all others").text);
        town.founder.post(&end, &[]).leads_to("/account?done=ended");
        windows[2].get("/account").leads_to("/sign-in");
        windows[1].get("/account").page(200, "this browser");
        town.founder.post(&end, &[]).page(404, "There is nothing here");

        // Nobody ends another's.
        let zana = town.member("zana@tirana.example", "en");
        let hers = newest(&zana.get("/account").text);
        town.founder.post(&hers, &[]).page(404, "There is nothing here");
        zana.get("/account").page(200, "Zana Dervishi");

        town.founder.post("/account/sign-ins/end-others", &[]).leads_to("/account?done=ended-others");
        windows[0].get("/account").leads_to("/sign-in");
        windows[1].get("/account").leads_to("/sign-in");
        let own = newest(&town.founder.get("/account").page(200, "this browser").text);
        town.founder.post(&own, &[]).leads_to("/sign-in?done=signed-out");
        town.founder.get("/account").leads_to("/sign-in");
        zana.get("/account").page(200, "Zana Dervishi");
    }
}
