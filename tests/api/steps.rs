//! The pilot's steps as a trainer takes them over the API.

use chrono::NaiveDate;
use serde_json::{Value, json};

use rights_academy::access::Role;

use super::client::Client;
use crate::support::accounts::{self, Joins};
use crate::support::pilot;

/// The modules with their sessions' files, in the order of the sessions.
pub const SESSIONS: [(&str, &str, &str); 4] = [
    ("introduction", "2023-01-17", "1-introduction.csv"),
    ("data-protection", "2023-02-07", "2-data-protection.csv"),
    ("digital-inclusion", "2023-02-28", "3-digital-inclusion.csv"),
    ("transparency", "2023-03-21", "4-transparency.csv"),
];

/// The bytes of one of the pilot's files.
pub fn file(name: &str) -> Vec<u8> {
    std::fs::read(pilot::dir().join(name)).unwrap()
}

/// What an operator says to make an organisation.
pub fn new_organisation(code: &str, name: &str) -> Value {
    json!({ "code": code, "name": name, "administrator": { "email": "first@city.example", "language": "sq" } })
}

/// The path of a new organisation with this code, whose administrator the client is.
pub fn organisation(client: &Client, code: &str) -> String {
    let name = if code == "TIRANA" { "Municipality of Tirana" } else { code };
    accounts::organisation(client.platform(), code, name);
    client.joins(code, Joins { roles: &[Role::Administrator], ..Joins::default() });
    format!("/api/v1/organisations/{code}")
}

/// The path of the pilot's cohort, made as a draft in a new organisation.
pub fn draft(client: &Client, code: &str) -> String {
    let new = json!({
        "programme": "digital-human-rights", "name": "Winter 2023", "locale": "sq", "threshold_percent": 75,
        "facilitators": ["trainer@host.example"],
    });
    let organisation = organisation(client, code);
    let answer = client.post(&format!("{organisation}/cohorts"), new).expect(201);
    answer.header("location").to_owned()
}

pub fn go(client: &Client, cohort: &str, state: &str) -> Value {
    client.post(&format!("{cohort}/state"), json!({ "state": state })).expect(200).json()
}

/// An online session from 10 to 12 o'clock, held where the day is over.
pub fn new_session(client: &Client, module: &str, day: &str) -> Value {
    let held = day.parse::<NaiveDate>().unwrap() < client.platform().clock.now().date_naive();
    json!({
        "module": module, "starts": format!("{day}T10:00"), "ends": format!("{day}T12:00"),
        "zone": "Europe/Tirane", "mode": "online", "held": held,
    })
}

/// The path of a new session from 10 to 12 o'clock.
pub fn session(client: &Client, cohort: &str, module: &str, day: &str) -> String {
    let new = new_session(client, module, day);
    let answer = client.post(&format!("{cohort}/sessions"), new).expect(201);
    answer.header("location").to_owned()
}

/// The path of a running cohort with the pilot's roster and sessions, and the paths of these.
pub fn running(client: &Client, code: &str) -> (String, Vec<String>) {
    let cohort = draft(client, code);
    let sessions = opened(client, &cohort);
    (cohort, sessions)
}

/// Makes a draft run with the pilot's roster and sessions; the paths of these.
pub fn opened(client: &Client, cohort: &str) -> Vec<String> {
    go(client, cohort, "open");
    client.put_file(&format!("{cohort}/roster"), "roster.csv", file("roster.csv")).expect(200);
    let sessions = SESSIONS.iter().map(|(module, day, _)| session(client, cohort, module, day)).collect();
    go(client, cohort, "running");
    sessions
}

/// The same with its attendance, closed.
pub fn closed(client: &Client, code: &str) -> (String, Vec<String>) {
    let (cohort, sessions) = running(client, code);
    attended(client, &cohort, &sessions);
    (cohort, sessions)
}

/// Gives a running cohort the pilot's attendance, and closes it.
pub fn attended(client: &Client, cohort: &str, sessions: &[String]) {
    for (session, (.., name)) in sessions.iter().zip(SESSIONS) {
        client.post_file(&format!("{session}/attendance"), name, file(name), &[]).expect(200);
    }
    go(client, cohort, "closed");
}
