//! What is wrong with a file of another system: a line and a word, nothing of what stands in it.

use serde::{Deserialize, Serialize};

/// Flaws told at once at most.
pub(super) const MOST: usize = 50;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// There is no such file in the folder, or no folder is set.
    Missing,
    /// It is no plain file, or cannot be read.
    Unreadable,
    /// It is larger than five megabytes.
    TooBig,
    /// Neither UTF-8 nor windows-1251.
    Encoding,
    /// Nothing stands in it.
    Empty,
    /// It does not begin or end as a calendar does: perhaps it was being written.
    NotCalendar,
    /// An event without a beginning.
    NoStart,
    /// A date or time that is none.
    Time,
    /// A time zone that is not known.
    Zone,
    /// An event that ends before it begins, or lasts longer than a month.
    Span,
    /// A recurrence that cannot be understood.
    Recurrence,
    /// A recurrence by seconds, minutes or hours, or more events than are read.
    TooMany,
    /// A table without one of its three columns.
    Columns,
    /// A line of a table that cannot be read.
    Row,
    /// The catalogue has no practitioner with this code.
    Practitioner,
}

impl Wrong {
    /// The word in pages.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::TooBig => "too-big",
            Self::Encoding => "encoding",
            Self::Empty => "empty",
            Self::NotCalendar => "not-calendar",
            Self::NoStart => "no-start",
            Self::Time => "time",
            Self::Zone => "zone",
            Self::Span => "span",
            Self::Recurrence => "recurrence",
            Self::TooMany => "too-many",
            Self::Columns => "columns",
            Self::Row => "row",
            Self::Practitioner => "practitioner",
        }
    }
}

/// A flaw with its line, from one; none for the file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Flaw {
    /// The line.
    pub line: Option<u64>,
    /// What is wrong.
    pub wrong: Wrong,
}

impl Flaw {
    pub(super) const fn of_file(wrong: Wrong) -> Self {
        Self { line: None, wrong }
    }

    pub(super) const fn at(line: u64, wrong: Wrong) -> Self {
        Self {
            line: Some(line),
            wrong,
        }
    }
}
