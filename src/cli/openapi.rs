//! `openapi`: the description of the API, without a server.

use clap::Args;

use crate::platform::error::{Error, Result};
use crate::platform::http::openapi::document;

/// Print the description of the API (OpenAPI 3.1, JSON)
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  rights-academy openapi > openapi.json
  rights-academy openapi | npx @redocly/cli lint /dev/stdin
A running server has it at /api/v1/openapi.json, and a page to read it at /api/v1/docs/")]
pub struct Openapi {}

impl Openapi {
    pub fn run(self) -> Result<()> {
        super::print(&document(crate::api, crate::root).to_pretty_json().map_err(Error::internal)?)
    }
}
