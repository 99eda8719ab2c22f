//! Claims on time: a row a cell, whose key lets no second owner in, on any database and under any race.

use calendar::schedule::Interval;
use kernel::{BranchId, Fault, Moment, Outcome, ResourceId, Stop};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use trust::Act;
use uuid::Uuid;

use super::catalogue::{Catalogue, Resource, Service};
use super::table::{busy, busy_change, claim};

/// Somebody has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taken;

/// One of several resources is wanted for a stretch of time.
pub(super) struct Want<'a> {
    pub(super) choices: Vec<&'a Resource>,
    pub(super) interval: Interval,
}

/// What a visit needs: its practitioner, and one lane of each family at the branch.
pub(super) fn wants<'a>(
    catalogue: &'a Catalogue,
    service: &Service,
    practitioner: &'a Resource,
    branch: BranchId,
    start: i64,
) -> Vec<Want<'a>> {
    let interval = service.visit.claim(calendar::schedule::Minute(start));
    let mut wants = vec![Want {
        choices: vec![practitioner],
        interval,
    }];
    for family in &service.requires {
        wants.push(Want {
            choices: catalogue.family(family, branch).collect(),
            interval,
        });
    }
    // All acts claim in the same order, so that none waits for another that waits for it.
    wants.sort_by_key(|want| want.choices.first().map(|resource| resource.id));
    wants
}

/// Claims all that is wanted for one owner, or nothing.
pub(super) async fn claim_all(
    act: &Act,
    owner: Uuid,
    expires_at: Option<Moment>,
    wants: &[Want<'_>],
) -> Outcome<(), Taken> {
    let mut claimed = Vec::with_capacity(wants.len());
    for want in wants {
        match claim_one(act, owner, expires_at, want).await? {
            Some((resource, lane)) => claimed.push((resource, lane, want.interval)),
            None => return Err(Stop::Refused(Taken)),
        }
    }
    let rows = claimed
        .iter()
        .map(|(resource, lane, interval)| busy::ActiveModel {
            owner: Set(owner),
            resource: Set(resource.uuid()),
            lane: Set(*lane),
            starts: Set(interval.start().0),
            ends: Set(interval.end().0),
            expires_at: Set(expires_at.map(Moment::micros)),
        });
    act.db().insert(rows.collect()).await?;
    let changes = claimed
        .into_iter()
        .map(|(resource, lane, interval)| Change {
            owner,
            resource: resource.uuid(),
            lane,
            starts: interval.start().0,
            ends: interval.end().0,
            expires_at: expires_at.map(Moment::micros),
            freed: false,
        });
    log(act, changes.collect()).await?;
    Ok(())
}

/// Claims one lane of a resource for one owner.
pub(super) async fn claim_lane(
    act: &Act,
    owner: Uuid,
    resource: &Resource,
    lane: i32,
    interval: Interval,
) -> Outcome<(), Taken> {
    let wanted = cells(interval, resource.grain);
    if !claim_cells(act, owner, None, resource.id, lane, wanted).await? {
        return Err(Stop::Refused(Taken));
    }
    let row = busy::Model {
        owner,
        resource: resource.id.uuid(),
        lane,
        starts: interval.start().0,
        ends: interval.end().0,
        expires_at: None,
    };
    let insert = busy::ActiveModel::from(row.clone()).reset_all();
    act.db().insert(vec![insert]).await?;
    log(act, vec![Change::of(row, false)]).await?;
    Ok(())
}

/// The first lane of the first resource that can be had.
async fn claim_one(
    act: &Act,
    owner: Uuid,
    expires_at: Option<Moment>,
    want: &Want<'_>,
) -> Result<Option<(ResourceId, i32)>, Fault> {
    for resource in &want.choices {
        let cells = cells(want.interval, resource.grain);
        for lane in 0..resource.lanes {
            if claim_cells(act, owner, expires_at, resource.id, lane, cells.clone()).await? {
                return Ok(Some((resource.id, lane)));
            }
        }
    }
    Ok(None)
}

/// Inserts the cells; a cell whose hold has run out is taken over. If one is somebody's, none stays ours.
async fn claim_cells(
    act: &Act,
    owner: Uuid,
    expires_at: Option<Moment>,
    resource: ResourceId,
    lane: i32,
    cells: std::ops::Range<i64>,
) -> Result<bool, Fault> {
    let wanted = cells.clone().count() as u64;
    let rows = cells.map(|cell| claim::ActiveModel {
        resource: Set(resource.uuid()),
        lane: Set(lane),
        cell: Set(cell),
        owner: Set(owner),
        expires_at: Set(expires_at.map(Moment::micros)),
    });
    // Bound, so that the statement's text is the same for every act and is prepared once.
    let ran_out = Expr::col((claim::Entity, claim::Column::ExpiresAt)).lte(act.now().micros());
    let take_over = OnConflict::columns([
        claim::Column::Resource,
        claim::Column::Lane,
        claim::Column::Cell,
    ])
    .update_columns([claim::Column::Owner, claim::Column::ExpiresAt])
    .action_and_where(ran_out)
    .to_owned();
    let had = claim::Entity::insert_many(rows)
        .on_conflict(take_over)
        .exec_without_returning(act.db())
        .await?;
    if had == wanted {
        return Ok(true);
    }
    claim::Entity::delete_many()
        .filter(claim::Column::Owner.eq(owner))
        .filter(claim::Column::Resource.eq(resource.uuid()))
        .filter(claim::Column::Lane.eq(lane))
        .exec(act.db())
        .await?;
    Ok(false)
}

/// Frees all that an owner claimed.
pub(super) async fn free(act: &Act, owner: Uuid) -> Result<(), Fault> {
    claim::Entity::delete_many()
        .filter(claim::Column::Owner.eq(owner))
        .exec(act.db())
        .await?;
    let rows = busy::Entity::find()
        .filter(busy::Column::Owner.eq(owner))
        .all(act.db())
        .await?;
    busy::Entity::delete_many()
        .filter(busy::Column::Owner.eq(owner))
        .exec(act.db())
        .await?;
    log(
        act,
        rows.into_iter().map(|row| Change::of(row, true)).collect(),
    )
    .await
}

/// Moves the end of a hold.
pub(super) async fn extend(act: &Act, hold: Uuid, until: Moment) -> Result<(), Fault> {
    let rows = busy::Entity::find()
        .filter(busy::Column::Owner.eq(hold))
        .all(act.db())
        .await?;
    let until = Some(until.micros());
    claim::Entity::update_many()
        .col_expr(claim::Column::ExpiresAt, Expr::value(until))
        .filter(claim::Column::Owner.eq(hold))
        .exec(act.db())
        .await?;
    busy::Entity::update_many()
        .col_expr(busy::Column::ExpiresAt, Expr::value(until))
        .filter(busy::Column::Owner.eq(hold))
        .exec(act.db())
        .await?;
    log(
        act,
        rows.into_iter()
            .map(|row| Change {
                expires_at: until,
                ..Change::of(row, false)
            })
            .collect(),
    )
    .await
}

/// The cells that an interval touches. Starts, durations and buffers are multiples of the grain where the
/// catalogue was checked; an odd one claims the cells it begins and ends in whole.
fn cells(interval: Interval, grain: i64) -> std::ops::Range<i64> {
    let (start, end) = (interval.start().0, interval.end().0);
    start.div_euclid(grain)..(end + grain - 1).div_euclid(grain)
}

/// A line of the log that the pictures of other processes follow.
struct Change {
    owner: Uuid,
    resource: Uuid,
    lane: i32,
    starts: i64,
    ends: i64,
    expires_at: Option<i64>,
    freed: bool,
}

impl Change {
    fn of(row: busy::Model, freed: bool) -> Self {
        let busy::Model {
            owner,
            resource,
            lane,
            starts,
            ends,
            expires_at,
        } = row;
        Self {
            owner,
            resource,
            lane,
            starts,
            ends,
            expires_at,
            freed,
        }
    }
}

async fn log(act: &Act, changes: Vec<Change>) -> Result<(), Fault> {
    if changes.is_empty() {
        return Ok(());
    }
    let at = act.now().micros();
    let rows = changes.into_iter().map(|change| busy_change::ActiveModel {
        number: NotSet,
        at: Set(at),
        owner: Set(change.owner),
        resource: Set(change.resource),
        lane: Set(change.lane),
        starts: Set(change.starts),
        ends: Set(change.ends),
        expires_at: Set(change.expires_at),
        freed: Set(change.freed),
    });
    act.db().insert(rows.collect()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar::schedule::Minute;

    #[test]
    fn cells_cover_the_interval_and_touching_intervals_share_none() {
        let cells = |start, end, grain| {
            super::cells(
                Interval::new(Minute(start), Minute(end)).expect("an interval"),
                grain,
            )
        };
        assert_eq!(cells(100, 130, 5), 20..26);
        assert_eq!(cells(130, 160, 5), 26..32);
        assert_eq!(cells(101, 109, 5), 20..22);
        assert_eq!(cells(101, 109, 1), 101..109);
        assert_eq!(cells(-10, -5, 5), -2..-1);
    }
}
