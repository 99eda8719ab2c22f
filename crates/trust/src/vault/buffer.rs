//! What an act seals is gathered and written once a table, at its end or before its first opening.

use kernel::Fault;

use super::table::{blind_index, person, person_key, sealed_field};
use crate::act::Statements;

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
        db.insert(self.persons).await?;
        db.insert(self.keys).await?;
        db.insert(self.fields).await?;
        db.insert(self.indexes).await
    }
}
