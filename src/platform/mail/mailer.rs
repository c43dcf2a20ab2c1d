//! What sends mails.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lettre::Message;

use super::message::{compose, message_id};
use super::route::{Route, Tls};
use super::smtp::{Failure, Smtp};
use super::{Mail, Mailbox};
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{Job, JobError};
use crate::platform::private;

/// What sends mails.
#[derive(Clone)]
pub struct Mailer {
    /// The sender of mails that name none.
    sender: Mailbox,
    carrier: Carrier,
}

#[derive(Clone)]
enum Carrier {
    Smtp(Box<Smtp>),
    Folder(PathBuf),
    Memory(Outbox),
}

/// The mails that a test's mailer has sent.
pub type Outbox = Arc<Mutex<Vec<Sent>>>;

/// A mail as it left.
#[derive(Clone)]
pub struct Sent {
    pub mail: Mail,
    /// The whole message.
    pub message: String,
}

impl Mailer {
    /// Sends by the route of the settings. Reads the certificate authorities of the system, or of SSL_CERT_FILE, now;
    /// speaks to no server yet.
    pub fn open(route: &Route, sender: Mailbox) -> Result<Mailer> {
        let carrier = match route {
            Route::Folder(folder) => Carrier::Folder(folder.clone()),
            Route::Smtp(server) => {
                if server.tls == Tls::None && !server.is_loopback() {
                    tracing::warn!(
                        host = server.host,
                        "mails go to the mail server without TLS: others can read them"
                    );
                }
                Carrier::Smtp(Box::new(Smtp::new(server).map_err(Error::internal)?))
            }
        };
        Ok(Mailer { sender, carrier })
    }

    /// For tests: mails stay in memory.
    pub fn memory(sender: Mailbox) -> (Mailer, Outbox) {
        let outbox = Outbox::default();
        (Mailer { sender, carrier: Carrier::Memory(outbox.clone()) }, outbox)
    }

    /// The same; gives a mail server up after `patience`.
    pub fn patient(mut self, patience: Duration) -> Mailer {
        if let Carrier::Smtp(smtp) = self.carrier {
            self.carrier = Carrier::Smtp(Box::new(smtp.patient(patience)));
        }
        self
    }

    /// Sends the mail that a job is about.
    ///
    /// # Errors
    /// Permanent where the server refuses the mail for good, passing otherwise.
    pub fn handle(&self, job: &Job) -> std::result::Result<(), JobError> {
        Ok(self.send(job, job.payload()?)?)
    }

    /// The same, for whoever has read the mail.
    pub fn send(&self, job: &Job, mail: Mail) -> std::result::Result<(), Failure> {
        let id = message_id(job);
        let from = mail.from.as_ref().unwrap_or(&self.sender);
        let message = compose(&mail, from, &id, job.begun_at).map_err(Failure::Other)?;
        match &self.carrier {
            Carrier::Smtp(smtp) => smtp.send(&message),
            Carrier::Folder(folder) => keep(folder, &id, &message)
                .map_err(|error| Failure::Other(JobError::Passing(format!("{}: {error}", folder.display())))),
            Carrier::Memory(outbox) => {
                let message = String::from_utf8_lossy(&message.formatted()).into_owned();
                outbox.lock().unwrap_or_else(PoisonError::into_inner).push(Sent { mail, message });
                Ok(())
            }
        }
    }
}

/// Writes a message into a folder as `ID.eml`, whole or not at all; a repeated one replaces the first.
fn keep(folder: &Path, id: &str, message: &Message) -> io::Result<()> {
    private::create_dir(folder)?;
    let (file, unfinished) = (folder.join(format!("{id}.eml")), folder.join(format!("{id}.part")));
    // What a crash left.
    match std::fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut new = private::create_new(&unfinished)?;
    new.write_all(&message.formatted())?;
    new.sync_all()?;
    std::fs::rename(&unfinished, &file)?;
    private::sync_folder_of(&file)
}
