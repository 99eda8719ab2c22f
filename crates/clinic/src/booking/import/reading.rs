//! Owns the reading of one row: each cell once, every flaw told, none twice.

use super::cell;
use super::columns::Column;
use super::flaw::Flaw;
use super::problem::Problems;
use super::table::{Cell, Row};
use crate::booking::catalogue::new::Words;

/// Characters in a name or address.
pub(in crate::booking) const TITLE: usize = 200;
/// Characters in a description or in how to prepare.
pub(in crate::booking) const PROSE: usize = 2000;

/// A row as it is read.
///
/// What cannot be had is `None`, and why has been told: a caller reads all cells before it gives up with `?`.
pub(super) struct Reading<'a> {
    row: &'a Row,
    problems: &'a mut Problems,
}

impl<'a> Reading<'a> {
    /// Begins a row.
    pub(super) const fn of(row: &'a Row, problems: &'a mut Problems) -> Self {
        Self { row, problems }
    }

    /// The row's line.
    pub(super) const fn line(&self) -> u64 {
        self.row.line
    }

    /// A cell that must be filled. A column that is missing has been told of with the head.
    pub(super) fn must<T>(
        &mut self,
        column: Column,
        parse: impl FnOnce(&str) -> Result<T, Flaw>,
    ) -> Option<T> {
        match self.row.cell(column)? {
            (Cell::Text(text), _) if text.is_empty() => {
                self.refuse(column, &Flaw::Empty);
                None
            }
            _ => self.may(column, parse)?,
        }
    }

    /// A cell that may be empty, or its column missing: `Some(None)` then.
    pub(super) fn may<T>(
        &mut self,
        column: Column,
        parse: impl FnOnce(&str) -> Result<T, Flaw>,
    ) -> Option<Option<T>> {
        match self.row.cell(column) {
            None => Some(None),
            Some((Cell::Bad, _)) => None,
            Some((Cell::Text(text), _)) if text.is_empty() => Some(None),
            Some((Cell::Text(text), _)) => match parse(text) {
                Ok(value) => Some(Some(value)),
                Err(flaw) => {
                    self.refuse(column, &flaw);
                    None
                }
            },
        }
    }

    /// A cell that has a usual value.
    pub(super) fn usual<T>(
        &mut self,
        column: Column,
        usual: T,
        parse: impl FnOnce(&str) -> Result<T, Flaw>,
    ) -> Option<T> {
        Some(self.may(column, parse)?.unwrap_or(usual))
    }

    /// Text in both languages, the English of which may be missing; the Russian as well if it `may`.
    pub(super) fn words(
        &mut self,
        ru: Column,
        en: Column,
        most: usize,
        may: bool,
    ) -> Option<Words> {
        let ru = if may {
            self.usual(ru, String::new(), cell::text(most))
        } else {
            self.must(ru, cell::text(most))
        };
        let en = self.usual(en, String::new(), cell::text(most));
        Some(Words { ru: ru?, en: en? })
    }

    /// Lines of text in both languages, parted by `|`; either may be missing.
    pub(super) fn lines(&mut self, ru: Column, en: Column, most: usize) -> Option<Words> {
        let ru = self.usual(ru, String::new(), cell::lines(most));
        let en = self.usual(en, String::new(), cell::lines(most));
        Some(Words { ru: ru?, en: en? })
    }

    /// Tells of a cell that should have been left empty here.
    pub(super) fn nothing_in(&mut self, columns: &[Column]) -> Option<()> {
        let filled = |column: &&Column| matches!(self.row.cell(**column), Some((Cell::Text(text), _)) if !text.is_empty());
        let filled: Vec<Column> = columns.iter().filter(filled).copied().collect();
        for column in &filled {
            self.refuse(*column, &Flaw::Superfluous);
        }
        filled.is_empty().then_some(())
    }

    /// Tells what stands in the way.
    pub(super) fn refuse(&mut self, column: Column, flaw: &Flaw) {
        self.problems.error(self.row.line, self.shown(column), flaw);
    }

    /// Tells what is worth a look.
    pub(super) fn warn(&mut self, column: Column, flaw: &Flaw) {
        self.problems
            .warning(self.row.line, self.shown(column), flaw);
    }

    fn shown(&self, column: Column) -> Option<&'a str> {
        self.row.cell(column).map(|(_, shown)| shown)
    }
}
