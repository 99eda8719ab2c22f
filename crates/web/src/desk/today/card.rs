//! A card of the board, the chosen appointment beside it, the list of those who wait.

use askama::Template;
use clinic::booking::Catalogue;
use clinic::booking::Status;
use clinic::booking::desk::{CancelReason, Card, PatientName};
use jiff::tz::TimeZone;
use kernel::{BoardId, BranchId, Moment};
use trust::access::Action;
use trust::consent::declaration::ForWhom;
use trust::vault::Standing;

use super::super::asked::Desk;
use super::super::shell::DeskShell;
use crate::wording;

/// Minutes that a line of text takes on the board at its usual size.
const MINUTE: f64 = 0.14;

/// A card as the board holds it.
#[derive(Template)]
#[template(path = "desk/today/card.html")]
pub(super) struct CardView {
    /// The appointment.
    pub(super) id: String,
    /// The list whose ticket opens the name.
    pub(super) board: String,
    /// Whose column it stands in.
    pub(super) column: String,
    /// «10:00».
    pub(super) from: String,
    /// When it ends.
    pub(super) to: String,
    /// How many lines of text fit, where it is fewer than four.
    pub(super) lines: Option<u8>,
    /// The state's class.
    pub(super) class: &'static str,
    /// The state in a word or two.
    pub(super) says: String,
    /// «Пчёлкина А. С.».
    pub(super) name: String,
    /// What else is known at a glance, with its words.
    pub(super) marks: Vec<(&'static str, String)>,
    /// The service.
    pub(super) what: String,
    /// What may be done with it now.
    pub(super) can: Vec<&'static str>,
    /// How often it changed.
    pub(super) version: i32,
    /// Whether it is the one beside the board.
    pub(super) chosen: bool,
    /// Whether it says its column: a part of a page does.
    pub(super) alone: bool,
}

/// The chosen appointment.
#[derive(Template)]
#[template(path = "desk/today/panel.html")]
pub(super) struct PanelView {
    pub(super) shell: DeskShell,
    pub(super) card: CardView,
    pub(super) when: String,
    pub(super) state: String,
    pub(super) practitioner: String,
    pub(super) speciality: String,
    pub(super) for_whom: Option<String>,
    pub(super) made: String,
    pub(super) identified: bool,
    pub(super) person: Option<String>,
    pub(super) reasons: Vec<(&'static str, String)>,
    pub(super) undoable: bool,
    /// Whether there is a slip to print.
    pub(super) slip: bool,
    pub(super) cancelled: Option<String>,
    /// What staff wrote beside the reason.
    pub(super) note: Option<String>,
    pub(super) back: String,
}

/// Somebody who waits for acceptance.
pub(super) struct WaitingRow {
    pub(super) id: String,
    pub(super) board: String,
    pub(super) name: String,
    pub(super) urgent: bool,
    pub(super) since: String,
    pub(super) when: String,
    pub(super) time: String,
    pub(super) practitioner: String,
    pub(super) version: i32,
    pub(super) address: String,
}

/// The list.
#[derive(Template)]
#[template(path = "desk/today/waiting.html")]
pub(super) struct WaitingView {
    pub(super) shell: DeskShell,
    pub(super) rows: Vec<WaitingRow>,
    pub(super) count: usize,
}

/// What was done, or why it was not.
#[derive(Template)]
#[template(path = "desk/today/toast.html")]
pub(super) struct ToastView {
    pub(super) shell: DeskShell,
    pub(super) bad: bool,
    pub(super) says: String,
    /// Where it is taken back, and from which revision.
    pub(super) undo: Option<(String, i32)>,
}

/// What stands around a card: where and when it is.
pub(super) struct Around<'a> {
    pub(super) desk: &'a Desk,
    pub(super) catalogue: &'a Catalogue,
    pub(super) zone: TimeZone,
    pub(super) board: BoardId,
}

/// «Пчёлкина А. С.», kept on one line.
pub(super) fn short(desk: &Desk, name: Option<&PatientName>) -> String {
    let Some(name) = name else {
        return desk.words.say("desk-name-closed");
    };
    let mut out = name
        .surname
        .as_ref()
        .map(|surname| surname.reveal().clone())
        .unwrap_or_default();
    for part in [&name.given_name, &name.patronymic].into_iter().flatten() {
        if let Some(letter) = part.reveal().chars().next() {
            out.push('\u{a0}');
            out.extend(letter.to_uppercase());
            out.push('.');
        }
    }
    if out.is_empty() {
        desk.words.say("desk-no-name")
    } else {
        out
    }
}

/// The surname and initials of somebody whose whole name stands in the catalogue.
pub(in crate::desk) fn initials(title: &str) -> String {
    let mut words = title.split_whitespace();
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        if let Some(letter) = word.chars().next().filter(|letter| letter.is_alphabetic()) {
            out.push('\u{a0}');
            out.extend(letter.to_uppercase());
            out.push('.');
        }
    }
    out
}

impl PanelView {
    fn may(&self, verb: &str) -> bool {
        self.card.can.contains(&verb)
    }

    /// What a button does, says, and by which key.
    fn buttons(&self) -> Vec<(&'static str, String, &'static str)> {
        [
            ("accept", "A"),
            ("arrive", "P"),
            ("complete", "C"),
            ("no-show", "N"),
        ]
        .into_iter()
        .filter(|(verb, _)| self.may(verb))
        .map(|(verb, key)| (verb, self.shell.say(&format!("desk-do-{verb}")), key))
        .collect()
    }
}

impl Around<'_> {
    pub(super) fn clock(&self, minutes: i64) -> String {
        wording::clock(&wording::local(&self.zone, minutes))
    }

    /// Minutes for which somebody has waited.
    fn waited(&self, since: Moment) -> i64 {
        (self.desk.now().minutes() - since.minutes()).max(0)
    }

    pub(super) fn card(&self, card: &Card, name: Option<&PatientName>) -> CardView {
        let words = self.desk.words;
        let urgent = card.escalated && card.status == Status::Requested;
        let class = match card.status {
            Status::Requested if urgent => "urgent",
            Status::NoShow => "no-show",
            other => other.code(),
        };
        let says = match (urgent, card.waits_since) {
            (true, Some(since)) => {
                words.with("desk-waits", "minutes", &self.waited(since).to_string())
            }
            _ => words.say(&format!("desk-short-{}", class.replace('_', "-"))),
        };
        let service = self.catalogue.service_named(card.service);
        CardView {
            id: card.id.to_string(),
            board: self.board.to_string(),
            column: card.practitioner.to_string(),
            from: self.clock(card.start),
            to: self.clock(card.end),
            lines: lines(card.end - card.start),
            class,
            says,
            name: short(self.desk, name),
            marks: self.marks(card),
            what: service
                .map(|service| service.title.get(words.0).to_owned())
                .unwrap_or_default(),
            can: self.can(card),
            version: card.revision,
            chosen: false,
            alone: false,
        }
    }

    fn marks(&self, card: &Card) -> Vec<(&'static str, String)> {
        let mut marks = Vec::with_capacity(3);
        if matches!(card.for_whom, ForWhom::Child | ForWhom::Ward) {
            marks.push("child");
        }
        marks.push(match card.standing {
            Standing::Identified => "proved",
            Standing::AsStated => "told",
        });
        marks.push(if card.made_by.is_some() {
            "phone"
        } else {
            "site"
        });
        marks
            .into_iter()
            .map(|mark| (mark, self.desk.words.say(&format!("desk-mark-{mark}"))))
            .collect()
    }

    fn can(&self, card: &Card) -> Vec<&'static str> {
        let now = self.desk.now().minutes();
        let today = |start: i64| {
            wording::local(&self.zone, start).date() == wording::local(&self.zone, now).date()
        };
        let open = card.status.is_open();
        [
            ("accept", Action::Accept, card.status == Status::Requested),
            ("arrive", Action::Mark, open && today(card.start)),
            ("no-show", Action::Mark, open && card.start <= now),
            ("complete", Action::Mark, card.status == Status::Arrived),
            ("move", Action::Move, open),
            ("cancel", Action::Cancel, open),
        ]
        .into_iter()
        .filter(|(_, action, fits)| *fits && self.desk.may(*action))
        .map(|(verb, ..)| verb)
        .collect()
    }

    pub(super) fn panel(
        &self,
        card: &Card,
        name: Option<&PatientName>,
        branch: BranchId,
    ) -> PanelView {
        let words = self.desk.words;
        let view = self.card(card, name);
        let start = wording::local(&self.zone, card.start);
        let practitioner = self.catalogue.practitioner_named(card.practitioner);
        let made_at = card.made_at.timestamp().to_zoned(self.zone.clone());
        let made_by = if card.made_by.is_some() {
            "phone"
        } else {
            "site"
        };
        let for_whom = (card.for_whom != ForWhom::Myself)
            .then(|| words.say(&format!("desk-whom-{}", for_whom_word(card.for_whom))));
        PanelView {
            when: format!(
                "{}–{}",
                wording::day_and_time(words, &start),
                self.clock(card.end)
            ),
            state: view.says.clone(),
            practitioner: practitioner
                .map(|one| one.title.get(words.0).to_owned())
                .unwrap_or_default(),
            speciality: practitioner
                .map(|one| wording::speciality(words, one))
                .unwrap_or_default(),
            for_whom,
            made: format!(
                "{}, {}",
                words.say(&format!("desk-mark-{made_by}")),
                wording::day_and_time(words, &made_at)
            ),
            identified: card.standing == Standing::Identified,
            person: self
                .desk
                .may(Action::FindPerson)
                .then(|| card.person.to_string()),
            reasons: CancelReason::ALL
                .iter()
                .map(|reason| {
                    let says = words.say(&format!("desk-cancel-{}", reason.code()));
                    (reason.code(), says)
                })
                .collect(),
            undoable: card.undoable,
            slip: card.status.is_open() && self.desk.may(Action::Print),
            cancelled: card
                .cancel_reason
                .map(|reason| words.say(&format!("desk-cancel-{}", reason.code()))),
            note: None,
            back: format!("/desk/today?branch={branch}&day={}", start.date()),
            shell: self.desk.shell(),
            card: view,
        }
    }

    pub(super) fn waiting(
        &self,
        card: &Card,
        name: Option<&PatientName>,
        branch: BranchId,
    ) -> WaitingRow {
        let words = self.desk.words;
        let start = wording::local(&self.zone, card.start);
        let practitioner = self.catalogue.practitioner_named(card.practitioner);
        let minutes = card.waits_since.map_or(0, |since| self.waited(since));
        let key = if card.escalated {
            "desk-waits"
        } else {
            "desk-since-minutes"
        };
        WaitingRow {
            id: card.id.to_string(),
            board: self.board.to_string(),
            name: short(self.desk, name),
            urgent: card.escalated,
            since: words.with(key, "minutes", &minutes.to_string()),
            when: wording::short_day(words, start.date()),
            time: wording::clock(&start),
            practitioner: practitioner
                .map(|one| initials(one.title.get(words.0)))
                .unwrap_or_default(),
            version: card.revision,
            address: format!(
                "/desk/today?branch={branch}&day={}&appointment={}",
                start.date(),
                card.id
            ),
        }
    }
}

const fn for_whom_word(for_whom: ForWhom) -> &'static str {
    match for_whom {
        ForWhom::Child => "child",
        ForWhom::Ward => "ward",
        ForWhom::Adult => "adult",
        _ => "self",
    }
}

/// How many lines of text fit; from four on nothing is said.
fn lines(minutes: i64) -> Option<u8> {
    let minutes = f64::from(i32::try_from(minutes).unwrap_or(i32::MAX));
    let fit = ((minutes * MINUTE - 0.35) / 1.13).floor().max(1.0);
    [1_u8, 2, 3]
        .into_iter()
        .find(|count| f64::from(*count) >= fit)
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    pub(crate) fn card(class: &'static str, can: Vec<&'static str>) -> CardView {
        CardView {
            id: "1".into(),
            board: "b".into(),
            column: "p".into(),
            from: "10:00".into(),
            to: "10:20".into(),
            lines: lines(20),
            class,
            says: "Новая".into(),
            name: "Пчёлкина <script> А.".into(),
            marks: vec![("told", "со слов".into()), ("site", "на сайте".into())],
            what: "Приём <i>".into(),
            can,
            version: 3,
            chosen: class == "accepted",
            alone: class == "urgent",
        }
    }

    #[test]
    fn a_card_says_how_many_lines_fit() {
        assert_eq!(lines(5), Some(1));
        assert_eq!(lines(20), Some(2));
        assert_eq!(lines(30), Some(3));
        assert_eq!(lines(60), None);
    }

    #[test]
    fn a_name_is_short() {
        assert_eq!(
            initials("Пчёлкин Антон Сергеевич"),
            "Пчёлкин\u{a0}А.\u{a0}С."
        );
        assert_eq!(initials("Кабинет 101"), "Кабинет");
        assert_eq!(initials(""), "");
    }
}
