//! Owns what is said about a practitioner's week: rules that repeat and exceptions on single dates.
//!
//! `B` is the caller's key of a branch; it is carried and compared, never understood.
//!
//! **A shift belongs to the date on which it begins**, whatever part of it lies on the next. From that follow the
//! overnight meanings of every exception, see [`Change`].

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::span::{Break, DaySpan};

/// A rule of the week: on these days, within these dates, this shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklySchedule<B> {
    /// On which days a shift begins.
    pub days: DayPattern,
    /// The first date on which one may begin; `None` for no limit.
    pub from: Option<Date>,
    /// The last such date, inclusive; a shift that begins on it is worked to its end.
    pub to: Option<Date>,
    /// The shift.
    pub opening: Opening<B>,
}

/// A shift: where, when, for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening<B> {
    /// The branch that opens.
    pub branch: B,
    /// From when to when on the local clock of the branch.
    pub span: DaySpan,
    /// What is taken out of this shift. Another rule that covers the same time without a break keeps it open.
    pub breaks: Vec<Break>,
    /// Who may book into it.
    pub audience: Audience,
}

/// Days of the week and of the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPattern {
    /// The days of the week.
    pub weekdays: WeekdaySet,
    /// Of these, the odd or the even dates only.
    pub parity: Parity,
}

impl DayPattern {
    /// These days of every week.
    pub const fn weekly(weekdays: WeekdaySet) -> Self {
        Self {
            weekdays,
            parity: Parity::Any,
        }
    }

    /// Odd or even dates, whatever day of the week («по чётным»).
    pub const fn dates(parity: Parity) -> Self {
        Self {
            weekdays: WeekdaySet::ALL,
            parity,
        }
    }

    /// Whether a shift begins on a day with this day of the week and of the month.
    #[inline]
    pub(super) const fn admits(self, weekday: Weekday, day_of_month: i8) -> bool {
        let parity = match self.parity {
            Parity::Any => true,
            Parity::Odd => day_of_month % 2 == 1,
            Parity::Even => day_of_month % 2 == 0,
        };
        parity && self.weekdays.contains(weekday)
    }
}

/// Which dates of a month; the 31st and the 1st are both odd and follow one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parity {
    /// All.
    #[default]
    Any,
    /// 1, 3, … 31.
    Odd,
    /// 2, 4, … 30.
    Even,
}

/// Days of the week, as bits from Monday (1) to Sunday (64).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WeekdaySet(u8);

impl WeekdaySet {
    /// No day.
    pub const NONE: Self = Self(0);
    /// Every day.
    pub const ALL: Self = Self(0b111_1111);
    /// Monday to Friday.
    pub const MONDAY_TO_FRIDAY: Self = Self(0b001_1111);

    /// The set of these bits, Monday lowest; bits above Sunday's are dropped.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALL.0)
    }

    /// Its bits, Monday lowest.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// This set and `weekday`.
    #[must_use]
    pub const fn with(self, weekday: Weekday) -> Self {
        Self(self.0 | 1 << weekday.to_monday_zero_offset())
    }

    /// Whether `weekday` is in it.
    #[inline]
    pub const fn contains(self, weekday: Weekday) -> bool {
        self.0 >> weekday.to_monday_zero_offset() & 1 == 1
    }
}

impl FromIterator<Weekday> for WeekdaySet {
    fn from_iter<I: IntoIterator<Item = Weekday>>(weekdays: I) -> Self {
        weekdays.into_iter().fold(Self::NONE, Self::with)
    }
}

/// For whom a shift is open.
///
/// Time given to one side is exclusive: where a `Site` or `Desk` shift overlaps an `Everyone` shift of the same
/// branch, `Everyone` gives way. `Site` and `Desk` shifts that overlap each other both stand.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The site and the desk.
    #[default]
    Everyone,
    /// The site alone: an "internet window" when another system keeps the rest.
    Site,
    /// The desk alone.
    Desk,
}

/// What is different on one date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception<B> {
    /// The local date; what it means in UTC does not matter.
    pub date: Date,
    /// What is different.
    pub change: Change<B>,
}

/// A kind of exception. On one date they apply in this order: replacements decide what begins, a day off lets
/// nothing begin, part absences cut what is open by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change<B> {
    /// No shift *begins* on the date: an overnight shift of the date falls out whole, with its part after midnight;
    /// the part after midnight of a shift that began the day before is still worked.
    DayOff,
    /// Absent between two readings of the clock, starting on the date: whatever is open then is not, whichever day
    /// its shift began on. Over midnight it goes on into the next day. A calendar day with all its tails is
    /// `PartOff(DaySpan::WHOLE_DAY)`.
    PartOff(DaySpan),
    /// These shifts begin on the date instead of those of the rules, at every branch. Several replacements of one
    /// date add up; an empty one is a day off that other replacements may fill.
    Replace(Vec<Opening<B>>),
}
