//! One test binary: every test of the project lives below this file.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it expected and stops"
)]

mod fake;
mod fake_telegram;
