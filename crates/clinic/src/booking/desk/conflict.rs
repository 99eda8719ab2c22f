//! What stands in the way of a time, told before anything is done.

use std::collections::BTreeSet;

use kernel::{AppointmentId, BlockId, Fault, Moment, ResourceId};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use trust::Act;
use uuid::Uuid;

use crate::booking::claim::Want;
use crate::booking::table::{appointment, block, busy};

/// Who has the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum With {
    /// An appointment.
    Appointment(AppointmentId),
    /// A break or block.
    Block(BlockId),
    /// Somebody who is filling in the form on the site.
    Hold {
        /// When the hold runs out by itself.
        until: Moment,
    },
}

/// Something in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// Whose time.
    pub resource: ResourceId,
    /// From when, minutes since 1970 UTC.
    pub start: i64,
    /// Until when.
    pub end: i64,
    /// Who has it.
    pub with: With,
}

/// What stands in the way of all that is wanted, but for what `besides` has itself. Empty: nothing.
pub(super) async fn conflicts(
    act: &Act,
    wants: &[Want<'_>],
    besides: Option<Uuid>,
) -> Result<Vec<Conflict>, Fault> {
    let mut found = BTreeSet::new();
    for want in wants {
        let resources = want.choices.iter().map(|resource| resource.id.uuid());
        let taken = overlapping(act, resources.collect(), want, besides).await?;
        let free = want.choices.iter().any(|resource| {
            let lanes: BTreeSet<i32> = taken
                .iter()
                .filter(|row| row.resource == resource.id.uuid())
                .map(|row| row.lane)
                .collect();
            (0..resource.lanes).any(|lane| !lanes.contains(&lane))
        });
        if !free {
            found.extend(told(act, taken).await?);
        }
    }
    Ok(found.into_iter().collect())
}

/// What stands in the way of keeping all lanes of a resource free.
pub(super) async fn all_in(act: &Act, want: &Want<'_>) -> Result<Vec<Conflict>, Fault> {
    let resources = want.choices.iter().map(|resource| resource.id.uuid());
    let taken = overlapping(act, resources.collect(), want, None).await?;
    let found: BTreeSet<Conflict> = told(act, taken).await?.into_iter().collect();
    Ok(found.into_iter().collect())
}

async fn overlapping(
    act: &Act,
    resources: Vec<Uuid>,
    want: &Want<'_>,
    besides: Option<Uuid>,
) -> Result<Vec<busy::Model>, Fault> {
    let lives = Condition::any()
        .add(busy::Column::ExpiresAt.is_null())
        .add(busy::Column::ExpiresAt.gt(act.now().micros()));
    let rows = busy::Entity::find()
        .filter(busy::Column::Resource.is_in(resources))
        .filter(busy::Column::Ends.gt(want.interval.start().0))
        .filter(busy::Column::Starts.lt(want.interval.end().0))
        .filter(lives)
        .all(act.db())
        .await?;
    Ok(rows
        .into_iter()
        .filter(|row| Some(row.owner) != besides)
        .collect())
}

/// Says who the owners are.
async fn told(act: &Act, taken: Vec<busy::Model>) -> Result<Vec<Conflict>, Fault> {
    let owners: BTreeSet<Uuid> = taken.iter().map(|row| row.owner).collect();
    let appointments = appointment::Entity::find()
        .filter(appointment::Column::Id.is_in(owners))
        .all(act.db())
        .await?;
    let appointments: BTreeSet<Uuid> = appointments.into_iter().map(|row| row.id).collect();
    let mut conflicts = Vec::with_capacity(taken.len());
    for row in taken {
        let with = match row.expires_at {
            Some(at) => With::Hold {
                until: Moment::from_micros(at),
            },
            None if appointments.contains(&row.owner) => {
                With::Appointment(AppointmentId::from_uuid(row.owner))
            }
            None => With::Block(super::block::whose(row.owner, row.lane)),
        };
        conflicts.push(Conflict {
            resource: ResourceId::from_uuid(row.resource),
            start: row.starts,
            end: row.ends,
            with,
        });
    }
    Ok(conflicts)
}

/// The blocks of these resources over a stretch of time.
pub(super) async fn blocks_at(
    act: &Act,
    branch: Uuid,
    (start, end): (i64, i64),
) -> Result<Vec<block::Model>, Fault> {
    Ok(block::Entity::find()
        .filter(block::Column::Branch.eq(branch))
        .filter(block::Column::Starts.lt(end))
        .filter(block::Column::Ends.gt(start))
        .all(act.db())
        .await?)
}
