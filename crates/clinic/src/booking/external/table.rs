//! A table of busy times: a line each, of a practitioner by code, from when until when.
//!
//! *Invariant*: three columns are read by their heads; what stands in others reaches no value of ours.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::calendar::Stretch;
use super::flaw::{self, Flaw, Wrong};

/// Lines read at most.
const MOST: usize = 50_000;

const HEADS: [&[&str]; 3] = [
    &["practitioner", "врач", "код врача", "doctor"],
    &["start", "начало", "с", "from"],
    &["end", "конец", "окончание", "по", "до", "to", "until"],
];

/// A busy time of a practitioner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) code: String,
    start: DateTime,
    end: DateTime,
    exact: Option<Stretch>,
}

impl Row {
    /// The stretch by the clock of the practitioner's branch, unless the table named offsets itself.
    pub(super) fn stretch(&self, zone: &TimeZone) -> Result<Stretch, Flaw> {
        let instant = |local| {
            let at = zone.to_ambiguous_zoned(local).compatible();
            at.map(|at| at.timestamp())
                .map_err(|_| Flaw::at(self.line, Wrong::Time))
        };
        let (from, until) = match self.exact {
            Some(exact) => exact,
            None => (instant(self.start)?, instant(self.end)?),
        };
        let longest = jiff::SignedDuration::from_hours(31 * 24);
        if until <= from || until.duration_since(from) > longest {
            return Err(Flaw::at(self.line, Wrong::Span));
        }
        Ok((from, until))
    }
}

pub(super) fn rows(text: &str) -> Result<Vec<Row>, Vec<Flaw>> {
    // The reader counts a line only once it has met the end of the pair.
    let text = &text.replace("\r\n", "\n");
    let head = text.lines().next().unwrap_or_default();
    let count = |sign: char| head.matches(sign).count();
    let separator = [';', '\t', ',']
        .into_iter()
        .max_by_key(|sign| count(*sign))
        .unwrap_or(';');
    let separator = u8::try_from(separator).unwrap_or(b';');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let heads = reader
        .headers()
        .map_err(|_| vec![Flaw::at(1, Wrong::Row)])?;
    let place = |known: &[&str]| {
        heads
            .iter()
            .position(|head| known.contains(&head.to_lowercase().as_str()))
    };
    let [Some(whose), Some(from), Some(until)] = HEADS.map(place) else {
        return Err(vec![Flaw::at(1, Wrong::Columns)]);
    };
    let (mut rows, mut flaws) = (Vec::new(), Vec::new());
    for record in reader.records() {
        if flaws.len() >= flaw::MOST {
            break;
        }
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map(csv::Position::line);
                flaws.push(Flaw {
                    line,
                    wrong: Wrong::Row,
                });
                break;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if rows.len() >= MOST {
            flaws.push(Flaw::at(line, Wrong::TooMany));
            break;
        }
        match row(
            line,
            [whose, from, until].map(|at| record.get(at).unwrap_or_default()),
        ) {
            Ok(row) => rows.push(row),
            Err(wrong) => flaws.push(Flaw::at(line, wrong)),
        }
    }
    if flaws.is_empty() {
        Ok(rows)
    } else {
        Err(flaws)
    }
}

fn row(line: u64, [code, from, until]: [&str; 3]) -> Result<Row, Wrong> {
    if code.is_empty() {
        return Err(Wrong::Row);
    }
    if let (Ok(from), Ok(until)) = (from.parse::<Timestamp>(), until.parse::<Timestamp>()) {
        let local = |at: Timestamp| at.to_zoned(TimeZone::UTC).datetime();
        return Ok(Row {
            line,
            code: code.to_owned(),
            start: local(from),
            end: local(until),
            exact: Some((from, until)),
        });
    }
    let start = local(from).ok_or(Wrong::Time)?;
    // An end without a date is on the day of its beginning.
    let end = local(until).or_else(|| Some(start.date().to_datetime(clock(until)?)));
    Ok(Row {
        line,
        code: code.to_owned(),
        start,
        end: end.ok_or(Wrong::Time)?,
        exact: None,
    })
}

/// `24.11.2026 10:00`, `2026-11-24 10:00`, `2026-11-24T10:00:00`.
fn local(text: &str) -> Option<DateTime> {
    let (day, time) = text.split_once([' ', 'T'])?;
    let date = match day.split('.').collect::<Vec<_>>()[..] {
        [day, month, year] => {
            Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?
        }
        _ => day.parse().ok()?,
    };
    Some(date.to_datetime(clock(time)?))
}

fn clock(text: &str) -> Option<Time> {
    let mut parts = text.trim().split(':');
    let (hour, minute) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let second = parts.next().map_or(Some(0), |second| second.parse().ok())?;
    match parts.next() {
        None => Time::new(hour, minute, second, 0).ok(),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moscow() -> TimeZone {
        TimeZone::get("Europe/Moscow").expect("a zone")
    }

    #[test]
    fn times_are_read_as_tables_have_them() {
        let text = "Врач;Пациент;Начало;Конец\nanna;Иванова;24.11.2026 10:00;24.11.2026 10:30\nanna;;2026-11-24 11:00;11:45\nanna;;2026-11-24T09:00:00Z;2026-11-24T10:00:00Z\n";
        let rows = rows(text).expect("a table");
        let read: Vec<String> = rows
            .iter()
            .map(|row| {
                row.stretch(&moscow())
                    .map(|(from, until)| format!("{from} {until}"))
                    .expect("a stretch")
            })
            .collect();
        assert_eq!(
            read,
            [
                "2026-11-24T07:00:00Z 2026-11-24T07:30:00Z",
                "2026-11-24T08:00:00Z 2026-11-24T08:45:00Z",
                "2026-11-24T09:00:00Z 2026-11-24T10:00:00Z"
            ]
        );
        assert!(!format!("{rows:?}").contains("Иванова"));
    }

    #[test]
    fn flaws_are_told_by_line() {
        let wrong = |text: &str| rows(text).expect_err("it is wrong");
        assert_eq!(wrong("a;b\n"), [Flaw::at(1, Wrong::Columns)]);
        let text = "practitioner,start,end\nanna,24.11.2026 10:00,11:00\nanna,завтра,11:00\n,24.11.2026 10:00,11:00\nanna,32.11.2026 10:00,11:00\n";
        assert_eq!(wrong(&text.replace('\n', "\r\n")), wrong(text));
        assert_eq!(
            wrong(text),
            [
                Flaw::at(3, Wrong::Time),
                Flaw::at(4, Wrong::Row),
                Flaw::at(5, Wrong::Time)
            ]
        );
        let reversed =
            rows("practitioner,start,end\nanna,24.11.2026 10:00,09:00\n").expect("a table");
        assert_eq!(
            reversed[0].stretch(&moscow()),
            Err(Flaw::at(2, Wrong::Span))
        );
    }
}
