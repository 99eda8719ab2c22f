//! The demonstration: how its people sign in, and how it begins again.
//!
//! *Invariant*: what is emptied is a demonstration's store and nothing else. It was filled by `--demo` from empty, which a mark in
//! its folder says; it is a file in that folder; this process was started with `--demo` on an address of this machine, behind
//! no proxy. All of it is looked at when the reset is offered and again when the store is closed.

use std::fs::{self, OpenOptions};
use std::io::{IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kernel::Personal;
use platform::config::Settings;

use super::stop::{Stop, Stopper};
use crate::house::{FolderLock, StartError, database_file};
use crate::output::Output;

/// The file that says of a store that it was filled by a demonstration.
const MARK: &str = "demonstration";
/// The file of the links where no terminal shows them.
const LINKS: &str = "demonstration-links.txt";

/// A way into the demonstration.
pub struct Way {
    /// Who comes in by it.
    pub who: &'static str,
    /// The address, below the origin.
    pub address: Personal<String>,
}

/// Asks that the demonstration begin again: the site stops, and this says why.
#[derive(Clone, Debug)]
pub struct Reset {
    asked: Arc<AtomicBool>,
    stopper: Stopper,
}

impl Reset {
    /// One that stops this site.
    #[must_use]
    pub fn of(stop: &Stop) -> Self {
        Self {
            asked: Arc::default(),
            stopper: stop.stopper(),
        }
    }

    /// Asks.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::SeqCst);
        self.stopper.stop();
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn was_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Marks a store that was just filled from empty.
///
/// # Errors
/// The file cannot be written.
pub fn mark(settings: &Settings) -> Result<(), StartError> {
    let path = settings.data.join(MARK);
    let text = "This store was filled by `medok serve --demo`. Everything in it is fictional and may be emptied.\n";
    written(&path, text)
}

/// The file of a demonstration's store, if this is one that may be emptied.
#[must_use]
pub fn may_be_emptied(settings: &Settings) -> Option<PathBuf> {
    let file = database_file(settings)?;
    let stands_here = file.parent() == Some(settings.data.as_path());
    let alone = settings.listen.ip().is_loopback() && settings.trusted_proxies.is_empty();
    (stands_here && alone && settings.data.join(MARK).is_file()).then_some(file)
}

/// Empties a demonstration's store that was closed; the clinic's texts and photos stay. Gives the lock of its folder, which is
/// not let go between.
///
/// # Errors
/// It is no demonstration's, somebody else has it open, or a file cannot be removed.
pub fn empty(settings: &Settings) -> Result<FolderLock, StartError> {
    let file = may_be_emptied(settings).ok_or_else(|| {
        StartError::Setting(
            "this store was not filled by a demonstration on this machine: it is left as it is"
                .to_owned(),
        )
    })?;
    let lock = FolderLock::take(&settings.data)?;
    let keys = settings.key_folder();
    remove(&keys, fs::remove_dir_all(&keys))?;
    for ending in ["", "-wal", "-shm"] {
        let mut name = file.clone().into_os_string();
        name.push(ending);
        let path = PathBuf::from(name);
        remove(&path, fs::remove_file(&path))?;
    }
    for name in [LINKS, MARK] {
        let path = settings.data.join(name);
        remove(&path, fs::remove_file(&path))?;
    }
    Ok(lock)
}

fn remove(path: &Path, removed: std::io::Result<()>) -> Result<(), StartError> {
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StartError::folder(path, "remove")(error))
        }
        _ => Ok(()),
    }
}

/// Shows the ways in, once: on the terminal, or in a file of the owner's alone where there is none.
///
/// # Errors
/// The file cannot be written.
pub fn show(
    ways: &[Way],
    origin: &str,
    settings: &Settings,
    output: &Output,
) -> Result<(), StartError> {
    let lines: Vec<String> = ways
        .iter()
        .map(|way| format!("{}: {origin}{}", way.who, way.address.reveal()))
        .collect();
    if std::io::stdout().is_terminal() {
        for line in lines {
            output.line(line);
        }
        return Ok(());
    }
    let path = settings.data.join(LINKS);
    written(&path, &(lines.join("\n") + "\n"))?;
    tracing::info!(
        "the demonstration's sign-in links are in {}",
        path.display()
    );
    Ok(())
}

/// Writes a file for the owner alone.
fn written(path: &Path, text: &str) -> Result<(), StartError> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(StartError::folder(path, "write"))?;
    file.write_all(text.as_bytes())
        .map_err(StartError::folder(path, "write"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demo_in(folder: &Path) -> Settings {
        let settings = Settings {
            data: folder.join("data"),
            ..Settings::default()
        };
        fs::create_dir_all(settings.key_folder()).unwrap();
        fs::create_dir_all(settings.data.join("clinic")).unwrap();
        fs::write(settings.key_folder().join("kek"), "k").unwrap();
        fs::write(settings.data.join("medok.db"), "d").unwrap();
        settings
    }

    #[test]
    fn only_a_marked_store_of_this_machine_is_emptied() {
        let temp = tempfile::tempdir().unwrap();
        let settings = demo_in(temp.path());
        assert!(empty(&settings).is_err(), "not marked");
        mark(&settings).unwrap();
        let others = [
            Settings {
                listen: "0.0.0.0:8080".parse().unwrap(),
                ..settings.clone()
            },
            Settings {
                database_url: Some("postgres://localhost/medok".into()),
                ..settings.clone()
            },
            Settings {
                database_url: Some("sqlite:/elsewhere/medok.db".into()),
                ..settings.clone()
            },
            Settings {
                trusted_proxies: vec!["10.0.0.1".parse().unwrap()],
                ..settings.clone()
            },
        ];
        for other in others {
            assert!(empty(&other).is_err());
        }
        assert!(settings.data.join("medok.db").exists());
        let lock = FolderLock::take(&settings.data).unwrap();
        assert!(empty(&settings).is_err(), "somebody has it open");
        drop(lock);
        drop(empty(&settings).unwrap());
        assert!(!settings.data.join("medok.db").exists() && !settings.key_folder().exists());
        assert!(settings.data.join("clinic").is_dir(), "its texts stay");
        assert!(empty(&settings).is_err(), "emptied once");
    }

    #[test]
    fn links_go_to_a_file_of_the_owners_where_there_is_no_terminal() {
        use std::os::unix::fs::PermissionsExt;
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("links");
        written(&path, "a\n").unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
