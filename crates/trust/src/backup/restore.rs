//! Restoring: any data archive, the newest keyset, an empty store.
//!
//! Everything is checked before anything is written: the manifests' signatures, both archives' hashes, that
//! the keyset is the newest one known here, that no destruction is missing. Then the rows are loaded in one
//! transaction, the key folder is put in place (newer wins), and [`finish`](super::finish) does the rest.
//!
//! What it cannot find out: where no key folder is left, the signing key itself comes out of the archive, so
//! whoever can replace the whole folder and knows a recipient can bring a store of their own. Its key is in
//! [`Restored::journal_key`], to be compared with one written down; or pass it in [`Restoring::journal_key`].

use std::path::PathBuf;
use std::sync::Arc;

use kernel::Clock;
use platform::database::Database;
use sea_orm::TransactionTrait;
use serde::{Deserialize, Serialize};

use super::error::RestoreError;
use super::finish::{self, Plan, Signed};
use super::identity::Identity;
use super::load::{Loaded, Loading};
use super::manifest::{Found, Manifest};
use super::rows;
use super::seal::What;
use super::unseal::{Part, Parts};
use crate::journal::core::note::LogKey;
use crate::vault::core::Contents;
use crate::vault::{Archive, Keyring, SignedState};
use crate::{Context, Trust};

/// What is needed to restore.
pub struct Restoring {
    /// The folder of the backups: at least one data archive, the newest keyset archive, their manifests.
    pub folder: PathBuf,
    /// Which data archive, by its time (`20260203T040506Z`); the newest if absent.
    pub data: Option<String>,
    /// The secret half of a recipient.
    pub identity: Identity,
    /// An empty store, migrated to the shape the archive has.
    pub database: Database,
    /// The key folder: absent, empty, or that of the same operator.
    pub keys: PathBuf,
    /// The time.
    pub clock: Clock,
    /// The clinic's rooms: each erases what it holds about the destroyed. They cannot open anything of them.
    pub contexts: Vec<Arc<dyn Context>>,
    /// The journal's public key, if it was written down (`name+hash+base64`, C2SP signed-note).
    pub journal_key: Option<String>,
}

/// What a restore did. [`unreadable`](Self::unreadable) above zero is a loss that somebody must look into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The time of the data archive.
    pub data: String,
    /// The time of the keyset archive.
    pub keys: String,
    /// Rows written.
    pub rows: u64,
    /// Persons who live.
    pub persons: u64,
    /// Persons of the archive who were destroyed after it was made, and are not there.
    pub destroyed: u64,
    /// Destructions carried out again.
    pub destructions_again: u64,
    /// Keys of persons who came after the data archive: dropped, nothing of theirs is left.
    pub keys_dropped: u64,
    /// Persons whose key is missing though no destruction covers them: their data cannot be opened any more.
    pub unreadable: u64,
    /// Persons whose index rows could not be written, because a sealed value is not what was written.
    pub unindexed: u64,
    /// Sessions of staff that were ended: everybody signs in anew.
    pub sessions_ended: u64,
    /// What became of the journal.
    pub journal: JournalAfter,
    /// The journal's public key (C2SP signed-note).
    pub journal_key: String,
}

/// The journal after a restore (decision 0003).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JournalAfter {
    /// Nothing that was signed is missing: the same log goes on.
    Continued {
        /// Its origin.
        origin: String,
    },
    /// Signed entries are missing, or may be: a new log, whose first own entry names the end of the old one.
    Begun {
        /// Its origin.
        origin: String,
        /// The old log, which ended there.
        old_origin: String,
        /// Entries signed in the old log.
        old_size: u64,
        /// Entries that both have.
        from_size: u64,
        /// Signed entries that are missing; unknown where the key folder was lost too, or the data archive is of a
        /// log still older.
        lost: Option<u64>,
    },
}

impl Trust {
    /// Restores a backup into an empty store, or goes on with a restore that was interrupted. The house is not
    /// open afterwards: [`Trust::open`] opens it.
    ///
    /// # Errors
    /// [`RestoreError`], each with what to do. Before the rows are committed the store stays empty; after that
    /// it does not open until a restore has ended.
    pub async fn restore(restoring: Restoring) -> Result<Restored, RestoreError> {
        let plan = match finish::plan_of(restoring.database.reads()).await? {
            Some(plan) => {
                put_keys_again(&restoring, &plan).await?;
                plan
            }
            None => load(&restoring).await?,
        };
        finish::finish(&restoring, plan).await
    }
}

async fn load(restoring: &Restoring) -> Result<Plan, RestoreError> {
    let Restoring {
        folder,
        database,
        identity,
        ..
    } = restoring;
    let dialect = database.dialect();
    super::load::refuse_used(
        database.reads(),
        &rows::tables(database.reads(), dialect).await?,
    )
    .await?;
    let chosen = Chosen::find(restoring).await?;
    let (data, newest) = (&chosen.data, &chosen.newest);
    let keys = data_shape(restoring, data).await.and(Ok(&newest.keys))?;
    let operator = newest.state.operator;
    let witnessed = Keyring::last_signed(restoring.keys.clone())?.is_some();
    let state =
        Keyring::may_restore(restoring.keys.clone(), &chosen.archive, Some(operator))?.signed;
    let signed = Signed { state, witnessed };

    let db = database.acts().begin_with_options(dialect.begin()).await?;
    let mut loading = Loading::begin(&db, dialect).await?;
    let parts = Parts::open(keys.path(folder), What::Keys, identity.clone());
    let destructions = loading.keys(parts).await?;
    if destructions != newest.state.destructions {
        return Err(RestoreError::damaged(
            &keys.file,
            "it has not as many destructions as it says",
        ));
    }
    let mut parts = Parts::open(data.data.path(folder), What::Data, identity.clone());
    check_head(&mut parts, data).await?;
    loading.data(parts).await?;
    let now = restoring.clock.now();
    let (loaded, again) = loading.settle(now.micros()).await?;
    let journal = finish::decide(&db, &data.state.journal, &data.data.file, &signed, now).await?;
    let plan = Plan::new(data.state.stamp(), &newest.state, journal, loaded, again);
    plan.mark(&db, now).await?;
    db.commit().await?;
    // After the rows: a restore that failed before them must not find its own keys and take them for a witness.
    put_keys(restoring, &plan, &chosen.archive)?;
    Ok(plan)
}

fn put_keys(restoring: &Restoring, plan: &Plan, archive: &Archive) -> Result<(), RestoreError> {
    Keyring::restore(restoring.keys.clone(), archive, Some(plan.operator))?;
    Ok(())
}

/// An interrupted restore may not have come to the keys.
async fn put_keys_again(restoring: &Restoring, plan: &Plan) -> Result<(), RestoreError> {
    let there = Keyring::open(restoring.keys.clone(), Some(plan.operator));
    if there.is_ok_and(|keyring| keyring.keyset().number >= plan.keyset) {
        return Ok(());
    }
    let chosen = Chosen::find(restoring).await?;
    if chosen.newest.state.stamp() != plan.keys {
        return Err(RestoreError::NoKeys(format!("keys-{}.age", plan.keys)));
    }
    put_keys(restoring, plan, &chosen.archive)
}

/// The archives that will be read, checked.
struct Chosen {
    data: Manifest,
    newest: Manifest,
    archive: Archive,
}

impl Chosen {
    async fn find(restoring: &Restoring) -> Result<Self, RestoreError> {
        let folder = &restoring.folder;
        let mut all = Found::all(folder)?;
        let newest = all
            .last()
            .map(|found| found.manifest.clone())
            .ok_or_else(|| RestoreError::NoBackup(folder.clone()))?;
        if !newest.keys.path(folder).exists() {
            return Err(RestoreError::NoKeys(newest.keys.file));
        }
        newest.keys.check(folder).await?;
        let archive = key_files(restoring, &newest).await?;
        let contents = Contents::read(&archive)?;
        if (contents.keyset.number, contents.keyset.operator)
            != (newest.state.keyset, newest.state.operator)
        {
            return Err(RestoreError::damaged(
                &newest.keys.file,
                "its keyset is not the one its manifest names",
            ));
        }
        for found in &all {
            if found.manifest.state.operator != newest.state.operator {
                return Err(RestoreError::foreign(
                    found.file(),
                    "it is of another operator",
                ));
            }
            found.verify(&contents.journal_seed)?;
        }
        check_key(restoring, &newest, &contents)?;
        check_destructions(restoring, &all, &newest, &contents.signed)?;
        let data = take_data(restoring, &mut all)?;
        data.data.check(folder).await?;
        Ok(Self {
            data,
            newest,
            archive,
        })
    }
}

/// The files of the key folder, out of the keyset archive.
async fn key_files(restoring: &Restoring, newest: &Manifest) -> Result<Archive, RestoreError> {
    let mut parts = Parts::open(
        newest.keys.path(&restoring.folder),
        What::Keys,
        restoring.identity.clone(),
    );
    check_head(&mut parts, newest).await?;
    let mut archive = Archive::new();
    loop {
        match parts.next().await? {
            Part::File(name, bytes) => archive.push((name, bytes)),
            _ => return Ok(archive),
        }
    }
}

/// The archive must say of itself what the manifest says.
async fn check_head(parts: &mut Parts, manifest: &Manifest) -> Result<(), RestoreError> {
    match parts.next().await? {
        Part::Head(head) if head.state == manifest.state => Ok(()),
        _ => Err(RestoreError::damaged(
            parts.file(),
            "it is of another backup than its manifest",
        )),
    }
}

/// The signing key must be the one that was written down, where one was.
fn check_key(
    restoring: &Restoring,
    newest: &Manifest,
    contents: &Contents,
) -> Result<(), RestoreError> {
    let Some(expected) = &restoring.journal_key else {
        return Ok(());
    };
    // The name in it is that of a log, and there may have been several since it was written down.
    let name = expected.split('+').next().unwrap_or_default();
    let key = LogKey::from_seed(name, &contents.journal_seed);
    if key.is_ok_and(|key| key.verifier().to_string() == expected.trim()) {
        Ok(())
    } else {
        Err(RestoreError::foreign(
            &newest.keys.file,
            "its journal is signed with another key than the one given",
        ))
    }
}

/// No restore brings back a destroyed person: the keyset archive must know of every destruction that the key
/// folder or any manifest knows of.
fn check_destructions(
    restoring: &Restoring,
    all: &[Found],
    newest: &Manifest,
    signed: &SignedState,
) -> Result<(), RestoreError> {
    let folder =
        Keyring::last_signed(restoring.keys.clone())?.map_or(0, |signed| signed.destructions);
    let manifests = all
        .iter()
        .map(|found| found.manifest.state.destructions)
        .max()
        .unwrap_or(0);
    let known = folder.max(manifests).max(signed.destructions);
    let archive = newest.state.destructions;
    if archive < known {
        Err(RestoreError::FewerDestructions { known, archive })
    } else {
        Ok(())
    }
}

fn take_data(restoring: &Restoring, all: &mut Vec<Found>) -> Result<Manifest, RestoreError> {
    let there = |found: &Found| found.manifest.data.path(&restoring.folder).exists();
    let found = match &restoring.data {
        Some(asked) => all
            .iter()
            .position(|found| found.manifest.state.stamp() == *asked && there(found)),
        None => (0..all.len())
            .filter(|index| there(&all[*index]))
            .max_by_key(|index| all[*index].manifest.state.at),
    };
    let name = restoring.data.as_ref().map_or_else(
        || "data archive".to_owned(),
        |asked| format!("data-{asked}.age"),
    );
    found
        .map(|index| all.swap_remove(index).manifest)
        .ok_or(RestoreError::NoData(name))
}

/// Rows go into the very tables they came from: a migration that moves data would find none to move.
async fn data_shape(restoring: &Restoring, data: &Manifest) -> Result<(), RestoreError> {
    let store = rows::migrations(restoring.database.reads()).await?;
    if store == data.state.migrations {
        return Ok(());
    }
    Err(RestoreError::OtherShape {
        archive: data.state.migrations.clone(),
        store,
        made_by: data.state.made_by.clone(),
    })
}

impl Restored {
    pub(super) fn new(
        plan: &Plan,
        journal: JournalAfter,
        unindexed: u64,
        journal_key: String,
    ) -> Self {
        let Loaded {
            rows,
            persons,
            destroyed,
            keys_dropped,
            unreadable,
            sessions_ended,
        } = plan.loaded;
        Self {
            data: plan.data.clone(),
            keys: plan.keys.clone(),
            rows,
            persons,
            destroyed,
            destructions_again: plan.carried_out_again,
            keys_dropped,
            unreadable,
            unindexed,
            sessions_ended,
            journal,
            journal_key,
        }
    }
}
