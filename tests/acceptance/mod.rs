//! The whole job, done by the built program.

mod bad_input;
mod corrections;
mod pilot;
mod serving;
mod trainer;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::support::databases::TestDb;
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

/// Every file below a folder with its bytes.
fn tree(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(dir).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Fails with the names of the files that differ, not with their bytes.
#[track_caller]
fn assert_same_tree(one: &BTreeMap<PathBuf, Vec<u8>>, other: &BTreeMap<PathBuf, Vec<u8>>) {
    let names: BTreeSet<&PathBuf> = one.keys().chain(other.keys()).collect();
    let differing: Vec<_> = names.into_iter().filter(|name| one.get(*name) != other.get(*name)).collect();
    assert!(differing.is_empty(), "these differ: {differing:?}");
}
