//! A column of the board: who comes, breaks, what is kept free, what is left, and where nobody receives.

use clinic::booking::desk::{Board, Column, Span};
use clinic::booking::{Catalogue, Status};
use jiff::civil::Date;
use kernel::BranchId;
use trust::access::Action;

use super::card::{Around, CardView, initials};
use super::rooms::VisitView;
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
pub(super) fn hours_of(catalogue: &Catalogue, branch: BranchId, board: &Board) -> (i64, i64) {
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

pub(super) fn column_view(around: &Around<'_>, column: &Column, things: Vec<Thing>) -> ColumnView {
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
pub(super) fn things(
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
