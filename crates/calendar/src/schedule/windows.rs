//! Owns the turning of rules and exceptions into windows of real time.
//!
//! Three promises to whoever lays a grid over them:
//!
//! - a window is as long as its open time: shifts of one branch and audience that touch or overlap are one;
//! - its grid begins where that open time begins, even if that is before the dates asked for, so the same starts
//!   come out whatever dates they are asked with;
//! - only a window open for a whole local day on end begins its grid anew, at the midnight that completes the day:
//!   it would otherwise have to be followed back for ever.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::days::{LocalDay, LocalDays};
use super::interval::{Interval, Minute, merge_sorted, subtract};
use super::rule::{Audience, Change, Exception, Opening, WeeklySchedule};
use crate::local_clock::DAY;

/// Open time of one branch for one audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window<B> {
    /// The part of it that lies on the dates asked for; starts lie here.
    pub interval: Interval,
    /// The branch.
    pub branch: B,
    /// For whom.
    pub audience: Audience,
    /// The first minute of the grid, at or before the interval's start.
    pub anchor: Minute,
    /// How far open time goes on without a break, at or after the interval's end: a visit may run up to here. Beyond
    /// the last date asked for it is exact for one day at least.
    pub runs_to: Minute,
}

/// The windows of one practitioner on the dates `from`–`to`, both inclusive, of `zone`.
///
/// Sorted by start, then branch, then audience. The early hours of `from` that belong to a shift of the evening
/// before are there; the hours after midnight of a shift that begins on `to` are not (see [`Window::runs_to`]).
/// `rules` and `exceptions` may come in any order.
pub fn windows<B: Copy + Ord>(
    rules: &[WeeklySchedule<B>],
    exceptions: &[Exception<B>],
    zone: &TimeZone,
    from: Date,
    to: Date,
) -> Vec<Window<B>> {
    let mut found = Vec::new();
    windows_into(
        rules,
        exceptions,
        &LocalDays::new(zone, from, to),
        &mut found,
    );
    found
}

/// [`windows`] for many practitioners of one zone: `days` is worked out once, `found` is cleared and filled.
pub fn windows_into<B: Copy + Ord>(
    rules: &[WeeklySchedule<B>],
    exceptions: &[Exception<B>],
    days: &LocalDays,
    found: &mut Vec<Window<B>>,
) {
    found.clear();
    let Some(asked) = days.interval() else { return };
    let mut pieces = shifts(rules, exceptions, days);
    pieces.sort_unstable();
    merge(&mut pieces);
    give_way(&mut pieces);

    for piece in &pieces {
        let mut anchor = piece.interval.start();
        let mut add = |anchor, end| {
            let whole = Interval::new(anchor, end);
            let (branch, audience, runs_to) = (piece.branch, piece.audience, piece.interval.end());
            if let Some(interval) = whole.and_then(|whole| whole.common(asked)) {
                found.push(Window {
                    interval,
                    branch,
                    audience,
                    anchor,
                    runs_to,
                });
            }
        };
        for midnight in days.regrids(piece.interval) {
            add(anchor, midnight);
            anchor = midnight;
        }
        add(anchor, piece.interval.end());
    }
    found.sort_unstable();
}

/// Open time before it is clipped; the order of fields is the order it is merged in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Piece<B> {
    branch: B,
    audience: Audience,
    interval: Interval,
}

/// Every shift that matters to `days`, without breaks and absences, in no order.
fn shifts<B: Copy>(
    rules: &[WeeklySchedule<B>],
    exceptions: &[Exception<B>],
    days: &LocalDays,
) -> Vec<Piece<B>> {
    let dates = days.shift_days();
    let (Some(first), Some(last)) = (dates.first(), dates.last()) else {
        return Vec::new();
    };
    let in_sight = |exception: &&Exception<B>| (first.date..=last.date).contains(&exception.date);
    let mut exceptions: Vec<&Exception<B>> = exceptions.iter().filter(in_sight).collect();
    exceptions.sort_by_key(|exception| exception.date);

    let mut laid = Laid {
        days,
        pieces: Vec::new(),
        breaks: Vec::new(),
    };
    let mut ahead = exceptions.as_slice();
    for day in dates {
        let (today, later) =
            ahead.split_at(ahead.partition_point(|exception| exception.date == day.date));
        ahead = later;
        if today
            .iter()
            .any(|exception| matches!(exception.change, Change::DayOff))
        {
            continue;
        }
        let mut replaced = false;
        for exception in today {
            if let Change::Replace(openings) = &exception.change {
                replaced = true;
                openings.iter().for_each(|opening| laid.add(opening, day));
            }
        }
        if !replaced {
            rules
                .iter()
                .filter(|rule| applies(rule, day))
                .for_each(|rule| laid.add(&rule.opening, day));
        }
    }
    take_absences_out(&exceptions, days, &mut laid.pieces);
    laid.pieces
}

#[inline]
fn applies<B>(rule: &WeeklySchedule<B>, day: &LocalDay) -> bool {
    rule.days.admits(day.weekday, day.date.day())
        && rule.from.is_none_or(|from| from <= day.date)
        && rule.to.is_none_or(|to| day.date <= to)
}

/// Shifts laid out in real time.
struct Laid<'a, B> {
    days: &'a LocalDays,
    pieces: Vec<Piece<B>>,
    /// Kept between shifts for its memory alone.
    breaks: Vec<Interval>,
}

impl<B: Copy> Laid<'_, B> {
    /// Adds the shift that begins on `day`, in as many pieces as its breaks leave.
    fn add(&mut self, opening: &Opening<B>, day: &LocalDay) {
        let &Opening {
            branch,
            span,
            audience,
            ..
        } = opening;
        let Some(shift) = self.days.span(day, span) else {
            return;
        };
        let (start, end) = span.bounds();
        self.breaks.clear();
        for pause in &opening.breaks {
            let (from, to) = pause.span().bounds();
            // A break is a span of the clock: it may reach in from the day before and come again on the day after.
            for shifted in [(from - DAY, to - DAY), (from, to), (from + DAY, to + DAY)] {
                if shifted.0 < end && start < shifted.1 {
                    self.breaks.extend(self.days.real(day, shifted));
                }
            }
        }
        self.breaks.sort_unstable();
        subtract(shift, &self.breaks, |interval| {
            self.pieces.push(Piece {
                branch,
                audience,
                interval,
            })
        });
    }
}

fn take_absences_out<B: Copy>(
    exceptions: &[&Exception<B>],
    days: &LocalDays,
    pieces: &mut Vec<Piece<B>>,
) {
    let absences = exceptions
        .iter()
        .filter_map(|exception| match exception.change {
            Change::PartOff(span) => {
                let day = days
                    .shift_days()
                    .iter()
                    .find(|day| day.date == exception.date)?;
                days.span(day, span)
            }
            _ => None,
        });
    let mut absences: Vec<Interval> = absences.collect();
    if absences.is_empty() {
        return;
    }
    absences.sort_unstable();
    merge_sorted(&mut absences);
    let whole = std::mem::take(pieces);
    for piece in whole {
        let passed = absences.partition_point(|absence| absence.end() <= piece.interval.start());
        subtract(piece.interval, &absences[passed..], |interval| {
            pieces.push(Piece { interval, ..piece })
        });
    }
}

/// Joins what touches or overlaps in one branch for one audience; `pieces` are sorted.
fn merge<B: Copy + Ord>(pieces: &mut Vec<Piece<B>>) {
    pieces.dedup_by(|next, kept| {
        let alike = next.branch == kept.branch && next.audience == kept.audience;
        let joins = alike && next.interval.start() <= kept.interval.end();
        if joins {
            let end = kept.interval.end().max(next.interval.end());
            kept.interval =
                Interval::new(kept.interval.start(), end).expect("no shorter than before");
        }
        joins
    });
}

/// Takes the time given to one side out of everyone's, branch by branch; `pieces` are sorted and merged.
fn give_way<B: Copy + Ord>(pieces: &mut Vec<Piece<B>>) {
    let is_shared = |piece: &Piece<B>| piece.audience == Audience::Everyone;
    if pieces.iter().all(is_shared) || !pieces.iter().any(is_shared) {
        return;
    }
    let whole = std::mem::take(pieces);
    let mut given: Vec<Interval> = Vec::new();
    for branch in whole.chunk_by(|one, other| one.branch == other.branch) {
        let (shared, exclusive) = branch.split_at(branch.partition_point(is_shared));
        given.clear();
        given.extend(exclusive.iter().map(|piece| piece.interval));
        given.sort_unstable();
        merge_sorted(&mut given);
        for &piece in shared {
            let passed = given.partition_point(|given| given.end() <= piece.interval.start());
            subtract(piece.interval, &given[passed..], |interval| {
                pieces.push(Piece { interval, ..piece })
            });
        }
        pieces.extend(exclusive);
    }
}
