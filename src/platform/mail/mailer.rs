//! What sends mails.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls as LettreTls, TlsParameters};
use lettre::transport::smtp::{self, SmtpTransport};
use lettre::{Message, Transport};

use super::message::{compose, message_id};
use super::route::{Route, SmtpServer, Tls};
use super::{Mail, Mailbox};
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{Job, JobError};
use crate::platform::private;

/// How long a mail server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers that are about our settings and not about the mail (RFC 4954, section 6): once they are mended, it can leave.
const ABOUT_THE_LOGIN: [u16; 4] = [530, 534, 535, 538];

/// What sends mails.
#[derive(Clone)]
pub struct Mailer {
    /// The sender of mails that name none.
    sender: Mailbox,
    carrier: Carrier,
}

#[derive(Clone)]
enum Carrier {
    Smtp(SmtpTransport),
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
                Carrier::Smtp(transport(server).map_err(Error::internal)?)
            }
        };
        Ok(Mailer { sender, carrier })
    }

    /// For tests: mails stay in memory.
    pub fn memory(sender: Mailbox) -> (Mailer, Outbox) {
        let outbox = Outbox::default();
        (Mailer { sender, carrier: Carrier::Memory(outbox.clone()) }, outbox)
    }

    /// Sends the mail that a job is about.
    ///
    /// # Errors
    /// Permanent where the server refuses the mail for good, passing otherwise. What a server writes beside its code is
    /// not told: it may quote the address, or a link of the mail.
    pub fn handle(&self, job: &Job) -> std::result::Result<(), JobError> {
        let mail: Mail = job.payload()?;
        let id = message_id(job);
        let message = compose(&mail, mail.from.as_ref().unwrap_or(&self.sender), &id, job.begun_at)?;
        match &self.carrier {
            Carrier::Smtp(transport) => transport.send(&message).map(drop).map_err(|error| failure(&error)),
            Carrier::Folder(folder) => keep(folder, &id, &message)
                .map_err(|error| JobError::Passing(format!("{}: {error}", folder.display()))),
            Carrier::Memory(outbox) => {
                let message = String::from_utf8_lossy(&message.formatted()).into_owned();
                outbox.lock().unwrap_or_else(PoisonError::into_inner).push(Sent { mail, message });
                Ok(())
            }
        }
    }
}

fn transport(server: &SmtpServer) -> std::result::Result<SmtpTransport, smtp::Error> {
    let tls = match server.tls {
        Tls::Implicit => LettreTls::Wrapper(TlsParameters::new(server.host.clone())?),
        Tls::Required => LettreTls::Required(TlsParameters::new(server.host.clone())?),
        Tls::None => LettreTls::None,
    };
    let builder =
        SmtpTransport::builder_dangerous(&server.host).port(server.port).tls(tls).timeout(Some(PATIENCE));
    let login = |login: &super::Login| Credentials::new(login.user.clone(), login.password.expose().clone());
    Ok(match &server.login {
        Some(given) => builder.credentials(login(given)).build(),
        None => builder.build(),
    })
}

fn failure(error: &smtp::Error) -> JobError {
    let Some(code) = error.status() else {
        return JobError::Passing(if error.is_response() {
            "the mail server's answer cannot be read".to_owned()
        } else {
            format!("the mail server cannot be used: {error}")
        });
    };
    let said = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let told = format!("the mail server answered {code}{}", enhanced_status(&said));
    if error.is_permanent() && !ABOUT_THE_LOGIN.contains(&code.into()) {
        JobError::Permanent(told)
    } else {
        JobError::Passing(told)
    }
}

/// ` 5.1.1` where an answer's text begins with such a status (RFC 3463), and nothing else of it.
fn enhanced_status(said: &str) -> String {
    let first = said.split_whitespace().next().unwrap_or_default();
    let number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_status = first.split('.').count() == 3 && first.split('.').all(number);
    if is_status { format!(" {first}") } else { String::new() }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_answer_only_its_codes_are_told() {
        assert_eq!(enhanced_status("5.1.1 <bora@city.example>: no such user"), " 5.1.1");
        for other in ["", "<bora@city.example> 5.1.1", "5.1", "5.1.", "5.1.1.1", "1234.1.1", "https://x"] {
            assert_eq!(enhanced_status(other), "", "{other}");
        }
    }

    #[test]
    fn a_server_that_is_away_is_asked_again() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let route = format!("smtp://127.0.0.1:{}?tls=none", free.expect("an address").port());
        let Ok(Route::Smtp(server)) = route.parse() else { panic!("{route}") };
        let error = transport(&server).and_then(|transport| {
            let envelope =
                lettre::address::Envelope::new(None, vec!["a@x.example".parse().expect("an address")]);
            transport.send_raw(&envelope.expect("an envelope"), b"")
        });
        let failure = failure(&error.expect_err("nobody listens"));
        assert!(matches!(&failure, JobError::Passing(told) if told.contains("refused")), "{failure:?}");
    }
}
