//! The board: a day or a week of one branch, without a name.

use std::collections::BTreeSet;
use std::sync::Arc;

use calendar::schedule::{Interval, IntervalSet, Minute};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{AppointmentId, BranchId, Fault, Outcome, PractitionerId, ResourceId, Scope, Stop};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use trust::Act;
use trust::access::Action;
use trust::staff::Employee;
use uuid::Uuid;

use super::block::Block;
use super::card::{Card, CardRow, Glance, cards};
use super::conflict::blocks_at;
use super::gate;
use super::refusal::DeskRefusal;
use crate::booking::Booking;
use crate::booking::catalogue::{Branch, Catalogue, ResourceKind};
use crate::booking::refusal::{Pointer, Refusal};
use crate::booking::show::Status;
use crate::booking::table::{appointment, busy};
use crate::booking::timetable::windows_of;

/// Which board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoardQuery {
    /// Of which branch.
    pub branch: BranchId,
    /// Its first day, local.
    pub first: Date,
    /// A day or a week: 1 or 7.
    pub days: u8,
    /// One practitioner's alone. Who has only their own schedule gets that one, whatever is asked.
    pub practitioner: Option<PractitionerId>,
}

/// A stretch of time, minutes since 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// From when.
    pub start: i64,
    /// Until when.
    pub end: i64,
}

/// How full a practitioner's time is, in minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Of visits, done or to come.
    pub booked: i64,
    /// Of the schedule, what is kept free taken off.
    pub available: i64,
}

/// A practitioner's column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Whose.
    pub practitioner: PractitionerId,
    /// When they receive here.
    pub open: Vec<Span>,
    /// What lies between on the same day.
    pub breaks: Vec<Span>,
    /// How full it is.
    pub load: Load,
}

/// A lane of a room or device that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lane {
    /// Which room or device.
    pub resource: ResourceId,
    /// Which of its lanes, from zero.
    pub lane: i32,
    /// From when, minutes since 1970 UTC.
    pub start: i64,
    /// Until when.
    pub end: i64,
    /// The visit that takes it; none for a hold or a block.
    pub appointment: Option<AppointmentId>,
}

/// The picture.
#[derive(Clone, Debug)]
pub struct Board {
    /// The journal's size before it was drawn: whoever follows from here misses nothing.
    pub index: u64,
    /// In which its ids are to be read.
    pub catalogue: Arc<Catalogue>,
    /// What it shows: the practitioner is set where it is one's alone.
    pub query: BoardQuery,
    /// Its days, in minutes since 1970 UTC.
    pub span: Span,
    /// Practitioners, in the catalogue's order.
    pub columns: Vec<Column>,
    /// Appointments, by start. Cancelled ones while staff can take that back.
    pub cards: Vec<Card>,
    /// Taken lanes of the branch's rooms and devices.
    pub lanes: Vec<Lane>,
    /// Time kept free.
    pub blocks: Vec<Block>,
}

impl Booking {
    /// The board of some days of a branch, without a name: nothing is opened for it.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn board(&self, scope: Scope, query: BoardQuery) -> Outcome<Board, DeskRefusal> {
        self.timetable.recent().await?;
        let index = self.trust.journal_size().await?;
        let room = self.clone();
        self.trust
            .act("desk.board", scope, move |act| {
                let room = room.clone();
                Box::pin(async move {
                    let employee = gate::allowed(act, Action::SeeBoard).await?;
                    let catalogue = room.drawn();
                    let (query, span) = asked(&catalogue, &employee, query)?;
                    let rows = on_board(act, &catalogue, query, span).await?;
                    Ok(picture(act, catalogue, (query, span), index, rows).await?)
                })
            })
            .await
    }
}

/// The picture of these rows.
pub(super) async fn picture(
    act: &Act,
    catalogue: Arc<Catalogue>,
    (query, span): (BoardQuery, Span),
    index: u64,
    rows: Vec<CardRow>,
) -> Result<Board, Fault> {
    let blocks = blocks_at(act, query.branch.uuid(), (span.start, span.end)).await?;
    let blocks: Result<Vec<Block>, Fault> = blocks.into_iter().map(Block::of).collect();
    let mut blocks = blocks?;
    if let Some(only) = query.practitioner {
        blocks.retain(|block| block.resource == only);
    }
    let cards = cards(act, &catalogue, rows).await?;
    let columns = columns(&catalogue, query, span, &cards, &blocks);
    let lanes = match query.practitioner {
        Some(_) => Vec::new(),
        None => lanes(act, &catalogue, query.branch, span).await?,
    };
    Ok(Board {
        index,
        query,
        span,
        columns,
        cards,
        lanes,
        blocks,
        catalogue,
    })
}

/// What is asked, within the employee's reach, and its time.
pub(super) fn asked(
    catalogue: &Catalogue,
    employee: &Employee,
    query: BoardQuery,
) -> Outcome<(BoardQuery, Span), DeskRefusal> {
    let branch = gate::branch_of(catalogue, employee, query.branch)?;
    let practitioner = match employee.reach.practitioner {
        Some(own) => Some(own.ok_or_else(|| gate::unknown(Pointer::Practitioner))?),
        None => query.practitioner,
    };
    let range = || Stop::Refused(DeskRefusal::Booking(Refusal::Range));
    if !matches!(query.days, 1 | 7) {
        return Err(range());
    }
    let days = branch.days(query.first, query.days).ok_or_else(range)?;
    let query = BoardQuery {
        practitioner,
        ..query
    };
    Ok((query, span(days)))
}

fn span(interval: Interval) -> Span {
    Span {
        start: interval.start().0,
        end: interval.end().0,
    }
}

/// The appointments of a board.
fn find(query: BoardQuery, span: Span) -> Select<appointment::Entity> {
    let find = appointment::Entity::find()
        .filter(appointment::Column::Branch.eq(query.branch.uuid()))
        .filter(appointment::Column::Starts.gte(span.start))
        .filter(appointment::Column::Starts.lt(span.end));
    match query.practitioner {
        Some(only) => find.filter(appointment::Column::Practitioner.eq(only.uuid())),
        None => find,
    }
}

/// The appointments that a board shows now.
pub(super) async fn on_board(
    act: &Act,
    catalogue: &Catalogue,
    query: BoardQuery,
    span: Span,
) -> Result<Vec<CardRow>, Fault> {
    let mut rows: Vec<CardRow> = find(query, span)
        .order_by_asc(appointment::Column::Starts)
        .order_by_asc(appointment::Column::Id)
        .select_only()
        .columns(CardRow::COLUMNS)
        .into_model()
        .all(act.db())
        .await?;
    rows.retain(|row| row.glance.is_shown(catalogue, act.now()));
    Ok(rows)
}

/// The same, at a glance and in no order.
pub(super) async fn at_a_glance(
    act: &Act,
    catalogue: &Catalogue,
    query: BoardQuery,
    span: Span,
) -> Result<Vec<Glance>, Fault> {
    let mut rows: Vec<Glance> = find(query, span)
        .select_only()
        .columns(Glance::COLUMNS)
        .into_model()
        .all(act.db())
        .await?;
    rows.retain(|row| row.is_shown(catalogue, act.now()));
    Ok(rows)
}

/// The columns of those who receive at the branch on these days, or have a visit there.
fn columns(
    catalogue: &Catalogue,
    query: BoardQuery,
    board: Span,
    cards: &[Card],
    blocks: &[Block],
) -> Vec<Column> {
    let last = query
        .first
        .saturating_add((i64::from(query.days) - 1).days());
    let windows = windows_of(catalogue, (query.first, last));
    let branch = catalogue.branch_named(query.branch);
    let named = cards.iter().map(|card| card.practitioner);
    let named: BTreeSet<PractitionerId> = named.collect();
    let left = named
        .iter()
        .filter(|id| catalogue.practitioner(**id).is_none());
    let all = catalogue
        .practitioners()
        .map(|one| one.id)
        .chain(left.copied());
    let wanted = all.filter(|id| query.practitioner.is_none_or(|only| only == *id));
    let mut columns = Vec::new();
    for practitioner in wanted {
        let whole = Interval::new(Minute(board.start), Minute(board.end));
        let open: IntervalSet = windows
            .get(&practitioner)
            .into_iter()
            .flatten()
            .filter(|window| window.branch == query.branch)
            .filter_map(|window| window.interval.common(whole?))
            .collect();
        let own = query.practitioner == Some(practitioner);
        if open.as_slice().is_empty() && !named.contains(&practitioner) && !own {
            continue;
        }
        let kept: IntervalSet = blocks
            .iter()
            .filter(|block| block.resource == practitioner)
            .filter_map(|block| Interval::new(Minute(block.start), Minute(block.end)))
            .collect();
        let booked = cards
            .iter()
            .filter(|card| card.practitioner == practitioner)
            .filter(|card| !matches!(card.status, Status::Cancelled | Status::NoShow))
            .map(|card| card.end - card.start);
        columns.push(Column {
            practitioner,
            breaks: branch.map_or_else(Vec::new, |branch| breaks(branch, &open)),
            load: Load {
                booked: booked.sum(),
                available: open.difference(&kept).minutes(),
            },
            open: open.as_slice().iter().copied().map(span).collect(),
        });
    }
    columns
}

/// What lies between two open stretches of one local day.
fn breaks(branch: &Branch, open: &IntervalSet) -> Vec<Span> {
    let pairs = open.as_slice().windows(2);
    pairs
        .filter_map(|pair| match pair {
            [before, after] => Some((before.end().0, after.start().0)),
            _ => None,
        })
        .filter(|(start, end)| branch.day_of(*start) == branch.day_of(*end))
        .map(|(start, end)| Span { start, end })
        .collect()
}

async fn lanes(
    act: &Act,
    catalogue: &Catalogue,
    branch: BranchId,
    span: Span,
) -> Result<Vec<Lane>, Fault> {
    let things = catalogue
        .resources
        .iter()
        .filter(|one| one.kind != ResourceKind::Practitioner && one.branch == Some(branch));
    let things: Vec<Uuid> = things.map(|one| one.id.uuid()).collect();
    let rows = busy::Entity::find()
        .filter(busy::Column::Resource.is_in(things))
        .filter(busy::Column::Ends.gt(span.start))
        .filter(busy::Column::Starts.lt(span.end))
        .all(act.db())
        .await?;
    let owners = rows.iter().filter(|row| row.expires_at.is_none());
    let owners: BTreeSet<Uuid> = owners.map(|row| row.owner).collect();
    let visits: Vec<Uuid> = appointment::Entity::find()
        .select_only()
        .column(appointment::Column::Id)
        .filter(appointment::Column::Id.is_in(owners))
        .into_tuple()
        .all(act.db())
        .await?;
    let visits: BTreeSet<Uuid> = visits.into_iter().collect();
    let now = act.now().micros();
    let mut lanes: Vec<Lane> = rows
        .into_iter()
        .filter(|row| row.expires_at.is_none_or(|at| at > now))
        .map(|row| Lane {
            resource: ResourceId::from_uuid(row.resource),
            lane: row.lane,
            start: row.starts,
            end: row.ends,
            appointment: visits
                .contains(&row.owner)
                .then(|| AppointmentId::from_uuid(row.owner)),
        })
        .collect();
    lanes.sort_unstable();
    Ok(lanes)
}
