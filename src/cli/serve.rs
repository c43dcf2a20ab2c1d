//! `serve`: the API, until stopped.

use std::sync::Arc;

use clap::Args;
use diesel::connection::SimpleConnection;

use super::Store;
use super::installation::{self, Outdated, open};
use crate::certificates::templates::Templates;
use crate::enrolment::notices;
use crate::identity::mails::invitation_link;
use crate::identity::service::{founding, tidying};
use crate::platform::Platform;
use crate::platform::config::{Home, PublicUrl, Settings};
use crate::platform::db::Scope;
use crate::platform::error::Result;
use crate::platform::http::address::TrustedProxies;
use crate::platform::http::cookies::SignInCookie;
use crate::platform::http::server::{self, Server};
use crate::platform::jobs::Worker;
use crate::platform::mail::Mailer;

/// Serve the API until stopped
///
/// Prints `listening on http://ADDRESS` when clients can connect. SIGTERM finishes what is under way. The first start
/// prints an invitation: a link by which the first account and the first organisation are made.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  rights-academy serve
      the embedded database in ./data, on http://127.0.0.1:8080
  RIGHTS_ACADEMY_DATABASE=postgres://academy:…@db/academy rights-academy serve --bind 0.0.0.0:8080 \\
      --public-url https://academy.example.org
      behind a proxy that speaks TLS, on PostgreSQL
  curl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:8080/api/v1/programmes
      read the description at http://127.0.0.1:8080/api/v1/docs/")]
pub struct Serve {
    /// Listen on this address and port; port 0 is any free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub bind: Option<String>,
    #[command(flatten)]
    pub(super) store: Store,
    /// The address under which people reach this installation; QR codes lead there
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
}

impl Serve {
    pub fn run(self, settings: Settings) -> Result<()> {
        let platform = open(&settings, Outdated::RefuseOnPostgres)?;
        serve(&settings, platform, first_start)
    }
}

/// The link by which an installation begins, once.
fn first_start(platform: &Platform, home: &Home) -> Result<()> {
    let Some(secret) = founding::first(platform)? else { return Ok(()) };
    let link = invitation_link(home, &secret);
    super::print(&format!("invitation {link} (it makes the first organisation, and is shown this once)"))
}

/// Serves an open installation until stopped; `welcome` tells how to get in.
pub(super) fn serve(
    settings: &Settings,
    platform: Platform,
    welcome: fn(&Platform, &Home) -> Result<()>,
) -> Result<()> {
    let db = platform.db.clone();
    let server = Server {
        bind: settings.bind,
        limits: settings.limits,
        public_url: PublicUrl(settings.public_url.clone()),
        trusted_proxies: TrustedProxies(settings.trusted_proxies.clone()),
        ready: Arc::new(move || db.read(Scope::Installation, |conn| Ok(conn.batch_execute("SELECT 1")?))),
    };
    let home = settings.home();
    let catalogue = installation::catalogue(settings)?;
    let templates = Templates::load(settings.templates.as_deref())?;
    warn_of_plain_http(settings);
    tidying::begin(&platform)?;
    notices::begin_reminders(&platform)?;
    // It stops when this goes: after the last answer.
    let _worker = worker(settings, &platform, &home)?.spawn()?;
    let features = crate::features(platform.clone(), home.clone(), catalogue, templates);
    // A link that is shown once is made when nothing can go wrong any more.
    server::run(server, features, || welcome(&platform, &home))
}

/// Whoever would sign in with a browser comes back to the page to sign in, and no error says why.
fn warn_of_plain_http(settings: &Settings) {
    let public_url = settings.public_url.as_deref();
    let https = public_url.is_some_and(|url| url.starts_with("https://"));
    if SignInCookie::of(public_url, settings.bind).is_secure() && !https {
        tracing::warn!(
            "people reach this address over plain HTTP, where browsers will not keep the cookie that signs them in: \
             put a proxy with TLS before it and set the public URL to its https:// address"
        );
    }
}

/// Does what follows from writes.
pub(super) fn worker(settings: &Settings, platform: &Platform, home: &Home) -> Result<Worker> {
    let mailer = Mailer::open(&settings.mail, settings.mail_from.clone())?;
    Ok(crate::worker(platform, home, installation::catalogue(settings)?, mailer))
}
