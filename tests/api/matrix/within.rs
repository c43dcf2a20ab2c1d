//! What a handler asks further, where only the state of a thing tells which permission is needed.

use serde_json::json;

use super::calls::in_state;
use super::world::{Persona, World};
use crate::api::client::Answer;
use crate::api::steps;
use crate::support::databases::on_both;

/// The permissions that are asked for so, which no operation names.
pub const PERMISSIONS: [&str; 5] =
    ["cohort.reopen", "clash.override", "attendance.correct", "trainers.read", "needs.read"];

/// The answer; what is refused changed nothing.
fn unless_served(world: &World, ask: impl Fn() -> Answer) -> Answer {
    let before = world.state();
    let answer = ask();
    assert!(answer.status < 300 || world.state() == before, "{}, and something is changed", answer.status);
    answer
}

on_both! {
    fn an_administrator_alone_takes_a_cohort_back_to_a_draft(db: TestDb) {
        let world = World::new(&db);
        in_state(&world, &world.running, "open");
        let to_draft = |persona| {
            let path = format!("{}/state", world.running);
            let client = world.client(persona, Some("cohort.change"));
            unless_served(&world, || client.post(&path, json!({ "state": "draft" })))
        };
        to_draft(Persona::Trainer).problem(403, "forbidden");
        to_draft(Persona::OtherTrainer).problem(404, "not-found");
        // A token whose scope holds the change alone does not reopen.
        to_draft(Persona::InScope).problem(403, "forbidden");
        to_draft(Persona::Administrator).expect(200);
    }

    fn an_administrator_alone_takes_what_is_taken(db: TestDb) {
        let world = World::new(&db);
        let plan = |persona, module: &str, reason| {
            let new = json!({
                "module": module, "starts": "2024-05-06T10:00", "ends": "2024-05-06T12:00", "zone": "Europe/Tirane",
                "mode": "in-person", "place": "City Hall", "room": "2.14", "override_clash": reason,
            });
            let client = world.client(persona, Some("cohort.change"));
            unless_served(&world, || client.post(&format!("{}/sessions", world.running), new.clone()))
        };
        plan(Persona::Trainer, "introduction", None).expect(201);
        plan(Persona::Administrator, "transparency", None).problem(409, "clash");
        for persona in [Persona::Trainer, Persona::InScope] {
            plan(persona, "transparency", Some("One room for both")).problem(403, "override-clash");
        }
        plan(Persona::OtherTrainer, "transparency", Some("One room for both")).problem(404, "not-found");
        plan(Persona::Administrator, "transparency", Some("One room for both")).expect(201);
    }

    fn an_administrator_alone_corrects_late(db: TestDb) {
        let world = World::new(&db);
        let correct = |persona| {
            let path = format!("{}/attendance", world.closed_session);
            let (name, bytes) = ("1-introduction.csv", steps::file("1-introduction.csv"));
            let client = world.client(persona, Some("attendance.record"));
            unless_served(&world, || client.post_file(&path, name, &bytes, &[("reason", "A list came late.")]))
        };
        correct(Persona::Trainer).problem(403, "late-correction");
        correct(Persona::InScope).problem(403, "late-correction");
        correct(Persona::HrWithNames).problem(403, "forbidden");
        correct(Persona::OtherTrainer).problem(404, "not-found");
        correct(Persona::Administrator).expect(200);
    }

    fn who_teaches_is_told_to_those_who_may_know(db: TestDb) {
        let world = World::new(&db);
        let told = |persona| {
            let client = world.client(persona, Some("cohort.read"));
            let cohort = client.get(&world.closed).expect(200).json();
            !cohort["facilitators"].is_null()
        };
        assert!([Persona::Administrator, Persona::Trainer].map(told).iter().all(|told| *told));
        let others = [Persona::Learner, Persona::Hr, Persona::HrWithNames, Persona::Adviser, Persona::InScope];
        assert!(others.map(told).iter().all(|told| !told));
    }

    fn a_list_holds_what_its_reader_reaches(db: TestDb) {
        let world = World::new(&db);
        let cohorts = |persona| {
            let client = world.client(persona, Some("cohort.read"));
            let names: Vec<String> = client
                .walk("/organisations/TIRANA/cohorts")
                .iter()
                .map(|cohort| cohort["name"].as_str().unwrap().to_owned())
                .collect();
            names
        };
        let all = ["Winter 2023", "Summer 2023", "Of another trainer"];
        for persona in [Persona::Administrator, Persona::Hr, Persona::Adviser, Persona::InScope] {
            assert_eq!(cohorts(persona), all, "{persona:?}");
        }
        assert_eq!(cohorts(Persona::Trainer), all[..2]);
        assert_eq!(cohorts(Persona::OtherTrainer), all[2..]);
        let organisations = |persona| {
            let client = world.client(persona, Some("organisations.list"));
            client.walk("/organisations").iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(organisations(Persona::Learner), ["TIRANA"]);
        assert_eq!(organisations(Persona::Operator), ["DURRES", "TIRANA"]);
    }
}
