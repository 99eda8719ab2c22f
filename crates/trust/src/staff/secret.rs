//! Secrets of factors: sealed with the employee's key, read by the house alone and told to nobody.

use kernel::{Fault, PersonId, Personal, StaffId, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::factor::FactorKind;
use super::table::staff_factor;
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

    /// Sets the factor of a kind of which everybody has one. What its holder had of it before goes.
    pub(super) async fn set_factor(
        &mut self,
        id: StaffId,
        person: PersonId,
        kind: FactorKind,
        secret: &str,
    ) -> Result<Uuid, Fault> {
        self.remove_factors(id, person, |row| row.kind == kind.code())
            .await?;
        self.new_factor(id, person, kind, "", None, secret).await
    }

    /// Adds a factor beside those of its kind; `credential` is the hash by which a passkey is found.
    pub(super) async fn new_factor(
        &mut self,
        id: StaffId,
        person: PersonId,
        kind: FactorKind,
        title: &str,
        credential: Option<Vec<u8>>,
        secret: &str,
    ) -> Result<Uuid, Fault> {
        let row = staff_factor::Model {
            id: entropy::ordered_id(self.now()),
            staff: id.uuid(),
            person: person.uuid(),
            kind: kind.code().into(),
            title: title.into(),
            created_at: self.now().micros(),
            removed_at: None,
            act: self.id().uuid(),
            credential_hash: credential,
        };
        let noted = json!({
            "staff": row.staff, "kind": row.kind, "created_at": row.created_at, "removed_at": row.removed_at,
            "credential_hash": row.credential_hash.as_ref().map(hex::encode),
        });
        let factor = row.id;
        self.bind(person, "factor.added", ("staff_factor", factor), noted)
            .await?;
        self.db()
            .insert(vec![staff_factor::ActiveModel::from(row).reset_all()])
            .await?;
        self.keep_secret(person, factor, secret).await?;
        Ok(factor)
    }

    /// Takes factors away: their secrets are written over.
    pub(super) async fn remove_factors(
        &mut self,
        id: StaffId,
        person: PersonId,
        meant: impl Fn(&staff_factor::Model) -> bool,
    ) -> Result<usize, Fault> {
        let rows = staff_factor::Entity::find()
            .filter(staff_factor::Column::Staff.eq(id.uuid()))
            .filter(staff_factor::Column::RemovedAt.is_null())
            .all(self.db())
            .await?;
        let now = self.now().micros();
        let mut removed = 0;
        for row in rows.into_iter().filter(|row| meant(row)) {
            staff_factor::Entity::update(staff_factor::ActiveModel {
                id: Set(row.id),
                removed_at: Set(Some(now)),
                ..Default::default()
            })
            .exec(self.db())
            .await?;
            let noted = json!({ "removed_at": now });
            self.bind(person, "factor.removed", ("staff_factor", row.id), noted)
                .await?;
            self.keep_secret(person, row.id, "").await?;
            removed += 1;
        }
        Ok(removed)
    }
}
