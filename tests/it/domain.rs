//! The domain through its public door: the ground truth of July 2023, properties held against brute force, and decisions
//! read as tables.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails the test; clippy's own exception knows #[test] functions only"
)]

mod alerts;
mod build;
mod comparing;
mod corrections;
mod doubts;
mod july;
mod july_audit;
mod july_figures;
mod moves;
mod needed;
mod notices;
mod numbers;
mod ranks;
mod readings;
mod rearranged;
mod reminders;
mod stories;
mod sums;
mod targets;
