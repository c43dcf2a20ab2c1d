//! Every notice in every language leaves `serve` for a real mail server, and Python's own parser reads in it what it is
//! about.

use std::collections::BTreeMap;

use rights_academy::enrolment::mails::{self, About, Notice, SessionFacts};
use rights_academy::platform::calendar::{self, Attendee, Event, Participation, Status};
use rights_academy::platform::i18n::languages::MAILS;
use rights_academy::platform::mail::{CalendarPart, Mail, Mailbox, Method};
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::mail::{LOGIN, MailServer, enqueue, serve};
use crate::support::databases::TestDb;
use crate::support::wait_until;

#[derive(Deserialize)]
struct Samples {
    about: About,
    notices: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample {
    name: String,
    notice: Notice,
    calendar: Option<Method>,
}

fn session(notice: &Notice) -> &SessionFacts {
    match notice {
        Notice::SessionChanged { after, .. } => after,
        Notice::Session { session }
        | Notice::SessionCancelled { session, .. }
        | Notice::SessionLeft { session }
        | Notice::SessionGiven { session }
        | Notice::SessionNotGiven { session } => session,
        // The one that they came to.
        Notice::Choose { sessions, .. } => &sessions[0],
        _ => panic!("no session"),
    }
}

fn calendar_of(method: Method, notice: &Notice, about: &About, language: &str) -> CalendarPart {
    let session = session(notice);
    let event = Event {
        uid: "session-1@academy.example".into(),
        sequence: 1,
        summary: session.module[language].clone(),
        description: String::new(),
        location: session.place.clone(),
        conference: session.link.parse().ok(),
        zone: session.zone,
        starts: session.starts,
        ends: session.ends,
        organizer: Mailbox::new(&about.organisation, "academy@tirana.example").unwrap(),
        status: Status::Confirmed,
        categories: vec![],
        language: language.into(),
        created: session.starts.utc,
        last_modified: session.starts.utc,
    };
    let attendee =
        Attendee { mailbox: about.to.clone(), participation: Participation::Accepted, rsvp: false };
    match method {
        Method::Request => calendar::invitation(&event, &attendee),
        Method::Cancel => calendar::cancellation(&event, &attendee),
    }
}

/// Each notice in each language, by the address that it goes to.
fn mails() -> BTreeMap<String, (String, Mail)> {
    let Samples { about, notices } =
        serde_json::from_str(include_str!("../data/mails/notices.json")).unwrap();
    let mut mails = BTreeMap::new();
    for language in MAILS {
        for (n, Sample { name, notice, calendar }) in notices.iter().enumerate() {
            let to = format!("{language}-{n}@city.example");
            let about = About { to: Mailbox::new(about.to.name(), &to).unwrap(), ..about.clone() };
            let calendar = calendar.map(|method| calendar_of(method, notice, &about, language));
            let mail = mails::mail(notice, &about, language, calendar).unwrap();
            mails.insert(to, (format!("{language}, {name}"), mail));
        }
    }
    mails
}

/// What can be read of HTML.
fn read(html: &str) -> String {
    let text: String =
        html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")]
        .iter()
        .fold(text, |text, (code, sign)| text.replace(code, sign))
}

/// What a line of the plain text tells, without its mark or label.
fn told(line: &str) -> &str {
    let line = line.trim().trim_start_matches("- ");
    match line.split_once(": ") {
        Some((_, value)) => value,
        None => line.trim_end_matches(':').trim_end_matches('\u{a0}'),
    }
}

fn judge(what: &str, mail: &Mail, received: &Value) {
    let about = format!("{what}: {received:#}");
    assert_eq!(received["defects"], json!([]), "{about}");
    let headers = &received["headers"];
    // In headers every space is a plain one.
    let subject: Vec<&str> = mail.subject.split_whitespace().collect();
    assert_eq!(headers["subject"], subject.join(" "), "{about}");
    assert_eq!(headers["content-language"], mail.language, "{about}");
    assert_eq!(headers["from"], "Bashkia Tiranë & Co <academy@tirana.example>", "{about}");
    assert_eq!(received["envelope_from"], "academy@tirana.example");

    let part = |n: usize, kind: &str| {
        assert_eq!(received["parts"][n][0], kind, "{about}");
        assert_eq!(received["parameters"][n]["charset"], "utf-8", "{about}");
        received["parts"][n][1].as_str().unwrap()
    };
    let (text, html) = (part(0, "text/plain"), part(1, "text/html"));
    let seen = read(html);
    for line in text.lines().filter(|line| !line.is_empty() && *line != "-- ") {
        assert!(seen.contains(told(line)), "“{line}” is not in the HTML of {what}:\n{html}");
    }
    for forbidden in ["<img", "src=", "url(", "<link", "<script", "<style", "<iframe", "background=\""] {
        assert!(!html.contains(forbidden), "{forbidden} in {about}");
    }
    // What is named of other places are links to follow, and their addresses written out.
    let links = html.matches("href=\"https://").count();
    assert!(links > 0 && html.matches("=\"http").count() == links, "{about}");

    match &mail.calendar {
        None => assert_eq!(received["tree"], json!(["multipart/alternative", "text/plain", "text/html"])),
        Some(calendar) => {
            assert_eq!(part(2, "text/calendar"), calendar.text, "{about}");
            assert_eq!(received["parameters"][2]["method"], calendar.method.as_str());
            assert_eq!(received["parts"][3], json!(["application/ics", calendar.text]));
        }
    }
}

#[test]
fn every_notice_arrives_in_every_language() {
    let (server, db, dir) = (MailServer::start(), TestDb::sqlite(), TempDir::new().unwrap());
    let (mut mails, platform) = (mails(), db.platform());
    for (to, (_, mail)) in &mails {
        enqueue(&platform, to, mail);
    }
    let url = format!("smtps://{LOGIN}@localhost:{}", server.implicit);
    let _serving = serve(&db, dir.path(), &url, &server.file("ca.pem"));
    for language in MAILS {
        let open = format!("jobs WHERE key LIKE '{language}-%' AND (attempts = 0 OR lease IS NOT NULL)");
        wait_until("all mails in a language are tried", || db.count(&open) == 0);
    }
    for received in server.received() {
        let to = received["envelope_to"][0].as_str().unwrap();
        let (what, mail) = mails.remove(to).unwrap_or_else(|| panic!("{to} was written to twice"));
        judge(&what, &mail, &received);
    }
    assert!(mails.is_empty(), "these did not arrive: {:?}", mails.keys());
}
