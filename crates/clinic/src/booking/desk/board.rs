//! The board: a day or a week of one branch, without a name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use calendar::schedule::{Interval, IntervalSet, Minute};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{
    AppointmentId, BranchId, Fault, Moment, Outcome, PersonId, PractitionerId, ResourceId, Scope,
    ServiceId, StaffId, Stop,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
};
use trust::Act;
use trust::access::Action;
use trust::consent::declaration::{Coded, ForWhom};
use trust::staff::Employee;
use trust::vault::Standing;
use uuid::Uuid;

use super::block::Block;
use super::change::{CancelReason, Outside};
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

/// An appointment as the board shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its id.
    pub id: AppointmentId,
    /// Who comes.
    pub person: PersonId,
    /// To whom.
    pub practitioner: PractitionerId,
    /// For what.
    pub service: ServiceId,
    /// From when, minutes since 1970 UTC.
    pub start: i64,
    /// Until when.
    pub end: i64,
    /// Its state.
    pub status: Status,
    /// For whom it was booked.
    pub for_whom: ForWhom,
    /// The employee who booked it; nobody where the site did.
    pub made_by: Option<StaffId>,
    /// When it was booked.
    pub made_at: Moment,
    /// Since when somebody waits: for acceptance, or in the hall.
    pub waits_since: Option<Moment>,
    /// Whether nobody accepted it in time.
    pub escalated: bool,
    /// Whether the patient's identity was confirmed.
    pub standing: Standing,
    /// How often it was moved.
    pub moves: i32,
    /// How often it was changed.
    pub revision: i32,
    /// Whether the last change can be taken back now.
    pub undoable: bool,
    /// Why it was cancelled.
    pub cancel_reason: Option<CancelReason>,
    /// Why it stands where the schedule offers nothing.
    pub outside: Option<Outside>,
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
                    room.board_in(act, &employee, query, index).await
                })
            })
            .await
    }

    async fn board_in(
        &self,
        act: &Act,
        employee: &Employee,
        query: BoardQuery,
        index: u64,
    ) -> Outcome<Board, DeskRefusal> {
        let catalogue = self.drawn();
        let (query, span) = asked(&catalogue, employee, query)?;
        let rows = on_board(act, &catalogue, query, span).await?;
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
async fn on_board(
    act: &Act,
    catalogue: &Catalogue,
    query: BoardQuery,
    span: Span,
) -> Result<Vec<appointment::Model>, Fault> {
    let mut rows = find(query, span)
        .order_by_asc(appointment::Column::Starts)
        .order_by_asc(appointment::Column::Id)
        .all(act.db())
        .await?;
    rows.retain(|row| is_shown(catalogue, &Glance::of(row), act.now()));
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
    rows.retain(|row| is_shown(catalogue, row, act.now()));
    Ok(rows)
}

/// Who cancelled is not on the board any more, but for what staff did by mistake.
pub(super) fn is_shown(catalogue: &Catalogue, row: &Glance, now: Moment) -> bool {
    row.status != Status::Cancelled.code() || row.is_undoable(catalogue, now)
}

/// As little of an appointment as tells whether a list shows it, and whom.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Glance {
    pub(super) id: Uuid,
    pub(super) person: Uuid,
    branch: Uuid,
    status: String,
    was: Option<String>,
    changed_at: Option<i64>,
    changed_by: Option<Uuid>,
}

impl Glance {
    pub(super) const COLUMNS: [appointment::Column; 7] = [
        appointment::Column::Id,
        appointment::Column::Person,
        appointment::Column::Branch,
        appointment::Column::Status,
        appointment::Column::Was,
        appointment::Column::ChangedAt,
        appointment::Column::ChangedBy,
    ];

    pub(super) fn of(row: &appointment::Model) -> Self {
        Self {
            id: row.id,
            person: row.person,
            branch: row.branch,
            status: row.status.clone(),
            was: row.was.clone(),
            changed_at: row.changed_at,
            changed_by: row.changed_by,
        }
    }

    /// Whether staff changed its state today, by the branch's own day, and nothing happened since.
    pub(super) fn is_undoable(&self, catalogue: &Catalogue, now: Moment) -> bool {
        let (Some(_), Some(_), Some(at)) = (&self.was, self.changed_by, self.changed_at) else {
            return false;
        };
        let branch = catalogue.branch_named(BranchId::from_uuid(self.branch));
        branch.is_some_and(|branch| {
            branch.day_of(Moment::from_micros(at).minutes()) == branch.day_of(now.minutes())
        })
    }
}

pub(super) async fn cards(
    act: &Act,
    catalogue: &Catalogue,
    rows: Vec<appointment::Model>,
) -> Result<Vec<Card>, Fault> {
    let persons: BTreeSet<PersonId> = rows
        .iter()
        .map(|row| PersonId::from_uuid(row.person))
        .collect();
    let persons: Vec<PersonId> = persons.into_iter().collect();
    let standings = act.standings(&persons).await?;
    rows.into_iter()
        .map(|row| card(catalogue, &standings, act.now(), row))
        .collect()
}

fn card(
    catalogue: &Catalogue,
    standings: &BTreeMap<PersonId, Standing>,
    now: Moment,
    row: appointment::Model,
) -> Result<Card, Fault> {
    let undoable = Glance::of(&row).is_undoable(catalogue, now);
    let broken =
        |what: &str, word: &str| Fault::broken(format!("no appointment has the {what} {word}"));
    let status = Status::from_code(&row.status).ok_or_else(|| broken("state", &row.status))?;
    let for_whom =
        ForWhom::from_code(&row.for_whom).ok_or_else(|| broken("patient", &row.for_whom))?;
    let person = PersonId::from_uuid(row.person);
    let waits_since = match status {
        Status::Requested => Some(row.created_at),
        Status::Arrived => row.arrived_at,
        _ => None,
    };
    Ok(Card {
        id: AppointmentId::from_uuid(row.id),
        person,
        practitioner: PractitionerId::from_uuid(row.practitioner),
        service: ServiceId::from_uuid(row.service),
        start: row.starts,
        end: row.ends,
        status,
        for_whom,
        made_by: row.made_by.map(StaffId::from_uuid),
        made_at: Moment::from_micros(row.created_at),
        waits_since: waits_since.map(Moment::from_micros),
        escalated: status == Status::Requested && row.escalated_at.is_some(),
        standing: standings
            .get(&person)
            .copied()
            .unwrap_or(Standing::AsStated),
        moves: row.moves,
        revision: row.revision,
        undoable,
        cancel_reason: row
            .cancel_reason
            .as_deref()
            .and_then(CancelReason::from_code),
        outside: row.outside.as_deref().and_then(Outside::from_code),
    })
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
