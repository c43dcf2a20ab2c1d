//! How long `serve` takes from its start to its first answer, and how much memory it holds when idle.
//!
//! `cargo bench --bench serve`

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

const STARTS: usize = 10;

fn main() {
    // `cargo test --all-targets` only checks that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let work = tempfile::tempdir().expect("a temporary folder");
    let mut millis: Vec<f64> = (0..STARTS).map(|_| start(work.path()).0).collect();
    let first = millis[0];
    millis.sort_by(f64::total_cmp);
    let (_, kilobytes) = start(work.path());
    println!(
        "serve, start to first answer: {:.0} ms (median of {STARTS}; under 200 is wanted)",
        millis[STARTS / 2]
    );
    println!("  the first one makes database and keys: {first:.0} ms");
    println!("serve, memory when idle: {:.1} MB (under 40 is wanted)", kilobytes / 1000.0);
}

/// Milliseconds to the first answer of `/health`, and kilobytes resident after it.
fn start(work: &std::path::Path) -> (f64, f64) {
    let begun = Instant::now();
    let mut server = Command::new(env!("CARGO_BIN_EXE_rights-academy"))
        .args(["serve", "--bind", "127.0.0.1:0", "--data-dir"])
        .arg(work)
        .env("RIGHTS_ACADEMY_LOG", "warn")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let stdout = BufReader::new(server.stdout.take().expect("its output"));
    let address = stdout
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
        .expect("its address");
    let answer = ureq::get(format!("{address}/health")).call().expect("an answer");
    assert_eq!(answer.status(), 200);
    let millis = begun.elapsed().as_secs_f64() * 1000.0;
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).expect("its status");
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    let kilobytes = resident.trim().trim_end_matches(" kB").parse().expect("a number");
    server.kill().expect("it can be stopped");
    server.wait().expect("it stops");
    (millis, kilobytes)
}
