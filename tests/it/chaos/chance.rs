//! Repeatable chance.

use std::sync::{Arc, Mutex};

/// An xorshift that everybody of one run draws from.
#[derive(Clone)]
pub struct Chance(Arc<Mutex<u64>>);

impl Chance {
    pub fn of(seed: u64) -> Self {
        // A seed's neighbour must not be its twin.
        let mixed = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let chance = Self(Arc::new(Mutex::new(mixed)));
        for _ in 0..8 {
            chance.below(2);
        }
        chance
    }

    /// A number of 0..limit.
    pub fn below(&self, limit: u64) -> u64 {
        let mut state = self.0.lock().expect("nobody panics while drawing");
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        (*state >> 11) % limit
    }

    /// True so many times of a hundred.
    pub fn percent(&self, share: u64) -> bool {
        self.below(100) < share
    }
}
