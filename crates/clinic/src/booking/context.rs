//! What booking owes the house: whose an appointment is, what is held about a person, and its erasure.

use futures::future::BoxFuture;
use kernel::{Case, CaseKind, Fault, PersonId};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use trust::{Act, CasePlace, Context, Statements};
use uuid::Uuid;

use super::claim;
use super::desk::{self, persons_of_board, place_of_board};
use super::table::appointment;

/// The booking room as the house knows it.
pub struct BookingContext;

impl Context for BookingContext {
    fn cases(&self) -> &'static [CaseKind] {
        &[CaseKind::Appointment, CaseKind::Batch]
    }

    fn persons_of<'a>(
        &'a self,
        db: &'a Statements,
        case: Case,
    ) -> BoxFuture<'a, Result<Vec<PersonId>, Fault>> {
        Box::pin(async move {
            if case.kind == CaseKind::Batch {
                return persons_of_board(db, case.id).await;
            }
            let row = appointment::Entity::find_by_id(case.id).one(db).await?;
            Ok(row.map_or_else(Vec::new, |row| {
                [Some(row.person), row.representative, row.booker]
                    .into_iter()
                    .flatten()
                    .map(PersonId::from_uuid)
                    .collect()
            }))
        })
    }

    fn place_of<'a>(
        &'a self,
        db: &'a Statements,
        case: Case,
    ) -> BoxFuture<'a, Result<Option<CasePlace>, Fault>> {
        Box::pin(async move {
            if case.kind == CaseKind::Batch {
                return place_of_board(db, case.id).await;
            }
            let row = appointment::Entity::find_by_id(case.id).one(db).await?;
            Ok(row.map(|row| desk::place_of(&row)))
        })
    }

    fn export_for<'a>(
        &'a self,
        act: &'a mut Act,
        person: PersonId,
    ) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let rows = of(act, person).await?;
            let appointments = rows.into_iter().map(|row| {
                json!({
                    "id": row.id, "status": row.status, "service": row.service, "practitioner": row.practitioner,
                    "branch": row.branch, "starts": row.starts, "ends": row.ends, "for": row.for_whom,
                    "basis": row.basis, "created_at": row.created_at, "by": if row.made_by.is_some() { "desk" } else { "site" },
                    "cancel_reason": row.cancel_reason,
                })
            });
            Ok(json!({ "appointments": appointments.collect::<Vec<_>>() }))
        })
    }

    /// The patient's appointments go with their claims; where the person only acted for another, they are unlinked.
    fn erase_for<'a>(
        &'a self,
        act: &'a mut Act,
        person: PersonId,
    ) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            for row in of(act, person).await? {
                if row.person == person.uuid() {
                    claim::free(act, row.id).await?;
                    appointment::Entity::delete_by_id(row.id)
                        .exec(act.db())
                        .await?;
                } else {
                    let keep = |other: Option<Uuid>| other.filter(|id| *id != person.uuid());
                    appointment::Entity::update(appointment::ActiveModel {
                        id: Set(row.id),
                        representative: Set(keep(row.representative)),
                        booker: Set(keep(row.booker)),
                        ..Default::default()
                    })
                    .exec(act.db())
                    .await?;
                }
            }
            Ok(())
        })
    }
}

async fn of(act: &Act, person: PersonId) -> Result<Vec<appointment::Model>, Fault> {
    let any = Condition::any()
        .add(appointment::Column::Person.eq(person.uuid()))
        .add(appointment::Column::Representative.eq(person.uuid()))
        .add(appointment::Column::Booker.eq(person.uuid()));
    Ok(appointment::Entity::find()
        .filter(any)
        .all(act.db())
        .await?)
}
