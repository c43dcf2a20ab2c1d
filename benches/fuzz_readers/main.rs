//! The long round of damaged inputs: `cargo bench --bench fuzz_readers -- 1000000 [SEED]`. A fault that it finds is
//! printed as a panic with the round and the seed, and the input stays in a file for a look.

use rights_academy::attendance::imports::{Limits, SessionTimes, read};
use rights_academy::attendance::matching::{Roster, RosterPerson};
use rights_academy::attendance::rules::settle;
use rights_academy::platform::ids::PersonId;

mod inputs;

fn main() {
    // `cargo bench` adds `--bench`; `cargo test --benches` runs this as well, for a moment.
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let count = numbers.first().copied().unwrap_or(1_000) as usize;
    let seed = numbers.get(1).copied().unwrap_or(20_230_117);
    let began = std::time::Instant::now();
    let mut inputs = inputs::Inputs::new(seed, concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data"));
    let (mut read, mut bytes) = (0usize, 0usize);
    for round in 0..count {
        let input = inputs.next();
        bytes += input.len();
        match std::panic::catch_unwind(|| inputs::check(&input, round)) {
            Ok(was_read) => read += usize::from(was_read),
            Err(_) => {
                let path = std::env::temp_dir().join(format!("rights-academy-fuzz-{seed}-{round}.csv"));
                let kept = std::fs::write(&path, &input);
                eprintln!("round {round}, seed {seed}: the input is in {} ({kept:?})", path.display());
                std::process::exit(1);
            }
        }
    }
    println!(
        "{count} inputs ({} MB), seed {seed}: {read} read, {} refused with faults, no panic, {:.0} s",
        bytes / 1_000_000,
        count - read,
        began.elapsed().as_secs_f64()
    );
}
