//! What is wrong with an operator's file, said so that it can be put right without reading code.

use std::fmt;

/// One thing wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from one, where one is to blame.
    pub line: Option<usize>,
    /// The value's place in the file: `fields[2].code`, `operator.inn`.
    pub path: String,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl Problem {
    /// A problem at `line` (counted from one) of `path`.
    pub fn at(
        line: impl Into<Option<usize>>,
        path: impl Into<String>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            line: line.into(),
            path: path.into(),
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(out, "line {line}: ")?;
        }
        if !self.path.is_empty() {
            write!(out, "{}: ", self.path)?;
        }
        write!(out, "{}; {}", self.what, self.remedy)
    }
}

impl std::error::Error for Problem {}

/// The line, counted from one, on which the byte `at` of `source` stands.
pub(super) fn line_of(source: &str, at: usize) -> usize {
    source.as_bytes()[..at.min(source.len())]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}
