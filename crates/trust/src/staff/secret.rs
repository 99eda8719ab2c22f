//! Secrets of factors: sealed with the employee's key, read by the house alone and told to nobody.

use kernel::{Fault, PersonId, Personal};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::act::Act;
use crate::vault::Record;

/// The field under which the vault keeps it.
pub(crate) const FIELD: &str = "sign_in_secret";
/// Its category: the policies let nobody open it.
pub(crate) const CATEGORY: &str = "credential";

const fn record(factor: Uuid) -> Record {
    Record {
        place: "staff_factor",
        id: factor,
    }
}

impl Act {
    /// Seals a factor's secret, over the one before where there was one.
    pub(super) async fn keep_secret(
        &mut self,
        person: PersonId,
        factor: Uuid,
        secret: &str,
    ) -> Result<(), Fault> {
        self.reseal(person, record(factor), FIELD, secret).await
    }

    /// A factor's secret, for comparing within this act: shown to nobody, and so told to no journal. None where it was
    /// taken away.
    pub(super) async fn secret(
        &mut self,
        person: PersonId,
        factor: Uuid,
    ) -> Result<Option<Personal<String>>, Fault> {
        let of = record(factor);
        let key = (person.uuid(), of.place.to_owned(), of.id, FIELD.to_owned());
        let row = crate::vault::table::sealed_field::Entity::find_by_id(key)
            .one(self.db())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let secret = self.read_sealed(person, &row).await?;
        Ok(Some(secret).filter(|secret| !secret.reveal().is_empty()))
    }
}
