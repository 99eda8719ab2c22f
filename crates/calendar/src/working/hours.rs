//! Owns working minutes: the time that passes only on working days and only between two readings of the clock.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

use super::days::{WorkingCalendar, YearUnknown, tomorrow};
use crate::DayMinute;
use crate::local_clock::{LocalClock, local_minutes};

/// The hours of a day in which working time passes: `from` inclusive, `to` exclusive, on one date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayHours {
    from: DayMinute,
    to: DayMinute,
}

/// The hours end before they begin. Hours over midnight belong to the schedule, not to the working day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotDayHours;

impl DayHours {
    /// Hours from `from` to a later `to`, at most 00:00–24:00.
    pub const fn new(from: DayMinute, to: DayMinute) -> Result<Self, NotDayHours> {
        if from.minutes() < to.minutes() {
            Ok(Self { from, to })
        } else {
            Err(NotDayHours)
        }
    }

    /// When they begin.
    pub const fn from(self) -> DayMinute {
        self.from
    }

    /// When they end.
    pub const fn to(self) -> DayMinute {
        self.to
    }

    /// The real instants of these hours on `date`; both the same where the clock skips them.
    fn on(self, date: Date, zone: &TimeZone) -> (Timestamp, Timestamp) {
        let clock = LocalClock::new(zone, date, date);
        let midnight = local_minutes(date);
        let instant = |minute: DayMinute| {
            let minutes = clock.first_instant(midnight + i64::from(minute.minutes()));
            Timestamp::from_second(minutes * 60).unwrap_or(Timestamp::MAX)
        };
        (instant(self.from), instant(self.to))
    }
}

impl WorkingCalendar {
    /// The instant by which `minutes` of working time have passed since `start`: time counts on working days, inside
    /// `hours`, in the zone of `start`. Shortened days count whole, a clock
    /// change counts as the minutes that really pass. Time that runs out at closing ends at closing; zero minutes end
    /// at the first working instant not before `start`.
    ///
    /// This is the clock of the working calendar. For a branch that also opens on Saturdays use its schedule:
    /// [`IntervalSet::advance`](crate::schedule::IntervalSet::advance).
    pub fn add_working_minutes(
        &self,
        start: &Zoned,
        minutes: u32,
        hours: DayHours,
    ) -> Result<Zoned, YearUnknown> {
        let zone = start.time_zone();
        let mut left = SignedDuration::from_mins(i64::from(minutes));
        let mut day = start.date();
        loop {
            if self.is_working(day)? {
                let (opens, closes) = hours.on(day, zone);
                let from = opens.max(start.timestamp());
                if from < closes {
                    let available = closes.duration_since(from);
                    if left <= available {
                        let end = from
                            .checked_add(left)
                            .expect("not after closing, which is a timestamp");
                        return Ok(end.to_zoned(zone.clone()));
                    }
                    left -= available;
                }
            }
            day = tomorrow(day)?;
        }
    }

    /// The working time from `start` to `end` as [`Self::add_working_minutes`] counts it, in the zone of `start`;
    /// zero when `end` is earlier.
    pub fn working_time(
        &self,
        start: &Zoned,
        end: Timestamp,
        hours: DayHours,
    ) -> Result<SignedDuration, YearUnknown> {
        let zone = start.time_zone();
        let last = end.to_zoned(zone.clone()).date();
        let mut passed = SignedDuration::ZERO;
        let mut day = start.date();
        while day <= last {
            if self.is_working(day)? {
                let (opens, closes) = hours.on(day, zone);
                let (from, to) = (opens.max(start.timestamp()), closes.min(end));
                if from < to {
                    passed += to.duration_since(from);
                }
            }
            day = tomorrow(day)?;
        }
        Ok(passed)
    }
}

impl fmt::Display for NotDayHours {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the hours of a day must begin before they end")
    }
}

impl std::error::Error for NotDayHours {}
