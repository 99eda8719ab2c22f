//! The house as a process holds it: data folder locked, store migrated, texts read, vault open.
//!
//! *Invariant*: the lock is taken before the store is touched and given back after the store is closed.

mod error;
pub mod folder;
mod origin;
mod sample;
mod texts;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use clinic::booking::Booking;
use clinic::photos::Photos;
use clinic::submission::Submissions;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Clock, Fault};
use platform::config::Settings;
use platform::database::Database;
use trust::consent::ClinicTexts;
use trust::{Opening, Trust};

pub use error::StartError;
pub use folder::FolderLock;
pub use origin::journal_origin;
pub use sample::Sample;
pub(crate) use texts::propose;
pub use texts::{Published, photos_folder, publish_texts, texts_folder, write_samples};

use crate::seams;

/// An open house.
pub struct House {
    /// The settings it was opened with.
    pub settings: Arc<Settings>,
    /// The vault, the journal and all that acts share.
    pub trust: Trust,
    /// The clinic's own texts, as they stood at the opening.
    pub texts: Arc<ClinicTexts>,
    /// Photos of practitioners, as they lay in the folder at the opening.
    pub photos: Arc<Photos>,
    /// Booking.
    pub booking: Booking,
    /// Submissions of declared services.
    pub submissions: Submissions,
    /// Whether this opening made the store.
    pub fresh: bool,
    lock: Mutex<Option<FolderLock>>,
}

impl House {
    /// Opens the house, and makes what is missing of a new one: folders, tables, keys, sample texts.
    ///
    /// # Errors
    /// [`StartError`], each with what to do.
    pub async fn open(settings: Settings, clock: Clock) -> Result<Self, StartError> {
        folder::make(&settings.data)?;
        let lock = FolderLock::take(&settings.data)?;
        Self::open_locked(settings, clock, lock).await
    }

    /// The same with the lock already taken.
    ///
    /// # Errors
    /// [`StartError`], each with what to do.
    pub async fn open_locked(
        settings: Settings,
        clock: Clock,
        lock: FolderLock,
    ) -> Result<Self, StartError> {
        let origin = journal_origin(&settings)?;
        let fresh = !folder::has_entries(&settings.key_folder());
        // Texts that cannot be used stop the start before anything is made.
        if fresh {
            write_samples(&settings)?;
        }
        let texts = ClinicTexts::read(&texts_folder(&settings))?;
        let photos = Photos::read(&photos_folder(&settings));
        let database =
            Database::connect(&settings.database(), settings.database_connections).await?;
        let opened = Self::open_store(&settings, clock, origin, &database).await;
        let trust = match opened {
            Ok(trust) => trust,
            Err(error) => {
                // The refusal is the news; a connection that will not close adds nothing to it.
                let _ = database.close().await;
                return Err(error);
            }
        };
        if let Err(error) = trust.refresh_texts(&texts).await {
            // The folder's files count then, and the desk shows what was edited: somebody can mend it there.
            tracing::error!(%error, "a file edited on screen does not go with the others and is left out");
        }
        Ok(Self {
            booking: Booking::open(trust.clone(), settings.booking.clone()),
            submissions: Submissions::open(trust.clone()),
            settings: Arc::new(settings),
            trust,
            texts: Arc::new(texts),
            photos: Arc::new(photos),
            fresh,
            lock: Mutex::new(Some(lock)),
        })
    }

    async fn open_store(
        settings: &Settings,
        clock: Clock,
        origin: String,
        database: &Database,
    ) -> Result<Trust, StartError> {
        migrations::up(database.acts())
            .await
            .map_err(|error| Fault::from(error).during("bringing the store's tables up to date"))?;
        let opening = Opening {
            database: database.clone(),
            keys: settings.key_folder(),
            clock,
            origin,
            contexts: seams::contexts(),
        };
        Ok(Trust::open(opening).await?)
    }

    /// The clinic's zone: dates without a time are days there.
    ///
    /// # Errors
    /// The zone is unknown to the time zone database.
    pub fn zone(&self) -> Result<TimeZone, Fault> {
        seams::clinic_zone(self)
    }

    /// The day it is in the clinic.
    ///
    /// # Errors
    /// As [`zone`](Self::zone).
    pub fn today(&self) -> Result<Date, Fault> {
        Ok(self
            .trust
            .clock()
            .now()
            .timestamp()
            .to_zoned(self.zone()?)
            .date())
    }

    /// Closes the store and gives the lock back, whoever still has a hand on the house. Acts under way are waited
    /// for; later ones find the store closed.
    ///
    /// # Errors
    /// A connection could not be closed; then the lock stays until the house is dropped.
    pub async fn close(&self) -> Result<(), Fault> {
        self.trust.database().clone().close().await?;
        drop(
            self.lock
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        Ok(())
    }
}

/// The file of SQLite, if that is the database.
#[must_use]
pub fn database_file(settings: &Settings) -> Option<PathBuf> {
    let url = settings.database();
    let path = url.strip_prefix("sqlite:")?;
    Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
}

/// Refuses a command that needs a store where none was made: it would make an empty one.
///
/// # Errors
/// [`StartError::NoStore`].
pub fn require_store(settings: &Settings) -> Result<(), StartError> {
    let there = settings.data.is_dir() && database_file(settings).is_none_or(|file| file.is_file());
    if there {
        Ok(())
    } else {
        Err(StartError::NoStore(settings.data.clone()))
    }
}
