//! Certificates a second on one thread: ours, and WeasyPrint's in the same run (`benches/setup` installs it).
//!
//! `cargo bench --bench certificates`

use std::collections::BTreeMap;
use std::time::Instant;

use chrono::NaiveDate;
use rights_academy::catalogue::Level;
use rights_academy::certificates::render::render;
use rights_academy::certificates::template::Template;
use rights_academy::certificates::{Record, RecordedModule, Signatory};

#[path = "weasyprint.rs"]
mod weasyprint;

use weasyprint::CERTIFICATES as THEIRS;

const OURS: usize = 5000;

fn main() {
    let (rate, bytes) = ours();
    println!(
        "rights-academy  {rate:8.1} certificates/s  {:6.1} KB each  ({OURS} on one thread)",
        bytes / 1000.0
    );
    match weasyprint::rate() {
        Ok((their_rate, their_bytes)) => {
            let size = their_bytes / 1000.0;
            println!(
                "WeasyPrint      {their_rate:8.1} certificates/s  {size:6.1} KB each  ({THEIRS} on one thread)"
            );
            println!("ratio           {:8.1} (at least 8 is wanted)", rate / their_rate);
        }
        Err(why) => println!("WeasyPrint      skipped: {why}; benches/setup installs it"),
    }
}

fn ours() -> (f64, f64) {
    let template = Template::embedded();
    let records: Vec<(Record, String)> = (0..OURS).map(|number| (record(number), code(number))).collect();
    let make = |(record, code): &(Record, String)| {
        render(record, code, template, "en").expect("the record can be rendered").len()
    };
    // The first ones make the subsets that all share.
    records.iter().take(50).for_each(|record| {
        make(record);
    });
    let start = Instant::now();
    let bytes: usize = records.iter().map(make).sum();
    (OURS as f64 / start.elapsed().as_secs_f64(), bytes as f64 / OURS as f64)
}

/// The code's groups for a number; letters that the real ones use.
fn code(number: usize) -> String {
    const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
    let letter = |place: usize| {
        char::from(LETTERS[(number * 7919 + place * place * 31 + place * number) % LETTERS.len()])
    };
    let groups: Vec<String> = (0..6).map(|group| (0..5).map(|n| letter(group * 5 + n)).collect()).collect();
    groups.join("-")
}

fn record(number: usize) -> Record {
    let given =
        ["Ëngjëll", "Arta", "Besnik", "Çlirim", "Drita", "Fatmir", "Genta", "Ilir", "Jonida", "Krenar"];
    let family =
        ["Çela", "Hoxha", "Leka", "Shehu", "Dervishi", "Prifti", "Gjoka", "Kola", "Marku", "Zefi", "Bregu"];
    let both = |en: &str| BTreeMap::from([("en".to_owned(), en.to_owned())]);
    let day = |day: u32| NaiveDate::from_ymd_opt(2023, 1, day).expect("a day of January");
    let module = |title: &str, date, minutes| RecordedModule {
        code: "m".into(),
        titles: both(title),
        date: day(date),
        minutes,
    };
    let signatory = |name: &str, title: &str| Signatory { name: name.into(), title: title.into() };
    Record {
        serial: format!("FICTION-2023-{number:08}"),
        name: format!("{} {} {number}", given[number % given.len()], family[number / 10 % family.len()]),
        level: Level::Completion,
        organisation: "Municipality of Fiction".into(),
        programme: both("Digital Human Rights for City Administrations"),
        modules_in_programme: 4,
        modules: vec![
            module("Introduction to digital human rights", 17, 120),
            module("Data protection in municipal services", 18, 150),
            module("Digital inclusion and accessibility", 19, 90),
        ],
        place: "Tirana".into(),
        issued_on: day(30),
        signatories: vec![
            signatory("Arta Fiktive", "Director of Human Resources"),
            signatory("Besnik Shembulli", "Deputy Mayor"),
        ],
        logos: vec![],
        verify_at: Some("https://academy.example/verify/".into()),
    }
}
