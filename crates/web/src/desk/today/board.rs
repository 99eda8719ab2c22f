//! The board of a day: columns of practitioners, what stands in them, what is around.

use askama::Template;
use clinic::booking::Catalogue;
use clinic::booking::catalogue::ResourceKind;
use clinic::booking::desk::{Board, Names};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{AppointmentId, BranchId};
use trust::access::Action;

use super::super::asked::Desk;
use super::super::page::DeskPage;
use super::super::shell::DeskShell;
use super::super::trouble::Trouble;
use super::card::{Around, PanelView, ToastView, WaitingView};
use super::columns::{ColumnView, Thing, column_view, hours_of, last_clock, things};
use super::rooms;
use crate::wording;

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

impl DeskPage for TodayPage {
    #[cfg(test)]
    fn samples(shell: DeskShell) -> Vec<Self> {
        use super::card::{WaitingRow, samples::card};
        use super::columns::{FreeStretch, Stretch};
        use super::rooms::VisitView;
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
            cancelled: Some("Попросил пациент".into()),
            note: Some("едет <b>в отпуск</b>".into()),
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
