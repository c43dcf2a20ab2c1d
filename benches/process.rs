//! `process` on a cohort of 5,000 people, from the folder to the files, on one processor and on all; beside it WeasyPrint on
//! one processor in the same run.
//!
//! `cargo bench --bench process`

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

#[path = "weasyprint.rs"]
mod weasyprint;

const PEOPLE: usize = 5_000;
const MODULES: [&str; 4] = ["introduction", "data-protection", "digital-inclusion", "transparency"];

fn main() {
    // `cargo test --all-targets` only checks that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_cohort(folder.path()).expect("the cohort's folder is written");
    let one = process(folder.path(), Some("0"));
    let all = process(folder.path(), None);
    println!("process, {PEOPLE} people and as many certificates, from the folder to the files:");
    println!("  one processor   {:8.1} certificates/s  ({:.1} s)", PEOPLE as f64 / one, one);
    println!(
        "  all processors  {:8.1} certificates/s  ({:.1} s), {:.2} times one",
        PEOPLE as f64 / all,
        all,
        one / all
    );
    match weasyprint::rate() {
        Ok((rate, _)) => {
            println!("  WeasyPrint      {rate:8.1} certificates/s on one processor, making the PDF only");
            println!("  ratio on one    {:8.1} (at least 8 is wanted)", PEOPLE as f64 / one / rate);
        }
        Err(why) => println!("  WeasyPrint      skipped: {why}; benches/setup installs it"),
    }
}

/// Seconds of one run into new folders. `taskset` (util-linux) binds it to processors.
fn process(folder: &Path, processors: Option<&str>) -> f64 {
    let work = tempfile::tempdir().expect("a temporary folder");
    let program = env!("CARGO_BIN_EXE_rights-academy");
    let mut command = match processors {
        Some(processors) => {
            let mut command = Command::new("taskset");
            command.args(["-c", processors, program]);
            command
        }
        None => Command::new(program),
    };
    let start = Instant::now();
    let output = command
        .arg("process")
        .arg(folder)
        .arg("--out")
        .arg(work.path().join("out"))
        .arg("--data-dir")
        .arg(work.path().join("data"))
        .args(["--public-url", "https://academy.example"])
        .output()
        .expect("the program starts");
    let seconds = start.elapsed().as_secs_f64();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made = std::fs::read_dir(work.path().join("out/certificates")).expect("certificates").count();
    assert_eq!(made, PEOPLE, "a certificate for each");
    seconds
}

/// Everybody attends three modules, so that everybody earns a certificate.
fn write_cohort(folder: &Path) -> std::io::Result<()> {
    let given =
        ["Ëngjëll", "Arta", "Besnik", "Çlirim", "Drita", "Fatmir", "Genta", "Ilir", "Jonida", "Krenar"];
    let family =
        ["Çela", "Hoxha", "Leka", "Shehu", "Dervishi", "Prifti", "Gjoka", "Kola", "Marku", "Zefi", "Bregu"];
    let mut roster = String::from("employee_id,name,email,department\n");
    let export = |day: &str| {
        let mut rows =
            String::from("Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n");
        for person in 0..PEOPLE {
            let name = format!("{} {}", given[person % given.len()], family[person % family.len()]);
            let _ = writeln!(
                rows,
                "{name},p{person}@city.example,02/{day}/2023 10:01:{:02} AM,02/{day}/2023 11:59:00 AM,118,No",
                person % 60
            );
        }
        rows
    };
    let exports = [("1.csv", export("07")), ("2.csv", export("14")), ("3.csv", export("21"))];
    for person in 0..PEOPLE {
        let name = format!("{} {}", given[person % given.len()], family[person % family.len()]);
        let _ = writeln!(roster, "{person:05},{name},p{person}@city.example,Department {}", person % 40);
    }
    let mut sessions = String::from("module,starts,ends,zone,mode,capacity,file\n");
    for ((file, rows), (module, day)) in exports.iter().zip(MODULES.iter().zip(["07", "14", "21"])) {
        std::fs::write(folder.join(file), rows)?;
        let _ = writeln!(
            sessions,
            "{module},2023-02-{day}T10:00:00,2023-02-{day}T12:00:00,Europe/Tirane,online,,{file}"
        );
    }
    std::fs::write(folder.join("roster.csv"), roster)?;
    std::fs::write(folder.join("sessions.csv"), sessions)?;
    std::fs::write(
        folder.join("cohort.toml"),
        "programme = \"digital-human-rights\"\norganisation = \"City of Fiction\"\ncohort = \"Large\"\nlocale = \"en\"\n\
         [[signatories]]\nname = \"Arta Fiktive\"\ntitle = \"Director of Human Resources\"\n",
    )
}
