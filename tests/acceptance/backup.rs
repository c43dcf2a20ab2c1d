//! The drill: what was backed up while the service ran is brought back elsewhere, and is the same.

use diesel::connection::SimpleConnection;
use rights_academy::platform::db::Scope;
use tempfile::TempDir;

use super::Laptop;
use crate::support::databases::{TestDb, count, unguarded};
use crate::support::files::{assert_same_tree, tree};
use crate::support::pilot;
use crate::support::program::{Served, program, run};

/// More units than travel at once, under a directorate that is younger than they are.
fn reorganise(laptop: &Laptop) {
    let id = "(SELECT id FROM organisations WHERE code = 'TIRANA')";
    let unit =
        |name: &str| format!("INSERT INTO departments (organisation_id, name) VALUES ({id}, '{name}');");
    let units: String = (0..250).map(|n| unit(&format!("Unit {n}"))).collect();
    let parent = "(SELECT id FROM departments WHERE name = 'Zeta Directorate')";
    let moved = format!("UPDATE departments SET parent_id = {parent} WHERE name LIKE 'Unit %'");
    // PostgreSQL keeps a changed row behind those that are there.
    let changed = "UPDATE departments SET name = name WHERE name = 'Zeta Directorate'";
    let all = format!("{units}{}{moved};{changed}", unit("Zeta Directorate"));
    unguarded(&laptop.open()).write_tx(Scope::Installation, |conn| Ok(conn.batch_execute(&all)?)).unwrap();
}

fn reorganised(laptop: &Laptop) -> i64 {
    let parents = "departments u JOIN departments d ON d.id = u.parent_id WHERE d.name = 'Zeta Directorate'";
    count(&laptop.open(), parents)
}

fn drill(laptop: &Laptop, other: &Laptop) {
    laptop.process(&pilot::dir(), &[]).succeeded();
    // Another city, whose rows are younger.
    let durres = pilot::Copy::of("Municipality of Durrës");
    laptop.process_into(durres.path(), &laptop.dir.path().join("durres"), &[]).succeeded();
    reorganise(laptop);
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
    // The service may have begun its next look for reminders between the copy and now.
    let rows = |laptop: &Laptop| {
        let mut rows = laptop.rows();
        rows.retain(|(table, _)| *table != "jobs");
        rows
    };
    let before = rows(laptop);
    assert!(before.len() > 20);

    let url = other.url();
    let store = ["--data-dir", "data", "--database", &url];
    let restore = || run(program(other.dir.path()).arg("restore").arg(&backup).args(store));
    restore().succeeded();
    assert_eq!(rows(other), before);
    assert!(count(&other.open(), "jobs") > 0);
    assert_eq!(reorganised(other), 250);
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
    // The new certificate has an id above all that came back, those of the other city too.
    let newest = "certificates WHERE id = (SELECT max(id) FROM certificates) \
                  AND organisation_id = (SELECT id FROM organisations WHERE code = 'TIRANA')";
    assert_eq!(count(&other.open(), newest), 1);
}

#[test]
fn a_backup_of_sqlite_comes_back() {
    drill(&Laptop::fresh(), &Laptop::fresh());
}

#[test]
fn a_backup_of_postgres_comes_back() {
    drill(&Laptop::with(TestDb::postgres()), &Laptop::with(TestDb::empty_postgres()));
}

/// Row security hides nothing from the copy, and shows no row to it twice.
#[test]
fn a_backup_of_postgres_is_the_same_whoever_makes_it() {
    let laptop = Laptop::with(TestDb::postgres());
    laptop.process(&pilot::dir(), &[]).succeeded();
    laptop.process(pilot::Copy::of("Municipality of Durrës").path(), &[]).succeeded();
    let db = laptop.db.as_ref().unwrap();
    let copies = [db.url().to_owned(), db.url_of_service(), db.url_of_superuser()].map(|url| {
        let backup = TempDir::new().unwrap();
        let store = ["--data-dir", "data", "--database", &url];
        run(program(laptop.dir.path()).args(["backup", "--out"]).arg(backup.path()).args(store)).succeeded();
        let text = std::fs::read_to_string(backup.path().join("tables.jsonl")).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    });
    let rows: i64 = laptop.rows().into_iter().map(|(_, rows)| rows).sum();
    assert_eq!(copies.iter().map(Vec::len).collect::<Vec<_>>(), [rows as usize; 3]);
    assert!(copies.iter().all(|copy| *copy == copies[0]), "the copies differ");
}

#[test]
fn what_another_database_left_is_not_replayed_into_a_restored_one() {
    let (laptop, other) = (Laptop::fresh(), Laptop::fresh());
    laptop.process(&pilot::dir(), &[]).succeeded();
    let store = |laptop: &Laptop| ["--data-dir".into(), laptop.data_dir()];
    let backup = laptop.dir.path().join("backup");
    run(program(laptop.dir.path()).args(["backup", "--out"]).arg(&backup).args(store(&laptop))).succeeded();
    let restore = || run(program(other.dir.path()).arg("restore").arg(&backup).args(store(&other)));
    std::fs::create_dir(other.data_dir()).unwrap();
    for end in ["wal", "shm", "journal"] {
        let left = other.data_dir().join(format!("rights-academy.sqlite3-{end}"));
        std::fs::write(&left, "of another database").unwrap();
        let refused = restore();
        assert_eq!(refused.status, Some(2), "{refused:?}");
        assert!(refused.stderr.contains(&left.display().to_string()), "{}", refused.stderr);
        assert!(!other.data_dir().join("rights-academy.sqlite3").exists());
        std::fs::remove_file(left).unwrap();
    }
    restore().succeeded();
}

/// Every file that a person's data is in, in folders that anybody can enter.
#[cfg(unix)]
fn nobody_else_can_read(laptop: &Laptop) {
    use std::os::unix::fs::PermissionsExt;
    let folders = ["data", "backup", "restored"].map(|name| laptop.dir.path().join(name));
    for folder in &folders {
        std::fs::create_dir(folder).unwrap();
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let [_, backup, restored] = &folders;
    laptop.process(&pilot::dir(), &[]).succeeded();
    // While it is open, SQLite's files beside the database are there.
    let db = laptop.open();
    assert_eq!(count(&db, "organisations"), 1);
    let store = ["--data-dir", "data", "--database", &laptop.url()];
    run(program(laptop.dir.path()).args(["backup", "--out"]).arg(backup).args(store)).succeeded();
    let mut expected = vec!["backup/manifest.json", "backup/master.key", "data/master.key"];
    if laptop.db.is_some() {
        expected.push("backup/tables.jsonl");
    } else {
        run(program(laptop.dir.path()).arg("restore").arg(backup).arg("--data-dir").arg(restored))
            .succeeded();
        let data = ["", "-shm", "-wal"].map(|end| format!("data/rights-academy.sqlite3{end}").leak() as &str);
        expected.extend(data);
        expected.push("backup/database.sqlite3");
        expected.extend(["restored/master.key", "restored/rights-academy.sqlite3"]);
    }
    let mut found = Vec::new();
    for file in folders.iter().flat_map(|folder| folder.read_dir().unwrap()) {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
        found.push(file.path().strip_prefix(laptop.dir.path()).unwrap().display().to_string());
    }
    assert!(expected.iter().all(|file| found.iter().any(|there| there == file)), "{found:?}");
    drop(db);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_sqlite_and_its_backup() {
    nobody_else_can_read(&Laptop::fresh());
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_a_backup_of_postgres() {
    nobody_else_can_read(&Laptop::with(TestDb::postgres()));
}
