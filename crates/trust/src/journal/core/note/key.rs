//! Ed25519 keys of logs, named (C2SP signed-note, signature type 0x01).

use std::{fmt, str::FromStr};

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::{
    super::{base64_text, subtree::Fillers},
    NoteError,
};

/// Signature type of Ed25519 (C2SP signed-note).
const ED25519: u8 = 0x01;

/// A log's signing key. Its debug form shows the public half only; the secret is wiped when dropped.
#[derive(Clone)]
pub struct LogKey {
    signing: SigningKey,
    verifier: VerifierKey,
}

impl LogKey {
    /// The key of a 32-byte secret seed (RFC 8032 §5.1.5) under a name, which is the log's origin.
    ///
    /// # Errors
    /// [`NoteError::KeyName`] when the name is empty or has spaces, control characters or a plus.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let signing = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, signing.verifying_key())?;
        Ok(Self { signing, verifier })
    }

    /// The same key under another name: that of an earlier or later log.
    ///
    /// # Errors
    /// [`NoteError::KeyName`].
    pub fn named(&self, name: &str) -> Result<Self, NoteError> {
        Self::from_seed(name, self.signing.as_bytes())
    }

    /// Name of the key: the origin of its log.
    pub fn name(&self) -> &str {
        self.verifier.name()
    }

    /// The fillers that the journal of this key pads its entries with, under whatever name it goes.
    pub fn fillers(&self) -> Fillers {
        Fillers::new(self.signing.as_bytes())
    }

    /// The public half.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Ed25519 signature of a text.
    pub(super) fn sign(&self, text: &str) -> [u8; 64] {
        self.signing.sign(text.as_bytes()).to_bytes()
    }
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LogKey").field(&self.verifier).finish()
    }
}

/// A log's public key. Displayed and parsed as a `vkey`: `<name>+<key id in hex>+<base64 of 0x01 ‖ key>`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    key: VerifyingKey,
}

impl VerifierKey {
    fn new(name: &str, key: VerifyingKey) -> Result<Self, NoteError> {
        if !is_key_name(name) {
            return Err(NoteError::KeyName);
        }
        let hash = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', ED25519])
            .chain_update(key.as_bytes())
            .finalize();
        let id = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
        Ok(Self {
            name: name.to_owned(),
            id,
            key,
        })
    }

    /// Name of the key: the origin of its log.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Key id: the first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key) (C2SP signed-note).
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Whether `signature` is this key's of `text`. Weak keys and malleable signatures are refused.
    pub(super) fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = [ED25519; 33];
        key[1..].copy_from_slice(self.key.as_bytes());
        write!(
            f,
            "{}+{:08x}+{}",
            self.name,
            self.id,
            base64_text::encode(&key)
        )
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::MalformedKey);
        };
        let key = base64_text::decode_all(key).ok_or(NoteError::MalformedKey)?;
        let (algorithm, key) = key.split_first().ok_or(NoteError::MalformedKey)?;
        if *algorithm != ED25519 {
            return Err(NoteError::UnknownAlgorithm(*algorithm));
        }
        let key: &[u8; 32] = key.try_into().map_err(|_| NoteError::MalformedKey)?;
        let key = VerifyingKey::from_bytes(key).map_err(|_| NoteError::MalformedKey)?;
        let verifier = Self::new(name, key)?;
        if id == format!("{:08x}", verifier.id) {
            Ok(verifier)
        } else {
            Err(NoteError::MalformedKey)
        }
    }
}

/// Names are non-empty and without Unicode spaces or plus (C2SP signed-note); a control character would break the line.
pub(super) fn is_key_name(name: &str) -> bool {
    !name.is_empty()
        && !name
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '+')
}
