//! Mail. Nothing is sent inside a request: a mail is enqueued in the transaction of what it tells of, and a worker sends
//! it afterwards ([`Mailer::handle`]).

mod bounded;
pub mod letter;
mod mailbox;
mod mailer;
mod message;
mod route;
mod smtp;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use mailbox::Mailbox;
pub use mailer::{Mailer, Outbox, Sent};
pub use message::message_id;
pub use route::{Login, Route, SmtpServer, Tls};
pub use smtp::Failure;

use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::Result;
use crate::platform::ids::OrganisationId;
use crate::platform::jobs::{self, NewJob};

/// The kind of jobs that are mails.
pub const KIND: &str = "mail";

/// A mail to one person, in the same words as plain text and as HTML. It is never printed: it may hold a link that
/// grants something.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The installation's own sender where absent.
    pub from: Option<Mailbox>,
    pub to: Mailbox,
    pub subject: String,
    pub text: String,
    /// A whole document. It refers to nothing elsewhere, so that opening it tells nobody.
    pub html: String,
    /// BCP 47 tag of the language that it is written in.
    pub language: String,
    /// What it does to the person's calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarPart>,
}

/// An iCalendar object that a mail carries ([`platform::calendar`](crate::platform::calendar) makes it). It is never
/// printed: it says where somebody will be.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarPart {
    /// That of the object.
    pub method: Method,
    pub text: String,
}

/// What a calendar program is to do with an object (RFC 5546).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    Request,
    Cancel,
}

impl Method {
    /// The word in objects and mails.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
        }
    }
}

impl fmt::Debug for CalendarPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CalendarPart(***)")
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mail(***)")
    }
}

/// Enqueues a mail in the caller's transaction; it leaves after the commit. Says whether it is new: one with a known key
/// (`invitation:12`) is left as it is.
pub fn enqueue(
    conn: &mut DbConn,
    platform: &Platform,
    organisation: Option<OrganisationId>,
    key: &str,
    mail: &Mail,
) -> Result<bool> {
    let run_at = platform.clock.now();
    jobs::enqueue(conn, platform, &NewJob { organisation, kind: KIND, key, payload: mail, run_at })
}
