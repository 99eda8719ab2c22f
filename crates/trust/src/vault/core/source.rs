//! Where key files live. A file is either whole or not there: writes go to a side file, are flushed, renamed and the
//! folder is flushed too. Nothing that others on the machine may reach is read.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::error::KeyringError;

const OTHERS: u32 = 0o077;
const LARGEST: u64 = 4 << 20;

/// The door keys come through. One kind today: a folder of files. A folder of systemd credentials opens the same way
/// (read-only: adding or retiring keys then fails with the system's answer); an HSM will be another variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// A folder, mode 0700, of files, mode 0600.
    Folder(PathBuf),
}

impl From<&Path> for KeySource {
    fn from(path: &Path) -> Self {
        Self::Folder(path.to_owned())
    }
}

impl From<PathBuf> for KeySource {
    fn from(path: PathBuf) -> Self {
        Self::Folder(path)
    }
}

impl KeySource {
    /// The folder's path, for messages.
    #[must_use]
    pub fn path(&self) -> &Path {
        let Self::Folder(folder) = self;
        folder
    }

    /// Makes the folder, mode 0700, with those above it; an existing one is checked instead.
    pub(super) fn prepare(&self) -> Result<(), KeyringError> {
        let folder = self.path();
        match fs::metadata(folder) {
            Ok(_) => self.check(),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(folder)
                    .map_err(failed(folder, "create"))?;
                match folder.parent() {
                    Some(parent) if parent != Path::new("") => flush_folder(parent),
                    _ => flush_folder(Path::new(".")),
                }
            }
            Err(error) => Err(failed(folder, "look at")(error)),
        }
    }

    /// Refuses a missing folder, one that is not a folder, and one that others may reach.
    pub(super) fn check(&self) -> Result<(), KeyringError> {
        let folder = self.path();
        let metadata = fs::metadata(folder).map_err(|error| match error.kind() {
            ErrorKind::NotFound => KeyringError::NoFolder {
                folder: folder.to_owned(),
            },
            _ => failed(folder, "look at")(error),
        })?;
        if !metadata.is_dir() {
            return Err(KeyringError::WrongKindOfFile {
                path: folder.to_owned(),
            });
        }
        refuse_others(folder, metadata.permissions().mode(), true)
    }

    /// The names of all files, sorted.
    pub(super) fn names(&self) -> Result<Vec<String>, KeyringError> {
        let folder = self.path();
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed(folder, "list"))? {
            names.push(
                entry
                    .map_err(failed(folder, "list"))?
                    .file_name()
                    .to_string_lossy()
                    .into_owned(),
            );
        }
        names.sort();
        Ok(names)
    }

    /// A file's bytes; `None` if it is not there.
    pub(super) fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
        let path = self.path().join(name);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(&path, "open")(error)),
        };
        // Asked of the open file, so that it cannot be exchanged between the question and the reading.
        let metadata = file.metadata().map_err(failed(&path, "look at"))?;
        if !metadata.is_file() {
            return Err(KeyringError::WrongKindOfFile { path });
        }
        refuse_others(&path, metadata.permissions().mode(), false)?;
        if metadata.len() > LARGEST {
            return Err(KeyringError::Malformed {
                file: name.to_owned(),
                why: "far too long",
            });
        }
        let expected = usize::try_from(metadata.len()).expect("4 MiB fit in any address space");
        // Room for all of it at once: growing would leave copies of a key behind in freed memory.
        let mut bytes = Zeroizing::new(Vec::with_capacity(expected + 1));
        file.take(LARGEST)
            .read_to_end(&mut bytes)
            .map_err(failed(&path, "read"))?;
        Ok(Some(bytes))
    }

    /// Writes a file whole or not at all, mode 0600, and does not return before it is on the disk.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), KeyringError> {
        let (path, side) = (
            self.path().join(name),
            self.path().join(format!(".{name}.new")),
        );
        // A crash may have left it; whatever it holds was never in use.
        remove(&side)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&side)
            .map_err(failed(&side, "create"))?;
        file.write_all(bytes).map_err(failed(&side, "write"))?;
        file.sync_all().map_err(failed(&side, "flush"))?;
        fs::rename(&side, &path).map_err(failed(&path, "rename"))?;
        flush_folder(self.path())
    }

    /// Overwrites and deletes a file; one that is not there is fine. On journalling or copy-on-write file systems and
    /// on flash the overwriting may not reach every old copy: only deleting all copies of a key makes it gone.
    pub(super) fn erase(&self, name: &str) -> Result<(), KeyringError> {
        let path = self.path().join(name);
        match OpenOptions::new().write(true).open(&path) {
            Ok(mut file) => {
                let long = file
                    .metadata()
                    .map_err(failed(&path, "look at"))?
                    .len()
                    .min(LARGEST);
                let zeros = vec![0; usize::try_from(long).expect("4 MiB fit in any address space")];
                file.write_all(&zeros).map_err(failed(&path, "overwrite"))?;
                file.sync_all().map_err(failed(&path, "flush"))?;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed(&path, "overwrite")(error)),
        }
        remove(&path)?;
        flush_folder(self.path())
    }
}

fn refuse_others(path: &Path, mode: u32, folder: bool) -> Result<(), KeyringError> {
    if mode & OTHERS == 0 {
        Ok(())
    } else {
        Err(KeyringError::OpenToOthers {
            path: path.to_owned(),
            mode: mode & 0o7777,
            folder,
        })
    }
}

fn remove(path: &Path) -> Result<(), KeyringError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(path, "delete")(error)),
        _ => Ok(()),
    }
}

fn flush_folder(folder: &Path) -> Result<(), KeyringError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed(folder, "flush"))
}

fn failed<'a>(path: &'a Path, doing: &'static str) -> impl Fn(std::io::Error) -> KeyringError + 'a {
    move |source| KeyringError::Io {
        path: path.to_owned(),
        doing,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, KeySource) {
        let temp = tempfile::tempdir().unwrap();
        let source = KeySource::Folder(temp.path().join("deep/keys"));
        source.prepare().unwrap();
        (temp, source)
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_folder_and_its_files_are_for_the_owner_alone() {
        let (_temp, source) = folder();
        source.write("a.key", b"one").unwrap();
        source.write("a.key", b"two").unwrap();
        assert_eq!(
            (mode(source.path()), mode(&source.path().join("a.key"))),
            (0o700, 0o600)
        );
        assert_eq!(source.read("a.key").unwrap().unwrap().as_slice(), b"two");
        assert_eq!(source.names().unwrap(), ["a.key"]);
    }

    #[test]
    fn a_side_file_left_by_a_crash_is_replaced_even_if_it_was_open_to_others() {
        let (_temp, source) = folder();
        fs::write(source.path().join(".a.key.new"), b"half").unwrap();
        source.write("a.key", b"whole").unwrap();
        assert_eq!(source.read("a.key").unwrap().unwrap().as_slice(), b"whole");
        assert_eq!(
            (
                source.names().unwrap().len(),
                mode(&source.path().join("a.key"))
            ),
            (1, 0o600)
        );
    }

    #[test]
    fn any_group_or_world_bit_is_refused_with_the_command_that_helps() {
        let (_temp, source) = folder();
        source.write("a.key", b"one").unwrap();
        for bits in [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o644] {
            fs::set_permissions(
                source.path().join("a.key"),
                fs::Permissions::from_mode(bits),
            )
            .unwrap();
            let error = source.read("a.key").unwrap_err().to_string();
            assert!(
                error.contains("chmod 600") && error.contains(&format!("{bits:04o}")),
                "{error}"
            );
        }
        fs::set_permissions(source.path(), fs::Permissions::from_mode(0o710)).unwrap();
        let error = source.check().unwrap_err().to_string();
        assert!(error.contains("chmod 700"), "{error}");
        assert!(source.prepare().is_err());
    }

    #[test]
    fn reading_what_is_absent_and_erasing_it_twice_is_fine() {
        let (_temp, source) = folder();
        assert!(source.read("a.key").unwrap().is_none());
        source.write("a.key", b"one").unwrap();
        source.erase("a.key").unwrap();
        source.erase("a.key").unwrap();
        assert!(source.names().unwrap().is_empty());
    }

    #[test]
    fn erasing_overwrites_the_bytes_themselves() {
        let (temp, source) = folder();
        source.write("a.key", b"secret").unwrap();
        // A second name for the same bytes shows what became of them.
        let witness = temp.path().join("witness");
        fs::hard_link(source.path().join("a.key"), &witness).unwrap();
        source.erase("a.key").unwrap();
        assert_eq!(fs::read(witness).unwrap(), [0; 6]);
    }

    #[test]
    fn a_missing_folder_and_a_file_in_its_place_are_told_apart() {
        let temp = tempfile::tempdir().unwrap();
        let missing = KeySource::Folder(temp.path().join("none"));
        assert!(matches!(
            missing.check(),
            Err(KeyringError::NoFolder { .. })
        ));
        fs::write(temp.path().join("file"), b"").unwrap();
        let file = KeySource::Folder(temp.path().join("file"));
        assert!(matches!(
            file.check(),
            Err(KeyringError::WrongKindOfFile { .. })
        ));
    }
}
