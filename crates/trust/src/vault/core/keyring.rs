//! The key folder: every key that lives outside the database. What the keyset names is there and is the right key, or
//! nothing opens. A change is on the disk before it is used; `keyset.json` is written last when something is added and
//! first when something is destroyed, so that a crash between leaves a folder that opens.
//!
//! ```text
//! DIR.keys/                 0700
//!   keyset.json             0600  which keys there are, and the folder's number (`keyset.rs`)
//!   kek-0001.key …          0600  key-encryption keys
//!   index-0001.key …        0600  roots of the blind indexes, one per epoch
//!   journal-0001.key        0600  Ed25519 seed of the journal
//!   lookup-0001.key         0600  key of link and body hashes
//!   signed_state.json       0600  what was last signed (`signed_state.rs`)
//! ```
//!
//! Times are microseconds since the Unix epoch, UTC, passed in by the caller.

use std::collections::BTreeMap;
use std::fmt;

use rand::CryptoRng;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::error::KeyringError;
use super::index::IndexEpoch;
use super::keyset::{self, KEYSET_FILE, KeyKind, KeyRecord, Keyset, Secret};
use super::signed_state::{SIGNED_STATE_FILE, SignedState};
use super::source::KeySource;
use super::token::LookupKey;
use super::wrap::Kek;

mod archive;
pub use archive::{Archive, Contents};

/// An open key folder. Printed as `[sealed]`.
pub struct Keyring {
    source: KeySource,
    keyset: Keyset,
    keks: BTreeMap<u32, Kek>,
    epochs: BTreeMap<u32, IndexEpoch>,
    journal: Secret,
    lookup: LookupKey,
}

impl Keyring {
    /// Makes a new key folder with one key of each kind. An existing folder must be empty.
    pub fn create(
        source: impl Into<KeySource>,
        operator: Uuid,
        now: i64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, KeyringError> {
        let source = source.into();
        source.prepare()?;
        if !source.names()?.is_empty() {
            return Err(KeyringError::AlreadyThere {
                folder: source.path().to_owned(),
            });
        }
        let mut keyset = Keyset::new(operator);
        for kind in KeyKind::ALL {
            let (record, _) = make_key(&source, kind, 1, now, rng)?;
            keyset.add(record);
        }
        keyset.number = 1;
        source.write(SIGNED_STATE_FILE, &SignedState::nothing().write())?;
        source.write(KEYSET_FILE, &keyset.write())?;
        Self::open(source, Some(operator))
    }

    /// Opens a key folder and checks every file in it that the keyset names. With `expected`, refuses the keys of another
    /// operator. Finishes a retirement that a crash interrupted.
    pub fn open(
        source: impl Into<KeySource>,
        expected: Option<Uuid>,
    ) -> Result<Self, KeyringError> {
        let source = source.into();
        source.check()?;
        let keyset = match source.read(KEYSET_FILE)? {
            Some(bytes) => Keyset::read(&bytes)?,
            None => {
                return Err(KeyringError::NoKeyset {
                    folder: source.path().to_owned(),
                });
            }
        };
        check_operator(&keyset, expected)?;
        read_state(&source)?;
        let ring = Self::load(source, keyset)?;
        for record in ring
            .keyset
            .keys
            .iter()
            .filter(|record| record.retired.is_some())
        {
            ring.source.erase(&record.file())?;
        }
        Ok(ring)
    }

    /// The public description of the folder: operator, number, which keys there are.
    #[must_use]
    pub fn keyset(&self) -> &Keyset {
        &self.keyset
    }

    /// The KEK that wraps new person keys.
    #[must_use]
    pub fn current_kek(&self) -> &Kek {
        &self.keks[&self.keyset.kek]
    }

    /// The KEK a wrapped key names; `None` if it was retired, and the wrapped key with it is gone for ever.
    #[must_use]
    pub fn kek(&self, number: u32) -> Option<&Kek> {
        self.keks.get(&number)
    }

    /// The epoch whose blind indexes are written.
    #[must_use]
    pub fn current_epoch(&self) -> &IndexEpoch {
        &self.epochs[&self.keyset.index]
    }

    /// All live epochs, newest first: a look-up asks each.
    pub fn live_epochs(&self) -> impl Iterator<Item = &IndexEpoch> {
        self.epochs.values().rev()
    }

    /// The Ed25519 seed (RFC 8032 §5.1.5) that signs the journal's checkpoints.
    #[must_use]
    pub fn journal_seed(&self) -> &Zeroizing<[u8; 32]> {
        &self.journal
    }

    /// The key of link and body hashes.
    #[must_use]
    pub fn lookup_key(&self) -> &LookupKey {
        &self.lookup
    }

    /// Makes a new KEK the current one and returns its number. Person keys are then rewrapped, and the old KEK retired.
    pub fn add_kek(&mut self, now: i64, rng: &mut dyn CryptoRng) -> Result<u32, KeyringError> {
        self.add(KeyKind::Kek, now, rng)
    }

    /// Destroys a KEK that is no longer current: overwritten, deleted, flushed. What it still wraps is unrecoverable.
    /// Retiring a retired key again is fine and makes sure that its file is gone.
    pub fn retire_kek(&mut self, number: u32, now: i64) -> Result<(), KeyringError> {
        self.retire(KeyKind::Kek, number, now)
    }

    /// Opens a new index epoch and returns its number. Old epochs stay live until their rows are rebuilt.
    pub fn add_index_epoch(
        &mut self,
        now: i64,
        rng: &mut dyn CryptoRng,
    ) -> Result<u32, KeyringError> {
        self.add(KeyKind::Index, now, rng)
    }

    /// Destroys an index epoch whose rows are rebuilt.
    pub fn retire_index_epoch(&mut self, number: u32, now: i64) -> Result<(), KeyringError> {
        self.retire(KeyKind::Index, number, now)
    }

    /// What was last signed.
    pub fn recall(&self) -> Result<SignedState, KeyringError> {
        read_state(&self.source)
    }

    /// Remembers what was signed, on the disk when it returns. Refuses whatever does not [follow](SignedState::follows).
    pub fn remember(&self, state: &SignedState) -> Result<(), KeyringError> {
        state.follows(&self.recall()?)?;
        self.source.write(SIGNED_STATE_FILE, &state.write())
    }

    /// Remembers the first checkpoint of a new journal, begun because the old one could not be continued. `ended` must be
    /// exactly what was last remembered, which the new journal names as its predecessor.
    pub fn remember_new_journal(
        &self,
        state: &SignedState,
        ended: &SignedState,
    ) -> Result<(), KeyringError> {
        let last = self.recall()?;
        if last != *ended {
            return Err(KeyringError::Backwards {
                what: "another end of the old journal",
            });
        }
        state.begins_after(&last)?;
        self.source.write(SIGNED_STATE_FILE, &state.write())
    }

    /// Files in the folder that the keyset does not name, left by a crash or put there by hand; for `medok doctor`.
    pub fn strays(&self) -> Result<Vec<String>, KeyringError> {
        let known: Vec<String> = self.keyset.live().map(KeyRecord::file).collect();
        let mut names = self.source.names()?;
        names.retain(|name| {
            name != KEYSET_FILE && name != SIGNED_STATE_FILE && !known.contains(name)
        });
        Ok(names)
    }

    fn load(source: KeySource, keyset: Keyset) -> Result<Self, KeyringError> {
        let (mut keks, mut epochs) = (BTreeMap::new(), BTreeMap::new());
        let (mut journal, mut lookup) = (None, None);
        for record in keyset.live() {
            let secret = read_secret(&source, record)?;
            match record.kind {
                KeyKind::Kek => drop(keks.insert(record.number, Kek::new(record.number, &secret))),
                KeyKind::Index => {
                    drop(epochs.insert(record.number, IndexEpoch::new(record.number, &secret)))
                }
                KeyKind::Journal if record.number == keyset.journal => journal = Some(secret),
                KeyKind::Lookup if record.number == keyset.lookup => {
                    lookup = Some(LookupKey::new(&secret))
                }
                KeyKind::Journal | KeyKind::Lookup => {}
            }
        }
        let journal = journal.expect("a keyset that was read lists its current keys as live");
        let lookup = lookup.expect("a keyset that was read lists its current keys as live");
        Ok(Self {
            source,
            keyset,
            keks,
            epochs,
            journal,
            lookup,
        })
    }

    fn add(
        &mut self,
        kind: KeyKind,
        now: i64,
        rng: &mut dyn CryptoRng,
    ) -> Result<u32, KeyringError> {
        let names = self.source.names()?;
        let known = self
            .keyset
            .keys
            .iter()
            .filter(|key| key.kind == kind)
            .map(|key| key.number)
            .max()
            .unwrap_or(0);
        // A file the keyset does not name may be the rest of a crash, or a key someone still needs: its number is skipped.
        let number = (known + 1..)
            .find(|number| !names.contains(&keyset::file_name(kind, *number)))
            .expect("a folder does not hold four thousand million files");
        let (record, secret) = make_key(&self.source, kind, number, now, rng)?;
        let mut keyset = self.keyset.clone();
        keyset.add(record);
        keyset.number += 1;
        self.source.write(KEYSET_FILE, &keyset.write())?;
        self.keyset = keyset;
        match kind {
            KeyKind::Kek => drop(self.keks.insert(number, Kek::new(number, &secret))),
            KeyKind::Index => drop(self.epochs.insert(number, IndexEpoch::new(number, &secret))),
            KeyKind::Journal => self.journal = secret,
            KeyKind::Lookup => self.lookup = LookupKey::new(&secret),
        }
        Ok(number)
    }

    fn retire(&mut self, kind: KeyKind, number: u32, now: i64) -> Result<(), KeyringError> {
        if self.keyset.current(kind) == number {
            return Err(KeyringError::KeyInUse { kind, number });
        }
        let mut keyset = self.keyset.clone();
        let record = keyset
            .keys
            .iter_mut()
            .find(|key| (key.kind, key.number) == (kind, number))
            .ok_or(KeyringError::UnknownKey { kind, number })?;
        let file = record.file();
        if record.retired.is_none() {
            record.retired = Some(now);
            keyset.number += 1;
            self.source.write(KEYSET_FILE, &keyset.write())?;
            self.keyset = keyset;
            match kind {
                KeyKind::Kek => drop(self.keks.remove(&number)),
                KeyKind::Index => drop(self.epochs.remove(&number)),
                KeyKind::Journal | KeyKind::Lookup => {}
            }
        }
        // Also for a key retired before: the erasing may have failed then.
        self.source.erase(&file)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

fn make_key(
    source: &KeySource,
    kind: KeyKind,
    number: u32,
    now: i64,
    rng: &mut dyn CryptoRng,
) -> Result<(KeyRecord, Secret), KeyringError> {
    let mut secret = Secret::default();
    rng.fill_bytes(secret.as_mut());
    let record = KeyRecord {
        kind,
        number,
        fingerprint: keyset::fingerprint(&secret),
        created: now,
        retired: None,
    };
    source.write(&record.file(), &keyset::write_key(kind, number, &secret))?;
    Ok((record, secret))
}

fn read_secret(source: &KeySource, record: &KeyRecord) -> Result<Secret, KeyringError> {
    let missing = || KeyringError::NoFile {
        folder: source.path().to_owned(),
        file: record.file(),
    };
    keyset::read_key(record, &source.read(&record.file())?.ok_or_else(missing)?)
}

fn read_state(source: &KeySource) -> Result<SignedState, KeyringError> {
    let missing = || KeyringError::NoFile {
        folder: source.path().to_owned(),
        file: SIGNED_STATE_FILE.to_owned(),
    };
    SignedState::read(&source.read(SIGNED_STATE_FILE)?.ok_or_else(missing)?)
}

fn check_operator(keyset: &Keyset, expected: Option<Uuid>) -> Result<(), KeyringError> {
    match expected {
        Some(expected) if expected != keyset.operator => Err(KeyringError::OtherStore {
            found: keyset.operator,
            expected,
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
