//! One mail to a mail server (RFC 5321), within a patience that covers all of it: a server that answers each line late, or
//! a letter at a time, is slow as a whole.

use std::fmt::Display;
use std::io;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use tokio::net::{TcpStream, lookup_host};
use tokio::runtime::Builder;
use tokio::time::timeout;

use super::bounded::Bounded;
use super::route::{SmtpServer, Tls};
use crate::platform::jobs::JobError;

/// How long a whole mail may take. Much shorter than a job's lease, so that nobody else begins it meanwhile.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long the server may take to say goodbye: it has the mail, or will not have it.
const FAREWELL: Duration = Duration::from_secs(5);

/// How many bytes a server may say about one mail, certificates included. Usual are some thousand.
const MOST_SAID: usize = 65_536;

/// Answers that are about our settings and not about the mail (RFC 4954, section 6): once they are mended, it can leave.
const ABOUT_THE_LOGIN: [u16; 4] = [530, 534, 535, 538];

/// Why a mail did not leave. Nothing of it is the server's own text, which may quote the address or a link of the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server says for good that the recipient's address is none. Holds its codes: `550 5.1.1`.
    Bounced(String),
    Other(JobError),
}

impl From<Failure> for JobError {
    fn from(failure: Failure) -> JobError {
        match failure {
            Failure::Bounced(codes) => JobError::Permanent(answered(&codes)),
            Failure::Other(error) => error,
        }
    }
}

/// What a server was last asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// To let us in.
    Opening,
    Sender,
    Recipient,
    Content,
}

/// A mail server and how it is used.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    wrapped: Option<TlsParameters>,
    starttls: Option<TlsParameters>,
    login: Option<Credentials>,
    patience: Duration,
}

impl Smtp {
    /// Reads the certificate authorities of the system, or of SSL_CERT_FILE; speaks to no server yet.
    pub fn new(server: &SmtpServer) -> Result<Smtp, smtp::Error> {
        let parameters = |tls| match server.tls == tls {
            true => TlsParameters::new(server.host.clone()).map(Some),
            false => Ok(None),
        };
        let login =
            |login: &super::Login| Credentials::new(login.user.clone(), login.password.expose().clone());
        Ok(Smtp {
            host: server.host.clone(),
            port: server.port,
            wrapped: parameters(Tls::Implicit)?,
            starttls: parameters(Tls::Required)?,
            login: server.login.as_ref().map(login),
            patience: PATIENCE,
        })
    }

    /// The same with another patience.
    pub fn patient(self, patience: Duration) -> Smtp {
        Smtp { patience, ..self }
    }

    /// Sends a mail; on a thread that may wait, and that is not a runtime's.
    pub fn send(&self, message: &Message) -> Result<(), Failure> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|error| unusable(&error))?;
        let sent = runtime.block_on(self.send_in_time(message));
        // Nobody waits for a look-up of the host that still goes on.
        runtime.shutdown_background();
        sent
    }

    async fn send_in_time(&self, message: &Message) -> Result<(), Failure> {
        let mut connection = None;
        let sent = timeout(self.patience, self.hand_over(message, &mut connection)).await;
        let sent = match sent {
            Ok(answered) => answered,
            Err(_) => {
                // It would not answer to a goodbye, either.
                connection = None;
                let told = format!("mail-server-slow: it took longer than {} s", self.patience.as_secs_f32());
                Err(Failure::Other(JobError::Passing(told)))
            }
        };
        if let Some(mut open) = connection {
            // The mail is there, or it is not: how the goodbye goes changes nothing.
            let _ = timeout(FAREWELL.min(self.patience), open.abort()).await;
        }
        sent
    }

    /// Until the server has answered that it has the mail.
    async fn hand_over(
        &self,
        message: &Message,
        connection: &mut Option<AsyncSmtpConnection>,
    ) -> Result<(), Failure> {
        let at = |step| move |error: smtp::Error| failure(step, &error);
        let opened = self.open().await?;
        let open = connection.insert(opened);
        let envelope = message.envelope();
        let mut addresses = envelope.from().into_iter().chain(envelope.to());
        let ascii = addresses.all(|address| AsRef::<str>::as_ref(address).is_ascii());
        let parameters = match (ascii, open.server_info().supports_feature(Extension::SmtpUtfEight)) {
            (true, _) => Vec::new(),
            (false, true) => vec![MailParameter::SmtpUtfEight],
            (false, false) => {
                let told = "the mail server takes no address with letters other than ASCII";
                return Err(Failure::Other(JobError::Permanent(told.to_owned())));
            }
        };
        let sender = Mail::new(envelope.from().cloned(), parameters);
        open.command(sender).await.map_err(at(Step::Sender))?;
        for address in envelope.to() {
            open.command(Rcpt::new(address.clone(), Vec::new())).await.map_err(at(Step::Recipient))?;
        }
        open.command(Data).await.map_err(at(Step::Content))?;
        open.message(&message.formatted()).await.map_err(at(Step::Content))?;
        Ok(())
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, Failure> {
        let ourselves = ClientId::default();
        let at = |error: smtp::Error| failure(Step::Opening, &error);
        let mut open = match &self.wrapped {
            // Whoever speaks has shown a certificate.
            Some(parameters) => {
                let (server, patience) = ((self.host.as_str(), self.port), Some(self.patience / 4));
                let parameters = Some(parameters.clone());
                AsyncSmtpConnection::connect_tokio1(server, patience, &ourselves, parameters, None).await
            }
            None => {
                let stream = self.connect().await.map_err(|error| unusable(&error))?;
                let bounded = Box::new(Bounded::new(stream, MOST_SAID));
                AsyncSmtpConnection::connect_with_transport(bounded, &ourselves).await
            }
        }
        .map_err(at)?;
        if let Some(parameters) = &self.starttls {
            open.starttls(parameters.clone(), &ourselves).await.map_err(at)?;
        }
        if let Some(login) = &self.login {
            open.auth(DEFAULT_MECHANISMS, login).await.map_err(at)?;
        }
        Ok(open)
    }

    /// By the first of the server's addresses that answers in time: one that does not shall leave some for the next.
    async fn connect(&self) -> io::Result<TcpStream> {
        let mut last = io::Error::other("it has no address");
        for address in lookup_host((self.host.as_str(), self.port)).await? {
            match timeout(self.patience / 4, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = error,
                Err(_) => last = io::ErrorKind::TimedOut.into(),
            }
        }
        Err(last)
    }
}

fn unusable(error: &impl Display) -> Failure {
    Failure::Other(JobError::Passing(format!("mail-server-unusable: {error}")))
}

fn answered(codes: &str) -> String {
    format!("the mail server answered {codes}")
}

/// What follows from a failed step.
fn failure(step: Step, error: &smtp::Error) -> Failure {
    let said = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    match error.status() {
        Some(code) => refusal(step, code.into(), enhanced_status(&said)),
        None if !error.is_response() => unusable(error),
        None => {
            let told = match said.as_str() {
                "incomplete response" => "mail-server-gone: it closed the connection",
                _ => "mail-server-garbled: its answer cannot be read",
            };
            Failure::Other(JobError::Passing(told.to_owned()))
        }
    }
}

/// What follows from an answer that is a refusal.
fn refusal(step: Step, code: u16, status: Option<&str>) -> Failure {
    let codes = status.map_or_else(|| code.to_string(), |status| format!("{code} {status}"));
    // What a server says before it was told of a mail is not about that mail.
    if step == Step::Opening || !(500..600).contains(&code) || ABOUT_THE_LOGIN.contains(&code) {
        Failure::Other(JobError::Passing(answered(&codes)))
    } else if is_about_the_recipient(step, code, status) {
        Failure::Bounced(codes)
    } else {
        Failure::Other(JobError::Permanent(answered(&codes)))
    }
}

/// Whether a final refusal says that the address is none. Some servers say so only after the whole mail, and some refuse
/// at the recipient what is our own fault (a sender or a network that they do not take mails from).
fn is_about_the_recipient(step: Step, code: u16, status: Option<&str>) -> bool {
    // RFC 3463: x.1.7 and x.1.8 are the sender's address.
    let ours = ["5.1.7", "5.1.8"];
    match status {
        Some(status) if status.starts_with("5.1.") => !ours.contains(&status),
        // Mailbox and routing; x.4.1 is what Exchange Online says of somebody unknown.
        Some(status) if status.starts_with("5.2.") || status.starts_with("5.4.") => step == Step::Recipient,
        // System, protocol, content, policy.
        Some(_) => false,
        None => step == Step::Recipient && matches!(code, 550 | 551 | 553),
    }
}

/// `5.1.1` where an answer's text begins with such a status (RFC 3463).
fn enhanced_status(said: &str) -> Option<&str> {
    let first = said.split_whitespace().next().unwrap_or_default();
    let number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_status = first.split('.').count() == 3 && first.split('.').all(number);
    is_status.then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_answer_only_its_codes_are_told() {
        assert_eq!(enhanced_status("5.1.1 <bora@city.example>: no such user"), Some("5.1.1"));
        for other in ["", "<bora@city.example> 5.1.1", "5.1", "5.1.", "5.1.1.1", "1234.1.1", "https://x"] {
            assert_eq!(enhanced_status(other), None, "{other}");
        }
    }

    #[test]
    fn an_address_bounces_when_it_is_refused_for_good_and_not_when_we_are() {
        let bounces = |step, code, status| matches!(refusal(step, code, status), Failure::Bounced(_));
        for (code, status) in [
            (550, Some("5.1.1")),
            (553, Some("5.1.3")),
            (550, Some("5.2.1")),
            (550, Some("5.4.1")),
            (550, None),
            (551, None),
        ] {
            assert!(bounces(Step::Recipient, code, status), "{code} {status:?}");
        }
        assert!(bounces(Step::Content, 550, Some("5.1.1")));
        for (step, code, status) in [
            (Step::Recipient, 450, Some("4.1.1")),
            (Step::Recipient, 554, Some("5.7.1")),
            (Step::Recipient, 553, Some("5.1.8")),
            (Step::Recipient, 503, None),
            (Step::Recipient, 535, Some("5.7.8")),
            (Step::Sender, 550, None),
            (Step::Content, 554, None),
            (Step::Content, 550, Some("5.2.1")),
            (Step::Opening, 550, Some("5.1.1")),
        ] {
            assert!(!bounces(step, code, status), "{step:?} {code} {status:?}");
        }
    }

    #[test]
    fn only_what_is_said_of_the_mail_is_final() {
        let is_final =
            |step, code| !matches!(refusal(step, code, None), Failure::Other(JobError::Passing(_)));
        for step in [Step::Sender, Step::Recipient, Step::Content] {
            assert!(is_final(step, 554) && !is_final(step, 451) && !is_final(step, 535), "{step:?}");
        }
        for code in [554, 550, 535, 421] {
            assert!(!is_final(Step::Opening, code), "{code}");
        }
    }
}
