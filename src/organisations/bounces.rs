//! Addresses that a mail server refuses for good. Nobody asks for an address when it is written into the roster; a mail
//! that comes back marks it, and one that is accepted clears the mark.

use super::store::people;
use crate::platform::Platform;
use crate::platform::db::{DbConn, Scope};
use crate::platform::error::{Error, Result, chain};
use crate::platform::ids::{OrganisationId, PersonId};
use crate::platform::jobs::{Job, JobError};
use crate::platform::mail::{Failure, Mail, Mailbox, Mailer};

/// Sends the mail that a job is about, and notes on the roster of its organisation what becomes of the address.
///
/// # Errors
/// Those of [`Mailer::handle`]. A mail that was accepted is never sent again for want of a note.
pub fn send(platform: &Platform, mailer: &Mailer, job: &Job) -> Result<(), JobError> {
    let mail: Mail = job.payload()?;
    let to = mail.to.clone();
    let sent = mailer.send(job, mail);
    let Some(organisation) = job.organisation else { return Ok(sent?) };
    let noted = match &sent {
        Ok(()) => note(platform, organisation, &to, None),
        Err(Failure::Bounced(codes)) => note(platform, organisation, &to, Some(codes)),
        Err(Failure::Other(_)) => Ok(()),
    };
    match (noted, &sent) {
        // The server will refuse it once more, and it is noted then.
        (Err(error), Err(_)) => return Err(JobError::Passing(chain(&error))),
        (Err(error), Ok(())) => {
            tracing::warn!(job = %job.id, error = chain(&error), "an address works again, which was not noted");
        }
        (Ok(()), _) => {}
    }
    Ok(sent?)
}

/// Notes of an address that it bounced with these codes, or that it did not. Of most there is nothing to note, and nothing
/// is written.
fn note(platform: &Platform, organisation: OrganisationId, to: &Mailbox, codes: Option<&str>) -> Result<()> {
    let (db, scope) = (&platform.db, Scope::Organisation(organisation));
    if db.read(scope, |conn| whose(conn, organisation, to, codes))?.is_empty() {
        return Ok(());
    }
    let bounced = codes.map(|codes| (platform.clock.now().naive_utc(), codes));
    db.write_tx(scope, |conn| {
        // Asked again: the roster may have changed.
        let people = whose(conn, organisation, to, codes)?;
        people.into_iter().try_for_each(|person| people::set_bounce(conn, organisation, person, bounced))
    })
}

/// Whose address it is, and whom there is something to note of.
fn whose(
    conn: &mut DbConn,
    organisation: OrganisationId,
    to: &Mailbox,
    codes: Option<&str>,
) -> Result<Vec<PersonId>, Error> {
    let candidates = people::by_address(conn, organisation, to.address())?;
    let is_theirs = |email: &str| {
        Mailbox::new("", email).is_ok_and(|theirs| theirs.address().eq_ignore_ascii_case(to.address()))
    };
    let of =
        candidates.into_iter().filter(|(_, email, marked)| (codes.is_some() || *marked) && is_theirs(email));
    Ok(of.map(|(person, ..)| person).collect())
}
