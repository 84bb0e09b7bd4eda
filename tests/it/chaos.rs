//! Chance breaks what can break: forty chats on three channels, servers that refuse, answer pages, hang, close and carry
//! out without saying so, groups that move and throw the bot out, and a process that dies while it sends.
//!
//! Each run is one seed: the same seed does the same. Time is moved by hand, so that a day of retries costs nothing.
//! Whatever happens, every message ends sent, given up with a reason, or unknown; nothing is received that was not queued;
//! and a message comes twice only where it was unknown, marked as a repetition.

mod chance;
mod office;
mod trouble;

use office::{Office, Tally};

/// Seeds of one test. Five tests are five hundred runs.
const RUNS: u64 = 100;

async fn runs(first: u64) {
    let began = std::time::Instant::now();
    let mut tally = Tally::default();
    for seed in first..first + RUNS {
        tally += Office::run(seed).await;
    }
    println!("{RUNS} runs from seed {first}, {tally}, in {:?}", began.elapsed());
    // Chance that never strikes would prove nothing.
    assert!(tally.is_rich(), "{tally}");
}

macro_rules! seeds {
    ($($name:ident: $first:literal,)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                runs($first).await;
            }
        )*
    };
}

seeds! {
    runs_from_seed_1000: 1_000,
    runs_from_seed_2000: 2_000,
    runs_from_seed_3000: 3_000,
    runs_from_seed_4000: 4_000,
    runs_from_seed_5000: 5_000,
}

/// To look at one seed: `CHITIEU_TEST_SEED=1042 tests/all chaos::one_seed --no-capture`.
#[tokio::test]
async fn one_seed() {
    #[expect(clippy::disallowed_methods, reason = "a variable of the tests")]
    let seed = std::env::var("CHITIEU_TEST_SEED").ok().map_or(7, |seed| seed.parse().expect("a number"));
    let began = std::time::Instant::now();
    let (one, again) = (Office::run(seed).await, Office::run(seed).await);
    println!("seed {seed}: {one}, twice in {:?}", began.elapsed());
    assert_eq!(one, again, "the same seed does the same");
}
