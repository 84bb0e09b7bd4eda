//! The one test binary.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of a test fails the test; clippy's own exception knows #[test] functions only"
)]

mod acceptance;
mod bots;
mod browser;
mod chaos;
mod charts;
mod cli;
mod conversation;
mod crash;
mod domain;
mod fake;
mod fake_telegram;
mod health;
mod ingest;
mod leak;
mod lives;
mod message;
mod messages;
mod page;
mod points;
mod postgres;
mod process;
mod rehearsal;
mod replicas;
mod sources;
mod store;
mod supervisor;
mod telegram_channel;
mod tidy;
mod zalo_budget;
mod zalo_channel;
mod zalo_oa;
