//! Seals one field of one person, and opens it only under the same key in the same place.
//! Every sealed field names its suite; whatever moves, swaps, rewinds or changes a sealed field makes opening fail.
//!
//! # The sealed field, byte by byte (suite 1)
//!
//! ```text
//! offset  bytes  what
//!      0      1  kind: 0x46 'F', a sealed field
//!      1      1  suite: 1 = XChaCha20-Poly1305 with HKDF-SHA256 and HMAC-SHA256; 2 = reserved, see [`Suite`]
//!      2     24  nonce, random
//!     26     32  key commitment, see `xchacha.rs`
//!     58    n    ciphertext of the padded value; n is a bucket
//!   58+n     16  tag
//! ```
//!
//! *Padded value*: length of the value in bytes (u32, big-endian) ‖ value ‖ zeros, up to the smallest bucket of 32, 64,
//! 128, 256, 512, 1024 bytes, then multiples of 1024. So a value of up to 28 bytes is stored in 106 bytes.
//!
//! *Keys*: `PRK = HKDF-Extract(salt "medok/person/v1", person key)`; the field's keys are `HKDF-Expand(PRK,
//! "medok/field" ‖ L(table) ‖ table ‖ L(field) ‖ field, 64)`, L being a length in four big-endian bytes.
//!
//! *Associated data*: each part preceded by L of it: the header (58 bytes) · "medok/field" · operator (16) · person
//! (16) · table · record · field · version (i64, big-endian). The version is what keeps a row from being rewound.

use std::fmt;

use hkdf::Hkdf;
use rand::CryptoRng;
use sha2::Sha256;
use uuid::Uuid;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::hash::{expand, length};
use super::xchacha::{self, Body, MessageKey};

const KIND: u8 = b'F';
const PREFIX: usize = 2;
const LENGTH: usize = 4;
const PERSON_SALT: &[u8] = b"medok/person/v1";
const FIELD_LABEL: &[u8] = b"medok/field";
const JOURNAL_LABEL: &[u8] = b"medok/journal/salt";

/// The numbered constructions a sealed field or wrapped key may use. New ones are added, old ones stay readable.
///
/// Number 2 is reserved for GOST R 34.12-2015 (Kuznyechik) in MGM mode (RFC 9058); until it is built, it is refused as
/// unknown like any other number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Suite {
    /// XChaCha20-Poly1305, random 24-byte nonce, HKDF-SHA256, HMAC-SHA256 key commitment.
    XChaCha = 1,
}

impl Suite {
    /// The suite new values are sealed with.
    pub const CURRENT: Self = Self::XChaCha;

    /// The suite of this number, as it stands in a header.
    ///
    /// # Errors
    /// [`OpenError::UnknownSuite`].
    pub fn from_number(number: u8) -> Result<Self, OpenError> {
        match number {
            1 => Ok(Self::XChaCha),
            _ => Err(OpenError::UnknownSuite),
        }
    }

    /// The number that stands in headers.
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// Why something sealed did not open. Names no value, key or place, so it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The header names a suite this version does not have.
    UnknownSuite,
    /// Not the shape of a sealed field or wrapped key: another kind, cut short, or a length outside the buckets.
    Malformed,
    /// The key commitment differs: sealed under another key (another person, table or field), or its header changed.
    WrongKey,
    /// The right key, but the ciphertext or its place changed: another record, operator or row version, or altered bytes.
    Tampered,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownSuite => "sealed by a suite this version does not know",
            Self::Malformed => "not the shape of a sealed value",
            Self::WrongKey => "sealed under another key",
            Self::Tampered => "changed, moved or rewound since it was sealed",
        })
    }
}

impl std::error::Error for OpenError {}

/// Where a sealed field stands. It opens only under the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The operator of personal data (152-ФЗ ст. 3 п. 2) this store belongs to.
    pub operator: Uuid,
    /// Whose field it is.
    pub person: Uuid,
    /// The table of the row.
    pub table: &'a str,
    /// The row's primary key as bytes, for instance `id.as_bytes()`.
    pub record: &'a [u8],
    /// The column.
    pub field: &'a str,
    /// The row's version, which grows with each change.
    pub version: i64,
}

/// A person's random key: all that is sealed about them hangs on it. Never printed, never serialised; wiped on drop.
/// It leaves memory only wrapped by a KEK (`wrap`).
#[derive(ZeroizeOnDrop)]
pub struct PersonKey([u8; 32]);

impl PersonKey {
    /// A new key.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut key = Self([0; 32]);
        rng.fill_bytes(&mut key.0);
        key
    }

    /// Prepares the person's field keys once, for any number of fields in one act. Not to be kept beyond the act.
    pub fn expand(&self) -> FieldKeys {
        FieldKeys(Hkdf::new(Some(PERSON_SALT), &self.0))
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(super) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The pseudorandom key of one person, from which a key per field follows. Never printed, never serialised.
pub struct FieldKeys(Hkdf<Sha256>);

impl FieldKeys {
    /// The salt of the person's sub-entry in the journal entry of this id: without the person key it cannot be guessed,
    /// so destroying the key unlinks the entry from the person.
    pub fn journal_salt(&self, entry: &[u8]) -> [u8; 32] {
        *expand(&self.0, &[JOURNAL_LABEL, &length(entry.len()), entry])
    }

    fn of_field(&self, table: &str, field: &str) -> MessageKey {
        let (table, field) = (table.as_bytes(), field.as_bytes());
        MessageKey::derive(
            &self.0,
            &[
                FIELD_LABEL,
                &length(table.len()),
                table,
                &length(field.len()),
                field,
            ],
        )
    }
}

/// Seals a value for its place with [`Suite::CURRENT`]; two seals of one value differ.
///
/// # Panics
/// On a value of 4 GiB or more, which the limits on forms and attachments exclude long before.
pub fn seal(
    place: &Place<'_>,
    keys: &FieldKeys,
    plaintext: &[u8],
    rng: &mut dyn CryptoRng,
) -> Vec<u8> {
    let prefix = [KIND, Suite::CURRENT.number()];
    let body = Body {
        lead: &length(plaintext.len()),
        bytes: plaintext,
        room: bucket(plaintext.len()),
    };
    match Suite::CURRENT {
        Suite::XChaCha => {
            let key = keys.of_field(place.table, place.field);
            xchacha::seal(
                &key,
                &prefix,
                &context(place, &place.version.to_be_bytes()),
                &body,
                rng,
            )
        }
    }
}

/// Opens a sealed field in its place. The value is wiped when dropped.
///
/// # Errors
/// Another kind, suite, key or place, or a changed byte: see [`OpenError`].
pub fn open(
    place: &Place<'_>,
    keys: &FieldKeys,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (kind, suite) = match sealed {
        [kind, suite, ..] => (*kind, *suite),
        _ => return Err(OpenError::Malformed),
    };
    if kind != KIND {
        return Err(OpenError::Malformed);
    }
    let body = match Suite::from_number(suite)? {
        Suite::XChaCha => {
            let key = keys.of_field(place.table, place.field);
            xchacha::open(
                &key,
                sealed,
                PREFIX,
                &context(place, &place.version.to_be_bytes()),
            )?
        }
    };
    unpad(body)
}

fn context<'a>(place: &'a Place<'a>, version: &'a [u8; 8]) -> [&'a [u8]; 7] {
    [
        FIELD_LABEL,
        place.operator.as_bytes(),
        place.person.as_bytes(),
        place.table.as_bytes(),
        place.record,
        place.field.as_bytes(),
        version,
    ]
}

/// The padded size of a value of `plaintext` bytes.
fn bucket(plaintext: usize) -> usize {
    let needed = LENGTH + plaintext;
    if needed <= 1024 {
        needed.next_power_of_two().max(32)
    } else {
        needed.next_multiple_of(1024)
    }
}

fn unpad(mut body: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let stated = body
        .first_chunk::<LENGTH>()
        .map(|bytes| u32::from_be_bytes(*bytes))
        .ok_or(OpenError::Malformed)?;
    let plaintext = usize::try_from(stated).map_err(|_| OpenError::Malformed)?;
    if plaintext > body.len() - LENGTH || bucket(plaintext) != body.len() {
        return Err(OpenError::Malformed);
    }
    body.copy_within(LENGTH..LENGTH + plaintext, 0);
    body.truncate(plaintext);
    Ok(body)
}

#[cfg(test)]
mod tests;
