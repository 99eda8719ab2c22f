//! What can be wrong with the key folder. Each error says in plain English what to do; none holds a key or part of one.

use std::fmt;
use std::path::PathBuf;

use uuid::Uuid;

use super::keyset::KeyKind;

/// Why the key folder was not opened or not changed.
#[derive(Debug)]
pub enum KeyringError {
    /// There is no such folder.
    NoFolder {
        /// Where it was expected.
        folder: PathBuf,
    },
    /// A file stands where the folder should be, or something else than a file where a key should be.
    WrongKindOfFile {
        /// The path.
        path: PathBuf,
    },
    /// The folder or a file in it has group or world permission bits.
    OpenToOthers {
        /// The path.
        path: PathBuf,
        /// Its permission bits, for instance 0o644.
        mode: u32,
        /// Whether it is the folder.
        folder: bool,
    },
    /// The folder has no `keyset.json`.
    NoKeyset {
        /// The folder.
        folder: PathBuf,
    },
    /// A file named by the keyset, or always present, is not there.
    NoFile {
        /// The folder.
        folder: PathBuf,
        /// The file's name.
        file: String,
    },
    /// A file cannot be read as what it should be.
    Malformed {
        /// The file's name.
        file: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A whole key file, but not the key the keyset was written with.
    OtherKey {
        /// The file's name.
        file: String,
    },
    /// The keys of another store.
    OtherStore {
        /// The operator the keys belong to.
        found: Uuid,
        /// The operator of this store.
        expected: Uuid,
    },
    /// Creating where a key folder already is.
    AlreadyThere {
        /// The folder.
        folder: PathBuf,
    },
    /// Retiring a key that the keyset never had.
    UnknownKey {
        /// Its kind.
        kind: KeyKind,
        /// Its number.
        number: u32,
    },
    /// Retiring the key that new values are made with.
    KeyInUse {
        /// Its kind.
        kind: KeyKind,
        /// Its number.
        number: u32,
    },
    /// Restoring an archive older than the folder.
    OlderArchive {
        /// The archive's keyset number.
        archive: u64,
        /// The folder's keyset number.
        folder: u64,
    },
    /// The archive and the folder have parted: neither continues the other.
    Parted {
        /// What differs.
        what: &'static str,
    },
    /// The signed state would go backwards or fork.
    Backwards {
        /// What would go backwards.
        what: &'static str,
    },
    /// The system refused an operation on a file.
    Io {
        /// The path.
        path: PathBuf,
        /// What was being done, for instance `read`.
        doing: &'static str,
        /// The system's answer.
        source: std::io::Error,
    },
}

impl fmt::Display for KeyringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFolder { folder } => write!(
                f,
                "there is no key folder {}: set MEDOK_KEYS to where the keys of this store are, or restore the newest \
                 keyset archive with `medok restore`; for a new store run `medok init`",
                folder.display()
            ),
            Self::WrongKindOfFile { path } => write!(
                f,
                "{} is not what belongs there: the key folder is a folder and its keys are plain files; set MEDOK_KEYS \
                 to the key folder of this store",
                path.display()
            ),
            Self::OpenToOthers { path, mode, folder } => write!(
                f,
                "{path} can be reached by others (mode {mode:04o}): run `chmod {wanted} '{path}'`, and if others may \
                 have read it, rotate the keys with `medok keys rotate`",
                path = path.display(),
                wanted = if *folder { "700" } else { "600" },
            ),
            Self::NoKeyset { folder } => write!(
                f,
                "the folder {} has no keyset.json: set MEDOK_KEYS to the key folder of this store, or restore the newest \
                 keyset archive with `medok restore`",
                folder.display()
            ),
            Self::NoFile { folder, file } => write!(
                f,
                "{file} is missing from the key folder {}: restore the newest keyset archive with `medok restore`",
                folder.display()
            ),
            Self::Malformed { file, why } => write!(
                f,
                "the key file {file} is damaged ({why}): move it away and restore the newest keyset archive with \
                 `medok restore`"
            ),
            Self::OtherKey { file } => write!(
                f,
                "{file} holds another key than this keyset was written with: set MEDOK_KEYS to the key folder of this \
                 store, or move the file away and restore the newest keyset archive with `medok restore`"
            ),
            Self::OtherStore { found, expected } => write!(
                f,
                "these keys belong to the operator {found}, this store to {expected}: set MEDOK_KEYS to the key folder of \
                 this store, or restore the newest keyset archive with `medok restore`"
            ),
            Self::AlreadyThere { folder } => write!(
                f,
                "the folder {} already holds keys or other files: set MEDOK_KEYS to an empty or new folder; never delete \
                 keys a store still needs",
                folder.display()
            ),
            Self::UnknownKey { kind, number } => {
                write!(
                    f,
                    "there is no {kind} key {number} in this keyset: it was never made"
                )
            }
            Self::KeyInUse { kind, number } => {
                write!(
                    f,
                    "the {kind} key {number} is the one in use: add a newer one before retiring it"
                )
            }
            Self::OlderArchive { archive, folder } => write!(
                f,
                "this keyset archive (number {archive}) is older than the key folder (number {folder}): restore the \
                 newest keyset archive"
            ),
            Self::Parted { what } => write!(
                f,
                "this keyset archive and the key folder have parted ({what}), neither continues the other: find out \
                 which one the store was last run with, and set MEDOK_KEYS to a new folder to restore the archive there"
            ),
            Self::Backwards { what } => write!(
                f,
                "{what} than was last signed: the store is older than its keys; restore the newest data archive, or run \
                 `medok journal verify` to see what is missing"
            ),
            Self::Io {
                path,
                doing,
                source,
            } => write!(
                f,
                "could not {doing} {}: {source}; check that the disk has room and that the account Medok runs under \
                 owns the key folder",
                path.display()
            ),
        }
    }
}

impl std::error::Error for KeyringError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
