//! A person's chain: each sub-entry carries the chain's random id, a counter without gaps and the hash of the one before.
//! Its leaf is salted from the person's key, so with the key goes every tie between leaf, content and person.

use std::fmt;

use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    base64_text::base64_newtype,
    hash::Hash,
    json::{self, JsonError, Object},
};

/// Names the use of the key that HKDF derives (RFC 5869 §3.2); the entry's 16-byte id follows.
const SALT_INFO: &[u8] = b"medok/journal/salt";

/// A person's chain: 16 random bytes that say nothing about the person. Base64 in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChainId(pub [u8; 16]);

base64_newtype!(ChainId, 16);

impl fmt::Debug for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainId({})", hex::encode(self.0))
    }
}

/// Where a chain ends: the number of its links and the leaf hash of the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Number of the last link, counted from 1; 0 for a chain without links.
    pub n: u64,
    /// Salted leaf hash of the last link; zeros for a chain without links.
    pub hash: Hash,
}

impl Head {
    /// The head of a chain without links.
    pub const START: Self = Self {
        n: 0,
        hash: Hash::ZERO,
    };
}

/// The salt of one person's sub-entries in one entry: 32 bytes. Whoever has it can recognise the leaf of a guessed
/// content, so it is shown to its person only, and its debug form shows nothing. Base64 in JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt([u8; 32]);

base64_newtype!(Salt, 32);

impl Salt {
    /// HKDF-SHA256 of the person's key, info "medok/journal/salt" ‖ entry id (RFC 5869).
    pub fn derive(person_key: &[u8; 32], entry: &Uuid) -> Self {
        let mut salt = [0; 32];
        Hkdf::<Sha256>::new(None, person_key)
            .expand_multi_info(&[SALT_INFO, entry.as_bytes()], &mut salt)
            .expect("HKDF-SHA256 gives up to 8160 bytes");
        Self(salt)
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[salt]")
    }
}

/// Leaf hash of a sub-entry: SHA-256(0x00 ‖ salt ‖ content), which is RFC 6962's leaf hash of salt ‖ content.
pub fn sub_leaf_hash(salt: &Salt, content: &[u8]) -> Hash {
    Hash(
        Sha256::new()
            .chain_update([0x00])
            .chain_update(salt.0)
            .chain_update(content)
            .finalize()
            .into(),
    )
}

/// What an entry says about one person. Its bytes are JSON without spaces, fields in this order, keys of objects sorted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubEntry {
    /// The person's chain.
    pub chain: ChainId,
    /// Number of this link, counted from 1.
    pub n: u64,
    /// Leaf hash of the link before; zeros for the first.
    pub prev: Hash,
    /// Id of the entry this is part of.
    pub entry: Uuid,
    /// What was done with which of the person's data. May be personal: stored sealed, shown to the person only.
    pub details: Object,
}

impl SubEntry {
    /// The content's bytes.
    pub fn encode(&self) -> Vec<u8> {
        json::encode(self)
    }

    /// Reads the content's bytes, and refuses any that [`SubEntry::encode`] would not have written.
    ///
    /// # Errors
    /// [`JsonError`].
    pub fn decode(content: &[u8]) -> Result<Self, JsonError> {
        json::decode(content)
    }
}

impl fmt::Debug for SubEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            chain,
            n,
            prev,
            entry,
            details: _,
        } = self;
        f.debug_struct("SubEntry")
            .field("chain", chain)
            .field("n", n)
            .field("prev", prev)
            .field("entry", entry)
            .finish_non_exhaustive()
    }
}

/// A new link of a chain.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// Bytes of the [`SubEntry`]: stored sealed.
    pub content: Vec<u8>,
    /// The chain's head from now on; its hash is the leaf that enters the entry's [`super::subtree`].
    pub head: Head,
}

impl Link {
    /// Salted leaf hash of the link.
    pub fn leaf(&self) -> Hash {
        self.head.hash
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

/// The link after `head` on the person's `chain`, in the entry `entry`.
pub fn extend(head: &Head, chain: ChainId, entry: Uuid, details: Object, salt: &Salt) -> Link {
    let n = head.n + 1;
    let content = SubEntry {
        chain,
        n,
        prev: head.hash,
        entry,
        details,
    }
    .encode();
    let hash = sub_leaf_hash(salt, &content);
    Link {
        content,
        head: Head { n, hash },
    }
}

/// Follows a chain link by link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    chain: ChainId,
    head: Head,
}

impl Walk {
    /// At the beginning of a chain.
    pub fn start(chain: ChainId) -> Self {
        Self::after(chain, Head::START)
    }

    /// After a link that was verified before, such as a receipt's.
    pub fn after(chain: ChainId, head: Head) -> Self {
        Self { chain, head }
    }

    /// The last link seen.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Takes the next link and returns what it says.
    ///
    /// # Errors
    /// [`ChainError`]; the walk then stays where it was.
    pub fn step(&mut self, content: &[u8], salt: &Salt) -> Result<SubEntry, ChainError> {
        let next = self.head.n + 1;
        let link =
            SubEntry::decode(content).map_err(|error| ChainError::Malformed { next, error })?;
        if link.chain != self.chain {
            return Err(ChainError::ForeignChain { next });
        }
        if link.n != next {
            return Err(ChainError::Gap {
                expected: next,
                found: link.n,
            });
        }
        if link.prev != self.head.hash {
            return Err(ChainError::Broken { n: next });
        }
        self.head = Head {
            n: next,
            hash: sub_leaf_hash(salt, content),
        };
        Ok(link)
    }
}

/// Checks a chain from its beginning and returns the head after each link. Whether the last one is the chain's end, only
/// the [`super::map`] or the store knows.
///
/// # Errors
/// The first [`ChainError`].
pub fn verify<'a>(
    chain: ChainId,
    links: impl IntoIterator<Item = (&'a [u8], &'a Salt)>,
) -> Result<Vec<Head>, ChainError> {
    let mut walk = Walk::start(chain);
    links
        .into_iter()
        .map(|(content, salt)| walk.step(content, salt).map(|_| walk.head))
        .collect()
}

/// What is wrong with a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainError {
    /// Bytes that are not a sub-entry's.
    Malformed {
        /// Number the link should have.
        next: u64,
        /// Why.
        error: JsonError,
    },
    /// A link of another chain.
    ForeignChain {
        /// Number the link should have.
        next: u64,
    },
    /// A number is missing, repeated or out of order.
    Gap {
        /// Number the link should have.
        expected: u64,
        /// Number it has.
        found: u64,
    },
    /// The link does not name the hash of the one before: that one, or its salt, was changed.
    Broken {
        /// Number of the link.
        n: u64,
    },
}

impl fmt::Display for ChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { next, error } => write!(f, "link {next} is not a sub-entry: {error}"),
            Self::ForeignChain { next } => write!(f, "link {next} belongs to another chain"),
            Self::Gap { expected, found } => {
                write!(f, "link {expected} is due where link {found} stands")
            }
            Self::Broken { n } => write!(f, "link {n} does not name the hash of the one before"),
        }
    }
}

impl std::error::Error for ChainError {}

#[cfg(test)]
mod tests;
