//! PostgreSQL's acts commit side by side; one hand at a time, holding the lock of the tree, gives their
//! entries numbers. A database sequence would leave gaps and run ahead of commits.

use std::collections::BTreeMap;

use kernel::Fault;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::core::hash::leaf_hash;
use super::core::tree::TreeState;
use super::log::rebuild;
use super::table::{entry, pending, tree};
use super::write::write_tiles;
use crate::Trust;
use crate::act::Statements;

/// Entries numbered in one transaction.
const BATCH: u64 = 500;

/// Numbers entries that wait, until none does. Gives how many.
///
/// # Errors
/// The database's; what was numbered stays.
pub(crate) async fn number_pending(trust: &Trust) -> Result<u64, Fault> {
    let mut numbered = 0;
    loop {
        let held = trust.0.journal.tree();
        let done = trust
            .upkeep("journal.number", move |db| {
                let held = held.clone();
                Box::pin(async move { number_batch(db, held).await })
            })
            .await?;
        let (tree, count) = done;
        trust.0.journal.grown(tree);
        numbered += count;
        metrics::gauge!("medok_journal_pending").set(0.0);
        if count < BATCH {
            return Ok(numbered);
        }
    }
}

async fn number_batch(db: &Statements, held: TreeState) -> Result<(TreeState, u64), Fault> {
    let size = lock(db).await?;
    let mut tree = if held.size() == size {
        held
    } else {
        rebuild(db).await?
    };
    let waiting = pending::Entity::find()
        .order_by_asc(pending::Column::Arrival)
        .limit(BATCH)
        .all(db)
        .await?;
    if waiting.is_empty() {
        return Ok((tree, 0));
    }
    let ids: Vec<Uuid> = waiting.iter().map(|row| row.entry).collect();
    let leaves: BTreeMap<Uuid, Vec<u8>> = entry::Entity::find()
        .filter(entry::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row.leaf))
        .collect();
    // An entry that was taken away while it waited cannot be numbered; it is left for `journal verify`
    // to find, by the gap in its persons' chains.
    let present: Vec<Uuid> = ids
        .iter()
        .copied()
        .filter(|id| leaves.contains_key(id))
        .collect();
    let hashes: Vec<_> = present
        .iter()
        .filter_map(|id| leaves.get(id))
        .map(|leaf| leaf_hash(leaf))
        .collect();
    if !present.is_empty() {
        give_numbers(db, &present, size).await?;
        let writes = tree.append(&hashes);
        write_tiles(db, writes, tree.size()).await?;
    }
    let arrivals = waiting.iter().map(|row| row.arrival);
    pending::Entity::delete_many()
        .filter(pending::Column::Arrival.is_in(arrivals))
        .exec(db)
        .await?;
    Ok((tree, waiting.len() as u64))
}

/// Takes the lock of the tree and reads its size.
async fn lock(db: &Statements) -> Result<u64, Fault> {
    let sql = format!(
        "SELECT size FROM journal_tree WHERE id = {}{}",
        tree::ONLY,
        db.dialect().for_update()
    );
    let row = db
        .query_one_raw(sea_orm::Statement::from_string(
            db.get_database_backend(),
            sql,
        ))
        .await?;
    let row = row.ok_or_else(|| {
        Fault::broken("the journal has no tree; the store was not made by `medok`")
    })?;
    Ok(row.try_get::<i64>("", "size")?.cast_unsigned())
}

async fn give_numbers(db: &Statements, entries: &[Uuid], first: u64) -> Result<(), Fault> {
    let mut number = CaseStatement::new();
    for (id, index) in entries.iter().zip(first..) {
        number = number.case(entry::Column::Id.eq(*id), Expr::value(index.cast_signed()));
    }
    entry::Entity::update_many()
        .col_expr(entry::Column::Number, Expr::expr(number).cast_as("bigint"))
        .filter(entry::Column::Id.is_in(entries.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}
