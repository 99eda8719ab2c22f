//! The journal as the house holds it: the right edge of the tree in memory, and the key.

use std::sync::{Mutex, MutexGuard, PoisonError};

use kernel::Fault;
use sea_orm::{DatabaseConnection, EntityTrait};

use super::core::note::LogKey;
use super::core::subtree::Fillers;
use super::core::tree::{TreeState, tiles_for_rebuild};
use super::read::load_tiles;
use super::table::tree;

/// The tree and its key.
pub(crate) struct Journal {
    tree: Mutex<TreeState>,
    key: LogKey,
    fillers: Fillers,
}

impl Journal {
    /// Reads the right edge of the tree back from its tiles.
    pub(crate) async fn open(db: &DatabaseConnection, key: LogKey) -> Result<Self, Fault> {
        let state = rebuild(db).await?;
        Ok(Self {
            tree: Mutex::new(state),
            fillers: key.fillers(),
            key,
        })
    }

    pub(crate) const fn key(&self) -> &LogKey {
        &self.key
    }

    pub(super) const fn fillers(&self) -> &Fillers {
        &self.fillers
    }

    /// A copy of the tree as committed.
    pub(crate) fn tree(&self) -> TreeState {
        self.lock().clone()
    }

    /// Takes over the tree that was committed; an older one is left aside.
    pub(crate) fn grown(&self, tree: TreeState) {
        let mut held = self.lock();
        if tree.size() > held.size() {
            *held = tree;
        }
    }

    fn lock(&self) -> MutexGuard<'_, TreeState> {
        // The state is replaced whole, so a panic elsewhere cannot have left it half-changed.
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The tree as the database holds it.
pub(super) async fn rebuild(db: &impl sea_orm::ConnectionTrait) -> Result<TreeState, Fault> {
    let size = match tree::Entity::find_by_id(tree::ONLY).one(db).await? {
        Some(row) => row.size.cast_unsigned(),
        None => 0,
    };
    let tiles = load_tiles(db, tiles_for_rebuild(size)).await?;
    TreeState::rebuild(size, &tiles).map_err(|fault| {
        Fault::from(fault)
            .during("the journal's tiles are not what was written; run `medok journal verify`")
    })
}
