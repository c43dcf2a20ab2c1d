//! Damaged and random inputs for the readers, the same ones for the same seed, and what must be true of any answer.
//! Shared by the short round in the unit tests and the long one in `main.rs`, which both import what is used here.

use std::time::{Duration, Instant};

use super::{Limits, PersonId, Roster, RosterPerson, SessionTimes, read, settle};

/// An endless series of inputs.
pub struct Inputs {
    random: Random,
    corpus: Vec<Vec<u8>>,
}

/// SplitMix64: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

impl Inputs {
    /// `data` is the folder with the fixtures; each is taken as it is and as UTF-8, where most damage is deepest.
    pub fn new(seed: u64, data: &str) -> Self {
        let mut paths: Vec<_> = std::fs::read_dir(format!("{data}/attendance"))
            .expect("the fixtures are there")
            .map(|entry| entry.expect("the fixtures can be listed").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
            .collect();
        paths.sort();
        let mut corpus = Vec::new();
        for path in paths {
            let bytes = std::fs::read(path).expect("the fixtures can be read");
            if bytes.starts_with(&[0xff, 0xfe]) {
                let units: Vec<u16> =
                    bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
                corpus.push(String::from_utf16_lossy(&units).into_bytes());
            }
            corpus.push(bytes);
        }
        Inputs { random: Random(seed), corpus }
    }

    /// The next input: random bytes, or a fixture with one to four kinds of damage.
    pub fn next(&mut self) -> Vec<u8> {
        if self.random.below(50) == 0 {
            let length = self.random.below(600);
            return (0..length).map(|_| self.random.next() as u8).collect();
        }
        let mut input = self.pick();
        for _ in 0..=self.random.below(4) {
            self.damage(&mut input);
        }
        input
    }

    fn pick(&mut self) -> Vec<u8> {
        let index = self.random.below(self.corpus.len());
        self.corpus[index].clone()
    }

    fn damage(&mut self, input: &mut Vec<u8>) {
        let at = self.random.below(input.len() + 1);
        match self.random.below(11) {
            // Bits and bytes.
            0 => {
                for _ in 0..=self.random.below(8) {
                    let at = self.random.below(input.len());
                    if let Some(byte) = input.get_mut(at) {
                        *byte ^= 1 << self.random.below(8);
                    }
                }
            }
            1 => input.truncate(at),
            2 => drop(input.drain(..at)),
            // A piece of another file.
            3 => {
                let other = self.pick();
                let from = self.random.below(other.len());
                let to = from + self.random.below(other.len() - from);
                input.splice(at..at, other[from..to].iter().copied());
            }
            // A piece of itself, many times: repeated cells, rows and sections.
            4 => {
                let to = (at + self.random.below(80)).min(input.len());
                let piece = input[at..to].to_vec();
                let times = self.random.below(40);
                input.splice(at..at, piece.repeat(times));
            }
            5 => {
                let text: String = (0..self.random.below(20))
                    .filter_map(|_| char::from_u32(self.random.below(0x11_0000) as u32))
                    .collect();
                input.splice(at..at, text.into_bytes());
            }
            6 => {
                let zeros = 1 + self.random.below(3);
                input.splice(at..at, vec![0; zeros]);
            }
            // A huge line.
            7 => {
                let byte = *b"a,;\t\"9 ".get(self.random.below(7)).unwrap_or(&b'a');
                let length = 1 << self.random.below(15);
                input.splice(at..at, vec![byte; length]);
            }
            // What stands where in a table.
            8 => {
                let pieces = [
                    "\"", "\"\"", "\r", "\n", "\n\n", "\t", ",", ";", "=\"", "\u{feff}", "\u{a0}", "--",
                    ",,,,",
                ];
                let piece = pieces[self.random.below(pieces.len())];
                input.splice(at..at, piece.bytes());
            }
            // Numbers and times: a digit becomes another, or many.
            9 => {
                if let Some(offset) = input[at..].iter().position(u8::is_ascii_digit) {
                    let digits = vec![b'0' + self.random.below(10) as u8; self.random.below(4)];
                    input.splice(at + offset..=at + offset, digits);
                }
            }
            // Two lines change places.
            _ => {
                let mut lines: Vec<&[u8]> = input.split_inclusive(|byte| *byte == b'\n').collect();
                let (one, other) = (self.random.below(lines.len()), self.random.below(lines.len()));
                if !lines.is_empty() {
                    lines.swap(one, other);
                }
                let swapped = lines.concat();
                *input = swapped;
            }
        }
    }
}

/// Reads the input as an export (of two different days), settles what was read, and looks at the answer. Whether it
/// was read is returned.
pub fn check(input: &[u8], round: usize) -> bool {
    let began = Instant::now();
    let limits = Limits { max_rows: 5_000, ..Limits::default() };
    let date = if round.is_multiple_of(8) { "2023-01-17" } else { "2024-02-07" };
    let at = |time: &str| format!("{date}T{time}").parse().expect("the time is one");
    let session =
        SessionTimes { starts: at("10:00:00"), ends: at("12:00:00"), zone: chrono_tz::Europe::Sofia };
    let result = read("fuzz.csv", input, &session, &limits);
    match &result {
        Ok(export) => {
            assert!(!export.rows.is_empty() && export.rows.iter().all(|row| row.line > 0));
            let person = RosterPerson {
                id: PersonId(1),
                employee_id: "00001".into(),
                name: "Ana Petrova".into(),
                email: "ana.petrova@city.example".into(),
            };
            let roster = Roster::new([person], &[], &[]).accept_unique_names(true);
            let settled = settle(&[("fuzz.csv", export)], &roster, session.scheduled(), 75);
            assert!(settled.people.iter().all(|person| person.presence.seconds <= 7_200));
            assert!(settled.unmatched.len() <= export.rows.len());
        }
        Err(faults) => {
            assert!(!faults.is_empty() && faults.0.len() <= 100);
            for fault in &faults.0 {
                assert_eq!(fault.file.as_deref(), Some("fuzz.csv"));
                assert!(fault.line != Some(0) && fault.column != Some(0));
                assert!(!fault.to_string().contains(['\n', '\r']) && fault.message.len() < 4_000);
            }
        }
    }
    assert!(began.elapsed() < Duration::from_secs(20), "round {round} took {:?}", began.elapsed());
    result.is_ok()
}
