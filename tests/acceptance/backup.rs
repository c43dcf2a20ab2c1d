//! The drill: what was backed up while the service ran is brought back elsewhere, and is the same.

use super::Laptop;
use crate::support::databases::TestDb;
use crate::support::files::{assert_same_tree, tree};
use crate::support::pilot;
use crate::support::program::{Served, program, run};

fn drill(laptop: &Laptop, other: &Laptop) {
    laptop.process(&pilot::dir(), &[]).succeeded();
    let backup = laptop.dir.path().join("backup");
    {
        let url = laptop.url();
        let store = ["--data-dir", "data", "--database", &url];
        let serve = ["serve", "--bind", "127.0.0.1:0"];
        let _served = Served::start(program(laptop.dir.path()).args(serve).args(store));
        let back_up = || run(program(laptop.dir.path()).args(["backup", "--out"]).arg(&backup).args(store));
        back_up().succeeded();
        // A second copy does not go over the first one.
        assert_eq!(back_up().status, Some(2));
    }
    let before = laptop.rows();

    let url = other.url();
    let store = ["--data-dir", "data", "--database", &url];
    let restore = || run(program(other.dir.path()).arg("restore").arg(&backup).args(store));
    restore().succeeded();
    // The token of the API was made by `serve`, before the copy.
    assert_eq!(other.rows(), before);
    // What is there is not replaced.
    assert_eq!(restore().status, Some(2));

    // The restored installation has its keys and its documents, and goes on where the first one was.
    let run = other.process(&pilot::dir(), &[]).succeeded();
    assert!(run.stdout.contains("issued now 0, superseded now 0"), "{}", run.stdout);
    assert_same_tree(&tree(&laptop.out()), &tree(&other.out()));
    let folder = pilot::Copy::new();
    folder.edit("4-transparency.csv", |text| text.replace("2023-03-21 10:41:09", "2023-03-21 12:00:00"));
    let run = other.process(folder.path(), &[]).succeeded();
    assert!(run.stdout.contains("issued now 1, superseded now 1"), "{}", run.stdout);
}

#[test]
fn a_backup_of_sqlite_comes_back() {
    drill(&Laptop::fresh(), &Laptop::fresh());
}

#[test]
fn a_backup_of_postgres_comes_back() {
    drill(&Laptop::with(TestDb::postgres()), &Laptop::with(TestDb::empty_postgres()));
}
