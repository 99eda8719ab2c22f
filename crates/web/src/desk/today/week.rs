//! `/desk/week`: how full each practitioner's days are, without a name: nothing is opened for it.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use clinic::booking::Status;
use clinic::booking::desk::{Board, BoardQuery, Column, Span};
use jiff::ToSpan;
use jiff::civil::Date;

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::routes::Answered;
use super::super::shell::DeskShell;
use super::super::trouble::Trouble;
use super::board::BranchChoice;
use super::card::initials;
use super::{branch_of, scope, zone_of};
use crate::wording;

/// A practitioner's day.
struct Cell {
    address: String,
    visits: usize,
    booked: i64,
    room: i64,
    /// Whether they receive at all.
    receives: bool,
}

/// A practitioner's week.
struct Row {
    name: String,
    speciality: String,
    cells: Vec<Cell>,
}

/// A day of the head.
struct Head {
    address: String,
    title: String,
    today: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "desk/today/week.html")]
pub(in crate::desk) struct WeekPage {
    shell: DeskShell,
    title: String,
    branch: String,
    branches: Vec<BranchChoice>,
    from: String,
    before: String,
    after: String,
    is_this: bool,
    days: Vec<Head>,
    rows: Vec<Row>,
}

/// `GET /desk/week`.
pub(in crate::desk) async fn week(desk: Arc<Desk>) -> Answered {
    let words = desk.words;
    let catalogue = desk.site.booking.catalogue().await?;
    let branch = branch_of(&desk, &catalogue).ok_or(Trouble::NoBranch)?;
    let day = super::board::day_of(&desk, &catalogue, branch);
    let first = monday(day);
    let query = BoardQuery {
        branch,
        first,
        days: 7,
        practitioner: None,
    };
    let board = desk.site.booking.board(scope(&desk), query).await?;
    let zone = zone_of(&catalogue, branch);
    let today = wording::local(&zone, desk.now().minutes()).date();
    let dates: Vec<Date> = (0..7).map(|nth| first.saturating_add(nth.days())).collect();
    let day_of = |minute: i64| wording::local(&zone, minute).date();
    let address = |date: Date| format!("/desk/today?branch={branch}&day={date}");
    let week = |date: Date| format!("/desk/week?branch={branch}&day={date}");
    let page = WeekPage {
        title: words.fill(
            "desk-week-title",
            [
                ("from", wording::short_day(words, first).into()),
                ("to", wording::short_day(words, dates[6]).into()),
            ],
        ),
        branch: branch.to_string(),
        branches: super::board::branch_choices(&desk, &catalogue, branch),
        from: first.to_string(),
        before: week(first.saturating_sub(7.days())),
        after: week(first.saturating_add(7.days())),
        is_this: dates.contains(&today),
        days: dates
            .iter()
            .map(|date| Head {
                address: address(*date),
                title: wording::short_day(words, *date),
                today: *date == today,
            })
            .collect(),
        rows: board
            .columns
            .iter()
            .map(|column| {
                let one = catalogue.practitioner_named(column.practitioner);
                Row {
                    name: one.map_or_else(String::new, |one| initials(one.title.get(words.0))),
                    speciality: one.map_or_else(String::new, |one| wording::speciality(words, one)),
                    cells: dates
                        .iter()
                        .map(|date| cell(&board, column, &day_of, *date, address(*date)))
                        .collect(),
                }
            })
            .collect(),
        shell: desk.shell(),
    };
    Ok(desk.page(StatusCode::OK, &page))
}

fn monday(day: Date) -> Date {
    let past = i64::from(day.weekday().to_monday_zero_offset());
    day.saturating_sub(past.days())
}

fn cell(
    board: &Board,
    column: &Column,
    day_of: &impl Fn(i64) -> Date,
    date: Date,
    address: String,
) -> Cell {
    let on_day = |start: &i64| day_of(*start) == date;
    let open: Vec<&Span> = column
        .open
        .iter()
        .filter(|span| on_day(&span.start))
        .collect();
    let visits = board.cards.iter().filter(|card| {
        card.practitioner == column.practitioner
            && !matches!(card.status, Status::Cancelled | Status::NoShow)
            && on_day(&card.start)
    });
    let lengths: Vec<i64> = visits.map(|card| card.end - card.start).collect();
    let kept: i64 = board
        .blocks
        .iter()
        .filter(|block| block.resource == column.practitioner)
        .flat_map(|block| {
            open.iter()
                .map(move |span| (block.end.min(span.end) - block.start.max(span.start)).max(0))
        })
        .sum();
    let room: i64 = open.iter().map(|span| span.end - span.start).sum();
    Cell {
        address,
        visits: lengths.len(),
        booked: lengths.iter().sum(),
        room: (room - kept).max(0),
        receives: !open.is_empty() || !lengths.is_empty(),
    }
}

impl DeskPage for WeekPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        let page = |rows: usize| Self {
            shell: shell.clone(),
            title: "23–29 ноября".into(),
            branch: "m".into(),
            branches: Vec::new(),
            from: "2026-11-23".into(),
            before: "/desk/week?day=2026-11-16".into(),
            after: "/desk/week?day=2026-11-30".into(),
            is_this: rows > 0,
            days: (23..30)
                .map(|day| Head {
                    address: format!("/desk/today?day=2026-11-{day}"),
                    title: format!("{day}.11 <b>"),
                    today: day == 24,
                })
                .collect(),
            rows: (0..rows)
                .map(|_| Row {
                    name: "Чабрецов <b>".into(),
                    speciality: "ЛОР".into(),
                    cells: (0..7)
                        .map(|nth| Cell {
                            address: "/desk/today?day=2026-11-23".into(),
                            visits: nth,
                            booked: 120,
                            room: 480,
                            receives: nth > 0,
                        })
                        .collect(),
                })
                .collect(),
        };
        vec![page(0), page(2)]
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_week_begins_on_monday() {
        assert_eq!(monday(date(2026, 11, 24)), date(2026, 11, 23));
        assert_eq!(monday(date(2026, 11, 29)), date(2026, 11, 23));
        assert_eq!(monday(date(2026, 11, 23)), date(2026, 11, 23));
    }
}
