//! Failed attempts: five are free, then the way is closed for a minute, two, four, up to a quarter of an hour.
//!
//! *Invariant*: attempts are counted by login and browser, by a keyed hash: a login that does not exist closes like one that
//! does, and whoever tries from elsewhere does not shut out the browser in which its owner signs in every day.

use kernel::{Fault, Moment};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::table::sign_in_failure;
use crate::Trust;

/// Failures that close nothing.
const FREE: i32 = 5;
/// Minutes of the longest closing.
const LONGEST: i64 = 15;
/// Minutes after which an old failure is forgotten.
const FORGOTTEN: i64 = 24 * 60;

/// What attempts are counted by.
#[derive(Clone, Debug)]
pub(super) struct Key(Vec<u8>);

/// Minutes for which this failure closes the way.
fn minutes(failures: i32) -> i64 {
    match failures - FREE {
        ..0 => 0,
        over @ 0..=3 => 1 << over,
        _ => LONGEST,
    }
}

impl Trust {
    pub(super) fn failure_key(&self, what: &str, at: Option<uuid::Uuid>) -> Key {
        let place = at.map(|device| device.to_string()).unwrap_or_default();
        let keyring = self.0.keyring();
        let hash = keyring
            .lookup_key()
            .hash_request("sign-in", what, place.as_bytes());
        Key(hash.as_bytes().to_vec())
    }

    /// Counts an attempt before it is looked at, so that many at once are not more than one after another; whoever gets in
    /// takes it back. Gives until when the way is closed, if it is: then nothing is counted.
    pub(super) async fn attempt(&self, key: &Key) -> Result<Result<(), Moment>, Fault> {
        let (key, now) = (key.0.clone(), self.0.clock.now());
        self.upkeep("staff.attempt", move |db| {
            let key = key.clone();
            Box::pin(async move {
                let fresh = sign_in_failure::ActiveModel {
                    key_hash: Set(key.clone()),
                    failures: Set(0),
                    last_at: Set(now.micros()),
                    closed_until: Set(0),
                };
                let there = OnConflict::column(sign_in_failure::Column::KeyHash)
                    .do_nothing()
                    .to_owned();
                sign_in_failure::Entity::insert(fresh)
                    .on_conflict(there)
                    .exec_without_returning(db)
                    .await?;
                let row = sign_in_failure::Entity::find_by_id(key.clone())
                    .lock_exclusive()
                    .one(db)
                    .await?
                    .ok_or_else(|| Fault::unavailable("a counted attempt is not there"))?;
                if row.closed_until > now.micros() {
                    return Ok(Err(Moment::from_micros(row.closed_until)));
                }
                let old = row.last_at <= now.plus_minutes(-FORGOTTEN).micros();
                let failures = if old {
                    1
                } else {
                    row.failures.saturating_add(1)
                };
                let closed = minutes(failures);
                if closed > 0 {
                    metrics::counter!("medok_sign_ins_closed_total").increment(1);
                }
                sign_in_failure::Entity::update(sign_in_failure::ActiveModel {
                    key_hash: Set(key),
                    failures: Set(failures),
                    last_at: Set(now.micros()),
                    closed_until: Set(now.plus_minutes(closed).micros()),
                })
                .exec(db)
                .await?;
                Ok(Ok(()))
            })
        })
        .await
    }

    /// Forgets the failures of whoever got in.
    pub(super) async fn succeeded(&self, key: &Key) -> Result<(), Fault> {
        let key = key.0.clone();
        self.upkeep("staff.succeeded", move |db| {
            let key = key.clone();
            Box::pin(async move {
                sign_in_failure::Entity::delete_by_id(key).exec(db).await?;
                Ok(())
            })
        })
        .await
    }

    /// Forgets failures older than a day.
    pub(super) async fn forget_failures(&self) -> Result<(), Fault> {
        let before = self.0.clock.now().plus_minutes(-FORGOTTEN).micros();
        self.upkeep("staff.forget_failures", move |db| {
            Box::pin(async move {
                sign_in_failure::Entity::delete_many()
                    .filter(sign_in_failure::Column::LastAt.lt(before))
                    .exec(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn closing_grows_and_ends() {
        let of: Vec<i64> = (1..12).map(minutes).collect();
        assert_eq!(of, [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15]);
    }
}
