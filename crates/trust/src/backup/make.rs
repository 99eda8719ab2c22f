//! Making a backup: one state of the database, its keys apart, a manifest signed last.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use kernel::{Fault, Moment, Outcome, Scope, Stop};
use platform::database::Dialect;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement, TransactionTrait};
use serde_json::json;
use zeroize::Zeroizing;

use super::error::BackupError;
use super::manifest::{Listed, Manifest};
use super::rows::{self, Table};
use super::seal::{Sealed, Sealing, What};
use super::state::{JournalState, State, stamp, tree_of};
use crate::Trust;
use crate::journal::Kind;
use crate::vault::Archive;

/// What the data archive never holds.
pub(super) const NEVER_IN_DATA: [&str; 2] = ["blind_index", "person_key"];
/// What the keyset archive holds, in this order: who was destroyed is known before any key is read.
pub(super) const WITH_KEYS: [&str; 3] = ["destruction", "destruction_person", "person_key"];
/// Tries to read keys and rows that belong together, while a rotation runs.
const TRIES: u32 = 3;

/// A backup, on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// When, as its files carry it: `20260203T040506Z`.
    pub time: String,
    /// The data archive.
    pub data: PathBuf,
    /// The keyset archive: to be kept apart from the data, and only as long as it is the newest.
    pub keys: PathBuf,
    /// What they are.
    pub manifest: PathBuf,
    /// The same, signed (C2SP signed-note).
    pub note: PathBuf,
    /// Rows in the data archive.
    pub rows: u64,
    /// Entries of the journal in it.
    pub journal_size: u64,
    /// Destructions carried out by then.
    pub destructions: u64,
    /// The number of the keyset.
    pub keyset: u64,
}

impl Trust {
    /// Writes a backup into a folder, encrypted to age recipients (`age1…`). The act that says so comes first
    /// and is in it.
    ///
    /// # Errors
    /// [`BackupError`], each with what to do; then no manifest was written.
    pub async fn backup(
        &self,
        folder: &Path,
        recipients: &[String],
    ) -> Result<Backup, BackupError> {
        let keys = parse(recipients)?;
        prepare(folder)?;
        let at = self.0.clock.now();
        let files = Files::of(folder, at);
        files.refuse_present()?;
        self.record_backup(at, recipients).await?;
        self.sign_for_backup().await?;
        for _ in 0..TRIES {
            match self.write_archives(&files, at, &keys).await {
                Ok(Some(backup)) => return Ok(backup),
                Ok(None) => files.remove_sides(),
                Err(error) => {
                    files.remove_sides();
                    return Err(error);
                }
            }
        }
        Err(BackupError::Rotating)
    }

    async fn record_backup(&self, at: Moment, recipients: &[String]) -> Result<(), Fault> {
        let recipients = recipients.to_vec();
        let done: Outcome<(), ()> = self
            .act("backup.make", Scope::console(), move |act| {
                let recipients = recipients.clone();
                Box::pin(async move {
                    Ok(act.record(
                        Kind::BackupMade,
                        json!({ "time": stamp(at), "recipients": recipients }),
                    )?)
                })
            })
            .await;
        done.map_err(|stop| match stop {
            Stop::Refused(()) => Fault::broken("the record of a backup was refused"),
            Stop::Fault(fault) => fault,
        })
    }

    /// The signer on its cadence may have signed a larger tree in the same moment; then there is more to sign.
    async fn sign_for_backup(&self) -> Result<(), Fault> {
        let mut tries = 1;
        loop {
            match self.sign_checkpoint().await {
                Err(_) if tries < TRIES => tokio::time::sleep(Duration::from_millis(50)).await,
                signed => return signed.map(|_| ()),
            }
            tries += 1;
        }
    }

    /// `None`: keys changed between the reading of the folder and that of the rows.
    async fn write_archives(
        &self,
        files: &Files,
        at: Moment,
        recipients: &[age::x25519::Recipient],
    ) -> Result<Option<Backup>, BackupError> {
        let (keyset, archive) = {
            let keyring = self.0.keyring();
            (
                keyring.keyset().clone(),
                keyring.snapshot().map_err(Fault::from)?,
            )
        };
        // After the keys: what the folder remembers as signed is then in the rows.
        let db = self.0.database.reads().begin().await.map_err(Fault::from)?;
        let dialect = self.0.database.dialect();
        if let Some(one_state) = dialect.one_state() {
            db.execute_unprepared(one_state)
                .await
                .map_err(Fault::from)?;
        }
        let live: BTreeSet<u32> = keyset
            .live()
            .filter(|key| key.kind == crate::vault::core::KeyKind::Kek)
            .map(|key| key.number)
            .collect();
        let used = used_keks(&db).await?;
        if !used.is_subset(&live) || self.0.keyring().keyset().number != keyset.number {
            return Ok(None);
        }
        let (size, root) = tree_of(&db).await?;
        let state = State {
            operator: self.0.operator.uuid(),
            at: at.micros(),
            made_by: env!("CARGO_PKG_VERSION").to_owned(),
            journal: JournalState {
                origin: self.0.journal.key().name().to_owned(),
                size,
                root,
            },
            destructions: rows::number(
                &db,
                "SELECT count(*) FROM destruction WHERE removed_at IS NOT NULL",
            )
            .await?,
            keyset: keyset.number,
            migrations: rows::migrations(&db).await?,
        };
        let snapshot = Snapshot {
            db: &db,
            dialect,
            tables: rows::tables(&db, dialect).await?,
            state: &state,
        };
        let keys = snapshot
            .keys(&files.side(&files.keys), recipients, archive)
            .await?;
        let data = snapshot.data(&files.side(&files.data), recipients).await?;
        db.rollback().await.map_err(Fault::from)?;
        self.publish(files, state, &data, &keys).map(Some)
    }

    fn publish(
        &self,
        files: &Files,
        state: State,
        data: &Sealed,
        keys: &Sealed,
    ) -> Result<Backup, BackupError> {
        let listed = |path: &Path, sealed: &Sealed| Listed {
            file: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            sha256: sealed.sha256.clone(),
            bytes: sealed.bytes,
        };
        let manifest = Manifest::new(state, listed(&files.data, data), listed(&files.keys, keys));
        let note = manifest.sign(self.0.journal.key()).map_err(Fault::from)?;
        files.put(&files.data)?;
        files.put(&files.keys)?;
        files.write(&files.note, &note)?;
        // Last: without it the rest is no backup.
        files.write(&files.manifest, &manifest.text())?;
        Ok(Backup {
            time: manifest.state.stamp(),
            data: files.data.clone(),
            keys: files.keys.clone(),
            manifest: files.manifest.clone(),
            note: files.note.clone(),
            rows: data.totals.rows,
            journal_size: manifest.state.journal.size,
            destructions: manifest.state.destructions,
            keyset: manifest.state.keyset,
        })
    }
}

/// One state of the database.
struct Snapshot<'a> {
    db: &'a DatabaseTransaction,
    dialect: Dialect,
    tables: Vec<Table>,
    state: &'a State,
}

impl Snapshot<'_> {
    async fn keys(
        &self,
        path: &Path,
        recipients: &[age::x25519::Recipient],
        archive: Archive,
    ) -> Result<Sealed, BackupError> {
        let mut sealing = Sealing::begin(path.to_owned(), recipients.to_vec());
        sealing.head(What::Keys, self.state).await?;
        for (name, content) in archive {
            sealing
                .file(&name, Zeroizing::new(BASE64_STANDARD.encode(&*content)))
                .await?;
        }
        for name in WITH_KEYS {
            let table = self.tables.iter().find(|table| table.name == name);
            let table =
                table.ok_or_else(|| Fault::broken(format!("the store has no table {name}")))?;
            self.rows(&mut sealing, table).await?;
        }
        sealing.finish().await
    }

    async fn data(
        &self,
        path: &Path,
        recipients: &[age::x25519::Recipient],
    ) -> Result<Sealed, BackupError> {
        let mut sealing = Sealing::begin(path.to_owned(), recipients.to_vec());
        sealing.head(What::Data, self.state).await?;
        for table in self
            .tables
            .iter()
            .filter(|table| !NEVER_IN_DATA.contains(&table.name.as_str()))
        {
            self.rows(&mut sealing, table).await?;
        }
        sealing.finish().await
    }

    async fn rows(&self, sealing: &mut Sealing, table: &Table) -> Result<(), BackupError> {
        sealing.table(table).await?;
        let mut after = None;
        loop {
            let page = table.page(self.db, self.dialect, after.as_deref()).await?;
            for row in &page {
                sealing.row(row).await?;
            }
            if page.len() < rows::PAGE {
                return Ok(());
            }
            after = page.into_iter().next_back();
        }
    }
}

/// The KEKs that wrap a person's key.
async fn used_keks(db: &DatabaseTransaction) -> Result<BTreeSet<u32>, Fault> {
    let sql = "SELECT DISTINCT kek FROM person_key";
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await?;
    rows.iter()
        .map(|row| Ok(row.try_get_by_index::<i32>(0)?.cast_unsigned()))
        .collect()
}

fn parse(recipients: &[String]) -> Result<Vec<age::x25519::Recipient>, BackupError> {
    if recipients.is_empty() {
        return Err(BackupError::NoRecipients);
    }
    let parse = |text: &String| {
        text.trim()
            .parse()
            .map_err(|_| BackupError::Recipient(text.clone()))
    };
    recipients.iter().map(parse).collect()
}

/// The folder, made if it is not there.
fn prepare(folder: &Path) -> Result<(), BackupError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|source| BackupError::Folder {
        path: folder.to_owned(),
        source,
    })
}

/// The files of one backup.
struct Files {
    folder: PathBuf,
    data: PathBuf,
    keys: PathBuf,
    manifest: PathBuf,
    note: PathBuf,
}

impl Files {
    fn of(folder: &Path, at: Moment) -> Self {
        let stamp = stamp(at);
        Self {
            folder: folder.to_owned(),
            data: folder.join(format!("data-{stamp}.age")),
            keys: folder.join(format!("keys-{stamp}.age")),
            manifest: folder.join(format!("manifest-{stamp}.json")),
            note: folder.join(format!("manifest-{stamp}.note")),
        }
    }

    fn refuse_present(&self) -> Result<(), BackupError> {
        // Left by a crash in this very second of an earlier try; never of use.
        self.remove_sides();
        let all = [&self.data, &self.keys, &self.manifest, &self.note];
        match all.into_iter().find(|path| path.exists()) {
            Some(path) => Err(BackupError::Exists(path.clone())),
            None => Ok(()),
        }
    }

    /// Where a file is written before it is whole.
    fn side(&self, path: &Path) -> PathBuf {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.folder.join(format!(".{name}.part"))
    }

    fn remove_sides(&self) {
        for path in [&self.data, &self.keys, &self.manifest, &self.note] {
            // Absent mostly; what cannot be removed is in nobody's way.
            let _ = fs::remove_file(self.side(path));
        }
    }

    /// Gives a whole, flushed file its name.
    fn put(&self, path: &Path) -> Result<(), BackupError> {
        let renamed =
            fs::rename(self.side(path), path).and_then(|()| File::open(&self.folder)?.sync_all());
        renamed.map_err(|source| BackupError::Folder {
            path: path.to_owned(),
            source,
        })
    }

    fn write(&self, path: &Path, text: &str) -> Result<(), BackupError> {
        let write = || -> io::Result<()> {
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(self.side(path))?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|source| BackupError::Folder {
            path: path.to_owned(),
            source,
        })?;
        self.put(path)
    }
}
