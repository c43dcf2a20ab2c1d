//! From what happened to a mail for each person whom it is to be told: a job's work, outside the transaction of what
//! happened.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;

use super::audience::{Entry, To, Told};
use super::{Happened, passing};
use crate::catalogue::Catalogue;
use crate::cohorts::calendar::{self, Context};
use crate::cohorts::service as cohorts;
use crate::cohorts::snapshot::ProgrammeSnapshot;
use crate::cohorts::{Cohort, Session};
use crate::enrolment::bookings::Mode;
use crate::enrolment::links;
use crate::enrolment::mails::{self, About, SessionFacts};
use crate::enrolment::service::terms::terms;
use crate::identity::service::members::{self, Contact};
use crate::organisations::service as organisations;
use crate::organisations::{Organisation, OrganisationSettings, Person};
use crate::platform::Platform;
use crate::platform::calendar::{Attendee, Event, Participation, cancellation, invitation};
use crate::platform::config::{Home, Secret};
use crate::platform::db::{DbConn, Scope};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, PersonId};
use crate::platform::jobs::{Job, JobError};
use crate::platform::mail::{self, CalendarPart, Mail, Mailbox};

/// So many mails are enqueued in one commit.
const AT_ONCE: usize = 200;

/// What turns what happened into mails.
#[derive(Clone)]
pub struct Composer {
    pub platform: Platform,
    pub catalogue: Catalogue,
    pub home: Home,
}

impl Composer {
    /// Does a job of [`super::KIND`].
    pub fn handle(&self, job: &Job) -> std::result::Result<(), JobError> {
        let happened: Happened = job.payload()?;
        let mails = self.mails(&happened).map_err(passing)?;
        let organisation = happened.organisation;
        let series = happened.series.as_deref().unwrap_or(&job.key);
        for part in mails.chunks(AT_ONCE) {
            let enqueue = |conn: &mut DbConn| {
                for (name, mail) in part {
                    // Another try enqueues nothing new.
                    let key = format!("{series}:{name}");
                    mail::enqueue(conn, &self.platform, Some(organisation), &key, mail)?;
                }
                Ok(())
            };
            self.platform.db.write_tx(Scope::Organisation(organisation), enqueue).map_err(passing)?;
        }
        Ok(())
    }

    /// The mails, each with a name that no other of them has.
    fn mails(&self, happened: &Happened) -> Result<Vec<(String, Mail)>> {
        let organisation = happened.organisation;
        self.platform.db.read(Scope::Organisation(organisation), |conn| {
            let course = Course::load(conn, self, happened)?;
            let told = course.told(conn, &happened.what)?;
            course.write(conn, told)
        })
    }
}

/// What the mails of one cohort have in common.
pub(super) struct Course<'a> {
    composer: &'a Composer,
    pub(super) organisation: Organisation,
    pub(super) settings: OrganisationSettings,
    pub(super) cohort: Cohort,
    pub(super) programme: ProgrammeSnapshot,
    /// Those that are not cancelled.
    pub(super) sessions: Vec<Session>,
    pub(super) seats: Option<u32>,
    sender: Option<Mailbox>,
    organizer: Mailbox,
    /// When it happened.
    pub(super) at: NaiveDateTime,
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
            None => Mailbox::new(&organisation.name, composer.platform.sender.address())
                .unwrap_or_else(|_| composer.platform.sender.clone()),
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

    pub(super) fn facts(&self, session: &Session, booked: Option<Mode>) -> SessionFacts {
        SessionFacts::of(session, &self.programme, booked)
    }

    /// Where people find this training.
    pub(super) fn page(&self) -> String {
        format!("{}/o/{}/training/{}", self.composer.home.0, self.organisation.code, self.cohort.id)
    }

    /// Where people enrol who have this secret.
    pub(super) fn link(&self, secret: &str) -> String {
        links::address(&self.composer.home, &Secret::new(secret.to_owned()))
    }

    pub(super) fn now(&self) -> NaiveDateTime {
        self.composer.platform.clock.now().naive_utc()
    }

    /// A mail to each, in their language.
    fn write(&self, conn: &mut DbConn, told: Vec<Told>) -> Result<Vec<(String, Mail)>> {
        let readers = Readers::load(conn, self, &told)?;
        let (mut mails, mut names) = (Vec::with_capacity(told.len()), BTreeMap::new());
        for told in told {
            let name = told.name();
            let times = names.entry(name.clone()).and_modify(|times: &mut u32| *times += 1).or_insert(1);
            let told_as = format!("{name}:{times}");
            let Told { to, notice, entry } = told;
            let Some(Reader { name, address, language, link }) = readers.reader(to) else { continue };
            // What is no address is on the roster as it was given; nobody can be told there.
            let Ok(to) = Mailbox::new(name, address) else { continue };
            let calendar = self.calendar(&entry, &to, language);
            let about = About {
                to,
                name: name.to_owned(),
                organisation: self.organisation.name.clone(),
                sender: self.sender.clone(),
                cohort: self.cohort.name.clone(),
                programme: self.programme.programme.titles.clone(),
                link,
            };
            mails.push((told_as, mails::mail(&notice, &about, language, calendar)?));
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

/// Those who are written to.
struct Readers<'a> {
    course: &'a Course<'a>,
    people: BTreeMap<PersonId, Person>,
    /// Of those who have an account.
    languages: BTreeMap<PersonId, String>,
    trainers: BTreeMap<AccountId, Contact>,
}

/// Somebody who is written to.
struct Reader<'a> {
    name: &'a str,
    address: &'a str,
    language: &'a str,
    /// Their page of the training, or empty.
    link: String,
}

impl<'a> Readers<'a> {
    fn load(conn: &mut DbConn, course: &'a Course<'a>, told: &[Told]) -> Result<Readers<'a>> {
        let (mut people, mut trainers) = (BTreeSet::new(), BTreeSet::new());
        for Told { to, .. } in told {
            match to {
                To::Person(person) => people.insert(*person),
                To::Trainer(account) => trainers.insert(*account),
            };
        }
        let organisation = course.organisation.id;
        let ids: Vec<PersonId> = people.into_iter().collect();
        let people = organisations::people_of(conn, organisation, &ids)?;
        Ok(Readers {
            course,
            people: people.into_iter().map(|person| (person.id, person)).collect(),
            languages: members::languages(conn, organisation, &ids)?,
            trainers: members::contacts(conn, organisation, &trainers.into_iter().collect::<Vec<_>>())?,
        })
    }

    /// None where they are not there any more.
    fn reader(&self, to: To) -> Option<Reader<'_>> {
        match to {
            To::Person(person) => {
                let Person { name, email, .. } = self.people.get(&person)?;
                let language = self.languages.get(&person).unwrap_or(&self.course.cohort.locale);
                Some(Reader { name, address: email, language, link: self.course.page() })
            }
            To::Trainer(account) => {
                let Contact { name, email, language } = self.trainers.get(&account)?;
                Some(Reader { name, address: email, language, link: String::new() })
            }
        }
    }
}
