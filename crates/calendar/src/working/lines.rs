//! Owns the reading of small tables: one header, one row a line, every fault with its line number.
//!
//! A table is read to its end whatever is wrong with it, so that whoever corrects it sees all faults at once.

use std::fmt;

/// All faults of a table, in the order of their lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineErrors<P>(pub Vec<LineError<P>>);

/// One fault of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineError<P> {
    /// The line in the file, counted from 1; the header is line 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: P,
}

/// A line that does not have the table's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The first line is not exactly this list of columns.
    Header {
        /// The header the table must have.
        expected: String,
    },
    /// A row has too few or too many fields.
    Fields {
        /// How many it must have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// A quoted field does not end on its line, or text follows its closing quote.
    Quotes,
}

/// A row: its line number and its fields.
pub(super) type Row<const COLUMNS: usize> = (usize, [String; COLUMNS]);

/// Reads comma-separated rows (RFC 4180 quoting; a field may not hold a line break). Spaces around fields, a byte
/// order mark, empty lines and lines that begin with `#` are passed over.
pub(super) fn rows<const COLUMNS: usize, P: From<Shape>>(
    text: &str,
    header: [&str; COLUMNS],
    errors: &mut Vec<LineError<P>>,
) -> Vec<Row<COLUMNS>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));

    let (line, found) = match lines.next() {
        Some((line, head)) => (line, fields(head)),
        None => (1, Ok(Vec::new())),
    };
    if found.is_ok_and(|found| found == header) {
        return lines
            .filter_map(|(line, text)| match row(text) {
                Ok(fields) => Some((line, fields)),
                Err(shape) => {
                    errors.push(LineError {
                        line,
                        problem: shape.into(),
                    });
                    None
                }
            })
            .collect();
    }
    errors.push(LineError {
        line,
        problem: Shape::Header {
            expected: header.join(","),
        }
        .into(),
    });
    Vec::new()
}

fn row<const COLUMNS: usize>(line: &str) -> Result<[String; COLUMNS], Shape> {
    let fields = fields(line)?;
    let found = fields.len();
    fields.try_into().map_err(|_| Shape::Fields {
        expected: COLUMNS,
        found,
    })
}

fn fields(line: &str) -> Result<Vec<String>, Shape> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let (field, after) = match rest.trim_start().strip_prefix('"') {
            Some(quoted) => quoted_field(quoted)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                (rest[..end].trim().to_owned(), &rest[end..])
            }
        };
        fields.push(field);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Ok(fields),
        }
    }
}

/// The field up to its closing quote, and what follows (nothing, or a comma and more).
fn quoted_field(mut rest: &str) -> Result<(String, &str), Shape> {
    let mut field = String::new();
    loop {
        let end = rest.find('"').ok_or(Shape::Quotes)?;
        field.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None => {
                let after = rest.trim_start();
                let closed = after.is_empty() || after.starts_with(',');
                return if closed {
                    Ok((field, after))
                } else {
                    Err(Shape::Quotes)
                };
            }
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header { expected } => write!(out, "the first line must be `{expected}`"),
            Self::Fields { expected, found } => write!(out, "{found} fields instead of {expected}"),
            Self::Quotes => {
                out.write_str("a quoted field must close on its line, before the next comma")
            }
        }
    }
}

impl<P: fmt::Display> fmt::Display for LineErrors<P> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(out, "{separator}line {}: {}", error.line, error.problem)?;
        }
        Ok(())
    }
}

impl<P: fmt::Display + fmt::Debug> std::error::Error for LineErrors<P> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_commas_and_spaces() {
        let read = |line| fields(line).unwrap();
        assert_eq!(read("a,b"), ["a", "b"]);
        assert_eq!(read(" a , b ,"), ["a", "b", ""]);
        assert_eq!(read(r#""a, b","c ""d""",e"#), ["a, b", r#"c "d""#, "e"]);
        assert_eq!(read(r#" "a" , b"#), ["a", "b"]);
        assert_eq!(read(r#""""#), [""]);
        assert_eq!(read(r#"a "b" c"#), [r#"a "b" c"#]);
        assert_eq!(fields(r#""a"#), Err(Shape::Quotes));
        assert_eq!(fields(r#""a" b,c"#), Err(Shape::Quotes));
    }

    #[test]
    fn every_fault_has_its_line() {
        let mut errors: Vec<LineError<Shape>> = Vec::new();
        let text = "\u{feff}a,b\r\n1,2\r\n\r\n# a remark, with commas, in it\r\n3\r\n\"4,5\r\n6,7\r\n8,9,10";
        let rows = rows(text, ["a", "b"], &mut errors);
        assert_eq!(
            rows.iter()
                .map(|(line, fields)| (*line, fields[0].as_str()))
                .collect::<Vec<_>>(),
            [(2, "1"), (7, "6")]
        );
        assert_eq!(
            LineErrors(errors).to_string(),
            "line 5: 1 fields instead of 2\n\
             line 6: a quoted field must close on its line, before the next comma\n\
             line 8: 3 fields instead of 2"
        );
    }

    #[test]
    fn a_wrong_header_is_one_fault() {
        for text in ["", "b,a\n1,2", "a\n1", "a;b\n1;2"] {
            let mut errors: Vec<LineError<Shape>> = Vec::new();
            assert!(rows(text, ["a", "b"], &mut errors).is_empty());
            assert_eq!(
                LineErrors(errors).to_string(),
                "line 1: the first line must be `a,b`"
            );
        }
    }
}
