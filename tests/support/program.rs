//! The built program, as a person or a service manager runs it.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

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
    let output = command.output().unwrap();
    Run {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A server that runs until it is told to stop, or the test ends.
pub struct Served {
    process: Child,
    stdout: BufReader<ChildStdout>,
    /// Such as `http://127.0.0.1:41234`.
    pub url: String,
    /// What was printed before the address.
    pub printed: Vec<String>,
}

impl Served {
    /// Starts the command, which must serve on a free port, and waits until clients can connect.
    pub fn start(command: &mut Command) -> Served {
        Served::begin(command.stderr(Stdio::piped()))
    }

    /// The same, with all of its log in a file.
    pub fn logging(command: &mut Command, log: &Path) -> Served {
        Served::begin(command.stderr(std::fs::File::create(log).unwrap()))
    }

    fn begin(command: &mut Command) -> Served {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut printed = Vec::new();
        loop {
            let mut line = String::new();
            if stdout.read_line(&mut line).unwrap() == 0 {
                let mut stderr = String::new();
                if let Some(mut pipe) = process.stderr.take() {
                    pipe.read_to_string(&mut stderr).unwrap();
                }
                panic!("the server stopped: {printed:#?}\n{stderr}");
            }
            match line.trim_end().strip_prefix("listening on ") {
                Some(url) => return Served { process, stdout, url: url.to_owned(), printed },
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

    /// Waits for its end; what it printed after its address.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        (self.process.wait().unwrap(), rest)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
