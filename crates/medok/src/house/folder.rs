//! The data folder: made for the owner alone, and locked by whoever opens the store in it. The system gives the
//! lock back when its holder dies, however it dies.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::StartError;

/// The file that is locked. It holds the number of the process that locked it last.
pub const LOCK_FILE: &str = "medok.lock";

/// Bits that let group or world in.
const OTHERS: u32 = 0o077;

/// Makes the folder, mode 0700, with those above it. One that is there and open to others is warned of: its
/// rows are sealed, yet who is served when is not for everybody.
///
/// # Errors
/// It cannot be made, or is no folder.
pub fn make(data: &Path) -> Result<(), StartError> {
    match fs::metadata(data) {
        Ok(metadata) if !metadata.is_dir() => Err(StartError::folder(data, "use")(
            std::io::Error::from(std::io::ErrorKind::NotADirectory),
        )),
        Ok(_) => {
            if let Some(mode) = open_to_others(data) {
                tracing::warn!(
                    "the data folder {} can be reached by others (mode {mode:04o}): run `chmod 700 '{0}'`",
                    data.display()
                );
            }
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(data)
            .map_err(StartError::folder(data, "make")),
        Err(error) => Err(StartError::folder(data, "look at")(error)),
    }
}

/// The permission bits of a path, if they let group or world in.
#[must_use]
pub fn open_to_others(path: &Path) -> Option<u32> {
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o7777;
    (mode & OTHERS != 0).then_some(mode)
}

/// Whether a folder is there and holds anything.
#[must_use]
pub fn has_entries(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// The exclusive lock of a data folder, for as long as it lives.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock.
    ///
    /// # Errors
    /// [`StartError::InUse`] if another has it.
    pub fn take(data: &Path) -> Result<Self, StartError> {
        match Self::try_take(data)? {
            Ok(lock) => Ok(lock),
            Err(holder) => Err(StartError::InUse {
                data: data.to_owned(),
                holder,
            }),
        }
    }

    /// Takes the lock if it is free; gives the number of the process that has it, if that is known.
    ///
    /// # Errors
    /// The lock's file cannot be used.
    pub fn try_take(data: &Path) -> Result<Result<Self, Option<u32>>, StartError> {
        let path = data.join(LOCK_FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(StartError::folder(&path, "open"))?;
        match file.try_lock() {
            Ok(()) => {
                let written = file
                    .set_len(0)
                    .and_then(|()| file.rewind())
                    .and_then(|()| writeln!(file, "{}", std::process::id()));
                written.map_err(StartError::folder(&path, "write"))?;
                Ok(Ok(Self { _file: file }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // Only a courtesy: the number may be half-written.
                let _ = file.read_to_string(&mut text);
                Ok(Err(text.trim().parse().ok()))
            }
            Err(TryLockError::Error(error)) => Err(StartError::folder(&path, "lock")(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_made_for_the_owner_alone_and_an_open_one_is_noticed() {
        let temp = tempfile::tempdir().unwrap();
        let data = temp.path().join("deep/data");
        make(&data).unwrap();
        assert_eq!((open_to_others(&data), has_entries(&data)), (None, false));
        fs::set_permissions(&data, fs::Permissions::from_mode(0o750)).unwrap();
        make(&data).unwrap();
        assert_eq!(open_to_others(&data), Some(0o750));
        fs::write(temp.path().join("file"), "").unwrap();
        assert!(matches!(
            make(&temp.path().join("file")),
            Err(StartError::Folder { .. })
        ));
    }

    #[test]
    fn one_at_a_time_holds_the_lock_and_says_who_it_is() {
        let temp = tempfile::tempdir().unwrap();
        let lock = FolderLock::take(temp.path()).unwrap();
        let refused = FolderLock::take(temp.path()).unwrap_err().to_string();
        assert!(
            refused.contains(&format!("process {}", std::process::id())),
            "{refused}"
        );
        drop(lock);
        FolderLock::take(temp.path()).unwrap();
    }
}
