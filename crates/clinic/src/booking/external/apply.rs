//! A reading's busy times become blocks: what is new is claimed, what is gone is given free, the rest stays as it is.
//!
//! *Invariant*: one act a practitioner. Where somebody has the time already nothing is claimed, and an appointment there is
//! told of (`report.rs`); the rest of the stretch is claimed around it. Pieces begin and end at the same minutes however
//! often a file is read: they are cut at whole cells and at midnight, UTC.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use calendar::schedule::{Interval, IntervalSet, Minute};
use kernel::{BranchId, Fault, Moment, Outcome, PractitionerId, Scope, entropy};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use trust::Act;
use trust::access::Action;
use trust::journal::Kind;
use uuid::Uuid;

use super::calendar::Stretch;
use super::{Busy, ExternalRefusal, Horizon, said};
use crate::booking::Booking;
use crate::booking::catalogue::{Catalogue, Resource};
use crate::booking::claim;
use crate::booking::desk::{BlockKind, owner_of_lane};
use crate::booking::show::Status;
use crate::booking::table::{appointment, block, busy, external_conflict, external_source};

const DAY: i64 = 1440;

/// What a reading changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Busy stretches that the file has within the horizon.
    pub intervals: i64,
    /// Blocks made.
    pub added: usize,
    /// Blocks given free.
    pub removed: usize,
    /// Appointments that are overlapped and were not before.
    pub overlaps: usize,
}

/// What a practitioner's act is for.
#[derive(Clone)]
struct Task {
    source: Uuid,
    practitioner: PractitionerId,
    taken: IntervalSet,
    horizon: Horizon,
    action: Option<Action>,
    /// Where a stretch that begins there stands on a board.
    places: Vec<(Interval, BranchId)>,
    home: BranchId,
}

impl Task {
    fn branch_at(&self, minute: i64) -> BranchId {
        let holds = |(interval, _): &&(Interval, BranchId)| {
            interval.start().0 <= minute && minute < interval.end().0
        };
        self.places
            .iter()
            .find(holds)
            .map_or(self.home, |(_, branch)| *branch)
    }
}

impl Booking {
    pub(super) async fn apply(
        &self,
        scope: Scope,
        action: Option<Action>,
        source: Uuid,
        horizon: Horizon,
        mut read: Busy,
    ) -> Outcome<Applied, ExternalRefusal> {
        // Whoever is in the file no more is given free, too.
        let kept: Vec<Uuid> = block::Entity::find()
            .select_only()
            .column(block::Column::Resource)
            .distinct()
            .filter(block::Column::Source.eq(source))
            .filter(block::Column::Ends.gt(horizon.start))
            .into_tuple()
            .all(self.trust.reads())
            .await?;
        for resource in kept {
            read.entry(PractitionerId::from_uuid(resource)).or_default();
        }
        let catalogue = self.catalogue().await?;
        let mut all = Applied::default();
        for (practitioner, stretches) in read {
            let Some(task) = self.task(
                (source, action),
                &catalogue,
                practitioner,
                &stretches,
                horizon,
            ) else {
                continue;
            };
            all.intervals += i64::try_from(task.taken.as_slice().len()).unwrap_or(i64::MAX);
            let (task, catalogue) = (Arc::new(task), Arc::clone(&catalogue));
            let one = self
                .trust
                .act("external.read", scope, move |act| {
                    let (task, catalogue) = (Arc::clone(&task), Arc::clone(&catalogue));
                    Box::pin(async move { apply_in(act, &catalogue, &task).await })
                })
                .await?;
            all.added += one.added;
            all.removed += one.removed;
            all.overlaps += one.overlaps;
        }
        Ok(all)
    }

    fn task(
        &self,
        (source, action): (Uuid, Option<Action>),
        catalogue: &Catalogue,
        practitioner: PractitionerId,
        stretches: &[Stretch],
        horizon: Horizon,
    ) -> Option<Task> {
        let whole = Interval::new(Minute(horizon.start), Minute(horizon.end))?;
        let taken = stretches.iter().filter_map(|(from, until)| {
            Interval::new(Minute::floor(*from), Minute::ceil(*until))?.common(whole)
        });
        let works = catalogue.works_at(practitioner);
        let home = catalogue
            .branches
            .iter()
            .find(|branch| works.contains(&branch.id));
        let home = home.or(catalogue.branches.first())?.id;
        let picture = self.timetable.picture();
        let places = picture.windows(practitioner).iter();
        Some(Task {
            source,
            practitioner,
            taken: taken.collect(),
            horizon,
            action,
            places: places
                .map(|window| (window.interval, window.branch))
                .collect(),
            home,
        })
    }
}

async fn apply_in(
    act: &mut Act,
    catalogue: &Catalogue,
    task: &Task,
) -> Outcome<Applied, ExternalRefusal> {
    if let Some(action) = task.action {
        act.allowed(action).await.map_err(said)?;
    }
    let db = act.db();
    // Whoever removed the source meanwhile was first.
    let source = external_source::Entity::find_by_id(task.source)
        .one(db)
        .await?;
    let Some(source) = source.filter(|source| source.removed_at.is_none()) else {
        return Ok(Applied::default());
    };
    let there = block::Entity::find()
        .filter(block::Column::Source.eq(task.source))
        .filter(block::Column::Resource.eq(task.practitioner.uuid()))
        .filter(block::Column::Ends.gt(task.horizon.start))
        .all(db)
        .await?;
    let known: BTreeMap<(i64, i64), &block::Model> = there
        .iter()
        .map(|row| ((row.starts, row.ends), row))
        .collect();
    let overlaps = overlapped(act, task).await?;
    // Somebody who left keeps nothing.
    let resource = catalogue.practitioner(task.practitioner);
    let wanted = match resource {
        Some(resource) => pieces(act, task, resource, &there).await?,
        None => BTreeSet::new(),
    };
    let gone: Vec<&block::Model> = known
        .iter()
        .filter(|(span, _)| !wanted.contains(span))
        .map(|(_, row)| *row)
        .collect();
    let new: Vec<(i64, i64)> = wanted
        .iter()
        .filter(|span| !known.contains_key(span))
        .copied()
        .collect();
    let (fresh, told) = tell(act, task, &overlaps).await?;
    if gone.is_empty() && new.is_empty() && !told {
        return Ok(Applied::default());
    }
    for row in &gone {
        give_free(act, row).await?;
    }
    let mut added = 0;
    if let Some(resource) = resource {
        for span in &new {
            added += usize::from(keep(act, task, resource, &source, *span).await?);
        }
    }
    act.record(
        Kind::ExternalRead,
        json!({
            "source": task.source, "practitioner": task.practitioner, "added": added, "removed": gone.len(),
            "overlaps": fresh,
        }),
    )?;
    Ok(Applied {
        intervals: 0,
        added,
        removed: gone.len(),
        overlaps: fresh,
    })
}

/// The stretches to be claimed: what is taken there, in whole cells, without what others have here, cut at midnight.
async fn pieces(
    act: &Act,
    task: &Task,
    resource: &Resource,
    there: &[block::Model],
) -> Result<BTreeSet<(i64, i64)>, Fault> {
    let own: BTreeSet<Uuid> = there
        .iter()
        .flat_map(|row| (0..row.lanes).map(|lane| owner_of_lane(row.id, lane)))
        .collect();
    let now = act.now().micros();
    let others = busy::Entity::find()
        .filter(busy::Column::Resource.eq(task.practitioner.uuid()))
        .filter(busy::Column::Ends.gt(task.horizon.start))
        .filter(
            Condition::any()
                .add(busy::Column::ExpiresAt.is_null())
                .add(busy::Column::ExpiresAt.gt(now)),
        )
        .all(act.db())
        .await?;
    let grain = resource.grain;
    let widened = |start: i64, end: i64| {
        let end = (end + grain - 1).div_euclid(grain) * grain;
        Interval::new(Minute(start.div_euclid(grain) * grain), Minute(end))
    };
    let others: IntervalSet = others
        .iter()
        .filter(|row| !own.contains(&row.owner))
        .filter_map(|row| widened(row.starts, row.ends))
        .collect();
    let taken: IntervalSet = task
        .taken
        .as_slice()
        .iter()
        .filter_map(|interval| widened(interval.start().0, interval.end().0))
        .collect();
    let mut pieces = BTreeSet::new();
    for interval in taken.difference(&others).as_slice() {
        let (mut start, end) = (interval.start().0, interval.end().0);
        while start < end {
            // A grain that does not divide a day still begins its cells where it did.
            let midnight = (start.div_euclid(DAY) + 1) * DAY;
            let next = midnight.div_euclid(grain) * grain;
            let next = if next > start {
                next.min(end)
            } else {
                end.min(start + DAY)
            };
            pieces.insert((start, next));
            start = next;
        }
    }
    Ok(pieces)
}

/// Claims a stretch. Whoever was quicker keeps it: the next reading sees them.
async fn keep(
    act: &mut Act,
    task: &Task,
    resource: &Resource,
    source: &external_source::Model,
    (start, end): (i64, i64),
) -> Result<bool, Fault> {
    let Some(interval) = Interval::new(Minute(start), Minute(end)) else {
        return Ok(false);
    };
    let id = entropy::ordered_id(act.now());
    for lane in 0..resource.lanes {
        let claimed =
            claim::claim_lane(act, owner_of_lane(id, lane), resource, lane, interval).await;
        match claimed {
            Ok(()) => {}
            Err(kernel::Stop::Refused(_)) => {
                for lane in 0..lane {
                    claim::free(act, owner_of_lane(id, lane)).await?;
                }
                return Ok(false);
            }
            Err(kernel::Stop::Fault(fault)) => return Err(fault),
        }
    }
    let row = block::Model {
        id,
        resource: resource.id.uuid(),
        branch: task.branch_at(start).uuid(),
        lanes: resource.lanes,
        starts: start,
        ends: end,
        kind: BlockKind::External.code().into(),
        reason: source.title.clone(),
        made_by: source.made_by,
        made_at: act.now().micros(),
        act: act.id().uuid(),
        source: Some(task.source),
    };
    let insert = block::ActiveModel::from(row).reset_all();
    act.db().insert(vec![insert]).await?;
    Ok(true)
}

/// Gives a block's time free.
pub(super) async fn give_free(act: &Act, row: &block::Model) -> Result<(), Fault> {
    for lane in 0..row.lanes {
        claim::free(act, owner_of_lane(row.id, lane)).await?;
    }
    block::Entity::delete_by_id(row.id).exec(act.db()).await?;
    Ok(())
}

/// An appointment with the stretch that overlaps it.
struct Overlapped {
    appointment: Uuid,
    branch: Uuid,
    span: (i64, i64),
}

/// The appointments to come over which the practitioner is busy elsewhere.
async fn overlapped(act: &Act, task: &Task) -> Result<Vec<Overlapped>, Fault> {
    let now: Moment = act.now();
    let rows: Vec<(Uuid, Uuid, i64, i64)> = appointment::Entity::find()
        .select_only()
        .columns([
            appointment::Column::Id,
            appointment::Column::Branch,
            appointment::Column::Starts,
            appointment::Column::Ends,
        ])
        .filter(appointment::Column::Practitioner.eq(task.practitioner.uuid()))
        .filter(appointment::Column::Starts.lt(task.horizon.end))
        .filter(appointment::Column::Ends.gt(now.minutes()))
        .filter(appointment::Column::Status.is_in([
            Status::Requested.code(),
            Status::Accepted.code(),
            Status::Arrived.code(),
        ]))
        .into_tuple()
        .all(act.db())
        .await?;
    let rows = rows
        .into_iter()
        .filter_map(|(appointment, branch, start, end)| {
            let visit = Interval::new(Minute(start), Minute(end))?;
            let stretches = task.taken.as_slice().iter();
            let common = stretches
                .filter_map(|stretch| stretch.common(visit))
                .next()?;
            Some(Overlapped {
                appointment,
                branch,
                span: (common.start().0, common.end().0),
            })
        });
    Ok(rows.collect())
}

/// Writes down what overlaps and forgets what does so no more. Gives how many are new, and whether anything changed.
async fn tell(act: &Act, task: &Task, overlaps: &[Overlapped]) -> Result<(usize, bool), Fault> {
    let there = external_conflict::Entity::find()
        .filter(external_conflict::Column::Source.eq(task.source))
        .filter(external_conflict::Column::Resource.eq(task.practitioner.uuid()))
        .all(act.db())
        .await?;
    let over = |row: &&external_conflict::Model| {
        !overlaps
            .iter()
            .any(|one| one.appointment == row.appointment)
    };
    let over: Vec<Uuid> = there
        .iter()
        .filter(over)
        .map(|row| row.appointment)
        .collect();
    let mut changed = !over.is_empty();
    if changed {
        external_conflict::Entity::delete_many()
            .filter(external_conflict::Column::Source.eq(task.source))
            .filter(external_conflict::Column::Appointment.is_in(over))
            .exec(act.db())
            .await?;
    }
    let mut fresh = 0;
    for one in overlaps {
        let known = there.iter().find(|row| row.appointment == one.appointment);
        let row = external_conflict::ActiveModel {
            source: Set(task.source),
            appointment: Set(one.appointment),
            resource: Set(task.practitioner.uuid()),
            branch: Set(one.branch),
            starts: Set(one.span.0),
            ends: Set(one.span.1),
            found_at: Set(act.now().micros()),
            // Another stretch is another matter: what was said of the first does not settle it.
            known_by: Set(None),
            known_at: Set(None),
        };
        match known {
            Some(known) if (known.starts, known.ends) == one.span => {}
            Some(_) => {
                external_conflict::Entity::update(row)
                    .exec(act.db())
                    .await?;
                changed = true;
            }
            None => {
                act.db().insert(vec![row]).await?;
                fresh += 1;
                changed = true;
            }
        }
    }
    Ok((fresh, changed))
}
