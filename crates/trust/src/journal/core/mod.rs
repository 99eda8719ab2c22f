//! The arithmetic of the journal: hashes, trees, tiles, notes, chains and proofs, without a database, a clock or a source
//! of randomness of its own. Everything here is a function of its arguments, so whoever holds the bytes can repeat it.
//!
//! | module | what it holds |
//! |---|---|
//! | [`hash`] | the 32-byte hash, leaf and node hashing (RFC 6962 §2.1) |
//! | [`merkle`] | roots, inclusion and consistency proofs and their verification (RFC 9162 §2.1.3, §2.1.4) |
//! | [`tile`] | addresses of tiles and entry bundles, and reading hashes out of stored tiles (C2SP tlog-tiles) |
//! | [`bundle`] | entry bundles: entries with a 16-bit length before each (C2SP tlog-tiles) |
//! | [`tree`] | the growing right edge of the log: appending, rebuilding, proving, auditing |
//! | [`note`] | signed notes, keys and checkpoints (C2SP signed-note, tlog-checkpoint) |
//! | [`json`] | the one byte form of a JSON document, and its strict reading |
//! | [`entry`] | the public leaf: what happened, when, who, why, to which categories |
//! | [`subtree`] | the padded and shuffled tree of an entry's sub-entries, one per person |
//! | [`chain`] | a person's chain of sub-entries: salts, counters, previous hashes |
//! | [`map`] | the sorted map chain → (n, head) that makes a person's list complete |
//! | [`proof`] | what a person takes home: one entry's proof, or the proof of their whole list |
//!
//! How the parts hang together: an entry's leaf holds the root of its [`subtree`]; each leaf of the subtree is a salted
//! [`chain`] sub-entry; leaves of entries grow the [`tree`], whose root a [`note`] signs; from time to time an entry's data
//! holds the root of the [`map`]. Destroying a person's key destroys their salts: their leaves stay in every tree, and
//! nobody can tell any more whose they were.

pub mod bundle;
pub mod chain;
pub mod entry;
pub mod hash;
pub mod json;
pub mod map;
pub mod merkle;
pub mod note;
pub mod proof;
pub mod subtree;
pub mod tile;
pub mod tree;

mod base64_text;
