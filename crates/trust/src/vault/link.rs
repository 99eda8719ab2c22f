//! Secret links: whoever has one holds its case. Stored as a keyed hash only.

use kernel::{Personal, entropy};

use super::core::{Keyring, SecretToken};
use crate::Trust;
use crate::act::Act;

/// A link just made: its secret goes to its holder, its hash into the row.
pub struct NewLink {
    /// 32 letters.
    pub secret: Personal<String>,
    /// 32 bytes.
    pub hash: Vec<u8>,
}

impl NewLink {
    fn random(keyring: &Keyring) -> Self {
        let token = SecretToken::random(&mut entropy::rng());
        let hash = token.hash(keyring.lookup_key()).as_bytes().to_vec();
        Self {
            secret: Personal::new(token.reveal().to_string()),
            hash,
        }
    }

    /// The hash as the journal notes it with its row ([`Act::bind`]): hexadecimal digits.
    #[must_use]
    pub fn digits(&self) -> String {
        hex::encode(&self.hash)
    }
}

impl Act {
    /// Makes a link.
    #[must_use]
    pub fn new_link(&self) -> NewLink {
        NewLink::random(&self.house().keyring())
    }
}

impl Trust {
    /// Makes the link of what waits at the door and is about nobody yet: no act.
    pub(crate) fn new_link(&self) -> NewLink {
        NewLink::random(&self.0.keyring())
    }

    /// The hash by which a link is found; `None` if the text cannot be one.
    #[must_use]
    pub fn link_hash(&self, text: &str) -> Option<Vec<u8>> {
        let token = SecretToken::parse(text).ok()?;
        Some(
            token
                .hash(self.0.keyring().lookup_key())
                .as_bytes()
                .to_vec(),
        )
    }

    /// A keyed hash of what tells clients apart, for caps alone: it cannot be read back.
    #[must_use]
    pub fn client_hash(&self, client: &str) -> Vec<u8> {
        self.0
            .keyring()
            .lookup_key()
            .hash_request("client", client, &[])
            .as_bytes()
            .to_vec()
    }
}
