//! The written forms of the key folder: `keyset.json`, which names every key, and the key files themselves.
//! A key number is never used twice; a retired key stays named, so that what was once there is known for ever.

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use hmac::Mac;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::error::KeyringError;
use super::hash::keyed;

/// The file that names all others.
pub(super) const KEYSET_FILE: &str = "keyset.json";
const FORMAT: u32 = 1;

/// The 32 random bytes of a key file.
pub(super) type Secret = Zeroizing<[u8; 32]>;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// Wraps person keys.
    Kek,
    /// Root of one epoch of the blind indexes.
    Index,
    /// Ed25519 seed (RFC 8032 §5.1.5) that signs the journal's checkpoints.
    Journal,
    /// Hashes secret links and the bodies of repeated requests.
    Lookup,
}

impl KeyKind {
    /// All kinds, in the order a new folder is made.
    pub const ALL: [Self; 4] = [Self::Kek, Self::Index, Self::Journal, Self::Lookup];

    fn word(self) -> &'static str {
        match self {
            Self::Kek => "kek",
            Self::Index => "index",
            Self::Journal => "journal",
            Self::Lookup => "lookup",
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// `keyset.json`: the public description of the key folder. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyset {
    format: u32,
    /// The operator of personal data whose store these keys serve.
    pub operator: Uuid,
    /// Grows by one with every change of the folder; the larger of two keysets is the newer.
    pub number: u64,
    /// The KEK that wraps new person keys.
    pub kek: u32,
    /// The epoch whose blind indexes are written; look-up reads all live ones.
    pub index: u32,
    /// The journal's signing key.
    pub journal: u32,
    /// The key of link and body hashes.
    pub lookup: u32,
    /// Every key there ever was, oldest first.
    pub keys: Vec<KeyRecord>,
}

/// One key, as the keyset names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRecord {
    /// What it is for.
    pub kind: KeyKind,
    /// Its number within its kind, from 1.
    pub number: u32,
    /// First 8 bytes, hexadecimal, of `HMAC-SHA256(key, "medok/fingerprint")`: recognises the key, tells nothing of it.
    pub fingerprint: String,
    /// When it was made: microseconds since the Unix epoch, UTC.
    pub created: i64,
    /// When it was destroyed, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<i64>,
}

impl KeyRecord {
    /// The name of its file, for instance `kek-0001.key`.
    #[must_use]
    pub fn file(&self) -> String {
        file_name(self.kind, self.number)
    }
}

impl Keyset {
    pub(super) fn new(operator: Uuid) -> Self {
        Self {
            format: FORMAT,
            operator,
            number: 0,
            kek: 0,
            index: 0,
            journal: 0,
            lookup: 0,
            keys: Vec::new(),
        }
    }

    /// The number of the key of this kind that new values are made with.
    #[must_use]
    pub fn current(&self, kind: KeyKind) -> u32 {
        match kind {
            KeyKind::Kek => self.kek,
            KeyKind::Index => self.index,
            KeyKind::Journal => self.journal,
            KeyKind::Lookup => self.lookup,
        }
    }

    /// The record of a key, retired or not.
    #[must_use]
    pub fn record(&self, kind: KeyKind, number: u32) -> Option<&KeyRecord> {
        self.keys
            .iter()
            .find(|key| (key.kind, key.number) == (kind, number))
    }

    /// The records of the keys that are not retired.
    pub fn live(&self) -> impl Iterator<Item = &KeyRecord> {
        self.keys.iter().filter(|key| key.retired.is_none())
    }

    /// Names a new key and makes it the current one of its kind.
    pub(super) fn add(&mut self, record: KeyRecord) {
        let current = match record.kind {
            KeyKind::Kek => &mut self.kek,
            KeyKind::Index => &mut self.index,
            KeyKind::Journal => &mut self.journal,
            KeyKind::Lookup => &mut self.lookup,
        };
        *current = record.number;
        self.keys.push(record);
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut text =
            serde_json::to_vec_pretty(self).expect("numbers and strings always serialise");
        text.push(b'\n');
        text
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, KeyringError> {
        let malformed = |why| KeyringError::Malformed {
            file: KEYSET_FILE.to_owned(),
            why,
        };
        let keyset: Self =
            serde_json::from_slice(bytes).map_err(|_| malformed("not the JSON of a keyset"))?;
        if keyset.format != FORMAT {
            return Err(malformed("of a format this version does not know"));
        }
        for (index, key) in keyset.keys.iter().enumerate() {
            if keyset.keys[..index]
                .iter()
                .any(|earlier| (earlier.kind, earlier.number) == (key.kind, key.number))
            {
                return Err(malformed("names a key twice"));
            }
        }
        for kind in KeyKind::ALL {
            if !keyset
                .live()
                .any(|key| (key.kind, key.number) == (kind, keyset.current(kind)))
            {
                return Err(malformed(
                    "names a key in use that it does not list as live",
                ));
            }
        }
        Ok(keyset)
    }
}

/// The name of a key's file.
pub(super) fn file_name(kind: KeyKind, number: u32) -> String {
    format!("{kind}-{number:04}.key")
}

/// The fingerprint by which a keyset recognises a key.
pub(super) fn fingerprint(secret: &[u8; 32]) -> String {
    let mac = keyed(secret)
        .chain_update(b"medok/fingerprint")
        .finalize()
        .into_bytes();
    hex::encode(&mac[..8])
}

/// The text of a key file: `medok-key v1 <kind> <number> <base64> <checksum>` and a line feed. The checksum is the first
/// four bytes, hexadecimal, of the SHA-256 of all before its space, so that a cut or mistyped file is noticed.
pub(super) fn write_key(kind: KeyKind, number: u32, secret: &[u8; 32]) -> Zeroizing<Vec<u8>> {
    // Room for all of it at once: growing would leave copies of a key behind in freed memory.
    let mut line = Zeroizing::new(String::with_capacity(128));
    line.push_str("medok-key v1 ");
    line.push_str(kind.word());
    line.push(' ');
    line.push_str(&number.to_string());
    line.push(' ');
    BASE64_STANDARD.encode_string(secret, &mut line);
    let checksum = checksum(line.as_bytes());
    line.push(' ');
    line.push_str(&checksum);
    line.push('\n');
    Zeroizing::new(std::mem::take(&mut *line).into_bytes())
}

/// Reads the key file of this record: its form, checksum, kind, number and fingerprint must all be right.
pub(super) fn read_key(record: &KeyRecord, bytes: &[u8]) -> Result<Secret, KeyringError> {
    let malformed = |why| KeyringError::Malformed {
        file: record.file(),
        why,
    };
    let line = std::str::from_utf8(bytes)
        .ok()
        .and_then(|text| text.strip_suffix('\n'));
    let (body, stated) = line
        .and_then(|line| line.rsplit_once(' '))
        .ok_or_else(|| malformed("cut short"))?;
    if checksum(body.as_bytes()) != stated {
        return Err(malformed("its checksum differs"));
    }
    let encoded = body
        .strip_prefix("medok-key v1 ")
        .and_then(|rest| rest.strip_prefix(record.kind.word()))
        .and_then(|rest| rest.strip_prefix(' '))
        .and_then(|rest| rest.strip_prefix(&record.number.to_string()))
        .and_then(|rest| rest.strip_prefix(' '))
        .ok_or_else(|| malformed("it holds a key of another kind or number"))?;
    let decoded = Zeroizing::new(
        BASE64_STANDARD
            .decode(encoded)
            .map_err(|_| malformed("not base64"))?,
    );
    let mut secret = Secret::default();
    if decoded.len() != secret.len() {
        return Err(malformed("not 32 bytes"));
    }
    secret.copy_from_slice(&decoded);
    if fingerprint(&secret) != record.fingerprint {
        return Err(KeyringError::OtherKey {
            file: record.file(),
        });
    }
    Ok(secret)
}

fn checksum(text: &[u8]) -> String {
    hex::encode(&Sha256::digest(text)[..4])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: KeyKind, number: u32, secret: &[u8; 32]) -> KeyRecord {
        KeyRecord {
            kind,
            number,
            fingerprint: fingerprint(secret),
            created: 5,
            retired: None,
        }
    }

    #[test]
    fn a_key_file_is_one_readable_line_that_comes_back() {
        let secret = [7; 32];
        let written = write_key(KeyKind::Kek, 12, &secret);
        let text = std::str::from_utf8(&written).unwrap();
        assert!(
            text.starts_with("medok-key v1 kek 12 BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc= "),
            "{text}"
        );
        assert_eq!(text.lines().count(), 1);
        let record = record(KeyKind::Kek, 12, &secret);
        assert_eq!(record.file(), "kek-0012.key");
        assert_eq!(*read_key(&record, &written).unwrap(), secret);
    }

    #[test]
    fn every_cut_and_every_changed_byte_of_a_key_file_is_noticed() {
        let secret = [7; 32];
        let (record, whole) = (
            record(KeyKind::Journal, 1, &secret),
            write_key(KeyKind::Journal, 1, &secret),
        );
        for cut in 0..whole.len() {
            assert!(
                matches!(
                    read_key(&record, &whole[..cut]),
                    Err(KeyringError::Malformed { .. })
                ),
                "cut to {cut}"
            );
        }
        for at in 0..whole.len() {
            for change in [1, 0x20, 0x80] {
                let mut changed = whole.to_vec();
                changed[at] ^= change;
                assert!(read_key(&record, &changed).is_err(), "byte {at}");
            }
        }
    }

    #[test]
    fn a_key_under_another_name_or_of_another_folder_is_refused() {
        let secret = [7; 32];
        let written = write_key(KeyKind::Kek, 1, &secret);
        for other in [
            record(KeyKind::Kek, 2, &secret),
            record(KeyKind::Kek, 11, &secret),
            record(KeyKind::Index, 1, &secret),
        ] {
            assert!(matches!(
                read_key(&other, &written),
                Err(KeyringError::Malformed { .. })
            ));
        }
        let elsewhere = record(KeyKind::Kek, 1, &[8; 32]);
        assert!(matches!(
            read_key(&elsewhere, &written),
            Err(KeyringError::OtherKey { .. })
        ));
    }

    #[test]
    fn a_keyset_that_contradicts_itself_is_refused() {
        let mut keyset = Keyset::new(Uuid::from_u128(1));
        assert!(Keyset::read(&keyset.write()).is_err(), "no keys at all");
        for kind in KeyKind::ALL {
            keyset.add(record(kind, 1, &[1; 32]));
        }
        assert_eq!(Keyset::read(&keyset.write()).unwrap(), keyset);
        let with = |change: fn(&mut Keyset)| {
            let mut changed = keyset.clone();
            change(&mut changed);
            Keyset::read(&changed.write())
        };
        assert!(with(|keyset| keyset.kek = 2).is_err());
        assert!(with(|keyset| keyset.format = 2).is_err());
        assert!(with(|keyset| keyset.keys[0].retired = Some(9)).is_err());
        assert!(with(|keyset| keyset.keys.push(keyset.keys[0].clone())).is_err());
        let whole = keyset.write();
        assert!((0..whole.len() - 1).all(|cut| Keyset::read(&whole[..cut]).is_err()));
    }
}
