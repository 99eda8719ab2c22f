//! `medok restore`: a backup into an empty store. Interrupted, it goes on when run again.

use std::path::PathBuf;

use kernel::{Clock, Fault};
use platform::config::Settings;
use platform::database::Database;
use trust::Trust;
use trust::backup::{Identity, JournalAfter, RestoreError, Restored, Restoring};

use crate::house::{FolderLock, StartError, folder, texts_folder};
use crate::output::Output;
use crate::seams;

/// The variable that holds the secret half of a recipient, or names the file that does.
pub const IDENTITY: &str = "MEDOK_IDENTITY";

/// What to restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restore {
    /// The folder of the backups.
    pub folder: PathBuf,
    /// The file with the secret half of a recipient; the variable [`IDENTITY`] if absent.
    pub identity: Option<PathBuf>,
    /// Which data archive, by its time; the newest if absent.
    pub archive: Option<String>,
    /// The journal's public key, if it was written down.
    pub journal_key: Option<String>,
}

/// Restores and tells what was done. Gives whether nothing was lost.
///
/// # Errors
/// The archives or the key do not fit, or the target is in use or not empty; the text says what to do.
pub async fn restore(
    settings: Settings,
    clock: Clock,
    what: Restore,
    output: &Output,
) -> Result<bool, StartError> {
    let identity = identity(what.identity)?;
    folder::make(&settings.data)?;
    let _lock = FolderLock::take(&settings.data)?;
    let database = Database::connect(&settings.database(), settings.database_connections).await?;
    migrations::up(database.acts())
        .await
        .map_err(|error| Fault::from(error).during("making the store's tables"))?;
    let restored = Trust::restore(Restoring {
        folder: what.folder,
        data: what.archive,
        identity,
        database: database.clone(),
        keys: settings.key_folder(),
        clock,
        contexts: seams::contexts(),
        journal_key: what.journal_key,
    })
    .await;
    let closed = database.close().await;
    let restored = restored.map_err(failed)?;
    closed?;
    tell(&restored, output);
    if !texts_folder(&settings).is_dir() {
        output.line(format_args!(
            "next: put the clinic's texts back into {}; they are in no archive",
            texts_folder(&settings).display()
        ));
    }
    Ok(restored.unreadable == 0)
}

fn identity(file: Option<PathBuf>) -> Result<Identity, StartError> {
    let given = match file {
        Some(file) => file.to_string_lossy().into_owned(),
        None => std::env::var(IDENTITY).map_err(|_| {
            StartError::Setting(format!(
                "the archives are encrypted: name the file with the secret half of a recipient with --identity, or put it into {IDENTITY}"
            ))
        })?,
    };
    Identity::read(&given).map_err(failed)
}

fn failed(error: RestoreError) -> StartError {
    StartError::Fault(error.into())
}

fn tell(restored: &Restored, output: &Output) {
    output.line(format_args!(
        "restored  data of {}, keys of {}",
        restored.data, restored.keys
    ));
    output.line(format_args!(
        "rows      {}, persons {}",
        restored.rows, restored.persons
    ));
    if restored.destroyed + restored.destructions_again > 0 {
        output.line(format_args!(
            "destroyed since the data archive, and not brought back: {} persons; destructions carried out again: {}",
            restored.destroyed, restored.destructions_again
        ));
    }
    if restored.keys_dropped > 0 {
        output.line(format_args!(
            "came after the data archive, and are lost with it: {} persons",
            restored.keys_dropped
        ));
    }
    if restored.unreadable + restored.unindexed > 0 {
        output.line(format_args!(
            "LOST: {} persons have no key, {} could not be indexed; run `medok journal verify`",
            restored.unreadable, restored.unindexed
        ));
    }
    output.line(format_args!(
        "sessions  {} ended: everybody signs in anew",
        restored.sessions_ended
    ));
    match &restored.journal {
        JournalAfter::Continued { origin } => {
            output.line(format_args!("journal   {origin}, continued"))
        }
        JournalAfter::Begun {
            origin,
            old_origin,
            old_size,
            from_size,
            lost,
        } => {
            let lost = lost.map_or_else(
                || String::from("it is not known how many"),
                |lost| lost.to_string(),
            );
            output.line(format_args!(
                "journal   {origin}, begun anew: {old_origin} was signed at {old_size} entries, {from_size} are here; lost: {lost}"
            ));
        }
    }
    output.line(format_args!("key       {}", restored.journal_key));
}
