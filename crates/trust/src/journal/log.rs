//! The journal as the house holds it: the right edge of the tree in memory, the key, who waits for what.

use std::sync::{Mutex, MutexGuard, PoisonError};

use kernel::Fault;
use sea_orm::{DatabaseConnection, EntityTrait};
use tokio::sync::watch;

use super::core::note::LogKey;
use super::core::tree::{TreeState, tiles_for_rebuild};
use super::read::load_tiles;
use super::table::tree;

/// The tree, its key, and news of both.
pub(crate) struct Journal {
    tree: Mutex<TreeState>,
    key: LogKey,
    size: watch::Sender<u64>,
    signed: watch::Sender<u64>,
}

impl Journal {
    /// Reads the right edge of the tree back from its tiles.
    pub(crate) async fn open(db: &DatabaseConnection, key: LogKey) -> Result<Self, Fault> {
        let state = rebuild(db).await?;
        let size = state.size();
        Ok(Self { tree: Mutex::new(state), key, size: watch::Sender::new(size), signed: watch::Sender::new(0) })
    }

    pub(crate) const fn key(&self) -> &LogKey {
        &self.key
    }

    /// A copy of the tree as committed.
    pub(crate) fn tree(&self) -> TreeState {
        self.lock().clone()
    }

    /// Takes over the tree that was committed; an older one is left aside.
    pub(crate) fn grown(&self, tree: TreeState) {
        let mut held = self.lock();
        if tree.size() > held.size() {
            self.size.send_replace(tree.size());
            *held = tree;
        }
    }

    pub(crate) fn signed(&self, size: u64) {
        self.signed.send_if_modified(|known| {
            let newer = size > *known;
            *known = size.max(*known);
            newer
        });
    }

    /// The size of the last signed checkpoint, as it changes.
    pub(crate) fn watch_signed(&self) -> watch::Receiver<u64> {
        self.signed.subscribe()
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
    TreeState::rebuild(size, &tiles)
        .map_err(|fault| Fault::from(fault).during("the journal's tiles are not what was written; run `medok journal verify`"))
}
