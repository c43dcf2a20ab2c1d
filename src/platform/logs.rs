//! The log: to stderr, for people or as JSON. What is logged holds no secret, no query string and no name of a person.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::platform::config::LogFormat;
use crate::platform::faults::Fault;

/// The framework tells of a path that it could not take apart by quoting it, with the secret of a link that stands in it.
const QUOTING_PATHS: &str = "actix_web::types=off";

/// Starts the log of this process; a second start in one process changes nothing.
///
/// `filter` is a level (`info`) or a list by target (`warn,rights_academy=debug`).
///
/// # Errors
/// A filter that cannot be read.
pub fn start(filter: &str, format: LogFormat) -> Result<(), Fault> {
    let quiet = |filter: EnvFilter| Ok(filter.add_directive(QUOTING_PATHS.parse()?));
    let filter = EnvFilter::try_new(filter).and_then(quiet).map_err(|_| {
        let message =
            "write a level (error, warn, info, debug, trace) or a list such as warn,rights_academy=debug";
        Fault::new("invalid-setting", message).in_field("log")
    })?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // An error here only says that a log has been started before.
    let _ = match format {
        LogFormat::Human => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_cannot_be_read_is_a_fault() {
        let fault = start("warn,=,=", LogFormat::Human).expect_err("a fault");
        assert_eq!(fault.field.as_deref(), Some("log"));
    }
}
