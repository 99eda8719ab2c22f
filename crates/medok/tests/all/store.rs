//! A store in a folder of its own, and the binary run over it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A folder for a store; gone when dropped.
pub struct Store {
    temp: TempDir,
    data: PathBuf,
}

/// What a run of the binary gave.
#[derive(Debug)]
pub struct Ran {
    /// Whether it ended with 0.
    pub well: bool,
    /// Standard output.
    pub said: String,
    /// Standard error.
    pub complained: String,
}

impl Store {
    /// A folder in which nothing is made yet.
    pub fn nowhere() -> Self {
        Self::at("data")
    }

    /// The same, the data folder at this place below.
    pub fn at(place: &str) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let data = temp.path().join(place);
        Self { temp, data }
    }

    /// A store that `medok init` made.
    pub fn made() -> Self {
        let store = Self::nowhere();
        let ran = store.run(["init"]);
        assert!(ran.well, "{ran:?}");
        store
    }

    pub fn data(&self) -> &Path {
        &self.data
    }

    pub fn keys(&self) -> PathBuf {
        platform::config::key_folder_beside(&self.data)
    }

    /// A file beside the store.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.temp.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn run<W: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = W>) -> Ran {
        self.run_with(words, [])
    }

    /// Runs the binary with variables beside `--data`; no other variable reaches it.
    pub fn run_with<'a, W: AsRef<OsStr>>(
        &self,
        words: impl IntoIterator<Item = W>,
        variables: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
    ) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_medok"))
            .args(words)
            .arg("--data")
            .arg(&self.data)
            .current_dir(self.temp.path())
            .env_clear()
            .envs(variables)
            .output()
            .unwrap();
        Ran {
            well: output.status.success(),
            said: String::from_utf8(output.stdout).unwrap(),
            complained: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Asserts a refusal: no success, and every line on standard error the program's own, holding these words.
    pub fn refused(&self, words: &[&str]) {
        assert!(!self.well, "{self:?}");
        assert!(
            self.complained
                .lines()
                .all(|line| line.starts_with("medok: ")),
            "{self:?}"
        );
        for word in words {
            assert!(self.complained.contains(word), "no {word:?} in {self:?}");
        }
    }

    /// Asserts success and these words on standard output.
    pub fn told(&self, words: &[&str]) {
        assert!(self.well && self.complained.is_empty(), "{self:?}");
        for word in words {
            assert!(self.said.contains(word), "no {word:?} in {self:?}");
        }
    }
}
