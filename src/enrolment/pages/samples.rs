//! Every page in every language: whole, with nothing missing, and saying what it is there to say.

use std::num::NonZeroU32;

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;

use super::calendar::CalendarPage;
use super::link::{EnrolPage, Follower, gone_notice};
use super::list::{Known, ListPage};
use super::steps::WithdrawalPage;
use super::text::FILES;
use super::training::TrainingPage;
use super::{Pen, words};
use crate::catalogue::Catalogue;
use crate::cohorts::materials::{Available, Kind, Material};
use crate::cohorts::snapshot::ProgrammeSnapshot;
use crate::cohorts::{Cohort, Mode as SessionMode, Session, State as CohortState};
use crate::enrolment::bookings::Mode;
use crate::enrolment::rules::Refusal;
use crate::enrolment::service::bookings::{Choice, Place};
use crate::enrolment::service::open::OpenCohort;
use crate::enrolment::service::training::{List, Meeting, Own, Training};
use crate::enrolment::{Approval, By, Enrolment, Freed, FreedSeat, Standing, State, Terms, Why, Window};
use crate::identity::Account;
use crate::identity::pages::samples::{assert_whole, frame};
use crate::platform::ids::{AccountId, CohortId, MaterialId, OrganisationId, PersonId, SessionId};

const MEETING: &str = "https://meet.example/a?b=c&d=e";
const SLIDES: &str = "https://files.example/slides.pdf";

fn at(time: &str) -> NaiveDateTime {
    time.parse().unwrap()
}

fn pen(language: &str) -> Pen {
    Pen::with(frame(language))
}

fn account() -> Account {
    Account {
        id: AccountId(1),
        email: "arta@tirana.example".into(),
        name: "Arta <Hoxha>".into(),
        language: "sq".into(),
        operator: false,
        disabled_at: None,
    }
}

fn cohort() -> Cohort {
    Cohort {
        id: CohortId(7),
        organisation_id: OrganisationId(1),
        programme_code: "digital-human-rights".into(),
        name: "Spring <Hoxha>".into(),
        locale: "sq".into(),
        state: CohortState::Open,
        threshold_percent: 75,
        programme: None,
        settings: "{}".into(),
        created_at: at("2026-01-01T00:00:00"),
        changed_at: at("2026-01-01T00:00:00"),
        terms: "{}".into(),
        first_day: NaiveDate::from_ymd_opt(2026, 3, 3),
        last_day: NaiveDate::from_ymd_opt(2026, 5, 5),
        reminders: "[]".into(),
    }
}

fn session(id: i64, module: &str, mode: SessionMode) -> Session {
    let starts_at = at("2026-03-03T08:00:00") + TimeDelta::days(7 * id);
    let local = starts_at + TimeDelta::hours(1);
    Session {
        id: SessionId(id),
        cohort_id: CohortId(7),
        module_code: module.into(),
        starts_at,
        ends_at: starts_at + TimeDelta::hours(3),
        zone: "Europe/Tirane".into(),
        starts_local: local,
        ends_local: local + TimeDelta::hours(3),
        mode,
        capacity: Some(20),
        uid: format!("session-{id}"),
        sequence: 0,
        created_at: starts_at,
        changed_at: starts_at,
        online_capacity: None,
        link: MEETING.into(),
        place: "Town <Hoxha> Hall".into(),
        room: "12".into(),
        directions: String::new(),
        accessibility: "Step-free".into(),
        language: "sq".into(),
        interpretation: "sqk en".into(),
        head_count_only: false,
        head_count: None,
        cancelled_at: None,
        cancel_reason: None,
        clash_override: None,
    }
}

fn programme() -> ProgrammeSnapshot {
    let catalogue = Catalogue::embedded().unwrap();
    let programme = catalogue.programmes["digital-human-rights"].clone();
    let titles = |code: &String| {
        let texts = catalogue.modules[code].texts.clone().into_iter();
        (code.clone(), texts.map(|(language, text)| (language, text.title)).collect())
    };
    ProgrammeSnapshot { module_titles: programme.modules.iter().map(titles).collect(), programme }
}

fn materials() -> Vec<Material> {
    let material = |(n, kind)| Material {
        id: MaterialId(n),
        session_id: SessionId(1),
        kind,
        title: "Rights <Hoxha> online".into(),
        url: SLIDES.into(),
        language: if n == 1 { String::new() } else { "sq".into() },
        available: Available::Before,
        created_at: at("2026-02-01T09:00:00"),
    };
    (1..).zip(Kind::ALL).map(material).collect()
}

fn enrolment(standing: Standing, why: &Why) -> Enrolment {
    let position = matches!(standing, Standing::Waitlisted { .. }).then_some(3);
    let time = at("2026-02-01T09:00:00");
    let why = Some(serde_json::to_string(why).unwrap());
    Enrolment { person: PersonId(1), standing, why, position, created_at: time, changed_at: time }
}

/// Every standing with every reason that leads to it.
fn enrolments() -> Vec<Enrolment> {
    let until = at("2026-02-03T22:30:00");
    let freed = Freed::Withdrawal;
    let reason = "Next time, <Hoxha>.".to_owned();
    let enrolled = Standing::Enrolled { since: at("2026-02-01T09:00:00") };
    let waitlisted = Standing::Waitlisted { turn: 9 };
    let mut all = vec![
        enrolment(Standing::Requested, &Why::NeedsApproval { approval: Approval::None }),
        enrolment(Standing::Requested, &Why::NeedsApproval { approval: Approval::Trainer }),
        enrolment(Standing::Requested, &Why::NeedsApproval { approval: Approval::Hr }),
        enrolment(Standing::Offered { until }, &Why::SeatOffered { freed, until }),
        enrolment(enrolled, &Why::NextInLine { freed }),
        enrolment(enrolled, &Why::OfferAccepted),
        enrolment(waitlisted, &Why::CohortFull { position: 5 }),
        enrolment(Standing::Withdrawn { by: None }, &Why::OfferOver { until }),
    ];
    for was in [State::Requested, State::Offered, State::Waitlisted] {
        all.push(enrolment(Standing::Declined { by: None }, &Why::CohortClosed { was }));
    }
    for by in By::ALL {
        all.extend([
            enrolment(enrolled, &Why::SeatFree { by }),
            enrolment(enrolled, &Why::Listed { by }),
            enrolment(enrolled, &Why::Approved { by }),
            enrolment(waitlisted, &Why::ApprovedAndFull { by, position: 5 }),
            enrolment(Standing::Declined { by: Some(by) }, &Why::NotApproved { by, reason: reason.clone() }),
            enrolment(Standing::Withdrawn { by: Some(by) }, &Why::Left { by }),
        ]);
    }
    all.push(Enrolment { why: None, ..enrolment(enrolled, &Why::OfferAccepted) });
    all
}

fn refusals() -> Vec<Refusal> {
    let time = at("2026-02-03T22:30:00");
    vec![
        Refusal::CohortOver { state: CohortState::Closed },
        Refusal::TurnedAway { by: By::Trainer },
        Refusal::WindowClosed { closed: time },
        Refusal::NotEligible { departments: vec![] },
        Refusal::ByInvitation,
        Refusal::NotOpenYet { opens: Some(time) },
        Refusal::NotOpenYet { opens: None },
    ]
}

fn training(enrolment: Option<Enrolment>, refusal: Option<Refusal>) -> Training {
    let window = Window { opens: Some(at("2026-01-01T00:00:00")), closes: Some(at("2026-02-28T23:00:00")) };
    let freed_seat = FreedSeat::Offer { hours: NonZeroU32::new(48).unwrap() };
    let terms = Terms { window, freed_seat, ..Terms::default() };
    let is_enrolled = matches!(enrolment, Some(Enrolment { standing: Standing::Enrolled { .. }, .. }));
    let first = session(1, "introduction", SessionMode::Hybrid);
    let second = session(2, "transparency", SessionMode::Online);
    let place = |mode, left, theirs| Place { session: second.clone(), mode, left, theirs };
    let third = Place {
        session: session(3, "transparency", SessionMode::InPerson),
        ..place(Mode::InPerson, None, false)
    };
    let places = vec![place(Mode::InPerson, Some(0), false), place(Mode::Online, Some(1), true), third];
    let meeting = |session: &Session| Meeting {
        session: if is_enrolled {
            session.clone()
        } else {
            Session { link: String::new(), ..session.clone() }
        },
        booked: is_enrolled.then_some(Mode::Online),
        materials: if is_enrolled { materials() } else { Vec::new() },
    };
    Training {
        organisation: "Municipality of <Hoxha>".into(),
        zone: Tz::Europe__Tirane,
        programme: programme(),
        open: OpenCohort { cohort: cohort(), terms, seats_left: Some(1), enrolment, refusal },
        meetings: vec![meeting(&first), meeting(&second)],
        choices: if is_enrolled {
            vec![Choice { module: "transparency".into(), places }]
        } else {
            Vec::new()
        },
        needs: is_enrolled.then(|| "Slides, <Hoxha>".into()),
        may_leave: true,
    }
}

/// Every page in a language: what it is, and its text.
fn pages(language: &str) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let mut page = |name: String, page: &dyn Fn() -> askama::Result<String>| {
        // What is elsewhere on purpose: where the enrolled meet, and their materials.
        let text = page().unwrap();
        let text = [MEETING, SLIDES].iter().fold(text, |text, link| {
            let shown = link.replace('&', "&#38;");
            text.replace(&format!(" href=\"{shown}\""), "").replace(&shown, "")
        });
        pages.push((name, text));
    };
    let one = |training: &Training| TrainingPage::new(pen(language), "TIRANA", training);
    for (n, own) in enrolments().into_iter().enumerate() {
        let training = training(Some(own), Some(Refusal::AlreadyEnrolled));
        page(format!("training {n}"), &|| one(&training).having_done(Some("needs")).render());
    }
    for (n, refusal) in refusals().into_iter().enumerate() {
        let refused = training(None, Some(refusal));
        page(format!("refused {n}"), &|| one(&refused).refusing("Wrong.".into()).render());
        let enrol = |follower: &Follower| EnrolPage::new(pen(language), &refused, follower).render();
        page(format!("enrol refused {n}"), &|| enrol(&Follower::Unknown));
    }
    let mut open = training(None, None);
    let followers =
        [Follower::Unknown, Follower::Elsewhere(account()), Follower::Person(account(), PersonId(1))];
    for approval in [Approval::None, Approval::Trainer, Approval::Hr] {
        open.open.terms.approval = approval;
        for seats_left in [None, Some(0), Some(1), Some(9)] {
            open.open.seats_left = seats_left;
            for (n, follower) in followers.iter().enumerate() {
                let name = format!("enrol {approval:?} {seats_left:?} {n}");
                page(name, &|| EnrolPage::new(pen(language), &open, follower).render());
            }
        }
    }
    page("open".into(), &|| one(&open).render());
    let bare = Training { meetings: Vec::new(), ..training(None, None) };
    page("bare".into(), &|| one(&bare).render());
    for state in [State::Requested, State::Offered, State::Enrolled, State::Waitlisted] {
        let withdrawal =
            || WithdrawalPage::new(pen(language), "Rights (Spring)".into(), state, "/o/X/training/7");
        page(format!("withdrawal {state:?}"), &|| withdrawal().render());
    }
    let own = |enrolment| Own { cohort: cohort(), programme: programme(), enrolment };
    let others = vec![(training(None, None).open, programme())];
    let zone = Tz::Europe__Tirane;
    let full = Known {
        list: List { own: enrolments().into_iter().map(own).collect(), others },
        calendar: Some(at("2026-02-01T09:00:00")),
        zone,
    };
    let empty = Known { list: List { own: Vec::new(), others: Vec::new() }, calendar: None, zone };
    for (name, known) in [("trainings", &full), ("no trainings", &empty)] {
        page(name.into(), &|| ListPage::new(pen(language), "TIRANA", "City of <Hoxha>", known).render());
    }
    page("calendar".into(), &|| CalendarPage::new(pen(language), "TIRANA", "webcal".into()).render());
    page("gone".into(), &|| gone_notice(pen(language)).render());
    pages
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
fn where_to_meet_is_told_to_the_enrolled_alone() {
    for own in enrolments() {
        let is_enrolled = matches!(own.standing, Standing::Enrolled { .. });
        let told = format!("{own:?}");
        let page = TrainingPage::new(pen("en"), "TIRANA", &training(Some(own), None)).render().unwrap();
        assert_eq!(page.contains("https://meet.example"), is_enrolled, "{told}");
        assert_eq!(page.contains(SLIDES), is_enrolled, "{told}");
        assert_eq!(page.contains("/sessions.ics"), is_enrolled, "{told}");
        assert!(page.contains("Tuesday, 10 March 2026, 09:00–12:00"), "{page}");
    }
    let open = training(None, None);
    for follower in [Follower::Unknown, Follower::Person(account(), PersonId(1))] {
        let page = EnrolPage::new(pen("en"), &open, &follower).render().unwrap();
        assert!(!page.contains("meet.example") && page.contains("<button>Enrol</button>"), "{page}");
    }
}

#[test]
fn a_link_that_is_none_is_not_followed() {
    let mut meeting = training(Some(enrolments().remove(4)), None);
    for typed in ["javascript:alert(1)", "data:text/html,x", "ring the bell"] {
        meeting.meetings[0].session.link = typed.into();
        meeting.meetings[0].materials[0].url = typed.into();
        let page = TrainingPage::new(pen("en"), "TIRANA", &meeting).render().unwrap();
        assert!(!page.contains(&format!("href=\"{typed}")), "{typed}");
    }
}

#[test]
fn where_somebody_stands_is_said_with_its_reason() {
    let told = |own: &Enrolment| words::standing(&pen("en"), own, Tz::Europe__Tirane).join(" ");
    let enrolments = enrolments();
    let find = |start: &str| enrolments.iter().map(told).find(|told| told.starts_with(start)).unwrap();
    let line = find("You are number 3 in the line for a seat. All seats were taken when you enrolled.");
    assert!(line.contains("You need not do anything"), "{line}");
    find(
        "A seat is kept for you. Accept it before this time: Tuesday, 3 February 2026, 23:30 (Central European",
    );
    find("Your request has arrived and is not decided yet. It is decided by human resources.");
    let declined = "You have no seat in this training. Your request was not approved by a trainer. The reason given: Next";
    find(declined);
}
