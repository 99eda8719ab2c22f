//! Owns the reading of schedules and of the dates that differ.

use std::collections::HashMap;

use calendar::schedule::{
    Audience, Break, Change, DayPattern, DaySpan, Exception, Opening, Parity, WeeklySchedule,
};
use jiff::civil::Date;

use super::cell::{self, ChangeKind};
use super::columns::{Column, Section};
use super::flaw::Flaw;
use super::known::Known;
use super::problem::Problems;
use super::reading::Reading;
use super::table::Sheets;
use crate::booking::catalogue::new::{Code, NewException, NewSchedule};

/// Minutes of a day.
const DAY: u16 = 1440;

/// The schedules.
pub(super) fn schedules(
    sheets: &Sheets,
    known: &mut Known,
    problems: &mut Problems,
) -> Vec<NewSchedule> {
    let rows = sheets.of(Section::Schedules).rows.iter();
    rows.filter_map(|row| schedule(&mut Reading::of(row, problems), known))
        .collect()
}

fn schedule(row: &mut Reading<'_>, known: &mut Known) -> Option<NewSchedule> {
    let practitioner = practitioner(row, known);
    let days = row.must(Column::Days, cell::days);
    let parity = row.usual(Column::Parity, Parity::Any, cell::parity);
    let from = row.may(Column::From, cell::date);
    let to = row.may(Column::To, cell::date);
    if let (Some(Some(from)), Some(Some(to))) = (from, to)
        && to < from
    {
        row.refuse(Column::To, &Flaw::DatesReversed);
    }
    let opening = opening(row, known, practitioner.as_ref());
    match &practitioner {
        Some(code) => known.works(code, opening.as_ref().map(|opening| &opening.branch)),
        None => known.tear(Section::Schedules),
    }
    let rule = WeeklySchedule {
        days: DayPattern {
            weekdays: days?,
            parity: parity?,
        },
        from: from?,
        to: to?,
        opening: opening?,
    };
    Some(NewSchedule {
        practitioner: practitioner?,
        rule,
    })
}

/// The exceptions. Replacements of one practitioner on one date are rows of one exception.
pub(super) fn exceptions(
    sheets: &Sheets,
    known: &mut Known,
    problems: &mut Problems,
) -> Vec<NewException> {
    let mut exceptions: Vec<NewException> = Vec::new();
    let mut replaced: HashMap<(Code, Date), usize> = HashMap::new();
    for row in &sheets.of(Section::Exceptions).rows {
        let Some(new) = exception(&mut Reading::of(row, problems), known) else {
            continue;
        };
        if let Change::Replace(openings) = &new.exception.change {
            let key = (new.practitioner.clone(), new.exception.date);
            let at = *replaced.entry(key).or_insert(exceptions.len());
            if let Some(NewException {
                exception:
                    Exception {
                        change: Change::Replace(first),
                        ..
                    },
                ..
            }) = exceptions.get_mut(at)
            {
                first.extend(openings.iter().cloned());
                continue;
            }
        }
        exceptions.push(new);
    }
    exceptions
}

fn exception(row: &mut Reading<'_>, known: &mut Known) -> Option<NewException> {
    use Column as C;
    let practitioner = practitioner(row, known);
    let date = row.must(C::Date, cell::date);
    let kind = row.must(C::Change, cell::change);
    let change = match kind? {
        ChangeKind::DayOff => row
            .nothing_in(&[C::Branch, C::Start, C::End, C::Breaks, C::Audience])
            .map(|()| Change::DayOff),
        ChangeKind::PartOff => {
            let clear = row.nothing_in(&[C::Branch, C::Breaks, C::Audience]);
            let span = span(row);
            if let Some(span) = span {
                // Open time begins again where the absence ends, and starts are counted from there.
                on_grid(
                    row,
                    known,
                    practitioner.as_ref(),
                    C::End,
                    span.end().minutes(),
                );
            }
            clear.and(span).map(Change::PartOff)
        }
        ChangeKind::Replace => {
            let opening = opening(row, known, practitioner.as_ref());
            if let (Some(code), Some(opening)) = (&practitioner, &opening) {
                known.works(code, Some(&opening.branch));
            }
            opening.map(|opening| Change::Replace(vec![opening]))
        }
    };
    let exception = Exception {
        date: date?,
        change: change?,
    };
    Some(NewException {
        practitioner: practitioner?,
        exception,
    })
}

fn practitioner(row: &mut Reading<'_>, known: &Known) -> Option<Code> {
    let code = row.must(Column::Practitioner, cell::code)?;
    if let Err(flaw) = known.has_practitioners(std::slice::from_ref(&code)) {
        row.refuse(Column::Practitioner, &flaw);
    }
    Some(code)
}

fn opening(
    row: &mut Reading<'_>,
    known: &Known,
    practitioner: Option<&Code>,
) -> Option<Opening<Code>> {
    let branch = row.must(Column::Branch, cell::code);
    if let Some(Err(flaw)) = branch.as_ref().map(|code| known.has_branch(code)) {
        row.refuse(Column::Branch, &flaw);
    }
    let span = span(row);
    let breaks = row.usual(Column::Breaks, Vec::new(), cell::breaks);
    let audience = row.usual(Column::Audience, Audience::Everyone, cell::audience);

    if let Some(span) = span {
        on_grid(
            row,
            known,
            practitioner,
            Column::Start,
            span.start().minutes(),
        );
        let (start, end) = bounds(span);
        let hours = branch.as_ref().and_then(|code| known.hours(code));
        let fits = |(opens, closes)| (opens, closes) == (0, DAY) || opens <= start && end <= closes;
        if let Some(branch) = branch
            .as_ref()
            .filter(|_| hours.is_some_and(|hours| !fits(hours)))
        {
            row.warn(Column::Start, &Flaw::OutsideHours(branch.clone()));
        }
        for pause in breaks.iter().flatten() {
            if !lies_within(*pause, span) {
                row.refuse(Column::Breaks, &Flaw::BreakOutside);
            }
            on_grid(
                row,
                known,
                practitioner,
                Column::Breaks,
                pause.span().end().minutes(),
            );
        }
    }
    Some(Opening {
        branch: branch?,
        span: span?,
        breaks: breaks?,
        audience: audience?,
    })
}

fn span(row: &mut Reading<'_>) -> Option<DaySpan> {
    let start = row.must(Column::Start, cell::time);
    let end = row.must(Column::End, cell::time);
    let span = cell::span(start?, end?);
    span.map_err(|flaw| row.refuse(Column::Start, &flaw)).ok()
}

/// Tells of a time from which starts are counted and that is not on the grid of what they would claim.
fn on_grid(
    row: &mut Reading<'_>,
    known: &Known,
    practitioner: Option<&Code>,
    column: Column,
    minutes: u16,
) {
    let grid = practitioner.and_then(|practitioner| known.shift_grid(practitioner));
    if let Some((grain, whose)) = grid
        && !minutes.is_multiple_of(grain)
    {
        row.refuse(column, &Flaw::OffGrain(grain, whose));
    }
}

/// Start and end in minutes after the midnight its first day begins with.
fn bounds(span: DaySpan) -> (u16, u16) {
    let (start, end) = (span.start().minutes(), span.end().minutes());
    (start, if end <= start { end + DAY } else { end })
}

/// Whether a break lies within a shift, on its first day or on its second.
fn lies_within(pause: Break, shift: DaySpan) -> bool {
    let (start, end) = bounds(shift);
    let (from, to) = bounds(pause.span());
    [0, DAY]
        .iter()
        .any(|day| start <= from + day && to + day <= end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(text: &str) -> (calendar::DayMinute, calendar::DayMinute) {
        let (start, end) = text.split_once('-').unwrap();
        (start.parse().unwrap(), end.parse().unwrap())
    }

    #[test]
    fn a_break_lies_within_its_shift_or_not() {
        let within = |pause: &str, shift: &str| {
            let ((from, to), (start, end)) = (times(pause), times(shift));
            lies_within(
                Break::new(from, to).unwrap(),
                DaySpan::new(start, end).unwrap(),
            )
        };
        assert!(within("12:00-12:30", "09:00-18:00"));
        assert!(within("09:00-18:00", "09:00-18:00"));
        assert!(!within("08:55-09:30", "09:00-18:00"));
        assert!(!within("17:30-18:05", "09:00-18:00"));
        assert!(!within("23:30-00:30", "09:00-18:00"));
        assert!(within("23:30-00:30", "20:00-08:00"));
        assert!(within("02:00-02:30", "20:00-08:00"));
        assert!(within("23:00-24:00", "20:00-08:00"));
        assert!(!within("07:30-08:30", "20:00-08:00"));
        assert!(!within("12:00-12:30", "20:00-08:00"));
        assert!(within("12:00-12:30", "00:00-00:00"));
    }
}
