//! The ends of all chains as they were after any entry: what a map of chains commits to.

use std::collections::{BTreeMap, VecDeque};

use crate::journal::core::chain::{ChainId, Head};
use crate::journal::core::map::{ChainMap, MapCommitment};

/// Entries before a map that it may not see: those of acts in the same group commit (`act/writer.rs`), whose links are
/// written when the batch ends. On PostgreSQL a map waits for all before it and sees them.
const UNSEEN: usize = 128;

/// Ends of chains that follow the journal entry by entry, with the way back of the last few.
#[derive(Default)]
pub(in crate::journal) struct Running {
    heads: BTreeMap<ChainId, Head>,
    back: VecDeque<Vec<(ChainId, Option<Head>)>>,
}

impl Running {
    /// Takes the links of the next entry.
    pub(in crate::journal) fn entry(&mut self, links: impl IntoIterator<Item = (ChainId, Head)>) {
        let before = links
            .into_iter()
            .map(|(chain, head)| (chain, self.heads.insert(chain, head)))
            .collect();
        self.back.push_back(before);
        if self.back.len() > UNSEEN {
            self.back.pop_front();
        }
    }

    /// The map that a commitment is of, if it is of the chains as they are now, or were up to a batch ago.
    pub(in crate::journal) fn map_of(&self, commitment: &MapCommitment) -> Option<ChainMap> {
        let mut heads = self.heads.clone();
        let mut undone = self.back.iter().rev();
        loop {
            let map = ChainMap::new(heads.iter().map(|(chain, head)| (*chain, *head)))
                .expect("the chains are the keys of a map");
            if map.commitment() == *commitment {
                return Some(map);
            }
            // Entries about nobody change no chain: no other map before them.
            let links = undone.by_ref().find(|links| !links.is_empty())?;
            for (chain, before) in links.iter().rev() {
                match before {
                    Some(head) => heads.insert(*chain, *head),
                    None => heads.remove(chain),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::core::hash::leaf_hash;

    fn link(chain: u8, n: u64) -> (ChainId, Head) {
        (
            ChainId([chain; 16]),
            Head {
                n,
                hash: leaf_hash(&[chain, u8::try_from(n).unwrap()]),
            },
        )
    }

    fn commitment(links: &[(ChainId, Head)]) -> MapCommitment {
        ChainMap::new(links.iter().copied()).unwrap().commitment()
    }

    #[test]
    fn a_map_is_of_now_or_of_a_little_ago() {
        let mut running = Running::default();
        running.entry([link(1, 1), link(2, 1)]);
        running.entry([]);
        running.entry([link(1, 2), link(3, 1)]);
        running.entry([]);
        let found = |links: &[_]| {
            running
                .map_of(&commitment(links))
                .map(|map| map.commitment())
        };
        for links in [
            &[link(1, 2), link(2, 1), link(3, 1)][..],
            &[link(1, 1), link(2, 1)],
            &[],
        ] {
            assert_eq!(found(links), Some(commitment(links)));
        }
        assert_eq!(
            found(&[link(1, 2), link(2, 1)]),
            None,
            "no entry left the chains so"
        );
    }

    #[test]
    fn what_is_longer_ago_than_a_batch_is_no_map_of_now() {
        let mut running = Running::default();
        running.entry([link(1, 1)]);
        for n in 2..=129 {
            running.entry([link(1, n)]);
        }
        assert!(running.map_of(&commitment(&[link(1, 1)])).is_some());
        assert!(running.map_of(&commitment(&[])).is_none());
    }
}
