//! Every page with a sample of what it shows, in every language.

use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use actix_web::web::Data;
use askama::Template;
use chrono::NaiveDateTime;

use super::account::{AccountPage, Known};
use super::forms::{FormPage, words};
use super::frame::{Frame, Notice};
use super::invitations::{Link, Typed};
use super::sign_in::Return;
use super::visitor::Visitor;
use super::{errors, resets, sign_in};
use crate::identity::rows::OwnMembership;
use crate::identity::secrets::InvitationOf;
use crate::identity::service::invitations::Opened;
use crate::identity::text::FILES;
use crate::identity::{Account, SignIn};
use crate::platform::config::Home;
use crate::platform::faults::{Fault, Faults};
use crate::platform::ids::{AccountId, InvitationId, OrganisationId, PersonId, SignInId};

/// The installation stands under a path, as a proxy may have it.
const BASE: &str = "/training";

/// Around a page of a test.
pub fn frame(language: &str) -> Frame {
    let home = Home(format!("https://academy.example{BASE}"));
    Frame::of(&TestRequest::default().app_data(Data::new(home)).to_http_request(), language)
}

fn account(language: &str) -> Account {
    Account {
        id: AccountId(1),
        email: "arta@tirana.example".into(),
        name: "Arta <Hoxha> & Söhne".into(),
        language: language.into(),
        operator: true,
        disabled_at: None,
    }
}

fn opened(has_account: bool) -> Opened {
    let invitation = InvitationOf {
        organisation: OrganisationId(1),
        organisation_code: "TIRANA".into(),
        organisation_name: "Bashkia \"Tiranë\"".into(),
        id: InvitationId(1),
        email: "arta@tirana.example".into(),
        roles: "learner trainer hr administrator adviser".into(),
        names: true,
        person: None,
        language: "sq".into(),
    };
    Opened { invitation, has_account }
}

fn known(language: &str) -> Known {
    let membership = |code: &str, names: bool| OwnMembership {
        organisation: crate::platform::ids::OrganisationId(1),
        person: names.then_some(PersonId(1)),
        organisation_code: code.into(),
        organisation_name: format!("City of {code}"),
        roles: "trainer hr".into(),
        names,
    };
    let time: NaiveDateTime = "2026-11-25T09:12:00".parse().unwrap();
    let sign_in = |id, kind: &str, client: &str| SignIn {
        id: SignInId(id),
        kind: kind.into(),
        client: client.into(),
        created_at: time,
        last_used_at: time,
        expires_at: time,
    };
    Known {
        account: account(language),
        memberships: vec![membership("TIRANA", true), membership("VLORA", false)],
        sign_ins: vec![sign_in(1, "browser", "Firefox"), sign_in(2, "program", "Unknown")],
    }
}

/// Everything that can be wrong with what is typed into these pages.
fn faults() -> Faults {
    let fault = |(code, field): (&'static str, &str)| Fault::new(code, "Wrong.").in_field(field);
    let placed = [
        ("wrong-credentials", "email"),
        ("wrong-password", "current"),
        ("missing-value", "name"),
        ("too-long", "name"),
        ("not-an-email", "email"),
        ("email-not-ascii", "email"),
        ("email-taken", "email"),
        ("password-too-short", "password"),
        ("password-too-long", "password"),
        ("password-too-simple", "password"),
        ("password-personal", "password"),
        ("password-personal", "new"),
        ("organisation-name", "organisation"),
        ("organisation-code", "code"),
        ("organisation-exists", "code"),
        ("member-exists", "elsewhere"),
        ("person-has-account", "elsewhere"),
    ];
    Faults(placed.into_iter().map(fault).collect())
}

/// Every page in a language: what it is, and its text.
fn pages(language: &str) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let visitor = Visitor { account: AccountId(1), sign_in: SignInId(1) };
    for wrong in [false, true] {
        let told = if wrong { faults() } else { Faults::default() };
        let forms: [(&str, FormPage); 6] = [
            (
                "sign-in",
                sign_in::form(frame(language), "arta@tirana.example", &Return::to("/o/TIRANA/training")),
            ),
            ("ask", resets::ask_form(frame(language))),
            ("choose", resets::choice_form(frame(language), &account(language))),
            ("founding", Link::Founding.form(frame(language), &Typed::nothing()).unwrap()),
            ("new", Link::Invitation(opened(false)).form(frame(language), &Typed::nothing()).unwrap()),
            ("known", Link::Invitation(opened(true)).form(frame(language), &Typed::nothing()).unwrap()),
        ];
        for (name, mut page) in forms {
            page.form.tell(&page.frame.texts, &told);
            page.done = wrong.then(|| page.frame.say("done-password"));
            pages.push((format!("{name} {wrong}"), page.render().unwrap()));
        }
        let page = AccountPage::new(frame(language), visitor, known(language)).unwrap();
        pages.push((format!("account {wrong}"), page.telling(&told).render().unwrap()));
    }
    for (id, next) in
        [("reset-asked", "/sign-in"), ("reset-gone", "/password-reset"), ("invitation-gone", "/sign-in")]
    {
        pages.push((id.into(), Notice::new(frame(language), id, Some(next)).render().unwrap()));
    }
    for status in [400, 403, 404, 405, 413, 415, 429, 500, 503] {
        let status = StatusCode::from_u16(status).unwrap();
        pages.push((status.to_string(), errors::notice(frame(language), status, Some(7)).render().unwrap()));
    }
    pages
}

/// The values of an attribute, in their order.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    page.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Holds a page to be whole: nothing is missing in it, ids and what names them belong together, all is labelled, and nothing
/// leads elsewhere.
#[track_caller]
pub fn assert_whole(language: &str, name: &str, page: &str) {
    let told = format!("{language} {name}:\n{page}");
    assert!(!page.contains('{') && !page.contains('}'), "a text or a place is missing: {told}");
    assert!(page.contains(&format!("<html lang=\"{language}\">")), "{told}");
    assert_eq!(page.matches("<h1").count(), 1, "{told}");
    let title = page.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap();
    assert!(title.len() > " – rights-academy".len() && title.trim() == title, "{told}");

    let ids = attributes(page, "id");
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len(), "an id twice: {told}");
    let described = attributes(page, "aria-describedby").into_iter().flat_map(|ids| ids.split(' '));
    let named = ["for", "aria-labelledby"].into_iter().flat_map(|name| attributes(page, name));
    let links = attributes(page, "href").into_iter().filter_map(|link| link.strip_prefix('#'));
    for id in described.chain(named).chain(links) {
        assert!(known.contains(id), "nothing has the id {id}: {told}");
    }
    let fields: usize =
        ["<input", "<select", "<textarea"].iter().map(|field| page.matches(field).count()).sum();
    assert_eq!(attributes(page, "for").len(), fields, "a field without a label: {told}");
    // Of what is chosen from nothing is filled in.
    let typed = fields - page.matches("type=\"radio\"").count();
    assert_eq!(attributes(page, "autocomplete").len(), typed, "{told}");

    for link in attributes(page, "href").into_iter().chain(attributes(page, "action")) {
        let ours = link.starts_with(&format!("{BASE}/"));
        assert!(ours || link.starts_with('#') || link == "data:,", "{link}: {told}");
    }
    for forbidden in ["<script", " style=", "onclick", "<Hoxha>", "http://", "https://"] {
        assert!(!page.contains(forbidden), "{forbidden}: {told}");
    }
}

#[test]
fn every_page_is_whole_in_every_language() {
    for (language, _) in FILES {
        for (name, page) in pages(language) {
            assert_whole(language, &name, &page);
        }
    }
}

#[test]
fn what_is_wrong_is_told_at_the_top_and_at_its_field() {
    let mut page = sign_in::form(frame("sq"), "arta", &Return::default());
    page.form.tell(&page.frame.texts, &Fault::new("wrong-credentials", "?").in_field("email").into());
    let page = page.render().unwrap();
    let told = "Adresa dhe fjalëkalimi nuk përputhen. Kontrolloni të dyja dhe provoni përsëri.";
    assert!(page.contains("<title>Gabim: Hyni – rights-academy</title>"), "{page}");
    assert!(page.contains(&format!("<li><a href=\"#email\">{told}</a></li>")), "{page}");
    assert!(page.contains(&format!("<p class=\"fault\" id=\"email-fault\">{told}</p>")), "{page}");
    assert!(page.contains("aria-invalid=\"true\" aria-describedby=\"email-fault\""), "{page}");
    assert!(page.contains("role=\"alert\"") && page.contains("value=\"arta\""), "{page}");
}

#[test]
fn every_fault_is_told_in_every_language() {
    for (language, _) in FILES {
        for fault in faults().0 {
            assert_ne!(words(&frame(language).texts, &fault), fault.message, "{language} {}", fault.code);
        }
    }
}
