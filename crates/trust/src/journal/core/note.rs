//! Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint). A checkpoint is believed only through
//! [`Checkpoint::open`]: signed by a known key whose name is the origin, and no known key's signature false.

use std::fmt;

use super::hash::Hash;

mod key;
mod signed;

pub use key::{LogKey, VerifierKey};
pub use signed::{NoteSignature, SignedNote};

/// The head of a log: which log, how many entries, which root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: a URL without scheme, such as `medok.example/journal`. Also the name of its key.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over these entries (RFC 6962 §2.1).
    pub root: Hash,
    /// Extension lines, each non-empty. C2SP advises against them: nobody audits them.
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// A checkpoint without extension lines.
    pub fn new(origin: impl Into<String>, size: u64, root: Hash) -> Self {
        Self {
            origin: origin.into(),
            size,
            root,
            extensions: Vec::new(),
        }
    }

    /// The text that is signed: origin, size, root and extensions, each on its line.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, self.root);
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Reads a checkpoint's text, strictly; says nothing about who signed it.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] names the part that is wrong.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let mut lines = text
            .strip_suffix('\n')
            .ok_or(NoteError::Malformed("last line"))?
            .split('\n');
        let origin = lines
            .next()
            .filter(|line| !line.is_empty())
            .ok_or(NoteError::Malformed("origin"))?;
        let digits = lines.next().ok_or(NoteError::Malformed("size"))?;
        let size: u64 = digits.parse().map_err(|_| NoteError::Malformed("size"))?;
        let root = lines
            .next()
            .and_then(|line| line.parse().ok())
            .ok_or(NoteError::Malformed("root"))?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(NoteError::Malformed("extension"));
        }
        // Leading zeros and signs come out otherwise than they came in.
        if size.to_string() != digits {
            return Err(NoteError::Malformed("size"));
        }
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
            extensions,
        })
    }

    /// The signed note, as served at `/journal/checkpoint`.
    ///
    /// # Errors
    /// [`NoteError::ForeignOrigin`] when the key is not named as the origin; [`NoteError::Malformed`] or
    /// [`NoteError::ControlCharacter`] when origin or extensions cannot stand on a line of their own.
    pub fn sign(&self, key: &LogKey) -> Result<String, NoteError> {
        let text = self.text();
        if Self::parse(&text)? != *self {
            return Err(NoteError::Malformed("line"));
        }
        if self.origin != key.name() {
            return Err(NoteError::ForeignOrigin);
        }
        let mut note = SignedNote::new(text)?;
        note.sign(key);
        Ok(note.to_string())
    }

    /// Reads a signed note and believes it if one of `keys` signed it and is named as its origin.
    /// Signatures of unknown keys, such as witnesses, are ignored (C2SP signed-note).
    ///
    /// # Errors
    /// Any [`NoteError`] of reading; [`NoteError::BadSignature`] when a known key's signature is false;
    /// [`NoteError::UnknownSigner`] when no known key signed; [`NoteError::ForeignOrigin`] when none of them is the origin's.
    pub fn open(note: &str, keys: &[VerifierKey]) -> Result<Self, NoteError> {
        let note = SignedNote::parse(note)?;
        let signers = note.verify(keys)?;
        let checkpoint = Self::parse(note.text())?;
        if signers.iter().any(|key| key.name() == checkpoint.origin) {
            Ok(checkpoint)
        } else {
            Err(NoteError::ForeignOrigin)
        }
    }
}

/// What is wrong with a note, a key or a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoteError {
    /// Longer than is read, or with more signatures.
    TooLong,
    /// A control character other than the newline.
    ControlCharacter,
    /// No blank line with signatures after it, or no newline at an end.
    NoSignatures,
    /// A signature line that is not `— name base64`.
    MalformedSignature,
    /// A key name that is empty or has spaces, control characters or a plus.
    KeyName,
    /// A key text that is not `name+hash+base64`, or whose hash or key is not right.
    MalformedKey,
    /// A key of another algorithm than Ed25519.
    UnknownAlgorithm(u8),
    /// The signature of a known key is false.
    BadSignature {
        /// Name of the key.
        name: String,
    },
    /// No known key signed.
    UnknownSigner,
    /// The signer's name is not the checkpoint's origin.
    ForeignOrigin,
    /// A part of the checkpoint's text is not as it must be.
    Malformed(&'static str),
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("the note is too long or has too many signatures"),
            Self::ControlCharacter => f.write_str("the note has a control character"),
            Self::NoSignatures => {
                f.write_str("the note has no block of signatures after a blank line")
            }
            Self::MalformedSignature => f.write_str("a signature line is malformed"),
            Self::KeyName => {
                f.write_str("a key name is empty or has a space, a control character or a plus")
            }
            Self::MalformedKey => f.write_str("the verifier key is malformed"),
            Self::UnknownAlgorithm(number) => write!(f, "signature algorithm {number} is unknown"),
            Self::BadSignature { name } => write!(f, "the signature of {name} is false"),
            Self::UnknownSigner => f.write_str("no known key signed the note"),
            Self::ForeignOrigin => {
                f.write_str("the signing key is not the one of the checkpoint's origin")
            }
            Self::Malformed(part) => write!(f, "the checkpoint's {part} is malformed"),
        }
    }
}

impl std::error::Error for NoteError {}

#[cfg(test)]
mod tests;
