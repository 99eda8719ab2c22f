//! What a person takes home. A proof holds everything its check needs but the log's public key: no store, no network. What
//! it proves is what the journal says; who holds machine and keys can also read unrecorded, and no proof shows that.

use std::fmt;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    chain::{ChainId, Head, Salt, SubEntry, Walk, sub_leaf_hash},
    entry::{Entry, FormatVersion, Timestamp},
    hash::{Hash, leaf_hash},
    json::JsonError,
    map::{MapCommitment, MapProof},
    merkle::{verify_consistency, verify_inclusion},
    note::{Checkpoint, VerifierKey},
    subtree,
};

mod failure;

pub use failure::{EntryFailure, PersonFailure};

/// One entry proved to one person: a receipt, self-contained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryProof {
    /// The form's version, always 1.
    pub v: FormatVersion,
    /// Signed checkpoint that covers the entry (C2SP tlog-checkpoint).
    pub checkpoint: String,
    /// The entry and the person's part in it.
    pub entry: EntryEvidence,
}

/// An entry in the log of some checkpoint, and one person's sub-entry in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryEvidence {
    /// Index of the entry in the log.
    pub index: u64,
    /// The leaf's exact bytes, which are JSON text.
    pub leaf: String,
    /// Path from the leaf to the checkpoint's root.
    pub path: Vec<Hash>,
    /// The person's sub-entry.
    pub sub: SubEvidence,
}

/// A sub-entry in the tree of its entry.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubEvidence {
    /// Position among the entry's sub-entry leaves.
    pub position: u32,
    /// Path from the sub-entry's leaf to the entry's `root`.
    pub path: Vec<Hash>,
    /// Salt of the person in this entry.
    pub salt: Salt,
    /// The sub-entry's exact bytes, which are JSON text.
    pub content: String,
}

impl fmt::Debug for SubEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubEvidence")
            .field("position", &self.position)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// All entries about one person, proved to be all: self-contained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonProof {
    /// The form's version, always 1.
    pub v: FormatVersion,
    /// The person's chain.
    pub chain: ChainId,
    /// Signed checkpoint that covers everything below (C2SP tlog-checkpoint).
    pub checkpoint: String,
    /// The entries in order of the chain, from its first link.
    pub entries: Vec<EntryEvidence>,
    /// Where the chain ended when the journal last committed to all chains.
    pub map: MapEvidence,
}

/// An entry that commits to the map of chains, and the person's place in that map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MapEvidence {
    /// Index of the entry in the log.
    pub index: u64,
    /// The leaf's exact bytes, which are JSON text.
    pub leaf: String,
    /// Path from the leaf to the checkpoint's root.
    pub path: Vec<Hash>,
    /// Where the chain ends, by that map.
    pub proof: MapProof,
}

/// An entry that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedEntry {
    /// Index in the log.
    pub index: u64,
    /// What is public of it.
    pub entry: Entry,
    /// What it says about the person.
    pub sub: SubEntry,
    /// The person's chain after it.
    pub head: Head,
}

/// A receipt that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedReceipt {
    /// The checkpoint that covers it.
    pub checkpoint: Checkpoint,
    /// The entry.
    pub entry: VerifiedEntry,
}

/// A person's list that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedPerson {
    /// The checkpoint that covers it.
    pub checkpoint: Checkpoint,
    /// The person's chain.
    pub chain: ChainId,
    /// All entries, in order of the chain.
    pub entries: Vec<VerifiedEntry>,
    /// Links that the map vouches for: up to here nothing is missing. Later ones are genuine, but more may follow them.
    pub complete_to: u64,
    /// When the map was committed to: the moment for which the list is complete.
    pub complete_at: Timestamp,
}

impl EntryProof {
    /// The proof as readable JSON.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// Reads a proof; believes nothing of it yet.
    ///
    /// # Errors
    /// [`JsonError::Malformed`].
    pub fn from_json(text: &str) -> Result<Self, JsonError> {
        from_json(text)
    }

    /// Checks signature, entry and sub-entry against the log's public keys, the rotated-out ones included.
    ///
    /// # Errors
    /// The first [`EntryFailure`].
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<VerifiedReceipt, EntryFailure> {
        let checkpoint =
            Checkpoint::open(&self.checkpoint, keys).map_err(EntryFailure::Checkpoint)?;
        let entry = self.entry.verify(&checkpoint)?;
        Ok(VerifiedReceipt { checkpoint, entry })
    }
}

impl EntryEvidence {
    /// Checks entry and sub-entry against a checkpoint that was opened.
    ///
    /// # Errors
    /// The first [`EntryFailure`].
    pub fn verify(&self, checkpoint: &Checkpoint) -> Result<VerifiedEntry, EntryFailure> {
        let entry = verify_leaf(&self.leaf, self.index, &self.path, checkpoint)?;
        let sub = SubEntry::decode(self.sub.content.as_bytes()).map_err(EntryFailure::SubEntry)?;
        if sub.entry != entry.id {
            return Err(EntryFailure::SubEntryOfAnother {
                entry: entry.id,
                named: sub.entry,
            });
        }
        let hash = sub_leaf_hash(&self.sub.salt, self.sub.content.as_bytes());
        subtree::verify(&hash, self.sub.position, &self.sub.path, &entry.root)
            .map_err(EntryFailure::NotInEntry)?;
        Ok(VerifiedEntry {
            index: self.index,
            head: Head { n: sub.n, hash },
            entry,
            sub,
        })
    }
}

fn verify_leaf(
    leaf: &str,
    index: u64,
    path: &[Hash],
    checkpoint: &Checkpoint,
) -> Result<Entry, EntryFailure> {
    let entry = Entry::decode(leaf.as_bytes()).map_err(EntryFailure::Leaf)?;
    verify_inclusion(
        &leaf_hash(leaf.as_bytes()),
        index,
        checkpoint.size,
        path,
        &checkpoint.root,
    )
    .map_err(EntryFailure::NotInLog)?;
    Ok(entry)
}

impl PersonProof {
    /// The proof as readable JSON.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// Reads a proof; believes nothing of it yet.
    ///
    /// # Errors
    /// [`JsonError::Malformed`].
    pub fn from_json(text: &str) -> Result<Self, JsonError> {
        from_json(text)
    }

    /// Checks signature, every entry, the chain without a gap, and its end against the map of chains.
    ///
    /// # Errors
    /// The first [`PersonFailure`].
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<VerifiedPerson, PersonFailure> {
        let checkpoint =
            Checkpoint::open(&self.checkpoint, keys).map_err(PersonFailure::Checkpoint)?;
        let entries = self.verify_entries(&checkpoint)?;
        let (complete_to, complete_at) = self.verify_end(&checkpoint, &entries)?;
        Ok(VerifiedPerson {
            checkpoint,
            chain: self.chain,
            entries,
            complete_to,
            complete_at,
        })
    }

    fn verify_entries(&self, checkpoint: &Checkpoint) -> Result<Vec<VerifiedEntry>, PersonFailure> {
        let mut walk = Walk::start(self.chain);
        let mut entries = Vec::with_capacity(self.entries.len());
        for (place, evidence) in self.entries.iter().enumerate() {
            let entry = evidence
                .verify(checkpoint)
                .map_err(|failure| PersonFailure::Entry { place, failure })?;
            walk.step(evidence.sub.content.as_bytes(), &evidence.sub.salt)
                .map_err(PersonFailure::Chain)?;
            entries.push(entry);
        }
        Ok(entries)
    }

    fn verify_end(
        &self,
        checkpoint: &Checkpoint,
        entries: &[VerifiedEntry],
    ) -> Result<(u64, Timestamp), PersonFailure> {
        let MapEvidence {
            index,
            leaf,
            path,
            proof,
        } = &self.map;
        let entry = verify_leaf(leaf, *index, path, checkpoint).map_err(PersonFailure::MapEntry)?;
        let commitment = MapCommitment::of_entry(&entry).ok_or(PersonFailure::NotAMapEntry)?;
        let end = proof
            .verify(&self.chain, &commitment)
            .map_err(PersonFailure::Map)?
            .unwrap_or(Head::START);
        let listed = match end.n.checked_sub(1) {
            None => Some(Head::START),
            Some(place) => link(entries, place).map(|entry| entry.head),
        };
        match listed {
            None => Err(PersonFailure::Incomplete {
                listed: entries.len() as u64,
                committed: end.n,
            }),
            Some(head) if head != end => Err(PersonFailure::OtherEnd { n: end.n }),
            Some(_) => Ok((end.n, entry.at)),
        }
    }
}

impl VerifiedPerson {
    /// Checks that this list still holds what an earlier receipt showed: the same link, in a log that only grew.
    /// `consistency` is the path from the receipt's checkpoint to the list's, which anybody can compute from public tiles
    /// ([`super::tree::prove_consistency`]).
    ///
    /// # Errors
    /// The first [`PersonFailure`] of those about receipts.
    pub fn extends(
        &self,
        receipt: &VerifiedReceipt,
        consistency: &[Hash],
    ) -> Result<(), PersonFailure> {
        let (old, new) = (&receipt.checkpoint, &self.checkpoint);
        if old.origin != new.origin {
            return Err(PersonFailure::ReceiptOfAnotherLog);
        }
        if receipt.entry.sub.chain != self.chain {
            return Err(PersonFailure::ReceiptOfAnotherChain);
        }
        verify_consistency(old.size, &old.root, new.size, &new.root, consistency)
            .map_err(PersonFailure::Forked)?;
        let Head { n, .. } = receipt.entry.head;
        let listed = self.entries.len() as u64;
        match n
            .checked_sub(1)
            .and_then(|place| link(&self.entries, place))
        {
            None => Err(PersonFailure::ReceiptNotListed { n, listed }),
            Some(entry) if entry.head != receipt.entry.head => {
                Err(PersonFailure::ReceiptDiffers { n })
            }
            Some(_) => Ok(()),
        }
    }
}

fn link(entries: &[VerifiedEntry], place: u64) -> Option<&VerifiedEntry> {
    usize::try_from(place)
        .ok()
        .and_then(|place| entries.get(place))
}

fn to_json<T: Serialize>(proof: &T) -> String {
    serde_json::to_string_pretty(proof)
        .expect("a proof has text keys only, and writing to memory does not fail")
}

fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, JsonError> {
    serde_json::from_str(text).map_err(|error| JsonError::at(&error))
}

#[cfg(test)]
mod tests;
