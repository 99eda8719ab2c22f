//! The journal's hash: SHA-256 with the domain separation of RFC 6962 §2.1, so that no leaf can pass for a node.

use std::{fmt, str::FromStr};

use sha2::{Digest as _, Sha256};

use super::base64_text::{self, base64_newtype};

/// A SHA-256 hash: 32 bytes. Displayed and serialised as padded base64 (the form of C2SP tlog-checkpoint), debugged as hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

base64_newtype!(Hash, 32);

impl Hash {
    /// Length of a hash in bytes.
    pub const LENGTH: usize = 32;

    /// The root of the empty tree: SHA-256 of nothing (RFC 6962 §2.1).
    pub const EMPTY: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9,
        0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52,
        0xb8, 0x55,
    ]);

    /// 32 zero bytes: stands before the first link of a chain, and is the hash of nothing known.
    pub const ZERO: Self = Self([0; 32]);

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }
}

/// Hash of a leaf's bytes: SHA-256(0x00 ‖ bytes) (RFC 6962 §2.1).
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Hash(
        Sha256::new()
            .chain_update([0x00])
            .chain_update(bytes)
            .finalize()
            .into(),
    )
}

/// Hash of an inner node: SHA-256(0x01 ‖ left ‖ right) (RFC 6962 §2.1).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut input = [0x01; 1 + 2 * Hash::LENGTH];
    input[1..33].copy_from_slice(&left.0);
    input[33..].copy_from_slice(&right.0);
    Hash(Sha256::digest(input).into())
}

/// Why bytes or a text are not a hash: another length, or not canonical base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAHash;

impl fmt::Display for NotAHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a hash: 32 bytes, or their padded base64, are expected")
    }
}

impl std::error::Error for NotAHash {}

impl TryFrom<&[u8]> for Hash {
    type Error = NotAHash;

    fn try_from(bytes: &[u8]) -> Result<Self, NotAHash> {
        bytes.try_into().map(Self).map_err(|_| NotAHash)
    }
}

impl FromStr for Hash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        base64_text::decode(text).map(Self).ok_or(NotAHash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64_text::encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_root_is_the_hash_of_nothing() {
        assert_eq!(Hash::EMPTY, Hash(Sha256::digest([]).into()));
    }

    #[test]
    fn leaves_and_nodes_are_hashed_apart() {
        // Known answers: the root of one empty leaf, and a node of two of them, as in the RFC 6962 test vectors of CT logs.
        assert_eq!(
            leaf_hash(b"").to_hex(),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
        assert_eq!(
            node_hash(&leaf_hash(b""), &leaf_hash(&[0])).to_hex(),
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
        );
        let (left, right) = (leaf_hash(b"l"), leaf_hash(b"r"));
        let joined = [left.0, right.0].concat();
        assert_ne!(leaf_hash(&joined), node_hash(&left, &right));
    }

    #[test]
    fn text_is_base64_and_reading_it_is_strict() {
        let hash = leaf_hash(b"medok");
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(json, format!("\"{hash}\""));
        assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), hash);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(format!("{hash:?}"), hash.to_hex());
        assert_eq!(Hash::try_from(&hash.0[..]), Ok(hash));

        let text = hash.to_string();
        let unpadded = text.trim_end_matches('=');
        let longer = base64_text::encode(&[7; 33]);
        // The last character of 32 bytes carries two bits that mean nothing: only zeros are canonical.
        let loose = format!("{}B=", &base64_text::encode(&[0; 32])[..42]);
        for wrong in [unpadded, &longer, &loose, "", "====", &text[1..]] {
            assert_eq!(wrong.parse::<Hash>(), Err(NotAHash), "{wrong}");
        }
        assert!(serde_json::from_str::<Hash>("\"short\"").is_err());
        assert_eq!(Hash::try_from(&[1, 2, 3][..]), Err(NotAHash));
    }
}
