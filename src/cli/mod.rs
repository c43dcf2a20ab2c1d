//! The command line: one file for each command.
//!
//! Exit status 0: done. 2: the arguments, the settings or the input are wrong; one line a fault on stderr.
//! 1: anything else.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::platform::config::{Given, Settings};
use crate::platform::error::{Error, Result, chain};
use crate::platform::logs;

mod backup;
mod demo;
mod disable;
mod installation;
mod invite;
mod migrate;
mod openapi;
mod process;
mod restore;
mod serve;
mod worker;

/// Runs a city's training programme in digital human rights: attendance in, certificates and reports out.
#[derive(Debug, Parser)]
#[command(name = "rights-academy", version, after_help = AFTER_HELP)]
struct Cli {
    #[command(flatten)]
    everywhere: Everywhere,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Begin with:
  rights-academy demo
      makes the pilot's certificates and report under out/, and serves the API on this machine
  rights-academy help process
      how a trainer turns a folder of attendance exports into certificates

Settings: a flag wins over the environment (RIGHTS_ACADEMY_DATA_DIR for --data-dir), the environment over the file that \
--config names (data_dir = \"…\"), the file over the default. Secrets have no flag: \
RIGHTS_ACADEMY_MASTER_KEY and RIGHTS_ACADEMY_MAIL, or master_key and mail in the file. \
RIGHTS_ACADEMY_MAIL_FROM is the sender of mails, as Name <address>. RIGHTS_ACADEMY_MAX_FILE_BYTES and \
RIGHTS_ACADEMY_MAX_ROWS ([limits] in the file) bound what is read.

Exit status: 0 done, 2 the arguments or the input are wrong (one line a fault on stderr), 1 anything else.";

/// Options of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Options of every command")]
struct Everywhere {
    /// A TOML file of settings
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<String>,
    /// A folder of modules and programmes in place of the built-in ones
    #[arg(long, global = true, value_name = "DIR")]
    modules: Option<String>,
    /// A folder of certificate templates in place of the built-in ones
    #[arg(long, global = true, value_name = "DIR")]
    templates: Option<String>,
    /// What is logged to stderr: error, warn, info, debug, trace, or a list such as warn,rights_academy=debug
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
    /// How log lines look: human or json
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
}

/// Where the data is: of every command that reads or writes some.
#[derive(Args, Clone, Debug, Default)]
struct Store {
    /// Holds the embedded database and the master key [default: ./data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
    /// sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME [default: a file in the data directory]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Process(process::Process),
    Serve(serve::Serve),
    Worker(worker::Worker),
    Invite(invite::Invite),
    Disable(disable::Disable),
    Migrate(migrate::Migrate),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Openapi(openapi::Openapi),
}

/// Reads the arguments and runs the command that they name.
pub fn run() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => match cli.run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                // Nobody reads on where this fails; the exit status still tells.
                let _ = writeln!(io::stderr(), "{}", told(&error));
                ExitCode::from(if error.is_callers() { 2 } else { 1 })
            }
        },
        Err(usage) => {
            let _ = usage.print();
            ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2))
        }
    }
}

impl Cli {
    fn run(self) -> Result<()> {
        let given = self.given();
        let settings = || -> Result<Settings> {
            let settings = Settings::load(given, |name| std::env::var(name).ok())?;
            logs::start(&settings.log, settings.log_format)?;
            Ok(settings)
        };
        match self.command {
            Command::Demo(command) => command.run(settings()?),
            Command::Process(command) => command.run(settings()?),
            Command::Serve(command) => command.run(settings()?),
            Command::Worker(command) => command.run(settings()?),
            Command::Invite(command) => command.run(settings()?),
            Command::Disable(command) => command.run(settings()?),
            Command::Migrate(command) => command.run(settings()?),
            Command::Backup(command) => command.run(settings()?),
            Command::Restore(command) => command.run(settings()?),
            Command::Openapi(command) => command.run(),
        }
    }

    /// The settings among the arguments.
    fn given(&self) -> Given {
        let Everywhere { config, modules, templates, log, log_format } = &self.everywhere;
        let (store, bind, public_url) = match &self.command {
            Command::Demo(demo) => (demo.store(), demo.bind.clone(), None),
            Command::Process(process) => (process.store.clone(), None, process.public_url.clone()),
            Command::Serve(serve) => (serve.store.clone(), serve.bind.clone(), serve.public_url.clone()),
            Command::Worker(worker) => (worker.store.clone(), None, worker.public_url.clone()),
            Command::Invite(invite) => (invite.store.clone(), None, invite.public_url.clone()),
            Command::Disable(disable) => (disable.store.clone(), None, None),
            Command::Migrate(migrate) => (migrate.store.clone(), None, None),
            Command::Backup(backup) => (backup.store.clone(), None, None),
            Command::Restore(restore) => (restore.store.clone(), None, None),
            Command::Openapi(_) => (Store::default(), None, None),
        };
        Given {
            config: config.clone(),
            bind,
            database: store.database,
            data_dir: store.data_dir,
            public_url,
            modules: modules.clone(),
            templates: templates.clone(),
            log: log.clone(),
            log_format: log_format.clone(),
        }
    }
}

/// An error as the person at the terminal reads it, with its causes: the log of a command is its stderr.
fn told(error: &Error) -> String {
    match error {
        Error::Unavailable(cause) => format!("temporarily unavailable: {}", chain(&**cause)),
        Error::Database(cause) => format!("the database: {}", chain(&**cause)),
        Error::Internal(cause) => chain(&**cause),
        callers => callers.to_string(),
    }
}

/// Prints to stdout. A reader that has seen enough (`| head`) is no error.
fn print(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::internal(error)),
        _ => Ok(()),
    }
}

/// Tells the person at the terminal something beside the output.
fn tell(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// A bar for what may take longer than a second; drawn only on a terminal, and only then.
fn progress_bar(what: &'static str, steps: usize) -> indicatif::ProgressBar {
    let style = indicatif::ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}");
    let bar = indicatif::ProgressBar::new(steps as u64).with_message(what);
    bar.with_style(style.unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(arguments: &str) -> Cli {
        let all = ["rights-academy"].into_iter().chain(arguments.split_whitespace());
        Cli::try_parse_from(all).unwrap_or_else(|error| panic!("{arguments}: {error}"))
    }

    #[test]
    fn the_arguments_hold_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_explains_itself_with_an_example() {
        let mut cli = Cli::command();
        cli.build();
        for command in cli.get_subcommands_mut().filter(|command| command.get_name() != "help") {
            let help = command.render_help().to_string();
            let example = format!("rights-academy {}", command.get_name());
            assert!(help.contains("Example") && help.matches(&example).count() >= 2, "{help}");
            assert!(command.get_arguments().all(|argument| argument.get_help().is_some()), "{help}");
        }
    }

    #[test]
    fn arguments_become_settings() {
        let given = parse(
            "serve --bind [::1]:0 --database sqlite://x --public-url https://x --log warn --config a.toml",
        );
        let given = given.given();
        assert_eq!(given.bind.as_deref(), Some("[::1]:0"));
        assert_eq!(given.database.as_deref(), Some("sqlite://x"));
        assert_eq!(given.public_url.as_deref(), Some("https://x"));
        assert_eq!((given.log.as_deref(), given.config.as_deref()), (Some("warn"), Some("a.toml")));
        assert_eq!(parse("process folder --out o --data-dir d").given().data_dir.as_deref(), Some("d"));
    }

    #[test]
    fn every_command_of_the_manual_is_read() {
        for arguments in [
            "demo",
            "demo --no-serve --bind 127.0.0.1:0 --data-dir d --out o",
            "process f --out o --data-dir d --database sqlite://x --public-url http://x --accept-unique-names --dry-run",
            "invite a@b --organisation TIRANA --role hr --role trainer --names --employee-id 1 --language sq",
            "invite --operator --data-dir d --public-url https://x",
            "disable a@b --undo --data-dir d",
            "worker --data-dir d --public-url https://x",
            "migrate --data-dir d",
            "backup --out o",
            "restore d --database sqlite://x",
            "openapi",
        ] {
            parse(arguments);
        }
        for wrong in [
            "",
            "process f",
            "process --out o",
            "backup",
            "restore",
            "serve --port 1",
            "demo --token x",
            "invite",
            "invite a@b --organisation X",
            "invite a@b --organisation X --role boss",
            "invite a@b --operator",
            "disable",
        ] {
            let error = Cli::try_parse_from(["rights-academy"].into_iter().chain(wrong.split_whitespace()));
            assert_eq!(error.expect_err(wrong).exit_code(), 2, "{wrong}");
        }
    }
}
