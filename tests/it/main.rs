//! The one test binary.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of a test fails the test; clippy's own exception knows #[test] functions only"
)]

mod browser;
mod domain;
mod fake;
mod fake_telegram;
mod ingest;
mod postgres;
mod store;
mod supervisor;
mod telegram_channel;
mod tidy;
