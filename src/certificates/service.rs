//! Use cases of certificates: issue, list, find. Their bytes are made and kept in [`super::renditions`].

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, NaiveDateTime, TimeZone};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::rules::{self, Held};
use super::store::{self, NewCertificate, Which};
use super::template::Template;
use super::{Certificate, Logo, Record, RecordedModule, Status, render, renditions};
use crate::access::{Access, Reach};
use crate::catalogue::{Catalogue, Level};
use crate::certification::service::{self as certification, CohortVerdicts, PersonVerdict};
use crate::certification::{Finding, ModuleFinding};
use crate::cohorts::service as cohorts;
use crate::cohorts::trainers;
use crate::cohorts::{Session, State};
use crate::enrolment::mails::Notice;
use crate::enrolment::notices;
use crate::organisations::{Organisation, Person, logos};
use crate::platform::db::{DbConn, Scope};
use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};
use crate::platform::ids::{CertificateId, CohortId, OrganisationId, PersonId};
use crate::platform::keys::{KnownKey, Purpose};
use crate::platform::random::Random;
use crate::platform::{Platform, parallel};

/// What issuing did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Issued {
    /// Who has got a certificate now, and of which level.
    pub issued: Vec<(PersonId, Level)>,
    /// Of a lower level, superseded now.
    pub superseded: u32,
    /// Valid ones whose level the facts no longer earn: for somebody to look at.
    pub review: Vec<CertificateId>,
}

/// What somebody who issues decides beyond the facts.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    pub template: &'a Template,
    /// The address that the service is reached at, without a slash at its end; where absent, certificates carry neither
    /// an address nor a QR code.
    pub public_url: Option<&'a str>,
}

/// Issues what a closed cohort has earned and what was not issued before; a second run issues nothing. Names that the
/// fonts cannot write are refused before anything is issued.
pub fn issue(
    conn: &mut DbConn,
    platform: &Platform,
    organisation: &Organisation,
    verdicts: &CohortVerdicts,
    terms: Terms<'_>,
) -> Result<Issued> {
    let cohort = cohorts::cohort_for_change(conn, organisation.id, verdicts.cohort.id)?;
    if cohort.state != State::Closed {
        let detail = format!("certificates are issued from a closed cohort; this one is {}", cohort.state);
        return Err(Error::refused("cohort-not-closed", detail, json!({ "state": cohort.state })));
    }
    let mut held: HashMap<PersonId, Vec<Held>> = HashMap::new();
    for (person, id, level, status) in store::held(conn, organisation.id, cohort.id)? {
        let level = Level::try_from(level).map_err(Error::internal)?;
        held.entry(person).or_default().push(Held { id, level, status: status.try_into()? });
    }

    let now = platform.clock.now().naive_utc();
    let frame = Frame::of(conn, organisation, verdicts, terms, now)?;
    let mut issued = Issued::default();
    let mut drafts = Vec::new();
    let mut superseded = Vec::new();
    for person in &verdicts.people {
        let theirs = held.remove(&person.person.id).unwrap_or_default();
        let plan = rules::plan(&theirs, person.verdict.outcome.level());
        issued.review.extend(plan.review);
        superseded.extend(plan.supersede);
        let Some(level) = plan.issue else { continue };
        let record =
            frame.record(verdicts, person, level, serial(&platform.random, &organisation.code, &frame)?);
        drafts.push((&person.person, record));
    }
    // Whoever is no longer enrolled and holds a certificate is for somebody to look at, too.
    let gone = held.into_values().flatten().filter(|c| c.status == Status::Valid);
    issued.review.extend(gone.map(|certificate| certificate.id));
    issued.review.sort_unstable();
    refuse_unwritable(&drafts, terms.template, &cohort.locale)?;

    let rows: Vec<NewCertificate> = drafts
        .iter()
        .map(|(person, record)| new_certificate(platform, organisation.id, cohort.id, person.id, record, now))
        .collect::<Result<_>>()?;
    store::insert(conn, &rows)?;
    for id in &superseded {
        store::set_status(conn, organisation.id, *id, Status::Superseded, "a higher level was earned", now)?;
    }
    issued.issued = drafts.iter().map(|(person, record)| (person.id, record.level)).collect();
    issued.superseded = u32::try_from(superseded.len()).unwrap_or(u32::MAX);
    Ok(issued)
}

/// A name that the fonts cannot write, or a text that does not fit, is told before anything is issued, all at once.
fn refuse_unwritable(drafts: &[(&Person, Record)], template: &Template, locale: &str) -> Result<()> {
    let checked = parallel::map(drafts, |(person, record)| {
        Ok(render::check(record, template, locale).err().map(|error| {
            let message = format!("{} ({}): {error}", record.name, person.employee_id);
            Fault::new("cannot-be-written", message)
        }))
    })?;
    let mut faults = Faults::default();
    checked.into_iter().flatten().for_each(|fault| faults.push(fault));
    Ok(faults.into_result(())?)
}

/// What issuing a cohort's certificates did.
#[derive(Clone, Debug)]
pub struct CohortIssued {
    /// Certificates made now.
    pub issued: u32,
    /// Of a lower level, superseded now.
    pub superseded: u32,
    /// Valid ones whose level the facts no longer earn: for somebody to look at.
    pub review: Vec<Certificate>,
}

/// Decides on everybody in a closed cohort, issues what was earned, tells those who have got a certificate, and makes the renditions in the cohort's language.
/// Whoever issues at the same time waits, and then finds nothing left to issue.
pub fn issue_cohort(
    platform: &Platform,
    catalogue: &Catalogue,
    organisation: &Organisation,
    cohort: CohortId,
    terms: Terms<'_>,
) -> Result<CohortIssued> {
    let (cohort, done) = platform.db.write_alone(Scope::Organisation(organisation.id), |conn| {
        let cohort = cohorts::cohort_for_change(conn, organisation.id, cohort)?;
        let verdicts = certification::cohort_verdicts(conn, catalogue, cohort)?;
        let Issued { issued, superseded, review } = issue(conn, platform, organisation, &verdicts, terms)?;
        let ready = |(person, level): &(PersonId, Level)| {
            (*person, Notice::CertificateReady { level: *level, link: String::new() })
        };
        notices::tell(conn, platform, &verdicts.cohort, issued.iter().map(ready).collect())?;
        let issued = u32::try_from(issued.len()).unwrap_or(u32::MAX);
        let review = store::by_ids(conn, organisation.id, &review)?;
        Ok((verdicts.cohort, CohortIssued { issued, superseded, review }))
    })?;
    let which = Which::Cohort(cohort.id);
    let language = terms.template.language(&cohort.locale);
    renditions::render_missing(platform, organisation.id, which, terms.template, language, &|_| {})?;
    Ok(done)
}

/// What all certificates of one issue have in common.
struct Frame {
    organisation: String,
    place: String,
    issued_on: NaiveDate,
    signatories: Vec<crate::cohorts::Signatory>,
    logos: Vec<Logo>,
    verify_at: Option<String>,
}

impl Frame {
    fn of(
        conn: &mut DbConn,
        organisation: &Organisation,
        verdicts: &CohortVerdicts,
        terms: Terms<'_>,
        now: NaiveDateTime,
    ) -> Result<Frame> {
        let mut settings = cohorts::settings(&verdicts.cohort)?;
        logos::fill(conn, organisation.id, settings.logos.iter_mut())?;
        Ok(Frame {
            organisation: organisation.name.clone(),
            place: settings.place,
            issued_on: date_in_zone(now, verdicts.sessions.last()),
            signatories: settings.signatories,
            logos: settings.logos,
            verify_at: terms.public_url.map(|url| format!("{url}/verify/")),
        })
    }

    fn record(
        &self,
        verdicts: &CohortVerdicts,
        person: &PersonVerdict,
        level: Level,
        serial: String,
    ) -> Record {
        let snapshot = &verdicts.snapshot;
        let recorded = |finding: &ModuleFinding| {
            let Finding::Attended { session, .. } = &finding.finding else { return None };
            let session = verdicts.session(*session)?;
            Some(RecordedModule {
                code: finding.module.clone(),
                titles: snapshot.titles(&finding.module),
                date: session.date(),
                minutes: session.seconds() / 60,
            })
        };
        Record {
            serial,
            name: person.person.name.clone(),
            level,
            organisation: self.organisation.clone(),
            programme: snapshot.programme.titles.clone(),
            modules_in_programme: u32::try_from(snapshot.programme.modules.len()).unwrap_or(u32::MAX),
            modules: person.verdict.modules.iter().filter_map(recorded).collect(),
            place: self.place.clone(),
            issued_on: self.issued_on,
            signatories: self.signatories.clone(),
            logos: self.logos.clone(),
            verify_at: self.verify_at.clone(),
        }
    }
}

/// The day in the zone of the cohort's last session: a certificate issued at midnight carries the day of those who get it.
fn date_in_zone(now: NaiveDateTime, last: Option<&Session>) -> NaiveDate {
    let zone = last.and_then(|session| session.zone.parse::<chrono_tz::Tz>().ok()).unwrap_or(chrono_tz::UTC);
    zone.from_utc_datetime(&now).date_naive()
}

/// Forty random bits beside organisation and year: unique for good without a counter that two laptops would share.
fn serial(random: &Random, organisation: &str, frame: &Frame) -> Result<String> {
    use chrono::Datelike;
    Ok(format!("{organisation}-{}-{}", frame.issued_on.year(), random.letters(rules::SERIAL_ALPHABET, 8)?))
}

fn new_certificate(
    platform: &Platform,
    organisation: OrganisationId,
    cohort: CohortId,
    person: PersonId,
    record: &Record,
    now: NaiveDateTime,
) -> Result<NewCertificate> {
    let code = platform.random.letters(rules::CODE_ALPHABET, rules::CODE_LETTERS)?;
    let KnownKey { id: key_id, key, .. } = platform.keys.current(Purpose::CertificateCodes)?;
    Ok(NewCertificate {
        organisation_id: organisation,
        cohort_id: cohort,
        person_id: person,
        level: record.level.as_str(),
        edition: 1,
        serial: record.serial.clone(),
        status: Status::Valid.as_str(),
        record: serde_json::to_string(record).map_err(Error::internal)?,
        code_sha256: Sha256::digest(code.as_bytes()).to_vec(),
        code_sealed: key.seal(&record.serial, code.as_bytes(), &platform.random)?,
        key_id,
        issued_at: now,
    })
}

/// A page of a cohort's certificates in the order of their issue.
pub fn page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
    of: Option<PersonId>,
    after: Option<CertificateId>,
    limit: i64,
) -> Result<Vec<Certificate>> {
    store::page(conn, organisation, cohort, of, after, limit)
}

/// Every certificate of a cohort.
pub fn all(conn: &mut DbConn, organisation: OrganisationId, cohort: CohortId) -> Result<Vec<Certificate>> {
    store::page(conn, organisation, cohort, None, None, i64::MAX)
}

/// The certificate with this serial, or [`Error::NotFound`].
pub fn by_serial(conn: &mut DbConn, organisation: OrganisationId, serial: &str) -> Result<Certificate> {
    // PostgreSQL takes no NUL in a text, so no serial has one.
    let found = if serial.contains('\0') { None } else { store::by_serial(conn, organisation, serial)? };
    found.ok_or_else(|| Error::not_found("certificate"))
}

/// The same, where the caller reaches it: all of the organisation's, those of cohorts that they teach, their own.
pub fn reached_by_serial<P>(conn: &mut DbConn, access: &Access<P>, serial: &str) -> Result<Certificate> {
    let found = by_serial(conn, access.organisation, serial)?;
    let Reach { all, taught, own, .. } = access.reach;
    let reached = all
        || own == Some(found.person_id)
        || taught && trainers::teaches(conn, access.organisation, found.cohort_id, access.account)?;
    if reached { Ok(found) } else { Err(Error::not_found("certificate")) }
}

/// Who holds a valid certificate of a cohort, and of which level.
pub fn valid_holders(
    conn: &mut DbConn,
    organisation: OrganisationId,
    cohort: CohortId,
) -> Result<BTreeMap<PersonId, Level>> {
    let mut holders = BTreeMap::new();
    for (person, _, level, status) in store::held(conn, organisation, cohort)? {
        if Status::try_from(status)? == Status::Valid {
            holders.insert(person, Level::try_from(level).map_err(Error::internal)?);
        }
    }
    Ok(holders)
}
