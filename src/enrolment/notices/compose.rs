//! From what happened to a mail for each person whom it is to be told: a job's work, outside the transaction of what
//! happened.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use chrono_tz::Tz;

use super::{Happened, Moved, Said, What, passing};
use crate::catalogue::Catalogue;
use crate::cohorts::calendar::{self, Context};
use crate::cohorts::service as cohorts;
use crate::cohorts::snapshot::ProgrammeSnapshot;
use crate::cohorts::{Cohort, Moment, Session};
use crate::enrolment::bookings::{Booking, BookingChange, Mode};
use crate::enrolment::mails::{self, About, Notice, SessionFacts};
use crate::enrolment::service::bookings::{Coming, coming, to_be_booked};
use crate::enrolment::service::terms::terms;
use crate::enrolment::store::bookings::{self, Of};
use crate::enrolment::store::seats;
use crate::enrolment::{State, links};
use crate::identity::service::members;
use crate::organisations::service as organisations;
use crate::organisations::{Organisation, OrganisationSettings, Person};
use crate::platform::Platform;
use crate::platform::calendar::{Attendee, Event, Participation, cancellation, invitation};
use crate::platform::config::{Home, Secret};
use crate::platform::db::{DbConn, Scope};
use crate::platform::error::Result;
use crate::platform::ids::{PersonId, SessionId};
use crate::platform::jobs::{Job, JobError};
use crate::platform::local_time::in_zone;
use crate::platform::mail::{self, CalendarPart, Mail, Mailbox};

/// So many mails are enqueued in one commit.
const AT_ONCE: usize = 200;

/// What turns what happened into mails.
#[derive(Clone)]
pub struct Composer {
    pub platform: Platform,
    pub catalogue: Catalogue,
    pub home: Home,
    /// The sender of organisations that have none of their own.
    pub sender: Mailbox,
}

impl Composer {
    /// Does a job of [`super::KIND`].
    pub fn handle(&self, job: &Job) -> std::result::Result<(), JobError> {
        let happened: Happened = job.payload()?;
        let mails = self.mails(&happened).map_err(passing)?;
        let organisation = happened.organisation;
        for (chunk, part) in mails.chunks(AT_ONCE).enumerate() {
            let enqueue = |conn: &mut DbConn| {
                for (n, mail) in part.iter().enumerate() {
                    // The job's own key is in it: a second try enqueues nothing new.
                    let key = format!("{}:{}", job.key, chunk * AT_ONCE + n);
                    mail::enqueue(conn, &self.platform, Some(organisation), &key, mail)?;
                }
                Ok(())
            };
            self.platform.db.write_tx(Scope::Organisation(organisation), enqueue).map_err(passing)?;
        }
        Ok(())
    }

    fn mails(&self, happened: &Happened) -> Result<Vec<Mail>> {
        let organisation = happened.organisation;
        self.platform.db.read(Scope::Organisation(organisation), |conn| {
            let course = Course::load(conn, self, happened)?;
            let told = course.told(conn, &happened.what)?;
            course.write(conn, told)
        })
    }
}

/// What one person is told, and what it does to their calendar.
struct Told {
    person: PersonId,
    notice: Notice,
    entry: Entry,
}

/// What a mail does to a calendar.
enum Entry {
    None,
    /// Puts the session there, or moves it.
    Put(Box<Session>),
    /// Takes it out.
    Remove(Box<Session>),
}

impl Told {
    fn only(person: PersonId, notice: Notice) -> Told {
        Told { person, notice, entry: Entry::None }
    }
}

/// What the mails of one cohort have in common.
struct Course<'a> {
    composer: &'a Composer,
    organisation: Organisation,
    settings: OrganisationSettings,
    cohort: Cohort,
    programme: ProgrammeSnapshot,
    /// Those that are not cancelled.
    sessions: Vec<Session>,
    seats: Option<u32>,
    sender: Option<Mailbox>,
    organizer: Mailbox,
    at: NaiveDateTime,
}

impl<'a> Course<'a> {
    fn load(conn: &mut DbConn, composer: &'a Composer, happened: &Happened) -> Result<Course<'a>> {
        let id = happened.organisation;
        let (organisation, settings) = organisations::with_settings(conn, id)?;
        let cohort = cohorts::cohort(conn, id, happened.cohort)?;
        let programme = cohorts::programme(conn, &cohort, &composer.catalogue)?;
        let sessions = cohorts::sessions(conn, id, cohort.id)?;
        let sender =
            settings.sender.as_deref().map(|sender| Mailbox::new(&organisation.name, sender)).transpose()?;
        let organizer = match &sender {
            Some(sender) => sender.clone(),
            None => Mailbox::new(&organisation.name, composer.sender.address())
                .unwrap_or_else(|_| composer.sender.clone()),
        };
        let seats = terms(&cohort)?.capacity;
        let at = happened.at;
        Ok(Course {
            composer,
            organisation,
            settings,
            cohort,
            programme,
            sessions,
            seats,
            sender,
            organizer,
            at,
        })
    }

    /// Who is told what.
    fn told(&self, conn: &mut DbConn, what: &What) -> Result<Vec<Told>> {
        match what {
            What::Moved(moved) => {
                let booked = self.booked(conn)?;
                Ok(moved.iter().flat_map(|moved| self.of_moved(moved, booked.get(&moved.person))).collect())
            }
            What::Rebooked(change) => self.of_booking(conn, change),
            What::Planned(session) => {
                let Some(session) = self.session(*session) else { return Ok(Vec::new()) };
                let comers = self.comers(conn, session)?;
                Ok(comers.into_iter().map(|(person, mode)| self.put(person, session, mode)).collect())
            }
            What::Changed { before } => self.of_change(conn, before),
            What::Cancelled { before, booked } => self.of_cancellation(conn, before, booked),
            What::Reminder { session, sequence, minutes } => {
                let same =
                    |session: &&Session| session.sequence == *sequence && session.starts_at > self.now();
                let Some(session) = self.session(*session).filter(same) else { return Ok(Vec::new()) };
                let remind = |(person, mode)| {
                    let session = self.facts(session, mode);
                    Told::only(person, Notice::Reminder { session, minutes_ahead: *minutes })
                };
                Ok(self.comers(conn, session)?.into_iter().map(remind).collect())
            }
            What::Invited { people, secret } => {
                let link = links::address(&self.composer.home, &Secret::new(secret.clone()));
                let invited = |person: &PersonId| Told::only(*person, Notice::Invited { link: link.clone() });
                Ok(people.iter().map(invited).collect())
            }
            What::Told(told) => {
                let told =
                    told.iter().map(|(person, notice)| Told::only(*person, self.with_link(notice.clone())));
                Ok(told.collect())
            }
        }
    }

    fn with_link(&self, mut notice: Notice) -> Notice {
        if let Notice::CertificateReady { link, .. } = &mut notice
            && link.is_empty()
        {
            *link = self.page();
        }
        notice
    }

    fn now(&self) -> NaiveDateTime {
        self.composer.platform.clock.now().naive_utc()
    }

    /// A session that takes place and is not over.
    fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id && session.ends_at > self.now())
    }

    /// Everybody's bookings in the cohort.
    fn booked(&self, conn: &mut DbConn) -> Result<BTreeMap<PersonId, BTreeMap<String, Booking>>> {
        let mut of: BTreeMap<PersonId, BTreeMap<String, Booking>> = BTreeMap::new();
        let all = bookings::bookings(conn, self.organisation.id, self.cohort.id, Of::All)?;
        for (person, module, booking) in all {
            of.entry(person).or_default().insert(module, booking);
        }
        Ok(of)
    }

    fn of_moved(&self, moved: &Moved, booked: Option<&BTreeMap<String, Booking>>) -> Vec<Told> {
        let none = BTreeMap::new();
        let (coming, to_book) = coming(&self.sessions, self.seats, booked.unwrap_or(&none));
        let coming: Vec<Coming> = coming.into_iter().filter(|one| one.session.ends_at > self.now()).collect();
        let to_book = to_book.iter().map(|module| self.programme.titles(module)).collect();
        let sessions = || coming.iter().map(|one| self.facts(&one.session, one.booked)).collect();
        let zone = self.settings.zone;
        let notice = match &moved.said {
            Said::Requested => Notice::Requested,
            Said::Enrolled => Notice::Enrolled { sessions: sessions(), to_book },
            Said::Promoted => Notice::Promoted { sessions: sessions(), to_book },
            Said::Waitlisted { position } => Notice::Waitlisted { position: *position },
            Said::Offered { until } => Notice::Offered { until: in_zone(*until, zone), zone },
            Said::Declined { reason } => Notice::Declined { reason: reason.clone() },
            Said::OfferOver => Notice::OfferOver,
            Said::Withdrawn { by_oneself } => Notice::Withdrawn { by_oneself: *by_oneself },
        };
        let mut told = vec![Told::only(moved.person, notice)];
        if matches!(moved.said, Said::Enrolled | Said::Promoted) {
            told.extend(coming.iter().map(|one| self.put(moved.person, &one.session, one.booked)));
        }
        if let Some(given_up) = &moved.left {
            // Nothing is booked any more, so that here `coming` are those that need no booking.
            let unbooked = coming.iter().map(|one| &one.session);
            let given_up = self.sessions.iter().filter(|session| given_up.contains(&session.id));
            let given_up = given_up.filter(|session| session.ends_at > self.now());
            told.extend(unbooked.chain(given_up).map(|session| self.left(moved.person, session)));
        }
        told
    }

    fn of_booking(&self, conn: &mut DbConn, change: &BookingChange) -> Result<Vec<Told>> {
        let person = change.person;
        // Who has left or booked again since then is told so by another job.
        let now: BTreeSet<Booking> =
            bookings::of_person(conn, self.organisation.id, self.cohort.id, person)?.into_values().collect();
        let mut told = Vec::new();
        let elsewhere = change.from.filter(|from| change.to.is_none_or(|to| to.session != from.session));
        if let Some(session) = elsewhere.and_then(|from| self.session(from.session)) {
            told.push(self.left(person, session));
        }
        if let Some(to) = change.to.filter(|to| now.contains(to))
            && let Some(session) = self.session(to.session)
        {
            told.push(self.put(person, session, Some(to.mode)));
        }
        Ok(told)
    }

    fn of_change(&self, conn: &mut DbConn, before: &Session) -> Result<Vec<Told>> {
        let Some(after) = self.session(before.id) else { return Ok(Vec::new()) };
        let told = |(person, mode): (PersonId, Option<Mode>)| Told {
            person,
            notice: Notice::SessionChanged {
                before: Box::new(self.facts(before, mode)),
                after: Box::new(self.facts(after, mode)),
            },
            entry: Entry::Put(Box::new(after.clone())),
        };
        Ok(self.comers(conn, after)?.into_iter().map(told).collect())
    }

    fn of_cancellation(
        &self,
        conn: &mut DbConn,
        before: &Session,
        booked: &[(PersonId, Mode)],
    ) -> Result<Vec<Told>> {
        let cancelled =
            cohorts::session_even_cancelled(conn, self.organisation.id, self.cohort.id, before.id)?;
        if cancelled.cancelled_at.is_none() {
            return Ok(Vec::new());
        }
        // Who was to come is settled by the sessions as they were.
        let mut sessions = self.sessions.clone();
        sessions.push(before.clone());
        let mut comers = self.comers_of(conn, &sessions, before)?;
        comers.extend(booked.iter().map(|(person, mode)| (*person, Some(*mode))));
        let told = |(person, mode): (PersonId, Option<Mode>)| Told {
            person,
            notice: Notice::SessionCancelled {
                session: self.facts(before, mode),
                reason: cancelled.cancel_reason.clone().filter(|reason| !reason.is_empty()),
            },
            entry: Entry::Remove(Box::new(cancelled.clone())),
        };
        Ok(comers.into_iter().map(told).collect())
    }

    fn comers(&self, conn: &mut DbConn, session: &Session) -> Result<Vec<(PersonId, Option<Mode>)>> {
        self.comers_of(conn, &self.sessions, session)
    }

    /// The enrolled who are to come to a session, and how, where they have booked it.
    fn comers_of(
        &self,
        conn: &mut DbConn,
        sessions: &[Session],
        session: &Session,
    ) -> Result<Vec<(PersonId, Option<Mode>)>> {
        if session.head_count_only {
            return Ok(Vec::new());
        }
        let enrolled = seats::in_state(conn, self.organisation.id, self.cohort.id, State::Enrolled)?;
        let is_booked = to_be_booked(sessions, self.seats).contains(&session.module_code);
        let of = Of::Module(&session.module_code);
        let booked: BTreeMap<PersonId, Booking> =
            bookings::bookings(conn, self.organisation.id, self.cohort.id, of)?
                .into_iter()
                .map(|(person, _, booking)| (person, booking))
                .collect();
        let comer = |person: PersonId| match booked.get(&person) {
            Some(booking) if booking.session == session.id => Some((person, Some(booking.mode))),
            None if !is_booked => Some((person, None)),
            _ => None,
        };
        Ok(enrolled.into_iter().filter_map(comer).collect())
    }

    fn put(&self, person: PersonId, session: &Session, mode: Option<Mode>) -> Told {
        let notice = Notice::Session { session: self.facts(session, mode) };
        Told { person, notice, entry: Entry::Put(Box::new(session.clone())) }
    }

    fn left(&self, person: PersonId, session: &Session) -> Told {
        let notice = Notice::SessionLeft {
            session: SessionFacts { link: String::new(), ..self.facts(session, None) },
        };
        Told { person, notice, entry: Entry::Remove(Box::new(session.clone())) }
    }

    fn facts(&self, session: &Session, booked: Option<Mode>) -> SessionFacts {
        SessionFacts {
            module: self.programme.titles(&session.module_code),
            starts: Moment { local: session.starts_local, utc: session.starts_at },
            ends: Moment { local: session.ends_local, utc: session.ends_at },
            zone: session.zone.parse().unwrap_or(Tz::UTC),
            mode: session.mode,
            booked,
            link: session.link.clone(),
            place: session.place.clone(),
            room: session.room.clone(),
            directions: session.directions.clone(),
            accessibility: session.accessibility.clone(),
            language: session.language.clone(),
            interpretation: session.interpretation.split_whitespace().map(str::to_owned).collect(),
        }
    }

    /// Where people find this training.
    fn page(&self) -> String {
        format!("{}/o/{}/training/{}", self.composer.home.0, self.organisation.code, self.cohort.id)
    }

    /// A mail to each, in their language.
    fn write(&self, conn: &mut DbConn, told: Vec<Told>) -> Result<Vec<Mail>> {
        let ids: BTreeSet<PersonId> = told.iter().map(|told| told.person).collect();
        let ids: Vec<PersonId> = ids.into_iter().collect();
        let people = organisations::people_of(conn, self.organisation.id, &ids)?;
        let people: BTreeMap<PersonId, Person> =
            people.into_iter().map(|person| (person.id, person)).collect();
        let languages = members::languages(conn, self.organisation.id, &ids)?;
        let mut mails = Vec::with_capacity(told.len());
        for Told { person, notice, entry } in told {
            let Some(person) = people.get(&person) else { continue };
            // What is no address is on the roster as it was given; nobody can be told there.
            let Ok(to) = Mailbox::new(&person.name, &person.email) else { continue };
            let language = languages.get(&person.id).unwrap_or(&self.cohort.locale);
            let calendar = self.calendar(&entry, &to, language);
            let about = About {
                to,
                name: person.name.clone(),
                organisation: self.organisation.name.clone(),
                sender: self.sender.clone(),
                cohort: self.cohort.name.clone(),
                programme: self.programme.programme.titles.clone(),
                link: self.page(),
            };
            mails.push(mails::mail(&notice, &about, language, calendar)?);
        }
        Ok(mails)
    }

    fn calendar(&self, entry: &Entry, to: &Mailbox, language: &str) -> Option<CalendarPart> {
        let attendee =
            || Attendee { mailbox: to.clone(), participation: Participation::Accepted, rsvp: false };
        match entry {
            Entry::None => None,
            Entry::Put(session) => Some(invitation(&self.event(session, language), &attendee())),
            Entry::Remove(session) => Some(cancellation(&self.event(session, language), &attendee())),
        }
    }

    /// The entry of a session. It bears the time of what happened, so that of two about one sequence the later counts:
    /// somebody may leave and come back while nothing about the session changes.
    fn event(&self, session: &Session, language: &str) -> Event {
        let context = Context {
            cohort: &self.cohort,
            programme: &self.programme,
            organizer: &self.organizer,
            language,
            with_link: true,
        };
        let event = calendar::event(session, &context);
        Event { last_modified: event.last_modified.max(self.at), ..event }
    }
}
