//! Breaks and blocks: time that staff keep free. *Invariant*: it is claimed cell by cell like a visit, so that nothing
//! can be booked over it and it never lies over a visit.

use calendar::schedule::{Interval, Minute};
use jiff::civil::Date;
use kernel::{
    BlockId, BranchId, Fault, Moment, Outcome, ResourceId, Scope, StaffId, Stop, entropy,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use trust::Act;
use trust::access::Action;
use trust::journal::Kind;
use trust::staff::Employee;
use uuid::Uuid;

use super::change::Fit;
use super::conflict::all_in;
use super::gate;
use super::refusal::DeskRefusal;
use crate::booking::Booking;
use crate::booking::catalogue::{Catalogue, Resource, ResourceKind};
use crate::booking::claim::{self, Want};
use crate::booking::refusal::Pointer;
use crate::booking::table::block;

/// What the time is kept free for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A rest.
    Break,
    /// Anything else.
    Block,
    /// Another system has it: made by its readings alone, never by hand.
    External,
}

impl BlockKind {
    /// The word in rows and forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Break => "break",
            Self::Block => "block",
            Self::External => "external",
        }
    }

    /// Reads the word of a form: what is made by hand.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Break, Self::Block]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// Time to keep free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBlock {
    /// Whose.
    pub resource: ResourceId,
    /// On which branch's board it stands.
    pub branch: BranchId,
    /// From when, minutes since 1970 UTC; widened to whole cells of the resource.
    pub start: i64,
    /// Until when: a day later at most.
    pub end: i64,
    /// What for.
    pub kind: BlockKind,
    /// For colleagues, in a line; about no patient.
    pub reason: String,
}

/// Time kept free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its id.
    pub id: BlockId,
    /// Whose.
    pub resource: ResourceId,
    /// At which branch.
    pub branch: BranchId,
    /// From when, minutes since 1970 UTC.
    pub start: i64,
    /// Until when.
    pub end: i64,
    /// What for.
    pub kind: BlockKind,
    /// For colleagues.
    pub reason: String,
    /// Who made it.
    pub made_by: StaffId,
    /// When.
    pub made_at: Moment,
}

impl Block {
    pub(super) fn of(row: block::Model) -> Result<Self, Fault> {
        let external = (row.kind == BlockKind::External.code()).then_some(BlockKind::External);
        let kind = external
            .or_else(|| BlockKind::from_code(&row.kind))
            .ok_or_else(|| Fault::broken(format!("no time is kept free as {}", row.kind)))?;
        Ok(Self {
            id: BlockId::from_uuid(row.id),
            resource: ResourceId::from_uuid(row.resource),
            branch: BranchId::from_uuid(row.branch),
            start: row.starts,
            end: row.ends,
            kind,
            reason: row.reason,
            made_by: StaffId::from_uuid(row.made_by),
            made_at: Moment::from_micros(row.made_at),
        })
    }
}

/// Minutes of a block at most: readers look no further back for what is taken.
const LONGEST: i64 = 1440;

/// Characters of its reason at most.
const REASON_CHARACTERS: usize = 200;

/// A resource has one owner a claim, so each lane of a block is claimed by an id of its own, one after another.
pub(in crate::booking) fn owner(id: Uuid, lane: i32) -> Uuid {
    Uuid::from_u128(id.as_u128().wrapping_add(u128::from(lane.unsigned_abs())))
}

/// The block whose claim on a lane this is.
pub(super) fn whose(owner: Uuid, lane: i32) -> BlockId {
    let id = owner
        .as_u128()
        .wrapping_sub(u128::from(lane.unsigned_abs()));
    BlockId::from_uuid(Uuid::from_u128(id))
}

impl Booking {
    /// Keeps time of a practitioner, room or device free, all lanes of it. The site offers it no more at once.
    ///
    /// # Errors
    /// [`DeskRefusal::Conflict`] with the visits that lie there already; others.
    pub async fn block(&self, scope: Scope, new: NewBlock) -> Outcome<Block, DeskRefusal> {
        self.timetable.fresh().await?;
        let (catalogue, new) = (self.drawn(), std::sync::Arc::new(new));
        self.trust
            .act("desk.block", scope, move |act| {
                let (catalogue, new) = (catalogue.clone(), std::sync::Arc::clone(&new));
                Box::pin(async move { block_in(act, &catalogue, &new).await })
            })
            .await
    }

    /// Whether the time could be kept free; nothing is done.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn could_block(&self, scope: Scope, new: NewBlock) -> Outcome<Fit, DeskRefusal> {
        self.timetable.fresh().await?;
        let (catalogue, new) = (self.drawn(), std::sync::Arc::new(new));
        self.trust
            .act("desk.could_block", scope, move |act| {
                let (catalogue, new) = (catalogue.clone(), std::sync::Arc::clone(&new));
                Box::pin(async move {
                    let employee = gate::allowed(act, Action::Block).await?;
                    let want = wanted(&catalogue, &employee, &new)?;
                    let taken = all_in(act, &want).await?;
                    Ok(match taken.is_empty() {
                        true => Fit::Fits,
                        false => Fit::Conflict(taken),
                    })
                })
            })
            .await
    }

    /// Gives the time free. One that is gone already, or lies out of reach, is no error: nothing is done.
    ///
    /// # Errors
    /// [`DeskRefusal::Access`].
    pub async fn unblock(&self, scope: Scope, id: BlockId) -> Outcome<(), DeskRefusal> {
        self.timetable.recent().await?;
        let catalogue = self.drawn();
        self.trust
            .act("desk.unblock", scope, move |act| {
                let catalogue = catalogue.clone();
                Box::pin(async move { unblock_in(act, &catalogue, id).await })
            })
            .await
    }
}

/// What a block claims, if the employee may have it there.
fn wanted<'a>(
    catalogue: &'a Catalogue,
    employee: &Employee,
    new: &NewBlock,
) -> Outcome<Want<'a>, DeskRefusal> {
    gate::branch_of(catalogue, employee, new.branch)?;
    let resource = catalogue
        .resource(new.resource)
        .filter(|resource| stands_at(catalogue, resource, new.branch))
        .filter(|resource| {
            resource.kind != ResourceKind::Practitioner
                || employee.reach.has_practitioner(resource.id)
        })
        .ok_or_else(|| gate::unknown(Pointer::Practitioner))?;
    let span = || Stop::Refused(DeskRefusal::Span);
    let length = new.end.checked_sub(new.start).ok_or_else(span)?;
    if new.kind == BlockKind::External
        || !(1..=LONGEST).contains(&length)
        || new.start.checked_abs().is_none()
    {
        return Err(span());
    }
    let grain = resource.grain;
    let start = new.start.div_euclid(grain) * grain;
    let end = (new.end + grain - 1).div_euclid(grain) * grain;
    let interval = Interval::new(Minute(start), Minute(end)).ok_or_else(span)?;
    Ok(Want {
        choices: vec![resource],
        interval,
    })
}

fn stands_at(catalogue: &Catalogue, resource: &Resource, branch: BranchId) -> bool {
    match resource.kind {
        ResourceKind::Practitioner => catalogue.works_at(resource.id).contains(&branch),
        _ => resource.branch == Some(branch),
    }
}

async fn block_in(
    act: &mut Act,
    catalogue: &Catalogue,
    new: &NewBlock,
) -> Outcome<Block, DeskRefusal> {
    let employee = gate::allowed(act, Action::Block).await?;
    let want = wanted(catalogue, &employee, new)?;
    let reason = new.reason.trim();
    let fits = reason.chars().count() <= REASON_CHARACTERS && !reason.contains(char::is_control);
    if !fits {
        return Err(Stop::Refused(DeskRefusal::Reason));
    }
    let taken = all_in(act, &want).await?;
    if !taken.is_empty() {
        // The same form sent again finds the block that it made.
        if let Some(made) = made_already(act, &employee, &want, new).await? {
            return Ok(made);
        }
        return Err(Stop::Refused(DeskRefusal::Conflict(taken)));
    }
    let id = entropy::ordered_id(act.now());
    let (mut lanes, mut of) = (0, None);
    for resource in &want.choices {
        (lanes, of) = (resource.lanes, Some(resource.id));
        for lane in 0..resource.lanes {
            let claimed = claim::claim_lane(act, owner(id, lane), resource, lane, want.interval);
            claimed
                .await
                .map_err(|stop| stop.map_refusal(|_| DeskRefusal::Conflict(Vec::new())))?;
        }
    }
    let resource = of.ok_or_else(|| Fault::broken("a block of nothing"))?;
    let row = block::Model {
        id,
        resource: resource.uuid(),
        branch: new.branch.uuid(),
        lanes,
        starts: want.interval.start().0,
        ends: want.interval.end().0,
        kind: new.kind.code().into(),
        reason: reason.to_owned(),
        made_by: employee.staff.uuid(),
        made_at: act.now().micros(),
        act: act.id().uuid(),
        source: None,
    };
    act.db()
        .insert(vec![block::ActiveModel::from(row.clone()).reset_all()])
        .await?;
    act.record(Kind::BlockMade, words(catalogue, &row))?;
    Ok(Block::of(row)?)
}

/// The block that this employee made with the same form.
async fn made_already(
    act: &Act,
    employee: &Employee,
    want: &Want<'_>,
    new: &NewBlock,
) -> Result<Option<Block>, Fault> {
    let row = block::Entity::find()
        .filter(block::Column::Resource.eq(new.resource.uuid()))
        .filter(block::Column::Branch.eq(new.branch.uuid()))
        .filter(block::Column::Starts.eq(want.interval.start().0))
        .filter(block::Column::Ends.eq(want.interval.end().0))
        .filter(block::Column::Kind.eq(new.kind.code()))
        .filter(block::Column::Reason.eq(new.reason.trim()))
        .filter(block::Column::MadeBy.eq(employee.staff.uuid()))
        .one(act.db())
        .await?;
    row.map(Block::of).transpose()
}

async fn unblock_in(act: &mut Act, catalogue: &Catalogue, id: BlockId) -> Outcome<(), DeskRefusal> {
    let employee = gate::allowed(act, Action::Block).await?;
    let row = block::Entity::find_by_id(id.uuid()).one(act.db()).await?;
    let reached = |row: &block::Model| {
        let own = employee.reach.practitioner.is_none()
            || employee
                .reach
                .has_practitioner(ResourceId::from_uuid(row.resource));
        own && employee.reach.has_branch(BranchId::from_uuid(row.branch))
    };
    // What another system has is given free by its readings alone: by hand it would come back with the next.
    let by_hand = |row: &block::Model| row.kind != BlockKind::External.code();
    let Some(row) = row.filter(reached).filter(by_hand) else {
        return Ok(());
    };
    for lane in 0..row.lanes {
        claim::free(act, owner(row.id, lane)).await?;
    }
    block::Entity::delete_by_id(row.id).exec(act.db()).await?;
    act.record(Kind::BlockRemoved, words(catalogue, &row))?;
    Ok(())
}

/// What the journal tells of a block: ids and days, no reason.
fn words(catalogue: &Catalogue, row: &block::Model) -> serde_json::Value {
    let branch = catalogue.branch_named(BranchId::from_uuid(row.branch));
    let day = |at| -> Option<Date> { branch.map(|branch| branch.day_of(at)) };
    json!({
        "block": row.id, "resource": row.resource, "branch": row.branch, "kind": row.kind, "starts": row.starts,
        "ends": row.ends, "from_day": day(row.starts), "day": day(row.ends - 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lane_of_a_block_has_an_owner_that_leads_back_to_it() {
        let id = Uuid::from_u128(u128::MAX);
        let owners: std::collections::BTreeSet<Uuid> = (0..3).map(|lane| owner(id, lane)).collect();
        assert_eq!(owners.len(), 3);
        assert!((0..3).all(|lane| whose(owner(id, lane), lane).uuid() == id));
    }
}
