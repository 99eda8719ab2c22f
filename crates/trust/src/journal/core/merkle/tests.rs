//! Our trees against two other implementations, and verification against every way to spoil a proof.

use std::cell::RefCell;

use ct_merkle::{ConsistencyProof, InclusionProof, RootHash, mem_backed_tree::MemoryBackedTree};
use proptest::prelude::*;
use sha2::Sha256;
use tlog_tiles::tlog;

use super::super::hash::leaf_hash;
use super::*;

fn leaf_bytes(i: u64) -> Vec<u8> {
    format!("leaf {i}").into_bytes()
}

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|i| leaf_hash(&leaf_bytes(i))).collect()
}

/// The definition of RFC 6962 §2.1 word for word: slow and obvious.
fn root_by_definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::EMPTY,
        [one] => *one,
        _ => {
            let mut k = 1;
            while k * 2 < leaves.len() {
                k *= 2;
            }
            node_hash(
                &root_by_definition(&leaves[..k]),
                &root_by_definition(&leaves[k..]),
            )
        }
    }
}

#[test]
fn every_small_tree_agrees_with_the_definition_and_proves_all_of_itself() {
    let all = leaves(70);
    for size in 0..=70_u64 {
        let tree = Tree::new(all[..size as usize].to_vec());
        let root = root_by_definition(tree.leaves());
        assert_eq!(super::root(tree.leaves()), root, "{size}");
        assert_eq!(tree.root(), root, "{size}");
        for index in 0..size {
            let path = tree.inclusion(index).unwrap();
            verify_inclusion(&all[index as usize], index, size, &path, &root).unwrap();
        }
        assert_eq!(tree.inclusion(size), None);
        for old in 0..=size {
            let old_root = root_by_definition(&all[..old as usize]);
            let path = tree.consistency(old).unwrap();
            verify_consistency(old, &old_root, size, &root, &path)
                .unwrap_or_else(|e| panic!("{old} -> {size}: {e}"));
        }
        assert_eq!(tree.consistency(size + 1), None);
    }
}

#[test]
fn thousands_of_random_trees_agree_with_ct_merkle() {
    // One growing tree of the other library, asked at every size; at each size a leaf and an old size drawn from it.
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let mut old_roots: Vec<RootHash<Sha256>> = vec![theirs.root()];
    let all = leaves(800);
    for size in 1..=800_u64 {
        theirs.push(leaf_bytes(size - 1));
        let their_root = theirs.root();
        let tree = Tree::new(all[..size as usize].to_vec());
        assert_eq!(tree.root().0[..], their_root.as_bytes()[..]);

        for draw in 1..=2_u64 {
            let index = (size * 0x9e37_79b9 * draw) % size;
            let path = tree.inclusion(index).unwrap();
            let bytes: Vec<u8> = path.iter().flat_map(|hash| hash.0).collect();
            assert_eq!(bytes, theirs.prove_inclusion(index as usize).as_bytes());
            let proof = InclusionProof::<Sha256>::try_from_bytes(bytes).unwrap();
            their_root
                .verify_inclusion(&leaf_bytes(index), index, &proof)
                .unwrap();
        }

        let old = (size * 0x85eb_ca6b) % size;
        if old > 0 {
            let path = tree.consistency(old).unwrap();
            let bytes: Vec<u8> = path.iter().flat_map(|hash| hash.0).collect();
            assert_eq!(
                bytes,
                theirs.prove_consistency((size - old) as usize).as_bytes(),
                "{old} -> {size}"
            );
            let proof = ConsistencyProof::<Sha256>::try_from_bytes(bytes).unwrap();
            their_root
                .verify_consistency(&old_roots[old as usize], &proof)
                .unwrap();
        }
        old_roots.push(their_root);
    }
}

/// The storage of the Go checksum database as ported in `tlog_tiles`.
struct Stored(RefCell<Vec<tlog::Hash>>);

impl tlog::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        let stored = self.0.borrow();
        Ok(indexes.iter().map(|&i| stored[i as usize]).collect())
    }
}

#[test]
fn random_proofs_agree_with_tlog_tiles() {
    let stored = Stored(RefCell::default());
    let all = leaves(400);
    for size in 1..=400_u64 {
        let more = tlog::stored_hashes(size - 1, &leaf_bytes(size - 1), &stored).unwrap();
        stored.0.borrow_mut().extend(more);
        let tree = Tree::new(all[..size as usize].to_vec());
        assert_eq!(tree.root().0, tlog::tree_hash(size, &stored).unwrap().0);

        let index = (size * 0x9e37_79b9) % size;
        let theirs = tlog::prove_record(size, index, &stored).unwrap();
        let path: Vec<Hash> = theirs.iter().map(|hash| Hash(hash.0)).collect();
        assert_eq!(tree.inclusion(index).unwrap(), path);

        let old = 1 + (size * 0x85eb_ca6b) % size;
        let theirs = tlog::prove_tree(size, old, &stored).unwrap();
        let path: Vec<Hash> = theirs.iter().map(|hash| Hash(hash.0)).collect();
        assert_eq!(tree.consistency(old).unwrap(), path, "{old} -> {size}");
    }
}

#[test]
fn each_wrong_part_of_a_consistency_proof_is_named() {
    let all = leaves(13);
    let tree = Tree::new(all.clone());
    let (old, new) = (Tree::new(all[..6].to_vec()).root(), tree.root());
    let path = tree.consistency(6).unwrap();
    let other = leaf_hash(b"other");

    assert_eq!(verify_consistency(6, &old, 13, &new, &path), Ok(()));
    assert_eq!(
        verify_consistency(13, &new, 6, &old, &path),
        Err(ProofError::SizesReversed { old: 13, new: 6 })
    );
    assert_eq!(
        verify_consistency(6, &other, 13, &new, &path),
        Err(ProofError::OldRootDiffers)
    );
    assert_eq!(
        verify_consistency(6, &old, 13, &other, &path),
        Err(ProofError::RootDiffers)
    );
    assert_eq!(
        verify_consistency(6, &old, 13, &new, &path[..path.len() - 1]),
        Err(ProofError::PathTooShort)
    );
    assert_eq!(
        verify_consistency(6, &old, 13, &new, &[]),
        Err(ProofError::PathTooShort)
    );
    let longer = [&path[..], &[other]].concat();
    assert_eq!(
        verify_consistency(6, &old, 13, &new, &longer),
        Err(ProofError::PathTooLong)
    );
    // The two trivial cases believe nothing either.
    assert_eq!(
        verify_consistency(0, &other, 13, &new, &[]),
        Err(ProofError::OldRootDiffers)
    );
    assert_eq!(
        verify_consistency(0, &Hash::EMPTY, 13, &new, &[other]),
        Err(ProofError::PathTooLong)
    );
    assert_eq!(
        verify_consistency(13, &new, 13, &other, &[]),
        Err(ProofError::RootDiffers)
    );
}

#[test]
fn the_widest_indexes_do_not_overflow() {
    let path = vec![Hash::ZERO; 64];
    let leaf = leaf_hash(b"last");
    assert_eq!(
        root_by_inclusion(&leaf, 0, 0, &[]),
        Err(ProofError::IndexOutside { index: 0, size: 0 })
    );
    assert!(root_by_inclusion(&leaf, u64::MAX - 2, u64::MAX, &path).is_ok());
    assert_eq!(
        root_by_inclusion(&leaf, u64::MAX - 2, u64::MAX, &path[1..]),
        Err(ProofError::PathTooShort)
    );
    let steps = vec![Hash::ZERO; 65];
    assert!(verify_consistency(u64::MAX - 1, &leaf, u64::MAX, &leaf, &steps).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_spoiled_inclusion_proof_never_verifies(size in 1_u64..300, pick in any::<u64>(), spoil in any::<u64>(), bit in 0_u8..8) {
        let all = leaves(size);
        let tree = Tree::new(all.clone());
        let root = tree.root();
        let index = pick % size;
        let leaf = all[index as usize];
        let path = tree.inclusion(index).unwrap();
        prop_assert_eq!(verify_inclusion(&leaf, index, size, &path, &root), Ok(()));

        let byte = (spoil % 32) as usize;
        let mut flipped = leaf;
        flipped.0[byte] ^= 1 << bit;
        prop_assert_eq!(verify_inclusion(&flipped, index, size, &path, &root), Err(ProofError::RootDiffers));
        if !path.is_empty() {
            let mut bad = path.clone();
            let step = (spoil as usize / 32) % bad.len();
            bad[step].0[byte] ^= 1 << bit;
            prop_assert_eq!(verify_inclusion(&leaf, index, size, &bad, &root), Err(ProofError::RootDiffers));
            prop_assert!(verify_inclusion(&leaf, index, size, &path[..path.len() - 1], &root).is_err());
        }
        let longer = [&path[..], &[leaf]].concat();
        prop_assert!(verify_inclusion(&leaf, index, size, &longer, &root).is_err());
        let elsewhere = spoil % size;
        prop_assert_eq!(verify_inclusion(&leaf, elsewhere, size, &path, &root).is_ok(), elsewhere == index);
    }

    #[test]
    fn a_rewritten_history_is_never_consistent(old in 1_u64..200, more in 1_u64..200, rewrite in any::<u64>(), noise in any::<[u8; 32]>()) {
        let before = leaves(old);
        let old_root = super::root(&before);
        let mut after = leaves(old + more);
        after[(rewrite % old) as usize] = Hash(noise);
        let tree = Tree::new(after);
        let path = tree.consistency(old).unwrap();
        prop_assert!(verify_consistency(old, &old_root, old + more, &tree.root(), &path).is_err());
    }
}
