//! Randomness, passed in: ids, one-time codes and jitter.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};

/// Gives random bytes.
pub trait Entropy: Send + Sync + 'static {
    /// Fills a buffer.
    fn fill(&self, buffer: &mut [u8]);
}

impl dyn Entropy {
    /// An id that sorts by time (UUIDv7).
    #[must_use]
    pub fn id(&self, now: DateTime<Utc>) -> String {
        let mut random = [0; 10];
        self.fill(&mut random);
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string()
    }

    /// A number of 0..=1000, as `domain::delivery::after_attempt` takes it.
    #[must_use]
    pub fn jitter(&self) -> u16 {
        let mut random = [0; 2];
        self.fill(&mut random);
        u16::from_be_bytes(random) % 1001
    }

    /// A token for a link that nobody can guess: 128 bits.
    #[must_use]
    pub fn link_token(&self) -> String {
        let mut random = [0; 16];
        self.fill(&mut random);
        random.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A one-time code for linking a chat.
    #[must_use]
    pub fn link_code(&self) -> String {
        let mut random = [0; 2 * crate::domain::subscription::LINK_CODE_LENGTH];
        self.fill(&mut random);
        crate::domain::subscription::link_code(&random)
    }
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        // Without randomness there is no id that is unique and no code that is secret: there is nothing to go on with.
        #[expect(clippy::expect_used, reason = "the operating system's generator fails only where no program can run")]
        getrandom::fill(buffer).expect("the operating system gives random bytes");
    }
}

/// The same bytes for the same seed: for tests and rehearsals.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    calls: AtomicU64,
}

impl SeededEntropy {
    /// A generator that starts anew.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed, calls: AtomicU64::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let call = self.calls.fetch_add(1, Ordering::Relaxed);
            let block = Sha256::new().chain_update(self.seed.to_be_bytes()).chain_update(call.to_be_bytes()).finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
}

/// The digest under which a one-time code is kept: the database never holds the code itself.
#[must_use]
pub fn code_digest(code: &str) -> String {
    let code = crate::domain::subscription::normal_code(code);
    Sha256::digest(code.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest under which a link's token is kept.
#[must_use]
pub fn token_digest(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_bytes_repeat_and_ids_sort_by_time() {
        let (a, b): (&dyn Entropy, &dyn Entropy) = (&SeededEntropy::new(7), &SeededEntropy::new(7));
        let at = |s| DateTime::from_timestamp(s, 0).unwrap();
        let (first, second) = (a.id(at(1)), a.id(at(2)));
        assert_eq!(first, b.id(at(1)));
        assert!(first < second);
        assert!((0..1000).all(|_| a.jitter() <= 1000));
        assert_eq!(a.link_code().len(), 8);
    }

    #[test]
    fn a_code_is_kept_under_its_normal_form() {
        assert_eq!(code_digest("ab2d-ef3h"), code_digest("AB2DEF3H"));
        assert_ne!(code_digest("AB2DEF3H"), code_digest("AB2DEF3J"));
    }
}
