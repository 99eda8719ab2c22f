//! Why a backup or a restore stopped. Each says what to do; none holds a key or a personal value.

use std::fmt;
use std::io;
use std::path::PathBuf;

use kernel::Fault;

use crate::HouseError;
use crate::vault::core::KeyringError;

/// Why no backup was made.
#[derive(Debug)]
pub enum BackupError {
    /// Nobody could read it.
    NoRecipients,
    /// Not an age recipient.
    Recipient(String),
    /// The folder cannot be written.
    Folder {
        /// Which.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A backup of this very second is there.
    Exists(PathBuf),
    /// Keys changed each time they were read.
    Rotating,
    /// Anything else.
    Fault(Fault),
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRecipients => f.write_str(
                "a backup is encrypted and nobody is named who could read it: make a key with `age-keygen`, keep its secret half \
                 away from this machine, and put its public half (age1…) into the setting `backup.recipients`",
            ),
            Self::Recipient(text) => write!(
                f,
                "`{text}` is not an age recipient: write the public half of a key made with `age-keygen`, which begins with age1"
            ),
            Self::Folder { path, source } => write!(
                f,
                "could not write {}: {source}; name a folder that this account may write and that has room",
                path.display()
            ),
            Self::Exists(path) => {
                write!(f, "{} is there already: wait a second, or name another folder", path.display())
            }
            Self::Rotating => f.write_str("the keys are being rotated: make the backup when the rotation has ended"),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for BackupError {}

impl From<Fault> for BackupError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Why a restore stopped.
#[derive(Debug)]
pub enum RestoreError {
    /// The secret half of a recipient cannot be read.
    Identity(String),
    /// The archive is encrypted to others.
    OtherIdentity(String),
    /// No manifest in the folder.
    NoBackup(PathBuf),
    /// No data archive, or none of the time asked for.
    NoData(String),
    /// The newest keyset archive that a manifest names is not there.
    NoKeys(String),
    /// A file of another operator or signed by another key.
    Foreign {
        /// Its name.
        file: String,
        /// What shows it.
        why: String,
    },
    /// A file is not what was written.
    Damaged {
        /// Its name.
        file: String,
        /// What shows it.
        why: String,
    },
    /// The target has rows.
    NotEmpty(String),
    /// The archive's tables are not the target's.
    OtherShape {
        /// Migrations of the archive.
        archive: Vec<String>,
        /// Migrations of the target.
        store: Vec<String>,
        /// The version of Medok that made the archive.
        made_by: String,
    },
    /// More persons were destroyed than the keyset archive knows of.
    FewerDestructions {
        /// Known by the last signed state or a newer manifest.
        known: u64,
        /// In the keyset archive.
        archive: u64,
    },
    /// Same journal, same length, other entries.
    Forked {
        /// Its origin.
        origin: String,
        /// Entries signed.
        size: u64,
    },
    /// The key folder does not take the archive.
    Keys(KeyringError),
    /// The restored house does not open.
    House(HouseError),
    /// Anything else.
    Fault(Fault),
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity(why) => write!(
                f,
                "no identity to decrypt with ({why}): give the secret half of a recipient (AGE-SECRET-KEY-1…), or the file that `age-keygen` wrote"
            ),
            Self::OtherIdentity(file) => write!(
                f,
                "{file} is encrypted to other recipients than this identity: give the secret half of one of those named when it was made"
            ),
            Self::NoBackup(folder) => write!(
                f,
                "{} holds no manifest-<time>.json: name the folder that `medok backup` wrote",
                folder.display()
            ),
            Self::NoData(asked) => write!(
                f,
                "there is no {asked} in the folder: bring the data archive that a manifest names, or name the time of one that is there"
            ),
            Self::NoKeys(file) => write!(
                f,
                "{file}, the newest keyset archive that a manifest here names, is not in the folder: bring it; an older one would bring \
                 back keys that were destroyed"
            ),
            Self::Foreign { file, why } => write!(
                f,
                "{file} does not belong to this backup ({why}): move it out of the folder and find out who put it there"
            ),
            Self::Damaged { file, why } => write!(
                f,
                "{file} is not what was written ({why}): fetch it again from another copy of the backup, or restore from another time"
            ),
            Self::NotEmpty(table) => write!(
                f,
                "the store is not empty (table {table} has rows): restore into a new database, such as another MEDOK_DATA or an empty \
                 PostgreSQL database; nothing was changed"
            ),
            Self::OtherShape {
                archive,
                store,
                made_by,
            } => write!(
                f,
                "the archive has the tables of {}, the store those of {}: restore with Medok {made_by}, which made it, then upgrade",
                archive.last().map_or("none", String::as_str),
                store.last().map_or("none", String::as_str),
            ),
            Self::FewerDestructions { known, archive } => write!(
                f,
                "{known} destructions are known and the keyset archive has {archive}: it is older and would bring back destroyed persons; \
                 bring the newest keys-<time>.age with its manifest"
            ),
            Self::Forked { origin, size } => write!(
                f,
                "the archive shows other entries than those signed as {origin} at {size}: it was tampered with, or two stores ran with the \
                 same keys; find out which one is true and restore a backup of that one"
            ),
            Self::Keys(error) => error.fmt(f),
            Self::House(error) => error.fmt(f),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for RestoreError {}

impl RestoreError {
    pub(super) fn damaged(file: &str, why: impl fmt::Display) -> Self {
        Self::Damaged {
            file: file.to_owned(),
            why: why.to_string(),
        }
    }

    pub(super) fn foreign(file: &str, why: impl fmt::Display) -> Self {
        Self::Foreign {
            file: file.to_owned(),
            why: why.to_string(),
        }
    }
}

impl From<Fault> for RestoreError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<sea_orm::DbErr> for RestoreError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(Fault::from(error).during("restoring"))
    }
}

impl From<KeyringError> for RestoreError {
    fn from(error: KeyringError) -> Self {
        Self::Keys(error)
    }
}

impl From<HouseError> for RestoreError {
    fn from(error: HouseError) -> Self {
        Self::House(error)
    }
}
