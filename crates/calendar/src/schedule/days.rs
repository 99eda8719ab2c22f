//! Owns the dates of a query: each with its weekday and its midnight, worked out once and shared by all
//! practitioners of a zone.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;

use super::interval::{Interval, Minute};
use super::span::DaySpan;
use crate::local_clock::{DAY, LocalClock, local_minutes};

/// The dates `from`–`to` of a zone, ready for [`windows_into`](super::windows_into).
pub struct LocalDays {
    clock: LocalClock,
    /// From [`BEFORE`] days before the query to [`AFTER`] days after it.
    days: Vec<LocalDay>,
}

/// One local date.
#[derive(Clone, Copy)]
pub(super) struct LocalDay {
    pub(super) date: Date,
    pub(super) weekday: Weekday,
    /// The reading 00:00 in local minutes.
    reading: i64,
    /// The first instant of the date.
    midnight: i64,
}

/// Shifts up to two days back decide whether the day before the query was open without a break, and so where the
/// grid of a window begins.
const BEFORE: usize = 2;
/// Shifts up to two days on decide how far a visit of up to 24 hours may run; one more midnight ends them.
const AFTER: usize = 3;

/// The years within which dates have their instants and neighbours.
const FIRST: Date = date(-9998, 1, 1);
const LAST: Date = date(9998, 12, 31);

impl LocalDays {
    /// The dates from `from` to `to`, both inclusive; none when `to` is earlier. Dates beyond the years -9998 to
    /// 9998 are left out. Costs one look at the zone, whatever the number of days.
    pub fn new(zone: &TimeZone, from: Date, to: Date) -> Self {
        let (from, to) = (from.max(FIRST), to.min(LAST));
        if to < from {
            return Self {
                clock: LocalClock::new(zone, from, from),
                days: Vec::new(),
            };
        }
        let first = (0..BEFORE).fold(from, |date, _| {
            date.yesterday().expect("after the first year")
        });
        let last = (0..AFTER).fold(to, |date, _| date.tomorrow().expect("before the last year"));
        let clock = LocalClock::new(zone, first, last);
        let days = first
            .series(1.day())
            .take_while(|date| *date <= last)
            .zip((local_minutes(first)..).step_by(DAY as usize));
        let days = days.map(|(date, reading)| {
            let midnight = clock.first_instant(reading);
            LocalDay {
                date,
                weekday: date.weekday(),
                reading,
                midnight,
            }
        });
        let days = days.collect();
        Self { clock, days }
    }

    /// The real time from the first midnight to the last; `None` if there are no days or the zone skipped them.
    pub fn interval(&self) -> Option<Interval> {
        let midnights = self.midnights();
        Interval::new(
            Minute(midnights.first()?.midnight),
            Minute(midnights.last()?.midnight),
        )
    }

    /// The dates on which a shift may begin that matters to the query.
    pub(super) fn shift_days(&self) -> &[LocalDay] {
        self.days.split_last().map_or(&[], |(_, days)| days)
    }

    /// The queried dates and the one after, whose midnight ends them.
    pub(super) fn midnights(&self) -> &[LocalDay] {
        self.days
            .get(BEFORE..self.days.len().saturating_sub(AFTER - 1))
            .unwrap_or(&[])
    }

    /// Where a window that is open from `start` to `end` must begin a new grid: every queried midnight inside it
    /// that ends a whole local day of it.
    pub(super) fn regrids(&self, window: Interval) -> impl Iterator<Item = Minute> + '_ {
        let (start, end) = (window.start().0, window.end().0);
        let days = self
            .days
            .get(BEFORE - 1..self.days.len().saturating_sub(AFTER - 1))
            .unwrap_or(&[]);
        let inside = &days[days.partition_point(|day| day.midnight < start)..];
        let pairs = inside
            .iter()
            .zip(inside.iter().skip(1))
            .take_while(move |(_, day)| day.midnight < end);
        // A date the zone skipped ends with the instant it begins with and covers nothing.
        pairs
            .filter(|(before, day)| before.midnight < day.midnight)
            .map(|(_, day)| Minute(day.midnight))
    }

    /// The real time of the readings `start`–`end`, in minutes of the clock after the midnight of `day`.
    #[inline]
    pub(super) fn real(&self, day: &LocalDay, (start, end): (i64, i64)) -> Option<Interval> {
        let instant = |minutes| Minute(self.clock.first_instant(day.reading + minutes));
        Interval::new(instant(start), instant(end))
    }

    /// The real time of a span that begins on `day`.
    #[inline]
    pub(super) fn span(&self, day: &LocalDay, span: DaySpan) -> Option<Interval> {
        self.real(day, span.bounds())
    }
}
