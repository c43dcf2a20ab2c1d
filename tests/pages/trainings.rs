//! How people enrol and what they find then, on the pages: from the link in a mail to the seat, the sessions and back out.

use serde_json::json;

use super::hall::{Hall, MEETING, sign_in, terms};
use crate::api::steps;
use crate::support::databases::on_both;
use crate::support::mailroom::Mailroom;

on_both! {
    fn a_link_leads_through_signing_in_to_a_seat(db: TestDb) {
        let hall = Hall::with_terms(db, terms(Some(3)));
        let (link, email) = (hall.link(), hall.person(1));
        let browser = hall.browser.another("en");
        let page = browser.get(&link).page(200, "<button>Enrol</button>").text;
        for told in [
            "Municipality of Tirana", "Spring", "3 seats are left", "Thursday, 17 January 2030, 10:00–12:00",
            "Town Hall", "You are asked to sign in first",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert!(!page.contains(MEETING), "{page}");

        let way = format!("/sign-in?to={link}");
        browser.post(&link, &[]).leads_to(&way);
        let form = browser.get(&way).page(200, "<h1>Sign in</h1>").text;
        assert!(form.contains(&format!("action=\"{way}\"")), "{form}");
        let wrong = [("email", email.as_str()), ("password", "not the password")];
        let form = browser.post(&way, &wrong).page(422, "do not belong together").text;
        assert!(form.contains(&format!("action=\"{way}\"")), "{form}");
        sign_in(&browser, &email, &way).leads_to(&link);

        let page = browser.get(&link).page(200, "<button>Enrol</button>").text;
        assert!(!page.contains(MEETING) && !page.contains("sign in first"), "{page}");
        browser.post(&link, &[]).leads_to(&hall.page);
        let page = browser.get(&hall.page).page(200, "You are enrolled.").text;
        for told in [MEETING, "Town Hall", "sessions.ics", "Leave this training"] {
            assert!(page.contains(told), "{told}: {page}");
        }
        // Who is in finds where they stand, and a second click is no second seat.
        browser.get(&link).leads_to(&hall.page);
        browser.post(&link, &[]).leads_to(&hall.page);
        assert_eq!(hall.state(1), "enrolled");
        let other = hall.browser.another("sq").get(&link).page(200, "Kanë mbetur 2 vende.").text;
        assert!(other.contains("<button>Regjistrohuni</button>"), "{other}");
    }

    fn the_account_leads_to_ones_trainings(db: TestDb) {
        let hall = Hall::with_terms(db, terms(None));
        let browser = hall.learner(1);
        let list = "/o/TIRANA/training";
        let account = browser.get("/account").page(200, "Your trainings").text;
        assert!(account.contains(&format!("href=\"{list}\"")), "{account}");
        let own = |page: &str| page.split("Where you can enrol").map(str::to_owned).collect::<Vec<_>>();
        let page = own(&browser.get(list).page(200, "Where you can enrol").text);
        // A roster put them into the first one.
        assert!(page[0].contains("Winter 2023") && !page[0].contains("Spring"), "{page:?}");
        assert!(page[1].contains(&format!("href=\"{}\"", hall.page)), "{page:?}");
        let page = browser.get(&hall.page).page(200, "You are not enrolled in this training.").text;
        assert!(!page.contains(MEETING) && !page.contains("id=\"needs\""), "{page}");
        browser.post(&format!("{}/enrolment", hall.page), &[]).leads_to(&hall.page);
        let page = own(&browser.get(list).page(200, "Where you can enrol").text);
        assert!(page[0].contains("Spring") && !page[1].contains("Spring"), "{page:?}");
        // One who is on no roster has none.
        hall.account("guest@tirana.example");
        let guest = hall.browser.another("en");
        sign_in(&guest, "guest@tirana.example", "/sign-in").leads_to("/account");
        assert!(!guest.get("/account").page(200, "Municipality of Tirana").text.contains(list));
        guest.get(list).page(404, "There is nothing here");
        guest.get(&hall.page).page(404, "There is nothing here");
    }

    fn a_line_moves_and_an_offer_is_accepted(db: TestDb) {
        let mut with_offers = terms(Some(1));
        with_offers["freed_seat"] = json!({ "how": "offer", "hours": 48 });
        let hall = Hall::with_terms(db, with_offers);
        let [first, second, third] = [1, 2, 3].map(|n| hall.enrolled(n));
        let page = second.get(&hall.page).page(200, "You are number 1 in the line for a seat.").text;
        assert!(!page.contains(MEETING) && !page.contains("sessions.ics"), "{page}");
        third.get(&hall.page).page(200, "You are number 2 in the line for a seat.");
        second.get(&format!("{}/sessions.ics", hall.page)).page(404, "There is nothing here");
        second.post(&format!("{}/acceptance", hall.page), &[]).page(409, "No seat is kept for you.");

        // Leaving is asked about first; the question changes nothing.
        let leave = format!("{}/withdrawal", hall.page);
        first.get(&leave).page(200, "Your seat and your places in its sessions then go to others.");
        assert_eq!(hall.state(1), "enrolled");
        first.post(&leave, &[]).leads_to(&format!("{}?done=withdrawn", hall.page));
        let page = first.get(&format!("{}?done=withdrawn", hall.page)).page(200, "You have left the training.").text;
        assert!(page.contains("You are not enrolled any more.") && !page.contains(MEETING), "{page}");
        first.get(&leave).leads_to(&hall.page);
        first.post(&leave, &[]).page(409, "You are not in this training any more.");

        let page = second.get(&hall.page).page(200, "A seat is kept for you. Accept it before this time:").text;
        assert!(page.contains("<button>Accept the seat</button>") && !page.contains(MEETING), "{page}");
        second.post(&format!("{}/acceptance", hall.page), &[]).leads_to(&format!("{}?done=accepted", hall.page));
        second.get(&hall.page).page(200, "You accepted the seat that was kept for you.");
        third.get(&hall.page).page(200, "You are number 1 in the line for a seat.");
        assert_eq!([1, 2, 3].map(|n| hall.state(n)), ["withdrawn", "enrolled", "waitlisted"]);
    }

    fn one_of_several_sessions_is_booked(db: TestDb) {
        let hall = Hall::with_terms(db, terms(None));
        let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        let small = hall.session(json!({
            "module": "transparency", "starts": "2030-02-07T10:00", "ends": "2030-02-07T12:00", "mode": "in-person",
            "link": "", "capacity": 1,
        }));
        let large = hall.session(json!({
            "module": "transparency", "starts": "2030-02-08T10:00", "ends": "2030-02-08T12:00", "mode": "online",
            "place": "",
        }));
        let (small, large) = (format!("{}-in-person", id(&small)), format!("{}-online", id(&large)));
        let (one, other) = (hall.enrolled(1), hall.enrolled(2));
        let page = one.get(&hall.page).page(200, "Choose your sessions").text;
        assert!(page.contains("one place left") && page.contains(&format!("value=\"{large}\"")), "{page}");

        let book = format!("{}/booking", hall.page);
        let booked = format!("{}?done=booked", hall.page);
        one.post(&book, &[("place", &small)]).leads_to(&booked);
        let page = one.get(&booked).page(200, "The place is yours.").text;
        assert!(page.contains(&format!("value=\"{small}\" required checked")), "{page}");
        assert!(page.contains("Thursday, 7 February 2030, 10:00–12:00"), "{page}");
        let page = other.get(&hall.page).page(200, "full").text;
        assert!(page.contains(&format!("value=\"{small}\" required disabled")), "{page}");
        let page = other.post(&book, &[("place", &small)]).page(409, "This session is full. Choose another place.").text;
        assert!(page.contains("<title>Error: ") && page.contains("role=\"alert\""), "{page}");
        other.post(&book, &[]).page(422, "Choose one of the places first.");
        for nonsense in ["x-online", "-", "1", &format!("{}-at-home", id(&small)), "99999999999999999999-online"] {
            other.post(&book, &[("place", nonsense)]).page(422, "Choose one of the places first.");
        }
        other.post(&book, &[("place", "987654-online")]).page(404, "There is nothing here");
        other.post(&book, &[("place", &large)]).leads_to(&booked);

        let end = format!("{}/booking-end", hall.page);
        let session = small.split('-').next().unwrap();
        other.post(&end, &[("session", session)]).page(409, "You have no place there.");
        one.post(&end, &[("session", session)]).leads_to(&format!("{}?done=given-up", hall.page));
        other.post(&book, &[("place", &small)]).leads_to(&booked);
        // Who has not enrolled books nothing.
        hall.learner(3).post(&book, &[("place", &large)]).page(409, "Places in sessions are for those who are enrolled.");
    }

    fn what_one_needs_is_noted_and_shown_to_oneself(db: TestDb) {
        let hall = Hall::with_terms(db, terms(None));
        let browser = hall.enrolled(1);
        let page = browser.get(&hall.page).page(200, "The trainers of this training read it, and nobody else.").text;
        assert!(page.contains("It is removed when the training is closed, or when you leave it."), "{page}");
        let needs = format!("{}/needs", hall.page);
        browser.post(&needs, &[("needs", "Sign language <b>, please")]).leads_to(&format!("{}?done=needs", hall.page));
        browser.get(&hall.page).page(200, "Sign language &#60;b&#62;, please</textarea>");
        browser.post(&needs, &[("needs", &"x".repeat(2001))]).page(422, "This is too long");
        browser.post(&needs, &[("needs", "")]).leads_to(&format!("{}?done=needs", hall.page));
        assert_eq!(hall.db.count("enrolments WHERE needs IS NOT NULL"), 0);
        hall.learner(2).post(&needs, &[("needs", "Slides")]).page(404, "There is nothing here");
    }

    fn materials_come_before_a_session_or_after_it(db: TestDb) {
        let hall = Hall::with_terms(db, terms(None));
        let session = hall.session(json!({
            "module": "transparency", "starts": "2023-06-07T10:00", "ends": "2023-06-07T12:00",
        }));
        for (title, available) in [("To prepare", "before"), ("To remember", "after")] {
            let url = "https://files.example/slides.pdf";
            let new = json!({ "kind": "slides", "title": title, "url": url, "language": "sq", "available": available });
            hall.administrator.post(&format!("{session}/materials"), new).expect(201);
        }
        let other = hall.learner(2).get(&hall.page).page(200, "Transparency").text;
        assert!(!other.contains("To prepare"), "{other}");
        let page = hall.enrolled(1).get(&hall.page).page(200, "To prepare").text;
        assert!(!page.contains("To remember") && page.contains("slides, Albanian"), "{page}");
        hall.platform.clock.advance(chrono::TimeDelta::days(365));
        hall.learner(1).get(&hall.page).page(200, "To remember");
    }

    fn a_calendar_address_is_shown_once_and_ended(db: TestDb) {
        let hall = Hall::with_terms(db, terms(None));
        let browser = hall.enrolled(1);
        let file = browser.get(&format!("{}/sessions.ics", hall.page)).expect(200);
        assert_eq!(file.header("content-type"), "text/calendar; charset=utf-8");
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"sessions.ics\"");
        assert!(file.text.contains("DTSTART;TZID=Europe/Tirane:20300117T100000"), "{}", file.text);

        let list = "/o/TIRANA/training";
        browser.get(list).page(200, "<button>Make a calendar address</button>");
        let made = browser.post("/o/TIRANA/calendar", &[]).page(200, "it is shown only this once").text;
        let address = |page: &str| {
            let from = page.find("/calendar/rk_").unwrap();
            page[from..].split('"').next().unwrap().to_owned()
        };
        let first = address(&made);
        assert!(browser.get(&first).expect(200).text.contains("20300117T100000"));
        let page = browser.get(list).page(200, "Your calendar has an address since this time:").text;
        assert!(!page.contains("rk_"), "{page}");
        let second = address(&browser.post("/o/TIRANA/calendar", &[]).expect(200).text);
        browser.get(&first).expect(404);
        browser.get(&second).expect(200);
        let ended = format!("{list}?done=calendar-ended");
        browser.post("/o/TIRANA/calendar/end", &[]).leads_to(&ended);
        browser.get(&ended).page(200, "The address of your calendar has ended.");
        browser.get(&second).expect(404);
        browser.post("/o/TIRANA/calendar/end", &[]).leads_to(&ended);
    }

    fn a_closed_training_stays_with_those_who_were_in_it(db: TestDb) {
        let hall = Hall::with_terms(db, terms(Some(1)));
        let browsers = [hall.enrolled(1), hall.enrolled(2), hall.learner(3)];
        steps::go(&hall.administrator, &hall.cohort, "running");
        steps::go(&hall.administrator, &hall.cohort, "closed");
        let page = browsers[0].get(&hall.page).page(200, "You are enrolled.").text;
        assert!(!page.contains("id=\"needs\"") && !page.contains("Leave this training"), "{page}");
        browsers[1].get(&hall.page).page(200, "The training closed before a seat came free.");
        browsers[2].get(&hall.page).page(404, "There is nothing here");
    }

    fn the_invited_get_a_mail_whose_link_enrols(db: TestDb) {
        let mut by_invitation = terms(None);
        by_invitation["eligible"] = json!({ "who": "by-invitation" });
        let hall = Hall::with_terms(db, by_invitation);
        let mailroom = Mailroom::of(&hall.platform);
        mailroom.mails();
        let browser = hall.learner(1);
        browser.get(&hall.page).page(200, "You enrol in this training with a link that invites you.");
        let path = format!("{}/invitations", hall.cohort);
        let named = json!({ "employee_ids": ["00001", "00002"] });
        assert_eq!(hall.administrator.post(&path, named.clone()).expect(200).json()["invited"], 2);
        let mails = mailroom.mails();
        let to: Vec<&str> = mails.iter().map(|mail| mail.to.address()).collect();
        assert_eq!(to, ["p001@tirana.example", "p002@tirana.example"]);
        let link = mails[0].text.split_whitespace().find(|word| word.contains("/enrol/re_")).unwrap();
        let link = &link[link.find("/enrol/").unwrap()..];
        browser.get(link).page(200, "<button>Enrol</button>");
        browser.post(link, &[]).leads_to(&hall.page);
        browser.get(&hall.page).page(200, "You are enrolled.");
        // Who is in is not invited again, and nobody is to a draft.
        assert_eq!(hall.administrator.post(&path, json!({ "employee_ids": ["00001"] })).expect(200).json()["invited"], 0);
        let mails = mailroom.mails();
        assert!(mails.iter().all(|mail| mail.text.contains(&hall.page)), "each leads to the page");
        assert!(mails.iter().all(|mail| !mail.text.contains("/enrol/")), "nobody else is invited");
        // Nor is whom staff took out, and nobody is after the window.
        hall.administrator.post(&format!("{}/enrolments/00001/withdrawal", hall.cohort), json!({})).expect(200);
        assert_eq!(hall.administrator.post(&path, named.clone()).expect(200).json()["invited"], 1);
        // Whoever was declined is left out, too; whoever left by themselves is not.
        let mut asking = terms(None);
        asking["approval"] = json!("hr");
        hall.administrator.put(&format!("{}/terms", hall.cohort), asking).expect(200);
        hall.enrolled(3);
        let declined = json!({ "decision": "decline", "reason": "Next time." });
        hall.administrator.post(&format!("{}/enrolments/00003/decision", hall.cohort), declined).expect(200);
        hall.enrolled(4).post(&format!("{}/withdrawal", hall.page), &[]).leads_to(&format!("{}?done=withdrawn", hall.page));
        assert_eq!([hall.state(3), hall.state(4)], ["declined", "withdrawn"]);
        let both = json!({ "employee_ids": ["00003", "00004"] });
        assert_eq!(hall.administrator.post(&path, both).expect(200).json()["invited"], 1);
        let to: Vec<String> = mailroom.mails().iter().filter(|mail| mail.text.contains("/enrol/")).map(|mail| mail.to.address().to_owned()).collect();
        assert!(to.contains(&"p004@tirana.example".to_owned()) && !to.contains(&"p003@tirana.example".to_owned()), "{to:?}");
        let mut over = terms(None);
        over["closes"] = json!("2023-04-01T00:00:00Z");
        hall.administrator.put(&format!("{}/terms", hall.cohort), over).expect(200);
        hall.administrator.post(&path, named.clone()).problem(409, "window-closed");
        let new = json!({ "programme": "digital-human-rights", "name": "Autumn", "locale": "en" });
        let draft = hall.administrator.post("/organisations/TIRANA/cohorts", new).expect(201);
        let path = format!("{}/invitations", draft.header("location"));
        hall.administrator.post(&path, named).problem(409, "cohort-draft");
    }
}
