//! Rotation: a new KEK wraps every person's key; the old ones are erased, and with them every copy of a
//! destroyed person's wrapped key. Fields are not touched. Rebuilding the indexes is rotation of theirs.

use kernel::{Actor, Case, CaseKind, DestructionId, Fault, PersonId, Purpose, Scope, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::core::{self, KeyPlace, WrappedKey};
use super::person::GENERATION;
use super::table::{blind_index, person_key};
use crate::Trust;
use crate::access::table::destruction;
use crate::journal::Kind;

/// Keys rewrapped in one act.
const BATCH: u64 = 500;

/// What a rotation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The KEK in use now.
    pub kek: u32,
    /// Keys of persons wrapped anew.
    pub keys: u64,
    /// KEKs erased.
    pub retired: usize,
}

impl Trust {
    /// Adds a KEK, rewraps every key with it and erases the older ones. Begun again after a crash, it goes on.
    ///
    /// # Errors
    /// The key folder's or the database's; keys already rewrapped stay so.
    pub async fn rotate_keys(&self) -> Result<Rotated, Fault> {
        let _alone = self.0.rotating.lock().await;
        self.rotate_alone().await
    }

    /// The rotation that makes a destruction unrecoverable: nothing where another rotation did so already.
    ///
    /// # Errors
    /// As [`rotate_keys`](Self::rotate_keys).
    pub async fn rotate_after(&self, destruction: DestructionId) -> Result<Option<Rotated>, Fault> {
        let _alone = self.0.rotating.lock().await;
        let row = destruction::Entity::find_by_id(destruction.uuid())
            .one(self.reads())
            .await?;
        match row {
            Some(row) if row.unrecoverable_at.is_none() => Ok(Some(self.rotate_alone().await?)),
            _ => Ok(None),
        }
    }

    async fn rotate_alone(&self) -> Result<Rotated, Fault> {
        let now = self.0.clock.now();
        let kek = self
            .0
            .keyring_mut()
            .add_kek(now.micros(), &mut entropy::rng())?;
        self.outlast_acts().await;
        let mut keys = 0;
        // By the column, which is quick; then by what the keys themselves say, which is true.
        for by in [By::Column, By::Header] {
            loop {
                let done = self
                    .act("vault.rewrap", rekey_scope(), move |act| {
                        Box::pin(rewrap(act, kek, by))
                    })
                    .await;
                let done: u64 = settled(done)?;
                keys += done;
                if done == 0 {
                    break;
                }
            }
        }
        let older: Vec<u32> = {
            let keyring = self.0.keyring();
            keyring
                .keyset()
                .live()
                .filter(|key| key.kind == core::KeyKind::Kek && key.number != kek)
                .map(|key| key.number)
                .collect()
        };
        for number in &older {
            self.0
                .keyring_mut()
                .retire_kek(*number, self.0.clock.now().micros())?;
        }
        let retired = older.len();
        let ended = self
            .act("vault.retire", rekey_scope(), move |act| {
                let older = older.clone();
                Box::pin(async move {
                    let at = act.now().micros();
                    // Every key but this one is gone, also those of a rotation that did not live to say so.
                    destruction::Entity::update_many()
                        .col_expr(destruction::Column::UnrecoverableAt, Expr::value(at))
                        .filter(destruction::Column::RemovedAt.is_not_null())
                        .filter(destruction::Column::UnrecoverableAt.is_null())
                        .filter(destruction::Column::Kek.ne(kek.cast_signed()))
                        .exec(act.db())
                        .await?;
                    act.record(Kind::KeysRotated, json!({ "kek": kek, "retired": older }))?;
                    Ok::<(), kernel::Stop<()>>(())
                })
            })
            .await;
        settled(ended)?;
        Ok(Rotated { kek, keys, retired })
    }

    /// Waits until every act that may still write with the keys of before is over. SQLite's acts are one after
    /// another: whatever is asked next comes after them.
    async fn outlast_acts(&self) {
        drop(self.0.under_way.write().await);
    }

    /// Begins a new epoch of the indexes, writes every row anew and erases the older epochs.
    ///
    /// # Errors
    /// The key folder's or the database's; begun again, it goes on.
    pub async fn rebuild_indexes(&self) -> Result<u64, Fault> {
        let _alone = self.0.rotating.lock().await;
        let now = self.0.clock.now();
        let epoch = self
            .0
            .keyring_mut()
            .add_index_epoch(now.micros(), &mut entropy::rng())?;
        self.outlast_acts().await;
        let (mut after, mut persons) = (Uuid::nil(), 0);
        loop {
            let scope = Scope {
                actor: Actor::Console,
                purpose: Purpose::Rekey,
                case: Some(Case {
                    kind: CaseKind::Batch,
                    id: entropy::random_id(),
                }),
            };
            let done = self
                .act("vault.reindex", scope, move |act| {
                    Box::pin(async move {
                        let batch = keyed_after(act, after).await?;
                        let ids: Vec<PersonId> =
                            batch.iter().copied().map(PersonId::from_uuid).collect();
                        if !ids.is_empty() {
                            act.reindex(&ids).await?;
                            act.record(
                                Kind::IndexRebuilt,
                                json!({ "persons": ids.len(), "epoch": epoch }),
                            )?;
                        }
                        Ok::<_, kernel::Stop<()>>(batch)
                    })
                })
                .await;
            let batch: Vec<Uuid> = settled(done)?;
            let Some(last) = batch.last() else { break };
            after = *last;
            persons += batch.len() as u64;
        }
        let older: Vec<u32> = {
            let keyring = self.0.keyring();
            keyring
                .live_epochs()
                .map(|epoch| epoch.number())
                .filter(|number| *number != epoch)
                .collect()
        };
        let gone = older.clone();
        let ended = self
            .act("vault.retire_epochs", rekey_scope(), move |act| {
                let older = gone.clone();
                Box::pin(async move {
                    let rows = blind_index::Column::Epoch
                        .is_in(older.iter().map(|epoch| epoch.cast_signed()));
                    blind_index::Entity::delete_many()
                        .filter(rows)
                        .exec(act.db())
                        .await?;
                    act.record(
                        Kind::IndexRebuilt,
                        json!({ "epoch": epoch, "retired": older }),
                    )?;
                    Ok::<(), kernel::Stop<()>>(())
                })
            })
            .await;
        settled(ended)?;
        for number in older {
            self.0
                .keyring_mut()
                .retire_index_epoch(number, self.0.clock.now().micros())?;
        }
        Ok(persons)
    }
}

const fn rekey_scope() -> Scope {
    Scope {
        actor: Actor::Console,
        purpose: Purpose::Rekey,
        case: None,
    }
}

/// How keys of other KEKs are found.
#[derive(Clone, Copy)]
enum By {
    /// The number beside the key: indexed, and anybody's with the database.
    Column,
    /// The number in the key's own header, which the key would not open without.
    Header,
}

async fn rewrap(act: &mut crate::act::Act, kek: u32, by: By) -> kernel::Outcome<u64, ()> {
    let others = match by {
        By::Column => person_key::Column::Kek.ne(kek.cast_signed()),
        By::Header => {
            let begins = WrappedKey::begins(kek);
            let length = i32::try_from(begins.len())?;
            Expr::expr(Func::cust("substr").args([
                Expr::col(person_key::Column::Wrapped),
                Expr::value(1),
                Expr::value(length),
            ]))
            .ne(begins.to_vec())
        }
    };
    let rows = person_key::Entity::find()
        .filter(others)
        .limit(BATCH)
        .all(act.db())
        .await?;
    let operator = act.house().operator.uuid();
    let rewrapped: Vec<(Uuid, Vec<u8>)> = {
        let keyring = act.house().keyring();
        let new = keyring
            .kek(kek)
            .ok_or_else(|| Fault::broken("the new KEK is not in the key folder"))?;
        let mut done = Vec::with_capacity(rows.len());
        for row in &rows {
            let wrapped = WrappedKey::parse(&row.wrapped)?;
            let old = keyring.kek(wrapped.kek()).ok_or_else(|| {
                Fault::broken(format!("the key folder has no KEK {}", wrapped.kek()))
            })?;
            let place = KeyPlace {
                operator,
                person: row.person,
                generation: GENERATION,
            };
            let again = core::rewrap(old, new, &place, &wrapped, &mut entropy::rng())?;
            done.push((row.person, again.as_bytes().to_vec()));
        }
        done
    };
    let count = rewrapped.len() as u64;
    for (person, wrapped) in rewrapped {
        person_key::Entity::update(person_key::ActiveModel {
            person: Set(person),
            kek: Set(kek.cast_signed()),
            wrapped: Set(wrapped),
            ..Default::default()
        })
        .exec(act.db())
        .await?;
    }
    if count > 0 {
        act.record(Kind::KeysRewrapped, json!({ "kek": kek, "keys": count }))?;
    }
    Ok(count)
}

async fn keyed_after(act: &crate::act::Act, after: Uuid) -> Result<Vec<Uuid>, Fault> {
    let rows = person_key::Entity::find()
        .filter(person_key::Column::Person.gt(after))
        .order_by_asc(person_key::Column::Person)
        .limit(BATCH)
        .all(act.db())
        .await?;
    Ok(rows.into_iter().map(|row| row.person).collect())
}

fn settled<T>(outcome: kernel::Outcome<T, ()>) -> Result<T, Fault> {
    outcome.map_err(|stop| match stop {
        kernel::Stop::Refused(()) => Fault::broken("upkeep of keys was refused"),
        kernel::Stop::Fault(fault) => fault,
    })
}
