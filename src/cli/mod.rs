//! The command line: one file for each command.

use std::process::ExitCode;

/// Reads the arguments and runs the command that they name.
pub fn run() -> ExitCode {
    ExitCode::SUCCESS
}
