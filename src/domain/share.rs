//! How several replicas share what only one of them may do at a time: each thing belongs to the living replica whose
//! hash together with the thing's name is the highest. Everybody computes the same without talking, a replica that comes
//! or goes moves only what becomes its own or was its own, and nothing has to be counted or balanced.

use sha2::{Digest as _, Sha256};

/// To whom a thing belongs among the living replicas; none when none lives.
#[must_use]
pub fn owner<'a>(thing: &str, replicas: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let weight = |replica: &str| {
        let mut hash = Sha256::new();
        hash.update(thing.as_bytes());
        hash.update([0]);
        hash.update(replica.as_bytes());
        hash.finalize()
    };
    replicas.into_iter().max_by_key(|replica| (weight(replica), *replica))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn things() -> Vec<String> {
        (0..300).map(|n| format!("lane:telegram:{n}")).collect()
    }

    #[test]
    fn everybody_gets_a_share_and_the_order_does_not_matter() {
        let mut shares: HashMap<&str, u32> = HashMap::new();
        for thing in things() {
            let one = owner(&thing, ["a", "b", "c"]).unwrap();
            assert_eq!(Some(one), owner(&thing, ["c", "a", "b"]));
            *shares.entry(one).or_default() += 1;
        }
        assert!(shares.len() == 3 && shares.values().all(|share| *share > 60), "{shares:?}");
    }

    #[test]
    fn who_leaves_takes_nothing_from_the_others() {
        for thing in things() {
            let before = owner(&thing, ["a", "b", "c"]).unwrap();
            if before != "c" {
                assert_eq!(owner(&thing, ["a", "b"]), Some(before));
            }
        }
        assert_eq!(owner("x", []), None);
    }
}
