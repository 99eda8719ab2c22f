//! Owns spans of the local clock: when a shift, a break or an absence begins and ends on the wall.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::DayMinute;

const DAY: u16 = 1440;

/// From one reading of the local clock to a later one, at most 24 hours by the clock.
///
/// - An end not after the start lies on the next day: 15:20–01:20 runs over midnight, 00:00–00:00 is the whole day.
/// - An end of 23:59 is read as 24:00: tables that cannot write 24:00 mean midnight by it, and a hole of one minute
///   would part shifts that touch.
///
/// In serde a pair `["15:20","01:20"]`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(DayMinute, DayMinute)", into = "(DayMinute, DayMinute)")]
pub struct DaySpan {
    start: u16,
    /// 1–1440.
    length: u16,
}

impl DaySpan {
    /// The whole local day, 00:00–24:00.
    pub const WHOLE_DAY: Self = Self {
        start: 0,
        length: DAY,
    };

    /// From `start`, which may not be 24:00, to `end`.
    pub const fn new(start: DayMinute, end: DayMinute) -> Result<Self, NotASpan> {
        let (start, end) = (start.minutes(), end.minutes());
        if start == DAY {
            return Err(NotASpan::StartsAtEnd);
        }
        let end = if end == DAY - 1 && start < end {
            DAY
        } else {
            end
        };
        let length = if start < end {
            end - start
        } else {
            DAY - start + end
        };
        Ok(Self { start, length })
    }

    /// When it begins.
    pub fn start(self) -> DayMinute {
        DayMinute::new(self.start).expect("less than a day")
    }

    /// When it ends, on the same day or the next; midnight is 24:00.
    pub fn end(self) -> DayMinute {
        let end = self.start + self.length;
        DayMinute::new(if end > DAY { end - DAY } else { end }).expect("at most a day")
    }

    /// Whether a part of it lies on the next day.
    pub const fn is_overnight(self) -> bool {
        self.start + self.length > DAY
    }

    /// Start and end in minutes of the clock after the midnight its first day begins with; the end up to 2879.
    #[inline]
    pub(super) fn bounds(self) -> (i64, i64) {
        let start = i64::from(self.start);
        (start, start + i64::from(self.length))
    }
}

/// A break inside a shift: a span of the clock in which its shift is not worked, whichever day of an overnight shift
/// that falls on. Unlike a shift, a break from a reading to the same reading is refused: it lasts nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(DayMinute, DayMinute)", into = "(DayMinute, DayMinute)")]
pub struct Break(DaySpan);

impl Break {
    /// From `start` to `end`; over midnight if `end` is earlier.
    pub const fn new(start: DayMinute, end: DayMinute) -> Result<Self, NotASpan> {
        if start.minutes() % DAY == end.minutes() % DAY {
            return Err(NotASpan::EmptyBreak);
        }
        match DaySpan::new(start, end) {
            Ok(span) => Ok(Self(span)),
            Err(refusal) => Err(refusal),
        }
    }

    /// The span of the clock.
    pub const fn span(self) -> DaySpan {
        self.0
    }
}

/// Why two readings of the clock make no span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotASpan {
    /// 24:00 begins nothing; the next day begins at 00:00.
    StartsAtEnd,
    /// A break must last.
    EmptyBreak,
}

impl fmt::Debug for DaySpan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}–{}", self.start(), self.end())
    }
}

impl fmt::Debug for Break {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl TryFrom<(DayMinute, DayMinute)> for DaySpan {
    type Error = NotASpan;

    fn try_from((start, end): (DayMinute, DayMinute)) -> Result<Self, NotASpan> {
        Self::new(start, end)
    }
}

impl From<DaySpan> for (DayMinute, DayMinute) {
    fn from(span: DaySpan) -> Self {
        (span.start(), span.end())
    }
}

impl TryFrom<(DayMinute, DayMinute)> for Break {
    type Error = NotASpan;

    fn try_from((start, end): (DayMinute, DayMinute)) -> Result<Self, NotASpan> {
        Self::new(start, end)
    }
}

impl From<Break> for (DayMinute, DayMinute) {
    fn from(pause: Break) -> Self {
        pause.0.into()
    }
}

impl fmt::Display for NotASpan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::StartsAtEnd => "nothing begins at 24:00; write 00:00 of the next day",
            Self::EmptyBreak => "a break must end at another time than it begins",
        })
    }
}

impl std::error::Error for NotASpan {}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(text: &str) -> DayMinute {
        text.parse().unwrap()
    }

    fn span(start: &str, end: &str) -> DaySpan {
        DaySpan::new(minute(start), minute(end)).unwrap()
    }

    #[test]
    fn ends_on_the_same_day_or_the_next() {
        assert_eq!(span("09:00", "18:00").bounds(), (540, 1080));
        assert_eq!(span("15:20", "01:20").bounds(), (920, 1520));
        assert_eq!(span("00:00", "00:00"), DaySpan::WHOLE_DAY);
        assert_eq!(span("00:00", "24:00"), DaySpan::WHOLE_DAY);
        assert_eq!(span("12:00", "12:00").bounds(), (720, 2160));
        assert!(span("15:20", "01:20").is_overnight() && !span("23:00", "24:00").is_overnight());
        assert_eq!(
            DaySpan::new(DayMinute::END, minute("01:00")),
            Err(NotASpan::StartsAtEnd)
        );
    }

    #[test]
    fn one_minute_to_midnight_means_midnight() {
        assert_eq!(span("23:00", "23:59"), span("23:00", "24:00"));
        assert_eq!(span("23:59", "23:59").bounds(), (1439, 2879));
    }

    #[test]
    fn an_end_is_written_as_it_is_read() {
        for (start, end) in [
            ("09:00", "18:00"),
            ("15:20", "01:20"),
            ("00:00", "24:00"),
            ("23:59", "23:59"),
            ("23:59", "23:58"),
        ] {
            assert_eq!(format!("{:?}", span(start, end)), format!("{start}–{end}"));
        }
    }

    #[test]
    fn a_break_must_last() {
        for (start, end) in [("12:00", "12:00"), ("00:00", "24:00")] {
            assert_eq!(
                Break::new(minute(start), minute(end)),
                Err(NotASpan::EmptyBreak)
            );
        }
    }
}
