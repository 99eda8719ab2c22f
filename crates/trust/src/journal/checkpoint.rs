//! Checkpoints: the tree signed, on a fixed cadence, after its tiles are durable.

use std::time::Duration;

use kernel::Fault;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use super::core::note::Checkpoint;
use super::sequencer::number_pending;
use super::table::checkpoint;
use crate::Trust;
use crate::access::table::destruction;
use crate::vault::SignedState;

impl Trust {
    /// Numbers what waits and signs the tree as it stands, if it grew. Gives its size.
    ///
    /// # Errors
    /// The database's, the key folder's, or a tree shorter than one signed before.
    pub async fn sign_checkpoint(&self) -> Result<u64, Fault> {
        let _signing = self.0.signing.lock().await;
        if self.0.writer.is_none() {
            number_pending(self).await?;
        }
        let tree = self.0.journal.tree();
        let (size, root) = (tree.size(), tree.root());
        let last = checkpoint::Entity::find()
            .order_by_desc(checkpoint::Column::Size)
            .one(self.reads())
            .await?;
        if last.is_some_and(|last| last.size.cast_unsigned() >= size) {
            return Ok(size);
        }
        let key = self.0.journal.key();
        let note = Checkpoint::new(key.name(), size, root).sign(key)?;
        let destructions = destruction::Entity::find()
            .filter(destruction::Column::RemovedAt.is_not_null())
            .count(self.reads())
            .await?;
        // Beside the keys first: a signed size that the store then loses is found at the next start.
        self.0.keyring().remember(&SignedState {
            origin: key.name().to_owned(),
            journal_size: size,
            root: root.0,
            destructions,
        })?;
        let at = self.0.clock.now().micros();
        self.upkeep("journal.checkpoint", move |db| {
            let note = note.clone();
            Box::pin(async move {
                checkpoint::Entity::insert(checkpoint::ActiveModel {
                    size: Set(size.cast_signed()),
                    at: Set(at),
                    note: Set(note),
                })
                .on_conflict(OnConflict::new().do_nothing().to_owned())
                .exec_without_returning(db)
                .await?;
                Ok(())
            })
        })
        .await?;
        Ok(size)
    }

    /// Signs on the given cadence until the house closes, and commits to the chains when enough was written.
    pub async fn keep_signing(self, every: Duration, map_every: u64) {
        let mut tick = tokio::time::interval(every);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            if let Err(fault) = self.map_chains_if_due(map_every).await {
                tracing::error!("committing to the chains: {fault}");
            }
            if let Err(fault) = self.sign_checkpoint().await {
                tracing::error!("signing a checkpoint: {fault}");
            }
        }
    }

    /// Numbers entries as they come, on PostgreSQL; elsewhere the group commit does.
    pub async fn keep_numbering(self) {
        if self.0.writer.is_some() {
            return;
        }
        let mut committed = self.0.watch_commits();
        loop {
            // Other processes commit too: a pause, however quiet this one is.
            let _ = tokio::time::timeout(Duration::from_millis(250), committed.changed()).await;
            match number_pending(&self).await {
                // Under load the next ones come together: a number is worth no transaction of its own.
                Ok(_) => tokio::time::sleep(Duration::from_millis(25)).await,
                Err(fault) => {
                    tracing::error!("numbering entries: {fault}");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }
}
