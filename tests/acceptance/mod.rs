//! The whole job, done by the built program.

mod backup;
mod bad_input;
mod corrections;
mod kills;
mod mail;
mod notices;
mod pilot;
mod race;
mod secrets;
mod serving;
mod trainer;
mod worker;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rights_academy::platform::db::Db;
use tempfile::TempDir;

use crate::support::databases::{self, TestDb};
use crate::support::program::{Run, program, run};

/// A laptop: a database, a data directory, and folders for output.
struct Laptop {
    db: Option<TestDb>,
    dir: TempDir,
}

impl Laptop {
    /// With the database in the data directory, which is not there yet.
    fn fresh() -> Laptop {
        Laptop { db: None, dir: TempDir::new().unwrap() }
    }

    /// With a database that is there.
    fn with(db: TestDb) -> Laptop {
        Laptop { db: Some(db), dir: TempDir::new().unwrap() }
    }

    fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    /// The address of its database.
    fn url(&self) -> String {
        let embedded = || format!("sqlite://{}", self.data_dir().join("rights-academy.sqlite3").display());
        self.db.as_ref().map_or_else(embedded, |db| db.url().to_owned())
    }

    /// Its database, from beside the program.
    fn open(&self) -> Db {
        Db::open(self.url().parse().unwrap(), 1).unwrap()
    }

    /// How many rows each table of its database has.
    fn rows(&self) -> Vec<(&'static str, i64)> {
        databases::rows(&self.open())
    }

    /// `process` of a folder into [`Laptop::out`].
    fn process(&self, folder: &Path, options: &[&str]) -> Run {
        self.process_into(folder, &self.out(), options)
    }

    fn process_into(&self, folder: &Path, out: &Path, options: &[&str]) -> Run {
        run(self.command(folder, out).args(options))
    }

    fn command(&self, folder: &Path, out: &Path) -> std::process::Command {
        let mut command = program(self.dir.path());
        command.arg("process").arg(folder).arg("--out").arg(out).arg("--data-dir").arg(self.data_dir());
        if let Some(db) = &self.db {
            command.args(["--database", db.url()]);
        }
        command
    }

    /// A sheet of the output.
    fn sheet(&self, name: &str) -> Vec<Row> {
        sheet(&self.out().join(name))
    }
}

/// A row by the names of its columns.
type Row = BTreeMap<String, String>;

fn sheet(file: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

/// The value of one column in all rows.
fn column(rows: &[Row], name: &str) -> Vec<String> {
    rows.iter().map(|row| row[name].clone()).collect()
}

/// Who holds a certificate of this level and status, by address.
fn holders(certificates: &[Row], level: &str, status: &str) -> BTreeSet<String> {
    certificates
        .iter()
        .filter(|row| row["level"] == level && row["status"] == status)
        .map(|row| row["email"].clone())
        .collect()
}
