//! Moving: by dragging and by keys through a script, and by a plain form without one.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use clinic::booking::NewTime;
use jiff::civil::{Date, Time};
use kernel::{AppointmentId, BoardId, PractitionerId};

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::routes::Answered;
use super::super::shell::DeskShell;
use super::acts::{answered, refused, seen};
use super::{scope, zone_of};
use crate::wording;

/// A practitioner to choose.
struct Choice {
    id: String,
    title: String,
    chosen: bool,
}

/// The form.
#[derive(Template)]
#[template(path = "desk/today/move.html")]
pub(in crate::desk) struct MovePage {
    shell: DeskShell,
    address: String,
    back: String,
    name: String,
    when: String,
    day: String,
    at: String,
    version: i32,
    practitioners: Vec<Choice>,
}

/// `GET /desk/boards/{board}/{id}/move`.
pub(in crate::desk) async fn form(desk: Arc<Desk>) -> Answered {
    let (board, id) = (
        desk.id::<BoardId>("board")?,
        desk.id::<AppointmentId>("id")?,
    );
    let named = desk.site.booking.card(scope(&desk), board, id).await?;
    let catalogue = desk.site.booking.catalogue().await?;
    let start = wording::local(&zone_of(&catalogue, named.branch), named.card.start);
    let service = catalogue.service_named(named.card.service);
    let gives = |practitioner: PractitionerId| {
        service.is_some_and(|service| service.practitioners.contains(&practitioner))
    };
    let page = MovePage {
        shell: desk.shell(),
        address: format!("/desk/boards/{board}/{id}/move"),
        back: format!(
            "/desk/today?branch={}&day={}&appointment={id}",
            named.branch,
            start.date()
        ),
        name: super::card::short(&desk, named.name.as_ref()),
        when: wording::day_and_time(desk.words, &start),
        day: start.date().to_string(),
        at: wording::clock(&start),
        version: named.card.revision,
        practitioners: catalogue
            .practitioners()
            .filter(|one| gives(one.id))
            .map(|one| Choice {
                id: one.id.to_string(),
                title: one.title.get(desk.words.0).to_owned(),
                chosen: one.id == named.card.practitioner,
            })
            .collect(),
    };
    Ok(desk.page(StatusCode::OK, &page))
}

/// `POST /desk/boards/{board}/{id}/move`: `day`, `column` and `at` as the board writes them.
pub(in crate::desk) async fn moved(desk: Arc<Desk>) -> Answered {
    let seen = seen(&desk)?;
    let (board, id) = (
        desk.id::<BoardId>("board")?,
        desk.id::<AppointmentId>("id")?,
    );
    let named = desk.site.booking.card(scope(&desk), board, id).await?;
    let catalogue = desk.site.booking.catalogue().await?;
    let zone = zone_of(&catalogue, named.branch);
    let typed = (
        desk.form.get("day").parse::<Date>(),
        Time::strptime("%H:%M", desk.form.get("at")),
        desk.form.get("column").parse::<PractitionerId>(),
    );
    let (Ok(day), Ok(at), Ok(practitioner)) = typed else {
        return refused(&desk, desk.words.say("desk-move-where")).await;
    };
    // A time that the clock skips or has twice is no time to come at.
    let Ok(start) = day.to_datetime(at).to_zoned(zone) else {
        return refused(&desk, desk.words.say("desk-move-where")).await;
    };
    let to = NewTime {
        start: start.timestamp().as_second().div_euclid(60),
        practitioner,
        branch: named.branch,
    };
    let done = desk
        .site
        .booking
        .move_by_staff(scope(&desk), seen, to, None)
        .await;
    answered(&desk, done, "moved").await
}

impl DeskPage for MovePage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        vec![Self {
            shell,
            address: "/desk/boards/b/1/move".into(),
            back: "/desk/today".into(),
            name: "Пчёлкина <script> А.".into(),
            when: "24 ноября, 10:00".into(),
            day: "2026-11-24".into(),
            at: "10:00".into(),
            version: 2,
            practitioners: vec![Choice {
                id: "p".into(),
                title: "Чабрецов".into(),
                chosen: true,
            }],
        }]
    }
}
