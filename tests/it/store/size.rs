//! A province of 3,865 units: one month is written in one go, and what is current is found among years of months.

use super::*;
use std::time::Instant;

pub const INDICATORS: [&str; 5] =
    ["online_submission", "online_payment", "digitization", "electronic_result", "population_db"];

/// All indicators of so many units in July 2023; another seed gives other figures.
pub fn province(units: u64, seed: u64) -> SnapshotContent {
    let mut content = figures("2023-07-24", seed);
    content.observations = (0..units)
        .flat_map(|n| {
            INDICATORS.map(|of| {
                let mut observation = observation(&format!("unit-{n}"), of, Reading::Value((n * 7 + seed) % 1000));
                observation.rate = Reading::Value(percent(&format!("{}.{}", n % 100, n % 10)));
                observation
            })
        })
        .collect();
    content
}

promise! {
    async fn a_whole_province_is_one_quick_write(db) {
        let content = province(3865, 1);
        assert_eq!(content.observations.len(), 19_325);
        let start = Instant::now();
        assert!(!db.record("s1", &content).await.unchanged);
        let written = start.elapsed();
        let start = Instant::now();
        assert_eq!(db.store.content("s1").await.unwrap().content, content);
        let read = start.elapsed();
        let start = Instant::now();
        assert!(db.record("s2", &content).await.unchanged);
        let again = start.elapsed();
        eprintln!("{}: written in {written:?}, read in {read:?}, found unchanged in {again:?}", db.store.kind());
        // Generous, for unoptimised code on a busy machine; one statement a row takes far longer.
        assert!(written.as_secs() < 10, "{written:?}");
    }
}
