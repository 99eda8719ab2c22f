//! The tree of an entry's sub-entries, one per person: padded to a power of two with fillers and shuffled, so that a
//! path shown to one person tells neither how many others there were, exactly, nor in which order, nor who.
//!
//! Whoever has the journal's key can tell a filler from a person's leaf ([`Fillers`]), so that no sub-entry can be taken
//! away under the cover of the padding, and no entry put in that the house did not write; to anybody else both are random.

use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::{Rng, RngExt as _};
use sha2::Sha256;

use super::{
    hash::Hash,
    merkle::{self, ProofError, Tree},
};

/// The smallest tree. An entry about nobody has this size too: it looks like one about a few.
pub const MIN_LEAVES: usize = 4;

/// Names the use of the key that HKDF derives (RFC 5869 §3.2).
const FILLER_INFO: &[u8] = b"medok/journal/filler";

/// Makes the fillers of all trees: `HMAC-SHA256(HKDF-SHA256(secret, "medok/journal/filler"), mark ‖ position)`, where the
/// mark is the hash of all that the entry says but its root ([`super::entry::Entry::mark`]) and the position four
/// big-endian bytes. To those who hold the key they say how many sub-entries an entry has, and that the house wrote it;
/// to nobody else. Its debug form shows nothing.
#[derive(Clone)]
pub struct Fillers(Hmac<Sha256>);

impl Fillers {
    /// From the 32 bytes of the journal's secret seed.
    pub fn new(secret: &[u8; 32]) -> Self {
        let mut key = zeroize::Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, secret)
            .expand(FILLER_INFO, key.as_mut())
            .expect("HKDF-SHA256 gives up to 8160 bytes");
        Self(Hmac::new_from_slice(key.as_slice()).expect("HMAC takes a key of any length"))
    }

    /// The filler that stands at a position of an entry's tree, if no person's leaf does.
    pub fn filler(&self, mark: &Hash, position: u32) -> Hash {
        let mac = self.0.clone().chain_update(mark.as_bytes());
        Hash(
            mac.chain_update(position.to_be_bytes())
                .finalize()
                .into_bytes()
                .into(),
        )
    }

    /// Whether there is a filler in the tree: every tree that the house makes has one.
    pub fn in_tree(&self, mark: &Hash, tree: &Subtree) -> bool {
        (0_u32..)
            .zip(tree.leaves())
            .any(|(position, leaf)| *leaf == self.filler(mark, position))
    }
}

impl fmt::Debug for Fillers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[fillers]")
    }
}

/// The leaf hashes of an entry's sub-entries, fillers among them. They are kept as long as the entry is, whatever becomes
/// of the persons: without its person's key a leaf is as random as a filler.
#[derive(Clone)]
pub struct Subtree {
    tree: Tree,
}

impl Subtree {
    /// Pads the `real` leaf hashes of the entry of this mark with one filler or more to the next power of two, at least
    /// [`MIN_LEAVES`], and shuffles all (Fisher–Yates). Returns the tree and the position of each real leaf, in the order given. `random` must be
    /// cryptographically secure and fresh: whoever can predict it can tell the fillers.
    pub fn shuffle(
        real: &[Hash],
        mark: &Hash,
        fillers: &Fillers,
        random: &mut (impl Rng + ?Sized),
    ) -> (Self, Vec<u32>) {
        let size = (real.len() + 1).next_power_of_two().max(MIN_LEAVES);
        let mut order: Vec<usize> = (0..size).collect();
        for last in (1..size).rev() {
            order.swap(last, random.random_range(0..=last));
        }
        let mut positions = vec![0; real.len()];
        for (position, &leaf) in (0_u32..).zip(&order) {
            if let Some(place) = positions.get_mut(leaf) {
                *place = position;
            }
        }
        let shuffled = (0_u32..)
            .zip(&order)
            .map(|(position, &leaf)| {
                let leaf = real.get(leaf).copied();
                leaf.unwrap_or_else(|| fillers.filler(mark, position))
            })
            .collect();
        (
            Self {
                tree: Tree::new(shuffled),
            },
            positions,
        )
    }

    /// The tree again from its stored leaf hashes, in their stored order.
    ///
    /// # Errors
    /// [`NotASubtree`] when their number is not a power of two of at least [`MIN_LEAVES`].
    pub fn from_leaves(leaves: Vec<Hash>) -> Result<Self, NotASubtree> {
        let sound = leaves.len() >= MIN_LEAVES && leaves.len().is_power_of_two();
        if sound {
            Ok(Self {
                tree: Tree::new(leaves),
            })
        } else {
            Err(NotASubtree {
                leaves: leaves.len(),
            })
        }
    }

    /// All leaf hashes in order: what is stored.
    pub fn leaves(&self) -> &[Hash] {
        self.tree.leaves()
    }

    /// The root that the entry commits to.
    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// Path from the leaf at `position` to the root; `None` when there is no such position.
    pub fn inclusion(&self, position: u32) -> Option<Vec<Hash>> {
        self.tree.inclusion(position.into())
    }
}

impl fmt::Debug for Subtree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subtree")
            .field("leaves", &self.tree.size())
            .field("root", &self.root())
            .finish()
    }
}

/// Checks that `leaf` stands at `position` under an entry's sub-entry root. The tree is complete: the length of the path
/// gives its size.
///
/// # Errors
/// [`ProofError`]; a path shorter than that of the smallest tree, or of 32 steps and more, is of a wrong length.
pub fn verify(leaf: &Hash, position: u32, path: &[Hash], root: &Hash) -> Result<(), ProofError> {
    match path.len() {
        0 | 1 => Err(ProofError::PathTooShort),
        height @ 2..=31 => merkle::verify_inclusion(leaf, position.into(), 1 << height, path, root),
        _ => Err(ProofError::PathTooLong),
    }
}

/// A number of leaves that no entry's tree has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotASubtree {
    /// The number found.
    pub leaves: usize,
}

impl fmt::Display for NotASubtree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} sub-entry leaves: a power of two from {MIN_LEAVES} is expected",
            self.leaves
        )
    }
}

impl std::error::Error for NotASubtree {}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::{super::hash::leaf_hash, *};

    const MARK: Hash = Hash([7; 32]);

    fn shuffle(real: &[Hash], random: &mut StdRng) -> (Subtree, Vec<u32>) {
        Subtree::shuffle(real, &MARK, &Fillers::new(&[9; 32]), random)
    }

    #[test]
    fn a_filler_is_known_by_its_key_mark_and_position_alone() {
        let (fillers, others) = (Fillers::new(&[9; 32]), Fillers::new(&[8; 32]));
        for count in [0, 1, 2, 3, 4, 5, 8] {
            let leaves = real(count);
            let (subtree, positions) = shuffle(&leaves, &mut StdRng::seed_from_u64(5));
            for (position, leaf) in (0_u32..).zip(subtree.leaves()) {
                let filled = !positions.contains(&position);
                assert_eq!(*leaf == fillers.filler(&MARK, position), filled);
                assert_ne!(*leaf, fillers.filler(&MARK, position + 1));
                assert_ne!(*leaf, fillers.filler(&Hash([8; 32]), position));
                assert_ne!(*leaf, others.filler(&MARK, position));
            }
            assert!(fillers.in_tree(&MARK, &subtree));
            assert!(!fillers.in_tree(&Hash([8; 32]), &subtree) && !others.in_tree(&MARK, &subtree));
        }
    }

    fn real(count: usize) -> Vec<Hash> {
        (0..count).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    #[test]
    fn sizes_are_powers_of_two_from_four() {
        let mut random = StdRng::seed_from_u64(1);
        for (count, size) in [
            (0, 4),
            (1, 4),
            (3, 4),
            (4, 8),
            (7, 8),
            (8, 16),
            (9, 16),
            (300, 512),
        ] {
            let (subtree, positions) = shuffle(&real(count), &mut random);
            assert_eq!((subtree.leaves().len(), positions.len()), (size, count));
            assert_eq!(subtree.root(), merkle::root(subtree.leaves()));
            assert_eq!(
                subtree.leaves().iter().collect::<HashSet<_>>().len(),
                size,
                "fillers differ"
            );
        }
        for count in [0, 1, 2, 3, 5, 300] {
            assert_eq!(
                Subtree::from_leaves(real(count)).unwrap_err(),
                NotASubtree { leaves: count }
            );
        }
    }

    #[test]
    fn positions_are_evenly_spread() {
        // Each of two real leaves should stand at each of four positions a quarter of the time: 1000 ± 150 is 5.5 sigma.
        let mut random = StdRng::seed_from_u64(2);
        let mut seen = [[0; 4]; 2];
        for _ in 0..4000 {
            let (_, positions) = shuffle(&real(2), &mut random);
            for (leaf, position) in positions.iter().enumerate() {
                seen[leaf][*position as usize] += 1;
            }
        }
        assert!(
            seen.iter()
                .flatten()
                .all(|count| (850..1150).contains(count)),
            "{seen:?}"
        );
    }

    #[test]
    fn destroying_one_of_300_leaves_the_other_299_proofs() {
        let leaves = real(300);
        let (subtree, positions) = shuffle(&leaves, &mut StdRng::seed_from_u64(3));
        let (stored, root) = (subtree.leaves().to_vec(), subtree.root());
        // Destruction takes the person's key, and with it salt, content and the knowledge which leaf was theirs. The leaf
        // hashes stay; the others' paths are made from these alone.
        let destroyed = 117;
        let after = Subtree::from_leaves(stored).unwrap();
        for (person, leaf) in leaves
            .iter()
            .enumerate()
            .filter(|(person, _)| *person != destroyed)
        {
            let path = after.inclusion(positions[person]).unwrap();
            assert_eq!(
                verify(leaf, positions[person], &path, &root),
                Ok(()),
                "{person}"
            );
            assert_ne!(
                verify(&leaves[destroyed], positions[person], &path, &root),
                Ok(())
            );
        }
        // And had the leaf itself been taken, the promise would be broken: that is why it stays.
        let mut holed = after.leaves().to_vec();
        holed[positions[destroyed] as usize] = Hash::ZERO;
        assert_ne!(Subtree::from_leaves(holed).unwrap().root(), root);
    }

    #[test]
    fn paths_of_impossible_trees_are_refused() {
        let leaf = leaf_hash(b"x");
        assert_eq!(
            verify(&leaf, 0, &[], &leaf),
            Err(ProofError::PathTooShort),
            "a root is not a leaf"
        );
        assert_eq!(
            verify(&leaf, 0, &[leaf], &merkle::root(&[leaf, leaf])),
            Err(ProofError::PathTooShort)
        );
        assert_eq!(
            verify(&leaf, 0, &[leaf; 32], &leaf),
            Err(ProofError::PathTooLong)
        );
        assert_eq!(
            verify(&leaf, 4, &[leaf; 2], &leaf),
            Err(ProofError::IndexOutside { index: 4, size: 4 })
        );
        let (subtree, _) = shuffle(&[], &mut StdRng::seed_from_u64(4));
        assert_eq!(subtree.inclusion(4), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn every_real_leaf_is_where_it_is_said_to_be(count in 0_usize..70, seed in any::<u64>()) {
            let leaves = real(count);
            let (subtree, positions) = shuffle(&leaves, &mut StdRng::seed_from_u64(seed));
            for (leaf, &position) in leaves.iter().zip(&positions) {
                prop_assert_eq!(&subtree.leaves()[position as usize], leaf);
                let path = subtree.inclusion(position).unwrap();
                prop_assert_eq!(verify(leaf, position, &path, &subtree.root()), Ok(()));
                let mut spoiled = path.clone();
                spoiled[0].0[0] ^= 1;
                prop_assert_eq!(verify(leaf, position, &spoiled, &subtree.root()), Err(ProofError::RootDiffers));
                prop_assert!(verify(leaf, position ^ 1, &path, &subtree.root()).is_err());
            }
            prop_assert_eq!(positions.iter().collect::<HashSet<_>>().len(), count);
        }
    }
}
