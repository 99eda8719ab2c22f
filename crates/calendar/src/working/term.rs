//! Owns the counting of terms: ГК РФ ст. 191–194 applied to the working calendar, by analogy (152-ФЗ has no rule
//! of its own).
//!
//! A term starts the day after its event (191), a last day that is not worked moves to the next working day (193),
//! and whatever is done before 24:00 of the last day is in time (194). Hours run through nights and holidays.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use serde::{Deserialize, Serialize};

use super::days::{WorkingCalendar, YearUnknown, tomorrow};

/// A length of time as a norm states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Term {
    /// How many; the day's number for [`Unit::DayOfNextMonth`], zero for [`Unit::Immediately`].
    pub amount: u16,
    /// Of what.
    pub unit: Unit,
}

/// What a term is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Рабочие дни of the working calendar.
    WorkingDays,
    /// Календарные дни.
    CalendarDays,
    /// Clock hours, exactly 60 minutes each.
    Hours,
    /// Months: the same number of day, or the month's last day where there is none (ГК РФ ст. 192 ч. 3).
    Months,
    /// Not later than this day of the month after the event (152-ФЗ ст. 22 ч. 7).
    DayOfNextMonth,
    /// At once: due with the event itself.
    Immediately,
}

/// When a duty is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// The last day as counted, before ГК РФ ст. 193 moves it.
    pub raw: Date,
    /// The last day on which the duty is done in time.
    pub legal: Date,
    /// The day to aim at inside the house: the last working day before `raw`, but never before the event (then
    /// `legal`). It stays safe should the analogy with ГК РФ ст. 193 not be accepted.
    pub target: Date,
    /// The first instant that is too late, in the zone of the event: `legal` 24:00, or the end of the last hour.
    pub ends: Zoned,
}

impl Deadline {
    /// Whether the duty, not yet done, is overdue at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.ends.timestamp()
    }
}

impl Term {
    /// `amount` of `unit`.
    pub const fn new(amount: u16, unit: Unit) -> Self {
        Self { amount, unit }
    }

    /// When a term that `event` set going ends. Dates are those of the event's zone.
    pub fn after(self, event: &Zoned, calendar: &WorkingCalendar) -> Result<Deadline, YearUnknown> {
        self.followed_by(None, event, calendar)
    }

    /// The same with an extension, which runs on from the raw end of this term and is moved only at its own end.
    pub fn extended_by(
        self,
        extension: Term,
        event: &Zoned,
        calendar: &WorkingCalendar,
    ) -> Result<Deadline, YearUnknown> {
        self.followed_by(Some(extension), event, calendar)
    }

    fn followed_by(
        self,
        extension: Option<Term>,
        event: &Zoned,
        calendar: &WorkingCalendar,
    ) -> Result<Deadline, YearUnknown> {
        let mut end = self.count(End::of(event), calendar)?;
        if let Some(extension) = extension {
            end = extension.count(end, calendar)?;
        }
        match end {
            End::Instant(ends) => {
                let day = ends.date();
                Ok(Deadline {
                    raw: day,
                    legal: day,
                    target: day,
                    ends,
                })
            }
            End::Day(raw, _) => {
                let legal = calendar.on_or_after(raw)?;
                let target =
                    last_working_day_between(event.date(), raw, calendar)?.unwrap_or(legal);
                Ok(Deadline {
                    raw,
                    legal,
                    target,
                    ends: end_of_day(legal, event)?,
                })
            }
        }
    }

    fn count(self, from: End, calendar: &WorkingCalendar) -> Result<End, YearUnknown> {
        let amount = i64::from(self.amount);
        let day = from.date();
        let raw = match self.unit {
            Unit::Immediately => return Ok(from),
            Unit::Hours => {
                let ends = from
                    .instant()?
                    .checked_add(SignedDuration::from_hours(amount));
                return ends.map(End::Instant).map_err(|_| BEYOND_TIME);
            }
            Unit::WorkingDays => calendar.add_working_days(day, i32::from(self.amount))?,
            Unit::CalendarDays => day.checked_add(amount.days()).map_err(|_| BEYOND_TIME)?,
            Unit::Months => day.checked_add(amount.months()).map_err(|_| BEYOND_TIME)?,
            Unit::DayOfNextMonth => {
                let next = day
                    .first_of_month()
                    .checked_add(1.month())
                    .map_err(|_| BEYOND_TIME)?;
                let number = self
                    .amount
                    .clamp(1, next.days_in_month().unsigned_abs().into());
                date(
                    next.year(),
                    next.month(),
                    i8::try_from(number).expect("at most 31"),
                )
            }
        };
        Ok(End::Day(raw, from.into_zoned()))
    }
}

/// How far a count has come: to an instant, or to a day (with any instant that carries the zone).
enum End {
    Instant(Zoned),
    Day(Date, Zoned),
}

impl End {
    fn of(event: &Zoned) -> Self {
        Self::Instant(event.clone())
    }

    fn date(&self) -> Date {
        match self {
            Self::Instant(instant) => instant.date(),
            Self::Day(day, _) => *day,
        }
    }

    fn instant(&self) -> Result<Zoned, YearUnknown> {
        match self {
            Self::Instant(instant) => Ok(instant.clone()),
            Self::Day(day, zoned) => end_of_day(*day, zoned),
        }
    }

    fn into_zoned(self) -> Zoned {
        match self {
            Self::Instant(zoned) | Self::Day(_, zoned) => zoned,
        }
    }
}

/// Past the last year a date can hold, where certainly no calendar reaches.
const BEYOND_TIME: YearUnknown = YearUnknown(10_000);

/// 24:00 of `day`: the first instant of the next one, in the zone of `event`.
fn end_of_day(day: Date, event: &Zoned) -> Result<Zoned, YearUnknown> {
    let midnight = tomorrow(day)?.to_zoned(event.time_zone().clone());
    midnight
        .and_then(|midnight| midnight.start_of_day())
        .map_err(|_| BEYOND_TIME)
}

fn last_working_day_between(
    event: Date,
    raw: Date,
    calendar: &WorkingCalendar,
) -> Result<Option<Date>, YearUnknown> {
    let mut day = raw;
    while day > event {
        day = day
            .yesterday()
            .expect("a day after another has a day before it");
        if calendar.is_working(day)? {
            return Ok(Some(day));
        }
    }
    Ok(None)
}
