//! What was last signed, remembered beside the keys: a store that shows less than this was rolled back.
//! It only grows; a journal never forks silently.

use serde::{Deserialize, Serialize};

use super::error::KeyringError;

/// The file of the signed state.
pub(super) const SIGNED_STATE_FILE: &str = "signed_state.json";

/// The last checkpoint this store signed, and how many destructions it had carried out by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedState {
    /// The journal's origin line (C2SP tlog-checkpoint); empty until the first checkpoint.
    pub origin: String,
    /// Leaves in the journal.
    pub journal_size: u64,
    /// Root hash of the journal (RFC 6962 §2.1); standard base64 in the file.
    #[serde(with = "base64_root")]
    pub root: [u8; 32],
    /// Destructions of persons carried out since the store was made.
    pub destructions: u64,
}

/// SHA-256 of nothing, the root of the empty tree (RFC 6962 §2.1).
const EMPTY_ROOT: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

impl SignedState {
    /// Before anything was signed.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            origin: String::new(),
            journal_size: 0,
            root: EMPTY_ROOT,
            destructions: 0,
        }
    }

    /// Whether this state may come after `earlier`: the same journal, not shorter, not another tree of the same size, and
    /// no destruction undone. The first checkpoint may give any origin.
    ///
    /// # Errors
    /// [`KeyringError::Backwards`] says what would go backwards.
    pub fn follows(&self, earlier: &Self) -> Result<(), KeyringError> {
        let backwards = |what| Err(KeyringError::Backwards { what });
        if self.destructions < earlier.destructions {
            return backwards("fewer destructions");
        }
        if !earlier.origin.is_empty() && self.origin != earlier.origin {
            return backwards("another journal");
        }
        if self.journal_size < earlier.journal_size {
            return backwards("a shorter journal");
        }
        if self.journal_size == earlier.journal_size && self.root != earlier.root {
            return backwards("another journal of the same length");
        }
        Ok(())
    }

    /// Whether this state may begin a new journal that names `earlier` as its predecessor: another origin, and no
    /// destruction undone.
    pub(super) fn begins_after(&self, earlier: &Self) -> Result<(), KeyringError> {
        if self.destructions < earlier.destructions {
            return Err(KeyringError::Backwards {
                what: "fewer destructions",
            });
        }
        if self.origin.is_empty() || self.origin == earlier.origin {
            return Err(KeyringError::Backwards {
                what: "the same journal, begun anew,",
            });
        }
        Ok(())
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut text =
            serde_json::to_vec_pretty(self).expect("numbers and strings always serialise");
        text.push(b'\n');
        text
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, KeyringError> {
        serde_json::from_slice(bytes).map_err(|_| KeyringError::Malformed {
            file: SIGNED_STATE_FILE.to_owned(),
            why: "not the JSON of a signed state",
        })
    }
}

mod base64_root {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(
        root: &[u8; 32],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(root))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64_STANDARD.decode(text).map_err(D::Error::custom)?;
        bytes
            .try_into()
            .map_err(|_| D::Error::custom("a root has 32 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    fn state(origin: &str, journal_size: u64, root: u8, destructions: u64) -> SignedState {
        SignedState {
            origin: origin.to_owned(),
            journal_size,
            root: [root; 32],
            destructions,
        }
    }

    #[test]
    fn only_growth_of_the_same_journal_follows() {
        let earlier = state("clinic/journal", 10, 1, 2);
        for later in [
            earlier.clone(),
            state("clinic/journal", 11, 9, 2),
            state("clinic/journal", 10, 1, 3),
        ] {
            assert!(later.follows(&earlier).is_ok(), "{later:?}");
        }
        for other in [
            state("clinic/journal", 9, 1, 2),
            state("clinic/journal", 10, 2, 2),
            state("clinic/journal", 11, 9, 1),
            state("other/journal", 11, 9, 2),
            state("", 11, 9, 2),
        ] {
            assert!(other.follows(&earlier).is_err(), "{other:?}");
        }
        assert!(earlier.follows(&SignedState::nothing()).is_ok());
    }

    #[test]
    fn the_empty_tree_is_the_hash_of_nothing() {
        assert_eq!(
            SignedState::nothing().root,
            <[u8; 32]>::from(Sha256::digest([]))
        );
    }

    #[test]
    fn the_file_is_json_with_a_base64_root() {
        let text = String::from_utf8(SignedState::nothing().write()).unwrap();
        assert!(
            text.contains("\"root\": \"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\""),
            "{text}"
        );
        assert!(SignedState::read(text.replace("uFU=", "uA==").as_bytes()).is_err());
        assert!(SignedState::read(&text.as_bytes()[..text.len() - 3]).is_err());
    }

    proptest! {
        #[test]
        fn states_come_back_and_never_follow_both_ways(a: (u8, u8, u8), b: (u8, u8, u8)) {
            let [one, two] = [a, b].map(|(size, root, destructions)| state("o", size.into(), root, destructions.into()));
            prop_assert_eq!(SignedState::read(&one.write()).unwrap(), one.clone());
            prop_assert_eq!(one.follows(&two).is_ok() && two.follows(&one).is_ok(), one == two);
        }
    }
}
