//! On paper: the list of a day, as a page that is printed, and the slip of an appointment as PDF.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::IntoResponse;
use clinic::booking::Status;
use clinic::booking::desk::{BoardQuery, DeskRefusal};
use jiff::civil::Date;
use kernel::{AppointmentId, PractitionerId, Stop};

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::routes::Answered;
use super::super::shell::DeskShell;
use super::super::trouble::Trouble;
use super::{branch_named, card, scope, zone_of};
use crate::wording;

/// A visit of the list.
struct Row {
    time: String,
    name: String,
    what: String,
}

/// A practitioner's part.
struct Part {
    title: String,
    rows: Vec<Row>,
}

/// The list.
#[derive(Template)]
#[template(path = "desk/today/print.html")]
pub(in crate::desk) struct PrintPage {
    shell: DeskShell,
    day: String,
    branch: String,
    made: String,
    back: String,
    parts: Vec<Part>,
}

/// `POST /desk/today/print`: `branch`, `day`, `practitioner` or all of them.
pub(in crate::desk) async fn day(desk: Arc<Desk>) -> Answered {
    let catalogue = desk.site.booking.catalogue().await?;
    let asked = desk.form.get("branch");
    let branch = branch_named(&desk, &catalogue, asked).ok_or(Trouble::NoBranch)?;
    // Nobody is printed another list than the one they asked for.
    if !asked.is_empty() && asked.parse() != Ok(branch) {
        return Err(Trouble::NotFound);
    }
    let first: Date = desk
        .form
        .get("day")
        .parse()
        .map_err(|_| Trouble::NotFound)?;
    let query = BoardQuery {
        branch,
        first,
        days: 1,
        practitioner: desk.form.get("practitioner").parse::<PractitionerId>().ok(),
    };
    let booking = &desk.site.booking;
    let names = booking.print_day(scope(&desk), query).await?;
    let board = booking.board(scope(&desk), query).await?;
    let words = desk.words;
    let zone = zone_of(&catalogue, branch);
    let parts = board.columns.iter().map(|column| {
        let practitioner = catalogue.practitioner_named(column.practitioner);
        let rows = board
            .cards
            .iter()
            .filter(|one| {
                one.practitioner == column.practitioner && one.status != Status::Cancelled
            })
            .map(|one| Row {
                time: wording::clock(&wording::local(&zone, one.start)),
                name: card::short(&desk, names.names.get(&one.id).and_then(Option::as_ref)),
                what: catalogue
                    .service_named(one.service)
                    .map(|service| service.title.get(words.0).to_owned())
                    .unwrap_or_default(),
            });
        Part {
            title: practitioner.map_or_else(String::new, |one| {
                format!(
                    "{}, {}",
                    one.title.get(words.0),
                    wording::speciality(words, one)
                )
            }),
            rows: rows.collect(),
        }
    });
    let now = wording::local(&zone, desk.now().minutes());
    let page = PrintPage {
        day: wording::day(words, first),
        branch: catalogue
            .branch_named(branch)
            .map(|one| one.title.get(words.0).to_owned())
            .unwrap_or_default(),
        made: words.fill(
            "desk-print-made",
            [
                ("who", desk.employee.name.as_str().into()),
                ("time", wording::day_and_time(words, &now).into()),
            ],
        ),
        back: format!("/desk/today?branch={branch}&day={first}"),
        parts: parts.filter(|part| !part.rows.is_empty()).collect(),
        shell: desk.shell(),
    };
    Ok(desk.page(StatusCode::OK, &page))
}

/// `POST /desk/boards/{board}/{id}/slip`: the slip, which names no patient.
pub(in crate::desk) async fn slip(desk: Arc<Desk>) -> Answered {
    let id = desk.id::<AppointmentId>("id")?;
    let printed = desk.site.booking.print_slip(scope(&desk), id).await;
    let appointment = match printed {
        Err(Stop::Refused(DeskRefusal::NotNow(_))) => {
            return super::acts::refused(&desk, desk.words.say("desk-not-now")).await;
        }
        other => other?,
    };
    let pdf = desk
        .site
        .papers
        .slip_of_desk(&appointment, desk.words.0)
        .await?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_static("inline; filename=\"visit.pdf\""),
        ),
    ];
    Ok((headers, pdf).into_response())
}

impl DeskPage for PrintPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let page = |count: usize| Self {
            shell: shell.clone(),
            day: "24 ноября, вторник".into(),
            branch: "Сотовый <b>".into(),
            made: "Напечатала Соколова <i>".into(),
            back: "/desk/today".into(),
            parts: (0..count)
                .map(|_| Part {
                    title: "Чабрецов <b>".into(),
                    rows: vec![Row {
                        time: "10:00".into(),
                        name: "Пчёлкина <script> А.".into(),
                        what: "Приём <i>".into(),
                    }],
                })
                .collect(),
        };
        vec![page(0), page(2)]
    }
}
