//! What the room owes the house: whose an inquiry is, who made it, what is held about a person, and its erasure.

use futures::future::BoxFuture;
use kernel::{Case, CaseKind, Fault, PersonId, StaffId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use trust::{Act, CasePlace, Context, Statements};

use super::table::{inquiry, representation};

/// The room as the house knows it.
pub struct PeopleContext;

impl Context for PeopleContext {
    fn cases(&self) -> &'static [CaseKind] {
        &[CaseKind::Inquiry]
    }

    fn persons_of<'a>(
        &'a self,
        db: &'a Statements,
        case: Case,
    ) -> BoxFuture<'a, Result<Vec<PersonId>, Fault>> {
        Box::pin(async move {
            let row = inquiry::Entity::find_by_id(case.id).one(db).await?;
            Ok(row
                .map(|row| PersonId::from_uuid(row.person))
                .into_iter()
                .collect())
        })
    }

    /// At no branch: whoever made it was held to their reach then.
    fn place_of<'a>(
        &'a self,
        db: &'a Statements,
        case: Case,
    ) -> BoxFuture<'a, Result<Option<CasePlace>, Fault>> {
        Box::pin(async move {
            let row = inquiry::Entity::find_by_id(case.id).one(db).await?;
            Ok(row.map(|row| CasePlace {
                made_by: Some(StaffId::from_uuid(row.staff)),
                ..CasePlace::default()
            }))
        })
    }

    fn export_for<'a>(
        &'a self,
        act: &'a mut Act,
        person: PersonId,
    ) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let rows = inquiry::Entity::find()
                .filter(inquiry::Column::Person.eq(person.uuid()))
                .all(act.db())
                .await?;
            let ties = representation::Entity::find()
                .filter(
                    Condition::any()
                        .add(representation::Column::Person.eq(person.uuid()))
                        .add(representation::Column::Representative.eq(person.uuid())),
                )
                .all(act.db())
                .await?;
            let ties = ties.into_iter().map(|row| {
                json!({
                    "is": if row.person == person.uuid() { "represented" } else { "representative" },
                    "basis": row.basis, "document": row.document,
                    "named_at": row.named_at, "ended_at": row.ended_at,
                })
            });
            let ties: Vec<Value> = ties.collect();
            let inquiries = rows.into_iter().map(|row| {
                json!({ "purpose": row.purpose, "reason": row.reason, "made_at": row.made_at })
            });
            Ok(json!({ "inquiries": inquiries.collect::<Vec<_>>(), "representations": ties }))
        })
    }

    fn erase_for<'a>(
        &'a self,
        act: &'a mut Act,
        person: PersonId,
    ) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            inquiry::Entity::delete_many()
                .filter(inquiry::Column::Person.eq(person.uuid()))
                .exec(act.db())
                .await?;
            representation::Entity::delete_many()
                .filter(representation::Column::Person.eq(person.uuid()))
                .exec(act.db())
                .await?;
            // Whom they acted for stays, without them.
            representation::Entity::update_many()
                .col_expr(
                    representation::Column::Representative,
                    Expr::value(Option::<uuid::Uuid>::None),
                )
                .filter(representation::Column::Representative.eq(person.uuid()))
                .exec(act.db())
                .await?;
            Ok(())
        })
    }
}
