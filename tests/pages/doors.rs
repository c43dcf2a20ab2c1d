//! Who is let in: cookies, forms of other sites, limits, and that nobody learns which accounts there are.

use actix_web::test::TestRequest;

use super::browser::Browser;
use super::{FOUNDER, PASSWORD, Town};
use crate::support::accounts::HOME;
use crate::support::databases::{TestDb, on_both};

on_both! {
    fn known_and_unknown_addresses_get_the_same_answers(db: TestDb) {
        let town = Town::founded(db);
        town.member("gone@tirana.example", "en");
        town.db.sql("UPDATE accounts SET disabled_at = created_at WHERE email = 'gone@tirana.example'");
        let browser = town.founder.another("en");
        let refused = |email: &str, password: &str| {
            let page = browser.post("/sign-in", &[("email", email), ("password", password)]);
            assert_eq!(page.header("set-cookie"), "");
            page.page(422, "Address and password do not belong together").text.replace(email, "ADDRESS")
        };
        let unknown = refused("nobody@tirana.example", PASSWORD);
        for (email, password) in [
            (FOUNDER, "not the password"),
            ("gone@tirana.example", PASSWORD),
            ("no address", PASSWORD),
            (FOUNDER, "long ".repeat(500).as_str()),
        ] {
            assert_eq!(refused(email, password), unknown, "{email}");
        }

        let jobs = || town.db.count("jobs");
        let asked = |email: &str| {
            let before = jobs();
            let page = browser.post("/password-reset", &[("email", email)]).leads_to("/password-reset?done=asked");
            assert_eq!((page.text.as_str(), jobs() - before), ("", 1), "{email}");
        };
        let at_rest = jobs();
        for email in ["nobody@tirana.example", "gone@tirana.example", "no address", ""] {
            asked(email);
            assert!(town.mailroom.mails().is_empty(), "{email}");
        }
        assert_eq!(jobs(), at_rest + 4, "no mail was left for later");
        asked(FOUNDER);
        town.mailroom.link(FOUNDER);
    }

    fn forms_of_other_sites_are_refused(db: TestDb) {
        let town = Town::founded(db);
        let invitation = town.invited("zana@tirana.example", "en");
        town.founder.post("/password-reset", &[("email", FOUNDER)]);
        let reset = town.mailroom.link(FOUNDER);
        let rows = |table: &str| town.db.count(table);
        let before = [rows("accounts"), rows("sign_ins WHERE ended_at IS NULL"), rows("jobs")];
        let fields = [
            ("email", FOUNDER),
            ("name", "Zana Dervishi"),
            ("password", PASSWORD),
            ("current", PASSWORD),
        ];
        for path in [
            "/sign-in",
            "/sign-out",
            "/password-reset",
            "/account/password",
            "/account/sign-ins/1/end",
            "/account/sign-ins/end-others",
            invitation.as_str(),
            reset.as_str(),
        ] {
            let from: [&[(&str, &str)]; 5] = [
                &[("sec-fetch-site", "cross-site"), ("origin", HOME)],
                &[("sec-fetch-site", "same-site")],
                &[("origin", "https://evil.example")],
                &[("origin", "null")],
                &[],
            ];
            for from in from {
                let refused = town.founder.post_from(path, &fields, from);
                refused.page(403, "This form came from elsewhere");
            }
        }
        assert_eq!([rows("accounts"), rows("sign_ins WHERE ended_at IS NULL"), rows("jobs")], before);
        // A browser that does not say where from, but whose origin is ours.
        let ours = [("origin", HOME)];
        town.founder.post_from("/sign-in", &fields, &ours).leads_to("/account");
    }

    fn tries_are_limited_and_the_page_says_for_how_long(db: TestDb) {
        let town = Town::founded(db);
        let browser = town.founder.another("sq");
        let wrong = [("email", "zana@tirana.example"), ("password", "not the password")];
        for _ in 0..10 {
            browser.post("/sign-in", &wrong).page(422, "Adresa dhe fjalëkalimi nuk përputhen");
        }
        let page = browser.post("/sign-in", &wrong).page(429, "Ju lutemi prisni 60 sekonda");
        assert_eq!(page.header("retry-after"), "60");
        // The way around, by asking for links, is as narrow.
        browser.post("/password-reset", &wrong[..1]).page(429, "Tepër shumë përpjekje");
        browser.post("/sign-in", &[("email", FOUNDER), ("password", PASSWORD)]).leads_to("/account");
    }
}

/// The attributes of the cookie with which a founder is let in and out, at this public address.
fn cookies(public_url: Option<&str>) -> [String; 2] {
    let db = TestDb::sqlite();
    let platform = db.platform();
    let browser = Browser::at(&platform, public_url);
    let secret = rights_academy::identity::service::founding::first(&platform).unwrap().unwrap();
    let path = public_url.map_or("", |url| url.strip_prefix(HOME).unwrap_or_default());
    let link = format!("/invitations/{}", secret.expose());
    let account = format!("{path}/account");
    let entered = browser.post(&link, &super::founding_form()).leads_to(&account);
    let cookie = entered.header("set-cookie").to_owned();
    let secret = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    assert!(secret.starts_with("rc_") && secret.len() == 46, "{cookie}");
    let left = browser.post("/sign-out", &[]).leads_to(&format!("{path}/sign-in?done=signed-out"));
    [cookie.replace(&secret, "SECRET"), left.header("set-cookie").to_owned()]
}

#[test]
fn the_cookie_is_for_this_host_and_this_browser_alone() {
    let secure = [
        "__Host-sign-in=SECRET; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure",
        "__Host-sign-in=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure",
    ];
    assert_eq!(cookies(Some(HOME)), secure);
    assert_eq!(cookies(Some(&format!("{HOME}/training"))), secure);
    let loopback = [
        "sign-in=SECRET; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax",
        "sign-in=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
    ];
    assert_eq!(cookies(None), loopback);
}

#[test]
fn the_stylesheet_is_kept_for_ever_under_the_name_of_its_content() {
    let browser = Browser::of(&TestDb::sqlite().platform());
    let page = browser.get("/sign-in").page(200, "<h1>Sign in</h1>").text;
    let path = page.split("<link rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let style = browser.get(path).expect(200);
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
    browser.get("/assets/pages-0000000000000000.css").expect(404);
}

#[test]
fn what_is_sent_wrongly_is_answered_with_a_page() {
    let browser = Browser::of(&TestDb::sqlite().platform());
    let sent = |request: TestRequest| {
        browser.send(request.uri("/sign-in").insert_header(("sec-fetch-site", "same-origin")))
    };
    sent(TestRequest::post().set_json([1])).page(415, "This could not be read");
    sent(TestRequest::post().set_form([("email", "x")])).page(400, "This could not be read");
    let long = "x".repeat(20_000);
    sent(TestRequest::post().set_form([("password", long)])).page(413, "This could not be read");
    sent(TestRequest::delete()).page(405, "There is nothing here");
    browser.get("/sign-out").page(405, "There is nothing here");
    // The language is the browser's.
    browser.another("de,sq;q=0.5").get("/sign-in").page(200, "<html lang=\"sq\">");
    browser.another("de").get("/sign-in").page(200, "<html lang=\"en\">");
}
