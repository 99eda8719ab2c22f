//! The same day by rooms and devices: which is taken when, and by which visit.

use clinic::booking::catalogue::{Resource, ResourceKind};
use clinic::booking::desk::{Board, Names};

use super::card::{self, Around, initials};
use super::columns::{ColumnView, Stretch, Thing, last_clock};

/// A visit in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct VisitView {
    pub(super) from: String,
    pub(super) to: String,
    /// Which half of the column it has, where two go on at once.
    pub(super) lane: Option<i32>,
    pub(super) name: String,
    pub(super) what: String,
    pub(super) address: String,
}

/// A column for each room and device of the branch.
pub(super) fn columns(
    around: &Around<'_>,
    board: &Board,
    names: &Names,
    (opens, closes): (i64, i64),
) -> Vec<ColumnView> {
    let words = around.desk.words;
    let here = |one: &&Resource| {
        one.kind != ResourceKind::Practitioner && one.branch == Some(board.query.branch)
    };
    let minutes =
        |from: i64, to: i64| usize::try_from(to.min(closes) - from.max(opens)).unwrap_or_default();
    let column = |one: &Resource| {
        let mut things: Vec<(i64, Thing)> = Vec::new();
        let mut booked = 0;
        for lane in board.lanes.iter().filter(|lane| lane.resource == one.id) {
            let Some(visit) = lane
                .appointment
                .and_then(|id| board.cards.iter().find(|card| card.id == id))
            else {
                continue;
            };
            booked += minutes(lane.start, lane.end);
            let of = around.catalogue.practitioner_named(visit.practitioner);
            things.push((
                lane.start,
                Thing::Visit(VisitView {
                    from: around.clock(lane.start),
                    to: last_clock(around, lane.end, board.query.first),
                    lane: (one.lanes > 1).then_some(lane.lane % 2 + 1),
                    name: card::short(
                        around.desk,
                        names.names.get(&visit.id).and_then(Option::as_ref),
                    ),
                    what: of.map_or_else(String::new, |of| initials(of.title.get(words.0))),
                    address: format!(
                        "/desk/today?branch={}&day={}&appointment={}",
                        board.query.branch, board.query.first, visit.id
                    ),
                }),
            ));
        }
        for block in board.blocks.iter().filter(|block| block.resource == one.id) {
            let (from, to) = (block.start.max(opens), block.end.min(closes));
            if from < to {
                things.push((
                    from,
                    Thing::Stretch(Stretch {
                        class: "block",
                        from: around.clock(from),
                        to: last_clock(around, to, board.query.first),
                        says: format!("{} {}", words.say("desk-closed"), block.reason),
                    }),
                ));
            }
        }
        things.sort_by_key(|(start, _)| *start);
        let lanes = usize::try_from(one.lanes).unwrap_or(1);
        ColumnView {
            id: one.id.to_string(),
            name: one.title.get(words.0).to_owned(),
            speciality: words.say(match one.kind {
                ResourceKind::Device => "desk-kind-of-device",
                _ => "desk-kind-of-room",
            }),
            booked,
            room: minutes(opens, closes) * lanes,
            things: things.into_iter().map(|(_, thing)| thing).collect(),
        }
    };
    board
        .catalogue
        .resources
        .iter()
        .filter(here)
        .map(column)
        .collect()
}
