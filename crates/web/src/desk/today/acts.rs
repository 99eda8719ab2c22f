//! What is done with an appointment: each button is a form; a script gets the parts that changed.

use std::sync::Arc;

use axum::http::StatusCode;
use clinic::booking::desk::{CancelReason, Current, DeskRefusal, NOTE_CHARACTERS, Seen};
use clinic::booking::{Change, Refusal};
use kernel::{AppointmentId, BoardId, Outcome, Personal, Stop};

use super::super::asked::Desk;
use super::super::routes::Answered;
use super::super::trouble::Trouble;
use super::card::ToastView;
use super::{card_part, is_absent, panel_part, scope, waiting_view, written, zone_of};
use crate::wording;

/// The appointment as whoever pressed the button saw it.
pub(super) fn seen(desk: &Desk) -> Result<Seen, Trouble> {
    Ok(Seen {
        appointment: desk.id::<AppointmentId>("id")?,
        revision: desk
            .form
            .get("version")
            .parse()
            .map_err(|_| Trouble::NotFound)?,
    })
}

macro_rules! marks {
    ($($(#[$doc:meta])* $name:ident = $verb:ident, $word:literal;)*) => {$(
        $(#[$doc])*
        pub(in crate::desk) async fn $name(desk: Arc<Desk>) -> Answered {
            let seen = seen(&desk)?;
            let done = desk.site.booking.$verb(scope(&desk), seen).await;
            answered(&desk, done, $word).await
        }
    )*};
}

marks! {
    /// `POST /desk/boards/{board}/{id}/accept`.
    accept = accept, "accepted";
    /// `POST /desk/boards/{board}/{id}/arrive`.
    arrive = arrived, "arrived";
    /// `POST /desk/boards/{board}/{id}/complete`.
    complete = completed, "completed";
    /// `POST /desk/boards/{board}/{id}/no-show`.
    no_show = no_show, "no-show";
    /// `POST /desk/boards/{board}/{id}/undo`.
    undo = undo, "undone";
}

/// `POST /desk/boards/{board}/{id}/cancel`.
pub(in crate::desk) async fn cancel(desk: Arc<Desk>) -> Answered {
    let seen = seen(&desk)?;
    let Some(reason) = CancelReason::from_code(desk.form.get("reason")) else {
        return refused(&desk, desk.words.say("desk-cancel-why")).await;
    };
    let note = desk.form.shown("note").trim().to_owned();
    let note = (!note.is_empty()).then(|| Personal::new(note));
    let done = desk
        .site
        .booking
        .cancel_by_staff(scope(&desk), seen, reason, note)
        .await;
    answered(&desk, done, "cancelled").await
}

/// The answer to something done, or to why it was not.
pub(super) async fn answered(
    desk: &Desk,
    done: Outcome<Current, DeskRefusal>,
    word: &str,
) -> Answered {
    match done {
        Ok(current) => {
            let catalogue = desk.site.booking.catalogue().await?;
            let local = wording::local(&zone_of(&catalogue, current.branch), current.start);
            let says = desk.words.with(
                &format!("desk-done-{word}"),
                "time",
                &wording::day_and_time(desk.words, &local),
            );
            let undo = (word != "undone" && word != "moved").then_some(current.revision);
            if desk.part.is_none() {
                return Ok(desk.see(&format!(
                    "/desk/today?branch={}&day={}&appointment={}",
                    current.branch,
                    local.date(),
                    current.id
                )));
            }
            parts(desk, StatusCode::OK, says, undo).await
        }
        Err(Stop::Refused(refusal)) => match said(desk, &refusal).await? {
            Some(says) => refused(desk, says).await,
            None => Err(refusal.into()),
        },
        Err(Stop::Fault(fault)) => Err(fault.into()),
    }
}

/// Why not, with what is true now.
pub(super) async fn refused(desk: &Desk, says: String) -> Answered {
    parts(desk, StatusCode::CONFLICT, says, None).await
}

/// The parts of the page that may have changed: the card and its panel where it is still on this list, those who wait, and
/// what is said.
async fn parts(desk: &Desk, status: StatusCode, says: String, undo: Option<i32>) -> Answered {
    let (board, id) = (
        desk.id::<BoardId>("board")?,
        desk.id::<AppointmentId>("id")?,
    );
    let catalogue = desk.site.booking.catalogue().await?;
    let named = desk.site.booking.card(scope(desk), board, id).await;
    let mut html = String::new();
    if !is_absent(&named) {
        let named = named?;
        html.push_str(&card_part(desk, &catalogue, board, &named)?);
        html.push_str(&panel_part(desk, &catalogue, board, &named).await?);
    }
    if let Some(waiting) = waiting_view(desk).await? {
        html.push_str(&written(&waiting)?);
    }
    let toast = ToastView {
        shell: desk.shell(),
        bad: status != StatusCode::OK,
        says,
        undo: undo.map(|revision| (format!("/desk/boards/{board}/{id}/undo"), revision)),
    };
    html.push_str(&written(&toast)?);
    if desk.part.is_none() {
        // Without a script: the same said on a page of its own.
        return Ok(desk.page(
            status,
            &super::super::trouble::TroublePage::said(desk.shell(), toast.says),
        ));
    }
    Ok(desk.html(status, html))
}

/// What a refusal says; nothing where there is no such appointment.
async fn said(desk: &Desk, refusal: &DeskRefusal) -> Result<Option<String>, Trouble> {
    let words = desk.words;
    Ok(Some(match refusal {
        DeskRefusal::Access(_) | DeskRefusal::Absent | DeskRefusal::Opening(_) => return Ok(None),
        DeskRefusal::Changed(current) => changed(desk, current).await?,
        DeskRefusal::NotNow(_) => words.say("desk-not-now"),
        DeskRefusal::Conflict(conflicts) => {
            let catalogue = desk.site.booking.catalogue().await?;
            let first = conflicts.first();
            let whose = first
                .and_then(|one| catalogue.resource(one.resource))
                .map(|one| one.title.get(words.0).to_owned())
                .unwrap_or_default();
            words.with("desk-taken", "whose", &whose)
        }
        DeskRefusal::Reason => words.say("desk-cancel-why"),
        DeskRefusal::NoteTooLong => {
            words.with("desk-note-too-long", "most", &NOTE_CHARACTERS.to_string())
        }
        DeskRefusal::Span | DeskRefusal::Paper(_) => words.say("desk-not-now"),
        DeskRefusal::Booking(Refusal::NeverOffered) => words.say("desk-not-offered"),
        DeskRefusal::Booking(Refusal::TooSoon | Refusal::TooFar) => words.say("desk-not-in-sight"),
        DeskRefusal::Booking(Refusal::SlotTaken { .. }) => words.with("desk-taken", "whose", ""),
        DeskRefusal::Booking(_) => words.say("desk-not-possible"),
    }))
}

/// «Уже изменено: Гречихина, отменена».
async fn changed(desk: &Desk, current: &Current) -> Result<String, Trouble> {
    let who = match current.changed_by {
        Some(staff) => desk
            .site
            .trust
            .accounts()
            .await?
            .into_iter()
            .find(|account| account.id == staff)
            .map(|account| account.name)
            .unwrap_or_default(),
        None => desk.words.say("desk-actor-holder"),
    };
    let what = current.change.map_or("accepted", Change::code);
    let what = desk
        .words
        .say(&format!("desk-changed-{}", what.replace('_', "-")));
    Ok(format!(
        "{} {who}: {what}",
        desk.words.say("desk-changed-already")
    ))
}
