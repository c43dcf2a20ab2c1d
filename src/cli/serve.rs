//! `serve`: the API, until stopped.

use std::sync::Arc;

use actix_web::web::Data;
use clap::Args;
use diesel::connection::SimpleConnection;

use super::Store;
use super::installation::{self, Outdated, open};
use crate::certificates::templates::Templates;
use crate::platform::Platform;
use crate::platform::config::{PublicUrl, Settings};
use crate::platform::db::Scope;
use crate::platform::error::Result;
use crate::platform::http::address::TrustedProxies;
use crate::platform::http::bearer::{self, TokenVerifier};
use crate::platform::http::server::{self, Server};
use crate::platform::jobs::Worker;
use crate::platform::mail::{self, Mailer};

/// Serve the API until stopped
///
/// Prints `listening on http://ADDRESS` when clients can connect. SIGTERM finishes what is under way. Every call but
/// /health, /ready and the description of the API needs the token: RIGHTS_ACADEMY_TOKEN, or one that is made and
/// printed at the first start.
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
        serve(&settings, platform)
    }
}

/// Serves an open installation until stopped.
pub(super) fn serve(settings: &Settings, platform: Platform) -> Result<()> {
    let catalogue = Data::new(installation::catalogue(settings)?);
    let templates = Data::new(Templates::load(settings.templates.as_deref())?);
    let limits = Data::new(settings.limits);
    let db = platform.db.clone();
    let server = Server {
        bind: settings.bind,
        limits: settings.limits,
        public_url: PublicUrl(settings.public_url.clone()),
        trusted_proxies: TrustedProxies(settings.trusted_proxies.clone()),
        verifier: TokenVerifier::new(token(settings, &platform)?),
        ready: Arc::new(move || db.read(Scope::Installation, |conn| Ok(conn.batch_execute("SELECT 1")?))),
    };
    let mailer = Mailer::open(&settings.mail, settings.mail_from.clone())?;
    // It stops when this goes: after the last answer.
    let _worker =
        Worker::new(platform.clone()).handling(mail::KIND, move |job| mailer.handle(job)).spawn()?;
    let platform = Data::new(platform);
    server::run(server, move |config| {
        config
            .app_data(platform.clone())
            .app_data(catalogue.clone())
            .app_data(templates.clone())
            .app_data(limits.clone());
        crate::api(config);
    })
}

/// The hash of the token that every call needs: the settings', or the installation's own, which is shown when it is made.
fn token(settings: &Settings, platform: &Platform) -> Result<[u8; 32]> {
    if let Some(token) = &settings.token {
        return Ok(bearer::sha256(token.expose()));
    }
    let _ = platform;
    Ok(bearer::sha256(bearer::generate()?.expose()))
}
