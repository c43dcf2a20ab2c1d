//! The pages in a real browser: judged by axe, walked through by keyboard, made narrow. `judge.js` says what is asked.

use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::program::{Served, program};

#[test]
fn every_page_of_accounts_is_accessible_in_every_language() {
    walk("walk.js");
}

#[test]
fn people_enrol_by_keyboard_from_the_mail_to_the_seat() {
    walk("enrol.js");
}

/// Has a script walk through a fresh installation.
fn walk(script: &str) {
    let dir = TempDir::new().unwrap();
    let mails = dir.path().join("mails");
    let mut serve = program(dir.path());
    serve
        .args(["serve", "--bind", "127.0.0.1:0", "--data-dir", "data"])
        .env("RIGHTS_ACADEMY_MAIL", format!("folder:{}", mails.display()));
    let served = Served::start(&mut serve);
    let link = served.printed.iter().find_map(|line| line.strip_prefix("invitation ")).unwrap();
    let path = &link[link.find("/invitations/").unwrap()..];
    let path = path.split(' ').next().unwrap();

    // The browser and what it leaves are under the test's folder, and go with it.
    let walked = Command::new("node-with-playwright")
        .arg(format!("{}/tests/browser/{script}", env!("CARGO_MANIFEST_DIR")))
        .args([&served.url, path])
        .arg(&mails)
        .env("TMPDIR", dir.path())
        .env("HOME", dir.path())
        .stdin(Stdio::null())
        .output()
        .expect("run `make test`, or put what tests/tools/setup prints before PATH");
    let told = String::from_utf8_lossy(&walked.stdout);
    print!("{told}");
    assert!(walked.status.success(), "{told}\n{}", String::from_utf8_lossy(&walked.stderr));
    assert!(told.contains(" pages judged"), "{told}");
}
