//! `/desk/book`: booking for somebody who called or came (policy clause 5.1), in half a minute and by keys alone.
//!
//! *Invariant*: no box is ticked for anybody: what allows it is named, or the paper that was signed. What was typed comes back
//! whole, whatever went wrong; nothing personal stands in an address.

mod chosen;
mod page;
mod send;
mod times;
mod who;

use std::sync::Arc;

use axum::http::StatusCode;
use clinic::booking::SERVICE;
use kernel::{Fault, entropy};
use trust::consent::declaration::Declaration;

#[cfg(test)]
pub(super) use page::BookPage;
pub(super) use send::send;
pub(super) use who::people;

use super::asked::Desk;
use super::routes::Answered;
use super::trouble::Trouble;
use crate::fields::Wrong;
use crate::typed::Typed;
use chosen::Chosen;

/// `GET /desk/book`, from the menu or from a free time of the board.
pub(super) async fn form(desk: Arc<Desk>) -> Answered {
    let mut typed = Typed::default();
    for name in chosen::IN_ADDRESS {
        if desk.query.has(name) {
            typed.set(name, desk.query.get(name));
        }
    }
    if let Some(column) = desk.query.has("column").then(|| desk.query.get("column")) {
        typed.set("practitioner", column);
    }
    typed.set("key", entropy::random_id().to_string());
    shown(&desk, &typed, StatusCode::OK, Vec::new()).await
}

/// `POST /desk/book/times`: the form with the times that fit what it says now; to a script, the times alone.
pub(super) async fn times(desk: Arc<Desk>) -> Answered {
    let typed = kept(&desk);
    if desk.part.is_none() {
        return shown(&desk, &typed, StatusCode::OK, Vec::new()).await;
    }
    let chosen = Chosen::of(&desk, &typed).await?;
    let free = times::free(&desk, &chosen).await?;
    let part = page::TimesPart::new(&desk, &chosen, free);
    Ok(desk.html(StatusCode::OK, super::today::written(&part)?))
}

/// `POST /desk/book/parties`: the form with the fields of whoever it is for; to a script, these alone.
pub(super) async fn parties(desk: Arc<Desk>) -> Answered {
    let typed = kept(&desk);
    if desk.part.is_none() {
        return shown(&desk, &typed, StatusCode::OK, Vec::new()).await;
    }
    let chosen = Chosen::of(&desk, &typed).await?;
    let part = page::PartiesPart::new(&desk, declaration(&desk)?, &chosen, &typed, &[]);
    Ok(desk.html(StatusCode::OK, super::today::written(&part)?))
}

/// What was typed, with the key by which the form is known again if it is sent twice.
fn kept(desk: &Desk) -> Typed {
    let mut typed = desk.form.clone();
    if typed.get("key").is_empty() {
        typed.set("key", entropy::random_id().to_string());
    }
    typed
}

/// The whole page.
async fn shown(desk: &Desk, typed: &Typed, status: StatusCode, wrongs: Vec<Wrong>) -> Answered {
    let chosen = Chosen::of(desk, typed).await?;
    let free = times::free(desk, &chosen).await?;
    let asked = desk
        .site
        .trust
        .consents_asked(declaration(desk)?, chosen.for_whom, desk.words.0)
        .await?;
    let page = page::page(
        desk,
        declaration(desk)?,
        &chosen,
        typed,
        free,
        asked,
        wrongs,
    );
    Ok(desk.page(status, &page))
}

fn declaration(desk: &Desk) -> Result<&Declaration, Trouble> {
    desk.site
        .texts
        .declaration(SERVICE)
        .ok_or_else(|| Fault::broken("booking is not declared").into())
}
