//! The manifest: what a backup is, signed with the journal's key, so that nothing in the folder can be
//! exchanged, and so that the folder itself says which keyset is the newest.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::error::RestoreError;
use super::seal::FORMAT;
use super::state::State;
use crate::journal::core::note::{LogKey, NoteError, SignedNote};

/// The largest manifest that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// `manifest-<time>.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    medok: Word,
    format: u32,
    pub(super) state: State,
    pub(super) data: Listed,
    pub(super) keys: Listed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Backup,
}

/// An archive as the manifest names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    pub(super) file: String,
    /// Hexadecimal, of the encrypted file.
    pub(super) sha256: String,
    pub(super) bytes: u64,
}

impl Manifest {
    pub(super) fn new(state: State, data: Listed, keys: Listed) -> Self {
        Self {
            medok: Word::Backup,
            format: FORMAT,
            state,
            data,
            keys,
        }
    }

    /// The text of `manifest-<time>.json`.
    pub(super) fn text(&self) -> String {
        let mut text =
            serde_json::to_string_pretty(self).expect("numbers and strings always serialise");
        text.push('\n');
        text
    }

    /// The text of `manifest-<time>.note`.
    pub(super) fn sign(&self, key: &LogKey) -> Result<String, NoteError> {
        let mut note = SignedNote::new(self.text())?;
        note.sign(key);
        Ok(note.to_string())
    }
}

/// A manifest found in a folder, believed only once [`verify`](Self::verify) says so.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) manifest: Manifest,
    file: String,
    text: String,
    note: String,
}

impl Found {
    /// All manifests of a folder, the newest keyset last.
    pub(super) fn all(folder: &Path) -> Result<Vec<Self>, RestoreError> {
        let mut found = Vec::new();
        let entries =
            std::fs::read_dir(folder).map_err(|_| RestoreError::NoBackup(folder.to_owned()))?;
        for entry in entries {
            let name = entry
                .map_err(kernel::Fault::from)?
                .file_name()
                .to_string_lossy()
                .into_owned();
            if name.starts_with("manifest-") && name.ends_with(".json") {
                found.push(Self::read(folder, name)?);
            }
        }
        if found.is_empty() {
            return Err(RestoreError::NoBackup(folder.to_owned()));
        }
        found.sort_by_key(|found| (found.manifest.state.keyset, found.manifest.state.at));
        Ok(found)
    }

    fn read(folder: &Path, file: String) -> Result<Self, RestoreError> {
        let text = read_small(&folder.join(&file), &file)?;
        let signed = file.replace(".json", ".note");
        let note = read_small(&folder.join(&signed), &signed)?;
        let manifest: Manifest =
            serde_json::from_str(&text).map_err(|error| RestoreError::damaged(&file, error))?;
        if manifest.format != FORMAT {
            return Err(RestoreError::damaged(
                &file,
                "it is of a form that this version does not know",
            ));
        }
        for listed in [&manifest.data.file, &manifest.keys.file] {
            if listed.contains('/') || listed.starts_with('.') {
                return Err(RestoreError::damaged(
                    &file,
                    "it names a file outside the folder",
                ));
            }
        }
        Ok(Self {
            manifest,
            file,
            text,
            note,
        })
    }

    /// Believes the manifest if the key of this seed signed it, under the journal's origin.
    pub(super) fn verify(&self, seed: &Zeroizing<[u8; 32]>) -> Result<(), RestoreError> {
        let foreign = |error: NoteError| RestoreError::foreign(&self.file, error);
        let key = LogKey::from_seed(&self.manifest.state.journal.origin, seed).map_err(foreign)?;
        let note = SignedNote::parse(&self.note).map_err(foreign)?;
        note.verify(std::slice::from_ref(key.verifier()))
            .map_err(foreign)?;
        if note.text() == self.text {
            Ok(())
        } else {
            Err(RestoreError::foreign(
                &self.file,
                "it is not the text that was signed",
            ))
        }
    }

    pub(super) fn file(&self) -> &str {
        &self.file
    }
}

impl Listed {
    pub(super) fn path(&self, folder: &Path) -> PathBuf {
        folder.join(&self.file)
    }

    /// Whether the file is the one listed.
    pub(super) async fn check(&self, folder: &Path) -> Result<(), RestoreError> {
        let path = self.path(folder);
        let bytes = std::fs::metadata(&path)
            .map_err(|error| RestoreError::damaged(&self.file, error))?
            .len();
        if bytes != self.bytes {
            let why = format!("it has {bytes} bytes and the manifest says {}", self.bytes);
            return Err(RestoreError::damaged(&self.file, why));
        }
        if super::unseal::sha256_of(path).await? != self.sha256 {
            return Err(RestoreError::damaged(
                &self.file,
                "its SHA-256 is not the manifest's",
            ));
        }
        Ok(())
    }
}

fn read_small(path: &Path, file: &str) -> Result<String, RestoreError> {
    let damaged = |error: std::io::Error| RestoreError::damaged(file, error);
    if std::fs::metadata(path).map_err(damaged)?.len() > LARGEST {
        return Err(RestoreError::damaged(file, "it is far too long"));
    }
    std::fs::read_to_string(path).map_err(damaged)
}
