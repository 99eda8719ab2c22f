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
mod tests {
    use proptest::prelude::*;

    use super::{super::hash::leaf_hash, *};

    const CHAIN: ChainId = ChainId([7; 16]);
    const KEY: [u8; 32] = [9; 32];

    type Links = Vec<(Vec<u8>, Salt, Head)>;

    fn details(i: u64) -> Object {
        Object::from([("step".to_owned(), i64::try_from(i).unwrap().into())])
    }

    /// A chain of `length` links, each in an entry of its own.
    fn chain(length: u64) -> Links {
        let mut head = Head::START;
        (1..=length)
            .map(|i| {
                let entry = Uuid::from_u128(i.into());
                let salt = Salt::derive(&KEY, &entry);
                let link = extend(&head, CHAIN, entry, details(i), &salt);
                head = link.head;
                (link.content, salt, link.head)
            })
            .collect()
    }

    fn check(links: &[(Vec<u8>, Salt, Head)]) -> Result<Vec<Head>, ChainError> {
        verify(
            CHAIN,
            links.iter().map(|(content, salt, _)| (&content[..], salt)),
        )
    }

    #[test]
    fn a_link_has_these_bytes() {
        let link = extend(
            &Head {
                n: 4,
                hash: Hash([1; 32]),
            },
            CHAIN,
            Uuid::from_u128(5),
            details(3),
            &Salt([2; 32]),
        );
        let expected = concat!(
            r#"{"chain":"BwcHBwcHBwcHBwcHBwcHBw==","n":5,"prev":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=","#,
            r#""entry":"00000000-0000-0000-0000-000000000005","details":{"step":3}}"#
        );
        assert_eq!(String::from_utf8(link.content.clone()).unwrap(), expected);
        assert_eq!(link.head.n, 5);
        assert_eq!(
            link.leaf(),
            leaf_hash(&[&[2; 32], expected.as_bytes()].concat())
        );
        assert_eq!(
            SubEntry::decode(&link.content).unwrap().encode(),
            link.content
        );
        for wrong in [
            expected.replace("\"n\":5", "\"n\":-5"),
            expected.replace("\"n\":5", "\"n\": 5"),
            expected.replace("details", "detail"),
        ] {
            assert!(SubEntry::decode(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn salts_differ_by_person_and_entry_and_follow_rfc_5869() {
        let entry = Uuid::from_u128(1);
        let salt = Salt::derive(&KEY, &entry);
        // HKDF by its definition, from HMAC alone: extract with a zero salt, then one block of expand.
        let hmac = |key: &[u8; 32], message: &[u8]| -> [u8; 32] {
            let pad = |byte: u8| -> Vec<u8> {
                key.iter()
                    .copied()
                    .chain([0; 32])
                    .map(|k| k ^ byte)
                    .collect()
            };
            let inner = Sha256::digest([&pad(0x36)[..], message].concat());
            Sha256::digest([&pad(0x5c)[..], &inner[..]].concat()).into()
        };
        let key = hmac(&[0; 32], &KEY);
        assert_eq!(
            salt.0,
            hmac(&key, &[SALT_INFO, entry.as_bytes(), &[1]].concat())
        );
        assert_ne!(salt, Salt::derive(&KEY, &Uuid::from_u128(2)));
        assert_ne!(salt, Salt::derive(&[8; 32], &entry));
        assert_eq!(format!("{salt:?}"), "[salt]");
    }

    #[test]
    fn a_whole_chain_verifies_and_continues_after_any_link() {
        let links = chain(20);
        assert_eq!(
            check(&links).unwrap(),
            links.iter().map(|link| link.2).collect::<Vec<_>>()
        );
        assert_eq!(check(&[]), Ok(vec![]));
        let mut walk = Walk::after(CHAIN, links[9].2);
        for (content, salt, head) in &links[10..] {
            assert_eq!(walk.step(content, salt).unwrap().n, head.n);
        }
        assert_eq!(walk.head(), links[19].2);
    }

    #[test]
    fn each_kind_of_tampering_is_named() {
        let links = chain(9);
        let spoil = |change: &dyn Fn(&mut Links)| {
            let mut links = links.clone();
            change(&mut links);
            check(&links).unwrap_err()
        };
        assert_eq!(
            spoil(&|links| drop(links.remove(4))),
            ChainError::Gap {
                expected: 5,
                found: 6
            }
        );
        assert_eq!(
            spoil(&|links| drop(links.remove(0))),
            ChainError::Gap {
                expected: 1,
                found: 2
            }
        );
        assert_eq!(
            spoil(&|links| links.swap(3, 4)),
            ChainError::Gap {
                expected: 4,
                found: 5
            }
        );
        assert_eq!(
            spoil(&|links| links.insert(2, links[1].clone())),
            ChainError::Gap {
                expected: 3,
                found: 2
            }
        );
        assert_eq!(
            spoil(&|links| links[5].1 = Salt([0; 32])),
            ChainError::Broken { n: 7 }
        );
        assert_eq!(
            spoil(&|links| {
                let mut link = SubEntry::decode(&links[5].0).unwrap();
                link.details.insert("step".to_owned(), 60_i64.into());
                links[5].0 = link.encode();
            }),
            ChainError::Broken { n: 7 },
            "a changed content is found at the next link"
        );
        assert_eq!(
            // Renumbered over a dropped link: the hash of the one before gives it away.
            spoil(&|links| {
                links.remove(4);
                for (i, link) in links.iter_mut().enumerate() {
                    let mut entry = SubEntry::decode(&link.0).unwrap();
                    entry.n = i as u64 + 1;
                    link.0 = entry.encode();
                }
            }),
            ChainError::Broken { n: 5 }
        );
        assert!(matches!(
            spoil(&|links| links[2].0.push(b' ')),
            ChainError::Malformed { next: 3, .. }
        ));
        let foreign = links.iter().map(|(content, salt, _)| (&content[..], salt));
        assert_eq!(
            verify(ChainId([8; 16]), foreign),
            Err(ChainError::ForeignChain { next: 1 })
        );
    }

    #[test]
    fn details_stay_out_of_debug_output() {
        let (content, salt, _) = &chain(1)[0];
        let link = extend(
            &Head::START,
            CHAIN,
            Uuid::nil(),
            Object::from([("name".to_owned(), "Ivanov".into())]),
            salt,
        );
        assert!(
            !format!(
                "{link:?} {:?} {:?}",
                SubEntry::decode(&link.content),
                SubEntry::decode(content)
            )
            .contains("Ivanov")
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn any_flipped_bit_but_in_the_last_link_is_found(length in 2_u64..8, pick in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), bit in 0_u8..8) {
            let mut links = chain(length);
            let last_head = links.last().unwrap().2;
            let link = pick.index(links.len());
            let at = place.index(links[link].0.len());
            links[link].0[at] ^= 1 << bit;
            // A change of the last link shows in its head, which the map commits to.
            match check(&links) {
                Err(_) => {}
                Ok(heads) => {
                    prop_assert_eq!(link, links.len() - 1);
                    prop_assert_ne!(*heads.last().unwrap(), last_head);
                }
            }
        }
    }
}
