//! What an act seals is gathered and written once a table, at its end or before its first opening.

use kernel::Fault;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::table::{blind_index, person, person_key, sealed_field};
use crate::act::Statements;

/// Rows of one statement at most: PostgreSQL counts bound values in sixteen bits.
const ROWS: usize = 1000;

/// New rows of the vault.
#[derive(Default)]
pub(crate) struct Buffer {
    pub(super) persons: Vec<person::ActiveModel>,
    pub(super) keys: Vec<person_key::ActiveModel>,
    pub(super) fields: Vec<sealed_field::ActiveModel>,
    pub(super) indexes: Vec<blind_index::ActiveModel>,
}

impl Buffer {
    pub(crate) async fn write(self, db: &Statements) -> Result<(), Fault> {
        insert::<person::Entity, _>(db, self.persons).await?;
        insert::<person_key::Entity, _>(db, self.keys).await?;
        insert::<sealed_field::Entity, _>(db, self.fields).await?;
        insert::<blind_index::Entity, _>(db, self.indexes).await
    }
}

/// Inserts rows in as few statements as the databases take.
pub(crate) async fn insert<E, M>(db: &impl ConnectionTrait, mut rows: Vec<M>) -> Result<(), Fault>
where
    E: EntityTrait,
    M: sea_orm::ActiveModelTrait<Entity = E>,
{
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(ROWS));
        E::insert_many(rows).exec_without_returning(db).await?;
        rows = rest;
    }
    Ok(())
}
