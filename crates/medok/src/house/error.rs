//! Why the house did not open. Each says what to do.

use std::fmt;
use std::io;
use std::path::PathBuf;

use kernel::Fault;
use platform::config::SettingsError;
use trust::HouseError;
use trust::consent::TextProblems;

/// Why the house did not open, or a command was not begun.
#[derive(Debug)]
pub enum StartError {
    /// The settings cannot be used.
    Settings(SettingsError),
    /// One setting cannot be used, in words.
    Setting(String),
    /// Another process has the data folder.
    InUse {
        /// The folder.
        data: PathBuf,
        /// The process, if it wrote its number down.
        holder: Option<u32>,
    },
    /// There is no store here.
    NoStore(PathBuf),
    /// A folder or a file of the data folder cannot be used.
    Folder {
        /// The path.
        path: PathBuf,
        /// What was being done, for instance `make`.
        doing: &'static str,
        /// The system's answer.
        source: io::Error,
    },
    /// The clinic's texts cannot be used.
    Texts(TextProblems),
    /// The keys or the journal do not fit the store.
    House(HouseError),
    /// The system refused what a process begins with.
    Process(io::Error),
    /// Anything else.
    Fault(Fault),
}

impl StartError {
    pub(crate) fn folder(
        path: &std::path::Path,
        doing: &'static str,
    ) -> impl Fn(io::Error) -> Self {
        move |source| Self::Folder {
            path: path.to_owned(),
            doing,
            source,
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(error) => error.fmt(f),
            Self::Setting(words) => f.write_str(words),
            Self::InUse { data, holder } => {
                let who = holder.map_or_else(
                    || String::from("another process"),
                    |pid| format!("process {pid}"),
                );
                write!(
                    f,
                    "the data folder {} is in use by {who}; stop it first, or name another folder with --data",
                    data.display()
                )
            }
            Self::NoStore(data) => write!(
                f,
                "there is no store in {}; make one with `medok init`, or name its folder with --data",
                data.display()
            ),
            Self::Folder {
                path,
                doing,
                source,
            } => write!(
                f,
                "could not {doing} {}: {source}; check that the disk has room and that the account Medok runs under \
                 owns the data folder",
                path.display()
            ),
            Self::Texts(problems) => problems.fmt(f),
            Self::House(error) => error.fmt(f),
            Self::Process(error) => write!(f, "the system refused to start: {error}"),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for StartError {}

impl From<SettingsError> for StartError {
    fn from(error: SettingsError) -> Self {
        Self::Settings(error)
    }
}

impl From<TextProblems> for StartError {
    fn from(problems: TextProblems) -> Self {
        Self::Texts(problems)
    }
}

impl From<HouseError> for StartError {
    fn from(error: HouseError) -> Self {
        Self::House(error)
    }
}

impl From<Fault> for StartError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
