//! What a backup is a backup of; and the tree that a transaction sees.

use std::collections::BTreeMap;

use kernel::{Fault, Moment};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::journal::core::hash::Hash;
use crate::journal::core::tree::{TreeState, tiles_for_rebuild};
use crate::journal::table::{tile, tree};

/// What stands both in the manifest and at the head of each archive, so that neither can be put beside another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    /// Whose data.
    pub(super) operator: Uuid,
    /// When: microseconds since the Unix epoch, UTC.
    pub(super) at: i64,
    /// The version of Medok.
    pub(super) made_by: String,
    /// The journal as the data archive holds it.
    pub(super) journal: JournalState,
    /// Destructions carried out.
    pub(super) destructions: u64,
    /// The number of the keyset.
    pub(super) keyset: u64,
    /// The migrations that made the tables.
    pub(super) migrations: Vec<String>,
}

/// A journal's head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JournalState {
    /// Its origin line (C2SP tlog-checkpoint).
    pub(super) origin: String,
    /// Numbered entries.
    pub(super) size: u64,
    /// Root over them (RFC 6962 §2.1).
    pub(super) root: Hash,
}

impl State {
    /// The time as files carry it.
    pub(super) fn stamp(&self) -> String {
        stamp(Moment::from_micros(self.at))
    }
}

/// `20260203T040506Z`.
pub(super) fn stamp(at: Moment) -> String {
    at.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Size and root of the tree as this connection sees it.
pub(super) async fn tree_of(db: &impl ConnectionTrait) -> Result<(u64, Hash), Fault> {
    let row = tree::Entity::find_by_id(tree::ONLY).one(db).await?;
    let size = row.map_or(0, |row| row.size.cast_unsigned());
    Ok((size, root_at(db, size).await?))
}

/// The root that the tree had at a size, out of its tiles.
pub(super) async fn root_at(db: &impl ConnectionTrait, size: u64) -> Result<Hash, Fault> {
    let mut any = Condition::any();
    let wanted = tiles_for_rebuild(size);
    let mut tiles = BTreeMap::new();
    if !wanted.is_empty() {
        for (level, number) in wanted {
            any = any.add(
                Condition::all()
                    .add(tile::Column::Level.eq(i32::from(level)))
                    .add(tile::Column::Number.eq(number.cast_signed())),
            );
        }
        for row in tile::Entity::find().filter(any).all(db).await? {
            tiles.insert(
                (u8::try_from(row.level)?, row.number.cast_unsigned()),
                row.hashes,
            );
        }
    }
    let tree = TreeState::rebuild(size, &tiles)
        .map_err(|fault| Fault::from(fault).during("reading the journal's tiles"))?;
    Ok(tree.root())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stamp_is_utc_to_the_second() {
        assert_eq!(
            stamp(Moment::from_micros(1_770_091_506_999_999)),
            "20260203T040506Z"
        );
    }
}
