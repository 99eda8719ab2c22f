//! Owns the way from lines to rows of known sections with known columns.
//!
//! *Invariant*: a cell that got this far has no hidden characters; one that had them is there as [`Cell::Bad`],
//! already told.

use std::rc::Rc;

use super::columns::{Column, Section};
use super::flaw::Flaw;
use super::problem::Problems;
use super::text;

/// Columns that are looked at; no section has a quarter of them.
const MOST_COLUMNS: usize = 100;

/// The sections of a file.
#[derive(Debug, Default)]
pub(super) struct Sheets([Sheet; Section::ALL.len()]);

/// A section: all rows under all its heads.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// The line of its name, if it is there.
    pub(super) line: Option<u64>,
    /// Whether a part of it could not be understood, so that a code may be missing through no fault of its own.
    pub(super) torn: bool,
    /// Its rows.
    pub(super) rows: Vec<Row>,
}

/// A row.
#[derive(Debug)]
pub(super) struct Row {
    /// Its line.
    pub(super) line: u64,
    head: Rc<Head>,
    cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Its text, without spaces around it; may be empty.
    Text(String),
    /// It has been told why it cannot be read.
    Bad,
}

/// The heads of the columns, in the order of the file; `None` for a column that was refused.
#[derive(Debug)]
struct Head(Vec<Option<(Column, String)>>);

/// Where the reading stands.
enum At {
    /// Before the first section; whether that was told.
    Before(bool),
    /// In a section nobody knows.
    Unknown,
    /// Below the name of a section.
    Named(Section, u64),
    /// Below the heads of a section.
    Within(Section, Rc<Head>),
}

impl Sheets {
    /// The rows of a text.
    pub(super) fn read(text: &str, problems: &mut Problems) -> Self {
        let separator = text::separator(text);
        let mut sheets = Self::default();
        let mut at = At::Before(false);
        for (line, content) in text::lines(text) {
            if text::said_separator(content).is_some() && matches!(at, At::Before(_)) {
                continue;
            }
            let cells = match text::cells(content, separator) {
                Ok(cells) if cells.iter().all(String::is_empty) => continue,
                Ok(cells) => cells,
                Err(flaw) => {
                    problems.error(line, None, &flaw);
                    sheets.tear(&at);
                    continue;
                }
            };
            at = sheets.line(at, line, cells, problems);
        }
        sheets.leave(&at, problems);
        sheets
    }

    /// A section.
    pub(super) const fn of(&self, section: Section) -> &Sheet {
        &self.0[section as usize]
    }

    fn of_mut(&mut self, section: Section) -> &mut Sheet {
        &mut self.0[section as usize]
    }

    fn line(&mut self, at: At, line: u64, cells: Vec<String>, problems: &mut Problems) -> At {
        if let Some(name) = section_name(&cells) {
            self.leave(&at, problems);
            if cells[1..].iter().any(|cell| !cell.is_empty()) {
                problems.error(line, None, &Flaw::TooManyCells);
            }
            if kernel::has_hidden_characters(name) {
                problems.error(line, None, &Flaw::Hidden);
                return At::Unknown;
            }
            let Some(section) = Section::find(name) else {
                problems.error(line, None, &Flaw::UnknownSection(name.to_owned()));
                return At::Unknown;
            };
            self.of_mut(section).line.get_or_insert(line);
            return At::Named(section, line);
        }
        match at {
            At::Before(told) => {
                if !told {
                    problems.error(line, None, &Flaw::OutsideSection);
                }
                At::Before(true)
            }
            At::Unknown => At::Unknown,
            At::Named(section, _) => {
                let head = self.head(section, line, cells, problems);
                At::Within(section, Rc::new(head))
            }
            At::Within(section, head) => {
                if cells.iter().skip(head.0.len()).any(|cell| !cell.is_empty()) {
                    // A separator inside a text has pushed its cells to columns that are not theirs.
                    problems.error(line, None, &Flaw::TooManyCells);
                    self.of_mut(section).torn = true;
                } else {
                    let row = Row::new(line, Rc::clone(&head), cells, problems);
                    self.of_mut(section).rows.push(row);
                }
                At::Within(section, head)
            }
        }
    }

    fn head(
        &mut self,
        section: Section,
        line: u64,
        mut cells: Vec<String>,
        problems: &mut Problems,
    ) -> Head {
        if cells.len() > MOST_COLUMNS {
            if cells[MOST_COLUMNS..].iter().any(|cell| !cell.is_empty()) {
                problems.error(line, None, &Flaw::TooManyCells);
            }
            cells.truncate(MOST_COLUMNS);
        }
        let mut head = Head(Vec::with_capacity(cells.len()));
        for cell in cells {
            let column = section.column(&cell);
            let flaw = match column {
                _ if kernel::has_hidden_characters(&cell) => Some(Flaw::Hidden),
                // A column without a head may only hold nothing.
                None if cell.is_empty() => None,
                None => Some(Flaw::UnknownColumn(cell.clone(), section)),
                Some(column) if head.has(column) => Some(Flaw::TwoColumns),
                Some(_) => None,
            };
            match flaw {
                Some(flaw) => {
                    let shown = (flaw == Flaw::TwoColumns).then_some(cell.as_str());
                    problems.error(line, shown, &flaw);
                    head.0.push(None);
                }
                None => head.0.push(column.map(|column| (column, cell))),
            }
        }
        for column in section.needed() {
            if !head.has(*column) {
                problems.error(line, Some(column.head()), &Flaw::NoColumn(section));
                self.of_mut(section).torn = true;
            }
        }
        head
    }

    fn leave(&mut self, at: &At, problems: &mut Problems) {
        if let At::Named(section, line) = at {
            problems.error(*line, None, &Flaw::NoHead(*section));
            self.of_mut(*section).torn = true;
        }
    }

    fn tear(&mut self, at: &At) {
        if let At::Named(section, _) | At::Within(section, _) = at {
            self.of_mut(*section).torn = true;
        }
    }
}

/// What stands between the brackets of a row that names a section.
fn section_name(cells: &[String]) -> Option<&str> {
    cells.first()?.strip_prefix('[')?.strip_suffix(']')
}

impl Head {
    fn has(&self, column: Column) -> bool {
        self.0.iter().flatten().any(|(known, _)| *known == column)
    }
}

impl Row {
    fn new(line: u64, head: Rc<Head>, texts: Vec<String>, problems: &mut Problems) -> Self {
        let columns = head.0.iter().map(Option::as_ref);
        let cells = columns.zip(texts).map(|(column, text)| {
            let flaw = if kernel::has_hidden_characters(&text) {
                Flaw::Hidden
            } else if text.contains('\u{fffd}') {
                Flaw::Lost
            } else {
                return Cell::Text(text);
            };
            problems.error(line, column.map(|(_, shown)| shown.as_str()), &flaw);
            Cell::Bad
        });
        let cells = cells.collect();
        Self { line, head, cells }
    }

    /// The cell of a column, and the column's head; `None` if the section has no such column. A row that ends
    /// early has empty cells.
    pub(super) fn cell(&self, column: Column) -> Option<(&Cell, &str)> {
        const NOTHING: &Cell = &Cell::Text(String::new());
        let heads = self.head.0.iter().enumerate();
        let mut heads = heads.filter_map(|(at, head)| head.as_ref().map(|head| (at, head)));
        let (at, (_, shown)) = heads.find(|(_, (known, _))| *known == column)?;
        Some((self.cells.get(at).unwrap_or(NOTHING), shown))
    }
}
