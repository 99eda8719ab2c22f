//! Owns the calendar's table: `date,kind,note`, checked as a whole before any of it is believed.
//!
//! Ordinary Saturdays and Sundays are not listed; a date may carry two rows only as a worked weekend that is
//! shortened as well.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::lines::{LineError, LineErrors, Shape, rows};

/// What a row of the calendar says of its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// A holiday (ТК РФ ст. 112 ч. 1).
    Holiday,
    /// A day of rest moved here from a weekend (ТК РФ ст. 112 ч. 2, 5).
    TransferredDayOff,
    /// A Saturday or Sunday that is worked instead of a transferred day.
    WorkingWeekend,
    /// A working day one hour shorter (ТК РФ ст. 95); it counts whole in terms of law.
    Shortened,
}

/// What is wrong with a row of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarProblem {
    /// The line does not have the table's form.
    Shape(Shape),
    /// Not a date `YYYY-MM-DD`.
    Date(String),
    /// Not `holiday`, `transferred_day_off`, `working_weekend` or `shortened`.
    Kind(String),
    /// `working_weekend` on a day from Monday to Friday.
    WorkingWeekendMidweek(Date),
    /// `shortened` on a day that is not worked.
    ShortenedDayOff(Date),
    /// The date already stands in this line with the same kind, or one that excludes it.
    Twice {
        /// The date.
        date: Date,
        /// The line where it stands first.
        first: usize,
    },
    /// The year has no day off in its first or in its last three months: the table is probably cut short.
    YearCutShort(i16),
}

/// A day that is not an ordinary one of its weekday.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SpecialDay {
    /// Worked or not, whatever the weekday.
    pub(super) works: bool,
    /// One hour shorter.
    pub(super) shortened: bool,
    /// The notes of the day's rows.
    pub(super) note: String,
}

/// The special days of each year of the table.
pub(super) type Years = BTreeMap<i16, BTreeMap<Date, SpecialDay>>;

/// Saturday or Sunday.
pub(super) fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Reads the whole table, or says everything that is wrong with it.
pub(super) fn read(text: &str) -> Result<Years, LineErrors<CalendarProblem>> {
    let mut errors = Vec::new();
    let mut days: BTreeMap<Date, Vec<Entry>> = BTreeMap::new();
    for (line, [date, kind, note]) in rows(text, ["date", "kind", "note"], &mut errors) {
        match (parse_date(&date), kind.parse::<DayKind>()) {
            (Ok(date), Ok(kind)) => days
                .entry(date)
                .or_default()
                .push(Entry { line, kind, note }),
            (date, kind) => {
                let problems = [date.err(), kind.err()].into_iter().flatten();
                errors.extend(problems.map(|problem| LineError { line, problem }));
            }
        }
    }

    let mut years = Years::new();
    let mut first_lines: BTreeMap<i16, usize> = BTreeMap::new();
    for (&date, entries) in &days {
        check_day(date, entries, &mut errors);
        years
            .entry(date.year())
            .or_default()
            .insert(date, special_day(date, entries));
        let line = entries.iter().map(|entry| entry.line).min().unwrap_or(1);
        first_lines
            .entry(date.year())
            .and_modify(|first| *first = line.min(*first))
            .or_insert(line);
    }
    // A table with faults loses rows above, so only a clean one can be judged whole.
    if errors.is_empty() {
        let cut = years
            .iter()
            .filter(|(_, days)| is_cut_short(days))
            .map(|(year, _)| *year);
        errors.extend(cut.map(|year| LineError {
            line: first_lines[&year],
            problem: CalendarProblem::YearCutShort(year),
        }));
    }

    if errors.is_empty() {
        return Ok(years);
    }
    errors.sort_by_key(|error| error.line);
    Err(LineErrors(errors))
}

struct Entry {
    line: usize,
    kind: DayKind,
    note: String,
}

fn parse_date(text: &str) -> Result<Date, CalendarProblem> {
    // jiff reads more forms than this table should hold; a time behind the date must not pass unseen.
    let wrong = || CalendarProblem::Date(text.to_owned());
    let date: Date = text.parse().map_err(|_| wrong())?;
    if date.to_string() == text {
        Ok(date)
    } else {
        Err(wrong())
    }
}

fn check_day(date: Date, entries: &[Entry], errors: &mut Vec<LineError<CalendarProblem>>) {
    let mut report = |line, problem| errors.push(LineError { line, problem });
    for (index, entry) in entries.iter().enumerate() {
        let excluded = |earlier: &&Entry| !may_share_a_day(earlier.kind, entry.kind);
        if let Some(earlier) = entries[..index].iter().find(excluded) {
            report(
                entry.line,
                CalendarProblem::Twice {
                    date,
                    first: earlier.line,
                },
            );
            continue;
        }
        let made_working = entries
            .iter()
            .any(|other| other.kind == DayKind::WorkingWeekend);
        match entry.kind {
            DayKind::WorkingWeekend if !is_weekend(date) => {
                report(entry.line, CalendarProblem::WorkingWeekendMidweek(date));
            }
            DayKind::Shortened if is_weekend(date) && !made_working => {
                report(entry.line, CalendarProblem::ShortenedDayOff(date));
            }
            _ => {}
        }
    }
}

fn may_share_a_day(one: DayKind, other: DayKind) -> bool {
    use DayKind::{Shortened, WorkingWeekend};
    matches!(
        (one, other),
        (Shortened, WorkingWeekend) | (WorkingWeekend, Shortened)
    )
}

fn special_day(date: Date, entries: &[Entry]) -> SpecialDay {
    let has = |kind| entries.iter().any(|entry| entry.kind == kind);
    let rests = has(DayKind::Holiday) || has(DayKind::TransferredDayOff);
    let notes: Vec<&str> = entries.iter().map(|entry| entry.note.as_str()).collect();
    SpecialDay {
        works: !rests && (has(DayKind::WorkingWeekend) || !is_weekend(date)),
        shortened: has(DayKind::Shortened),
        note: notes.join("; "),
    }
}

fn is_cut_short(days: &BTreeMap<Date, SpecialDay>) -> bool {
    let has_day_off = |months: [i8; 2]| {
        days.iter()
            .any(|(date, day)| !day.works && (months[0]..=months[1]).contains(&date.month()))
    };
    !has_day_off([1, 3]) || !has_day_off([10, 12])
}

impl FromStr for DayKind {
    type Err = CalendarProblem;

    fn from_str(text: &str) -> Result<Self, CalendarProblem> {
        match text {
            "holiday" => Ok(Self::Holiday),
            "transferred_day_off" => Ok(Self::TransferredDayOff),
            "working_weekend" => Ok(Self::WorkingWeekend),
            "shortened" => Ok(Self::Shortened),
            _ => Err(CalendarProblem::Kind(text.to_owned())),
        }
    }
}

impl From<Shape> for CalendarProblem {
    fn from(shape: Shape) -> Self {
        Self::Shape(shape)
    }
}

impl fmt::Display for CalendarProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(shape) => shape.fmt(out),
            Self::Date(text) => write!(out, "`{text}` is not a date YYYY-MM-DD"),
            Self::Kind(text) => write!(
                out,
                "`{text}` is not one of holiday, transferred_day_off, working_weekend, shortened"
            ),
            Self::WorkingWeekendMidweek(date) => write!(out, "{date} is no Saturday or Sunday"),
            Self::ShortenedDayOff(date) => write!(out, "{date} is shortened but not worked"),
            Self::Twice { date, first } => write!(out, "{date} already stands in line {first}"),
            Self::YearCutShort(year) => write!(
                out,
                "{year} has no day off in its first or last three months: the table looks cut short"
            ),
        }
    }
}
