//! `serve`: the API, until stopped.

use std::sync::Arc;

use clap::Args;

use super::Store;
use crate::platform::config::Settings;
use crate::platform::error::Result;
use crate::platform::http::bearer::{self, TokenVerifier};
use crate::platform::http::server::{self, Server};

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
        let server = Server {
            bind: settings.bind,
            limits: settings.limits,
            verifier: token(&settings)?,
            ready: Arc::new(|| Ok(())),
        };
        server::run(server, crate::api)
    }
}

/// The token of the settings; where there is none, a new one for this run.
fn token(settings: &Settings) -> Result<TokenVerifier> {
    let token = match &settings.token {
        Some(token) => token.clone(),
        None => {
            let token = bearer::generate()?;
            super::print(&format!("token {}", token.expose()))?;
            token
        }
    };
    Ok(TokenVerifier::new(bearer::sha256(token.expose())))
}
