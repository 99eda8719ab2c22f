//! `/desk/today`: the day of a branch as staff see it and run it.
//!
//! *Invariant*: names are opened by the list's own ticket and stand in the answer alone; what changes is told to the page by
//! ids, and the page asks for the one card. Whoever changes an appointment names the revision they saw.

mod acts;
mod board;
pub(super) mod card;
mod columns;
mod live;
mod moving;
mod print;
mod rooms;
mod week;

use std::sync::Arc;

use axum::http::StatusCode;
use clinic::booking::Catalogue;
use clinic::booking::desk::{BoardQuery, Card, DeskRefusal, NamedCard};
use kernel::{AppointmentId, BoardId, BranchId, Purpose, Scope, Stop};
use trust::access::Action;

pub(super) use acts::{accept, arrive, cancel, complete, no_show, undo};
#[cfg(test)]
pub(super) use board::TodayPage;
pub(super) use live::live;
#[cfg(test)]
pub(super) use moving::MovePage;
pub(super) use moving::{form as move_form, moved};
#[cfg(test)]
pub(super) use print::PrintPage;
pub(super) use print::{day as print_day, slip};
#[cfg(test)]
pub(super) use week::WeekPage;
pub(super) use week::week;

use super::asked::Desk;
use super::routes::Answered;
use super::trouble::Trouble;
use crate::wording;
use board::{day_of, today_page};
use card::{Around, WaitingView};

/// People who wait, shown at once.
const WAITING: usize = 20;

/// The scope in which the day is run.
fn scope(desk: &Desk) -> Scope {
    desk.scope(Purpose::Services)
}

/// `GET /desk/today`.
pub(super) async fn today(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let Some(branch) = branch_of(&desk, &catalogue) else {
        return Err(Trouble::NoBranch);
    };
    let first = day_of(&desk, &catalogue, branch);
    let query = BoardQuery {
        branch,
        first,
        days: 1,
        practitioner: None,
    };
    let booking = &desk.site.booking;
    // Beside one another they share a commit.
    let (named, waiting) = tokio::join!(
        booking.named_board(scope(&desk), query),
        waiting_view(&desk)
    );
    let ((board, names), waiting) = (named?, waiting?);
    let mut page = today_page(&desk, &catalogue, &board, &names, waiting)?;
    if let Some(panel) = &mut page.panel {
        let chosen = |card: &&Card| card.id.to_string() == panel.card.id;
        if let Some(card) = board.cards.iter().find(chosen) {
            panel.note = note_of(&desk, names.board, card).await?;
        }
    }
    Ok(desk.page(StatusCode::OK, &page))
}

/// The branch asked for, within reach; else where whoever has a schedule of their own receives that day; else the first.
fn branch_of(desk: &Desk, catalogue: &Catalogue) -> Option<BranchId> {
    let first = branch_named(desk, catalogue, desk.query.get("branch"))?;
    let own = desk.employee.reach.practitioner.flatten();
    let Some(own) = own.filter(|_| desk.query.get("branch").is_empty()) else {
        return Some(first);
    };
    let there = catalogue.receives_at(own, day_of(desk, catalogue, first));
    let within = |id: &BranchId| desk.employee.reach.has_branch(*id);
    Some(there.filter(within).unwrap_or(first))
}

/// The branch of this id, within reach; else the first of those.
pub(super) fn branch_named(desk: &Desk, catalogue: &Catalogue, id: &str) -> Option<BranchId> {
    let asked: Option<BranchId> = id.parse().ok();
    let within = |id: &BranchId| desk.employee.reach.has_branch(*id);
    asked
        .filter(within)
        .filter(|id| catalogue.branch(*id).is_some())
        .or_else(|| {
            catalogue
                .branches
                .iter()
                .map(|branch| branch.id)
                .find(within)
        })
}

/// Those who wait for acceptance, for whoever accepts.
async fn waiting_view(desk: &Desk) -> Result<Option<WaitingView>, Trouble> {
    if !desk.may(Action::Accept) {
        return Ok(None);
    }
    let (waiting, names) = desk
        .site
        .booking
        .named_waiting(scope(desk), WAITING)
        .await?;
    let (catalogue, cards) = (waiting.catalogue, waiting.cards);
    let count = cards.len();
    let mut rows = Vec::new();
    for (branch, card) in cards.into_iter().take(WAITING) {
        let Some(of) = names.get(&branch) else {
            continue;
        };
        let around = Around {
            desk,
            catalogue: &catalogue,
            zone: zone_of(&catalogue, branch),
            board: of.board,
        };
        let name = of.names.get(&card.id).and_then(Option::as_ref);
        rows.push(around.waiting(&card, name, branch));
    }
    Ok(Some(WaitingView {
        shell: desk.shell(),
        rows,
        count,
    }))
}

fn zone_of(catalogue: &Catalogue, branch: BranchId) -> jiff::tz::TimeZone {
    catalogue
        .branch_named(branch)
        .map_or_else(|| wording::zone(catalogue), |branch| branch.zone.clone())
}

/// `GET /desk/waiting`: the list alone.
pub(super) async fn waiting(desk: Arc<Desk>) -> Answered {
    let part = match waiting_view(&desk).await? {
        Some(view) => written(&view)?,
        None => return Err(Trouble::NotAllowed),
    };
    Ok(desk.html(StatusCode::OK, part))
}

/// A part of a page.
pub(super) fn written(part: &impl askama::Template) -> Result<String, Trouble> {
    part.render()
        .map_err(|error| kernel::Fault::broken(error.to_string()).into())
}

/// `GET /desk/boards/{board}/{id}`: one card, or the appointment beside the board; without a script, the board with it.
pub(super) async fn one(desk: Arc<Desk>) -> Answered {
    let (board, id) = (
        desk.id::<BoardId>("board")?,
        desk.id::<AppointmentId>("id")?,
    );
    let named = desk.site.booking.card(scope(&desk), board, id).await?;
    let catalogue = desk.site.booking.catalogue().await?;
    match desk.part.as_deref() {
        Some("card") => Ok(desk.html(StatusCode::OK, card_part(&desk, &catalogue, board, &named)?)),
        Some(_) => Ok(desk.html(
            StatusCode::OK,
            panel_part(&desk, &catalogue, board, &named).await?,
        )),
        None => {
            let zone = zone_of(&catalogue, named.branch);
            let day = wording::local(&zone, named.card.start).date();
            Ok(desk.see(&format!(
                "/desk/today?branch={}&day={day}&appointment={id}",
                named.branch
            )))
        }
    }
}

fn around<'a>(
    desk: &'a Desk,
    catalogue: &'a Catalogue,
    board: BoardId,
    branch: BranchId,
) -> Around<'a> {
    Around {
        desk,
        catalogue,
        zone: zone_of(catalogue, branch),
        board,
    }
}

fn card_part(
    desk: &Desk,
    catalogue: &Catalogue,
    board: BoardId,
    named: &NamedCard,
) -> Result<String, Trouble> {
    let around = around(desk, catalogue, board, named.branch);
    let mut card = around.card(&named.card, named.name.as_ref());
    card.alone = true;
    written(&card)
}

async fn panel_part(
    desk: &Desk,
    catalogue: &Catalogue,
    board: BoardId,
    named: &NamedCard,
) -> Result<String, Trouble> {
    let around = around(desk, catalogue, board, named.branch);
    let mut panel = around.panel(&named.card, named.name.as_ref(), named.branch);
    panel.note = note_of(desk, board, &named.card).await?;
    written(&panel)
}

/// What was written beside the reason of a cancellation, for whoever may see it.
async fn note_of(desk: &Desk, board: BoardId, card: &Card) -> Result<Option<String>, Trouble> {
    if card.cancel_reason.is_none() {
        return Ok(None);
    }
    let booking = &desk.site.booking;
    match booking.cancellation_note(scope(desk), board, card.id).await {
        Ok(note) => Ok(note.map(|note| note.reveal().clone())),
        Err(Stop::Refused(_)) => Ok(None),
        Err(Stop::Fault(fault)) => Err(fault.into()),
    }
}

impl From<DeskRefusal> for Trouble {
    fn from(refusal: DeskRefusal) -> Self {
        match refusal {
            DeskRefusal::Access(access) => access.into(),
            DeskRefusal::Opening(_) => Self::NotAllowed,
            _ => Self::NotFound,
        }
    }
}

/// Whether a refusal is that the thing is not there.
fn is_absent<T>(outcome: &Result<T, Stop<DeskRefusal>>) -> bool {
    matches!(outcome, Err(Stop::Refused(DeskRefusal::Absent)))
}
