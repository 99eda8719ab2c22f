//! `medok journal verify`: everything the journal says against everything the store holds.
//!
//! *Invariant*: reads only, and one state of the store only; believes no row that another could not vouch for; shows ids
//! and never a value. Persons' keys live as long as the page of chains that they open.
//!
//! | part | what it checks |
//! |---|---|
//! | [`leaves`] | numbers, leaves, tiles, signed roots, sub-entry trees, maps of chains, entries that wait |
//! | [`decisions`] | destructions, approvals, staff, sessions, tickets, documents, what stands beside boxes; that every act and person a row names is there |
//! | [`links`] | each person's chain, opened; sealed rows against the versions it tells of |
//! | [`bound`] | all other rows about a person against what the chain tells of them, both ways |
//!
//! What it cannot find: an end of the journal that nobody had signed yet, cut off together with every row its acts wrote;
//! and openings that never passed the vault.

mod bound;
mod decisions;
mod finding;
mod leaves;
mod links;
mod running;
mod told;

use std::collections::BTreeSet;

use kernel::Fault;
use platform::database::{Database, Dialect};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, Statement,
    TransactionTrait, Value,
};
use uuid::Uuid;

use super::core::entry::Entry;
use super::core::hash::Hash;
use super::core::note::LogKey;
use super::core::subtree::{Fillers, Subtree};
use super::table::entry;
use crate::vault::core::FieldKeys;
use crate::vault::table::person_key;
use crate::vault::{KeySource, Keyring, SignedState, unwrap_row};
use crate::{House, HouseError, Trust};

pub use finding::{FieldAt, Finding, Witness};
pub(super) use running::Running;

/// Findings kept in a report; more are counted only.
const KEPT: usize = 1000;

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries, those that wait for a number among them.
    pub entries: u64,
    /// Stored checkpoints.
    pub checkpoints: u64,
    /// Persons whose key is there.
    pub persons: u64,
    /// What is wrong, in the order in which it was met; the first thousand.
    pub findings: Vec<Finding>,
    /// Findings past the first thousand.
    pub more: u64,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn sound(&self) -> bool {
        self.findings.is_empty()
    }

    fn add(&mut self, finding: Finding) {
        if self.findings.len() < KEPT {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }
}

impl Trust {
    /// Checks the whole store against its journal, as of now. Acts go on meanwhile.
    ///
    /// # Errors
    /// The database's or the key folder's. What is wrong with the journal is no error but a finding.
    pub async fn verify(&self) -> Result<Report, Fault> {
        let house = &self.0;
        // Read before the store's state is fixed: it may only have grown since.
        let remembered = house.keyring().recall()?;
        let held = house.journal.tree();
        let held = Some((held.size(), held.root()));
        let keys = Keys::House(house);
        let fillers = house.journal.fillers().clone();
        Audit::begin(&house.database, house.operator.uuid(), keys, fillers)
            .await?
            .run(house.journal.key(), remembered, held)
            .await
    }
}

/// Checks a store without opening the house: also one that is too damaged to open.
///
/// # Errors
/// The key folder does not open or is another store's; the database's.
pub async fn verify_closed(
    database: &Database,
    keys: impl Into<KeySource>,
) -> Result<Report, HouseError> {
    let db = database.reads();
    let row = db
        .query_one_raw(Statement::from_string(
            db.get_database_backend(),
            "SELECT id FROM operator",
        ))
        .await
        .map_err(Fault::from)?;
    let row = row.ok_or_else(|| {
        Fault::broken("the store has no operator; it was never opened by `medok`")
    })?;
    let operator: Uuid = row.try_get("", "id").map_err(Fault::from)?;
    let keyring = Keyring::open(keys, Some(operator))?;
    let remembered = keyring.recall()?;
    // Before the first checkpoint nobody knows the origin, and nothing is signed under it.
    let name = if remembered.origin.is_empty() {
        "unsigned"
    } else {
        &remembered.origin
    };
    let key = LogKey::from_seed(name, keyring.journal_seed()).map_err(Fault::from)?;
    let audit = Audit::begin(database, operator, Keys::Folder(&keyring), key.fillers()).await?;
    Ok(audit.run(&key, remembered, None).await?)
}

/// Where wrapped keys are unwrapped.
enum Keys<'a> {
    House(&'a House),
    Folder(&'a Keyring),
}

impl Keys<'_> {
    fn unwrap(&self, operator: Uuid, row: &person_key::Model) -> Result<FieldKeys, Fault> {
        let key = match self {
            Self::House(house) => {
                let keyring = house.keyring();
                unwrap_row(operator, |kek| keyring.kek(kek), row)
            }
            Self::Folder(keyring) => unwrap_row(operator, |kek| keyring.kek(kek), row),
        };
        Ok(key?.expand())
    }
}

/// A verification under way: one state of the store, and what was found in it.
struct Audit<'a> {
    db: DatabaseTransaction,
    dialect: Dialect,
    operator: Uuid,
    keys: Keys<'a>,
    fillers: Fillers,
    /// Hashes of what stood beside boxes and is kept.
    terms_kept: BTreeSet<String>,
    report: Report,
}

impl<'a> Audit<'a> {
    async fn begin(
        database: &Database,
        operator: Uuid,
        keys: Keys<'a>,
        fillers: Fillers,
    ) -> Result<Self, Fault> {
        let dialect = database.dialect();
        let db = database.reads().begin().await?;
        if let Some(statement) = dialect.one_state() {
            db.execute_unprepared(statement).await?;
        }
        Ok(Self {
            db,
            dialect,
            operator,
            keys,
            fillers,
            terms_kept: BTreeSet::new(),
            report: Report::default(),
        })
    }

    async fn run(
        mut self,
        key: &LogKey,
        remembered: SignedState,
        held: Option<(u64, Hash)>,
    ) -> Result<Report, Fault> {
        let destructions = remembered.destructions;
        let mut told = self.leaves(key, &remembered, held).await?;
        self.pending(&mut told).await?;
        let covered = self.decisions(&told, destructions).await?;
        self.links(&covered).await?;
        Ok(self.report)
    }

    fn found(&mut self, finding: Finding) {
        self.report.add(finding);
    }

    /// Rows of a statement whose values stand as `$1`, `$2` ….
    async fn rows<R: FromQueryResult>(
        &self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<R>, Fault> {
        rows(&self.db, sql, values).await
    }

    /// The ids that a statement selects as `id`.
    async fn ids(&self, sql: &str) -> Result<Vec<Uuid>, Fault> {
        Ok(self
            .rows::<IdRow>(sql, Vec::new())
            .await?
            .into_iter()
            .map(|row| row.id)
            .collect())
    }

    /// The positions of an entry's tree at which fillers stand.
    fn fillers_in(&self, mark: &Hash, leaves: &[Hash]) -> BTreeSet<usize> {
        let filler = |(position, leaf): (u32, &Hash)| {
            (*leaf == self.fillers.filler(mark, position)).then_some(position as usize)
        };
        (0_u32..).zip(leaves).filter_map(filler).collect()
    }

    /// The entry that an act wrote; `None` also when its leaf is not its own or not this house's, which is a finding of its
    /// own.
    async fn entry_of(&self, act: Uuid) -> Result<Option<Entry>, Fault> {
        let row = entry::Entity::find_by_id(act).one(&self.db).await?;
        Ok(row.and_then(|row| {
            let entry = Entry::decode(&row.leaf).ok()?;
            let tree = subtree_of(&row.subtree)?;
            let ours = self.fillers.in_tree(&entry.mark().ok()?, &tree);
            (entry.id == act && ours).then_some(entry)
        }))
    }
}

/// The tree of an entry's sub-entries as it is stored, if it is one.
fn subtree_of(bytes: &[u8]) -> Option<Subtree> {
    let (hashes, rest) = bytes.as_chunks::<{ Hash::LENGTH }>();
    let leaves = rest
        .is_empty()
        .then(|| hashes.iter().copied().map(Hash).collect())?;
    Subtree::from_leaves(leaves).ok()
}

/// Rows of a statement whose values stand as `$1`, `$2` ….
pub(super) async fn rows<R: FromQueryResult>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<R>, Fault> {
    let backend = db.get_database_backend();
    let bound = |n| Dialect::of(backend).bound(n);
    let sql = (1..=values.len()).rev().fold(sql.to_owned(), |sql, n| {
        sql.replace(&format!("${n}"), &bound(n))
    });
    Ok(
        R::find_by_statement(Statement::from_sql_and_values(backend, sql, values))
            .all(db)
            .await?,
    )
}

#[derive(FromQueryResult)]
struct IdRow {
    id: Uuid,
}
