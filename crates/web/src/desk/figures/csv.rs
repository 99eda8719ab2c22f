//! A table for a spreadsheet (RFC 4180): UTF-8 with a byte order mark, which Excel needs; `;` between cells in Russian,
//! where the comma stands in numbers.
//!
//! *Invariant*: no cell is a formula. A text that a spreadsheet would run begins with an apostrophe.

use kernel::Language;

use crate::words::Words;

/// A table on its way.
pub(super) struct Csv {
    text: String,
    separator: char,
}

impl Csv {
    pub(super) fn new(words: Words) -> Self {
        Self {
            text: "\u{feff}".into(),
            separator: match words.0 {
                Language::Ru => ';',
                Language::En => ',',
            },
        }
    }

    /// Adds a line.
    pub(super) fn line<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        for (nth, cell) in cells.into_iter().enumerate() {
            if nth > 0 {
                self.text.push(self.separator);
            }
            self.cell(cell.as_ref());
        }
        self.text.push_str("\r\n");
    }

    fn cell(&mut self, text: &str) {
        let formula = text
            .trim_start()
            .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
        let quoted = formula || text.contains([self.separator, ';', ',', '"', '\n', '\r', '\t']);
        if !quoted {
            self.text.push_str(text);
            return;
        }
        self.text.push('"');
        if formula {
            self.text.push('\'');
        }
        self.text.push_str(&text.replace('"', "\"\""));
        self.text.push('"');
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let mut csv = Csv::new(Words(Language::Ru));
        csv.line([
            "=cmd|' /C calc'!A0",
            "+7",
            " @x",
            "-",
            "\t=1",
            "Пчёлкин А. С.",
            "81,5",
            "a\"b;c",
        ]);
        assert_eq!(
            csv.into_text(),
            "\u{feff}\"'=cmd|' /C calc'!A0\";\"'+7\";\"' @x\";\"'-\";\"'\t=1\";Пчёлкин А. С.;\"81,5\";\"a\"\"b;c\"\r\n"
        );
    }
}
