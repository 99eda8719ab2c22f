//! Which days figures are about, and which days they are held against.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::booking::tally::MOST_DAYS;

/// Years of days that can be asked for.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// Days, the last included, with the kind of stretch they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    named: Option<Named>,
}

/// A stretch that has a name. It lasts until today, so that a week that has only begun is held against as many days of
/// the week before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// From Monday on.
    Week,
    /// From the first on.
    Month,
    /// From the first of January, April, July or October on.
    Quarter,
}

impl Named {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Week, Self::Month, Self::Quarter];

    /// The word in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    fn begins(self, today: Date) -> Date {
        match self {
            Self::Week => {
                let since = i64::from(today.weekday().to_monday_zero_offset());
                today.saturating_sub(since.days())
            }
            Self::Month => today.first_of_month(),
            Self::Quarter => {
                let first = today.first_of_month();
                first.saturating_sub(i64::from((today.month() - 1) % 3).months())
            }
        }
    }

    fn earlier(self, day: Date) -> Date {
        match self {
            Self::Week => day.saturating_sub(1.week()),
            Self::Month => day.saturating_sub(1.month()),
            Self::Quarter => day.saturating_sub(3.months()),
        }
    }
}

/// What is wrong with two days that somebody wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodProblem {
    /// The last day lies before the first.
    Reversed,
    /// More than [`MOST_DAYS`] days.
    TooLong,
    /// Before or after any day that a clinic books.
    OutOfTime,
}

impl Period {
    /// A stretch with a name, until today.
    #[must_use]
    pub fn named(named: Named, today: Date) -> Self {
        Self {
            from: named.begins(today),
            to: today,
            named: Some(named),
        }
    }

    /// Any days.
    ///
    /// # Errors
    /// [`PeriodProblem`].
    pub fn between(from: Date, to: Date) -> Result<Self, PeriodProblem> {
        let length = from
            .until(to)
            .map_or(i64::MAX, |span| i64::from(span.get_days()));
        let known = |day: Date| YEARS.contains(&day.year());
        match length {
            _ if !known(from) || !known(to) => Err(PeriodProblem::OutOfTime),
            ..0 => Err(PeriodProblem::Reversed),
            MOST_DAYS.. => Err(PeriodProblem::TooLong),
            _ => Ok(Self {
                from,
                to,
                named: None,
            }),
        }
    }

    /// How many days.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.from
            .until(self.to)
            .map_or(0, |span| i64::from(span.get_days()))
            + 1
    }

    /// What it is held against: as many days of the week, month or quarter before; of any days, as many right before them.
    #[must_use]
    pub fn before(&self) -> Self {
        let (from, to) = match self.named {
            Some(named) => (named.earlier(self.from), named.earlier(self.to)),
            None => (
                self.from.saturating_sub(self.days().days()),
                self.from.saturating_sub(1.day()),
            ),
        };
        Self {
            from,
            to,
            named: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn stretches_with_names_last_until_today_and_are_held_against_as_many_days() {
        let today = date(2026, 11, 25);
        for (named, from, before) in [
            (
                Named::Week,
                date(2026, 11, 23),
                (date(2026, 11, 16), date(2026, 11, 18)),
            ),
            (
                Named::Month,
                date(2026, 11, 1),
                (date(2026, 10, 1), date(2026, 10, 25)),
            ),
            (
                Named::Quarter,
                date(2026, 10, 1),
                (date(2026, 7, 1), date(2026, 8, 25)),
            ),
        ] {
            let period = Period::named(named, today);
            assert_eq!((period.from, period.to), (from, today), "{named:?}");
            let held = period.before();
            assert_eq!((held.from, held.to), before, "{named:?}");
        }
        let march = Period::named(Named::Month, date(2026, 3, 31)).before();
        assert_eq!(
            (march.from, march.to),
            (date(2026, 2, 1), date(2026, 2, 28))
        );
    }

    #[test]
    fn any_days_are_held_against_as_many_before() {
        let period = Period::between(date(2026, 11, 10), date(2026, 11, 16)).expect("a week");
        let before = period.before();
        assert_eq!(
            (before.from, before.to),
            (date(2026, 11, 3), date(2026, 11, 9))
        );
        assert_eq!(
            Period::between(date(2026, 11, 10), date(2026, 11, 9)),
            Err(PeriodProblem::Reversed)
        );
        assert_eq!(
            Period::between(date(2000, 1, 1), date(2026, 11, 9)),
            Err(PeriodProblem::TooLong)
        );
        assert!(Period::between(date(2026, 11, 10), date(2026, 11, 10)).is_ok());
    }
}
