//! Merkle trees of RFC 6962 §2.1 and their proofs (RFC 9162 §2.1.3, §2.1.4). A verifier here believes only hashes: it takes
//! any path from anybody and either reaches the given root or says why not.

use std::{convert::Infallible, fmt};

use super::hash::{Hash, node_hash};

/// Root of the tree over `leaves` (leaf hashes, in order); [`Hash::EMPTY`] for none (RFC 6962 §2.1).
pub fn root(leaves: &[Hash]) -> Hash {
    let mut layer = leaves.to_vec();
    while layer.len() > 1 {
        let parents = layer.len().div_ceil(2);
        for i in 0..parents {
            // A last node without a neighbour rises unchanged: that is how a ragged tree splits at powers of two.
            layer[i] = match layer.get(2 * i + 1) {
                Some(right) => node_hash(&layer[2 * i], right),
                None => layer[2 * i],
            };
        }
        layer.truncate(parents);
    }
    layer.first().copied().unwrap_or(Hash::EMPTY)
}

/// Checks that `leaf` stands at `index` in the tree of `size` leaves with root `root` (RFC 9162 §2.1.3.2).
///
/// # Errors
/// [`ProofError`] says whether the index, the length of the path or the root is wrong.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if root_by_inclusion(leaf, index, size, path)? == *root {
        Ok(())
    } else {
        Err(ProofError::RootDiffers)
    }
}

/// The root that a tree of `size` leaves must have if `leaf` stands at `index` with this `path` (RFC 9162 §2.1.3.2).
///
/// # Errors
/// [`ProofError::IndexOutside`], [`ProofError::PathTooShort`] or [`ProofError::PathTooLong`].
pub fn root_by_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
) -> Result<Hash, ProofError> {
    if index >= size {
        return Err(ProofError::IndexOutside { index, size });
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for step in path {
        if last == 0 {
            return Err(ProofError::PathTooLong);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(step, &hash);
            skip_risen(&mut node, &mut last);
        } else {
            hash = node_hash(&hash, step);
        }
        node >>= 1;
        last >>= 1;
    }
    if last == 0 {
        Ok(hash)
    } else {
        Err(ProofError::PathTooShort)
    }
}

/// Checks that the tree of `new_size` leaves with `new_root` begins with the tree of `old_size` leaves with `old_root`
/// (RFC 9162 §2.1.4.2). Every tree extends the empty one; equal sizes need equal roots; both take an empty path.
///
/// # Errors
/// [`ProofError`] says whether the sizes, the length of the path, the old or the new root is wrong.
pub fn verify_consistency(
    old_size: u64,
    old_root: &Hash,
    new_size: u64,
    new_root: &Hash,
    path: &[Hash],
) -> Result<(), ProofError> {
    if old_size > new_size {
        return Err(ProofError::SizesReversed {
            old: old_size,
            new: new_size,
        });
    }
    if old_size == 0 || old_size == new_size {
        return verify_trivial_consistency(old_size, old_root, new_size, new_root, path);
    }
    let (mut node, mut last) = (old_size - 1, new_size - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    // When the old tree is one complete subtree its root is the first step, and the prover leaves it out.
    let (start, steps) = if old_size.is_power_of_two() {
        (*old_root, path)
    } else {
        let (first, rest) = path.split_first().ok_or(ProofError::PathTooShort)?;
        (*first, rest)
    };
    let (mut old, mut new) = (start, start);
    for step in steps {
        if last == 0 {
            return Err(ProofError::PathTooLong);
        }
        if node & 1 == 1 || node == last {
            old = node_hash(step, &old);
            new = node_hash(step, &new);
            skip_risen(&mut node, &mut last);
        } else {
            new = node_hash(&new, step);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        Err(ProofError::PathTooShort)
    } else if old != *old_root {
        Err(ProofError::OldRootDiffers)
    } else if new != *new_root {
        Err(ProofError::RootDiffers)
    } else {
        Ok(())
    }
}

fn verify_trivial_consistency(
    old_size: u64,
    old_root: &Hash,
    new_size: u64,
    new_root: &Hash,
    path: &[Hash],
) -> Result<(), ProofError> {
    if !path.is_empty() {
        Err(ProofError::PathTooLong)
    } else if old_size == 0 && *old_root != Hash::EMPTY {
        Err(ProofError::OldRootDiffers)
    } else if old_size == new_size && old_root != new_root {
        Err(ProofError::RootDiffers)
    } else {
        Ok(())
    }
}

/// On the right edge a node without a neighbour rises by itself: skips the levels where it did.
fn skip_risen(node: &mut u64, last: &mut u64) {
    while *node & 1 == 0 && *node != 0 {
        *node >>= 1;
        *last >>= 1;
    }
}

/// What is wrong with an inclusion or consistency proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofError {
    /// The leaf's index is not below the tree's size.
    IndexOutside {
        /// Index of the leaf.
        index: u64,
        /// Size of the tree in leaves.
        size: u64,
    },
    /// The "new" tree is smaller than the old one.
    SizesReversed {
        /// Size of the older tree in leaves.
        old: u64,
        /// Size of the newer tree in leaves.
        new: u64,
    },
    /// The path ends before the root.
    PathTooShort,
    /// The path goes on above the root.
    PathTooLong,
    /// The path leads to another old root: the log was rewritten.
    OldRootDiffers,
    /// The path leads to another root: leaf, place or path is not the one that was committed to.
    RootDiffers,
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IndexOutside { index, size } => {
                write!(f, "index {index} is outside a tree of {size} leaves")
            }
            Self::SizesReversed { old, new } => {
                write!(f, "a tree of {new} leaves cannot extend one of {old}")
            }
            Self::PathTooShort => f.write_str("the path ends before the root"),
            Self::PathTooLong => f.write_str("the path goes on above the root"),
            Self::OldRootDiffers => f.write_str("the path leads to another old root"),
            Self::RootDiffers => f.write_str("the path leads to another root"),
        }
    }
}

impl std::error::Error for ProofError {}

/// A whole tree in memory, for trees that are proved from more than once: an entry's sub-entries, the map of chains.
#[derive(Clone, Debug)]
pub struct Tree {
    /// `layers[l][i]` is the root of leaves `i·2^l .. (i+1)·2^l`; only complete subtrees are kept.
    layers: Vec<Vec<Hash>>,
}

impl Tree {
    /// Builds the tree over leaf hashes: n − 1 node hashes at most.
    pub fn new(leaves: Vec<Hash>) -> Self {
        let mut layers = vec![leaves];
        while let Some(below) = layers.last().filter(|layer| layer.len() > 1) {
            let layer = below
                .chunks_exact(2)
                .map(|pair| node_hash(&pair[0], &pair[1]))
                .collect();
            layers.push(layer);
        }
        Self { layers }
    }

    /// The leaf hashes in order.
    pub fn leaves(&self) -> &[Hash] {
        &self.layers[0]
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.layers[0].len() as u64
    }

    /// Root of the tree.
    pub fn root(&self) -> Hash {
        match root_of(&mut &*self, self.size()) {
            Ok(root) => root,
        }
    }

    /// Path from the leaf at `index` to the root (RFC 9162 §2.1.3.1); `None` when there is no such leaf.
    pub fn inclusion(&self, index: u64) -> Option<Vec<Hash>> {
        (index < self.size()).then(|| match inclusion_path(&mut &*self, index, self.size()) {
            Ok(path) => path,
        })
    }

    /// Path from the tree of the first `old_size` leaves to this one (RFC 9162 §2.1.4.1); `None` when it is smaller than that.
    pub fn consistency(&self, old_size: u64) -> Option<Vec<Hash>> {
        (old_size <= self.size()).then(|| {
            match consistency_path(&mut &*self, old_size, self.size()) {
                Ok(path) => path,
            }
        })
    }
}

/// Where complete subtrees come from: memory, tiles, or a list of what would be needed.
pub(super) trait Nodes {
    /// Why a node cannot be had.
    type Error;

    /// Root of leaves `index·2^level .. (index+1)·2^level`.
    fn node(&mut self, level: u8, index: u64) -> Result<Hash, Self::Error>;
}

impl Nodes for &Tree {
    type Error = Infallible;

    fn node(&mut self, level: u8, index: u64) -> Result<Hash, Infallible> {
        let index =
            usize::try_from(index).expect("a tree in memory has fewer nodes than addresses");
        Ok(self.layers[usize::from(level)][index])
    }
}

/// Root of the first `size` leaves.
pub(super) fn root_of<N: Nodes>(nodes: &mut N, size: u64) -> Result<Hash, N::Error> {
    range_root(nodes, 0, size)
}

/// PATH of RFC 9162 §2.1.3.1, from the leaf upwards. The caller has checked `index < size`.
pub(super) fn inclusion_path<N: Nodes>(
    nodes: &mut N,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, N::Error> {
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(range_root(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(range_root(nodes, start, middle)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// PROOF of RFC 9162 §2.1.4.1; empty for `old == 0` and `old == new`. The caller has checked `old <= new`.
pub(super) fn consistency_path<N: Nodes>(
    nodes: &mut N,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, N::Error> {
    if old == 0 {
        return Ok(Vec::new());
    }
    let (mut start, mut end) = (0, new);
    let mut path = Vec::new();
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            path.push(range_root(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(range_root(nodes, start, middle)?);
            start = middle;
        }
    }
    // The verifier knows the old root itself; any other last subtree must be told.
    if start > 0 {
        path.push(range_root(nodes, start, end)?);
    }
    path.reverse();
    Ok(path)
}

/// Root of the leaves `start..end`, where `start` is a multiple of the power of two that covers the range.
fn range_root<N: Nodes>(nodes: &mut N, start: u64, end: u64) -> Result<Hash, N::Error> {
    let mut subtrees = Vec::new();
    let mut at = start;
    while at < end {
        let level = (end - at).ilog2() as u8;
        subtrees.push(nodes.node(level, at >> level)?);
        at += 1 << level;
    }
    Ok(join(&subtrees))
}

/// Root over complete subtrees from the largest to the smallest; [`Hash::EMPTY`] for none.
pub(super) fn join(subtrees: &[Hash]) -> Hash {
    let Some((last, larger)) = subtrees.split_last() else {
        return Hash::EMPTY;
    };
    larger
        .iter()
        .rev()
        .fold(*last, |right, left| node_hash(left, &right))
}

/// The largest power of two below `size`, for sizes from 2.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

#[cfg(test)]
mod tests;
