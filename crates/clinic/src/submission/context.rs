//! What submissions owe the house.

use futures::future::BoxFuture;
use kernel::{Case, CaseKind, Fault, PersonId};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use trust::{Act, CasePlace, Context, Statements};
use uuid::Uuid;

use super::table::submission;

/// The room as the house knows it.
pub struct SubmissionContext;

impl Context for SubmissionContext {
    fn cases(&self) -> &'static [CaseKind] {
        &[CaseKind::Submission]
    }

    fn persons_of<'a>(
        &'a self,
        db: &'a Statements,
        case: Case,
    ) -> BoxFuture<'a, Result<Vec<PersonId>, Fault>> {
        Box::pin(async move {
            let row = submission::Entity::find_by_id(case.id).one(db).await?;
            Ok(row.map_or_else(Vec::new, |row| {
                [Some(row.person), row.representative, row.booker]
                    .into_iter()
                    .flatten()
                    .map(PersonId::from_uuid)
                    .collect()
            }))
        })
    }

    /// At no branch: a form is answered by whoever answers forms.
    fn place_of<'a>(
        &'a self,
        db: &'a Statements,
        case: Case,
    ) -> BoxFuture<'a, Result<Option<CasePlace>, Fault>> {
        Box::pin(async move {
            let row = submission::Entity::find_by_id(case.id).one(db).await?;
            Ok(row.map(|_| CasePlace::default()))
        })
    }

    fn export_for<'a>(
        &'a self,
        act: &'a mut Act,
        person: PersonId,
    ) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let rows = of(act, person).await?;
            let submissions = rows.into_iter().map(|row| {
                json!({ "id": row.id, "service": row.service, "status": row.status, "for": row.for_whom, "created_at": row.created_at })
            });
            Ok(json!({ "submissions": submissions.collect::<Vec<_>>() }))
        })
    }

    fn erase_for<'a>(
        &'a self,
        act: &'a mut Act,
        person: PersonId,
    ) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            for row in of(act, person).await? {
                if row.person == person.uuid() {
                    submission::Entity::delete_by_id(row.id)
                        .exec(act.db())
                        .await?;
                } else {
                    let keep = |other: Option<Uuid>| other.filter(|id| *id != person.uuid());
                    submission::Entity::update(submission::ActiveModel {
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

async fn of(act: &Act, person: PersonId) -> Result<Vec<submission::Model>, Fault> {
    let any = Condition::any()
        .add(submission::Column::Person.eq(person.uuid()))
        .add(submission::Column::Representative.eq(person.uuid()))
        .add(submission::Column::Booker.eq(person.uuid()));
    Ok(submission::Entity::find().filter(any).all(act.db()).await?)
}
