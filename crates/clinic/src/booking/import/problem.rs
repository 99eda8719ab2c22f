//! Owns the list of what is wrong with a file.

use std::fmt;

use kernel::Language;

use super::flaw::Flaw;
use crate::booking::catalogue::new::Words;

/// Problems that are listed; a file with more is better looked at than read about.
pub const MOST_PROBLEMS: usize = 10_000;

/// Whether a problem stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is imported.
    Error,
    /// Worth a look; the import goes on.
    Warning,
}

/// One problem of a file. Its words never hold more than 40 characters of a cell and no hidden ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineProblem {
    /// The line of the file, from 1, as an editor counts.
    pub line: u64,
    /// The column's head as the file has it; of a column that is missing, as the sample has it.
    pub column: Option<String>,
    /// Whether it stands in the way.
    pub severity: Severity,
    /// What is wrong.
    pub what: Words,
    /// What to do.
    pub remedy: Words,
}

impl LineProblem {
    /// The problem in one line: `строка 5, «Цена, руб.»: «дорого» — не цена; напишите …`.
    #[must_use]
    pub fn tell(&self, language: Language) -> String {
        let (line, warning, open, close) = match language {
            Language::Ru => ("строка", "предупреждение: ", '«', '»'),
            Language::En => ("line", "warning: ", '“', '”'),
        };
        let warning = match self.severity {
            Severity::Error => "",
            Severity::Warning => warning,
        };
        let column = self.column.as_ref();
        let column = column.map_or_else(String::new, |head| format!(", {open}{head}{close}"));
        let (what, remedy) = (self.what.get(language), self.remedy.get(language));
        format!("{line} {}{column}: {warning}{what}; {remedy}", self.line)
    }
}

impl fmt::Display for LineProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.tell(Language::Ru))
    }
}

/// Problems as they are found.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Vec<LineProblem>,
    left_out: usize,
    errors: bool,
}

impl Problems {
    /// Adds what stands in the way.
    pub(super) fn error(&mut self, line: u64, column: Option<&str>, flaw: &Flaw) {
        self.errors = true;
        self.add(line, column, Severity::Error, flaw);
    }

    /// Adds what is worth a look.
    pub(super) fn warning(&mut self, line: u64, column: Option<&str>, flaw: &Flaw) {
        self.add(line, column, Severity::Warning, flaw);
    }

    /// Whether anything stands in the way.
    pub(super) const fn has_errors(&self) -> bool {
        self.errors
    }

    /// All of them by line.
    pub(super) fn listed(mut self) -> Vec<LineProblem> {
        self.found.sort_by_key(|problem| problem.line);
        if self.left_out > 0 {
            let line = self.found.last().map_or(1, |problem| problem.line);
            let severity = if self.errors {
                Severity::Error
            } else {
                Severity::Warning
            };
            self.found
                .push(problem(line, None, severity, &Flaw::More(self.left_out)));
        }
        self.found
    }

    fn add(&mut self, line: u64, column: Option<&str>, severity: Severity, flaw: &Flaw) {
        if self.found.len() < MOST_PROBLEMS {
            self.found.push(problem(line, column, severity, flaw));
        } else {
            self.left_out += 1;
        }
    }
}

fn problem(line: u64, column: Option<&str>, severity: Severity, flaw: &Flaw) -> LineProblem {
    let (what, remedy) = flaw.words();
    LineProblem {
        line,
        column: column.map(str::to_owned),
        severity,
        what,
        remedy,
    }
}
