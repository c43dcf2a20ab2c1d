//! A cohort's schedule as a file for calendar programs: for somebody who asks for it, and beside what `process` writes.

use crate::catalogue::Catalogue;
use crate::cohorts::calendar::{self, Context};
use crate::cohorts::{Cohort, Session, service, store};
use crate::identity::service::own_account;
use crate::organisations::service as organisations;
use crate::organisations::{Organisation, OrganisationSettings};
use crate::platform::Platform;
use crate::platform::calendar::{Event, schedule};
use crate::platform::db::DbConn;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;
use crate::platform::mail::Mailbox;

/// Who stands as the organizer of an organisation's sessions: its own sender under its name, or the installation's.
pub fn organizer(
    organisation: &Organisation,
    settings: &OrganisationSettings,
    installation: &Mailbox,
) -> Result<Mailbox> {
    let address = settings.sender.as_deref().unwrap_or(installation.address());
    Ok(Mailbox::new(&organisation.name, address)?)
}

/// The schedule for an account, in its language. `with_link`: for somebody who
/// may know where to meet online.
pub fn of_cohort(
    conn: &mut DbConn,
    platform: &Platform,
    catalogue: &Catalogue,
    cohort: &Cohort,
    account: AccountId,
    with_link: bool,
) -> Result<String> {
    let (organisation, settings) = organisations::with_settings(conn, cohort.organisation_id)?;
    let context = Context {
        cohort,
        programme: &service::programme(conn, cohort, catalogue)?,
        organizer: &organizer(&organisation, &settings, &platform.sender)?,
        language: &own_account::language(conn, account)?,
        with_link,
    };
    let now = platform.clock.now().naive_utc();
    let sessions = store::sessions::scheduled_sessions(conn, organisation.id, cohort.id, now)?;
    let events: Vec<Event> = sessions.iter().map(|session| calendar::event(session, &context)).collect();
    Ok(schedule(&calendar::schedule_name(&context), &events))
}

/// The schedule of a cohort that was read from a folder, in the language of its documents. It goes around, so no link to
/// a meeting is in it.
///
/// The same folder gives the same bytes, whenever and wherever it is processed. It says of no session when it was planned or
/// changed, so each is as old as its own start, and was never changed. Calendar programs show a session that has another
/// time in a corrected folder as another session, which it is.
pub fn of_folder(
    conn: &mut DbConn,
    platform: &Platform,
    catalogue: &Catalogue,
    cohort: &Cohort,
    organisation: &Organisation,
) -> Result<String> {
    let context = Context {
        cohort,
        programme: &service::programme(conn, cohort, catalogue)?,
        organizer: &Mailbox::new(&organisation.name, platform.sender.address())?,
        language: &cohort.locale,
        with_link: false,
    };
    let mut sessions = service::sessions(conn, cohort.organisation_id, cohort.id)?;
    // Of two that start together, the database has either first.
    sessions.sort_by(|a, b| (a.starts_at, &a.module_code).cmp(&(b.starts_at, &b.module_code)));
    let event = |session: Session| {
        let (created_at, changed_at) = (session.starts_at, session.starts_at);
        calendar::event(&Session { created_at, changed_at, sequence: 0, ..session }, &context)
    };
    let events: Vec<Event> = sessions.into_iter().map(event).collect();
    Ok(schedule(&calendar::schedule_name(&context), &events))
}
