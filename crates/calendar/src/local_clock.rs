//! Owns the one reading of a zone's wall clock: the first instant at which it shows a time *or a later one*.
//!
//! That reading never runs backwards, which settles every clock change at once:
//!
//! - a reading that does not exist (02:30 in a spring gap) is the instant of the change itself, so 02:00–02:30
//!   inside the gap is empty and 00:00–06:00 has its five real hours;
//! - a reading that comes twice (autumn) is its first coming, so a window that ends at 02:30 and one that begins
//!   there share no minute and leave none between them, and 00:00–06:00 has seven hours.
//!
//! Transitions are asked for once per stretch of dates; each reading after that is an addition.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// The minutes of a day when its clock does not change.
pub(crate) const DAY: i64 = 1440;

/// A zone's wall clock over a stretch of dates.
pub(crate) struct LocalClock {
    first: Piece,
    /// Mostly empty; one entry per change of the clock.
    later: Vec<Piece>,
}

/// Readings that share one offset, up to and including the gap that may follow them.
#[derive(Clone, Copy)]
struct Piece {
    /// The first reading of this piece, in local minutes.
    from: i64,
    /// Local minus UTC, minutes.
    offset: i64,
    /// The UTC minute of the change that ends this piece; readings in a gap stop here.
    until: i64,
}

impl LocalClock {
    /// The clock of `zone`, right for every reading from `from` 00:00 to `to` 24:00.
    pub(crate) fn new(zone: &TimeZone, from: Date, to: Date) -> Self {
        // No zone is further than 26 hours from UTC; a margin on both sides costs nothing.
        let margin = SignedDuration::from_hours(30);
        let start = midnight_in_utc(from)
            .saturating_sub(margin)
            .unwrap_or(Timestamp::MIN);
        let end = midnight_in_utc(to)
            .saturating_add(margin + margin)
            .unwrap_or(Timestamp::MAX);

        let mut clock = Self {
            first: Piece::endless(i64::MIN, zone.to_offset(start)),
            later: Vec::new(),
        };
        for change in zone
            .following(start)
            .take_while(|change| change.timestamp() < end)
        {
            let instant = change.timestamp().as_second().div_euclid(60);
            let before = clock.later.last_mut().unwrap_or(&mut clock.first);
            before.until = instant;
            let next = Piece::endless(0, change.offset());
            // After a gap the new offset shows its first reading; after a fold the old one has shown more already.
            let from = instant + before.offset.max(next.offset);
            let piece = Piece { from, ..next };
            clock.later.push(piece);
        }
        clock
    }

    /// The first UTC minute at which the clock shows `reading` (local minutes, see [`local_minutes`]) or later.
    #[inline]
    pub(crate) fn first_instant(&self, reading: i64) -> i64 {
        let piece = self
            .later
            .iter()
            .rev()
            .find(|piece| piece.from <= reading)
            .unwrap_or(&self.first);
        (reading - piece.offset).min(piece.until)
    }
}

impl Piece {
    fn endless(from: i64, offset: Offset) -> Self {
        Self {
            from,
            offset: i64::from(offset.seconds()).div_euclid(60),
            until: i64::MAX,
        }
    }
}

/// The reading `date` 00:00 in minutes since the reading 1970-01-01 00:00, without any zone.
pub(crate) fn local_minutes(date: Date) -> i64 {
    midnight_in_utc(date).as_second().div_euclid(60)
}

fn midnight_in_utc(date: Date) -> Timestamp {
    // Only the last day or two of the year 9999 lie outside what a timestamp can hold.
    Offset::UTC
        .to_timestamp(date.at(0, 0, 0, 0))
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn shown(zone: &str, day: Date, hour: i64, minute: i64) -> String {
        let zone = TimeZone::get(zone).unwrap();
        let clock = LocalClock::new(&zone, day, day);
        let instant = clock.first_instant(local_minutes(day) + hour * 60 + minute);
        Timestamp::from_second(instant * 60)
            .unwrap()
            .to_zoned(zone)
            .strftime("%d %H:%M%:z")
            .to_string()
    }

    #[test]
    fn a_missing_reading_is_the_change_itself() {
        let spring = date(2026, 3, 29);
        assert_eq!(shown("Europe/Berlin", spring, 1, 59), "29 01:59+01:00");
        assert_eq!(shown("Europe/Berlin", spring, 2, 0), "29 03:00+02:00");
        assert_eq!(shown("Europe/Berlin", spring, 2, 30), "29 03:00+02:00");
        assert_eq!(shown("Europe/Berlin", spring, 3, 0), "29 03:00+02:00");
        assert_eq!(shown("Europe/Berlin", spring, 3, 1), "29 03:01+02:00");
    }

    #[test]
    fn a_repeated_reading_is_its_first_coming() {
        let autumn = date(2026, 10, 25);
        assert_eq!(shown("Europe/Berlin", autumn, 2, 0), "25 02:00+02:00");
        assert_eq!(shown("Europe/Berlin", autumn, 2, 59), "25 02:59+02:00");
        assert_eq!(shown("Europe/Berlin", autumn, 3, 0), "25 03:00+01:00");
    }

    #[test]
    fn a_day_that_never_was_is_one_instant() {
        let skipped = date(2011, 12, 30);
        for hour in [0, 12, 23] {
            assert_eq!(shown("Pacific/Apia", skipped, hour, 30), "31 00:00+14:00");
        }
    }

    #[test]
    fn agrees_with_the_library_wherever_a_reading_is_plain() {
        for name in [
            "Europe/Moscow",
            "Asia/Kolkata",
            "Pacific/Chatham",
            "America/New_York",
            "Australia/Lord_Howe",
            "Asia/Kamchatka",
        ] {
            let zone = TimeZone::get(name).unwrap();
            let clock = LocalClock::new(&zone, date(2025, 1, 1), date(2027, 12, 31));
            for hours in 0..3 * 8760 {
                let reading = local_minutes(date(2025, 1, 1)) + hours * 60 + 30;
                let wall = Offset::UTC.to_datetime(Timestamp::from_second(reading * 60).unwrap());
                let Ok(plain) = zone.to_ambiguous_timestamp(wall).unambiguous() else {
                    continue;
                };
                assert_eq!(
                    clock.first_instant(reading),
                    plain.as_second() / 60,
                    "{name} {wall}"
                );
            }
        }
    }
}
