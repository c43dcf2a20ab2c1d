//! Certificates as a reader sees them: poppler extracts the text.

use std::collections::BTreeMap;
use std::process::Command;

use chrono::NaiveDate;
use rights_academy::catalogue::Level;
use rights_academy::certificates::render::{RenderError, check, render};
use rights_academy::certificates::template::Template;
use rights_academy::certificates::{Logo, Record, RecordedModule, Signatory};
use rights_academy::platform::pdf::PdfError;

const CODE: &str = "BCDFG-HJKMN-PQRST-VWXYZ-CDFGH-JKMNP";

fn both(en: &str, sq: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("en".to_owned(), en.to_owned()), ("sq".to_owned(), sq.to_owned())])
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, 1, day).expect("a day of January")
}

fn record(name: &str) -> Record {
    let module = |code: &str, en, sq, date, minutes| RecordedModule {
        code: code.to_owned(),
        titles: both(en, sq),
        date: day(date),
        minutes,
    };
    Record {
        serial: "TIRANA-2023-7KM4QXWB".into(),
        name: name.into(),
        level: Level::Completion,
        organisation: "Municipality of Fiction".into(),
        programme: both("Digital rights in the office", "Të drejtat digjitale në zyrë"),
        modules_in_programme: 4,
        modules: vec![
            module("first", "First affinities", "Njohja e parë", 17, 120),
            module("second", "Data in the office", "Të dhënat në zyrë", 18, 90),
            module("third", "Official filings", "Dosjet zyrtare", 19, 45),
        ],
        place: "Tirana".into(),
        issued_on: day(20),
        signatories: vec![Signatory { name: "Shpresa Fiktive".into(), title: "Director".into() }],
        logos: vec![],
        verify_at: Some("https://academy.example/verify/".into()),
    }
}

/// The lines that `pdftotext` finds, in the order in which the file draws them.
fn extracted(pdf: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("certificate.pdf");
    std::fs::write(&file, pdf).expect("written");
    let output = Command::new("pdftotext").arg("-raw").arg(&file).arg("-").output();
    let output = output.expect("pdftotext runs; it is in the package poppler-utils");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.replace('\u{c}', "").lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn rendered(record: &Record, language: &str) -> Vec<u8> {
    render(record, CODE, Template::embedded(), language).expect("rendered")
}

#[test]
fn every_field_is_extracted_in_reading_order() {
    let lines = extracted(&rendered(&record("Ëngjëll Çela"), "en"));
    let expected = [
        "Municipality of Fiction",
        "Certificate of Completion",
        "This certifies that",
        "Ëngjëll Çela",
        "attended 3 of 4 modules of the training programme",
        "Digital rights in the office",
        "First affinities 17 January 2023 2 h",
        "Data in the office 18 January 2023 1 h 30 min",
        "Official filings 19 January 2023 45 min",
        "This certificate confirms participation in the sessions listed. No examination was taken.",
        "Shpresa Fiktive",
        "Director",
        "Tirana, 20 January 2023",
        "Serial number",
        "TIRANA-2023-7KM4QXWB",
        "Verify this certificate at",
        "https://academy.example/verify/",
        "Verification code",
        CODE,
    ];
    assert_eq!(lines, expected);
}

#[test]
fn albanian_is_written_as_albanians_write() {
    let record = Record { level: Level::Attendance, place: String::new(), ..record("Ëngjëll Çela") };
    let lines = extracted(&rendered(&record, "sq-AL"));
    for expected in [
        "Certifikatë pjesëmarrjeje",
        "Ëngjëll Çela",
        "ndoqi 3 nga 4 modulet e programit të trajnimit",
        "Të drejtat digjitale në zyrë",
        "Njohja e parë 17 janar 2023 2 orë",
        "Lëshuar më 20 janar 2023",
    ] {
        assert!(lines.iter().any(|line| line == expected), "{expected:?} is not in {lines:#?}");
    }
    assert_eq!(rendered(&record, "sq"), rendered(&record, "sq-AL"));
}

#[test]
fn names_of_every_alphabet_come_out_as_they_went_in() {
    let names = [
        "Griffith Afflatus Fjodor Thffi",
        "Γεώργιος Παπαδόπουλος",
        "Олександр Ґалаґан Їжак",
        "Željko Đurić Ðaća",
        "Nguyễn Thị Hường",
        "Ș̦tefan Ţepeș",
        "A\u{30a}\u{301}sa Quist",
        "O’Connor-Łukaszewicz",
    ];
    for name in names {
        let normal: String = unicode_normalization::UnicodeNormalization::nfc(name).collect();
        let lines = extracted(&rendered(&record(name), "en"));
        assert!(lines.contains(&normal), "{normal:?} is not in {lines:#?}");
    }
}

#[test]
fn a_name_over_several_lines_keeps_its_words_apart() {
    let name = "Maria Alexandra Konstantinopoulou-Papadimitriou of the Fictional House of Hohenfels and Niederfels, \
                Keeper of the Office for Affairs";
    let text = extracted(&rendered(&record(name), "en")).join(" ").replace("  ", " ");
    assert!(text.contains(name), "{text}");
}

#[test]
fn without_an_address_there_is_neither_address_nor_qr_code() {
    let with = rendered(&record("Ëngjëll Çela"), "en");
    let without = rendered(&Record { verify_at: None, ..record("Ëngjëll Çela") }, "en");
    let lines = extracted(&without);
    assert!(!lines.iter().any(|line| line.contains("https://") || line.starts_with("Verify")), "{lines:#?}");
    assert!(lines.iter().any(|line| line == CODE) && lines.iter().any(|line| line == "TIRANA-2023-7KM4QXWB"));
    assert!(without.len() + 1000 < with.len(), "the QR code takes room");
}

#[test]
fn a_certificate_is_at_most_60_kilobytes() {
    let mut crowded = record("Олександр Ґалаґан-Γεώργιος Ëngjëll Nguyễn");
    crowded.modules = (0..20).map(|n| crowded.modules[n % 3].clone()).collect();
    crowded.signatories = vec![crowded.signatories[0].clone(); 4];
    for record in [record("Ëngjëll Çela"), crowded] {
        let size = rendered(&record, "en").len();
        assert!(size <= 60_000, "{size} bytes");
    }
}

#[test]
fn the_same_record_gives_the_same_bytes_in_every_process() {
    let first = rendered(&record("Ëngjëll Çela"), "en");
    let elsewhere = std::thread::spawn(|| {
        // Other documents before it, in another order, change nothing.
        rendered(&record("Олександр"), "en");
        rendered(&record("Ëngjëll Çela"), "sq");
        rendered(&record("Ëngjëll Çela"), "en")
    });
    assert!(elsewhere.join().expect("no panic") == first, "two threads made different bytes");
    // A fresh process of this binary does nothing but print the hash.
    if std::env::var_os("PRINT_HASH").is_some() {
        println!("hash {:x}", fingerprint(&first));
        return;
    }
    let this = "documents::certificates::the_same_record_gives_the_same_bytes_in_every_process";
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args([this, "--exact", "--nocapture"])
        .env("PRINT_HASH", "1")
        .output()
        .expect("runs");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(printed.contains(&format!("hash {:x}", fingerprint(&first))), "another process: {printed}");
}

fn fingerprint(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn a_character_without_a_glyph_is_named() {
    for (name, missing) in [("王小明", '王'), ("Ada 🎓", '🎓'), ("नमस्ते", 'न')] {
        let record = record(name);
        let error = render(&record, CODE, Template::embedded(), "en").expect_err("refused");
        let checked = check(&record, Template::embedded(), "en").expect_err("refused");
        assert_eq!(error, checked);
        let RenderError::Pdf(PdfError::MissingGlyph { character, .. }) = error else { panic!("{error}") };
        assert_eq!(character, missing);
        assert!(checked.to_string().contains(&format!("U+{:04X}", missing as u32)), "{checked}");
    }
}

#[test]
fn logos_are_drawn_and_the_organisation_is_named_beside_the_date() {
    let logo = |file: &str| {
        let path = format!("{}/tests/data/logos/{file}", env!("CARGO_MANIFEST_DIR"));
        Logo::new(file.to_owned(), std::fs::read(path).expect("a logo"))
    };
    let mut record = record("Ëngjëll Çela");
    record.logos = vec![logo("arms.png"), logo("partner.jpg")];
    let pdf = rendered(&record, "en");
    assert!(pdf.len() <= 60_000, "{} bytes", pdf.len());
    let lines = extracted(&pdf);
    let place = lines.iter().position(|line| line == "Tirana, 20 January 2023").expect("the date");
    assert_eq!(lines[place - 1], "Municipality of Fiction");
    assert_eq!(lines.iter().filter(|line| *line == "Municipality of Fiction").count(), 1);

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("certificate.pdf");
    std::fs::write(&file, &pdf).expect("written");
    let output = Command::new("pdfimages").arg("-list").arg(&file).output().expect("pdfimages runs");
    let listed = String::from_utf8(output.stdout).expect("UTF-8");
    let images: Vec<&str> =
        listed.lines().skip(2).filter_map(|line| line.split_whitespace().nth(2)).collect();
    assert_eq!(images, ["image", "smask", "image"], "{listed}");

    // A file that claims to be a picture is refused before anything is issued.
    record.logos = vec![Logo::new("Broken".into(), b"\x89PNG\r\n\x1a\nnothing".to_vec())];
    let refused = check(&record, Template::embedded(), "en").expect_err("a broken logo");
    assert!(matches!(refused, RenderError::Logo { .. }), "{refused}");
}
