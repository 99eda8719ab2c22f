//! The board of a day: columns of practitioners, what stands in them, what is around.

use askama::Template;
use clinic::booking::Catalogue;
use clinic::booking::Status;
use clinic::booking::catalogue::ResourceKind;
use clinic::booking::desk::{Board, Column, Names, Span};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{AppointmentId, BranchId};
use trust::access::Action;

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::shell::DeskShell;
use super::super::trouble::Trouble;
use super::card::{Around, CardView, PanelView, ToastView, WaitingView, initials};
use super::rooms::{self, VisitView};
use crate::wording;

/// A stretch of a column without an appointment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) class: &'static str,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) says: String,
}

/// Time in which somebody could come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FreeStretch {
    pub(super) from: String,
    pub(super) to: String,
    /// The page on which somebody is booked then.
    pub(super) address: String,
}

/// What stands in a column, in the order of time.
pub(super) enum Thing {
    Card(Box<CardView>),
    Stretch(Stretch),
    Free(FreeStretch),
    Visit(VisitView),
}

/// A practitioner's column.
pub(super) struct ColumnView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) speciality: String,
    pub(super) booked: usize,
    pub(super) room: usize,
    pub(super) things: Vec<Thing>,
}

/// A branch to choose.
pub(super) struct BranchChoice {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) chosen: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "desk/today.html")]
pub(in crate::desk) struct TodayPage {
    pub(super) shell: DeskShell,
    pub(super) title: String,
    pub(super) board: String,
    pub(super) branch: String,
    pub(super) day: String,
    pub(super) is_today: bool,
    /// The address of today's board.
    pub(super) here: String,
    pub(super) before: (String, String),
    pub(super) after: (String, String),
    pub(super) branches: Vec<BranchChoice>,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) zone: String,
    pub(super) clock: i64,
    pub(super) now: String,
    pub(super) hours: Vec<String>,
    pub(super) columns: Vec<ColumnView>,
    pub(super) live: String,
    pub(super) waiting: Option<WaitingView>,
    pub(super) panel: Option<PanelView>,
    /// Whether it is the day of rooms and devices.
    pub(super) by_rooms: bool,
    /// Whether the branch has any.
    pub(super) has_rooms: bool,
    /// Whether the employee books, keeps time free, prints.
    pub(super) books: bool,
    pub(super) blocks: bool,
    pub(super) prints: bool,
    /// What was done on another page.
    pub(super) done: Option<ToastView>,
}

/// What the script says, by the names it knows.
const SCRIPT: [&str; 14] = [
    "book",
    "free",
    "taken",
    "moving",
    "moving-keys",
    "moving-touch",
    "move",
    "leave",
    "taken-there",
    "cannot",
    "choose-first",
    "gone",
    "offline",
    "key-refused",
];

impl TodayPage {
    /// Minutes as hours: «2:30».
    fn hours_of(&self, minutes: &usize) -> String {
        format!("{}:{:02}", minutes / 60, minutes % 60)
    }

    /// The sentences of the script.
    fn script_words(&self) -> Vec<(&'static str, String)> {
        SCRIPT
            .into_iter()
            .map(|name| (name, self.shell.say(&format!("desk-script-{name}"))))
            .collect()
    }
}

/// The day asked for; today where none is, or where it is no day.
pub(super) fn day_of(desk: &Desk, catalogue: &Catalogue, branch: BranchId) -> Date {
    let zone = super::zone_of(catalogue, branch);
    let today = wording::local(&zone, desk.now().minutes()).date();
    let asked = desk.query.get("day").parse::<Date>();
    asked
        .ok()
        .filter(|day| (day.year() - today.year()).abs() <= 20)
        .filter(|day| *day >= today || sees_the_past(desk))
        .unwrap_or(today)
}

/// Whoever meets patients and may not see with whom they were before has no earlier days.
fn sees_the_past(desk: &Desk) -> bool {
    desk.may(Action::SeeVisits) || !desk.may(Action::FindPerson)
}

pub(super) fn today_page(
    desk: &Desk,
    catalogue: &Catalogue,
    board: &Board,
    names: &Names,
    waiting: Option<WaitingView>,
) -> Result<TodayPage, Trouble> {
    let words = desk.words;
    let branch = board.query.branch;
    let day = board.query.first;
    let around = Around {
        desk,
        catalogue,
        zone: super::zone_of(catalogue, branch),
        board: names.board,
    };
    let today = wording::local(&around.zone, desk.now().minutes()).date();
    let by_rooms = desk.query.get("view") == "rooms";
    // Whoever has a schedule of their own is shown where they receive that day.
    let own = desk.employee.reach.practitioner.is_some();
    let kept = if own {
        String::new()
    } else {
        format!("branch={branch}&")
    };
    let near = |days: i64| {
        let date = day.saturating_add(days.days());
        let view = if by_rooms { "&view=rooms" } else { "" };
        let address = format!("/desk/today?{kept}day={date}{view}");
        (address, wording::day(words, date))
    };
    let (opens, closes) = hours_of(catalogue, branch, board);
    let chosen: Option<AppointmentId> = desk.query.get("appointment").parse().ok();
    let name_of = |id: &AppointmentId| names.names.get(id).and_then(Option::as_ref);
    let panel = board
        .cards
        .iter()
        .find(|card| Some(card.id) == chosen)
        .map(|card| around.panel(card, name_of(&card.id), branch));
    let of_practitioners = || {
        board.columns.iter().map(|column| {
            let things = things(&around, board, column, (opens, closes), |card| {
                let mut view = around.card(card, name_of(&card.id));
                view.chosen = Some(card.id) == chosen;
                view
            });
            column_view(&around, column, things)
        })
    };
    let columns = if by_rooms {
        rooms::columns(&around, board, names, (opens, closes))
    } else {
        of_practitioners().collect()
    };
    let clock = |minutes: i64| around.clock(minutes);
    Ok(TodayPage {
        shell: desk.shell(),
        title: wording::day(words, day),
        board: names.board.to_string(),
        branch: branch.to_string(),
        day: day.to_string(),
        is_today: day == today,
        here: format!("/desk/today?{}", kept.trim_end_matches('&')),
        before: near(-1),
        after: near(1),
        branches: branch_choices(desk, catalogue, branch),
        from: clock(opens),
        to: last_clock(&around, closes, day),
        zone: around.zone.iana_name().unwrap_or("UTC").to_owned(),
        clock: desk.now().millis(),
        now: clock(desk.now().minutes()),
        hours: (opens..closes).step_by(60).map(clock).collect(),
        columns,
        live: format!("/desk/live?branch={branch}&from={}", board.index),
        waiting,
        panel,
        books: desk.may(Action::Book),
        blocks: desk.may(Action::Block),
        prints: desk.may(Action::Print),
        by_rooms,
        has_rooms: board
            .catalogue
            .resources
            .iter()
            .any(|one| one.kind != ResourceKind::Practitioner && one.branch == Some(branch)),
        done: done(desk, board, &around, chosen),
    })
}

/// What was done on the page that led here.
fn done(
    desk: &Desk,
    board: &Board,
    around: &Around<'_>,
    chosen: Option<AppointmentId>,
) -> Option<ToastView> {
    let word = desk.query.get("done");
    let says = match word {
        "blocked" | "unblocked" => desk.words.say(&format!("desk-done-{word}")),
        "booked" => {
            let card = board.cards.iter().find(|card| Some(card.id) == chosen)?;
            let local = wording::local(&around.zone, card.start);
            let when = wording::day_and_time(desk.words, &local);
            desk.words.with("desk-done-booked", "time", &when)
        }
        _ => return None,
    };
    Some(ToastView {
        shell: desk.shell(),
        bad: false,
        says,
        undo: None,
    })
}

/// The branches within reach.
pub(super) fn branch_choices(
    desk: &Desk,
    catalogue: &Catalogue,
    chosen: BranchId,
) -> Vec<BranchChoice> {
    catalogue
        .branches
        .iter()
        .filter(|one| desk.employee.reach.has_branch(one.id))
        .map(|one| BranchChoice {
            id: one.id.to_string(),
            title: one.title.get(desk.words.0).to_owned(),
            chosen: one.id == chosen,
        })
        .collect()
}

/// The end of the day is written as the hour it would be: 24:00.
pub(super) fn last_clock(around: &Around<'_>, minutes: i64, day: Date) -> String {
    let local = wording::local(&around.zone, minutes);
    if local.date() == day {
        around.clock(minutes)
    } else {
        "24:00".into()
    }
}

/// From which full hour until which the board reaches: the branch's own, and whatever stands outside.
fn hours_of(catalogue: &Catalogue, branch: BranchId, board: &Board) -> (i64, i64) {
    let start = board.span.start;
    let own = catalogue
        .branch_named(branch)
        .map_or((8 * 60, 20 * 60), |branch| {
            (i64::from(branch.opens), i64::from(branch.closes))
        });
    let spans = board.cards.iter().map(|card| (card.start, card.end)).chain(
        board
            .columns
            .iter()
            .flat_map(|column| column.open.iter().map(|span| (span.start, span.end))),
    );
    let (first, last) = spans.fold(
        (start + own.0, start + own.1),
        |(first, last), (from, to)| (first.min(from), last.max(to)),
    );
    let (first, last) = (first.max(board.span.start), last.min(board.span.end));
    let hour = |minute: i64| start + (minute - start).div_euclid(60) * 60;
    (hour(first), hour(last + 59).min(board.span.end))
}

fn column_view(around: &Around<'_>, column: &Column, things: Vec<Thing>) -> ColumnView {
    let words = around.desk.words;
    let practitioner = around.catalogue.practitioner_named(column.practitioner);
    let quarter = |minutes: i64| usize::try_from(minutes.max(0)).unwrap_or_default();
    ColumnView {
        id: column.practitioner.to_string(),
        name: practitioner
            .map(|one| initials(one.title.get(words.0)))
            .unwrap_or_default(),
        speciality: practitioner
            .map(|one| wording::speciality(words, one))
            .unwrap_or_default(),
        booked: quarter(column.load.booked),
        room: quarter(column.load.available),
        things,
    }
}

/// All that stands in a column: appointments, breaks, what is kept free, and where nobody receives.
fn things(
    around: &Around<'_>,
    board: &Board,
    column: &Column,
    (opens, closes): (i64, i64),
    card: impl Fn(&clinic::booking::desk::Card) -> CardView,
) -> Vec<Thing> {
    let words = around.desk.words;
    let day = board.query.first;
    let stretch = |class, from: i64, to: i64, says: String| {
        Thing::Stretch(Stretch {
            class,
            from: around.clock(from),
            to: last_clock(around, to, day),
            says,
        })
    };
    let mut things: Vec<(i64, Thing)> = Vec::new();
    for off in outside(&column.open, &column.breaks, opens, closes) {
        things.push((
            off.start,
            stretch("off", off.start, off.end, words.say("desk-off")),
        ));
    }
    for pause in &column.breaks {
        things.push((
            pause.start,
            stretch("pause", pause.start, pause.end, words.say("desk-pause")),
        ));
    }
    for block in board
        .blocks
        .iter()
        .filter(|block| block.resource == column.practitioner)
    {
        let (from, to) = (block.start.max(opens), block.end.min(closes));
        if from < to {
            let says = format!("{} {}", words.say("desk-closed"), block.reason);
            things.push((from, stretch("block", from, to, says)));
        }
    }
    for one in board
        .cards
        .iter()
        .filter(|one| one.practitioner == column.practitioner)
    {
        things.push((one.start, Thing::Card(Box::new(card(one)))));
    }
    if around.desk.may(Action::Book) {
        let now = around.desk.now().minutes();
        let taken = taken(board, column);
        for free in left(&column.open, &taken, (opens.max(now), closes)) {
            let from = around.clock(free.start);
            things.push((
                free.start,
                Thing::Free(FreeStretch {
                    address: format!(
                        "/desk/book?branch={}&column={}&day={day}&at={from}",
                        board.query.branch, column.practitioner
                    ),
                    to: last_clock(around, free.end, day),
                    from,
                }),
            ));
        }
    }
    things.sort_by_key(|(start, _)| *start);
    things.into_iter().map(|(_, thing)| thing).collect()
}

/// What of a column is taken: by whoever comes or came, and by what is kept free.
fn taken(board: &Board, column: &Column) -> Vec<Span> {
    let cards = board
        .cards
        .iter()
        .filter(|card| card.practitioner == column.practitioner && card.status != Status::Cancelled)
        .map(|card| (card.start, card.end));
    let blocks = board
        .blocks
        .iter()
        .filter(|block| block.resource == column.practitioner)
        .map(|block| (block.start, block.end));
    let mut taken: Vec<Span> = cards
        .chain(blocks)
        .map(|(start, end)| Span { start, end })
        .collect();
    taken.sort();
    taken
}

/// What is left of the open time between two minutes, in whole steps of five minutes from now on.
fn left(open: &[Span], taken: &[Span], (from, to): (i64, i64)) -> Vec<Span> {
    let step = |minute: i64| (minute + 4).div_euclid(5) * 5;
    let mut left = Vec::new();
    for span in open {
        let (mut at, end) = (span.start.max(step(from)), span.end.min(to));
        for one in taken {
            if one.start > at && at < end {
                left.push(Span {
                    start: at,
                    end: one.start.min(end),
                });
            }
            at = at.max(one.end);
        }
        if at < end {
            left.push(Span { start: at, end });
        }
    }
    left
}

/// Where nobody receives: the hours shown without what is open and what is a break.
fn outside(open: &[Span], breaks: &[Span], opens: i64, closes: i64) -> Vec<Span> {
    let mut inside: Vec<Span> = open.iter().chain(breaks).copied().collect();
    inside.sort();
    let mut off = Vec::new();
    let mut at = opens;
    for span in inside {
        if span.start > at {
            off.push(Span {
                start: at,
                end: span.start.min(closes),
            });
        }
        at = at.max(span.end);
    }
    if at < closes {
        off.push(Span {
            start: at,
            end: closes,
        });
    }
    off.retain(|span| span.start < span.end);
    off
}

impl DeskPage for TodayPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        use super::card::{WaitingRow, samples::card};
        let column = |id: &str, things| ColumnView {
            id: id.into(),
            name: "Чабрецов <b> И.".into(),
            speciality: "ЛОР".into(),
            booked: 120,
            room: 480,
            things,
        };
        let stretch = |class| {
            Thing::Stretch(Stretch {
                class,
                from: "08:00".into(),
                to: "09:00".into(),
                says: "Не принимает".into(),
            })
        };
        let cards = |classes: &[&'static str]| -> Vec<Thing> {
            classes
                .iter()
                .enumerate()
                .map(|(nth, class)| {
                    let mut card = card(class, vec!["accept", "move", "cancel"]);
                    card.id = format!("{nth}");
                    card.alone = false;
                    Thing::Card(Box::new(card))
                })
                .collect()
        };
        let page = |columns, waiting, panel, is_today| Self {
            title: "24 ноября, вторник".into(),
            board: "b".into(),
            branch: "m".into(),
            day: "2026-11-24".into(),
            is_today,
            here: "/desk/today".into(),
            before: ("/desk/today?day=2026-11-23".into(), "23 ноября".into()),
            after: ("/desk/today?day=2026-11-25".into(), "25 ноября".into()),
            branches: vec![BranchChoice {
                id: "m".into(),
                title: "Сотовый <i>".into(),
                chosen: true,
            }],
            from: "08:00".into(),
            to: "21:00".into(),
            zone: "Europe/Moscow".into(),
            clock: 0,
            now: "11:42".into(),
            hours: vec!["08:00".into(), "09:00".into()],
            columns,
            live: "/desk/live?branch=m&from=7".into(),
            done: is_today.then(|| ToastView {
                shell: shell.clone(),
                bad: false,
                says: "Записано <b>".into(),
                undo: None,
            }),
            books: is_today,
            blocks: is_today,
            prints: is_today,
            has_rooms: is_today,
            by_rooms: !is_today,
            waiting,
            panel,
            shell: shell.clone(),
        };
        let waiting = WaitingView {
            shell: shell.clone(),
            rows: [true, false]
                .into_iter()
                .map(|urgent| WaitingRow {
                    id: if urgent { "w1".into() } else { "w2".into() },
                    board: "b".into(),
                    name: "Тестова <b>".into(),
                    urgent,
                    since: "42 мин".into(),
                    when: "вт 24.11".into(),
                    time: "13:20".into(),
                    practitioner: "Чабрецов".into(),
                    version: 0,
                    address: "/desk/today?appointment=1".into(),
                })
                .collect(),
            count: 2,
        };
        let nobody = WaitingView {
            shell: shell.clone(),
            rows: Vec::new(),
            count: 0,
        };
        let panel = PanelView {
            card: card("arrived", vec!["complete", "cancel", "move"]),
            when: "24 ноября, 10:00–10:20".into(),
            state: "Пришёл".into(),
            practitioner: "Чабрецов".into(),
            speciality: "ЛОР".into(),
            for_whom: Some("ребёнок".into()),
            made: "на сайте".into(),
            identified: false,
            person: Some("7".into()),
            reasons: vec![("patient", "Попросил пациент".into())],
            undoable: true,
            slip: true,
            cancelled: None,
            back: "/desk/today".into(),
            shell: shell.clone(),
        };
        vec![
            page(Vec::new(), None, None, true),
            page(
                vec![
                    column("p1", cards(&["requested", "urgent", "accepted"])),
                    column(
                        "p2",
                        vec![
                            stretch("off"),
                            stretch("pause"),
                            stretch("block"),
                            Thing::Visit(VisitView {
                                from: "09:00".into(),
                                to: "09:20".into(),
                                lane: Some(2),
                                name: "Пчёлкина <script> А.".into(),
                                what: "Чабрецов <b>".into(),
                                address: "/desk/today?appointment=1".into(),
                            }),
                            Thing::Free(FreeStretch {
                                from: "10:00".into(),
                                to: "11:00".into(),
                                address: "/desk/book?at=10:00".into(),
                            }),
                        ],
                    ),
                ],
                Some(waiting),
                Some(panel),
                false,
            ),
            page(vec![column("p1", Vec::new())], Some(nobody), None, true),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_open_and_not_taken() {
        let span = |start, end| Span { start, end };
        let open = [span(540, 780), span(820, 1080)];
        let taken = [
            span(540, 560),
            span(560, 580),
            span(700, 830),
            span(1060, 1080),
        ];
        assert_eq!(
            left(&open, &taken, (480, 1260)),
            [span(580, 700), span(830, 1060)]
        );
        assert_eq!(
            left(&open, &taken, (601, 1000)),
            [span(605, 700), span(830, 1000)]
        );
        assert_eq!(left(&open, &[span(0, 2000)], (480, 1260)), []);
        assert_eq!(left(&[], &[], (480, 1260)), []);
    }

    #[test]
    fn nobody_receives_around_what_is_open() {
        let span = |start, end| Span { start, end };
        let open = [span(540, 780), span(820, 1080)];
        let breaks = [span(780, 820)];
        assert_eq!(
            outside(&open, &breaks, 480, 1260),
            [span(480, 540), span(1080, 1260)]
        );
        assert_eq!(outside(&[], &[], 480, 1260), [span(480, 1260)]);
        assert_eq!(outside(&[span(480, 1260)], &[], 480, 1260), []);
    }
}
