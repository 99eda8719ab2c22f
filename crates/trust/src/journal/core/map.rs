//! The map chain → (n, head), sorted by chain, as a Merkle tree. An entry of the journal commits to its size and root: then
//! a person can tell that their list goes up to the end, and anybody that a chain has no entries at all.
//!
//! Sortedness is what makes absence provable, and only who has the whole map can check it: `medok journal verify` rebuilds
//! it. A proof of absence shows the ids and lengths of two neighbouring chains, which are random and say nothing of persons.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    chain::{ChainId, Head},
    entry::Entry,
    hash::{Hash, leaf_hash},
    json::{self, Object, Value},
    merkle::{ProofError, Tree, verify_inclusion},
};

/// Kind of the entries whose data is a [`MapCommitment`].
pub const MAP_ENTRY_KIND: &str = "journal.map";

/// Leaf hash of a chain in the map: RFC 6962's over chain ‖ n (big-endian 64 bits) ‖ head.
pub fn map_leaf_hash(chain: &ChainId, head: &Head) -> Hash {
    let mut leaf = [0; 56];
    leaf[..16].copy_from_slice(&chain.0);
    leaf[16..24].copy_from_slice(&head.n.to_be_bytes());
    leaf[24..].copy_from_slice(&head.hash.0);
    leaf_hash(&leaf)
}

/// What the journal says about the map: the data of a [`MAP_ENTRY_KIND`] entry, `{"root":…,"size":…}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MapCommitment {
    /// Root of the tree over the sorted chains.
    pub root: Hash,
    /// Number of chains.
    pub size: u64,
}

impl MapCommitment {
    /// The commitment as an entry's data.
    pub fn to_data(self) -> Object {
        let size = i64::try_from(self.size).expect("there are fewer than 2^63 chains");
        Object::from([
            ("root".to_owned(), Value::Text(self.root.to_string())),
            ("size".to_owned(), Value::Int(size)),
        ])
    }

    /// The commitment in an entry; `None` when the entry is of another kind or its data is anything else.
    pub fn of_entry(entry: &Entry) -> Option<Self> {
        (entry.kind.as_str() == MAP_ENTRY_KIND)
            .then(|| json::decode(&json::encode(&entry.data)).ok())
            .flatten()
    }
}

/// The whole map in memory: 200 bytes and some per chain.
#[derive(Clone, Debug)]
pub struct ChainMap {
    chains: Vec<(ChainId, Head)>,
    tree: Tree,
}

impl ChainMap {
    /// Sorts the chains and builds their tree.
    ///
    /// # Errors
    /// [`MapError::Repeated`] when a chain is given twice.
    pub fn new(chains: impl IntoIterator<Item = (ChainId, Head)>) -> Result<Self, MapError> {
        let mut chains: Vec<_> = chains.into_iter().collect();
        chains.sort_unstable_by_key(|(chain, _)| *chain);
        if chains.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(MapError::Repeated);
        }
        let tree = Tree::new(
            chains
                .iter()
                .map(|(chain, head)| map_leaf_hash(chain, head))
                .collect(),
        );
        Ok(Self { chains, tree })
    }

    /// Size and root, for the journal.
    pub fn commitment(&self) -> MapCommitment {
        MapCommitment {
            root: self.tree.root(),
            size: self.tree.size(),
        }
    }

    /// Proof of where the chain ends, or that it is not in the map.
    pub fn prove(&self, chain: &ChainId) -> MapProof {
        match self.chains.binary_search_by_key(chain, |(chain, _)| *chain) {
            Ok(place) => MapProof::Present {
                index: place as u64,
                head: self.chains[place].1,
                path: self.path(place),
            },
            Err(place) => MapProof::Absent {
                left: place.checked_sub(1).map(|place| self.neighbour(place)),
                right: (place < self.chains.len()).then(|| self.neighbour(place)),
            },
        }
    }

    fn neighbour(&self, place: usize) -> Neighbour {
        let (chain, head) = self.chains[place];
        Neighbour {
            index: place as u64,
            chain,
            head,
            path: self.path(place),
        }
    }

    fn path(&self, place: usize) -> Vec<Hash> {
        self.tree
            .inclusion(place as u64)
            .expect("the place is one of the map's")
    }
}

/// Where a chain ends, or that there is none, by a [`MapCommitment`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "chain", rename_all = "snake_case", deny_unknown_fields)]
pub enum MapProof {
    /// The chain is in the map.
    Present {
        /// Place among the sorted chains.
        index: u64,
        /// Where it ends.
        head: Head,
        /// Path to the map's root.
        path: Vec<Hash>,
    },
    /// The chain is not in the map: here are those it would stand between.
    Absent {
        /// The chain before; none when it would be the first.
        left: Option<Neighbour>,
        /// The chain after; none when it would be the last.
        right: Option<Neighbour>,
    },
}

/// A chain beside the place where another is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neighbour {
    /// Place among the sorted chains.
    pub index: u64,
    /// Its id.
    pub chain: ChainId,
    /// Where it ends.
    pub head: Head,
    /// Path to the map's root.
    pub path: Vec<Hash>,
}

impl Neighbour {
    fn verify(&self, map: &MapCommitment) -> Result<(), MapError> {
        verify_inclusion(
            &map_leaf_hash(&self.chain, &self.head),
            self.index,
            map.size,
            &self.path,
            &map.root,
        )
        .map_err(MapError::Neighbour)
    }
}

impl MapProof {
    /// Where `chain` ended when the map was committed to; `None` when it had no entries.
    ///
    /// # Errors
    /// [`MapError`] when the proof is not one of this chain and this map.
    pub fn verify(&self, chain: &ChainId, map: &MapCommitment) -> Result<Option<Head>, MapError> {
        match self {
            Self::Present { index, head, path } => {
                verify_inclusion(
                    &map_leaf_hash(chain, head),
                    *index,
                    map.size,
                    path,
                    &map.root,
                )
                .map_err(MapError::Chain)?;
                Ok(Some(*head))
            }
            Self::Absent { left, right } => {
                verify_absence(chain, left.as_ref(), right.as_ref(), map).map(|()| None)
            }
        }
    }
}

fn verify_absence(
    chain: &ChainId,
    left: Option<&Neighbour>,
    right: Option<&Neighbour>,
    map: &MapCommitment,
) -> Result<(), MapError> {
    for neighbour in left.into_iter().chain(right) {
        neighbour.verify(map)?;
    }
    // The places must touch: nothing can stand between them, before the first or after the last.
    let next = left.map_or(0, |left| left.index + 1);
    let touching = next == right.map_or(map.size, |right| right.index);
    let around = left.is_none_or(|left| left.chain < *chain)
        && right.is_none_or(|right| *chain < right.chain);
    let empty = map.size > 0 || map.root == Hash::EMPTY;
    if touching && around && empty {
        Ok(())
    } else {
        Err(MapError::NotNeighbours)
    }
}

/// What is wrong with a map or a proof from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapError {
    /// A chain is given twice.
    Repeated,
    /// The chain with this head is not in the map.
    Chain(ProofError),
    /// A neighbour is not in the map.
    Neighbour(ProofError),
    /// The neighbours do not enclose the chain's place, or the empty map's root is wrong.
    NotNeighbours,
}

impl fmt::Display for MapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repeated => f.write_str("a chain stands in the map twice"),
            Self::Chain(error) => write!(f, "the chain is not in the map as stated: {error}"),
            Self::Neighbour(error) => write!(
                f,
                "a neighbour of the chain is not in the map as stated: {error}"
            ),
            Self::NotNeighbours => {
                f.write_str("the neighbours do not enclose the place of the chain")
            }
        }
    }
}

impl std::error::Error for MapError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::merkle, *};

    /// Chains 10, 20, 30 … so that there is room between them.
    fn id(i: u64) -> ChainId {
        ChainId((u128::from(i) * 10).to_be_bytes())
    }

    fn head(i: u64) -> Head {
        Head {
            n: i + 1,
            hash: leaf_hash(&i.to_be_bytes()),
        }
    }

    fn map(size: u64) -> ChainMap {
        // Given in another order than they are kept.
        ChainMap::new((1..=size).rev().map(|i| (id(i), head(i)))).unwrap()
    }

    #[test]
    fn the_root_is_over_sorted_fixed_bytes() {
        let commitment = map(3).commitment();
        let leaf =
            |i: u64| leaf_hash(&[&id(i).0[..], &(i + 1).to_be_bytes(), &head(i).hash.0].concat());
        assert_eq!(
            commitment,
            MapCommitment {
                root: merkle::root(&[leaf(1), leaf(2), leaf(3)]),
                size: 3
            }
        );
        assert_eq!(
            map(0).commitment(),
            MapCommitment {
                root: Hash::EMPTY,
                size: 0
            }
        );
        assert_eq!(
            ChainMap::new([(id(1), head(1)), (id(2), head(2)), (id(1), head(3))]).unwrap_err(),
            MapError::Repeated
        );
    }

    #[test]
    fn absence_is_proved_before_between_after_and_in_an_empty_map() {
        for size in 0..9 {
            let map = map(size);
            for gap in 0..=size {
                let between = ChainId((u128::from(gap) * 10 + 5).to_be_bytes());
                let proof = map.prove(&between);
                assert_eq!(
                    proof.verify(&between, &map.commitment()),
                    Ok(None),
                    "{gap} of {size}"
                );
                // It proves nothing about any other place.
                for other in 0..=size {
                    let elsewhere = ChainId((u128::from(other) * 10 + 5).to_be_bytes());
                    assert_eq!(
                        proof.verify(&elsewhere, &map.commitment()).is_ok(),
                        other == gap
                    );
                    if other > 0 {
                        assert_eq!(
                            proof.verify(&id(other), &map.commitment()),
                            Err(MapError::NotNeighbours),
                            "{other} is there"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_present_chain_cannot_be_made_absent() {
        let map = map(6);
        let commitment = map.commitment();
        let (left, right) = (map.neighbour(1), map.neighbour(3));
        let absent = |left: Option<&Neighbour>, right: Option<&Neighbour>| {
            MapProof::Absent {
                left: left.cloned(),
                right: right.cloned(),
            }
            .verify(&id(3), &commitment)
        };
        assert_eq!(
            absent(Some(&left), Some(&right)),
            Err(MapError::NotNeighbours)
        );
        assert_eq!(absent(Some(&left), None), Err(MapError::NotNeighbours));
        assert_eq!(absent(None, Some(&right)), Err(MapError::NotNeighbours));
        assert_eq!(absent(None, None), Err(MapError::NotNeighbours));
        let mut moved = right.clone();
        moved.index = 2;
        assert_eq!(
            absent(Some(&left), Some(&moved)),
            Err(MapError::Neighbour(ProofError::RootDiffers))
        );
        let wrong_empty = MapCommitment {
            root: leaf_hash(b"x"),
            size: 0,
        };
        assert_eq!(
            MapProof::Absent {
                left: None,
                right: None
            }
            .verify(&id(3), &wrong_empty),
            Err(MapError::NotNeighbours)
        );
        let far = Neighbour {
            index: u64::MAX,
            ..left
        };
        assert!(matches!(
            absent(Some(&far), None),
            Err(MapError::Neighbour(ProofError::IndexOutside { .. }))
        ));
    }

    #[test]
    fn the_commitment_stands_in_an_entrys_data() {
        let commitment = map(3).commitment();
        let text = format!(
            r#"{{"v":1,"id":"00000000-0000-0000-0000-000000000001","kind":"journal.map","at":"2026-02-03T04:05:06.000007Z","actor":{{}},"purpose":null,"case":null,"categories":[],"root":"{}","data":{{"root":"{}","size":3}}}}"#,
            Hash::ZERO,
            commitment.root
        );
        let entry = Entry::decode(text.as_bytes()).unwrap();
        assert_eq!(entry.data, commitment.to_data());
        assert_eq!(MapCommitment::of_entry(&entry), Some(commitment));
        for (from, to) in [
            ("journal.map", "journal.mop"),
            ("\"size\":3", "\"size\":-3"),
            ("\"size\":3", "\"size\":3,\"x\":1"),
            (",\"size\":3", ""),
        ] {
            let other = Entry::decode(text.replacen(from, to, 1).as_bytes()).unwrap();
            assert_eq!(MapCommitment::of_entry(&other), None, "{to}");
        }
    }

    #[test]
    fn proofs_survive_json_and_refuse_what_is_not_theirs() {
        let map = map(5);
        for proof in [
            map.prove(&id(2)),
            map.prove(&ChainId([0; 16])),
            map.prove(&ChainId([255; 16])),
        ] {
            let json = serde_json::to_string(&proof).unwrap();
            assert_eq!(serde_json::from_str::<MapProof>(&json).unwrap(), proof);
        }
        let json = serde_json::to_string(&map.prove(&id(2))).unwrap();
        assert!(
            json.starts_with(r#"{"chain":"present","index":1,"head":{"n":3,"#),
            "{json}"
        );
        assert!(
            serde_json::from_str::<MapProof>(&json.replacen(
                "\"index\"",
                "\"place\":0,\"index\"",
                1
            ))
            .is_err()
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn every_chain_is_proved_with_its_head_and_no_other(size in 1_u64..60, pick in any::<u64>(), n in any::<u64>()) {
            let map = map(size);
            let commitment = map.commitment();
            let i = 1 + pick % size;
            let proof = map.prove(&id(i));
            prop_assert_eq!(proof.verify(&id(i), &commitment), Ok(Some(head(i))));
            prop_assert!(proof.verify(&id(i + 1), &commitment).is_err());
            let MapProof::Present { index, head: mut stated, path } = proof else { panic!("the chain is there") };
            stated.n = n;
            let shortened = MapProof::Present { index, head: stated, path };
            prop_assert_eq!(shortened.verify(&id(i), &commitment).is_ok(), n == head(i).n);
            let other = MapCommitment { root: leaf_hash(b"other"), ..commitment };
            prop_assert_eq!(map.prove(&id(i)).verify(&id(i), &other), Err(MapError::Chain(ProofError::RootDiffers)));
        }
    }
}
