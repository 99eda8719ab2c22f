//! Owns the form of a row of the table of norms.

use std::fmt;

use jiff::civil::Date;

use super::{Confidence, Grounds, Norm};
use crate::working::lines::{LineError, Shape, rows};
use crate::working::term::{Term, Unit};

/// What is wrong with a row of the table of norms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NormProblem {
    /// The line does not have the table's form.
    Shape(Shape),
    /// The code is not made of `a`–`z`, `0`–`9` and `_`.
    Code(String),
    /// This column must not be empty.
    Empty(&'static str),
    /// The amount does not fit its unit: 0 for `immediately`, 1–31 for `day_of_next_month`, else 1 and more.
    Amount(String),
    /// Not a unit the term or extension can have.
    Unit(String),
    /// Not a date `YYYY-MM-DD`.
    Date(String),
    /// `valid_to` is before `valid_from`.
    Reversed,
    /// Not `stated`, `partly` or `memory`, with or without a per cent of 1–100.
    Confidence(String),
    /// The row is in force together with another of its code.
    Overlap {
        /// The code of both.
        code: String,
        /// The line of the other.
        other: usize,
    },
}

const HEADER: [&str; 10] = [
    "code",
    "duty",
    "amount",
    "unit",
    "extension_amount",
    "extension_unit",
    "norm",
    "valid_from",
    "valid_to",
    "confidence",
];

/// The rows that can be read; every fault of the others goes to `errors`.
pub(super) fn read(text: &str, errors: &mut Vec<LineError<NormProblem>>) -> Vec<(usize, Norm)> {
    let mut norms = Vec::new();
    for (line, fields) in rows(text, HEADER, errors) {
        let mut problems = Vec::new();
        let norm = row(&fields, &mut problems);
        match norm {
            Some(norm) if problems.is_empty() => norms.push((line, norm)),
            _ => errors.extend(
                problems
                    .into_iter()
                    .map(|problem| LineError { line, problem }),
            ),
        }
    }
    norms
}

fn row(fields: &[String; 10], problems: &mut Vec<NormProblem>) -> Option<Norm> {
    let [
        code,
        duty,
        amount,
        unit,
        extra_amount,
        extra_unit,
        norm,
        from,
        to,
        confidence,
    ] = fields;
    for (column, text) in [("duty", duty), ("norm", norm)] {
        if text.is_empty() {
            problems.push(NormProblem::Empty(column));
        }
    }
    let mut note = |problem| problems.push(problem);
    // Every field is looked at before any is given up, so that one reading shows all faults.
    let code = kept(read_code(code), &mut note);
    let term = kept(read_term(amount, unit), &mut note);
    let extension = kept(read_extension(extra_amount, extra_unit), &mut note);
    let valid_from = kept(read_date(from), &mut note);
    let valid_to = kept(
        if to.is_empty() {
            Ok(None)
        } else {
            read_date(to).map(Some)
        },
        &mut note,
    );
    let confidence = kept(read_confidence(confidence), &mut note);
    if let (Some(from), Some(Some(to))) = (valid_from, valid_to)
        && to < from
    {
        note(NormProblem::Reversed);
    }
    Some(Norm {
        code: code?,
        duty: duty.clone(),
        term: term?,
        extension: extension?,
        norm: norm.clone(),
        valid_from: valid_from?,
        valid_to: valid_to?,
        confidence: confidence?,
    })
}

fn kept<T>(field: Result<T, NormProblem>, note: &mut impl FnMut(NormProblem)) -> Option<T> {
    field.map_err(note).ok()
}

fn read_code(text: &str) -> Result<String, NormProblem> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if text.is_empty() || !text.bytes().all(plain) {
        return Err(NormProblem::Code(text.to_owned()));
    }
    Ok(text.to_owned())
}

fn read_term(amount: &str, unit: &str) -> Result<Term, NormProblem> {
    let unit = match unit {
        "working_days" => Unit::WorkingDays,
        "calendar_days" => Unit::CalendarDays,
        "hours" => Unit::Hours,
        "months" => Unit::Months,
        "day_of_next_month" => Unit::DayOfNextMonth,
        "immediately" => Unit::Immediately,
        _ => return Err(NormProblem::Unit(unit.to_owned())),
    };
    let allowed = match unit {
        Unit::Immediately => 0..=0,
        Unit::DayOfNextMonth => 1..=31,
        _ => 1..=u16::MAX,
    };
    let read = amount
        .parse()
        .ok()
        .filter(|amount| allowed.contains(amount));
    Ok(Term::new(
        read.ok_or_else(|| NormProblem::Amount(amount.to_owned()))?,
        unit,
    ))
}

fn read_extension(amount: &str, unit: &str) -> Result<Option<Term>, NormProblem> {
    if amount.is_empty() && unit.is_empty() {
        return Ok(None);
    }
    if ["immediately", "day_of_next_month"].contains(&unit) {
        return Err(NormProblem::Unit(unit.to_owned()));
    }
    read_term(amount, unit).map(Some)
}

fn read_date(text: &str) -> Result<Date, NormProblem> {
    let date = text
        .parse::<Date>()
        .ok()
        .filter(|date| date.to_string() == text);
    date.ok_or_else(|| NormProblem::Date(text.to_owned()))
}

fn read_confidence(text: &str) -> Result<Confidence, NormProblem> {
    let wrong = || NormProblem::Confidence(text.to_owned());
    let (grounds, percent) = match text.split_once(' ') {
        Some((grounds, percent)) => (grounds, Some(percent.parse().map_err(|_| wrong())?)),
        None => (text, None),
    };
    let grounds = match grounds {
        "stated" => Grounds::Stated,
        "partly" => Grounds::Partly,
        "memory" => Grounds::Memory,
        _ => return Err(wrong()),
    };
    if percent.is_some_and(|percent| !(1..=100).contains(&percent)) {
        return Err(wrong());
    }
    Ok(Confidence { grounds, percent })
}

impl From<Shape> for NormProblem {
    fn from(shape: Shape) -> Self {
        Self::Shape(shape)
    }
}

impl fmt::Display for NormProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(shape) => shape.fmt(out),
            Self::Code(text) => write!(out, "`{text}` is not a code of a–z, 0–9 and _"),
            Self::Empty(column) => write!(out, "`{column}` is empty"),
            Self::Amount(text) => write!(out, "the amount `{text}` does not fit its unit"),
            Self::Unit(text) => write!(out, "`{text}` is not a unit this column can have"),
            Self::Date(text) => write!(out, "`{text}` is not a date YYYY-MM-DD"),
            Self::Reversed => out.write_str("valid_to is before valid_from"),
            Self::Confidence(text) => {
                write!(
                    out,
                    "`{text}` is not stated, partly or memory, with or without a per cent of 1–100"
                )
            }
            Self::Overlap { code, other } => {
                write!(out, "`{code}` is in force twice, see line {other}")
            }
        }
    }
}
