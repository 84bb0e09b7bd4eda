//! The outside world, played by servers inside the test binary.
//!
//! Nothing that builds this project can reach a messaging provider, so every claim about delivery is
//! checked against these fakes. They are therefore strict where the provider is strict: they count
//! messages and answer 429, parse the markup and refuse it, remember what was sent and to whom, and
//! break in the ways networks break. A fake that says yes to everything would prove nothing.
//!
//! What a fake never does: look inside the code under test. It sees sockets and bytes, and its own
//! time comes from a function that the test supplies, so that hours of waiting cost nothing.
//!
//! Benches borrow these files; the path on the *inline* module keeps the lookup of child files intact:
//!
//! ```text
//! #[path = "../tests/it"]
//! mod it {
//!     pub mod fake;
//! }
//! ```

pub mod front;
pub mod source;
pub mod telegram;
pub mod zalo_bot;
pub mod zalo_oa;
