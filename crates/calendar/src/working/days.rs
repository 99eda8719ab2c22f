//! Owns the answer to "is this day worked?" and the walks over working days.

use std::fmt;

use jiff::civil::Date;

use super::lines::LineErrors;
use super::table::{self, CalendarProblem, SpecialDay, Years, is_weekend};

/// Working days and days of rest of the years its tables cover.
///
/// Inside a covered year a day is what its row says, or else worked from Monday to Friday. Outside, every question
/// is answered with [`YearUnknown`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkingCalendar {
    years: Years,
}

/// The calendar has no table for this year; the operator must load one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearUnknown(pub i16);

const RUSSIA: &str = include_str!("../../data/ru_calendar.csv");

impl WorkingCalendar {
    /// The built-in Russian calendar: ТК РФ ст. 112 with the government's transfers, 2025–2027.
    pub fn russia() -> Self {
        Self::parse(RUSSIA).expect("the built-in table is read by a test")
    }

    /// A calendar of the years in `text` (`date,kind,note`; see [`DayKind`](super::DayKind)), or everything that
    /// is wrong with it.
    pub fn parse(text: &str) -> Result<Self, LineErrors<CalendarProblem>> {
        Ok(Self {
            years: table::read(text)?,
        })
    }

    /// Takes every year of `text` over, whole: a year already known is replaced, not mixed. With any fault in
    /// `text` the calendar stays as it was.
    pub fn merge(&mut self, text: &str) -> Result<(), LineErrors<CalendarProblem>> {
        self.years.extend(table::read(text)?);
        Ok(())
    }

    /// The covered years, ascending.
    pub fn years(&self) -> impl Iterator<Item = i16> + '_ {
        self.years.keys().copied()
    }

    /// Whether `date` is worked.
    pub fn is_working(&self, date: Date) -> Result<bool, YearUnknown> {
        Ok(self
            .special(date)?
            .map_or_else(|| !is_weekend(date), |day| day.works))
    }

    /// Whether `date` is a working day one hour shorter (ТК РФ ст. 95).
    pub fn is_shortened(&self, date: Date) -> Result<bool, YearUnknown> {
        Ok(self.special(date)?.is_some_and(|day| day.shortened))
    }

    /// What the table notes about `date`: the holiday's name, where a day off was moved from.
    pub fn note(&self, date: Date) -> Result<Option<&str>, YearUnknown> {
        Ok(self
            .special(date)?
            .map(|day| day.note.as_str())
            .filter(|note| !note.is_empty()))
    }

    /// The first working day after `date`.
    pub fn next_working_day(&self, date: Date) -> Result<Date, YearUnknown> {
        self.on_or_after(tomorrow(date)?)
    }

    /// The last working day before `date`.
    pub fn previous_working_day(&self, date: Date) -> Result<Date, YearUnknown> {
        let mut day = yesterday(date)?;
        while !self.is_working(day)? {
            day = yesterday(day)?;
        }
        Ok(day)
    }

    /// `date` itself if it is worked, else the next working day (ГК РФ ст. 193).
    pub fn on_or_after(&self, date: Date) -> Result<Date, YearUnknown> {
        let mut day = date;
        while !self.is_working(day)? {
            day = tomorrow(day)?;
        }
        Ok(day)
    }

    /// The `count`-th working day after `date` (ГК РФ ст. 191: the day itself does not count); before it when
    /// `count` is negative; `date` when it is zero.
    pub fn add_working_days(&self, date: Date, count: i32) -> Result<Date, YearUnknown> {
        let step = if count < 0 {
            Self::previous_working_day
        } else {
            Self::next_working_day
        };
        (0..count.unsigned_abs()).try_fold(date, |day, _| step(self, day))
    }

    /// How many days from `from` to `to`, both inclusive, are worked; none when `to` is earlier.
    pub fn working_days(&self, from: Date, to: Date) -> Result<u32, YearUnknown> {
        let mut count = 0;
        let mut day = from;
        while day <= to {
            count += u32::from(self.is_working(day)?);
            if day == to {
                break;
            }
            day = tomorrow(day)?;
        }
        Ok(count)
    }

    fn special(&self, date: Date) -> Result<Option<&SpecialDay>, YearUnknown> {
        let year = self
            .years
            .get(&date.year())
            .ok_or(YearUnknown(date.year()))?;
        Ok(year.get(&date))
    }
}

/// The day after; the calendar's end of time is simply one more year nobody has a table for.
pub(super) fn tomorrow(date: Date) -> Result<Date, YearUnknown> {
    date.tomorrow().map_err(|_| YearUnknown(date.year() + 1))
}

fn yesterday(date: Date) -> Result<Date, YearUnknown> {
    date.yesterday().map_err(|_| YearUnknown(date.year() - 1))
}

impl fmt::Display for YearUnknown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "no working calendar for the year {}: load its table",
            self.0
        )
    }
}

impl std::error::Error for YearUnknown {}
