//! Completeness: from time to time an entry commits to every chain's number and head, sorted, so that no
//! link can be left out of a person's list unseen.

use kernel::{Fault, Scope};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::Kind;
use super::core::chain::{ChainId, Head};
use super::core::hash::Hash;
use super::core::map::ChainMap;
use super::table::{chain, tree};
use crate::Trust;
use crate::act::Statements;

impl Trust {
    /// Commits to the chains if so many entries were written since the last time.
    pub(super) async fn map_chains_if_due(&self, every: u64) -> Result<(), Fault> {
        let row = tree::Entity::find_by_id(tree::ONLY)
            .one(self.reads())
            .await?;
        match row {
            Some(row) if (row.size - row.mapped).cast_unsigned() >= every => {
                self.map_chains().await
            }
            _ => Ok(()),
        }
    }

    /// Writes an entry that commits to the number and head of every chain.
    ///
    /// # Errors
    /// The database's.
    pub async fn map_chains(&self) -> Result<(), Fault> {
        let done = self
            .act("journal.map", Scope::console(), |act| {
                Box::pin(async move {
                    let map = map_of(act.db()).await?;
                    let size = tree::Entity::find_by_id(tree::ONLY)
                        .one(act.db())
                        .await?
                        .map_or(0, |row| row.size);
                    tree::Entity::update(tree::ActiveModel {
                        id: Set(tree::ONLY),
                        mapped: Set(size + 1),
                        ..Default::default()
                    })
                    .exec(act.db())
                    .await?;
                    act.record(
                        Kind::ChainsMapped,
                        serde_json::to_value(map.commitment().to_data())?,
                    )?;
                    Ok::<(), kernel::Stop<()>>(())
                })
            })
            .await;
        done.map_err(|stop| match stop {
            kernel::Stop::Refused(()) => Fault::broken("the map was refused"),
            kernel::Stop::Fault(fault) => fault,
        })
    }
}

async fn map_of(db: &Statements) -> Result<ChainMap, Fault> {
    // An act under way may have its place before this entry already: it is waited for, so that the map is of all before it.
    if let Some(statement) = db.dialect().hold("journal_chain") {
        db.execute_unprepared(&statement).await?;
    }
    let rows = chain::Entity::find().all(db).await?;
    let mut chains = Vec::with_capacity(rows.len());
    for row in rows {
        let hash: [u8; 32] = row
            .head
            .as_slice()
            .try_into()
            .map_err(|_| Fault::broken("the head of a chain is not a hash"))?;
        chains.push((
            ChainId(*row.chain.as_bytes()),
            Head {
                n: row.n.cast_unsigned(),
                hash: Hash(hash),
            },
        ));
    }
    Ok(ChainMap::new(chains)?)
}
