//! The house: what all acts share.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use kernel::{CaseKind, Clock, Fault, OperatorId, Scope, entropy};
use platform::database::Database;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, Statement};
use tokio::sync::watch;
use uuid::Uuid;

use crate::access::Access;
use crate::act::Writer;
use crate::context::Context;
use crate::journal::core::note::LogKey;
use crate::journal::table::tree;
use crate::journal::{Journal, Kind};
use crate::vault::{KeySource, Keyring, Shown, SignedState, Told};

/// The trust room, open. Cheap to clone.
#[derive(Clone)]
pub struct Trust(pub(crate) Arc<House>);

/// What all acts share.
pub(crate) struct House {
    pub(crate) database: Database,
    pub(crate) clock: Clock,
    pub(crate) operator: OperatorId,
    pub(crate) access: Access,
    pub(crate) journal: Journal,
    pub(crate) contexts: Vec<Arc<dyn Context>>,
    pub(crate) writer: Option<Writer>,
    /// Taken while keys are rotated: two rotations at once would each undo and erase the other's work.
    pub(crate) rotating: tokio::sync::Mutex<()>,
    /// Taken while a checkpoint is signed: what is remembered beside the keys never goes backwards.
    pub(crate) signing: tokio::sync::Mutex<()>,
    /// Held by every act of PostgreSQL until it ends; whoever writes it knows that all that began before are over.
    pub(crate) under_way: tokio::sync::RwLock<()>,
    /// What the journal is known to tell of openings.
    pub(crate) told: Told,
    /// What lists show under their tickets.
    pub(crate) shown: Shown,
    keyring: RwLock<Keyring>,
    commits: watch::Sender<u64>,
}

/// What is needed to open the house.
pub struct Opening {
    /// The database, migrated.
    pub database: Database,
    /// The key folder.
    pub keys: PathBuf,
    /// The time.
    pub clock: Clock,
    /// The journal's origin for a new store: a name without scheme, such as `clinic.example/journal`.
    pub origin: String,
    /// The clinic's rooms.
    pub contexts: Vec<Arc<dyn Context>>,
}

/// Why the house did not open. Each says what to do.
#[derive(Debug)]
pub enum HouseError {
    /// The key folder or what it remembers does not fit.
    Keys(crate::vault::core::KeyringError),
    /// The store shows less than was signed: rolled back, or replaced by an older copy.
    Rewound {
        /// Entries signed.
        signed: u64,
        /// Entries there.
        there: u64,
    },
    /// The keys are there but the store is new, or the other way round.
    Parted(PathBuf),
    /// A restore was interrupted: destroyed persons may still have rows.
    Unrestored,
    /// Anything else.
    Fault(Fault),
}

impl fmt::Display for HouseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys(error) => error.fmt(f),
            Self::Rewound { signed, there } => write!(
                f,
                "the journal was signed at {signed} entries and the store has {there}: it is an older copy, or was tampered with; \
                 bring the newest data back, or restore a backup with `medok restore`"
            ),
            Self::Parted(keys) => write!(
                f,
                "the store is new but {} already holds keys of another; set MEDOK_KEYS to an empty folder, or MEDOK_DATA to the store of these keys",
                keys.display()
            ),
            Self::Unrestored => f.write_str(
                "a restore into this store was interrupted: run `medok restore` again with the same folder, it goes on where it stopped",
            ),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for HouseError {}

impl From<Fault> for HouseError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<crate::vault::core::KeyringError> for HouseError {
    fn from(error: crate::vault::core::KeyringError) -> Self {
        Self::Keys(error)
    }
}

impl Trust {
    /// Opens the house; makes the operator and the keys of a new store. On SQLite the writer's task starts.
    ///
    /// # Errors
    /// [`HouseError`], each with what to do.
    pub async fn open(opening: Opening) -> Result<Self, HouseError> {
        if crate::backup::unfinished(opening.database.reads()).await? {
            return Err(HouseError::Unrestored);
        }
        Self::enter(opening).await
    }

    /// Opens a house that a restore has still to finish.
    pub(crate) async fn enter(opening: Opening) -> Result<Self, HouseError> {
        let Opening {
            database,
            keys,
            clock,
            origin,
            contexts,
        } = opening;
        let known = operator_of(database.reads()).await?;
        let (operator, keyring, fresh) = match known {
            Some(operator) => (
                operator,
                Keyring::open(KeySource::from(keys), Some(operator.uuid()))?,
                false,
            ),
            None => {
                let operator = OperatorId::from_uuid(entropy::random_id());
                if holds_keys(&keys) {
                    return Err(HouseError::Parted(keys));
                }
                let now = clock.now().micros();
                (
                    operator,
                    Keyring::create(
                        KeySource::from(keys),
                        operator.uuid(),
                        now,
                        &mut entropy::rng(),
                    )?,
                    true,
                )
            }
        };
        let remembered = keyring.recall()?;
        let name = if remembered.origin.is_empty() {
            origin
        } else {
            remembered.origin.clone()
        };
        let key = LogKey::from_seed(&name, keyring.journal_seed())
            .map_err(|error| Fault::from(error).during("the journal's origin"))?;
        if fresh {
            install(&database, operator, &clock).await?;
        }
        let journal = Journal::open(database.reads(), key).await?;
        check_signed(&journal, &remembered)?;
        let (writer, waiting) = match database.dialect() {
            platform::database::Dialect::Sqlite => {
                let (writer, waiting) = Writer::new();
                (Some(writer), Some(waiting))
            }
            platform::database::Dialect::Postgres => (None, None),
        };
        let house = Arc::new(House {
            database,
            clock,
            operator,
            access: Access::bundled()?,
            journal,
            contexts,
            writer,
            rotating: tokio::sync::Mutex::default(),
            signing: tokio::sync::Mutex::default(),
            under_way: tokio::sync::RwLock::default(),
            told: Told::default(),
            shown: Shown::default(),
            keyring: RwLock::new(keyring),
            commits: watch::Sender::new(0),
        });
        if let Some(waiting) = waiting {
            waiting.start(Arc::downgrade(&house))?;
        }
        let trust = Self(house);
        if fresh {
            trust.first_entry().await?;
        }
        Ok(trust)
    }

    /// Where rows without personal data are read.
    #[must_use]
    pub fn reads(&self) -> &DatabaseConnection {
        self.0.database.reads()
    }

    /// The time.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The database, for asking which kind it is.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// Counts this process's commits: whoever keeps a picture of the store looks again when it changes.
    #[must_use]
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.0.watch_commits()
    }

    async fn first_entry(&self) -> Result<(), Fault> {
        let done = self
            .act("house.open", Scope::console(), |act| {
                Box::pin(async move {
                    act.record(Kind::HouseOpened, serde_json::Value::Null)?;
                    Ok::<(), kernel::Stop<()>>(())
                })
            })
            .await;
        done.map_err(|_| Fault::broken("the first entry could not be written"))
    }
}

impl House {
    pub(crate) fn keyring(&self) -> RwLockReadGuard<'_, Keyring> {
        self.keyring.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn keyring_mut(&self) -> RwLockWriteGuard<'_, Keyring> {
        self.keyring.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn committed(&self) {
        self.commits.send_modify(|count| *count += 1);
    }

    pub(crate) fn watch_commits(&self) -> watch::Receiver<u64> {
        self.commits.subscribe()
    }

    pub(crate) fn context_of(&self, kind: CaseKind) -> Result<&Arc<dyn Context>, Fault> {
        self.contexts
            .iter()
            .find(|context| context.cases().contains(&kind))
            .ok_or_else(|| Fault::broken(format!("no room owns cases of the kind {}", kind.code())))
    }
}

fn holds_keys(keys: &Path) -> bool {
    std::fs::read_dir(keys).is_ok_and(|mut entries| entries.next().is_some())
}

async fn operator_of(db: &DatabaseConnection) -> Result<Option<OperatorId>, Fault> {
    let row = db
        .query_one_raw(Statement::from_string(
            db.get_database_backend(),
            "SELECT id FROM operator",
        ))
        .await
        .map_err(|error| {
            Fault::from(error)
                .during("the store has not been made; run `medok init` or `medok serve`")
        })?;
    row.map(|row| Ok(OperatorId::from_uuid(row.try_get::<Uuid>("", "id")?)))
        .transpose()
}

/// Writes what a store begins with, before there is a journal to tell of it.
async fn install(database: &Database, operator: OperatorId, clock: &Clock) -> Result<(), Fault> {
    let dialect = database.dialect();
    let db = database.acts();
    let sql = format!(
        "INSERT INTO operator (id, created_at) VALUES ({}, {})",
        dialect.bound(1),
        dialect.bound(2)
    );
    let values = [operator.uuid().into(), clock.now().micros().into()];
    tree::Entity::insert(tree::ActiveModel {
        id: Set(tree::ONLY),
        size: Set(0),
        mapped: Set(0),
    })
    .exec_without_returning(db)
    .await?;
    db.execute_raw(Statement::from_sql_and_values(
        db.get_database_backend(),
        sql,
        values,
    ))
    .await?;
    Ok(())
}

/// A log never forks silently: what was signed must be what is there.
fn check_signed(journal: &Journal, remembered: &SignedState) -> Result<(), HouseError> {
    let tree = journal.tree();
    if tree.size() < remembered.journal_size {
        return Err(HouseError::Rewound {
            signed: remembered.journal_size,
            there: tree.size(),
        });
    }
    Ok(())
}
