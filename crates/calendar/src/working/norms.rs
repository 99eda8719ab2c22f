//! Owns the table of norms: which duty is due when, by which article, from when to when, and how sure that is.
//!
//! No term of law stands in code. A lawyer corrects a row of `data/norms.csv`, or the operator loads a table of
//! their own; a code that no row covers on a date is an error, never a default.

use std::fmt;

use jiff::Zoned;
use jiff::civil::Date;
use serde::Serialize;

use super::days::{WorkingCalendar, YearUnknown};
use super::lines::{LineError, LineErrors};
use super::term::{Deadline, Term};

mod rows;

pub use rows::NormProblem;

/// The duties of the operator and their terms, as dated rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Norms {
    /// By code, then by `valid_from`; validities of one code do not overlap.
    rows: Vec<Norm>,
}

/// One duty in one wording of the law.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Norm {
    /// The duty's lasting name, such as `withdraw`.
    pub code: String,
    /// What is to be done, in Russian, for the desk.
    pub duty: String,
    /// How long the operator has.
    pub term: Term,
    /// How much longer with a reasoned notice, where the norm allows it.
    pub extension: Option<Term>,
    /// The article, in Russian, such as `152-ФЗ ст. 21 ч. 5`; shown beside every deadline.
    pub norm: String,
    /// The first date of an event to which this row applies.
    pub valid_from: Date,
    /// The last such date; `None` while in force.
    pub valid_to: Option<Date>,
    /// How far the row was checked.
    pub confidence: Confidence,
}

/// How far a row was checked against public sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Confidence {
    /// What it rests on.
    pub grounds: Grounds,
    /// How likely the weakest part of the row is right, per cent, where somebody said so.
    pub percent: Option<u8>,
}

/// What a row of the table rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grounds {
    /// A public page states it.
    Stated,
    /// A public page states a part of it.
    Partly,
    /// Somebody's memory.
    Memory,
}

/// When a duty is due, and by which row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NormDue<'norms> {
    /// The row that applies to the event.
    pub norm: &'norms Norm,
    /// The end of its term.
    pub deadline: Deadline,
    /// The end of the extended term, where the norm allows an extension.
    pub extended: Option<Deadline>,
}

/// Why no deadline can be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NormError {
    /// No row of this code applies on this date.
    Unknown {
        /// The code asked for.
        code: String,
        /// The date of the event.
        on: Date,
    },
    /// The term runs into a year without a working calendar.
    Year(YearUnknown),
}

const RUSSIA: &str = include_str!("../../data/norms.csv");

impl Norms {
    /// The built-in table: the terms of 152-ФЗ.
    pub fn russia() -> Self {
        Self::parse(RUSSIA).expect("the built-in table is read by a test")
    }

    /// Reads `code,duty,amount,unit,extension_amount,extension_unit,norm,valid_from,valid_to,confidence`, or says
    /// everything that is wrong with it. Units are those of [`Unit`](super::Unit) in snake case.
    pub fn parse(text: &str) -> Result<Self, LineErrors<NormProblem>> {
        let mut errors = Vec::new();
        let mut read = rows::read(text, &mut errors);
        read.sort_by(|(_, one), (_, other)| {
            (&one.code, one.valid_from).cmp(&(&other.code, other.valid_from))
        });
        for ((first, earlier), (line, later)) in read.iter().zip(read.iter().skip(1)) {
            let ends_before = earlier.valid_to.is_some_and(|last| last < later.valid_from);
            if earlier.code == later.code && !ends_before {
                let (line, other) = (*line.max(first), *line.min(first));
                errors.push(LineError {
                    line,
                    problem: NormProblem::Overlap {
                        code: later.code.clone(),
                        other,
                    },
                });
            }
        }
        if errors.is_empty() {
            return Ok(Self {
                rows: read.into_iter().map(|(_, norm)| norm).collect(),
            });
        }
        errors.sort_by_key(|error| error.line);
        Err(LineErrors(errors))
    }

    /// Takes every code of `text` over with all its rows; codes it does not name stay. With any fault in `text`
    /// nothing changes.
    pub fn merge(&mut self, text: &str) -> Result<(), LineErrors<NormProblem>> {
        let loaded = Self::parse(text)?.rows;
        self.rows
            .retain(|old| loaded.iter().all(|new| new.code != old.code));
        self.rows.extend(loaded);
        self.rows.sort_by(|one, other| {
            (&one.code, one.valid_from).cmp(&(&other.code, other.valid_from))
        });
        Ok(())
    }

    /// All rows, by code and then by date.
    pub fn rows(&self) -> &[Norm] {
        &self.rows
    }

    /// The row of `code` that applies to an event on the date `on`.
    pub fn get(&self, code: &str, on: Date) -> Option<&Norm> {
        self.rows
            .iter()
            .find(|norm| norm.code == code && norm.applies_on(on))
    }

    /// When the duty `code`, set going by `event`, is due. Dates are those of the event's zone.
    pub fn due(
        &self,
        code: &str,
        event: &Zoned,
        calendar: &WorkingCalendar,
    ) -> Result<NormDue<'_>, NormError> {
        let unknown = || NormError::Unknown {
            code: code.to_owned(),
            on: event.date(),
        };
        let norm = self.get(code, event.date()).ok_or_else(unknown)?;
        let deadline = norm.term.after(event, calendar)?;
        let extended = norm
            .extension
            .map(|extension| norm.term.extended_by(extension, event, calendar));
        Ok(NormDue {
            norm,
            deadline,
            extended: extended.transpose()?,
        })
    }
}

impl Norm {
    fn applies_on(&self, date: Date) -> bool {
        self.valid_from <= date && self.valid_to.is_none_or(|last| date <= last)
    }
}

impl From<YearUnknown> for NormError {
    fn from(year: YearUnknown) -> Self {
        Self::Year(year)
    }
}

impl fmt::Display for NormError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { code, on } => {
                write!(out, "the table of norms has no row `{code}` for {on}")
            }
            Self::Year(year) => year.fmt(out),
        }
    }
}

impl std::error::Error for NormError {}
