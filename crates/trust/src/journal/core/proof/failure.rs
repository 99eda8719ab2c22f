//! Everything that can be wrong with a proof, each by its own name: a person should learn what to ask about.

use std::fmt;

use uuid::Uuid;

use super::super::{
    chain::ChainError, entry::EntryError, json::JsonError, map::MapError, merkle::ProofError,
    note::NoteError,
};

/// What is wrong with the proof of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryFailure {
    /// The checkpoint is malformed, or not signed by the log.
    Checkpoint(NoteError),
    /// The leaf is not an entry.
    Leaf(EntryError),
    /// The entry is not in the log where it is said to be.
    NotInLog(ProofError),
    /// The sub-entry's content is malformed.
    SubEntry(JsonError),
    /// The sub-entry names another entry.
    SubEntryOfAnother {
        /// Id of the entry it is shown with.
        entry: Uuid,
        /// Id it names.
        named: Uuid,
    },
    /// The entry does not contain the sub-entry: content, salt, position or path is not what was committed to.
    NotInEntry(ProofError),
}

impl fmt::Display for EntryFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint(error) => write!(f, "the checkpoint is not to be believed: {error}"),
            Self::Leaf(error) => write!(f, "the leaf is not an entry: {error}"),
            Self::NotInLog(error) => write!(f, "the entry is not in the log: {error}"),
            Self::SubEntry(error) => write!(f, "the sub-entry is malformed: {error}"),
            Self::SubEntryOfAnother { entry, named } => {
                write!(
                    f,
                    "the sub-entry shown with entry {entry} names entry {named}"
                )
            }
            Self::NotInEntry(error) => write!(f, "the sub-entry is not in its entry: {error}"),
        }
    }
}

impl std::error::Error for EntryFailure {}

/// What is wrong with a person's list, or with a list and an earlier receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonFailure {
    /// The checkpoint is malformed, or not signed by the log.
    Checkpoint(NoteError),
    /// An entry of the list is not proved.
    Entry {
        /// Place in the list, counted from 0.
        place: usize,
        /// Why.
        failure: EntryFailure,
    },
    /// The entries do not follow one another: a link is missing, foreign or changed.
    Chain(ChainError),
    /// The entry with the map of chains is not proved.
    MapEntry(EntryFailure),
    /// That entry does not commit to a map of chains.
    NotAMapEntry,
    /// The chain's place in the map is not proved.
    Map(MapError),
    /// The map knows more links than the list shows.
    Incomplete {
        /// Links in the list.
        listed: u64,
        /// Links by the map.
        committed: u64,
    },
    /// The last link by the map is not the one in the list.
    OtherEnd {
        /// Number of that link.
        n: u64,
    },
    /// The receipt is from a log of another origin.
    ReceiptOfAnotherLog,
    /// The receipt is about another chain.
    ReceiptOfAnotherChain,
    /// The list's log does not continue the receipt's: it was rewritten, the list is the older of the two, or the
    /// consistency path is not the right one.
    Forked(ProofError),
    /// The receipt's link is not in the list.
    ReceiptNotListed {
        /// Number of the link.
        n: u64,
        /// Links in the list.
        listed: u64,
    },
    /// The list has another link in place of the receipt's.
    ReceiptDiffers {
        /// Number of the link.
        n: u64,
    },
}

impl fmt::Display for PersonFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint(error) => write!(f, "the checkpoint is not to be believed: {error}"),
            Self::Entry { place, failure } => write!(f, "entry {place} of the list: {failure}"),
            Self::Chain(error) => write!(f, "the entries do not follow one another: {error}"),
            Self::MapEntry(failure) => write!(f, "the entry with the map of chains: {failure}"),
            Self::NotAMapEntry => {
                f.write_str("the entry given for the map of chains does not commit to one")
            }
            Self::Map(error) => write!(f, "the map of chains: {error}"),
            Self::Incomplete { listed, committed } => {
                write!(
                    f,
                    "the journal committed to {committed} links and the list has {listed}"
                )
            }
            Self::OtherEnd { n } => write!(
                f,
                "link {n} of the list is not the one the journal committed to"
            ),
            Self::ReceiptOfAnotherLog => f.write_str("the receipt is from another log"),
            Self::ReceiptOfAnotherChain => f.write_str("the receipt is about another chain"),
            Self::Forked(error) => write!(
                f,
                "the log does not continue the one of the receipt: {error}"
            ),
            Self::ReceiptNotListed { n, listed } => {
                write!(f, "the receipt shows link {n} and the list has {listed}")
            }
            Self::ReceiptDiffers { n } => {
                write!(f, "the list has another link {n} than the receipt shows")
            }
        }
    }
}

impl std::error::Error for PersonFailure {}
