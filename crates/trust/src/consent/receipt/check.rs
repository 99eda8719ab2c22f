//! Checking a receipt with nothing but itself and a key: no store, no network.
//!
//! *Invariant*: what is not proved is not believed. The file is written again from its proof, and wherever the two differ
//! it is refused; so nothing in a receipt that was checked is anybody's word but the journal's.

use std::path::Path;

use super::linked::{JOURNAL, document};
use super::{JournalProof, Receipt, ReceiptFailure};
use crate::journal::core::json::{JsonError, Object, Value};
use crate::journal::core::note::{Checkpoint, LogKey, NoteError, VerifierKey};
use crate::vault::Keyring;
use crate::vault::core::KeyringError;

/// The longest file that is read, in bytes: a document has 1 MiB at most, and all the rest is small beside it.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Entries of one receipt at most: one of the decision, one for each purpose withdrawn by itself.
const MAX_ENTRIES: usize = 32;

/// Whose word counts.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a command has one of these, and moves it once"
)]
pub enum Trusted {
    /// A key that was come by in another way than with the receipt.
    Key(VerifierKey),
    /// The store's own, at hand.
    Store(StoreKey),
    /// Nobody's: the receipt is held against the key in itself.
    Nobody,
}

/// The key of the store at hand, under whatever name its log went.
#[derive(Debug)]
pub struct StoreKey(LogKey);

impl StoreKey {
    /// Reads it from a key folder; none where there is no such folder.
    ///
    /// # Errors
    /// The folder is there and is not what it should be.
    pub fn of(folder: &Path) -> Result<Option<Self>, KeyringError> {
        if !folder.is_dir() {
            return Ok(None);
        }
        let keyring = Keyring::open(folder.to_owned(), None)?;
        let key =
            LogKey::from_seed("store", keyring.journal_seed()).expect("`store` is a name of a key");
        Ok(Some(Self(key)))
    }
}

/// Who vouches for a receipt that was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// The key that was given.
    Key,
    /// The key of the store at hand.
    Store,
    /// Nobody but the receipt itself: anybody could have made it.
    Itself,
}

/// A receipt that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What it proves.
    pub receipt: Receipt,
    /// By whose word.
    pub vouched: Vouched,
}

/// Checks a receipt's file.
///
/// # Errors
/// The first [`ReceiptFailure`].
pub fn check(bytes: &[u8], trusted: &Trusted) -> Result<Checked, ReceiptFailure> {
    if bytes.len() > MAX_BYTES {
        return Err(ReceiptFailure::TooLong);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ReceiptFailure::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file = read(text)?;
    let journal = proof(&file)?;
    let (key, vouched) = key(&journal, trusted)?;
    let checkpoint = Checkpoint::open(&journal.checkpoint, std::slice::from_ref(&key))
        .map_err(ReceiptFailure::Checkpoint)?;
    if journal.entries.len() > MAX_ENTRIES {
        return Err(ReceiptFailure::NotAReceipt("it has too many entries"));
    }
    let mut entries = Vec::with_capacity(journal.entries.len());
    for (at, evidence) in journal.entries.iter().enumerate() {
        let entry = evidence.verify(&checkpoint);
        entries.push(entry.map_err(|failure| ReceiptFailure::Entry {
            place: at + 1,
            failure,
        })?);
    }
    let document_text = shown_text(&file)
        .ok_or(ReceiptFailure::NotAReceipt("it has no text of a document"))?
        .to_owned();
    let receipt = Receipt::of(journal, checkpoint, &entries, document_text)?;
    match difference(&document(&receipt), &Value::Object(file)) {
        None => Ok(Checked { receipt, vouched }),
        Some(place) => Err(ReceiptFailure::Differs { place }),
    }
}

fn read(text: &str) -> Result<Object, ReceiptFailure> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| ReceiptFailure::NotJson(JsonError::at(&error)))?;
    match value {
        Value::Object(file) => Ok(file),
        _ => Err(ReceiptFailure::NotAReceipt("it is not an object")),
    }
}

fn proof(file: &Object) -> Result<JournalProof, ReceiptFailure> {
    let part = file
        .get(JOURNAL)
        .ok_or(ReceiptFailure::NotAReceipt("it has no part `journal`"))?;
    let malformed = |error: &serde_json::Error| ReceiptFailure::Proof(JsonError::at(error));
    let text = serde_json::to_string(part).map_err(|error| malformed(&error))?;
    serde_json::from_str(&text).map_err(|error| malformed(&error))
}

/// The key to open the checkpoint with. Whoever is trusted, the receipt must name the same.
fn key(
    journal: &JournalProof,
    trusted: &Trusted,
) -> Result<(VerifierKey, Vouched), ReceiptFailure> {
    let own: VerifierKey = journal.key.parse().map_err(ReceiptFailure::Key)?;
    let (key, vouched) = match trusted {
        Trusted::Nobody => return Ok((own, Vouched::Itself)),
        Trusted::Key(key) => (key.clone(), Vouched::Key),
        Trusted::Store(StoreKey(key)) => {
            let named = key.named(&journal.origin).map_err(ReceiptFailure::Key)?;
            (named.verifier().clone(), Vouched::Store)
        }
    };
    if key == own {
        Ok((key, vouched))
    } else {
        Err(ReceiptFailure::ForeignKey)
    }
}

fn shown_text(file: &Object) -> Option<&str> {
    let mut object = file;
    for name in ["dpv:hasRecordOfActivity", "dpv:hasNotice"] {
        match object.get(name) {
            Some(Value::Object(inner)) => object = inner,
            _ => return None,
        }
    }
    match object.get("medok:text") {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

/// The first place in which a file is not as it should be (RFC 6901).
fn difference(wanted: &Value, found: &Value) -> Option<String> {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => {
            let mut keys: Vec<&String> = wanted.keys().chain(found.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            keys.into_iter().find_map(|key| {
                let inner = match (wanted.get(key), found.get(key)) {
                    (Some(wanted), Some(found)) => difference(wanted, found)?,
                    _ => String::new(),
                };
                Some(format!("/{}{inner}", pointed(key)))
            })
        }
        (Value::List(wanted), Value::List(found)) => {
            let common = wanted.iter().zip(found).enumerate();
            let inner = common.into_iter().find_map(|(at, (wanted, found))| {
                Some(format!("/{at}{}", difference(wanted, found)?))
            });
            let shorter = wanted.len().min(found.len());
            inner.or_else(|| (wanted.len() != found.len()).then(|| format!("/{shorter}")))
        }
        _ => (wanted != found).then(String::new),
    }
}

/// A key in a pointer. One that somebody put in is cut short and told without what a terminal would obey.
fn pointed(key: &str) -> String {
    let plain = key.chars().take(80).map(|c| match c {
        c if c.is_control() => '\u{fffd}',
        c => c,
    });
    let plain: String = plain.collect();
    plain.replace('~', "~0").replace('/', "~1")
}

impl Trusted {
    /// A key as its log publishes it at `/journal/key`.
    ///
    /// # Errors
    /// [`NoteError`].
    pub fn key(text: &str) -> Result<Self, NoteError> {
        text.trim().parse().map(Self::Key)
    }
}
