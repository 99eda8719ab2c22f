//! The envelope: a text, a blank line, and signature lines (C2SP signed-note, "Format").

use std::fmt;

use super::{super::base64_text, LogKey, NoteError, VerifierKey, key::is_key_name};

/// The longest note that is read, in bytes: a checkpoint with many post-quantum cosignatures fits.
const MAX_NOTE: usize = 512 * 1024;

/// The most signatures that are read; C2SP demands at least 16.
const MAX_SIGNATURES: usize = 100;

/// A text and the signatures under it, verified or not. Displayed in the C2SP form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the key.
    pub name: String,
    /// Key id.
    pub id: u32,
    /// Signature bytes in the form of the key's algorithm.
    pub bytes: Vec<u8>,
}

impl SignedNote {
    /// A text with no signatures yet.
    ///
    /// # Errors
    /// [`NoteError::ControlCharacter`], [`NoteError::TooLong`], or [`NoteError::NoSignatures`] when it does not end in a newline.
    pub fn new(text: impl Into<String>) -> Result<Self, NoteError> {
        let text = text.into();
        check_characters(&text)?;
        if text.ends_with('\n') {
            Ok(Self {
                text,
                signatures: Vec::new(),
            })
        } else {
            Err(NoteError::NoSignatures)
        }
    }

    /// Reads a note; believes nobody.
    ///
    /// # Errors
    /// [`NoteError::TooLong`], [`NoteError::ControlCharacter`], [`NoteError::NoSignatures`], [`NoteError::MalformedSignature`].
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        check_characters(note)?;
        // The text may have blank lines of its own: the last one separates.
        let end = note.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, block) = (&note[..=end], &note[end + 2..]);
        let lines = block.strip_suffix('\n').ok_or(NoteError::NoSignatures)?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            if signatures.len() == MAX_SIGNATURES {
                return Err(NoteError::TooLong);
            }
            signatures.push(NoteSignature::parse(line).ok_or(NoteError::MalformedSignature)?);
        }
        Ok(Self {
            text: text.to_owned(),
            signatures,
        })
    }

    /// The text, with its final newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, verified or not.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a log's signature, replacing an earlier one of the same key.
    pub fn sign(&mut self, key: &LogKey) {
        let bytes = key.sign(&self.text).to_vec();
        self.add(NoteSignature {
            name: key.name().to_owned(),
            id: key.verifier().id(),
            bytes,
        });
    }

    /// Adds a signature made elsewhere, such as a witness's, replacing an earlier one of the same key.
    pub fn add(&mut self, signature: NoteSignature) {
        self.signatures
            .retain(|known| (&known.name, known.id) != (&signature.name, signature.id));
        self.signatures.push(signature);
    }

    /// The known keys that signed. Unknown signatures are ignored, as C2SP demands.
    ///
    /// # Errors
    /// [`NoteError::BadSignature`] when one of a known key is false, [`NoteError::UnknownSigner`] when there is none.
    pub fn verify<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let mut signers = Vec::new();
        for signature in &self.signatures {
            for key in keys
                .iter()
                .filter(|key| key.name() == signature.name && key.id() == signature.id)
            {
                if !key.verifies(&self.text, &signature.bytes) {
                    return Err(NoteError::BadSignature {
                        name: signature.name.clone(),
                    });
                }
                signers.push(key);
            }
        }
        if signers.is_empty() {
            Err(NoteError::UnknownSigner)
        } else {
            Ok(signers)
        }
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl NoteSignature {
    fn parse(line: &str) -> Option<Self> {
        let (name, base64) = line.strip_prefix("— ")?.split_once(' ')?;
        let bytes = base64_text::decode_all(base64)?;
        let (id, bytes) = bytes.split_first_chunk::<4>()?;
        let sound = is_key_name(name) && !bytes.is_empty();
        sound.then(|| Self {
            name: name.to_owned(),
            id: u32::from_be_bytes(*id),
            bytes: bytes.to_vec(),
        })
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id.to_be_bytes()[..], &self.bytes].concat();
        write!(f, "— {} {}", self.name, base64_text::encode(&bytes))
    }
}

fn check_characters(note: &str) -> Result<(), NoteError> {
    if note.len() > MAX_NOTE {
        Err(NoteError::TooLong)
    } else if note.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
        Err(NoteError::ControlCharacter)
    } else {
        Ok(())
    }
}
