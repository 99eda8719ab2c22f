//! Cleaning: holds that ran out, and the log of changes past its hour.

use kernel::Fault;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Booking;
use super::table::{busy, busy_change, claim, hold};

/// Minutes for which the log of changes is kept.
const LOG_MINUTES: i64 = 60;

impl Booking {
    /// Deletes what has run out. Nothing waits for it: readers and claims pass over what ran out by themselves.
    ///
    /// # Errors
    /// The database's.
    pub async fn clean(&self) -> Result<u64, Fault> {
        let now = self.trust.clock().now();
        let (over, old) = (
            now.plus_minutes(-1).micros(),
            now.plus_minutes(-LOG_MINUTES).micros(),
        );
        self.trust
            .upkeep("booking.clean", move |db| {
                Box::pin(async move {
                    claim::Entity::delete_many()
                        .filter(claim::Column::ExpiresAt.lte(over))
                        .exec(db)
                        .await?;
                    busy::Entity::delete_many()
                        .filter(busy::Column::ExpiresAt.lte(over))
                        .exec(db)
                        .await?;
                    busy_change::Entity::delete_many()
                        .filter(busy_change::Column::At.lt(old))
                        .exec(db)
                        .await?;
                    let holds = hold::Entity::delete_many()
                        .filter(hold::Column::ExpiresAt.lte(over))
                        .exec(db)
                        .await?;
                    Ok(holds.rows_affected)
                })
            })
            .await
    }
}
