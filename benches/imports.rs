//! Rows a second of reading, matching and settling an export of 100,000 rows, on one thread, beside pandas doing the
//! same on the same file: `cargo bench --bench imports`. pandas is taken from `target/bench-venv` (or
//! `RIGHTS_ACADEMY_BENCH_PYTHON` names another Python); without it only our own numbers are printed.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use rights_academy::attendance::imports::{Limits, SessionTimes, read};
use rights_academy::attendance::matching::{Roster, RosterPerson};
use rights_academy::attendance::rules::{Settled, settle};
use rights_academy::platform::ids::PersonId;

const ROWS: usize = 100_000;
const PEOPLE: usize = 5_000;
/// The best round counts: what else the machine does at the time only ever makes one slower.
const ROUNDS: usize = 20;
const PANDAS_ROUNDS: usize = 7;

fn main() {
    // `cargo test --all-targets` starts this without the flag, and without optimisation: nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = std::env::temp_dir().join(format!("rights-academy-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be made");
    let roster_path = folder.join("roster.csv");
    std::fs::write(&roster_path, roster_csv()).expect("the roster can be written");
    for (kind, bytes) in [("zoom", zoom().into_bytes()), ("teams", teams())] {
        let path = folder.join(format!("{kind}.csv"));
        std::fs::write(&path, &bytes).expect("the export can be written");
        compare(kind, &path, &bytes, &roster_path);
    }
    std::fs::remove_dir_all(&folder).expect("the temporary folder can be removed");
}

fn compare(kind: &str, path: &Path, bytes: &[u8], roster_path: &Path) {
    let roster = Roster::new(people(), &[], &[]);
    let at = |time: &str| format!("2024-02-07T{time}").parse().expect("the time is one");
    let session =
        SessionTimes { starts: at("10:00:00"), ends: at("12:00:00"), zone: chrono_tz::Europe::Sofia };
    let mut best = f64::INFINITY;
    let mut ours = Settled::default();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let export = read("export.csv", bytes, &session, &Limits::default()).expect("the export is sound");
        ours = settle(&[("export.csv", &export)], &roster, session.scheduled(), 75);
        best = best.min(began.elapsed().as_secs_f64());
    }
    let seconds: u64 = ours.people.iter().map(|person| u64::from(person.presence.seconds)).sum();
    println!(
        "{kind}: {ROWS} rows, {:.1} MB: {best:.3} s, {:.0} rows/s (reach: 500000)",
        bytes.len() as f64 / 1e6,
        ROWS as f64 / best
    );
    match pandas(kind, path, roster_path) {
        None => println!("{kind}: no pandas in target/bench-venv; not compared"),
        Some((theirs, answer)) => {
            let same = answer == format!("{seconds} {} {}", ours.attended, ours.unmatched.len());
            println!(
                "{kind}: pandas: {theirs:.3} s, {:.0} rows/s; we are {:.1} times as fast (reach: 1); same answer: {}",
                ROWS as f64 / theirs,
                theirs / best,
                if same { "yes" } else { "NO" }
            );
            assert!(same, "pandas says {answer}");
        }
    }
}

/// The best seconds of pandas and what it came to.
fn pandas(kind: &str, export: &Path, roster: &Path) -> Option<(f64, String)> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = std::env::var_os("RIGHTS_ACADEMY_BENCH_PYTHON")
        .map_or_else(|| home.join("target/bench-venv/bin/python"), PathBuf::from);
    let output = Command::new(python)
        .arg(home.join("benches/pandas_imports.py"))
        .args([kind.as_ref(), export.as_os_str(), roster.as_os_str()])
        .arg(PANDAS_ROUNDS.to_string())
        .output()
        .ok()?;
    if !output.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    let printed = String::from_utf8(output.stdout).ok()?;
    let (seconds, answer) = printed.trim().split_once(' ')?;
    Some((seconds.parse().ok()?, answer.to_owned()))
}

fn people() -> impl Iterator<Item = RosterPerson> {
    (0..PEOPLE).map(|index| RosterPerson {
        id: PersonId(index as i64),
        employee_id: format!("{index:05}"),
        name: name(index),
        email: format!("p{index:05}@city.example"),
    })
}

fn roster_csv() -> String {
    let mut csv = String::from("employee_id,name,email,department\n");
    for person in people() {
        writeln!(csv, "{},{},{},Roads", person.employee_id, person.name, person.email)
            .expect("a String takes it");
    }
    csv
}

fn name(index: usize) -> String {
    const FIRST: [&str; 6] = ["Ëngjëll", "Ana", "Drita", "Boris", "Çlirim", "Mirela"];
    const LAST: [&str; 5] = ["Çela", "Hoxha", "Petrova", "Këlliçi", "Tafaj"];
    format!("{} {} {index}", FIRST[index % 6], LAST[index % 5])
}

/// A row's person (every fiftieth is not on the roster), arrival and departure, in seconds of the day.
fn stay(row: usize) -> (usize, usize, usize) {
    let person = if row.is_multiple_of(50) { PEOPLE + row } else { row * 7919 % PEOPLE };
    let from = 9 * 3600 + 45 * 60 + row * 7907 % 7200;
    (person, from, from + 60 + row * 31 % 1500)
}

fn zoom() -> String {
    let time = |second: usize| {
        let (hour, half) = (second / 3600, if second >= 43_200 { "PM" } else { "AM" });
        let hour = (hour + 11) % 12 + 1;
        format!("02/07/2024 {hour:02}:{:02}:{:02} {half}", second / 60 % 60, second % 60)
    };
    let mut csv = String::from(
        "\u{feff}Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent,\
         In Waiting Room\r\n",
    );
    for row in 0..ROWS {
        let (person, from, to) = stay(row);
        let (name, minutes) = (name(person), (to - from).div_ceil(60));
        let (from, to) = (time(from), time(to));
        write!(csv, "{name},p{person:05}@city.example,{from},{to},{minutes},Yes,,No\r\n")
            .expect("a String takes it");
    }
    csv
}

fn teams() -> Vec<u8> {
    let time =
        |second: usize| format!("07/02/24, {:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    let mut text = String::from("\u{feff}1. Summary\nMeeting title\tDigital rights\n\n2. Participants\n");
    text.push_str("Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n");
    // Those who have stays: every fiftieth person has none, see `stay`.
    for person in (0..PEOPLE).filter(|person| !person.is_multiple_of(50)) {
        let (name, from, to) = (name(person), time(36_000), time(43_200));
        let address = format!("p{person:05}@city.example");
        writeln!(text, "{name}\t{from}\t{to}\t2h 0m 0s\t{address}\t{address}\tPresenter")
            .expect("a String takes it");
    }
    text.push_str("\n3. In-Meeting Activities\nName\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n");
    for row in 0..ROWS {
        let (person, from, to) = stay(row);
        let (name, seconds) = (name(person), to - from);
        let (from, to) = (time(from), time(to));
        let duration = format!("{}m {}s", seconds / 60, seconds % 60);
        writeln!(text, "{name}\t{from}\t{to}\t{duration}\tp{person:05}@city.example\tPresenter")
            .expect("a String takes it");
    }
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
