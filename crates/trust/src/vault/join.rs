//! Who may be the same, who was identified by a document, and whom a human joined.
//!
//! *Invariant*: a job suggests, a human joins (policy clause 4.1), and only records whose identity was confirmed. A join is a
//! link: nothing is sealed anew, and it can be undone.

use std::collections::BTreeSet;

use kernel::{Fault, Moment, Outcome, PersonId, StaffId, Stop, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::person::Standing;
use super::table::{person, person_join, possible_same};
use crate::act::Act;
use crate::journal::Kind;

/// «Возможно, тот же пациент».
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// Who may be the same.
    pub other: PersonId,
    /// When the likeness was found.
    pub found_at: Moment,
    /// Whether a human joined the two.
    pub joined: bool,
}

/// Why two records were not joined, or not parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinRefusal {
    /// One of them is «Со слов пациента» still.
    NotIdentified,
    /// They are one record, or joined already.
    Already,
    /// They are not joined.
    NotJoined,
}

impl Act {
    /// Confirms an identity by a document, or takes that back. `by` is the kind of document, never its number. Gives
    /// whether anything changed.
    ///
    /// # Errors
    /// The person is gone; the database's.
    pub async fn identify(
        &mut self,
        of: PersonId,
        standing: Standing,
        by: &'static str,
    ) -> Result<bool, Fault> {
        let row = person::Entity::find_by_id(of.uuid()).one(self.db()).await?;
        let row = row.ok_or_else(|| Fault::broken("a person is not there"))?;
        if row.standing == standing.code() {
            return Ok(false);
        }
        person::Entity::update(person::ActiveModel {
            id: Set(of.uuid()),
            standing: Set(standing.code().into()),
            ..Default::default()
        })
        .exec(self.db())
        .await?;
        let kind = match standing {
            Standing::Identified => Kind::PersonIdentified,
            Standing::AsStated => Kind::IdentityWithdrawn,
        };
        let noted = json!({ "standing": standing.code() });
        self.bind(of, kind.code(), ("person", of.uuid()), noted)
            .await?;
        self.record(kind, json!({ "by": by }))?;
        Ok(true)
    }

    /// Who may be the same as this person, and who is joined with them; those that a human judged to be others left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn likenesses(&self, of: PersonId) -> Result<Vec<Likeness>, Fault> {
        let rows = possible_same::Entity::find()
            .filter(
                Condition::any()
                    .add(possible_same::Column::Person.eq(of.uuid()))
                    .add(possible_same::Column::Other.eq(of.uuid())),
            )
            .filter(possible_same::Column::DismissedAt.is_null())
            .all(self.db())
            .await?;
        let joined = self.joined_with(of).await?;
        let mut likenesses: Vec<Likeness> = rows
            .into_iter()
            .map(|row| {
                let other = if row.person == of.uuid() {
                    row.other
                } else {
                    row.person
                };
                let other = PersonId::from_uuid(other);
                Likeness {
                    other,
                    found_at: Moment::from_micros(row.found_at),
                    joined: joined.contains(&other),
                }
            })
            .collect();
        let known: BTreeSet<PersonId> = likenesses.iter().map(|one| one.other).collect();
        for other in joined.difference(&known) {
            likenesses.push(Likeness {
                other: *other,
                found_at: self.now(),
                joined: true,
            });
        }
        Ok(likenesses)
    }

    /// Those whom humans joined with this person, directly or through others; without the person.
    ///
    /// # Errors
    /// The database's.
    pub async fn joined_with(&self, of: PersonId) -> Result<BTreeSet<PersonId>, Fault> {
        let mut all = BTreeSet::from([of]);
        let mut ask: Vec<Uuid> = vec![of.uuid()];
        while !ask.is_empty() {
            let rows = person_join::Entity::find()
                .filter(
                    Condition::any()
                        .add(person_join::Column::Person.is_in(ask.iter().copied()))
                        .add(person_join::Column::Other.is_in(ask.iter().copied())),
                )
                .filter(person_join::Column::UndoneAt.is_null())
                .all(self.db())
                .await?;
            ask = rows
                .into_iter()
                .flat_map(|row| [row.person, row.other])
                .filter(|id| all.insert(PersonId::from_uuid(*id)))
                .collect();
        }
        all.remove(&of);
        Ok(all)
    }

    async fn are_identified(&self, persons: [PersonId; 2]) -> Result<bool, Fault> {
        let rows = person::Entity::find()
            .filter(person::Column::Id.is_in(persons.map(PersonId::uuid)))
            .all(self.db())
            .await?;
        Ok(rows.len() == 2
            && rows
                .iter()
                .all(|row| row.standing == Standing::Identified.code()))
    }

    /// Says that two records are of one person.
    ///
    /// # Errors
    /// [`JoinRefusal`].
    pub async fn join_persons(
        &mut self,
        one: PersonId,
        other: PersonId,
        by: StaffId,
    ) -> Outcome<(), JoinRefusal> {
        if one == other || self.joined_with(one).await?.contains(&other) {
            return Err(Stop::Refused(JoinRefusal::Already));
        }
        if !self.are_identified([one, other]).await? {
            return Err(Stop::Refused(JoinRefusal::NotIdentified));
        }
        let row = person_join::Model {
            id: entropy::random_id(),
            person: one.uuid(),
            other: other.uuid(),
            joined_by: by.uuid(),
            joined_at: self.now().micros(),
            undone_by: None,
            undone_at: None,
            act: self.id().uuid(),
        };
        let noted = json!({
            "other": row.other, "joined_by": row.joined_by, "joined_at": row.joined_at,
            "undone_by": row.undone_by, "undone_at": row.undone_at,
        });
        let id = row.id;
        self.bind(one, "person.joined", ("person_join", id), noted)
            .await?;
        self.note(other, "person.joined", id).await?;
        self.db()
            .insert(vec![person_join::ActiveModel::from(row).reset_all()])
            .await?;
        self.record(Kind::PersonsJoined, json!({}))?;
        Ok(())
    }

    /// Takes back that two records are of one person.
    ///
    /// # Errors
    /// [`JoinRefusal::NotJoined`], also where they are joined through a third alone.
    pub async fn part_persons(
        &mut self,
        one: PersonId,
        other: PersonId,
        by: StaffId,
    ) -> Outcome<(), JoinRefusal> {
        let pair = |a: PersonId, b: PersonId| {
            Condition::all()
                .add(person_join::Column::Person.eq(a.uuid()))
                .add(person_join::Column::Other.eq(b.uuid()))
        };
        let row = person_join::Entity::find()
            .filter(Condition::any().add(pair(one, other)).add(pair(other, one)))
            .filter(person_join::Column::UndoneAt.is_null())
            .one(self.db())
            .await?
            .ok_or(Stop::Refused(JoinRefusal::NotJoined))?;
        let now = self.now().micros();
        person_join::Entity::update(person_join::ActiveModel {
            id: Set(row.id),
            undone_by: Set(Some(by.uuid())),
            undone_at: Set(Some(now)),
            ..Default::default()
        })
        .exec(self.db())
        .await?;
        let noted = json!({ "undone_by": by, "undone_at": now });
        let (person, other) = (
            PersonId::from_uuid(row.person),
            PersonId::from_uuid(row.other),
        );
        self.bind(person, "person.parted", ("person_join", row.id), noted)
            .await?;
        self.note(other, "person.parted", row.id).await?;
        self.record(Kind::PersonsParted, json!({}))?;
        Ok(())
    }

    /// Says that two likely records are of two people: they are suggested no more.
    ///
    /// # Errors
    /// The database's.
    pub async fn dismiss_likeness(
        &mut self,
        one: PersonId,
        other: PersonId,
        by: StaffId,
    ) -> Result<(), Fault> {
        let (first, second) = (one.min(other), one.max(other));
        let suggested = possible_same::Entity::find()
            .filter(possible_same::Column::Person.eq(first.uuid()))
            .filter(possible_same::Column::Other.eq(second.uuid()))
            .filter(possible_same::Column::DismissedAt.is_null())
            .one(self.db())
            .await?;
        // A form sent twice, or of nobody who was suggested: nothing is done, and nothing written.
        if suggested.is_none() {
            return Ok(());
        }
        let changed = possible_same::Entity::update_many()
            .col_expr(
                possible_same::Column::DismissedBy,
                sea_orm::sea_query::Expr::value(Some(by.uuid())),
            )
            .col_expr(
                possible_same::Column::DismissedAt,
                sea_orm::sea_query::Expr::value(Some(self.now().micros())),
            )
            .filter(possible_same::Column::Person.eq(first.uuid()))
            .filter(possible_same::Column::Other.eq(second.uuid()))
            .filter(possible_same::Column::DismissedAt.is_null())
            .exec(self.db())
            .await?;
        if changed.rows_affected > 0 {
            self.note(one, "same.dismissed", other.uuid()).await?;
            self.note(other, "same.dismissed", one.uuid()).await?;
            self.record(Kind::SameDismissed, json!({}))?;
        }
        Ok(())
    }
}
