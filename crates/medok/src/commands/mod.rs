//! Commands on an open house. Each is one message, so that the serving process carries it out exactly as a
//! process of its own would.

mod backup;
mod file;
mod import;
mod journal;
mod keys;
mod policy;
pub mod receipts;
pub mod staff;

use std::path::PathBuf;

use jiff::civil::Date;
use kernel::{Clock, Fault, Language};
use platform::config::Settings;
use serde::{Deserialize, Serialize};

use crate::doctor;
use crate::house::{self, FolderLock, House, StartError};
use crate::output::Output;
use crate::socket;

/// A command. Paths in it are absolute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Propose a version of the policy.
    PolicyPublish {
        /// The text.
        file: PathBuf,
        /// The first day in force; at once if absent.
        effective: Option<Date>,
        /// Its language.
        language: Language,
    },
    /// Wrap all keys anew.
    KeysRotate {
        /// Also rebuild the indexes.
        index: bool,
    },
    /// Write a backup.
    Backup {
        /// Into which folder.
        folder: PathBuf,
    },
    /// Check the journal against the store.
    JournalVerify,
    /// Look whether all is well.
    Doctor,
    /// Make an account.
    StaffAdd(Box<staff::StaffAdd>),
    /// Replace the catalogue.
    Import {
        /// The file.
        file: PathBuf,
        /// Only look.
        dry_run: bool,
    },
}

/// Carries a command out: in the serving process if there is one, else in a house opened for it. Gives whether all
/// is well.
///
/// # Errors
/// The house does not open, or the command could not be done.
pub async fn run(
    settings: Settings,
    clock: Clock,
    command: Command,
    output: &Output,
) -> Result<bool, StartError> {
    if command != Command::Doctor {
        house::require_store(&settings)?;
    } else if !settings.data.is_dir() {
        return Ok(doctor::outside(&settings, clock, output).await);
    }
    let lock = match FolderLock::try_take(&settings.data)? {
        Ok(lock) => lock,
        Err(holder) => return socket::ask(&settings.data, holder, &command, output).await,
    };
    // These look at what does not open, too; the lock keeps others from changing it meanwhile.
    match command {
        Command::Doctor => {
            let well = doctor::outside(&settings, clock, output).await;
            drop(lock);
            return Ok(well);
        }
        Command::JournalVerify => {
            let sound = journal::verify_offline(&settings, output).await;
            drop(lock);
            return sound;
        }
        _ => {}
    }
    let house = House::open_locked(settings, clock, lock).await?;
    let done = execute(&house, command, output).await;
    house.close().await?;
    Ok(done?)
}

/// Carries a command out on an open house. Gives whether all is well.
///
/// # Errors
/// It could not be done; the text says what to do.
pub async fn execute(house: &House, command: Command, output: &Output) -> Result<bool, Fault> {
    match command {
        Command::PolicyPublish {
            file,
            effective,
            language,
        } => policy::publish(house, &file, effective, language, output)
            .await
            .map(|()| true),
        Command::KeysRotate { index } => keys::rotate(house, index, output).await.map(|()| true),
        Command::Backup { folder } => backup::backup(house, &folder, output).await.map(|()| true),
        Command::JournalVerify => journal::verify(house, output).await,
        Command::Doctor => Ok(doctor::inside(house, output).await),
        Command::StaffAdd(new) => staff::add(house, *new, output).await.map(|()| true),
        Command::Import { file, dry_run } => import::import(house, &file, dry_run, output).await,
    }
}
