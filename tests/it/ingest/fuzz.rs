//! Mutated files: whatever comes in, each reader ends in time, within its limits and without a panic.
//!
//! The corpus are small files of every format, made here, and what once broke a reader (`tests/corpus/<reader>/`). An
//! archive is mutated twice over: its bytes (which its checksums mostly catch), and the XML of one part before it is
//! packed, which reaches the reader itself; with xls likewise the container and the stream within it.
//!
//! The ordinary run takes a few hundred inputs of a fixed seed. The long one, a million inputs or ten minutes each:
//!
//! ```text
//! CHITIEU_FUZZ=1000000 CHITIEU_FUZZ_MINUTES=10 cargo test --release --test it ingest::fuzz -- --nocapture
//! ```
//!
//! A failing input is written to `target/fuzz/`; move it to `tests/corpus/` with the repair.

mod corpus;
mod mutate;

use super::vocabulary::Words;
use chitieu::catalog::Catalog;
use chitieu::ingest::{Hints, MAX_ISSUES, ReadFile, Vocabulary};
use corpus::Seed;
use mutate::Chance;
use rstest::rstest;
use std::path::Path;
use std::time::{Duration, Instant};

/// How many inputs a reader gets in the ordinary run.
const FEW: u64 = 250;

/// No input may take longer, in an unoptimised build on a busy machine.
const LONGEST: Duration = Duration::from_secs(20);

/// What the whole process may have taken at its highest, in KiB (1.5 GB): see `src/ingest/archive.rs`.
const MOST_MEMORY: u64 = 1_500_000;

#[expect(clippy::disallowed_methods, reason = "variables of the tests")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect("a number"))
}

#[rstest]
#[case::text("text")]
#[case::xlsx("xlsx")]
#[case::ods("ods")]
#[case::docx("docx")]
#[case::xls("xls")]
#[case::json("json")]
#[case::portal("portal")]
fn no_file_is_too_strange(#[case] reader: &str) {
    let most = number("CHITIEU_FUZZ").unwrap_or(FEW);
    let until = Instant::now() + Duration::from_secs(60 * number("CHITIEU_FUZZ_MINUTES").unwrap_or(60));
    let mut words = Words::binh_dinh();
    // Those of the corpus; a larger catalog only costs time.
    words.units.retain(|unit| {
        ["bql-kkt", "so-cong-thuong"].contains(&unit.code.as_str()) || unit.code.as_str().contains("-an")
    });
    // The answers of other systems are read by mappings, which another catalog has.
    let gia_lai =
        Catalog::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog/gia-lai-766")).expect("it is sound");
    let words = match reader {
        "portal" => Vocabulary {
            tiers: &gia_lai.tiers,
            units: &gia_lai.units[..40],
            indicators: &gia_lai.indicators,
            mappings: &gia_lai.mappings,
            report_decision: &gia_lai.report_decision,
        },
        _ => words.vocabulary(),
    };
    let seeds = corpus::of(reader);
    let mut chance = Chance::new(number("CHITIEU_FUZZ_SEED").unwrap_or(1));
    let (mut inputs, mut taken, mut longest) = (0_u64, 0_u64, Duration::ZERO);
    for kept in kept(reader) {
        run(words, reader, &kept);
    }
    while inputs < most && Instant::now() < until {
        let input = Seed::mutated(&seeds, &mut chance);
        let start = Instant::now();
        let file = run(words, reader, &input);
        longest = longest.max(start.elapsed());
        taken += u64::from(file.content.is_some());
        inputs += 1;
    }
    println!(
        "{reader}: {inputs} inputs, figures taken from {taken}, longest {} ms, {} KiB at most",
        longest.as_millis(),
        memory().map_or_else(|| "unknown".to_owned(), |peak| peak.to_string())
    );
    assert!(taken > 0, "the mutations leave files that are read");
    assert!(longest < LONGEST, "an input took {longest:?}");
    assert!(memory().is_none_or(|peak| peak < MOST_MEMORY), "the process took {:?} KiB", memory());
}

fn run(words: Vocabulary<'_>, reader: &str, input: &[u8]) -> ReadFile {
    let read = || chitieu::ingest::read("a", input, &words, &Hints::default());
    let file = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).unwrap_or_else(|_| keep(reader, input));
    assert!(file.issues.len() <= MAX_ISSUES + 1);
    if let Some(content) = &file.content {
        assert!(content.observations.len() <= words.units.len() * words.indicators.len());
        assert!(file.rows > 0);
    } else if file.issues.is_empty() {
        keep(reader, input);
    }
    file
}

/// Writes an input that broke something, and fails.
fn keep(reader: &str, input: &[u8]) -> ReadFile {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fuzz");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(format!("{reader}-{}", input.len()));
    std::fs::write(&path, input).expect("a file");
    panic!("{} breaks the reader", path.display());
}

/// What once broke a reader.
fn kept(reader: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(reader);
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| std::fs::read(entry.expect("a file").path()).expect("a file")).collect()
}

/// The most memory that this process ever had, in KiB.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
