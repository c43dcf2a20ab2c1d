//! How each operation is called so that it succeeds for whoever may call it. What changes something is called with
//! something fresh each time.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use chrono::{Duration, NaiveDate};
use diesel::prelude::*;
use rights_academy::access::Role;
use rights_academy::identity::access_tokens::AccessTokens;
use rights_academy::identity::passwords;
use rights_academy::identity::service::api_tokens::{self, NewToken};
use rights_academy::identity::service::calendar_feeds;
use rights_academy::identity::service::sign_ins;
use rights_academy::platform::Platform;
use rights_academy::platform::db::Scope;
use rights_academy::platform::db::schema::{
    accounts as accounts_table, cohorts, enrolments, jobs as jobs_table, people,
};
use rights_academy::platform::ids::{AccountId, CohortId, JobId, OrganisationId, PersonId};
use rights_academy::platform::jobs::{self, NewJob};
use serde_json::{Value, json};

use super::world::{Persona, World, id};
use crate::api::client::{Answer, Client};
use crate::api::steps;
use crate::support::accounts::{self, Joins, signed_in};

/// An entry of the matrix.
pub struct Call {
    /// As the description has it.
    pub operation: &'static str,
    make: fn(&World, Persona) -> Made,
}

/// What one call is made with.
struct Made {
    /// Values of the path; those of the closed cohort and the learner where none are given.
    path: Vec<(&'static str, String)>,
    body: Body,
}

#[derive(Clone)]
enum Body {
    Nothing,
    Json(Value),
    File(&'static str),
    Logo,
}

/// A request that is ready to be sent.
#[derive(Clone)]
pub struct Request {
    method: Method,
    path: String,
    body: Body,
}

impl Call {
    pub fn prepare(&self, world: &World, persona: Persona) -> Request {
        let Made { path: given, body } = (self.make)(world, persona);
        let (method, template) = self.operation.split_once(' ').unwrap();
        let usual = [
            ("organisation", "TIRANA"),
            ("cohort", id(&world.closed)),
            ("session", id(&world.closed_session)),
            ("employee_id", &world.learner),
            ("serial", &world.serial),
        ];
        let mut path = template.to_owned();
        for (name, value) in given.iter().map(|(name, value)| (*name, value.as_str())).chain(usual) {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        assert!(!path.contains('{'), "a value is missing: {path}");
        Request { method: method.parse().unwrap(), path, body }
    }
}

impl Request {
    pub fn send(self, client: &Client) -> Answer {
        let edits = [Method::PUT, Method::PATCH, Method::DELETE].contains(&self.method);
        let send = if edits { Client::edit } else { Client::send };
        match self.body {
            Body::Nothing => send(client, self.method, &self.path, TestRequest::default()),
            Body::Json(body) => send(client, self.method, &self.path, TestRequest::default().set_json(body)),
            Body::Logo => client.post_file(&self.path, "arms.png", LOGO, &[("alt", "The city's arms")]),
            Body::File(name) if self.method == Method::PUT => {
                client.put_file(&self.path, name, steps::file(name))
            }
            Body::File(name) => client.post_file(&self.path, name, steps::file(name), &[]),
        }
    }

    /// Sends a change or a removal with this `If-Match`.
    pub fn send_seen(self, client: &Client, if_match: Option<&str>) -> Answer {
        let request = if_match.map(|tag| TestRequest::default().insert_header(("If-Match", tag)));
        let request = request.unwrap_or_default();
        match self.body {
            Body::Json(body) => client.send(self.method, &self.path, request.set_json(body)),
            _ => client.send(self.method, &self.path, request),
        }
    }

    pub fn path(&self) -> &str {
        &self.path
    }
}

/// Asks for what stands still.
fn as_it_is(_: &World, _: Persona) -> Made {
    Made { path: vec![], body: Body::Nothing }
}

fn with(body: Value) -> Made {
    Made { path: vec![], body: Body::Json(body) }
}

fn at(name: &'static str, value: impl ToString) -> Made {
    Made { path: vec![(name, value.to_string())], body: Body::Nothing }
}

const fn read(operation: &'static str) -> Call {
    Call { operation, make: as_it_is }
}

const fn call(operation: &'static str, make: fn(&World, Persona) -> Made) -> Call {
    Call { operation, make }
}

const LOGO: &[u8] = include_bytes!("../../data/logos/arms.png");

const PASSWORD: &str = "a sentence that is long enough";

/// Every operation, in the order of the description.
pub const CALLS: &[Call] = &[
    read("GET /.well-known/jwks.json"),
    call("GET /calendar/{token}.ics", |world, _| at("token", calendar_feed(world, Persona::Learner))),
    read("GET /health"),
    read("GET /ready"),
    call("POST /api/v1/sign-ins", |world, _| {
        let email = with_password(world);
        with(json!({ "email": email, "password": PASSWORD }))
    }),
    call("POST /api/v1/sign-ins/refresh", |world, persona| {
        let Platform { keys, clock, random, .. } = world.platform().clone();
        let tokens = AccessTokens::new(keys, clock, random, accounts::HOME.into());
        let account = world.account(persona);
        let begun = sign_ins::begin_program(world.platform(), &tokens, account, "Unknown").unwrap();
        with(json!({ "refresh_token": begun.refresh.expose() }))
    }),
    read("GET /api/v1/account"),
    call("PUT /api/v1/account", |_, _| with(json!({ "name": "Somebody Else", "language": "sq" }))),
    call("PUT /api/v1/account/password", |world, persona| {
        set_password(world, world.account(persona));
        with(json!({ "current": PASSWORD, "new": "yet one more long phrase" }))
    }),
    read("GET /api/v1/account/sign-ins"),
    call("DELETE /api/v1/account/sign-ins/{sign_in}", |world, persona| {
        at("sign_in", signed_in(world.platform(), world.account(persona)).0)
    }),
    call("POST /api/v1/keys/rotation", as_it_is),
    read("GET /api/v1/modules"),
    call("GET /api/v1/modules/{code}", |_, _| at("code", "introduction")),
    read("GET /api/v1/programmes"),
    call("GET /api/v1/programmes/{code}", |_, _| at("code", "digital-human-rights")),
    read("GET /api/v1/organisations"),
    call("POST /api/v1/organisations", |world, _| {
        let administrator = json!({ "email": "first@new.example", "language": "en" });
        with(json!({ "code": format!("NEW{}", world.next()), "name": "New", "administrator": administrator }))
    }),
    read("GET /api/v1/organisations/{organisation}"),
    call("PUT /api/v1/organisations/{organisation}", |_, _| {
        with(json!({
            "name": "Municipality of Tirana", "languages": ["sq"], "zone": "Europe/Tirane", "sender": null,
            "retention": { "raw_attendance_days": 90 }, "controller": "The municipality",
            "data_protection_contact": "dpo@tirana.example", "legal_ground": "GDPR, article 6(1)(e)",
        }))
    }),
    call("POST /api/v1/organisations/{organisation}/logos", |world, _| {
        world.keeper.delete(&format!("/organisations/TIRANA/logos/{}", logo(world))).expect(204);
        Made { path: vec![], body: Body::Logo }
    }),
    call("GET /api/v1/organisations/{organisation}/logos/{sha256}", |world, _| at("sha256", logo(world))),
    call("DELETE /api/v1/organisations/{organisation}/logos/{sha256}", |world, _| at("sha256", logo(world))),
    read("GET /api/v1/organisations/{organisation}/departments"),
    call("POST /api/v1/organisations/{organisation}/departments", |world, _| with(new_department(world))),
    call("GET /api/v1/organisations/{organisation}/departments/{department}", |world, _| {
        at("department", department(world))
    }),
    call("PUT /api/v1/organisations/{organisation}/departments/{department}", |world, _| Made {
        body: Body::Json(new_department(world)),
        ..at("department", department(world))
    }),
    call("DELETE /api/v1/organisations/{organisation}/departments/{department}", |world, _| {
        at("department", department(world))
    }),
    read("GET /api/v1/dead-jobs"),
    call("POST /api/v1/dead-jobs/{job}/retry", |world, _| at("job", dead_job(world, None))),
    read("GET /api/v1/organisations/{organisation}/dead-jobs"),
    call("POST /api/v1/organisations/{organisation}/dead-jobs/{job}/retry", |world, _| {
        let tirana = world.in_organisation("TIRANA", |_, organisation| Ok(organisation)).unwrap();
        at("job", dead_job(world, Some(tirana)))
    }),
    call("GET /api/v1/organisations/{organisation}/jobs/{job}", |world, _| {
        let tirana = world.in_organisation("TIRANA", |_, organisation| Ok(organisation)).unwrap();
        at("job", dead_job(world, Some(tirana)))
    }),
    read("GET /api/v1/organisations/{organisation}/people"),
    read("GET /api/v1/organisations/{organisation}/people/{employee_id}"),
    read("GET /api/v1/organisations/{organisation}/members"),
    call("GET /api/v1/organisations/{organisation}/members/{account}", |world, _| {
        at("account", world.account(Persona::Hr))
    }),
    call("PUT /api/v1/organisations/{organisation}/members/{account}", |world, _| Made {
        body: Body::Json(json!({ "roles": ["hr"], "names": true })),
        ..at("account", member(world))
    }),
    call("DELETE /api/v1/organisations/{organisation}/members/{account}", |world, _| {
        at("account", member(world))
    }),
    read("GET /api/v1/organisations/{organisation}/invitations"),
    call("POST /api/v1/organisations/{organisation}/invitations", |world, _| with(invitation(world))),
    call("DELETE /api/v1/organisations/{organisation}/invitations/{invitation}", |world, _| {
        let path = "/organisations/TIRANA/invitations";
        let made = world.keeper.post(path, invitation(world)).expect(201);
        at("invitation", &made.json()["id"])
    }),
    read("GET /api/v1/organisations/{organisation}/modules"),
    call("GET /api/v1/organisations/{organisation}/modules/{code}", |_, _| at("code", "introduction")),
    call("PUT /api/v1/organisations/{organisation}/modules/{code}", |world, _| Made {
        body: Body::Json(adoption(world)),
        ..at("code", "introduction")
    }),
    call("DELETE /api/v1/organisations/{organisation}/modules/{code}", |world, _| {
        world.keeper.put("/organisations/TIRANA/modules/introduction", adoption(world)).expect(200);
        at("code", "introduction")
    }),
    read("GET /api/v1/organisations/{organisation}/api-tokens"),
    call("POST /api/v1/organisations/{organisation}/api-tokens", |world, _| {
        let expires_at = world.platform().clock.now() + Duration::days(9);
        with(json!({ "name": "Nightly", "scope": ["report.read"], "expires_at": expires_at }))
    }),
    call("DELETE /api/v1/organisations/{organisation}/api-tokens/{token}", |world, persona| {
        at("token", api_token(world, world.account(persona)))
    }),
    call("POST /api/v1/organisations/{organisation}/calendar-feed", as_it_is),
    call("GET /api/v1/organisations/{organisation}/calendar-feed", |world, persona| {
        calendar_feed(world, persona);
        as_it_is(world, persona)
    }),
    call("DELETE /api/v1/organisations/{organisation}/calendar-feed", |world, persona| {
        calendar_feed(world, persona);
        as_it_is(world, persona)
    }),
    read("GET /api/v1/organisations/{organisation}/cohorts"),
    call("POST /api/v1/organisations/{organisation}/cohorts", |world, _| {
        let name = format!("Cohort {}", world.next());
        with(json!({ "programme": "digital-human-rights", "name": name, "locale": "sq" }))
    }),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}"),
    call("PUT /api/v1/organisations/{organisation}/cohorts/{cohort}", |world, _| Made {
        body: Body::Json(json!({ "name": "Summer 2023", "locale": "sq" })),
        ..running(world)
    }),
    call("POST /api/v1/organisations/{organisation}/cohorts/{cohort}/copies", |world, _| {
        // Whoever teaches the cohort alone gives each copy's sessions, which must not be at the same time.
        let n = world.next();
        let first = NaiveDate::from_ymd_opt(2100, 1, 4).unwrap() + Duration::days(100 * i64::from(n));
        with(json!({ "name": format!("Copy {n}"), "first_day": first }))
    }),
    call("POST /api/v1/organisations/{organisation}/cohorts/{cohort}/state", |world, _| {
        in_state(world, &world.running, "running");
        Made { body: Body::Json(json!({ "state": "closed" })), ..running(world) }
    }),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/trainers"),
    call("PUT /api/v1/organisations/{organisation}/cohorts/{cohort}/trainers/{account}", |world, _| {
        at("account", trainer(world))
    }),
    call("DELETE /api/v1/organisations/{organisation}/cohorts/{cohort}/trainers/{account}", |world, _| {
        let account = trainer(world);
        world.keeper.put(&format!("{}/trainers/{account}", world.closed), json!({})).expect(204);
        at("account", account)
    }),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions"),
    call("POST /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions", |world, _| {
        in_state(world, &world.running, "running");
        Made { body: Body::Json(new_session(world, 2024)), ..running(world) }
    }),
    call("POST /api/v1/organisations/{organisation}/cohorts/{cohort}/series", |world, _| {
        in_state(world, &world.running, "running");
        let first = NaiveDate::from_ymd_opt(2025, 1, 6).unwrap() + Duration::weeks(world.next().into());
        let new = json!({
            "module": "introduction", "zone": "Europe/Tirane", "mode": "online", "first": first, "weekdays": ["monday"],
            "starts": "10:00", "ends": "12:00", "count": 1,
        });
        Made { body: Body::Json(new), ..running(world) }
    }),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions/{session}"),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/schedule.ics"),
    call("PUT /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions/{session}", |world, _| Made {
        body: Body::Json(new_session(world, 2024)),
        ..planned(world, &new_session(world, 2024))
    }),
    call("DELETE /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions/{session}", |world, _| {
        let mut made = planned(world, &new_session(world, 2024));
        made.path
            .iter_mut()
            .filter(|(name, _)| *name == "session")
            .for_each(|(_, id)| id.push_str("?reason=Ill"));
        made
    }),
    call(
        "PUT /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/head-count",
        |world, _| {
            let mut held = new_session(world, 2022);
            held["head_count_only"] = json!(true);
            Made { body: Body::Json(json!({ "count": 40 })), ..planned(world, &held) }
        },
    ),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/trainers"),
    call(
        "PUT /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/trainers",
        |world, _| {
            in_state(world, &world.running, "running");
            let trainers = json!([{ "account": trainer(world), "part": "trainee" }]);
            Made { body: Body::Json(json!({ "trainers": trainers })), ..running(world) }
        },
    ),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/materials"),
    call(
        "POST /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/materials",
        |world, _| {
            let session = planned(world, &new_session(world, 2024));
            Made { body: Body::Json(new_material()), ..session }
        },
    ),
    call(
        "DELETE /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/materials/{material}",
        |world, _| {
            let path = format!("{}/materials", world.closed_session);
            let added = world.keeper.post(&path, new_material()).expect(201);
            at("material", &added.json()["id"])
        },
    ),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/attendance"),
    call(
        "POST /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/attendance",
        |world, _| {
            in_state(world, &world.running, "running");
            Made { body: Body::File("1-introduction.csv"), ..running(world) }
        },
    ),
    call("PUT /api/v1/organisations/{organisation}/cohorts/{cohort}/roster", |world, _| {
        in_state(world, &world.running, "running");
        Made { body: Body::File("roster.csv"), ..running(world) }
    }),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/people"),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/terms"),
    call("PUT /api/v1/organisations/{organisation}/cohorts/{cohort}/terms", |world, _| {
        in_state(world, &world.running, "running");
        let eligible = json!({ "who": "everybody" });
        let terms = json!({
            "opens": null, "closes": null, "eligible": eligible, "capacity": 1000 + world.next(),
            "approval": "none", "freed_seat": { "how": "at-once" },
        });
        Made { body: Body::Json(terms), ..running(world) }
    }),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/links"),
    call("POST /api/v1/organisations/{organisation}/cohorts/{cohort}/links", |world, _| {
        in_state(world, &world.running, "running");
        Made { body: Body::Json(json!({})), ..running(world) }
    }),
    call("DELETE /api/v1/organisations/{organisation}/cohorts/{cohort}/links/{link}", |world, _| {
        in_state(world, &world.running, "running");
        let made = world.keeper.post(&format!("{}/links", world.running), json!({})).expect(201);
        let mut made = Made { path: vec![("link", made.json()["id"].to_string())], ..running(world) };
        made.path.extend(running(world).path);
        made
    }),
    read("GET /api/v1/organisations/{organisation}/open-cohorts"),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/enrolment"),
    call("POST /api/v1/organisations/{organisation}/cohorts/{cohort}/enrolment", |world, _| {
        stands(world, "withdrawn");
        Made { body: Body::Json(json!({})), ..running(world) }
    }),
    call("POST /api/v1/organisations/{organisation}/cohorts/{cohort}/enrolment/withdrawal", |world, _| {
        stands(world, "enrolled");
        running(world)
    }),
    call("POST /api/v1/organisations/{organisation}/cohorts/{cohort}/enrolment/acceptance", |world, _| {
        stands(world, "offered");
        running(world)
    }),
    call("PUT /api/v1/organisations/{organisation}/cohorts/{cohort}/enrolment/needs", |world, _| {
        stands(world, "enrolled");
        Made { body: Body::Json(json!({ "needs": "Slides in advance" })), ..running(world) }
    }),
    call(
        "PUT /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/booking",
        |world, _| {
            stands(world, "enrolled");
            Made { body: Body::Json(json!({})), path: coming(world) }
        },
    ),
    call(
        "DELETE /api/v1/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/booking",
        |world, _| {
            stands(world, "enrolled");
            booked(world);
            Made { body: Body::Nothing, path: coming(world) }
        },
    ),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/enrolments"),
    call("POST /api/v1/organisations/{organisation}/cohorts/{cohort}/enrolments", |world, _| {
        stand(world, &[&world.third], "withdrawn");
        Made { body: Body::Json(json!({ "employee_ids": [world.third] })), ..running(world) }
    }),
    call("POST /api/v1/organisations/{organisation}/cohorts/{cohort}/missing-notices", |world, _| {
        in_state(world, &world.running, "running");
        running(world)
    }),
    call("POST /api/v1/organisations/{organisation}/cohorts/{cohort}/invitations", |world, _| {
        stand(world, &[&world.third], "withdrawn");
        Made { body: Body::Json(json!({ "employee_ids": [world.third] })), ..running(world) }
    }),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/enrolments/{employee_id}"),
    call(
        "POST /api/v1/organisations/{organisation}/cohorts/{cohort}/enrolments/{employee_id}/decision",
        |world, _| {
            stands(world, "requested");
            Made { body: Body::Json(json!({ "decision": "approve" })), ..running(world) }
        },
    ),
    call(
        "POST /api/v1/organisations/{organisation}/cohorts/{cohort}/enrolments/{employee_id}/withdrawal",
        |world, _| {
            stands(world, "enrolled");
            running(world)
        },
    ),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/people/{employee_id}/attendance"),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/people/{employee_id}/verdict"),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/verdicts"),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/certificates"),
    call("POST /api/v1/organisations/{organisation}/cohorts/{cohort}/certificates", as_it_is),
    read("GET /api/v1/organisations/{organisation}/certificates/{serial}"),
    read("GET /api/v1/organisations/{organisation}/certificates/{serial}/pdf"),
    read("GET /api/v1/organisations/{organisation}/cohorts/{cohort}/report"),
];

/// The cohort that runs, and its session.
fn running(world: &World) -> Made {
    let path =
        vec![("cohort", id(&world.running).to_owned()), ("session", id(&world.running_session).to_owned())];
    Made { path, body: Body::Nothing }
}

/// The cohort that runs, and its session that is still to come.
fn coming(world: &World) -> Vec<(&'static str, String)> {
    let session = id(&world.coming_session).to_owned();
    vec![("cohort", id(&world.running).to_owned()), ("session", session)]
}

/// Brings the learner and the colleague to a state in the cohort that runs.
pub fn stands(world: &World, state: &str) {
    stand(world, &[&world.learner, &world.colleague], state);
}

/// Brings people to a state in the cohort that runs, whatever they were in.
fn stand(world: &World, people_of: &[&str], state: &str) {
    in_state(world, &world.running, "running");
    let cohort = CohortId(id(&world.running).parse().unwrap());
    let now = world.platform().clock.now().naive_utc();
    let (enrolled, offered) = (state == "enrolled", state == "offered");
    let brought = world.in_organisation("TIRANA", |conn, organisation| {
        let own = people::table
            .filter(people::organisation_id.eq(organisation))
            .filter(people::employee_id.eq_any(people_of))
            .select(people::id)
            .load::<PersonId>(conn)?;
        let of_organisation = enrolments::table.filter(enrolments::organisation_id.eq(organisation));
        let rows = of_organisation
            .filter(enrolments::cohort_id.eq(cohort))
            .filter(enrolments::person_id.eq_any(own));
        let brought = diesel::update(rows).set((
            enrolments::state.eq(state),
            enrolments::turn.eq(None::<i64>),
            enrolments::enrolled_at.eq(enrolled.then_some(now)),
            enrolments::offer_until.eq(offered.then_some(now + Duration::days(1))),
            enrolments::decided_by.eq(None::<String>),
        ));
        Ok(brought.execute(conn)?)
    });
    assert_eq!(brought.unwrap(), people_of.len());
}

/// Books the session that is still to come for the learner and the colleague.
fn booked(world: &World) {
    let (cohort, session) = (id(&world.running).to_owned(), id(&world.coming_session).to_owned());
    let booked = world.in_organisation("TIRANA", |conn, organisation| {
        let insert = format!(
            "INSERT INTO bookings (organisation_id, cohort_id, module_code, person_id, session_id, mode, created_at) \
             SELECT {organisation}, {cohort}, 'transparency', id, {session}, 'online', created_at FROM people \
             WHERE organisation_id = {organisation} AND employee_id IN ('{}', '{}') \
             ON CONFLICT DO NOTHING",
            world.learner, world.colleague
        );
        Ok(diesel::sql_query(insert).execute(conn)?)
    });
    booked.unwrap();
}

fn new_material() -> Value {
    json!({ "kind": "slides", "title": "Slides", "url": "https://files.example/1", "available": "before" })
}

/// A session of this year, at a time that no other has.
fn new_session(world: &World, year: i32) -> Value {
    let starts = NaiveDate::from_ymd_opt(year, 1, 1).unwrap().and_hms_opt(6, 0, 0).unwrap()
        + Duration::hours(i64::from(world.next() % 1_900));
    json!({
        "module": "introduction", "starts": starts, "ends": starts + Duration::minutes(45), "zone": "Europe/Tirane",
        "mode": "online", "held": year < 2023,
    })
}

/// A session of the cohort that runs, which was planned for this call.
fn planned(world: &World, new: &Value) -> Made {
    in_state(world, &world.running, "running");
    let made = world.keeper.post(&format!("{}/sessions", world.running), new.clone()).expect(201);
    let session = id(made.header("location")).to_owned();
    Made { path: vec![("cohort", id(&world.running).to_owned()), ("session", session)], body: Body::Nothing }
}

/// Brings a cohort to a state, whatever it was in.
pub fn in_state(world: &World, cohort: &str, state: &str) {
    let cohort = CohortId(id(cohort).parse().unwrap());
    let moved = world.in_organisation("TIRANA", |conn, organisation| {
        let of_organisation = cohorts::table.filter(cohorts::organisation_id.eq(organisation));
        let row = diesel::update(of_organisation.filter(cohorts::id.eq(cohort)));
        Ok(row.set(cohorts::state.eq(state)).execute(conn)?)
    });
    assert_eq!(moved.unwrap(), 1);
}

/// A member of the organisation whom nothing else depends on.
fn member(world: &World) -> AccountId {
    member_with(world, Role::Adviser)
}

/// The same, who can teach.
fn trainer(world: &World) -> AccountId {
    member_with(world, Role::Trainer)
}

fn member_with(world: &World, role: Role) -> AccountId {
    let email = format!("member-{}@tirana.example", world.next());
    let joins = Joins { roles: &[role], ..Joins::default() };
    world.keeper.member(&email, "TIRANA", joins).account_id()
}

/// A job that failed for good.
fn dead_job(world: &World, organisation: Option<OrganisationId>) -> JobId {
    let platform = world.platform();
    let key = format!("dead:{}", world.next());
    let run_at = platform.clock.now();
    let made = platform.db.write_tx(Scope::Installation, |conn| {
        let new = NewJob { organisation, kind: "test", key: &key, payload: &(), run_at };
        jobs::enqueue(conn, platform, &new)?;
        let row = diesel::update(jobs_table::table.filter(jobs_table::key.eq(&key)));
        row.set(jobs_table::state.eq("dead")).execute(conn)?;
        let found = jobs_table::table.filter(jobs_table::key.eq(&key)).select(jobs_table::id);
        Ok(found.first(conn)?)
    });
    made.unwrap()
}

fn new_department(world: &World) -> Value {
    json!({ "name": format!("Department {}", world.next()), "parent": null })
}

/// A department with nobody in it.
fn department(world: &World) -> String {
    let made = world.keeper.post("/organisations/TIRANA/departments", new_department(world)).expect(201);
    made.json()["id"].to_string()
}

/// Texts of an adopted module that it does not have yet.
fn adoption(world: &World) -> Value {
    let title = format!("Title {}", world.next());
    json!({ "texts": { "sq": { "title": title, "summary": "A summary" } } })
}

/// The SHA-256 of the organisation's logo, which is put back where it was removed.
fn logo(world: &World) -> String {
    let fields = [("alt", "The city's arms")];
    let posted = world.keeper.post_file("/organisations/TIRANA/logos", "arms.png", LOGO, &fields);
    assert!([201, 409].contains(&posted.status), "{}", posted.text());
    posted.json()["sha256"].as_str().unwrap().to_owned()
}

fn invitation(world: &World) -> Value {
    let email = format!("guest-{}@tirana.example", world.next());
    json!({ "email": email, "roles": ["adviser"], "language": "sq" })
}

/// One of the account's tokens; of somebody who belongs nowhere, a token that is not there.
fn api_token(world: &World, account: AccountId) -> String {
    let new = NewToken {
        name: "To be revoked".into(),
        scope: vec!["report.read".into()],
        expires_at: world.platform().clock.now() + Duration::days(1),
    };
    let made = world.in_organisation("TIRANA", |conn, organisation| {
        if rights_academy::identity::service::members::member(conn, organisation, account).is_err() {
            return Ok("1".to_owned());
        }
        let (made, _) = api_tokens::create(conn, world.platform(), organisation, account, &new)?;
        Ok(made.id.to_string())
    });
    made.unwrap()
}

/// The secret of the persona's calendar feed, which is made; nothing for somebody who belongs nowhere.
fn calendar_feed(world: &World, persona: Persona) -> String {
    let account = world.account(persona);
    let made = world.in_organisation("TIRANA", |conn, organisation| {
        if rights_academy::identity::service::members::member(conn, organisation, account).is_err() {
            return Ok(String::new());
        }
        let (_, secret) = calendar_feeds::create(conn, world.platform(), organisation, account)?;
        Ok(secret.expose().clone())
    });
    made.unwrap()
}

/// The address of a new account with [`PASSWORD`].
fn with_password(world: &World) -> String {
    let email = format!("account-{}@tirana.example", world.next());
    set_password(world, accounts::account(world.platform(), &email, false));
    email
}

fn set_password(world: &World, account: AccountId) {
    static HASH: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let hash = HASH.get_or_init(|| passwords::hash(PASSWORD, &world.platform().random).unwrap());
    let set = world.platform().db.write_tx(Scope::Installation, |conn| {
        let row = diesel::update(accounts_table::table.filter(accounts_table::id.eq(account)));
        Ok(row.set(accounts_table::password_hash.eq(hash)).execute(conn)?)
    });
    assert_eq!(set.unwrap(), 1);
}
