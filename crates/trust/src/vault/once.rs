//! Repeated requests: the first answer is kept for a day and given again.

use kernel::{Fault, Outcome, PersonId, Stop, entropy, limits};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::core::{self, Place, TokenHash};
use super::person::{Record, unwrap_row};
use super::table::{idempotency, person_key};
use crate::act::Act;

/// A request that carries an idempotency key: what it is recognised by. Neither the key nor the body
/// can be read back from it.
#[derive(Clone, Debug)]
pub struct Once {
    key: TokenHash,
    body: TokenHash,
}

/// The key was used with another body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnceRefusal;

impl crate::Trust {
    /// Recognises a request by its route, the client's key and its exact body.
    #[must_use]
    pub fn once(&self, route: &str, idempotency_key: &str, body: &[u8]) -> Once {
        let keyring = self.0.keyring();
        let lookup = keyring.lookup_key();
        Once {
            key: lookup.hash_request(route, idempotency_key, &[]),
            body: lookup.hash_request(route, idempotency_key, body),
        }
    }

    /// Deletes answers older than a day.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_answers(&self) -> Result<u64, Fault> {
        let before = self
            .0
            .clock
            .now()
            .plus_seconds(-limits::IDEMPOTENCY_HOURS * 3600)
            .micros();
        self.upkeep("idempotency.forget", move |db| {
            Box::pin(async move {
                let old = idempotency::Column::CreatedAt.lt(before);
                Ok(idempotency::Entity::delete_many()
                    .filter(old)
                    .exec(db)
                    .await?
                    .rows_affected)
            })
        })
        .await
    }
}

impl Act {
    /// The first answer to this request, if there was one within the day.
    ///
    /// # Errors
    /// [`OnceRefusal`] if the key came with another body; a fault if the answer cannot be opened.
    pub async fn answered<T: DeserializeOwned>(
        &mut self,
        once: Option<&Once>,
    ) -> Outcome<Option<T>, OnceRefusal> {
        let Some(once) = once else { return Ok(None) };
        let key = once.key.as_bytes().to_vec();
        let Some(row) = idempotency::Entity::find_by_id(key.clone())
            .one(self.db())
            .await?
        else {
            return Ok(None);
        };
        if row.created_at
            < self
                .now()
                .plus_seconds(-limits::IDEMPOTENCY_HOURS * 3600)
                .micros()
        {
            idempotency::Entity::delete_by_id(key)
                .exec(self.db())
                .await?;
            return Ok(None);
        }
        if TokenHash::from_bytes(&row.body_hash).is_none_or(|body| body != once.body) {
            return Err(Stop::Refused(OnceRefusal));
        }
        let answer = match row.person {
            None => row.answer,
            Some(person) => self.open_answer(person, &row.key_hash, &row.answer).await?,
        };
        Ok(Some(serde_json::from_slice(&answer)?))
    }

    /// Keeps the answer; it dies with the person it is about.
    ///
    /// # Errors
    /// The person's key is gone, or the answer cannot be written.
    pub async fn answer<T: Serialize>(
        &mut self,
        once: Option<&Once>,
        person: Option<PersonId>,
        answer: &T,
    ) -> Result<(), Fault> {
        let Some(once) = once else { return Ok(()) };
        let mut answer = serde_json::to_vec(answer)?;
        if let Some(person) = person {
            let operator = self.house().operator.uuid();
            let touched = self.touch(person).await?;
            let place = answer_place(operator, person.uuid(), once.key.as_bytes());
            answer = core::seal(&place, &touched.keys, &answer, &mut entropy::rng());
        }
        let row = idempotency::ActiveModel {
            key_hash: Set(once.key.as_bytes().to_vec()),
            body_hash: Set(once.body.as_bytes().to_vec()),
            person: Set(person.map(PersonId::uuid)),
            answer: Set(answer),
            created_at: Set(self.now().micros()),
        };
        self.db().insert(vec![row]).await
    }

    /// An answer holds ids and the secret of a link, nothing that the asker did not have: giving it again
    /// reveals nothing and stands in no journal.
    async fn open_answer(&self, person: Uuid, key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        let row = person_key::Entity::find_by_id(person)
            .one(self.db())
            .await?
            .ok_or_else(|| Fault::broken("an answer outlived its person"))?;
        let operator = self.house().operator.uuid();
        let keys = {
            let keyring = self.house().keyring();
            unwrap_row(operator, |kek| keyring.kek(kek), &row)?.expand()
        };
        let opened = core::open(&answer_place(operator, person, key), &keys, sealed)?;
        Ok(opened.to_vec())
    }
}

const fn answer_place(operator: Uuid, person: Uuid, key: &[u8]) -> Place<'_> {
    Place {
        operator,
        person,
        table: "idempotency",
        record: key,
        field: "answer",
        version: 1,
    }
}

impl Record {
    /// A consent given by or for the person.
    #[must_use]
    pub const fn consent(id: kernel::ConsentId) -> Self {
        Self {
            place: "consent",
            id: id.uuid(),
        }
    }
}
