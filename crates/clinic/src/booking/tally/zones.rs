//! Days of a clock on the wall as stretches of real time in which the clock stands off by the same minutes, so that a
//! database can tell the day and the hour by arithmetic alone.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use kernel::BranchId;

use crate::booking::catalogue::Branch;

/// Branches of one clock, with the days that are counted.
pub(super) struct Zone {
    pub(super) zone: TimeZone,
    pub(super) branches: Vec<BranchId>,
    pub(super) stretches: Vec<Stretch>,
}

/// A stretch of time, minutes since 1970 UTC, the end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) start: i64,
    pub(super) end: i64,
    /// Minutes by which the clock on the wall is ahead of UTC.
    pub(super) ahead: i64,
}

impl Zone {
    /// All of the days.
    pub(super) fn whole(&self) -> (i64, i64) {
        let (first, last) = (self.stretches.first(), self.stretches.last());
        (
            first.map_or(0, |one| one.start),
            last.map_or(0, |one| one.end),
        )
    }

    /// The minute of the clock on the wall, counted as if it stood in UTC.
    pub(super) fn wall(&self, minute: i64) -> i64 {
        let holds = |one: &&Stretch| minute < one.end;
        let stretch = self.stretches.iter().find(holds).or(self.stretches.last());
        minute + stretch.map_or(0, |one| one.ahead)
    }
}

/// The branches by their clocks.
pub(super) fn zones(branches: &[&Branch], from: Date, to: Date) -> Vec<Zone> {
    let mut zones: Vec<Zone> = Vec::new();
    for branch in branches {
        match zones.iter_mut().find(|zone| zone.zone == branch.zone) {
            Some(zone) => zone.branches.push(branch.id),
            None => zones.push(Zone {
                zone: branch.zone.clone(),
                branches: vec![branch.id],
                stretches: stretches(&branch.zone, from, to),
            }),
        }
    }
    zones
}

/// When a day begins there.
pub(super) fn midnight(zone: &TimeZone, day: Date) -> Timestamp {
    let civil = day.to_datetime(Time::midnight());
    zone.to_ambiguous_zoned(civil)
        .compatible()
        .map_or(Timestamp::MAX, |at| at.timestamp())
}

fn stretches(zone: &TimeZone, from: Date, to: Date) -> Vec<Stretch> {
    let end = midnight(zone, to.saturating_add(1.day()));
    let mut at = midnight(zone, from);
    let mut found = Vec::new();
    while at < end {
        let next = zone.following(at).next().map(|change| change.timestamp());
        let until = next.map_or(end, |next| next.min(end));
        found.push(Stretch {
            start: at.as_second().div_euclid(60),
            end: until.as_second().div_euclid(60),
            ahead: i64::from(zone.to_offset(at).seconds()).div_euclid(60),
        });
        at = until;
    }
    found
}

/// The day that so many days after 1970-01-01 is.
pub(super) fn day(number: i64) -> Option<Date> {
    let days = i32::try_from(number).ok()?;
    Date::constant(1970, 1, 1).checked_add(days.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_clock_that_is_put_forward_makes_two_stretches() {
        let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
        let found = stretches(&berlin, date(2026, 3, 28), date(2026, 3, 29));
        let lengths: Vec<(i64, i64)> = found
            .iter()
            .map(|one| (one.end - one.start, one.ahead))
            .collect();
        assert_eq!(lengths, [(26 * 60, 60), (21 * 60, 120)]);
        assert_eq!(found[0].end, found[1].start);
        let moscow = TimeZone::get("Europe/Moscow").expect("a zone");
        let found = stretches(&moscow, date(2026, 1, 1), date(2026, 12, 31));
        assert_eq!((found.len(), found[0].ahead), (1, 180));
        assert_eq!(found[0].end - found[0].start, 365 * 1440);
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(day(0), Some(date(1970, 1, 1)));
        assert_eq!(day(20_780), Some(date(2026, 11, 23)));
        assert_eq!(day(i64::MAX), None);
    }
}
