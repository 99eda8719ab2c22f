//! Owns the way from bytes to lines and from a line to cells.
//!
//! *Invariant*: a line of the file is a row. A quote that is not closed spoils its own line and no other, so every
//! problem has the line an editor shows.

use std::borrow::Cow;

use super::flaw::Flaw;

/// The largest file that is read, bytes.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;

/// The text of a file: UTF-8, with its mark or without, or else windows-1251, if that reads like Russian.
///
/// # Errors
/// The line and what is wrong with the file as a whole.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, (u64, Flaw)> {
    if bytes.len() > MAX_BYTES {
        return Err((1, Flaw::TooBig));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err((1, Flaw::Utf16));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if text.trim().is_empty() => Err((1, Flaw::EmptyFile)),
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => {
            let (text, _) = encoding_rs::WINDOWS_1251.decode_without_bom_handling(bytes);
            if reads_like_russian(&text) {
                Ok(text)
            } else {
                let before = &bytes[..error.valid_up_to()];
                let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64;
                Err((line, Flaw::Encoding))
            }
        }
    }
}

/// UTF-8 that lost a byte also decodes as windows-1251, but every other letter of it is then no letter of Russian.
fn reads_like_russian(text: &str) -> bool {
    let mut russian = 0_usize;
    let mut foreign = 0_usize;
    for character in text.chars().filter(|character| !character.is_ascii()) {
        match character {
            'А'..='я' | 'Ё' | 'ё' => russian += 1,
            '«' | '»' | '№' | '–' | '—' | '„' | '“' | '”' | '’' | '…' | '°' | '\u{a0}' =>
                {}
            _ => foreign += 1,
        }
    }
    let control = text
        .chars()
        .any(|character| character.is_control() && !matches!(character, '\t' | '\r' | '\n'));
    !control && russian > 0 && russian >= foreign.saturating_mul(8)
}

/// The lines, numbered from 1.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let end = if text.contains('\n') { '\n' } else { '\r' };
    let lines = text.split(end);
    (1..).zip(lines.map(|line| line.strip_suffix('\r').unwrap_or(line)))
}

/// The separator: said by a first line `sep=;`, or the one that the first rows have more of.
pub(super) fn separator(text: &str) -> char {
    let mut rows = lines(text)
        .map(|(_, line)| line.trim())
        .filter(|line| !line.is_empty())
        .peekable();
    match rows.peek().copied().and_then(said_separator) {
        Some(separator) => separator,
        None => {
            let (mut semicolons, mut commas) = (0, 0);
            for line in rows.take(2) {
                let mut quoted = false;
                for character in line.chars() {
                    match character {
                        '"' => quoted = !quoted,
                        ';' if !quoted => semicolons += 1,
                        ',' if !quoted => commas += 1,
                        _ => {}
                    }
                }
            }
            if commas > semicolons { ',' } else { ';' }
        }
    }
}

/// What a line `sep=;` says, which some spreadsheets write and read.
pub(super) fn said_separator(line: &str) -> Option<char> {
    match line.trim() {
        "sep=;" => Some(';'),
        "sep=," => Some(','),
        _ => None,
    }
}

/// The cells of a line (RFC 4180 §2), without the spaces around them. A quote inside an unquoted cell is itself.
///
/// # Errors
/// A quoted cell does not end, or goes on after its quote.
pub(super) fn cells(line: &str, separator: char) -> Result<Vec<String>, Flaw> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let begun = rest.trim_start_matches([' ', '\t']);
        let (cell, after) = match begun.strip_prefix('"') {
            Some(quoted) => {
                let (cell, after) = quoted_cell(quoted)?;
                let after = after.trim_start_matches([' ', '\t']);
                if !after.is_empty() && !after.starts_with(separator) {
                    return Err(Flaw::AfterQuote);
                }
                (cell, after)
            }
            None => {
                let end = begun.find(separator).unwrap_or(begun.len());
                (begun[..end].to_owned(), &begun[end..])
            }
        };
        cells.push(cell.trim().to_owned());
        match after.strip_prefix(separator) {
            Some(next) => rest = next,
            None => return Ok(cells),
        }
    }
}

/// A cell after its first quote, and what follows its last one.
fn quoted_cell(mut rest: &str) -> Result<(String, &str), Flaw> {
    let mut cell = String::new();
    loop {
        let (before, after) = rest.split_once('"').ok_or(Flaw::OpenQuote)?;
        cell.push_str(before);
        match after.strip_prefix('"') {
            Some(next) => {
                cell.push('"');
                rest = next;
            }
            None => return Ok((cell, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(line: &str) -> Vec<String> {
        cells(line, ';').unwrap()
    }

    #[test]
    fn cells_are_parted_and_unquoted() {
        assert_eq!(split("а; б ;;"), ["а", "б", "", ""]);
        assert_eq!(split(""), [""]);
        assert_eq!(split("\"а;б\" ; \"в \"\"г\"\"\""), ["а;б", "в \"г\""]);
        assert_eq!(split("Клиника \"Мёд\";1"), ["Клиника \"Мёд\"", "1"]);
        assert_eq!(split("\"\";"), ["", ""]);
        assert_eq!(cells("1,\"2,3\"", ','), Ok(vec!["1".into(), "2,3".into()]));
        assert_eq!(cells("\"а;б", ';'), Err(Flaw::OpenQuote));
        assert_eq!(cells("\"а\"б;в", ';'), Err(Flaw::AfterQuote));
    }

    #[test]
    fn the_separator_is_found() {
        for (text, separator_is) in [
            ("[Услуги]\nКод;Длительность, мин;Шаг, мин;Цена", ';'),
            ("[Услуги]\ncode,\"a;b;c\",title", ','),
            ("sep=,\n[Услуги]\nКод", ','),
            ("\n\n[Услуги];;;\nКод;Цена;;", ';'),
            ("[Услуги],,,\r\nКод,Цена,,", ','),
            ("Код", ';'),
        ] {
            assert_eq!(separator(text), separator_is, "{text:?}");
        }
    }

    #[test]
    fn lines_end_as_on_any_system() {
        for text in ["а\nб\n\nв", "а\r\nб\r\n\r\nв", "а\rб\r\rв"] {
            let found: Vec<_> = lines(text).collect();
            assert_eq!(found, [(1, "а"), (2, "б"), (3, ""), (4, "в")], "{text:?}");
        }
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "[Услуги]\nКод;«Приём» № 5 — ёж\n";
        let (windows, _, lossy) = encoding_rs::WINDOWS_1251.encode(text);
        assert!(!lossy);
        assert_eq!(decode(&windows).unwrap(), text);
        assert_eq!(decode(text.as_bytes()).unwrap(), text);
        assert_eq!(decode(format!("\u{feff}{text}").as_bytes()).unwrap(), text);

        let mut torn = text.as_bytes().to_vec();
        torn.remove(text.find('П').unwrap());
        assert_eq!(decode(&torn), Err((2, Flaw::Encoding)));
        let (other, _, _) = encoding_rs::IBM866.encode(text);
        assert_eq!(decode(&other), Err((1, Flaw::Encoding)));
        assert_eq!(decode(b"\xff\xfe\x1f\x04"), Err((1, Flaw::Utf16)));
        assert_eq!(decode(b"abc\n\x98\xcf\xf0\xe8"), Err((2, Flaw::Encoding)));
        for empty in [&b""[..], b"\xef\xbb\xbf", b" \r\n\r\n"] {
            assert_eq!(decode(empty), Err((1, Flaw::EmptyFile)));
        }
        assert_eq!(decode(&vec![b'a'; MAX_BYTES + 1]), Err((1, Flaw::TooBig)));
        assert!(decode(&vec![b'a'; MAX_BYTES]).is_ok());
    }

    proptest! {
        /// Another reader of the same format is the judge.
        #[test]
        fn cells_are_those_another_library_finds(
            written in proptest::collection::vec("[а-яA-Z0-9;,\"' |]{0,12}", 1..6),
            comma: bool,
        ) {
            let separator = if comma { ',' } else { ';' };
            let delimiter = u8::try_from(separator).unwrap();
            let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
            writer.write_record(&written).unwrap();
            let line = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let line = line.strip_suffix('\n').unwrap();
            let expected: Vec<_> = written.iter().map(|cell| cell.trim().to_owned()).collect();
            prop_assert_eq!(cells(line, separator).unwrap(), expected);
        }

        #[test]
        fn no_bytes_break_the_reading(bytes: Vec<u8>) {
            if let Ok(text) = decode(&bytes) {
                let separator = separator(&text);
                for (_, line) in lines(&text) {
                    let _ = cells(line, separator);
                }
            }
        }
    }
}
