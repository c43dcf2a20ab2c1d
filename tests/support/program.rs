//! The built program, as a person or a service manager runs it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use super::accounts::HOME;
use super::databases::{TestDb, master_key};

/// What a finished run left on the terminal.
#[derive(Debug)]
pub struct Run {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The run, which must have been a success.
    #[track_caller]
    pub fn succeeded(self) -> Run {
        assert_eq!(self.status, Some(0), "{self:#?}");
        self
    }
}

/// The program, with no setting from the environment of the tests, in a folder of its own.
pub fn program(in_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rights-academy"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("RIGHTS_ACADEMY_") {
            command.env_remove(name);
        }
    }
    command.current_dir(in_dir).stdin(Stdio::null());
    command
}

/// Runs the command to its end.
pub fn run(command: &mut Command) -> Run {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; run `make test`"));
    Run {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// `serve` on a test's database, as the installation that its tokens are of.
pub fn serve_on(db: &TestDb, in_dir: &Path) -> Command {
    let mut command = program(in_dir);
    command
        .args(["serve", "--bind", "127.0.0.1:0", "--data-dir", "data", "--database", db.url()])
        .args(["--public-url", HOME])
        .env("RIGHTS_ACADEMY_MASTER_KEY", master_key().to_base64());
    command
}

/// A server that runs until it is told to stop, or the test ends.
pub struct Served {
    process: Child,
    stdout: BufReader<ChildStdout>,
    /// A file: a pipe that nobody reads would hold a server up that has much to tell.
    log: File,
    /// Such as `http://127.0.0.1:41234`.
    pub url: String,
    /// What was printed before the address.
    pub printed: Vec<String>,
}

impl Served {
    /// Starts the command, which must serve on a free port, and waits until clients can connect.
    pub fn start(command: &mut Command) -> Served {
        let log = tempfile::tempfile().unwrap();
        let mut process = command.stdout(Stdio::piped()).stderr(log.try_clone().unwrap()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut printed = Vec::new();
        loop {
            let mut line = String::new();
            if stdout.read_line(&mut line).unwrap() == 0 {
                panic!("the server stopped: {printed:#?}\n{}", text_of(log));
            }
            match line.trim_end().strip_prefix("listening on ") {
                Some(url) => return Served { process, stdout, log, url: url.to_owned(), printed },
                None => printed.push(line.trim_end().to_owned()),
            }
        }
    }

    pub fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// Asks it to stop, as a service manager does.
    pub fn terminate(&self) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end; what it printed after its address, and its log.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        let status = self.process.wait().unwrap();
        (status, rest + &text_of(self.log.try_clone().unwrap()))
    }
}

fn text_of(mut file: File) -> String {
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
