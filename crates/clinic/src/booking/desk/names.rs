//! The names of a list: opened together, under one ticket, told to the journal in one entry with a sub-entry a person.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{
    AppointmentId, BoardId, BranchId, Case, Fault, Outcome, PersonId, Personal, PractitionerId,
    Scope, Stop, entropy,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
};
use trust::access::Action;
use trust::staff::Employee;
use trust::vault::{Opened, Record, Wanted};
use trust::{Act, CasePlace, Statements};
use uuid::Uuid;

use super::board::{self, Board, BoardQuery, Span};
use super::card::{Card, CardRow, Glance, cards};
use super::change::{NOTE, cancellation_of};
use super::gate;
use super::refusal::{DeskRefusal, said};
use crate::booking::Booking;
use crate::booking::catalogue::{Catalogue, days_in};
use crate::booking::show::Status;
use crate::booking::table::{appointment, board as board_row, branch as branch_row};

/// How a patient is called.
#[derive(Clone, Debug)]
pub struct PatientName {
    /// Фамилия.
    pub surname: Option<Personal<String>>,
    /// Имя.
    pub given_name: Option<Personal<String>>,
    /// Отчество.
    pub patronymic: Option<Personal<String>>,
}

/// The names of a list.
#[derive(Clone, Debug)]
pub struct Names {
    /// The list: cards are opened under its ticket later.
    pub board: BoardId,
    /// By appointment; none where the law does not let the name be opened any more: the consent was withdrawn.
    pub names: BTreeMap<AppointmentId, Option<PatientName>>,
}

/// One card with its name, for a page that is patched.
#[derive(Clone, Debug)]
pub struct NamedCard {
    /// Where it stands.
    pub branch: BranchId,
    /// The card.
    pub card: Card,
    /// Its name, as in [`Names`].
    pub name: Option<PatientName>,
}

const FIELDS: &[&str] = &["surname", "given_name", "patronymic"];

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    Days(Date, u8),
    Waiting,
}

impl List {
    /// As a row has it.
    fn columns(self) -> (String, i32) {
        match self {
            Self::Days(first, days) => (first.to_string(), days.into()),
            Self::Waiting => (String::new(), 0),
        }
    }

    fn of(row: &board_row::Model) -> Result<Self, Fault> {
        let broken = || Fault::broken("a board has no such days");
        match u8::try_from(row.days).map_err(|_| broken())? {
            0 => Ok(Self::Waiting),
            days => Ok(Self::Days(
                row.first_day.parse().map_err(|_| broken())?,
                days,
            )),
        }
    }
}

impl Booking {
    /// A board with the names of its patients: [`board`](Self::board) and [`names`](Self::names) in one act.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn named_board(
        &self,
        scope: Scope,
        query: BoardQuery,
    ) -> Outcome<(Board, Names), DeskRefusal> {
        self.timetable.recent().await?;
        let index = self.trust.journal_size().await?;
        let catalogue = self.drawn();
        self.trust
            .act("desk.named_board", scope, move |act| {
                let catalogue = Arc::clone(&catalogue);
                Box::pin(async move {
                    let employee = gate::allowed(act, Action::SeeBoard).await?;
                    let (query, span) = board::asked(&catalogue, &employee, query)?;
                    check_past(act, &catalogue, query).await?;
                    let rows = board::on_board(act, &catalogue, query, span).await?;
                    let shown: Vec<Glance> = rows.iter().map(|row| row.glance.clone()).collect();
                    let picture =
                        board::picture(act, catalogue, (query, span), index, rows).await?;
                    let list = List::Days(query.first, query.days);
                    let list = board_of(act, query.branch, list, query.practitioner).await?;
                    Ok((picture, names_of(act, list, &shown).await?))
                })
            })
            .await
    }

    /// The names of a board's patients: one entry of the journal with a sub-entry a person; seen again under the same
    /// ticket, none. A ticket that ran out is followed by a new one.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn names(&self, scope: Scope, query: BoardQuery) -> Outcome<Names, DeskRefusal> {
        self.timetable.recent().await?;
        let catalogue = self.drawn();
        self.trust
            .act("desk.names", scope, move |act| {
                let catalogue = Arc::clone(&catalogue);
                Box::pin(async move {
                    let employee = gate::allowed(act, Action::SeeBoard).await?;
                    let (query, span) = board::asked(&catalogue, &employee, query)?;
                    check_past(act, &catalogue, query).await?;
                    names_of_days(act, &catalogue, query, span).await
                })
            })
            .await
    }

    /// The names of some of those who wait at a branch, as [`names`](Self::names); of whoever waits no more, none.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn waiting_names(
        &self,
        scope: Scope,
        branch: BranchId,
        shown: Vec<AppointmentId>,
    ) -> Outcome<Names, DeskRefusal> {
        self.timetable.recent().await?;
        let catalogue = self.drawn();
        let shown: Arc<[Uuid]> = shown.iter().map(|id| id.uuid()).collect();
        self.trust
            .act("desk.waiting_names", scope, move |act| {
                let (catalogue, shown) = (Arc::clone(&catalogue), Arc::clone(&shown));
                Box::pin(async move {
                    let employee = gate::allowed(act, Action::Accept).await?;
                    gate::branch_of(&catalogue, &employee, branch)?;
                    let own = employee.reach.practitioner.flatten();
                    let rows = waiting_at(act.db(), branch.uuid(), own, &shown).await?;
                    names_of_waiting(act, &employee, branch, &rows).await
                })
            })
            .await
    }

    /// One card of a list with its name, opened under the list's own ticket. An appointment that is not on the list (any
    /// more) is absent.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn card(
        &self,
        scope: Scope,
        board: BoardId,
        appointment: AppointmentId,
    ) -> Outcome<NamedCard, DeskRefusal> {
        self.timetable.recent().await?;
        let catalogue = self.drawn();
        self.trust
            .act("desk.card", scope, move |act| {
                let catalogue = Arc::clone(&catalogue);
                Box::pin(async move { card_in(act, &catalogue, board, appointment).await })
            })
            .await
    }

    /// What staff wrote beside the reason of a cancellation, opened under the list's own ticket. Nothing where nothing was
    /// written, or where the law does not let it be opened any more.
    ///
    /// # Errors
    /// [`DeskRefusal`].
    pub async fn cancellation_note(
        &self,
        scope: Scope,
        board: BoardId,
        appointment: AppointmentId,
    ) -> Outcome<Option<Personal<String>>, DeskRefusal> {
        self.timetable.recent().await?;
        let catalogue = self.drawn();
        self.trust
            .act("desk.cancellation_note", scope, move |act| {
                let catalogue = Arc::clone(&catalogue);
                Box::pin(async move { note_in(act, &catalogue, board, appointment).await })
            })
            .await
    }
}

/// An appointment of a list, where it stands there.
async fn on_list(
    act: &Act,
    catalogue: &Catalogue,
    board: BoardId,
    appointment: AppointmentId,
) -> Outcome<appointment::Model, DeskRefusal> {
    let absent = || Stop::Refused(DeskRefusal::Absent);
    let employee = gate::allowed(act, Action::SeeBoard).await?;
    let of = board_row::Entity::find_by_id(board.uuid())
        .one(act.db())
        .await?
        .filter(|row| employee.reach.has(&place_of(row)))
        .ok_or_else(absent)?;
    let row = appointment::Entity::find_by_id(appointment.uuid())
        .one(act.db())
        .await?
        .ok_or_else(absent)?;
    if is_on(catalogue, &of, &row)? && Glance::of(&row).is_shown(catalogue, act.now()) {
        Ok(row)
    } else {
        Err(absent())
    }
}

/// What was written beside the reason, under the list's own ticket.
async fn note_in(
    act: &mut Act,
    catalogue: &Catalogue,
    board: BoardId,
    appointment: AppointmentId,
) -> Outcome<Option<Personal<String>>, DeskRefusal> {
    let row = on_list(act, catalogue, board, appointment).await?;
    act.about(Case::board(board));
    let ticket = act.ticket(None).await.map_err(said)?;
    let wanted = [Wanted {
        person: PersonId::from_uuid(row.person),
        record: cancellation_of(&row),
        fields: &[NOTE],
    }];
    let opened = act.open_each(Some(ticket), &wanted).await.map_err(said)?;
    let opened = opened.into_iter().flatten().next();
    let note = opened.and_then(|mut opened| opened.remove(NOTE));
    Ok(note.filter(|note| !note.reveal().is_empty()))
}

async fn card_in(
    act: &mut Act,
    catalogue: &Catalogue,
    board: BoardId,
    appointment: AppointmentId,
) -> Outcome<NamedCard, DeskRefusal> {
    let row = on_list(act, catalogue, board, appointment).await?;
    let mut named = names_of(act, board, &[Glance::of(&row)]).await?;
    let branch = BranchId::from_uuid(row.branch);
    let card = cards(act, catalogue, vec![CardRow::of(row)]).await?.pop();
    Ok(NamedCard {
        branch,
        card: card.ok_or_else(|| Fault::broken("a card is lost"))?,
        name: named.names.remove(&appointment).flatten(),
    })
}

/// Whoever meets patients and may not see with whom they were before opens nobody of an earlier day.
async fn check_past(
    act: &Act,
    catalogue: &Catalogue,
    query: BoardQuery,
) -> Outcome<(), DeskRefusal> {
    let branch = catalogue.branch_named(query.branch);
    let past = branch.is_some_and(|branch| query.first < branch.day_of(act.now().minutes()));
    if past && act.allowed(Action::FindPerson).await.is_ok() {
        gate::allowed(act, Action::SeeVisits).await?;
    }
    Ok(())
}

/// The names of the list of some days.
pub(super) async fn names_of_days(
    act: &mut Act,
    catalogue: &Catalogue,
    query: BoardQuery,
    span: Span,
) -> Outcome<Names, DeskRefusal> {
    let list = List::Days(query.first, query.days);
    let board = board_of(act, query.branch, list, query.practitioner).await?;
    let rows = board::at_a_glance(act, catalogue, query, span).await?;
    names_of(act, board, &rows).await
}

/// The names of some of the list of those who wait at a branch.
pub(super) async fn names_of_waiting(
    act: &mut Act,
    employee: &Employee,
    branch: BranchId,
    shown: &[Glance],
) -> Outcome<Names, DeskRefusal> {
    let own = employee.reach.practitioner.flatten();
    let board = board_of(act, branch, List::Waiting, own).await?;
    names_of(act, board, shown).await
}

/// Opens the names of these appointments of a list.
async fn names_of(act: &mut Act, board: BoardId, rows: &[Glance]) -> Outcome<Names, DeskRefusal> {
    act.about(Case::board(board));
    let ticket = act.ticket(None).await.map_err(said)?;
    let wanted: Vec<Wanted> = rows
        .iter()
        .map(|row| {
            let person = PersonId::from_uuid(row.person);
            Wanted {
                person,
                record: Record::person(person),
                fields: FIELDS,
            }
        })
        .collect();
    let opened = act.open_each(Some(ticket), &wanted).await.map_err(said)?;
    let names = rows
        .iter()
        .zip(opened)
        .map(|(row, opened)| (AppointmentId::from_uuid(row.id), opened.map(name)));
    Ok(Names {
        board,
        names: names.collect(),
    })
}

fn name(mut opened: Opened) -> PatientName {
    PatientName {
        surname: opened.remove("surname"),
        given_name: opened.remove("given_name"),
        patronymic: opened.remove("patronymic"),
    }
}

/// The list's row: found, or made by the act that opens it first.
async fn board_of(
    act: &Act,
    branch: BranchId,
    list: List,
    practitioner: Option<PractitionerId>,
) -> Result<BoardId, Fault> {
    let (first_day, days) = list.columns();
    let practitioner = practitioner.map(|id| id.uuid());
    let alone = match practitioner {
        Some(id) => board_row::Column::Practitioner.eq(id),
        None => board_row::Column::Practitioner.is_null(),
    };
    let known = board_row::Entity::find()
        .filter(board_row::Column::Branch.eq(branch.uuid()))
        .filter(board_row::Column::FirstDay.eq(first_day.as_str()))
        .filter(board_row::Column::Days.eq(days))
        .filter(alone)
        .one(act.db())
        .await?;
    if let Some(row) = known {
        return Ok(BoardId::from_uuid(row.id));
    }
    let row = board_row::Model {
        id: entropy::ordered_id(act.now()),
        branch: branch.uuid(),
        first_day,
        days,
        practitioner,
        act: act.id().uuid(),
    };
    let id = BoardId::from_uuid(row.id);
    let row = board_row::ActiveModel::from(row).reset_all();
    act.db().insert(vec![row]).await?;
    Ok(id)
}

/// Where a list stands.
fn place_of(row: &board_row::Model) -> CasePlace {
    CasePlace {
        branch: Some(BranchId::from_uuid(row.branch)),
        practitioner: row.practitioner.map(PractitionerId::from_uuid),
        made_by: None,
    }
}

/// Whether an appointment stands on a list.
fn is_on(
    catalogue: &Catalogue,
    of: &board_row::Model,
    row: &appointment::Model,
) -> Result<bool, Fault> {
    let whose = of.practitioner.is_none_or(|only| only == row.practitioner);
    let when = match List::of(of)? {
        List::Waiting => row.status == Status::Requested.code(),
        List::Days(first, days) => catalogue
            .branch_named(BranchId::from_uuid(of.branch))
            .and_then(|branch| branch.days(first, days))
            .is_some_and(|span| span.contains(calendar::schedule::Minute(row.starts))),
    };
    Ok(whose && when && of.branch == row.branch)
}

/// Those of these appointments that wait at a branch.
async fn waiting_at(
    db: &impl ConnectionTrait,
    branch: Uuid,
    practitioner: Option<PractitionerId>,
    shown: &[Uuid],
) -> Result<Vec<Glance>, Fault> {
    let mut find = appointment::Entity::find()
        .select_only()
        .columns(Glance::COLUMNS)
        .filter(appointment::Column::Id.is_in(shown.iter().copied()))
        .filter(appointment::Column::Status.eq(Status::Requested.code()))
        .filter(appointment::Column::Branch.eq(branch));
    if let Some(practitioner) = practitioner {
        find = find.filter(appointment::Column::Practitioner.eq(practitioner.uuid()));
    }
    Ok(find.into_model().all(db).await?)
}

/// A list's row: asked for by each lock of its ticket.
async fn row_of(db: &Statements, board: Uuid) -> Result<Arc<Option<board_row::Model>>, Fault> {
    let row = board_row::Entity::find_by_id(board).one(db);
    db.seldom("board", board.to_string(), async { Ok(row.await?) })
        .await
}

/// Where a list stands, as the house asks for it.
pub(in crate::booking) async fn place_of_board(
    db: &Statements,
    board: Uuid,
) -> Result<Option<CasePlace>, Fault> {
    Ok(row_of(db, board).await?.as_ref().as_ref().map(place_of))
}

/// The patients of a list, as the house asks for them.
pub(in crate::booking) async fn persons_of_board(
    db: &Statements,
    board: Uuid,
) -> Result<Vec<PersonId>, Fault> {
    let row = row_of(db, board).await?;
    let Some(row) = row.as_ref() else {
        return Ok(Vec::new());
    };
    let mut find = appointment::Entity::find()
        .select_only()
        .column(appointment::Column::Person)
        .filter(appointment::Column::Branch.eq(row.branch));
    find = match List::of(row)? {
        List::Waiting => find.filter(appointment::Column::Status.eq(Status::Requested.code())),
        List::Days(first, days) => {
            let branch = branch_row::Entity::find_by_id(row.branch).one(db).await?;
            let zone = branch.and_then(|branch| TimeZone::get(&branch.zone).ok());
            let span = zone.and_then(|zone| days_in(&zone, first, days));
            let span = span.ok_or_else(|| Fault::broken("a board of no days"))?;
            find.filter(appointment::Column::Starts.gte(span.start().0))
                .filter(appointment::Column::Starts.lt(span.end().0))
        }
    };
    if let Some(practitioner) = row.practitioner {
        find = find.filter(appointment::Column::Practitioner.eq(practitioner));
    }
    let persons: Vec<Uuid> = find.into_tuple().all(db).await?;
    Ok(persons.into_iter().map(PersonId::from_uuid).collect())
}
